/*
 * Who may do what. An access list that nobody has touched is not there, and one that was touched is there as a
 * whole; so a schema tells how a list differs from the one that goes without saying: what was granted, and what
 * was revoked.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"
#include "schema/object.h"

/* All that a table has to grant; from PostgreSQL 17 on MAINTAIN is part of it, and then goes without saying. */
static const char *const all_of_a_table[] = { "DELETE", "INSERT", "REFERENCES", "SELECT", "TRIGGER",
	"TRUNCATE", "UPDATE" };

static struct postgres_role_rights *find_or_add(struct postgres_rights *rights,
		const struct postgres_right *right, struct arena *arena)
{
	const str key = str_format(arena, "%d %.*s %.*s", right->is_owners,
			STR_ARG(right->is_owners ? (str){ 0 } : right->role), STR_ARG(right->what));
	uint32_t at = (uint32_t)rights->count;

	if (!table_find(&rights->index, key, &at)) {
		rights->index.arena = arena;
		table_set(&rights->index, key, at);
		LIST_PUSH(rights, arena)->of = *right;
	}
	return &rights->items[at];
}

void postgres_rights_add(struct postgres_rights *rights, const struct postgres_right *right,
		struct arena *arena)
{
	struct postgres_role_rights *of = find_or_add(rights, right, arena);

	str_list_add(right->is_usual ? &of->usual : &of->are, right->privilege, arena);
}

/* Those of `all` that `others` has not. */
static struct str_list without(
		const struct str_list *all, const struct str_list *others, struct arena *arena)
{
	struct str_list rest = { 0 };

	for (size_t i = 0; i < all->count; i++) {
		if (!str_list_contains(others, all->items[i])) {
			str_list_add(&rest, all->items[i], arena);
		}
	}
	str_list_sort(&rest);
	return rest;
}

/* Whether a list has all privileges of a table, with or without the option to grant them. */
static bool has_all(const struct str_list *privileges, const char *option, struct arena *arena)
{
	for (size_t i = 0; i < COUNT_OF(all_of_a_table); i++) {
		if (!str_list_contains(privileges,
				    str_format(arena, "%s%s", all_of_a_table[i], option))) {
			return false;
		}
	}
	return true;
}

static struct str_list without_maintain(const struct str_list *privileges, struct arena *arena)
{
	static const char *const options[] = { "", " with grant option" };
	struct str_list implied = { 0 };

	for (size_t i = 0; i < COUNT_OF(options); i++) {
		if (has_all(privileges, options[i], arena)) {
			str_list_add(&implied, str_format(arena, "MAINTAIN%s", options[i]), arena);
		}
	}
	return without(privileges, &implied, arena);
}

/* "grant on table t: SELECT, UPDATE to public"; nothing where there are no privileges. */
static void tell(struct schema *schema, enum schema_kind kind, const char *preposition,
		const struct postgres_right *of, const struct str_list *privileges,
		struct arena *arena)
{
	const struct str_list told = without_maintain(privileges, arena);
	const str role = of->is_owners ? STR("its owner") : of->role.len ? of->role : STR("public");

	if (!told.count) {
		return;
	}
	schema_add(schema,
			(struct schema_object){
					.kind = kind,
					.facts = str_format(arena, "on %.*s: %.*s %s %.*s",
							STR_ARG(of->what),
							STR_ARG(str_list_join(
									&told, STR(", "), arena)),
							preposition, STR_ARG(role)),
			});
}

void postgres_rights_tell(
		const struct postgres_rights *rights, struct schema *schema, struct arena *arena)
{
	for (size_t i = 0; i < rights->count; i++) {
		const struct postgres_role_rights *of = &rights->items[i];
		const struct str_list granted = without(&of->are, &of->usual, arena);
		const struct str_list revoked = without(&of->usual, &of->are, arena);

		tell(schema, SCHEMA_GRANT, "to", &of->of, &granted, arena);
		tell(schema, SCHEMA_REVOKE, "from", &of->of, &revoked, arena);
	}
}
