#include "scenario/yaml_syntax.h"

#include "kit/arena.h"

#include <string.h>

struct problem {
	const char *text; /* how libyaml's text begins */
	const char *message;
	const char *hint;
	bool is_at_context; /* where it began says more than where libyaml gave up */
	bool has_context;   /* where it began says something too */
};

static const struct problem problems[] = {
	{ "mapping values are not allowed in this context", "a ':' that cannot be here",
			"Quote text that holds ': ', and check that the keys of one map begin in one "
			"column." },
	{ "could not find expected ':'", "a key without ':'",
			"Put ': ' behind the key, or indent the line if it belongs to the text above it.",
			true },
	{ "did not find expected key", "expected a key of the map that this line is in",
			"Check that the keys of one map begin in one column, and quote text that goes on "
			"after a closing quote or bracket." },
	{ "did not find expected '-' indicator",
			"expected an item of the list that this line is in",
			"Check that the dashes of one list are in one column.",
			.has_context = true },
	{ "block sequence entries are not allowed in this context", "a list item cannot be here",
			"Begin the list on a line of its own, or quote text that begins with '- '." },
	{ "block mapping values are not allowed in this context", "a map cannot be here",
			"Begin the map on a line of its own." },
	{ "mapping keys are not allowed in this context", "a key cannot be here",
			"Quote text that begins with '? '." },
	{ "did not find expected ',' or ']'", "expected ',' or ']'",
			"Close the list with ']', and quote text that holds commas, brackets or colons.",
			.has_context = true },
	{ "did not find expected ',' or '}'", "expected ',' or '}'",
			"Close the map with '}', and quote text that holds commas, brackets or colons.",
			.has_context = true },
	{ "did not find expected node content", "expected a value",
			"Quote text that begins with a character which YAML keeps for itself." },
	{ "found unexpected end of stream", "a quote that is never closed",
			"Close the text with the quote that it begins with.", true },
	{ "found unexpected document indicator", "a quote that is never closed",
			"Close the text with the quote that it begins with.", true },
	{ "found unknown escape character", "an escape that double quotes do not know",
			"Write a backslash as \\\\, or use single quotes, where it stands for itself." },
	{ "did not find expected hexdecimal number", "an escape without its hexadecimal digits",
			"Write a backslash as \\\\, or use single quotes, where it stands for itself." },
	{ "found invalid Unicode character escape code", "an escape that is no Unicode character",
			"Surrogates, and what is beyond \\U0010FFFF, are no characters." },
	{ "did not find expected alphabetic or numeric character", "text cannot begin like this",
			"Quote text that begins with '*' or '&'.", true },
	{ "found undefined tag handle", "a tag cannot be used in a scenario",
			"Quote text that begins with '!'.", true },
	{ "did not find expected tag URI", "a tag cannot be used in a scenario",
			"Quote text that begins with '!'.", true },
	{ "did not find expected '!'", "a tag cannot be used in a scenario",
			"Quote text that begins with '!'.", true },
	{ "did not find expected whitespace or line break", "a tag cannot be used in a scenario",
			"Quote text that begins with '!'.", true },
	{ "found a tab character", "a tab cannot indent", "Indent with spaces." },
	{ "did not find expected comment or line break",
			"text cannot begin in the line of '|' or '>'",
			"Begin it on the next line, indented." },
	{ "found an indentation indicator equal to 0", "an indentation of 0",
			"Leave the digit out." },
	{ "found unknown directive name", "a directive cannot be used in a scenario",
			"Leave the line out, or quote text that begins with '%'.", true },
	{ "found duplicate %YAML directive", "a directive cannot be used in a scenario",
			"Leave the line out." },
	{ "found incompatible YAML document", "a directive cannot be used in a scenario",
			"Leave the line out." },
	{ "did not find expected <document start>", "expected the end of the file",
			"A scenario is one map; check the indentation of this line." },
};

/* A character that begins no token: what it is says what to do. */
static void describe_character(struct error *error, char c, struct arena *arena)
{
	if (c == '\t') {
		error->message = STR("a tab cannot indent");
		error->hint = STR("Indent with spaces.");
	} else {
		error->message = str_format(arena, "text cannot begin with '%c'", c);
		error->hint = STR("Quote the text.");
	}
}

/* Where it is worth saying, the line in which that began which could not be read to its end. */
static void describe_context(struct error *error, size_t context, struct arena *arena)
{
	const struct source *source = error->where.source;
	const size_t text_len = str_trim(source->text).len;
	const struct span begin = { .source = source, .offset = context };
	const size_t line = span_place(begin).line;

	if (error->where.offset >= text_len && context < text_len) {
		error->where.offset = context; // the end of the file says nothing
		error->message = STR("a bracket that is never closed");
	} else if (line != span_place(error->where).line) {
		error->detail = str_format(arena, "What it is part of begins in line %zu.", line);
	}
}

/* The last line before `offset` that has more than blanks, without a comment behind it. */
static str line_before(const struct source *source, size_t offset)
{
	str text = str_slice(source->text, 0, offset);

	while (text.len) {
		size_t begin = text.len;

		while (begin && text.data[begin - 1] != '\n') {
			begin--;
		}
		str line = str_slice(text, begin, text.len);
		const size_t comment = str_find(line, STR(" #"));

		line = str_slice(line, 0, comment);
		while (line.len && str_trim(str_slice(line, line.len - 1, 1)).len == 0) {
			line.len--;
		}
		if (line.len && !str_starts_with(str_trim(line), STR("#"))) {
			return line;
		}
		text = str_slice(text, 0, begin ? begin - 1 : 0);
	}
	return text;
}

static struct span span_of_end(const struct source *source, str line, size_t len)
{
	const size_t end = (size_t)(line.data - source->text.data) + line.len;

	return (struct span){ .source = source, .offset = end - len, .len = len };
}

/* Bytes before `offset` in its line. */
static size_t column_of(const struct source *source, size_t offset)
{
	size_t begin = offset;

	while (begin && source->text.data[begin - 1] != '\n') {
		begin--;
	}
	return offset - begin;
}

static size_t indent_of(str line)
{
	return (size_t)(str_trim(line).data - line.data);
}

/* What the line above has left open, or has already ended: it is to blame, and not the line in which that shows. */
static void blame_line_before(struct error *error, const char *problem, struct arena *arena)
{
	const struct source *source = error->where.source;
	const str line = line_before(source, error->where.offset);
	const str rest = str_slice(source->text, error->where.offset, source->text.len);
	const bool is_empty = (str_ends_with(line, STR("[]")) && str_starts_with(rest, STR("-"))) ||
			(str_ends_with(line, STR("{}")) &&
					column_of(source, error->where.offset) >
							indent_of(line) + 1);
	const bool is_open = str_ends_with(line, STR("[")) || str_ends_with(line, STR("{"));

	if (strncmp(problem, "did not find expected key", 25) == 0 && is_empty) {
		error->hint = str_format(arena,
				"Take the '%.*s' of line %zu away: what stands below it would be in it.",
				STR_ARG(str_slice(line, line.len - 2, 2)),
				span_place(span_of_end(source, line, 2)).line);
	} else if (strncmp(problem, "did not find expected node content", 34) == 0 && is_open &&
			(str_starts_with(rest, STR("-")) || !str_trim(rest).len)) {
		error->where = span_of_end(source, line, 1);
		error->message = STR("a bracket that is never closed");
		error->hint = str_trim(rest).len
				? STR("Take it away: the dashes of the lines below make a list without it.")
				: str_ends_with(line, STR("[")) ? STR("Close the list with ']'.")
								: STR("Close the map with '}'.");
	}
}

bool yaml_is_left_open(const struct source *source, size_t bracket, size_t end)
{
	str rest = str_slice(source->text, bracket, end - bracket), line;

	if (bracket >= end || (rest.data[0] != '[' && rest.data[0] != '{')) {
		return false;
	}
	(void)str_next_part(&rest, '\n', &line);
	while (str_next_part(&rest, '\n', &line)) {
		size_t len = 0;

		while (len < line.len &&
				((line.data[len] >= 'a' && line.data[len] <= 'z') ||
						line.data[len] == '_')) {
			len++;
		}
		if (len && len < line.len && line.data[len] == ':') {
			return true;
		}
	}
	return false;
}

struct error *yaml_left_open_error(const struct source *source, size_t bracket, struct arena *arena)
{
	const bool is_list = source->text.data[bracket] == '[';
	const struct span where = { .source = source, .offset = bracket, .len = 1 };
	struct error *error =
			error_at(arena, ERROR_INVALID, where, "a bracket that is never closed");

	error->hint = is_list ? STR("Close the list with ']', or take the bracket away.")
			      : STR("Close the map with '}', or take the bracket away.");
	return error;
}

struct error *yaml_syntax_error(const struct source *source, const char *problem, size_t at,
		size_t context, struct arena *arena)
{
	struct span where = { .source = source, .offset = at };
	struct error *error = error_at(arena, ERROR_INVALID, where, "%s", problem);

	if (str_starts_with(str_from(problem),
			    STR("found character that cannot start any token")) &&
			at < source->text.len) {
		describe_character(error, source->text.data[at], arena);
		return error;
	}
	for (size_t i = 0; i < COUNT_OF(problems); i++) {
		if (strncmp(problem, problems[i].text, strlen(problems[i].text)) == 0) {
			error->message = str_from(problems[i].message);
			error->hint = str_from(problems[i].hint);
			if (problems[i].is_at_context) {
				error->where.offset = context;
			} else if (problems[i].has_context) {
				describe_context(error, context, arena);
			}
			break;
		}
	}
	blame_line_before(error, problem, arena);
	return error;
}
