/*
 * What a dump is kept in. An archive becomes text by pg_restore, run as the server's user where we are root: it
 * reads from standard input, as that user may not be able to open the file, or from a copy of the folder.
 */
#include "postgres/dump.h"
#include "server/programs.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/file.h"
#include "kit/process.h"
#include "kit/scratch.h"
#include "kit/unpack.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* What tells archives from text is within so many bytes. */
#define HEAD ((size_t)512)

/* pg_restore may write nothing for so long, as it looks for something in a large archive. */
#define SILENT_AT_MOST_US 300000000

struct dump_file {
	str path;
	struct progress *progress;
	int64_t size;   /* of the file; 0: nobody knows */
	int64_t passed; /* bytes of text that were handed out */
	struct arena *arena;
	int fd; /* -1: a folder */
	struct unpack *unpack;
	char head[HEAD]; /* what was looked at already, from `at` on still to be handed out */
	size_t at, len;
	str folder;                        /* a copy, to be removed; empty: none */
	struct process_stream *pg_restore; /* NULL: it is text */
};

/* pg_restore's name for the format of an archive that begins so; NULL: it is none. */
static const char *archive_format(str head)
{
	const bool is_tar = head.len > 262 && str_equal(str_slice(head, 257, 5), STR("ustar")) &&
			str_equal(str_from(head.data), STR("toc.dat"));

	return str_starts_with(head, STR("PGDMP")) ? "--format=custom"
			: is_tar                   ? "--format=tar"
						   : NULL;
}

/* --- pg_restore ----------------------------------------------------------------------------- */

static struct error *start_pg_restore(struct dump_file *file, const struct host *host,
		bool schema_only, const char *format, const char *folder)
{
	const str program = postgres_client_find("pg_restore", host->bindir, file->arena);
	const char *const arguments[] = {
		str_to_c(program, file->arena),
		"--file=-",
		"--create",
		format,
		schema_only ? "--schema-only" : "--exit-on-error",
		folder,
		NULL,
	};
	struct process process = {
		.arguments = arguments, .folder = "/", .input_fd = folder ? 0 : file->fd
	};
	struct error *error = postgres_account_find(host->run_as, file->arena, &process.account);

	return error ? error : process_open(&process, file->arena, &file->pg_restore);
}

static struct error *run(const char *const *arguments, struct arena *arena)
{
	const struct process process = { .arguments = arguments };
	int status;
	str output;
	struct error *error = process_run(&process, arena, &status, &output);

	return error || !status
			? error
			: error_new(arena, ERROR_ENVIRONMENT, "%.*s", STR_ARG(str_trim(output)));
}

/* Make a copy of the folder, or of its table of contents, that the account can read. */
static struct error *copy_folder(
		struct dump_file *file, bool schema_only, const struct account *account)
{
	struct arena *arena = file->arena;
	struct error *error = scratch_make(SCRATCH_DISK, arena, &file->folder);

	if (error) {
		return error;
	}
	const char *name = path_join(file->folder, STR("dump"), arena).data;

	if (chmod(file->folder.data, 0711) || mkdir(name, 0700)) {
		return error_from_errno(arena, "make a folder in '%.*s'", STR_ARG(file->folder));
	}
	const char *const copy[] = { "cp", "-R", "--",
		str_format(arena, "%.*s/%s", STR_ARG(file->path), schema_only ? "toc.dat" : ".")
				.data,
		name, NULL };
	const char *const give[] = { "chown", "-R",
		str_format(arena, "%ld:%ld", (long)account->uid, (long)account->gid).data, "--",
		name, NULL };

	error = run(copy, arena);
	return error ? error : run(give, arena);
}

static struct error *open_folder(struct dump_file *file, const struct host *host, bool schema_only)
{
	struct arena *arena = file->arena;
	const struct account *account = NULL;

	if (!path_is_file(path_join(file->path, STR("toc.dat"), arena), arena)) {
		struct error *error = error_new(arena, ERROR_INVALID,
				"the folder '%.*s' is no dump", STR_ARG(file->path));
		error->hint = STR(
				"A folder that pg_dump --format=directory has made holds a toc.dat.");
		return error;
	}
	struct error *error = postgres_account_find(host->run_as, arena, &account);

	if (!error && account) {
		error = copy_folder(file, schema_only, account);
	}
	if (error) {
		return error;
	}
	const str folder = account ? path_join(file->folder, STR("dump"), arena)
				   : path_absolute(file->path, arena);

	return start_pg_restore(
			file, host, schema_only, "--format=directory", str_to_c(folder, arena));
}

/* --- files ----------------------------------------------------------------------------------- */

/* Put the rest of what is packed into a file of its own, as pg_restore cannot unpack it. */
static struct error *spool(struct dump_file *file)
{
	const int fd = file_open_nameless();
	char part[16 * 1024];
	size_t len = file->len;
	struct error *error = NULL;

	if (fd < 0) {
		return error_from_errno(file->arena, "unpack '%.*s' in '%s'", STR_ARG(file->path),
				file_temporary_folder());
	}
	memcpy(part, file->head, len);
	while (!error && len) {
		if (!descriptor_write(fd, (str){ part, len })) {
			error = error_from_errno(file->arena, "unpack '%.*s' in '%s'",
					STR_ARG(file->path), file_temporary_folder());
		} else {
			error = unpack_read(file->unpack, part, sizeof(part), &len);
		}
	}
	close(file->fd);
	file->fd = fd;
	return error;
}

static struct error *open_file(struct dump_file *file, const struct host *host, bool schema_only)
{
	struct error *error = file_open(file->path, file->arena, &file->fd);
	size_t got = 1;

	if (!error) {
		error = unpack_open_descriptor(file->fd, file->path, file->arena, &file->unpack);
	}
	while (!error && got && file->len < HEAD) {
		error = unpack_read(file->unpack, file->head + file->len, HEAD - file->len, &got);
		file->len += got;
	}
	const char *format = archive_format((str){ file->head, file->len });

	if (error || !format) {
		return error;
	}
	if (unpack_is_unpacking(file->unpack)) {
		error = spool(file);
	}
	if (!error && lseek(file->fd, 0, SEEK_SET) < 0) {
		error = error_from_errno(file->arena, "read '%.*s'", STR_ARG(file->path));
	}
	return error ? error : start_pg_restore(file, host, schema_only, format, NULL);
}

/* --- the whole ------------------------------------------------------------------------------ */

/* A file is read to its end by us, or by pg_restore, which has the same place in it. */
static void begin_progress(struct dump_file *file, bool schema_only)
{
	struct stat status;

	if (file->fd >= 0 && fstat(file->fd, &status) == 0) {
		file->size = status.st_size;
	}
	progress_begin(file->progress, schema_only ? "reading" : "loading", path_name(file->path),
			file->size);
}

static void tell_progress(struct dump_file *file, size_t len)
{
	const int64_t place = file->size ? lseek(file->fd, 0, SEEK_CUR) : -1;

	file->passed += (int64_t)len;
	progress_reach(file->progress, place >= 0 ? place : file->passed);
}

struct error *dump_file_open(const struct host *host, str path, bool schema_only,
		struct arena *arena, struct dump_file **ret_file)
{
	struct dump_file *file = arena_new(arena, struct dump_file);

	file->path = path;
	file->progress = host->progress;
	file->arena = arena;
	file->fd = -1;
	struct error *error = path_is_directory(path, arena) ? open_folder(file, host, schema_only)
							     : open_file(file, host, schema_only);

	if (error) {
		return dump_file_close(file, error);
	}
	begin_progress(file, schema_only);
	*ret_file = file;
	return NULL;
}

static struct error *read_on(struct dump_file *file, char *space, size_t size, size_t *ret_len)
{
	const size_t left = file->len - file->at, len = left < size ? left : size;

	if (file->pg_restore) {
		process_set_deadline(file->pg_restore, clock_now_us() + SILENT_AT_MOST_US);
		return process_read(file->pg_restore, space, size, ret_len);
	}
	if (!len) {
		return unpack_read(file->unpack, space, size, ret_len);
	}
	memcpy(space, file->head + file->at, len);
	file->at += len;
	*ret_len = len;
	return NULL;
}

struct error *dump_file_read(void *data, char *space, size_t size, size_t *ret_len)
{
	struct dump_file *file = data;
	struct error *error = read_on(file, space, size, ret_len);

	if (!error) {
		tell_progress(file, *ret_len);
	}
	return error;
}

/* "pg_restore: error: could not read from input file: end of file": what is wrong with the archive. */
static struct error *complaint(const struct dump_file *file, str complaints)
{
	const str mark = STR("error: ");
	str line = str_slice(complaints, 0, str_find_char(complaints, '\n'));
	const size_t at = str_find(line, mark);

	line = at < line.len ? str_slice(line, at + mark.len, line.len) : line;
	struct error *error = error_new(file->arena, ERROR_INVALID, "cannot read '%.*s': %.*s",
			STR_ARG(file->path), STR_ARG(line));

	error->detail = STR("That is what pg_restore says of it.");
	if (str_find(line, STR("unsupported version")) < line.len) {
		error->hint = STR(
				"The dump is of a newer PostgreSQL than the programs here: install "
				"those, or say where they are with --pg-bindir.");
	}
	return error;
}

struct error *dump_file_close(struct dump_file *file, struct error *error)
{
	int status = 0;
	str complaints;

	if (!file) {
		return error;
	}
	progress_end(file->progress);
	if (file->pg_restore) {
		struct error *end =
				process_close(file->pg_restore, file->arena, &status, &complaints);

		error = error ? error : end;
		if (!error && status) {
			error = complaint(file, complaints);
		}
	}
	unpack_close(file->unpack);
	if (file->fd >= 0) {
		close(file->fd);
	}
	scratch_remove(file->folder, file->arena);
	return error;
}
