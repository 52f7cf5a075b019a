#include "locate/facts.h"

#include "kit/arena.h"
#include "schema/object.h"

#include <stdlib.h>

/* How PostgreSQL ends the names that it makes up; a number may follow. NULL: it makes up none. */
static const char *const made_up_ends[SCHEMA_KIND_COUNT] = {
	[SCHEMA_PRIMARY_KEY] = "_pkey",
	[SCHEMA_UNIQUE] = "_key",
	[SCHEMA_FOREIGN_KEY] = "_fkey",
	[SCHEMA_CHECK] = "_check",
	[SCHEMA_EXCLUSION] = "_excl",
};

static bool has_made_up_name(const struct schema_object *object)
{
	const char *end = made_up_ends[object->kind];
	str name = object->name;

	while (name.len && name.data[name.len - 1] >= '0' && name.data[name.len - 1] <= '9') {
		name.len--;
	}
	return end && str_ends_with(name, str_from(end));
}

uint32_t facts_number(struct facts *facts, str line)
{
	uint32_t number = (uint32_t)facts->lines.count;

	if (!table_find(&facts->numbers, line, &number)) {
		line = str_copy(line, facts->arena);
		table_set(&facts->numbers, line, number);
		str_list_add(&facts->lines, line, facts->arena);
		(void)LIST_PUSH(&facts->homes, facts->arena);
	}
	return number;
}

/* Write down of a fact that is new to which table it belongs. */
static void note_table(struct facts *facts, const struct schema_object *object, uint32_t fact,
		struct arena *scratch)
{
	const str name = schema_table_of(object, scratch);
	uint32_t table = (uint32_t)facts->of_tables.count;

	if (!name.len) {
		return;
	}
	if (!table_find(&facts->tables, name, &table)) {
		facts->tables.arena = facts->arena;
		table_set(&facts->tables, str_copy(name, facts->arena), table);
		(void)LIST_PUSH(&facts->of_tables, facts->arena);
	}
	*LIST_PUSH(&facts->of_tables.items[table], facts->arena) = fact;
	facts->homes.items[fact] = (struct fact_home){
		.table = table + 1,
		.is_table = object->kind == SCHEMA_TABLE || object->kind == SCHEMA_VIRTUAL_TABLE,
	};
}

static uint32_t number_of(
		struct facts *facts, const struct schema_object *object, struct arena *scratch)
{
	struct schema_object bare = *object;
	const struct schema_object *items[] = { &bare };
	const struct schema_facts one = { .items = items, .count = 1 };

	if (has_made_up_name(object)) {
		bare.name = STR("");
	}
	const size_t known = facts->lines.count;
	const uint32_t number = facts_number(facts, schema_render_facts(&one, scratch).items[0]);

	if (facts->lines.count > known) {
		note_table(facts, object, number, scratch);
	}
	return number;
}

struct fact_list facts_of(struct facts *facts, const struct schema *schema)
{
	struct fact_list list = { 0 };
	struct arena scratch;

	arena_init(&scratch, facts->arena->full, facts->arena->full_data);
	const struct schema_facts all = schema_all_facts(schema, &scratch);

	for (size_t i = 0; i < all.count; i++) {
		*LIST_PUSH(&list, facts->arena) = number_of(facts, all.items[i], &scratch);
	}
	arena_finish(&scratch);
	return list;
}

static int compare_changes(const void *a, const void *b)
{
	const struct fact_change *one = a, *other = b;

	return one->fact < other->fact ? -1 : one->fact > other->fact;
}

static void sort_changes(struct fact_changes *changes)
{
	if (changes->count) {
		qsort(changes->items, changes->count, sizeof(*changes->items), compare_changes);
	}
}

/* A fact that went under one name and came under another has not changed. */
static void drop_pairs(struct fact_changes *changes)
{
	size_t kept = 0;

	sort_changes(changes);
	for (size_t i = 0; i < changes->count; i++) {
		if (kept && changes->items[kept - 1].fact == changes->items[i].fact) {
			kept -= changes->items[kept - 1].is_there != changes->items[i].is_there;
		} else {
			changes->items[kept++] = changes->items[i];
		}
	}
	changes->count = kept;
}

/* Whether a table goes, and none of its name comes: if one does, it is strict from now on, or the like. */
static bool is_dropped(
		const struct facts *facts, const struct fact_changes *changes, uint32_t table)
{
	bool goes = false;

	for (size_t i = 0; i < changes->count; i++) {
		const struct fact_home *home = &facts->homes.items[changes->items[i].fact];

		if (home->is_table && home->table == table) {
			if (changes->items[i].is_there) {
				return false;
			}
			goes = true;
		}
	}
	return goes;
}

static bool drops_table(const struct facts *facts, const struct fact_changes *changes)
{
	for (size_t i = 0; i < changes->count; i++) {
		if (facts_that_go_along(facts, changes, i).count) {
			return true;
		}
	}
	return false;
}

static bool has_change(const struct fact_changes *changes, uint32_t fact)
{
	size_t i = 0;

	while (i < changes->count && changes->items[i].fact != fact) {
		i++;
	}
	return i < changes->count;
}

/* What is as it was before, though the table of its name went: it cannot have stayed. */
static void add_made_anew(struct facts *facts, struct fact_changes *changes,
		const struct schema *after, struct arena *scratch)
{
	const struct schema_facts all = schema_all_facts(after, scratch);

	for (size_t i = 0; i < all.count; i++) {
		const uint32_t fact = number_of(facts, all.items[i], scratch);

		if (is_dropped(facts, changes, facts->homes.items[fact].table) &&
				!has_change(changes, fact)) {
			*LIST_PUSH(changes, facts->arena) = (struct fact_change){ fact,
				.is_there = true, .is_anew = true };
		}
	}
	sort_changes(changes);
}

struct fact_changes facts_that_change(
		struct facts *facts, const struct schema *before, const struct schema *after)
{
	struct fact_changes changes = { 0 };
	struct arena scratch;

	arena_init(&scratch, facts->arena->full, facts->arena->full_data);
	const struct schema_changes found = schema_find_changes(before, after, &scratch);

	for (size_t i = 0; i < found.missing.count; i++) {
		*LIST_PUSH(&changes, facts->arena) = (struct fact_change){
			.fact = number_of(facts, found.missing.items[i], &scratch),
		};
	}
	for (size_t i = 0; i < found.extra.count; i++) {
		*LIST_PUSH(&changes, facts->arena) = (struct fact_change){
			.fact = number_of(facts, found.extra.items[i], &scratch),
			.is_there = true,
		};
	}
	drop_pairs(&changes);
	if (drops_table(facts, &changes)) {
		add_made_anew(facts, &changes, after, &scratch);
	}
	arena_finish(&scratch);
	return changes;
}

struct fact_list facts_that_go_along(
		const struct facts *facts, const struct fact_changes *changes, size_t number)
{
	const struct fact_change *change = &changes->items[number];
	const struct fact_home home = facts->homes.items[change->fact];

	return home.is_table && !change->is_there && is_dropped(facts, changes, home.table)
			? facts->of_tables.items[home.table - 1]
			: (struct fact_list){ 0 };
}

bool facts_share_table(const struct facts *facts, uint32_t one, uint32_t other)
{
	const uint32_t table = facts->homes.items[one].table;

	return table && table == facts->homes.items[other].table;
}

bool fact_changes_equal(const struct fact_changes *a, const struct fact_changes *b)
{
	if (a->count != b->count) {
		return false;
	}
	for (size_t i = 0; i < a->count; i++) {
		if (a->items[i].fact != b->items[i].fact ||
				a->items[i].is_there != b->items[i].is_there) {
			return false;
		}
	}
	return true;
}
