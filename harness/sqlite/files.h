/*
 * sqlite/files.h - databases that are too large for memory: each is a file of its own in a private folder of the host's,
 * and an image is another. A copy shares what it can with its original, where the file system lets it.
 */
#ifndef SQLITE_FILES_H
#define SQLITE_FILES_H

#include "sqlite/connection.h"

/* What is larger when it is loaded goes into a file. */
extern const int64_t sqlite_memory_limit;

/* The folder of a host; all zero: it is not made yet. */
struct large_files {
	struct arena *arena;
	str folder;
	unsigned made; /* so many files */
};

/* Remove the folder with all that is in it. */
void large_files_end(struct large_files *files);

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
