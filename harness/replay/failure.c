#include "replay/failure.h"

#include "doctor/doctor.h"
#include "replay/engine_hints.h"
#include "replay/unknown_row.h"
#include "revision/history.h"
#include "revision/near.h"

/* Where in the replay the error came up, for people. */
static str describe_attempt(const struct scenario_cell *cell, size_t step, struct arena *arena)
{
	if (!step) {
		return str_format(arena, "building state '%.*s'", STR_ARG(cell->state->name));
	}
	const struct steps *steps = &cell->strategy->steps;
	struct buf attempt = { .arena = arena };

	buf_format(&attempt, "playing step %zu of strategy '%.*s'", step,
			STR_ARG(cell->strategy->name));
	if (step <= steps->count) {
		const struct step *at = &steps->items[step - 1];

		buf_format(&attempt, ": %s", step_kind_names[at->kind]);
		if (at->targets.count) {
			buf_format(&attempt, " %.*s",
					STR_ARG(str_list_join(&at->targets, STR(" "), arena)));
		}
		if (at->title.len) {
			buf_format(&attempt, " (%.*s)", STR_ARG(at->title));
		}
	}
	return buf_str(&attempt);
}

/* All that is wrong with a tree that does not load: Alembic names one fault a run. */
static struct faults diagnose(struct stage *stage)
{
	if (!revision_history_load(stage_history(stage), stage->arena)) {
		return (struct faults){ 0 };
	}
	const struct revision_specs specs =
			scenario_revision_specs(&stage->revisions, stage->arena);

	return doctor_examine(&specs, stage->configure->level, stage->arena);
}

/* What Alembic leaves out of two of its texts. */
static str hint_at(struct stage *stage, const struct scenario_cell *cell, size_t step,
		const struct error *error, const struct str_list *rows)
{
	struct revision_history *history = stage_history(stage);
	struct str_list heads;

	if (error->name.len && step && str_list_contains(rows, error->name)) {
		return unknown_row_explain(stage, cell, step, error->name);
	}
	if (error->name.len) {
		const struct revision_specs specs =
				scenario_revision_specs(&stage->revisions, stage->arena);

		return revision_near(&specs, error->name,
				step ? "the target of this step" : "what the state names",
				stage->arena);
	}
	if (!error->is_ambiguous || revision_history_load(history, stage->arena) ||
			revision_history_heads(history, stage->arena, &heads)) {
		return (str){ 0 };
	}
	return str_format(stage->arena, "The heads are %.*s.",
			STR_ARG(str_list_join(&heads, STR(", "), stage->arena)));
}

void failure_describe(struct stage *stage, const struct scenario_cell *cell, size_t step,
		const struct error *error, const struct str_list *rows,
		struct outcome_error *ret_error)
{
	struct arena *arena = stage->arena;
	const bool is_alembic = error->code == ERROR_ALEMBIC;

	*ret_error = (struct outcome_error){
		.class_name = str_copy(error_class(error), arena),
		.message = str_copy(error->message, arena),
		.where = step ? span_render(error->where, arena) : STR("state"),
		.place = excerpt_of(error->where, arena),
		.attempt = describe_attempt(cell, step, arena),
		.revision = str_copy(stage->sent.revision, arena),
		.statement = str_copy(stage->sent.statement, arena),
		.sqlstate = str_copy(error->state, arena),
		.detail = str_copy(error->detail, arena),
		.context = str_copy(error->context, arena),
		.hint = error->hint.len      ? str_copy(error->hint, arena)
				: is_alembic ? hint_at(stage, cell, step, error, rows)
					     : engine_hint(error, arena),
		.faults = is_alembic ? diagnose(stage) : (struct faults){ 0 },
	};
}
