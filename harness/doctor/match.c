/*
 * Which revision is meant by a name that nothing has: the first rule of the ranking that finds any, and
 * the fittest of what it finds.
 */
#include "doctor/match_internal.h"

/* How well a candidate fits among those of the same rule; more is better, member by member. */
struct fitness {
	bool is_head;
	size_t shared;
	bool is_before; /* loaded before the child */
	uint32_t nearness;
};

static struct fitness fitness_of(
		const struct matcher *matcher, str name, uint32_t node, uint32_t child)
{
	size_t total;
	const bool is_before = node < child;

	return (struct fitness){
		.is_head = edges_count(&matcher->survey->children, node) == 0,
		.shared = shared_words(matcher, name, node, &total),
		.is_before = is_before,
		.nearness = UINT32_MAX - (is_before ? child - node : node - child),
	};
}

static bool is_fitter(const struct fitness *a, const struct fitness *b)
{
	if (a->is_head != b->is_head) {
		return a->is_head;
	}
	if (a->shared != b->shared) {
		return a->shared > b->shared;
	}
	if (a->is_before != b->is_before) {
		return a->is_before;
	}
	return a->nearness > b->nearness;
}

static bool contains(const struct candidates *found, uint32_t node)
{
	for (size_t i = 0; i < found->count; i++) {
		if (found->items[i] == node) {
			return true;
		}
	}
	return false;
}

static struct match choose(const struct matcher *matcher, enum match_rule rule, str name,
		const struct candidates *found, uint32_t child)
{
	struct match match = { .rule = rule, .node = found->items[0] };
	struct fitness best = fitness_of(matcher, name, match.node, child);

	for (size_t i = 1; i < found->count; i++) {
		const struct fitness fitness = fitness_of(matcher, name, found->items[i], child);

		if (is_fitter(&fitness, &best)) {
			best = fitness;
			match.node = found->items[i];
		}
	}
	for (size_t i = 0; i < found->count; i++) {
		if (found->items[i] != match.node && match.equal_count++ < COUNT_OF(match.equals)) {
			match.equals[match.equal_count - 1] = found->items[i];
		}
	}
	return match;
}

/* In the order of enum match_rule, which is the ranking. */
static const struct {
	void (*find)(struct matcher *matcher, str name, uint32_t child, struct candidates *found);
	const char *reason;
} rules[] = {
	[MATCH_HISTORY] = { NULL, "it took its place" },
	[MATCH_FILE] = { find_by_file, "it is the id of the file of that name" },
	[MATCH_LABEL] = { find_by_label, "it carries this label" },
	[MATCH_SPELLING] = { find_by_spelling, "it is the same name in another spelling" },
	[MATCH_NAME] = { find_by_rest, "the words after the number are the same" },
	[MATCH_START] = { find_by_start, "one is the beginning of the other" },
	[MATCH_NUMBER_AND_WIDTH] = { find_by_number_and_width, "it has the same number" },
	[MATCH_NUMBER] = { find_by_number, "it has the same number, written differently" },
	[MATCH_LETTERS] = { find_by_letters, "it differs in few letters" },
	[MATCH_WORDS] = { find_by_words, "most words are the same" },
	[MATCH_TOLD] = { NULL, "which its docstring names" },
	[MATCH_BELOW] = { find_below, "which has the nearest number below" },
	[MATCH_END] = { NULL, "which nothing follows" }, // what is left when no name is near
};

/* What is told settles which of several is meant; against it a likeness that is no more than that has its doubts. */
static struct match weigh(const struct matcher *matcher, enum match_rule rule, str name,
		const struct candidates *found, uint32_t child, uint32_t told)
{
	struct match match = { .rule = rule, .node = told, .is_told = true };

	if (contains(found, told)) {
		return match;
	}
	match = choose(matcher, rule, name, found, child);
	if (told != NO_NODE && rule >= MATCH_START) {
		const size_t last = COUNT_OF(match.equals) - 1;

		match.equals[match.equal_count < last ? match.equal_count : last] = told;
		match.equal_count++;
	}
	return match;
}

struct match matcher_find(struct matcher *matcher, str name, uint32_t child, bool is_dependency,
		uint32_t told)
{
	const enum match_rule last = is_dependency ? MATCH_WORDS : MATCH_BELOW;
	struct candidates eligible = { 0 };

	if (told != NO_NODE) {
		offer(matcher, told, child, &eligible);
		told = eligible.count ? told : NO_NODE;
	}
	for (enum match_rule rule = MATCH_FILE; rule <= last; rule++) {
		struct candidates found = { 0 };

		if (!rules[rule].find) {
			continue;
		}
		rules[rule].find(matcher, name, child, &found);
		if (told != NO_NODE && rule >= MATCH_LETTERS && !contains(&found, told)) {
			return (struct match){ .rule = MATCH_TOLD, .node = told, .is_told = true };
		}
		if (found.count) {
			return weigh(matcher, rule, name, &found, child, told);
		}
	}
	return (struct match){ .node = NO_NODE };
}

/* Whether a revision descends from itself. */
static bool is_in_a_circle(const struct survey *survey, uint32_t node)
{
	const struct revision_spec *spec = survey_spec(survey, node);

	return survey->reach.components.size[survey->reach.components.of_node[node]] > 1 ||
			str_list_contains(&spec->down_revision, spec->revision);
}

uint32_t matcher_predecessor(struct matcher *matcher, uint32_t node)
{
	const str id = matcher->survey->nodes[node].id;
	const uint32_t farthest = 1000; // files looked at
	struct candidates found = { 0 };

	find_below(matcher, id, node, &found);
	for (uint32_t i = 1; !found.count && i <= node && i <= farthest; i++) {
		if (!is_in_a_circle(matcher->survey, node - i)) {
			offer(matcher, node - i, node, &found);
		}
	}
	return found.count ? choose(matcher, MATCH_BELOW, id, &found, node).node : NO_NODE;
}

uint32_t matcher_end(struct matcher *matcher, uint32_t node)
{
	struct survey *survey = matcher->survey;
	const uint32_t farthest = 64; // ends looked at on either side
	struct candidates found = { 0 };
	uint32_t at = 0;

	if (!matcher->ends) {
		uint32_t *ends = arena_new_array(survey->arena, uint32_t, survey->node_count);
		const uint32_t count = survey_heads(survey, ends);

		matcher->ends = ends;
		for (uint32_t i = 0; i < count; i++) {
			if (!is_in_a_circle(survey, ends[i])) {
				ends[matcher->end_count++] = ends[i];
			}
		}
	}
	for (uint32_t high = matcher->end_count; at < high;) {
		const uint32_t middle = at + (high - at) / 2;

		if (matcher->ends[middle] < node) {
			at = middle + 1;
		} else {
			high = middle;
		}
	}
	for (uint32_t i = at; !found.count && i-- > 0 && at - i <= farthest;) {
		offer(matcher, matcher->ends[i], node, &found);
	}
	for (uint32_t i = at; !found.count && i < matcher->end_count && i - at < farthest; i++) {
		offer(matcher, matcher->ends[i], node, &found);
	}
	return found.count ? found.items[0] : NO_NODE;
}

const char *match_rule_reason(enum match_rule rule)
{
	return rule == MATCH_NONE ? "" : rules[rule].reason;
}
