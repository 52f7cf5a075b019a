/*
 * A folder of .sql files, one a revision, in the order of their names. A file begins with comments that
 * say what Alembic's variables would, `-- key: value`; the lines `-- upgrade` and `-- downgrade`, perhaps
 * with the name of an engine, begin its bodies.
 */
#include "kit/file.h"
#include "scenario/reader.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

struct sql_file {
	struct reader *reader;
	const struct source *source;
	struct scenario_revision *revision;
	unsigned given;        /* set of enum revision_field */
	unsigned meant;        /* those that a misspelt key stood for */
	bool has_section;      /* the header has ended */
	struct sql_body *body; /* of the section that is being read; NULL: of none, or a bad one */
	bool engines[SCENARIO_ENGINE_COUNT]; /* that it is for */
	bool is_there[2][SCENARIO_ENGINE_COUNT];
	size_t start; /* of the section's SQL */
};

static struct span span_in(const struct sql_file *file, str part)
{
	return (struct span){
		.source = file->source,
		.offset = (size_t)(part.data - file->source->text.data),
		.len = part.len,
	};
}

/* --- header -------------------------------------------------------------------------------- */

static bool is_key_character(char c)
{
	return (c >= 'a' && c <= 'z') || c == '_';
}

/* Take "key: value" apart; false when the comment is something else. */
static bool split_header(str comment, str *ret_key, str *ret_value)
{
	size_t len = 0;

	while (len < comment.len && is_key_character(comment.data[len])) {
		len++;
	}
	if (!len || len == comment.len || comment.data[len] != ':') {
		return false;
	}
	*ret_key = str_slice(comment, 0, len);
	*ret_value = str_trim(str_slice(comment, len + 1, comment.len));
	return true;
}

/* Quotes would be part of the name: they are Python's. */
static bool is_quoted(struct sql_file *file, str name)
{
	const bool is_it = name.len > 1 && (name.data[0] == '\'' || name.data[0] == '"') &&
			name.data[name.len - 1] == name.data[0];

	if (is_it) {
		mistake_at(file->reader, span_in(file, name), "a name in quotes")->hint =
				str_format(file->reader->arena, "Write %.*s.",
						STR_ARG(str_slice(name, 1, name.len - 2)));
	}
	return is_it;
}

/* Ids or labels between commas; `null` is none. */
static void read_list(struct sql_file *file, str value, struct str_list *ret_list)
{
	const char *sequence = python_sequence(value);
	str rest = value, part;

	if (str_equal(value, STR("null"))) {
		return;
	}
	if (str_equal(value, STR("None"))) {
		mistake_at(file->reader, span_in(file, value), "expected ids or null, found None")
				->hint = STR("Write null.");
		return;
	}
	if (sequence) {
		const struct str_list items = python_items(value, file->reader->arena);

		mistake_at(file->reader, span_in(file, value),
				"expected ids or null, found a %s of Python", sequence)
				->hint = str_format(file->reader->arena, "Write %.*s.",
				STR_ARG(items.count ? str_list_join(&items, STR(", "),
								      file->reader->arena)
						    : STR("null")));
		return;
	}
	while (str_next_part(&rest, ',', &part)) {
		part = str_trim(part);
		if (is_quoted(file, part)) {
			continue;
		}
		if (part.len) {
			str_list_add(ret_list, part, file->reader->arena);
		} else {
			mistake_at(file->reader, span_in(file, value),
					"a name is missing in this list");
			return;
		}
	}
}

static void read_flag(struct sql_file *file, str value, bool *ret_flag)
{
	*ret_flag = str_equal(value, STR("true"));
	if (!*ret_flag && !str_equal(value, STR("false"))) {
		mistake_at(file->reader, span_in(file, value),
				"expected true or false, found '%.*s'", STR_ARG(value));
	}
}

static void read_header_value(struct sql_file *file, enum revision_field field, str value)
{
	struct scenario_revision *revision = file->revision;
	const bool is_null = str_equal(value, STR("null"));

	switch (field) {
	case FIELD_REVISION:
		if (is_null) {
			mistake_at(file->reader, span_in(file, value),
					"expected an id, found null");
		}
		(void)is_quoted(file, value);
		revision->spec.revision = value;
		revision->spec.where = span_in(file, value);
		break;
	case FIELD_DOWN_REVISION:
		read_list(file, value, &revision->spec.down_revision);
		break;
	case FIELD_DEPENDS_ON:
		read_list(file, value, &revision->spec.depends_on);
		break;
	case FIELD_BRANCH_LABELS:
		read_list(file, value, &revision->spec.branch_labels);
		break;
	case FIELD_MESSAGE:
		revision->spec.message = is_null ? STR("") : value;
		break;
	case FIELD_AUTOCOMMIT:
		read_flag(file, value, &revision->autocommit);
		break;
	case FIELD_IRREVERSIBLE:
		read_flag(file, value, &revision->irreversible);
		break;
	case FIELD_FILE:
	case FIELD_UPGRADE:
	case FIELD_DOWNGRADE:
		break; // not among the keys of a header
	}
}

static void report_unknown_key(struct sql_file *file, str key, const char *const *keys,
		const enum revision_field *fields, size_t count)
{
	struct error *error = mistake_at(
			file->reader, span_in(file, key), "unknown key '%.*s'", STR_ARG(key));
	struct str_list names = { 0 };

	for (size_t i = 0; i < count; i++) {
		str_list_add(&names, str_from(keys[i]), file->reader->arena);
	}
	error->hint = hint_nearest(file->reader, key, names.items, names.count);
	for (size_t i = 0; i < count; i++) {
		if (str_find(error->hint, str_format(file->reader->arena, "'%s'", keys[i])) <
				error->hint.len) {
			file->meant |= fields[i]; // it is not missing as well
		}
	}
	if (!error->hint.len) {
		error->hint = STR("Leave the ':' out if this is a comment for people.");
	}
}

static void read_header(struct sql_file *file, str key, str value)
{
	static const char *const keys[] = { "revision", "down_revision", "depends_on",
		"branch_labels", "message", "autocommit", "irreversible" };

	static const enum revision_field fields[] = { FIELD_REVISION, FIELD_DOWN_REVISION,
		FIELD_DEPENDS_ON, FIELD_BRANCH_LABELS, FIELD_MESSAGE, FIELD_AUTOCOMMIT,
		FIELD_IRREVERSIBLE };
	struct reader *reader = file->reader;
	size_t at = 0;

	while (at < COUNT_OF(keys) && !str_equal(key, str_from(keys[at]))) {
		at++;
	}
	if (at == COUNT_OF(keys)) {
		report_unknown_key(file, key, keys, fields, COUNT_OF(keys));
	} else if (file->given & fields[at]) {
		mistake_at(reader, span_in(file, key), "duplicate key '%.*s'", STR_ARG(key));
	} else if (!value.len) {
		mistake_at(reader, span_in(file, key), "key '%.*s' has no value", STR_ARG(key))
				->hint = STR("If nothing is meant, write null.");
		file->given |= fields[at];
	} else {
		file->given |= fields[at];
		read_header_value(file, fields[at], value);
	}
}

/* --- sections ------------------------------------------------------------------------------ */

/* What stands in the file from `from` to `to` becomes the body of the section. */
static void end_section(struct sql_file *file, size_t to)
{
	if (!file->body) {
		return;
	}
	struct text_stretch *all = arena_new(file->reader->arena, struct text_stretch);
	const str sql = str_slice(file->source->text, file->start, to - file->start);

	check_is_sql(file->reader, sql, (struct span){ .source = file->source });
	all->source_offset = file->start;
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		if (file->engines[i]) {
			file->body->by_engine[i] = (struct located_text){
				.text = sql,
				.source = file->source,
				.stretches = all,
				.stretch_count = 1,
			};
		}
	}
	if (!file->body->where.source) {
		file->body->where = span_in(file, str_slice(sql, 0, 0));
	}
	file->body = NULL;
}

/* `engine` is empty for a section of all engines. */
static void begin_section(
		struct sql_file *file, bool is_upgrade, str engine, str comment, size_t start)
{
	size_t only = SCENARIO_ENGINE_COUNT;
	bool is_new = true;

	file->has_section = true;
	if (engine.len && !find_engine(file->reader, engine, span_in(file, engine), &only)) {
		return;
	}
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		file->engines[i] = !engine.len || i == only;
		is_new &= !(file->engines[i] && file->is_there[is_upgrade][i]);
		file->is_there[is_upgrade][i] |= file->engines[i];
	}
	if (is_new) {
		file->body = is_upgrade ? &file->revision->upgrade : &file->revision->downgrade;
		file->start = start;
	} else {
		mistake_at(file->reader, span_in(file, comment), "a second section '%.*s'",
				STR_ARG(comment));
	}
}

/* Whether the comment begins a section: "upgrade", "downgrade postgres". */
static bool is_section(str comment, bool *ret_is_upgrade, str *ret_engine)
{
	const size_t blank = str_find_char(comment, ' ');
	const str word = str_slice(comment, 0, blank);

	*ret_is_upgrade = str_equal(word, STR("upgrade"));
	*ret_engine = str_trim(str_slice(comment, blank, comment.len));
	return (*ret_is_upgrade || str_equal(word, STR("downgrade"))) &&
			str_find_char(*ret_engine, ' ') == ret_engine->len;
}

/* --- a file, a folder ---------------------------------------------------------------------- */

static void read_line(struct sql_file *file, str line, size_t next)
{
	const str trimmed = str_trim(line);
	const bool is_comment = str_starts_with(trimmed, STR("--"));
	const str comment = is_comment ? str_trim(str_slice(trimmed, 2, trimmed.len)) : STR("");
	const size_t start = (size_t)(line.data - file->source->text.data);
	bool is_upgrade;
	str engine, key, value;

	if (is_comment && line.data[0] == '-' && is_section(comment, &is_upgrade, &engine)) {
		end_section(file, start);
		begin_section(file, is_upgrade, engine, comment, next);
	} else if (file->has_section) {
		return; // SQL
	} else if (is_comment && split_header(comment, &key, &value)) {
		read_header(file, key, value);
	} else if (trimmed.len && !is_comment && (file->given | file->meant)) {
		mistake_at(file->reader, span_in(file, trimmed), "SQL before the line '-- upgrade'")
				->hint =
				STR("A line '-- upgrade' or '-- downgrade' begins a body.");
		file->has_section = true; // that it is missing has been said
	}
}

static void check_header(struct sql_file *file, size_t begin)
{
	const struct span where = { .source = file->source, .offset = begin };

	const unsigned there = file->given | file->meant;

	if (!there) {
		mistake_at(file->reader, where, "this file does not say which revision it is")
				->hint = STR(
				"Begin it with the lines '-- revision: ID' and '-- down_revision: ID'.");
		return;
	}
	if (!(there & FIELD_REVISION)) {
		mistake_at(file->reader, where, "missing key 'revision' in this file")->hint =
				STR("Begin the file with a line '-- revision: ID'.");
	}
	if (!(there & FIELD_DOWN_REVISION)) {
		mistake_at(file->reader, where, "missing key 'down_revision' in this file")
				->hint = STR(
				"Write a line '-- down_revision: ID', or null for the first revision.");
	}
}

static void read_sql_revision(struct reader *reader, const struct source *source, str name,
		struct scenario_revision *revision)
{
	const str text = source->text;
	const size_t begin =
			str_starts_with(text, STR(BYTE_ORDER_MARK)) ? strlen(BYTE_ORDER_MARK) : 0;
	struct sql_file file = { .reader = reader, .source = source, .revision = revision };

	revision->spec.file = name;
	for (size_t at = begin; at < text.len;) {
		const str line = str_slice(
				text, at, str_find_char(str_slice(text, at, text.len), '\n'));

		at += line.len + 1;
		read_line(&file, line, at < text.len ? at : text.len);
	}
	end_section(&file, text.len);
	check_header(&file, begin);
}

/* A folder without a revision would be a tree without a fault. */
static void check_folder(struct reader *reader, const struct file_reference *directory,
		const struct str_list *names)
{
	bool has_python = false;

	for (size_t i = 0; i < names->count; i++) {
		if (str_ends_with(names->items[i], STR(".sql"))) {
			return;
		}
		has_python |= str_ends_with(names->items[i], STR(".py"));
	}
	mistake_at(reader, directory->where, "no .sql file in folder '%.*s'",
			STR_ARG(directory->path))
			->hint = has_python ? STR("Files of Python are a project's: name that with "
						  "'alembic' in the place of 'directory'.")
					    : STR("A revision is a file that ends in .sql.");
}

void read_revision_directory(struct reader *reader, const struct file_reference *directory,
		struct scenario_revisions *ret_revisions)
{
	struct str_list names;

	if (!path_is_directory(directory->path, reader->arena)) {
		mistake_at(reader, directory->where, "no folder '%.*s'", STR_ARG(directory->path));
		return;
	}
	struct error *error = directory_list(directory->path, reader->arena, &names);

	if (error) {
		mistake_at(reader, directory->where, "%.*s", STR_ARG(error->message));
		return;
	}
	check_folder(reader, directory, &names);
	for (size_t i = 0; i < names.count; i++) {
		const struct file_reference file = {
			.path = path_join(directory->path, names.items[i], reader->arena),
			.where = directory->where,
		};
		const struct source *source = str_ends_with(names.items[i], STR(".sql"))
				? read_source(reader, &file)
				: NULL;

		if (source) {
			read_sql_revision(reader, source, names.items[i],
					LIST_PUSH(ret_revisions, reader->arena));
		}
	}
}
