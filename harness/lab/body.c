#include "lab/body.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/file.h"
#include "kit/unpack.h"
#include "lab/dump.h"
#include "lab/observer.h"

/* A file to load is read into memory as a whole. */
#define LARGEST_LOAD ((size_t)256 * 1024 * 1024)

struct error *body_run(struct stage *stage, struct connection *connection,
		const struct located_text *sql, str revision, struct results *ret_results)
{
	const struct statements statements = stage->engine->split(sql->text, stage->arena);
	size_t offset = 0;

	for (size_t i = 0; i < statements.count; i++) {
		const struct statement statement = statements.items[i];
		const struct arena_mark mark = arena_mark(stage->arena);
		struct result result = { 0 };

		const struct moment moment = {
			.kind = MOMENT_STATEMENT,
			.connection = connection,
			.statement = &statement,
			.body = sql,
		};

		struct error *err = stage_check_time(stage);
		if (!err) {
			err = observe(stage, &moment);
		}
		if (!err) {
			err = stage->engine->execute(connection, statement.text, stage->arena,
					ret_results ? &result : NULL, &offset);
			err = observe_after(stage, &moment, err);
		}
		if (err) {
			stage->sent = (struct sent){ .statement = statement.text,
				.revision = revision };
			err->where = located_text_span(sql, statement.offset + offset,
					word_length(statement.text, offset));
			return err;
		}
		if (ret_results) {
			*LIST_PUSH(ret_results, stage->arena) = result;
		} else if (!stage->observers.count) { // they may keep what they were shown
			arena_rewind(stage->arena, mark);
		}
	}
	return NULL;
}

struct error *statement_run(struct stage *stage, struct connection *connection, str statement,
		struct result *ret_result)
{
	size_t offset;

	struct error *err = stage->engine->execute(
			connection, statement, stage->arena, ret_result, &offset);
	if (err) {
		stage->sent.statement = statement;
	}
	return err;
}

struct error *body_run_by_hand(struct stage *stage, const struct located_text *sql)
{
	struct connection *connection = NULL;
	struct results results = { 0 }; // a shell fetches all rows, and meets the errors in them

	struct error *err = stage_connect(stage, &connection);
	if (!err) {
		err = stage->engine->set_autocommit(connection, true, stage->arena);
	}
	if (!err) {
		err = body_run(stage, connection, sql, (str){ 0 }, &results);
	}
	stage_disconnect(stage, connection);
	return err;
}

/* That a file which the scenario names cannot be read is the scenario's failure, not the machine's. */
static struct error *file_failed(struct error *error, const struct file_reference *file)
{
	error->code = ERROR_INVALID;
	error->class_name = STR("FileError");
	error->where = file->where;
	return error;
}

struct dump load_dump_of(const struct load_reference *load)
{
	return (struct dump){ load->file.path, load->database };
}

/* In the place of the database that is there, or on it. */
static struct error *load_dump(struct stage *stage, const struct load_reference *load, bool on_it)
{
	const struct file_reference *file = &load->file;
	const struct dump dump = load_dump_of(load);
	struct str_list notes = { 0 };
	struct error *err = path_is_file(file->path, stage->arena) ||
					path_is_directory(file->path, stage->arena)
			? NULL
			: error_new(stage->arena, ERROR_NOT_FOUND, "no file '%.*s'",
					  STR_ARG(file->path));

	if (err) {
		return file_failed(err, file);
	}
	if (!on_it) {
		err = stage_create_database(stage);
	}
	if (!err) {
		const int64_t since_us = clock_now_us();
		const int64_t more_us = dump_patience_us(file->path, stage->arena);

		err = stage->engine->database_load(stage->database, &dump,
				stage->deadline_us ? stage->deadline_us + more_us : 0, stage->arena,
				&notes);
		stage_give_back_time(
				stage, since_us); // how large it is is no matter of the replay's
		stage_note(stage, &notes);
		stage_take_notes(stage);
		if (err && (err->code == ERROR_INVALID || err->code == ERROR_NOT_FOUND)) {
			err = file_failed(err, file);
		}
	}
	return err;
}

/* "x.sql", "x.sql.gz", "x.sql.zst" */
static bool is_sql_file(str path)
{
	static const str packed[] = { STR_INIT(".gz"), STR_INIT(".zst") };

	for (size_t i = 0; i < COUNT_OF(packed); i++) {
		if (str_ends_with(path, packed[i])) {
			path = str_slice(path, 0, path.len - packed[i].len);
			break;
		}
	}
	return str_ends_with(path, STR(".sql"));
}

static struct error *run_load(struct stage *stage, const struct load_reference *load)
{
	const bool is_sql = is_sql_file(load->file.path);
	struct error *unfit = dump_check(load->file.path, stage->engine, stage->arena);

	if (unfit) {
		return file_failed(unfit, &load->file);
	}
	if (!is_sql || stage->engine->loads_sql) {
		return load_dump(stage, load, is_sql);
	}
	str text;
	struct error *err = unpack_read_all(load->file.path, LARGEST_LOAD, stage->arena, &text);
	if (err) {
		return file_failed(err, &load->file);
	}
	const struct located_text sql = {
		.text = text,
		.source = source_new(load->file.path, text, stage->arena),
	};

	return body_run_by_hand(stage, &sql);
}

struct error *body_load(struct stage *stage, const struct load_reference *load)
{
	struct error *err = run_load(stage, load);
	const str hint = err ? dump_hint(load->file.path, stage->engine, stage->arena) : STR("");

	if (hint.len) {
		err->hint = hint;
	}
	return err;
}
