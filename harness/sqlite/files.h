/*
 * sqlite/files.h - databases that are too large for memory: each is a file of its own in a private folder of the host's,
 * and an image is another. A copy shares what it can with its original, where the file system lets it.
 */
#ifndef SQLITE_FILES_H
#define SQLITE_FILES_H

#include "kit/file.h"
#include "sqlite/connection.h"

/* What is larger when it is loaded goes into a file. */
extern const int64_t sqlite_memory_limit;

/* The folder of a host; all zero: it is not made yet. */
struct large_files {
	struct arena *arena;
	struct progress *progress; /* of copying; NULL: nobody looks */
	str folder;
	unsigned made; /* so many files */
};

/* Remove the folder with all that is in it. */
void large_files_end(struct large_files *files);

/*
 * A file of others that is loaded: read where it is, never written, and copied for whoever is to write. All copies are
 * of what it was at first.
 */
struct original {
	str path;
	struct file_mark mark;
};

/* The URI by which SQLite opens `path`, with `parameters` ("?mode=ro"). */
str sqlite_file_uri(str path, const char *parameters, struct arena *arena);

/* It lasts as long as the host. */
struct original *large_original_new(struct large_files *files, str path, struct arena *arena);

/* Make a copy of it that is journalled by a rollback journal. ERROR_ENVIRONMENT, too: it has been changed by now. */
MUST_USE struct error *large_original_copy(struct large_files *files,
		const struct original *original, struct arena *arena, str *ret_path);

/* Have the file journalled as those in memory are; that there is no log to read was checked. */
MUST_USE struct error *large_file_drop_log_mode(str path, struct arena *arena);

/* The path of a new file, which is not there. Paths last as long as the host. */
MUST_USE struct error *large_file_name(
		struct large_files *files, struct arena *arena, str *ret_path);

/* Make a copy of the file `from`, if there is room; `ret_path` is what it is called. */
MUST_USE struct error *large_file_copy(
		struct large_files *files, str from, struct arena *arena, str *ret_path);

/* Remove the file, and what SQLite may have put beside it. */
void large_file_remove(str path);

/* Other processes may have left a journal, or another way of keeping one: SQLite makes one file of them. */
MUST_USE struct error *large_file_settle(str path, struct arena *arena);

#endif
