#include "doctor/against.h"

#include "doctor/doctor_internal.h"

/* Names that a message lists; of more it tells how many. */
#define NAMES_MAX 3

struct comparison {
	const struct against *against;
	struct arena *arena;
	struct faults *faults;
	struct survey ours, base, other;
	struct edges followers; /* our lineage the other way round: what comes after each */
};

static void take(struct comparison *comparison, const struct revision_specs *specs,
		struct survey *ret_survey)
{
	*ret_survey = (struct survey){
		.specs = specs,
		.level = comparison->against->level,
		.arena = comparison->arena,
		.faults = comparison->faults,
	};
	survey_take(ret_survey);
}

/* The other tree's node of our node; NO_NODE. */
static uint32_t other_of(const struct comparison *comparison, uint32_t ours)
{
	return survey_find(&comparison->other, comparison->ours.nodes[ours].id);
}

static uint32_t base_of(const struct comparison *comparison, uint32_t ours)
{
	return survey_find(&comparison->base, comparison->ours.nodes[ours].id);
}

/* Whether this branch brings the revision. */
static bool is_new(const struct comparison *comparison, uint32_t ours)
{
	return other_of(comparison, ours) == NO_NODE && base_of(comparison, ours) == NO_NODE;
}

static str quoted(const struct str_list *names, struct arena *arena)
{
	return names->count ? str_format(arena, "'%.*s'",
					      STR_ARG(str_list_join(names, STR("', '"), arena)))
			    : STR("None");
}

static str other_heads(const struct comparison *comparison)
{
	uint32_t *heads =
			arena_new_array(comparison->arena, uint32_t, comparison->other.node_count);
	const size_t count = survey_heads(&comparison->other, heads);

	return survey_join(&comparison->other, heads, count, NAMES_MAX);
}

static struct fault *report(struct comparison *comparison, enum fault_kind kind, uint32_t ours)
{
	const struct survey *survey = &comparison->ours;
	struct fault *fault = survey_report(&comparison->ours, kind, survey_spec(survey, ours));

	str_list_add(&fault->ran, survey->nodes[ours].id, comparison->arena);
	return fault;
}

/* ---- gone ---- */

/* The new revision that is now in the file of the other tree's `spec`; NULL: none. */
static const struct revision_spec *successor_of(
		const struct comparison *comparison, const struct revision_spec *spec)
{
	const struct survey *ours = &comparison->ours;

	for (uint32_t n = 0; spec->file.len && n < ours->node_count; n++) {
		if (str_equal(survey_spec(ours, n)->file, spec->file)) {
			return is_new(comparison, n) ? survey_spec(ours, n) : NULL;
		}
	}
	return NULL;
}

static void report_removed(struct comparison *comparison, uint32_t node)
{
	struct survey *other = &comparison->other;
	struct arena *arena = comparison->arena;
	const str name = comparison->against->name, id = other->nodes[node].id;
	const struct revision_spec *spec = survey_spec(other, node);
	const struct revision_spec *successor = successor_of(comparison, spec);
	const bool is_head = !edges_count(&other->children, node);
	struct fault *fault = survey_report(other, FAULT_REMOVED_REVISION, spec);

	fault->spec = SIZE_MAX;
	str_list_add(&fault->ran, id, arena);
	if (successor) {
		fault->where = successor->where;
		fault->path = successor->where.source ? successor->where.source->name : STR("");
		fault->line = successor->where.source ? span_place(successor->where).line : 0;
	}
	const str now = successor ? str_format(arena, "; its file has the id '%.*s'",
						    STR_ARG(successor->revision))
				  : STR("");
	const str error = str_format(
			arena, "\"Can't locate revision identified by '%.*s'\"", STR_ARG(id));

	fault->message = is_head
			? str_format(arena,
					  "'%.*s' has it, this tree has not%.*s: databases that are up to date stand at it, and every command stops there with %.*s",
					  STR_ARG(name), STR_ARG(now), STR_ARG(error))
			: str_format(arena,
					  "'%.*s' has it, this tree has not%.*s: a database that stands at it stops with %.*s, and one that has not run it yet never will",
					  STR_ARG(name), STR_ARG(now), STR_ARG(error));
	fault->suggestion = successor
			? str_format(arena, "Write revision = '%.*s' again.", STR_ARG(id))
			: str_format(arena, "Bring its file back from '%.*s'.", STR_ARG(name));
}

static void find_removed(struct comparison *comparison)
{
	const struct survey *other = &comparison->other;

	for (uint32_t n = 0; n < other->node_count; n++) {
		const str id = other->nodes[n].id;

		if (survey_find(&comparison->ours, id) == NO_NODE &&
				survey_find(&comparison->base, id) != NO_NODE) {
			report_removed(comparison, n);
		}
	}
}

/* ---- hung elsewhere ---- */

static bool is_same_set(const struct str_list *a, const struct str_list *b)
{
	bool is_same = true;

	for (size_t i = 0; i < a->count; i++) {
		is_same = is_same && str_list_contains(b, a->items[i]);
	}
	for (size_t i = 0; i < b->count; i++) {
		is_same = is_same && str_list_contains(a, b->items[i]);
	}
	return is_same;
}

/* Whether two files of a revision say the same of what comes before it, as far as it is known. */
static bool follows_same(const struct revision_spec *a, const struct revision_spec *b)
{
	return a->has_unknown_parents || b->has_unknown_parents ||
			(is_same_set(&a->down_revision, &b->down_revision) &&
					is_same_set(&a->depends_on, &b->depends_on));
}

/* Those right below `node` in one tree that the other one has too, but not below the same revision. */
static struct str_list not_below(struct comparison *comparison, const struct survey *from,
		uint32_t node, struct survey *in)
{
	const uint32_t same = survey_find(in, from->nodes[node].id);
	struct str_list names = { 0 };

	for (uint32_t i = from->lineage.start[node]; i < from->lineage.start[node + 1]; i++) {
		const str id = from->nodes[from->lineage.targets[i]].id;
		const uint32_t below = survey_find(in, id);

		if (below != NO_NODE && !reach_leads(&in->reach, same, below)) {
			str_list_add(&names, id, comparison->arena);
		}
	}
	return names;
}

/* Whether something that this branch brings is right below it now. */
static bool has_new_below(const struct comparison *comparison, uint32_t node)
{
	const struct edges *lineage = &comparison->ours.lineage;

	for (uint32_t i = lineage->start[node]; i < lineage->start[node + 1]; i++) {
		if (is_new(comparison, lineage->targets[i])) {
			return true;
		}
	}
	return false;
}

/* What a database that ran the revision makes of it. */
static str reparenting_text(struct comparison *comparison, uint32_t node)
{
	struct arena *arena = comparison->arena;
	struct survey *ours = &comparison->ours, *other = &comparison->other;
	const uint32_t theirs = other_of(comparison, node);
	const struct str_list lost = not_below(comparison, other, theirs, ours);
	const struct str_list gained = not_below(comparison, ours, node, other);
	struct buf text = { .arena = arena };

	if (lost.count) {
		buf_format(&text,
				"; databases that ran it no longer count as having run %.*s, and 'alembic upgrade heads' runs that again",
				STR_ARG(quoted(&lost, arena)));
	}
	if (gained.count) {
		buf_format(&text,
				"; databases that ran it count as having run %.*s, even those that never did",
				STR_ARG(quoted(&gained, arena)));
	}
	if (has_new_below(comparison, node)) {
		buf_add(&text, STR("; databases that ran it never run what is new below it"));
	}
	if (!text.len) {
		buf_add(&text, STR("; databases that ran it did so in another order"));
	}
	return buf_str(&text);
}

static void report_reparented(struct comparison *comparison, uint32_t node)
{
	struct arena *arena = comparison->arena;
	const str name = comparison->against->name;
	const struct revision_spec *ours = survey_spec(&comparison->ours, node);
	const struct revision_spec *theirs =
			survey_spec(&comparison->other, other_of(comparison, node));
	const bool is_parent = !is_same_set(&ours->down_revision, &theirs->down_revision);
	const char *field = is_parent ? "down_revision" : "depends_on";
	const str now = quoted(is_parent ? &ours->down_revision : &ours->depends_on, arena);
	const str then = quoted(is_parent ? &theirs->down_revision : &theirs->depends_on, arena);
	struct fault *fault = report(comparison, FAULT_REPARENTED_REVISION, node);

	if (!is_parent && ours->depends_where.source) {
		fault->where = ours->depends_where;
		fault->path = fault->where.source->name;
		fault->line = span_place(fault->where).line;
	}
	fault->message = str_format(arena, "%s is %.*s, in '%.*s' it is %.*s%.*s", field,
			STR_ARG(now), STR_ARG(name), STR_ARG(then),
			STR_ARG(reparenting_text(comparison, node)));
	fault->suggestion =
			str_format(arena, "Write %s = %.*s again, and let what is new follow %.*s.",
					field, STR_ARG(then), STR_ARG(other_heads(comparison)));
}

static void find_reparented(struct comparison *comparison)
{
	for (uint32_t n = 0; n < comparison->ours.node_count; n++) {
		const uint32_t other = other_of(comparison, n), base = base_of(comparison, n);
		const struct revision_spec *spec = survey_spec(&comparison->ours, n);

		if (other != NO_NODE &&
				!follows_same(spec, survey_spec(&comparison->other, other)) &&
				(base == NO_NODE ||
						!follows_same(spec,
								survey_spec(&comparison->base,
										base)))) {
			report_reparented(comparison, n);
		}
	}
}

/* ---- put below ---- */

/* The nearest revisions above a new one that the other branch has: it will never run where they did. */
static struct str_list had_above(struct comparison *comparison, uint32_t node, uint32_t *seen)
{
	struct arena *arena = comparison->arena;
	struct str_list had = { 0 };

	struct {
		uint32_t *items;
		size_t count, capacity;
	} left = { 0 };

	*LIST_PUSH(&left, arena) = node;
	seen[node] = node + 1;
	for (size_t i = 0; i < left.count; i++) {
		const struct edges *followers = &comparison->followers;
		const uint32_t at = left.items[i];

		for (uint32_t j = followers->start[at]; j < followers->start[at + 1]; j++) {
			const uint32_t above = followers->targets[j];

			if (seen[above] == node + 1) {
				continue;
			}
			seen[above] = node + 1;
			if (other_of(comparison, above) != NO_NODE) {
				str_list_add(&had, comparison->ours.nodes[above].id, arena);
			} else {
				*LIST_PUSH(&left, arena) = above;
			}
		}
	}
	return had;
}

static void find_inserted(struct comparison *comparison)
{
	struct arena *arena = comparison->arena;
	const str name = comparison->against->name;
	uint32_t *seen = arena_new_array(arena, uint32_t, comparison->ours.node_count);

	for (uint32_t n = 0; n < comparison->ours.node_count; n++) {
		const struct str_list had = is_new(comparison, n) ? had_above(comparison, n, seen)
								  : (struct str_list){ 0 };

		if (!had.count) {
			continue;
		}
		struct fault *fault = report(comparison, FAULT_INSERTED_BELOW, n);
		const struct str_list named = { had.items,
			had.count < NAMES_MAX ? had.count : NAMES_MAX, 0 };

		fault->ran = had;
		for (size_t i = 0; i < named.count; i++) {
			survey_relate(&comparison->ours, fault,
					survey_spec(&comparison->ours,
							survey_find(&comparison->ours,
									had.items[i])),
					STR("it comes after it now"));
		}
		fault->message = str_format(arena,
				"it is new, and below %.*s of '%.*s': databases that ran %s never run it",
				STR_ARG(quoted(&named, arena)), STR_ARG(name),
				had.count == 1 ? "that" : "those");
		fault->suggestion = str_format(arena, "Let it follow %.*s instead.",
				STR_ARG(other_heads(comparison)));
	}
}

/* ---- edited ---- */

static void report_edited(struct comparison *comparison, uint32_t node, struct span where)
{
	struct arena *arena = comparison->arena;
	const str name = comparison->against->name;
	const struct revision_spec *theirs =
			survey_spec(&comparison->other, other_of(comparison, node));
	const bool is_other_one = base_of(comparison, node) == NO_NODE;
	struct fault *fault = report(comparison, FAULT_EDITED_REVISION, node);

	if (where.source) {
		fault->where = where;
		fault->path = where.source->name;
		fault->line = span_place(where).line;
	}
	fault->message = is_other_one
			? str_format(arena,
					  "'%.*s' has gained another revision of this id (%.*s): databases that ran that one never run this one",
					  STR_ARG(name), STR_ARG(theirs->file))
			: str_format(arena,
					  "its upgrade does not do what it does in '%.*s': databases that ran it keep what the old one made, new ones get something else",
					  STR_ARG(name));
	fault->suggestion = is_other_one
			? STR("Give this one an id of its own.")
			: STR("Take the old file back, and put the change into a new revision.");
}

static void find_edited(struct comparison *comparison)
{
	const struct against *against = comparison->against;

	for (uint32_t n = 0; n < comparison->ours.node_count; n++) {
		const uint32_t other = other_of(comparison, n), base = base_of(comparison, n);
		const size_t place = comparison->ours.nodes[n].last_spec;
		struct span where = { 0 }, ignored;

		if (other == NO_NODE) {
			continue;
		}
		const size_t other_place = comparison->other.nodes[other].last_spec;

		if (against->differs(against->data, AGAINST_OTHER, other_place, place, &where) &&
				(base == NO_NODE ||
						against->differs(against->data, AGAINST_BASE,
								comparison->base.nodes[base]
										.last_spec,
								place, &ignored))) {
			report_edited(comparison, n, where);
		}
	}
}

/* ---- the whole ---- */

void doctor_compare(const struct against *against, struct arena *arena, struct faults *faults)
{
	struct comparison comparison = { .against = against, .arena = arena, .faults = faults };

	take(&comparison, against->ours, &comparison.ours);
	take(&comparison, against->trees[AGAINST_BASE], &comparison.base);
	take(&comparison, against->trees[AGAINST_OTHER], &comparison.other);
	comparison.followers = edges_turn(&comparison.ours.lineage, arena);
	find_removed(&comparison);
	find_reparented(&comparison);
	find_inserted(&comparison);
	find_edited(&comparison);
}

struct str_list against_merged_heads(const struct against *against, struct arena *arena)
{
	struct comparison comparison = { .against = against, .arena = arena };
	struct revision_specs merged = { 0 };
	struct survey survey;
	struct str_list heads = { 0 };
	bool has_gained = false, has_new = false;

	take(&comparison, against->ours, &comparison.ours);
	take(&comparison, against->trees[AGAINST_BASE], &comparison.base);
	take(&comparison, against->trees[AGAINST_OTHER], &comparison.other);
	for (uint32_t n = 0; n < comparison.ours.node_count; n++) {
		has_new = has_new || is_new(&comparison, n);
		*LIST_PUSH(&merged, arena) = *survey_spec(&comparison.ours, n);
	}
	for (uint32_t n = 0; n < comparison.other.node_count; n++) {
		const str id = comparison.other.nodes[n].id;

		if (survey_find(&comparison.ours, id) == NO_NODE &&
				survey_find(&comparison.base, id) == NO_NODE) {
			has_gained = true;
			*LIST_PUSH(&merged, arena) = *survey_spec(&comparison.other, n);
		}
	}
	if (!has_gained || !has_new) {
		return heads;
	}
	take(&comparison, &merged, &survey);
	uint32_t *nodes = arena_new_array(arena, uint32_t, survey.node_count);
	const size_t count = survey_heads(&survey, nodes);

	for (size_t i = 0; i < count; i++) {
		str_list_add(&heads, survey.nodes[nodes[i]].id, arena);
	}
	return heads;
}
