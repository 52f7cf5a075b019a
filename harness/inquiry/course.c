#include "inquiry/course.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "lab/alembic.h"
#include "lab/env.h"
#include "lab/step.h"
#include "lab/version_table.h"

bool is_of_revision(const struct error *error)
{
	return error && error_is_of_cell(error);
}

/* --- the route ---------------------------------------------------------------------------------- */

static const struct plan_step *find_step(const struct plan *plan, size_t spec)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (plan->steps[i].spec == spec) {
			return &plan->steps[i];
		}
	}
	return NULL;
}

struct error *route_plan(const struct inquiry *inquiry, struct route *ret_route)
{
	struct arena *arena = inquiry->arena;
	struct stage stage = stage_like(inquiry->like, arena);
	struct revision_history *history = stage_history(&stage);
	struct str_list heads;
	struct plan up, down;

	struct error *err = plan_upgrade(
			history, STR("heads"), &inquiry->start_rows, arena, &up);
	if (!err) {
		err = stage_real_heads(&stage, &heads);
	}
	if (!err) {
		err = plan_downgrade(history, STR("base"), &heads, arena, &down);
	}
	if (err) {
		return err;
	}
	*ret_route = (struct route){
		.count = up.count,
		.ups = up.steps,
		.downs = arena_new_array(arena, struct plan_step, up.count),
		.is_counted = arena_new_array(arena, bool, up.count),
		.is_broken = arena_new_array(arena, bool, up.count),
	};
	for (size_t i = 0; i < up.count; i++) {
		const struct plan_step *step = find_step(&down, up.steps[i].spec);

		if (!step) {
			return error_new(arena, ERROR_INVALID,
					"no way leads back over revision '%.*s'",
					STR_ARG(up.steps[i].revision));
		}
		ret_route->downs[i] = *step;
		ret_route->is_counted[i] = !inquiry->since ||
				str_list_contains(inquiry->since, up.steps[i].revision);
	}
	return NULL;
}

const struct scenario_revision *route_revision(
		const struct inquiry *inquiry, const struct route *route, size_t number)
{
	return &inquiry->like->tree.items[route->ups[number].spec];
}

bool route_is_blocked(struct route *route, size_t number)
{
	const struct str_list *below = &route->ups[number].from;

	for (size_t i = 0; i < number; i++) {
		if (route->is_broken[i] && str_list_contains(below, route->ups[i].revision)) {
			route->is_broken[number] = true;
		}
	}
	return route->is_broken[number];
}

/* --- a database --------------------------------------------------------------------------------- */

static bool has_own_commands(const struct course *course)
{
	const struct scenario_project *project = course->stage.project;

	return project && project->runner == RUNNER_ENV;
}

void course_begin_time(struct course *course)
{
	const int64_t patience_us = course->inquiry->patience_us;

	course->stage.deadline_us = patience_us ? clock_now_us() + patience_us : 0;
	if (course->connection) {
		course->stage.engine->set_deadline(course->connection, course->stage.deadline_us);
	}
}

static struct error *connect(struct course *course)
{
	struct stage *stage = &course->stage;
	struct str_list rows;
	bool is_there;

	if (has_own_commands(course)) {
		return NULL;
	}
	struct error *err = env_connect(stage, &course->connection);
	if (!err) { // Alembic makes it before the first body runs, and bodies may read it
		err = version_table_ensure(stage, course->connection);
	}
	if (!err) {
		err = version_table_read(stage, course->connection, &rows, &is_there);
	}
	if (!err) {
		err = stage_commit(stage, course->connection);
	}
	if (err) {
		return err;
	}
	struct revision_history *history = stage_history(stage);

	err = revision_history_load(history, stage->arena);
	if (!err) {
		course->keeper = version_keeper_new(history, &rows, stage->configure->version_table,
				true, stage->arena);
	}
	return err;
}

static void disconnect(struct course *course)
{
	if (course->reader) {
		course->stage.engine->disconnect(course->reader);
		course->reader = NULL;
	}
	if (course->connection) {
		course->stage.engine->disconnect(course->connection);
		course->connection = NULL;
	}
}

static void end(struct course *course)
{
	disconnect(course);
	stage_strike(&course->stage);
	arena_finish(&course->arena);
}

/* What env.py makes by itself, schemas and version tables of tenants, is there before the first revision. */
static struct error *make_ready(struct course *course)
{
	str base = STR("base");
	const struct str_list targets = { .items = &base, .count = 1 };
	const struct alembic_command stamp = { .op = PLAN_STAMP, .targets = &targets };
	struct error *err = env_create_database(&course->stage);

	return err || !has_own_commands(course) ? err : alembic_run(&course->stage, &stamp);
}

static struct error *begin(struct course *course, struct image *image)
{
	const struct inquiry *inquiry = course->inquiry;

	arena_init(&course->arena, inquiry->arena->full, inquiry->arena->full_data);
	course->stage = stage_like(inquiry->like, &course->arena);
	course->stage.tells_little = true;
	course_begin_time(course);
	image = image ? image : inquiry->start;
	course->is_lent = !image;
	struct error *err =
			image ? stage_clone_database(&course->stage, image) : make_ready(course);

	return err ? err : connect(course);
}

struct error *course_open(struct course *course, const struct inquiry *inquiry,
		const struct route *route, struct image *image)
{
	*course = (struct course){ .inquiry = inquiry, .route = route };
	return begin(course, image);
}

void course_close(struct course *course)
{
	if (!course->inquiry) {
		return;
	}
	end(course);
	course->inquiry->like->engine->image_drop(course->image);
	course->image = NULL;
}

struct error *course_freeze(struct course *course, struct image **ret_image)
{
	struct stage *stage = &course->stage;

	disconnect(course);
	struct error *err = stage->engine->database_check
			? stage->engine->database_check(stage->database, stage->arena)
			: NULL;
	if (!err) {
		err = stage->engine->database_freeze(
				stage->database, course->inquiry->arena, ret_image);
	}
	if (!err) {
		err = connect(course);
	}
	return err;
}

/* --- revisions ---------------------------------------------------------------------------------- */

static bool is_on_route(const struct route *route, str revision)
{
	for (size_t i = 0; i < route->count; i++) {
		if (str_equal(route->ups[i].revision, revision)) {
			return true;
		}
	}
	return false;
}

/* Whether another revision that may have run by now, before that one or before the start, stands on `parent`. */
static bool has_other_child(const struct course *course, size_t number, str parent)
{
	const struct route *route = course->route;
	const struct scenario_revisions *tree = &course->inquiry->like->tree;

	for (size_t i = 0; i < number; i++) {
		if (!route->is_broken[i] && str_list_contains(&route->ups[i].from, parent)) {
			return true;
		}
	}
	for (size_t i = 0; course->inquiry->start && i < tree->count; i++) {
		const struct revision_spec *spec = &tree->items[i].spec;

		if (str_list_contains(&spec->down_revision, parent) &&
				!is_on_route(route, spec->revision)) {
			return true;
		}
	}
	return false;
}

/*
 * What Alembic's own command is told to do that. Down to a parent goes all that stands on it; down by one step is no
 * word for a merge point.
 */
static str target_of(const struct course *course, size_t number, bool is_upgrade)
{
	const str revision = course->route->ups[number].revision;
	const struct str_list *parents =
			&route_revision(course->inquiry, course->route, number)->spec.down_revision;

	if (is_upgrade) {
		return revision;
	}
	for (size_t i = 0; i < parents->count; i++) {
		if (!has_other_child(course, number, parents->items[i])) {
			return parents->items[i];
		}
	}
	return str_format(course->stage.arena, parents->count ? "%.*s@-1" : "%.*s@base",
			STR_ARG(revision));
}

struct error *course_run(struct course *course, size_t number, bool is_upgrade)
{
	struct stage *stage = &course->stage;
	const struct plan_step *step =
			is_upgrade ? &course->route->ups[number] : &course->route->downs[number];

	course_begin_time(course);
	if (has_own_commands(course)) {
		const str target = target_of(course, number, is_upgrade);

		if (!course->is_lent) { // who has read it as it was copied sees nothing of it as it is lent
			disconnect(course);
			course->is_lent = true;
		}
		return is_upgrade ? alembic_upgrade(stage, target)
				  : alembic_downgrade(stage, target);
	}
	struct error *err = step_run(stage, course->connection, step, course->keeper);
	return err ? err : stage_commit(stage, course->connection);
}

struct error *course_go_up(struct course *course, size_t number)
{
	struct error *err = course_run(course, number, true);

	if (!err) {
		*LIST_PUSH(&course->kept, course->inquiry->arena) = number;
	}
	return err;
}

struct error *course_go_back(struct course *course)
{
	const struct engine *engine = course->inquiry->like->engine;
	struct image *image = NULL;

	end(course);
	struct error *err = begin(course, course->image);
	for (size_t i = 0; !err && i < course->kept.count; i++) {
		err = course_run(course, course->kept.items[i], true);
	}
	if (!err && course->kept.count) {
		err = course_freeze(course, &image);
		if (err && err->code == ERROR_INVALID) {
			return connect(course);
		}
	}
	if (!err && image) { // the next time it begins here
		engine->image_drop(course->image);
		course->image = image;
		course->kept.count = 0;
	}
	return err;
}

struct error *course_fill(struct course *course, const struct rows_wish *wish)
{
	struct stage *stage = &course->stage;

	course_begin_time(course);
	if (stage->project && course->connection) {
		return python_rows_add(stage, course->connection, wish);
	}
	disconnect(course);
	struct error *err = python_rows_add(stage, NULL, wish);
	return err ? err : connect(course);
}

/* Who looks is somebody else than who writes, and stays connected: a server reads its catalogs once then. */
static struct error *connect_reader(struct course *course)
{
	return course->reader ? NULL : stage_connect_to_read(&course->stage, &course->reader);
}

struct error *course_look(struct course *course, struct arena *arena, struct schema **ret_schema)
{
	struct stage *stage = &course->stage;
	/* A database of SQLite's in memory has one connection. */
	const bool is_shared = !stage->project && course->connection;

	course_begin_time(course);
	struct error *err = is_shared ? NULL : connect_reader(course);
	if (err) {
		return err;
	}
	struct connection *connection = is_shared ? course->connection : course->reader;

	stage->engine->set_deadline(connection, stage_reading_deadline(stage));
	err = stage_read_schema(stage, connection, arena, ret_schema);
	return err ? err : stage->engine->rollback(connection, stage->arena);
}
