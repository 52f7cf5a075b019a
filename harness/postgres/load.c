/*
 * Dumps are loaded by PostgreSQL's own programs, as the role of the scenario and, where we are root, as the
 * server's user: plain ones by psql, which knows COPY data, custom-format ones by pg_restore. They read
 * them from standard input, as that user may not be able to open the file.
 */
#include "postgres/postgres_internal.h"
#include "server/programs.h"

#include "kit/arena.h"
#include "kit/file.h"
#include "kit/process.h"

#include <stdlib.h>

#define LARGEST_DUMP ((size_t)256 * 1024 * 1024)

/* What psql exits with when the connection is at fault. */
#define PSQL_BAD_CONNECTION 2

/* --- what went wrong ------------------------------------------------------------------------ */

/* "psql:<stdin>:12: ...": the line of the file; nowhere without one. */
static struct span place_of(str complaint, const struct source *dump, struct arena *arena)
{
	const str before = STR("psql:<stdin>:");
	size_t start = 0;

	if (!str_starts_with(complaint, before)) {
		return (struct span){ 0 };
	}
	const str number = str_slice(complaint, before.len, complaint.len);

	for (int line = atoi(str_to_c(number, arena)); line > 1; line--) {
		const str rest = str_slice(dump->text, start, dump->text.len);
		start += str_find_char(rest, '\n') + 1;
	}
	const str rest = str_slice(dump->text, start, dump->text.len);

	return (struct span){ dump, start,
		str_trim(str_slice(rest, 0, str_find_char(rest, '\n'))).len };
}

/* Whether a line begins another part of a complaint. */
static bool begins_part(str line)
{
	static const str marks[] = { STR_INIT("LINE "), STR_INIT("DETAIL:"), STR_INIT("HINT:"),
		STR_INIT("QUERY:"), STR_INIT("CONTEXT:"), STR_INIT("SCHEMA NAME:"),
		STR_INIT("TABLE NAME:"), STR_INIT("COLUMN NAME:"), STR_INIT("DATATYPE NAME:"),
		STR_INIT("CONSTRAINT NAME:"), STR_INIT("LOCATION:"), STR_INIT("Command was:"),
		STR_INIT("psql:"), STR_INIT("pg_restore:") };

	for (size_t i = 0; i < COUNT_OF(marks); i++) {
		if (str_starts_with(line, marks[i])) {
			return true;
		}
	}
	return false;
}

/* The part of a complaint that begins with `mark`, up to where the next one begins; empty: there is none. */
static str part(str complaint, str mark)
{
	str rest = complaint, line;

	while (rest.len && str_next_part(&rest, '\n', &line)) {
		if (!str_starts_with(line, mark)) {
			continue;
		}
		const char *start = line.data + mark.len, *end = line.data + line.len;

		while (rest.len && str_next_part(&rest, '\n', &line) && !begins_part(line)) {
			end = line.data + line.len;
		}
		return str_trim((str){ start, (size_t)(end - start) });
	}
	return (str){ 0 };
}

/* The first line with an error of the server's, its message, and what comes after it; empty where there is none. */
static str first_error(str output, str *ret_message, str *ret_after)
{
	static const str marks[] = { STR_INIT("ERROR:"), STR_INIT("FATAL:") };
	str rest = output, line;

	while (rest.len && str_next_part(&rest, '\n', &line)) {
		for (size_t i = 0; i < COUNT_OF(marks); i++) {
			const size_t at = str_find(line, marks[i]);

			if (at < line.len) {
				*ret_message = str_slice(line, at + marks[i].len, line.len);
				*ret_after = rest;
				return line;
			}
		}
	}
	return (str){ 0 };
}

/* "42703: message", as psql is told to write it. */
static bool has_state(str message)
{
	for (size_t i = 0; i < 5 && i < message.len; i++) {
		const char c = message.data[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'A' && c <= 'Z')) {
			return false;
		}
	}
	return str_find(message, STR(": ")) == 5;
}

/* The server's complaint in the output of psql, or of pg_restore, which tells no SQLSTATE. */
static struct error *read_complaint(
		str output, const struct source *dump, const char *program, struct arena *arena)
{
	str message = str_slice(output, 0, str_find_char(output, '\n'));
	str after = { 0 }, state = { 0 };
	const str line = first_error(output, &message, &after);

	message = str_trim(message);
	if (has_state(message)) {
		state = str_slice(message, 0, 5);
		message = str_slice(message, 7, message.len);
	}
	struct error *error = error_at(arena, ERROR_DATABASE, place_of(line, dump, arena), "%.*s",
			STR_ARG(message));

	error->class_name = STR("DatabaseError");
	error->state = state;
	error->detail = part(after, STR("DETAIL:"));
	error->hint = part(after, STR("HINT:"));
	error->context = part(after, STR("CONTEXT:"));
	if (!line.len) {
		error->detail = str_format(
				arena, "%s gave up on '%.*s'", program, STR_ARG(dump->name));
	}
	return error;
}

/*
 * Whether all that pg_restore complains of is that an extension is not the scenario's to comment on: it came
 * with the dump's server, or is of those that the scenario has created first.
 */
static bool concerns_comments_alone(str output)
{
	size_t complaints = 0, comments = 0;
	str rest = output, line;

	while (str_next_part(&rest, '\n', &line)) {
		complaints += str_starts_with(line, STR("pg_restore: error: "));
		comments += str_starts_with(line, STR("Command was: COMMENT ON EXTENSION "));
	}
	return complaints > 0 && complaints == comments && output.len < PROCESS_OUTPUT_MAX;
}

/* --- running -------------------------------------------------------------------------------- */

/* A session that has ended while the server goes on was ended by the dump's own SQL. */
static bool is_server_there(struct database *database, struct arena *arena)
{
	return !postgres_admin_run(database->host, STR("SELECT 1"), arena);
}

static struct error *run(struct database *database, const char *const *arguments, str input,
		int64_t deadline_us, const struct source *dump, struct arena *arena)
{
	struct process process = {
		.arguments = arguments,
		.folder = "/",
		.variable = "PGPASSWORD",
		.value = str_to_c(database->host->role_password, arena),
		.input = input,
		.patience = { .until_us = deadline_us },
	};
	int status;
	str output;
	struct error *error =
			postgres_account_find(database->host->run_as, arena, &process.account);

	if (!error) {
		error = process_run(&process, arena, &status, &output);
	}
	if (error || status == 0 || concerns_comments_alone(output)) {
		return error;
	}
	error = read_complaint(output, dump, path_name(str_from(arguments[0])).data, arena);
	if (str_starts_with(output, STR("psql: error: connection")) ||
			(status == PSQL_BAD_CONNECTION && !is_server_there(database, arena))) {
		error->code = ERROR_ENVIRONMENT;
	}
	return error;
}

static struct error *run_psql(struct database *database, const char *conninfo,
		const struct source *dump, int64_t deadline_us, struct arena *arena)
{
	const bool is_restricted = database->host->psql_can_restrict;
	str key;
	struct error *error = postgres_random_name(arena, &key);

	if (error) {
		return error;
	}
	const char *const arguments[] = {
		str_to_c(database->host->psql, arena),
		"--no-psqlrc",
		"--quiet",
		"--output=/dev/null",
		"--set=ON_ERROR_STOP=1",
		"--set=VERBOSITY=verbose",
		"--dbname",
		conninfo,
		"--command",
		is_restricted ? str_format(arena, "\\restrict %.*s", STR_ARG(key)).data : "",
		"--file=-",
		NULL,
	};
	str text;

	error = postgres_dump_disarm(dump, !is_restricted, arena, &text);
	return error ? error : run(database, arguments, text, deadline_us, dump, arena);
}

static struct error *run_pg_restore(struct database *database, const char *conninfo,
		const struct source *dump, int64_t deadline_us, struct arena *arena)
{
	const char *const arguments[] = {
		str_to_c(database->host->pg_restore, arena),
		"--no-owner",
		"--no-privileges",
		"--dbname",
		conninfo,
		NULL,
	};

	return run(database, arguments, dump->text, deadline_us, dump, arena);
}

struct error *postgres_load(
		struct database *database, str path, int64_t deadline_us, struct arena *arena)
{
	struct source *dump = arena_new(arena, struct source);
	struct error *error = postgres_thaw(database, arena);
	PGconn *link = NULL;

	dump->name = path;
	if (!error) {
		error = postgres_role_settle(database, arena);
	}
	if (!error) { // a program that is not let in does not say whose doing that is
		error = postgres_role_link(database->host, database->name, arena, &link);
		PQfinish(link);
	}
	if (!error) {
		error = file_read(path, LARGEST_DUMP, arena, &dump->text);
		if (error && error->code == ERROR_ENVIRONMENT) { // of the file that was named, not of the machine
			error->code = ERROR_INVALID;
		}
	}
	if (error) {
		return error;
	}
	database->may_hold_prepared = true; // psql does not say
	/* All that can list processes can read it. */
	const str conninfo = postgres_conninfo_public(
			database->host->role_conninfo, database->name, arena);

	return str_starts_with(dump->text, STR("PGDMP"))
			? run_pg_restore(database, conninfo.data, dump, deadline_us, arena)
			: run_psql(database, conninfo.data, dump, deadline_us, arena);
}
