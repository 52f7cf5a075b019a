#include "evidence/evidence.h"

#include "evidence/evidence_internal.h"
#include "kit/arena.h"
#include "revision/history.h"

/* More revisions that cannot be replayed are counted. */
#define TOLD_FAILURES 4

static void tell_failures(struct evidence *evidence)
{
	size_t count = 0;

	for (size_t i = 0; i < evidence->problem->revisions.count; i++) {
		const struct traced_revision *revision = &evidence->problem->revisions.items[i];

		if (!revision->is_known && ++count <= TOLD_FAILURES) {
			str_list_add(&evidence->notes,
					str_format(evidence->arena,
							"%.*s could not be replayed: %.*s",
							STR_ARG(revision->name),
							STR_ARG(revision->failure)),
					evidence->arena);
		}
	}
	if (count > TOLD_FAILURES) {
		str_list_add(&evidence->notes,
				str_format(evidence->arena, "%zu more could not be replayed",
						count - TOLD_FAILURES),
				evidence->arena);
	}
}

static void tell_broken_tree(struct evidence *evidence)
{
	struct stage stage = stage_like(evidence->like, evidence->arena);
	const struct error *error = revision_history_load(stage_history(&stage), evidence->arena);

	if (error) {
		str_list_add(&evidence->notes,
				str_format(evidence->arena,
						"alembic cannot load the tree (%.*s: %.*s): 'rehearse doctor' says why",
						STR_ARG(error->class_name),
						STR_ARG(error->message)),
				evidence->arena);
	}
}

struct error *evidence_locate(const struct stage *like, const struct look *database,
		struct arena *arena, struct located *ret_located)
{
	struct facts *facts = arena_new(arena, struct facts);
	struct located *located = ret_located;
	struct evidence evidence = { .like = like, .arena = arena, .problem = &located->problem };
	const struct locate_lab lab = {
		.data = &evidence,
		.replay = evidence_replay,
		.follow = evidence_follow,
		.watch = evidence_watch,
	};

	facts->arena = facts->numbers.arena = arena;
	*located = (struct located){ .problem = {
						     .facts = facts,
						     .has_version_table =
								     database->has_version_table,
						     .rows = database->version,
						     .version_failure = database->version_failure,
				     } };
	evidence_order(&evidence);
	struct error *err = evidence_replay_tree(&evidence);
	if (!err) {
		located->problem.database = facts_of(facts, database->schema);
		err = locate(&located->problem, &lab, arena, &located->location);
	}
	like->engine->image_drop(evidence.image);
	if (err) {
		return err;
	}
	for (size_t i = 0; i < located->location.at.count; i++) {
		*LIST_PUSH(&located->stamps, arena) =
				evidence_stamp(&evidence, &located->location.at.items[i].rows);
	}
	tell_broken_tree(&evidence);
	tell_failures(&evidence);
	located->notes = evidence.notes;
	return NULL;
}
