#include "kit/file.h"

#include "kit/arena.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct error *file_error(str path, const char *verb, struct arena *arena)
{
	const bool is_missing = errno == ENOENT;
	struct error *error = error_from_errno(arena, "%s '%.*s'", verb, STR_ARG(path));

	if (is_missing) {
		error->code = ERROR_NOT_FOUND;
	}
	return error;
}

/* Read from `fd` to the end, or until there is more than `limit`. */
static struct error *read_all(int fd, str path, size_t limit, struct arena *arena, struct buf *text)
{
	while (text->len <= limit) {
		char part[64 * 1024];
		const ssize_t got = read(fd, part, sizeof(part));

		if (got == 0) {
			break;
		} else if (got > 0) {
			buf_add(text, (str){ part, (size_t)got });
		} else if (errno != EINTR) {
			return file_error(path, "read", arena);
		}
	}
	return NULL;
}

/* A pipe that nobody writes to would take for ever. */
struct error *file_open(str path, struct arena *arena, int *ret_fd)
{
	struct stat status;
	const int fd = open(str_to_c(path, arena), O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0) {
		return file_error(path, "read", arena);
	}
	if (fstat(fd, &status) == 0 && !S_ISREG(status.st_mode)) {
		close(fd);
		return error_new(arena, ERROR_INVALID, "'%.*s' is not a file", STR_ARG(path));
	}
	*ret_fd = fd;
	return NULL;
}

static struct error *check_size(str path, size_t limit, const struct buf *text, struct arena *arena)
{
	return text->len > limit
			? error_new(arena, ERROR_INVALID, "'%.*s' is larger than %zu bytes",
					  STR_ARG(path), limit)
			: NULL;
}

struct error *file_read(str path, size_t limit, struct arena *arena, str *ret_text)
{
	struct buf text = { .arena = arena };
	int fd = -1;

	struct error *error = file_open(path, arena, &fd);
	if (error) {
		return error;
	}
	error = read_all(fd, path, limit, arena, &text);
	if (!error) {
		error = check_size(path, limit, &text, arena);
	}
	close(fd);
	*ret_text = (str){ buf_c(&text), text.len };
	return error;
}

struct error *file_read_start(str path, size_t limit, struct arena *arena, str *ret_text)
{
	struct buf text = { .arena = arena };
	int fd = -1;

	struct error *error = file_open(path, arena, &fd);
	if (error) {
		return error;
	}
	error = read_all(fd, path, limit, arena, &text);
	close(fd);
	*ret_text = str_slice((str){ buf_c(&text), text.len }, 0, limit);
	return error;
}

/* How long a pipe may have nobody who writes to it. */
#define WRITER_MS 1000

/*
 * Open what may be a pipe. Opening one waits for somebody to write to it, who may never come: so it is not waited for
 * there, but for a second in which something comes or somebody has it open. `text` gets what was read meanwhile.
 */
static struct error *stream_open(str path, struct arena *arena, struct buf *text, int *ret_fd)
{
	const int fd = open(str_to_c(path, arena), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct pollfd waited = { .fd = fd, .events = POLLIN };
	struct stat status;

	if (fd < 0) {
		return file_error(path, "read", arena);
	}
	if (fstat(fd, &status) == 0 && S_ISFIFO(status.st_mode) &&
			poll(&waited, 1, WRITER_MS) == 0) {
		char first;
		const ssize_t got =
				read(fd, &first, 1); // -1: somebody has it open, and takes his time

		if (got == 0) {
			close(fd);
			return error_new(arena, ERROR_INVALID,
					"'%.*s' is a pipe, and nobody writes to it", STR_ARG(path));
		}
		buf_add(text, (str){ &first, got > 0 });
	}
	(void)fcntl(fd, F_SETFL, O_RDONLY);
	*ret_fd = fd;
	return NULL;
}

struct error *stream_read(str path, size_t limit, struct arena *arena, str *ret_text)
{
	const bool is_standard = str_equal(path, STR("-"));
	struct buf text = { .arena = arena };
	int fd = STDIN_FILENO;
	struct error *error = is_standard ? NULL : stream_open(path, arena, &text, &fd);

	if (error) {
		return error;
	}
	error = read_all(fd, path, limit, arena, &text);
	if (!error) {
		error = check_size(path, limit, &text, arena);
	}
	if (!is_standard) {
		close(fd);
	}
	*ret_text = (str){ buf_c(&text), text.len };
	return error;
}

struct file_mark file_mark_take(str path, struct arena *arena)
{
	struct stat status;

	if (stat(str_to_c(path, arena), &status)) {
		return (struct file_mark){ 0 };
	}
	return (struct file_mark){
		.inode = status.st_ino,
		.size = status.st_size,
		.changed_s = status.st_mtim.tv_sec,
		.changed_ns = status.st_mtim.tv_nsec,
	};
}

bool file_mark_equal(const struct file_mark *a, const struct file_mark *b)
{
	return a->inode == b->inode && a->size == b->size && a->changed_s == b->changed_s &&
			a->changed_ns == b->changed_ns;
}

bool descriptor_write(int fd, str bytes)
{
	while (bytes.len) {
		const ssize_t done = write(fd, bytes.data, bytes.len);

		if (done < 0) {
			if (errno == EINTR) {
				continue;
			}
			return false;
		}
		bytes = str_slice(bytes, (size_t)done, bytes.len);
	}
	return true;
}

struct error *file_write(str path, str text, struct arena *arena)
{
	const char *final = str_to_c(path, arena);
	char *draft = (char *)arena_alloc(arena, path.len + sizeof(".XXXXXX"));

	memcpy(draft, final, path.len);
	memcpy(draft + path.len, ".XXXXXX", sizeof(".XXXXXX"));
	const int fd = mkstemp(draft);

	if (fd < 0) {
		return file_error(path, "write", arena);
	}
	const mode_t mask = umask(0);

	umask(mask);
	const bool is_written = fchmod(fd, 0666 & ~mask) == 0 && descriptor_write(fd, text);
	const int write_errno = errno;

	if (close(fd) == 0 && is_written && rename(draft, final) == 0) {
		return NULL;
	}
	errno = is_written ? errno : write_errno;
	struct error *error = file_error(path, "write", arena);

	unlink(draft);
	return error;
}

struct error *file_append(str path, str text, struct arena *arena)
{
	const int fd = open(str_to_c(path, arena), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	struct error *error = NULL;
	struct stat before;

	if (fd < 0 || fstat(fd, &before)) {
		error = file_error(path, "write", arena);
	} else if (!descriptor_write(fd, text)) {
		error = file_error(path, "write", arena);
		(void)!ftruncate(fd, before.st_size);
	}
	if (fd >= 0) {
		close(fd);
	}
	return error;
}

const char *file_temporary_folder(void)
{
	const char *folder = getenv("TMPDIR");

	return folder && folder[0] ? folder : "/tmp";
}

int file_open_nameless(void)
{
	char name[PATH_MAX];
	const int len = snprintf(name, sizeof(name), "%s/rehearse-XXXXXX", file_temporary_folder());

	if (len >= (int)sizeof(name)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	const int fd = mkstemp(name);

	if (fd >= 0) {
		unlink(name);
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	}
	return fd;
}

struct error *file_remove(str path, struct arena *arena)
{
	return unlink(str_to_c(path, arena)) ? file_error(path, "remove", arena) : NULL;
}

struct error *directory_make(str path, struct arena *arena)
{
	if (!path.len || path_is_directory(path, arena)) {
		return NULL;
	}
	struct error *error = directory_make(path_folder(path), arena);

	if (error) {
		return error;
	}
	if (mkdir(str_to_c(path, arena), 0777) == 0) {
		return NULL;
	}
	error = file_error(path, "make folder", arena);
	return path_is_directory(path, arena) ? NULL : error; // somebody may have been quicker
}

struct error *directory_make_ignored(str path, struct arena *arena)
{
	if (path_is_directory(path, arena)) {
		return NULL;
	}
	struct error *error = directory_make(path, arena);

	return error ? error
		     : file_write(path_join(path, STR(".gitignore"), arena), STR("*\n"), arena);
}

struct error *folder_open_own(
		int at, const char *name, bool is_private, struct arena *arena, int *ret_folder)
{
	const int in = at < 0 ? AT_FDCWD : at;
	struct error *error = NULL;
	struct stat status;

	if (mkdirat(in, name, is_private ? 0700 : 0777) && errno != EEXIST) {
		return file_error(str_from(name), "make folder", arena);
	}
	const int fd = openat(in, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd < 0 && (errno == ELOOP || errno == ENOTDIR)) {
		return error_new(arena, ERROR_ENVIRONMENT, "'%s' is not a folder, or a link to one",
				name);
	}
	if (fd < 0) {
		return file_error(str_from(name), "open folder", arena);
	}
	if (fstat(fd, &status)) {
		error = file_error(str_from(name), "look at folder", arena);
	} else if (status.st_uid != geteuid()) {
		error = error_new(arena, ERROR_ENVIRONMENT, "folder '%s' belongs to another user",
				name);
	} else if (is_private && fchmod(fd, 0700)) {
		error = file_error(str_from(name), "make private folder", arena);
	}
	if (error) {
		close(fd);
		return error;
	}
	*ret_folder = fd;
	return NULL;
}

struct error *file_write_in(int folder, str name, bool is_private, str text, struct arena *arena)
{
	const char *final = str_to_c(name, arena);
	const str draft = str_format(arena, ".%.*s.%ld", STR_ARG(name), (long)getpid());

	(void)unlinkat(folder, draft.data, 0); // of a process of that number that was killed
	const int fd = openat(folder, draft.data,
			O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
			is_private ? 0600 : 0666);

	if (fd < 0) {
		return file_error(name, "write", arena);
	}
	const bool is_written = descriptor_write(fd, text);
	const int write_errno = errno;

	if (close(fd) == 0 && is_written && renameat(folder, draft.data, folder, final) == 0) {
		return NULL;
	}
	errno = is_written ? errno : write_errno;
	struct error *error = file_error(name, "write", arena);

	unlinkat(folder, draft.data, 0);
	return error;
}

struct error *directory_list(str path, struct arena *arena, struct str_list *ret_names)
{
	struct error *error = directory_list_unsorted(path, arena, ret_names);

	if (!error) {
		str_list_sort(ret_names);
	}
	return error;
}

struct error *directory_list_unsorted(str path, struct arena *arena, struct str_list *ret_names)
{
	DIR *folder = opendir(path.len ? str_to_c(path, arena) : ".");

	if (!folder) {
		return file_error(path, "list", arena);
	}
	struct str_list names = { 0 };

	for (struct dirent *entry; (entry = readdir(folder));) {
		const str name = str_from(entry->d_name);

		if (!str_equal(name, STR(".")) && !str_equal(name, STR(".."))) {
			str_list_add(&names, str_copy(name, arena), arena);
		}
	}
	closedir(folder);
	*ret_names = names;
	return NULL;
}

bool path_is_file(str path, struct arena *arena)
{
	struct stat status;

	return stat(str_to_c(path, arena), &status) == 0 && S_ISREG(status.st_mode);
}

bool path_is_directory(str path, struct arena *arena)
{
	struct stat status;

	return stat(path.len ? str_to_c(path, arena) : ".", &status) == 0 &&
			S_ISDIR(status.st_mode);
}

str path_join(str folder, str name, struct arena *arena)
{
	if (!folder.len || str_starts_with(name, STR("/"))) {
		return name;
	}
	const char *between = str_ends_with(folder, STR("/")) ? "" : "/";

	return str_format(arena, "%.*s%s%.*s", STR_ARG(folder), between, STR_ARG(name));
}

str path_folder(str path)
{
	size_t end = path.len;

	while (end && path.data[end - 1] != '/') {
		end--;
	}
	while (end > 1 && path.data[end - 1] == '/') {
		end--;
	}
	return str_slice(path, 0, end);
}

str path_name(str path)
{
	size_t start = path.len;

	while (start && path.data[start - 1] != '/') {
		start--;
	}
	return str_slice(path, start, path.len);
}

str path_stem(str path)
{
	const str name = path_name(path);

	for (size_t i = name.len; i > 1; i--) {
		if (name.data[i - 1] == '.') {
			return str_slice(name, 0, i - 1);
		}
	}
	return name;
}

str path_absolute(str path, struct arena *arena)
{
	char *real = realpath(path.len ? str_to_c(path, arena) : ".", NULL);

	if (!real) {
		return path;
	}
	const str copy = str_copy(str_from(real), arena);

	free(real);
	return copy;
}

str path_normalise(str path, struct arena *arena)
{
	const bool is_absolute = str_starts_with(path, STR("/"));
	struct str_list parts = { 0 };
	str part;

	while (str_next_part(&path, '/', &part)) {
		const bool is_up = str_equal(part, STR(".."));

		if (!part.len || str_equal(part, STR("."))) {
			continue;
		} else if (is_up && parts.count &&
				!str_equal(parts.items[parts.count - 1], STR(".."))) {
			parts.count--;
		} else if (!is_up || !is_absolute) {
			str_list_add(&parts, part, arena);
		}
	}
	const str joined = str_list_join(&parts, STR("/"), arena);

	return is_absolute           ? str_format(arena, "/%.*s", STR_ARG(joined))
			: joined.len ? joined
				     : STR(".");
}

str path_relative(str path, str folder, struct arena *arena)
{
	struct buf out = { .arena = arena };
	str path_part, folder_part;

	for (;;) { // over what both begin with
		str path_rest = path, folder_rest = folder;
		const bool has_path = str_next_part(&path_rest, '/', &path_part);

		if (!str_next_part(&folder_rest, '/', &folder_part)) {
			break;
		}
		if (!has_path || !str_equal(path_part, folder_part)) {
			break;
		}
		path = path_rest;
		folder = folder_rest;
	}
	while (str_next_part(&folder, '/', &folder_part)) {
		buf_add(&out, folder_part.len ? STR("../") : STR(""));
	}
	buf_add(&out, path);
	if (out.len && out.data[out.len - 1] == '/') {
		out.data[--out.len] = 0;
	}
	return out.len ? buf_str(&out) : STR(".");
}

str path_from_root(str path, struct arena *arena)
{
	char folder[PATH_MAX];

	if (!str_starts_with(path, STR("/")) && getcwd(folder, sizeof(folder))) {
		path = path_join(str_from(folder), path, arena);
	}
	return path_normalise(str_copy(path, arena), arena);
}
