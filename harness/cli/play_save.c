/*
 * What was played, as a strategy of a scenario file.
 */
#include "cli/play_room.h"

#include "cli/scenario_project.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "report/report.h"
#include "scenario/insert.h"
#include "scenario/load.h"
#include "scenario/write.h"

struct saving {
	struct room *room;
	str name;
	const struct outcome *outcome; /* that the cell has, and the file is to claim */
};

static str failure_of(const struct saving *saving, size_t at)
{
	return saving->room->rehearsal.past.items[at].failure;
}

/* --- text --------------------------------------------------------------------------------------------- */

static void indent(struct buf *out, str step, size_t levels)
{
	for (size_t i = 0; i < levels; i++) {
		buf_add(out, step);
	}
}

static void add_step(const struct saving *saving, size_t at, str step, struct buf *out)
{
	const str text = saving->room->texts.items[at];
	const str failure = failure_of(saving, at);
	str rest = str_trim(failure.len ? typed_step_failing(text, failure, out->arena) : text);
	const char *lead = "- ";
	str line;

	while (rest.len && str_next_part(&rest, '\n', &line)) {
		indent(out, step, 3);
		buf_format(out, "%s%.*s\n", lead, STR_ARG(line));
		lead = "  ";
	}
}

static void add_strategy(void *data, str step, struct buf *out)
{
	const struct saving *saving = data;
	const struct scenario_cell *cell = &saving->room->rehearsal.cell;
	const size_t count = saving->room->texts.count;

	indent(out, step, 1);
	write_text(out, saving->name, false);
	buf_add(out, STR(":\n"));
	indent(out, step, 2);
	buf_format(out, "engines: [%s]\n", scenario_engine_names[cell->engine]);
	indent(out, step, 2);
	buf_add(out, STR("states: ["));
	write_text(out, cell->state->name, true);
	buf_add(out, STR("]\n"));
	indent(out, step, 2);
	buf_add(out, count ? STR("steps:\n") : STR("steps: []\n"));
	for (size_t i = 0; i < count; i++) {
		add_step(saving, i, step, out);
	}
}

static void add_outcome(void *data, str step, struct buf *out)
{
	const struct saving *saving = data;
	const struct scenario_cell *cell = &saving->room->rehearsal.cell;
	const char *between = "";

	indent(out, step, 1);
	write_text(out, str_format(out->arena, "%.*s@%.*s:%s", STR_ARG(saving->name),
					STR_ARG(cell->state->name),
					scenario_engine_names[cell->engine]),
			false);
	if (!saving->outcome->wrong) {
		buf_add(out, STR(": works\n"));
		return;
	}
	buf_add(out, STR(": {wrong: ["));
	for (size_t i = 0; i < WRONG_COUNT; i++) {
		if (saving->outcome->wrong & 1U << i) {
			buf_format(out, "%s%s", between, wrong_names[i]);
			between = ", ";
		}
	}
	buf_add(out, STR("]}\n"));
}

static void add_path(struct buf *out, str path, str file)
{
	const str folder = path_absolute(path_folder(file), out->arena);

	write_text(out, path_relative(path_absolute(path, out->arena), folder, out->arena), false);
	buf_add_char(out, '\n');
}

/* A project is named, and a database by its file. */
static void add_project(const struct room *room, str file, struct buf *out)
{
	const struct tree_source *tree = room->tree;

	buf_add(out, STR("rehearse: 1\nrevisions:\n  alembic: "));
	add_path(out, tree->path, file);
	if (tree->settings.section.len) {
		buf_add(out, STR("  name: "));
		write_text(out, tree->settings.section, false);
		buf_add_char(out, '\n');
	}
	if (tree->at.len) {
		buf_add(out, STR("  at: "));
		write_text(out, tree->at, false);
		buf_add_char(out, '\n');
	}
	buf_add(out, STR("states:\n  "));
	write_text(out, room->rehearsal.cell.state->name, false);
	if (room->database) {
		buf_add(out, STR(":\n    load: "));
		add_path(out, room->database->state.load.file.path, file);
	} else {
		buf_add(out, STR(": {}\n"));
	}
	buf_add(out, STR("goal: {version: heads, schema: {same_as: fresh}, rows_kept: all}\n"));
}

/* --- the file ----------------------------------------------------------------------------------------- */

static struct error *refuse(const struct room *room, const char *why, const char *hint)
{
	struct error *error = error_new(
			room->arena, ERROR_INVALID, "the steps cannot be saved: %s", why);

	error->hint = str_from(hint);
	return error;
}

/* Why what was played is nothing that a scenario could say; NULL: it can. */
static struct error *check(const struct room *room, str file)
{
	const struct tree_source *tree = room->tree;

	if (room->rehearsal.is_torn) {
		return refuse(room, "one was ended while others had the database open", "");
	}
	if (room->database && room->database->folder.len) {
		return refuse(room, "the database stands in no file that a scenario could name",
				"'rehearse capture' makes one.");
	}
	if (room->database && tree->scenario) {
		return refuse(room, "the database is no state of the scenario",
				"Add it: a state with 'load: FILE'.");
	}
	if (tree->files.count) {
		return refuse(room, "revision files by themselves are no project that a scenario could name",
				"");
	}
	if (path_is_file(file, room->arena)) {
		return refuse(room, str_to_c(str_format(room->arena, "'%.*s' is there already",
							    STR_ARG(file)),
						    room->arena),
				"Nothing is written over: name a new file.");
	}
	return NULL;
}

static void write_scenario(const struct room *room, str file, struct saving *saving, struct buf *out)
{
	const struct scenario_addition addition = {
		.add_strategies = add_strategy,
		.add_outcomes = add_outcome,
		.needs_outcomes = saving->outcome->wrong != 0,
		.data = saving,
	};
	struct buf head = { .arena = out->arena };

	if (!room->tree->scenario) {
		add_project(room, file, &head);
	}
	scenario_insert(room->tree->scenario ? room->tree->scenario->source->text : buf_str(&head),
			&addition, out);
}

/* Read what would be written, as `run` will. */
static struct error *prove(const struct room *room, str file, str text)
{
	struct error_list mistakes = { 0 };
	const struct scenario *scenario = scenario_parse(
			file, text, &scenario_projects, room->arena, &mistakes);

	scenario_unload(scenario);
	return scenario ? NULL : mistakes.items[0];
}

struct error *play_save(struct room *room, const struct typed_line *line)
{
	struct buf text = { .arena = room->arena };
	struct saving saving = { .room = room };
	struct outcome outcome = { .verdict = VERDICT_WORKS };
	str file = line->rest;

	(void)str_next_part(&file, ' ', &saving.name);
	file = str_trim(file);
	if (!file.len) {
		return error_new(room->arena, ERROR_INVALID,
				"'save' takes a name for the strategy, and a new file: 'save by-hand repair.yaml'");
	}
	if (scenario_find_strategy(&room->scenario, saving.name) &&
			!str_equal(saving.name, STR("play"))) {
		return error_new(room->arena, ERROR_INVALID, "there is a strategy '%.*s' already",
				STR_ARG(saving.name));
	}
	struct error *err = check(room, file);
	if (!err) {
		err = rehearsal_judge(&room->rehearsal, room->timeout_us, &outcome);
	}
	if (err) {
		return err;
	}
	saving.outcome = &outcome;
	write_scenario(room, file, &saving, &text);
	err = prove(room, file, buf_str(&text));
	if (!err) {
		err = file_write(file, buf_str(&text), room->arena);
	}
	if (!err) {
		print_out(str_format(room->arena,
				"  saved: %zu step%s, of which a run says %.*s\n",
				room->texts.count, room->texts.count == 1 ? "" : "s",
				STR_ARG(report_verdict(&outcome, room->arena))));
	}
	return err;
}
