/*
 * `rehearse repair` - search for a repair, and prove it by replay.
 */
#include "cli/cli_internal.h"
#include "cli/play.h"
#include "cli/repair_search.h"
#include "cli/tree_source.h"
#include "kit/arena.h"

#define DEFAULT_TIMEOUT_US (60 * (int64_t)1000000)
#define DEFAULT_BUDGET_US  (60 * (int64_t)1000000)

static int64_t seconds_of(
		const struct invocation *invocation, const char *option, int64_t otherwise)
{
	const str value = invocation_value(invocation, option);

	return value.data ? option_seconds_us(value) : otherwise;
}

/* The engine that is asked for, else the first that the scenario has. */
static struct error *choose_engine(const struct invocation *invocation,
		const struct scenario *scenario, enum scenario_engine *ret_engine)
{
	const str wanted = invocation_value(invocation, "engine");

	for (enum scenario_engine i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		if (scenario->engines[i] &&
				(!wanted.len ||
						str_equal(wanted,
								str_from(scenario_engine_names[i])))) {
			*ret_engine = i;
			return NULL;
		}
	}
	return error_new(invocation->arena, ERROR_INVALID, "scenario '%.*s' has no cells on %.*s",
			STR_ARG(scenario->name), STR_ARG(wanted));
}

static enum exit_status repair_scenario(
		struct invocation *invocation, const struct scenario *scenario)
{
	struct workshop workshop = {
		.invocation = invocation,
		.timeout_us = seconds_of(invocation, "timeout", DEFAULT_TIMEOUT_US),
	};
	struct repair_search search = {
		.workshop = &workshop,
		.scenario = scenario,
		.budget_us = seconds_of(invocation, "budget", DEFAULT_BUDGET_US),
	};
	struct repair_result result;
	struct buf out = { .arena = invocation->arena };
	const struct error *error = choose_engine(invocation, scenario, &search.engine);

	if (error) {
		return print_error(invocation, error);
	}
	workshop_open(&workshop, search.engine);
	error = repair_search(&search, &result);
	workshop_close(&workshop);
	if (interrupted_by()) {
		return EXIT_INTERRUPTED;
	}
	if (error) {
		return print_error(invocation, error);
	}
	const struct repair_page page = { &result, invocation->colour_out };

	repair_render_text(&page, &out);
	print_out(buf_str(&out));
	return result.is_found ? EXIT_AS_EXPECTED : EXIT_DIFFERS;
}

static enum exit_status repair_run(struct invocation *invocation)
{
	struct tree_sources trees;
	enum exit_status status;

	if (tree_sources_open(invocation, invocation->arguments, false, &trees, &status)) {
		if (trees.items[0].scenario) {
			status = repair_scenario(invocation, trees.items[0].scenario);
		} else {
			status = print_error(invocation,
					error_new(invocation->arena, ERROR_INVALID,
							"only scenarios can be repaired so far"));
		}
		tree_sources_close(&trees);
	}
	return status;
}

static const struct option repair_options[] = {
	{ .name = "engine",
			.value = "NAME",
			.choices = scenario_engine_names,
			.help = "replay on this engine: sqlite, postgres (default: the first that the scenario has)" },
	{ .name = "budget",
			.value = "SECONDS",
			.check = option_check_seconds,
			.help = "how long to search; 0: until all is tried (default: 60)" },
	PLAY_OPTION_JOBS,
	PLAY_OPTION_TIMEOUT,
	PLAY_OPTION_POSTGRES,
	PLAY_OPTION_PG_BINDIR,
	PLAY_OPTION_PYTHON,
	SERVER_OPTION_RUN_AS,
};

const struct command command_repair = {
	.name = "repair",
	.arguments = "[SOURCE]",
	.summary = "search for a repair, and prove it by replay",
	.details = TREE_SOURCE_WORDS
	"\n"
	"\n"
	"What may repair the tree (the doctor's advice, other parents, a merge, one branch on top of another) and each database (a stamp where its schema really is, what never ran, "
	"what ran in part taken back or finished) is replayed, from every state: it works when the scenario's goal is met. What was tried is printed, and a runbook of the best: fewest "
	"changed files, then fewest steps.\n"
	"\n"
	"The exit status is 0 when a repair was found that works from all states, 1 when none was.\n"
	"\n"
	"Examples:\n"
	"  rehearse repair wallet-two-heads\n"
	"  rehearse repair chain.yaml --engine postgres\n",
	.options = repair_options,
	.option_count = COUNT_OF(repair_options),
	.most_arguments = SIZE_MAX,
	.run = repair_run,
};
