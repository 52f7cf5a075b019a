#include "sqlite/kept.h"

#include "kit/arena.h"
#include "kit/table.h"
#include "schema/object.h"

/* What has been handed out cannot be thrown away, so beyond this no more is kept. */
static const size_t kept_limit = (size_t)16 * 1024 * 1024;

struct kept_snapshots {
	struct arena arena;
	struct table index; /* key -> place in the list */

	struct {
		struct schema **items;
		size_t count, capacity;
	} schemas;
};

struct kept_snapshots *kept_new(struct arena *arena)
{
	struct kept_snapshots *kept = arena_new(arena, struct kept_snapshots);

	arena_init(&kept->arena, arena->full, arena->full_data);
	kept->index.arena = &kept->arena;
	return kept;
}

void kept_end(struct kept_snapshots *kept)
{
	if (kept) {
		arena_finish(&kept->arena);
	}
}

struct schema *kept_find(const struct kept_snapshots *kept, str key)
{
	uint32_t at = 0;

	return table_find(&kept->index, key, &at) ? kept->schemas.items[at] : NULL;
}

void kept_add(struct kept_snapshots *kept, str key, const struct schema *schema)
{
	if (arena_size(&kept->arena) + key.len > kept_limit) {
		return;
	}
	table_set(&kept->index, str_copy(key, &kept->arena), (uint32_t)kept->schemas.count);
	*LIST_PUSH(&kept->schemas, &kept->arena) = schema_copy(schema, &kept->arena);
}
