/*
 * The goal keys of the tree: `version` (the rows at the end) and `heads` (how many the tree has).
 */
#include "judge/judge.h"

#include "lab/words.h"
#include "revision/history.h"

struct error *judge_version(struct judgement *judgement)
{
	struct arena *arena = judgement->stage->arena;
	struct str_list expected = judgement->goal->rows;

	if (judgement->goal->version == GOAL_VERSION_HEADS) {
		struct error *err = stage_real_heads(judgement->stage, &expected);
		if (err) {
			return judgement_failed(judgement, WRONG_VERSION,
					"the tree does not load, so it has no heads", err);
		}
	}
	if (!rows_are_same(&expected, judgement->version, arena)) {
		judgement_wrong(judgement, WRONG_VERSION,
				str_format(arena,
						"expected %.*s%s in the version table, found %.*s%s",
						STR_ARG(words_of_rows(&expected, arena)),
						judgement->goal->version == GOAL_VERSION_HEADS
								? " (the heads)"
								: "",
						STR_ARG(words_of_rows(judgement->version, arena)),
						judgement->has_version_table ? "" : " and no table"));
	}
	return NULL;
}

struct error *judge_heads(struct judgement *judgement)
{
	struct stage *stage = judgement->stage;
	struct revision_history *history = stage_history(stage);
	struct str_list heads;

	struct error *err = revision_history_load(history, stage->arena);
	if (!err) {
		err = revision_history_heads(history, stage->arena, &heads);
	}
	if (err) {
		return judgement_failed(judgement, WRONG_HEADS,
				"the tree does not load, so it has no heads", err);
	}
	if (heads.count != judgement->goal->heads) {
		judgement_wrong(judgement, WRONG_HEADS,
				str_format(stage->arena,
						"expected %zu head%s, the tree has %zu: %.*s",
						judgement->goal->heads,
						judgement->goal->heads == 1 ? "" : "s", heads.count,
						STR_ARG(str_list_join(
								&heads, STR(", "), stage->arena))));
	}
	return NULL;
}
