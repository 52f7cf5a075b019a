/*
 * What is known of a database: how it travels, and how a fact of a schema is undone.
 */
#include "kit/arena.h"
#include "repair/repair.h"

/* Room for the items of a list that is being read. */
#define PACK_ITEMS(packing, list, type)                                                         \
	do {                                                                                    \
		pack_size((packing), &(list)->count);                                           \
		if (!(packing)->out) {                                                          \
			(list)->capacity = (list)->count;                                       \
			(list)->items = arena_new_array((packing)->arena, type, (list)->count); \
		}                                                                               \
	} while (0)

void repair_database_pack(struct packing *packing, struct repair_database *database)
{
	pack_str(packing, &database->state);
	pack_str(packing, &database->failure);
	pack_bool(packing, &database->is_located);
	pack_bool(packing, &database->row_is_true);
	pack_list(packing, &database->rows);
	pack_list(packing, &database->unknown_rows);
	PACK_ITEMS(packing, &database->places, struct repair_place);
	for (size_t i = 0; i < database->places.count; i++) {
		struct repair_place *place = &database->places.items[i];

		pack_list(packing, &place->rows);
		pack_list(packing, &place->targets);
		pack_bool(packing, &place->purges);
	}
	PACK_ITEMS(packing, &database->holes, struct repair_hole);
	for (size_t i = 0; i < database->holes.count; i++) {
		pack_str(packing, &database->holes.items[i].revision);
		pack_list(packing, &database->holes.items[i].below);
	}
	PACK_ITEMS(packing, &database->parts, struct repair_part);
	for (size_t i = 0; i < database->parts.count; i++) {
		struct repair_part *part = &database->parts.items[i];

		pack_str(packing, &part->revision);
		pack_list(packing, &part->below);
		pack_str(packing, &part->rest);
		pack_list(packing, &part->undo);
	}
	pack_list(packing, &database->undo);
	PACK_ITEMS(packing, &database->undoings, struct repair_undoing);
	for (size_t i = 0; i < database->undoings.count; i++) {
		pack_str(packing, &database->undoings.items[i].revision);
		pack_str(packing, &database->undoings.items[i].sql);
	}
}

/* --- undoing -------------------------------------------------------------------------------------- */

/* A name that needs no quotes anywhere: others are left to people. */
static bool is_plain(str name)
{
	for (size_t i = 0; i < name.len; i++) {
		const char c = name.data[i];

		if (!((c >= 'a' && c <= 'z') || c == '_' || (i && c >= '0' && c <= '9'))) {
			return false;
		}
	}
	return name.len > 0;
}

/* One or two of them, with a point between. */
static bool is_qualified(str name)
{
	str part;
	size_t count = 0;

	while (str_next_part(&name, '.', &part)) {
		if (!is_plain(part)) {
			return false;
		}
		count++;
	}
	return count == 1 || count == 2;
}

static str undo_column(str name, struct arena *arena)
{
	size_t point = name.len;

	while (point && name.data[point - 1] != '.') {
		point--;
	}
	if (!point) {
		return (str){ 0 };
	}
	const str table = str_slice(name, 0, point - 1), column = str_slice(name, point, name.len);

	return is_qualified(table) && is_plain(column)
			? str_format(arena, "ALTER TABLE %.*s DROP COLUMN %.*s;", STR_ARG(table),
					  STR_ARG(column))
			: (str){ 0 };
}

/* What a line begins with, and how to drop what it names. */
static const struct {
	str kind;
	const char *sql;
} dropped[] = {
	{ STR_INIT("table"), "DROP TABLE" },
	{ STR_INIT("index"), "DROP INDEX" },
	{ STR_INIT("unique index"), "DROP INDEX" },
	{ STR_INIT("view"), "DROP VIEW" },
	{ STR_INIT("materialized view"), "DROP MATERIALIZED VIEW" },
	{ STR_INIT("sequence"), "DROP SEQUENCE" },
	{ STR_INIT("enum"), "DROP TYPE" },
	{ STR_INIT("type"), "DROP TYPE" },
};

str repair_undo(str line, struct arena *arena)
{
	str rest, name;

	if (str_starts_with(line, STR("column order "))) {
		return (str){ 0 };
	}
	if (str_starts_with(line, STR("column "))) {
		rest = str_slice(line, sizeof("column ") - 1, line.len);
		(void)str_next_part(&rest, ' ', &name);
		return undo_column(name, arena);
	}
	for (size_t i = 0; i < COUNT_OF(dropped); i++) {
		const str kind = dropped[i].kind;

		if (str_starts_with(line, kind) && line.len > kind.len &&
				line.data[kind.len] == ' ') {
			rest = str_slice(line, kind.len + 1, line.len);
			(void)str_next_part(&rest, ' ', &name);
			if (is_qualified(name)) {
				return str_format(arena, "%s %.*s;", dropped[i].sql, STR_ARG(name));
			}
		}
	}
	return (str){ 0 };
}
