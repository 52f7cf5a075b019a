/*
 * What is known of a database, as it travels.
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
	pack_list(packing, &database->foreign);
	pack_list(packing, &database->absent);
	pack_list(packing, &database->wanted);
	PACK_ITEMS(packing, &database->undoings, struct repair_undoing);
	for (size_t i = 0; i < database->undoings.count; i++) {
		pack_str(packing, &database->undoings.items[i].revision);
		pack_str(packing, &database->undoings.items[i].sql);
	}
}
