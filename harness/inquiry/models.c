/*
 * `models`: `alembic check` on a database at heads, by Alembic itself with the project's env.py, which alone knows the
 * models.
 */
#include "inquiry/course.h"

#include "kit/arena.h"
#include "lab/alembic.h"
#include "lab/env.h"
#include "lab/python.h"

/* The parts of "[(...), (...)]", a line each. */
static struct str_list operations_of(str message, struct arena *arena)
{
	const size_t begin = str_find_char(message, '[');
	struct str_list lines = { 0 };
	size_t start = begin + 1, depth = 0;
	char quote = '\0';

	for (size_t i = begin + 1; begin < message.len && i < message.len; i++) {
		const char c = message.data[i];

		if (quote) {
			quote = c == quote ? '\0' : quote;
			continue;
		}
		if (c == '\'' || c == '"') {
			quote = c;
		}
		depth += c == '(' || c == '[' || c == '{';
		if (depth && (c == ')' || c == ']' || c == '}')) {
			depth--;
		} else if (!depth && (c == ',' || c == ']')) {
			str_list_add(&lines,
					str_format(arena, "+ %.*s",
							STR_ARG(str_trim(str_slice(message, start,
									i - start)))),
					arena);
			start = i + 1;
		}
	}
	return lines;
}

static void tell(struct inquiry *inquiry, const struct error *error)
{
	struct arena *arena = inquiry->arena;
	const str found = STR("New upgrade operations detected: ");

	if (str_starts_with(error->message, found)) {
		const struct str_list lines = operations_of(error->message, arena);
		struct audit_finding *finding = inquiry_find(inquiry, AUDIT_MODELS, NULL, true,
				NULL,
				str_format(arena,
						"the models want %zu more operation%s than the heads have",
						lines.count, lines.count == 1 ? "" : "s"));

		finding->class_name = str_copy(error_class(error), arena);
		finding->difference = lines;
		finding->hint = STR("'alembic revision --autogenerate' writes what is missing.");
	} else {
		inquiry_find(inquiry, AUDIT_MODELS, NULL, true, error,
				STR("'alembic check' fails"));
	}
}

/* Why it cannot be asked, which says nothing of the models; empty: it can. */
static str obstacle_of(const struct error *error)
{
	if (str_equal(error_class(error), STR("ProtocolError")) &&
			str_find(error->message, STR("'check'")) < error->message.len) {
		return STR("this Alembic has no 'check'; 1.9 has");
	}
	return str_find(error->message, STR("does not provide a MetaData object")) <
					error->message.len
			? STR("env.py hands on no models (target_metadata): --skip models")
			: (str){ 0 };
}

static struct error *ask(struct inquiry *inquiry)
{
	struct arena *arena = inquiry->arena;
	struct route route;
	struct course course = { 0 };

	struct error *err = route_plan(inquiry, &route);
	if (err) {
		return err;
	}
	err = course_open(&course, inquiry, &route, NULL);
	if (!err) {
		course_begin_time(&course);
		err = alembic_upgrade(&course.stage, STR("heads"));
	}
	if (is_of_revision(err)) {
		inquiry_answer(inquiry, AUDIT_MODELS, AUDIT_UNKNOWN,
				str_format(arena, "the upgrade fails: %.*s",
						STR_ARG(inquiry_error_line(err, arena))));
		course_close(&course);
		return NULL;
	}
	if (!err) {
		course_begin_time(&course);
		err = python_check_run(&course.stage);
	}
	inquiry_answer(inquiry, AUDIT_MODELS, AUDIT_YES, STR(""));
	if (is_of_revision(err) && obstacle_of(err).len) {
		inquiry_answer(inquiry, AUDIT_MODELS, AUDIT_UNKNOWN, obstacle_of(err));
		err = NULL;
	} else if (is_of_revision(err)) {
		tell(inquiry, err);
		err = NULL;
	}
	course_close(&course);
	return err;
}

const struct inquiry_kind inquiry_models = {
	.name = "models",
	.answers = { [AUDIT_MODELS] = true },
	.has_own_runner = true,
	.ask = ask,
};
