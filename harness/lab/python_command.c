/*
 * Commands that Alembic carries out itself, with the project's env.py. It finds the tree as the stage has it: where an
 * edit has changed it, files are written for it, each the project's own with assignments behind it that win.
 */
#include "kit/arena.h"
#include "lab/alembic.h"
#include "lab/python_internal.h"

/* --- Python's source ------------------------------------------------------------------------------- */

/* A text as Python's source has it, in ASCII whatever the file's encoding. */
static void add_text(str text, struct buf *out)
{
	bool is_ascii = true;

	for (size_t i = 0; i < text.len; i++) {
		is_ascii &= (unsigned char)text.data[i] < 0x80;
	}
	buf_add(out, is_ascii ? STR("\"") : STR("b\""));
	for (size_t i = 0; i < text.len; i++) {
		const unsigned char c = (unsigned char)text.data[i];

		if (c == '"' || c == '\\') {
			buf_format(out, "\\%c", c);
		} else if (c < ' ' || c >= 0x7f) {
			buf_format(out, "\\x%02x", c);
		} else {
			buf_add_char(out, (char)c);
		}
	}
	buf_add(out, is_ascii ? STR("\"") : STR("\".decode()"));
}

/* None, a text, or a tuple of texts. */
static void add_texts(const struct str_list *texts, bool is_list, struct buf *out)
{
	if (!texts->count && !is_list) {
		buf_add(out, STR("None"));
	} else if (texts->count == 1 && !is_list) {
		add_text(texts->items[0], out);
	} else {
		buf_add_char(out, '(');
		for (size_t i = 0; i < texts->count; i++) {
			add_text(texts->items[i], out);
			buf_add(out, STR(", "));
		}
		buf_add_char(out, ')');
	}
}

static void assign_texts(const char *name, const struct str_list *texts, bool is_list,
		struct buf *out)
{
	buf_format(out, "%s = ", name);
	add_texts(texts, is_list, out);
	buf_add_char(out, '\n');
}

static void assign_text(const char *name, str text, struct buf *out)
{
	const struct str_list one = { .items = &text, .count = 1 };

	assign_texts(name, &one, false, out);
}

/* A function that sends SQL as it stands. */
static void add_function(struct stage *stage, const char *name,
		const struct scenario_revision *revision, const struct sql_body *body,
		struct buf *out)
{
	const struct statements statements =
			stage->engine->split(body->by_engine[stage->kind].text, stage->arena);

	buf_format(out, "def %s():\n\timport alembic.op, sqlalchemy\n", name);
	if (revision->irreversible && body == &revision->downgrade) {
		buf_add(out, STR("\traise type(\"Irreversible\", (Exception,), {})("));
		add_text(str_format(stage->arena, "revision '%.*s' cannot be downgraded",
					 STR_ARG(revision->spec.revision)),
				out);
		buf_add(out, STR(")\n"));
		return;
	}
	if (revision->autocommit) {
		buf_add(out, STR("\twith alembic.op.get_context().autocommit_block():\n"
			     "\t\tpass\n"));
	}
	for (size_t i = 0; i < statements.count; i++) {
		buf_add(out, revision->autocommit
						? STR("\t\talembic.op.execute(sqlalchemy.text(")
						: STR("\talembic.op.execute(sqlalchemy.text("));
		add_text(statements.items[i].text, out);
		buf_add(out, STR(".replace(\":\", \"\\\\:\")))\n"));
	}
}

/* --- the tree --------------------------------------------------------------------------------------- */

static bool are_same(const struct str_list *a, const struct str_list *b)
{
	bool is_same = a->count == b->count;

	for (size_t i = 0; is_same && i < a->count; i++) {
		is_same = str_equal(a->items[i], b->items[i]);
	}
	return is_same;
}

/* The revision as its file declares it; NULL: it has none. */
static const struct scenario_revision *declared(const struct scenario_revision *revision)
{
	const struct scenario_revisions *own =
			revision->project ? &revision->project->revisions : NULL;

	for (size_t i = 0; own && i < own->count; i++) {
		if (str_equal(own->items[i].path, revision->path)) {
			return &own->items[i];
		}
	}
	return NULL;
}

str python_difference(struct stage *stage, const struct scenario_revision *revision)
{
	const struct scenario_revision *own = declared(revision);
	const struct revision_spec *spec = &revision->spec;
	struct buf out = { .arena = stage->arena };

	if (!own || !str_equal(own->spec.revision, spec->revision)) {
		assign_text("revision", spec->revision, &out);
	}
	if (!own || !are_same(&own->spec.down_revision, &spec->down_revision) ||
			own->spec.lists_down_revision != spec->lists_down_revision) {
		assign_texts("down_revision", &spec->down_revision,
				spec->lists_down_revision || spec->down_revision.count > 1, &out);
	}
	if (!own || !are_same(&own->spec.depends_on, &spec->depends_on)) {
		assign_texts("depends_on", &spec->depends_on, spec->depends_on.count > 1, &out);
	}
	if (!own || !are_same(&own->spec.branch_labels, &spec->branch_labels)) {
		assign_texts("branch_labels", &spec->branch_labels,
				spec->branch_labels.count > 1, &out);
	}
	if (!own || revision->upgrade.where.source) {
		add_function(stage, "upgrade", revision, &revision->upgrade, &out);
	}
	if (!own || revision->downgrade.where.source || revision->irreversible) {
		add_function(stage, "downgrade", revision, &revision->downgrade, &out);
	}
	return out.len ? str_format(stage->arena, "\n\n%.*s", STR_ARG(buf_str(&out))) : (str){ 0 };
}

/* A name that Alembic loads. */
static str name_of_file(const struct scenario_revision *revision, size_t number, struct arena *arena)
{
	const str name = revision->spec.file;

	return str_ends_with(name, STR(".py")) ? name : str_format(arena, "r%zu.py", number);
}

/* The files of the tree as it is now; `ret_is_edited`: they are not the project's own, as they are. */
static struct python_version_files files_of(struct stage *stage, bool *ret_is_edited)
{
	struct python_version_files files = { 0 };
	size_t own = 0;

	*ret_is_edited = false;
	for (size_t i = 0; i < stage->revisions.count; i++) {
		const struct scenario_revision *revision = &stage->revisions.items[i];
		struct python_version_file *file = LIST_PUSH(&files, stage->arena);

		*file = (struct python_version_file){
			.name = name_of_file(revision, i, stage->arena),
			.path = revision->project ? revision->path : (str){ 0 },
			.added = python_difference(stage, revision),
		};
		*ret_is_edited |= file->added.len > 0;
		own = revision->project ? revision->project->revisions.count : own;
	}
	*ret_is_edited |= own != stage->revisions.count;
	return files;
}

/* --- running it ------------------------------------------------------------------------------------- */

static const char *const command_names[] = {
	[PLAN_UPGRADE] = "upgrade",
	[PLAN_DOWNGRADE] = "downgrade",
	[PLAN_STAMP] = "stamp",
};

static struct error *run(struct stage *stage, struct python_command *wanted)
{
	struct following following;
	const struct python_follower follower = following_begin(&following, stage);

	wanted->project = stage_python_project(stage);
	wanted->files = files_of(stage, &wanted->is_edited);
	stage->sent = (struct sent){ 0 };
	struct error *err = stage->engine->python_command(stage->database, wanted,
			stage->deadline_us, &follower, stage->arena);

	if (err) {
		following_fail(&following, err, following.revision);
	}
	return err;
}

struct error *python_command_run(struct stage *stage, const struct alembic_command *command)
{
	struct python_command wanted = {
		.name = str_from(command_names[command->op]),
		.arguments = *command->targets,
		.takes_list = command->op == PLAN_STAMP && command->targets->count > 1,
		.purge = command->purge,
	};

	return run(stage, &wanted);
}

struct error *python_check_run(struct stage *stage)
{
	return run(stage, &(struct python_command){ .name = STR("check") });
}
