/*
 * Outcomes: the verdicts that a scenario claims for its cells.
 */
#include "kit/table.h"
#include "scenario/reader.h"

const char *const wrong_names[WRONG_COUNT] = { "version", "schema", "rows", "check", "round_trip",
	"heads" };

static void read_wrong(struct reader *reader, const struct node *node, void *ret_wrong)
{
	unsigned *wrong = (unsigned *)ret_wrong;

	if (!expect_kind(reader, node, NODE_LIST, "a list")) {
		return;
	}
	if (!node->first && !node->is_cut) {
		mistake_at(reader, node->where, "the list does not say what is wrong")->hint =
				STR("If nothing is, write works.");
	}
	for (const struct node *item = node->first; item; item = item->next) {
		size_t at = 0;
		str name;

		if (!read_text(reader, item, &name)) {
			continue;
		}
		while (at < WRONG_COUNT && !str_equal(name, str_from(wrong_names[at]))) {
			at++;
		}
		if (at < WRONG_COUNT) {
			*wrong |= 1U << at;
			continue;
		}
		struct error *error = mistake_at(
				reader, item->where, "'%.*s' cannot be wrong", STR_ARG(name));

		error->hint = hint_nearest_name(reader, name, wrong_names, WRONG_COUNT);
		if (!error->hint.len) {
			error->hint = STR(
					"Write any of version, schema, rows, check, round_trip and heads.");
		}
	}
}

static void read_fails_at(struct reader *reader, const struct node *node, void *ret_count)
{
	size_t count;

	if (!read_count(reader, node, &count)) {
		return;
	}
	if (count == 0) {
		mistake_at(reader, node->where, "steps are counted from 1")->hint = STR(
				"That a state cannot be built is no outcome that a scenario can claim.");
		return;
	}
	*(size_t *)ret_count = count;
}

static const struct value_kind kind_wrong = {
	"{\"type\": \"array\", \"minItems\": 1, \"items\": "
	"{\"enum\": [\"version\", \"schema\", \"rows\", \"check\", \"round_trip\", \"heads\"]}}",
	read_wrong,
};
static const struct value_kind kind_fails_at = { "{\"type\": \"integer\", \"minimum\": 1}",
	read_fails_at };

static const struct field claim_fields[] = {
	FIELD(struct scenario_outcome, fails_at, kind_fails_at,
			"The step, counted from 1, at which the cell fails."),
	FIELD(struct scenario_outcome, error, kind_pattern,
			"A pattern (PCRE2) that is found in the error's message, in CLASS: message, or in PostgreSQL's detail and hint."),
	FIELD(struct scenario_outcome, wrong, kind_wrong,
			"All steps run, and exactly these parts of the goal are not met: version, schema, rows, check, round_trip, heads."),
};

const struct shape shape_claim = {
	.name = "claim",
	.subject = "an outcome",
	.fields = claim_fields,
	.field_count = COUNT_OF(claim_fields),
};

static void read_verdict_word(struct reader *reader, const struct node *node)
{
	static const char *const works[] = { "works" };

	if (str_equal(node->text, STR("works"))) {
		return;
	}
	struct error *error =
			mistake_at(reader, node->where, "no outcome '%.*s'", STR_ARG(node->text));

	error->hint = hint_nearest_name(reader, node->text, works, COUNT_OF(works));
	if (!error->hint.len) {
		error->hint = STR(
				"Write works, {fails_at: STEP, error: PATTERN} or {wrong: [schema]}.");
	}
}

static void read_claim(
		struct reader *reader, const struct node *node, struct scenario_outcome *outcome)
{
	static const char *const wrong_or_step[] = { "wrong", "fails_at" };
	static const char *const wrong_or_error[] = { "wrong", "error" };
	const size_t mistakes = reader->mistakes->count;

	if (node->kind == NODE_TEXT) {
		read_verdict_word(reader, node);
		return;
	}
	if (!expect_kind(reader, node, NODE_MAP, "works, or a map")) {
		return;
	}
	fields_read(reader, node, &shape_claim, outcome);
	if (map_find_key(node, "wrong")) {
		outcome->verdict = VERDICT_WRONG;
		if (keys_exclude(reader, node, wrong_or_step, 2) < 2) {
			keys_exclude(reader, node, wrong_or_error, 2);
		}
	} else {
		outcome->verdict = VERDICT_FAILS;
		if (!map_find_key(node, "fails_at") && reader->mistakes->count == mistakes &&
				!node->is_cut) {
			mistake_at(reader, node->where, "missing key 'fails_at' in an outcome")
					->hint = STR(
					"Write works, {fails_at: STEP, error: PATTERN} or {wrong: [schema]}.");
		}
	}
}

/* Take "strategy@state:engine" apart; the parts keep their places for check_outcomes(). */
static bool read_cell_names(
		struct reader *reader, const struct node *key, struct scenario_outcome *outcome)
{
	const size_t at = str_find_char(key->text, '@');
	const str rest = str_slice(key->text, at + 1, key->text.len);
	const size_t colon = str_find_char(rest, ':');

	outcome->where = key->where;
	outcome->strategy = str_slice(key->text, 0, at);
	outcome->state = str_slice(rest, 0, colon);
	outcome->engine = str_slice(rest, colon + 1, rest.len);
	if (outcome->strategy.len && outcome->state.len &&
			(colon == rest.len || outcome->engine.len)) {
		return true;
	}
	mistake_at(reader, key->where, "'%.*s' is not the name of a cell", STR_ARG(key->text))
			->hint =
			STR("Write STRATEGY@STATE or STRATEGY@STATE:ENGINE; '*' stands for any.");
	return false;
}

void read_outcomes(struct reader *reader, const struct node *node, void *unused)
{
	(void)unused;
	if (!expect_kind(reader, node, NODE_MAP, "a map from cells to outcomes")) {
		return;
	}
	for (const struct node *key = node->first; key; key = key->next) {
		struct scenario_outcome outcome = { 0 };

		if (!key_is_name(reader, key, "a cell")) {
			continue;
		}
		const bool is_named = read_cell_names(reader, key, &outcome);

		read_claim(reader, key->value, &outcome);
		if (is_named) {
			struct outcome_draft *draft = LIST_PUSH(&reader->outcomes, reader->arena);
			const struct node *fails_at = map_find_key(key->value, "fails_at");

			draft->outcome = outcome;
			draft->key = key;
			draft->fails_at = fails_at ? fails_at->value->where : key->where;
		}
	}
}

/* --- checks of the whole ------------------------------------------------------------------- */

static bool is_any(str name)
{
	return !name.len || str_equal(name, STR("*"));
}

static struct span part_of_key(
		const struct reader *reader, const struct outcome_draft *draft, str part)
{
	return node_part(draft->key, (size_t)(part.data - draft->key->text.data), part.len,
			reader->arena);
}

/* Report the names in a line that nothing has; true when there are none. */
static bool check_names(struct reader *reader, const struct outcome_draft *draft)
{
	const struct scenario_outcome *outcome = &draft->outcome;
	const size_t mistakes = reader->mistakes->count;

	if (!is_any(outcome->strategy)) {
		check_name(reader, REFERENCE_STRATEGY, outcome->strategy,
				part_of_key(reader, draft, outcome->strategy));
	}
	if (!is_any(outcome->state)) {
		check_name(reader, REFERENCE_STATE, outcome->state,
				part_of_key(reader, draft, outcome->state));
	}
	if (!is_any(outcome->engine)) {
		size_t engine;

		find_engine(reader, outcome->engine, part_of_key(reader, draft, outcome->engine),
				&engine);
	}
	return reader->mistakes->count == mistakes;
}

/* Whether the strategy has a cell that the line, whose names are known, is about. */
static bool owns_cell(const struct reader *reader, const struct scenario_outcome *outcome,
		const struct strategy_draft *draft)
{
	const struct scenario_strategy *strategy = &draft->strategy;
	bool has_engine = false;

	if (!is_any(outcome->strategy) && !str_equal(outcome->strategy, strategy->name)) {
		return false;
	}
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		has_engine |= strategy->engines[i] &&
				(is_any(outcome->engine) ||
						str_equal(outcome->engine,
								str_from(scenario_engine_names[i])));
	}
	const size_t states = strategy->limits_states ? strategy->states.count
						      : reader->scenario->states.count;
	const bool has_state = is_any(outcome->state) ? states > 0
						      : !strategy->limits_states ||
					str_list_contains(&strategy->states, outcome->state);

	return has_engine && (has_state || !draft->states_are_known);
}

static void check_outcome(struct reader *reader, const struct outcome_draft *draft)
{
	const struct scenario_outcome *outcome = &draft->outcome;
	size_t cells = 0, most_steps = 0;
	bool are_counted = true;

	if (!reader->strategies_are_known || !reader->states_are_known ||
			!check_names(reader, draft)) {
		return;
	}
	uint32_t first = 0;
	size_t end = reader->strategies.count;

	if (!is_any(outcome->strategy) &&
			table_find(&reader->strategy_names, outcome->strategy, &first)) {
		end = first + 1;
	}
	for (size_t i = first; i < end; i++) {
		const struct strategy_draft *strategy = &reader->strategies.items[i];

		if (owns_cell(reader, outcome, strategy)) {
			const size_t steps = strategy->strategy.steps.count;

			cells++;
			most_steps = steps > most_steps ? steps : most_steps;
			are_counted &= strategy->steps_are_counted;
		}
	}
	if (!cells) {
		mistake_at(reader, outcome->where, "no cell is called '%.*s'",
				STR_ARG(draft->key->text))
				->hint = STR(
				"The 'engines' and 'states' of the scenario and of the strategy leave none.");
	} else if (are_counted && outcome->fails_at > most_steps) {
		mistake_at(reader, draft->fails_at, "there is no step %zu: %s %zu",
				outcome->fails_at,
				is_any(outcome->strategy) ? "no strategy has more than"
							  : "the strategy has",
				most_steps);
	}
}

void check_outcomes(struct reader *reader)
{
	for (size_t i = 0; i < reader->outcomes.count; i++) {
		check_outcome(reader, &reader->outcomes.items[i]);
		*LIST_PUSH(&reader->scenario->outcomes, reader->arena) =
				reader->outcomes.items[i].outcome;
	}
}
