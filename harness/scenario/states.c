/*
 * States: the databases that repairs start from.
 */
#include "scenario/reader.h"

static void read_state_version(struct reader *reader, const struct node *node, void *ret_state)
{
	struct scenario_state *state = (struct scenario_state *)ret_state;

	if (node->kind == NODE_TEXT && str_equal(node->text, STR("none"))) {
		state->version = STATE_VERSION_NONE;
		return;
	}
	if (node->kind == NODE_NULL) {
		mistake_at(reader, node->where, "expected text or a list, found null")->hint =
				STR("Write [] for an empty version table, none for no table.");
		return;
	}
	state->version = STATE_VERSION_ROWS;
	read_version_rows(reader, node,
			"Write the ids that stand in the table, [] for an empty one, none for no table; what "
			"'schema' leaves there needs no 'version'.",
			&state->rows);
}

static const struct value_kind kind_state_version = {
	"{\"anyOf\": [{\"$ref\": \"#/definitions/text\"}, "
	"{\"type\": \"array\", \"items\": {\"$ref\": \"#/definitions/text\"}}]}",
	read_state_version,
};

const char *const fill_kind_names[FILL_KIND_COUNT] = {
	[FILL_ORDINARY] = "ordinary",
	[FILL_NULLS] = "nulls",
	[FILL_DOUBLES] = "doubles",
};

static void read_fill(struct reader *reader, const struct node *node, void *ret_fill)
{
	bool *fill = (bool *)ret_fill;

	if (!expect_kind(reader, node, NODE_LIST, "a list")) {
		return;
	}
	for (const struct node *item = node->first; item; item = item->next) {
		size_t kind = 0;
		str name;

		if (!read_text(reader, item, &name)) {
			continue;
		}
		while (kind < FILL_KIND_COUNT &&
				!str_equal(name, str_from(fill_kind_names[kind]))) {
			kind++;
		}
		if (kind < FILL_KIND_COUNT) {
			fill[kind] = true;
		} else {
			mistake_at(reader, item->where, "no rows called '%.*s'", STR_ARG(name))
					->hint = STR("There are ordinary, nulls and doubles.");
		}
	}
}

static const struct value_kind kind_fill = {
	"{\"type\": \"array\", \"items\": {\"enum\": [\"ordinary\", \"nulls\", \"doubles\"]}}",
	read_fill,
};

/* "MODULE:NAME", as Python would import it. */
static void read_models(struct reader *reader, const struct node *node, void *ret_place)
{
	struct named_place *place = (struct named_place *)ret_place;

	kind_place.read(reader, node, place);
	const size_t colon = str_find_char(place->name, ':');

	if (place->name.len && (colon == 0 || colon + 1 >= place->name.len)) {
		mistake_at(reader, node->where, "expected MODULE:NAME, found '%.*s'",
				STR_ARG(place->name))
				->hint = STR("Write where the models' metadata is, as in "
					     "app.models:Base.metadata.");
		place->name = (str){ 0 };
	}
}

static const struct value_kind kind_models = { "{\"$ref\": \"#/definitions/text\"}", read_models };

enum { /* rows of the table below */
	ROW_LOAD,
	ROW_SCHEMA,
	ROW_RAN,
	ROW_MODELS,
};

static const struct field state_fields[] = {
	[ROW_LOAD] = FIELD(struct scenario_state, load, kind_load,
			"Instead of schema: a dump to start from, as PostgreSQL or SQLite made it; {file: PATH, database: NAME} takes one database of several."),
	[ROW_SCHEMA] = FIELD_AT("schema", struct scenario_state, targets, kind_place_or_places,
			"Upgrade an empty database to this target; a list: to each in turn."),
	[ROW_RAN] = FIELD_AT("ran", struct scenario_state, targets, kind_places,
			"Instead of schema: the revisions whose upgrade bodies really ran, in order, whatever the tree says. No version row is written."),
	[ROW_MODELS] = FIELD_AT("create_all", struct scenario_state, models, kind_models,
			"Instead of schema, of a project: MODULE:NAME of the metadata whose create_all() makes the tables."),
	FIELD(struct scenario_state, at, kind_place,
			"Of a project: the state is built by its code at this commit, tag or branch."),
	FIELD(struct scenario_state, sql, kind_sql,
			"SQL of changes that were made by hand after that."),
	FIELD(struct scenario_state, seed, kind_sql, "SQL that puts rows in."),
	FIELD(struct scenario_state, fill, kind_fill,
			"Rows made up for every table: ordinary, nulls (NULL wherever it may stand), doubles (what may be repeated is)."),
	FIELD_WHOLE("version", kind_state_version,
			"The rows that the version table claims: an id or a list; [] an empty table; none: no table. Unless given: what schema left there."),
	FIELD(struct scenario_state, sessions, kind_sessions,
			"Who else has the database open while a repair runs: a map from names to SQL."),
};

const struct shape shape_state = {
	.name = "state",
	.subject = "a state",
	.example = "{} for an empty database, or keys such as schema and version",
	.fields = state_fields,
	.field_count = COUNT_OF(state_fields),
};

static void read_state(struct reader *reader, const struct node *node, struct scenario_state *state)
{
	static const char *const origins[] = { "schema", "ran", "load", "create_all" };
	const unsigned given = fields_read(reader, node, &shape_state, state);

	keys_exclude(reader, node, origins, COUNT_OF(origins));
	state->origin = given & 1U << ROW_LOAD                             ? STATE_LOAD
			: given & 1U << ROW_MODELS                         ? STATE_MODELS
			: given & 1U << ROW_RAN                            ? STATE_RAN
			: given & 1U << ROW_SCHEMA && state->targets.count ? STATE_SCHEMA
									   : STATE_EMPTY;
}

void read_states(struct reader *reader, const struct node *node, void *unused)
{
	(void)unused;
	if (!expect_kind(reader, node, NODE_MAP, "a map from names to states")) {
		return;
	}
	reader->states_are_known = !node->is_cut;
	for (const struct node *key = node->first; key; key = key->next) {
		if (!key_is_name(reader, key, "a state")) {
			reader->states_are_known = false;
			continue;
		}
		check_cell_name(reader, key, "a state");
		struct scenario_state *state = LIST_PUSH(&reader->scenario->states, reader->arena);

		table_set(&reader->state_names, key->text,
				(uint32_t)reader->scenario->states.count - 1);
		state->name = key->text;
		state->where = key->where;
		read_state(reader, key->value, state);
	}
}
