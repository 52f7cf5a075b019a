#include "replay/outcome.h"

#include "kit/arena.h"

#include <assert.h>
#include <string.h>

bool outcome_is_as_expected(const struct outcome *outcome)
{
	return outcome->verdict != VERDICT_SKIPPED && outcome->is_as_claimed &&
			outcome->record != RECORD_DIFFERS && outcome->record != RECORD_WANTED &&
			!outcome->runs.count;
}

/* --- packing --------------------------------------------------------------------------------- */

/*
 * One description serves both ways: members are visited in turn, and either appended to `out` or taken from
 * the front of `in`. Writer and reader are the same program, so numbers go as they lie in memory.
 */
struct packing {
	struct buf *out;     /* NULL: reading */
	str in;              /* what is left to read */
	struct arena *arena; /* reading: where texts and lists go */
};

static void visit_bytes(struct packing *packing, void *bytes, size_t len)
{
	if (!len) {
		return;
	}
	if (packing->out) {
		buf_add(packing->out, (str){ .data = bytes, .len = len });
		return;
	}
	assert(packing->in.len >= len);
	memcpy(bytes, packing->in.data, len);
	packing->in = str_slice(packing->in, len, packing->in.len);
}

static void visit_size(struct packing *packing, size_t *value)
{
	visit_bytes(packing, value, sizeof(*value));
}

static void visit_bool(struct packing *packing, bool *value)
{
	size_t number = *value;

	visit_size(packing, &number);
	*value = number != 0;
}

static void visit_str(struct packing *packing, str *text)
{
	visit_size(packing, &text->len);
	if (packing->out) {
		buf_add(packing->out, *text);
		return;
	}
	assert(packing->in.len >= text->len);
	*text = str_copy(str_slice(packing->in, 0, text->len), packing->arena);
	packing->in = str_slice(packing->in, text->len, packing->in.len);
}

/* Text that may be none at all: a NULL of SQL. */
static void visit_value(struct packing *packing, str *value)
{
	bool is_null = !value->data;

	visit_bool(packing, &is_null);
	if (!is_null) {
		visit_str(packing, value);
	} else {
		*value = (str){ 0 };
	}
}

static void visit_list(struct packing *packing, struct str_list *list)
{
	visit_size(packing, &list->count);
	if (!packing->out) {
		list->capacity = list->count;
		list->items = arena_new_array(packing->arena, str, list->count);
	}
	for (size_t i = 0; i < list->count; i++) {
		visit_str(packing, &list->items[i]);
	}
}

static void visit_values(struct packing *packing, struct str_list *values)
{
	visit_size(packing, &values->count);
	if (!packing->out) {
		values->capacity = values->count;
		values->items = arena_new_array(packing->arena, str, values->count);
	}
	for (size_t i = 0; i < values->count; i++) {
		visit_value(packing, &values->items[i]);
	}
}

static void visit_reasons(struct packing *packing, struct outcome_reasons *reasons)
{
	visit_size(packing, &reasons->count);
	if (!packing->out) {
		reasons->capacity = reasons->count;
		reasons->items = arena_new_array(
				packing->arena, struct outcome_reason, reasons->count);
	}
	for (size_t i = 0; i < reasons->count; i++) {
		visit_str(packing, &reasons->items[i].key);
		visit_str(packing, &reasons->items[i].text);
	}
}

static void visit_shows(struct packing *packing, struct outcome_shows *shows)
{
	visit_size(packing, &shows->count);
	if (!packing->out) {
		shows->capacity = shows->count;
		shows->items = arena_new_array(packing->arena, struct outcome_show, shows->count);
	}
	for (size_t i = 0; i < shows->count; i++) {
		struct outcome_show *show = &shows->items[i];

		visit_size(packing, &show->step);
		visit_list(packing, &show->columns);
		visit_values(packing, &show->values);
		visit_size(packing, &show->row_count);
	}
}

static void visit_excerpt(struct packing *packing, struct excerpt *excerpt)
{
	visit_str(packing, &excerpt->path);
	visit_size(packing, &excerpt->line);
	visit_size(packing, &excerpt->column);
	visit_str(packing, &excerpt->text);
	visit_size(packing, &excerpt->offset);
	visit_size(packing, &excerpt->len);
}

static void visit_edits(struct packing *packing, struct spec_edits *edits)
{
	visit_size(packing, &edits->count);
	if (!packing->out) {
		edits->capacity = edits->count;
		edits->items = arena_new_array(packing->arena, struct spec_edit, edits->count);
	}
	for (size_t i = 0; i < edits->count; i++) {
		struct spec_edit *edit = &edits->items[i];

		visit_bytes(packing, &edit->kind, sizeof(edit->kind));
		visit_bytes(packing, &edit->spec, sizeof(edit->spec));
		visit_str(packing, &edit->from);
		visit_list(packing, &edit->to);
	}
}

/* A fault's span points into the file, which stays behind; path and line go along. */
static void visit_fault(struct packing *packing, struct fault *fault)
{
	visit_bytes(packing, &fault->kind, sizeof(fault->kind));
	visit_size(packing, &fault->spec);
	visit_str(packing, &fault->revision);
	visit_str(packing, &fault->file);
	visit_str(packing, &fault->path);
	visit_size(packing, &fault->line);
	visit_str(packing, &fault->message);
	visit_str(packing, &fault->suggestion);
	visit_str(packing, &fault->suggested_revision);
	visit_edits(packing, &fault->edits);
	visit_bytes(packing, &fault->round, sizeof(fault->round));
}

static void visit_faults(struct packing *packing, struct faults *faults)
{
	visit_size(packing, &faults->count);
	if (!packing->out) {
		faults->capacity = faults->count;
		faults->items = arena_new_array(packing->arena, struct fault, faults->count);
	}
	for (size_t i = 0; i < faults->count; i++) {
		visit_fault(packing, &faults->items[i]);
	}
	visit_size(packing, &faults->revision_count);
	visit_list(packing, &faults->heads);
	visit_list(packing, &faults->bases);
	visit_list(packing, &faults->repaired_heads);
}

static void visit_error(struct packing *packing, struct outcome_error *error)
{
	visit_str(packing, &error->class_name);
	visit_str(packing, &error->message);
	visit_str(packing, &error->where);
	visit_excerpt(packing, &error->place);
	visit_str(packing, &error->attempt);
	visit_str(packing, &error->revision);
	visit_str(packing, &error->statement);
	visit_str(packing, &error->sqlstate);
	visit_str(packing, &error->detail);
	visit_str(packing, &error->context);
	visit_str(packing, &error->hint);
	visit_faults(packing, &error->faults);
}

static void visit_outcome(struct packing *packing, struct outcome *outcome)
{
	visit_str(packing, &outcome->name);
	visit_str(packing, &outcome->scenario);
	visit_str(packing, &outcome->strategy);
	visit_str(packing, &outcome->state);
	visit_str(packing, &outcome->engine);
	visit_str(packing, &outcome->scenario_path);
	visit_bytes(packing, &outcome->verdict, sizeof(outcome->verdict));
	visit_size(packing, &outcome->failed_step);
	visit_error(packing, &outcome->error);
	visit_bytes(packing, &outcome->wrong, sizeof(outcome->wrong));
	visit_reasons(packing, &outcome->reasons);
	visit_list(packing, &outcome->version);
	visit_bool(packing, &outcome->has_version_table);
	visit_list(packing, &outcome->schema);
	visit_shows(packing, &outcome->shows);
	visit_list(packing, &outcome->notes);
	visit_str(packing, &outcome->skip_reason);
	visit_str(packing, &outcome->keep_failure);
	visit_str(packing, &outcome->kept);
	visit_list(packing, &outcome->story);
	visit_bytes(packing, &outcome->elapsed_us, sizeof(outcome->elapsed_us));
	visit_bool(packing, &outcome->is_as_claimed);
	visit_str(packing, &outcome->claim);
	visit_bytes(packing, &outcome->record, sizeof(outcome->record));
	visit_list(packing, &outcome->record_difference);
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
