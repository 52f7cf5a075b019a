/*
 * `version: ROWS` - the version table holds just these rows, in any order; `heads`: those of the tree as it
 * is now; `none`: there is no table.
 */
#include "lab/version_table.h"
#include "lab/words.h"
#include "replay/step_kind.h"

extern const struct step_kind_row step_version;

static struct error *compare(struct stage *stage, const struct step *step,
		const struct str_list *rows, bool is_there)
{
	struct str_list expected = step->targets;

	if (step->is_none) {
		return is_there ? expectation_failed(stage->arena,
						  "expected no version table, found one with %.*s",
						  STR_ARG(words_of_rows(rows, stage->arena)))
				: NULL;
	}
	if (step->is_heads) {
		struct error *err = stage_real_heads(stage, &expected);
		if (err) {
			return err;
		}
	}
	if (rows_are_same(&expected, rows, stage->arena)) {
		return NULL;
	}
	return expectation_failed(stage->arena, "expected %.*s%s in the version table, found %.*s%s",
			STR_ARG(words_of_rows(&expected, stage->arena)),
			step->is_heads ? " (the heads)" : "",
			STR_ARG(words_of_rows(rows, stage->arena)),
			is_there ? "" : " and no table");
}

static struct error *run(struct stage *stage, const struct step *step)
{
	struct connection *connection = NULL;
	struct str_list rows;
	bool is_there;

	struct error *err = stage_connect(stage, &connection);
	if (!err) {
		err = version_table_read(stage, connection, &rows, &is_there);
	}
	if (!err) {
		err = compare(stage, step, &rows, is_there);
	}
	stage_disconnect(stage, connection);
	return err;
}

static str describe(const struct step *step, struct arena *arena)
{
	const str rows = step->is_none  ? STR("gone, and their table")
			: step->is_heads ? STR("the heads")
			: step->targets.count
			? str_list_join(&step->targets, STR(", "), arena)
			: STR("none");

	return str_format(arena, "the version rows must be %.*s", STR_ARG(rows));
}

static const char *remark(const struct step *step)
{
	(void)step;
	return "So they are.";
}

const struct step_kind_row step_version = {
	.run = run,
	.describe = describe,
	.remark = remark,
};
