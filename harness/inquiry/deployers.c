/*
 * `retry` and `race`: each revision with a deployer who is killed before each of its statements and begins again, and
 * with another who runs the same command meanwhile.
 */
#include "inquiry/course.h"

#include "kit/arena.h"
#include "lab/alembic.h"
#include "lab/look.h"
#include "lab/stop.h"
#include "lab/switch.h"

/* Of a revision that sends more, so many are tried. */
#define MOST_STATEMENTS 200

/* A revision that is asked about, from before it ran to how it is to end. */
struct trial {
	struct inquiry *inquiry;
	const struct scenario_revision *revision;
	struct image *image;
	struct look end;
	size_t statements;
	struct arena arena; /* of one try */
};

/* --- how it is to end ----------------------------------------------------------------------------- */

static struct stage stage_of(struct trial *trial)
{
	arena_finish(&trial->arena);
	return stage_like(trial->inquiry->like, &trial->arena);
}

static struct error *upgrade(struct trial *trial, struct stage *stage)
{
	inquiry_watch_time(trial->inquiry, stage);
	return alembic_upgrade(stage, trial->revision->spec.revision);
}

/* Without anybody in the way. `ret_runs`: it does run. */
static struct error *see_end(struct trial *trial, bool *ret_runs)
{
	struct stage stage = stage_like(trial->inquiry->like, trial->inquiry->arena);
	const struct look_wants wants = { .schema = true };
	struct stop counter = { 0 };

	*ret_runs = false;
	struct error *err = stage_clone_database(&stage, trial->image);
	stage_watch(&stage, stop_observer(&counter));
	if (!err) {
		err = upgrade(trial, &stage);
	}
	stage_unwatch(&stage);
	if (!err) {
		err = look_take(&stage, &wants, &trial->end);
		*ret_runs = !err && !trial->end.schema_failure.len;
	}
	trial->statements = counter.seen < MOST_STATEMENTS ? counter.seen : MOST_STATEMENTS;
	stage_strike(&stage);
	return is_of_revision(err) ? NULL : err;
}

/* How the database ended that a stage has: lines of a difference, or what is wrong with the version rows. */
static struct error *compare_end(
		struct trial *trial, struct stage *stage, struct str_list *ret_lines, str *ret_rows)
{
	const struct look_wants wants = { .schema = true };
	struct look look;

	*ret_rows = (str){ 0 };
	struct error *err = look_take(stage, &wants, &look);
	if (err) {
		return err;
	}
	*ret_lines = inquiry_difference(trial->end.schema, look.schema, trial->inquiry->arena);
	str_list_sort(&look.version);
	str_list_sort(&trial->end.version);
	if (!str_list_equal(&look.version, &trial->end.version)) {
		*ret_rows = str_copy(str_list_join(&look.version, STR(", "), stage->arena),
				trial->inquiry->arena);
		*ret_rows = ret_rows->len ? *ret_rows : STR("none");
	}
	return NULL;
}

/* --- killed, and once more ------------------------------------------------------------------------ */

/* Where DDL commits by itself nobody can help it much. */
static struct audit_finding *tell_retry(
		struct trial *trial, const struct error *error, str when, const char *what)
{
	struct inquiry *inquiry = trial->inquiry;
	struct audit_finding *finding =
			inquiry_find(inquiry, AUDIT_RETRY, trial->revision, true, error,
					str_format(inquiry->arena, "%.*s, the same command %s",
							STR_ARG(when), what));

	finding->is_warning = !stage_has_transactional_ddl(inquiry->like);
	return finding;
}

static struct error *retry_at(struct trial *trial, size_t statement, bool *ret_is_told)
{
	struct inquiry *inquiry = trial->inquiry;
	struct arena *arena = inquiry->arena;
	struct stage stage = stage_of(trial);
	struct stop stop = { .at = statement, .kills = true };
	struct str_list lines = { 0 };
	str rows = { 0 };

	struct error *err = stage_clone_database(&stage, trial->image);
	if (!err) {
		stage_watch(&stage, stop_observer(&stop));
		err = upgrade(trial, &stage);
		stage_unwatch(&stage);
	}
	if (err && !is_of_revision(err)) {
		stage_strike(&stage);
		return err;
	}
	struct stage again = stage_like(inquiry->like, &trial->arena);

	again.database = stage.database;
	stage.database = NULL;
	err = stop.error ? upgrade(trial, &again) : NULL; // else it never came so far
	stage_unwatch(&again);
	const str when = str_format(
			arena, "killed before statement %zu of %zu", statement, trial->statements);

	if (is_of_revision(err)) {
		tell_retry(trial, err, when, "does not get through");
		*ret_is_told = true;
		err = NULL;
	} else if (!err && stop.error) {
		err = compare_end(trial, &again, &lines, &rows);
		if (!err && (lines.count || rows.len)) {
			tell_retry(trial, NULL, when, "ends with another schema")->difference =
					lines;
			*ret_is_told = true;
		}
	}
	stage_strike(&again);
	return err;
}

static struct error *retry(struct trial *trial)
{
	bool is_told = false;
	struct error *err = NULL;

	for (size_t i = 1; !err && !is_told && i <= trial->statements; i++) {
		err = retry_at(trial, i, &is_told);
	}
	return err;
}

/* --- two at once ---------------------------------------------------------------------------------- */

static struct error *run_other(void *data, struct stage *other)
{
	struct trial *trial = data;

	return alembic_upgrade(other, trial->revision->spec.revision);
}

static struct error *race_at(struct trial *trial, size_t statement, bool *ret_is_told)
{
	struct inquiry *inquiry = trial->inquiry;
	struct arena *arena = inquiry->arena;
	struct stage stage = stage_of(trial);
	struct deployer_switch deployers = { .at = statement, .run = run_other, .data = trial };
	struct error *first = NULL;
	struct str_list lines = { 0 };
	str rows = { 0 };

	struct error *err = stage_clone_database(&stage, trial->image);
	if (!err) {
		err = switch_begin(&deployers, &stage);
	}
	if (!err) {
		first = upgrade(trial, &stage);
		switch_end(&deployers, &stage);
		err = first && !is_of_revision(first) ? first : NULL;
	}
	const str when = str_format(arena, "two at once, the other before statement %zu of %zu",
			statement, trial->statements);

	if (!err && deployers.is_done && first && deployers.error) {
		inquiry_find(inquiry, AUDIT_RACE, trial->revision, true, first,
				str_format(arena, "%.*s: both fail", STR_ARG(when)));
		*ret_is_told = true;
	} else if (!err && deployers.is_done) {
		err = compare_end(trial, &stage, &lines, &rows);
		if (!err && (lines.count || rows.len)) {
			struct audit_finding *finding = inquiry_find(inquiry, AUDIT_RACE,
					trial->revision, true, first ? first : deployers.error,
					rows.len ? str_format(arena,
								   "%.*s, leave version rows %.*s",
								   STR_ARG(when), STR_ARG(rows))
						 : str_format(arena, "%.*s, leave another schema",
								   STR_ARG(when)));

			finding->difference = lines;
			*ret_is_told = true;
		}
	}
	stage_strike(&stage);
	return err;
}

static struct error *race(struct trial *trial)
{
	bool is_told = false;
	struct error *err = NULL;

	for (size_t i = 1; !err && !is_told && i <= trial->statements; i++) {
		err = race_at(trial, i, &is_told);
	}
	return err;
}

/* --- each revision -------------------------------------------------------------------------------- */

static struct error *try_revision(struct inquiry *inquiry, struct course *course, size_t number)
{
	struct trial trial = {
		.inquiry = inquiry,
		.revision = route_revision(inquiry, course->route, number),
	};
	bool runs = false;

	arena_init(&trial.arena, inquiry->arena->full, inquiry->arena->full_data);
	struct error *err = course_freeze(course, &trial.image);
	if (!err) {
		err = see_end(&trial, &runs);
	}
	if (!err && runs && inquiry->is_asked[AUDIT_RETRY]) {
		err = retry(&trial);
	}
	if (!err && runs && inquiry->is_asked[AUDIT_RACE]) {
		err = race(&trial);
	}
	inquiry->like->engine->image_drop(trial.image);
	arena_finish(&trial.arena);
	return err;
}

/* `ret_blocked_by` is the first revision that does not go up; empty: all do. */
static struct error *walk(struct inquiry *inquiry, struct route *route, str *ret_blocked_by)
{
	struct course course;
	struct error *err = course_open(&course, inquiry, route, NULL);

	*ret_blocked_by = (str){ 0 };
	for (size_t i = 0; !err && i < route->count; i++) {
		if (route_is_blocked(route, i)) {
			continue;
		}
		if (route->is_counted[i]) {
			err = try_revision(inquiry, &course, i);
		}
		if (!err) {
			err = course_go_up(&course, i);
		}
		if (is_of_revision(err)) { // another question's business
			route->is_broken[i] = true;
			if (!ret_blocked_by->len) {
				*ret_blocked_by = route->ups[i].revision;
			}
			err = course_go_back(&course);
		}
	}
	course_close(&course);
	return err;
}

static void answer(const struct inquiry *inquiry, enum audit_question question,
		const struct route *route, str blocked_by)
{
	size_t unasked = 0;

	for (size_t i = 0; i < route->count; i++) {
		unasked += route->is_counted[i] && route->is_broken[i];
	}
	if (unasked) {
		inquiry_explain(inquiry, question,
				str_format(inquiry->arena,
						"%zu revision%s cannot be asked: %.*s does not upgrade",
						unasked, unasked == 1 ? "" : "s",
						STR_ARG(blocked_by)));
	} else {
		inquiry_answer(inquiry, question, AUDIT_YES, STR(""));
	}
}

static struct error *ask(struct inquiry *inquiry)
{
	static const enum audit_question asked[] = { AUDIT_RETRY, AUDIT_RACE };
	struct route route;
	str blocked_by;

	struct error *err = route_plan(inquiry, &route);
	if (!err) {
		err = walk(inquiry, &route, &blocked_by);
	}
	for (size_t i = 0; i < 2; i++) {
		if (!inquiry->is_asked[asked[i]]) {
			continue;
		}
		if (is_of_revision(err)) {
			inquiry_answer(inquiry, asked[i], AUDIT_UNKNOWN,
					inquiry_error_line(err, inquiry->arena));
		} else if (!err) {
			answer(inquiry, asked[i], &route, blocked_by);
		}
	}
	return is_of_revision(err) ? NULL : err;
}

const struct inquiry_kind inquiry_deployers = {
	.name = "deployers",
	.answers = { [AUDIT_RETRY] = true, [AUDIT_RACE] = true },
	.ask = ask,
};
