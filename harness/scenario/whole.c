/*
 * The top level of a scenario, and what is done when all of it has been read.
 */
#include "scenario/reader.h"

#include "kit/locale.h"

/* --- configure ----------------------------------------------------------------------------- */

static void read_transactional_ddl(
		struct reader *reader, const struct node *node, void *ret_configure)
{
	struct alembic_configure *configure = (struct alembic_configure *)ret_configure;

	configure->has_transactional_ddl = true;
	kind_bool.read(reader, node, &configure->transactional_ddl);
}

static void read_level(struct reader *reader, const struct node *node, void *ret_level)
{
	str text;

	if (!read_text(reader, node, &text)) {
		return;
	}
	for (int level = ALEMBIC_OLDEST; level <= ALEMBIC_NEWEST; level++) {
		if (str_equal(text, str_format(reader->arena, "1.%d", level))) {
			*(int *)ret_level = level;
			return;
		}
	}
	mistake_at(reader, node->where, "no release of Alembic that is known is called '%.*s'",
			STR_ARG(text))
			->hint = str_format(reader->arena, "Write \"1.%d\" to \"1.%d\".",
			ALEMBIC_OLDEST, ALEMBIC_NEWEST);
}

static void read_locale(struct reader *reader, const struct node *node, void *ret_locale)
{
	str name;

	if (!read_text(reader, node, &name)) {
		return;
	}
	for (size_t i = 0; i < name.len; i++) {
		const char c = name.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
				c != '_' && c != '-' && c != '.' && c != '@') {
			name.len = 0;
		}
	}
	if (!name.len) {
		mistake_at(reader, node->where, "this is no name of a locale")->hint =
				STR("Write it as the system does: en_US.UTF-8.");
		return;
	}
	const size_t dot = str_find_char(name, '.');
	const str encoding = str_slice(name, dot + 1, str_find_char(name, '@') - dot - 1);

	if (dot < name.len && !locale_encoding_is_utf8(encoding)) {
		mistake_at(reader, node->where,
				"databases are rehearsed in UTF-8, and this locale is of '%.*s'",
				STR_ARG(encoding))
				->hint = str_format(reader->arena, "Write %.*s.UTF-8.",
				STR_ARG(str_slice(name, 0, dot)));
		return;
	}
	*(str *)ret_locale = name;
}

static const struct value_kind kind_locale = { "{\"$ref\": \"#/definitions/text\"}", read_locale };
static const struct value_kind kind_transactional_ddl = { "{\"type\": \"boolean\"}",
	read_transactional_ddl };
static const struct value_kind kind_level = { "{\"$ref\": \"#/definitions/text\"}", read_level };

/* The order of the first rows is that of enum configure_key: the set of fields given is one of its values. */
static const struct field configure_fields[] = {
	FIELD(struct alembic_configure, transaction_per_migration, kind_bool,
			"true: one transaction a revision, not one a command."),
	FIELD_WHOLE("transactional_ddl", kind_transactional_ddl,
			"Whether DDL runs in transactions. Unless given: the engine's habit, which PostgreSQL has and SQLite has not."),
	FIELD(struct alembic_configure, version_table, kind_name,
			"The name of the version table; alembic_version unless given."),
	FIELD(struct alembic_configure, version_table_schema, kind_name,
			"The schema (of PostgreSQL) that the version table is in."),
	FIELD(struct alembic_configure, version_table_pk, kind_bool,
			"Whether the version table gets a primary key; true unless given."),
	FIELD_AT("alembic", struct alembic_configure, level, kind_level,
			"Behave as this release, \"1.8\" to \"1.20\"; the newest unless given."),
	FIELD(struct alembic_configure, locale, kind_locale,
			"PostgreSQL's locale of every database; unless given letters are those of UTF-8 and texts are ordered by their bytes."),
	FIELD(struct alembic_configure, before, kind_sql,
			"SQL that runs once in every empty database, such as CREATE SCHEMA."),
	FIELD(struct alembic_configure, on_connect, kind_sql,
			"SQL that runs at the start of every connection of a command, such as SET search_path."),
};

const struct shape shape_configure = {
	.name = "configure",
	.subject = "configure",
	.fields = configure_fields,
	.field_count = COUNT_OF(configure_fields),
};

static void read_configure(struct reader *reader, const struct node *node, void *ret_configure)
{
	struct alembic_configure *configure = (struct alembic_configure *)ret_configure;

	configure->given = fields_read(reader, node, &shape_configure, configure);
}

/* --- the top level ------------------------------------------------------------------------- */

static void read_format(struct reader *reader, const struct node *node, void *unused)
{
	size_t version;

	(void)unused;
	if (read_count(reader, node, &version) && version != 1) {
		mistake_at(reader, node->where, "no format version %zu", version)->hint =
				STR("This program reads version 1.");
	}
}

static void read_only_steps(struct reader *reader, const struct node *node, void *unused)
{
	(void)unused;
	struct strategy_draft *draft = add_strategy(reader, STR("replay"), node->where);
	const size_t unknown = reader->unknown_revisions;

	read_steps(reader, node, draft);
	draft->revisions_are_known = reader->unknown_revisions == unknown;
	reader->strategies_are_known = true;
}

static void read_scenario_goal(struct reader *reader, const struct node *node, void *unused)
{
	(void)unused;
	kind_goal.read(reader, node, &reader->goal);
}

/* The longest name that PostgreSQL does not cut. */
#define LONGEST_ROLE 63

/* Why there cannot be a role of that name; NULL: there can. */
static const char *fault_of_role(const struct str_list *before, str name)
{
	return !name.len                          ? "a role has a name"
			: name.len > LONGEST_ROLE ? "the name of a role has at most 63 bytes"
			: str_starts_with(name, STR("pg_")) || str_equal(name, STR("public")) ||
					str_equal(name, STR("none"))
			? "PostgreSQL keeps this name for itself"
			: str_list_contains(before, name) ? "this role is listed twice"
							  : NULL;
}

static void read_roles(struct reader *reader, const struct node *node, void *ret_roles)
{
	struct str_list *roles = (struct str_list *)ret_roles;

	if (!expect_kind(reader, node, NODE_LIST, "a list of roles")) {
		return;
	}
	for (const struct node *item = node->first; item; item = item->next) {
		str name;

		if (!read_text(reader, item, &name)) {
			continue;
		}
		const char *fault = fault_of_role(roles, name);

		if (fault) {
			mistake_at(reader, item->where, "%s", fault);
		} else {
			str_list_add(roles, name, reader->arena);
		}
	}
}

#define SCHEMA_MAP(of) \
	"{\"type\": \"object\", \"additionalProperties\": {\"$ref\": \"#/definitions/" of "\"}}"

static const struct value_kind kind_format = { "{\"const\": 1}", read_format };
static const struct value_kind kind_configure = { "{\"$ref\": \"#/definitions/configure\"}",
	read_configure };
static const struct value_kind kind_roles = {
	"{\"type\": \"array\", \"items\": {\"$ref\": \"#/definitions/text\"}}", read_roles
};
static const struct value_kind kind_states = { SCHEMA_MAP("state"), read_states };
static const struct value_kind kind_strategies = { SCHEMA_MAP("strategy"), read_strategies };
static const struct value_kind kind_only_steps = {
	"{\"type\": \"array\", \"items\": {\"$ref\": \"#/definitions/step\"}}", read_only_steps
};
static const struct value_kind kind_scenario_goal = { "{\"$ref\": \"#/definitions/goal\"}",
	read_scenario_goal };
static const struct value_kind kind_outcomes = {
	"{\"type\": \"object\", \"additionalProperties\": "
	"{\"anyOf\": [{\"const\": \"works\"}, {\"$ref\": \"#/definitions/claim\"}]}}",
	read_outcomes,
};

static const struct field scenario_fields[] = {
	FIELD_WHOLE_REQUIRED("rehearse", kind_format, "The version of this format: 1."),
	FIELD(struct scenario, title, kind_text, "The scenario in a line."),
	FIELD(struct scenario, story, kind_text, "What happened."),
	FIELD(struct scenario, lesson, kind_text, "What is to be learned."),
	FIELD(struct scenario, tags, kind_texts,
			"Words by which scenarios are chosen: rehearse run --tag WORD."),
	FIELD(struct scenario, engines, kind_engines,
			"The engines that cells are played on; both unless given."),
	FIELD(struct scenario, extensions, kind_texts,
			"Extensions of PostgreSQL that are created before anything else."),
	FIELD(struct scenario, roles, kind_roles,
			"Roles of PostgreSQL that are there while a cell is played, without login and rights of their own."),
	FIELD(struct scenario, configure, kind_configure,
			"What the project's env.py passes to Alembic, and does by itself."),
	FIELD(struct scenario, revisions, kind_revisions,
			"The migration tree: a list in load order, {directory: DIR} of .sql files, or {alembic: SOURCE}, a project."),
	FIELD_WHOLE("states", kind_states,
			"The databases that repairs start from, by name. Unless given: an empty one called fresh."),
	FIELD_WHOLE("strategies", kind_strategies, "The repairs that are on the table, by name."),
	FIELD_WHOLE("steps", kind_only_steps,
			"Instead of strategies: the steps of a single one, called replay."),
	FIELD_WHOLE("goal", kind_scenario_goal,
			"What repaired means. Without a goal a cell works when its steps do."),
	FIELD_WHOLE("outcomes", kind_outcomes,
			"The verdicts that are expected: a map from strategy@state or strategy@state:engine, where * stands for any, to works, {fails_at: N, error: PATTERN} or {wrong: [KEYS]}. What is not listed works."),
};

const struct shape shape_scenario = {
	.name = "scenario",
	.subject = "a scenario",
	.fields = scenario_fields,
	.field_count = COUNT_OF(scenario_fields),
};

/* --- the whole ----------------------------------------------------------------------------- */

/* A strategy as it is judged: within the scenario's engines, by the scenario's goal and its own. */
static void finish_strategy(struct reader *reader, struct strategy_draft *draft)
{
	struct scenario_strategy *strategy = &draft->strategy;
	bool has_engine = false;

	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		strategy->engines[i] = reader->scenario->engines[i] &&
				(!draft->engines.is_given || draft->engines.engines[i]);
		has_engine |= strategy->engines[i];
	}
	if (!has_engine && draft->engines.is_given) {
		mistake_at(reader, draft->engines.where, "strategy '%.*s' has no engine left",
				STR_ARG(strategy->name))
				->hint = STR("The 'engines' of the scenario count too.");
	}
	draft->states_are_known = !strategy->limits_states || strategy->states.count;
	for (size_t i = 0; i < strategy->states.count; i++) {
		const str name = strategy->states.items[i];
		uint32_t index;

		draft->states_are_known &=
				name.len && table_find(&reader->state_names, name, &index);
	}
	goal_take(&strategy->goal, &reader->goal);
	goal_take(&strategy->goal, &draft->goal);
}

/* What holds when the file does not say. */
static void set_defaults(struct scenario *scenario)
{
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		scenario->engines[i] = true;
	}
	scenario->configure.version_table = STR("alembic_version");
	scenario->configure.version_table_pk = true;
	scenario->configure.level = ALEMBIC_NEWEST;
}

static void add_fresh_state(struct reader *reader)
{
	struct scenario_state *state = LIST_PUSH(&reader->scenario->states, reader->arena);

	state->name = STR("fresh");
	table_set(&reader->state_names, state->name, 0);
	reader->states_are_known = true;
}

/* Strategies and states multiply: a file within all other limits could ask for more than any machine holds. */
#define MOST_CELLS 1000000

static void check_cell_count(struct reader *reader, const struct node *root)
{
	size_t cells = 0;

	for (size_t i = 0; i < reader->strategies.count; i++) {
		const struct scenario_strategy *strategy = &reader->strategies.items[i].strategy;
		const size_t states = strategy->limits_states ? strategy->states.count
							      : reader->scenario->states.count;

		for (size_t engine = 0; engine < SCENARIO_ENGINE_COUNT; engine++) {
			cells += strategy->engines[engine] ? states : 0;
		}
	}
	if (cells > MOST_CELLS) {
		const struct node *key = map_find_key(root, "strategies");

		mistake_at(reader, key ? key->where : root->where,
				"%zu cells in one file, of at most %d", cells, MOST_CELLS)
				->hint = STR("Split the file into several scenarios.");
	}
}

void read_scenario(struct reader *reader, const struct node *root)
{
	static const char *const ways[] = { "steps", "strategies" };
	struct scenario *scenario = reader->scenario;

	set_defaults(scenario);
	fields_read(reader, root, &shape_scenario, scenario);
	if (root->kind != NODE_MAP) {
		return;
	}
	keys_exclude(reader, root, ways, COUNT_OF(ways));
	if (keys_are_known(root, &shape_scenario)) {
		if (!map_find_key(root, "states")) {
			add_fresh_state(reader);
		}
		reader->strategies_are_known |= !map_find_key(root, "strategies");
		reader->revisions_are_known |= !map_find_key(root, "revisions");
	}
	scenario->goal = reader->goal;
	read_projects(reader);
	for (size_t i = 0; i < reader->strategies.count; i++) {
		finish_strategy(reader, &reader->strategies.items[i]);
	}
	for (size_t i = 0; i < reader->references.count; i++) {
		const struct reference *reference = &reader->references.items[i];

		check_name(reader, reference->kind, reference->name, reference->where);
	}
	check_revision_names(reader);
	check_sessions(reader);
	check_outcomes(reader);
	check_cell_count(reader, root);
	for (size_t i = 0; i < reader->strategies.count; i++) {
		*LIST_PUSH(&scenario->strategies, reader->arena) =
				reader->strategies.items[i].strategy;
	}
}
