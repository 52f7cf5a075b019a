#include "postgres/postgres_internal.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/wait.h"

#include <stdlib.h>
#include <string.h>

struct error *postgres_connect(
		struct database *database, struct arena *arena, struct connection **ret_connection)
{
	struct connection *connection = arena_new(arena, struct connection);
	struct error *error = postgres_thaw(database, arena);

	if (!error) {
		error = postgres_role_settle(database, arena);
	}
	if (!error) {
		error = postgres_role_link(
				database->host, database->name, arena, &connection->link);
	}
	if (error) {
		return error;
	}
	connection->database = database;
	*ret_connection = connection;
	return NULL;
}

struct error *postgres_connect_session(struct database *database, str name, struct arena *arena,
		struct connection **ret_connection)
{
	struct error *error = postgres_connect(database, arena, ret_connection);

	if (!error) {
		(*ret_connection)->session.name = name;
	}
	return error;
}

/* Whether our own SQL ran, and gave no rows. */
static bool runs_clean(PGconn *link, const char *sql, struct arena *arena)
{
	PGresult *result = NULL;
	const bool is_clean = !postgres_run(link, sql, arena, &result) && PQntuples(result) == 0;

	PQclear(result);
	return is_clean;
}

/* A session that is as it was when it began, but for what it has learned of the catalogs; else it ends. */
static PGconn *renew(PGconn *link, struct arena *arena)
{
	const PGTransactionStatusType status = PQtransactionStatus(link);
	const bool is_renewed = status != PQTRANS_ACTIVE && // it did not stop when it was cancelled
			(status == PQTRANS_IDLE || runs_clean(link, "ROLLBACK", arena)) &&
			runs_clean(link, "DISCARD ALL", arena);

	postgres_drop_notices(link);
	if (!is_renewed) {
		PQfinish(link);
	}
	return is_renewed ? link : NULL;
}

/* It is made as new here and not when the next one comes, which must meet no lock of it. */
void postgres_disconnect(struct connection *connection)
{
	if (!connection) {
		return;
	}
	struct database *database = connection->database;

	postgres_forget_session(connection);
	if (connection->session.name.len) {
		PQfinish(connection->link);
	} else {
		postgres_end_last(database);
		database->last = renew(connection->link, database->host->arena);
	}
}

/*
 * Whether a session that begins now would be let in, and with the settings that the last one began with: with none
 * of its role or database. Limits that the run has set for the role count as changed, too; that only costs time.
 */
static bool is_unchanged(const struct database *database, struct arena *arena)
{
	const str sql = str_format(arena,
			"SELECT FROM pg_catalog.pg_database d WHERE datname = '%.*s' AND (datconnlimit >= 0 "
			"OR NOT has_database_privilege('%.*s', oid, 'CONNECT') OR EXISTS (SELECT FROM "
			"pg_catalog.pg_db_role_setting WHERE setdatabase = d.oid OR setrole = '%.*s'::regrole))",
			STR_ARG(database->name), STR_ARG(database->host->role),
			STR_ARG(database->host->role));

	return runs_clean(database->host->admin, sql.data, arena);
}

/* A new session would have to learn the catalogs first, which takes as long as reading them does. */
struct error *postgres_connect_to_read(
		struct database *database, struct arena *arena, struct connection **ret_connection)
{
	if (!database->last || !is_unchanged(database, arena)) {
		struct error *err = postgres_connect(database, arena, ret_connection);

		if (!err) {
			(*ret_connection)->only_reads = true;
		}
		return err;
	}
	struct connection *connection = arena_new(arena, struct connection);

	*connection = (struct connection){
		.database = database,
		.link = database->last,
		.only_reads = true,
	};
	database->last = NULL;
	*ret_connection = connection;
	return NULL;
}

/* --- sending -------------------------------------------------------------------------------- */

/* A statement that is under way, and the time it has. */
struct wait {
	struct connection *connection;
	PGconn *link;
	int64_t until_us; /* 0: as long as it takes */
	bool is_cancelled;
	ExecStatusType copy; /* COPY_IN or COPY_OUT: data is to go that way next; EMPTY_QUERY: none */

	int64_t look_us;       /* when to look what it waits for; 0: never */
	struct error *endless; /* why it is cancelled, if it waits for ever; else NULL */
	const char *have;      /* who makes it wait then */
	struct arena *arena;
};

/* How long a statement may take to end, once it is cancelled. */
#define CANCELLED_WITHIN_US 2000000

/* Most statements are over before the first look. */
#define FIRST_LOOK_US 30000
#define NEXT_LOOK_US  100000

/* Look whether the statement waits for ever: then time is up. */
static void look(struct wait *wait)
{
	const int64_t now_us = clock_now_us();

	if (!wait->look_us || now_us < wait->look_us || wait->is_cancelled) {
		return;
	}
	wait->endless = postgres_endless_wait(wait->connection, wait->arena, &wait->have);
	wait->look_us = wait->endless ? 0 : now_us + NEXT_LOOK_US;
	wait->until_us = wait->endless ? now_us : wait->until_us;
}

/* Nothing else to look at: a minute is as good as any. */
#define LONG_STEP_US 60000000

/* Wait for something to read; at the deadline the statement is cancelled, once. False: there will be nothing more. */
static bool await_input(struct wait *wait)
{
	look(wait);
	const struct patience patience = {
		.until_us = wait->until_us,
		.is_called_off = wait->is_cancelled
				? NULL
				: wait->connection->database->host->is_called_off,
	};
	const int64_t step_us = wait->look_us ? wait->look_us - clock_now_us() : LONG_STEP_US;

	switch (wait_a_step(PQsocket(wait->link), step_us, &patience)) {
	case WAIT_READY:
		return PQconsumeInput(wait->link);
	case WAIT_TIMEOUT:
		if (wait->is_cancelled) {
			return false;
		}
		postgres_cancel(wait->link);
		wait->is_cancelled = true;
		wait->until_us = clock_now_us() + CANCELLED_WITHIN_US;
		return true;
	case WAIT_STOPPED:
	case WAIT_FAILED:
		break;
	}
	return false;
}

/* Wait until a result can be read without blocking. */
static bool await(struct wait *wait)
{
	while (PQisBusy(wait->link)) {
		if (!await_input(wait)) {
			return false;
		}
	}
	return true;
}

/* What a statement that was cancelled has failed with; `error` is what the server says of it. */
static struct error *cancelled(const struct wait *wait, struct error *error)
{
	if (!wait->endless) {
		return error_new(wait->arena, ERROR_TIMEOUT,
				"the statement was cancelled when the time was up");
	}
	if (!error) { // it came to its end just then
		return NULL;
	}
	const str better = postgres_describe_wait(error->context, wait->have, wait->arena);

	wait->endless->detail = better.len ? better : wait->endless->detail;
	return wait->endless;
}

/* So much of what COPY writes is passed over; the server is told to stop when there is more. */
#define COPY_PASSED_OVER ((size_t)1024 * 1024)

/* Nothing more comes: why; `error` is what was said before. */
static struct error *silence(const struct wait *wait, struct error *error)
{
	return wait->is_cancelled
			? error_new(wait->arena, ERROR_TIMEOUT, "PostgreSQL did not stop in time")
			: error ? error
				: postgres_error(wait->link, NULL, wait->arena);
}

/* Hand out what COPY ... TO STDOUT writes. An error of `take` ends it; false: nothing more comes. */
static bool read_copy(
		struct wait *wait, postgres_row_fn *take, void *data, struct error **ret_error)
{
	struct error *error = NULL;
	char *row;
	int got;

	while ((got = PQgetCopyData(wait->link, &row, true)) >= 0) {
		if (got == 0) {
			if (!await_input(wait)) {
				return false;
			}
			continue;
		}
		if (!error) {
			error = take(data, (str){ row, (size_t)got });
			if (error) {
				postgres_cancel(wait->link);
			}
		}
		PQfreemem(row);
	}
	*ret_error = error;
	return true;
}

struct passing_over {
	size_t size;
	struct arena *arena;
};

static struct error *pass_over(void *data, str row)
{
	struct passing_over *passing = data;

	passing->size += row.len;
	return passing->size > COPY_PASSED_OVER
			? error_new(passing->arena, ERROR_DATABASE, "there is more than is read")
			: NULL;
}

/* Leave the mode that COPY has put us in. False: nothing more comes. */
static bool leave_copy(struct wait *wait, ExecStatusType status)
{
	struct passing_over passing = { .arena = wait->arena };
	struct error *unused;

	if (status == PGRES_COPY_IN) {
		PQputCopyEnd(wait->link, "there is no data to copy");
		return true;
	}
	return read_copy(wait, pass_over, &passing, &unused);
}

/* COPY has no data to read or anywhere to write to in a rehearsal. */
static struct error *refuse_copy(struct arena *arena)
{
	struct error *error = error_new(arena, ERROR_DATABASE,
			"COPY from standard input or to standard output cannot be run here");

	error->class_name = STR("DatabaseError");
	error->hint = STR("Load a dump with 'load', or write the rows as INSERT.");
	return error;
}

static str value_text(const PGresult *result, int row, int column, struct arena *arena)
{
	if (PQgetisnull(result, row, column)) {
		return (str){ 0 };
	}
	return str_copy((str){ PQgetvalue(result, row, column),
					(size_t)PQgetlength(result, row, column) },
			arena);
}

static void keep_rows(const PGresult *result, struct arena *arena, struct result *kept)
{
	const int rows = PQntuples(result), columns = PQnfields(result);
	const char *changed = PQcmdTuples((PGresult *)(uintptr_t)result);

	*kept = (struct result){ .column_count = (size_t)columns, .row_count = (size_t)rows };
	kept->changed = PQresultStatus(result) == PGRES_COMMAND_OK ? atoll(changed) : 0;
	kept->names = arena_new_array(arena, str, (size_t)columns);
	for (int column = 0; column < columns; column++) {
		kept->names[column] = str_copy(str_from(PQfname(result, column)), arena);
	}
	kept->values = arena_new_array(arena, str, (size_t)rows * (size_t)columns);
	for (int row = 0; row < rows; row++) {
		for (int column = 0; column < columns; column++) {
			kept->values[(size_t)row * (size_t)columns + (size_t)column] =
					value_text(result, row, column, arena);
		}
	}
}

/* The server counts characters from 1. */
static size_t error_offset(const PGresult *result, str statement)
{
	const char *position = PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);

	return position ? postgres_byte_offset(statement, strtoul(position, NULL, 10) - 1) : 0;
}

static void note_prepared(struct connection *connection, const PGresult *result)
{
	const char *tag = PQcmdStatus((PGresult *)(uintptr_t)result);

	if (str_equal(str_from(tag), STR("PREPARE TRANSACTION"))) {
		connection->database->may_hold_prepared = true;
	}
}

/* Whether a failed statement has ended its own session, and not somebody the server. */
static bool has_ended_itself(
		const struct connection *connection, const PGresult *result, struct arena *arena)
{
	return str_equal(str_from(PQresultErrorField(result, PG_DIAG_SQLSTATE)), STR("57P01")) &&
			!postgres_admin_run(connection->database->host, STR("SELECT 1"), arena);
}

/* The results of what was sent, up to the last one. */
static struct error *collect(struct wait *wait, str statement, struct result *ret_result,
		size_t *ret_error_offset)
{
	struct connection *connection = wait->connection;
	struct arena *arena = wait->arena;
	struct error *error = NULL;

	for (;;) {
		if (!await(wait)) {
			return silence(wait, error);
		}
		PGresult *result = PQgetResult(connection->link);

		if (!result) {
			break;
		}
		const ExecStatusType status = PQresultStatus(result);
		const bool is_copy = status == PGRES_COPY_IN || status == PGRES_COPY_OUT ||
				status == PGRES_COPY_BOTH;

		if (is_copy && (status == wait->copy || !leave_copy(wait, status))) {
			PQclear(result);
			return status == wait->copy ? NULL : silence(wait, error);
		}
		if (is_copy) {
			error = refuse_copy(arena);
		} else if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK &&
				status != PGRES_EMPTY_QUERY) {
			if (!error) {
				error = postgres_error(connection->link, result, arena);
				if (has_ended_itself(connection, result, arena) ||
						(error->code == ERROR_CROWDED &&
								connection->database->host
										->is_alone)) {
					error->code = ERROR_DATABASE;
				}
				*ret_error_offset = error_offset(result, statement);
			}
		} else {
			note_prepared(connection, result);
		}
		if (!error && ret_result) {
			keep_rows(result, arena, ret_result);
		}
		PQclear(result);
	}
	return wait->is_cancelled ? cancelled(wait, error) : error;
}

/* The wait for a statement that is about to be sent. */
static struct wait wait_for(struct connection *connection, str statement, struct arena *arena)
{
	return (struct wait){
		.connection = connection,
		.link = connection->link,
		.until_us = connection->deadline_us,
		.look_us = postgres_may_wait_for_ever(connection, statement)
				? clock_now_us() + FIRST_LOOK_US
				: 0,
		.arena = arena,
	};
}

static struct error *send_and_wait(struct wait *wait, str statement, struct result *ret_result,
		size_t *ret_error_offset)
{
	*ret_error_offset = 0;
	if (!PQsendQuery(wait->link, str_to_c(statement, wait->arena))) {
		return postgres_error(wait->link, NULL, wait->arena);
	}
	return collect(wait, statement, ret_result, ret_error_offset);
}

static struct error *send(struct connection *connection, str statement, struct arena *arena,
		struct result *ret_result, size_t *ret_error_offset)
{
	struct wait wait = wait_for(connection, statement, arena);

	return send_and_wait(&wait, statement, ret_result, ret_error_offset);
}

struct error *postgres_start_copy(struct connection *connection, str statement, struct arena *arena,
		size_t *ret_error_offset)
{
	struct wait wait = wait_for(connection, statement, arena);

	wait.copy = PGRES_COPY_IN;
	return send_and_wait(&wait, statement, NULL, ret_error_offset);
}

struct error *postgres_end_copy(struct connection *connection, struct arena *arena)
{
	struct wait wait = wait_for(connection, STR(""), arena);
	size_t unused;

	return collect(&wait, STR(""), NULL, &unused);
}

struct error *postgres_ask(struct connection *connection, str sql, struct arena *arena,
		struct result *ret_result)
{
	size_t offset;

	return send(connection, sql, arena, ret_result, &offset);
}

struct error *postgres_set_autocommit(
		struct connection *connection, bool autocommit, struct arena *arena)
{
	(void)arena;
	connection->autocommits = autocommit;
	return NULL;
}

/* psycopg2's habit: BEGIN once, before the first statement, whatever a COMMIT in the SQL did since. */
static struct error *begin_if_needed(struct connection *connection, struct arena *arena)
{
	size_t offset;

	if (connection->autocommits || connection->has_begun) {
		return NULL;
	}
	connection->has_begun = true;
	return send(connection, STR("BEGIN"), arena, NULL, &offset);
}

/* Nor does psycopg2 know of a BEGIN in the SQL: what that has opened, neither commit nor rollback ends. */
static struct error *finish(struct connection *connection, str word, struct arena *arena)
{
	size_t offset;

	if (!connection->has_begun) {
		return NULL;
	}
	connection->has_begun = false;
	return send(connection, word, arena, NULL, &offset);
}

struct error *postgres_commit(struct connection *connection, struct arena *arena)
{
	return finish(connection, STR("COMMIT"), arena);
}

struct error *postgres_rollback(struct connection *connection, struct arena *arena)
{
	return finish(connection, STR("ROLLBACK"), arena);
}

enum transaction_state postgres_transaction(const struct connection *connection)
{
	switch (PQtransactionStatus(connection->link)) {
	case PQTRANS_INTRANS:
	case PQTRANS_ACTIVE:
		return TRANSACTION_OPEN;
	case PQTRANS_INERROR:
		return TRANSACTION_FAILED;
	case PQTRANS_IDLE:
	case PQTRANS_UNKNOWN:
		break;
	}
	return TRANSACTION_NONE;
}

/* How many locks a server has room for with default settings: 64 for each of 100 connections. */
#define DEFAULT_LOCKS 6400

/* A lent server's own room is the measure there, and it says so itself. */
str postgres_transaction_note(struct connection *connection, struct arena *arena)
{
	struct host *host = connection->database->host;
	PGresult *found = NULL;
	str note = { 0 };

	if (!host->is_private || PQtransactionStatus(connection->link) != PQTRANS_INTRANS) {
		return note;
	}
	const str sql = str_format(arena, "SELECT count(*) FROM pg_catalog.pg_locks WHERE pid = %d",
			PQbackendPID(connection->link));

	if (!postgres_run(host->admin, sql.data, arena, &found) &&
			atol(PQgetvalue(found, 0, 0)) > DEFAULT_LOCKS) {
		note = str_format(arena,
				"a transaction took more locks than a server with default settings has "
				"room for (%d): raise max_locks_per_transaction there, or commit more "
				"often",
				DEFAULT_LOCKS);
	}
	PQclear(found);
	return note;
}

static void hand_on_notice(void *data, const PGresult *result)
{
	const struct connection *connection = data;
	/* The severity that no locale translates. */
	const char *severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);

	connection->take_notice(connection->notice_data, str_from(severity),
			str_from(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)));
}

void postgres_take_notices(struct connection *connection, engine_notice_fn *take, void *data)
{
	connection->take_notice = take;
	connection->notice_data = data;
	PQsetNoticeReceiver(connection->link, hand_on_notice, connection);
}

struct error *postgres_execute(struct connection *connection, str statement, struct arena *arena,
		struct result *ret_result, size_t *ret_error_offset)
{
	struct error *error = begin_if_needed(connection, arena);
	size_t unused;

	if (error) {
		return error;
	}
	ret_error_offset = ret_error_offset ? ret_error_offset : &unused;
	if (str_find_char(statement, '\0') < statement.len) { // libpq would send what is before it
		error = error_new(arena, ERROR_DATABASE, "a NUL byte in a statement");
		error->class_name = STR("DatabaseError");
		*ret_error_offset = str_find_char(statement, '\0');
		return error;
	}
	if (ret_result) {
		*ret_result = (struct result){ 0 };
	}
	error = postgres_stand_in(connection, statement, arena);
	return error ? error : send(connection, statement, arena, ret_result, ret_error_offset);
}

struct error *postgres_copy_out(struct connection *connection, str statement, postgres_row_fn *take,
		void *data, struct arena *arena)
{
	struct error *error = begin_if_needed(connection, arena), *refusal = NULL;
	size_t unused;

	if (error) {
		return error;
	}
	struct wait wait = wait_for(connection, statement, arena);

	wait.copy = PGRES_COPY_OUT;
	error = send_and_wait(&wait, statement, NULL, &unused);
	if (error) {
		return error;
	}
	if (!read_copy(&wait, take, data, &refusal)) {
		return silence(&wait, NULL);
	}
	error = collect(&wait, statement, NULL, &unused);
	return refusal ? refusal : error;
}
