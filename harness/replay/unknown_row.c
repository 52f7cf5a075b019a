#include "replay/unknown_row.h"

#include "kit/arena.h"
#include "replay/step_kind.h"

static bool has_revision(const struct scenario_revisions *revisions, str id)
{
	for (size_t i = 0; i < revisions->count; i++) {
		if (str_equal(revisions->items[i].spec.revision, id)) {
			return true;
		}
	}
	return false;
}

/* Whether an edit of `before` leaves a tree with the revision; `ret_after` is that tree. */
static bool edit_brings(const struct tree_edit *edit, const struct scenario_revisions *before,
		str id, struct arena *arena, struct scenario_revisions *ret_after)
{
	if (scenario_edit_apply(edit, before, arena, ret_after)) {
		*ret_after = *before;
	}
	return has_revision(ret_after, id);
}

/* Whether the tree of a strategy has the revision at some time, before its first step or later. */
static bool strategy_brings(const struct scenario *scenario,
		const struct scenario_strategy *strategy, str id, struct arena *arena)
{
	struct scenario_revisions tree;
	bool brings = edit_brings(&strategy->edit, &scenario->revisions, id, arena, &tree);

	for (size_t i = 0; i < strategy->steps.count && !brings; i++) {
		const struct step *step = &strategy->steps.items[i];

		if (step->kind == STEP_MERGE) {
			brings = str_equal(step->merge_revision, id);
		} else if (step->kind == STEP_EDIT) {
			brings = edit_brings(&step->edit, &tree, id, arena, &tree);
		}
	}
	return brings;
}

static str quoted(str name, struct arena *arena)
{
	return str_format(arena, "'%.*s'", STR_ARG(name));
}

/* The strategies that have it, were they played instead; of those that may be played from this state. */
static struct str_list find_bringers(const struct scenario_cell *cell, str id, struct arena *arena)
{
	const struct scenario *scenario = cell->scenario;
	struct str_list names = { 0 };

	for (size_t i = 0; i < scenario->strategies.count; i++) {
		const struct scenario_strategy *strategy = &scenario->strategies.items[i];

		if (strategy != cell->strategy && strategy_brings(scenario, strategy, id, arena)) {
			str_list_add(&names, quoted(strategy->name, arena), arena);
		}
	}
	return names;
}

/* The last step before `step` that has changed the tree; 0: none has. */
static size_t last_edit(const struct steps *steps, size_t step)
{
	for (size_t i = step < steps->count ? step : steps->count; i > 1; i--) {
		if (step_kind_get(steps->items[i - 2].kind)->changes_tree) {
			return i - 1;
		}
	}
	return 0;
}

/* What has become of the file. */
static str tell_file(const struct scenario_cell *cell, size_t step, str row, struct arena *arena)
{
	const size_t edit = last_edit(&cell->strategy->steps, step);
	struct scenario_revisions edited;

	if (edit &&
			edit_brings(&cell->strategy->edit, &cell->scenario->revisions, row, arena,
					&edited)) {
		return str_format(arena, "no file of the tree has it since step %zu", edit);
	}
	if (has_revision(&cell->scenario->revisions, row)) {
		return STR("this strategy takes away the file that has it");
	}
	if (edit) {
		return str_format(
				arena, "no file of the tree has it, as step %zu has left it", edit);
	}
	return STR("no file of the tree has it");
}

str unknown_row_explain(struct stage *stage, const struct scenario_cell *cell, size_t step, str row)
{
	struct arena *arena = stage->arena;
	const struct scenario_state *state = cell->state;
	const struct str_list bringers = find_bringers(cell, row, arena);
	struct buf text = { .arena = arena };

	buf_format(&text, "'%.*s' is a row of the version table", STR_ARG(row));
	if (state->version == STATE_VERSION_ROWS && str_list_contains(&state->rows, row)) {
		buf_format(&text, ", as state '%.*s' has it", STR_ARG(state->name));
	} else if (state->origin == STATE_LOAD && state->version == STATE_VERSION_DEFAULT) {
		buf_format(&text, ", as '%.*s' has left it", STR_ARG(state->load.file.name));
	}
	buf_format(&text, "; %.*s.", STR_ARG(tell_file(cell, step, row, arena)));
	if (bringers.count) {
		buf_format(&text, " %s %.*s bring%s it.",
				bringers.count == 1 ? "Strategy" : "Strategies",
				STR_ARG(str_list_join(&bringers, STR(", "), arena)),
				bringers.count == 1 ? "s" : "");
	}
	return buf_str(&text);
}
