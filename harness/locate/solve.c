/*
 * The best explanation. Facts that the same revisions change in the same way are one class; revisions that share a
 * class are in one group, and groups have nothing to do with each other.
 *
 * A group is walked through revision by revision. A node is what is true of its classes after the first revisions, as
 * far as later ones may still change it: whatever way leads there, the rest of the walk costs the same. So there are
 * few nodes, and each has its least cost from the start and to the end.
 */
#include "kit/arena.h"
#include "locate/locate_internal.h"

#include <stdlib.h>
#include <string.h>

/* Below the costs that count: something that could not run as it stands, a wish that does not come true, or the other way round. */
#define LOW_BITS   30
#define COST_LOW   ((uint64_t)1 << 16)
#define COST_LEAST ((uint64_t)1)
#define COST_PART  ((uint64_t)1 << LOW_BITS)
#define COST_FACT  (COST_OF_FACT << LOW_BITS)

/* A layer with more nodes goes on with the best of them. */
#define MOST_NODES 4096

/* That the `value`-th amount of a revision makes a fact true or false. `runs_anyway`: whatever it was, as its table goes. */
struct touch {
	uint32_t revision, value;
	bool is_there, runs_anyway;
};

struct touches {
	struct touch *items;
	size_t count, capacity;
};

/* Facts that are changed alike. */
struct fact_class {
	struct touches touches; /* by revision, then value */
	bool is_at_start;
	size_t wanted, unwanted; /* so many of them the database has, so many not */
	size_t place;            /* in the keys of its group */
};

/* One amount of a revision. */
struct value {
	size_t amount;
	const struct fact_changes *changes; /* NULL: none */
	uint64_t cost;                      /* of facts that only this revision changes */

	struct {
		struct class_change {
			size_t class;
			bool is_there, runs_anyway; /* as touches */
		} * items;

		size_t count, capacity;
	} shared; /* what it does to classes that others change too */
};

struct values {
	struct value *items;
	size_t count, capacity;
};

struct node {
	str key;         /* a bit for each class of the group */
	uint64_t before; /* the least cost from the start */
	uint64_t after;  /* to the end */
	size_t from, by; /* the best way here: from this node of the layer before, by this value */
	size_t *next;    /* for each value; NULL: it was given up, or is at the end */
	uint64_t *steps; /* what each costs */
};

struct layer {
	struct node *items;
	size_t count, capacity;
};

struct group {
	struct revision_numbers revisions; /* rising */
	struct revision_numbers classes;
	struct layer *layers; /* one more than revisions */
	size_t best;          /* node of the last one */
};

struct solver {
	struct arena *arena;
	const struct locate_problem *problem;
	struct values *values; /* of each revision */
	size_t *group_of;      /* of each revision */
	size_t *place_of;      /* of each revision in its group */
	uint64_t fixed;        /* the cost of facts that no revision changes */
	uint64_t unrunnable;   /* the cost of a change that could not run */
	uint64_t wish;         /* of a wish that does not come true */

	struct {
		struct fact_class *items;
		size_t count, capacity;
	} classes;

	struct {
		struct group *items;
		size_t count, capacity;
	} groups;
};

/* --- amounts ------------------------------------------------------------------------------------ */

static void add_value(struct solver *solver, size_t revision, size_t amount,
		const struct fact_changes *changes)
{
	*LIST_PUSH(&solver->values[revision], solver->arena) =
			(struct value){ .amount = amount, .changes = changes };
}

/* Nothing, each number of statements that makes a difference, and the whole if that is known. */
static void list_values(struct solver *solver, size_t number)
{
	const struct traced_revision *revision = &solver->problem->revisions.items[number];
	static const struct fact_changes nothing;
	const struct fact_changes *last = &nothing;

	add_value(solver, number, RAN_NOTHING, NULL);
	for (size_t i = 0; i < revision->parts.count; i++) {
		const struct fact_changes *part = &revision->parts.items[i];

		if (!fact_changes_equal(part, last) && part->count &&
				!(revision->is_known &&
						fact_changes_equal(part, &revision->changes))) {
			add_value(solver, number, i + 1, part);
		}
		last = part;
	}
	if (revision->is_known) {
		add_value(solver, number, RAN_WHOLE, &revision->changes);
	}
}

/* --- classes ------------------------------------------------------------------------------------ */

/* Whether the last touch of a fact is by that amount of that revision. */
static bool is_touched(const struct touches *touches, uint32_t revision, uint32_t value)
{
	const struct touch *last = touches->count ? &touches->items[touches->count - 1] : NULL;

	return last && last->revision == revision && last->value == value;
}

/* What an amount of a revision changes, and then what goes along with a table. */
static void touch(const struct solver *solver, uint32_t revision, uint32_t value,
		struct touches *touches, struct arena *scratch)
{
	const struct facts *facts = solver->problem->facts;
	const struct fact_changes *changes = solver->values[revision].items[value].changes;

	for (size_t i = 0; i < changes->count; i++) {
		const struct fact_change *change = &changes->items[i];

		*LIST_PUSH(&touches[change->fact], scratch) = (struct touch){ revision, value,
			change->is_there, .runs_anyway = change->is_anew };
	}
	for (size_t i = 0; i < changes->count; i++) {
		const struct fact_list along = facts_that_go_along(facts, changes, i);

		for (size_t j = 0; j < along.count; j++) {
			if (!is_touched(&touches[along.items[j]], revision, value)) {
				*LIST_PUSH(&touches[along.items[j]], scratch) =
						(struct touch){ revision, value, false,
							.runs_anyway = true };
			}
		}
	}
}

static struct touches *list_touches(const struct solver *solver, struct arena *scratch)
{
	const size_t facts = solver->problem->facts->lines.count;
	struct touches *touches = arena_new_array(scratch, struct touches, facts);

	for (uint32_t i = 0; i < solver->problem->revisions.count; i++) {
		for (uint32_t j = 0; j < solver->values[i].count; j++) {
			if (solver->values[i].items[j].changes) {
				touch(solver, i, j, touches, scratch);
			}
		}
	}
	return touches;
}

/* What is the same for all facts of a class, as bytes. */
static str signature(const struct touches *touches, bool is_at_start, struct arena *scratch)
{
	struct buf bytes = { .arena = scratch };

	for (size_t i = 0; i < touches->count; i++) {
		const struct touch *one = &touches->items[i];
		const uint32_t words[] = { one->revision, one->value, one->is_there,
			one->runs_anyway };

		buf_add(&bytes, (str){ (const char *)words, sizeof(words) });
	}
	buf_add_char(&bytes, is_at_start ? '+' : '-');
	return buf_str(&bytes);
}

static struct touches copy_touches(const struct touches *touches, struct arena *arena)
{
	struct touches copy = { 0 };

	for (size_t i = 0; i < touches->count; i++) {
		*LIST_PUSH(&copy, arena) = touches->items[i];
	}
	return copy;
}

static void list_classes(struct solver *solver, struct arena *scratch)
{
	const struct locate_problem *problem = solver->problem;
	const bool *start = facts_flags(problem->facts, &problem->start, scratch);
	const bool *database = facts_flags(problem->facts, &problem->database, scratch);
	const struct touches *touches = list_touches(solver, scratch);
	struct table known = { .arena = scratch };

	for (size_t i = 0; i < problem->facts->lines.count; i++) {
		uint32_t at = (uint32_t)solver->classes.count;

		if (!touches[i].count) {
			solver->fixed += start[i] != database[i] ? COST_FACT : 0;
			continue;
		}
		const str key = signature(&touches[i], start[i], scratch);

		if (!table_find(&known, key, &at)) {
			table_set(&known, key, at);
			*LIST_PUSH(&solver->classes, solver->arena) = (struct fact_class){
				.touches = copy_touches(&touches[i], solver->arena),
				.is_at_start = start[i],
			};
		}
		solver->classes.items[at].wanted += database[i];
		solver->classes.items[at].unwanted += !database[i];
	}
}

static uint64_t cost_of_end(const struct fact_class *class, bool is_there)
{
	return COST_FACT * (is_there ? class->unwanted : class->wanted);
}

/* --- groups ------------------------------------------------------------------------------------- */

static uint32_t leader_of(uint32_t *leaders, uint32_t revision)
{
	while (leaders[revision] != revision) {
		leaders[revision] = leaders[leaders[revision]];
		revision = leaders[revision];
	}
	return revision;
}

static uint32_t first_of(const struct fact_class *class)
{
	return class->touches.items[0].revision;
}

static uint32_t last_of(const struct fact_class *class)
{
	return class->touches.items[class->touches.count - 1].revision;
}

/* A class that one revision alone changes is a cost of each of its values. */
static void cost_alone(struct solver *solver, const struct fact_class *class)
{
	struct values *values = &solver->values[first_of(class)];
	size_t next = 0;

	for (uint32_t i = 0; i < values->count; i++) {
		bool is_there = class->is_at_start;

		if (next < class->touches.count && class->touches.items[next].value == i) {
			is_there = class->touches.items[next++].is_there;
		}
		values->items[i].cost += cost_of_end(class, is_there);
	}
}

static void share_class(struct solver *solver, size_t number, uint32_t *leaders)
{
	const struct fact_class *class = &solver->classes.items[number];

	for (size_t i = 0; i < class->touches.count; i++) {
		const struct touch *one = &class->touches.items[i];
		struct value *value = &solver->values[one->revision].items[one->value];

		*LIST_PUSH(&value->shared, solver->arena) =
				(struct class_change){ number, one->is_there, one->runs_anyway };
		leaders[leader_of(leaders, one->revision)] = leader_of(leaders, first_of(class));
	}
}

static void list_groups(struct solver *solver, struct arena *scratch)
{
	const size_t count = solver->problem->revisions.count;
	uint32_t *leaders = arena_new_array(scratch, uint32_t, count);
	size_t *groups = arena_new_array(scratch, size_t, count); // of leaders, from 1

	for (uint32_t i = 0; i < count; i++) {
		leaders[i] = i;
	}
	for (size_t i = 0; i < solver->classes.count; i++) {
		const struct fact_class *class = &solver->classes.items[i];

		if (first_of(class) == last_of(class)) {
			cost_alone(solver, class);
		} else {
			share_class(solver, i, leaders);
		}
	}
	for (uint32_t i = 0; i < count; i++) {
		size_t *group = &groups[leader_of(leaders, i)];

		if (!*group) {
			(void)LIST_PUSH(&solver->groups, solver->arena);
			*group = solver->groups.count;
		}
		struct revision_numbers *revisions = &solver->groups.items[*group - 1].revisions;

		solver->group_of[i] = *group - 1;
		solver->place_of[i] = revisions->count;
		*LIST_PUSH(revisions, solver->arena) = i;
	}
	for (size_t i = 0; i < solver->classes.count; i++) {
		struct fact_class *class = &solver->classes.items[i];

		if (first_of(class) != last_of(class)) {
			struct revision_numbers *classes =
					&solver->groups.items[solver->group_of[first_of(class)]]
							 .classes;

			class->place = classes->count;
			*LIST_PUSH(classes, solver->arena) = i;
		}
	}
}

/* --- the walk ----------------------------------------------------------------------------------- */

static bool get_bit(str key, size_t place)
{
	return (unsigned char)key.data[place / 8] >> place % 8 & 1;
}

static void set_bit(char *key, size_t place, bool is_set)
{
	const unsigned char bit = (unsigned char)(1u << place % 8);

	key[place / 8] = (char)(is_set ? (unsigned char)key[place / 8] | bit
				       : (unsigned char)key[place / 8] & ~bit);
}

static str start_key(const struct solver *solver, const struct group *group)
{
	const size_t len = group->classes.count / 8 + 1;
	char *key = arena_alloc(solver->arena, len);

	for (size_t i = 0; i < group->classes.count; i++) {
		set_bit(key, i, solver->classes.items[group->classes.items[i]].is_at_start);
	}
	return (str){ key, len };
}

/* From a node on, by a value of a revision: the key of where that leads, in `key`, and what it costs. */
static uint64_t take_step(const struct solver *solver, const struct group *group, size_t revision,
		const struct value *value, str from, char *key)
{
	uint64_t cost = value->cost;

	memcpy(key, from.data, from.len);
	for (size_t i = 0; i < value->shared.count; i++) {
		const struct class_change *change = &value->shared.items[i];
		const struct fact_class *class = &solver->classes.items[change->class];

		if (get_bit(from, class->place) == change->is_there && !change->runs_anyway) {
			cost += solver->unrunnable;
		}
		set_bit(key, class->place, change->is_there);
	}
	for (size_t i = 0; i < group->classes.count; i++) {
		const struct fact_class *class = &solver->classes.items[group->classes.items[i]];

		if (last_of(class) == revision) {
			cost += cost_of_end(class, get_bit((str){ key, from.len }, class->place));
			set_bit(key, class->place, false);
		}
	}
	if (value->amount != RAN_NOTHING && value->amount != RAN_WHOLE) {
		cost += COST_PART;
	}
	return cost;
}

static uint64_t wish_cost(const struct solver *solver, const struct value *value,
		const enum wish *wishes, size_t revision)
{
	const bool ran = value->amount == RAN_WHOLE;

	switch (wishes ? wishes[revision] : WISH_NONE) {
	case WISH_NONE:
		break;
	case WISH_RAN:
		return ran ? 0 : solver->wish;
	case WISH_NOT_RAN:
		return ran ? solver->wish : 0;
	case WISH_RAN_DEARLY:
		return ran ? 0 : 2 * COST_FACT;
	}
	return 0;
}

static int compare_before(const void *a, const void *b)
{
	const uint64_t *one = a, *other = b;

	return *one < *other ? -1 : *one > *other;
}

/* The cost up to which nodes of a layer are gone on from. */
static uint64_t worst_kept(const struct layer *layer, struct arena *scratch)
{
	if (layer->count <= MOST_NODES) {
		return COST_NEVER;
	}
	uint64_t *costs = arena_new_array(scratch, uint64_t, layer->count);

	for (size_t i = 0; i < layer->count; i++) {
		costs[i] = layer->items[i].before;
	}
	qsort(costs, layer->count, sizeof(*costs), compare_before);
	return costs[MOST_NODES - 1];
}

/* Make the layer behind a revision. */
static void walk_on(const struct solver *solver, struct group *group, size_t place,
		const enum wish *wishes, struct arena *scratch)
{
	const size_t revision = group->revisions.items[place];
	const struct values *values = &solver->values[revision];
	struct layer *layer = &group->layers[place], *next = &group->layers[place + 1];
	const uint64_t worst = worst_kept(layer, scratch);
	struct table known = { .arena = scratch };

	for (size_t i = 0; i < layer->count; i++) {
		struct node *node = &layer->items[i];

		if (node->before > worst) {
			continue;
		}
		node->next = arena_new_array(solver->arena, size_t, values->count);
		node->steps = arena_new_array(solver->arena, uint64_t, values->count);
		for (size_t j = 0; j < values->count; j++) {
			char *key = arena_alloc(solver->arena, node->key.len);
			const str to = { key, node->key.len };
			uint32_t at = (uint32_t)next->count;

			node->steps[j] = take_step(solver, group, revision, &values->items[j],
							 node->key, key) +
					wish_cost(solver, &values->items[j], wishes, revision);
			if (!table_find(&known, to, &at)) {
				table_set(&known, to, at);
				*LIST_PUSH(next, solver->arena) =
						(struct node){ .key = to, .before = COST_NEVER };
			}
			node->next[j] = at;
			if (node->before + node->steps[j] < next->items[at].before) {
				next->items[at].before = node->before + node->steps[j];
				next->items[at].from = i;
				next->items[at].by = j;
			}
		}
	}
}

/* The costs to the end, from there backwards. */
static void walk_back(const struct solver *solver, struct group *group)
{
	const size_t last = group->revisions.count;

	for (size_t i = 0; i < group->layers[last].count; i++) {
		group->layers[last].items[i].after = 0;
		if (group->layers[last].items[i].before <
				group->layers[last].items[group->best].before) {
			group->best = i;
		}
	}
	for (size_t place = last; place-- > 0;) {
		const size_t values = solver->values[group->revisions.items[place]].count;

		for (size_t i = 0; i < group->layers[place].count; i++) {
			struct node *node = &group->layers[place].items[i];

			node->after = COST_NEVER;
			for (size_t j = 0; node->next && j < values; j++) {
				const struct node *next =
						&group->layers[place + 1].items[node->next[j]];

				if (next->after != COST_NEVER &&
						node->steps[j] + next->after < node->after) {
					node->after = node->steps[j] + next->after;
				}
			}
		}
	}
}

void solver_run(struct solver *solver, const enum wish *wishes)
{
	for (size_t i = 0; i < solver->groups.count; i++) {
		struct group *group = &solver->groups.items[i];
		struct arena scratch;

		arena_init(&scratch, solver->arena->full, solver->arena->full_data);
		group->best = 0;
		group->layers = arena_new_array(
				solver->arena, struct layer, group->revisions.count + 1);
		LIST_PUSH(&group->layers[0], solver->arena)->key = start_key(solver, group);
		for (size_t j = 0; j < group->revisions.count; j++) {
			walk_on(solver, group, j, wishes, &scratch);
		}
		walk_back(solver, group);
		arena_finish(&scratch);
	}
}

struct solver *solver_new(const struct locate_problem *problem, enum strictness strictness,
		struct arena *arena)
{
	static const uint64_t unrunnable[] = {
		[STRICT_AS_FACT] = COST_FACT,
		[STRICT_AS_USUAL] = COST_LOW,
		[STRICT_BY_WISH] = COST_LEAST,
	};
	struct solver *solver = arena_new(arena, struct solver);
	const size_t count = problem->revisions.count;
	struct arena scratch;

	arena_init(&scratch, arena->full, arena->full_data);
	solver->arena = arena;
	solver->problem = problem;
	solver->unrunnable = unrunnable[strictness];
	solver->wish = strictness == STRICT_BY_WISH ? COST_LOW : COST_LEAST;
	solver->values = arena_new_array(arena, struct values, count);
	solver->group_of = arena_new_array(arena, size_t, count);
	solver->place_of = arena_new_array(arena, size_t, count);
	for (size_t i = 0; i < count; i++) {
		list_values(solver, i);
	}
	list_classes(solver, &scratch);
	list_groups(solver, &scratch);
	arena_finish(&scratch);
	return solver;
}

/* --- answers ------------------------------------------------------------------------------------ */

static uint64_t best_of(const struct group *group)
{
	return group->layers[group->revisions.count].items[group->best].before;
}

static uint64_t whole_cost(const struct solver *solver)
{
	uint64_t cost = solver->fixed;

	for (size_t i = 0; i < solver->groups.count; i++) {
		cost += best_of(&solver->groups.items[i]);
	}
	return cost;
}

uint64_t solver_cost(const struct solver *solver)
{
	return whole_cost(solver) >> LOW_BITS;
}

/* The best node of the layer before a revision from which to go by a value; the cost of all of that way, COST_NEVER: none. */
static uint64_t best_through(
		const struct group *group, size_t place, size_t value, size_t *ret_node)
{
	uint64_t best = COST_NEVER;

	for (size_t i = 0; i < group->layers[place].count; i++) {
		const struct node *node = &group->layers[place].items[i];
		const struct node *next = node->next
				? &group->layers[place + 1].items[node->next[value]]
				: NULL;

		if (next && next->after != COST_NEVER &&
				node->before + node->steps[value] + next->after < best) {
			best = node->before + node->steps[value] + next->after;
			*ret_node = i;
		}
	}
	return best;
}

static size_t find_value(const struct values *values, size_t amount)
{
	size_t value = 0;

	while (value < values->count && values->items[value].amount != amount) {
		value++;
	}
	return value;
}

static uint64_t cost_through(const struct solver *solver, size_t revision, size_t value)
{
	const struct group *group = &solver->groups.items[solver->group_of[revision]];
	size_t node = 0;
	const uint64_t cost = best_through(group, solver->place_of[revision], value, &node);

	return cost == COST_NEVER ? COST_NEVER
				  : (whole_cost(solver) - best_of(group) + cost) >> LOW_BITS;
}

uint64_t solver_cost_with(const struct solver *solver, size_t revision, size_t amount)
{
	const struct values *values = &solver->values[revision];
	const size_t value = find_value(values, amount);

	return value < values->count ? cost_through(solver, revision, value) : COST_NEVER;
}

uint64_t solver_cost_without(const struct solver *solver, size_t revision, size_t amount)
{
	const struct values *values = &solver->values[revision];
	uint64_t least = COST_NEVER;

	for (size_t i = 0; i < values->count; i++) {
		const uint64_t cost = values->items[i].amount == amount
				? COST_NEVER
				: cost_through(solver, revision, i);

		least = cost < least ? cost : least;
	}
	return least;
}

struct revision_numbers solver_amounts(const struct solver *solver, size_t revision)
{
	struct revision_numbers amounts = { 0 };

	for (size_t i = 0; i < solver->values[revision].count; i++) {
		*LIST_PUSH(&amounts, solver->arena) = solver->values[revision].items[i].amount;
	}
	return amounts;
}

/* Write down the best way from the start to a node. */
static void trace_back(const struct solver *solver, const struct group *group, size_t place,
		size_t node, size_t *amounts)
{
	while (place > 0) {
		const struct node *at = &group->layers[place].items[node];
		const size_t revision = group->revisions.items[--place];

		amounts[revision] = solver->values[revision].items[at->by].amount;
		node = at->from;
	}
}

/* And from a node to the end. */
static void trace_on(const struct solver *solver, const struct group *group, size_t place,
		size_t node, size_t *amounts)
{
	for (; place < group->revisions.count; place++) {
		const struct node *at = &group->layers[place].items[node];
		const size_t revision = group->revisions.items[place];
		size_t value = 0;

		while (group->layers[place + 1].items[at->next[value]].after == COST_NEVER ||
				at->steps[value] +
								group->layers[place + 1]
										.items[at->next[value]]
										.after !=
						at->after) {
			value++;
		}
		amounts[revision] = solver->values[revision].items[value].amount;
		node = at->next[value];
	}
}

size_t *solver_explain(
		const struct solver *solver, size_t revision, size_t amount, struct arena *arena)
{
	size_t *amounts = arena_new_array(arena, size_t, solver->problem->revisions.count);

	for (size_t i = 0; i < solver->groups.count; i++) {
		const struct group *group = &solver->groups.items[i];

		trace_back(solver, group, group->revisions.count, group->best, amounts);
	}
	if (revision != SIZE_MAX) {
		const struct group *group = &solver->groups.items[solver->group_of[revision]];
		const size_t place = solver->place_of[revision];
		const size_t value = find_value(&solver->values[revision], amount);
		size_t node = 0;

		(void)best_through(group, place, value, &node);
		trace_back(solver, group, place, node, amounts);
		amounts[revision] = amount;
		trace_on(solver, group, place + 1, group->layers[place].items[node].next[value],
				amounts);
	}
	return amounts;
}
