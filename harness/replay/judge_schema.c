/*
 * The goal key `schema`: the same as something, and what it has and lacks.
 */
#include "replay/judge.h"

#include "kit/file.h"
#include "lab/alembic.h"
#include "replay/play.h"

/* A file of schema lines has no business being larger. */
#define LARGEST_SCHEMA_FILE ((size_t)16 * 1024 * 1024)

static str error_on_a_line(const struct error *error, struct arena *arena)
{
	return str_format(
			arena, "%.*s: %.*s", STR_ARG(error_class(error)), STR_ARG(error->message));
}

/* --- schemas to compare with ------------------------------------------------------------------ */

static bool is_edited(const struct tree_edit *edit)
{
	return edit->replaces || edit->remove.count || edit->change.count || edit->add.count;
}

/* What the goal asks for, without its schema: the key under which it is kept. */
static struct goal_schema key_of(const struct judgement *judgement)
{
	const struct goal *goal = judgement->goal;
	const struct scenario_cell *cell = judgement->cell;
	struct goal_schema key = { .kind = judgement->stage->kind };

	if (goal->schema.source == SCHEMA_SAME_AS_FRESH) {
		key.tree_changes = judgement->stage->tree_changes;
		key.strategy = key.tree_changes || is_edited(&cell->strategy->edit) ? cell->strategy
										    : NULL;
	} else {
		key.strategy = scenario_find_strategy(cell->scenario, goal->schema.name);
		key.state = cell->state;
	}
	return key;
}

/* Replay what the key says; a failure that is the scenario's stands in `made`. */
static struct error *make(struct judgement *judgement, struct stage *stage,
		struct goal_schema *made, bool *ret_timed_out)
{
	struct arena *cache = &judgement->theatre->cache;
	struct playback playback = { 0 };
	struct error *err;

	if (!made->state) {
		stage->revisions = judgement->stage->revisions;
		err = stage_create_database(stage);
		if (!err) {
			err = alembic_upgrade(stage, STR("heads"));
		}
	} else {
		err = stage_clone_database(stage, judgement->start->image);
		if (!err) {
			err = play_strategy(stage, made->strategy, made->state, &playback);
		}
		err = err ? err : playback.error;
	}
	if (!err) {
		err = stage_snapshot(stage, cache, &made->schema);
	}
	if (err && error_is_of_cell(err)) {
		made->failure = str_copy(error_on_a_line(err, stage->arena), cache);
		*ret_timed_out = err->code == ERROR_TIMEOUT;
		return NULL;
	}
	return err;
}

/* The schema of a replay, made the first time that it is asked for. */
static struct error *replayed_schema(struct judgement *judgement, struct goal_schema *ret_goal)
{
	struct theatre *theatre = judgement->theatre;
	struct goal_schema made = key_of(judgement);
	bool timed_out = false;

	for (size_t i = 0; i < theatre->goals.count; i++) {
		const struct goal_schema *kept = &theatre->goals.items[i];

		if (kept->strategy == made.strategy && kept->tree_changes == made.tree_changes &&
				kept->state == made.state && kept->kind == made.kind) {
			*ret_goal = *kept;
			return NULL;
		}
	}
	struct stage stage = stage_like(judgement->stage, judgement->stage->arena);
	struct error *err = make(judgement, &stage, &made, &timed_out);
	stage_strike(&stage);
	if (!err) {
		if (!timed_out) { // another cell has its own time
			*LIST_PUSH(&theatre->goals, &theatre->cache) = made;
		}
		*ret_goal = made;
	}
	return err;
}

/* --- comparing -------------------------------------------------------------------------------- */

static void compare_with(struct judgement *judgement, const struct schema *expected, str what)
{
	const struct schema_difference difference = schema_compare(expected, judgement->schema,
			judgement->goal->schema.is_column_order_strict, judgement->stage->arena);

	judgement_compare(judgement, WRONG_SCHEMA, what, &difference);
}

static struct error *compare_with_replay(struct judgement *judgement)
{
	struct arena *arena = judgement->stage->arena;
	const str what = judgement->goal->schema.source == SCHEMA_SAME_AS_FRESH
			? STR("what the tree makes of an empty database")
			: str_format(arena, "what strategy '%.*s' leaves",
					  STR_ARG(judgement->goal->schema.name));
	struct goal_schema goal;

	struct error *err = replayed_schema(judgement, &goal);
	if (err) {
		return err;
	}
	if (goal.schema) {
		compare_with(judgement, goal.schema, what);
	} else {
		judgement_wrong(judgement, WRONG_SCHEMA,
				str_format(arena,
						"the schema cannot be compared with %.*s, since that "
						"replay fails: %.*s",
						STR_ARG(what), STR_ARG(goal.failure)));
	}
	return NULL;
}

static struct error *compare_with_state(struct judgement *judgement)
{
	struct stage *stage = judgement->stage;
	const str name = judgement->goal->schema.name;
	struct built_state *built;

	struct error *err = theatre_state(judgement->theatre, stage,
			scenario_find_state(judgement->cell->scenario, name), &built);
	if (err) {
		return err;
	}
	if (built->error) {
		judgement_wrong(judgement, WRONG_SCHEMA,
				str_format(stage->arena,
						"the schema cannot be compared with state '%.*s', which "
						"cannot be built: %.*s",
						STR_ARG(name),
						STR_ARG(error_on_a_line(
								built->error, stage->arena))));
		return NULL;
	}
	if (built->schema_error) {
		return judgement_failed(judgement, WRONG_SCHEMA,
				"could not read the schema of the state", built->schema_error);
	}
	compare_with(judgement, built->schema,
			str_format(stage->arena, "that of state '%.*s'", STR_ARG(name)));
	return NULL;
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

static struct error *compare_with_file(struct judgement *judgement)
{
	struct arena *arena = judgement->stage->arena;
	const struct file_reference *file = &judgement->goal->schema.file;
	struct str_list lines = { 0 };
	str text, line;

	struct error *err = file_read(file->path, LARGEST_SCHEMA_FILE, arena, &text);
	if (err) {
		judgement_wrong(judgement, WRONG_SCHEMA, err->message);
		return NULL;
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
	return NULL;
}

static struct error *compare(struct judgement *judgement)
{
	switch (judgement->goal->schema.source) {
	case SCHEMA_ANY:
		break;
	case SCHEMA_SAME_AS_FRESH:
	case SCHEMA_SAME_AS_STRATEGY:
		return compare_with_replay(judgement);
	case SCHEMA_SAME_AS_STATE:
		return compare_with_state(judgement);
	case SCHEMA_SAME_AS_FILE:
		return compare_with_file(judgement);
	}
	return NULL;
}

static void judge_items(
		struct judgement *judgement, const struct schema_items *items, bool should_be_there)
{
	for (size_t i = 0; i < items->count; i++) {
		const struct schema_item *item = &items->items[i];

		if (schema_has(judgement->schema, item->kind, item->name) != should_be_there) {
			judgement_wrong(judgement, WRONG_SCHEMA,
					str_format(judgement->stage->arena, "%.*s %.*s is %s",
							STR_ARG(item->kind), STR_ARG(item->name),
							should_be_there ? "not there" : "there"));
		}
	}
}

struct error *judge_schema(struct judgement *judgement)
{
	judge_items(judgement, &judgement->goal->schema.has, true);
	judge_items(judgement, &judgement->goal->schema.lacks, false);
	return compare(judgement);
}
