#include "project/rewrite.h"

#include "project/encoding.h"

#include <stdlib.h>
#include <string.h>

/* Longer lists are written anew as a whole. */
#define MOST_ITEMS 256

/* Bytes of the file, and what stands there instead. */
struct change {
	size_t offset, len;
	str text;
};

struct changes {
	struct change *items;
	size_t count, capacity;
};

struct rewriting {
	const struct source *source;
	const struct revision_spec *before, *after;
	struct revision_file file;
	bool is_latin_1;
	struct changes changes;
	struct arena *arena;
};

static void add_change(struct rewriting *rewriting, size_t offset, size_t len, str text)
{
	*LIST_PUSH(&rewriting->changes, rewriting->arena) =
			(struct change){ .offset = offset, .len = len, .text = text };
}

/* ---- literals ---- */

/* What stands between quotes of that kind. */
static void add_escaped(struct buf *out, str text, char quote, bool is_ascii)
{
	for (size_t i = 0; i < text.len; i++) {
		const unsigned char c = (unsigned char)text.data[i];

		if (c == (unsigned char)quote || c == '\\') {
			buf_format(out, "\\%c", c);
		} else if (c < ' ' || c == 127) {
			buf_format(out, "\\x%02x", c);
		} else if (c >= 0x80 &&
				is_ascii) { // the whole of it, which decoding has made UTF-8
			const size_t len = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
			uint32_t code = c & (0xffu >> (len + 1));

			for (size_t j = 1; j < len && i + 1 < text.len; j++) {
				code = code << 6 | ((unsigned char)text.data[++i] & 0x3fu);
			}
			buf_format(out, "\\U%08x", (unsigned)code);
		} else {
			buf_add_char(out, (char)c);
		}
	}
}

void python_text_add(struct buf *out, str text, char quote, bool is_ascii)
{
	if (!quote) {
		quote = str_find_char(text, '\'') < text.len && str_find_char(text, '"') == text.len
				? '"'
				: '\'';
	}
	buf_add_char(out, quote);
	add_escaped(out, text, quote, is_ascii);
	buf_add_char(out, quote);
}

static char quote_at(const struct literal_text *text)
{
	const str written =
			str_slice(text->where.source->text, text->where.offset, text->where.len);

	return written.data[str_find_char(written, '"') < str_find_char(written, '\'')
					? str_find_char(written, '"')
					: str_find_char(written, '\'')];
}

/* The quotes of a value, else those of the file's id. */
static char quote_of(const struct rewriting *rewriting, const struct literal *value)
{
	const struct literal *id = &rewriting->file.facts[FACT_REVISION].value;

	if (value->kind != LITERAL_TEXT && value->kind != LITERAL_LIST) {
		value = id;
	}
	if ((value->kind == LITERAL_TEXT || value->kind == LITERAL_LIST) && value->count) {
		return quote_at(&value->items[0]);
	}
	return '"';
}

static str text_literal(struct rewriting *rewriting, str text, char quote)
{
	struct buf out = { .arena = rewriting->arena };

	python_text_add(&out, text, quote, rewriting->is_latin_1);
	return buf_str(&out);
}

/* None, a text, or a tuple; a list where the value was one. */
static str names_literal(struct rewriting *rewriting, const struct literal *value,
		const struct str_list *names)
{
	const char quote = quote_of(rewriting, value);
	const bool is_list = value->kind == LITERAL_LIST &&
			rewriting->source->text.data[value->where.offset] == '[';
	struct buf out = { .arena = rewriting->arena };

	if (!names->count) {
		return STR("None");
	}
	if (names->count == 1) {
		return text_literal(rewriting, names->items[0], quote);
	}
	buf_add_char(&out, is_list ? '[' : '(');
	for (size_t i = 0; i < names->count; i++) {
		buf_add(&out, i ? STR(", ") : STR(""));
		python_text_add(&out, names->items[i], quote, rewriting->is_latin_1);
	}
	buf_add_char(&out, is_list ? ']' : ')');
	return buf_str(&out);
}

/* ---- lists, item by item ---- */

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* The first comma from `at` up to `end` that is in no comment; `end`: there is none. */
static size_t comma_after(str text, size_t at, size_t end)
{
	bool is_comment = false;

	for (; at < end; at++) {
		const char c = text.data[at];

		is_comment = (is_comment && c != '\n') || c == '#';
		if (c == ',' && !is_comment) {
			return at;
		}
	}
	return end;
}

static size_t end_of(const struct literal_text *item)
{
	return item->where.offset + item->where.len;
}

/* Behind the line's end, if from `at` on it has but blanks and a comment; else 0. */
static size_t empty_line_end(str text, size_t at)
{
	while (at < text.len && (is_blank(text.data[at]) || text.data[at] == '\r')) {
		at++;
	}
	if (at < text.len && text.data[at] == '#') {
		at += str_find_char(str_slice(text, at, text.len), '\n');
	}
	return at < text.len && text.data[at] == '\n' ? at + 1 : 0;
}

/* Where the line of `at` begins, if nothing but blanks stands before it; else SIZE_MAX. */
static size_t bare_line_start(str text, size_t at)
{
	while (at && is_blank(text.data[at - 1])) {
		at--;
	}
	return !at || text.data[at - 1] == '\n' ? at : SIZE_MAX;
}

/* An item with the parentheses that it alone stands in. */
struct extent {
	size_t start, end;
};

static bool is_any_blank(char c)
{
	return is_blank(c) || c == '\r' || c == '\n';
}

static struct extent extent_of(const struct literal *value, size_t i)
{
	const str text = value->where.source->text;
	const size_t first = value->where.offset + 1; // behind the list's own bracket
	const size_t last = value->where.offset + value->where.len;
	struct extent extent = { value->items[i].where.offset, end_of(&value->items[i]) };

	for (;;) {
		size_t start = extent.start, end = extent.end;

		while (start > first && is_any_blank(text.data[start - 1])) {
			start--;
		}
		while (end < last && is_any_blank(text.data[end])) {
			end++;
		}
		if (start <= first || end + 1 >= last || text.data[start - 1] != '(' ||
				text.data[end] != ')') {
			return extent;
		}
		extent = (struct extent){ start - 1, end + 1 };
	}
}

/* Take an item out, with its comma, and with its line if it has one to itself. */
static void remove_item(
		struct rewriting *rewriting, const struct literal *value, size_t i, bool leaves_one)
{
	const str text = rewriting->source->text;
	const struct extent item = extent_of(value, i);
	const bool is_last = i + 1 == value->count;
	const size_t limit = is_last ? value->where.offset + value->where.len
				     : extent_of(value, i + 1).start;
	const size_t comma = comma_after(text, item.end, limit);
	const size_t behind = comma < limit ? comma + 1 : item.end;
	const size_t line = bare_line_start(text, item.start);
	const size_t next_line = empty_line_end(text, behind);

	if (line != SIZE_MAX && next_line && next_line <= limit) {
		add_change(rewriting, line, next_line - line, STR(""));
	} else if (comma < limit) {
		size_t to = behind;

		while (to < limit && is_blank(text.data[to])) {
			to++;
		}
		add_change(rewriting, item.start, to - item.start, STR(""));
	} else if (i) {
		size_t from = comma_after(text, extent_of(value, i - 1).end, item.start);

		from += leaves_one && text.data[value->where.offset] != '['; // ("a",) is a tuple
		add_change(rewriting, from, item.end - from, STR(""));
	}
}

/* The least changes that make `n` names of an item list into others, by dynamic programming. */
struct alignment {
	size_t columns;
	unsigned *costs; /* of what is left from item i and name j on */
};

static unsigned *cost_at(const struct alignment *alignment, size_t i, size_t j)
{
	return &alignment->costs[i * alignment->columns + j];
}

static struct alignment align(
		const struct literal *value, const struct str_list *names, struct arena *arena)
{
	const struct alignment alignment = {
		.columns = names->count + 1,
		.costs = arena_new_array(arena, unsigned, (value->count + 1) * (names->count + 1)),
	};

	for (size_t i = value->count + 1; i-- > 0;) {
		for (size_t j = names->count + 1; j-- > 0;) {
			unsigned least = (unsigned)(value->count - i + names->count - j);

			if (i < value->count && j < names->count) {
				const bool is_same =
						str_equal(value->items[i].value, names->items[j]);
				const unsigned both = *cost_at(&alignment, i + 1, j + 1) + !is_same;

				least = both < least ? both : least;
			}
			if (i < value->count && *cost_at(&alignment, i + 1, j) + 1 < least) {
				least = *cost_at(&alignment, i + 1, j) + 1;
			}
			if (j < names->count && *cost_at(&alignment, i, j + 1) + 1 < least) {
				least = *cost_at(&alignment, i, j + 1) + 1;
			}
			*cost_at(&alignment, i, j) = least;
		}
	}
	return alignment;
}

static void insert_item(
		struct rewriting *rewriting, const struct literal *value, size_t i, str name)
{
	const str text = text_literal(rewriting, name, quote_of(rewriting, value));

	if (i) {
		add_change(rewriting, end_of(&value->items[i - 1]), 0,
				str_format(rewriting->arena, ", %.*s", STR_ARG(text)));
	} else {
		add_change(rewriting, value->items[0].where.offset, 0,
				str_format(rewriting->arena, "%.*s, ", STR_ARG(text)));
	}
}

static void change_items(struct rewriting *rewriting, const struct literal *value,
		const struct str_list *names)
{
	const struct alignment alignment = align(value, names, rewriting->arena);
	size_t i = 0, j = 0;

	while (i < value->count || j < names->count) {
		const unsigned cost = *cost_at(&alignment, i, j);
		const bool has_both = i < value->count && j < names->count;
		const bool is_same = has_both && str_equal(value->items[i].value, names->items[j]);

		if (has_both && *cost_at(&alignment, i + 1, j + 1) + !is_same == cost) {
			const struct literal_text *item = &value->items[i++];

			if (!is_same) {
				add_change(rewriting, item->where.offset, item->where.len,
						text_literal(rewriting, names->items[j],
								quote_at(item)));
			}
			j++;
		} else if (i < value->count && *cost_at(&alignment, i + 1, j) + 1 == cost) {
			remove_item(rewriting, value, i++, names->count == 1);
		} else {
			insert_item(rewriting, value, i, names->items[j++]);
		}
	}
}

/* ---- facts ---- */

static struct error *not_literal(struct rewriting *rewriting, enum revision_fact index)
{
	const struct declared_fact *fact = &rewriting->file.facts[index];
	const char *name = revision_fact_names[index];

	if (fact->is_there && fact->value.kind == LITERAL_OTHER) {
		return error_at(rewriting->arena, ERROR_INVALID, fact->where,
				"'%s' is %s, not a literal", name, fact->value.reason);
	}
	return error_at(rewriting->arena, ERROR_INVALID,
			fact->is_there ? fact->where : fact->perhaps,
			"'%s' is given no value that could be written anew", name);
}

/* An id that the file's name says is declared from now on, above what the file follows. */
static struct error *declare_revision(struct rewriting *rewriting)
{
	const struct declared_fact *down = &rewriting->file.facts[FACT_DOWN_REVISION];
	const str text = rewriting->source->text;

	if (!down->is_there || bare_line_start(text, down->where.offset) != down->where.offset) {
		return not_literal(rewriting, FACT_REVISION);
	}
	const size_t end = down->where.offset +
			str_find_char(str_slice(text, down->where.offset, text.len), '\n');
	const bool has_cr = end > 0 && end < text.len && text.data[end - 1] == '\r';

	add_change(rewriting, down->where.offset, 0,
			str_format(rewriting->arena, "revision = %.*s%s",
					STR_ARG(text_literal(rewriting, rewriting->after->revision,
							quote_of(rewriting, &down->value))),
					has_cr ? "\r\n" : "\n"));
	return NULL;
}

static struct error *set_revision(struct rewriting *rewriting)
{
	const struct declared_fact *fact = &rewriting->file.facts[FACT_REVISION];

	if (str_equal(rewriting->before->revision, rewriting->after->revision)) {
		return NULL;
	}
	if (!fact->is_there && !fact->perhaps.source) {
		return declare_revision(rewriting);
	}
	if (!fact->is_there || fact->value.kind != LITERAL_TEXT) {
		return not_literal(rewriting, FACT_REVISION);
	}
	add_change(rewriting, fact->value.items[0].where.offset, fact->value.items[0].where.len,
			text_literal(rewriting, rewriting->after->revision,
					quote_of(rewriting, &fact->value)));
	return NULL;
}

static struct error *set_names(struct rewriting *rewriting, enum revision_fact index,
		const struct str_list *before, const struct str_list *after)
{
	const struct declared_fact *fact = &rewriting->file.facts[index];
	const struct literal *value = &fact->value;
	bool is_on_one_line;

	if (str_list_equal(before, after)) {
		return NULL;
	}
	if (!fact->is_there ||
			(value->kind != LITERAL_NONE && value->kind != LITERAL_TEXT &&
					value->kind != LITERAL_LIST)) {
		return not_literal(rewriting, index);
	}
	is_on_one_line = !memchr(
			rewriting->source->text.data + value->where.offset, '\n', value->where.len);
	if (value->kind == LITERAL_TEXT && after->count == 1) {
		add_change(rewriting, value->items[0].where.offset, value->items[0].where.len,
				text_literal(rewriting, after->items[0],
						quote_at(&value->items[0])));
	} else if (value->kind != LITERAL_LIST || !after->count || !value->count ||
			(after->count == 1 && value->count > 1 &&
					(is_on_one_line ||
							!after->items[0].len)) || // [""] is not ""
			value->count > MOST_ITEMS ||
			after->count > MOST_ITEMS) {
		add_change(rewriting, value->where.offset, value->where.len,
				names_literal(rewriting, value, after));
	} else {
		change_items(rewriting, value, after);
	}
	return NULL;
}

static struct error *set_facts(struct rewriting *rewriting)
{
	const struct revision_spec *before = rewriting->before, *after = rewriting->after;
	struct error *error = set_revision(rewriting);

	error = error ? error
		      : set_names(rewriting, FACT_DOWN_REVISION, &before->down_revision,
					&after->down_revision);
	error = error ? error
		      : set_names(rewriting, FACT_DEPENDS_ON, &before->depends_on,
					&after->depends_on);
	return error ? error
		     : set_names(rewriting, FACT_BRANCH_LABELS, &before->branch_labels,
				       &after->branch_labels);
}

/* ---- the docstring ---- */

/* A text as a docstring can say it without escapes, in the file's encoding; false: it cannot. */
static bool as_it_stands(const struct rewriting *rewriting, str text, str *ret_written)
{
	struct buf out = { .arena = rewriting->arena };

	for (size_t i = 0; i < text.len; i++) {
		const unsigned char c = (unsigned char)text.data[i];

		if (c < ' ' || c == 127 || c == '\\' || c == '"' || c == '\'') {
			return false;
		}
		if (c < 0x80 || !rewriting->is_latin_1) {
			buf_add_char(&out, (char)c);
			continue;
		}
		if (c > 0xc3 || i + 1 == text.len) { // beyond U+00FF
			return false;
		}
		buf_add_char(&out, (char)((unsigned)c << 6 | (text.data[++i] & 0x3f)));
	}
	*ret_written = buf_str(&out);
	return true;
}

/* A text as the docstring can say it; false: not even with escapes. */
static bool as_docstring(const struct rewriting *rewriting, str text, str *ret_written)
{
	const char quote = rewriting->source->text.data[rewriting->file.docstring_where.offset];
	struct buf out = { .arena = rewriting->arena };

	if (as_it_stands(rewriting, text, ret_written)) {
		return true;
	}
	if (quote != '"' && quote != '\'') { // r""" has no escapes
		return false;
	}
	add_escaped(&out, text, quote, rewriting->is_latin_1);
	*ret_written = buf_str(&out);
	return true;
}

/* What follows the colon of the line at `where` is `value` from now on. */
static void set_claim(struct rewriting *rewriting, struct span where, str value)
{
	const str line = str_slice(rewriting->source->text, where.offset, where.len);
	const size_t colon = str_find_char(line, ':');
	size_t start = colon + 1;

	if (colon == line.len || str_find_char(line, '\n') < line.len ||
			!as_docstring(rewriting, value, &value)) {
		return; // it stands there with escapes, and was not found
	}
	while (value.len && start < line.len && is_blank(line.data[start])) {
		start++;
	}
	add_change(rewriting, where.offset + start, line.len - start,
			start == colon + 1 && value.len
					? str_format(rewriting->arena, " %.*s", STR_ARG(value))
					: value);
}

static void set_docstring(struct rewriting *rewriting)
{
	const struct revision_spec *after = rewriting->after;
	const struct docstring_claims claims =
			revision_file_claims(&rewriting->file, rewriting->arena);

	if (claims.has_revision && !str_equal(claims.revision, after->revision)) {
		set_claim(rewriting, claims.revision_where, after->revision);
	}
	if (claims.has_revises && !after->has_unknown_parents &&
			!docstring_claims_revise(&claims, &after->down_revision)) {
		set_claim(rewriting, claims.revises_where,
				str_list_join(&after->down_revision, STR(", "), rewriting->arena));
	}
}

/* ---- the whole ---- */

static int compare_changes(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	return (x->offset > y->offset) - (x->offset < y->offset);
}

/* The text with all changes made; false: two of them are about the same bytes. */
static bool carry_out(struct rewriting *rewriting, str *ret_text)
{
	const str text = rewriting->source->text;
	const struct changes *changes = &rewriting->changes;
	struct buf out = { .arena = rewriting->arena };
	size_t at = 0;

	if (changes->count) {
		qsort(changes->items, changes->count, sizeof(*changes->items), compare_changes);
	}
	for (size_t i = 0; i < changes->count; i++) {
		if (changes->items[i].offset < at) {
			return false;
		}
		buf_add(&out, str_slice(text, at, changes->items[i].offset - at));
		buf_add(&out, changes->items[i].text);
		at = changes->items[i].offset + changes->items[i].len;
	}
	buf_add(&out, str_slice(text, at, text.len));
	*ret_text = buf_str(&out);
	return true;
}

/* Whether a fact is what it is to be; one that is no literal is still none. */
static bool says(const struct rewriting *rewriting, const struct revision_file *file,
		enum revision_fact index, const struct str_list *names)
{
	const struct declared_fact *fact = &file->facts[index];
	const struct declared_fact *before = &rewriting->file.facts[index];

	if (fact->is_there && fact->value.kind == LITERAL_OTHER) {
		return before->is_there && before->value.kind == LITERAL_OTHER;
	}
	for (size_t i = 0; i < fact->value.count; i++) {
		if (i >= names->count || !str_equal(fact->value.items[i].value, names->items[i])) {
			return false;
		}
	}
	return fact->value.count == names->count;
}

static bool declares(struct rewriting *rewriting, str text)
{
	const struct revision_spec *after = rewriting->after;
	const struct source source = { .name = rewriting->source->name, .text = text };
	const struct revision_file file = revision_file_read(&source, rewriting->arena);
	const struct declared_fact *id = &file.facts[FACT_REVISION];

	if (file.problem && !rewriting->file.problem) {
		return false;
	}
	return (!id->is_there ||
			       (id->value.kind == LITERAL_TEXT &&
					       str_equal(id->value.items[0].value,
							       after->revision))) &&
			says(rewriting, &file, FACT_DOWN_REVISION, &after->down_revision) &&
			says(rewriting, &file, FACT_DEPENDS_ON, &after->depends_on) &&
			says(rewriting, &file, FACT_BRANCH_LABELS, &after->branch_labels);
}

/* Lists whose items cannot be changed one by one are written as a whole. */
static void set_whole_lists(struct rewriting *rewriting)
{
	const struct revision_spec *before = rewriting->before, *after = rewriting->after;

	const struct {
		enum revision_fact index;
		const struct str_list *before, *after;
	} lists[] = {
		{ FACT_DOWN_REVISION, &before->down_revision, &after->down_revision },
		{ FACT_DEPENDS_ON, &before->depends_on, &after->depends_on },
		{ FACT_BRANCH_LABELS, &before->branch_labels, &after->branch_labels },
	};

	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		const struct literal *value = &rewriting->file.facts[lists[i].index].value;

		if (!str_list_equal(lists[i].before, lists[i].after)) {
			add_change(rewriting, value->where.offset, value->where.len,
					names_literal(rewriting, value, lists[i].after));
		}
	}
}

struct error *revision_file_rewrite(const struct source *source, const struct revision_spec *before,
		const struct revision_spec *after, struct arena *arena, str *ret_text)
{
	struct rewriting rewriting = {
		.source = source,
		.before = before,
		.after = after,
		.file = revision_file_read(source, arena),
		.is_latin_1 = encoding_of(source->text, arena).is_latin_1,
		.arena = arena,
	};
	struct error *error = set_facts(&rewriting);

	if (error) {
		return error;
	}
	set_docstring(&rewriting);
	if (carry_out(&rewriting, ret_text) && declares(&rewriting, *ret_text)) {
		return NULL;
	}
	rewriting.changes.count = 0;
	error = set_revision(&rewriting);
	set_whole_lists(&rewriting);
	set_docstring(&rewriting);
	if (!error && carry_out(&rewriting, ret_text) && declares(&rewriting, *ret_text)) {
		return NULL;
	}
	return error_at(arena, ERROR_INVALID,
			before->down_where.source ? before->down_where : before->where,
			"its values cannot be written where they stand: one place gives several of them");
}
