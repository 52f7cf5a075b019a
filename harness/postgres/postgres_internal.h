/*
 * postgres/postgres_internal.h - what the files of the PostgreSQL engine share.
 */
#ifndef POSTGRES_POSTGRES_INTERNAL_H
#define POSTGRES_POSTGRES_INTERNAL_H

#include "database/engine.h"
#include "kit/table.h"

#include <libpq-fe.h>

/* A connection that makes databases ahead, or drops them, while a cell runs. */
struct helper {
	PGconn *link; /* NULL until needed */
	bool is_busy; /* with a statement whose end was not taken yet */
};

/*
 * One process's way to a server. Scenario SQL runs as a role of this process alone, which owns the
 * database of the cell in hand and nothing else: images and clones made ahead belong to the admin.
 */
struct host {
	str conninfo; /* of the role that may create databases, without a database name */
	PGconn *admin;
	struct helper cloner, dropper, sparer;
	int version;          /* 150020 */
	const char *strategy; /* of CREATE DATABASE; NULL: the server's own, or it knows none */
	str run_prefix;       /* of every name that the run makes */
	str prefix;           /* of every name this process makes */
	str role;
	str role_password;
	str role_conninfo; /* without database and password */
	str role_settings; /* SQL that gives the role no settings but those of this run */
	bool (*is_called_off)(void); /* as the host's options have it */
	bool is_private;
	bool is_alone; /* no other cell is played on the server meanwhile */
	str bindir; /* where pg_restore, which reads archives, is looked for first; may be empty */
	str run_as; /* who runs it as root; may be empty */
	struct progress *progress; /* of loading; NULL: nobody looks */
	struct remembered_survey *surveys; /* of dumps that were read */
	str locale_sql; /* of CREATE DATABASE: what the cell in hand wants; empty: the cluster's own */
	uint64_t drop_below; /* databases are dropped when less is free on the server's file system; 0: at once */
	unsigned made; /* databases so far: the last one's number */
	struct database *settled; /* whose settings the role has at the moment; NULL: nobody's */

	struct {
		const struct image *image; /* NULL: none is under way or ready */
		unsigned number;
	} ahead; /* what the cloner makes, or has made */

	struct {
		unsigned number; /* 0: none is under way or ready */
		size_t wanted;   /* empty databases so far */
	} spare; /* an empty database that the sparer makes, or has made */

	struct {
		unsigned *items;
		size_t count, capacity;
		size_t dropped; /* from the front */
	} doomed; /* numbers of databases to drop, when there is time */
	struct arena *arena; /* for what lasts as long as the host does */
};

/* SQL that sets again what was set for a database: what stands before its name, and what after it. */
struct postgres_setting {
	str before, after;
};

/* What was set for a database, and for the scenario's role while the database was in its hands. */
struct postgres_settings {
	struct postgres_setting *items;
	size_t count, capacity;
	str role; /* SQL; empty: nothing was, save by the run */
};

/*
 * A new one is made as soon as it is used. Freezing copies nothing: the image takes the database as it stands, and
 * the database is cloned from it only if it is used again. If it was not when the image is dropped, it gets back
 * its own.
 */
struct database {
	struct host *host;
	struct arena *arena;  /* for what lasts as long as it does */
	unsigned number;      /* in its name */
	str name;             /* while `frozen` is NULL */
	str role_settings;    /* SQL: what its role has, while host->settled is another */
	struct image *frozen; /* what it is a clone of as soon as it is used; NULL: it exists */
	bool is_unmade;    /* it has no name or number yet: it will be a copy of template0 */
	bool is_withdrawn; /* it exists, and is not the scenario's role's: its image was dropped */
	bool may_hold_prepared; /* transactions, which outlive connections and stand in the way */
	struct connection *sessions; /* that have run their SQL and are left alone, in turn */
	struct str_list looked_for, stood_in; /* collations that SQL names; what is to be said of those that were made */
	PGconn *last; /* session of the connection closed last, made as new; NULL: it has ended */
};

struct image {
	struct host *host;
	unsigned number;
	str name;
	bool is_template; /* template0, of a database that nobody had used yet */
	bool is_sealed;   /* it can be cloned: its settings were read, and it is the admin's */
	struct postgres_settings settings; /* which clones get again; sealed */
	struct database *taken; /* it is `frozen` as this; NULL: was used since, or dropped */
	struct database own; /* stands in for `taken` then, for as long as the image is not sealed */
};

struct connection {
	struct database *database;
	PGconn *link;
	bool autocommits;
	/* Who only reads has its queries of the catalogs planned once, by number, when it asks again. */
	bool only_reads;
	uint64_t asked, planned;
	bool has_begun; /* the driver sent BEGIN, and neither commit nor rollback since */
	int64_t deadline_us;
	engine_notice_fn *take_notice; /* NULL: notices are dropped */
	void *notice_data;

	struct {
		str name;                /* empty: it is none */
		bool ends_by_itself;     /* the server will end it, or its transaction */
		struct connection *next; /* of database->sessions */
	} session;
};

/* --- postgres/collation.c -------------------------------------------------------------------- */

/* Make the collations that a statement names and that the system of a private server lacks, by ICU's. */
MUST_USE struct error *postgres_stand_in(
		struct connection *connection, str statement, struct arena *arena);

/* engine.database_note */
str postgres_database_note(struct database *database, struct arena *arena);

/* --- postgres/conninfo.c --------------------------------------------------------------------- */

/*
 * A connection string, in any form that libpq knows, as key=value; `database`, which may be empty, unless it names
 * one. Sessions show the application name in pg_stat_activity.
 */
MUST_USE struct error *postgres_conninfo_read(str text, str database, str application_name,
		struct arena *arena, str *ret_conninfo);

/* The way to the server of `link` for another role, without a password or a database. */
str postgres_conninfo_for(PGconn *link, str user, struct arena *arena);

/*
 * The same address for the program of PostgreSQL's that is to work beside `link`, of the same database: without secrets,
 * for a command line, and with more `options` for its session. `ret_password` is for its environment; empty: it finds
 * it as the link has, or needs none. ERROR_INVALID: it has a secret that cannot be handed over.
 */
MUST_USE struct error *postgres_conninfo_for_program(str conninfo, PGconn *link, const char *options,
		struct arena *arena, str *ret_conninfo, str *ret_password);

/* The same address for everybody to see, as on a command line, of `database`: without what libpq calls a secret. */
str postgres_conninfo_public(str conninfo, str database, struct arena *arena);

/* The psql command, for a shell, that opens `database`. It leaves out secrets. */
str postgres_conninfo_command(str conninfo, str database, struct arena *arena);

/* --- postgres/link.c ------------------------------------------------------------------------- */

/*
 * Connect with `conninfo`; `database` and `password`, where they are not empty, in the place of its own.
 * ERROR_ENVIRONMENT when the server does not answer, or does not let us in.
 */
MUST_USE struct error *postgres_link(
		str conninfo, str database, str password, struct arena *arena, PGconn **ret_link);

/* Run SQL of our own that must succeed, perhaps several statements; the last result, to be cleared by the caller. */
MUST_USE struct error *postgres_run(
		PGconn *link, const char *sql, struct arena *arena, PGresult **ret_result);

/* An error from a failed result, verbatim. */
struct error *postgres_error(const PGconn *link, const PGresult *result, struct arena *arena);

/* Ask the server to end what the link is doing. */
void postgres_cancel(PGconn *link);

/* Let nobody hear the notices of a link. */
void postgres_drop_notices(PGconn *link);

/* --- postgres/connection.c ------------------------------------------------------------------- */

struct error *postgres_connect(
		struct database *database, struct arena *arena, struct connection **ret_connection);
struct error *postgres_connect_to_read(
		struct database *database, struct arena *arena, struct connection **ret_connection);
struct error *postgres_connect_session(struct database *database, str name, struct arena *arena,
		struct connection **ret_connection);
void postgres_disconnect(struct connection *connection);

/* Ask something for the engine's own ends, outside of the driver's habit; the connection's deadline holds. */
MUST_USE struct error *postgres_ask(struct connection *connection, str sql, struct arena *arena,
		struct result *ret_result);
struct error *postgres_set_autocommit(
		struct connection *connection, bool autocommit, struct arena *arena);
struct error *postgres_commit(struct connection *connection, struct arena *arena);
struct error *postgres_rollback(struct connection *connection, struct arena *arena);
enum transaction_state postgres_transaction(const struct connection *connection);
str postgres_transaction_note(struct connection *connection, struct arena *arena);
void postgres_take_notices(struct connection *connection, engine_notice_fn *take, void *data);
struct error *postgres_execute(struct connection *connection, str statement, struct arena *arena,
		struct result *ret_result, size_t *ret_error_offset);

/* Send a COPY ... FROM stdin: without an error the server takes its data now, until postgres_end_copy(). */
MUST_USE struct error *postgres_start_copy(struct connection *connection, str statement,
		struct arena *arena, size_t *ret_error_offset);
MUST_USE struct error *postgres_end_copy(struct connection *connection, struct arena *arena);

/* Takes a row of what COPY writes, in the format that it was asked for. An error ends the COPY. */
typedef struct error *postgres_row_fn(void *data, str row);

/* Run SQL that ends with a COPY ... TO STDOUT, and hand its rows to `take` as they come, however many there are. */
MUST_USE struct error *postgres_copy_out(struct connection *connection, str statement,
		postgres_row_fn *take, void *data, struct arena *arena);

/* --- postgres/session.c ---------------------------------------------------------------------- */

struct error *postgres_leave_session(struct connection *connection, struct arena *arena);
struct error *postgres_pause(struct connection *connection, str name, struct arena *arena);
void postgres_resume(struct connection *connection);

/* The connection is about to close: if it is a session, it holds nothing from now on. */
void postgres_forget_session(struct connection *connection);

/*
 * Whether to look, while `statement` runs, for what it waits for: there are sessions or prepared transactions, and no timeout of
 * the connection's, or that the statement sets itself, will end the waiting.
 */
bool postgres_may_wait_for_ever(struct connection *connection, str statement);

/*
 * What the statement under way waits for without an end: a lock of sessions, of prepared transactions; else NULL.
 * `ret_have`: who it is, such as "the session has"; borrowed for good.
 */
struct error *postgres_endless_wait(
		struct connection *connection, struct arena *arena, const char **ret_have);

/* The engine's describe_wait(). */
str postgres_describe_wait(str context, const char *have, struct arena *arena);

/* --- postgres/leftovers.c -------------------------------------------------------------------- */

/* Drop all databases and roles called `prefix`..., after ending the sessions on them; counts the databases. */
size_t leftovers_drop(PGconn *link, str prefix, struct arena *arena);

/*
 * The same for every run that is over, as its sign of life is gone; with `only_silent` those alone of which there is no
 * session at all, so that nobody is hurt whose sign of life was lost on the way.
 */
size_t leftovers_drop_of_dead_runs(PGconn *link, bool only_silent, struct arena *arena);

/* Drop the databases that runs have kept; counts them. */
size_t leftovers_drop_kept(PGconn *link, struct arena *arena);

/* --- postgres/names.c ------------------------------------------------------------------------ */

/* Sixteen hexadecimal digits that nobody can guess. */
MUST_USE struct error *postgres_random_name(struct arena *arena, str *ret_name);

/* What the names of databases begin with that a run has kept. */
#define POSTGRES_KEPT "rehearse_kept_"

/* POSTGRES_KEPT, the label as far as it fits, and what makes it the only one. */
MUST_USE struct error *postgres_kept_name(str label, struct arena *arena, str *ret_name);

void postgres_quote_identifier(str name, struct buf *out);
void postgres_quote_text(str text, struct buf *out);

/* SPACE.NAME, or NAME alone where there is no space. */
void postgres_quote_path(str space, str name, struct buf *out);

/* --- postgres/host.c ------------------------------------------------------------------------- */

struct error *postgres_host_start(
		const struct host_options *options, struct arena *arena, struct host **ret_host);
void postgres_host_stop(struct host *host);

/* Make a role that may log in and nothing else, and that we may give databases to. */
MUST_USE struct error *postgres_create_role(
		PGconn *link, str role, str password, struct arena *arena);

/* Run SQL as the role that may create databases. */
MUST_USE struct error *postgres_admin_run(struct host *host, str sql, struct arena *arena);

/*
 * Connect as the scenario's role. SQL that has changed the role's password does not lock it out: as a private
 * server asks for none, one that is lent gets ours back. ERROR_DATABASE: the SQL has shut its own database.
 */
MUST_USE struct error *postgres_role_link(
		struct host *host, str database, struct arena *arena, PGconn **ret_link);

/* What the database of that number is called. */
str postgres_database_name(const struct host *host, unsigned number, struct arena *arena);

/* A copy of a database that nobody is connected to. It is the admin's. */
MUST_USE struct error *postgres_copy_database(
		struct host *host, str template, struct arena *arena, unsigned *ret_number);

/* Drop a database, whoever is still connected to it; one that is not there is fine. */
MUST_USE struct error *postgres_drop_database(PGconn *link, str name, struct arena *arena);

/* Drop a database when there is time. */
void postgres_doom(struct host *host, unsigned number);

/* Begin to make a clone of the image, which is sealed; postgres_ahead_take() then gives it. */
void postgres_ahead_begin(const struct image *image);

/* The clone that was made ahead of `image`; 0: there is none. */
unsigned postgres_ahead_take(struct host *host, const struct image *image);

/* The clone that was made ahead is not needed. */
void postgres_ahead_forget(struct host *host);

/*
 * A copy of template0, as the cell in hand wants it. On a private server the next one is then made meanwhile, once a
 * second one was wanted: a run of one cell has no use for it.
 */
MUST_USE struct error *postgres_empty_database(
		struct host *host, struct arena *arena, unsigned *ret_number);

/* Wait until nothing is dropped in the background. */
void postgres_wait_for_drops(struct host *host);

/* --- postgres/locale.c ------------------------------------------------------------------------ */

struct error *postgres_locale_begin(
		struct host *host, str locale, struct arena *arena, str *ret_note, str *ret_refusal);
struct error *postgres_dump_locale_begin(struct host *host, const struct dump *dump,
		struct arena *arena, str *ret_note);

/* --- postgres/extensions.c -------------------------------------------------------------------- */

struct error *postgres_extend(struct database *database, str extension, struct arena *arena);

/* Why the server cannot have one of these extensions; empty: it has them all. */
MUST_USE struct error *postgres_find_extensions(struct host *host,
		const struct str_list *extensions, struct arena *arena, str *ret_refusal);

/* --- postgres/roles.c ------------------------------------------------------------------------- */

/* What the names of all that runs make begin with, and what stands behind a run's own prefix in names of roles. */
#define POSTGRES_RUN_PREFIX "rehearse_"
#define POSTGRES_RUN_SUFFIX "_"

/* Behind the prefix, the name of the session that lasts as long as the run. */
#define POSTGRES_LIFE_SUFFIX "run"
#define POSTGRES_ROLE_MARK  "role_"

struct error *postgres_roles_begin(struct host *host, const struct role_wants *wants, bool alone,
		struct arena *arena, str *ret_refusal);
void postgres_roles_end(struct host *host, const struct role_wants *wants, struct arena *arena);

/* --- postgres/settings.c ---------------------------------------------------------------------- */

/* Remember what the role has for the database that it is settled for. */
MUST_USE struct error *postgres_role_leave(struct host *host);

/* Give the role what was set for it while it had this database. */
MUST_USE struct error *postgres_role_settle(struct database *database, struct arena *arena);

/* What SQL has set for the database, and for the role that has it. */
MUST_USE struct error *postgres_settings_read(
		struct database *database, struct arena *arena, struct postgres_settings *ret);

/*
 * Append SQL, a statement a line, that gives the database of `link` what sessions of the role have there by other ways
 * than the database: settings of the role, of all roles, of the server's configuration that change what SQL does. If
 * `is_for_any`, the SQL gives whatever database and role will carry it out what this database and the role have.
 */
MUST_USE struct error *postgres_settings_capture(
		PGconn *link, str role, bool is_for_any, struct arena *arena, struct buf *out);

/* Append "; SQL" that sets for the database `name` what was set for the one that was read; not the role's. */
void postgres_settings_add(const struct postgres_settings *settings, str name, struct buf *sql);

/* --- postgres/capture.c ----------------------------------------------------------------------- */

bool postgres_is_address(str text);
str postgres_address_public(str address, struct arena *arena);
struct error *postgres_capture(const struct capture *capture, int fd, struct arena *arena,
		struct str_list *ret_notes);

/* --- postgres/database.c ---------------------------------------------------------------------- */

/*
 * Scenario SQL owns the database of the cell in hand; all others are the admin's. What was set for the database
 * comes with it, and `role_settings`, SQL that may be empty, for the role.
 */
MUST_USE struct error *postgres_give_to_role(struct host *host, str name,
		const struct postgres_settings *settings, str role_settings, struct arena *arena);
MUST_USE struct error *postgres_take_from_role(struct host *host, str name, struct arena *arena);

/* End the session that the connection closed last has left. */
void postgres_end_last(struct database *database);

/* Roll back transactions that scenario SQL has prepared and left. */
MUST_USE struct error *postgres_settle(struct database *database, struct arena *arena);
MUST_USE struct error *postgres_take_back(struct database *database, struct arena *arena);

/* Make sure that the database exists by itself, apart from the image it was frozen as, and has no session. */
MUST_USE struct error *postgres_thaw(struct database *database, struct arena *arena);

/* --- postgres/image.c ------------------------------------------------------------------------- */

struct error *postgres_freeze(
		struct database *database, struct arena *arena, struct image **ret_image);
struct error *postgres_clone(struct host *host, struct image *image,
		const struct database *replaced, struct arena *arena,
		struct database **ret_database);
struct error *postgres_claim(
		struct image *image, struct arena *arena, struct database **ret_database);
void postgres_image_prepare(struct image *image);
void postgres_image_drop(struct image *image);

/* Make the image ready to be cloned. */
MUST_USE struct error *postgres_image_seal(struct image *image);

/* The database that was frozen as the image is about to go: what the image may still need of it, it keeps. */
void postgres_image_keep(struct image *image);

/* --- postgres/rows.c ------------------------------------------------------------------------- */

/*
 * What a schema, and rows, look like must not depend on who set what for his role, his database or a server
 * that he lends: every transaction that reads them begins with these. Without row security a query that would
 * be shown a part of a table fails instead.
 */
#define POSTGRES_READING_SETTINGS                                                         \
	"SET LOCAL ROLE NONE; SET LOCAL search_path = ''; SET LOCAL row_security = off; " \
	"SET LOCAL timezone = 'UTC'; SET LOCAL datestyle = 'ISO, MDY'; "                  \
	"SET LOCAL intervalstyle = 'postgres'; SET LOCAL bytea_output = 'hex'; "          \
	"SET LOCAL extra_float_digits = 1; SET LOCAL lc_monetary = 'C'; "                 \
	"SET LOCAL quote_all_identifiers = off; SET LOCAL standard_conforming_strings = on; "

/* As engine.h has it: all rows, those too that policies hide from the table's owner. */
struct error *postgres_read_rows(struct connection *connection, str table,
		const struct str_list *columns, engine_row_fn *take, void *data,
		struct arena *arena);

/* --- postgres/rights.c ------------------------------------------------------------------------ */

/* A privilege of a role on something. */
struct postgres_right {
	str what;       /* "table s.t" */
	str role;       /* quoted where it must be; empty: everybody */
	bool is_owners; /* of what it is on */
	bool is_usual;  /* it is so where nobody has granted or revoked anything; else it is so */
	str privilege;  /* "SELECT", "SELECT with grant option" */
};

/* The rights of a role on a thing. */
struct postgres_role_rights {
	struct postgres_right of; /* its privilege is of no meaning */
	struct str_list are, usual;
};

struct postgres_rights {
	struct postgres_role_rights *items;
	size_t count, capacity;
	struct table index;
};

/* Take one; texts are borrowed. */
void postgres_rights_add(struct postgres_rights *rights, const struct postgres_right *right,
		struct arena *arena);

/* Add to a schema what was granted beyond the usual, and what was revoked of it. */
void postgres_rights_tell(
		const struct postgres_rights *rights, struct schema *schema, struct arena *arena);

/* --- postgres/arrays.c ----------------------------------------------------------------------- */

/* Facts in which arrays that are cast are as a dump would leave them. */
str postgres_array_text(str text, struct arena *arena);

/* --- postgres/view.c ------------------------------------------------------------------------- */

/* What a view is, from a server of that version, in one line and as PostgreSQL 16 and newer ones put it. */
str postgres_view_text(str text, int version, struct arena *arena);

/* --- postgres/statement.c --------------------------------------------------------------------- */

/* Where the character number `characters`, from 0, of a text begins; its end if it has fewer. */
size_t postgres_byte_offset(str text, size_t characters);

struct statements postgres_split(str sql, struct arena *arena);

/* --- the others ------------------------------------------------------------------------------ */

struct error *postgres_snapshot(struct connection *connection, str version_schema,
		str version_table, struct arena *arena, struct schema **ret_schema);
struct error *postgres_dump_needs(struct host *host, const struct dump *dump, struct arena *arena,
		struct dump_needs *ret_needs);
struct error *postgres_load(struct database *database, const struct dump *dump, int64_t deadline_us,
		struct arena *arena, struct str_list *ret_notes);

#endif
