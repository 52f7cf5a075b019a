/*
 * Repairs of a tree for databases whose rows name what it has not: the file comes back from git, a revision has the id again, or
 * an empty one gets it.
 */
#include "kit/arena.h"
#include "repair/repair_internal.h"

/* More are not tried. */
#define MOST_RENAMES 4

/* --- its file comes back ---------------------------------------------------------------------------- */

const struct scenario_revision *making_restored_file(const struct making *making, str row)
{
	const struct scenario_revisions *restored = &making->wish->restored;

	for (size_t i = 0; i < restored->count; i++) {
		if (str_equal(restored->items[i].spec.revision, row)) {
			return &restored->items[i];
		}
	}
	return NULL;
}

/* What the doctor advises then about other files: more that have to come back, a merge. */
static void take_advice(const struct making *making, const struct faults *faults, bool merges,
		struct spec_edits *edits)
{
	for (size_t i = 0; i < faults->count; i++) {
		const struct spec_edits *advice = &faults->items[i].edits;
		const bool is_of_heads = faults->items[i].kind == FAULT_MULTIPLE_HEADS;

		for (size_t j = 0; j < advice->count && (!is_of_heads || merges); j++) {
			const enum spec_edit_kind kind = advice->items[j].kind;

			if (kind == SPEC_RESTORE || kind == SPEC_ADD ||
					advice->items[j].spec < making->specs.count) {
				*LIST_PUSH(edits, making->arena) = advice->items[j];
			}
		}
	}
}

/* Those that stand where the file stood follow it. */
static void take_followers(const struct making *making, const struct revision_spec *restored,
		struct spec_edits *edits)
{
	for (size_t i = 0; i < making->specs.count && restored->down_revision.count == 1; i++) {
		const str parent = restored->down_revision.items[0];

		if (str_list_contains(&making->specs.items[i].down_revision, parent)) {
			*LIST_PUSH(edits, making->arena) = edit_of_parents(
					i, parent, restored->revision, making->arena);
		}
	}
}

/* What ran somewhere belongs back. Where that makes heads more, 'upgrade head' would stop: they are merged, or one follows the other. */
static void add_restored(struct making *making, const struct revision_spec *restored, str title)
{
	struct arena *arena = making->arena;
	struct spec_edits alone = { 0 }, merged = { 0 }, below = { 0 };
	struct spec_edits *all[] = { &alone, &merged, &below };

	for (size_t i = 0; i < COUNT_OF(all); i++) {
		*LIST_PUSH(all[i], arena) = (struct spec_edit){
			.kind = SPEC_RESTORE,
			.restored = restored,
		};
	}
	const struct revision_specs with =
			spec_edits_apply(&alone, &making->specs, making->wish->level, arena);
	const struct faults faults = making_examine(making, &with);

	take_advice(making, &faults, false, &alone);
	take_advice(making, &faults, true, &merged);
	take_advice(making, &faults, false, &below);
	take_followers(making, restored, &below);
	if (faults.heads.count <= making->faults.heads.count) {
		making_add_edits(making, title, &alone);
		return;
	}
	making_add_edits(making, str_format(arena, "%.*s, and a merge", STR_ARG(title)), &merged);
	making_add_edits(making,
			str_format(arena, "%.*s, and what stood in its place on top of it",
					STR_ARG(title)),
			&below);
}

/* --- its id comes back ------------------------------------------------------------------------------ */

static void add_renamed(struct making *making, str row, size_t at)
{
	struct spec_edits edits = { 0 };
	struct spec_edit edit = { .kind = SPEC_RENAME, .spec = (uint32_t)at };

	str_list_add(&edit.to, row, making->arena);
	*LIST_PUSH(&edits, making->arena) = edit;
	making_add_edits(making,
			str_format(making->arena, "%.*s has the id %.*s again",
					STR_ARG(making->specs.items[at].revision), STR_ARG(row)),
			&edits);
}

/* A file that does nothing, for databases that say its name. */
static void add_placeholder(struct making *making, str row, const struct repair_database *database)
{
	struct spec_edits edits = { 0 };
	struct spec_edit edit = { .kind = SPEC_ADD, .from = row };

	if (database->places.count) {
		edit.to = database->places.items[0].rows; // none: a base
	}
	*LIST_PUSH(&edits, making->arena) = edit;
	making_add_edits(making,
			str_format(making->arena, "an empty revision %.*s, as a database says it",
					STR_ARG(row)),
			&edits);
}

/* A file that does what such a database has had done to it. */
static void add_anew(struct making *making, str row, const struct repair_database *database)
{
	const struct revision_spec *written = making_write_anew(making, row, database);

	if (written) {
		add_restored(making, written,
				str_format(making->arena, "%.*s written anew, by what %.*s has",
						STR_ARG(row), STR_ARG(database->state)));
		making->made.count = 0; // another database has other things under that id
	}
}

/* Of the revisions that are where such a database is, one may have had that id before. */
void making_add_known_ids(
		struct making *making, const struct repair_database *databases, size_t count)
{
	size_t added = 0;

	for (size_t i = 0; i < count; i++) {
		const struct repair_database *database = &databases[i];

		for (size_t j = 0; j < database->unknown_rows.count; j++) {
			const str row = database->unknown_rows.items[j];
			const struct scenario_revision *restored =
					making_restored_file(making, row);

			if (restored) {
				add_restored(making, &restored->spec,
						str_format(making->arena, "%.*s back from git",
								STR_ARG(row)));
			}
			for (size_t k = 0; k < database->places.count; k++) {
				const struct str_list *rows = &database->places.items[k].rows;

				for (size_t l = 0; l < rows->count && added < MOST_RENAMES; l++) {
					const size_t at =
							spec_of_id(&making->specs, rows->items[l]);

					if (at != SIZE_MAX) {
						add_renamed(making, row, at);
						added++;
					}
				}
			}
			if (!restored) {
				add_placeholder(making, row, database);
				add_anew(making, row, database);
			}
		}
	}
}
