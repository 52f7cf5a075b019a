/*
 * Keys that stand twice in a map.
 */
#include "kit/arena.h"
#include "kit/table.h"
#include "scenario/yaml.h"

/* Maps with fewer keys are searched one by one. */
#define FEW_KEYS 16

static void report_duplicate(const struct node *key, const struct node *before, struct arena *arena,
		struct error_list *mistakes)
{
	struct error *error = error_at(arena, ERROR_INVALID, key->where, "duplicate key '%.*s'",
			STR_ARG(key->text));

	error->detail = str_format(
			arena, "It is in line %zu already.", span_place(before->where).line);
	error_list_add(mistakes, error, arena);
}

/* Keys that count: not those in error, and not the rest of a text that a comma cut. */
static bool counts_as_key(const struct node *key)
{
	return key->kind == NODE_TEXT && !key->lacks_colon;
}

static void check_by_table(const struct node *map, struct arena *arena, struct error_list *mistakes)
{
	struct table seen = { .arena = arena };

	struct {
		const struct node **items;
		size_t count, capacity;
	} keys = { 0 };

	for (const struct node *key = map->first; key; key = key->next) {
		uint32_t index;

		if (!counts_as_key(key)) {
			continue;
		}
		if (!table_find(&seen, key->text, &index)) {
			table_set(&seen, key->text, (uint32_t)keys.count);
			*LIST_PUSH(&keys, arena) = key;
		} else if (mistakes->count <
				YAML_MAX_MISTAKES) { // a line number costs a look at the file
			report_duplicate(key, keys.items[index], arena, mistakes);
		}
	}
}

void yaml_check_duplicates(const struct node *map, struct arena *arena, struct error_list *mistakes)
{
	size_t count = 0;

	for (const struct node *key = map->first; key; key = key->next) {
		if (++count > FEW_KEYS) {
			check_by_table(map, arena, mistakes);
			return;
		}
	}
	for (const struct node *key = map->first; key; key = key->next) {
		for (const struct node *before = map->first; before != key; before = before->next) {
			if (counts_as_key(key) && counts_as_key(before) &&
					str_equal(key->text, before->text)) {
				report_duplicate(key, before, arena, mistakes);
				break;
			}
		}
	}
}
