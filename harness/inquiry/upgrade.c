/*
 * `upgrade`: from base to heads on an empty database, or from the start to heads, by one command, as whoever deploys does it.
 */
#include "inquiry/course.h"

#include "kit/arena.h"
#include "lab/alembic.h"
#include "lab/env.h"
#include "lab/lacking.h"

/* Whether it is a first revision that alters what it did not make. */
static bool misses_base(const struct scenario_revision *revision, const struct error *error)
{
	return revision && !revision->spec.down_revision.count &&
			(str_starts_with(error->message, STR("no such table")) ||
					str_equal(error->state, STR("42P01")) ||
					str_equal(error->state, STR("42704")) ||
					(str_equal(error->state,
							 STR(ENGINE_IN_FAILED_TRANSACTION)) &&
							str_find(error->detail,
									STR(" does not exist")) <
									error->detail.len) ||
					str_starts_with(error->class_name, STR("NoSuchTable")));
}

static const char base_hint[] =
		"The project does not hold its own base, it seems: its first revision wants what no revision makes. Begin "
		"with a database that has it (--database), or with a scenario's state that has 'create_all', the models' schema.";

static struct error *tell_failure(
		struct inquiry *inquiry, const struct stage *stage, const struct error *error)
{
	const struct scenario_revision *revision = inquiry_failed_revision(inquiry, stage, error);
	const str missing = lacking_find(error, inquiry->arena);

	if (missing.len) { // nothing is wrong with the migrations
		inquiry_answer(inquiry, AUDIT_UPGRADE, AUDIT_UNKNOWN, missing);
		return NULL;
	}
	const char *database = inquiry->start ? "the database" : "an empty database";
	struct audit_finding *finding = inquiry_find(inquiry, AUDIT_UPGRADE, revision, true, error,
			revision ? str_format(inquiry->arena, "does not upgrade %s", database)
				 : str_format(inquiry->arena, "%s cannot be upgraded", database));

	finding->statement = str_copy(stage->sent.statement, inquiry->arena);
	if (!inquiry->start && misses_base(revision, error)) {
		finding->hint = str_from(base_hint);
	}
	return NULL;
}

static struct error *ask(struct inquiry *inquiry)
{
	struct arena *arena = inquiry->arena;
	struct stage stage = stage_like(inquiry->like, arena);
	struct schema *schema;

	inquiry_watch_time(inquiry, &stage);
	struct error *err = inquiry->start ? stage_clone_database(&stage, inquiry->start)
					   : env_create_database(&stage);
	if (!err) {
		err = alembic_upgrade(&stage, STR("heads"));
	}
	inquiry_answer(inquiry, AUDIT_UPGRADE, AUDIT_YES, STR(""));
	if (is_of_revision(err)) {
		err = tell_failure(inquiry, &stage, err);
	} else if (!err) {
		err = stage_snapshot(&stage, arena, &schema);
		if (!err) {
			*LIST_PUSH(&inquiry->part->ends, arena) = (struct audit_end){
				.schema = schema_render(schema, arena)
			};
		} else if (is_of_revision(err)) {
			err = NULL; // it ran; that it cannot be looked at is no finding
		}
	}
	for (size_t i = 0; i < stage.notes.count; i++) {
		str_list_add(&inquiry->part->notes, stage.notes.items[i], arena);
	}
	stage_unwatch(&stage);
	stage_strike(&stage);
	return err;
}

const struct inquiry_kind inquiry_upgrade = {
	.name = "upgrade",
	.answers = { [AUDIT_UPGRADE] = true },
	.ask = ask,
};
