/*
 * Sessions that stay open beside a cell, and transactions that were prepared. They never go on, so whoever waits
 * for a lock of theirs waits for ever; while a statement of the cell runs, the admin's connection asks the server
 * whether that is so.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"

#include <stdlib.h>
#include <strings.h>

/* --- timeouts ------------------------------------------------------------------------------- */

struct limit {
	const char *show;
	int since; /* the first version that knows it: an older one's complaint would fail a transaction */
};

/* What ends a statement that waits for a lock; what ends a session that does nothing. */
static const struct limit statement_limits[] = {
	{ "SHOW lock_timeout", 0 },
	{ "SHOW statement_timeout", 0 },
	{ "SHOW transaction_timeout", 170000 },
};
static const struct limit session_limits[] = {
	{ "SHOW idle_in_transaction_session_timeout", 0 },
	{ "SHOW idle_session_timeout", 140000 },
	{ "SHOW transaction_timeout", 170000 },
};

/* Whether one of them is set on the connection. SHOW takes no snapshot, so nothing changes by asking. */
static bool has_limit(PGconn *link, const struct limit *limits, size_t count)
{
	bool is_set = false;

	for (size_t i = 0; i < count && !is_set; i++) {
		if (PQserverVersion(link) < limits[i].since) {
			continue;
		}
		PGresult *result = PQexec(link, limits[i].show);

		is_set = PQntuples(result) == 1 &&
				!str_equal(str_from(PQgetvalue(result, 0, 0)), STR("0"));
		PQclear(result);
	}
	return is_set;
}

/* A function or a DO block may set a limit for what it does itself. */
static bool speaks_of_timeouts(str statement)
{
	const str word = STR("_timeout");

	for (size_t i = 0; i + word.len <= statement.len; i++) {
		if (strncasecmp(statement.data + i, word.data, word.len) == 0) {
			return true;
		}
	}
	return false;
}

bool postgres_may_wait_for_ever(struct connection *connection, str statement)
{
	const PGTransactionStatusType status = PQtransactionStatus(connection->link);

	return (connection->database->sessions || connection->database->may_hold_prepared) &&
			(status == PQTRANS_IDLE || status == PQTRANS_INTRANS) &&
			!speaks_of_timeouts(statement) &&
			!has_limit(connection->link, statement_limits, COUNT_OF(statement_limits));
}

/* --- sessions ------------------------------------------------------------------------------- */

struct error *postgres_leave_session(struct connection *connection, struct arena *arena)
{
	struct connection **last = &connection->database->sessions;

	(void)arena;
	connection->session.ends_by_itself =
			has_limit(connection->link, session_limits, COUNT_OF(session_limits));
	while (*last) {
		last = &(*last)->session.next;
	}
	*last = connection;
	return NULL;
}

void postgres_forget_session(struct connection *connection)
{
	struct connection **at = &connection->database->sessions;

	while (*at && *at != connection) {
		at = &(*at)->session.next;
	}
	if (*at) {
		*at = connection->session.next;
	}
}

struct error *postgres_pause(struct connection *connection, str name, struct arena *arena)
{
	connection->session.name = name;
	return postgres_leave_session(connection, arena);
}

void postgres_resume(struct connection *connection)
{
	postgres_forget_session(connection);
	connection->session.name = (str){ 0 };
	connection->session.next = NULL;
}

/* --- waits ---------------------------------------------------------------------------------- */

/*
 * Whether the session is there, and nobody has told it to end: one that was ended a moment ago may have its locks
 * still, but answers nothing more. A bare Sync leaves no trace in pg_stat_activity, where a query would.
 */
static bool answers(PGconn *link)
{
	if (!PQenterPipelineMode(link) || !PQpipelineSync(link)) {
		return false;
	}
	PGresult *result = PQgetResult(link);
	const bool is_there = PQresultStatus(result) == PGRES_PIPELINE_SYNC;

	PQclear(result);
	return is_there && PQexitPipelineMode(link);
}

static bool is_among(const PGresult *pids, int pid)
{
	for (int row = 0; row < PQntuples(pids); row++) {
		if (atoi(PQgetvalue(pids, row, 0)) == pid) {
			return true;
		}
	}
	return false;
}

/* Who holds a lock that a statement waits for, and never lets go of it. */
struct holders {
	struct str_list sessions, prepared; /* names in quotes */
};

/* Transactions that were prepared belong to no process, and PostgreSQL gives 0 in its place. */
#define PID_OF_PREPARED 0

/* Those that hold what the statement of process `pid` waits for. */
static struct error *find_prepared(
		PGconn *link, int pid, struct arena *arena, struct holders *holders)
{
	PGresult *gids = NULL;
	struct error *error = postgres_run(link,
			str_format(arena,
					"SELECT x.gid FROM pg_catalog.pg_prepared_xacts x"
					" JOIN pg_catalog.pg_locks own ON own.locktype = 'transactionid'"
					" AND own.transactionid = x.transaction AND own.pid IS NULL"
					" WHERE EXISTS ("
					"SELECT FROM pg_catalog.pg_locks w, pg_catalog.pg_locks h"
					" WHERE w.pid = %d AND NOT w.granted AND h.granted AND h.pid IS NULL"
					" AND h.virtualtransaction = own.virtualtransaction"
					" AND (h.locktype, h.database, h.relation, h.page, h.tuple,"
					" h.transactionid, h.classid, h.objid, h.objsubid) IS NOT DISTINCT FROM"
					" (w.locktype, w.database, w.relation, w.page, w.tuple,"
					" w.transactionid, w.classid, w.objid, w.objsubid)) ORDER BY x.gid",
					pid)
					.data,
			arena, &gids);

	for (int row = 0; !error && row < PQntuples(gids); row++) {
		str_list_add(&holders->prepared,
				str_format(arena, "'%s'", PQgetvalue(gids, row, 0)), arena);
	}
	PQclear(gids);
	return error;
}

static struct error *find_holders(
		struct connection *connection, struct arena *arena, struct holders *holders)
{
	PGconn *admin = connection->database->host->admin;
	const int pid = PQbackendPID(connection->link);
	PGresult *pids = NULL;
	struct error *error = postgres_run(admin,
			str_format(arena, "SELECT unnest(pg_catalog.pg_blocking_pids(%d))", pid)
					.data,
			arena, &pids);

	for (struct connection *session = error ? NULL : connection->database->sessions; session;
			session = session->session.next) {
		if (is_among(pids, PQbackendPID(session->link)) &&
				!session->session.ends_by_itself && answers(session->link)) {
			str_list_add(&holders->sessions,
					str_format(arena, "'%.*s'", STR_ARG(session->session.name)),
					arena);
		}
	}
	if (!error && is_among(pids, PID_OF_PREPARED)) {
		error = find_prepared(admin, pid, arena, holders);
	}
	PQclear(pids);
	return error;
}

#define WANTS_NAME "It wants to make something whose name %s taken and not committed."

/*
 * What lock the statement of a process waits for. Who waits for the end of a transaction wants a row, and then holds
 * the place in the queue for it, unless its own transaction has a share in the row; or a key that the other has
 * written: of a catalog, where it is the name of something, or of a table. Which of the two the statement itself
 * says when it is cancelled.
 */
static const char lock_sql[] =
		"SELECT CASE w.locktype"
		" WHEN 'relation' THEN format('It wants %%s on %%s.', w.mode, w.relation::regclass)"
		" WHEN 'tuple' THEN format("
		"'It wants a row of %%s that others wait for, too.', w.relation::regclass)"
		" WHEN 'transactionid' THEN coalesce("
		"(SELECT format('It wants a row of %%s that %s locked.', relation::regclass)"
		" FROM pg_catalog.pg_locks WHERE pid = w.pid AND granted AND locktype = 'tuple' LIMIT 1),"
		"(SELECT '" WANTS_NAME "'"
		" FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_class c ON c.oid = l.relation"
		" WHERE l.pid = w.pid AND l.granted AND l.mode = 'RowExclusiveLock'"
		" AND c.relkind = 'i' AND c.relnamespace = 'pg_catalog'::regnamespace LIMIT 1),"
		"'It wants a row that %s locked, or a key that is written and not committed.')"
		" WHEN 'advisory' THEN format('It wants the advisory lock %%s.', CASE w.objsubid"
		" WHEN 1 THEN ((w.classid::bigint << 32) | w.objid::bigint)::text"
		" ELSE format('(%%s, %%s)', w.classid::bigint::integer, w.objid::bigint::integer) END)"
		" WHEN 'object' THEN format('It wants %%s on %%s.', w.mode,"
		" coalesce(pg_catalog.pg_describe_object(w.classid, w.objid, 0), 'an object'))"
		" WHEN 'virtualxid' THEN 'It waits until older transactions are over.'"
		" ELSE format('It wants a lock of type %%s.', w.locktype) END"
		" FROM pg_catalog.pg_locks w WHERE w.pid = %d AND NOT w.granted";

/* Whoever holds it, as the subject of a sentence. */
static const char *say_who_has(const struct holders *holders)
{
	return holders->sessions.count + holders->prepared.count > 1 ? "they have"
			: holders->prepared.count                    ? "the transaction has"
								     : "the session has";
}

/* The same as a sentence; empty if nobody can tell. */
static str describe_lock(struct connection *connection, const char *have, struct arena *arena)
{
	const struct database *database = connection->database;
	PGconn *link = NULL; // names of tables are known in the database itself
	PGresult *locks = NULL;
	str text = { 0 };

	struct error *error = postgres_link(
			database->host->conninfo, database->name, (str){ 0 }, arena, &link);
	if (!error) {
		error = postgres_run(link,
				str_format(arena, lock_sql, have, have, have,
						PQbackendPID(connection->link))
						.data,
				arena, &locks);
	}
	if (!error && PQntuples(locks)) {
		text = str_copy(str_from(PQgetvalue(locks, 0, 0)), arena);
	}
	PQclear(locks);
	PQfinish(link);
	return text;
}

/* "sessions 'a', 'b'", added behind what is there. */
static void add_names(const struct str_list *names, const char *kind, struct buf *out)
{
	if (names->count) {
		buf_format(out, "%s%s%s %.*s", out->len ? " and " : "", kind,
				names->count > 1 ? "s" : "",
				STR_ARG(str_list_join(names, STR(", "), out->arena)));
	}
}

/* What a line of a CONTEXT begins with, where somebody waited for the end of another's transaction. */
struct wait_words {
	const char *words;
	bool is_for_key; /* to write one that may be there already, not for a row that is */
};

static const struct wait_words wait_words[] = {
	{ "while updating tuple ", false },
	{ "while deleting tuple ", false },
	{ "while locking tuple ", false },
	{ "while locking updated version ", false },
	{ "while rechecking updated tuple ", false },
	{ "while inserting index tuple ", true },
	{ "while checking uniqueness of tuple ", true },
	{ "while checking exclusion constraint on tuple ", true },
};

/* Which of them the CONTEXT has, where no function or trigger was at work further in; else NULL. */
static const struct wait_words *find_wait_words(str context)
{
	for (size_t i = 0; i < COUNT_OF(wait_words); i++) {
		if (str_starts_with(context, str_from(wait_words[i].words))) {
			return &wait_words[i];
		}
	}
	return NULL;
}

/* `... in relation "NAME"`: the table, or the index. */
static str relation_of(str context)
{
	const str line = str_slice(context, 0, str_find_char(context, '\n'));
	const str words = STR(" in relation \"");
	const size_t at = str_find(line, words) + words.len;

	return at < line.len ? str_slice(line, at, line.len - at - 1) : (str){ 0 };
}

str postgres_describe_wait(str context, const char *have, struct arena *arena)
{
	const struct wait_words *wait = find_wait_words(context);
	const str relation = relation_of(context);

	if (!wait || !relation.len) {
		return (str){ 0 };
	}
	if (str_starts_with(relation, STR("pg_")) && str_ends_with(relation, STR("_index"))) {
		return str_format(arena, WANTS_NAME, have);
	}
	return wait->is_for_key
			? str_format(arena,
					  "It wants to write a key of %.*s that %s written and not committed.",
					  STR_ARG(relation), have)
			: str_format(arena, "It wants a row of %.*s that %s locked.",
					  STR_ARG(relation), have);
}

struct error *postgres_endless_wait(
		struct connection *connection, struct arena *arena, const char **ret_have)
{
	struct holders holders = { 0 };
	struct buf names = { .arena = arena };

	struct error *error = find_holders(connection, arena, &holders);
	add_names(&holders.sessions, "session", &names);
	add_names(&holders.prepared, "prepared transaction", &names);
	if (error || !names.len) { // that nobody can be asked is told by what is asked next
		return NULL;
	}
	error = error_new(arena, ERROR_DATABASE, "waits for ever for a lock that %.*s hold%s",
			STR_ARG(buf_str(&names)),
			holders.sessions.count + holders.prepared.count > 1 ? "" : "s");
	error->class_name = STR("Blocked");
	*ret_have = say_who_has(&holders);
	error->detail = describe_lock(connection, *ret_have, arena);
	error->hint = holders.prepared.count
			? STR("It is held until COMMIT PREPARED or ROLLBACK PREPARED, though the session "
			      "that has prepared the transaction may be gone for long.")
			: STR("It is held until the session or its transaction ends. End it, or set "
			      "lock_timeout so that the statement gives up by itself.");
	return error;
}
