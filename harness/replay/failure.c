#include "replay/failure.h"

#include "doctor/doctor.h"
#include "kit/suggest.h"
#include "lab/words.h"
#include "revision/history.h"

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

/* What was being sent, and for which revision. */
static str describe_sent(const struct sent *sent, struct arena *arena)
{
	struct str_list lines = { 0 };

	if (sent->revision.len) {
		str_list_add(&lines, str_format(arena, "in revision %.*s", STR_ARG(sent->revision)),
				arena);
	}
	if (sent->statement.len) {
		str_list_add(&lines,
				str_format(arena, "statement: %.*s",
						STR_ARG(words_of_statement(
								sent->statement, arena))),
				arena);
	}
	return str_list_join(&lines, STR("\n  "), arena);
}

/* All that is wrong with a tree that does not load: Alembic names one fault a run. */
static void add_diagnoses(struct stage *stage, struct buf *out)
{
	if (!revision_history_load(stage_history(stage), stage->arena)) {
		return;
	}
	const struct revision_specs specs =
			scenario_revision_specs(&stage->revisions, stage->arena);
	const struct faults faults =
			doctor_examine(&specs, stage->configure->level, stage->arena);
	struct buf text = { .arena = stage->arena };
	str rest, line;

	faults_render_text(&faults, false, &text);
	rest = str_trim(buf_str(&text));
	buf_add(out, STR("  the tree does not load; what the doctor says of it:\n"));
	while (str_next_part(&rest, '\n', &line)) {
		buf_format(out, line.len ? "    %.*s\n" : "%.*s\n", STR_ARG(line));
	}
}

/* The id or label that is nearest to one that Alembic cannot find. */
static str suggest_revision(struct stage *stage, str missing)
{
	static const str symbols[] = { STR_INIT("head"), STR_INIT("heads"), STR_INIT("base") };
	struct str_list names = { 0 };

	for (size_t i = 0; i < stage->revisions.count; i++) {
		const struct revision_spec *spec = &stage->revisions.items[i].spec;

		str_list_add(&names, spec->revision, stage->arena);
		for (size_t j = 0; j < spec->branch_labels.count; j++) {
			str_list_add(&names, spec->branch_labels.items[j], stage->arena);
		}
	}
	for (size_t i = 0; i < COUNT_OF(symbols); i++) {
		str_list_add(&names, symbols[i], stage->arena);
	}
	const str nearest = suggest_nearest(missing, names.items, names.count, stage->arena);

	return nearest.len ? str_format(stage->arena, "Did you mean '%.*s'?", STR_ARG(nearest))
			   : (str){ 0 };
}

/* What Alembic leaves out of two of its texts. */
static str hint_at(struct stage *stage, const struct error *error)
{
	const str not_found = STR("Can't locate revision identified by '");
	struct revision_history *history = stage_history(stage);
	struct str_list heads;

	if (str_starts_with(error->message, not_found)) {
		return suggest_revision(stage,
				str_slice(error->message, not_found.len,
						error->message.len - not_found.len - 1));
	}
	if (!str_starts_with(error->message, STR("Multiple head")) ||
			revision_history_load(history, stage->arena) ||
			revision_history_heads(history, stage->arena, &heads)) {
		return (str){ 0 };
	}
	return str_format(stage->arena, "The heads are %.*s.",
			STR_ARG(str_list_join(&heads, STR(", "), stage->arena)));
}

static str render(struct stage *stage, const struct scenario_cell *cell, size_t step,
		const struct error *error)
{
	struct buf text = { .arena = stage->arena };
	const str attempt = describe_attempt(cell, step, stage->arena);
	struct error shown = *error;

	shown.message = str_format(stage->arena, "%.*s: %.*s", STR_ARG(error_class(error)),
			STR_ARG(error->message));
	if (!shown.detail.len) {
		shown.detail = describe_sent(&stage->sent, stage->arena);
	}
	if (error->code == ERROR_ALEMBIC && !shown.hint.len) {
		shown.hint = hint_at(stage, error);
	}
	error_render(error_wrap(stage->arena, &shown, "%.*s", STR_ARG(attempt)), false, &text);
	if (error->code == ERROR_ALEMBIC) {
		add_diagnoses(stage, &text);
	}
	return buf_str(&text);
}

void failure_describe(struct stage *stage, const struct scenario_cell *cell, size_t step,
		const struct error *error, struct outcome_error *ret_error)
{
	struct arena *arena = stage->arena;

	*ret_error = (struct outcome_error){
		.class_name = str_copy(error_class(error), arena),
		.message = str_copy(error->message, arena),
		.where = step ? span_render(error->where, arena) : STR("state"),
		.rendered = render(stage, cell, step, error),
		.statement = str_copy(stage->sent.statement, arena),
		.revision = str_copy(stage->sent.revision, arena),
	};
}
