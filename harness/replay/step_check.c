/*
 * `check: {sql, equals | matches | empty}`, or a list of such - queries give what they should.
 */
#include "lab/check.h"
#include "replay/step_kind.h"

extern const struct step_kind_row step_check;

static struct error *run(struct stage *stage, const struct step *step)
{
	struct error *err = NULL;

	for (size_t i = 0; !err && i < step->checks.count; i++) {
		const struct check *check = &step->checks.items[i];
		str complaint = { 0 };

		err = check_run(stage, check, &complaint);
		if (!err && complaint.len) {
			err = expectation_failed(stage->arena, "%.*s", STR_ARG(complaint));
			if (step->checks.count > 1) { // the step alone would not say which
				err->where = check->where;
			}
		}
	}
	return err;
}

static str describe(const struct step *step, struct arena *arena)
{
	(void)arena;
	return step->checks.count == 1 ? STR("a check") : STR("checks");
}

static const char *remark(const struct step *step)
{
	return step->checks.count == 1 ? "It holds." : "They hold.";
}

/* Of the first, which stands for all. */
static const struct sql_body *sql(const struct step *step)
{
	return &step->checks.items[0].sql;
}

const struct step_kind_row step_check = {
	.run = run,
	.describe = describe,
	.remark = remark,
	.sql = sql,
};
