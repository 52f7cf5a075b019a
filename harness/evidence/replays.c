/*
 * Replays: of the whole tree, looking after each revision; of a revision, looking after each statement; of a part of
 * the tree, looking at the end.
 */
#include "evidence/evidence_internal.h"

#include "kit/arena.h"
#include "lab/env.h"
#include "lab/python.h"
#include "lab/stop.h"
#include "lab/upgrade.h"
#include "lab/version_table.h"

#include <string.h>

/* Bodies that run for one location: so many times each, and some more in a small tree. */
#define MOST_TIMES  64
#define MORE_BODIES 4096

/* A database on which revisions run by themselves, one after the other. */
struct course {
	struct evidence *evidence;
	struct arena arena; /* what goes with the database */
	struct stage stage;
	struct connection *connection;
};

static struct error *course_open(struct course *course, struct evidence *evidence)
{
	*course = (struct course){ .evidence = evidence };
	arena_init(&course->arena, evidence->arena->full, evidence->arena->full_data);
	course->stage = stage_like(evidence->like, &course->arena);
	struct error *err = env_create_database(&course->stage);

	if (!err) {
		err = env_connect(&course->stage, &course->connection);
	}
	if (!err) { // Alembic makes it before the first body runs, and bodies may read it
		err = version_table_ensure(&course->stage, course->connection);
	}
	return err ? err : stage_commit(&course->stage, course->connection);
}

/* An error that is to last is copied before: it goes with the course. */
static void course_close(struct course *course)
{
	stage_unwatch(&course->stage);
	if (course->connection) {
		course->stage.engine->disconnect(course->connection);
	}
	stage_strike(&course->stage);
	arena_finish(&course->arena);
}

static struct error *keep_error(const struct evidence *evidence, const struct error *error)
{
	if (!error) {
		return NULL;
	}
	return error_new(evidence->arena, error->code, "%.*s", STR_ARG(error->message));
}

/* Whether an error says something of the revision that has just run, and not of the machine or of the time. */
static bool is_of_revision(const struct error *error)
{
	return error && error_is_of_cell(error) && error->code != ERROR_TIMEOUT;
}

static struct error *course_run(struct course *course, size_t number)
{
	course->evidence->bodies++;
	return upgrade_run(&course->stage, course->connection, course->evidence->revisions[number]);
}

/* The same, and count what it sends, where only running it tells: the statements of Python. */
static struct error *course_run_counted(struct course *course, size_t number)
{
	struct traced_revision *revision = &course->evidence->problem->revisions.items[number];
	struct stop counter = { 0 };

	if (!revision_has_python(course->evidence->revisions[number], true)) {
		return course_run(course, number);
	}
	stage_watch(&course->stage, stop_observer(&counter));
	struct error *err = course_run(course, number);
	stage_unwatch(&course->stage);
	revision->statement_count = counter.seen;
	return err;
}

/* The schema as it is now, with what is not committed; what reading has begun is ended. */
static struct error *course_read(
		struct course *course, struct arena *arena, struct schema **ret_schema)
{
	const struct engine *engine = course->stage.engine;
	const bool is_open = engine->transaction(course->connection) != TRANSACTION_NONE;

	struct error *err =
			stage_read_schema(&course->stage, course->connection, arena, ret_schema);
	return err || is_open ? err : engine->rollback(course->connection, &course->arena);
}

/* Run a part of the tree, in order. */
static struct error *course_run_all(struct course *course, const bool *is_wanted)
{
	struct error *err = NULL;

	for (size_t i = 0; !err && i < course->evidence->problem->revisions.count; i++) {
		err = is_wanted[i] ? course_run(course, i) : NULL;
	}
	return err;
}

static bool is_spent(const struct evidence *evidence)
{
	return evidence->bodies > evidence->problem->revisions.count * MOST_TIMES + MORE_BODIES;
}

/* --- each by itself ----------------------------------------------------------------------------- */

static struct traced_revision *revision_at(const struct evidence *evidence, size_t number)
{
	return &evidence->problem->revisions.items[number];
}

static void tell_failure(struct evidence *evidence, size_t number, const struct error *error)
{
	revision_at(evidence, number)->failure = str_copy(error->message, evidence->arena);
}

/* What a revision stands on, as far as it is known what that does. */
static bool *known_below(const struct evidence *evidence, size_t number)
{
	bool *marks = arena_new_array(evidence->arena, bool, evidence->problem->revisions.count);

	marks[number] = true;
	locate_mark_below(evidence->problem, marks);
	for (size_t i = 0; i <= number; i++) {
		marks[i] &= i != number && revision_at(evidence, i)->is_known;
	}
	return marks;
}

/* Replay a revision on what it stands on alone. */
static struct error *replay_apart(struct evidence *evidence, size_t number)
{
	struct traced_revision *revision = revision_at(evidence, number);
	const bool *below = known_below(evidence, number);
	struct course course;
	struct schema *before, *after;

	revision->is_apart = true;
	if (is_spent(evidence)) {
		revision->failure = STR("there is too much to replay");
		return NULL;
	}
	struct error *err = course_open(&course, evidence);
	if (!err) {
		err = course_run_all(&course, below);
	}
	if (!err) {
		err = course_read(&course, &course.arena, &before);
	}
	if (!err) {
		err = course_run_counted(&course, number);
	}
	if (!err) {
		err = course_read(&course, &course.arena, &after);
	}
	if (!err) {
		revision->changes = facts_that_change(evidence->problem->facts, before, after);
		revision->is_known = true;
	} else if (is_of_revision(err)) {
		tell_failure(evidence, number, err);
		err = NULL;
	}
	err = keep_error(evidence, err);
	course_close(&course);
	return err;
}

/* --- one after the other ------------------------------------------------------------------------ */

/* The course of the whole tree, and its schema before and after a revision, each in an arena of its own. */
struct walk {
	struct course course;
	struct arena arenas[2];
	size_t now; /* the arena of `schema`; the other is empty */
	struct schema *schema;
	bool *is_part; /* of each revision: it has run */
};

static void walk_end(struct walk *walk)
{
	course_close(&walk->course);
	arena_finish(&walk->arenas[0]);
	arena_finish(&walk->arenas[1]);
}

static struct error *walk_begin(struct walk *walk, struct evidence *evidence)
{
	*walk = (struct walk){ 0 };
	for (size_t i = 0; i < COUNT_OF(walk->arenas); i++) {
		arena_init(&walk->arenas[i], evidence->arena->full, evidence->arena->full_data);
	}
	return course_open(&walk->course, evidence);
}

/* One more revision. */
static struct error *walk_on(struct walk *walk, size_t number)
{
	struct evidence *evidence = walk->course.evidence;
	struct traced_revision *revision = revision_at(evidence, number);
	struct arena *next = &walk->arenas[1 - walk->now];
	struct schema *after;

	struct error *err = course_run_counted(&walk->course, number);
	if (!err) {
		err = course_read(&walk->course, next, &after);
	}
	if (err) {
		return err;
	}
	revision->changes = facts_that_change(evidence->problem->facts, walk->schema, after);
	revision->is_known = true;
	walk->schema = after;
	arena_finish(&walk->arenas[walk->now]);
	walk->now = 1 - walk->now;
	return NULL;
}

/* After a failure, of which something may have stayed: once more to where it was. */
static struct error *walk_again(struct walk *walk)
{
	struct evidence *evidence = walk->course.evidence;
	bool *is_part = walk->is_part;

	walk_end(walk);
	struct error *err = walk_begin(walk, evidence);
	walk->is_part = is_part;
	if (!err) {
		err = course_run_all(&walk->course, is_part);
	}
	return err ? err : course_read(&walk->course, &walk->arenas[0], &walk->schema);
}

static struct error *walk_all(struct walk *walk)
{
	struct evidence *evidence = walk->course.evidence;

	struct error *err = course_read(&walk->course, &walk->arenas[0], &walk->schema);
	if (err) {
		return err;
	}
	evidence->problem->start = facts_of(evidence->problem->facts, walk->schema);
	for (size_t i = 0; i < evidence->problem->revisions.count && !is_spent(evidence); i++) {
		err = walk_on(walk, i);
		walk->is_part[i] = !err;
		if (is_of_revision(err)) {
			tell_failure(evidence, i, err);
			err = walk_again(walk);
		}
		if (err) {
			return err;
		}
	}
	return NULL;
}

struct error *evidence_replay_tree(struct evidence *evidence)
{
	struct walk walk;

	struct error *err = walk_begin(&walk, evidence);
	walk.is_part = arena_new_array(evidence->arena, bool, evidence->problem->revisions.count);
	if (!err) {
		err = walk_all(&walk);
	}
	err = keep_error(evidence, err);
	walk_end(&walk);
	for (size_t i = 0; !err && i < evidence->problem->revisions.count; i++) {
		if (!revision_at(evidence, i)->is_known) {
			err = replay_apart(evidence, i);
		}
	}
	return err;
}

/* --- what locate asks for ----------------------------------------------------------------------- */

/* Run the first statements of a revision, and keep what they do. */
static struct error *course_run_part(struct course *course, size_t number, size_t statements)
{
	struct stop stop = { .at = statements + 1 };

	stage_watch(&course->stage, stop_observer(&stop));
	struct error *err = course_run(course, number);
	stage_unwatch(&course->stage);
	if (!err || !stop.error) { // what the users' Python makes of it is another
		return err;
	}
	err = stage_commit(&course->stage, course->connection);
	if (is_of_revision(err)) { // Python's connection is of no use any more
		course->stage.engine->disconnect(course->connection);
		course->connection = NULL;
		err = env_connect(&course->stage, &course->connection);
	}
	return err;
}

/* `ret_failed`: the revision that does not run; SIZE_MAX: all do. */
static struct error *course_run_amounts(
		struct course *course, const size_t *amounts, size_t *ret_failed)
{
	*ret_failed = SIZE_MAX;
	for (size_t i = 0; i < course->evidence->problem->revisions.count; i++) {
		struct error *err = NULL;

		if (amounts[i] == RAN_WHOLE) {
			err = course_run(course, i);
		} else if (amounts[i] != RAN_NOTHING) {
			err = course_run_part(course, i, amounts[i]);
		}
		if (err) {
			*ret_failed = i;
			return err;
		}
	}
	return NULL;
}

struct error *evidence_replay(
		void *data, const size_t *amounts, size_t *ret_failed, struct fact_list *ret_facts)
{
	struct evidence *evidence = data;
	struct course course;
	struct schema *schema;

	*ret_failed = 0;
	if (is_spent(evidence)) {
		return NULL;
	}
	struct error *err = course_open(&course, evidence);
	if (!err) {
		err = course_run_amounts(&course, amounts, ret_failed);
	}
	if (!err) {
		err = course_read(&course, &course.arena, &schema);
	}
	if (!err) {
		*ret_facts = facts_of(evidence->problem->facts, schema);
	}
	err = is_of_revision(err) ? NULL : keep_error(evidence, err);
	course_close(&course);
	return err;
}

/* Freeze the database that such a replay leaves, once for all that are to follow. */
static struct error *keep_image(struct evidence *evidence, const size_t *amounts)
{
	const struct engine *engine = evidence->like->engine;
	struct course course;
	size_t failed;

	if (evidence->image_amounts == amounts) {
		return NULL;
	}
	evidence->image_amounts = amounts;
	engine->image_drop(evidence->image);
	evidence->image = NULL;
	struct error *err = course_open(&course, evidence);
	if (!err) {
		err = course_run_amounts(&course, amounts, &failed);
	}
	if (!err) {
		engine->disconnect(course.connection);
		course.connection = NULL;
		err = engine->database_freeze(
				course.stage.database, evidence->arena, &evidence->image);
	}
	err = is_of_revision(err) ? NULL : keep_error(evidence, err);
	course_close(&course);
	return err;
}

struct error *evidence_follow(void *data, const size_t *amounts, size_t number, bool *ret_does)
{
	struct evidence *evidence = data;
	struct course course = { .evidence = evidence };
	struct schema *before, *after;

	*ret_does = true; // as long as nobody knows
	struct error *err = keep_image(evidence, amounts);
	if (err || !evidence->image) {
		return err;
	}
	arena_init(&course.arena, evidence->arena->full, evidence->arena->full_data);
	course.stage = stage_like(evidence->like, &course.arena);
	err = stage_clone_database(&course.stage, evidence->image);
	if (!err) {
		err = env_connect(&course.stage, &course.connection);
	}
	if (!err) {
		err = course_read(&course, &course.arena, &before);
	}
	if (!err) {
		err = course_run(&course, number);
	}
	if (!err) {
		err = course_read(&course, &course.arena, &after);
	}
	if (!err) {
		*ret_does = !facts_that_change(evidence->problem->facts, before, after).count;
	} else if (is_of_revision(err)) {
		*ret_does = false;
		err = NULL;
	}
	err = keep_error(evidence, err);
	course_close(&course);
	return err;
}

/* Who looks after each statement of a body. */
struct watch {
	struct course *course;
	struct traced_revision *revision;
	const struct schema *before;
};

static struct error *see(void *data, struct stage *stage, const struct moment *moment)
{
	const struct watch *watch = data;
	struct evidence *evidence = watch->course->evidence;
	struct schema *after;

	if (moment->kind != MOMENT_STATEMENT || !moment->is_after || moment->error) {
		return NULL;
	}
	struct error *err = stage_read_schema(stage, moment->connection, stage->arena, &after);
	if (!err) {
		*LIST_PUSH(&watch->revision->parts, evidence->arena) =
				facts_that_change(evidence->problem->facts, watch->before, after);
	}
	return err;
}

struct error *evidence_watch(void *data, size_t number, const size_t *amounts)
{
	struct evidence *evidence = data;
	bool *before_it = known_below(evidence, number);
	struct course course;
	struct schema *before;
	struct watch watch = { .course = &course, .revision = revision_at(evidence, number) };

	if (is_spent(evidence)) {
		return NULL;
	}
	for (size_t i = 0; i < number; i++) {
		before_it[i] |= amounts[i] == RAN_WHOLE;
	}
	struct error *err = course_open(&course, evidence);
	if (!err) {
		err = course_run_all(&course, before_it);
	}
	if (!err) {
		err = course_read(&course, &course.arena, &before);
	}
	if (!err) {
		watch.before = before;
		stage_watch(&course.stage, (struct observer){ see, &watch });
		err = course_run(&course, number);
	}
	err = is_of_revision(err) ? NULL : keep_error(evidence, err);
	course_close(&course);
	return err;
}
