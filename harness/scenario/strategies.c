/*
 * Strategies: the repairs on the table.
 */
#include "scenario/reader.h"

static void read_limit_engines(struct reader *reader, const struct node *node, void *ret_draft)
{
	struct strategy_draft *draft = (struct strategy_draft *)ret_draft;

	draft->engines.where = node->where;
	kind_engines.read(reader, node, draft->engines.engines);
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		draft->engines.is_given |= draft->engines.engines[i];
	}
}

static void read_limit_states(struct reader *reader, const struct node *node, void *ret_draft)
{
	struct scenario_strategy *strategy = &((struct strategy_draft *)ret_draft)->strategy;

	strategy->limits_states = true;
	kind_texts.read(reader, node, &strategy->states);
	if (node->kind != NODE_LIST) {
		return;
	}
	if (!node->first && !node->is_cut) {
		mistake_at(reader, node->where, "the list names no state")->hint =
				STR("Leave 'states' out to start from all.");
	}
	for (const struct node *item = node->first; item; item = item->next) {
		if (item->kind == NODE_TEXT) {
			add_reference(reader, REFERENCE_STATE, item->text, item->where);
		}
	}
}

static void read_strategy_steps(struct reader *reader, const struct node *node, void *ret_draft)
{
	read_steps(reader, node, (struct strategy_draft *)ret_draft);
}

static const struct value_kind kind_limit_engines = {
	"{\"type\": \"array\", \"minItems\": 1, \"items\": {\"enum\": [\"sqlite\", \"postgres\"]}}",
	read_limit_engines,
};
static const struct value_kind kind_limit_states = {
	"{\"type\": \"array\", \"minItems\": 1, \"items\": {\"$ref\": \"#/definitions/text\"}}",
	read_limit_states,
};
static const struct value_kind kind_strategy_steps = {
	"{\"type\": \"array\", \"items\": {\"$ref\": \"#/definitions/step\"}}", read_strategy_steps
};

static const struct field strategy_fields[] = {
	FIELD_AT("title", struct strategy_draft, strategy.title, kind_text,
			"The repair in a line."),
	FIELD_AT("story", struct strategy_draft, strategy.story, kind_text,
			"Who proposes it, and why."),
	FIELD_WHOLE("engines", kind_limit_engines,
			"Only on these engines, of those that the scenario has."),
	FIELD_WHOLE("states", kind_limit_states, "Only from these states."),
	FIELD_AT("at", struct strategy_draft, strategy.at, kind_place,
			"Of a project: its tree at this commit, tag or branch takes the place of the scenario's."),
	FIELD_AT("add_revisions", struct strategy_draft, strategy.edit, kind_add_revisions,
			"Edit before the first step: revisions that come, last in load order."),
	FIELD_AT("change_revisions", struct strategy_draft, strategy.edit, kind_change_revisions,
			"Edit before the first step: a map from revisions (by file name, or id) to the keys that change."),
	FIELD_AT("remove_revisions", struct strategy_draft, strategy.edit, kind_remove_revisions,
			"Edit before the first step: revisions that go, by file name or id."),
	FIELD_AT("replace_revisions", struct strategy_draft, strategy.edit, kind_replace_revisions,
			"Edit before the first step: a whole new list of revisions."),
	FIELD_WHOLE("steps", kind_strategy_steps, "What is done, one action a step."),
	FIELD(struct strategy_draft, goal, kind_goal,
			"Keys of the goal that replace the scenario's, one by one."),
};

const struct shape shape_strategy = {
	.name = "strategy",
	.subject = "a strategy",
	.example = "{steps: [...]}, or 'steps:' and the steps below it",
	.fields = strategy_fields,
	.field_count = COUNT_OF(strategy_fields),
};

struct strategy_draft *add_strategy(struct reader *reader, str name, struct span where)
{
	struct strategy_draft *draft = LIST_PUSH(&reader->strategies, reader->arena);

	table_set(&reader->strategy_names, name, (uint32_t)reader->strategies.count - 1);
	draft->strategy.name = name;
	draft->strategy.where = where;
	draft->steps_are_counted = draft->steps_are_known = draft->revisions_are_known = true;
	return draft;
}

void read_strategies(struct reader *reader, const struct node *node, void *unused)
{
	(void)unused;
	if (!expect_kind(reader, node, NODE_MAP, "a map from names to strategies")) {
		return;
	}
	reader->strategies_are_known = !node->is_cut;
	for (const struct node *key = node->first; key; key = key->next) {
		if (!key_is_name(reader, key, "a strategy")) {
			reader->strategies_are_known = false;
			continue;
		}
		check_cell_name(reader, key, "a strategy");
		struct strategy_draft *draft = add_strategy(reader, key->text, key->where);
		const size_t unknown = reader->unknown_revisions;

		fields_read(reader, key->value, &shape_strategy, draft);
		draft->revisions_are_known = reader->unknown_revisions == unknown;
		draft->steps_are_counted &= keys_are_known(key->value, &shape_strategy);
	}
}
