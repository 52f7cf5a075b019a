#include "project/new_revision.h"

#include "project/revision_file.h"
#include "project/rewrite.h"
#include "project/settings.h"

#include <string.h>

/* Alembic's own template, as its newest release has it; `upgrade` and `downgrade` are defined as a project does. */
#define USUAL_HEADER                                                                \
	"\"\"\"${message}\n"                                                        \
	"\n"                                                                        \
	"Revision ID: ${up_revision}\n"                                             \
	"Revises: ${down_revision | comma,n}\n"                                     \
	"Create Date: ${create_date}\n"                                             \
	"\n"                                                                        \
	"\"\"\"\n"                                                                  \
	"from typing import Sequence, Union\n"                                      \
	"\n"                                                                        \
	"from alembic import op\n"                                                  \
	"import sqlalchemy as sa\n"                                                 \
	"\n"                                                                        \
	"\n"                                                                        \
	"# revision identifiers, used by Alembic.\n"                                \
	"revision: str = ${repr(up_revision)}\n"                                    \
	"down_revision: Union[str, Sequence[str], None] = ${repr(down_revision)}\n" \
	"branch_labels: Union[str, Sequence[str], None] = ${repr(branch_labels)}\n" \
	"depends_on: Union[str, Sequence[str], None] = ${repr(depends_on)}\n"

/* ---- expressions ---- */

static str ids_with_commas(const struct new_revision *revision, struct arena *arena)
{
	return str_list_join(&revision->down_revision, STR(", "), arena);
}

static str quoted_ids(const struct new_revision *revision, struct arena *arena)
{
	struct buf out = { .arena = arena };
	const bool is_tuple = revision->down_revision.count > 1;

	if (!revision->down_revision.count) {
		return STR("None");
	}
	buf_add(&out, is_tuple ? STR("(") : STR(""));
	for (size_t i = 0; i < revision->down_revision.count; i++) {
		buf_add(&out, i ? STR(", ") : STR(""));
		python_text_add(&out, revision->down_revision.items[i], 0, false);
	}
	buf_add(&out, is_tuple ? STR(")") : STR(""));
	return buf_str(&out);
}

static str quoted_id(const struct new_revision *revision, struct arena *arena)
{
	struct buf out = { .arena = arena };

	python_text_add(&out, revision->id, 0, false);
	return buf_str(&out);
}

static str id(const struct new_revision *revision, struct arena *arena)
{
	(void)arena;
	return revision->id;
}

static str message(const struct new_revision *revision, struct arena *arena)
{
	(void)arena;
	return revision->message;
}

static str created(const struct new_revision *revision, struct arena *arena)
{
	const struct moment *at = &revision->created;
	struct buf out = { .arena = arena };

	buf_format(&out, "%04d-%02d-%02d %02d:%02d:%02d", at->year, at->month, at->day, at->hour,
			at->minute, at->second);
	if (at->microsecond) {
		buf_format(&out, ".%06d", at->microsecond);
	}
	buf_add(&out, at->offset);
	return buf_str(&out);
}

static str none(const struct new_revision *revision, struct arena *arena)
{
	(void)revision;
	(void)arena;
	return STR("None");
}

static str nothing(const struct new_revision *revision, struct arena *arena)
{
	(void)revision;
	(void)arena;
	return STR("");
}

/* Where a template has it, the first line stands behind blanks. */
static str body(str lines)
{
	return lines.len ? str_trim(lines) : STR("pass");
}

static str upgrades(const struct new_revision *revision, struct arena *arena)
{
	(void)arena;
	return body(revision->bodies.upgrade);
}

static str downgrades(const struct new_revision *revision, struct arena *arena)
{
	(void)arena;
	return body(revision->bodies.downgrade);
}

/* What templates ask for, without blanks. Of imports nothing more is needed. */
static const struct expression {
	const char *text;
	str (*value)(const struct new_revision *revision, struct arena *arena);
} expressions[] = {
	{ "message", message },
	{ "message|n", message },
	{ "up_revision", id },
	{ "repr(up_revision)", quoted_id },
	{ "down_revision|comma,n", ids_with_commas },
	{ "down_revision|comma", ids_with_commas },
	{ "down_revision|n,comma", ids_with_commas },
	{ "down_revision", quoted_ids },
	{ "repr(down_revision)", quoted_ids },
	{ "create_date", created },
	{ "branch_labels", none },
	{ "repr(branch_labels)", none },
	{ "depends_on", none },
	{ "repr(depends_on)", none },
	{ "branch_labels|comma,n", nothing },
	{ "depends_on|comma,n", nothing },
	{ "importsifimportselse\"\"", nothing },
	{ "importsifimportselse''", nothing },
	{ "importsor\"\"", nothing },
	{ "importsor''", nothing },
	{ "upgradesifupgradeselse\"pass\"", upgrades },
	{ "upgradesifupgradeselse'pass'", upgrades },
	{ "upgradesor\"pass\"", upgrades },
	{ "upgradesor'pass'", upgrades },
	{ "downgradesifdowngradeselse\"pass\"", downgrades },
	{ "downgradesifdowngradeselse'pass'", downgrades },
	{ "downgradesor\"pass\"", downgrades },
	{ "downgradesor'pass'", downgrades },
};

static str without_blanks(str text, struct arena *arena)
{
	struct buf out = { .arena = arena };

	for (size_t i = 0; i < text.len; i++) {
		const char c = text.data[i];

		if (c != ' ' && c != '\t' && c != '\r' && c != '\n') {
			buf_add_char(&out, c);
		}
	}
	return buf_str(&out);
}

static str with_double_quotes(str text, struct arena *arena)
{
	struct buf out = { .arena = arena };

	for (size_t i = 0; i < text.len; i++) {
		buf_add_char(&out, text.data[i] == '\'' ? '"' : text.data[i]);
	}
	return buf_str(&out);
}

/* Add what an expression stands for; false: it is none of those that are known. */
static bool add_expression(const struct new_revision *revision, str written, struct buf *out)
{
	// As those write it who like double quotes.
	static const char *const replacing[] = { ".replace(\"'\",'\"')", ".replace(\"'\",\"\\\"\")",
		".replace('\\'','\"')" };
	str text = without_blanks(written, out->arena);
	bool is_double = false;

	for (size_t i = 0; i < COUNT_OF(replacing) && !is_double; i++) {
		is_double = str_ends_with(text, str_from(replacing[i]));
		text.len -= is_double ? strlen(replacing[i]) : 0;
	}
	for (size_t i = 0; i < COUNT_OF(expressions); i++) {
		if (str_equal(text, str_from(expressions[i].text))) {
			const str value = expressions[i].value(revision, out->arena);

			buf_add(out, is_double ? with_double_quotes(value, out->arena) : value);
			return true;
		}
	}
	return false;
}

/* ---- templates ---- */

/* A line without expressions that Mako takes for itself; false: it is more than a comment. */
static bool is_plain_line(str line, bool *ret_is_comment)
{
	const str text = str_trim(line);

	*ret_is_comment = str_starts_with(text, STR("##"));
	return *ret_is_comment ||
			(!str_starts_with(text, STR("%")) &&
					str_find(line, STR("<%")) == line.len &&
					str_find(line, STR("</%")) == line.len);
}

static bool add_line(const struct new_revision *revision, str line, struct buf *out)
{
	for (;;) {
		const size_t at = str_find(line, STR("${"));

		buf_add(out, str_slice(line, 0, at));
		if (at == line.len) {
			return true;
		}
		const str rest = str_slice(line, at + 2, line.len);
		const size_t end = str_find_char(rest, '}');

		if (end == rest.len || !add_expression(revision, str_slice(rest, 0, end), out)) {
			return false;
		}
		line = str_slice(rest, end + 1, rest.len);
	}
}

/* The text of a template; false: it says more than is known here. */
static bool fill_in(const struct new_revision *revision, str script_template, struct buf *out)
{
	str line;

	while (str_next_part(&script_template, '\n', &line)) {
		bool is_comment;

		if (!is_plain_line(line, &is_comment)) {
			return false;
		}
		if (is_comment) {
			continue;
		}
		if (str_ends_with(line, STR("\r"))) {
			line.len--; // Mako goes by the text alone
		}
		const bool is_joined = str_ends_with(line, STR("\\"));

		line.len -= is_joined;
		if (!add_line(revision, line, out)) {
			return false;
		}
		if (script_template.data && !is_joined) {
			buf_add_char(out, '\n');
		}
	}
	return true;
}

static bool has_bodies(const struct new_revision *revision, str text)
{
	const struct new_bodies *bodies = &revision->bodies;
	const bool wants_any = bodies->upgrade.len || bodies->downgrade.len;

	return !wants_any ||
			(str_find(text, STR("from alembic import op")) < text.len &&
					str_find(text, bodies->upgrade) < text.len &&
					str_find(text, bodies->downgrade) < text.len);
}

static bool is_what_was_asked_for(
		const struct new_revision *revision, str text, struct arena *arena)
{
	const struct source source = { .name = STR("script.py.mako"), .text = text };
	const struct revision_file file = revision_file_read(&source, arena);
	const struct declared_fact *own = &file.facts[FACT_REVISION];
	const struct literal *down = &file.facts[FACT_DOWN_REVISION].value;

	if (file.problem || !own->is_there || own->value.kind != LITERAL_TEXT ||
			!str_equal(own->value.items[0].value, revision->id) ||
			down->count != revision->down_revision.count || !file.has_upgrade ||
			!file.has_downgrade) {
		return false;
	}
	for (size_t i = 0; i < down->count; i++) {
		if (!str_equal(down->items[i].value, revision->down_revision.items[i])) {
			return false;
		}
	}
	return true;
}

/* How the template defines a function, up to the colon: its env.py may hand it arguments. */
static str definition_of(const char *name, str script_template, struct arena *arena)
{
	const str start = str_format(arena, "def %s(", name);
	str line;

	while (str_next_part(&script_template, '\n', &line)) {
		line = str_trim(line);
		if (str_starts_with(line, start) && str_ends_with(line, STR(":")) &&
				str_find(line, STR("${")) == line.len) {
			return line;
		}
	}
	return str_format(arena, "def %s() -> None:", name);
}

str new_revision_text(const struct new_revision *revision, str script_template, struct arena *arena)
{
	struct buf text = { .arena = arena }, usual = { .arena = arena };

	if (script_template.len && fill_in(revision, script_template, &text) &&
			is_what_was_asked_for(revision, buf_str(&text), arena) &&
			has_bodies(revision, buf_str(&text))) {
		return buf_str(&text);
	}
	(void)fill_in(revision, STR(USUAL_HEADER), &usual);
	buf_format(&usual, "\n\n%.*s\n    %.*s\n\n\n%.*s\n    %.*s\n",
			STR_ARG(definition_of("upgrade", script_template, arena)),
			STR_ARG(body(revision->bodies.upgrade)),
			STR_ARG(definition_of("downgrade", script_template, arena)),
			STR_ARG(body(revision->bodies.downgrade)));
	return buf_str(&usual);
}

/* ---- names ---- */

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '_' || c < 0;
}

/* The words of a message with underscores between them, cut as Alembic does. */
static str slug_of(str text, size_t most, struct arena *arena)
{
	struct buf out = { .arena = arena };

	for (size_t i = 0; i < text.len; i++) {
		if (!is_word(text.data[i])) {
			continue;
		}
		if (out.len && !is_word(text.data[i - 1])) {
			buf_add_char(&out, '_');
		}
		const char c = text.data[i];

		buf_add_char(&out, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
	str slug = buf_str(&out);

	if (slug.len > most) {
		slug = str_slice(slug, 0, most);
		for (size_t i = slug.len; i-- > 0;) {
			if (slug.data[i] == '_') {
				slug.len = i;
				break;
			}
		}
		slug = str_format(arena, "%.*s_", STR_ARG(slug));
	}
	return slug;
}

/* A conversion of Python's `%` with a name: "%(month).2d" has a precision of 2 and the letter 'd'. */
struct conversion {
	str name;
	size_t width, precision;
	bool has_zeros; /* "%(day)02d" */
	char letter;
};

static size_t read_number(str *text)
{
	size_t number = 0;

	while (text->len && text->data[0] >= '0' && text->data[0] <= '9') {
		number = number < 1000 ? number * 10 + (size_t)(text->data[0] - '0') : number;
		*text = str_slice(*text, 1, text->len);
	}
	return number;
}

/* Take a conversion, behind its "%", off the front of `text`; false: it is none of Python's. */
static bool read_conversion(str *text, struct conversion *ret_conversion)
{
	const size_t end = str_find_char(*text, ')');

	*ret_conversion = (struct conversion){ 0 };
	if (!text->len || text->data[0] != '(' || end == text->len) {
		return false;
	}
	ret_conversion->name = str_slice(*text, 1, end - 1);
	*text = str_slice(*text, end + 1, text->len);
	if (text->len && text->data[0] == '0') {
		ret_conversion->has_zeros = true;
	}
	ret_conversion->width = read_number(text);
	if (text->len && text->data[0] == '.') {
		*text = str_slice(*text, 1, text->len);
		ret_conversion->precision = read_number(text);
	}
	if (!text->len || !strchr("sdi", text->data[0])) {
		return false;
	}
	ret_conversion->letter = text->data[0];
	*text = str_slice(*text, 1, text->len);
	return true;
}

static void add_padded(struct buf *out, str text, char pad, size_t width)
{
	buf_add_repeated(out, pad, width > text.len ? width - text.len : 0);
	buf_add(out, text);
}

static bool add_conversion(const struct new_revision *revision, const struct conversion *conversion,
		size_t slug_len, struct buf *out)
{
	const struct moment *at = &revision->created;

	const struct {
		const char *name;
		int64_t value;
	} numbers[] = { { "year", at->year }, { "month", at->month }, { "day", at->day },
		{ "hour", at->hour }, { "minute", at->minute }, { "second", at->second },
		{ "epoch", at->epoch } };
	struct buf text = { .arena = out->arena };

	if (conversion->letter == 's' && str_equal(conversion->name, STR("rev"))) {
		buf_add(&text, revision->id);
	} else if (conversion->letter == 's' && str_equal(conversion->name, STR("slug"))) {
		buf_add(&text, slug_of(revision->message, slug_len, out->arena));
	}
	for (size_t i = 0; i < COUNT_OF(numbers); i++) {
		if (str_equal(conversion->name, str_from(numbers[i].name))) {
			const str digits =
					str_format(out->arena, "%lld", (long long)numbers[i].value);

			add_padded(&text, digits, '0',
					conversion->letter == 's' ? 0 : conversion->precision);
		}
	}
	add_padded(out, buf_str(&text),
			conversion->has_zeros && conversion->letter != 's' ? '0' : ' ',
			conversion->width);
	return text.len > 0;
}

static bool fill_in_name(const struct new_revision *revision, str file_template, size_t slug_len,
		struct buf *out)
{
	while (file_template.len) {
		const size_t at = str_find_char(file_template, '%');
		struct conversion conversion;

		buf_add(out, str_slice(file_template, 0, at));
		if (at == file_template.len) {
			break;
		}
		file_template = str_slice(file_template, at + 1, file_template.len);
		if (str_starts_with(file_template, STR("%"))) {
			buf_add_char(out, '%');
			file_template = str_slice(file_template, 1, file_template.len);
		} else if (!read_conversion(&file_template, &conversion) ||
				!add_conversion(revision, &conversion, slug_len, out)) {
			return false;
		}
	}
	return out->len > 0;
}

str new_revision_name(const struct new_revision *revision, str file_template, size_t slug_len,
		struct arena *arena)
{
	const size_t usual_slug_len = 40;
	struct buf name = { .arena = arena };

	slug_len = slug_len ? slug_len : usual_slug_len;
	if (!fill_in_name(revision, file_template, slug_len, &name)) {
		name = (struct buf){ .arena = arena };
		(void)fill_in_name(revision, STR(SETTINGS_FILE_TEMPLATE), slug_len, &name);
	}
	buf_add(&name, STR(".py"));
	return buf_str(&name);
}
