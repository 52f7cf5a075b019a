/*
 * What a state or a step loads: a file, or one database of a file.
 */
#include "kit/file.h"
#include "scenario/reader.h"

static void read_file(struct reader *reader, const struct node *node, void *ret_file)
{
	struct file_reference *file = (struct file_reference *)ret_file;
	str name;

	file->where = node->where;
	if (!read_text(reader, node, &name)) {
		return;
	}
	*file = file_reference_of(reader, name, node->where);
	if (!path_is_file(file->path, reader->arena) &&
			!path_is_directory(file->path, reader->arena)) {
		mistake_at(reader, node->where, "no file '%.*s'", STR_ARG(file->path));
	}
}

static const struct value_kind kind_file = { "{\"$ref\": \"#/definitions/text\"}", read_file };

static const struct field load_fields[] = {
	FIELD_REQUIRED("file", struct load_reference, file, kind_file,
			"The dump: .sql, an archive or a folder of pg_dump, a .sqlite file, each packed by gzip or zstd or not; a path from the scenario's folder."),
	FIELD(struct load_reference, database, kind_name,
			"Which database of a dump that holds several."),
};

const struct shape shape_load = {
	.name = "load",
	.subject = "'load'",
	.example = "FILE, or {file: FILE, database: NAME} for one database of several",
	.fields = load_fields,
	.field_count = COUNT_OF(load_fields),
};

static void read_load(struct reader *reader, const struct node *node, void *ret_load)
{
	struct load_reference *load = (struct load_reference *)ret_load;

	if (node->kind == NODE_MAP) {
		load->file.where = node->where;
		fields_read(reader, node, &shape_load, load);
	} else {
		read_file(reader, node, &load->file);
	}
}

const struct value_kind kind_load = {
	"{\"anyOf\": [{\"$ref\": \"#/definitions/text\"}, {\"$ref\": \"#/definitions/load\"}]}",
	read_load,
};
