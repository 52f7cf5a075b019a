#include "schema/schema.h"

#include "kit/arena.h"
#include "schema/schema_internal.h"

/* Which word of `has` and `lacks` finds objects of a kind. */
static const char *const item_kinds[SCHEMA_KIND_COUNT] = {
	[SCHEMA_TABLE] = "table",
	[SCHEMA_VIRTUAL_TABLE] = "table",
	[SCHEMA_COLUMN] = "column",
	[SCHEMA_PRIMARY_KEY] = "constraint",
	[SCHEMA_UNIQUE] = "constraint",
	[SCHEMA_FOREIGN_KEY] = "constraint",
	[SCHEMA_CHECK] = "constraint",
	[SCHEMA_EXCLUSION] = "constraint",
	[SCHEMA_CONSTRAINT_NAME] = "constraint",
	[SCHEMA_INDEX] = "index",
	[SCHEMA_VIEW] = "view",
	[SCHEMA_TRIGGER] = "trigger",
	[SCHEMA_SEQUENCE] = "sequence",
	[SCHEMA_TYPE] = "type",
	[SCHEMA_FUNCTION] = "function",
	[SCHEMA_SPACE] = "schema",
	[SCHEMA_EXTENSION] = "extension",
	[SCHEMA_POLICY] = "policy",
	[SCHEMA_RULE] = "rule",
	[SCHEMA_STATISTICS] = "statistics",
	[SCHEMA_COLLATION] = "collation",
	[SCHEMA_CONVERSION] = "conversion",
	[SCHEMA_OPERATOR] = "operator",
	[SCHEMA_TEXT_SEARCH] = "text search",
	[SCHEMA_PUBLICATION] = "publication",
	[SCHEMA_PRAGMA] = "pragma",
	[SCHEMA_CAST] = "cast",
	[SCHEMA_SETTING] = "setting",
	[SCHEMA_COMMENT] = "comment",
	[SCHEMA_GRANT] = "grant",
	[SCHEMA_REVOKE] = "revoke",
};

const char *const schema_item_kinds[] = {
	"table",
	"column",
	"index",
	"view",
	"constraint",
	"sequence",
	"type",
	"trigger",
	"function",
};
const size_t schema_item_kind_count = COUNT_OF(schema_item_kinds);

struct schema *schema_new(struct arena *arena)
{
	struct schema *schema = arena_new(arena, struct schema);

	schema->arena = arena;
	schema->sorted = arena_new(arena, struct sorted_schema);
	return schema;
}

void schema_add(struct schema *schema, struct schema_object object)
{
	*LIST_PUSH(schema, schema->arena) = object;
	schema->sorted->is_done = false;
}

void schema_add_all(struct schema *schema, const struct schema *other)
{
	for (size_t i = 0; i < other->count; i++) {
		schema_add(schema, other->items[i]);
	}
}

struct schema *schema_copy(const struct schema *schema, struct arena *arena)
{
	struct schema *copy = schema_new(arena);

	for (size_t i = 0; i < schema->count; i++) {
		struct schema_object object = schema->items[i];
		const struct str_list columns = object.columns;

		object.space = str_copy(object.space, arena);
		object.table = str_copy(object.table, arena);
		object.name = str_copy(object.name, arena);
		object.facts = str_copy(object.facts, arena);
		object.columns = (struct str_list){ 0 };
		for (size_t j = 0; j < columns.count; j++) {
			str_list_add(&object.columns, str_copy(columns.items[j], arena), arena);
		}
		schema_add(copy, object);
	}
	return copy;
}

/* Take `part` and a dot off the front of `path`; an empty part is not there and takes nothing. */
static bool take_part(str *path, str part)
{
	if (part.len == 0) {
		return true;
	}
	if (!str_starts_with(*path, part) || path->len <= part.len || path->data[part.len] != '.') {
		return false;
	}
	*path = str_slice(*path, part.len + 1, path->len);
	return true;
}

/* Whether `path` is [SPACE.]NAME, and for a column [SPACE.]TABLE.NAME. */
static bool is_called(const struct schema_object *object, str path)
{
	if (!take_part(&path, object->space)) {
		return false;
	}
	if (object->kind == SCHEMA_COLUMN && !take_part(&path, object->table)) {
		return false;
	}
	return object->name.len > 0 && str_equal(path, object->name);
}

enum schema_presence schema_find(const struct schema *schema, str kind, str name)
{
	enum schema_presence best = SCHEMA_ABSENT;

	for (size_t i = 0; i < schema->count; i++) {
		const struct schema_object *object = &schema->items[i];
		if (object->presence < best &&
				str_equal(str_from(item_kinds[object->kind]), kind) &&
				is_called(object, name)) {
			best = object->presence;
		}
	}
	return best;
}

bool schema_has(const struct schema *schema, str kind, str name)
{
	return schema_find(schema, kind, name) != SCHEMA_ABSENT;
}

static str path_of(str space, str name, struct arena *arena)
{
	if (space.len == 0) {
		return name;
	}
	return str_format(arena, "%.*s.%.*s", STR_ARG(space), STR_ARG(name));
}

str schema_table_of(const struct schema_object *object, struct arena *arena)
{
	const bool is_table = object->kind == SCHEMA_TABLE || object->kind == SCHEMA_VIRTUAL_TABLE;

	return path_of(object->space, is_table ? object->name : object->table, arena);
}

struct schema_facts schema_all_facts(const struct schema *schema, struct arena *arena)
{
	const struct sorted_schema *sorted = schema_sorted(schema);
	struct schema_facts facts = { 0 };

	for (size_t i = 0; i < sorted->facts.count; i++) {
		*LIST_PUSH(&facts, arena) = sorted->facts.items[i].object;
	}
	return facts;
}

struct str_list schema_tables(const struct schema *schema, struct arena *arena)
{
	struct str_list names = { 0 };

	for (size_t i = 0; i < schema->count; i++) {
		const struct schema_object *object = &schema->items[i];
		if (object->kind == SCHEMA_TABLE) {
			str_list_add(&names, path_of(object->space, object->name, arena), arena);
		}
	}
	str_list_sort(&names);
	return names;
}

struct str_list schema_columns(const struct schema *schema, str table, struct arena *arena)
{
	struct str_list names = { 0 };

	for (size_t i = 0; i < schema->count; i++) {
		const struct schema_object *object = &schema->items[i];
		str rest = table;
		if (object->kind == SCHEMA_COLUMN && !object->is_computed &&
				take_part(&rest, object->space) && str_equal(rest, object->table)) {
			str_list_add(&names, object->name, arena);
		}
	}
	return names;
}

struct str_list schema_key(const struct schema *schema, str table)
{
	for (size_t i = 0; i < schema->count; i++) {
		const struct schema_object *object = &schema->items[i];
		str rest = table;
		if (object->kind == SCHEMA_PRIMARY_KEY && take_part(&rest, object->space) &&
				str_equal(rest, object->table)) {
			return object->columns;
		}
	}
	return (struct str_list){ 0 };
}
