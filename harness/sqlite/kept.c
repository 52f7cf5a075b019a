#include "sqlite/kept.h"

#include "kit/arena.h"
#include "kit/table.h"
#include "schema/object.h"

/* What has been handed out cannot be thrown away, so beyond this no more is kept: of whole schemas, and of tables. */
static const size_t kept_limit = (size_t)16 * 1024 * 1024;

/* Values by their keys. */
struct store {
	struct arena arena;
	struct table index; /* key -> place in the list */

	struct {
		void **items;
		size_t count, capacity;
	} values;
};

struct kept_snapshots {
	struct store wholes, tables, parents;
};

static void store_begin(struct store *store, const struct arena *arena)
{
	arena_init(&store->arena, arena->full, arena->full_data);
	store->index.arena = &store->arena;
}

static void *store_find(const struct store *store, str key)
{
	uint32_t at = 0;

	return table_find(&store->index, key, &at) ? store->values.items[at] : NULL;
}

static bool store_is_full(const struct store *store, str key)
{
	return arena_size(&store->arena) + key.len > kept_limit;
}

/* Only what was looked for before, and is not there. */
static void store_add(struct store *store, str key, void *value)
{
	table_set(&store->index, str_copy(key, &store->arena), (uint32_t)store->values.count);
	*LIST_PUSH(&store->values, &store->arena) = value;
}

struct kept_snapshots *kept_new(struct arena *arena)
{
	struct kept_snapshots *kept = arena_new(arena, struct kept_snapshots);

	store_begin(&kept->wholes, arena);
	store_begin(&kept->tables, arena);
	store_begin(&kept->parents, arena);
	return kept;
}

void kept_end(struct kept_snapshots *kept)
{
	if (kept) {
		arena_finish(&kept->wholes.arena);
		arena_finish(&kept->tables.arena);
		arena_finish(&kept->parents.arena);
	}
}

static void store_add_schema(struct store *store, str key, const struct schema *schema)
{
	if (!store_is_full(store, key)) {
		store_add(store, key, schema_copy(schema, &store->arena));
	}
}

struct schema *kept_find(const struct kept_snapshots *kept, str key)
{
	return store_find(&kept->wholes, key);
}

void kept_add(struct kept_snapshots *kept, str key, const struct schema *schema)
{
	store_add_schema(&kept->wholes, key, schema);
}

const struct schema *kept_table_find(const struct kept_snapshots *kept, str key)
{
	return store_find(&kept->tables, key);
}

void kept_table_add(struct kept_snapshots *kept, str key, const struct schema *table)
{
	store_add_schema(&kept->tables, key, table);
}

const struct str_list *kept_parents_find(const struct kept_snapshots *kept, str key)
{
	return store_find(&kept->parents, key);
}

void kept_parents_add(struct kept_snapshots *kept, str key, const struct str_list *parents)
{
	struct store *store = &kept->parents;

	if (store_is_full(store, key)) {
		return;
	}
	struct str_list *copy = arena_new(&store->arena, struct str_list);

	for (size_t i = 0; i < parents->count; i++) {
		str_list_add(copy, str_copy(parents->items[i], &store->arena), &store->arena);
	}
	store_add(store, key, copy);
}
