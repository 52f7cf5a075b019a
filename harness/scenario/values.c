/*
 * The plain kinds of values: texts, lists of them, booleans, numbers, patterns, engines.
 */
#include "kit/file.h"
#include "scenario/reader.h"

#include <stdint.h>

#define SCHEMA_TEXT    "{\"$ref\": \"#/definitions/text\"}"
#define SCHEMA_TEXTS   "{\"type\": \"array\", \"items\": " SCHEMA_TEXT "}"
#define SCHEMA_EITHER  "{\"anyOf\": [" SCHEMA_TEXT ", " SCHEMA_TEXTS "]}"
#define SCHEMA_OR_NULL "{\"anyOf\": [" SCHEMA_TEXT ", " SCHEMA_TEXTS ", {\"type\": \"null\"}]}"

bool read_text(struct reader *reader, const struct node *node, str *ret_text)
{
	if (!expect_kind(reader, node, NODE_TEXT, "text")) {
		return false;
	}
	*ret_text = node->text;
	return true;
}

static void read_text_value(struct reader *reader, const struct node *node, void *ret_text)
{
	read_text(reader, node, (str *)ret_text);
}

static void read_name(struct reader *reader, const struct node *node, void *ret_text)
{
	if (read_text(reader, node, (str *)ret_text) && !node->text.len) {
		mistake_at(reader, node->where, "expected text, found an empty text");
	}
}

/* --- lists --------------------------------------------------------------------------------- */

static void add_text(struct reader *reader, const struct node *node, struct str_list *list)
{
	str text;

	if (read_text(reader, node, &text)) {
		str_list_add(list, text, reader->arena);
	}
}

static void add_items(struct reader *reader, const struct node *node, struct str_list *list)
{
	for (const struct node *item = node->first; item; item = item->next) {
		add_text(reader, item, list);
	}
}

static void read_texts(struct reader *reader, const struct node *node, void *ret_list)
{
	if (expect_kind(reader, node, NODE_LIST, "a list")) {
		add_items(reader, node, (struct str_list *)ret_list);
	}
}

static void read_one_text(struct reader *reader, const struct node *node, void *ret_list)
{
	add_text(reader, node, (struct str_list *)ret_list);
}

static void read_text_or_texts(struct reader *reader, const struct node *node, void *ret_list)
{
	if (node->kind == NODE_TEXT) {
		add_text(reader, node, (struct str_list *)ret_list);
	} else if (expect_kind(reader, node, NODE_LIST, "text or a list")) {
		add_items(reader, node, (struct str_list *)ret_list);
	}
}

struct str_list python_items(str text, struct arena *arena)
{
	struct str_list items = { 0 };
	str rest = str_slice(text, 1, text.len - 2), part;

	while (str_next_part(&rest, ',', &part)) {
		part = str_trim(part);
		if (part.len > 1 && (part.data[0] == '\'' || part.data[0] == '"')) {
			part = str_slice(part, 1, part.len - 2);
		}
		if (part.len) {
			str_list_add(&items, part, arena);
		}
	}
	return items;
}

const char *python_sequence(str text)
{
	return str_starts_with(text, STR("(")) && str_ends_with(text, STR(")"))            ? "tuple"
			: str_starts_with(text, STR("[")) && str_ends_with(text, STR("]")) ? "list"
											   : NULL;
}

/* What was copied from a file of Python and is no id here. */
static bool is_python(struct reader *reader, const struct node *node)
{
	const str text = str_trim(node->text);
	const char *sequence = python_sequence(text);

	if (node->style == STYLE_PLAIN && str_equal(text, STR("None"))) {
		mistake_at(reader, node->where, "expected text, a list or null, found None")->hint =
				STR("Write null, or \"None\" where the text is meant.");
	} else if (sequence && (text.data[0] == '(' || node->style != STYLE_FLOW)) {
		const struct str_list items = python_items(text, reader->arena);

		mistake_at(reader, node->where,
				"expected text, a list or null, found a %s of Python", sequence)
				->hint = str_format(reader->arena,
				items.count ? "Write [\"%.*s\"]." : "Write [%.*s].",
				STR_ARG(str_list_join(&items, STR("\", \""), reader->arena)));
	} else {
		return false;
	}
	return true;
}

static void read_texts_or_null(struct reader *reader, const struct node *node, void *ret_list)
{
	if (node->kind == NODE_TEXT && is_python(reader, node)) {
		return;
	}
	if (node->kind == NODE_TEXT) {
		add_text(reader, node, (struct str_list *)ret_list);
	} else if (node->kind != NODE_NULL &&
			expect_kind(reader, node, NODE_LIST, "text, a list or null")) {
		add_items(reader, node, (struct str_list *)ret_list);
	}
}

static void read_down_revision(struct reader *reader, const struct node *node, void *ret_spec)
{
	struct revision_spec *spec = (struct revision_spec *)ret_spec;

	spec->lists_down_revision = node->kind == NODE_LIST;
	read_texts_or_null(reader, node, &spec->down_revision);
}

static void add_place(struct reader *reader, const struct node *node, struct named_places *places)
{
	str name;

	if (read_text(reader, node, &name)) {
		*LIST_PUSH(places, reader->arena) = (struct named_place){ name, node->where };
	}
}

static void read_place(struct reader *reader, const struct node *node, void *ret_place)
{
	struct named_place *place = (struct named_place *)ret_place;

	place->where = node->where;
	read_name(reader, node, &place->name);
}

static void read_places(struct reader *reader, const struct node *node, void *ret_places)
{
	if (!expect_kind(reader, node, NODE_LIST, "a list")) {
		return;
	}
	for (const struct node *item = node->first; item; item = item->next) {
		add_place(reader, item, (struct named_places *)ret_places);
	}
}

static void read_place_or_places(struct reader *reader, const struct node *node, void *ret_places)
{
	if (node->kind == NODE_TEXT) {
		add_place(reader, node, (struct named_places *)ret_places);
	} else if (expect_kind(reader, node, NODE_LIST, "text or a list")) {
		read_places(reader, node, ret_places);
	}
}

/* --- words and numbers --------------------------------------------------------------------- */

/* Whether this is text without quotes, as booleans and numbers are; reports it if not. */
static bool expect_word(struct reader *reader, const struct node *node, const char *what)
{
	if (node->kind == NODE_TEXT && node->style == STYLE_PLAIN) {
		return true;
	}
	struct error *error = mistake_at(
			reader, node->where, "expected %s, found %s", what, node_kind_name(node));

	if (node->kind == NODE_TEXT) {
		error->hint = STR("Write it without quotes.");
	}
	return false;
}

static bool is_one_of(str word, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (str_equal(word, str_from(words[i]))) {
			return true;
		}
	}
	return false;
}

/* What other dialects of YAML, and Python, write. */
static str hint_for_bool(str word)
{
	static const char *const yes[] = { "yes", "Yes", "YES", "on", "On", "True", "TRUE", "1",
		"y" };
	static const char *const no[] = { "no", "No", "NO", "off", "Off", "False", "FALSE", "0",
		"n" };

	if (is_one_of(word, yes, COUNT_OF(yes))) {
		return STR("Write true.");
	}
	return is_one_of(word, no, COUNT_OF(no)) ? STR("Write false.") : STR("");
}

static void read_bool(struct reader *reader, const struct node *node, void *ret_bool)
{
	static const char *const words[] = { "true", "false" };

	if (!expect_word(reader, node, "true or false")) {
		return;
	}
	*(bool *)ret_bool = str_equal(node->text, STR("true"));
	if (!str_equal(node->text, STR("true")) && !str_equal(node->text, STR("false"))) {
		struct error *error = mistake_at(reader, node->where,
				"expected true or false, found '%.*s'", STR_ARG(node->text));

		error->hint = hint_for_bool(node->text);
		if (!error->hint.len) {
			error->hint = hint_nearest_name(reader, node->text, words, COUNT_OF(words));
		}
	}
}

/* Words for the first numbers; what begins with zeros. */
static str hint_for_number(struct reader *reader, str word)
{
	static const char *const words[] = { "zero", "one", "two", "three", "four", "five", "six",
		"seven", "eight", "nine", "ten" };
	size_t zeros = 0;

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (str_equal(word, str_from(words[i]))) {
			return str_format(reader->arena, "Write %zu.", i);
		}
	}
	while (zeros + 1 < word.len && word.data[zeros] == '0') {
		zeros++;
	}
	for (size_t i = zeros; i < word.len; i++) {
		if (word.data[i] < '0' || word.data[i] > '9') {
			return STR("Write it in digits.");
		}
	}
	return zeros ? str_format(reader->arena, "Write %.*s.",
				       STR_ARG(str_slice(word, zeros, word.len)))
		     : STR("");
}

bool read_count(struct reader *reader, const struct node *node, size_t *ret_count)
{
	size_t count = 0;

	if (!expect_word(reader, node, "a number")) {
		return false;
	}
	for (size_t i = 0; i < node->text.len; i++) {
		const char c = node->text.data[i];

		const bool leads =
				c == '0' && i == 0 && node->text.len > 1; // octal to some readers

		if (c < '0' || c > '9' || leads || count > SIZE_MAX / 100) {
			mistake_at(reader, node->where, "expected a number, found '%.*s'",
					STR_ARG(node->text))
					->hint = hint_for_number(reader, node->text);
			return false;
		}
		count = count * 10 + (size_t)(c - '0');
	}
	*ret_count = count;
	return true;
}

static void read_count_value(struct reader *reader, const struct node *node, void *ret_count)
{
	read_count(reader, node, (size_t *)ret_count);
}

static void read_pattern(struct reader *reader, const struct node *node, void *ret_pattern)
{
	struct expected_pattern *expected = (struct expected_pattern *)ret_pattern;
	struct pattern *pattern;
	size_t offset;

	expected->where = node->where;
	if (!read_text(reader, node, &expected->text)) {
		return;
	}
	struct error *error = pattern_compile(expected->text, reader->arena, &pattern, &offset);

	if (error) {
		size_t end = expected->text.len; // a place behind a block would be on the next line

		while (end && (expected->text.data[end - 1] == '\n')) {
			end--;
		}
		offset = offset < end ? offset : end;
		mistake_at(reader, node_part(node, offset, offset < end, reader->arena),
				"cannot use this pattern: %.*s", STR_ARG(error->message))
				->hint =
				STR("Patterns are those of PCRE2; a backslash takes away a "
				    "character's special sense.");
		return;
	}
	expected->pattern = pattern;
	*LIST_PUSH(&reader->scenario->patterns, reader->arena) = pattern;
}

bool find_engine(struct reader *reader, str name, struct span where, size_t *ret_engine)
{
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		if (str_equal(name, str_from(scenario_engine_names[i]))) {
			*ret_engine = i;
			return true;
		}
	}
	struct error *error = mistake_at(reader, where, "no engine '%.*s'", STR_ARG(name));

	error->hint = hint_nearest_name(reader, name, scenario_engine_names, SCENARIO_ENGINE_COUNT);
	if (!error->hint.len) {
		error->hint = STR("The engines are sqlite and postgres.");
	}
	return false;
}

/* After a mistake nobody knows which engines were meant: none is left out, so that no cell is missed. */
static void read_engines(struct reader *reader, const struct node *node, void *ret_engines)
{
	bool *engines = (bool *)ret_engines;
	bool is_named[SCENARIO_ENGINE_COUNT] = { false };
	bool are_known = expect_kind(reader, node, NODE_LIST, "a list") && node->first &&
			!node->is_cut;

	if (node->kind == NODE_LIST && !node->first && !node->is_cut) {
		mistake_at(reader, node->where, "the list names no engine")->hint =
				STR("Leave 'engines' out to use all.");
	}
	for (const struct node *item = node->kind == NODE_LIST ? node->first : NULL; item;
			item = item->next) {
		size_t engine;
		str name;

		if (read_text(reader, item, &name) &&
				find_engine(reader, name, item->where, &engine)) {
			is_named[engine] = true;
		} else {
			are_known = false;
		}
	}
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		engines[i] = is_named[i] || !are_known;
	}
}

/* --- version rows --------------------------------------------------------------------------- */

void read_version_rows(struct reader *reader, const struct node *node, const char *hint,
		struct str_list *ret_rows)
{
	static const char *const words[] = { "head", "heads", "base", "none" };

	for (size_t i = 0; node->kind == NODE_TEXT && i < COUNT_OF(words); i++) {
		if (str_equal(node->text, str_from(words[i]))) {
			mistake_at(reader, node->where, "no version row is called '%s'", words[i])
					->hint = str_from(hint);
			return;
		}
	}
	kind_text_or_texts.read(reader, node, ret_rows);
}

/* --- files --------------------------------------------------------------------------------- */

struct file_reference file_reference_of(const struct reader *reader, str name, struct span where)
{
	const struct file_reference file = {
		.name = name,
		.path = path_join(path_folder(reader->scenario->path), name, reader->arena),
		.where = where,
	};

	str_list_add(&reader->scenario->named_files, file.path, reader->arena);
	return file;
}

const struct value_kind kind_text = { SCHEMA_TEXT, read_text_value };
const struct value_kind kind_name = { SCHEMA_TEXT, read_name };
const struct value_kind kind_texts = { SCHEMA_TEXTS, read_texts };
const struct value_kind kind_text_or_texts = { SCHEMA_EITHER, read_text_or_texts };
const struct value_kind kind_texts_or_null = { SCHEMA_OR_NULL, read_texts_or_null };
const struct value_kind kind_down_revision = { SCHEMA_OR_NULL, read_down_revision };
const struct value_kind kind_one_text = { SCHEMA_TEXT, read_one_text };
const struct value_kind kind_place = { SCHEMA_TEXT, read_place };
const struct value_kind kind_places = { SCHEMA_TEXTS, read_places };
const struct value_kind kind_place_or_places = { SCHEMA_EITHER, read_place_or_places };
const struct value_kind kind_bool = { "{\"type\": \"boolean\"}", read_bool };
const struct value_kind kind_count = { "{\"type\": \"integer\", \"minimum\": 0}",
	read_count_value };
const struct value_kind kind_pattern = { SCHEMA_TEXT, read_pattern };
const struct value_kind kind_engines = {
	"{\"type\": \"array\", \"minItems\": 1, \"items\": {\"enum\": [\"sqlite\", \"postgres\"]}}",
	read_engines,
};
