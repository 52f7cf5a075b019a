/*
 * Build starting states: once for a scenario and an engine, then frozen, and cloned for each cell.
 */
#include "replay/theatre.h"

#include "replay/alembic.h"
#include "replay/body.h"
#include "replay/version_table.h"
#include "revision/history.h"

/* --- schema: ... ---------------------------------------------------------------------------- */

/* Mark what `name`, an exact id or label, stands for; whether there is such a thing. */
static bool mark(const struct scenario_revisions *revisions, str name, bool *is_marked)
{
	bool found = false;

	for (size_t i = 0; i < revisions->count; i++) {
		const struct revision_spec *spec = &revisions->items[i].spec;

		if (str_equal(spec->revision, name) ||
				str_list_contains(&spec->branch_labels, name)) {
			is_marked[i] = true;
			found = true;
		}
	}
	return found;
}

static void mark_all(const struct scenario_revisions *revisions, const struct str_list *names,
		bool *is_marked)
{
	for (size_t i = 0; i < names->count; i++) {
		(void)mark(revisions, names->items[i], is_marked);
	}
}

/*
 * Of a tree that does not load, the files at and below the targets, in load order: a state asks no more of
 * the tree than that. The whole tree if a target is not an exact id or label.
 */
static struct scenario_revisions part_below(const struct scenario_revisions *revisions,
		const struct named_places *targets, struct arena *arena)
{
	bool *is_marked = arena_new_array(arena, bool, revisions->count);
	bool *is_followed = arena_new_array(arena, bool, revisions->count);
	struct scenario_revisions part = { 0 };
	bool goes_on = true;

	for (size_t i = 0; i < targets->count; i++) {
		if (!mark(revisions, targets->items[i].name, is_marked)) {
			return *revisions;
		}
	}
	while (goes_on) {
		goes_on = false;
		for (size_t i = 0; i < revisions->count; i++) {
			if (is_marked[i] && !is_followed[i]) {
				const struct revision_spec *spec = &revisions->items[i].spec;

				is_followed[i] = true;
				goes_on = true;
				mark_all(revisions, &spec->down_revision, is_marked);
				mark_all(revisions, &spec->depends_on, is_marked);
			}
		}
	}
	for (size_t i = 0; i < revisions->count; i++) {
		if (is_marked[i]) {
			*LIST_PUSH(&part, arena) = revisions->items[i];
		}
	}
	return part;
}

struct error *stage_upgrade(struct stage *stage, const struct named_places *targets)
{
	struct error *err = NULL;

	if (revision_history_load(stage_history(stage), stage->arena)) {
		stage->revisions = part_below(&stage->revisions, targets, stage->arena);
	}
	for (size_t i = 0; !err && i < targets->count; i++) {
		err = alembic_upgrade(stage, targets->items[i].name);
		if (err && !err->where.source) {
			err->where = targets->items[i].where;
		}
	}
	return err;
}

/* --- ran: ... ------------------------------------------------------------------------------- */

/* The revision whose file, else whose id, is `name`: of an id that stands twice the last, as in Alembic. */
static const struct scenario_revision *find_revision(
		const struct scenario_revisions *revisions, str name)
{
	const struct scenario_revision *by_id = NULL;

	for (size_t i = 0; i < revisions->count; i++) {
		const struct scenario_revision *revision = &revisions->items[i];

		if (revision->spec.file.len && str_equal(revision->spec.file, name)) {
			return revision;
		}
		if (str_equal(revision->spec.revision, name)) {
			by_id = revision;
		}
	}
	return by_id;
}

static struct error *run_bodies(struct stage *stage, struct connection *connection,
		const struct named_places *names)
{
	struct error *err = stage->engine->set_autocommit(connection, true, stage->arena);

	for (size_t i = 0; !err && i < names->count; i++) {
		const struct scenario_revision *revision =
				find_revision(&stage->revisions, names->items[i].name);

		if (!revision) {
			return error_at(stage->arena, ERROR_NOT_FOUND, names->items[i].where,
					"no revision '%.*s'", STR_ARG(names->items[i].name));
		}
		err = body_run(stage, connection, &revision->upgrade.by_engine[stage->kind],
				revision->spec.revision, NULL);
	}
	return err;
}

static struct error *build_ran(struct stage *stage, const struct scenario_state *state)
{
	struct connection *connection = NULL;

	struct error *err = stage_connect(stage, &connection);
	if (!err) {
		err = run_bodies(stage, connection, &state->targets);
	}
	stage->engine->disconnect(connection);
	return err;
}

/* --- the whole ------------------------------------------------------------------------------ */

static struct error *build_origin(struct stage *stage, const struct scenario_state *state)
{
	switch (state->origin) {
	case STATE_EMPTY:
		break;
	case STATE_SCHEMA:
		return stage_upgrade(stage, &state->targets);
	case STATE_RAN:
		return build_ran(stage, state);
	case STATE_LOAD:
		return body_load(stage, &state->load);
	}
	return NULL;
}

static struct error *build_version(struct stage *stage, const struct scenario_state *state)
{
	struct connection *connection = NULL;

	if (state->version == STATE_VERSION_DEFAULT) {
		return NULL;
	}
	struct error *err = stage_connect(stage, &connection);
	if (!err) {
		err = stage->engine->set_autocommit(connection, true, stage->arena);
	}
	if (!err) {
		err = state->version == STATE_VERSION_NONE
				? version_table_drop(stage, connection)
				: version_table_write(stage, connection, &state->rows);
	}
	stage->engine->disconnect(connection);
	return err;
}

static struct error *build(struct stage *stage, const struct scenario_state *state)
{
	struct error *err = stage_create_database(stage);

	if (!err) {
		err = build_origin(stage, state);
	}
	if (!err) {
		err = body_run_by_hand(stage, &state->sql.by_engine[stage->kind]);
	}
	if (!err) {
		err = body_run_by_hand(stage, &state->seed.by_engine[stage->kind]);
	}
	if (!err) {
		stage->sent = (struct sent){ 0 };
		err = build_version(stage, state);
	}
	return err;
}

/* --- looking at what was built ---------------------------------------------------------------- */

const struct table_rows *built_state_rows(const struct built_state *built, str table)
{
	for (size_t i = 0; i < built->rows.count; i++) {
		if (str_equal(built->rows.items[i].table, table)) {
			return &built->rows.items[i];
		}
	}
	return NULL;
}

static bool asks_for_schema(const struct goal *goal, const struct scenario_state *state)
{
	return goal->keeps_all_rows || goal->rows_kept.count ||
			(goal->schema.source == SCHEMA_SAME_AS_STATE &&
					str_equal(goal->schema.name, state->name));
}

static bool is_asked_for_schema(const struct scenario *scenario, const struct scenario_state *state)
{
	for (size_t i = 0; i < scenario->strategies.count; i++) {
		if (asks_for_schema(&scenario->strategies.items[i].goal, state)) {
			return true;
		}
	}
	return false;
}

/* ERROR_TIMEOUT, or what the environment did: that rows cannot be read stands beside them. */
static struct error *read_tables(struct stage *stage, struct connection *connection,
		struct built_state *built, const struct str_list *tables)
{
	struct error *err = NULL;

	for (size_t i = 0; i < tables->count && !err; i++) {
		const str table = tables->items[i];

		if (!schema_has(built->schema, STR("table"), table) ||
				built_state_rows(built, table)) {
			continue;
		}
		struct table_rows *read = LIST_PUSH(&built->rows, stage->arena);

		read->table = str_copy(table, stage->arena);
		read->columns = schema_columns(built->schema, table, stage->arena);
		read->error = stage->engine->read_rows(
				connection, table, &read->columns, stage->arena, &read->rows);
		if (read->error) { // which has ended the transaction, where there was one
			err = read->error->code == ERROR_TIMEOUT
					? read->error
					: stage->engine->rollback(connection, stage->arena);
		}
	}
	return err;
}

/*
 * Read what the goals of the scenario ask of the state, while its database is at hand: on PostgreSQL a later
 * look would cost a clone.
 */
static struct error *look(struct stage *stage, struct built_state *built)
{
	const struct scenario *scenario = stage->scenario;
	struct connection *connection = NULL;

	if (!is_asked_for_schema(scenario, built->state)) {
		return NULL;
	}
	struct error *err = stage_connect(stage, &connection);
	if (!err) {
		built->schema_error =
				stage_read_schema(stage, connection, stage->arena, &built->schema);
		if (built->schema_error && built->schema_error->code == ERROR_TIMEOUT) {
			err = built->schema_error;
		}
	}
	for (size_t i = 0; !err && built->schema && i < scenario->strategies.count; i++) {
		const struct goal *goal = &scenario->strategies.items[i].goal;
		const struct str_list all = schema_tables(built->schema, stage->arena);

		err = read_tables(stage, connection, built,
				goal->keeps_all_rows ? &all : &goal->rows_kept);
	}
	stage_disconnect(stage, connection);
	return err;
}

/* --- states ----------------------------------------------------------------------------------- */

struct error *theatre_state(struct theatre *theatre, const struct stage *like,
		const struct scenario_state *state, struct built_state **ret_built)
{
	for (size_t i = 0; i < theatre->states.count; i++) {
		struct built_state *built = theatre->states.items[i];

		if (built->state == state && built->kind == like->kind) {
			*ret_built = built;
			return NULL;
		}
	}
	struct stage stage = stage_like(like, &theatre->cache);
	struct built_state *built = arena_new(&theatre->cache, struct built_state);

	built->state = state;
	built->kind = like->kind;
	struct error *err = build(&stage, state);
	if (!err) {
		err = look(&stage, built);
	}
	if (err && !err->where.source) {
		err->where = state->where;
	}
	if (err && !error_is_of_cell(err)) {
		goto out;
	}
	built->error = err;
	built->sent = stage.sent;
	err = NULL;
	if (!built->error || built->error->code != ERROR_TIMEOUT) { // another cell has its own time
		err = stage.engine->database_freeze(stage.database, &theatre->cache, &built->image);
		if (!err) {
			*LIST_PUSH(&theatre->states, &theatre->cache) = built;
		}
	}
	*ret_built = built;
out:
	stage_strike(&stage);
	return err;
}
