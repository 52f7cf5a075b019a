/*
 * A bare way to a server: opened, asked for our own ends, and what it says when it fails.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"
#include "kit/file.h"
#include "server/cluster.h"

static void ignore_notice(void *data, const PGresult *result)
{
	(void)data;
	(void)result;
}

void postgres_drop_notices(PGconn *link)
{
	PQsetNoticeReceiver(link, ignore_notice, NULL);
}

struct error *postgres_link(
		str conninfo, str database, str password, struct arena *arena, PGconn **ret_link)
{
	/* The first dbname is expanded and takes the place of what is before it; empty values do nothing. */
	const char *const keys[] = { "connect_timeout", "application_name", "dbname",
		"client_encoding", "password", "dbname", NULL };
	const char *const values[] = { "10", "rehearse", str_to_c(conninfo, arena), "UTF8",
		str_to_c(password, arena), str_to_c(database, arena), NULL };
	PGconn *link = PQconnectdbParams(keys, values, 1);

	if (PQstatus(link) != CONNECTION_OK) {
		const str reason = str_trim(str_from(PQerrorMessage(link)));
		struct error *error = error_new(arena, ERROR_ENVIRONMENT,
				"could not connect to PostgreSQL: %.*s",
				STR_ARG(str_slice(reason, 0, str_find_char(reason, '\n'))));

		PQfinish(link);
		return error;
	}
	postgres_drop_notices(link);
	*ret_link = link;
	return NULL;
}

static str field(const PGresult *result, int code, struct arena *arena)
{
	return str_copy(str_from(PQresultErrorField(result, code)), arena);
}

/*
 * What the server was at, innermost first. A query of a function stands there too, unless the server points at a
 * place in it.
 */
static str context(const PGresult *result, struct arena *arena)
{
	const str around = field(result, PG_DIAG_CONTEXT, arena);
	const str query = field(result, PG_DIAG_INTERNAL_QUERY, arena);

	if (!query.len) {
		return around;
	}
	return str_format(arena, "SQL statement \"%.*s\"%s%.*s", STR_ARG(query),
			around.len ? "\n" : "", STR_ARG(around));
}

/*
 * Whether it may be another cell's doing: memory, and the lock table in it, are shared by all cells, and so are the
 * names of prepared transactions. Which of its functions raised an error the server says in no language.
 */
static bool is_crowded(const PGresult *result, str state)
{
	const str raised_by = str_from(PQresultErrorField(result, PG_DIAG_SOURCE_FUNCTION));

	return str_equal(state, STR("53200")) ||
			(str_equal(raised_by,
					 STR("MarkAsPreparing")) && // PREPARE TRANSACTION: the name is in use
					str_equal(state, STR("42710"))) ||
			(str_equal(raised_by,
					 STR("LockGXact")) && // COMMIT PREPARED: there is one, and it is not ours
					!str_equal(state, STR("42704")));
}

/* The folder is known of a private server, whose socket is in it. */
static str no_space_words(const PGconn *link, struct arena *arena)
{
	const str folder = str_from(PQhost(link));

	return str_starts_with(path_name(folder), STR(CLUSTER_FOLDER_PREFIX))
			? str_format(arena,
					  "no space left in '%.*s', where the PostgreSQL server keeps all it has",
					  STR_ARG(path_folder(folder)))
			: STR("the PostgreSQL server has no space left on its disk");
}

struct error *postgres_error(const PGconn *link, const PGresult *result, struct arena *arena)
{
	const char *primary = result ? PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY) : NULL;

	if (!primary) {
		const str reason = str_trim(str_from(PQerrorMessage(link)));

		return error_new(arena, ERROR_ENVIRONMENT, "PostgreSQL went away: %.*s",
				STR_ARG(str_slice(reason, 0, str_find_char(reason, '\n'))));
	}
	const str state = str_from(PQresultErrorField(result, PG_DIAG_SQLSTATE));
	/* Class 53 is "insufficient resources", 58 "system error": the machine's fault. */
	const bool is_environment = str_starts_with(state, STR("53")) ||
			str_starts_with(state, STR("58")) || str_equal(state, STR("57P01")) ||
			str_equal(state, STR("57P02"));
	struct error *error = error_new(
			arena, is_environment ? ERROR_ENVIRONMENT : ERROR_DATABASE, "%s", primary);

	if (is_crowded(result, state)) {
		error->code = ERROR_CROWDED;
	}
	if (str_equal(state, STR("53100"))) { // the same words, whatever file it was
		error->message = no_space_words(link, arena);
	}
	error->class_name = STR("DatabaseError");
	error->state = str_copy(state, arena);
	error->detail = field(result, PG_DIAG_MESSAGE_DETAIL, arena);
	error->hint = field(result, PG_DIAG_MESSAGE_HINT, arena);
	error->context = context(result, arena);
	return error;
}

struct error *postgres_run(
		PGconn *link, const char *sql, struct arena *arena, PGresult **ret_result)
{
	PGresult *result = PQexec(link, sql);
	const ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
		struct error *error = postgres_error(link, result, arena);

		PQclear(result);
		return error;
	}
	*ret_result = result;
	return NULL;
}

void postgres_cancel(PGconn *link)
{
	PGcancel *request = PQgetCancel(link);
	char reason[256];

	if (request) {
		PQcancel(request, reason, sizeof(reason));
		PQfreeCancel(request);
	}
}
