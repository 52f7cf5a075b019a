#include "cli/play.h"

#include "cli/cli_internal.h"
#include "cli/jobs.h"
#include "cli/repeat.h"
#include "cli/scenario_project.h"
#include "kit/scratch.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/columns.h"
#include "kit/file.h"
#include "kit/scratch.h"
#include "kit/table.h"
#include "lab/dump.h"

#include <stdlib.h>
#include <unistd.h>

const char *const play_requirements[] = { "records", "postgres", "none", NULL };

#define DEFAULT_TIMEOUT_US (60 * (int64_t)1000000)

/* --- loading -------------------------------------------------------------------------------- */

/* Scenarios that are being read, and the server that their cells may need. */
struct reading {
	struct invocation *invocation;
	struct server *server;
};

/* Without options that pick cells, all of an engine that is asked for are played. */
static void begin_server(const struct scenario_cell *cells, size_t count, void *data)
{
	const struct reading *reading = data;

	for (size_t i = 0; i < count; i++) {
		if (engine_needs_server(cells[i].engine)) {
			server_begin(reading->server, reading->invocation);
			break;
		}
	}
}

static bool may_need_server(const struct invocation *invocation)
{
	bool needs = !invocation_has(invocation, "engine");

	for (enum scenario_engine i = 0; !needs && i < SCENARIO_ENGINE_COUNT; i++) {
		needs = engine_needs_server(i) &&
				invocation_gives(invocation, "engine",
						str_from(scenario_engine_names[i]));
	}
	return needs;
}

bool play_load(struct invocation *invocation, struct suite *suite, struct selection *selection,
		struct server *server, enum exit_status *ret_status)
{
	struct reading reading = { invocation, server };
	const bool is_sure = may_need_server(invocation) && !suite_picks_cells(invocation);
	const struct suite_watch watch = {
		.read = is_sure ? begin_server : NULL,
		.data = &reading,
	};

	if (suite_load_watched(invocation, &watch, suite, ret_status) &&
			suite_select(invocation, suite, selection, ret_status)) {
		return true;
	}
	server_close(server, false);
	return false;
}

/* --- progress ------------------------------------------------------------------------------- */

/* Runs shorter than this show nothing, and the line changes only so often. */
#define PROGRESS_AFTER_US 700000
#define PROGRESS_EVERY_US 100000

#define BAR_WIDTH 20

static void add_bar(const struct play *play, struct buf *line)
{
	const size_t done = BAR_WIDTH * play->answered / play->selection->count;

	for (size_t i = 0; i < BAR_WIDTH; i++) {
		buf_add(line, i < done ? STR("█") : STR("░"));
	}
}

/* The cells that are being played. */
static void add_running(const struct play *play, const struct crew_hand *hands, size_t count,
		struct buf *line)
{
	for (size_t i = 0; i < count; i++) {
		const size_t item = play->selection->items[hands[i].job / play->rounds];
		const str progress = progress_text(hands[i].progress, line->arena);

		buf_format(line, "%s%.*s", i ? ", " : "  ",
				STR_ARG(str_printable(
						play->suite->cells.items[item].name, line->arena)));
		if (progress.len) {
			buf_format(line, " (%.*s)", STR_ARG(progress));
		}
	}
}

/* One line, as wide as the terminal allows: how far it is, and what is being done. */
static void show_progress(const struct crew_hand *hands, size_t count, void *data)
{
	struct play *play = data;
	const int64_t now_us = clock_now_us();

	if (play->lends_terminal || now_us - play->started_us < PROGRESS_AFTER_US ||
			now_us - play->drawn_us < PROGRESS_EVERY_US ||
			!terminal_can_erase(STDERR_FILENO)) {
		return;
	}
	struct arena *arena = play->invocation->arena;
	const struct arena_mark mark = arena_mark(arena);
	struct buf line = { .arena = arena };

	add_bar(play, &line);
	buf_format(&line, " %zu of %zu cells", play->answered, play->selection->count);
	if (play->differing) {
		buf_format(&line, ", %zu not as expected", play->differing);
	}
	add_running(play, hands, count, &line);
	terminal_redraw(buf_str(&line), arena);
	arena_rewind(arena, mark);
	play->drawn_us = now_us;
}

void play_hide_progress(struct play *play)
{
	if (play->drawn_us) {
		print_err(STR("\r\033[K"));
		play->drawn_us = 0;
	}
}

/* --- playing -------------------------------------------------------------------------------- */

static bool is_answered(const struct play_answer *answer)
{
	return answer->outcome || answer->error;
}

static bool is_fine(const struct play_answer *answer)
{
	return answer->outcome &&
			(answer->outcome->verdict == VERDICT_SKIPPED ||
					outcome_is_as_expected(answer->outcome));
}

/* The answer for a cell, once all its rounds have one; false: not yet. */
static bool take_round(struct play *play, size_t index, const struct crew_answer *answer,
		struct play_answer *ret_answer)
{
	struct arena *arena = play->invocation->arena;
	struct play_rounds *rounds = &play->rounds_of[index / play->rounds];

	if (!rounds->outcomes) {
		rounds->outcomes = arena_new_array(arena, const struct outcome *, play->rounds);
	}
	rounds->outcomes[index % play->rounds] = answer->value;
	rounds->error = rounds->error ? rounds->error : answer->error;
	if (++rounds->count < play->rounds) {
		return false;
	}
	*ret_answer = (struct play_answer){ .error = rounds->error };
	if (!rounds->error) {
		ret_answer->outcome = repeat_fold(rounds->outcomes, play->rounds, arena);
	}
	return true;
}

static size_t take_answer(size_t index, const struct crew_answer *answer, void *data)
{
	struct play *play = data;
	const size_t at = index / play->rounds, before = play->in_order;
	struct play_answer of_cell = { answer->value, answer->error };

	if (play->rounds > 1 && !take_round(play, index, answer, &of_cell)) {
		return SIZE_MAX;
	}
	play->answers[at] = of_cell;
	play->answered++;
	play->differing += !is_fine(&of_cell);
	if (play->fail_fast && !is_fine(&of_cell) && at < play->limit) {
		play->limit = at + 1;
	}
	while (play->in_order < play->limit && is_answered(&play->answers[play->in_order])) {
		play->in_order++;
	}
	if (play->in_order > before && play->progressed) {
		play->progressed(play, play->in_order, play->data);
	}
	return play->limit * play->rounds;
}

/* Whether a cell on `engine` must not be skipped; for want of a server, where a server is what is required. */
static bool is_required(const struct play *play, const struct outcome *outcome)
{
	return invocation_gives(play->invocation, "engine", outcome->engine) ||
			(play->requires_server && play->server.hosts.server.refusal.len &&
					str_equal(outcome->skip_reason,
							play->server.hosts.server.refusal));
}

/* A cell that was skipped although its engine was asked for or is required; NULL: none. */
static const struct outcome *find_refused(const struct play *play, size_t end)
{
	for (size_t i = 0; i < end; i++) {
		const struct outcome *outcome = play->answers[i].outcome;

		if (outcome && outcome->verdict == VERDICT_SKIPPED && is_required(play, outcome)) {
			return outcome;
		}
	}
	return NULL;
}

static bool is_all_skipped(const struct play *play, size_t end)
{
	for (size_t i = 0; i < end; i++) {
		const struct outcome *outcome = play->answers[i].outcome;

		if (!outcome || outcome->verdict != VERDICT_SKIPPED) {
			return false;
		}
	}
	return end > 0;
}

/* One thing that the environment has prevented, and the cells that it kept from an answer. */
struct prevention {
	const struct error *error; /* the first cell's */
	str cell;
	size_t others;
};

struct preventions {
	struct prevention *items;
	size_t count, capacity;
};

/* What is the same for many cells, a disk that is full, is said once. */
static struct preventions find_preventions(const struct play *play, size_t end)
{
	struct arena *arena = play->invocation->arena;
	struct table seen = { .arena = arena };
	struct preventions all = { 0 };

	for (size_t i = 0; i < end; i++) {
		const struct error *error = play->answers[i].error;
		uint32_t at;

		if (!error) {
			continue;
		}
		if (table_find(&seen, error->message, &at)) {
			all.items[at].others++;
			continue;
		}
		table_set(&seen, error->message, (uint32_t)all.count);
		*LIST_PUSH(&all, arena) = (struct prevention){
			.error = error,
			.cell = play->suite->cells.items[play->selection->items[i]].name,
		};
	}
	return all;
}

enum exit_status play_print_failures(const struct play *play, size_t end)
{
	struct arena *arena = play->invocation->arena;
	const struct preventions preventions = find_preventions(play, end);
	enum exit_status status = EXIT_AS_EXPECTED;

	for (size_t i = 0; i < preventions.count; i++) {
		const struct prevention *prevention = &preventions.items[i];
		const str others = prevention->others
				? str_format(arena, " and %zu more", prevention->others)
				: (str){ 0 };

		status = print_error(play->invocation,
				error_new(arena, prevention->error->code,
						"no answer for cell '%.*s'%.*s: %.*s",
						STR_ARG(prevention->cell), STR_ARG(others),
						STR_ARG(prevention->error->message)));
	}
	const struct outcome *refused = find_refused(play, end);

	if (refused) {
		struct error *error = error_new(arena, ERROR_ENVIRONMENT,
				"cannot play on %.*s: %.*s", STR_ARG(refused->engine),
				STR_ARG(refused->skip_reason));

		if (!invocation_has(play->invocation, "engine") &&
				!invocation_has(play->invocation, "require")) {
			error->hint = STR(
					"Where CI is set a server is required: '--engine sqlite' plays "
					"without one, '--require none' skips what needs one.");
		}
		status = print_error(play->invocation, error);
	} else if (is_all_skipped(play, end)) {
		status = print_error(play->invocation,
				error_new(arena, ERROR_ENVIRONMENT, "every cell was skipped"));
	}
	return status;
}

/* Cell `i` of the selection. */
static const struct scenario_cell *cell_at(const struct play *play, size_t i)
{
	return &play->suite->cells.items[play->selection->items[i]];
}

/* Whether a database was left behind on a server, which must then stay too. */
static bool has_kept_databases(const struct play *play, size_t end)
{
	for (size_t i = 0; i < end; i++) {
		const struct outcome *outcome = play->answers[i].outcome;

		if (outcome && outcome->kept.len && engine_needs_server(cell_at(play, i)->engine)) {
			return true;
		}
	}
	return false;
}

static bool needs_server(const struct play *play)
{
	for (size_t i = 0; i < play->selection->count; i++) {
		if (engine_needs_server(cell_at(play, i)->engine)) {
			return true;
		}
	}
	return false;
}

/* --- what the crew asks for ------------------------------------------------------------------- */

static void compare_with_record(const struct scenario_cell *cell, struct outcome *outcome,
		struct arena *arena, void *data)
{
	const struct play *play = data;
	const size_t index = (size_t)(cell - play->suite->cells.items);

	records_compare(play->records, index, outcome, arena);
}

enum records_need play_records_need(const struct invocation *invocation)
{
	if (invocation_gives(invocation, "require", STR("records"))) {
		return RECORDS_REQUIRED;
	}
	return is_continuous_integration() && !invocation_has(invocation, "require")
			? RECORDS_WHERE_FOLDER
			: RECORDS_OPTIONAL;
}

bool play_requires_server(const struct invocation *invocation)
{
	return invocation_gives(invocation, "require", STR("postgres")) ||
			(is_continuous_integration() && !invocation_has(invocation, "require"));
}

struct error *play_check_python(str value, struct arena *arena)
{
	const str program = str_slice(value, 0, str_find_char(value, ' '));
	str path = str_from(getenv("PATH")), folder;

	if (path_is_file(value, arena) || path_is_file(program, arena)) {
		return NULL;
	}
	while (str_find_char(program, '/') == program.len && str_next_part(&path, ':', &folder)) {
		if (program.len && path_is_file(path_join(folder, program, arena), arena)) {
			return NULL;
		}
	}
	return error_new(arena, ERROR_NOT_FOUND, "there is no such program");
}

str play_python(const struct invocation *invocation, struct arena *arena)
{
	const str python = invocation_value(invocation, "python");

	return path_is_file(python, arena) ? path_from_root(python, arena) : python;
}

static void *open_bench(size_t worker, struct progress *progress, struct arena *arena, void *data)
{
	struct play *play = data;
	const struct theatre_options options = {
		.hosts = server_hosts(&play->server, worker, progress),
		.timeout_us = invocation_seconds_us(play->invocation, "timeout", DEFAULT_TIMEOUT_US),
		.python = play_python(play->invocation, arena),
		.keep = play->keep,
		.projects = play->may_run_programs ? &scenario_projects : NULL,
		.compare = play->records ? compare_with_record : NULL,
		.data = play,
	};
	struct bench *bench = arena_new(arena, struct bench);

	server_forget(&play->server);
	bench->play = play;
	bench->theatre = theatre_open(&options, arena);
	return bench;
}

static void close_bench(void *data)
{
	struct bench *bench = data;

	theatre_close(bench->theatre);
}

static void take_server(void *data)
{
	struct play *play = data;

	play_hide_progress(play);
	server_settle(&play->server);
}

static bool is_interrupted(void *data)
{
	(void)data;
	return interrupted_by() != 0;
}

/* What loading the largest of all dumps may take. */
static int64_t loads_of(const struct play *play, struct arena *arena)
{
	const struct scenario_state *last = NULL;
	int64_t most_us = 0;

	for (size_t i = 0; i < play->selection->count; i++) {
		const struct scenario_state *state =
				play->suite->cells.items[play->selection->items[i]].state;

		if (state == last || state->origin != STATE_LOAD) {
			continue;
		}
		const int64_t patience_us = dump_patience_us(state->load.file.path, arena);

		most_us = patience_us > most_us ? patience_us : most_us;
		last = state;
	}
	return most_us;
}

/* --- the whole -------------------------------------------------------------------------------- */

enum exit_status play_all(struct play *play, size_t *ret_end)
{
	struct arena *arena = play->invocation->arena;
	const size_t count = play->selection->count;
	const str jobs = invocation_value(play->invocation, "jobs");
	const int64_t timeout_us =
			invocation_seconds_us(play->invocation, "timeout", DEFAULT_TIMEOUT_US);
	struct signal_actions signals;

	play->started_us = clock_now_us();
	signals_catch(&signals); // before anything is made on a server that is lent
	if (needs_server(play)) {
		server_begin(&play->server, play->invocation);
	}
	if (server_descriptor(&play->server) < 0) {
		server_settle(&play->server);
	}
	const struct crew_work work = {
		.jobs = jobs_make(play, arena),
		.count = count * play->rounds,
		.workers = jobs.data ? option_count(jobs) : 0,
		.patience_us = crew_patience_us(timeout_us, loads_of(play, arena)),
		.open = open_bench,
		.close = close_bench,
		.supply = { server_descriptor(&play->server), take_server },
		.answered = take_answer,
		.working = show_progress,
		.is_stopped = is_interrupted,
		.data = play,
	};

	play->answers = arena_new_array(arena, struct play_answer, count);
	play->rounds_of = arena_new_array(arena, struct play_rounds, count);
	play->limit = count;
	struct error *error = crew_run(&work, arena);

	scratch_sweep(arena);
	*ret_end = play->limit;
	play_hide_progress(play);
	server_close(&play->server, has_kept_databases(play, *ret_end));
	signals_release(&signals);
	if (error) {
		return print_error(play->invocation, error);
	}
	if (interrupted_by()) {
		return EXIT_INTERRUPTED;
	}
	return play->server.is_refused ? EXIT_ENVIRONMENT : EXIT_AS_EXPECTED;
}
