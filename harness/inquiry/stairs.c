/*
 * `stairs` and `downgrade`: each revision up, down and up again on its way to heads; then all of them down, one
 * by one. What a downgrade fails with, or leaves, belongs to `downgrade`; what it takes too much, and an upgrade that
 * is another one the second time, to `stairs`.
 */
#include "inquiry/course.h"

#include "kit/arena.h"
#include "kit/clock.h"

/* What is seen on the stairs: the schema before and after a revision, and for a moment a third. */
struct stairs {
	struct inquiry *inquiry;
	struct route route;
	struct course course;
	struct arena arenas[3];
	size_t now; /* the arena of `schema` */
	struct schema *schema, *start;
	struct str_list *made; /* by revision: the lines that its upgrade adds */
	bool *has_told;        /* of a revision that it does not go down, or not without a trace */
	bool *comes_down;      /* of a revision: its downgrade runs */
	size_t unasked;        /* revisions that could not be asked */
	str blocked_by;        /* the first revision that does not go up */
};

static struct arena *arena_at(struct stairs *stairs, size_t step)
{
	struct arena *arena = &stairs->arenas[(stairs->now + step) % 3];

	arena_finish(arena);
	return arena;
}

static const struct scenario_revision *revision_at(const struct stairs *stairs, size_t number)
{
	return route_revision(stairs->inquiry, &stairs->route, number);
}

static struct str_list lines_with(const struct str_list *lines, char sign, struct arena *arena)
{
	struct str_list found = { 0 };

	for (size_t i = 0; i < lines->count; i++) {
		if (lines->items[i].data[0] == sign) {
			str_list_add(&found, lines->items[i], arena);
		}
	}
	return found;
}

/* --- one revision ------------------------------------------------------------------------------- */

static struct audit_finding *tell(struct stairs *stairs, enum audit_question question,
		size_t number, bool is_upgrade, const struct error *error, str message)
{
	return inquiry_find(stairs->inquiry, question, revision_at(stairs, number), is_upgrade,
			error, message);
}

/* What a downgrade has left, by name, and what it has taken that was there before; whether there is any of it. */
static bool tell_remains(struct stairs *stairs, size_t number, const struct schema *after)
{
	struct arena *arena = stairs->inquiry->arena;
	const struct str_list lines = inquiry_difference(stairs->schema, after, arena);
	const struct str_list left = lines_with(&lines, '+', arena);

	if (!lines.count) {
		return false;
	}
	if (left.count) {
		struct audit_finding *finding = tell(stairs, AUDIT_DOWNGRADE, number, false, NULL,
				str_format(arena, "its downgrade leaves %.*s",
						STR_ARG(inquiry_names(&lines, '+', arena))));

		finding->difference = lines;
		stairs->has_told[number] = true;
	} else {
		struct audit_finding *finding = tell(stairs, AUDIT_STAIRS, number, false, NULL,
				str_format(arena,
						"its downgrade takes away what was there before: %.*s",
						STR_ARG(inquiry_names(&lines, '-', arena))));

		finding->difference = lines;
	}
	return true;
}

/* Down, and up again. `above` is the schema that the first upgrade has left. */
static struct error *go_round(struct stairs *stairs, size_t number, const struct schema *above,
		bool *ret_is_spoilt)
{
	struct arena *arena = stairs->inquiry->arena;
	struct course *course = &stairs->course;
	struct schema *schema;

	*ret_is_spoilt = true;
	struct error *err = course_run(course, number, false);
	if (is_of_revision(err)) {
		tell(stairs, AUDIT_DOWNGRADE, number, false, err, STR("does not downgrade"));
		stairs->has_told[number] = true;
		return NULL;
	}
	stairs->comes_down[number] = true;
	if (!err) {
		err = course_look(course, arena_at(stairs, 2), &schema);
	}
	if (err) {
		return err;
	}
	const bool has_remains = tell_remains(stairs, number, schema);

	err = course_run(course, number, true);
	if (is_of_revision(err)) {
		if (!has_remains) {
			tell(stairs, AUDIT_STAIRS, number, true, err,
					STR("does not upgrade again after its downgrade"));
		}
		return NULL;
	}
	if (!err) {
		err = course_look(course, arena_at(stairs, 2), &schema);
	}
	if (err) {
		return err;
	}
	const struct str_list lines = inquiry_difference(above, schema, arena);

	if (lines.count && !has_remains) {
		tell(stairs, AUDIT_STAIRS, number, true, NULL,
				str_format(arena, "makes another schema the second time: %.*s",
						STR_ARG(inquiry_names(&lines,
								lines.items[0].data[0], arena))))
				->difference = lines;
	}
	*ret_is_spoilt = lines.count > 0;
	return NULL;
}

static struct error *climb(struct stairs *stairs, size_t number)
{
	struct course *course = &stairs->course;
	struct schema *above;
	bool is_spoilt = false;

	struct error *err = course_go_up(course, number);
	if (is_of_revision(err)) {
		stairs->route.is_broken[number] = true;
		if (!stairs->blocked_by.len) {
			stairs->blocked_by = revision_at(stairs, number)->spec.revision;
		}
		return course_go_back(course);
	}
	if (!err) {
		err = course_look(course, arena_at(stairs, 1), &above);
	}
	if (err) {
		return err;
	}
	const struct str_list lines =
			inquiry_difference(stairs->schema, above, stairs->inquiry->arena);

	stairs->made[number] = lines_with(&lines, '+', stairs->inquiry->arena);
	if (stairs->route.is_counted[number]) {
		err = go_round(stairs, number, above, &is_spoilt);
	} else {
		stairs->comes_down[number] = true; // as far as anybody asks
	}
	stairs->now = (stairs->now + 1) % 3;
	stairs->schema = above;
	return err || !is_spoilt ? err : course_go_back(course);
}

/* --- all of them down --------------------------------------------------------------------------- */

static const char *where_it_began(const struct stairs *stairs)
{
	return stairs->inquiry->start ? "where the database began" : "at base";
}

/* What is left at the end that nobody has been told to have left: whose it is, is said by who has made it. */
static void tell_left(struct stairs *stairs, const struct schema *end)
{
	struct arena *arena = stairs->inquiry->arena;
	const struct str_list lines = inquiry_difference(stairs->start, end, arena);
	struct str_list nobodys = { 0 };

	for (size_t i = 0; i < stairs->route.count; i++) {
		struct str_list left = { 0 };

		for (size_t j = 0; j < lines.count; j++) {
			if (str_list_contains(&stairs->made[i], lines.items[j])) {
				str_list_add(&left, lines.items[j], arena);
			}
		}
		if (left.count && !stairs->has_told[i] && stairs->route.is_counted[i]) {
			tell(stairs, AUDIT_DOWNGRADE, i, false, NULL,
					str_format(arena, "%.*s of it is left %s",
							STR_ARG(inquiry_names(&left, '+', arena)),
							where_it_began(stairs)))
					->difference = left;
			stairs->has_told[i] = true;
		}
	}
	for (size_t j = 0; j < lines.count; j++) {
		bool is_told = lines.items[j].data[0] == '-';

		for (size_t i = 0; !is_told && i < stairs->route.count; i++) {
			is_told = stairs->has_told[i] ||
					str_list_contains(&stairs->made[i], lines.items[j]);
		}
		if (!is_told) {
			str_list_add(&nobodys, lines.items[j], arena);
		}
	}
	if (nobodys.count) {
		inquiry_find(stairs->inquiry, AUDIT_DOWNGRADE, NULL, false, NULL,
				str_format(arena, "%.*s is left %s",
						STR_ARG(inquiry_names(&nobodys, '+', arena)),
						where_it_began(stairs)))
				->difference = nobodys;
	}
}

/*
 * Go down as far as that goes. A revision that does not come down, as is known from the stairs, ends it: those below
 * were asked there, each by itself.
 */
static struct error *descend(struct stairs *stairs)
{
	struct course *course = &stairs->course;
	struct schema *end;
	bool is_littered = false; // by what one above has been told to leave: it may be in the way

	for (size_t i = stairs->route.count; i > 0; i--) {
		const size_t number = i - 1;

		if (stairs->route.is_broken[number]) {
			continue;
		}
		if (!stairs->comes_down[number]) {
			return NULL;
		}
		struct error *err = course_run(course, number, false);

		if (is_of_revision(err)) {
			if (stairs->route.is_counted[number] && !stairs->has_told[number] &&
					!is_littered) {
				tell(stairs, AUDIT_DOWNGRADE, number, false, err,
						STR("does not downgrade on the way from heads to base"));
			}
			return NULL;
		}
		if (err) {
			return err;
		}
		is_littered |= stairs->has_told[number];
	}
	struct error *err = course_look(course, arena_at(stairs, 1), &end);
	if (!err) {
		tell_left(stairs, end);
	}
	return err;
}

/*
 * Whether the stairs have shown already what the way down would: on a line, where each step down has left what was there
 * before the step up, it meets the same schemas again.
 */
static bool is_proven(const struct stairs *stairs)
{
	bool is_proven = !stairs->inquiry->since && !stairs->inquiry->part->findings.count;

	for (size_t i = 0; is_proven && i < stairs->route.count; i++) {
		const struct str_list *below = &stairs->route.ups[i].from;

		is_proven = stairs->comes_down[i] &&
				(i ? below->count == 1 &&
										str_equal(below->items[0],
												stairs->route.ups[i - 1]
														.revision)
				   : !below->count);
	}
	return is_proven;
}

/* --- the whole ---------------------------------------------------------------------------------- */

static void answer(struct stairs *stairs)
{
	struct arena *arena = stairs->inquiry->arena;
	str reason = { 0 }, halted = { 0 };

	if (stairs->blocked_by.len) {
		reason = str_format(arena, "%zu revision%s cannot be asked: %.*s does not upgrade",
				stairs->unasked, stairs->unasked == 1 ? "" : "s",
				STR_ARG(stairs->blocked_by));
	}
	for (size_t i = 0; i < stairs->route.count; i++) {
		if (!stairs->comes_down[i] && !stairs->route.is_broken[i]) {
			halted = str_format(arena, "%.*s does not go down: see 'downgrade'",
					STR_ARG(revision_at(stairs, i)->spec.revision));
		}
	}
	const str reason_of_stairs = reason.len ? reason : halted;

	inquiry_answer(stairs->inquiry, AUDIT_STAIRS, AUDIT_YES, STR(""));
	inquiry_answer(stairs->inquiry, AUDIT_DOWNGRADE, AUDIT_YES, STR(""));
	if (reason_of_stairs.len) {
		inquiry_explain(stairs->inquiry, AUDIT_STAIRS, reason_of_stairs);
	}
	if (reason.len) {
		inquiry_explain(stairs->inquiry, AUDIT_DOWNGRADE, reason);
	}
}

static struct error *walk(struct stairs *stairs)
{
	struct inquiry *inquiry = stairs->inquiry;
	struct route *route = &stairs->route;

	struct error *err = course_open(&stairs->course, inquiry, route, NULL);
	if (!err) {
		err = course_look(&stairs->course, inquiry->arena, &stairs->start);
	}
	stairs->schema = stairs->start;
	for (size_t i = 0; !err && i < route->count; i++) {
		if (!route_is_blocked(route, i)) {
			err = climb(stairs, i);
		}
		stairs->unasked += route->is_broken[i];
	}
	if (!err && inquiry->is_asked[AUDIT_DOWNGRADE] && !is_proven(stairs)) {
		err = descend(stairs);
	}
	course_close(&stairs->course);
	return err;
}

static struct error *ask(struct inquiry *inquiry)
{
	struct arena *arena = inquiry->arena;
	struct stairs stairs = { .inquiry = inquiry };

	struct error *err = route_plan(inquiry, &stairs.route);
	if (err) {
		return err;
	}
	stairs.made = arena_new_array(arena, struct str_list, stairs.route.count);
	stairs.has_told = arena_new_array(arena, bool, stairs.route.count);
	stairs.comes_down = arena_new_array(arena, bool, stairs.route.count);
	for (size_t i = 0; i < 3; i++) {
		arena_init(&stairs.arenas[i], arena->full, arena->full_data);
	}
	err = walk(&stairs);
	if (is_of_revision(err)) { // a database that cannot be read, or a revision that is another one each time
		inquiry_answer(inquiry, AUDIT_STAIRS, AUDIT_UNKNOWN,
				inquiry_error_line(err, arena));
		inquiry_answer(inquiry, AUDIT_DOWNGRADE, AUDIT_UNKNOWN,
				inquiry_error_line(err, arena));
		err = NULL;
	} else if (!err) {
		answer(&stairs);
	}
	for (size_t i = 0; i < 3; i++) {
		arena_finish(&stairs.arenas[i]);
	}
	return err;
}

const struct inquiry_kind inquiry_stairs = {
	.name = "stairs",
	.answers = { [AUDIT_STAIRS] = true, [AUDIT_DOWNGRADE] = true },
	.ask = ask,
};
