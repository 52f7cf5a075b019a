/*
 * Loads dumps: statement by statement, as the role of the scenario, with COPY data and all.
 */
#include "postgres/dump.h"

#include "kit/arena.h"

#include <strings.h>

struct loading {
	struct connection *connection;
	struct script *script;
	struct dump_reading reading;
	struct dump_places places;
	bool is_clearing;      /* nothing was made yet */
	struct arena *arena;   /* for what is handed back */
	struct arena *scratch; /* for a statement */
	struct str_list *notes;
	size_t refused_line; /* of the dump: a row of data that the server does not take; 0: none */
};

static void add_note(struct loading *loading, str note)
{
	if (note.len && !str_list_contains(loading->notes, note)) {
		str_list_add(loading->notes, str_copy(note, loading->arena), loading->arena);
	}
}

/* Whether the statement is of the database that is loaded. */
static bool is_wanted(const struct loading *loading)
{
	const struct dump_survey *survey = loading->places.survey;

	return !survey->is_of_pg_dump || !loading->reading.database.len ||
			str_equal(loading->reading.database, survey->section->name);
}

static struct error *pass_data(struct script *script)
{
	struct error *error;
	str part;

	do {
		error = script_data(script, &part);
	} while (!error && part.len);
	return error;
}

/* Send a statement, or what takes its place. */
static struct error *send_statement(
		struct loading *loading, const struct script_item *item, str text)
{
	size_t offset = 0;
	struct error *error =
			postgres_execute(loading->connection, text, loading->arena, NULL, &offset);

	if (error && error->code == ERROR_DATABASE) {
		offset = text.data == item->text.data ? offset : 0;
		error->where = script_place(
				loading->script, item, offset, word_length(item->text, offset));
	}
	return error;
}

/* Of ALTER TABLE ... DISABLE TRIGGER ALL, and ENABLE: the table, as a path, and what is to be done. False: it is another one. */
static bool read_switch(const struct words *words, struct buf *path, str *ret_verb)
{
	const size_t name = word_is(words, 2, "only") ? 3 : 2;
	const bool has_space = word_is(words, name + 1, ".");
	const size_t verb = name + (has_space ? 3 : 1);

	if (words->count != verb + 3 || !word_is(words, verb + 1, "trigger") ||
			!word_is(words, verb + 2, "all")) {
		return false;
	}
	postgres_quote_path(has_space ? words->items[name].text : (str){ 0 },
			words->items[verb - 1].text, path);
	*ret_verb = words->items[verb].text;
	return word_is(words, verb, "disable") || word_is(words, verb, "enable");
}

/* The whole path of the table that `path` is to the role: pg_dump before 10.3 sets a search_path, and names no schemas. */
static bool find_table(struct loading *loading, str path, struct buf *whole)
{
	struct buf sql = { .arena = loading->scratch };
	struct result found = { 0 };

	buf_add(&sql,
			STR("SELECT n.nspname, c.relname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
			    "ON n.oid OPERATOR(pg_catalog.=) c.relnamespace WHERE c.oid OPERATOR(pg_catalog.=) "
			    "pg_catalog.to_regclass("));
	postgres_quote_text(path, &sql);
	buf_add_char(&sql, ')');
	if (postgres_ask(loading->connection, buf_str(&sql), loading->scratch, &found) ||
			found.row_count != 1) {
		return false;
	}
	postgres_quote_path(found.values[0], found.values[1], whole);
	return true;
}

/*
 * ALTER TABLE ... DISABLE TRIGGER ALL, and ENABLE, of pg_dump --disable-triggers. The triggers of foreign keys are the
 * system's, and so the owner of the table is refused; on a private server we may do it in his place.
 */
static bool switch_triggers(struct loading *loading, str statement, const struct error *refused)
{
	struct connection *connection = loading->connection;
	const struct database *database = connection->database;
	struct buf path = { .arena = loading->scratch }, sql = { .arena = loading->scratch };
	str verb;

	if (!refused || !loading->reading.is_of_pg_dump || !database->host->is_private ||
			!str_ends_with(refused->message, STR("\" is a system trigger")) ||
			PQtransactionStatus(connection->link) != PQTRANS_IDLE) {
		return false;
	}
	const struct words words = words_of(statement, loading->scratch);

	buf_add(&sql, STR("SET lock_timeout = '1s'; ALTER TABLE ONLY "));
	if (!read_switch(&words, &path, &verb) || !find_table(loading, buf_str(&path), &sql)) {
		return false;
	}
	buf_add_char(&sql, ' ');
	buf_add(&sql, verb);
	buf_add(&sql, STR(" TRIGGER ALL"));
	PGconn *admin = NULL;
	PGresult *result = NULL;
	struct error *error = postgres_link(database->host->conninfo, database->name, (str){ 0 },
			loading->scratch, &admin);

	if (!error) {
		error = postgres_run(admin, buf_c(&sql), loading->scratch, &result);
	}
	PQclear(result);
	PQfinish(admin);
	return !error;
}

static size_t count_lines(str text)
{
	size_t count = 0;

	for (size_t i = 0; i < text.len; i++) {
		count += text.data[i] == '\n';
	}
	return count;
}

/* The item's texts go as the data is read, and so its place is looked up before. */
static struct error *send_copy(struct loading *loading, const struct script_item *item)
{
	size_t offset = 0;
	const struct span start =
			script_place(loading->script, item, 0, word_length(item->text, 0));
	const size_t last_line = item->line + count_lines(item->text);
	struct error *error = postgres_copy_in(loading->connection,
			str_copy(item->text, loading->scratch), loading->script, loading->arena,
			&offset);

	if (error && error->code == ERROR_DATABASE && !error->where.source) {
		const size_t row = copy_row_number(error, loading->arena);

		loading->refused_line = row ? last_line + row : 0;
		error->where = start;
		error->where.offset += offset;
	}
	return error;
}

static bool makes_something(const struct script_item *item)
{
	static const str words[] = { STR_INIT("create"), STR_INIT("copy"), STR_INIT("insert") };

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (item->words[0].len == words[i].len &&
				strncasecmp(item->words[0].data, words[i].data, words[i].len) ==
						0) {
			return true;
		}
	}
	return false;
}

static struct error *load_statement(struct loading *loading, const struct script_item *item)
{
	if (!is_wanted(loading)) {
		return item->takes_data ? pass_data(loading->script) : NULL;
	}
	const bool makes = makes_something(item);

	if (item->takes_data) {
		loading->is_clearing = false;
		return send_copy(loading, item);
	}
	const struct dump_judgement judgement =
			dump_judge(&loading->reading, item, &loading->places, loading->scratch);
	struct error *error = NULL;
	str note = judgement.note;

	if (judgement.fate == DUMP_SEND) {
		error = send_statement(
				loading, item, judgement.text.len ? judgement.text : item->text);
		loading->is_clearing &= !makes;
	}
	if (switch_triggers(loading, item->text, error)) {
		error = NULL;
	}
	if (error && loading->reading.is_of_pg_dump) {
		error = dump_forgive(item, loading->is_clearing, error, loading->scratch, &note);
	}
	add_note(loading, note);
	return error;
}

/* What \connect makes of a session: a new one. */
static struct error *connect_anew(struct loading *loading)
{
	PGresult *result = NULL;
	struct error *error = is_wanted(loading) && loading->reading.is_of_pg_dump
			? postgres_run(loading->connection->link, "DISCARD ALL", loading->arena,
					  &result)
			: NULL;

	PQclear(result);
	return error;
}

/* What the server takes a backslash in quotes for by now. */
static void follow_strings(struct loading *loading)
{
	const char *value =
			PQparameterStatus(loading->connection->link, "standard_conforming_strings");

	script_set_standard_strings(
			loading->script, !value || str_equal(str_from(value), STR("on")));
}

static struct error *load_items(struct loading *loading)
{
	struct script_item item;
	struct error *error = script_next(loading->script, &item);

	while (!error && item.kind != SCRIPT_END) {
		const struct arena_mark mark = arena_mark(loading->scratch);

		dump_reading_follow(&loading->reading, &item);
		error = item.kind == SCRIPT_CONNECT ? connect_anew(loading)
						    : load_statement(loading, &item);
		follow_strings(loading);
		arena_rewind(loading->scratch, mark);
		error = error ? error : script_next(loading->script, &item);
	}
	return error;
}

static struct error *load(struct database *database, const struct dump *dump,
		const struct dump_survey *survey, struct connection *connection,
		struct arena *arena, struct str_list *notes)
{
	struct arena scratch;
	struct dump_file *file = NULL;
	struct error *error = dump_file_open(database->host, dump->path, false, arena, &file);

	if (error) {
		return error;
	}
	struct loading loading = {
		.connection = connection,
		.script = script_new(dump_file_read, file, dump->path, arena),
		.reading = { .arena = arena },
		.places = { survey, database->host->role, database->name },
		.is_clearing = true,
		.arena = arena,
		.scratch = &scratch,
		.notes = notes,
	};

	arena_init(&scratch, arena->full, arena->full_data);
	error = load_items(&loading);
	if (!error && survey->is_of_pg_dump && !survey->is_whole) {
		add_note(&loading,
				STR("the dump lacks its last line, 'dump complete': it may be cut off"));
	}
	arena_finish(&scratch);
	error = dump_file_close(file, error);
	if (error && loading.refused_line) {
		copy_row_show(error, database->host, dump->path, loading.refused_line, arena);
	}
	return error;
}

/* That a file which was named cannot be read is no fault of the machine's. */
static struct error *of_the_file(struct error *error)
{
	if (error && error->code == ERROR_ENVIRONMENT) {
		error->code = ERROR_INVALID;
	}
	return error;
}

struct error *postgres_load(struct database *database, const struct dump *dump, int64_t deadline_us,
		struct arena *arena, struct str_list *ret_notes)
{
	const struct dump_survey *survey;
	struct connection *connection = NULL;
	struct error *error = of_the_file(postgres_survey(database->host, dump, arena, &survey));

	if (!error) {
		error = postgres_connect(database, arena, &connection);
	}
	if (error) {
		return error;
	}
	connection->deadline_us = deadline_us;
	error = postgres_set_autocommit(connection, true, arena);
	if (!error) {
		error = load(database, dump, survey, connection, arena, ret_notes);
	}
	postgres_disconnect(connection);
	return error;
}

struct error *postgres_dump_needs(struct host *host, const struct dump *dump, struct arena *arena,
		struct dump_needs *ret_needs)
{
	const struct dump_survey *survey;
	struct error *error = of_the_file(postgres_survey(host, dump, arena, &survey));

	if (!error) {
		error = postgres_find_extensions(
				host, &survey->section->extensions, arena, &ret_needs->refusal);
	}
	if (!error) {
		ret_needs->roles = survey->section->roles;
		ret_needs->owners = survey->section->owners;
	}
	return error;
}
