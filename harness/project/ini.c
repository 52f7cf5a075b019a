#include "project/ini.h"

#include "kit/table.h"

#include <string.h>

/* What Python's str.isspace() takes for blank, as far as ASCII goes. */
static bool is_blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || (c >= '\x1c' && c <= '\x1f');
}

static str strip(str s)
{
	while (s.len && is_blank(s.data[0])) {
		s = str_slice(s, 1, s.len);
	}
	while (s.len && is_blank(s.data[s.len - 1])) {
		s.len--;
	}
	return s;
}

static str lower(str s, struct arena *arena)
{
	char *copy = arena_alloc(arena, s.len + 1);

	for (size_t i = 0; i < s.len; i++) {
		copy[i] = s.data[i] >= 'A' && s.data[i] <= 'Z' ? (char)(s.data[i] + 32) : s.data[i];
	}
	return (str){ copy, s.len };
}

/* ---- reading ---- */

struct reading {
	struct ini *ini;
	struct arena *arena;
	struct ini_section *section; /* that is being filled; NULL: none yet */
	bool has_option;             /* the last option of it may go on */
	struct buf value;            /* of that option */
	struct table seen;           /* sections, "name\n", and options, "section\nname" */
	size_t indentation;
	struct error *problem; /* lines that are nothing: the rest is read all the same */
	size_t line;
};

static struct error *refuse(const struct reading *reading, str part, const char *class_name)
{
	struct error *error = error_alembic(reading->arena, class_name, "%s", "");

	error->where = (struct span){ .source = reading->ini->source,
		.offset = (size_t)(part.data - reading->ini->source->text.data),
		.len = part.len };
	return error;
}

/* Whether a section (`option` empty) or an option comes by for the first time. */
static bool is_new(struct reading *reading, str section, str option)
{
	const str key = str_format(reading->arena, "%.*s\n%.*s", STR_ARG(section), STR_ARG(option));
	uint32_t ignored;

	if (table_find(&reading->seen, key, &ignored)) {
		return false;
	}
	table_set(&reading->seen, key, 0);
	return true;
}

static struct span span_of(const struct reading *reading, str part)
{
	return (struct span){ .source = reading->ini->source,
		.offset = (size_t)(part.data - reading->ini->source->text.data),
		.len = part.len };
}

static void end_option(struct reading *reading)
{
	if (reading->section && reading->has_option) {
		str value = buf_str(&reading->value);

		while (value.len && is_blank(value.data[value.len - 1])) {
			value.len--;
		}
		reading->section->items[reading->section->count - 1].value =
				str_copy(value, reading->arena);
	}
	reading->has_option = false;
	reading->value.len = 0;
}

static struct error *begin_section(struct reading *reading, str line)
{
	size_t end = line.len;

	while (line.data[end - 1] != ']') { // the last one: the pattern is greedy
		end--;
	}
	const str name = str_slice(line, 1, end - 2);
	struct ini *ini = reading->ini;

	end_option(reading);
	if (str_equal(name, STR("DEFAULT"))) {
		reading->section = &ini->defaults;
		return NULL;
	}
	if (!is_new(reading, name, STR(""))) {
		struct error *error = refuse(reading, line, "DuplicateSectionError");

		error->message = str_format(reading->arena,
				"While reading from '%.*s' [line %2zu]: section '%.*s' already exists",
				STR_ARG(ini->source->name), reading->line, STR_ARG(name));
		return error;
	}
	struct ini_section *section = LIST_PUSH(ini, reading->arena);

	section->name = name;
	section->where = span_of(reading, line);
	reading->section = section;
	return NULL;
}

static struct error *begin_option(struct reading *reading, str line)
{
	size_t delimiter = 0;

	while (delimiter < line.len && line.data[delimiter] != '=' && line.data[delimiter] != ':') {
		delimiter++;
	}
	if (delimiter == line.len || delimiter == 0) {
		if (!reading->problem) {
			reading->problem = refuse(reading, line, "ParsingError");
			reading->problem->message = str_format(reading->arena,
					"Source contains parsing errors: '%.*s' [line %2zu]: '%.*s\\n'",
					STR_ARG(reading->ini->source->name), reading->line,
					STR_ARG(line));
		}
		if (delimiter == line.len) {
			return NULL;
		}
	}
	end_option(reading);
	const str name = strip(str_slice(line, 0, delimiter));
	const str key = lower(name, reading->arena);
	const struct span where = span_of(reading, name);

	if (!is_new(reading, reading->section->name, key)) {
		struct error *error = refuse(reading, name, "DuplicateOptionError");

		error->message = str_format(reading->arena,
				"While reading from '%.*s' [line %2zu]: option '%.*s' in section '%.*s' already exists",
				STR_ARG(reading->ini->source->name), reading->line, STR_ARG(key),
				STR_ARG(reading->section->name));
		return error;
	}
	struct ini_option *option = LIST_PUSH(reading->section, reading->arena);

	option->name = key;
	option->where = where;
	reading->has_option = true;
	buf_add(&reading->value, strip(str_slice(line, delimiter + 1, line.len)));
	return NULL;
}

static struct error *read_line(struct reading *reading, str line)
{
	const str value = strip(line);
	const bool is_comment = value.len && (value.data[0] == '#' || value.data[0] == ';');
	const size_t indentation = (size_t)(value.data - line.data);

	if (!value.len || is_comment) {
		if (!is_comment && reading->has_option) {
			buf_add_char(&reading->value, '\n');
		}
		return NULL;
	}
	if (reading->has_option && indentation > reading->indentation) {
		buf_add_char(&reading->value, '\n');
		buf_add(&reading->value, value);
		return NULL;
	}
	reading->indentation = indentation;
	if (value.data[0] == '[' &&
			str_find_char(str_slice(value, 2, value.len), ']') <
					str_slice(value, 2, value.len).len) {
		return begin_section(reading, value);
	}
	if (!reading->section) {
		struct error *error = refuse(reading, value, "MissingSectionHeaderError");

		error->message = str_format(reading->arena,
				"File contains no section headers. file: '%.*s', line: %zu '%.*s\\n'",
				STR_ARG(reading->ini->source->name), reading->line, STR_ARG(line));
		return error;
	}
	return begin_option(reading, value);
}

/* The next line without its end, which may be CR, LF or both; false: no more. */
static bool next_line(str *rest, str *ret_line)
{
	size_t end = 0;

	if (!rest->len) {
		return false;
	}
	while (end < rest->len && rest->data[end] != '\n' && rest->data[end] != '\r') {
		end++;
	}
	*ret_line = str_slice(*rest, 0, end);
	if (end + 1 < rest->len && rest->data[end] == '\r' && rest->data[end + 1] == '\n') {
		end++;
	}
	*rest = str_slice(*rest, end + 1, rest->len);
	return true;
}

struct error *ini_parse(
		const struct source *source, str here, struct arena *arena, struct ini *ret_ini)
{
	*ret_ini = (struct ini){ .source = source, .defaults = { .name = STR("DEFAULT") } };
	struct reading reading = { .ini = ret_ini,
		.arena = arena,
		.value = { .arena = arena },
		.seen = { .arena = arena } };
	struct error *error = NULL;
	str rest = source->text, line;

	if (here.len) {
		struct ini_option *option = LIST_PUSH(&ret_ini->defaults, arena);

		option->name = STR("here");
		option->value = here;
	}
	while (!error && next_line(&rest, &line)) {
		reading.line++;
		error = read_line(&reading, line);
	}
	end_option(&reading);
	return error ? error : reading.problem;
}

/* ---- asking ---- */

const struct ini_section *ini_find(const struct ini *ini, str section)
{
	for (size_t i = 0; i < ini->count; i++) {
		if (str_equal(ini->items[i].name, section)) {
			return &ini->items[i];
		}
	}
	return NULL;
}

static const struct ini_option *find_in(const struct ini_section *section, str name)
{
	for (size_t i = section->count;
			i-- > 0;) { // a later one replaces what the caller put there
		if (str_equal(section->items[i].name, name)) {
			return &section->items[i];
		}
	}
	return NULL;
}

const struct ini_option *ini_find_option(
		const struct ini *ini, const struct ini_section *section, str name)
{
	const struct ini_option *found = find_in(section, name);

	return found ? found : find_in(&ini->defaults, name);
}

/* configparser.MAX_INTERPOLATION_DEPTH */
#define MAX_DEPTH 10
/* What is filled in over and over may grow without end: ten levels of ten references each. */
#define MAX_VALUE ((size_t)1024 * 1024)

struct filling {
	const struct ini *ini;
	const struct ini_section *section;
	const struct ini_option *option; /* that was asked for */
	struct arena *arena;
	struct buf out;
};

static struct error *interpolation_error(
		const struct filling *filling, const char *class_name, str message)
{
	struct error *error = error_alembic(filling->arena, class_name, "%.*s", STR_ARG(message));

	error->where = filling->option->where;
	return error;
}

static struct error *fill(struct filling *filling, str rest, int depth)
{
	struct arena *arena = filling->arena;

	if (depth > MAX_DEPTH || filling->out.len > MAX_VALUE) {
		return interpolation_error(filling, "InterpolationDepthError",
				str_format(arena,
						"Recursion limit exceeded in value substitution: option '%.*s' in section '%.*s' contains an interpolation key which cannot be substituted in %d steps. Raw value: '%.*s'",
						STR_ARG(filling->option->name),
						STR_ARG(filling->section->name), MAX_DEPTH,
						STR_ARG(rest)));
	}
	while (rest.len) {
		const size_t percent = str_find_char(rest, '%');

		buf_add(&filling->out, str_slice(rest, 0, percent));
		rest = str_slice(rest, percent, rest.len);
		if (!rest.len) {
			break;
		}
		const char next = rest.len > 1 ? rest.data[1] : 0;

		if (next == '%') {
			buf_add_char(&filling->out, '%');
			rest = str_slice(rest, 2, rest.len);
			continue;
		}
		if (next != '(') {
			return interpolation_error(filling, "InterpolationSyntaxError",
					str_format(arena,
							"'%%' must be followed by '%%' or '(', found: '%.*s'",
							STR_ARG(rest)));
		}
		const size_t close = str_find_char(rest, ')');

		if (close <= 2 || close + 1 >= rest.len || rest.data[close + 1] != 's') {
			return interpolation_error(filling, "InterpolationSyntaxError",
					str_format(arena,
							"bad interpolation variable reference '%.*s'",
							STR_ARG(rest)));
		}
		const str name = lower(str_slice(rest, 2, close - 2), arena);
		const struct ini_option *found =
				ini_find_option(filling->ini, filling->section, name);

		if (!found) {
			return interpolation_error(filling, "InterpolationMissingOptionError",
					str_format(arena,
							"Bad value substitution: option '%.*s' in section '%.*s' contains an interpolation key '%.*s' which is not a valid option name. Raw value: '%.*s'",
							STR_ARG(filling->option->name),
							STR_ARG(filling->section->name),
							STR_ARG(name),
							STR_ARG(filling->option->value)));
		}
		struct error *error = NULL;

		if (str_find_char(found->value, '%') < found->value.len) {
			error = fill(filling, found->value, depth + 1);
		} else {
			buf_add(&filling->out, found->value);
		}
		if (error) {
			return error;
		}
		rest = str_slice(rest, close + 2, rest.len);
	}
	return NULL;
}

struct error *ini_get(const struct ini *ini, const struct ini_section *section, str name,
		struct arena *arena, str *ret_value)
{
	const struct ini_option *option = section ? ini_find_option(ini, section, name) : NULL;

	if (!option) {
		*ret_value = (str){ NULL, 0 };
		return NULL;
	}
	struct filling filling = {
		.ini = ini,
		.section = section,
		.option = option,
		.arena = arena,
		.out = { .arena = arena },
	};
	struct error *error = fill(&filling, option->value, 1);

	if (!error) {
		*ret_value = (str){ buf_c(&filling.out), filling.out.len };
	}
	return error;
}
