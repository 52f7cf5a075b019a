/*
 * Steps: what a strategy does, one action after the other.
 */
#include "scenario/reader.h"

const char *const step_kind_names[STEP_KIND_COUNT] = {
	[STEP_UPGRADE] = "upgrade",
	[STEP_DOWNGRADE] = "downgrade",
	[STEP_STAMP] = "stamp",
	[STEP_SQL] = "sql",
	[STEP_LOAD] = "load",
	[STEP_MERGE] = "merge",
	[STEP_EDIT] = "edit",
	[STEP_VERSION] = "version",
	[STEP_CHECK] = "check",
	[STEP_SHOW] = "show",
	[STEP_BACKUP] = "backup",
	[STEP_RESTORE] = "restore",
	[STEP_RUN] = "run",
};

const bool step_takes_whole_database[STEP_KIND_COUNT] = {
	[STEP_LOAD] = true,
	[STEP_BACKUP] = true,
	[STEP_RESTORE] = true,
};

static void read_targets(struct reader *reader, const struct node *node, void *ret_list)
{
	kind_text_or_texts.read(reader, node, ret_list);
	if (node->kind == NODE_LIST && !node->first && !node->is_cut) {
		mistake_at(reader, node->where, "the list names no revision");
	}
}

static const struct value_kind kind_targets = {
	"{\"anyOf\": [{\"$ref\": \"#/definitions/text\"}, "
	"{\"type\": \"array\", \"minItems\": 1, \"items\": {\"$ref\": \"#/definitions/text\"}}]}",
	read_targets,
};

/* --- merge --------------------------------------------------------------------------------- */

static const struct field merge_fields[] = {
	FIELD_REQUIRED("revisions", struct step, targets, kind_targets,
			"What is merged: heads, or a list of revisions."),
	FIELD_REQUIRED("revision", struct step, merge_revision, kind_name,
			"The id of the merge revision."),
	FIELD_AT("message", struct step, merge_message, kind_text, "Its message."),
};

const struct shape shape_merge = {
	.name = "merge",
	.subject = "a merge",
	.example = "merge: {revisions: heads, revision: ID}, with an id for the new revision",
	.fields = merge_fields,
	.field_count = COUNT_OF(merge_fields),
};

static void read_merge(struct reader *reader, const struct node *node, void *ret_step)
{
	const size_t mistakes = reader->mistakes->count;

	fields_read(reader, node, &shape_merge, ret_step);
	if (node->kind == NODE_MAP && reader->mistakes->count == mistakes + 1 &&
			!map_find_key(node, "revision")) {
		reader->mistakes->items[mistakes]->hint =
				STR("Choose an id for the new revision: 'revision: ID'.");
	}
}

/* --- version ------------------------------------------------------------------------------- */

static void read_version(struct reader *reader, const struct node *node, void *ret_step)
{
	struct step *step = (struct step *)ret_step;

	if (node->kind == NODE_TEXT && str_equal(node->text, STR("none"))) {
		step->is_none = true;
	} else if (node->kind == NODE_TEXT && str_equal(node->text, STR("heads"))) {
		step->is_heads = true;
	} else if (node->kind != NODE_TEXT || !str_equal(node->text, STR("base"))) {
		read_version_rows(reader, node,
				"Write heads for the real heads, base for no rows, none for no table, or ids.",
				&step->targets);
	}
}

/* --- check --------------------------------------------------------------------------------- */

#define CHECK_FIELDS                                                                                                       \
	FIELD_REQUIRED("sql", struct check, sql, kind_sql,                                                                 \
			"The query. Rows are compared as text: columns joined by |, rows by line ends, NULL as nothing."), \
			FIELD(struct check, equals, kind_text, "The rows are exactly this text."),                         \
			FIELD(struct check, matches, kind_pattern,                                                         \
					"This pattern (PCRE2) is found in the rows."),                                     \
			FIELD(struct check, empty, kind_bool,                                                              \
					"true: there are no rows. false: there is at least one.")

static const struct field check_fields[] = { CHECK_FIELDS };

const struct shape shape_check = {
	.name = "check",
	.subject = "a check",
	.example = "{sql: SELECT ..., equals: TEXT}",
	.fields = check_fields,
	.field_count = COUNT_OF(check_fields),
};

static const struct field goal_check_fields[] = {
	CHECK_FIELDS,
	FIELD(struct check, state, kind_name, "Only for cells that start from this state."),
};

const struct shape shape_goal_check = {
	.name = "goal_check",
	.subject = "a check",
	.example = "{sql: SELECT ..., equals: TEXT}",
	.fields = goal_check_fields,
	.field_count = COUNT_OF(goal_check_fields),
};

static void read_check_fields(struct reader *reader, const struct node *node,
		const struct shape *shape, struct check *check)
{
	static const char *const wants[] = { "equals", "matches", "empty" };
	const size_t mistakes = reader->mistakes->count;

	fields_read(reader, node, shape, check);
	if (node->kind != NODE_MAP) {
		return;
	}
	check->where = node->where;
	if (keys_exclude(reader, node, wants, COUNT_OF(wants)) == 0 && !node->is_cut &&
			reader->mistakes->count ==
					mistakes) { // an unknown key may have been meant as one
		mistake_at(reader, node->where,
				"a check needs one of 'equals', 'matches' and 'empty'");
	}
	check->kind = map_find_key(node, "matches")    ? CHECK_MATCHES
			: !map_find_key(node, "empty") ? CHECK_EQUALS
			: check->empty                 ? CHECK_EMPTY
						       : CHECK_NOT_EMPTY;
}

void read_checks(struct reader *reader, const struct node *node, const struct shape *shape,
		struct checks *checks)
{
	if (node->kind == NODE_MAP) {
		read_check_fields(reader, node, shape, LIST_PUSH(checks, reader->arena));
		return;
	}
	const size_t mistakes = reader->mistakes->count;

	if (!expect_kind(reader, node, NODE_LIST, "a check or a list of checks")) {
		if (reader->mistakes->count > mistakes) {
			reader->mistakes->items[mistakes]->hint =
					STR("Write {sql: SELECT ..., equals: TEXT}.");
		}
		return;
	}
	for (const struct node *item = node->first; item; item = item->next) {
		read_check_fields(reader, item, shape, LIST_PUSH(checks, reader->arena));
	}
}

static void read_step_checks(struct reader *reader, const struct node *node, void *ret_checks)
{
	read_checks(reader, node, &shape_check, (struct checks *)ret_checks);
	if (node->kind == NODE_LIST && !node->first && !node->is_cut) {
		mistake_at(reader, node->where, "the list holds no check");
	}
}

static const struct value_kind kind_checks = { SCHEMA_CHECKS("check"), read_step_checks };

/* --- a step -------------------------------------------------------------------------------- */

static const struct value_kind kind_merge = { "{\"$ref\": \"#/definitions/merge\"}", read_merge };
static const struct value_kind kind_edit = { "{\"$ref\": \"#/definitions/edit\"}", read_edit };
static const struct value_kind kind_version = {
	"{\"anyOf\": [{\"$ref\": \"#/definitions/text\"}, "
	"{\"type\": \"array\", \"items\": {\"$ref\": \"#/definitions/text\"}}]}",
	read_version,
};

/* A line for a shell. */
static void read_run(struct reader *reader, const struct node *node, void *ret_step)
{
	struct step *step = (struct step *)ret_step;
	str line = { 0 };

	kind_text.read(reader, node, &line);
	str_list_add(&step->program, STR("sh"), reader->arena);
	str_list_add(&step->program, STR("-c"), reader->arena);
	str_list_add(&step->program, line, reader->arena);
}

static const struct value_kind kind_run = { "{\"$ref\": \"#/definitions/text\"}", read_run };

static const struct field step_fields[] = {
	[STEP_UPGRADE] = FIELD_AT("upgrade", struct step, targets, kind_one_text,
			"alembic upgrade TARGET: an id or the start of one, head, heads, +1, label@head, ae10+2."),
	[STEP_DOWNGRADE] = FIELD_AT("downgrade", struct step, targets, kind_one_text,
			"alembic downgrade TARGET: an id or the start of one, base, -1, label@base."),
	[STEP_STAMP] = FIELD_AT("stamp", struct step, targets, kind_targets,
			"alembic stamp TARGET, or a list of targets: changes what the version table says, nothing else."),
	[STEP_SQL] = FIELD(
			struct step, sql, kind_sql, "SQL that somebody runs outside of Alembic."),
	[STEP_LOAD] = FIELD(struct step, load, kind_load,
			"A file, as a state may load it: .sql onto the database that is there, a dump of another kind in its place."),
	[STEP_MERGE] = FIELD_WHOLE("merge", kind_merge,
			"What alembic merge writes: {revisions: heads, revision: ID, message: TEXT}."),
	[STEP_EDIT] = FIELD(struct step, edit, kind_edit,
			"Edits to the tree in mid-run, as when new code is deployed."),
	[STEP_VERSION] = FIELD_WHOLE("version", kind_version,
			"The version rows must be these: an id, a list, heads, base (no rows), or none (no table)."),
	[STEP_CHECK] = FIELD_AT("check", struct step, checks, kind_checks,
			"A query and what it must give, or a list of them."),
	[STEP_SHOW] = FIELD_AT("show", struct step, sql, kind_sql,
			"SQL whose rows are shown by explain, reports and run --verbose."),
	[STEP_BACKUP] = FIELD(struct step, backup, kind_name, "Keep the database under this name."),
	[STEP_RESTORE] = FIELD_AT("restore", struct step, backup, kind_name,
			"Go back to the database that was kept under this name."),
	[STEP_RUN] = FIELD_WHOLE("run", kind_run,
			"A command of a shell's, run in a folder with the tree as an Alembic project, the database being in DATABASE_URL; only with --allow-run."),
	FIELD(struct step, title, kind_text, "What this step is for, in a line."),
	FIELD(struct step, fails, kind_pattern,
			"A pattern (PCRE2): the step must fail with an error in which it is found, and the run goes on."),
	FIELD(struct step, purge, kind_bool, "Beside stamp: true empties the version table first."),
};

const struct shape shape_step = {
	.name = "step",
	.subject = "a step",
	.example = "an action and what it is about, as in 'upgrade: head'",
	.fields = step_fields,
	.field_count = COUNT_OF(step_fields),
};

static str hint_of_actions(struct arena *arena)
{
	struct str_list names = { 0 };

	for (size_t i = 0; i + 1 < STEP_KIND_COUNT; i++) {
		str_list_add(&names, str_from(step_kind_names[i]), arena);
	}
	return str_format(arena, "Actions are %.*s and %s.",
			STR_ARG(str_list_join(&names, STR(", "), arena)),
			step_kind_names[STEP_KIND_COUNT - 1]);
}

/* One action a step. An unknown key may have been meant as one, and has been reported. */
static bool check_action(struct reader *reader, const struct node *node, unsigned given,
		size_t mistakes, struct step *step)
{
	const size_t actions = keys_exclude(reader, node, step_kind_names, STEP_KIND_COUNT);

	if (actions == 0) {
		if (reader->mistakes->count == mistakes && !node->is_cut) {
			mistake_at(reader, node->where, "a step needs an action")->hint =
					hint_of_actions(reader->arena);
		}
		return false;
	}
	for (size_t i = 0; i < STEP_KIND_COUNT; i++) {
		if (given & 1U << i) {
			step->kind = (enum step_kind)i;
			step->where = map_find_key(node, step_kind_names[i])->where;
		}
	}
	if (actions == 1 &&
			(step->kind == STEP_UPGRADE || step->kind == STEP_DOWNGRADE ||
					step->kind == STEP_STAMP)) {
		check_targets(reader, map_find_key(node, step_kind_names[step->kind])->value,
				step->kind);
	}
	const struct node *purge = map_find_key(node, "purge");

	if (purge && !map_find_key(node, "stamp")) {
		mistake_at(reader, purge->where, "'purge' belongs to a stamp alone");
	}
	return actions == 1;
}

static bool has_backup(const struct steps *steps, str name)
{
	for (size_t i = 0; i < steps->count; i++) {
		if (steps->items[i].kind == STEP_BACKUP &&
				str_equal(steps->items[i].backup, name)) {
			return true;
		}
	}
	return false;
}

static void check_restore(struct reader *reader, const struct node *node,
		const struct strategy_draft *draft, const struct step *step)
{
	const struct steps *steps = &draft->strategy.steps;
	struct str_list backups = { 0 };

	if (!draft->steps_are_known || has_backup(steps, step->backup)) {
		return;
	}
	for (size_t i = 0; i < steps->count; i++) {
		if (steps->items[i].kind == STEP_BACKUP) {
			str_list_add(&backups, steps->items[i].backup, reader->arena);
		}
	}
	mistake_at(reader, map_find_key(node, "restore")->value->where,
			"no step before this one makes a backup '%.*s'", STR_ARG(step->backup))
			->hint = hint_nearest(reader, step->backup, backups.items, backups.count);
}

void read_step(struct reader *reader, const struct node *node, struct strategy_draft *draft)
{
	const size_t mistakes = reader->mistakes->count;
	struct step step = { 0 };
	const unsigned given = fields_read(reader, node, &shape_step, &step);

	if (node->kind == NODE_TEXT) {
		const str hint = hint_for_command(node->text, reader->arena);

		if (hint.len) {
			reader->mistakes->items[mistakes]->hint = hint;
		}
	}

	if (node->kind == NODE_MAP && check_action(reader, node, given, mistakes, &step) &&
			step.kind == STEP_RESTORE && step.backup.len) {
		check_restore(reader, node, draft, &step);
	}
	if (node->kind != NODE_MAP || reader->mistakes->count != mistakes) {
		draft->steps_are_known = false; // nobody knows what it was meant to do
	}
	*LIST_PUSH(&draft->strategy.steps, reader->arena) = step;
}

void read_steps(struct reader *reader, const struct node *node, struct strategy_draft *draft)
{
	if (!expect_kind(reader, node, NODE_LIST, "a list of steps")) {
		draft->steps_are_counted = false;
		return;
	}
	for (const struct node *item = node->first; item; item = item->next) {
		read_step(reader, item, draft);
	}
	draft->steps_are_counted &= !node->is_cut;
}
