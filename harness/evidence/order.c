/*
 * The order in which the revisions of a tree can run.
 */
#include "evidence/evidence_internal.h"

#include "kit/arena.h"
#include "kit/file.h"

struct ordering {
	struct evidence *evidence;
	const struct scenario_revisions *tree;
	struct table by_id; /* the first file that has it */
	struct table by_other; /* by label, and by the name of a file, by which parents are called in broken trees */
	size_t *next_of_id; /* by file: the next one with the same id; SIZE_MAX: none */
	size_t *number_of;  /* by file; SIZE_MAX: not placed yet */
	bool *is_begun;     /* by file: it is, or waits for what it stands on */
};

static void index_tree(struct ordering *ordering, struct arena *arena)
{
	const size_t count = ordering->tree->count;

	ordering->by_id.arena = ordering->by_other.arena = arena;
	ordering->next_of_id = arena_new_array(arena, size_t, count);
	ordering->number_of = arena_new_array(arena, size_t, count);
	ordering->is_begun = arena_new_array(arena, bool, count);
	for (size_t i = count; i-- > 0;) {
		const struct revision_spec *spec = &ordering->tree->items[i].spec;
		uint32_t next;

		ordering->number_of[i] = SIZE_MAX;
		ordering->next_of_id[i] = table_find(&ordering->by_id, spec->revision, &next)
				? next
				: SIZE_MAX;
		table_set(&ordering->by_id, spec->revision, (uint32_t)i);
		for (size_t j = 0; j < spec->branch_labels.count; j++) {
			table_set(&ordering->by_other, spec->branch_labels.items[j], (uint32_t)i);
		}
		if (spec->file.len) {
			table_set(&ordering->by_other, spec->file, (uint32_t)i);
			table_set(&ordering->by_other, path_stem(spec->file), (uint32_t)i);
		}
	}
}

/* The first of the files that a name stands for: all that have it as id, else one of that label or file name. */
static size_t first_named(const struct ordering *ordering, str name)
{
	uint32_t first;

	return table_find(&ordering->by_id, name, &first) ||
					table_find(&ordering->by_other, name, &first)
			? first
			: SIZE_MAX;
}

/*
 * Add the numbers of what a name in a file stands for, alternatives to each other. If there are none yet, a file that
 * has the name and is to be placed first; SIZE_MAX: none is.
 */
static size_t add_named(const struct ordering *ordering, str name, struct standings *below,
		struct arena *arena)
{
	size_t missing = SIZE_MAX;
	bool has_one = false;

	for (size_t at = first_named(ordering, name); at != SIZE_MAX;
			at = ordering->next_of_id[at]) {
		if (ordering->number_of[at] != SIZE_MAX) {
			*LIST_PUSH(below, arena) =
					(struct standing){ ordering->number_of[at], has_one };
			has_one = true;
		} else if (!ordering->is_begun[at]) {
			missing = at;
		}
	}
	return has_one ? SIZE_MAX : missing;
}

/* What a file stands on, as far as that is placed; one that is to be placed before it; SIZE_MAX: all are. */
static size_t list_below(const struct ordering *ordering, size_t file, struct standings *below,
		struct arena *arena)
{
	const struct revision_spec *spec = &ordering->tree->items[file].spec;
	const struct str_list *lists[] = { &spec->down_revision, &spec->depends_on };
	size_t missing = SIZE_MAX;

	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		for (size_t j = 0; j < lists[i]->count; j++) {
			const size_t other = add_named(ordering, lists[i]->items[j], below, arena);

			missing = other != SIZE_MAX ? other : missing;
		}
	}
	return missing;
}

static str name_of(const struct ordering *ordering, size_t file)
{
	const struct revision_spec *spec = &ordering->tree->items[file].spec;
	uint32_t first = 0;

	(void)table_find(&ordering->by_id, spec->revision, &first);
	return ordering->next_of_id[first] != SIZE_MAX && spec->file.len
			? str_format(ordering->evidence->arena, "%.*s (%.*s)",
					  STR_ARG(spec->revision), STR_ARG(spec->file))
			: spec->revision;
}

static void place(struct ordering *ordering, size_t file)
{
	struct evidence *evidence = ordering->evidence;
	const struct stage *like = evidence->like;
	const struct scenario_revision *revision = &ordering->tree->items[file];
	const str sql = revision->upgrade.by_engine[like->kind].text;
	const struct arena_mark mark = arena_mark(evidence->arena);
	const size_t statements = like->engine->split(sql, evidence->arena).count;
	const size_t number = evidence->problem->revisions.count;
	struct standings below = { 0 };

	arena_rewind(evidence->arena, mark);
	(void)list_below(ordering, file, &below, evidence->arena);
	*LIST_PUSH(&evidence->problem->revisions, evidence->arena) = (struct traced_revision){
		.id = revision->spec.revision,
		.name = name_of(ordering, file),
		.sql = sql,
		.below = below,
		.statement_count = statements,
	};
	evidence->revisions[number] = revision;
	ordering->number_of[file] = number;
}

/* Place a file behind all that it stands on; of a cycle, what was begun first comes last. */
static void place_all(struct ordering *ordering, size_t file, struct arena *scratch)
{
	struct revision_numbers open = { 0 };

	*LIST_PUSH(&open, scratch) = file;
	while (open.count) {
		const size_t last = open.items[open.count - 1];
		struct standings below = { 0 };

		ordering->is_begun[last] = true;
		const size_t missing = list_below(ordering, last, &below, scratch);

		if (missing != SIZE_MAX) {
			*LIST_PUSH(&open, scratch) = missing;
		} else {
			place(ordering, last);
			open.count--;
		}
	}
}

void evidence_order(struct evidence *evidence)
{
	const struct scenario_revisions *tree = &evidence->like->tree;
	struct ordering ordering = { .evidence = evidence, .tree = tree };
	struct arena scratch;

	arena_init(&scratch, evidence->arena->full, evidence->arena->full_data);
	evidence->revisions = arena_new_array(
			evidence->arena, const struct scenario_revision *, tree->count);
	index_tree(&ordering, &scratch);
	for (size_t i = 0; i < tree->count; i++) {
		if (ordering.number_of[i] == SIZE_MAX) {
			place_all(&ordering, i, &scratch);
		}
	}
	arena_finish(&scratch);
}
