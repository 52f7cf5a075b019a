#include "doctor/doctor_internal.h"

#include <assert.h>

/* Suggestions are carried out as often as that to see what they make of the tree. */
#define MOST_ROUNDS 8

/* A list of the arena's own is sorted without moving equals: by kind, then as they were found. */
static void sort_by_kind(struct faults *faults, struct arena *arena)
{
	struct fault *sorted = arena_new_array(arena, struct fault, faults->count);
	size_t count = 0;

	for (enum fault_kind kind = 0; kind < FAULT_KIND_COUNT; kind++) {
		for (size_t i = 0; i < faults->count; i++) {
			if (faults->items[i].kind == kind) {
				sorted[count++] = faults->items[i];
			}
		}
	}
	faults->items = sorted;
	faults->capacity = count;
}

static struct survey *examine(const struct revision_specs *specs, const struct lost_revisions *lost,
		int level, unsigned round, struct faults *faults, struct arena *arena)
{
	struct survey *survey = arena_new(arena, struct survey);

	*survey = (struct survey){
		.specs = specs,
		.level = level,
		.round = round,
		.lost = lost,
		.arena = arena,
		.faults = faults,
	};
	survey_take(survey);
	// In the order of enum fault_kind, but for heads and bases.
	examine_references(survey);
	examine_duplicates(survey);
	examine_cycles(survey);
	examine_labels(survey);
	examine_parents(survey);
	examine_prefixes(survey);
	examine_ids(survey);
	return survey;
}

/* By file, the kinds of its faults that nothing was suggested for: they are still there after the repairs. */
static uint32_t *kinds_left(const struct faults *faults, size_t count, struct arena *arena)
{
	uint32_t *kinds = arena_new_array(arena, uint32_t, count);

	for (size_t i = 0; i < faults->count; i++) {
		if (!faults->items[i].edits.count && faults->items[i].spec < count) {
			kinds[faults->items[i].spec] |= UINT32_C(1) << faults->items[i].kind;
		}
	}
	return kinds;
}

/* Add what a tree still has, or has only now that others are repaired; false if there is nothing to repair. */
static bool add_faults_behind(struct faults *faults, const struct faults *found,
		const struct revision_specs *specs, const struct revision_specs *after,
		struct arena *arena)
{
	const uint32_t *left = kinds_left(faults, after->count, arena);
	bool has_edits = false;

	for (size_t i = 0; i < found->count; i++) {
		const struct fault *fault = &found->items[i];

		if (!fault->edits.count && left[fault->spec] >> fault->kind & 1) {
			continue;
		}
		has_edits = has_edits || fault->edits.count;
		struct fault *added = LIST_PUSH(faults, arena);

		*added = *fault;
		if (fault->spec < specs->count) {
			added->revision = specs->items[fault->spec].revision;
		}
		added->message = str_format(
				arena, "with all else as suggested: %.*s", STR_ARG(fault->message));
	}
	return has_edits;
}

static bool have_edits(const struct faults *faults)
{
	for (size_t i = 0; i < faults->count; i++) {
		if (faults->items[i].edits.count) {
			return true;
		}
	}
	return false;
}

static struct spec_edits edits_of_round(
		const struct faults *faults, unsigned round, struct arena *arena)
{
	struct spec_edits edits = { 0 };

	for (size_t i = 0; i < faults->count; i++) {
		const struct fault *fault = &faults->items[i];

		for (size_t j = 0; fault->round == round && j < fault->edits.count; j++) {
			*LIST_PUSH(&edits, arena) = fault->edits.items[j];
		}
	}
	return edits;
}

struct revision_specs faults_repair(const struct faults *faults, const struct revision_specs *specs,
		int level, struct arena *arena)
{
	struct revision_specs repaired = *specs;

	for (unsigned round = 0; round <= MOST_ROUNDS; round++) {
		const struct spec_edits edits = edits_of_round(faults, round, arena);

		if (edits.count) {
			repaired = spec_edits_apply(&edits, &repaired, level, arena);
		}
	}
	return repaired;
}

struct faults doctor_examine(const struct revision_specs *specs, int level, struct arena *arena)
{
	return doctor_examine_with(specs, NULL, level, arena);
}

struct faults doctor_examine_with(const struct revision_specs *specs,
		const struct lost_revisions *lost, int level, struct arena *arena)
{
	struct faults faults = { .revision_count = specs->count };
	struct survey *survey = examine(specs, lost, level, 0, &faults, arena);
	struct survey *repaired = survey;
	bool is_changed = have_edits(&faults);

	for (unsigned round = 1; is_changed && round < MOST_ROUNDS; round++) {
		struct revision_specs *after = arena_new(arena, struct revision_specs);
		struct faults *found = arena_new(arena, struct faults);

		*after = faults_repair(&faults, specs, level, arena);
		repaired = examine(after, lost, level, round, found, arena);
		is_changed = add_faults_behind(&faults, found, specs, after, arena);
	}
	examine_ends(survey, repaired);
	sort_by_kind(&faults, arena);
	return faults;
}

str doctor_alembic_command(
		const struct str_list *calls, str program, str folder, struct arena *arena)
{
	struct buf text = { .arena = arena };

	if (folder.len) { // in a shell of its own: the reader stays where they are
		buf_add(&text, STR("(cd "));
		buf_add_shell_word(&text, folder);
		buf_add(&text, STR(" && "));
	}
	for (size_t i = 0; i < calls->count; i++) {
		buf_format(&text, "%s%.*s %.*s", i ? " && " : "", STR_ARG(program),
				STR_ARG(calls->items[i]));
	}
	buf_add(&text, folder.len ? STR(")") : STR(""));
	return buf_str(&text);
}

void faults_call_alembic(struct faults *faults, str program, str folder, struct arena *arena)
{
	for (size_t i = 0; i < faults->count; i++) {
		struct fault *fault = &faults->items[i];

		if (!fault->alembic.count) {
			continue;
		}
		const str command = doctor_alembic_command(&fault->alembic, program, folder, arena);
		const str suggestion = fault->suggestion;
		const size_t at = str_find(suggestion, fault->command);

		assert(at < suggestion.len);
		fault->suggestion = str_format(arena, "%.*s%.*s%.*s",
				STR_ARG(str_slice(suggestion, 0, at)), STR_ARG(command),
				STR_ARG(str_slice(suggestion, at + fault->command.len,
						suggestion.len)));
		fault->command = command;
	}
}

void faults_add_note(struct faults *faults, str note, struct arena *arena)
{
	struct str_list notes = { 0 };

	for (size_t i = 0; i < faults->notes.count; i++) {
		str_list_add(&notes, faults->notes.items[i], arena);
	}
	str_list_add(&notes, note, arena);
	faults->notes = notes;
}

size_t faults_count_errors(const struct faults *faults)
{
	size_t count = 0;

	for (size_t i = 0; i < faults->count; i++) {
		count += !faults->items[i].is_warning;
	}
	return count;
}
