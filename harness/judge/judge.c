#include "judge/judge.h"

#include "kit/arena.h"
#include "lab/check.h"
#include "revision/history.h"

static const struct {
	enum goal_key key;
	const char *name;
	struct error *(*judge)(struct judgement *judgement);
} judges[] = {
	{ GOAL_VERSION, "version", judge_version },
	{ GOAL_SCHEMA, "schema", judge_schema },
	{ GOAL_ROWS_KEPT, "rows_kept", judge_rows },
	{ GOAL_CHECK, "check", judge_checks },
	{ GOAL_ROUND_TRIP, "round_trip", judge_round_trip },
	{ GOAL_HEADS, "heads", judge_heads },
};

struct error *judge(struct judgement *judgement)
{
	struct error *err = NULL;

	for (size_t i = 0; !err && i < COUNT_OF(judges); i++) {
		if (judgement->goal->keys & judges[i].key) {
			err = judges[i].judge(judgement);
		}
		if (err && err->code == ERROR_TIMEOUT) {
			err = error_new(judgement->stage->arena, ERROR_TIMEOUT,
					"the time was up while '%s' of the goal was judged",
					judges[i].name);
		}
	}
	return err;
}

void judgement_wrong(struct judgement *judgement, enum wrong wrong, str reason)
{
	size_t bit = 0;

	while (1u << bit != (unsigned)wrong) {
		bit++;
	}
	judgement->wrong |= (unsigned)wrong;
	*LIST_PUSH(&judgement->reasons, judgement->stage->arena) =
			(struct judge_reason){ .key = str_from(wrong_names[bit]), .text = reason };
}

struct error *judgement_failed(struct judgement *judgement, enum wrong wrong, const char *what,
		struct error *error)
{
	if (!error_is_of_cell(error) || error->code == ERROR_TIMEOUT) {
		return error;
	}
	judgement_wrong(judgement, wrong,
			str_format(judgement->stage->arena, "%s: %.*s: %.*s", what,
					STR_ARG(error_class(error)), STR_ARG(error->message)));
	return NULL;
}

void judgement_compare(struct judgement *judgement, enum wrong wrong, str what,
		const struct schema_difference *difference)
{
	struct buf text = { .arena = judgement->stage->arena };

	stage_note(judgement->stage, &difference->notes);
	if (!difference->missing.count && !difference->extra.count) {
		return;
	}
	buf_format(&text, "the schema is not %.*s:", STR_ARG(what));
	for (size_t i = 0; i < difference->missing.count; i++) {
		buf_format(&text, "\n- %.*s", STR_ARG(difference->missing.items[i]));
	}
	for (size_t i = 0; i < difference->extra.count; i++) {
		buf_format(&text, "\n+ %.*s", STR_ARG(difference->extra.items[i]));
	}
	judgement_wrong(judgement, wrong, buf_str(&text));
}

struct error *judge_checks(struct judgement *judgement)
{
	struct stage *stage = judgement->stage;
	struct error *err = NULL;

	for (size_t i = 0; !err && i < judgement->goal->checks.count; i++) {
		const struct check *check = &judgement->goal->checks.items[i];
		const str where = span_render(check->where, stage->arena);
		str complaint = { 0 };

		if (check->state.len && !str_equal(check->state, judgement->state)) {
			continue;
		}
		err = check_run(stage, check, &complaint);
		if (err) {
			err = judgement_failed(
					judgement, WRONG_CHECK, str_to_c(where, stage->arena), err);
		} else if (complaint.len) {
			judgement_wrong(judgement, WRONG_CHECK,
					str_format(stage->arena, "%.*s: %.*s", STR_ARG(where),
							STR_ARG(complaint)));
		}
	}
	return err;
}
