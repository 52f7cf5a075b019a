/*
 * A schema for comparing. Facts are sorted by their hash, so that two schemas are compared by walking along both;
 * what has the same hash is compared in full.
 */
#include "kit/arena.h"
#include "kit/table.h"
#include "schema/schema_internal.h"

#include <stdlib.h>

static uint64_t mix(uint64_t hash, uint64_t other)
{
	return (hash ^ other) * 0x9e3779b97f4a7c15u + (hash >> 29);
}

static uint64_t hash_of(const struct schema_object *object)
{
	const str texts[] = { object->space, object->table, object->name, object->facts };
	uint64_t hash = (uint64_t)object->kind + 1;

	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		hash = mix(hash, str_hash(texts[i]));
	}
	return hash;
}

static int compare_facts(const struct schema_object *a, const struct schema_object *b)
{
	const str ours[] = { a->space, a->table, a->name, a->facts };
	const str theirs[] = { b->space, b->table, b->name, b->facts };
	int order = a->kind < b->kind ? -1 : a->kind > b->kind;

	for (size_t i = 0; i < COUNT_OF(ours) && order == 0; i++) {
		order = str_compare(ours[i], theirs[i]);
	}
	return order;
}

int schema_compare_sorted(const struct sorted_fact *a, const struct sorted_fact *b)
{
	if (a->hash != b->hash) {
		return a->hash < b->hash ? -1 : 1;
	}
	return compare_facts(a->object, b->object);
}

static int compare_sorted_facts(const void *a, const void *b)
{
	return schema_compare_sorted(a, b);
}

static int compare_orders(const void *a, const void *b)
{
	const struct sorted_order *one = a, *other = b;

	return one->table_hash < other->table_hash ? -1 : one->table_hash > other->table_hash;
}

static void sort_facts(const struct schema *schema, struct sorted_schema *sorted)
{
	size_t count = 0;

	for (size_t i = 0; i < schema->count; i++) {
		const struct schema_object *object = &schema->items[i];

		if (schema_is_visible(object)) {
			*LIST_PUSH(&sorted->facts, schema->arena) =
					(struct sorted_fact){ hash_of(object), object };
		}
	}
	if (sorted->facts.count) {
		qsort(sorted->facts.items, sorted->facts.count, sizeof(*sorted->facts.items),
				compare_sorted_facts);
	}
	for (size_t i = 0; i < sorted->facts.count; i++) { // a schema is a set
		if (!count ||
				schema_compare_sorted(&sorted->facts.items[count - 1],
						&sorted->facts.items[i])) {
			sorted->facts.items[count++] = sorted->facts.items[i];
		}
	}
	sorted->facts.count = count;
}

static void sort_orders(const struct schema *schema, struct sorted_schema *sorted)
{
	struct table index = { .arena = schema->arena };

	for (size_t i = 0; i < schema->count; i++) {
		const struct schema_object *object = &schema->items[i];
		uint32_t at = (uint32_t)sorted->orders.count;

		if (object->kind != SCHEMA_COLUMN) {
			continue;
		}
		const str path = schema_render_table_of(object, schema->arena);

		if (!table_find(&index, path, &at)) {
			table_set(&index, path, at);
			LIST_PUSH(&sorted->orders, schema->arena)->table_hash = str_hash(path);
		}
		struct sorted_order *order = &sorted->orders.items[at];

		order->hash = mix(order->hash, str_hash(object->name));
		*LIST_PUSH(&order->columns, schema->arena) = object;
	}
	if (sorted->orders.count) {
		qsort(sorted->orders.items, sorted->orders.count, sizeof(*sorted->orders.items),
				compare_orders);
	}
}

struct sorted_schema *schema_sorted(const struct schema *schema)
{
	if (!schema->sorted->is_done) {
		*schema->sorted = (struct sorted_schema){ .is_done = true };
		sort_facts(schema, schema->sorted);
		sort_orders(schema, schema->sorted);
	}
	return schema->sorted;
}
