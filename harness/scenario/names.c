/*
 * Names that must be those of something: of states and strategies in goals and outcomes, of revisions in
 * edits and under `ran`. Only what no mistake can have hidden is reported.
 */
#include "scenario/reader.h"

/* --- names of states and strategies -------------------------------------------------------- */

void add_reference(struct reader *reader, enum reference_kind kind, str name, struct span where)
{
	*LIST_PUSH(&reader->references, reader->arena) = (struct reference){ kind, name, where };
}

void check_name(struct reader *reader, enum reference_kind kind, str name, struct span where)
{
	const bool is_state = kind == REFERENCE_STATE;
	const struct table *names = is_state ? &reader->state_names : &reader->strategy_names;
	struct str_list known = { 0 };
	uint32_t index;

	if (!(is_state ? reader->states_are_known : reader->strategies_are_known) ||
			(name.len && table_find(names, name, &index)) ||
			reader->mistakes->count >
					YAML_MAX_MISTAKES) { // enough: a hint costs a search
		return;
	}
	const size_t count = is_state ? reader->scenario->states.count : reader->strategies.count;

	for (size_t i = 0; i < count && count <= MOST_CANDIDATES; i++) {
		str_list_add(&known,
				is_state ? reader->scenario->states.items[i].name
					 : reader->strategies.items[i].strategy.name,
				reader->arena);
	}
	struct error *error = mistake_at(reader, where, "no %s '%.*s'",
			is_state ? "state" : "strategy", STR_ARG(name));

	error->hint = hint_nearest(reader, name, known.items, known.count);
}

/* --- names of revisions -------------------------------------------------------------------- */

/* What can stand for a revision, for hints. */
static struct str_list known_names(
		const struct reader *reader, const struct scenario_revisions *revisions)
{
	struct str_list known = { 0 };

	for (size_t i = 0; i < revisions->count && revisions->count <= MOST_CANDIDATES; i++) {
		const struct revision_spec *spec = &revisions->items[i].spec;

		str_list_add(&known, spec->revision, reader->arena);
		if (spec->file.len) {
			str_list_add(&known, spec->file, reader->arena);
		}
	}
	return known;
}

static void report_missing_revision(struct reader *reader, const struct named_place *place,
		const struct scenario_revisions *revisions)
{
	if (reader->mistakes->count > YAML_MAX_MISTAKES) {
		return;
	}
	const struct str_list known = known_names(reader, revisions);
	struct error *error = mistake_at(
			reader, place->where, "no revision or file '%.*s'", STR_ARG(place->name));

	error->hint = str_list_contains(&known, place->name)
			? STR("This edit removes it, and changes come after that.")
			: hint_nearest(reader, place->name, known.items, known.count);
}

/* Report what `edit` names and `tree` lacks; `tree` is then what the edit makes of it. */
static void check_edit(struct reader *reader, const struct tree_edit *edit, struct arena *scratch,
		const struct str_list *merges, struct scenario_revisions *tree)
{
	struct scenario_revisions after;
	const struct named_places missing = edit_apply(edit, tree, scratch, &after);

	for (size_t i = 0; i < missing.count; i++) {
		bool is_merge = false; // a file that a merge wrote is called "<id>_..."

		for (size_t j = 0; j < merges->count && !is_merge; j++) {
			is_merge = str_starts_with(missing.items[i].name, merges->items[j]);
		}
		if (!is_merge) {
			report_missing_revision(reader, &missing.items[i],
					edit->replaces ? &edit->replace : tree);
		}
	}
	*tree = after;
}

/* Follow the tree through a strategy: its edit, then those of its steps, merges included. */
static void check_strategy_edits(
		struct reader *reader, const struct strategy_draft *draft, struct arena *scratch)
{
	const struct steps *steps = &draft->strategy.steps;
	struct scenario_revisions tree =
			*scenario_strategy_revisions(reader->scenario, &draft->strategy);
	struct str_list merges = { 0 };

	check_edit(reader, &draft->strategy.edit, scratch, &merges, &tree);
	for (size_t i = 0; draft->steps_are_known && i < steps->count; i++) {
		const struct step *step = &steps->items[i];

		if (step->kind == STEP_MERGE) {
			struct tree_edit merge = { 0 };

			LIST_PUSH(&merge.add, scratch)->spec.revision = step->merge_revision;
			str_list_add(&merges,
					str_format(scratch, "%.*s_", STR_ARG(step->merge_revision)),
					scratch);
			check_edit(reader, &merge, scratch, &merges, &tree);
		} else if (step->kind == STEP_EDIT) {
			check_edit(reader, &step->edit, scratch, &merges, &tree);
		}
	}
}

static bool edits_in_steps(const struct strategy_draft *draft)
{
	const struct steps *steps = &draft->strategy.steps;

	for (size_t i = 0; i < steps->count; i++) {
		if (steps->items[i].kind == STEP_EDIT) {
			return true;
		}
	}
	return false;
}

/* Most edits name revisions of the scenario's own tree alone: to look those up is enough. */
static void check_strategy_names(struct reader *reader, const struct strategy_draft *draft,
		const struct name_index *index, struct arena *scratch)
{
	const struct tree_edit *edit = &draft->strategy.edit;
	const struct scenario_revisions *tree = &reader->scenario->revisions;

	if (draft->strategy.tree || edit->replaces || (edit->remove.count && edit->change.count) || edits_in_steps(draft)) {
		const struct arena_mark mark = arena_mark(scratch);

		check_strategy_edits(reader, draft, scratch);
		arena_rewind(scratch, mark);
		return;
	}
	for (size_t i = 0; i < edit->remove.count; i++) {
		if (!name_index_has(index, edit->remove.items[i].name)) {
			report_missing_revision(reader, &edit->remove.items[i], tree);
		}
	}
	for (size_t i = 0; i < edit->change.count; i++) {
		const struct revision_change *change = &edit->change.items[i];

		if (!name_index_has(index, change->name)) {
			report_missing_revision(reader,
					&(struct named_place){ change->name, change->where }, tree);
		}
	}
}

/* Whether a revision of that name is a file of Python. */
static bool is_python(const struct scenario_revisions *tree, str name)
{
	for (size_t i = 0; i < tree->count; i++) {
		const struct scenario_revision *revision = &tree->items[i];

		if (revision->project && (str_equal(revision->spec.file, name) ||
							 str_equal(revision->spec.revision, name))) {
			return true;
		}
	}
	return false;
}

/* A function of Python says by itself what it does in an autocommit block: nothing can be said of it from outside. */
static void check_autocommit(struct reader *reader, const struct scenario_strategy *strategy)
{
	const struct tree_edit *edit = &strategy->edit;
	const struct scenario_revisions *tree =
			scenario_strategy_revisions(reader->scenario, strategy);

	for (size_t i = 0; !edit->replaces && i < edit->change.count; i++) {
		const struct revision_change *change = &edit->change.items[i];
		const bool has_sql = change->fields & (FIELD_UPGRADE | FIELD_DOWNGRADE);

		if (change->fields & FIELD_AUTOCOMMIT && !has_sql && is_python(tree, change->name)) {
			mistake_at(reader, change->where,
					"'autocommit' says nothing of '%.*s', whose functions are Python",
					STR_ARG(change->name))
					->hint = STR(
					"Give its 'upgrade' or 'downgrade' as SQL beside it, or change the file on a branch and take that with 'at'.");
		}
	}
}

/* The bodies that ran, of the tree that builds the state. */
static void check_ran(struct reader *reader, const struct scenario_state *state,
		const struct name_index *index, struct arena *scratch)
{
	const struct scenario_revisions *tree = scenario_state_revisions(reader->scenario, state);

	if (state->tree) {
		index = name_index_new(tree, scratch);
	}
	for (size_t i = 0; state->origin == STATE_RAN && i < state->targets.count; i++) {
		if (!name_index_has(index, state->targets.items[i].name)) {
			report_missing_revision(reader, &state->targets.items[i], tree);
		}
	}
}

void check_revision_names(struct reader *reader)
{
	const struct scenario *scenario = reader->scenario;
	struct arena scratch;

	if (!reader->revisions_are_known) {
		return;
	}
	arena_init(&scratch, reader->arena->full, reader->arena->full_data);
	const struct name_index *index = name_index_new(&scenario->revisions, &scratch);

	for (size_t i = 0; i < scenario->states.count; i++) {
		const struct scenario_state *state = &scenario->states.items[i];

		check_ran(reader, state, index, &scratch);
	}
	for (size_t i = 0; i < reader->strategies.count; i++) {
		const struct strategy_draft *draft = &reader->strategies.items[i];

		if (draft->revisions_are_known && reader->mistakes->count <= YAML_MAX_MISTAKES) {
			check_strategy_names(reader, draft, index, &scratch);
			check_autocommit(reader, &draft->strategy);
		}
	}
	arena_finish(&scratch);
}

const char *const verdict_names[] = {
	[VERDICT_WORKS] = "works",
	[VERDICT_FAILS] = "fails",
	[VERDICT_WRONG] = "wrong",
	[VERDICT_SKIPPED] = "skipped",
};
