#include "replay/strategy.h"

#include "lab/sessions.h"
#include "replay/step_kind.h"

bool pattern_matches_error(const struct expected_pattern *expected, const struct error *error,
		struct arena *arena)
{
	const struct pattern *pattern = expected->pattern;

	if (!pattern || pattern_matches(pattern, error->message)) {
		return true;
	}
	const str with_class = str_format(arena, "%.*s: %.*s", STR_ARG(error_class(error)),
			STR_ARG(error->message));

	/* Our own details and hints may change; those that come with a SQLSTATE are the server's. */
	return pattern_matches(pattern, with_class) ||
			(error->state.len &&
					(pattern_matches(pattern, error->detail) ||
							pattern_matches(pattern, error->hint)));
}

/* What a step that was said to fail has come to. */
static struct error *judge_failure(
		struct stage *stage, const struct step *step, size_t number, struct error *error)
{
	const struct expected_pattern *fails = &step->fails;

	if (!error) {
		stage->sent = (struct sent){ 0 };
		return expectation_failed(stage->arena,
				"the step was expected to fail with '%.*s', but succeeded",
				STR_ARG(fails->text));
	}
	if (pattern_matches_error(fails, error, stage->arena)) {
		return NULL;
	}
	str note = str_format(stage->arena, "step %zu was expected to fail with '%.*s'", number,
			STR_ARG(fails->text));
	const struct str_list notes = { .items = &note, .count = 1 };

	stage_note(stage, &notes);
	return error;
}

struct error *strategy_replay_step(struct stage *stage, const struct step *step, size_t number,
		enum step_place place)
{
	const struct moment moment = { .kind = MOMENT_STEP, .step = step };

	stage->step = number;
	stage->sent = (struct sent){ 0 };
	struct error *err = observe(stage, &moment);
	if (!err) {
		err = stage_check_time(stage);
	}
	if (!err) {
		err = step_kind_get(step->kind)->run(stage, step);
	}
	if (err && !error_is_of_cell(err)) {
		return err;
	}
	if (place == STEP_AT_END || (place == STEP_WITHIN && err && !step->fails.pattern)) {
		sessions_close(stage);
	}
	err = observe_after(stage, &moment, err);
	if (err && !error_is_of_cell(err)) {
		return err;
	}
	if (step->fails.pattern && !(err && err->code == ERROR_TIMEOUT)) {
		err = judge_failure(stage, step, number, err);
	}
	if (err && !err->where.source) {
		err->where = step->where;
	}
	return err;
}

/* The edits, then the steps; `ret_at` is the step that failed, or how many there are. */
static struct error *replay_steps(
		struct stage *stage, const struct scenario_strategy *strategy, size_t *ret_at)
{
	struct scenario_revisions edited;
	size_t at = 0;

	const struct scenario_revisions *tree =
			strategy->tree ? &strategy->tree->revisions : &stage->revisions;

	struct error *err = scenario_edit_apply(&strategy->edit, tree, stage->arena, &edited);
	if (err) { // names a file that only a merge step would write
		at = 1;
	} else {
		stage->revisions = edited;
		observe_only(stage, &(struct moment){ .kind = MOMENT_TREE });
	}
	while (!err && at < strategy->steps.count) {
		const struct step *step = &strategy->steps.items[at++];

		err = strategy_replay_step(stage, step, at,
				at == strategy->steps.count ? STEP_AT_END : STEP_WITHIN);
	}
	*ret_at = at;
	return err;
}

struct error *strategy_replay(struct stage *stage, const struct scenario_strategy *strategy,
		const struct scenario_state *state, struct playback *ret_playback)
{
	size_t at = 0;

	struct error *err = sessions_open(stage, state);
	if (!err) {
		err = replay_steps(stage, strategy, &at);
	}
	sessions_close(stage);
	if (err && !error_is_of_cell(err)) {
		return err;
	}
	*ret_playback = (struct playback){ .failed_step = err ? at : 0, .error = err };
	return NULL;
}
