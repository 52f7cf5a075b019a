/*
 * Heads and bases: how many there are, and what to do when there are too many.
 */
#include "doctor/doctor_internal.h"

/* Heads or bases that a message names. */
#define SHOWN 3

struct ends {
	uint32_t *nodes;
	uint32_t count;
};

static struct ends find_heads(const struct survey *survey)
{
	struct ends ends = { .nodes = arena_new_array(
					     survey->arena, uint32_t, survey->node_count) };

	ends.count = survey_heads(survey, ends.nodes);
	return ends;
}

static struct ends find_bases(const struct survey *survey)
{
	struct ends ends = { .nodes = arena_new_array(
					     survey->arena, uint32_t, survey->node_count) };

	for (uint32_t n = 0; n < survey->node_count; n++) {
		const struct revision_spec *spec = survey_spec(survey, n);

		if (spec_down_revision(spec, survey->level).count == 0 &&
				!spec->has_unknown_parents) {
			ends.nodes[ends.count++] = n;
		}
	}
	return ends;
}

static void list_ids(const struct survey *survey, const struct ends *ends, struct str_list *ids)
{
	for (uint32_t i = 0; i < ends->count; i++) {
		str_list_add(ids, survey->nodes[ends->nodes[i]].id, survey->arena);
	}
}

#define MANY (NO_NODE - 1)

static uint32_t combine(uint32_t a, uint32_t b)
{
	return a == NO_NODE || a == b ? b : b == NO_NODE ? a : MANY;
}

/*
 * By node: the only one of `ends` that is reached along `edges`; NO_NODE for none, MANY. `order` has a
 * node behind those that its edges lead to.
 */
static uint32_t *only_ends(const struct survey *survey, const struct edges *edges,
		const struct ends *ends, const uint32_t *order, bool backwards)
{
	uint32_t *only = arena_new_array(survey->arena, uint32_t, survey->node_count);

	for (uint32_t n = 0; n < survey->node_count; n++) {
		only[n] = NO_NODE;
	}
	for (uint32_t i = 0; i < ends->count; i++) {
		only[ends->nodes[i]] = ends->nodes[i];
	}
	for (uint32_t i = 0; i < survey->node_count; i++) {
		const uint32_t node = order[backwards ? survey->node_count - 1 - i : i];

		for (uint32_t e = edges->start[node]; e < edges->start[node + 1]; e++) {
			only[node] = combine(only[node], only[edges->targets[e]]);
		}
	}
	return only;
}

/* Whether each end can be told by a label: one whose line leads to this end alone. */
static bool labels_separate(const struct survey *survey, const struct edges *edges,
		const struct ends *ends, bool backwards)
{
	const uint32_t *order =
			components_order(&survey->cycles, survey->node_count, survey->arena);
	const uint32_t *only = only_ends(survey, edges, ends, order, backwards);
	bool *is_told = arena_new_array(survey->arena, bool, survey->node_count);

	for (uint32_t n = 0; n < survey->node_count; n++) {
		if (survey_spec(survey, n)->branch_labels.count && only[n] < MANY) {
			is_told[only[n]] = true;
		}
	}
	for (uint32_t i = 0; i < ends->count; i++) {
		if (!is_told[ends->nodes[i]]) {
			return false;
		}
	}
	return true;
}

/* Whether labels tell the ends apart, should there be several. */
static bool heads_are_told(const struct survey *survey, const struct ends *heads)
{
	return heads->count < 2 || labels_separate(survey, &survey->children, heads, true);
}

static bool bases_are_told(const struct survey *survey, const struct ends *bases)
{
	return bases->count < 2 || labels_separate(survey, &survey->parents, bases, false);
}

/* The first revision of the branch that ends in `head`; NO_NODE if it begins at a base or a merge point. */
static uint32_t branch_start(const struct survey *survey, uint32_t head)
{
	uint32_t node = head;

	for (uint32_t i = 0; i < survey->node_count; i++) { // a cycle ends it
		if (edges_count(&survey->parents, node) != 1) {
			return NO_NODE;
		}
		const uint32_t parent = survey->parents.targets[survey->parents.start[node]];

		if (edges_count(&survey->children, parent) > 1) {
			return node;
		}
		node = parent;
	}
	return NO_NODE;
}

/*
 * How several heads become one. A head that another one depends on is merged after the others: with the rows
 * of two others there, Alembic would merge its row as well, which is gone by then.
 */
struct merging {
	struct ends first; /* merged at once */
	struct ends needed; /* those that others depend on; merged with the first, or with what became of them */
};

static struct merging plan_merging(struct survey *survey, const struct ends *heads)
{
	struct merging merging = {
		.first.nodes = arena_new_array(survey->arena, uint32_t, heads->count),
		.needed.nodes = arena_new_array(survey->arena, uint32_t, heads->count),
	};
	bool *is_needed = arena_new_array(survey->arena, bool, survey->node_count);
	const uint32_t *order = components_order(
			&survey->reach.components, survey->node_count, survey->arena);

	for (uint32_t i = survey->node_count; i-- > 0;) { // from what needs to what is needed
		const uint32_t node = order[i];

		for (uint32_t e = survey->lineage.start[node]; e < survey->lineage.start[node + 1];
				e++) {
			is_needed[survey->lineage.targets[e]] = true;
		}
	}
	for (uint32_t i = 0; i < heads->count; i++) {
		struct ends *ends = is_needed[heads->nodes[i]] ? &merging.needed : &merging.first;

		ends->nodes[ends->count++] = heads->nodes[i];
	}
	return merging;
}

static void add_merge_command(
		const struct survey *survey, const struct ends *heads, struct buf *text)
{
	buf_add(text, STR("alembic merge -m \"merge heads\""));
	for (uint32_t i = 0; i < heads->count && heads->count <= SHOWN; i++) {
		buf_add_char(text, ' ');
		buf_add_shell_word(text, survey->nodes[heads->nodes[i]].id);
	}
	if (heads->count > SHOWN) {
		buf_add(text, STR(" heads"));
	}
}

static str merge_command(struct survey *survey, const struct ends *heads)
{
	const struct merging merging = plan_merging(survey, heads);
	struct buf text = { .arena = survey->arena };

	if (merging.first.count < 2 || !merging.needed.count) {
		add_merge_command(survey, heads, &text);
		return buf_str(&text);
	}
	buf_add(&text, STR("alembic merge -m \"merge heads\""));
	for (uint32_t i = 0; i < merging.first.count; i++) {
		buf_add_char(&text, ' ');
		buf_add_shell_word(&text, survey->nodes[merging.first.nodes[i]].id);
	}
	buf_add(&text, STR(" && alembic merge -m \"merge heads\" heads"));
	return buf_str(&text);
}

static void edit_merge(
		struct survey *survey, const struct ends *heads, str other, struct fault *fault)
{
	struct spec_edit *edit = LIST_PUSH(&fault->edits, survey->arena);

	edit->kind = SPEC_ADD;
	for (uint32_t i = 0; i < heads->count; i++) {
		str_list_add(&edit->to, survey->nodes[heads->nodes[i]].id, survey->arena);
	}
	if (other.len) {
		str_list_add(&edit->to, other, survey->arena);
	}
	edit->from = survey_digits_id(survey, str_list_join(&edit->to, STR(" "), survey->arena));
}

static void edit_merges(struct survey *survey, const struct ends *heads, struct fault *fault)
{
	const struct merging merging = plan_merging(survey, heads);

	if (merging.first.count < 2 || !merging.needed.count) {
		edit_merge(survey, heads, (str){ 0 }, fault);
	} else {
		edit_merge(survey, &merging.first, (str){ 0 }, fault);
		edit_merge(survey, &merging.needed, fault->edits.items[0].from, fault);
	}
}

/* Two heads: the younger branch may be moved on top of the older one, if nobody has run it. */
static void suggest_moving(struct survey *survey, const struct ends *heads, struct fault *fault)
{
	const uint32_t older = heads->nodes[0];
	const uint32_t start = branch_start(survey, heads->nodes[1]);

	if (start == NO_NODE || reach_leads(&survey->reach, older, start)) {
		return;
	}
	fault->suggested_revision = survey->nodes[older].id;
	fault->suggestion = str_format(survey->arena,
			"%.*s Or, if '%.*s' has not been run anywhere yet, let it follow '%.*s'.",
			STR_ARG(fault->suggestion), STR_ARG(survey->nodes[start].id),
			STR_ARG(fault->suggested_revision));
}

static bool has_missing_parents(const struct faults *faults)
{
	for (size_t i = 0; i < faults->count; i++) {
		if (faults->items[i].kind == FAULT_MISSING_PARENT) {
			return true;
		}
	}
	return false;
}

static bool are_same(const struct survey *a, const struct ends *x, const struct survey *b,
		const struct ends *y)
{
	for (uint32_t i = 0; i < x->count && i < y->count; i++) {
		if (!str_equal(a->nodes[x->nodes[i]].id, b->nodes[y->nodes[i]].id)) {
			return false;
		}
	}
	return x->count == y->count;
}

/* What remains to be done about heads when everything else is as suggested. */
static void suggest_for_heads(struct survey *survey, const struct ends *heads,
		struct survey *repaired, const struct ends *left, struct fault *fault)
{
	struct arena *arena = survey->arena;
	const bool has_missing = has_missing_parents(survey->faults);
	const bool is_told = heads_are_told(repaired, left);
	const char *first = has_missing ? "Repair the missing parents first; as suggested,"
					: "Repair the rest first; as suggested,";

	if (left->count > 1 && !is_told) {
		edit_merges(repaired, left, fault);
	}
	if (!has_missing && are_same(survey, heads, repaired, left) && !is_told) {
		fault->command = merge_command(survey, heads);
		fault->suggestion = str_format(arena, "Merge them: %.*s.", STR_ARG(fault->command));
		if (heads->count == 2) {
			suggest_moving(survey, heads, fault);
		}
	} else if (left->count == 1) {
		fault->suggestion = str_format(arena, "%s one head remains: '%.*s'.", first,
				STR_ARG(repaired->nodes[left->nodes[0]].id));
	} else if (is_told) {
		fault->suggestion =
				str_format(arena, "%s branch labels tell the heads apart.", first);
	} else {
		fault->command = merge_command(repaired, left);
		fault->suggestion = str_format(arena, "%s %u heads remain to be merged: %.*s.",
				first, left->count, STR_ARG(fault->command));
	}
}

static void report_heads(struct survey *survey, const struct ends *heads, struct survey *repaired,
		const struct ends *left)
{
	const bool is_now = !heads_are_told(survey, heads);
	const struct survey *seen = is_now ? survey : repaired;
	const struct ends *ends = is_now ? heads : left;
	const str names = survey_join(seen, ends->nodes, ends->count, SHOWN);
	struct fault *fault;

	if (!is_now && heads_are_told(repaired, left)) {
		return;
	}
	fault = survey_report(survey, FAULT_MULTIPLE_HEADS,
			&survey->specs->items[seen->nodes[ends->nodes[ends->count - 1]].last_spec]);
	fault->round = repaired->round;
	fault->message = is_now
			? str_format(survey->arena, "%u heads, so 'head' names none: %.*s",
					  ends->count, STR_ARG(names))
			: str_format(survey->arena,
					  "with all else as suggested there are %u heads, so 'head' names none: %.*s",
					  ends->count, STR_ARG(names));
	suggest_for_heads(survey, heads, repaired, left, fault);
}

static void report_bases(struct survey *survey, const struct ends *bases,
		const struct survey *repaired, const struct ends *left)
{
	const bool is_now = !bases_are_told(survey, bases);
	const struct survey *seen = is_now ? survey : repaired;
	const struct ends *ends = is_now ? bases : left;
	struct fault *fault;

	if (!is_now && bases_are_told(repaired, left)) {
		return;
	}
	fault = survey_report(survey, FAULT_MULTIPLE_BASES,
			&survey->specs->items[seen->nodes[ends->nodes[ends->count - 1]].last_spec]);
	fault->message = str_format(survey->arena,
			"%s%u bases that no branch labels tell apart: %.*s",
			is_now ? "" : "with all else as suggested there are ", ends->count,
			STR_ARG(survey_join(seen, ends->nodes, ends->count, SHOWN)));
	fault->suggestion = str_format(survey->arena,
			"Give each a branch label if they are meant, else let '%.*s' follow what it builds on.",
			STR_ARG(fault->revision));
}

/* Files whose parents nobody knows may each follow one of the heads. */
static uint32_t unknown_parents(const struct survey *survey)
{
	uint32_t count = 0;

	for (size_t i = 0; i < survey->specs->count; i++) {
		count += survey->specs->items[i].has_unknown_parents;
	}
	return count;
}

void examine_ends(struct survey *survey, struct survey *repaired)
{
	const struct ends heads = find_heads(survey), bases = find_bases(survey);
	const struct ends left_heads = find_heads(repaired), left_bases = find_bases(repaired);

	list_ids(survey, &heads, &survey->faults->heads);
	list_ids(survey, &bases, &survey->faults->bases);
	list_ids(repaired, &left_heads, &survey->faults->repaired_heads);
	if (!unknown_parents(survey) || heads.count > 1 + unknown_parents(survey)) {
		report_heads(survey, &heads, repaired, &left_heads);
	}
	report_bases(survey, &bases, repaired, &left_bases);
}
