#include "project/env_file.h"

#include "project/encoding.h"

const char *const env_option_names[ENV_OPTION_COUNT] = {
	[ENV_VERSION_TABLE] = "version_table",
	[ENV_VERSION_TABLE_SCHEMA] = "version_table_schema",
	[ENV_TRANSACTION_PER_MIGRATION] = "transaction_per_migration",
	[ENV_TRANSACTIONAL_DDL] = "transactional_ddl",
	[ENV_RENDER_AS_BATCH] = "render_as_batch",
	[ENV_INCLUDE_SCHEMAS] = "include_schemas",
};

static void set_option(
		struct env_file *found, str name, struct span where, const struct literal *value)
{
	for (size_t i = 0; i < ENV_OPTION_COUNT; i++) {
		if (str_equal(name, str_from(env_option_names[i]))) {
			found->options[i].is_there = true;
			found->options[i].value = *value;
			found->options[i].where = where;
		}
	}
}

/* The arguments of a call, from behind its opening parenthesis. */
static void read_arguments(struct python_file *file, struct env_file *found)
{
	while (file->token.kind != PYTHON_END && file->token.kind != PYTHON_ERROR) {
		const struct python_token first = file->token;
		struct literal value = literal_read(file, true);

		if (python_file_operator(file) == '=' && first.kind == PYTHON_NAME) {
			python_file_take(file);
			value = literal_read(file, true);
			set_option(found, python_token_text(&file->reader, first),
					python_file_span(file, first.offset, first.len), &value);
		} else if (python_token_is(&file->reader, first, STR("**"))) {
			found->spread = value.where;
		}
		if (python_file_operator(file) != ',') {
			return;
		}
		python_file_take(file);
	}
}

struct env_file env_file_read(const struct source *source, struct arena *arena)
{
	const struct encoding encoding = encoding_of(source->text, arena);
	struct env_file found = { 0 };
	struct python_file file;

	python_file_init(&file, source, encoding.is_latin_1, arena);
	while (file.token.kind != PYTHON_END && file.token.kind != PYTHON_ERROR) {
		const struct python_token before = file.last;
		const struct python_token token = python_file_take(&file);

		if (python_token_is(&file.reader, token, STR("configure")) &&
				python_token_is(&file.reader, before, STR(".")) &&
				python_file_operator(&file) == '(') {
			python_file_take(&file);
			found.is_configured = true;
			read_arguments(&file, &found);
		}
	}
	return found;
}
