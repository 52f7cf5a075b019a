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
