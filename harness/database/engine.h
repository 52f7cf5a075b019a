/*
 * database/engine.h - the kinds of database that a cell can run on, behind one table of functions. The
 * model is Python's DBAPI, because that is what Alembic drives: a connection is in a transaction or not,
 * commits, rolls back, or autocommits; each engine keeps its driver's habits (semantics, section 5).
 *
 * Words: an *engine* is a kind of database; a *host* is what a process needs to make databases of that
 * kind (nothing for SQLite, a server for PostgreSQL); a *database* is one throwaway instance; an *image*
 * is a frozen copy that databases are cloned from.
 */
#ifndef DATABASE_ENGINE_H
#define DATABASE_ENGINE_H

#include "database/capture.h"
#include "database/python.h"
#include "kit/error.h"
#include "kit/progress.h"
#include "schema/schema.h"

struct host;
struct database;
struct image;
struct connection;

/*
 * PostgreSQL's state of a statement that is not even tried, as one before it has failed in its transaction, and the detail
 * that such an error has here: the message of that one.
 */
#define ENGINE_IN_FAILED_TRANSACTION "25P02"
#define ENGINE_FAILED_FIRST          "What failed first is \"%.*s\"."

/* One statement of a body. */
struct statement {
	str text; /* verbatim, without the final semicolon's surroundings; borrowed from the body */
	size_t offset; /* bytes from the start of the body */
};

struct statements {
	struct statement *items;
	size_t count, capacity;
};

/* What a statement returned. Values are text as the engine's shell would print them; NULL has data == NULL. */
struct result {
	size_t column_count;
	str *names;  /* of the columns */
	str *values; /* row_count * column_count, row by row */
	size_t row_count;
	int64_t changed; /* rows that an INSERT, UPDATE or DELETE met; else 0 */
};

/* Where a connection stands. */
enum transaction_state {
	TRANSACTION_NONE,
	TRANSACTION_OPEN,
	TRANSACTION_FAILED, /* a statement failed in it: PostgreSQL takes nothing but its end */
};

/* Takes what a server says beside results: "NOTICE", "table t does not exist, skipping". Borrowed for the call. */
typedef void engine_notice_fn(void *data, str severity, str message);

/*
 * What a statement waited for that has given up, a sentence in the arena; empty: `context`, what the engine says that
 * it was at, does not tell. `have`: who does not let go of it, such as "the session has".
 */
typedef str engine_wait_fn(str context, const char *have, struct arena *arena);

/* Takes a row of a table: `count` values, NULL has data == NULL; borrowed for the call. An error ends the reading. */
typedef struct error *engine_row_fn(void *data, const str *values, size_t count);

/* Where a database is, for another process. */
struct database_address {
	str path; /* of its file; empty: it is on a server */
	str host, port, user, password, name;
};

/* The server of the run, for the hosts of engines that need one; all empty where there is none. */
struct server_access {
	str conninfo; /* its address, of a role that may create databases; without a database */
	str prefix;   /* of every name that the run makes there */
	str bindir;   /* where PostgreSQL's programs are looked for first; may be empty */
	str run_as;   /* as root: who runs it; empty: who is usual */
	int64_t statement_ms; /* how long one statement of a scenario may take; 0: no limit */
	int64_t lock_ms;      /* how long one may wait for a lock; 0: no limit */
	bool is_private;      /* it goes with the run, so nothing need be dropped at the end */
	str refusal;          /* why there is no server, for skipped cells */
};

/* What hosts are started with. */
struct host_options {
	struct server_access server;
	/*
	 * Asked while statements and Python run on databases of the host: once it says so, their time is up, whatever
	 * deadline they have. NULL: nobody calls them off.
	 */
	bool (*is_called_off)(void);
	struct progress *progress; /* of loading and copying; lasts as long as the host; NULL: nobody looks */
};

/* A file, or a folder, that a database was written to. */
struct dump {
	str path;
	str database; /* the one to take of several; empty: the only one */
};

/* What must be there before a dump can be loaded. */
struct dump_needs {
	struct str_list roles;  /* that it names */
	struct str_list owners; /* other roles, who own what is in it: it can be loaded without */
	str refusal; /* why the server cannot have what is in it: an extension that it lacks; empty: it can */
};

/* Roles that are to be there for a while. */
struct role_wants {
	struct str_list roles; /* made, and nobody else's */
	struct str_list named; /* by dumps: made on a private server, there already on one that is lent */
	struct str_list owners; /* the same, but a server that is lent may lack them */
};

struct engine {
	const char *name;  /* "sqlite": as in scenario files */
	const char *title; /* "SQLite": as people call it */

	/* --- facts ---------------------------------------------------------------------------- */
	bool transactional_ddl; /* Alembic's default for the dialect */
	bool needs_server; /* its hosts reach the server of the run */
	const char *driver_habit; /* what people should know who read its transactions: a sentence; may be NULL */
	bool loads_sql; /* database_load() takes .sql files too, as dumps hold more than statements */
	const char *(*library_version)(void); /* of the client library that is in use: "3.40.1" */

	/* --- host ----------------------------------------------------------------------------- */
	/* Make ready to create databases. ERROR_ENVIRONMENT: not on this machine (the reason to skip). */
	MUST_USE struct error *(*host_start)(const struct host_options *options,
			struct arena *arena, struct host **ret_host);
	void (*host_stop)(struct host *host);

	/*
	 * Empty databases that are made from here on have this locale; empty: the engine's own. What is to be said
	 * of it is `ret_note`, and why it cannot be had `ret_refusal`; else they are empty. What is chosen lasts as
	 * long as `arena` does. NULL: no locales.
	 */
	MUST_USE struct error *(*locale_begin)(struct host *host, str locale, struct arena *arena,
			str *ret_note, str *ret_refusal);
	/* The same with the locale that the dump names; if it names none, the engine's own. NULL: no locales. */
	MUST_USE struct error *(*dump_locale_begin)(struct host *host, const struct dump *dump,
			struct arena *arena, str *ret_note);
	/*
	 * What the dump needs. It is read to its end for that, once for as long as it stays the same. Errors are those
	 * of database_load(), which meets them again. NULL: nothing.
	 */
	MUST_USE struct error *(*dump_needs)(struct host *host, const struct dump *dump,
			struct arena *arena, struct dump_needs *ret_needs);
	/*
	 * From here to roles_end() there are roles of these names, perhaps none, as far as the host's databases can
	 * tell; the role that SQL runs as is a member of each that was made. Waits until nobody else's roles are in
	 * the way; if asked for, until nobody else uses the server, and nobody does until the end: what then is
	 * ERROR_CROWDED no more is ERROR_DATABASE.
	 * `ret_refusal` says why there cannot be one, and then they have ended; else it is empty. NULL: no roles.
	 */
	MUST_USE struct error *(*roles_begin)(struct host *host, const struct role_wants *wants,
			bool alone, struct arena *arena, str *ret_refusal);
	void (*roles_end)(struct host *host, const struct role_wants *wants, struct arena *arena);

	/* --- databases ------------------------------------------------------------------------ */
	/* An empty database. */
	MUST_USE struct error *(*database_create)(
			struct host *host, struct arena *arena, struct database **ret_database);
	/* Install an extension that the server has; NULL where there are none. ERROR_DATABASE if it has not. */
	MUST_USE struct error *(*database_extend)(
			struct database *database, str extension, struct arena *arena);
	/*
	 * A database equal to `image`, settings included. What SQL has set for the role that it runs as is no
	 * part of a backup: if the clone is to take the place of `replaced`, the role keeps what it has by then; if
	 * that is NULL, the clone begins anew, with what the role had when the image was made.
	 */
	MUST_USE struct error *(*database_clone)(struct host *host, struct image *image,
			const struct database *replaced, struct arena *arena,
			struct database **ret_database);
	/*
	 * The database that the image holds, in the place of a first clone that would be equal to it: the image is gone
	 * then. NULL where cloning takes no time.
	 */
	MUST_USE struct error *(*database_claim)(
			struct image *image, struct arena *arena, struct database **ret_database);
	/* Another clone of `image` will be asked for: make it meanwhile. NULL where cloning takes no time. */
	void (*image_prepare)(struct image *image);
	/* ERROR_INVALID if the database holds what no image can. NULL: an image holds all that there is. */
	MUST_USE struct error *(*database_check)(struct database *database, struct arena *arena);
	/* Freeze a copy; the database has no connection open, and stays usable. */
	MUST_USE struct error *(*database_freeze)(
			struct database *database, struct arena *arena, struct image **ret_image);
	void (*image_drop)(struct image *image);          /* NULL is fine */
	void (*database_drop)(struct database *database); /* NULL is fine */
	/*
	 * Load a foreign dump: .sql into the database as it is, where the engine does that; others (.sqlite,
	 * archives) into an empty one. The deadline is as set_deadline() has it. What could not be kept is in
	 * `ret_notes`. ERROR_INVALID: the file cannot be read, is too large, or is no dump.
	 */
	MUST_USE struct error *(*database_load)(struct database *database, const struct dump *dump,
			int64_t deadline_us, struct arena *arena, struct str_list *ret_notes);
	/*
	 * The next thing that is to be said of what was done for the database, that a server as others have it might
	 * not do so; empty: nothing more. NULL: never anything.
	 */
	str (*database_note)(struct database *database, struct arena *arena);
	/* End what outlives connections, before the database is looked at for the last time. NULL: nothing does. */
	MUST_USE struct error *(*database_settle)(struct database *database, struct arena *arena);
	/*
	 * Leave the database, which has no connection open, behind under a name that holds `label`; gives
	 * the command that opens it. SQLite: a file in ./.rehearse/kept/, that of an earlier run replaced.
	 */
	MUST_USE struct error *(*database_keep)(struct database *database, str label,
			struct arena *arena, str *ret_command);

	/*
	 * Say where other processes of this user find the database, to connect to it as its SQL does. One that is in no
	 * file gets one in `folder`, which is private and outlasts it.
	 */
	MUST_USE struct error *(*database_lend)(struct database *database, str folder,
			struct arena *arena, struct database_address *ret_address);

	/*
	 * Whoever the database was lent to has ended, or been ended: end what they have left on the server. An error: it is
	 * not there any more, or cannot be reached. NULL: they cannot leave anything.
	 */
	MUST_USE struct error *(*database_take_back)(struct database *database, struct arena *arena);

	/* The file that the database was lent in stays when it is dropped, which comes next. NULL: it was lent in none. */
	void (*database_leave)(struct database *database);

	/* --- connections ---------------------------------------------------------------------- */
	/* Connect as a new process would: no session state of earlier connections reaches it. */
	MUST_USE struct error *(*connect)(struct database *database, struct arena *arena,
			struct connection **ret_connection);
	/*
	 * Connect to read what the last connection left, the version rows, the schema and the rows of tables: what
	 * connect() would show, perhaps at less cost. NULL where a connection costs nothing.
	 */
	MUST_USE struct error *(*connect_to_read)(struct database *database, struct arena *arena,
			struct connection **ret_connection);
	/*
	 * Connect for a session called `name`, one that goes on beside others: its database may have several,
	 * and other connections meanwhile. When its own SQL has run it is left alone until it is
	 * disconnected; what it has left open (a transaction, locks) it holds till then.
	 */
	MUST_USE struct error *(*connect_session)(struct database *database, str name,
			struct arena *arena, struct connection **ret_connection);
	/*
	 * The SQL of a session has run. A statement of others that waits for what it holds waits for ever, and
	 * is ended at once with an ERROR_DATABASE of class "Blocked", unless the server will end the
	 * waiting or the session by itself. NULL where nothing waits.
	 */
	MUST_USE struct error *(*leave_session)(struct connection *connection, struct arena *arena);
	engine_wait_fn *describe_wait; /* NULL where nothing waits */
	/*
	 * The connection, one of connect(), stands still while others work. Until resume() it is to them as a
	 * session called `name` that has run its SQL. Both NULL where nothing waits.
	 */
	MUST_USE struct error *(*pause)(
			struct connection *connection, str name, struct arena *arena);
	void (*resume)(struct connection *connection);
	/*
	 * Connect as a command of Alembic does, in the Python of `project` (borrowed for as long as the connection), by
	 * the driver that it has. On such a connection the functions below work. NULL: there is no Python.
	 */
	MUST_USE struct error *(*python_connect)(struct database *database,
			const struct python_project *project, struct arena *arena,
			struct connection **ret_connection);
	/* Run a function of a revision file; what it leaves open stays so. The error has a place in their file. */
	MUST_USE struct error *(*python_run)(struct connection *connection,
			const struct python_body *body, const struct python_follower *follower,
			struct arena *arena);
	/*
	 * Run a command of Alembic's, as it does that itself: it connects to the database by the project's env.py. The
	 * deadline is as set_deadline() has it. That nothing has come to the database is an error, too.
	 */
	MUST_USE struct error *(*python_command)(struct database *database,
			const struct python_command *command, int64_t deadline_us,
			const struct python_follower *follower, struct arena *arena);
	/* Make what their models say: `target` is "MODULE:NAME" of the metadata, or of what has it. */
	MUST_USE struct error *(*python_create_all)(struct connection *connection, str target,
			const struct python_follower *follower, struct arena *arena);
	/* Make up rows for every table but those to leave. Notes go to `follower`. */
	MUST_USE struct error *(*python_fill)(struct connection *connection,
			const struct python_rows *rows, const struct python_follower *follower,
			struct arena *arena);
	/* Roll back what is open, and close. NULL is fine. */
	void (*disconnect)(struct connection *connection);
	/*
	 * Autocommit off (as after connect): the driver begins transactions by its habit. SQLite's,
	 * turned on, commits what is open first.
	 */
	MUST_USE struct error *(*set_autocommit)(
			struct connection *connection, bool autocommit, struct arena *arena);
	/*
	 * End what the driver has begun. What SQL has begun by itself, in autocommit, SQLite's driver ends
	 * too; PostgreSQL's does not know of it, and it stays open until disconnect().
	 */
	MUST_USE struct error *(*commit)(struct connection *connection, struct arena *arena);
	MUST_USE struct error *(*rollback)(struct connection *connection, struct arena *arena);
	enum transaction_state (*transaction)(const struct connection *connection);
	/*
	 * What is to be said of the transaction that is open, before it is committed: it would not have fitted
	 * into a server as others have it. Empty: nothing. NULL: never anything.
	 */
	str (*transaction_note)(struct connection *connection, struct arena *arena);
	/* From now on hand notices to `take`; else they are dropped. NULL where there are none. */
	void (*take_notices)(struct connection *connection, engine_notice_fn *take, void *data);
	/* Statements that run on after this many microseconds of clock_now_us() are ended (ERROR_TIMEOUT); 0: never. */
	void (*set_deadline)(struct connection *connection, int64_t deadline_us);

	/* --- databases of others -------------------------------------------------------------- */
	/* Whether a text is the address of a database of this kind, and the address for people to see: without secrets; empty: it cannot be read. */
	bool (*is_address)(str text);
	str (*address_public)(str address, struct arena *arena);
	/* Of what a capture is written to: ".sql". */
	const char *capture_suffix;
	/*
	 * Write a dump of a database of others to `fd`. It is only read, and whoever holds locks there is waited for some
	 * seconds at most. `ret_notes`: what was left out. ERROR_INVALID: there is no such table, or no such database;
	 * ERROR_ENVIRONMENT: it cannot be reached, or is busy, or there is no program that can read it.
	 */
	MUST_USE struct error *(*capture)(const struct capture *capture, int fd,
			struct arena *arena, struct str_list *ret_notes);

	/* --- statements ----------------------------------------------------------------------- */
	/*
	 * The statements of `sql`, found by lexing alone, so that a syntax error does not hide those before
	 * it. What is only blanks, comments or semicolons is none. The list is in `arena`.
	 */
	struct statements (*split)(str sql, struct arena *arena);
	/*
	 * Send one statement. ERROR_DATABASE: class "DatabaseError", the engine's core text as message,
	 * and `error->where` nowhere (`ret_error_offset`, written on failure and may be NULL, is where in
	 * the statement the engine points, else 0). `ret_result` may be NULL when rows do not matter; the
	 * statement then goes as far as the driver would take it, and a SQLite query stops at its first
	 * row. Values are in `arena`. ERROR_TIMEOUT: class "Timeout".
	 */
	MUST_USE struct error *(*execute)(struct connection *connection, str statement,
			struct arena *arena, struct result *ret_result, size_t *ret_error_offset);
	/* Append `name` as a quoted identifier, `text` as a string literal. */
	void (*quote_identifier)(str name, struct buf *out);
	void (*quote_text)(str text, struct buf *out);

	/* --- reading -------------------------------------------------------------------------- */
	/* Everything but the table `version_table` (in `version_schema`, may be empty) and what belongs to it. */
	MUST_USE struct error *(*snapshot)(struct connection *connection, str version_schema,
			str version_table, struct arena *arena, struct schema **ret_schema);
	/* Whether there is such a table, as Alembic asks (on SQLite a view will do, and case does not matter). */
	MUST_USE struct error *(*has_table)(struct connection *connection, str schema, str table,
			struct arena *arena, bool *ret_is_there);
	/* The same question as a query, which has a row if there is such a table. */
	str (*has_table_sql)(str schema, str table, struct arena *arena);
	/* SQL that creates the version table as Alembic does, without a final semicolon (semantics, section 4.1). */
	str (*version_table_sql)(str schema, str table, bool primary_key, struct arena *arena);
	/*
	 * Hand all rows of a table to `take`, one by one, as text: `columns` in this order, rows in any; values for
	 * comparing, NULL unlike '', numbers with all their digits. A column that is no longer there reads as an
	 * error. No columns: those of the table, where a snapshot does not know them. However many there are, no
	 * more than some are in memory; `arena` is rewound between them, so what `take` keeps is elsewhere.
	 */
	MUST_USE struct error *(*read_rows)(struct connection *connection, str table,
			const struct str_list *columns, engine_row_fn *take, void *data,
			struct arena *arena);
};

#endif
