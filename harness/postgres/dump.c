/*
 * What becomes of the statements of pg_dump and pg_dumpall. A dump is loaded into a database that is there, by a role
 * that owns it and nothing else: so databases, roles and owners are left out, the role stands for those who owned
 * things, and what only a superuser may do is told and passed over. What a person has written is carried out as it is.
 */
#include "postgres/dump.h"

#include "kit/arena.h"

#include <strings.h>

/* --- following ------------------------------------------------------------------------------- */

/* "-- Name: customer; Type: TABLE; Schema: public; Owner: app": the last such line before a statement. */
static bool read_owner(str lead, str *ret_owner)
{
	const str mark = STR("; Owner: ");
	bool is_there = false;
	str line;

	while (lead.len && str_next_part(&lead, '\n', &line)) {
		const size_t at = str_find(line, mark);

		if (str_starts_with(line, STR("-- ")) && at < line.len) {
			const str owner = str_slice(line, at + mark.len, line.len);
			const size_t end = str_find(owner, STR("; Tablespace: "));

			*ret_owner = str_trim(str_slice(owner, 0, end));
			is_there = true;
		}
	}
	return is_there;
}

void dump_reading_follow(struct dump_reading *reading, const struct script_item *item)
{
	str owner;

	if (item->kind == SCRIPT_CONNECT) {
		reading->database = str_copy(item->text, reading->arena);
		return;
	}
	if (item->line <= 20) {
		reading->is_of_pg_dump |= str_find(item->lead, STR("-- PostgreSQL database dump")) <
						item->lead.len ||
				str_find(item->lead, STR("-- PostgreSQL database cluster dump")) <
						item->lead.len;
	}
	if (read_owner(item->lead, &owner)) {
		reading->owner = str_equal(owner, STR("-")) ? (str){ 0 }
							    : str_copy(owner, reading->arena);
	}
}

/* --- roles in statements ---------------------------------------------------------------------- */

/* Where names of roles stand in a statement: tokens, in lists with commas. */
struct role_places {
	size_t *items;
	size_t count, capacity;
};

static bool is_no_role(const struct words *words, size_t at)
{
	static const char *const others[] = { "public", "current_user", "session_user",
		"current_role" };

	for (size_t i = 0; i < COUNT_OF(others); i++) {
		if (word_is(words, at, others[i])) {
			return true;
		}
	}
	return false;
}

/* The list that begins with the token `at`; gives the token behind it. */
static size_t add_list(const struct words *words, size_t at, struct role_places *places,
		struct arena *arena)
{
	while (at < words->count) {
		at += word_is(words, at, "group");
		if (!is_no_role(words, at)) {
			*LIST_PUSH(places, arena) = at;
		}
		if (!word_is(words, ++at, ",")) {
			break;
		}
		at++;
	}
	return at;
}

/* GRANT ... ON ... TO ..., REVOKE ... ON ... FROM ...; from the token `from` on. */
static void add_grantees(const struct words *words, size_t from, struct role_places *places,
		struct arena *arena)
{
	const char *before = word_is(words, from, "grant") ? "to" : "from";
	const size_t on = words_find(words, from, "on");
	const size_t at = words_find(words, on, before);

	if (at < words->count) {
		(void)add_list(words, at + 1, places, arena);
	}
}

static bool is_grant(const struct words *words, size_t at)
{
	return word_is(words, at, "grant") || word_is(words, at, "revoke");
}

static struct role_places find_roles(const struct words *words, struct arena *arena)
{
	struct role_places places = { 0 };
	size_t at = 3;

	if (is_grant(words, 0)) {
		add_grantees(words, 0, &places, arena);
	} else if (words_begin(words, "alter default privileges")) {
		if (word_is(words, at, "for")) {
			at = add_list(words, at + 2, &places, arena);
		}
		while (at < words->count && !is_grant(words, at)) {
			at++;
		}
		add_grantees(words, at, &places, arena);
	} else if (words_begin(words, "create policy") || words_begin(words, "alter policy")) {
		at = words_find(words, 0, "to");
		if (at < words->count && !word_is(words, at - 1, "rename")) {
			(void)add_list(words, at + 1, &places, arena);
		}
	}
	return places;
}

static bool is_first_word(const struct script_item *item, const char *word)
{
	return item->words[0].len == str_from(word).len &&
			strncasecmp(item->words[0].data, word, item->words[0].len) == 0;
}

static bool is_second_word(const struct script_item *item, const char *word)
{
	return item->words[1].len == str_from(word).len &&
			strncasecmp(item->words[1].data, word, item->words[1].len) == 0;
}

/* Whether the statement is worth a closer look, which rows are not. */
static bool may_name_roles(const struct script_item *item)
{
	return is_first_word(item, "grant") || is_first_word(item, "revoke") ||
			((is_first_word(item, "create") || is_first_word(item, "alter")) &&
					is_second_word(item, "policy")) ||
			(is_first_word(item, "alter") && is_second_word(item, "default"));
}

struct str_list dump_roles_in(const struct script_item *item, struct arena *arena)
{
	struct str_list roles = { 0 };

	if (!may_name_roles(item)) {
		return roles;
	}
	const struct words words = words_of(item->text, arena);
	const struct role_places places = find_roles(&words, arena);

	for (size_t i = 0; i < places.count; i++) {
		str_list_add(&roles, words.items[places.items[i]].text, arena);
	}
	return roles;
}

/* --- rewriting -------------------------------------------------------------------------------- */

/* Append the statement from `*from` up to the token, which `name` takes the place of. */
static void replace(str statement, const struct word *word, str name, size_t *from, struct buf *out)
{
	buf_add(out, str_slice(statement, *from, word->start - *from));
	postgres_quote_identifier(name, out);
	*from = word->end;
}

/* The role stands for the one who owned the thing; who granted is nobody that is here. */
static str rewrite_roles(
		str statement, const struct words *words, str owner, str role, struct arena *arena)
{
	const struct role_places places = find_roles(words, arena);
	const size_t granted = words_find(words, 0, "granted");
	struct buf out = { .arena = arena };
	size_t from = 0, end = statement.len;

	for (size_t i = 0; i < places.count; i++) {
		const struct word *word = &words->items[places.items[i]];

		if (owner.len && str_equal(word->text, owner)) {
			replace(statement, word, role, &from, &out);
		}
	}
	if (granted < words->count && word_is(words, granted + 1, "by")) {
		end = words->items[granted].start;
	}
	if (!from && end == statement.len) {
		return (str){ 0 };
	}
	buf_add(&out, str_slice(statement, from, end - from));
	return buf_str(&out);
}

/* ALTER DATABASE name SET ..., ALTER ROLE name [IN DATABASE name] SET ...; empty: it is something else. */
static str rewrite_setting(str statement, const struct words *words,
		const struct dump_places *places, struct arena *arena)
{
	const bool is_role = word_is(words, 1, "role");
	const bool is_in_database = is_role && word_is(words, 3, "in");
	const size_t set = is_in_database ? 6 : 3;
	const struct dump_section *section = places->survey->section;
	struct buf out = { .arena = arena };
	size_t from = 0;

	if (!word_is(words, set, "set") ||
			(is_role && !str_list_contains(&section->owners, words->items[2].text)) ||
			(is_in_database && !str_equal(words->items[5].text, section->name))) {
		return (str){ 0 };
	}
	replace(statement, &words->items[2], is_role ? places->role : places->database, &from,
			&out);
	if (is_in_database) {
		replace(statement, &words->items[5], places->database, &from, &out);
	}
	buf_add(&out, str_slice(statement, from, statement.len));
	return buf_str(&out);
}

/* --- judging ---------------------------------------------------------------------------------- */

/* What is understood and not carried out; the longest beginning that fits counts. */
static const struct {
	const char *start;
	const char *note; /* NULL: it goes without saying */
} left_out[] = {
	{ "create database", NULL },
	{ "drop database", NULL },
	{ "comment on database", NULL },
	{ "create role", NULL },
	{ "alter role", NULL },
	{ "drop role", NULL },
	{ "comment on role", NULL },
	{ "create tablespace", NULL },
	{ "alter tablespace", NULL },
	{ "drop tablespace", NULL },
	{ "comment on tablespace", NULL },
	{ "comment on extension", NULL },
	{ "comment on language", NULL },
	{ "drop schema public", NULL },
	{ "drop schema if exists public", NULL },
	{ "set session authorization", NULL },
	{ "reset session authorization", NULL },
	{ "update pg_catalog . pg_database", NULL },
	{ "select * from pg_catalog . pg_restore_relation_stats", NULL },
	{ "select * from pg_catalog . pg_restore_attribute_stats", NULL },
	{ "create subscription",
			"subscriptions were left out: they would connect to another server" },
	{ "alter subscription", NULL },
	{ "drop subscription", NULL },
	{ "comment on subscription", NULL },
	{ "security label", "security labels were left out" },
};

static bool is_left_out(const struct words *words, str *ret_note)
{
	for (size_t i = 0; i < COUNT_OF(left_out); i++) {
		if (words_begin(words, left_out[i].start)) {
			*ret_note = str_from(left_out[i].note);
			return true;
		}
	}
	return false;
}

/* GRANT and REVOKE of memberships in roles, or on what is not the database's. */
static bool is_grant_elsewhere(const struct words *words)
{
	static const char *const things[] = { "database", "tablespace", "parameter", "foreign" };
	const size_t on = words_find(words, 0, "on");

	for (size_t i = 0; i < COUNT_OF(things); i++) {
		if (word_is(words, on + 1, things[i])) {
			return true;
		}
	}
	return on == words->count;
}

/* The owner that stands in the statement, if the role is to stand for him. */
static str owner_to_replace(const struct dump_reading *reading, const struct words *words,
		const struct dump_places *places)
{
	const bool is_default = word_is(words, 1, "default");
	const struct str_list *owners = &places->survey->section->owners;

	return !is_default || str_list_contains(owners, reading->owner) ? reading->owner
									: (str){ 0 };
}

/* Whether the statement can be anything but sent as it is, by its first words. */
static bool is_ordinary(const struct script_item *item)
{
	static const char *const judged[] = { "alter", "comment", "create", "drop", "grant",
		"reset", "revoke", "security", "select", "set", "update" };
	static const char *const made[] = { "database", "role", "subscription", "tablespace" };

	for (size_t i = 0; is_first_word(item, "create") && i < COUNT_OF(made); i++) {
		if (is_second_word(item, made[i])) {
			return false;
		}
	}
	for (size_t i = 0; !is_first_word(item, "create") && i < COUNT_OF(judged); i++) {
		if (is_first_word(item, judged[i])) {
			return false;
		}
	}
	return true;
}

/* What people begin a file with that makes its own database, before they connect to that. */
static bool is_of_whole_database(const struct script_item *item)
{
	return (is_first_word(item, "create") || is_first_word(item, "drop")) &&
			is_second_word(item, "database");
}

struct dump_judgement dump_judge(const struct dump_reading *reading, const struct script_item *item,
		const struct dump_places *places, struct arena *arena)
{
	struct dump_judgement judgement = { .fate = DUMP_LEAVE_OUT };

	if (!reading->is_of_pg_dump && is_of_whole_database(item)) {
		judgement.note = STR(
				"the file's own database was neither created nor dropped: it is loaded into this one");
		return judgement;
	}
	if (!reading->is_of_pg_dump || is_ordinary(item)) {
		judgement.fate = DUMP_SEND;
		return judgement;
	}
	const struct words words = words_of(item->text, arena);

	if (words_begin(&words, "alter database") || words_begin(&words, "alter role")) {
		judgement.text = rewrite_setting(item->text, &words, places, arena);
		judgement.fate = judgement.text.len ? DUMP_SEND : DUMP_LEAVE_OUT;
	} else if (item->has_owner || is_left_out(&words, &judgement.note)) {
	} else if (is_grant(&words, 0) && is_grant_elsewhere(&words)) {
	} else if (words_begin(&words, "set default_tablespace =")) {
		/* All that is here is in one place. */
	} else {
		judgement.fate = DUMP_SEND;
		judgement.text = rewrite_roles(item->text, &words,
				owner_to_replace(reading, &words, places), places->role, arena);
	}
	return judgement;
}

/* --- forgiving -------------------------------------------------------------------------------- */

static bool has_state(const struct error *error, const char *state)
{
	return str_equal(error->state, str_from(state));
}

/* The first words of a statement, for people. */
static str subject(const struct script_item *item, struct arena *arena)
{
	return str_on_one_line(item->text, 60, arena);
}

struct error *dump_forgive(const struct script_item *item, bool is_clearing, struct error *error,
		struct arena *arena, str *ret_note)
{
	const bool is_drop = is_first_word(item, "drop") || is_first_word(item, "alter");
	const bool is_grant = is_first_word(item, "grant") || is_first_word(item, "revoke");
	const str start = str_slice(item->text, 0, 60);
	const bool is_unlink = str_find(start, STR("pg_catalog.lo_unlink(")) < start.len;
	const bool is_language = is_first_word(item, "create") &&
			str_find(start, STR(" LANGUAGE plpgsql")) < start.len;

	*ret_note = (str){ 0 };
	if (error->code != ERROR_DATABASE) {
		return error;
	}
	if ((is_clearing && (is_drop || is_unlink)) || is_language ||
			(is_second_word(item, "schema") && has_state(error, "42P06")) ||
			(is_first_word(item, "set") && has_state(error, "42704"))) {
		return NULL; // there was nothing to drop; it is there; a setting of another release
	}
	if (is_second_word(item, "extension") && has_state(error, "42501")) {
		error->hint = STR("Only a superuser can create it: list it in the scenario's "
				  "'extensions', and it is created first. A dump for --database is then a "
				  "state of a scenario: --database SCENARIO:STATE.");
		return error;
	}
	if (has_state(error, "42501") || (is_grant && has_state(error, "42704")) ||
			(is_first_word(item, "set") && has_state(error, "22023"))) {
		*ret_note = str_format(arena, "of the dump, '%.*s' was left out: %.*s",
				STR_ARG(subject(item, arena)), STR_ARG(error->message));
		return NULL;
	}
	return error;
}
