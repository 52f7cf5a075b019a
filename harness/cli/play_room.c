/*
 * `rehearse play` - a room to try things by hand: a prompt on a throwaway copy of a database.
 */
#include "cli/play_room.h"

#include "cli/naming.h"
#include "cli/play.h"
#include "cli/scenario_project.h"
#include "cli/state_names.h"
#include "cli/workshop.h"
#include "kit/arena.h"
#include "kit/columns.h"
#include "kit/file.h"
#include "kit/style.h"
#include "kit/suggest.h"
#include "lab/stage.h"
#include "replay/replay.h"
#include "scenario/load.h"

#include <ctype.h>
#include <string.h>

/* A script has nobody who could end what lasts. */
#define SCRIPT_TIMEOUT_US (60 * (int64_t)1000000)

/* --- lines -------------------------------------------------------------------------------------------- */

static bool is_called_off(void)
{
	return interrupted_by() != 0;
}

/* The line as a source of its own; false: there is nothing on it. */
static bool take_line(
		str text, size_t number, const char *name, struct arena *arena, struct typed_line *ret_line)
{
	struct source *source = source_new(str_from(name), text, arena);
	str rest = str_trim(source->text);
	size_t end = 0;

	if (!rest.len || rest.data[0] == '#') {
		return false;
	}
	if (str_starts_with(rest, STR("alembic "))) { // as people have it in their fingers
		rest = str_trim(str_slice(rest, 8, rest.len));
	}
	while (end < rest.len && !isspace((unsigned char)rest.data[end])) {
		end++;
	}
	source->lines_before = number - 1;
	*ret_line = (struct typed_line){
		.source = source,
		.word = str_slice(rest, 0, end),
		.rest = str_trim(str_slice(rest, end, rest.len)),
	};
	return true;
}

/* What has been typed, where nobody has seen it. */
static void echo(const struct room *room, str text)
{
	struct buf out = { .arena = room->arena };

	buf_add_char(&out, '\n');
	style_add(&out, room->style.colour, STYLE_BOLD,
			str_format(room->arena, "> %.*s",
					STR_ARG(str_printable_lines(str_trim(text), room->arena))));
	buf_add(&out, STR("\n"));
	print_out(buf_str(&out));
}

static void read_lines(struct room *room)
{
	const struct scenario_cell *cell = &room->rehearsal.cell;
	const str words = str_format(room->arena, "%.*s:%s> ", STR_ARG(cell->state->name),
			scenario_engine_names[cell->engine]);
	struct typed_line line;
	size_t number;
	str text;

	while (!room->is_over && !room->is_interrupted && !interrupted_by()) {
		const enum prompt_end end =
				prompt_read(&room->prompt, words, room->arena, &text, &number);

		if (end == PROMPT_OVER || (end == PROMPT_NOTHING && !room->prompt.is_terminal)) {
			break;
		}
		if (end == PROMPT_LINE &&
				take_line(text, number, room->prompt.is_terminal ? "play" : "-",
						room->arena, &line)) {
			if (!room->prompt.is_terminal) {
				echo(room, text);
			}
			room_obey(room, &line);
		}
	}
}

/* --- the visit ---------------------------------------------------------------------------------------- */

static void print_welcome(const struct room *room)
{
	const struct scenario_cell *cell = &room->rehearsal.cell;
	const struct str_list *notes = &room->rehearsal.stage->notes;
	struct buf out = { .arena = room->arena };

	buf_format(&out, "%.*s, state '%.*s', on %s\n\n", STR_ARG(room->scenario.name),
			STR_ARG(cell->state->name), room->rehearsal.stage->engine->title);
	buf_add(&out, story_tell_look(&room->rehearsal.start_look, &room->style, room->arena));
	for (size_t i = 0; i < notes->count; i++) {
		buf_add(&out, STR("\n"));
		wrap_add(&out, str_format(room->arena, "note: %.*s", STR_ARG(notes->items[i])),
				room->style.width, 0, 2);
	}
	if (room->prompt.is_terminal) {
		buf_add(&out, STR("\n'help' lists the commands; Ctrl-C ends one that runs, Ctrl-D leaves.\n"));
	}
	print_out(buf_str(&out));
}

static struct error *enter(struct stage *stage, void *data)
{
	struct room *room = data;
	const struct completion completion = { play_words_offer, room };

	room->arena = stage->arena;
	room->rehearsal.stage = stage;
	struct error *err = rehearsal_begin(&room->rehearsal);
	if (!err) {
		prompt_open(&room->prompt, &completion, room->arena);
		print_welcome(room);
		read_lines(room);
		prompt_close(&room->prompt);
	}
	rehearsal_end(&room->rehearsal);
	return err;
}

/* --- what is played ----------------------------------------------------------------------------------- */

/* The scenario with a strategy of no steps yet, and with the database as a state if one is named. */
static void furnish(struct room *room, const struct scenario *scenario)
{
	struct arena *arena = room->invocation->arena;
	struct scenario *own = &room->scenario;
	struct scenario_strategy strategy = { .name = STR("play"), .goal = scenario->goal };
	struct str_list names = { 0 };

	*own = *scenario;
	memset(&own->patterns, 0, sizeof(own->patterns));
	memset(&own->states, 0, sizeof(own->states));
	memset(&own->strategies, 0, sizeof(own->strategies));
	memcpy(strategy.engines, scenario->engines, sizeof(strategy.engines));
	if (room->tree->project) {
		strategy.goal = (struct goal){
			.keys = GOAL_VERSION | GOAL_SCHEMA | GOAL_ROWS_KEPT,
			.version = GOAL_VERSION_HEADS,
			.schema.source = SCHEMA_SAME_AS_FRESH,
			.keeps_all_rows = true,
		};
	}
	for (size_t i = 0; i < scenario->states.count; i++) {
		*LIST_PUSH(&own->states, arena) = scenario->states.items[i];
		str_list_add(&names, scenario->states.items[i].name, arena);
	}
	if (room->database) {
		struct scenario_state *state = LIST_PUSH(&own->states, arena);

		*state = room->database->state;
		state->name = state_name_add(&names, path_stem(room->database->name), arena);
	}
	for (size_t i = 0; i < scenario->strategies.count; i++) {
		*LIST_PUSH(&own->strategies, arena) = scenario->strategies.items[i];
	}
	*LIST_PUSH(&own->strategies, arena) = strategy;
	room->rehearsal.strategy = &own->strategies.items[own->strategies.count - 1];
}

static struct error *unknown_state(const struct room *room, str name)
{
	struct arena *arena = room->invocation->arena;
	struct str_list known = { 0 };
	struct error *error = error_new(arena, ERROR_NOT_FOUND, "'%.*s' has no state '%.*s'",
			STR_ARG(room->tree->path), STR_ARG(name));

	for (size_t i = 0; i < room->scenario.states.count; i++) {
		str_list_add(&known, room->scenario.states.items[i].name, arena);
	}
	error->hint = suggest_hint(name, &known, arena);
	return error;
}

/* The state: of --database, of --state, of the cell that is named, or the first. */
static struct error *choose_state(struct room *room, str of_cell)
{
	const struct scenario *scenario = &room->scenario;
	const str given = invocation_value(room->invocation, "state");
	const str name = given.len ? given : of_cell;

	if (room->database) {
		room->rehearsal.cell.state = &scenario->states.items[scenario->states.count - 1];
		return NULL;
	}
	room->rehearsal.cell.state = name.len ? scenario_find_state(scenario, name)
					      : &scenario->states.items[0];
	return room->rehearsal.cell.state ? NULL : unknown_state(room, name);
}

static struct error *choose_engine(struct room *room, str of_cell)
{
	const str given = invocation_value(room->invocation, "engine");
	const str name = given.len ? given : of_cell;

	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		if (room->scenario.engines[i] && (!room->database || room->database->engines[i]) &&
				(!name.len || str_equal(name, str_from(scenario_engine_names[i])))) {
			room->rehearsal.cell.engine = (enum scenario_engine)i;
			return NULL;
		}
	}
	struct error *error = error_new(room->invocation->arena, ERROR_INVALID,
			"'%.*s' cannot be played on %.*s", STR_ARG(room->tree->path),
			STR_ARG(name.len ? name : STR("any engine that has the database")));

	error->hint = STR("The 'engines' of scenarios say where they can; a dump is of one engine.");
	return error;
}

/* State and engine, which the name of a cell has in it too: "strategy@state:engine". */
static struct error *choose(struct room *room)
{
	const struct str_list *arguments = &room->invocation->arguments;
	str rest = { 0 }, strategy, state = { 0 };
	struct named named = { 0 };

	if (room->tree->scenario && arguments->count &&
			!naming_resolve(arguments->items[0], room->invocation->arena, &named) &&
			named.kind == NAMED_CELL) {
		rest = named.cell;
		(void)str_next_part(&rest, '@', &strategy);
		(void)str_next_part(&rest, ':', &state);
	}
	struct error *error = choose_state(room, state);

	return error ? error : choose_engine(room, rest);
}

/* --- the command -------------------------------------------------------------------------------------- */

static enum exit_status tell_failure(
		const struct room *room, struct error *error, str refusal)
{
	struct arena *arena = room->invocation->arena;

	if (interrupted_by()) {
		return EXIT_INTERRUPTED;
	}
	if (refusal.len) {
		error = error_new(arena, ERROR_ENVIRONMENT, "cannot play on %s: %.*s",
				scenario_engine_names[room->rehearsal.cell.engine],
				STR_ARG(refusal));
	} else if (error_is_of_cell(error)) {
		error = error_wrap(arena, error, "building state '%.*s'",
				STR_ARG(room->rehearsal.cell.state->name));
	}
	return print_error(room->invocation, error);
}

static enum exit_status end_status(const struct room *room)
{
	if (room->is_interrupted || interrupted_by()) {
		return EXIT_INTERRUPTED;
	}
	if (room->prompt.is_terminal) {
		return EXIT_AS_EXPECTED;
	}
	return room->has_mistakes ? EXIT_INVALID : room->differs ? EXIT_DIFFERS : EXIT_AS_EXPECTED;
}

/* In this process, which the terminal speaks to: what is tried here stays here, command after command. */
static enum exit_status open_room(struct room *room)
{
	struct invocation *invocation = room->invocation;
	struct scenario_cell *cell = &room->rehearsal.cell;
	struct workshop workshop = { .invocation = invocation };
	str refusal = { 0 };

	cell->scenario = &room->scenario;
	cell->strategy = room->rehearsal.strategy;
	cell->name = str_format(invocation->arena, "%.*s/play@%.*s:%s",
			STR_ARG(room->scenario.name), STR_ARG(cell->state->name),
			scenario_engine_names[cell->engine]);
	workshop_open(&workshop, cell->engine);
	struct theatre_options options = {
		.hosts = server_hosts(&workshop.server, 0, NULL),
		.timeout_us = room->timeout_us,
		.python = play_python(invocation, invocation->arena),
	};
	options.hosts.is_called_off = is_called_off;
	const struct theatre_visit visit = {
		.scenario = &room->scenario,
		.engine = cell->engine,
		.run = enter,
		.data = room,
		.load = &cell->state->load,
	};
	struct theatre *theatre = theatre_open(&options, invocation->arena);

	room->rehearsal.theatre = theatre;
	room->rehearsal.hear = signals_hear_interrupt;
	struct error *error = theatre_receive(theatre, &visit, invocation->arena, &refusal);
	const enum exit_status status = error || refusal.len
			? tell_failure(room, error, refusal)
			: end_status(room);

	theatre_close(theatre);
	workshop_close(&workshop);
	return status;
}

static enum exit_status play_scenario(struct room *room, const struct scenario *scenario)
{
	furnish(room, scenario);
	const struct error *error = choose(room);
	const enum exit_status status =
			error ? print_error(room->invocation, error) : open_room(room);

	scenario_unload(&room->scenario);
	return status;
}

static enum exit_status play_tree(struct room *room)
{
	struct error_list mistakes = { 0 };

	if (room->tree->scenario) {
		return play_scenario(room, room->tree->scenario);
	}
	const struct scenario *scenario =
			scenario_of_project(room->tree, room->invocation->arena, &mistakes);

	if (!scenario) {
		return print_mistakes(room->invocation, &mistakes);
	}
	const enum exit_status status = play_scenario(room, scenario);

	scenario_unload(scenario);
	return status;
}

/* Another scenario's state is built by its own tree. */
static struct error *check_database(const struct database_source *database, struct arena *arena)
{
	struct error *error;

	if (!database->scenario) {
		return NULL;
	}
	error = error_new(arena, ERROR_INVALID, "a state of a scenario is no database to play on");
	error->hint = STR("Play the scenario: 'rehearse play SCENARIO --state NAME'.");
	return error;
}

static enum exit_status play_run(struct invocation *invocation)
{
	struct arena *arena = invocation->arena;
	const str database = invocation_value(invocation, "database");
	struct database_source source = { .arena = arena };
	struct error_list mistakes = { 0 };
	struct tree_sources trees;
	enum exit_status status;
	struct room room = {
		.invocation = invocation,
		.style = { .width = help_width(), .colour = invocation->colour_out },
	};

	room.timeout_us = invocation_seconds_us(
			invocation, "timeout", prompt_is_terminal() ? 0 : SCRIPT_TIMEOUT_US);
	if (database.len && invocation_has(invocation, "state")) {
		error_list_add(&mistakes,
				error_new(arena, ERROR_INVALID,
						"'--state' and '--database' exclude each other"),
				arena);
	} else if (database.len) {
		database_source_open(invocation, database, DATABASE_ROWS_ALL, &source, &mistakes);
		struct error *error = mistakes.count ? NULL : check_database(&source, arena);

		if (error) {
			error_list_add(&mistakes, error, arena);
		}
		room.database = &source;
	}
	if (mistakes.count) {
		status = print_mistakes(invocation, &mistakes);
	} else if (tree_sources_open(invocation, invocation->arguments, false, &trees, &status)) {
		room.tree = &trees.items[0];
		status = play_tree(&room);
		tree_sources_close(&trees);
	}
	database_source_close(&source);
	return status;
}

static const struct option play_options[] = {
	{ .name = "state",
			.value = "NAME",
			.help = "the state of the scenario to begin with (default: the first)" },
	{ .name = "database",
			.value = "X",
			.help = "a copy of this database instead: a URL, a dump or a SQLite file; it is only read, with all its rows" },
	{ .name = "engine",
			.value = "NAME",
			.choices = scenario_engine_names,
			.help = "play on this engine: sqlite, postgres (default: the dump's, else the first that the scenario has)" },
	TREE_SOURCE_OPTION_NAME,
	TREE_SOURCE_OPTION_AT,
	PLAY_OPTION_TIMEOUT_OF(
			"how long one command may take; 0: as long as it likes (default: 0 on a terminal, 60 in a script)"),
	SERVER_OPTION_STATEMENT_TIMEOUT,
	SERVER_OPTION_LOCK_TIMEOUT,
	PLAY_OPTION_POSTGRES,
	PLAY_OPTION_PG_BINDIR,
	PLAY_OPTION_PYTHON,
	SERVER_OPTION_RUN_AS,
};

const struct command command_play = {
	.name = "play",
	.arguments = "[SOURCE]",
	.summary = "try things by hand, at a prompt on a throwaway copy",
	.details = TREE_SOURCE_WORDS
	" Of a cell's name state and engine are taken, and the tree is the scenario's own.\n"
	"\n"
	"What is typed is played as 'rehearse run' plays a step, and told as 'rehearse explain' tells it: the plan, the statements, what has changed. Every step can be taken back. "
	"Nothing but the copy is changed, and it is gone in the end.\n"
	"\n"
	"From a pipe the lines are a script: it goes on after what fails; '#' begins a comment, a backslash at the end of a line goes on in the next. The exit status is 2 when a line could "
	"not be understood, 1 when a step failed that does not say so, or a goal was not met, else 0.\n"
	"\n"
	"Examples:\n"
	"  rehearse play wallet-two-heads --state production\n"
	"  rehearse play --database production.dump\n"
	"  echo upgrade heads | rehearse play wallet-two-heads --engine postgres\n",
	.add_help = play_words_add_help,
	.options = play_options,
	.option_count = COUNT_OF(play_options),
	.most_arguments = 1,
	.output = OUTPUT_LIVE,
	.run = play_run,
};
