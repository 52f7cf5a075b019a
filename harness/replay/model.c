/*
 * What a goal's `schema: {same_as: ...}` names, as a value to judge by: made the first time that it is asked
 * for, and kept with the scenario.
 */
#include "replay/model.h"

#include "lab/alembic.h"
#include "lab/env.h"
#include "replay/strategy.h"

static str error_on_a_line(const struct error *error, struct arena *arena)
{
	return str_format(
			arena, "%.*s: %.*s", STR_ARG(error_class(error)), STR_ARG(error->message));
}

/* --- what a replay makes ----------------------------------------------------------------------- */

/* Whether two goals mean the same tree: an edit that is shared has the same lists. */
static bool is_same_tree(const struct goal_schema *a, const struct goal_schema *b)
{
	return a->tree == b->tree && a->edit.replaces == b->edit.replaces &&
			a->edit.replace.items == b->edit.replace.items &&
			a->edit.remove.items == b->edit.remove.items &&
			a->edit.change.items == b->edit.change.items &&
			a->edit.add.items == b->edit.add.items;
}

/* What the goal asks for, without its schema: the key under which it is kept. */
static struct goal_schema key_of(const struct model_wish *wish)
{
	const struct goal *goal = &wish->cell->strategy->goal;
	const struct scenario_cell *cell = wish->cell;
	struct goal_schema key = { .kind = wish->stage->kind };

	if (goal->schema.source == SCHEMA_SAME_AS_FRESH) {
		key.tree_changes = wish->stage->tree_changes;
		key.strategy = key.tree_changes ? cell->strategy : NULL;
		key.edit = cell->strategy->edit;
		key.tree = cell->strategy->tree;
	} else {
		key.strategy = scenario_find_strategy(cell->scenario, goal->schema.name);
		key.state = cell->state;
	}
	return key;
}

/*
 * Replay what the key says; a failure that is the scenario's stands in `made`, which is in `cache`. ERROR_TIMEOUT:
 * another cell has its own time.
 */
static struct error *make(const struct model_wish *wish, struct stage *stage, struct arena *cache,
		struct goal_schema *made)
{
	struct playback playback = { 0 };
	struct error *err;

	if (!made->state) {
		stage->revisions = wish->stage->revisions;
		err = env_create_database(stage);
		if (!err) {
			err = alembic_upgrade(stage, STR("heads"));
		}
	} else {
		stage->project = wish->cell->scenario->project;
		err = stage_clone_database(stage, wish->start->image);
		if (!err) {
			err = strategy_replay(stage, made->strategy, made->state, &playback);
		}
		err = err ? err : playback.error;
	}
	if (!err) {
		err = stage_snapshot(stage, cache, &made->schema);
	}
	if (err && error_is_of_cell(err) && err->code != ERROR_TIMEOUT) {
		const str failure = error_on_a_line(err, stage->arena);

		made->failure = err->code == ERROR_DATABASE && err->hint.len
				? str_format(cache, "%.*s. %.*s", STR_ARG(failure),
						  STR_ARG(err->hint))
				: str_copy(failure, cache);
		return NULL;
	}
	return err;
}

/* The same of a tree alone, unless it is known from another scenario. */
static struct error *make_fresh(
		const struct model_wish *wish, struct stage *stage, struct goal_schema *made)
{
	struct fresh_schemas *all = &wish->theatre->fresh;
	const str key = fresh_key(wish->stage, wish->cell->scenario, stage->arena);
	struct fresh_schema fresh;

	if (!fresh_find(all, key, &fresh)) {
		struct error *err = make(wish, stage,
				key.len ? &all->arena : &wish->theatre->cache, made);

		if (err) {
			return err;
		}
		fresh = (struct fresh_schema){ made->schema, made->failure };
		if (key.len) {
			fresh_add(all, key, &fresh);
		}
	}
	made->schema = fresh.schema;
	made->failure = fresh.failure;
	return NULL;
}

/* The schema of a replay, made the first time that it is asked for. */
static struct error *replayed_schema(const struct model_wish *wish, struct goal_schema *ret_goal)
{
	struct theatre *theatre = wish->theatre;
	struct goal_schema made = key_of(wish);
	const bool is_of_program = made.tree_changes && wish->stage->folders.count; // a tree that nobody else has

	for (size_t i = 0; !is_of_program && i < theatre->goals.count; i++) {
		const struct goal_schema *kept = &theatre->goals.items[i];

		if (kept->strategy == made.strategy && is_same_tree(kept, &made) &&
				kept->tree_changes == made.tree_changes &&
				kept->state == made.state && kept->kind == made.kind) {
			*ret_goal = *kept;
			return NULL;
		}
	}
	struct stage stage = stage_like(wish->stage, wish->stage->arena);
	struct error *err = made.state ? make(wish, &stage, &theatre->cache, &made)
				       : make_fresh(wish, &stage, &made);
	stage_strike(&stage);
	if (!err && !is_of_program) {
		*LIST_PUSH(&theatre->goals, &theatre->cache) = made;
	}
	if (!err) {
		*ret_goal = made;
	}
	return err;
}

static struct error *model_of_replay(const struct model_wish *wish, struct judge_model *model)
{
	struct arena *arena = wish->stage->arena;
	const struct goal *goal = &wish->cell->strategy->goal;
	struct goal_schema made;

	model->what = goal->schema.source == SCHEMA_SAME_AS_FRESH
			? STR("what the tree makes of an empty database")
			: str_format(arena, "what strategy '%.*s' leaves",
					  STR_ARG(goal->schema.name));
	struct error *err = replayed_schema(wish, &made);
	if (err) {
		return err;
	}
	model->schema = made.schema;
	model->failure = str_format(arena,
			"the schema cannot be compared with %.*s, since that replay fails: %.*s",
			STR_ARG(model->what), STR_ARG(made.failure));
	return NULL;
}

/* --- what a state has -------------------------------------------------------------------------- */

static struct error *model_of_state(const struct model_wish *wish, struct judge_model *model)
{
	struct stage *stage = wish->stage;
	const str name = wish->cell->strategy->goal.schema.name;
	struct built_state *built;

	struct error *err = theatre_state(wish->theatre, stage,
			scenario_find_state(wish->cell->scenario, name), &built);
	if (err) {
		return err;
	}
	model->what = str_format(stage->arena, "that of state '%.*s'", STR_ARG(name));
	model->schema = built->schema;
	if (built->error && built->error->code == ERROR_TIMEOUT) {
		return built->error;
	}
	if (built->error) {
		model->schema = NULL;
		model->failure = str_format(stage->arena,
				"the schema cannot be compared with state '%.*s', which cannot be "
				"built: %.*s",
				STR_ARG(name),
				STR_ARG(error_on_a_line(built->error, stage->arena)));
	} else if (built->schema_error && !error_is_of_cell(built->schema_error)) {
		return built->schema_error;
	} else if (built->schema_error) {
		model->failure = str_format(stage->arena,
				"could not read the schema of the state: %.*s",
				STR_ARG(error_on_a_line(built->schema_error, stage->arena)));
	}
	return NULL;
}

struct error *model_make(const struct model_wish *wish, const struct judge_model **ret_model)
{
	const struct goal *goal = &wish->cell->strategy->goal;
	struct judge_model *model = arena_new(wish->stage->arena, struct judge_model);
	struct error *err = NULL;

	if (!(goal->keys & GOAL_SCHEMA)) {
		return NULL;
	}
	switch (goal->schema.source) {
	case SCHEMA_ANY:
	case SCHEMA_SAME_AS_FILE:
		break;
	case SCHEMA_SAME_AS_FRESH:
	case SCHEMA_SAME_AS_STRATEGY:
		err = model_of_replay(wish, model);
		break;
	case SCHEMA_SAME_AS_STATE:
		err = model_of_state(wish, model);
		break;
	}
	if (err && err->code == ERROR_TIMEOUT) {
		return error_new(wish->stage->arena, ERROR_TIMEOUT,
				"the time was up while what 'schema' of the goal compares with was made");
	}
	if (!err) {
		*ret_model = model;
	}
	return err;
}
