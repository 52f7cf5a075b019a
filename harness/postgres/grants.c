/*
 * Who may do what: access lists, item by item as the server writes them, and as a schema tells them. An
 * item is GRANTEE=LETTERS/GRANTOR, a letter for a privilege and * behind it if it may be granted on; names
 * that are no plain word are quoted (PostgreSQL's documentation, section "Privileges").
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"
#include "schema/object.h"

/* By their names. */
static const struct {
	char letter;
	const char *name;
} privileges[] = {
	{ 'A', "ALTER SYSTEM" },
	{ 'c', "CONNECT" },
	{ 'C', "CREATE" },
	{ 'd', "DELETE" },
	{ 'X', "EXECUTE" },
	{ 'a', "INSERT" },
	{ 'm', "MAINTAIN" },
	{ 'x', "REFERENCES" },
	{ 'r', "SELECT" },
	{ 's', "SET" },
	{ 'T', "TEMPORARY" },
	{ 't', "TRIGGER" },
	{ 'D', "TRUNCATE" },
	{ 'w', "UPDATE" },
	{ 'U', "USAGE" },
};

/* All that a table has to grant; from PostgreSQL 17 on MAINTAIN is part of it, and then goes without saying. */
static const char all_of_a_table[] = "adxrtDw";

static unsigned bit_of(char letter)
{
	for (size_t i = 0; i < COUNT_OF(privileges); i++) {
		if (privileges[i].letter == letter) {
			return 1U << i;
		}
	}
	return 0;
}

/* The name at the front of an item, and what follows it. */
static str take_name(str item, struct arena *arena, str *ret_rest)
{
	struct buf name = { .arena = arena };
	bool is_quoted = false;
	size_t at = 0;

	for (; at < item.len && (is_quoted || item.data[at] != '='); at++) {
		if (item.data[at] != '"') {
			buf_add_char(&name, item.data[at]);
		} else if (is_quoted && at + 1 < item.len && item.data[at + 1] == '"') {
			buf_add_char(&name, item.data[at++]);
		} else {
			is_quoted = !is_quoted;
		}
	}
	*ret_rest = str_slice(item, at, item.len);
	return buf_str(&name);
}

static struct postgres_grant *find_or_add(
		struct postgres_grants *grants, str what, str grantee, struct arena *arena)
{
	/* Those on one thing come one after another. */
	for (size_t i = grants->count; i > 0 && str_equal(grants->items[i - 1].what, what); i--) {
		if (str_equal(grants->items[i - 1].grantee, grantee)) {
			return &grants->items[i - 1];
		}
	}
	struct postgres_grant *grant = LIST_PUSH(grants, arena);

	*grant = (struct postgres_grant){ .what = what, .grantee = grantee };
	return grant;
}

void postgres_grants_add(
		struct postgres_grants *grants, str what, str owner, str item, struct arena *arena)
{
	str rest;
	const str grantee = take_name(item, arena, &rest);

	/* What an owner may do, and that anybody may call a function, is so without a grant. */
	if (str_equal(grantee, owner) ||
			(grantee.len == 0 && str_starts_with(what, STR("function ")))) {
		return;
	}
	struct postgres_grant *grant = find_or_add(grants, what, grantee, arena);

	for (size_t i = 1; i < rest.len && rest.data[i] != '/'; i++) {
		const unsigned bit = bit_of(rest.data[i]);

		grant->privileges |= bit;
		if (i + 1 < rest.len && rest.data[i + 1] == '*') {
			grant->grantable |= bit;
		}
	}
}

static unsigned told_privileges(const struct postgres_grant *grant)
{
	unsigned all = 0;

	for (const char *letter = all_of_a_table; *letter; letter++) {
		all |= bit_of(*letter);
	}
	return (grant->privileges & all) == all ? grant->privileges & ~bit_of('m')
						: grant->privileges;
}

static str facts_of(const struct postgres_grant *grant, struct arena *arena)
{
	const unsigned told = told_privileges(grant);
	struct str_list names = { 0 };
	struct buf facts = { .arena = arena };

	for (size_t i = 0; i < COUNT_OF(privileges); i++) {
		if (told & 1U << i) {
			str_list_add(&names,
					str_format(arena, "%s%s", privileges[i].name,
							grant->grantable & 1U << i
									? " with grant option"
									: ""),
					arena);
		}
	}
	const str list = str_list_join(&names, STR(", "), arena);

	buf_format(&facts, "on %.*s: %.*s to ", STR_ARG(grant->what), STR_ARG(list));
	if (grant->grantee.len) {
		schema_name_render(grant->grantee, &facts);
	} else {
		buf_add(&facts, STR("public"));
	}
	return buf_str(&facts);
}

void postgres_grants_tell(
		const struct postgres_grants *grants, struct schema *schema, struct arena *arena)
{
	for (size_t i = 0; i < grants->count; i++) {
		schema_add(schema,
				(struct schema_object){
						.kind = SCHEMA_GRANT,
						.facts = facts_of(&grants->items[i], arena),
				});
	}
}
