/*
 * Revisions and what a strategy does to them.
 */
#include "scenario/reader.h"

/* The order of the rows is that of enum revision_field: the set of fields given is one of its values. */
static const struct field revision_fields[] = {
	FIELD_REQUIRED("revision", struct scenario_revision, spec.revision, kind_text, "The id."),
	FIELD_REQUIRED("down_revision", struct scenario_revision, spec, kind_down_revision,
			"The id of the revision before it, a list of ids for a merge, null for a base."),
	FIELD_AT("depends_on", struct scenario_revision, spec.depends_on, kind_texts_or_null,
			"Ids or labels that must have run before, without being parents."),
	FIELD_AT("branch_labels", struct scenario_revision, spec.branch_labels, kind_texts_or_null,
			"Names of the branch that begins here."),
	FIELD_AT("file", struct scenario_revision, spec.file, kind_name,
			"The name of the file that it stands for, by which edits can call it."),
	FIELD_AT("message", struct scenario_revision, spec.message, kind_text,
			"Its message, as after alembic revision -m."),
	FIELD(struct scenario_revision, upgrade, kind_sql,
			"SQL of upgrade(): a text, a map from engines to texts, or {file: PATH}. Empty unless given."),
	FIELD(struct scenario_revision, downgrade, kind_sql,
			"SQL of downgrade(): a text, a map from engines to texts, or {file: PATH}. Empty unless given."),
	FIELD(struct scenario_revision, autocommit, kind_bool,
			"true: the body runs as in autocommit_block(), outside of a transaction."),
	FIELD(struct scenario_revision, irreversible, kind_bool, "true: its downgrade raises."),
};

const struct shape shape_revision = {
	.name = "revision",
	.subject = "a revision",
	.example = "{revision: ID, down_revision: null}",
	.fields = revision_fields,
	.field_count = COUNT_OF(revision_fields),
};

const struct shape shape_revision_change = {
	.name = "revision_change",
	.subject = "a revision",
	.fields = revision_fields,
	.field_count = COUNT_OF(revision_fields),
	.is_partial = true,
};

struct elsewhere {
	struct file_reference directory;
	struct scenario_project project;
};

static void read_path(struct reader *reader, const struct node *node, void *ret_file);

/* A file or a folder, whatever it is. */
static const struct value_kind kind_path = { "{\"$ref\": \"#/definitions/text\"}", read_path };

enum { /* rows of the table below, the first of those that go with a project */
	ROW_DIRECTORY,
	ROW_ALEMBIC,
	ROW_OF_PROJECT,
};

static const struct field elsewhere_fields[] = {
	[ROW_DIRECTORY] = FIELD(struct elsewhere, directory, kind_path,
			"A folder of .sql files, a revision each, in the order of their names; a path from the scenario's folder."),
	[ROW_ALEMBIC] = FIELD_AT("alembic", struct elsewhere, project.source, kind_path,
			"An Alembic project: a folder, an .ini or a .toml; a path from the scenario's folder."),
	[ROW_OF_PROJECT] = FIELD_AT("name", struct elsewhere, project.section, kind_name,
			"The section of the ini, as alembic -n."),
	FIELD_AT("at", struct elsewhere, project.at, kind_place,
			"The commit, tag or branch of git from which the project is read and run. Unless given: as it stands on the disk."),
	FIELD_AT("python", struct elsewhere, project.python, kind_python,
			"The interpreter that runs the migrations, or a command that starts one, such as poetry run python. Unless given it is looked for."),
	FIELD_AT("runner", struct elsewhere, project.runner, kind_runner,
			"bodies (default): each upgrade() or downgrade() is run by itself, env.py never. env: each command is Alembic's own, with the project's env.py."),
	FIELD_AT("stubs", struct elsewhere, project.stubs, kind_texts,
			"Modules that cannot be imported, and need not be."),
	FIELD_AT("env", struct elsewhere, project.env, kind_variables,
			"Environment variables for Python. {url}, {async_url}, {host}, {port}, {user}, {password}, {database} and {path} in them are the throwaway database's."),
	FIELD_AT("x", struct elsewhere, project.x, kind_texts, "Alembic's -x arguments."),
};

const struct shape shape_revisions_elsewhere = {
	.name = "revisions_elsewhere",
	.subject = "'revisions'",
	.fields = elsewhere_fields,
	.field_count = COUNT_OF(elsewhere_fields),
};

static void read_path(struct reader *reader, const struct node *node, void *ret_file)
{
	str name;

	if (read_text(reader, node, &name)) {
		*(struct file_reference *)ret_file = file_reference_of(reader, name, node->where);
	}
}

/* --- a list of revisions ------------------------------------------------------------------- */

static void read_revision(struct reader *reader, const struct node *node,
		struct scenario_revisions *revisions)
{
	struct scenario_revision *revision = LIST_PUSH(revisions, reader->arena);

	fields_read(reader, node, &shape_revision, revision);
	const struct node *key = map_find_key(node, "revision");

	if (key && key->value->kind == NODE_TEXT) {
		revision->spec.where = key->value->where;
	} else {
		reader->unknown_revisions++;
	}
}

static void read_revision_list(struct reader *reader, const struct node *node, void *ret_revisions)
{
	if (!expect_kind(reader, node, NODE_LIST, "a list of revisions")) {
		reader->unknown_revisions++;
		return;
	}
	for (const struct node *item = node->first; item; item = item->next) {
		read_revision(reader, item, (struct scenario_revisions *)ret_revisions);
	}
	reader->unknown_revisions += node->is_cut;
}

/* Keys that say how to run a project, beside a folder of SQL. */
static void refuse_project_keys(struct reader *reader, const struct node *node)
{
	for (size_t i = ROW_OF_PROJECT; i < COUNT_OF(elsewhere_fields); i++) {
		const struct node *key = map_find_key(node, elsewhere_fields[i].name);

		if (key) {
			mistake_at(reader, key->where, "'%s' goes with a project",
					elsewhere_fields[i].name)
					->hint = STR("It is named by 'alembic'.");
		}
	}
}

static void read_elsewhere(struct reader *reader, const struct node *node, void *ret_revisions)
{
	static const char *const places[] = { "directory", "alembic" };
	const size_t before = reader->mistakes->count;
	struct elsewhere elsewhere = { 0 };

	fields_read(reader, node, &shape_revisions_elsewhere, &elsewhere);
	if (keys_exclude(reader, node, places, COUNT_OF(places)) == 0) {
		if (!node->first) {
			mistake_at(reader, node->where, "missing key 'directory' or 'alembic'");
		} else {
			refuse_project_keys(reader, node);
		}
	} else if (map_find_key(node, "alembic")) { // read when all who want it are known
		if (elsewhere.project.source.name.len && reader->mistakes->count == before) {
			struct scenario_project *project =
					arena_new(reader->arena, struct scenario_project);

			*project = elsewhere.project;
			reader->scenario->project = project;
		}
	} else {
		refuse_project_keys(reader, node);
		if (elsewhere.directory.path.len) {
			const size_t sound = reader->mistakes->count;

			read_revision_directory(reader, &elsewhere.directory,
					(struct scenario_revisions *)ret_revisions);
			reader->revisions_are_known = reader->mistakes->count == sound;
		}
	}
}

static void read_revisions(struct reader *reader, const struct node *node, void *ret_revisions)
{
	const size_t unknown = reader->unknown_revisions;

	if (node->kind == NODE_MAP) {
		read_elsewhere(reader, node, ret_revisions);
	} else if (expect_kind(reader, node, NODE_LIST,
				   "a list of revisions, or a map that says where they are")) {
		read_revision_list(reader, node, ret_revisions);
		reader->revisions_are_known = reader->unknown_revisions == unknown;
	}
}

const struct value_kind kind_revisions = {
	"{\"anyOf\": [{\"type\": \"array\", \"items\": {\"$ref\": \"#/definitions/revision\"}}, "
	"{\"$ref\": \"#/definitions/revisions_elsewhere\"}]}",
	read_revisions,
};

/* --- edits --------------------------------------------------------------------------------- */

static void read_change_revisions(struct reader *reader, const struct node *node, void *ret_edit)
{
	struct tree_edit *edit = (struct tree_edit *)ret_edit;

	if (!expect_kind(reader, node, NODE_MAP, "a map from revisions to what changes")) {
		reader->unknown_revisions++;
		return;
	}
	for (const struct node *key = node->first; key; key = key->next) {
		if (!key_is_name(reader, key, "a revision")) {
			continue;
		}
		struct revision_change *change = LIST_PUSH(&edit->change, reader->arena);

		change->name = key->text;
		change->where = key->where;
		change->fields = fields_read(
				reader, key->value, &shape_revision_change, &change->values);
		const struct node *id = map_find_key(key->value, "revision");

		if (id) {
			change->values.spec.where = id->value->where;
			reader->unknown_revisions += id->value->kind != NODE_TEXT;
		}
	}
}

static void read_add_revisions(struct reader *reader, const struct node *node, void *ret_edit)
{
	read_revision_list(reader, node, &((struct tree_edit *)ret_edit)->add);
}

static void read_remove_revisions(struct reader *reader, const struct node *node, void *ret_edit)
{
	kind_places.read(reader, node, &((struct tree_edit *)ret_edit)->remove);
}

static void read_replace_revisions(struct reader *reader, const struct node *node, void *ret_edit)
{
	struct tree_edit *edit = (struct tree_edit *)ret_edit;

	edit->replaces = true;
	read_revision_list(reader, node, &edit->replace);
}

#define SCHEMA_LIST "{\"type\": \"array\", \"items\": {\"$ref\": \"#/definitions/revision\"}}"

const struct value_kind kind_add_revisions = { SCHEMA_LIST, read_add_revisions };
const struct value_kind kind_replace_revisions = { SCHEMA_LIST, read_replace_revisions };
const struct value_kind kind_change_revisions = {
	"{\"type\": \"object\", \"additionalProperties\": {\"$ref\": \"#/definitions/revision_change\"}}",
	read_change_revisions,
};
const struct value_kind kind_remove_revisions = {
	"{\"type\": \"array\", \"items\": {\"$ref\": \"#/definitions/text\"}}",
	read_remove_revisions,
};

/* Each kind fills its part of the whole struct. */
static const struct field edit_fields[] = {
	FIELD_WHOLE("add_revisions", kind_add_revisions,
			"Revisions that come, last in load order."),
	FIELD_WHOLE("change_revisions", kind_change_revisions,
			"A map from revisions (by file name, or id) to the keys that change."),
	FIELD_WHOLE("remove_revisions", kind_remove_revisions,
			"Revisions that go, by file name or id."),
	FIELD_WHOLE("replace_revisions", kind_replace_revisions, "A whole new list of revisions."),
};

const struct shape shape_edit = {
	.name = "edit",
	.subject = "an edit",
	.fields = edit_fields,
	.field_count = COUNT_OF(edit_fields),
};

void read_edit(struct reader *reader, const struct node *node, void *ret_edit)
{
	fields_read(reader, node, &shape_edit, ret_edit);
}
