/*
 * The goal key `schema`: the same as something, and what it has and lacks.
 */
#include "judge/judge.h"

#include "kit/file.h"

/* A file of schema lines has no business being larger. */
#define LARGEST_SCHEMA_FILE ((size_t)16 * 1024 * 1024)

/* --- comparing -------------------------------------------------------------------------------- */

static void compare_with(struct judgement *judgement, const struct schema *expected, str what)
{
	const struct schema_difference difference = schema_compare(expected, judgement->schema,
			judgement->goal->schema.is_column_order_strict, judgement->stage->arena);

	judgement_compare(judgement, WRONG_SCHEMA, what, &difference);
}

static void compare_with_model(struct judgement *judgement)
{
	const struct judge_model *model = judgement->model;

	if (model->schema) {
		compare_with(judgement, model->schema, model->what);
	} else {
		judgement_wrong(judgement, WRONG_SCHEMA, model->failure);
	}
}

/* What a record holds beside the schema. */
static bool is_schema_line(str line)
{
	static const char *const others[] = { "#", "verdict:", "error:", "wrong:", "version:" };

	for (size_t i = 0; i < COUNT_OF(others); i++) {
		if (str_starts_with(line, str_from(others[i]))) {
			return false;
		}
	}
	return str_trim(line).len > 0;
}

static void compare_with_file(struct judgement *judgement)
{
	struct arena *arena = judgement->stage->arena;
	const struct file_reference *file = &judgement->goal->schema.file;
	struct str_list lines = { 0 };
	str text, line;

	struct error *err = file_read(file->path, LARGEST_SCHEMA_FILE, arena, &text);
	if (err) {
		judgement_wrong(judgement, WRONG_SCHEMA, err->message);
		return;
	}
	while (str_next_part(&text, '\n', &line)) {
		line = str_ends_with(line, STR("\r")) ? str_slice(line, 0, line.len - 1) : line;
		if (is_schema_line(line)) {
			str_list_add(&lines, line, arena);
		}
	}
	str_list_sort(&lines);
	const struct schema_difference difference = schema_compare_lines(&lines, judgement->schema,
			judgement->goal->schema.is_column_order_strict, arena);

	judgement_compare(judgement, WRONG_SCHEMA,
			str_format(arena, "that of file '%.*s'", STR_ARG(file->name)), &difference);
}

static void compare(struct judgement *judgement)
{
	switch (judgement->goal->schema.source) {
	case SCHEMA_ANY:
		break;
	case SCHEMA_SAME_AS_FRESH:
	case SCHEMA_SAME_AS_STRATEGY:
	case SCHEMA_SAME_AS_STATE:
		compare_with_model(judgement);
		break;
	case SCHEMA_SAME_AS_FILE:
		compare_with_file(judgement);
		break;
	}
}

/* Why what the goal asks for is not had, by presence; NULL: it is. */
static const char *const wants[] = {
	[SCHEMA_PRESENT] = NULL,
	[SCHEMA_UNPROVEN] = NULL,
	[SCHEMA_NOT_ENFORCED] = "there, but not enforced",
	[SCHEMA_DISABLED] = "there, but disabled: it never fires",
	[SCHEMA_INVALID] = "there, but invalid: no query uses it",
	[SCHEMA_ABSENT] = "not there",
};

static void complain(
		struct judgement *judgement, const struct schema_item *item, const char *complaint)
{
	judgement_wrong(judgement, WRONG_SCHEMA,
			str_format(judgement->stage->arena, "%.*s %.*s is %s", STR_ARG(item->kind),
					STR_ARG(item->name), complaint));
}

static void judge_has(struct judgement *judgement, const struct schema_item *item)
{
	const enum schema_presence presence =
			schema_find(judgement->schema, item->kind, item->name);

	if (wants[presence]) {
		complain(judgement, item, wants[presence]);
	}
	if (presence == SCHEMA_UNPROVEN) {
		str note = str_format(judgement->stage->arena,
				"%.*s %.*s is NOT VALID: rows from before may break it",
				STR_ARG(item->kind), STR_ARG(item->name));
		const struct str_list notes = { .items = &note, .count = 1 };

		stage_note(judgement->stage, &notes);
	}
}

struct error *judge_schema(struct judgement *judgement)
{
	const struct schema_items *has = &judgement->goal->schema.has;
	const struct schema_items *lacks = &judgement->goal->schema.lacks;

	for (size_t i = 0; i < has->count; i++) {
		judge_has(judgement, &has->items[i]);
	}
	for (size_t i = 0; i < lacks->count; i++) {
		const struct schema_item *item = &lacks->items[i];

		if (schema_has(judgement->schema, item->kind, item->name)) {
			complain(judgement, item, "there");
		}
	}
	compare(judgement);
	return NULL;
}
