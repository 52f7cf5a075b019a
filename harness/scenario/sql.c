/*
 * SQL bodies: text, a text for each engine, or a file of its own.
 */
#include "kit/file.h"
#include "scenario/reader.h"

#include <string.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

struct sql_values {
	struct located_text by_engine[SCENARIO_ENGINE_COUNT];
	struct located_text file;
};

static void read_sql_part(struct reader *reader, const struct node *node, void *ret_text);
static void read_sql_file(struct reader *reader, const struct node *node, void *ret_text);

static const struct value_kind kind_sql_part = {
	"{\"anyOf\": [{\"$ref\": \"#/definitions/text\"}, "
	"{\"type\": \"object\", \"required\": [\"file\"], \"additionalProperties\": false, "
	"\"properties\": {\"file\": {\"$ref\": \"#/definitions/text\"}}}]}",
	read_sql_part,
};
static const struct value_kind kind_sql_file = { "{\"$ref\": \"#/definitions/text\"}",
	read_sql_file };

#define FIELD_OF_ENGINE(value, name)                                                  \
	FIELD_AT(name, struct sql_values, by_engine[SCENARIO_##value], kind_sql_part, \
			"SQL for " name                                               \
			" alone: a text or {file: PATH}. An engine that is not named has an empty body."),

static const struct field sql_fields[] = {
	SCENARIO_ENGINES(FIELD_OF_ENGINE) FIELD(struct sql_values, file, kind_sql_file,
			"A file of SQL, beside the scenario unless its path is absolute."),
};

const struct shape shape_sql = {
	.name = "sql_map",
	.subject = "a map of SQL",
	.fields = sql_fields,
	.field_count = COUNT_OF(sql_fields),
};

static const struct field file_fields[] = {
	FIELD_REQUIRED("file", struct sql_values, file, kind_sql_file,
			"A file of SQL, beside the scenario unless its path is absolute."),
};

static const struct shape shape_sql_file = {
	.name = "sql_file",
	.subject = "a map that names a file",
	.fields = file_fields,
	.field_count = COUNT_OF(file_fields),
};

const struct source *read_source(struct reader *reader, const struct file_reference *file)
{
	for (size_t i = 0; i < reader->files.count; i++) {
		if (str_equal(reader->files.items[i]->name, file->path)) {
			return reader->files.items[i];
		}
	}
	str text, clean;

	if (!path_is_file(file->path, reader->arena)) {
		mistake_at(reader, file->where, "no file '%.*s'", STR_ARG(file->path));
		return NULL;
	}
	struct error *error = file_read(file->path, YAML_MAX_BYTES, reader->arena, &text);

	if (error) {
		mistake_at(reader, file->where, "%.*s", STR_ARG(error->message));
		return NULL;
	}
	const struct source *source = source_new(file->path, text, reader->arena);

	*LIST_PUSH(&reader->files, reader->arena) = source;
	yaml_check_characters(source, reader->arena, reader->mistakes, &clean);
	return source;
}

static void read_sql_file(struct reader *reader, const struct node *node, void *ret_text)
{
	str name;

	if (!read_text(reader, node, &name)) {
		return;
	}
	const struct file_reference file = file_reference_of(reader, name, node->where);
	const struct source *source = read_source(reader, &file);

	if (!source) {
		return;
	}
	struct text_stretch *all = arena_new(reader->arena, struct text_stretch);

	all->source_offset = str_starts_with(source->text, STR(BYTE_ORDER_MARK)) ? 3 : 0;
	*(struct located_text *)ret_text = (struct located_text){
		.text = str_slice(source->text, all->source_offset, source->text.len),
		.source = source,
		.stretches = all,
		.stretch_count = 1,
	};
}

/* A body that was copied from a revision file: no statement of SQL begins so. */
static void check_is_sql(struct reader *reader, const struct node *node)
{
	static const char *const beginnings[] = { "op.", "with op.", "bind = op.", "sa.", "import ",
		"from alembic ", "from sqlalchemy", "def upgrade", "def downgrade" };
	const str text = str_trim(node->text);

	for (size_t i = 0; i < COUNT_OF(beginnings); i++) {
		if (str_starts_with(text, str_from(beginnings[i]))) {
			const size_t begin = (size_t)(text.data - node->text.data);

			mistake_at(reader,
					node_part(node, begin, strlen(beginnings[i]),
							reader->arena),
					"a body is SQL, not Python")
					->hint =
					STR("Write what it sends to the database: 'alembic "
					    "upgrade --sql' prints that.");
			return;
		}
	}
}

/* What an engine has in a map: SQL, or a file of it. */
static void read_sql_part(struct reader *reader, const struct node *node, void *ret_text)
{
	struct sql_values values = { 0 };

	if (node->kind == NODE_MAP) {
		fields_read(reader, node, &shape_sql_file, &values);
		*(struct located_text *)ret_text = values.file;
	} else if (expect_kind(reader, node, NODE_TEXT, "SQL as text")) {
		check_is_sql(reader, node);
		*(struct located_text *)ret_text = node_located_text(node, reader->arena);
	}
}

static void read_sql(struct reader *reader, const struct node *node, void *ret_body)
{
	struct sql_body *body = (struct sql_body *)ret_body;
	struct sql_values values = { 0 };

	body->where = node->where;
	if (node->kind == NODE_TEXT) {
		const struct located_text text = node_located_text(node, reader->arena);

		check_is_sql(reader, node);

		for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
			body->by_engine[i] = text;
		}
		return;
	}
	if (!expect_kind(reader, node, NODE_MAP, "SQL as text or a map")) {
		return;
	}
	fields_read(reader, node, &shape_sql, &values);
	for (size_t i = 0; map_find_key(node, "file") && i < SCENARIO_ENGINE_COUNT; i++) {
		const char *const engine_or_file[] = { scenario_engine_names[i], "file" };

		if (keys_exclude(reader, node, engine_or_file, 2) == 2) {
			break; // one is enough
		}
	}
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		body->by_engine[i] = values.file.source ? values.file : values.by_engine[i];
	}
}

const struct value_kind kind_sql = {
	"{\"anyOf\": [{\"$ref\": \"#/definitions/text\"}, {\"$ref\": \"#/definitions/sql_map\"}]}",
	read_sql,
};
