#include "lab/state.h"

#include "kit/arena.h"
#include "lab/body.h"
#include "lab/dump.h"
#include "lab/env.h"
#include "lab/python.h"
#include "lab/upgrade.h"
#include "lab/version_table.h"

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

static struct error *run_revisions(struct stage *stage, struct connection *connection,
		const struct named_places *names)
{
	struct error *err = NULL;

	for (size_t i = 0; !err && i < names->count; i++) {
		const struct scenario_revision *revision =
				find_revision(&stage->revisions, names->items[i].name);

		if (!revision) {
			return error_at(stage->arena, ERROR_NOT_FOUND, names->items[i].where,
					"no revision '%.*s'", STR_ARG(names->items[i].name));
		}
		err = upgrade_run(stage, connection, revision);
		if (err && !err->where.source) {
			err->where = names->items[i].where;
		}
	}
	return err;
}

static struct error *build_ran(struct stage *stage, const struct scenario_state *state)
{
	struct connection *connection = NULL;

	struct error *err = env_connect(stage, &connection);
	if (!err) {
		err = run_revisions(stage, connection, &state->targets);
	}
	stage->engine->disconnect(connection);
	return err;
}

/* --- building ------------------------------------------------------------------------------- */

static struct error *build_origin(struct stage *stage, const struct scenario_state *state)
{
	switch (state->origin) {
	case STATE_EMPTY:
	case STATE_LOAD: // it came with its database
		break;
	case STATE_SCHEMA:
		return stage_upgrade(stage, &state->targets);
	case STATE_RAN:
		return build_ran(stage, state);
	case STATE_MODELS:
		return python_models_make(stage, state);
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

/* A database that has been shut is not opened again for nothing. */
static struct error *run_if_given(struct stage *stage, const struct sql_body *sql)
{
	const struct located_text *text = &sql->by_engine[stage->kind];

	return text->text.len ? body_run_by_hand(stage, text) : NULL;
}

/* What a dump makes there, nothing may have made before; the locale is its own, unless the scenario has one. */
static struct error *build_from_dump(struct stage *stage, const struct scenario_state *state)
{
	const bool has_locale = stage->engine->dump_locale_begin && !stage->configure->locale.len;
	struct error *err = NULL;
	str note = { 0 }, unused;

	if (has_locale) {
		const struct dump dump = load_dump_of(&state->load);

		err = stage->engine->dump_locale_begin(stage->host, &dump, stage->arena, &note);
	}
	if (note.len) {
		stage_note(stage, &(struct str_list){ .items = &note, .count = 1 });
	}
	if (!err) {
		err = stage_create_database(stage);
	}
	if (!err) {
		err = body_load(stage, &state->load);
	}
	if (has_locale) {
		struct error *end = stage->engine->locale_begin(
				stage->host, (str){ 0 }, stage->arena, &note, &unused);
		err = err ? err : end;
	}
	return err;
}

static struct error *build(struct stage *stage, const struct scenario_state *state)
{
	struct error *err = state->origin == STATE_LOAD ? build_from_dump(stage, state)
							: env_create_database(stage);

	if (!err) {
		err = build_origin(stage, state);
	}
	if (!err) {
		err = run_if_given(stage, &state->sql);
	}
	if (!err) {
		err = run_if_given(stage, &state->seed);
	}
	if (!err && scenario_state_is_filled(state)) {
		err = python_rows_make_up(stage, state);
	}
	if (!err) {
		stage->sent = (struct sent){ 0 };
		err = build_version(stage, state);
	}
	return err;
}

/* --- looking at what was built ---------------------------------------------------------------- */

/*
 * Read what is wanted of the state while its database is at hand: on PostgreSQL a later look would cost a
 * clone. Of a large file that was loaded, a connection that may write would cost one as well.
 */
static struct error *look(
		struct stage *stage, const struct look_wants *wants, struct built_state *built)
{
	struct connection *connection = NULL;

	if (!wants->schema) {
		return NULL;
	}
	struct error *err = stage_connect_to_read(stage, &connection);
	if (!err) {
		stage->engine->set_deadline(connection, stage->deadline_us);
		built->schema_error =
				stage_read_schema(stage, connection, stage->arena, &built->schema);
		if (built->schema_error && built->schema_error->code == ERROR_TIMEOUT) {
			err = built->schema_error;
		}
	}
	/* A dump that takes long to load has many rows. */
	if (!err && stage->deadline_us && built->state->origin == STATE_LOAD) {
		stage->engine->set_deadline(connection,
				stage->deadline_us +
						dump_patience_us(built->state->load.file.path,
								stage->arena));
	}
	if (!err && built->schema) {
		err = look_rows(stage, connection, built->schema, wants, &built->rows);
	}
	stage_disconnect(stage, connection);
	return err;
}

/* --- the whole -------------------------------------------------------------------------------- */

struct error *state_build(const struct stage *like, const struct scenario_state *state,
		const struct look_wants *wants, struct arena *arena, struct built_state **ret_built)
{
	struct stage stage = stage_like(like, arena);
	struct built_state *built = arena_new(arena, struct built_state);

	built->state = state;
	built->engine = like->engine;
	built->kind = like->kind;
	if (state->tree) {
		stage.revisions = state->tree->revisions;
	}
	struct error *err = build(&stage, state);
	if (!err && stage.engine->database_check) {
		err = stage.engine->database_check(stage.database, arena);
	}
	if (!err) {
		err = look(&stage, wants, built);
	}
	if (err && !err->where.source) {
		err->where = state->where;
	}
	if (err && !error_is_of_cell(err)) {
		goto out;
	}
	built->error = err;
	built->sent = stage.sent;
	built->notes = stage.notes;
	built->stubs = stage.stubs;
	err = NULL;
	if (!built->error || built->error->code != ERROR_TIMEOUT) { // else another has its own time
		err = stage.engine->database_freeze(stage.database, arena, &built->image);
	}
	*ret_built = built;
out:
	stage_strike(&stage);
	return err;
}
