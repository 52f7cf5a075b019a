#include "doctor/squash.h"

#include "kit/arena.h"
#include "kit/table.h"

/* Specs by their ids; of several the last counts. */
struct index {
	const struct revision_specs *specs;
	struct table ids;
	int level;
};

static struct index index_of(const struct revision_specs *specs, int level, struct arena *arena)
{
	struct index index = { .specs = specs, .ids = { .arena = arena }, .level = level };

	for (size_t i = 0; i < specs->count; i++) {
		table_set(&index.ids, specs->items[i].revision, (uint32_t)i);
	}
	return index;
}

static const struct revision_spec *index_find(const struct index *index, str id)
{
	uint32_t at;

	return table_find(&index->ids, id, &at) ? &index->specs->items[at] : NULL;
}

/*
 * What `id` stands on: the parents of it and of those below it that are in `index`, which are not there themselves. Below
 * them `ret_members` has all that is. False: the parents of one are not known.
 */
static bool find_bottoms(const struct index *index, const struct str_list *ids, struct arena *arena,
		struct str_list *ret_bottoms, struct table *ret_members)
{
	struct str_list open = { 0 };
	struct table seen = { .arena = arena };
	uint32_t ignored;

	*ret_bottoms = (struct str_list){ 0 };
	for (size_t i = 0; i < ids->count; i++) {
		str_list_add(&open, ids->items[i], arena);
	}
	for (size_t i = 0; i < open.count; i++) {
		const str id = open.items[i];
		const struct revision_spec *spec = index_find(index, id);

		if (table_find(&seen, id, &ignored)) {
			continue;
		}
		table_set(&seen, id, 0);
		if (!spec) {
			str_list_add(ret_bottoms, id, arena);
			continue;
		}
		if (spec->has_unknown_parents) {
			return false;
		}
		const struct str_list parents = spec_down_revision(spec, index->level);

		table_set(ret_members, id, 0);
		for (size_t j = 0; j < parents.count; j++) {
			str_list_add(&open, parents.items[j], arena);
		}
	}
	return true;
}

static bool are_same_set(const struct str_list *a, const struct str_list *b)
{
	for (size_t i = 0; i < a->count; i++) {
		if (!str_list_contains(b, a->items[i])) {
			return false;
		}
	}
	return a->count == b->count; // each has a name once
}

/* ---- who wants it ---- */

/* Whether `id` descends in a tree from one that wants `name`, or is one. */
static bool wants(const struct index *now, str id, str name, struct arena *arena)
{
	struct table seen = { .arena = arena };
	struct str_list open = { 0 };
	uint32_t ignored;

	str_list_add(&open, id, arena);
	for (size_t i = 0; i < open.count; i++) {
		const struct revision_spec *spec = index_find(now, open.items[i]);

		if (str_equal(open.items[i], name)) {
			return true;
		}
		if (!spec || table_find(&seen, spec->revision, &ignored)) {
			continue;
		}
		table_set(&seen, spec->revision, 0);
		for (size_t j = 0; j < spec->down_revision.count; j++) {
			str_list_add(&open, spec->down_revision.items[j], arena);
		}
		for (size_t j = 0; j < spec->depends_on.count; j++) {
			str_list_add(&open, spec->depends_on.items[j], arena);
		}
	}
	return false;
}

/* ---- which of several ---- */

/* Shorter lines say nothing: a parenthesis, a `pass`. */
#define TELLING_LINE 12

/* The next line of a file that does something, trimmed: one that is indented, and no docstring's. */
static bool next_telling_line(str *rest, str *ret_line)
{
	str line;

	while (str_next_part(rest, '\n', &line)) {
		const bool is_indented = line.len && (line.data[0] == ' ' || line.data[0] == '\t');

		*ret_line = str_trim(line);
		if (is_indented && ret_line->len >= TELLING_LINE) {
			return true;
		}
	}
	return false;
}

static void add_lines(const struct revision_spec *spec, struct table *lines)
{
	str rest = spec->where.source ? spec->where.source->text : STR(""), line;

	while (next_telling_line(&rest, &line)) {
		table_set(lines, line, 0);
	}
}

/* How many lines of `old` stand in `spec`, and not in what it was before. */
static size_t count_lines(const struct table *old, const struct revision_spec *spec,
		const struct revision_spec *was, struct arena *arena)
{
	struct table before = { .arena = arena }, counted = { .arena = arena };
	str rest = spec->where.source ? spec->where.source->text : STR(""), line;
	size_t count = 0;
	uint32_t ignored;

	if (was) {
		add_lines(was, &before);
	}
	while (str_next_part(&rest, '\n', &line)) {
		line = str_trim(line);
		if (table_find(old, line, &ignored) && !table_find(&before, line, &ignored) &&
				!table_find(&counted, line, &ignored)) {
			table_set(&counted, line, 0);
			count++;
		}
	}
	return count;
}

struct candidate {
	str id;
	size_t lines;         /* of the one that is gone */
	struct table members; /* it, and what the commit brought below it */
};

struct candidates {
	struct candidate *items;
	size_t count, capacity;
};

/* The one that has most of what is gone; else the one that stands on all others. */
static str choose(const struct candidates *found)
{
	const struct candidate *best = NULL;
	bool is_tie = false;
	uint32_t ignored;

	for (size_t i = 0; i < found->count; i++) {
		const struct candidate *candidate = &found->items[i];

		is_tie = best && candidate->lines == best->lines          ? true
				: !best || candidate->lines > best->lines ? false
									  : is_tie;
		best = !best || candidate->lines > best->lines ? candidate : best;
	}
	if (best && !is_tie) {
		return best->id;
	}
	for (size_t i = 0; i < found->count; i++) {
		bool is_top = true;

		for (size_t j = 0; j < found->count; j++) {
			is_top = is_top &&
					table_find(&found->items[i].members, found->items[j].id,
							&ignored);
		}
		if (is_top) {
			return found->items[i].id;
		}
	}
	return STR("");
}

/* ---- the whole ---- */

/* Of a line that says nothing, as it stands in more than one. */
#define MANY_GROUPS UINT32_MAX

struct squash {
	const struct revision_specs *after;
	struct revision_specs gone, come; /* of `before` and `after` what the other has not */
	struct index before_ids, gone_ids, come_ids, now;
	uint32_t *groups; /* by gone revision: the last of those that it hangs together with */
	struct table line_groups; /* lines of gone revisions -> their group, or MANY_GROUPS */
	int level;
	struct arena *arena;
};

/* Those of `specs` whose ids `others` have not. */
static struct revision_specs without(const struct revision_specs *specs,
		const struct revision_specs *others, int level, struct arena *arena)
{
	const struct index index = index_of(others, level, arena);
	struct revision_specs left = { 0 };

	for (size_t i = 0; i < specs->count; i++) {
		if (!index_find(&index, specs->items[i].revision)) {
			*LIST_PUSH(&left, arena) = specs->items[i];
		}
	}
	return left;
}

static uint32_t group_of(uint32_t *groups, uint32_t i)
{
	while (groups[i] != i) {
		i = groups[i] = groups[groups[i]];
	}
	return i;
}

/* Join what hangs together, whichever way. */
static void find_groups(struct squash *squash)
{
	squash->groups = arena_new_array(squash->arena, uint32_t, squash->gone.count);
	for (uint32_t i = 0; i < squash->gone.count; i++) {
		squash->groups[i] = i;
	}
	for (uint32_t i = 0; i < squash->gone.count; i++) {
		const struct str_list parents =
				spec_down_revision(&squash->gone.items[i], squash->level);

		for (size_t j = 0; j < parents.count; j++) {
			uint32_t parent;

			if (table_find(&squash->gone_ids.ids, parents.items[j], &parent)) {
				squash->groups[group_of(squash->groups, i)] =
						group_of(squash->groups, parent);
			}
		}
	}
}

static void find_line_groups(struct squash *squash)
{
	squash->line_groups = (struct table){ .arena = squash->arena };
	for (uint32_t i = 0; i < squash->gone.count; i++) {
		const struct revision_spec *spec = &squash->gone.items[i];
		const uint32_t group = group_of(squash->groups, i);
		str rest = spec->where.source ? spec->where.source->text : STR(""), line;
		uint32_t other;

		while (next_telling_line(&rest, &line)) {
			const bool is_shared = table_find(&squash->line_groups, line, &other) &&
					other != group;

			table_set(&squash->line_groups, line, is_shared ? MANY_GROUPS : group);
		}
	}
}

/* Whether a revision has lines of what is gone elsewhere, and none of what hangs together with the one at `place`. */
static bool is_of_others(struct squash *squash, const struct revision_spec *spec, uint32_t place)
{
	const uint32_t own = group_of(squash->groups, place);
	str rest = spec->where.source ? spec->where.source->text : STR(""), line;
	bool has_others = false;
	uint32_t group;

	while (next_telling_line(&rest, &line)) {
		if (!table_find(&squash->line_groups, line, &group) || group == MANY_GROUPS) {
			continue;
		}
		if (group == own) {
			return false;
		}
		has_others = true;
	}
	return has_others;
}

struct squash *squash_new(const struct revision_specs *before, const struct revision_specs *after,
		const struct revision_specs *now, int level, struct arena *arena)
{
	struct squash *squash = arena_new(arena, struct squash);

	squash->after = after;
	squash->level = level;
	squash->arena = arena;
	squash->gone = without(before, after, level, arena);
	squash->come = without(after, before, level, arena);
	squash->gone_ids = index_of(&squash->gone, level, arena);
	squash->come_ids = index_of(&squash->come, level, arena);
	squash->before_ids = index_of(before, level, arena);
	squash->now = index_of(now, level, arena);
	find_groups(squash);
	find_line_groups(squash);
	return squash;
}

static struct str_list ids_of_group(struct squash *squash, uint32_t member)
{
	const uint32_t group = group_of(squash->groups, member);
	struct str_list ids = { 0 };

	for (uint32_t i = 0; i < squash->gone.count; i++) {
		if (group_of(squash->groups, i) == group) {
			str_list_add(&ids, squash->gone.items[i].revision, squash->arena);
		}
	}
	return ids;
}

/* Whether nothing of what is stood on is there any more: a base took the place of all. */
static bool are_gone(const struct str_list *bottoms, const struct index *now)
{
	for (size_t i = 0; i < bottoms->count; i++) {
		if (index_find(now, bottoms->items[i])) {
			return false;
		}
	}
	return true;
}

/* What a revision that the commit left stands on, below all that came with it; false: it is not known. */
static bool find_stand(const struct squash *squash, const struct revision_spec *spec,
		struct str_list *ret_bottoms, struct table *members)
{
	struct str_list ids = { 0 };

	if (index_find(&squash->come_ids, spec->revision)) {
		str_list_add(&ids, spec->revision, squash->arena);
		return find_bottoms(&squash->come_ids, &ids, squash->arena, ret_bottoms, members);
	}
	*ret_bottoms = spec_down_revision(spec, squash->level);
	table_set(members, spec->revision, 0);
	return !spec->has_unknown_parents;
}

/*
 * One whose id stays has taken others in if it now stands elsewhere, and has lines of theirs. One that came where a
 * single one went may have nothing to do with it, if it has none.
 */
static bool may_have_taken(const struct revision_spec *was, const struct candidate *candidate,
		const struct revision_spec *spec, bool is_single)
{
	return was ? candidate->lines && !str_list_equal(&was->down_revision, &spec->down_revision)
		   : candidate->lines || !is_single;
}

str squash_successor(struct squash *squash, str name)
{
	struct arena *arena = squash->arena;
	struct table members = { .arena = arena }, lines = { .arena = arena };
	struct candidates found = { 0 };
	struct str_list bottoms, all_bottoms, own, one = { 0 };
	uint32_t place;

	if (!table_find(&squash->gone_ids.ids, name, &place)) {
		return STR("");
	}
	const struct str_list all = ids_of_group(squash, place);

	str_list_add(&one, name, arena);
	if (!find_bottoms(&squash->gone_ids, &one, arena, &bottoms, &members) ||
			!find_bottoms(&squash->gone_ids, &all, arena, &all_bottoms, &members)) {
		return STR("");
	}
	add_lines(&squash->gone.items[place], &lines);
	for (size_t i = 0; i < squash->after->count; i++) {
		const struct revision_spec *spec = &squash->after->items[i];
		const struct revision_spec *was = index_find(&squash->before_ids, spec->revision);
		struct candidate candidate = { .id = spec->revision,
			.members = { .arena = arena } };

		if (!find_stand(squash, spec, &own, &candidate.members) ||
				!(are_same_set(&own, &bottoms) ||
						are_same_set(&own, &all_bottoms) ||
						(!own.count && are_gone(&bottoms, &squash->now)))) {
			continue;
		}
		candidate.lines = count_lines(&lines, spec, was, arena);
		if (may_have_taken(was, &candidate, spec, all.count == 1 && lines.count) &&
				(candidate.lines || !is_of_others(squash, spec, place)) &&
				!wants(&squash->now, spec->revision, name, arena)) {
			*LIST_PUSH(&found, arena) = candidate;
		}
	}
	return choose(&found);
}
