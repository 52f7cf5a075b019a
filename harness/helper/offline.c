#include "helper/offline.h"

#include "helper/cell.h"
#include "helper/checkout.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/file.h"
#include "kit/json.h"

/* A function that sends nothing has little to do. */
#define ASK_US 60000000

struct error *offline_begin(struct helper *helper, const struct python_project *project,
		str scratch, struct arena *arena, struct offline *ret_offline)
{
	struct checkout *checkout = NULL;
	struct error *err = project->at.len
			? checkout_make(project, path_join(scratch, STR("offline"), arena), arena,
					  &checkout)
			: NULL;

	*ret_offline = (struct offline){ helper, project, checkout, scratch };
	return err;
}

static str request_of(
		const struct offline *offline, const struct offline_body *body, struct arena *arena)
{
	struct buf line = { .arena = arena };
	struct json_writer json = { .out = &line, .is_ascii = true };

	json_open_object(&json, NULL);
	json_add_text(&json, "do", STR("offline"));
	json_add_text(&json, "file", checkout_path(offline->checkout, body->path, arena));
	if (body->text.data) {
		json_add_text(&json, "text", body->text);
	}
	json_add_text(&json, "direction", body->is_upgrade ? STR("upgrade") : STR("downgrade"));
	json_add_text(&json, "dialect", str_from(body->dialect));
	json_close_object(&json);
	buf_add_char(&line, '\n');
	return buf_str(&line);
}

static void take_statements(const json_t *answer, struct arena *arena, struct offline_sql *sql,
		size_t *ret_autocommit)
{
	const json_t *statements = json_object_get(answer, "sql");

	*ret_autocommit = 0;
	for (size_t i = 0; i < json_array_size(statements); i++) {
		const json_t *statement = json_array_get(statements, i);

		str_list_add(&sql->statements, object_text(statement, "sql", arena), arena);
		*ret_autocommit += json_is_true(json_object_get(statement, "autocommit"));
	}
}

static void take_answer(const json_t *answer, struct arena *arena, struct offline_sql *sql)
{
	size_t autocommit;

	take_statements(answer, arena, sql, &autocommit);
	sql->is_irreversible = json_is_true(json_object_get(answer, "irreversible"));
	sql->is_autocommit = autocommit && autocommit == sql->statements.count;
	if (autocommit && !sql->is_autocommit) {
		sql->refusal = STR("a part of it alone is in an autocommit block");
	}
}

/* What has been raised, with the line of the file where there is one. */
static str words_of(const struct error *error, struct arena *arena)
{
	const str place = error->where.source
			? str_format(arena, "line %zu: ", span_place(error->where).line)
			: STR("");

	return str_format(arena, "%.*s%.*s: %.*s", STR_ARG(place), STR_ARG(error->class_name),
			STR_ARG(str_on_one_line(error->message, 200, arena)));
}

struct error *offline_ask(const struct offline *offline, const struct offline_body *body,
		struct arena *arena, struct offline_sql *ret_sql)
{
	const struct database_address nowhere = {
		.path = path_join(offline->scratch, STR("offline.sqlite"), arena),
	};
	struct cell *cell = NULL;
	json_t *answer = NULL;
	struct error *err = cell_open(offline->helper, &nowhere, offline->project,
			offline->checkout, NULL, NULL, clock_now_us() + ASK_US, arena, &cell);

	*ret_sql = (struct offline_sql){ 0 };
	if (err) {
		return err;
	}
	err = cell_ask(cell, request_of(offline, body, arena), NULL, arena, &answer, NULL);
	if (!err) {
		take_answer(answer, arena, ret_sql);
	} else if (err->code == ERROR_ALEMBIC || err->code == ERROR_DATABASE) {
		ret_sql->refusal = words_of(err, arena);
		err = NULL;
	}
	json_decref(answer);
	cell_close(cell);
	return err;
}
