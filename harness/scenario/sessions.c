/*
 * Sessions: who else has the database of a state open.
 */
#include "scenario/reader.h"

/* A server takes some hundred connections, of all workers. */
#define MOST_SESSIONS 16

/* --- reading ------------------------------------------------------------------------------- */

/* Errors name a session on their one line. */
static bool is_session_name(struct reader *reader, const struct node *key)
{
	if (!key_is_name(reader, key, "a session")) {
		return false;
	}
	for (size_t i = 0; i < key->text.len; i++) {
		const size_t control_len = str_control_len(key->text, i);

		if (control_len) {
			mistake_at(reader, node_part(key, i, control_len, reader->arena),
					"the name of a session cannot have a control character in it");
			return false;
		}
	}
	return true;
}

static void read_sessions(struct reader *reader, const struct node *node, void *ret_sessions)
{
	struct scenario_sessions *sessions = (struct scenario_sessions *)ret_sessions;

	if (!expect_kind(reader, node, NODE_MAP, "a map from names of sessions to SQL")) {
		return;
	}
	for (const struct node *key = node->first; key; key = key->next) {
		if (sessions->count == MOST_SESSIONS) {
			mistake_at(reader, key->where, "a state has at most %d sessions",
					MOST_SESSIONS);
			return;
		}
		if (is_session_name(reader, key) && key->value->kind != NODE_BAD) {
			struct scenario_session *session = LIST_PUSH(sessions, reader->arena);

			session->name = key->text;
			session->where = key->where;
			kind_sql.read(reader, key->value, &session->sql);
		}
	}
}

const struct value_kind kind_sessions = {
	"{\"type\": \"object\", \"additionalProperties\": {\"anyOf\": "
	"[{\"$ref\": \"#/definitions/text\"}, {\"$ref\": \"#/definitions/sql_map\"}]}}",
	read_sessions,
};

/* --- what they exclude --------------------------------------------------------------------- */

const struct scenario_session *scenario_session_on(
		const struct scenario_state *state, enum scenario_engine engine)
{
	for (size_t i = 0; i < state->sessions.count; i++) {
		if (state->sessions.items[i].sql.by_engine[engine].text.len) {
			return &state->sessions.items[i];
		}
	}
	return NULL;
}

/* A state, and a session of it. */
struct meeting {
	const struct scenario_state *state; /* NULL: none */
	const struct scenario_session *session;
};

/* Whether cells of the strategy from this state have sessions. */
static bool meets(const struct scenario_strategy *strategy, const struct scenario_state *state,
		struct meeting *ret_meeting)
{
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		const struct scenario_session *session =
				scenario_session_on(state, (enum scenario_engine)i);

		if (strategy->engines[i] && session) {
			*ret_meeting = (struct meeting){ state, session };
			return true;
		}
	}
	return false;
}

/* The first state of the strategy in which it meets a session; `firsts` are those of all states. */
static struct meeting find_meeting(const struct reader *reader,
		const struct scenario_strategy *strategy, const struct meeting *firsts)
{
	struct meeting meeting = { 0 };

	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT && !strategy->limits_states; i++) {
		if (strategy->engines[i] && firsts[i].state) {
			return firsts[i];
		}
	}
	for (size_t i = 0; i < strategy->states.count; i++) {
		const str name = strategy->states.items[i];
		uint32_t index;

		if (name.len && table_find(&reader->state_names, name, &index) &&
				meets(strategy, &reader->scenario->states.items[index], &meeting)) {
			break;
		}
	}
	return meeting;
}

/* Steps that put the whole database away or another one in its place, which nobody may have open then. */
static const struct step *find_whole_step(const struct steps *steps)
{
	for (size_t i = 0; i < steps->count; i++) {
		if (step_takes_whole_database[steps->items[i].kind]) {
			return &steps->items[i];
		}
	}
	return NULL;
}

static void check_strategy(struct reader *reader, const struct scenario_strategy *strategy,
		const struct meeting *firsts)
{
	const struct step *step = find_whole_step(&strategy->steps);
	const struct meeting meeting =
			step ? find_meeting(reader, strategy, firsts) : (struct meeting){ 0 };

	if (!meeting.state) {
		return;
	}
	struct error *error = mistake_at(reader, step->where,
			"cannot play '%s' while the sessions of state '%.*s' are open",
			step_kind_names[step->kind], STR_ARG(meeting.state->name));

	error->hint = str_format(reader->arena,
			"See session '%.*s' at %.*s. Limit the strategy to 'states' without sessions%s.",
			STR_ARG(meeting.session->name),
			STR_ARG(span_render(meeting.session->where, reader->arena)),
			step->kind == STEP_LOAD ? ", or write 'sql: {file: ...}'" : "");
}

void check_sessions(struct reader *reader)
{
	struct meeting firsts[SCENARIO_ENGINE_COUNT] = { 0 };

	for (size_t i = reader->scenario->states.count; i > 0; i--) {
		const struct scenario_state *state = &reader->scenario->states.items[i - 1];

		for (size_t engine = 0; engine < SCENARIO_ENGINE_COUNT; engine++) {
			const struct scenario_session *session =
					scenario_session_on(state, (enum scenario_engine)engine);

			firsts[engine] = session ? (struct meeting){ state, session }
						 : firsts[engine];
		}
	}
	for (size_t i = 0; i < reader->strategies.count; i++) {
		check_strategy(reader, &reader->strategies.items[i].strategy, firsts);
	}
}
