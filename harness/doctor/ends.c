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

/* By node: whether it is an end that can be told by a label, one whose line leads to this end alone. */
static const bool *told_ends(const struct survey *survey, const struct edges *edges,
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
	return is_told;
}

static bool labels_separate(const struct survey *survey, const struct edges *edges,
		const struct ends *ends, bool backwards)
{
	const bool *is_told = told_ends(survey, edges, ends, backwards);

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

/* ---- merging ---- */

/* What is to become one head. */
struct merge {
	struct ends heads;
	str label; /* that of a branch which all of them belong to, and no other head; empty: they are all heads */
};

struct merges {
	struct merge *items;
	size_t count, capacity;
};

static uint32_t root_of(uint32_t *group, uint32_t i)
{
	while (group[i] != i) {
		i = group[i] = group[group[i]];
	}
	return i;
}

static void join(uint32_t *group, uint32_t a, uint32_t b)
{
	const uint32_t x = root_of(group, a), y = root_of(group, b);

	group[x < y ? y : x] = x < y ? x : y;
}

/* How labels lead to heads. */
struct grouping {
	const struct survey *survey;
	const struct ends *heads;
	uint32_t *group; /* by head: the first of those that it shares labels with; by root_of() */
	uint32_t *first_head; /* by node with a label: the first head that it leads to; NO_NODE */
	uint32_t *head_count; /* and how many */
	bool *has_label;      /* by head */
	uint32_t *visited, *stack;
};

/* Look at all labels below a head. */
static void climb_down(struct grouping *grouping, uint32_t head)
{
	const struct edges *parents = &grouping->survey->parents;
	uint32_t count = 0;

	grouping->stack[count++] = grouping->heads->nodes[head];
	grouping->visited[grouping->heads->nodes[head]] = head;
	while (count) {
		const uint32_t node = grouping->stack[--count];

		if (survey_spec(grouping->survey, node)->branch_labels.count) {
			if (grouping->first_head[node] == NO_NODE) {
				grouping->first_head[node] = head;
			}
			grouping->head_count[node]++;
			grouping->has_label[head] = true;
			join(grouping->group, head, grouping->first_head[node]);
		}
		for (uint32_t e = parents->start[node]; e < parents->start[node + 1]; e++) {
			const uint32_t next = parents->targets[e];

			if (grouping->visited[next] != head) {
				grouping->visited[next] = head;
				grouping->stack[count++] = next;
			}
		}
	}
}

static struct grouping group_heads(const struct survey *survey, const struct ends *heads)
{
	const uint32_t n = survey->node_count;
	struct arena *arena = survey->arena;
	struct grouping grouping = {
		.survey = survey,
		.heads = heads,
		.group = arena_new_array(arena, uint32_t, heads->count),
		.first_head = arena_new_array(arena, uint32_t, n),
		.head_count = arena_new_array(arena, uint32_t, n),
		.has_label = arena_new_array(arena, bool, heads->count),
		.visited = arena_new_array(arena, uint32_t, n),
		.stack = arena_new_array(arena, uint32_t, n),
	};

	for (uint32_t i = 0; i < n; i++) {
		grouping.first_head[i] = grouping.visited[i] = NO_NODE;
	}
	for (uint32_t i = 0; i < heads->count; i++) {
		grouping.group[i] = i;
	}
	for (uint32_t i = 0; i < heads->count; i++) {
		climb_down(&grouping, i);
	}
	return grouping;
}

/* The label of a group that leads to all its heads; empty: no single one does. */
static str label_of_group(const struct grouping *grouping, uint32_t group, uint32_t count)
{
	for (uint32_t n = 0; n < grouping->survey->node_count; n++) {
		if (grouping->first_head[n] != NO_NODE && grouping->head_count[n] == count &&
				root_of(grouping->group, grouping->first_head[n]) == group) {
			return survey_spec(grouping->survey, n)->branch_labels.items[0];
		}
	}
	return STR("");
}

/* The heads of a labelled branch that are to become one; none if its labels tell them apart. */
static struct merge merge_of_group(
		const struct grouping *grouping, uint32_t group, const bool *is_told)
{
	const struct ends *heads = grouping->heads;
	struct merge merge = {
		.heads.nodes = arena_new_array(grouping->survey->arena, uint32_t, heads->count),
	};
	bool are_told = true;

	for (uint32_t i = 0; i < heads->count; i++) {
		if (root_of(grouping->group, i) == group) {
			merge.heads.nodes[merge.heads.count++] = heads->nodes[i];
			are_told = are_told && is_told[heads->nodes[i]];
		}
	}
	if (are_told) {
		merge.heads.count = 0;
	} else {
		merge.label = label_of_group(grouping, group, merge.heads.count);
	}
	return merge;
}

/*
 * What is to be merged so that labels tell the heads apart, or one is left: the heads of each labelled branch by
 * themselves, so that branches stay apart; where one belongs to no branch, or to several that share no label: all.
 */
static struct merges find_merges(const struct survey *survey, const struct ends *heads)
{
	struct merges merges = { 0 };
	bool is_apart = survey->labels.count > 0;
	const struct grouping grouping =
			is_apart ? group_heads(survey, heads) : (struct grouping){ 0 };
	const bool *is_told = told_ends(survey, &survey->children, heads, true);

	for (uint32_t i = 0; is_apart && i < heads->count; i++) {
		is_apart = grouping.has_label[i];
		if (root_of(grouping.group, i) != i) {
			continue;
		}
		const struct merge merge = merge_of_group(&grouping, i, is_told);

		if (merge.heads.count) {
			*LIST_PUSH(&merges, survey->arena) = merge;
			is_apart = is_apart && merge.label.len && merge.heads.count < heads->count;
		}
	}
	if (!is_apart || !merges.count) {
		merges.count = 0;
		*LIST_PUSH(&merges, survey->arena) = (struct merge){ .heads = *heads };
	}
	return merges;
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

static bool is_in_two_steps(const struct merging *merging)
{
	return merging->first.count > 1 && merging->needed.count;
}

/* What Alembic is told, `merge -m "merge heads" a b`: the heads by their ids, or by what names all of them. */
static void add_merge_call(const struct survey *survey, const struct merge *merge, str all_of_them,
		struct fault *fault)
{
	struct buf text = { .arena = survey->arena };

	buf_add(&text, STR("merge -m \"merge heads\""));
	if (all_of_them.len) {
		buf_add_char(&text, ' ');
		buf_add_shell_word(&text, all_of_them);
	}
	for (uint32_t i = 0; !all_of_them.len && i < merge->heads.count; i++) {
		buf_add_char(&text, ' ');
		buf_add_shell_word(&text, survey->nodes[merge->heads.nodes[i]].id);
	}
	str_list_add(&fault->alembic, buf_str(&text), survey->arena);
}

static void set_merge_command(
		struct survey *survey, const struct merges *merges, struct fault *fault)
{
	for (size_t i = 0; i < merges->count; i++) {
		const struct merge *merge = &merges->items[i];
		const struct merging merging = plan_merging(survey, &merge->heads);
		const struct merge first = { .heads = merging.first };
		const str all = merge->label.len
				? str_format(survey->arena, "%.*s@heads", STR_ARG(merge->label))
				: STR("heads");

		if (is_in_two_steps(&merging)) {
			add_merge_call(survey, &first, STR(""), fault);
			add_merge_call(survey, &first, all, fault);
		} else {
			add_merge_call(survey, merge, merge->heads.count > SHOWN ? all : STR(""),
					fault);
		}
	}
	fault->command = doctor_alembic_command(
			&fault->alembic, STR("alembic"), STR(""), survey->arena);
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

static void edit_merges(struct survey *survey, const struct merges *merges, struct fault *fault)
{
	for (size_t i = 0; i < merges->count; i++) {
		const struct merging merging = plan_merging(survey, &merges->items[i].heads);

		if (!is_in_two_steps(&merging)) {
			edit_merge(survey, &merges->items[i].heads, (str){ 0 }, fault);
			continue;
		}
		edit_merge(survey, &merging.first, (str){ 0 }, fault);
		edit_merge(survey, &merging.needed, fault->edits.items[fault->edits.count - 1].from,
				fault);
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

	const struct merges merges = left->count > 1 && !is_told ? find_merges(repaired, left)
								 : (struct merges){ 0 };
	const bool are_branches = merges.count && merges.items[0].label.len;

	edit_merges(repaired, &merges, fault);
	if (!has_missing && are_same(survey, heads, repaired, left) && !is_told) {
		set_merge_command(repaired, &merges, fault);
		fault->suggestion = str_format(arena, "Merge %s: %.*s.",
				are_branches ? "the heads of each branch" : "them",
				STR_ARG(fault->command));
		if (merges.count == 1 && merges.items[0].heads.count == 2) {
			suggest_moving(repaired, &merges.items[0].heads, fault);
		}
	} else if (left->count == 1) {
		fault->suggestion = str_format(arena, "%s one head remains: '%.*s'.", first,
				STR_ARG(repaired->nodes[left->nodes[0]].id));
	} else if (is_told) {
		fault->suggestion =
				str_format(arena, "%s branch labels tell the heads apart.", first);
	} else if (are_branches) {
		set_merge_command(repaired, &merges, fault);
		fault->suggestion = str_format(arena,
				"%s the heads of each branch remain to be merged: %.*s.", first,
				STR_ARG(fault->command));
	} else {
		set_merge_command(repaired, &merges, fault);
		fault->suggestion = str_format(arena, "%s %u heads remain to be merged: %.*s.",
				first, left->count, STR_ARG(fault->command));
	}
}

/* A fault at the last of `ends`. Once repaired, that may be a file that comes back, of which `survey` itself has none. */
static struct fault *report_last(struct survey *survey, const struct survey *seen,
		const struct ends *ends, enum fault_kind kind)
{
	struct survey reporting = *seen;
	struct fault *fault;

	reporting.faults = survey->faults;
	fault = survey_report(&reporting, kind, survey_spec(seen, ends->nodes[ends->count - 1]));
	if (fault->spec < survey->specs->count) {
		fault->revision = survey->specs->items[fault->spec].revision;
	}
	return fault;
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
	fault = report_last(survey, seen, ends, FAULT_MULTIPLE_HEADS);
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
	fault = report_last(survey, seen, ends, FAULT_MULTIPLE_BASES);
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
