/*
 * `check: {sql, equals | matches | empty}` - a query gives what it should.
 */
#include "lab/check.h"
#include "replay/step_kind.h"

extern const struct step_kind_row step_check;

static struct error *run(struct stage *stage, const struct step *step)
{
	str complaint;

	struct error *err = check_run(stage, &step->check, &complaint);
	if (!err && complaint.len) {
		err = expectation_failed(stage->arena, "%.*s", STR_ARG(complaint));
	}
	return err;
}

const struct step_kind_row step_check = { .run = run };
