/*
 * Goals: what "repaired" means.
 */
#include "kit/file.h"
#include "scenario/reader.h"

/* The kinds of things that `has` and `lacks` know. */
static const char *const schema_kinds[] = { "table", "column", "index", "view", "constraint",
	"sequence", "type", "trigger", "function" };

/* --- schema -------------------------------------------------------------------------------- */

/* The goal's schema while it is read: a struct of its own, so that rows can name its members. */
struct schema_draft {
	enum schema_source source;
	str name;
	struct file_reference file;
	struct schema_items has, lacks;
	bool is_column_order_strict;
};

static void report_same_as(struct reader *reader, const struct node *node)
{
	static const char *const words[] = { "fresh", "state:NAME", "strategy:NAME", "file:PATH" };
	struct error *error = mistake_at(
			reader, node->where, "cannot compare with '%.*s'", STR_ARG(node->text));

	error->hint = hint_nearest_name(reader, node->text, words, 1);
	if (!error->hint.len) {
		error->hint = STR("Write fresh, state:NAME, strategy:NAME or file:PATH.");
	}
}

static void read_same_as(struct reader *reader, const struct node *node, void *ret_schema)
{
	struct schema_draft *schema = (struct schema_draft *)ret_schema;
	str name;

	if (!read_text(reader, node, &name)) {
		return;
	}
	if (str_equal(name, STR("fresh"))) {
		schema->source = SCHEMA_SAME_AS_FRESH;
		return;
	}
	const size_t colon = str_find_char(name, ':');
	const str kind = str_slice(name, 0, colon);

	schema->name = str_slice(name, colon + 1, name.len);
	if (!schema->name.len) {
		report_same_as(reader, node);
		return;
	}
	const struct span where = node_part(node, colon + 1, schema->name.len, reader->arena);

	if (str_equal(kind, STR("state"))) {
		schema->source = SCHEMA_SAME_AS_STATE;
		add_reference(reader, REFERENCE_STATE, schema->name, where);
	} else if (str_equal(kind, STR("strategy"))) {
		schema->source = SCHEMA_SAME_AS_STRATEGY;
		add_reference(reader, REFERENCE_STRATEGY, schema->name, where);
	} else if (str_equal(kind, STR("file"))) {
		schema->source = SCHEMA_SAME_AS_FILE;
		schema->file = file_reference_of(reader, schema->name, where);
		if (!path_is_file(schema->file.path, reader->arena)) {
			mistake_at(reader, where, "no file '%.*s'", STR_ARG(schema->file.path));
		}
	} else {
		report_same_as(reader, node);
	}
}

static bool is_schema_kind(str kind)
{
	for (size_t i = 0; i < COUNT_OF(schema_kinds); i++) {
		if (str_equal(kind, str_from(schema_kinds[i]))) {
			return true;
		}
	}
	return false;
}

static void read_schema_item(
		struct reader *reader, const struct node *node, struct schema_items *items)
{
	str text;

	if (!read_text(reader, node, &text)) {
		return;
	}
	text = str_trim(text);
	const size_t blank = str_find_char(text, ' ');
	const struct schema_item item = {
		.kind = str_slice(text, 0, blank),
		.name = str_trim(str_slice(text, blank, text.len)),
		.where = node->where,
	};

	if (!is_schema_kind(item.kind)) {
		struct error *error = mistake_at(
				reader, node->where, "no kind of thing '%.*s'", STR_ARG(item.kind));

		error->hint = hint_nearest_name(
				reader, item.kind, schema_kinds, COUNT_OF(schema_kinds));
		if (!error->hint.len) {
			error->hint = STR(
					"Write a kind and a name: table, column T.C, index, view, "
					"constraint, sequence, type, trigger or function.");
		}
	} else if (!item.name.len) {
		mistake_at(reader, node->where, "the name of the %.*s is missing",
				STR_ARG(item.kind));
	} else if (str_equal(item.kind, STR("column")) &&
			str_find_char(item.name, '.') == item.name.len) {
		mistake_at(reader, node->where, "the table of column '%.*s' is missing",
				STR_ARG(item.name))
				->hint = STR("Write column TABLE.COLUMN.");
	}
	*LIST_PUSH(items, reader->arena) = item;
}

static void read_schema_items(struct reader *reader, const struct node *node, void *ret_items)
{
	if (!expect_kind(reader, node, NODE_LIST, "a list")) {
		return;
	}
	for (const struct node *item = node->first; item; item = item->next) {
		read_schema_item(reader, item, (struct schema_items *)ret_items);
	}
}

static void read_column_order(struct reader *reader, const struct node *node, void *ret_is_strict)
{
	static const char *const words[] = { "strict", "ignored" };
	str word;

	if (!read_text(reader, node, &word)) {
		return;
	}
	*(bool *)ret_is_strict = str_equal(word, STR("strict"));
	if (!str_equal(word, STR("strict")) && !str_equal(word, STR("ignored"))) {
		mistake_at(reader, node->where, "expected strict or ignored, found '%.*s'",
				STR_ARG(word))
				->hint = hint_nearest_name(reader, word, words, COUNT_OF(words));
	}
}

static const struct value_kind kind_same_as = { "{\"$ref\": \"#/definitions/text\"}",
	read_same_as };
static const struct value_kind kind_column_order = { "{\"enum\": [\"strict\", \"ignored\"]}",
	read_column_order };
static const struct value_kind kind_schema_items = {
	"{\"type\": \"array\", \"items\": {\"$ref\": \"#/definitions/text\"}}", read_schema_items
};

static const struct field goal_schema_fields[] = {
	FIELD_WHOLE("same_as", kind_same_as,
			"What the schema at the end must equal: fresh (the final tree on an empty database), state:NAME, strategy:NAME or file:PATH."),
	FIELD(struct schema_draft, has, kind_schema_items,
			"What must be there: a list of table T, column T.C, index I, view V, constraint C, sequence S, type T, trigger T, function F."),
	FIELD(struct schema_draft, lacks, kind_schema_items,
			"What must not be there, in the words of 'has'."),
	FIELD_AT("column_order", struct schema_draft, is_column_order_strict, kind_column_order,
			"strict: the order of columns counts. ignored (default): it does not."),
};

const struct shape shape_goal_schema = {
	.name = "goal_schema",
	.subject = "a goal's schema",
	.fields = goal_schema_fields,
	.field_count = COUNT_OF(goal_schema_fields),
};

static void read_schema(struct reader *reader, const struct node *node, void *ret_goal)
{
	struct goal *goal = (struct goal *)ret_goal;
	struct schema_draft schema = { 0 };
	const size_t mistakes = reader->mistakes->count;

	if (node->kind == NODE_TEXT) {
		struct error *error = mistake_at(reader, node->where, "expected a map, found text");

		error->hint = str_format(
				reader->arena, "Write {same_as: %.*s}.", STR_ARG(node->text));
		return;
	}
	fields_read(reader, node, &shape_goal_schema, &schema);
	if (reader->mistakes->count == mistakes && !map_find_key(node, "same_as") &&
			!map_find_key(node, "has") && !map_find_key(node, "lacks") &&
			!node->is_cut) {
		mistake_at(reader, node->where,
				"the goal's schema needs 'same_as', 'has' or 'lacks'");
	}
	goal->schema.source = schema.source;
	goal->schema.name = schema.name;
	goal->schema.file = schema.file;
	goal->schema.has = schema.has;
	goal->schema.lacks = schema.lacks;
	goal->schema.is_column_order_strict = schema.is_column_order_strict;
}

/* --- the other keys ------------------------------------------------------------------------ */

static void read_goal_version(struct reader *reader, const struct node *node, void *ret_goal)
{
	struct goal *goal = (struct goal *)ret_goal;

	if (node->kind == NODE_TEXT && str_equal(node->text, STR("heads"))) {
		goal->version = GOAL_VERSION_HEADS;
		return;
	}
	goal->version = GOAL_VERSION_ROWS;
	if (node->kind != NODE_TEXT || !str_equal(node->text, STR("base"))) {
		read_version_rows(reader, node,
				"Write heads for the real heads, base for no rows, or ids.",
				&goal->rows);
	}
}

#define SCHEMA_TEXTS "{\"type\": \"array\", \"items\": {\"$ref\": \"#/definitions/text\"}}"

static void read_tables(struct reader *reader, const struct node *node, struct goal *goal)
{
	if (node->kind == NODE_TEXT && str_equal(node->text, STR("all"))) {
		goal->keeps_all_rows = true;
	} else if (expect_kind(reader, node, NODE_LIST, "all or a list of tables")) {
		kind_texts.read(reader, node, &goal->rows_kept);
	}
}

static void read_kept_keys(struct reader *reader, const struct node *node, void *ret_goal)
{
	read_tables(reader, node, (struct goal *)ret_goal);
}

static const struct value_kind kind_kept_keys = {
	"{\"anyOf\": [{\"const\": \"all\"}, " SCHEMA_TEXTS "]}", read_kept_keys
};

static const struct field kept_keys_fields[] = {
	FIELD_WHOLE_REQUIRED("keys", kind_kept_keys,
			"Tables, or all: each row must be found again by its primary key; its other values may change."),
};

const struct shape shape_kept_keys = {
	.name = "kept_keys",
	.subject = "rows_kept",
	.fields = kept_keys_fields,
	.field_count = COUNT_OF(kept_keys_fields),
};

static void read_rows_kept(struct reader *reader, const struct node *node, void *ret_goal)
{
	struct goal *goal = (struct goal *)ret_goal;

	goal->keeps_keys_alone = node->kind == NODE_MAP;
	if (goal->keeps_keys_alone) {
		fields_read(reader, node, &shape_kept_keys, goal);
	} else {
		read_tables(reader, node, goal);
	}
}

static void read_goal_checks(struct reader *reader, const struct node *node, void *ret_goal)
{
	struct goal *goal = (struct goal *)ret_goal;
	const struct node *item = node->kind == NODE_MAP ? node : node->first;

	read_checks(reader, node, &shape_goal_check, &goal->checks);
	for (size_t i = 0; i < goal->checks.count; i++, item = item->next) {
		const struct node *state = map_find_key(item, "state");

		if (state && goal->checks.items[i].state.len) {
			add_reference(reader, REFERENCE_STATE, goal->checks.items[i].state,
					state->value->where);
		}
	}
}

static const struct value_kind kind_goal_version = {
	"{\"anyOf\": [{\"$ref\": \"#/definitions/text\"}, " SCHEMA_TEXTS "]}",
	read_goal_version,
};
static const struct value_kind kind_goal_schema = { "{\"$ref\": \"#/definitions/goal_schema\"}",
	read_schema };
static const struct value_kind kind_rows_kept = {
	"{\"anyOf\": [{\"const\": \"all\"}, " SCHEMA_TEXTS ", "
	"{\"$ref\": \"#/definitions/kept_keys\"}]}",
	read_rows_kept,
};
static const struct value_kind kind_checks = { SCHEMA_CHECKS("goal_check"), read_goal_checks };

/* The order of the rows is that of enum goal_key: the set of fields given is one of its values. */
static const struct field goal_fields[] = {
	FIELD_WHOLE("version", kind_goal_version,
			"The version rows at the end: heads (the real heads of the final tree), base (none), an id or a list of ids."),
	FIELD(struct goal, heads, kind_count,
			"How many heads the final tree has; 1: it is linear again."),
	FIELD_WHOLE("schema", kind_goal_schema,
			"What the schema at the end must be, have or lack."),
	FIELD_WHOLE("rows_kept", kind_rows_kept,
			"Tables, or all: every row that was there at the start must still be, in all the columns that it had. {keys: all} looks for primary keys alone."),
	FIELD_WHOLE("check", kind_checks, "A query and what it must give, or a list of them."),
	FIELD(struct goal, round_trip, kind_bool,
			"true: from the end, downgrade to base and upgrade to heads gives the same schema."),
};

const struct shape shape_goal = {
	.name = "goal",
	.subject = "a goal",
	.fields = goal_fields,
	.field_count = COUNT_OF(goal_fields),
};

static void read_goal(struct reader *reader, const struct node *node, void *ret_goal)
{
	struct goal *goal = (struct goal *)ret_goal;

	goal->keys = fields_read(reader, node, &shape_goal, goal);
}

const struct value_kind kind_goal = { "{\"$ref\": \"#/definitions/goal\"}", read_goal };

void goal_take(struct goal *goal, const struct goal *other)
{
	if (other->keys & GOAL_VERSION) {
		goal->version = other->version;
		goal->rows = other->rows;
	}
	if (other->keys & GOAL_HEADS) {
		goal->heads = other->heads;
	}
	if (other->keys & GOAL_SCHEMA) {
		goal->schema = other->schema;
	}
	if (other->keys & GOAL_ROWS_KEPT) {
		goal->keeps_all_rows = other->keeps_all_rows;
		goal->keeps_keys_alone = other->keeps_keys_alone;
		goal->rows_kept = other->rows_kept;
	}
	if (other->keys & GOAL_CHECK) {
		goal->checks = other->checks;
	}
	if (other->keys & GOAL_ROUND_TRIP) {
		goal->round_trip = other->round_trip;
	}
	goal->keys |= other->keys;
}
