#include "kit/table.h"

#include "kit/arena.h"

#include <assert.h>

struct table_slot {
	const char *key; /* NULL: free */
	uint32_t key_len;
	uint32_t hash; /* low bits: compared before the key is */
	uint32_t value;
};

/* The slot that has `key`, or the free one where it would go. */
static struct table_slot *slot_of(const struct table *table, str key, uint32_t hash)
{
	const size_t mask = table->capacity - 1;

	for (size_t i = hash & mask;; i = (i + 1) & mask) {
		struct table_slot *slot = &table->slots[i];

		if (!slot->key ||
				(slot->hash == hash &&
						str_equal((str){ slot->key, slot->key_len },
								key))) {
			return slot;
		}
	}
}

void table_reserve(struct table *table, size_t count)
{
	size_t capacity = table->capacity ? table->capacity : 16;

	while (capacity / 4 * 3 < count) {
		capacity *= 2;
	}
	if (capacity == table->capacity) {
		return;
	}
	const struct table old = *table;

	table->slots = arena_new_array(table->arena, struct table_slot, capacity);
	table->capacity = capacity;
	for (size_t i = 0; i < old.capacity; i++) {
		const struct table_slot *slot = &old.slots[i];

		if (slot->key) {
			*slot_of(table, (str){ slot->key, slot->key_len }, slot->hash) = *slot;
		}
	}
}

bool table_find(const struct table *table, str key, uint32_t *ret_value)
{
	if (!table->capacity) {
		return false;
	}
	const struct table_slot *slot = slot_of(table, key, (uint32_t)str_hash(key));

	if (!slot->key) {
		return false;
	}
	*ret_value = slot->value;
	return true;
}

void table_set(struct table *table, str key, uint32_t value)
{
	const uint32_t hash = (uint32_t)str_hash(key);

	assert(key.len <= UINT32_MAX);
	table_reserve(table, table->count + 1);
	struct table_slot *slot = slot_of(table, key, hash);

	if (!slot->key) {
		slot->key = key.data ? key.data : "";
		slot->key_len = (uint32_t)key.len;
		slot->hash = hash;
		table->count++;
	}
	slot->value = value;
}
