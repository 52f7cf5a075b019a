#include "scenario/reader.h"

#include "kit/suggest.h"

#include <assert.h>
#include <stdarg.h>

/* A longer word is not a misspelt one. */
#define LONGEST_WORD 100

struct error *mistake_at(struct reader *reader, struct span where, const char *format, ...)
{
	va_list values;

	va_start(values, format);
	const str message = str_format_list(reader->arena, format, values);
	va_end(values);
	struct error *error =
			error_at(reader->arena, ERROR_INVALID, where, "%.*s", STR_ARG(message));

	error_list_add(reader->mistakes, error, reader->arena);
	return error;
}

str hint_nearest(const struct reader *reader, str word, const str *candidates, size_t count)
{
	if (!word.len || word.len > LONGEST_WORD || count > MOST_CANDIDATES ||
			reader->mistakes->count > YAML_MAX_MISTAKES) {
		return STR("");
	}
	return suggest_did_you_mean(suggest_nearest(word, candidates, count, reader->arena),
			STR(""), reader->arena);
}

str hint_nearest_name(
		const struct reader *reader, str word, const char *const *candidates, size_t count)
{
	struct str_list names = { 0 };

	for (size_t i = 0; i < count; i++) {
		str_list_add(&names, str_from(candidates[i]), reader->arena);
	}
	return hint_nearest(reader, word, names.items, names.count);
}

bool expect_kind(struct reader *reader, const struct node *node, enum node_kind kind,
		const char *what)
{
	if (node->kind == kind) {
		return true;
	}
	if (node->kind == NODE_BAD) {
		return false;
	}
	struct error *error = mistake_at(
			reader, node->where, "expected %s, found %s", what, node_kind_name(node));

	if (node->kind == NODE_NULL && kind == NODE_TEXT) {
		error->hint = STR("Quote it if the text 'null' is meant.");
	} else if (node->kind == NODE_TEXT && node->style == STYLE_PLAIN &&
			str_equal(str_from(what), STR("a list"))) {
		error->hint = str_format(reader->arena, "Write [%.*s] for a list of one.",
				STR_ARG(node->text));
	}
	return false;
}

/* --- maps ---------------------------------------------------------------------------------- */

const struct node *map_find_key(const struct node *node, const char *name)
{
	if (node->kind != NODE_MAP) {
		return NULL;
	}
	for (const struct node *key = node->first; key; key = key->next) {
		if (key->kind == NODE_TEXT && str_equal(key->text, str_from(name))) {
			return key;
		}
	}
	return NULL;
}

static size_t shape_find(const struct shape *shape, str name)
{
	size_t i = 0;

	while (i < shape->field_count && !str_equal(name, str_from(shape->fields[i].name))) {
		i++;
	}
	return i;
}

bool keys_are_known(const struct node *node, const struct shape *shape)
{
	if (node->kind != NODE_MAP || node->is_cut) {
		return false;
	}
	for (const struct node *key = node->first; key; key = key->next) {
		if (key->kind != NODE_TEXT || shape_find(shape, key->text) == shape->field_count) {
			return false;
		}
	}
	return true;
}

/* The rest of a text in a one-line map that a comma ended; `before` is the key whose value it was. */
static void report_cut_text(struct reader *reader, const struct shape *shape,
		const struct node *key, const struct node *before)
{
	const size_t at = shape_find(shape, before->text);
	const bool is_sql = shape == &shape_sql ||
			(at < shape->field_count && shape->fields[at].kind == &kind_sql);
	struct error *error =
			mistake_at(reader, key->where, "unknown key '%.*s'", STR_ARG(key->text));

	error->hint = str_format(reader->arena,
			"In a one-line map a comma ends the value of '%.*s': quote the %s.",
			STR_ARG(before->text), is_sql ? "SQL" : "text");
}

/* The key that is near, or else begins as the word does: 'rows' for 'rows_kept', 'strategy' for 'strategies'. */
static str nearest_key(struct reader *reader, str word, const struct str_list *names)
{
	str nearest = { 0 };

	if (word.len > LONGEST_WORD) {
		return nearest;
	}
	nearest = suggest_nearest(word, names->items, names->count, reader->arena);
	for (size_t i = 0; i < names->count && !nearest.len && word.len > 2; i++) {
		if (str_starts_with(names->items[i], str_slice(word, 0, (word.len * 3 + 3) / 4))) {
			nearest = names->items[i];
		}
	}
	return nearest;
}

static void report_unknown_key(struct reader *reader, const struct shape *shape,
		const struct node *key, unsigned *meant)
{
	struct error *error =
			mistake_at(reader, key->where, "unknown key '%.*s'", STR_ARG(key->text));
	struct str_list names = { 0 };

	for (size_t i = 0; i < shape->field_count; i++) {
		str_list_add(&names, str_from(shape->fields[i].name), reader->arena);
	}
	const str nearest = nearest_key(reader, key->text, &names);

	if (nearest.len) {
		error->hint = suggest_did_you_mean(nearest, STR(""), reader->arena);
		*meant |= 1U << shape_find(shape, nearest);
	} else {
		error->hint = str_format(reader->arena, "The keys of %s are %.*s.", shape->subject,
				STR_ARG(str_list_join(&names, STR(", "), reader->arena)));
	}
}

static void report_missing_keys(struct reader *reader, const struct node *node,
		const struct shape *shape, unsigned there)
{
	for (size_t i = 0; i < shape->field_count; i++) {
		if (shape->fields[i].is_required && !(there & 1U << i)) {
			mistake_at(reader, node->where, "missing key '%s' in %s",
					shape->fields[i].name, shape->subject);
		}
	}
}

/* Whether this key is what a comma left of the value of a key before it. */
static bool is_cut_text(const struct node *key, const struct node *before)
{
	return key->lacks_colon && before && before->value &&
			(before->lacks_colon ||
					(before->value->kind == NODE_TEXT &&
							before->value->style == STYLE_PLAIN));
}

/* Whether the node is a map, as all shapes are. */
static bool expect_shape(struct reader *reader, const struct node *node, const struct shape *shape)
{
	const size_t mistakes = reader->mistakes->count;

	if (expect_kind(reader, node, NODE_MAP, "a map")) {
		return true;
	}
	if (reader->mistakes->count > mistakes && shape->example) {
		reader->mistakes->items[mistakes]->hint =
				str_format(reader->arena, "Write %s.", shape->example);
	}
	return false;
}

unsigned fields_read(struct reader *reader, const struct node *node, const struct shape *shape,
		void *ret_values)
{
	const struct node *before = NULL; // the last key that had a value
	unsigned given = 0, meant = 0;
	bool is_cut = false; // the value of `before` was, and that has been reported

	assert(shape->field_count <= 32);
	if (!expect_shape(reader, node, shape)) {
		return 0;
	}
	for (const struct node *key = node->first; key; key = key->next) {
		if (key->kind == NODE_BAD) {
			continue;
		}
		const size_t at = shape_find(shape, key->text);

		if (at == shape->field_count && is_cut_text(key, before)) {
			if (!is_cut) {
				report_cut_text(reader, shape, key, before);
			}
			is_cut = true;
			continue;
		}
		before = key;
		is_cut = false;
		if (at == shape->field_count) {
			report_unknown_key(reader, shape, key, &meant);
			continue;
		}
		given |= 1U << at;
		if (key->lacks_colon) {
			mistake_at(reader, key->where, "key '%.*s' has no value",
					STR_ARG(key->text));
		} else if (key->value->kind != NODE_BAD) {
			shape->fields[at].kind->read(reader, key->value,
					(char *)ret_values + shape->fields[at].offset);
		}
	}
	if (!node->is_cut && !shape->is_partial) {
		report_missing_keys(reader, node, shape, given | meant);
	}
	return given;
}

size_t keys_exclude(struct reader *reader, const struct node *node, const char *const *names,
		size_t count)
{
	const struct node *first = NULL;
	size_t found = 0;

	for (const struct node *key = node->first; key; key = key->next) {
		bool is_one = false;

		for (size_t i = 0; key->kind == NODE_TEXT && i < count && !is_one; i++) {
			is_one = str_equal(key->text, str_from(names[i]));
		}
		if (!is_one) {
			continue;
		}
		if (first) {
			mistake_at(reader, key->where, "'%.*s' cannot stand beside '%.*s'",
					STR_ARG(key->text), STR_ARG(first->text));
		} else {
			first = key;
		}
		found++;
	}
	return found;
}

bool key_is_name(struct reader *reader, const struct node *key, const char *what)
{
	if (key->kind == NODE_BAD) {
		return false;
	}
	if (key->lacks_colon) {
		mistake_at(reader, key->where, "key '%.*s' has no value", STR_ARG(key->text))
				->hint = STR(
				"In a one-line map a comma ends a value: quote a text that has one.");
		return false;
	}
	if (!key->text.len) {
		mistake_at(reader, key->where, "the name of %s cannot be empty", what);
		return false;
	}
	return true;
}

void check_cell_name(struct reader *reader, const struct node *key, const char *what)
{
	const str name = key->text;

	if (name.len > LONGEST_WORD) {
		mistake_at(reader, key->where, "the name of %s is longer than %d bytes", what,
				LONGEST_WORD);
		return;
	}
	for (size_t i = 0; i < name.len; i++) {
		const char c = name.data[i];
		const bool is_control = str_control_len(name, i) > 0;

		if (is_control || str_find_char(STR("@:*/"), c) < 4) {
			const char *shown = is_control ? "a control character"
						       : (char[]){ '\'', c, '\'', 0 };
			struct error *error = mistake_at(reader,
					node_part(key, i, 1, reader->arena),
					"the name of %s cannot have %s in it", what, shown);

			error->hint = STR(
					"Names of cells and records are made of it: leave out '@', ':', '*', "
					"'/' and control characters.");
			return;
		}
	}
	if (str_trim(name).len != name.len) {
		mistake_at(reader, key->where, "the name of %s cannot begin or end with a blank",
				what);
		return;
	}
}
