/*
 * The lines of a schema, and of single facts: sorted by bytes, and each once.
 */
#include "kit/arena.h"
#include "schema/schema_internal.h"

/* Sort, and keep one of each: a schema is a set. */
static void sort_unique(struct str_list *lines)
{
	size_t count = 0;

	str_list_sort(lines);
	for (size_t i = 0; i < lines->count; i++) {
		if (count == 0 || !str_equal(lines->items[count - 1], lines->items[i])) {
			lines->items[count++] = lines->items[i];
		}
	}
	lines->count = count;
}

struct str_list schema_render_facts(const struct schema_facts *facts, struct arena *arena)
{
	struct str_list lines = { 0 };

	for (size_t i = 0; i < facts->count; i++) {
		str_list_add(&lines, schema_render_fact(facts->items[i], arena), arena);
	}
	sort_unique(&lines);
	return lines;
}

static struct str_list make_lines(const struct sorted_schema *sorted, struct arena *arena)
{
	struct str_list lines = { 0 };

	for (size_t i = 0; i < sorted->facts.count; i++) {
		str_list_add(&lines, schema_render_fact(sorted->facts.items[i].object, arena),
				arena);
	}
	for (size_t i = 0; i < sorted->orders.count; i++) {
		str_list_add(&lines, schema_render_order(&sorted->orders.items[i].columns, arena),
				arena);
	}
	sort_unique(&lines);
	return lines;
}

struct str_list schema_render(const struct schema *schema, struct arena *arena)
{
	struct sorted_schema *sorted = schema_sorted(schema);
	struct str_list lines = { 0 };

	if (!sorted->lines.count) {
		sorted->lines = make_lines(sorted, schema->arena);
	}
	for (size_t i = 0; i < sorted->lines.count; i++) {
		str_list_add(&lines, str_copy(sorted->lines.items[i], arena), arena);
	}
	return lines;
}
