/*
 * COPY ... FROM stdin: the data of a dump goes to the server part by part, as fast as it takes it.
 */
#include "postgres/dump.h"

#include "kit/arena.h"
#include "kit/wait.h"

/* --- empty tables ---------------------------------------------------------------------------- */

/* So much data is worth a question about its table. */
#define MUCH_DATA ((size_t)64 * 1024)

/* The table as it is written in COPY TABLE [(COLUMNS)] FROM stdin; empty: the statement says more than that. */
static str table_of(str statement, struct arena *arena)
{
	const struct words words = words_of(statement, arena);
	const size_t from = words_find(&words, 0, "from");
	size_t end = 1;

	while (end < from && !word_is(&words, end, "(")) {
		end++;
	}
	if (end == 1 || from + 2 != words.count) {
		return (str){ 0 };
	}
	const size_t start = words.items[1].start;

	return str_slice(statement, start, words.items[end - 1].end - start);
}

/* Whether it is an ordinary table in which nothing was ever, and nobody notices that it is truncated. */
static bool is_untouched(struct connection *connection, str table, struct arena *arena)
{
	struct buf sql = { .arena = arena };
	struct result result = { 0 };

	buf_add(&sql, STR("SELECT FROM pg_catalog.pg_class WHERE oid = pg_catalog.to_regclass("));
	postgres_quote_text(table, &sql);
	buf_add(&sql,
			STR(") AND relkind = 'r' AND NOT relhastriggers AND NOT relhasrules"
			    " AND pg_catalog.has_table_privilege(oid, 'TRUNCATE')"
			    " AND pg_catalog.pg_relation_size(oid) = 0"));
	struct error *error = postgres_ask(connection, buf_str(&sql), arena, &result);

	return !error && result.row_count == 1;
}

/*
 * Begin a transaction in which the rows of the statement are cheap: a private server writes no log of a table that is
 * empty since the transaction began, and its rows can be written as VACUUM FREEZE would leave them. False: there is none.
 */
static bool begin_cheaply(struct connection *connection, str statement, struct arena *arena)
{
	if (!connection->database->host->is_private ||
			PQtransactionStatus(connection->link) != PQTRANS_IDLE) {
		return false;
	}
	const str table = table_of(statement, arena);

	if (!table.len || !is_untouched(connection, table, arena)) {
		return false;
	}
	const str sql = str_format(arena,
			"BEGIN; LOCK TABLE ONLY %.*s IN ACCESS EXCLUSIVE MODE NOWAIT; "
			"TRUNCATE TABLE ONLY %.*s",
			STR_ARG(table), STR_ARG(table));
	struct result nothing;

	struct error *error = postgres_ask(connection, sql, arena, &nothing);

	if (error) { // a session beside has a lock, or whatever else COPY alone would not meet
		(void)!postgres_ask(connection, STR("ROLLBACK"), arena, &nothing);
	}
	return !error;
}

/* --- data ------------------------------------------------------------------------------------ */

/* Wait until all that was put has gone out. False: the time is up, or the connection is gone. */
static bool flush(struct connection *connection, bool *ret_is_late)
{
	const struct patience patience = { .until_us = connection->deadline_us };
	int left;

	while ((left = PQflush(connection->link)) > 0) {
		switch (wait_to_move(PQsocket(connection->link), &patience)) {
		case WAIT_READY:
			if (!PQconsumeInput(connection->link)) {
				return false;
			}
			break;
		case WAIT_TIMEOUT:
			*ret_is_late = true;
			return false;
		case WAIT_STOPPED:
		case WAIT_FAILED:
			return false;
		}
	}
	return left == 0;
}

/* Put `part`, and what follows it in the script; what the server refused is read on all the same. */
static struct error *put_data(
		struct connection *connection, struct script *script, str part, bool *ret_is_late)
{
	struct error *error = NULL;
	bool is_going = true;

	while (!error && part.len && !*ret_is_late) {
		is_going = is_going &&
				PQputCopyData(connection->link, part.data, (int)part.len) > 0 &&
				flush(connection, ret_is_late);
		error = script_data(script, &part);
	}
	return error;
}

struct error *postgres_copy_in(struct connection *connection, str statement, struct script *script,
		struct arena *arena, size_t *ret_error_offset)
{
	struct result nothing;
	bool is_late = false;
	str part;
	struct error *error = script_data(script, &part);

	if (error) {
		return error;
	}
	const bool is_cheap = part.len >= MUCH_DATA && begin_cheaply(connection, statement, arena);
	const str sql = is_cheap ? str_format(arena, "%.*s WITH (FREEZE)", STR_ARG(statement))
				 : statement;

	error = postgres_start_copy(connection, sql, arena, ret_error_offset);
	if (error) {
		return error;
	}
	PQsetnonblocking(connection->link, 1);
	error = put_data(connection, script, part, &is_late);
	if (is_late) { // the session ends when it is disconnected
		postgres_cancel(connection->link);
		return error_new(arena, ERROR_TIMEOUT,
				"the statement was cancelled when the time was up");
	}
	PQputCopyEnd(connection->link, error ? "the data cannot be read" : NULL);
	(void)flush(connection, &is_late);
	PQsetnonblocking(connection->link, 0);
	struct error *end = postgres_end_copy(connection, arena);

	error = error ? error : end;
	if (!error && is_cheap) { // else the session rolls back as it ends
		error = postgres_ask(connection, STR("COMMIT"), arena, &nothing);
	}
	return error;
}
