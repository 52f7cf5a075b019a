/*
 * What is in a dump, before it is loaded: which databases, which roles it names, what its database was created with.
 * Rows are passed over.
 */
#include "postgres/dump.h"

#include "kit/arena.h"
#include "kit/file.h"

#include <strings.h>

/* --- what statements say ---------------------------------------------------------------------- */

struct surveying {
	struct dump_survey *survey;
	struct dump_section *section; /* in hand */
	struct dump_reading reading;
	struct arena *arena;   /* for what is kept */
	struct arena *scratch; /* for a statement */
};

static bool is_word(str word, const char *known)
{
	return word.len == str_from(known).len && strncasecmp(word.data, known, word.len) == 0;
}

static struct dump_section *section_named(struct surveying *surveying, str name)
{
	struct dump_sections *sections = &surveying->survey->sections;

	for (size_t i = 0; i < sections->count; i++) {
		if (str_equal(sections->items[i].name, name)) {
			return &sections->items[i];
		}
	}
	struct dump_section *section = LIST_PUSH(sections, surveying->arena);

	section->name = str_copy(name, surveying->arena);
	return section;
}

static void add_once(struct str_list *list, str name, struct arena *arena)
{
	if (name.len && !str_list_contains(list, name)) {
		str_list_add(list, str_copy(name, arena), arena);
	}
}

/* Whether a statement fills a database, and not only sets something or makes what is the server's. */
static bool is_content(const struct script_item *item)
{
	static const char *const others[] = { "database", "role", "extension", "tablespace" };

	for (size_t i = 0; i < COUNT_OF(others); i++) {
		if (is_word(item->words[1], others[i])) {
			return false;
		}
	}
	return is_word(item->words[0], "create") || is_word(item->words[0], "copy") ||
			is_word(item->words[0], "insert");
}

/* CREATE DATABASE stands before the \connect that leads there; CREATE EXTENSION, CREATE ROLE. */
static void take_creation(struct surveying *surveying, const struct script_item *item)
{
	const struct words words = words_of(item->text, surveying->scratch);
	size_t name = 2;

	if (words_begin(&words, "create database") && words.count > name) {
		section_named(surveying, words.items[name].text)->creation =
				str_copy(item->text, surveying->arena);
		surveying->section = section_named(surveying, surveying->reading.database);
	} else if (words_begin(&words, "create role") && words.count > name) {
		add_once(&surveying->survey->made, words.items[name].text, surveying->arena);
	} else if (words_begin(&words, "create extension")) {
		name += word_is(&words, name, "if") ? 3 : 0;
		if (words.count > name) {
			add_once(&surveying->section->extensions, words.items[name].text,
					surveying->arena);
		}
	}
}

static bool is_creation_of_note(const struct script_item *item)
{
	return is_word(item->words[0], "create") &&
			(is_word(item->words[1], "database") || is_word(item->words[1], "role") ||
					is_word(item->words[1], "extension"));
}

static void take_statement(struct surveying *surveying, const struct script_item *item)
{
	struct dump_section *section = surveying->section;
	const struct str_list roles = dump_roles_in(item, surveying->scratch);

	section->has_content |= is_content(item);
	for (size_t i = 0; i < roles.count; i++) {
		add_once(&section->roles, roles.items[i], surveying->arena);
	}
	if (item->has_owner) {
		const struct words words = words_of(item->text, surveying->scratch);
		const size_t to = words_find(&words, words_find(&words, 0, "owner"), "to");

		if (to + 1 < words.count) {
			add_once(&section->owners, words.items[to + 1].text, surveying->arena);
		}
	}
	if (is_creation_of_note(item)) {
		take_creation(surveying, item);
	}
}

/* --- reading ---------------------------------------------------------------------------------- */

static struct error *pass_data(struct script *script)
{
	str part;
	struct error *error;

	do {
		error = script_data(script, &part);
	} while (!error && part.len);
	return error;
}

static void take_strings(struct script *script, const struct script_item *item)
{
	if (is_word(item->words[0], "set") &&
			is_word(item->words[1], "standard_conforming_strings")) {
		script_set_standard_strings(script, !is_word(item->words[2], "off"));
	}
}

static struct error *read_items(struct surveying *surveying, struct script *script)
{
	struct script_item item;
	struct error *error = script_next(script, &item);

	while (!error && item.kind != SCRIPT_END) {
		const struct arena_mark mark = arena_mark(surveying->scratch);

		dump_reading_follow(&surveying->reading, &item);
		if (item.kind == SCRIPT_CONNECT) {
			surveying->section = section_named(surveying, surveying->reading.database);
		} else {
			take_statement(surveying, &item);
			take_strings(script, &item);
			error = item.takes_data ? pass_data(script) : NULL;
		}
		arena_rewind(surveying->scratch, mark);
		error = error ? error : script_next(script, &item);
	}
	surveying->survey->is_of_pg_dump = surveying->reading.is_of_pg_dump;
	surveying->survey->is_whole =
			!error && str_find(item.lead, STR(" dump complete")) < item.lead.len;
	return error;
}

/* --- which database --------------------------------------------------------------------------- */

static struct error *list_databases(
		const struct dump_survey *survey, const struct dump *dump, struct arena *arena)
{
	struct str_list names = { 0 };

	for (size_t i = 0; i < survey->sections.count; i++) {
		const struct dump_section *section = &survey->sections.items[i];

		if (section->name.len && section->has_content) {
			str_list_add(&names, section->name, arena);
		}
	}
	const str list = str_list_join(&names, STR(", "), arena);
	struct error *error = dump->database.len
			? error_new(arena, ERROR_INVALID, "'%.*s' has no database '%.*s'",
					  STR_ARG(dump->path), STR_ARG(dump->database))
			: error_new(arena, ERROR_INVALID, "'%.*s' has %zu databases: %.*s",
					  STR_ARG(dump->path), names.count, STR_ARG(list));

	error->hint = dump->database.len
			? str_format(arena, "It has these: %.*s", STR_ARG(list))
			: str_format(arena, "Name one: load: {file: ..., database: %.*s}",
					  STR_ARG(names.count ? names.items[0] : STR("NAME")));
	return error;
}

/* What stands before the first \connect is the dump of a database only if there is none. */
static struct error *choose_section(
		struct dump_survey *survey, const struct dump *dump, struct arena *arena)
{
	const struct dump_sections *sections = &survey->sections;
	const struct dump_section *only = NULL;
	size_t filled = 0;

	for (size_t i = 0; i < sections->count; i++) {
		const struct dump_section *section = &sections->items[i];

		if (dump->database.len && str_equal(section->name, dump->database)) {
			survey->section = section;
			return NULL;
		}
		if (section->has_content && section->name.len) {
			only = section;
			filled++;
		}
	}
	if (filled > 1 || (dump->database.len && sections->count > 1)) {
		return list_databases(survey, dump, arena);
	}
	survey->section = only ? only : &sections->items[sections->count - 1];
	return NULL;
}

/* A file that somebody has written is one database, whatever \connect says. */
static void join_sections(struct dump_survey *survey, struct arena *arena)
{
	struct dump_section all = { 0 };

	for (size_t i = 0; i < survey->sections.count; i++) {
		const struct dump_section *section = &survey->sections.items[i];

		for (size_t j = 0; j < section->extensions.count; j++) {
			add_once(&all.extensions, section->extensions.items[j], arena);
		}
	}
	survey->sections.items[0] = all;
	survey->sections.count = 1;
}

static struct error *survey(struct host *host, const struct dump *dump, struct arena *arena,
		struct dump_survey *ret_survey)
{
	struct arena scratch;
	struct surveying surveying = {
		.survey = ret_survey, .arena = host->arena, .scratch = &scratch
	};
	struct dump_file *file = NULL;
	struct error *error = dump_file_open(host, dump->path, true, arena, &file);

	if (error) {
		return error;
	}
	arena_init(&scratch, arena->full, arena->full_data);
	surveying.reading.arena = host->arena;
	surveying.section = section_named(&surveying, (str){ 0 });
	error = read_items(&surveying, script_new(dump_file_read, file, dump->path, arena));
	arena_finish(&scratch);
	error = dump_file_close(file, error);
	if (error) {
		return error;
	}
	if (!ret_survey->is_of_pg_dump) {
		join_sections(ret_survey, host->arena);
	}
	return choose_section(ret_survey, dump, arena);
}

/* --- remembering ------------------------------------------------------------------------------ */

struct remembered_survey {
	struct dump dump;
	struct file_mark mark;
	struct dump_survey survey;
	struct remembered_survey *next;
};

static bool is_same(const struct remembered_survey *known, const struct dump *dump,
		const struct file_mark *mark)
{
	return str_equal(known->dump.path, dump->path) &&
			str_equal(known->dump.database, dump->database) &&
			file_mark_equal(&known->mark, mark);
}

struct error *postgres_survey(struct host *host, const struct dump *dump, struct arena *arena,
		const struct dump_survey **ret_survey)
{
	const struct file_mark mark = file_mark_take(dump->path, arena);

	for (struct remembered_survey *known = host->surveys; known; known = known->next) {
		if (is_same(known, dump, &mark)) {
			*ret_survey = &known->survey;
			return NULL;
		}
	}
	struct remembered_survey *new = arena_new(host->arena, struct remembered_survey);
	struct error *error = survey(host, dump, arena, &new->survey);

	if (error) {
		return error;
	}
	new->dump.path = str_copy(dump->path, host->arena);
	new->dump.database = str_copy(dump->database, host->arena);
	new->mark = mark;
	new->next = host->surveys;
	host->surveys = new;
	*ret_survey = &new->survey;
	return NULL;
}
