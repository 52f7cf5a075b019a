/*
 * Sessions that stay open beside a cell. They never go on, so whoever waits for a lock of theirs waits for
 * ever; while a statement of the cell runs, the admin's connection asks the server whether that is so.
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

	return connection->database->sessions &&
			(status == PQTRANS_IDLE || status == PQTRANS_INTRANS) &&
			!speaks_of_timeouts(statement) &&
			!has_limit(connection->link, statement_limits, COUNT_OF(statement_limits));
}

/* --- sessions ------------------------------------------------------------------------------- */

struct error *postgres_connect_session(struct database *database, str name, struct arena *arena,
		struct connection **ret_connection)
{
	struct error *error = postgres_connect(database, arena, ret_connection);

	if (!error) {
		(*ret_connection)->session.name = name;
	}
	return error;
}

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

/* The sessions that the connection's statement waits for, and that never let go. */
static struct error *find_holders(
		struct connection *connection, struct arena *arena, struct str_list *ret_names)
{
	const int pid = PQbackendPID(connection->link);
	PGresult *pids = NULL;
	struct error *error = postgres_run(connection->database->host->admin,
			str_format(arena, "SELECT unnest(pg_catalog.pg_blocking_pids(%d))", pid)
					.data,
			arena, &pids);

	for (struct connection *session = error ? NULL : connection->database->sessions; session;
			session = session->session.next) {
		if (is_among(pids, PQbackendPID(session->link)) &&
				!session->session.ends_by_itself && answers(session->link)) {
			str_list_add(ret_names,
					str_format(arena, "'%.*s'", STR_ARG(session->session.name)),
					arena);
		}
	}
	PQclear(pids);
	return error;
}

/* What lock it waits for, as a sentence; empty if nobody can tell. */
static str describe_lock(struct connection *connection, struct arena *arena)
{
	const struct database *database = connection->database;
	PGconn *link = NULL; // names of tables are known in the database itself
	PGresult *locks = NULL;
	str text = { 0 };

	struct error *error = postgres_link(
			database->host->conninfo, database->name, (str){ 0 }, arena, &link);
	if (!error) {
		error = postgres_run(link,
				str_format(arena,
						"SELECT CASE WHEN relation IS NOT NULL"
						" THEN format('It wants %%s on %%s.', mode, relation::regclass)"
						" WHEN locktype = 'transactionid'"
						" THEN 'It wants a row that the session has locked.'"
						" WHEN locktype = 'advisory'"
						" THEN 'It wants an advisory lock.'"
						" WHEN locktype = 'virtualxid'"
						" THEN 'It waits until older transactions are over.'"
						" ELSE format('It wants a lock of type %%s.', locktype) END"
						" FROM pg_catalog.pg_locks WHERE pid = %d AND NOT granted",
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

struct error *postgres_endless_wait(struct connection *connection, struct arena *arena)
{
	struct str_list names = { 0 };

	struct error *error = find_holders(connection, arena, &names);
	if (error || !names.count) { // that nobody can be asked is told by what is asked next
		return NULL;
	}
	error = error_new(arena, ERROR_DATABASE,
			"waits for ever for a lock that session%s %.*s hold%s",
			names.count > 1 ? "s" : "",
			STR_ARG(str_list_join(&names, STR(", "), arena)),
			names.count > 1 ? "" : "s");
	error->class_name = STR("Blocked");
	error->detail = describe_lock(connection, arena);
	error->hint = STR("It is held until the session or its transaction ends. End it, or set "
			  "lock_timeout so that the statement gives up by itself.");
	return error;
}
