#include "lab/revision_looks.h"

#include "kit/arena.h"
#include "kit/clock.h"

static struct error *see(void *data, struct stage *stage, const struct moment *moment)
{
	struct revision_looks *looks = data;
	const int64_t since_us = clock_now_us();

	if (moment->kind != MOMENT_REVISION || !moment->is_after || moment->error) {
		return NULL;
	}
	struct revision_look *seen = LIST_PUSH(looks, stage->arena);

	seen->revision = moment->plan->steps[moment->plan_step].revision;
	seen->is_committed = observed_transaction(stage, moment->connection) == TRANSACTION_NONE;
	struct error *err = look_through(stage, moment->connection, &looks->wants, &seen->look);

	stage_give_back_time(stage, since_us);
	return err;
}

struct observer revision_looks_observer(struct revision_looks *looks)
{
	return (struct observer){ see, looks };
}
