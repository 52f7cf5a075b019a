/*
 * sqlite/bounds.h - what keeps a scenario inside: an authorizer that refuses ATTACH, extensions and PRAGMAs that reach files
 * or the process; limits on the size of the database, of values, of results, and of what SQLite uses for it; a deadline. And
 * what it means that SQLite failed: whose limit it met.
 */
#ifndef SQLITE_BOUNDS_H
#define SQLITE_BOUNDS_H

#include "sqlite/connection.h"

/* The most a database may hold. */
extern const int64_t sqlite_database_limit;

/* The most that SQLite may use for the database that is connected to, whatever others the process has. */
extern const int64_t sqlite_heap_limit;

/* The most that a result may hold. All in bytes. */
extern const int64_t sqlite_result_limit;

/* Bound a handle that was just opened, and watch it. */
void sqlite_confine(struct connection *connection);

/* Have the authorizer and the clock look at what the handle does, which has its limits. */
void sqlite_watch(struct connection *connection);

/* Whether the deadline has passed, or the run is called off: the statement is told as timed out then. */
bool sqlite_is_out_of_time(struct connection *connection);

/*
 * SQLite's limit is the process's, and how much of the heap other databases have (that of a replay to compare with,
 * a backup) is a matter of what was played before. So it is put above those, whose bytes are returned: a database has it for
 * itself.
 */
int64_t sqlite_limit_heap(const struct database *database);

/* The most that a large database may hold: a table may be written anew, and its indexes. */
int64_t sqlite_large_limit(const struct database *database);

/* Before a statement, so that sqlite_last_error() speaks of it alone. */
void sqlite_forget_failures(struct connection *connection);

/*
 * What the handle's last failure means to us. ERROR_DATABASE of class DatabaseError; ERROR_TIMEOUT; ERROR_ENVIRONMENT where
 * a limit of ours or of the machine was met, of which another SQLite knows nothing.
 */
struct error *sqlite_last_error(struct connection *connection, struct arena *arena);
struct error *sqlite_timeout_error(const struct connection *connection, struct arena *arena);

/* The error of class DatabaseError with this text. */
struct error *sqlite_database_error(struct arena *arena, const char *message);

#endif
