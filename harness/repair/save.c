#include "repair/save.h"

#include "kit/arena.h"
#include "kit/json.h"
#include "scenario/insert.h"

struct writing {
	const struct repair_saving *saving;
	struct arena *arena;
	struct buf *out;
	str step;              /* blanks of one level */
	struct str_list names; /* of the strategies */
	str refusal;
};

/* --- values ----------------------------------------------------------------------------------------- */

/* A text in double quotes, as JSON and YAML both have it. */
static void add_text(struct buf *out, str text)
{
	struct json_writer json = { .out = out };

	json_add_text(&json, NULL, text);
}

/* null, one text, or a list of them. */
static void add_texts(struct buf *out, const struct str_list *texts, bool null_if_none)
{
	struct json_writer json = { .out = out };

	if (!texts->count && null_if_none) {
		buf_add(out, STR("null"));
	} else if (texts->count == 1) {
		add_text(out, texts->items[0]);
	} else {
		json_add_texts(&json, NULL, texts);
	}
}

static void indent(const struct writing *writing, size_t levels)
{
	for (size_t i = 0; i < levels; i++) {
		buf_add(writing->out, writing->step);
	}
}

/* --- revisions -------------------------------------------------------------------------------------- */

static void add_body(const struct writing *writing, size_t level, const char *key,
		const struct sql_body *body)
{
	bool has_any = false;

	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		if (!body->by_engine[i].text.len) {
			continue;
		}
		if (!has_any) {
			indent(writing, level);
			buf_format(writing->out, "%s:\n", key);
			has_any = true;
		}
		indent(writing, level + 1);
		buf_format(writing->out, "%s: ", scenario_engine_names[i]);
		add_text(writing->out, body->by_engine[i].text);
		buf_add_char(writing->out, '\n');
	}
}

static void add_key(const struct writing *writing, size_t level, const char *key,
		const struct str_list *values, bool null_if_none)
{
	indent(writing, level);
	buf_format(writing->out, "%s: ", key);
	add_texts(writing->out, values, null_if_none);
	buf_add_char(writing->out, '\n');
}

static void add_revision(struct writing *writing, const struct scenario_revision *revision)
{
	const struct revision_spec *spec = &revision->spec;
	struct buf *out = writing->out;

	if (revision->project) {
		writing->refusal = str_format(writing->arena,
				"a scenario cannot say that %.*s comes back from git: commit the patch, and name that commit with 'at'",
				STR_ARG(spec->revision));
	}
	indent(writing, 3);
	buf_add(out, STR("- revision: "));
	add_text(out, spec->revision);
	buf_add_char(out, '\n');
	add_key(writing, 4, "down_revision", &spec->down_revision, true);
	if (spec->depends_on.count) {
		add_key(writing, 4, "depends_on", &spec->depends_on, true);
	}
	if (spec->branch_labels.count) {
		add_key(writing, 4, "branch_labels", &spec->branch_labels, true);
	}
	if (spec->file.len) {
		indent(writing, 4);
		buf_add(out, STR("file: "));
		add_text(out, spec->file);
		buf_add_char(out, '\n');
	}
	if (spec->message.len) {
		indent(writing, 4);
		buf_add(out, STR("message: "));
		add_text(out, spec->message);
		buf_add_char(out, '\n');
	}
	add_body(writing, 4, "upgrade", &revision->upgrade);
	add_body(writing, 4, "downgrade", &revision->downgrade);
	if (revision->autocommit) {
		indent(writing, 4);
		buf_add(out, STR("autocommit: true\n"));
	}
	if (revision->irreversible) {
		indent(writing, 4);
		buf_add(out, STR("irreversible: true\n"));
	}
}

static void add_revisions(struct writing *writing, const char *key,
		const struct scenario_revisions *revisions)
{
	indent(writing, 2);
	buf_format(writing->out, "%s:\n", key);
	for (size_t i = 0; i < revisions->count; i++) {
		add_revision(writing, &revisions->items[i]);
	}
}

static void add_change(const struct writing *writing, const struct revision_change *change)
{
	const struct scenario_revision *values = &change->values;

	const struct {
		unsigned field;
		const char *key;
		const struct str_list *list;
	} lists[] = {
		{ FIELD_DOWN_REVISION, "down_revision", &values->spec.down_revision },
		{ FIELD_DEPENDS_ON, "depends_on", &values->spec.depends_on },
		{ FIELD_BRANCH_LABELS, "branch_labels", &values->spec.branch_labels },
	};
	const struct str_list id = { .items = (str[]){ values->spec.revision }, .count = 1 };

	indent(writing, 3);
	add_text(writing->out, change->name);
	buf_add(writing->out, STR(":\n"));
	if (change->fields & FIELD_REVISION) {
		add_key(writing, 4, "revision", &id, false);
	}
	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		if (change->fields & lists[i].field) {
			add_key(writing, 4, lists[i].key, lists[i].list, true);
		}
	}
	if (change->fields & FIELD_AUTOCOMMIT) {
		indent(writing, 4);
		buf_format(writing->out, "autocommit: %s\n", values->autocommit ? "true" : "false");
	}
	if (change->fields & FIELD_UPGRADE) {
		add_body(writing, 4, "upgrade", &values->upgrade);
	}
	if (change->fields & FIELD_DOWNGRADE) {
		add_body(writing, 4, "downgrade", &values->downgrade);
	}
}

static void add_edit(struct writing *writing, const struct tree_edit *edit)
{
	if (edit->replaces) {
		add_revisions(writing, "replace_revisions", &edit->replace);
		return;
	}
	if (edit->change.count) {
		indent(writing, 2);
		buf_add(writing->out, STR("change_revisions:\n"));
	}
	for (size_t i = 0; i < edit->change.count; i++) {
		add_change(writing, &edit->change.items[i]);
	}
	if (edit->add.count) {
		add_revisions(writing, "add_revisions", &edit->add);
	}
}

/* --- steps ------------------------------------------------------------------------------------------ */

static void add_step(const struct writing *writing, const struct step *step)
{
	struct buf *out = writing->out;

	indent(writing, 3);
	buf_format(out, "- %s%s: ", step->purge ? "{" : "", step_kind_names[step->kind]);
	if (step->kind == STEP_SQL) {
		add_text(out, step->sql.by_engine[writing->saving->result->engine].text);
	} else {
		add_texts(out, &step->targets, false);
	}
	buf_add(out, step->purge ? STR(", purge: true}\n") : STR("\n"));
}

/* --- strategies ------------------------------------------------------------------------------------- */

static bool has_same_steps(
		const struct repair_result *result, size_t a, size_t b, struct arena *arena)
{
	return str_equal(repair_steps_words(&result->states.items[a].steps->steps, result->engine,
					 arena),
			repair_steps_words(&result->states.items[b].steps->steps, result->engine,
					arena));
}

/* Whether no state before has the same steps. */
static bool leads_group(const struct repair_result *result, size_t at, struct arena *arena)
{
	for (size_t i = 0; i < at; i++) {
		if (has_same_steps(result, i, at, arena)) {
			return false;
		}
	}
	return true;
}

static size_t count_groups(const struct repair_result *result, struct arena *arena)
{
	size_t count = 0;

	for (size_t i = 0; i < result->states.count; i++) {
		count += leads_group(result, i, arena);
	}
	return count;
}

static str name_of(const struct writing *writing, size_t leader)
{
	const struct repair_saving *saving = writing->saving;
	const bool is_alone = count_groups(saving->result, writing->arena) == 1;
	const str plain = is_alone
			? STR("repair")
			: str_format(writing->arena, "repair-%.*s",
					  STR_ARG(saving->result->states.items[leader].state));
	str name = plain;

	for (size_t i = 2; scenario_find_strategy(saving->scenario, name); i++) {
		name = str_format(writing->arena, "%.*s-%zu", STR_ARG(plain), i);
	}
	return name;
}

static void add_goal(const struct writing *writing)
{
	if (!writing->saving->scenario->goal.keys) {
		indent(writing, 2);
		buf_add(writing->out,
				STR("goal: {version: heads, schema: {same_as: fresh}, rows_kept: all}\n"));
	}
}

static void add_strategy(struct writing *writing, size_t leader)
{
	const struct repair_result *result = writing->saving->result;
	const struct repair_of_state *state = &result->states.items[leader];
	const str name = name_of(writing, leader);
	struct str_list states = { 0 };
	struct json_writer json = { .out = writing->out };

	indent(writing, 1);
	buf_format(writing->out, "%.*s:\n", STR_ARG(name));
	indent(writing, 2);
	buf_add(writing->out, STR("title: "));
	add_text(writing->out, state->steps->why);
	buf_add_char(writing->out, '\n');
	indent(writing, 2);
	buf_format(writing->out, "engines: [%s]\n", scenario_engine_names[result->engine]);
	for (size_t i = leader; i < result->states.count; i++) {
		if (has_same_steps(result, leader, i, writing->arena)) {
			str_list_add(&states, result->states.items[i].state, writing->arena);
		}
	}
	indent(writing, 2);
	buf_add(writing->out, STR("states: "));
	json_add_texts(&json, NULL, &states);
	buf_add_char(writing->out, '\n');
	add_edit(writing, &result->trees->items[result->tree].edit);
	indent(writing, 2);
	buf_add(writing->out, state->steps->steps.count ? STR("steps:\n") : STR("steps: []\n"));
	for (size_t i = 0; i < state->steps->steps.count; i++) {
		add_step(writing, &state->steps->steps.items[i]);
	}
	add_goal(writing);
}

static void add_strategies(struct writing *writing)
{
	const struct repair_result *result = writing->saving->result;

	for (size_t i = 0; i < result->states.count; i++) {
		if (leads_group(result, i, writing->arena)) {
			add_strategy(writing, i);
		}
	}
}

/* What they claim, more exactly than any line that is there. */
static void add_outcomes(const struct writing *writing)
{
	const struct repair_result *result = writing->saving->result;

	for (size_t i = 0; i < result->states.count; i++) {
		size_t leader = 0, group = 0;

		while (!has_same_steps(result, leader, i, writing->arena)) {
			leader++;
		}
		for (size_t j = 0; j < leader; j++) {
			group += leads_group(result, j, writing->arena);
		}
		indent(writing, 1);
		buf_format(writing->out, "\"%.*s@%.*s:%s\": works\n",
				STR_ARG(writing->names.items[group]),
				STR_ARG(result->states.items[i].state),
				scenario_engine_names[result->engine]);
	}
}

/* --- into a file ------------------------------------------------------------------------------------- */

static void insert_strategies(void *data, str step, struct buf *out)
{
	struct writing *writing = data;

	writing->step = step;
	writing->out = out;
	add_strategies(writing);
}

static void insert_outcomes(void *data, str step, struct buf *out)
{
	struct writing *writing = data;

	writing->step = step;
	writing->out = out;
	add_outcomes(writing);
}

void repair_save(const struct repair_saving *saving, struct buf *out, struct str_list *ret_names,
		str *ret_refusal)
{
	struct writing writing = {
		.saving = saving,
		.arena = out->arena,
		.out = out,
		.step = STR("  "),
	};

	for (size_t i = 0; i < saving->result->states.count; i++) {
		if (leads_group(saving->result, i, writing.arena)) {
			str_list_add(&writing.names, name_of(&writing, i), writing.arena);
		}
	}
	const struct scenario_addition addition = {
		.add_strategies = insert_strategies,
		.add_outcomes = insert_outcomes,
		.data = &writing,
	};

	if (saving->text.len) {
		scenario_insert(saving->text, &addition, out);
	} else {
		buf_add(out, saving->head);
		buf_add(out, STR("strategies:\n"));
		add_strategies(&writing);
	}
	*ret_names = writing.names;
	*ret_refusal = writing.refusal;
}
