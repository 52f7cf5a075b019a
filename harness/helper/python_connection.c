/*
 * Connections of the users' own driver: a child of the helper each, as each run of `alembic` is a process.
 */
#include "helper/edited_tree.h"
#include "helper/engine_internal.h"
#include "kit/scratch.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "kit/json.h"

/* --- a connection --------------------------------------------------------------------------------- */

/* The project's files as they are in its commit, laid out once; `ret_checkout` is NULL for those on the disk. */
static struct error *find_checkout(struct host *host, const struct python_project *project,
		struct arena *arena, const struct checkout **ret_checkout)
{
	struct checkout *checkout = NULL;

	*ret_checkout = NULL;
	if (!project->at.len) {
		return NULL;
	}
	for (size_t i = 0; i < host->checkouts.count; i++) {
		checkout = host->checkouts.items[i];
		if (str_equal(checkout->at, project->at) &&
				str_equal(checkout->root, project->root)) {
			*ret_checkout = checkout;
			return NULL;
		}
	}
	const str folder = path_join(host->scratch,
			str_format(host->arena, "at-%zu", host->checkouts.count + 1), host->arena);
	struct error *err = checkout_make(project, folder, host->arena, &checkout);

	if (err) {
		return error_wrap(arena, err, "could not lay out '%.*s'", STR_ARG(project->at));
	}
	*LIST_PUSH(&host->checkouts, host->arena) = checkout;
	*ret_checkout = checkout;
	return NULL;
}

/* A request without anything but its name. */
static struct error *ask_plainly(
		struct connection *connection, const char *what, struct arena *arena)
{
	return cell_ask(connection->cell, str_format(arena, "{\"do\": \"%s\"}\n", what), NULL,
			arena, NULL, NULL);
}

/* How to say what others hold who never let go of it; NULL: there are none. */
static engine_wait_fn *wait_words(const struct database *database)
{
	return database->standing > 0 ? database->host->native->describe_wait : NULL;
}

struct error *python_connect(struct database *database, const struct python_project *project,
		struct arena *arena, struct connection **ret_connection)
{
	struct host *host = database->host;
	struct connection *connection = arena_new(arena, struct connection);
	const struct checkout *checkout = NULL;
	struct database_address address;

	connection->database = database;
	struct error *err = find_checkout(host, project, arena, &checkout);
	if (!err) {
		err = host->native->database_lend(database->of, host->scratch, arena, &address);
	}
	if (!err) {
		err = cell_open(host->helper, &address, project, checkout, NULL,
				wait_words(database), 0, arena, &connection->cell);
	}
	if (err) {
		return err;
	}
	connection->cell->connection = connection;
	err = ask_plainly(connection, "connect", arena);
	if (err) {
		python_disconnect(connection);
		return err;
	}
	*ret_connection = connection;
	return NULL;
}

/* A child that is told to disconnect closes what their code has left, too: then it can go. */
void python_disconnect(struct connection *connection)
{
	cell_close(connection->cell);
}

struct error *python_set_autocommit(
		struct connection *connection, bool autocommit, struct arena *arena)
{
	return cell_ask(connection->cell,
			str_format(arena, "{\"do\": \"autocommit\", \"on\": %s}\n",
					autocommit ? "true" : "false"),
			NULL, arena, NULL, NULL);
}

struct error *python_commit(struct connection *connection, struct arena *arena)
{
	return ask_plainly(connection, "commit", arena);
}

struct error *python_rollback(struct connection *connection, struct arena *arena)
{
	return ask_plainly(connection, "rollback", arena);
}

/* --- statements ----------------------------------------------------------------------------------- */

/* Rows as they were told: a list of lists of texts and nulls. */
static void take_result(const json_t *answer, struct arena *arena, struct result *result)
{
	const json_t *names = json_object_get(answer, "names");
	const json_t *rows = json_object_get(answer, "rows");

	*result = (struct result){
		.column_count = json_array_size(names),
		.row_count = json_array_size(rows),
		.changed = object_integer(answer, "changed"),
	};
	result->names = arena_new_array(arena, str, result->column_count);
	result->values = arena_new_array(arena, str, result->column_count * result->row_count);
	for (size_t i = 0; i < result->column_count; i++) {
		result->names[i] = str_copy(
				str_from(json_string_value(json_array_get(names, i))), arena);
	}
	for (size_t i = 0; i < result->column_count * result->row_count; i++) {
		const json_t *value = json_array_get(
				json_array_get(rows, i / result->column_count),
				i % result->column_count);

		if (json_is_string(value)) {
			result->values[i] = str_copy(
					(str){ json_string_value(value), json_string_length(value) },
					arena);
		}
	}
	result->changed = result->changed > 0 ? result->changed : 0;
}

struct error *python_execute(struct connection *connection, str statement, struct arena *arena,
		struct result *ret_result, size_t *ret_error_offset)
{
	struct buf line = { .arena = arena };
	struct json_writer json = { .out = &line, .is_ascii = true };
	json_t *answer = NULL;

	json_open_object(&json, NULL);
	json_add_text(&json, "do", STR("execute"));
	json_add_text(&json, "sql", statement);
	json_add_bool(&json, "rows", ret_result != NULL);
	json_close_object(&json);
	buf_add_char(&line, '\n');
	struct error *err = cell_ask(connection->cell, buf_str(&line), NULL, arena, &answer,
			ret_error_offset);

	if (err) {
		err->where = (struct span){ 0 }; // it is no line of theirs that sends it
	} else if (ret_result) {
		take_result(answer, arena, ret_result);
	}
	json_decref(answer);
	return err;
}

struct error *python_has_table(struct connection *connection, str schema, str table,
		struct arena *arena, bool *ret_is_there)
{
	const struct engine *native = connection->database->host->native;
	struct result result = { 0 };
	struct error *err = python_execute(connection, native->has_table_sql(schema, table, arena),
			arena, &result, NULL);

	*ret_is_there = result.row_count > 0;
	return err;
}

/* --- what is theirs ------------------------------------------------------------------------------- */

static void add_configure(struct json_writer *json, const struct python_configure *configure)
{
	json_open_object(json, "configure");
	json_add_bool(json, "transactional_ddl", configure->transactional_ddl);
	json_add_bool(json, "transaction_per_migration", configure->transaction_per_migration);
	json_add_text(json, "version_table", configure->version_table);
	json_add_text_or_null(json, "version_table_schema", configure->version_table_schema);
	json_close_object(json);
}

struct error *python_run(struct connection *connection, const struct python_body *body,
		const struct python_follower *follower, struct arena *arena)
{
	struct buf line = { .arena = arena };
	struct json_writer json = { .out = &line, .is_ascii = true };

	json_open_object(&json, NULL);
	json_add_text(&json, "do", STR("body"));
	json_add_text(&json, "revision", body->revision);
	json_add_text(&json, "direction", body->is_upgrade ? STR("upgrade") : STR("downgrade"));
	json_add_text(&json, "file",
			checkout_path(connection->cell->checkout, body->path, arena));
	add_configure(&json, &body->configure);
	json_add_bool(&json, "watch", !body->is_unwatched);
	json_close_object(&json);
	buf_add_char(&line, '\n');
	return cell_ask(connection->cell, buf_str(&line), follower, arena, NULL, NULL);
}

/* The targets of a command: each by itself, or as one list. */
static void add_arguments(struct json_writer *json, const struct python_command *command)
{
	json_open_array(json, "arguments");
	if (command->takes_list) {
		json_add_texts(json, NULL, &command->arguments);
	}
	for (size_t i = 0; !command->takes_list && i < command->arguments.count; i++) {
		json_add_text(json, NULL, command->arguments.items[i]);
	}
	json_close_array(json);
	json_open_object(json, "options");
	if (command->purge) {
		json_add_bool(json, "purge", true);
	}
	json_close_object(json);
}

static str command_line(const struct python_command *command, struct arena *arena)
{
	struct buf line = { .arena = arena };
	struct json_writer json = { .out = &line, .is_ascii = true };

	json_open_object(&json, NULL);
	json_add_text(&json, "do", STR("alembic"));
	json_add_text(&json, "command", command->name);
	add_arguments(&json, command);
	json_close_object(&json);
	buf_add_char(&line, '\n');
	return buf_str(&line);
}

struct error *python_command(struct database *database, const struct python_command *command,
		int64_t deadline_us, const struct python_follower *follower, struct arena *arena)
{
	struct host *host = database->host;
	struct connection *connection = arena_new(arena, struct connection);
	const struct checkout *checkout = NULL;
	struct edited_tree *edited = NULL;
	struct database_address address;
	const str folder = path_join(
			host->scratch, str_format(arena, "tree-%u", ++host->trees), arena);

	connection->database = database;
	struct error *err = find_checkout(host, command->project, arena, &checkout);
	if (!err) {
		err = host->native->database_lend(database->of, host->scratch, arena, &address);
	}
	if (!err && command->is_edited) {
		err = edited_tree_write(&command->files, checkout, folder, arena, &edited);
	}
	if (!err) {
		err = cell_open(host->helper, &address, command->project, checkout, edited,
				wait_words(database), deadline_us, arena, &connection->cell);
	}
	if (!err) {
		connection->cell->connection = connection;
		err = cell_ask(connection->cell, command_line(command, arena), follower, arena,
				NULL, NULL);
	}
	cell_close(connection->cell);
	if (command->is_edited) {
		scratch_remove(folder, arena);
	}
	return err;
}

struct error *python_create_all(struct connection *connection, str target,
		const struct python_follower *follower, struct arena *arena)
{
	struct buf line = { .arena = arena };
	struct json_writer json = { .out = &line, .is_ascii = true };

	json_open_object(&json, NULL);
	json_add_text(&json, "do", STR("create_all"));
	json_add_text(&json, "target", target);
	json_close_object(&json);
	buf_add_char(&line, '\n');
	return cell_ask(connection->cell, buf_str(&line), follower, arena, NULL, NULL);
}

struct error *python_fill(struct connection *connection, const struct python_rows *rows,
		const struct python_follower *follower, struct arena *arena)
{
	struct buf line = { .arena = arena };
	struct json_writer json = { .out = &line, .is_ascii = true };
	json_t *answer = NULL;

	json_open_object(&json, NULL);
	json_add_text(&json, "do", STR("fill"));
	json_add_texts(&json, "rows", &rows->kinds);
	json_add_texts(&json, "leave", &rows->leave);
	json_add_integer(&json, "first", rows->first ? rows->first : 1);
	json_close_object(&json);
	buf_add_char(&line, '\n');
	struct error *err = cell_ask(
			connection->cell, buf_str(&line), follower, arena, &answer, NULL);
	const json_t *notes = json_object_get(answer, "notes");

	for (size_t i = 0; i < json_array_size(notes); i++) {
		follower->note(follower->data,
				str_copy(str_from(json_string_value(json_array_get(notes, i))), arena));
	}
	json_decref(answer);
	return err;
}
