/*
 * kit/file.h - whole files in, whole files out, and the paths between them. Every function that can
 * fail gives an ERROR_ENVIRONMENT that names the file and the system's reason (ERROR_NOT_FOUND where
 * there is no such file).
 */
#ifndef KIT_FILE_H
#define KIT_FILE_H

#include "kit/error.h"

/* Open a file to read it; ERROR_INVALID: it is a pipe, a folder and the like. To be closed by the caller. */
MUST_USE struct error *file_open(str path, struct arena *arena, int *ret_fd);

/* Read all of `path` into `arena`. ERROR_INVALID: more than `limit` bytes, or a pipe, a folder and the like. */
MUST_USE struct error *file_read(str path, size_t limit, struct arena *arena, str *ret_text);

/* The same, of a file of any size the first `limit` bytes at most. */
MUST_USE struct error *file_read_start(str path, size_t limit, struct arena *arena, str *ret_text);

/*
 * The same of whatever can be read to its end, such as a pipe, however long that takes; "-" is standard input.
 * ERROR_INVALID, too: a pipe that nobody has opened to write to it for a second.
 */
MUST_USE struct error *stream_read(str path, size_t limit, struct arena *arena, str *ret_text);

/* Write `text` as `path` by way of a neighbour that is renamed, so that a full disk leaves the old file. */
MUST_USE struct error *file_write(str path, str text, struct arena *arena);

/* Add `text` to the end of `path`, which is made if need be; what cannot be added whole is not added. */
MUST_USE struct error *file_append(str path, str text, struct arena *arena);

/* Where what is needed for a while is kept: $TMPDIR, else /tmp. */
const char *file_temporary_folder(void);

/* A file there that nobody else can open and that goes when it is closed; -1: errno says why not. */
int file_open_nameless(void);

/* What tells a file from one that has been changed since, or replaced. All zero: there was none. */
struct file_mark {
	uint64_t inode;
	int64_t size, changed_s, changed_ns;
};

struct file_mark file_mark_take(str path, struct arena *arena);
bool file_mark_equal(const struct file_mark *a, const struct file_mark *b);

/* Write all of `bytes` to an open descriptor, interrupted or not. False: errno says why. */
MUST_USE bool descriptor_write(int fd, str bytes);

MUST_USE struct error *file_remove(str path, struct arena *arena);

/* Make the folder and those above it; one that is there is fine. */
MUST_USE struct error *directory_make(str path, struct arena *arena);

/* The same for a folder that a program keeps to itself: one that is made has a .gitignore, so that git leaves it alone. */
MUST_USE struct error *directory_make_ignored(str path, struct arena *arena);

/*
 * Open the folder `name` in the folder `at` (-1: where we are), made if it is not there: one of our own, and no link,
 * which could have been planted to lead what we write there elsewhere. `is_private`: nobody else may enter it.
 * `ret_folder` is to be closed.
 */
MUST_USE struct error *folder_open_own(
		int at, const char *name, bool is_private, struct arena *arena, int *ret_folder);

/* As file_write(), into an open folder; with rights for the owner alone if it `is_private`. */
MUST_USE struct error *file_write_in(
		int folder, str name, bool is_private, str text, struct arena *arena);

/* Names in a folder, sorted by bytes, without "." and "..". */
MUST_USE struct error *directory_list(str path, struct arena *arena, struct str_list *ret_names);

/* The same in the order of the file system. */
MUST_USE struct error *directory_list_unsorted(
		str path, struct arena *arena, struct str_list *ret_names);

bool path_is_file(str path, struct arena *arena);
bool path_is_directory(str path, struct arena *arena);

/* `folder`/`name`; just `name` when it is absolute or the folder is empty. */
str path_join(str folder, str name, struct arena *arena);

/* The folder part: "" for a bare name, "/" for "/x". Borrowed from `path`. */
str path_folder(str path);

/* The last part, and the last part without its last suffix: "a/b.c.yaml" gives "b.c". Borrowed. */
str path_name(str path);
str path_stem(str path);

/* Without "." and "..", doubled slashes and one at the end, going by the text alone; "." for nothing. */
str path_normalise(str path, struct arena *arena);

/* `path` as it is written from `folder`, both normalised and from the root: "../b/c"; "." for itself. */
str path_relative(str path, str folder, struct arena *arena);

/* The path from the root of the working folder, which may be relative, going by the text alone. */
str path_from_root(str path, struct arena *arena);

/* The path from the root, with "." and ".." and symbolic links resolved; as it is if that fails. */
str path_absolute(str path, struct arena *arena);

#endif
