/*
 * sqlite/connection.h - connections to throwaway SQLite databases. A database is bytes in
 * memory, or a file where it is large (sqlite/files.h); a connection is a handle of its own over them, so that nothing of a session (temporary
 * tables, PRAGMAs, open transactions) outlives it. A handle in which there is nothing of the kind is left for
 * whoever reads next. One connection at a time; several while there are
 * sessions, which make a shared file of the bytes (sqlite/shared.h), or once the bytes are in a file that was lent.
 *
 * What keeps a scenario inside is of sqlite/bounds.h. Statements are run by sqlite/statement.c.
 */
#ifndef SQLITE_CONNECTION_H
#define SQLITE_CONNECTION_H

#include "database/engine.h"

struct kept_snapshots;
struct large_files;
struct original;
struct shared_file;
struct sqlite3;

struct database {
	struct kept_snapshots *kept; /* borrowed from the host */
	unsigned char *bytes; /* from sqlite3_malloc64(); NULL: empty, or lent to a connection */
	int64_t len;
	str path; /* of the file that has them, large ones or for other processes to connect to; empty: there is none */
	struct large_files *files; /* borrowed from the host */
	int64_t large_len; /* when it was loaded into a file, as it is large; 0: it was not */
	struct image *frozen; /* a large one is to be a copy of this as soon as it is used; NULL: it is by itself */
	struct original *
			original; /* a large one is to be a copy of this as soon as it is written to; NULL: it is by itself */
	bool (*is_called_off)(void); /* as the host's options have it */
	size_t connections;
	struct sqlite3 *idle; /* the handle of the last connection, for who reads next; NULL: none */
	int64_t heap_of_others; /* what others had of SQLite's heap when the first of them was opened */
	struct shared_file
			*shared; /* has the bytes, from the first session to the last connection */
};

/* Freezing copies no file: the image takes it, and the database has a copy only if it is used again. */
struct image {
	unsigned char *bytes; /* from malloc(), as it is no part of what a database may use; NULL: an empty database */
	int64_t len;
	str path;                  /* of a large one; empty: it is in memory */
	int64_t large_len;         /* as that of the database */
	struct original *original; /* what a large one is; NULL: a file of ours is */
	struct database *taken;    /* it is `frozen` as this; NULL: was used since, or dropped */
};

struct connection {
	struct database *database; /* borrowed */
	struct sqlite3 *handle;
	bool autocommit;     /* as Python's isolation_level = None */
	int64_t deadline_us; /* of clock_now_us(); 0: none */
	bool is_timed_out;   /* the statement that runs was ended by the deadline, or called off */
	bool is_undoing;     /* what runs is neither */
	bool is_trusted;     /* the engine itself is asking: nothing is refused */
	bool is_plain;       /* a new connection would see what this one sees */
	bool is_vacuum;      /* VACUUM attaches a nameless database by itself */
	const char *refusal; /* why the authorizer refused something in the statement; NULL: it did not */
};

/*
 * The members of struct engine of the same names. Committing ends whatever is open, be it begun by the
 * driver, by a BEGIN or by a SAVEPOINT of the body: so does SQLAlchemy's commit, which calls the driver's.
 */
MUST_USE struct error *sqlite_connect(
		struct database *database, struct arena *arena, struct connection **ret_connection);
MUST_USE struct error *sqlite_connect_to_read(
		struct database *database, struct arena *arena, struct connection **ret_connection);
MUST_USE struct error *sqlite_connect_session(struct database *database, str name,
		struct arena *arena, struct connection **ret_connection);
void sqlite_disconnect(struct connection *connection);
MUST_USE struct error *sqlite_set_autocommit(
		struct connection *connection, bool autocommit, struct arena *arena);
MUST_USE struct error *sqlite_commit(struct connection *connection, struct arena *arena);
MUST_USE struct error *sqlite_rollback(struct connection *connection, struct arena *arena);
enum transaction_state sqlite_transaction(const struct connection *connection);
void sqlite_set_deadline(struct connection *connection, int64_t deadline_us);
MUST_USE struct error *sqlite_execute(struct connection *connection, str statement,
		struct arena *arena, struct result *ret_result, size_t *ret_error_offset);

/* Make sure that the database is by itself, apart from the file that it was loaded from and the image that it was frozen as. */
MUST_USE struct error *sqlite_thaw(struct database *database, struct arena *arena);

/* Have the bytes of a database that nobody is connected to: the handle that was left for a reader is closed. */
void sqlite_take_bytes(struct database *database);

/*
 * Ask something for the engine's own ends: outside of the driver's habit and of the authorizer, reals
 * with all their digits.
 */
MUST_USE struct error *sqlite_query(struct connection *connection, str sql, struct arena *arena,
		struct result *ret_result);

/* The same, a row at a time, however many there are. */
MUST_USE struct error *sqlite_each_row(struct connection *connection, str sql, engine_row_fn *take,
		void *data, struct arena *arena);

#endif
