#include "replay/outcome.h"

#include "kit/arena.h"
#include "kit/packing.h"

#include <assert.h>

bool outcome_is_as_expected(const struct outcome *outcome)
{
	return outcome->verdict != VERDICT_SKIPPED && outcome->is_as_claimed &&
			outcome->record != RECORD_DIFFERS && outcome->record != RECORD_WANTED &&
			!outcome->runs.count;
}

/* --- packing --------------------------------------------------------------------------------- */

static void visit_reasons(struct packing *packing, struct outcome_reasons *reasons)
{
	pack_size(packing, &reasons->count);
	if (!packing->out) {
		reasons->capacity = reasons->count;
		reasons->items = arena_new_array(
				packing->arena, struct outcome_reason, reasons->count);
	}
	for (size_t i = 0; i < reasons->count; i++) {
		pack_str(packing, &reasons->items[i].key);
		pack_str(packing, &reasons->items[i].text);
	}
}

static void visit_shows(struct packing *packing, struct outcome_shows *shows)
{
	pack_size(packing, &shows->count);
	if (!packing->out) {
		shows->capacity = shows->count;
		shows->items = arena_new_array(packing->arena, struct outcome_show, shows->count);
	}
	for (size_t i = 0; i < shows->count; i++) {
		struct outcome_show *show = &shows->items[i];

		pack_size(packing, &show->step);
		pack_list(packing, &show->columns);
		pack_values(packing, &show->values);
		pack_size(packing, &show->row_count);
	}
}

static void visit_excerpt(struct packing *packing, struct excerpt *excerpt)
{
	pack_str(packing, &excerpt->path);
	pack_size(packing, &excerpt->line);
	pack_size(packing, &excerpt->column);
	pack_str(packing, &excerpt->text);
	pack_size(packing, &excerpt->offset);
	pack_size(packing, &excerpt->len);
}

static void visit_edits(struct packing *packing, struct spec_edits *edits)
{
	pack_size(packing, &edits->count);
	if (!packing->out) {
		edits->capacity = edits->count;
		edits->items = arena_new_array(packing->arena, struct spec_edit, edits->count);
	}
	for (size_t i = 0; i < edits->count; i++) {
		struct spec_edit *edit = &edits->items[i];

		pack_bytes(packing, &edit->kind, sizeof(edit->kind));
		pack_bytes(packing, &edit->spec, sizeof(edit->spec));
		pack_str(packing, &edit->from);
		pack_list(packing, &edit->to);
	}
}

/* A fault's span points into the file, which stays behind; path and line go along. */
static void visit_fault(struct packing *packing, struct fault *fault)
{
	pack_bytes(packing, &fault->kind, sizeof(fault->kind));
	pack_size(packing, &fault->spec);
	pack_str(packing, &fault->revision);
	pack_str(packing, &fault->file);
	pack_str(packing, &fault->path);
	pack_size(packing, &fault->line);
	pack_str(packing, &fault->message);
	pack_str(packing, &fault->suggestion);
	pack_str(packing, &fault->suggested_revision);
	visit_edits(packing, &fault->edits);
	pack_bytes(packing, &fault->round, sizeof(fault->round));
}

static void visit_faults(struct packing *packing, struct faults *faults)
{
	pack_size(packing, &faults->count);
	if (!packing->out) {
		faults->capacity = faults->count;
		faults->items = arena_new_array(packing->arena, struct fault, faults->count);
	}
	for (size_t i = 0; i < faults->count; i++) {
		visit_fault(packing, &faults->items[i]);
	}
	pack_size(packing, &faults->revision_count);
	pack_list(packing, &faults->heads);
	pack_list(packing, &faults->bases);
	pack_list(packing, &faults->repaired_heads);
}

static void visit_error(struct packing *packing, struct outcome_error *error)
{
	pack_str(packing, &error->class_name);
	pack_str(packing, &error->message);
	pack_str(packing, &error->where);
	visit_excerpt(packing, &error->place);
	pack_str(packing, &error->attempt);
	pack_str(packing, &error->revision);
	pack_str(packing, &error->statement);
	pack_str(packing, &error->sqlstate);
	pack_str(packing, &error->detail);
	pack_str(packing, &error->context);
	pack_str(packing, &error->hint);
	visit_faults(packing, &error->faults);
}

static void visit_outcome(struct packing *packing, struct outcome *outcome)
{
	pack_str(packing, &outcome->name);
	pack_str(packing, &outcome->scenario);
	pack_str(packing, &outcome->strategy);
	pack_str(packing, &outcome->state);
	pack_str(packing, &outcome->engine);
	pack_str(packing, &outcome->scenario_path);
	pack_bytes(packing, &outcome->verdict, sizeof(outcome->verdict));
	pack_size(packing, &outcome->failed_step);
	visit_error(packing, &outcome->error);
	pack_bytes(packing, &outcome->wrong, sizeof(outcome->wrong));
	visit_reasons(packing, &outcome->reasons);
	pack_list(packing, &outcome->version);
	pack_bool(packing, &outcome->has_version_table);
	pack_list(packing, &outcome->schema);
	visit_shows(packing, &outcome->shows);
	pack_list(packing, &outcome->notes);
	pack_list(packing, &outcome->stubs);
	pack_bool(packing, &outcome->is_graded);
	pack_str(packing, &outcome->skip_reason);
	pack_str(packing, &outcome->keep_failure);
	pack_str(packing, &outcome->kept);
	pack_str(packing, &outcome->kept_folder);
	pack_list(packing, &outcome->story);
	pack_bytes(packing, &outcome->elapsed_us, sizeof(outcome->elapsed_us));
	pack_bool(packing, &outcome->is_as_claimed);
	pack_str(packing, &outcome->claim);
	pack_bytes(packing, &outcome->record, sizeof(outcome->record));
	pack_list(packing, &outcome->record_difference);
}

void outcome_pack(const struct outcome *outcome, struct buf *out)
{
	struct packing packing = { .out = out };
	struct outcome copy = *outcome;

	visit_outcome(&packing, &copy);
}

void outcome_unpack(str bytes, struct arena *arena, struct outcome *ret_outcome)
{
	struct packing packing = { .in = bytes, .arena = arena };
	struct outcome outcome = { 0 };

	visit_outcome(&packing, &outcome);
	assert(!packing.in.len);
	*ret_outcome = outcome;
}
