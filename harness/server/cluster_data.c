#define _DEFAULT_SOURCE // flock
#include "server/cluster.h"
#include "server/server_internal.h"

#include "kit/arena.h"
#include "kit/file.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <time.h>
#include <unistd.h>

/* Raise it when `settings` or initdb's options change, so that older templates are not used. */
#define TEMPLATE_FORMAT "6"

/* Behind the name of a template; and how long one is kept that is not used. */
#define LOCK_SUFFIX  ".lock"
#define UNUSED_FOR_S (30 * 24 * 3600)

/* Nothing of a rehearsal must survive a power cut, so nothing waits for a disk. */
static const char settings[] = "\n# for rehearsals\n"
			       "listen_addresses = ''\n"
			       "unix_socket_permissions = 0700\n"
			       "fsync = off\n"
			       "synchronous_commit = off\n"
			       "full_page_writes = off\n"
			       "wal_level = minimal\n"
			       "max_wal_senders = 0\n"
			       "max_wal_size = 4GB\n"
			       "checkpoint_timeout = 1d\n"
			       "autovacuum = off\n"
			       "bgwriter_lru_maxpages = 0\n"
			       "shared_buffers = 64MB\n"
			       "max_connections = 100\n" // more for many workers: supervisor.c
			       "max_prepared_transactions = 20\n"
			       "max_locks_per_transaction = 512\n" // all workers share the table
			       "jit = off\n"
			       "dynamic_shared_memory_type = mmap\n" // goes with the folder
			       "logging_collector = off\n"
			       "log_min_messages = error\n"
			       "lc_messages = 'C'\n"
			       "timezone = 'UTC'\n"
			       "log_timezone = 'UTC'\n";

/* --- want of space --------------------------------------------------------------------------- */

/* PostgreSQL's own number for it. */
#define DISK_FULL "53100"

bool cluster_is_full(const struct error *error)
{
	return str_equal(error->state, STR(DISK_FULL));
}

/* The line of a text that says so; empty: none does. */
static str line_of_want(str text)
{
	static const str words[] = { STR_INIT("No space left on device"),
		STR_INIT("Disk quota exceeded") };
	str line = { 0 };

	while (str_next_part(&text, '\n', &line)) {
		for (size_t i = 0; i < COUNT_OF(words); i++) {
			if (str_find(line, words[i]) < line.len) {
				return str_trim(line);
			}
		}
	}
	return (str){ 0 };
}

/* Whether nobody can write there any more, whatever was said. */
static bool has_no_space(str folder, struct arena *arena)
{
	struct statvfs status;

	return statvfs(str_to_c(folder, arena), &status) == 0 &&
			(status.f_bavail == 0 || (status.f_files && status.f_favail == 0));
}

struct error *cluster_full_if(str folder, struct error *error, struct arena *arena)
{
	const str of_detail = line_of_want(error->detail);
	const str line = of_detail.len ? of_detail : line_of_want(error->message);

	if (error->code == ERROR_INTERRUPTED || cluster_is_full(error) ||
			(!line.len && !has_no_space(folder, arena))) {
		return error;
	}
	struct error *told = error_new(arena, ERROR_ENVIRONMENT,
			"no space left in '%.*s' for a private PostgreSQL server", STR_ARG(folder));

	told->state = STR(DISK_FULL);
	told->detail = line.len ? line : error->message;
	told->hint = STR(
			"It takes some 60 MB, and what the scenarios' databases hold; TMPDIR names another "
			"folder.");
	return told;
}

str cluster_last_lines(str text, struct arena *arena)
{
	const size_t most = 8;
	size_t from = text.len, lines = 0;

	while (from > 0 && (text.data[from - 1] != '\n' || ++lines < most)) {
		from--;
	}
	return from ? str_format(arena, "...\n%.*s", STR_ARG(str_slice(text, from, text.len)))
		    : text;
}

/* --- making data ----------------------------------------------------------------------------- */

static struct error *run_to_success(const struct supervisor *supervisor,
		const char *const *arguments, struct arena *arena)
{
	const struct process process = { .arguments = arguments,
		.patience = { .stop = supervisor->life } };
	int status;
	str output;
	struct error *error = process_run(&process, arena, &status, &output);

	if (error || !status) {
		return error;
	}
	error = error_new(arena, ERROR_ENVIRONMENT, "'%.*s' failed with status %d",
			STR_ARG(path_name(str_from(arguments[0]))), status);
	error->detail = str_trim(output);
	return error;
}

/*
 * Every table of a catalog has a map of its free space and one of what is visible, which the server makes anew
 * when it needs them. Without them a database is a quarter fewer files to copy, and to remove again.
 */
static void leave_maps_out(str databases, struct arena *arena)
{
	struct str_list folders, files;

	if (directory_list(databases, arena, &folders)) {
		return;
	}
	for (size_t i = 0; i < folders.count; i++) {
		const str folder = path_join(databases, folders.items[i], arena);

		if (directory_list(folder, arena, &files)) {
			continue;
		}
		for (size_t j = 0; j < files.count; j++) {
			if (str_ends_with(files.items[j], STR("_fsm")) ||
					str_ends_with(files.items[j], STR("_vm"))) {
				unlink(str_to_c(path_join(folder, files.items[j], arena), arena));
			}
		}
	}
}

/*
 * Letters and their case are those of UTF-8, as on nearly every production server, and texts are ordered by their
 * bytes, which is the same everywhere. "C" where the system has no such locale.
 */
static const char *find_character_type(void)
{
	static const char *const names[] = { "C.UTF-8", "C.utf8", "en_US.UTF-8" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		const locale_t locale = newlocale(LC_CTYPE_MASK, names[i], (locale_t)0);

		if (locale) {
			freelocale(locale);
			return names[i];
		}
	}
	return "C";
}

static struct error *make_data(const struct supervisor *supervisor, str data, struct arena *arena)
{
	const char *const arguments[] = {
		str_to_c(path_join(supervisor->programs.folder, STR("initdb"), arena), arena),
		"--pgdata",
		str_to_c(data, arena),
		"--username=" CLUSTER_SUPERUSER,
		"--auth=trust",
		"--encoding=UTF8",
		"--locale=C",
		str_format(arena, "--lc-ctype=%s", find_character_type()).data,
		"--no-sync",
		"--wal-segsize=1",
		NULL,
	};
	struct error *error = run_to_success(supervisor, arguments, arena);

	if (error) {
		return error;
	}
	leave_maps_out(path_join(data, STR("base"), arena), arena);
	const str path = path_join(data, STR("postgresql.conf"), arena);
	str text;

	error = file_read(path, (size_t)1024 * 1024, arena, &text);
	if (error) {
		return error;
	}
	return file_write(path, str_format(arena, "%.*s%s", STR_ARG(text), settings), arena);
}

static struct error *copy_data(
		const struct supervisor *supervisor, str from, str to, struct arena *arena)
{
	const char *const arguments[] = { "cp", "-a", "--", str_to_c(from, arena),
		str_to_c(to, arena), NULL };

	return run_to_success(supervisor, arguments, arena);
}

/* The file that is locked was written when a template was last used. */
size_t cluster_cache_sweep(str cache, int unused_for_s, struct arena *arena)
{
	struct str_list names;
	size_t removed = 0;

	if (directory_list(cache, arena, &names)) {
		return 0;
	}
	for (size_t i = 0; i < names.count; i++) {
		const str path = path_join(cache, names.items[i], arena);
		struct stat status;

		if (!str_ends_with(path, STR(LOCK_SUFFIX)) ||
				lstat(str_to_c(path, arena), &status) ||
				time(NULL) - status.st_mtime < unused_for_s) {
			continue;
		}
		const int lock = open(str_to_c(path, arena), O_RDWR | O_CLOEXEC | O_NOFOLLOW);

		if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0) {
			const str template = str_slice(path, 0, path.len - sizeof(LOCK_SUFFIX) + 1);

			removed += path_is_directory(template, arena);
			cluster_remove_tree(template, arena);
		}
		if (lock >= 0) {
			close(lock);
		}
	}
	return removed;
}

/* Between two tries to have a lock that another run holds, while it makes what we need. */
#define TRY_EVERY_US 50000

/* False: it cannot be had; or our parent has ended, as `ret_is_stopped` says. */
static bool lock_template(const struct supervisor *supervisor, int lock, bool *ret_is_stopped)
{
	const struct patience patience = { .stop = supervisor->life };

	*ret_is_stopped = false;
	while (flock(lock, LOCK_EX | LOCK_NB)) {
		if (errno != EWOULDBLOCK && errno != EINTR) {
			return false;
		}
		if (wait_a_step(-1, TRY_EVERY_US, &patience) == WAIT_STOPPED) {
			*ret_is_stopped = true;
			return false;
		}
	}
	return true;
}

/* --- templates ------------------------------------------------------------------------------- */

/* A line for each file below: what it is called, how large it is, who may use it, when it was written. */
static void describe_files(str folder, struct buf *out)
{
	struct str_list names;

	if (directory_list(folder, out->arena, &names)) {
		buf_format(out, "%.*s: cannot be read\n", STR_ARG(folder));
		return;
	}
	for (size_t i = 0; i < names.count; i++) {
		const str path = path_join(folder, names.items[i], out->arena);
		struct stat status = { 0 };

		if (lstat(str_to_c(path, out->arena), &status) == 0 && S_ISDIR(status.st_mode)) {
			buf_format(out, "%.*s/ %o\n", STR_ARG(names.items[i]),
					(unsigned)status.st_mode);
			describe_files(path, out);
		} else {
			buf_format(out, "%.*s %o %lld %lld\n", STR_ARG(names.items[i]),
					(unsigned)status.st_mode, (long long)status.st_size,
					(long long)status.st_mtime);
		}
	}
}

/*
 * A number for a template as it is now. It stands in the file that is locked, so that whatever has happened to a
 * template since it was made shows before anything is begun with it.
 */
static str seal_of(str template, struct arena *arena)
{
	struct buf files = { .arena = arena };

	describe_files(template, &files);
	return str_format(arena, "%016llx", (unsigned long long)str_hash(buf_str(&files)));
}

static bool is_as_it_was_made(str template, int lock, struct arena *arena)
{
	char seal[16];

	return path_is_directory(template, arena) &&
			pread(lock, seal, sizeof(seal), 0) == (ssize_t)sizeof(seal) &&
			str_equal((str){ seal, sizeof(seal) }, seal_of(template, arena));
}

/* Make the template anew, by way of a neighbour, so that one is there as a whole or not at all. */
static struct error *make_template(
		const struct supervisor *supervisor, str template, int lock, struct arena *arena)
{
	const str draft = str_format(arena, "%.*s.draft", STR_ARG(template));
	struct error *error;

	cluster_remove_tree(template, arena);
	cluster_remove_tree(draft, arena);
	error = make_data(supervisor, draft, arena);
	if (!error && rename(str_to_c(draft, arena), str_to_c(template, arena))) {
		error = error_from_errno(arena, "keep '%.*s'", STR_ARG(template));
	}
	if (!error) {
		const str seal = seal_of(template, arena);

		if (ftruncate(lock, 0) || lseek(lock, 0, SEEK_SET) ||
				!descriptor_write(lock, seal)) {
			error = error_from_errno(arena, "keep '%.*s'", STR_ARG(template));
		}
	}
	if (error) {
		error = cluster_full_if(path_folder(template), error, arena);
		cluster_remove_tree(draft, arena);
	}
	return error;
}

static str template_path(const struct supervisor *supervisor, struct arena *arena)
{
	const str key = str_format(arena, "%.*s/" TEMPLATE_FORMAT "/%.*s/%s",
			STR_ARG(supervisor->programs.folder), STR_ARG(supervisor->programs.version),
			find_character_type());

	return str_format(arena, "%.*s/postgres-%d-%016llx", STR_ARG(supervisor->cache),
			supervisor->programs.major, (unsigned long long)str_hash(key));
}

struct error *cluster_data_provide(const struct supervisor *supervisor, str data, bool is_damaged,
		struct arena *arena, bool *ret_is_copy, str *ret_note)
{
	*ret_is_copy = false;
	*ret_note = (str){ 0 };
	if (!supervisor->cache.len) {
		return make_data(supervisor, data, arena);
	}
	const str template = template_path(supervisor, arena);
	const str lock_path = str_format(arena, "%.*s" LOCK_SUFFIX, STR_ARG(template));
	const int lock = open(str_to_c(lock_path, arena), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
			0600);
	struct error *error = NULL, *why = NULL; // why there is no template
	bool is_stopped = false;

	if (lock < 0 || !lock_template(supervisor, lock, &is_stopped)) {
		why = is_stopped ? error_new(arena, ERROR_INTERRUPTED, "stopped")
				 : error_from_errno(arena, "lock '%.*s'", STR_ARG(lock_path));
	} else {
		futimens(lock, NULL);
		if (is_damaged || !is_as_it_was_made(template, lock, arena)) {
			/* The server of what is old is not installed any more, or not of that build. */
			(void)cluster_cache_sweep(supervisor->cache, UNUSED_FOR_S, arena);
			why = make_template(supervisor, template, lock, arena);
		}
	}
	if (!why) {
		*ret_is_copy = true;
		error = copy_data(supervisor, template, data, arena);
	} else if (why->code == ERROR_INTERRUPTED) {
		error = why;
	} else { // a cache that does not work is no reason to fail
		error = make_data(supervisor, data, arena);
		*ret_note = str_format(arena,
				"PostgreSQL's initdb runs each time, as its work cannot be kept in '%.*s': %.*s",
				STR_ARG(supervisor->cache),
				STR_ARG(cluster_is_full(why) ? STR("no space left")
							     : why->message));
	}
	if (lock >= 0) {
		close(lock);
	}
	return error;
}
