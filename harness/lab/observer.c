#include "lab/observer.h"

#include "kit/arena.h"
#include "lab/stage.h"

void stage_watch(struct stage *stage, struct observer observer)
{
	*LIST_PUSH(&stage->observers, stage->arena) = observer;
}

void stage_unwatch(struct stage *stage)
{
	stage->observers = (struct observers){ 0 };
}

struct error *observe(struct stage *stage, const struct moment *moment)
{
	struct error *err = NULL;

	for (size_t i = 0; !err && i < stage->observers.count; i++) {
		const struct observer *observer = &stage->observers.items[i];

		err = observer->see(observer->data, stage, moment);
	}
	return err;
}

struct error *observe_after(
		struct stage *stage, const struct moment *moment, struct error *error)
{
	struct moment after = *moment;

	after.is_after = true;
	after.error = error;
	struct error *err = observe(stage, &after);

	return error && (!err || error_is_of_cell(err)) ? error : err;
}

void observe_only(struct stage *stage, const struct moment *moment)
{
	const struct error *unheard = observe_after(stage, moment, NULL);

	(void)unheard;
}

enum transaction_state observed_transaction(
		const struct stage *stage, const struct connection *connection)
{
	return stage->observers.count && connection ? stage->engine->transaction(connection)
						    : TRANSACTION_NONE;
}

static void take_notice(void *data, str severity, str message)
{
	struct stage *stage = data;

	observe_only(stage,
			&(struct moment){
					.kind = MOMENT_NOTICE,
					.severity = severity,
					.message = message,
			});
}

void observe_notices(struct stage *stage, struct connection *connection)
{
	if (stage->observers.count && stage->engine->take_notices) {
		stage->engine->take_notices(connection, take_notice, stage);
	}
}
