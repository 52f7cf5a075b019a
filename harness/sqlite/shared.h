/*
 * sqlite/shared.h - a database file in memory that several connections of this process have open,
 * under the locks that SQLite takes on a file with a rollback journal: SHARED, RESERVED, PENDING, EXCLUSIVE.
 * Nothing of it is on disk, so a process that is killed leaves nothing there.
 */
#ifndef SQLITE_SHARED_H
#define SQLITE_SHARED_H

#include "kit/error.h"

struct sqlite3;
struct shared_file;

/*
 * Share `len` bytes, which may be none. They are from sqlite3_malloc64() and belong to the file from now
 * on; it may hold `limit` bytes.
 */
MUST_USE struct error *shared_file_new(unsigned char *bytes, int64_t len, int64_t limit,
		struct arena *arena, struct shared_file **ret_file);

/* As sqlite3_open_v2(): a result code, and a handle to be closed in any case. */
int shared_file_open(struct shared_file *file, struct sqlite3 **ret_handle);

/* Give the bytes back; no connection has the file open. */
void shared_file_end(struct shared_file *file, unsigned char **ret_bytes, int64_t *ret_len);

#endif
