#include "lab/python_internal.h"

#include "kit/arena.h"
#include "lab/observer.h"

/* --- the project --------------------------------------------------------------------------------- */

/* The tree whose files the revisions are; all are of one. */
static const struct project_tree *tree_of(const struct stage *stage)
{
	for (size_t i = 0; i < stage->revisions.count; i++) {
		if (stage->revisions.items[i].project) {
			return stage->revisions.items[i].project;
		}
	}
	return stage->project->tree;
}

static const struct python_project *describe(
		const struct stage *stage, const struct project_tree *tree)
{
	const struct scenario_project *project = stage->project;
	struct python_project *described = arena_new(stage->arena, struct python_project);

	*described = (struct python_project){
		.at = tree->at,
		.root = tree->root,
		.folder = tree->folder,
		.config = tree->ini.len ? tree->ini : tree->toml,
		.section = tree->section,
		.script_location = tree->script_location,
		.search_path = tree->search_path,
		.x = project->x,
		.stubs = project->stubs,
	};
	for (size_t i = 0; i < project->env.count; i++) {
		*LIST_PUSH(&described->env, stage->arena) = (struct python_variable){
			project->env.items[i].name,
			project->env.items[i].value,
		};
	}
	return described;
}

const struct python_project *stage_python_project(const struct stage *stage)
{
	return stage->project ? describe(stage, tree_of(stage)) : NULL;
}

bool revision_has_python(const struct scenario_revision *revision, bool is_upgrade)
{
	const struct sql_body *sql = is_upgrade ? &revision->upgrade : &revision->downgrade;

	return revision->project && !sql->where.source;
}

/* --- following it -------------------------------------------------------------------------------- */

/* The statement as it is told, each line of it at the line of Python that sends it. */
static struct located_text place_of(const struct python_statement *statement, str text,
		struct arena *arena)
{
	struct located_text place = { .text = text, .source = statement->where.source };
	struct {
		struct text_stretch *items;
		size_t count, capacity;
	} stretches = { 0 };

	for (size_t at = 0; at < text.len;) {
		*LIST_PUSH(&stretches, arena) =
				(struct text_stretch){ at, statement->where.offset };
		at += str_find_char(str_slice(text, at, text.len), '\n') + 1;
	}
	place.stretches = stretches.items;
	place.stretch_count = stretches.count;
	return place;
}

static struct moment moment_of(struct following *following, struct connection *connection)
{
	return (struct moment){
		.kind = MOMENT_STATEMENT,
		.connection = connection,
		.statement = &following->statement,
		.body = &following->place,
	};
}

/* Where the revision's body stands in the tree; SIZE_MAX: nowhere. */
static size_t find_spec(const struct stage *stage, str revision)
{
	for (size_t i = 0; i < stage->revisions.count; i++) {
		if (str_equal(stage->revisions.items[i].spec.revision, revision)) {
			return i;
		}
	}
	return SIZE_MAX;
}

static struct error *planned(void *data, const struct python_steps *told)
{
	struct following *following = data;
	struct stage *stage = following->stage;
	struct plan_step *steps = arena_new_array(stage->arena, struct plan_step, told->count);

	for (size_t i = 0; i < told->count; i++) {
		const struct python_step *step = &told->items[i];

		steps[i] = (struct plan_step){
			.op = step->is_upgrade ? PLAN_UPGRADE : PLAN_DOWNGRADE,
			.revision = step->revision,
			.spec = find_spec(stage, step->revision),
			.from = step->from,
			.to = step->to,
		};
	}
	following->plan = (struct plan){ .steps = steps, .count = told->count };
	return observe_after(stage,
			&(struct moment){ .kind = MOMENT_PLAN, .plan = &following->plan }, NULL);
}

static struct error *at_step(void *data, struct connection *connection, str revision, bool is_after,
		struct error *error, bool *ret_kills)
{
	struct following *following = data;
	struct stage *stage = following->stage;
	struct moment moment = {
		.kind = MOMENT_REVISION,
		.connection = connection,
		.plan = &following->plan,
	};
	size_t *at = &moment.plan_step;

	while (*at < following->plan.count &&
			!str_equal(following->plan.steps[*at].revision, revision)) {
		(*at)++;
	}
	if (*at == following->plan.count) {
		return error; // no plan was told: of a stamp
	}
	following->revision =
			is_after && !error ? (str){ 0 } : following->plan.steps[*at].revision;
	struct error *err = is_after ? observe_after(stage, &moment, error)
				     : observe(stage, &moment);

	*ret_kills = stage->is_killed;
	return err;
}

static struct error *before(void *data, struct connection *connection,
		const struct python_statement *statement, bool *ret_kills)
{
	struct following *following = data;
	struct stage *stage = following->stage;
	str text = str_trim(statement->text);

	if (statement->parameters.len) {
		text = str_format(stage->arena, "%.*s\n-- with %.*s", STR_ARG(text),
				STR_ARG(statement->parameters));
	}
	following->statement = (struct statement){ .text = text };
	following->place = place_of(statement, text, stage->arena);
	following->is_open = true;
	const struct moment moment = moment_of(following, connection);
	struct error *err = stage_check_time(stage);

	if (!err) {
		err = observe(stage, &moment);
	}
	*ret_kills = stage->is_killed;
	return err;
}

static struct error *after(void *data, struct connection *connection,
		const struct python_statement *statement, struct error *error, bool *ret_kills)
{
	struct following *following = data;
	const struct moment moment = moment_of(following, connection);

	(void)statement; // it is the one before
	following->is_open = error != NULL;
	struct error *err = observe_after(following->stage, &moment, error);

	*ret_kills = following->stage->is_killed;
	return err;
}

static void ended(void *data, bool is_commit)
{
	struct following *following = data;

	observe_only(following->stage,
			&(struct moment){ .kind = MOMENT_TRANSACTION, .is_commit = is_commit });
}

static void note(void *data, str text)
{
	struct following *following = data;

	stage_note(following->stage, &(struct str_list){ .items = &text, .count = 1 });
}

static void stub(void *data, str module)
{
	struct following *following = data;

	stage_take_stubs(following->stage, &(struct str_list){ .items = &module, .count = 1 });
}

struct python_follower following_begin(struct following *following, struct stage *stage)
{
	*following = (struct following){ .stage = stage };
	return (struct python_follower){
		.planned = planned,
		.at_step = at_step,
		.before = before,
		.after = after,
		.ended = ended,
		.note = note,
		.stub = stub,
		.data = following,
	};
}

/* What is wanting where migrations are tried: a module, a variable of the environment. */
static str hint_for(const struct error *error, struct arena *arena)
{
	const str name = str_quoted(error->message, '\'');

	if (!name.len || !error->where.source) {
		return (str){ 0 };
	}
	if (str_equal(error->class_name, STR("ModuleNotFoundError"))) {
		return str_format(arena,
				"If nothing of it is needed, name it beside 'alembic': stubs: [%.*s]. Else "
				"--python names the environment that has it.",
				STR_ARG(name));
	}
	const str line = span_place(error->where).text;

	if (str_equal(error->class_name, STR("KeyError")) &&
			str_find(line, STR("environ")) < line.len) {
		return str_format(arena, "Give it one beside 'alembic': env: {%.*s: \"{url}\"}.",
				STR_ARG(name));
	}
	return (str){ 0 };
}

void following_fail(const struct following *following, struct error *error, str revision)
{
	if (!error->hint.len) {
		error->hint = hint_for(error, following->stage->arena);
	}
	following->stage->sent = (struct sent){
		.statement = following->is_open ? following->statement.text : (str){ 0 },
		.revision = revision,
	};
}

/* --- running it ---------------------------------------------------------------------------------- */

struct error *python_body_run(struct stage *stage, struct connection *connection,
		const struct scenario_revision *revision, bool is_upgrade)
{
	const struct alembic_configure *configure = stage->configure;
	const struct python_body body = {
		.revision = revision->spec.revision,
		.path = revision->path,
		.is_upgrade = is_upgrade,
		.is_unwatched = !stage->observers.count && stage->tells_little,
		.configure = {
			.transactional_ddl = stage_has_transactional_ddl(stage),
			.transaction_per_migration = configure->transaction_per_migration,
			.version_table = configure->version_table,
			.version_table_schema = configure->version_table_schema,
		},
	};
	struct following following;
	const struct python_follower follower = following_begin(&following, stage);
	struct error *err = stage->engine->python_run(connection, &body, &follower, stage->arena);

	if (err) {
		following_fail(&following, err, revision->spec.revision);
	}
	return err;
}

/*
 * Ask something of the project, as `tree` (NULL: as the scenario itself) has it, on a connection of its own, and keep what
 * it has made.
 */
static struct error *ask(struct stage *stage, const struct project_tree *tree, const void *data,
		struct error *(*what)(struct stage *stage, struct connection *connection,
				const void *data, const struct python_follower *follower))
{
	static const struct python_project nobodys; // rows can be made up without one
	struct following following;
	const struct python_follower follower = following_begin(&following, stage);
	struct connection *connection = NULL;
	const struct python_project *project = stage->project
			? describe(stage, tree ? tree : stage->project->tree)
			: &nobodys;
	struct error *err = stage->engine->python_connect(
			stage->database, project, stage->arena, &connection);

	if (!err) {
		stage->engine->set_deadline(connection, stage->deadline_us);
		err = what(stage, connection, data, &follower);
	}
	if (err) {
		following_fail(&following, err, (str){ 0 });
	} else {
		err = stage->engine->commit(connection, stage->arena);
	}
	stage->engine->disconnect(connection);
	return err;
}

static struct error *make_models(struct stage *stage, struct connection *connection,
		const void *data, const struct python_follower *follower)
{
	const struct scenario_state *state = data;

	return stage->engine->python_create_all(
			connection, state->models.name, follower, stage->arena);
}

struct error *python_models_make(struct stage *stage, const struct scenario_state *state)
{
	return ask(stage, state->tree, state, make_models);
}

static struct error *make_up_rows(struct stage *stage, struct connection *connection,
		const void *data, const struct python_follower *follower)
{
	return stage->engine->python_fill(connection, data, follower, stage->arena);
}

static struct python_rows rows_of(struct stage *stage, const bool *kinds)
{
	struct python_rows rows = { 0 };

	for (size_t i = 0; i < FILL_KIND_COUNT; i++) {
		if (kinds[i]) {
			str_list_add(&rows.kinds, str_from(fill_kind_names[i]), stage->arena);
		}
	}
	str_list_add(&rows.leave, stage->configure->version_table, stage->arena);
	return rows;
}

struct error *python_rows_make_up(struct stage *stage, const struct scenario_state *state)
{
	const struct python_rows rows = rows_of(stage, state->fill);

	return ask(stage, state->tree, &rows, make_up_rows);
}

struct error *python_rows_add(struct stage *stage, struct connection *connection,
		const struct rows_wish *wish)
{
	struct python_rows rows = rows_of(stage, wish->kinds);
	struct following following;
	const struct python_follower follower = following_begin(&following, stage);

	for (size_t i = 0; i < wish->leave.count; i++) {
		str_list_add(&rows.leave, wish->leave.items[i], stage->arena);
	}
	rows.first = wish->first;
	if (!connection) {
		return ask(stage, NULL, &rows, make_up_rows);
	}
	struct error *err = make_up_rows(stage, connection, &rows, &follower);
	return err ? err : stage_commit(stage, connection);
}
