/*
 * `rehearse import` - a scenario for a project as it stands.
 */
#include "cli/audit_engines.h"
#include "cli/cli_internal.h"
#include "cli/database_source.h"
#include "cli/doctor_git.h"
#include "cli/import_text.h"
#include "cli/jobs.h"
#include "cli/naming.h"
#include "cli/play.h"
#include "cli/scenario_project.h"
#include "kit/file.h"

#include <string.h>

/* What stands on standard output is played as if it stood here. */
#define UNNAMED "imported.yaml"

/* A dump without rows is no larger. */
#define LARGEST_DUMP ((size_t)64 << 20)

struct importing {
	struct invocation *invocation;
	struct arena *arena;
	const struct tree_sources *sources;
	struct database_source database; /* a name: there is one */
	str path;                        /* of the scenario */
	struct python_project project;
	struct import_python python;
	struct import import;
};

/* --- what is asked for -------------------------------------------------------------------------- */

static struct str_list values_of(const struct invocation *invocation, const char *option)
{
	struct str_list values = { 0 };

	for (size_t i = 0; i < invocation->options.count; i++) {
		if (strcmp(invocation->options.items[i].option->name, option) == 0) {
			str_list_add(&values, invocation->options.items[i].value,
					invocation->arena);
		}
	}
	return values;
}

static struct error *check_variable(str value, struct arena *arena)
{
	const size_t at = str_find_char(value, '=');

	return at && at < value.len
			? NULL
			: error_new(arena, ERROR_INVALID,
					  "not NAME=TEMPLATE, as in DATABASE_URL={url}");
}

static struct error *check_save(str value, struct arena *arena)
{
	if (!naming_is_scenario_file(value)) {
		return error_new(arena, ERROR_INVALID,
				"the name of a scenario file ends in .yaml or .yml");
	}
	return path_is_file(value, arena) ? error_new(arena, ERROR_INVALID, "it is there already")
					  : NULL;
}

static void take_options(struct importing *importing)
{
	const struct invocation *invocation = importing->invocation;
	struct import *import = &importing->import;
	const struct str_list variables = values_of(invocation, "env");
	const str python = invocation_value(invocation, "python");
	const str save = invocation_value(invocation, "save");

	importing->path = save.len ? save : STR(UNNAMED);
	import->folder = path_folder(path_from_root(importing->path, importing->arena));
	import->runner = invocation_value(invocation, "runner");
	import->stubs = values_of(invocation, "stub");
	import->x = values_of(invocation, "x");
	/* One that was named from the root is the machine's, and stays where it is when the scenario is moved. */
	import->python =
			!str_starts_with(python, STR("/")) && path_is_file(python, importing->arena)
			? path_relative(path_from_root(python, importing->arena), import->folder,
					  importing->arena)
			: python;
	for (size_t i = 0; i < variables.count; i++) {
		const str variable = variables.items[i];
		const size_t at = str_find_char(variable, '=');

		*LIST_PUSH(&import->env, importing->arena) = (struct scenario_variable){
			str_slice(variable, 0, at),
			str_slice(variable, at + 1, variable.len),
		};
	}
}

/* The command line, as somebody would type it again. */
static str command_of(const struct invocation *invocation)
{
	struct buf words = { .arena = invocation->arena };

	buf_add(&words, STR("rehearse import"));
	for (size_t i = 0; i < invocation->arguments.count; i++) {
		buf_add_char(&words, ' ');
		buf_add_shell_word(&words, invocation->arguments.items[i]);
	}
	return buf_str(&words);
}

/* --- which engines ------------------------------------------------------------------------------ */

/* Those that the options ask for; false: they ask for none. */
static bool take_asked_engines(struct importing *importing)
{
	bool has_any = false;

	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		importing->import.engines[i] = invocation_gives(importing->invocation, "engine",
				str_from(scenario_engine_names[i]));
		has_any = has_any || importing->import.engines[i];
	}
	return has_any;
}

static void take_told_engines(struct importing *importing)
{
	struct import *import = &importing->import;
	const struct audit_engines told =
			audit_engines_choose(import->source, (str){ 0 }, importing->arena);

	memcpy(import->engines, told.is_wanted, sizeof(import->engines));
	import->engine_words = told.why;
}

static struct error *choose_engines(struct importing *importing)
{
	struct import *import = &importing->import;
	bool has_any = false, is_told = !take_asked_engines(importing);

	if (is_told) {
		take_told_engines(importing);
	}
	if (!importing->database.name.len) {
		return NULL;
	}
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		import->engines[i] =
				(is_told || import->engines[i]) && importing->database.engines[i];
		has_any = has_any || import->engines[i];
	}
	import->engine_words = is_told ? STR("that of the dump") : (str){ 0 };
	return has_any ? NULL
		       : error_new(importing->arena, ERROR_INVALID,
					 "database '%.*s' cannot be had on the engine that '--engine' asks for",
					 STR_ARG(importing->database.name));
}

/* --- the database ------------------------------------------------------------------------------- */

/* What was captured of a database just now is kept beside the scenario; `path` is where it is, and then where it was put. */
static struct error *keep_captured(const struct importing *importing, str *path)
{
	struct arena *arena = importing->arena;
	const str save = invocation_value(importing->invocation, "save");
	const str name = path_name(*path), stem = path_stem(*path);
	const str kept = path_join(path_folder(save),
			str_format(arena, "%.*s." IMPORT_PRODUCTION "%.*s",
					STR_ARG(path_stem(save)),
					STR_ARG(str_slice(name, stem.len, name.len))),
			arena);
	struct error *error = NULL;
	str text;

	if (!save.len || path_is_file(kept, arena)) {
		error = !save.len
				? error_new(arena, ERROR_INVALID,
						  "a database that is read where it is needs '--save', beside which its dump is kept")
				: error_new(arena, ERROR_INVALID, "'%.*s' is there already",
						  STR_ARG(kept));
		error->hint = STR(
				"'rehearse capture' makes a dump of it, which can be named, too.");
		return error;
	}
	error = file_read(*path, LARGEST_DUMP, arena, &text);
	error = error || !path_folder(kept).len ? error : directory_make(path_folder(kept), arena);
	error = error ? error : file_write(kept, text, arena);
	*path = kept;
	return error;
}

static struct error *take_database(struct importing *importing)
{
	const struct database_source *database = &importing->database;

	if (!database->name.len) {
		return NULL;
	}
	if (database->state.origin != STATE_LOAD || database->scenario) {
		struct error *error = error_new(importing->arena, ERROR_INVALID,
				"'%.*s' is a state of another scenario, not a file that this one could load",
				STR_ARG(database->name));

		error->hint = STR("Name a dump, or copy the state from that scenario by hand.");
		return error;
	}
	str path = database->state.load.file.path;

	if (database->folder.len) { // it goes with the command
		struct error *error = keep_captured(importing, &path);

		if (error) {
			return error;
		}
	}
	importing->import.database = path_relative(path_from_root(path, importing->arena),
			importing->import.folder, importing->arena);
	return NULL;
}

/* --- the doctor --------------------------------------------------------------------------------- */

static void examine(struct importing *importing, struct memories *ret_memories)
{
	struct import *import = &importing->import;
	struct arena *arena = importing->arena;
	const struct tree_source *source = import->source;
	struct faults *faults = arena_new(arena, struct faults);

	*ret_memories = invocation_has(importing->invocation, "no-git")
			? (struct memories){ 0 }
			: doctor_search_git(source, NULL, arena);
	*faults = doctor_examine_with(&source->specs, &ret_memories->lost, source->level, arena);
	doctor_tell_memories(ret_memories, faults, arena);
	import->faults = faults;
	import->repaired = faults_repair(faults, &source->specs, source->level, arena);
}

/* --- bodies ------------------------------------------------------------------------------------- */

static void describe_project(struct importing *importing)
{
	const struct tree_source *source = importing->import.source;
	const struct settings *settings = &source->project->settings;
	struct import *import = &importing->import;

	importing->project = (struct python_project){
		.at = source->at,
		.root = source->root.len ? source->root : source->folder,
		.folder = source->folder,
		.config = settings->ini.len ? settings->ini : settings->toml,
		.section = settings->section,
		.script_location = settings->script_location,
		.search_path = settings->search_path,
		.x = import->x,
		.stubs = import->stubs,
	};
	for (size_t i = 0; i < import->env.count; i++) {
		*LIST_PUSH(&importing->project.env, importing->arena) = (struct python_variable){
			import->env.items[i].name,
			import->env.items[i].value,
		};
	}
	importing->python = (struct import_python){
		.project = &importing->project,
		.given = play_python(importing->invocation, importing->arena),
		.arena = importing->arena,
	};
	memcpy(importing->python.engines, import->engines, sizeof(import->engines));
}

/* Tell of a body that cannot be had, once where it is the same everywhere. */
static void print_refusals(const struct importing *importing, const struct imported_body *body,
		const struct revision_spec *spec, const char *direction)
{
	struct str_list told = { 0 };

	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		const str refusal = body->by_engine[i].refusal;

		if (refusal.len && !str_list_contains(&told, refusal)) {
			str_list_add(&told, refusal, importing->arena);
			print_err_sentence(
					str_format(importing->arena,
							"note: %.*s: %s of '%.*s' is left out, as it cannot be told without a database: %.*s",
							STR_ARG(str_printable(spec->file,
									importing->arena)),
							direction,
							STR_ARG(str_printable(spec->revision,
									importing->arena)),
							STR_ARG(str_printable(refusal,
									importing->arena))),
					importing->arena);
		}
	}
}

static void print_all_refusals(const struct importing *importing,
		const struct imported_bodies *bodies, const struct revision_spec *spec)
{
	print_refusals(importing, &bodies->upgrade, spec, "upgrade");
	print_refusals(importing, &bodies->downgrade, spec, "downgrade");
}

static struct error *take_bodies(struct importing *importing)
{
	struct import *import = &importing->import;
	const struct project *project = import->source->project;
	struct imported_bodies *bodies = arena_new_array(
			importing->arena, struct imported_bodies, project->specs.count);
	struct error *error = NULL;

	for (size_t i = 0; !error && i < project->specs.count; i++) {
		error = import_bodies_ask(&importing->python, project->revisions.items[i].path,
				(str){ 0 }, &bodies[i]);
		print_all_refusals(importing, &bodies[i], &project->specs.items[i]);
	}
	import->bodies = bodies;
	if (!error && importing->python.helper) {
		const int minor = importing->python.helper->alembic_minor;

		import->level = minor >= ALEMBIC_OLDEST && minor <= ALEMBIC_NEWEST
				? str_format(importing->arena, "1.%d", minor)
				: (str){ 0 };
	}
	return error;
}

/* What files that the doctor brings back do; merges do nothing. */
static void take_new_bodies(struct importing *importing, const struct memories *memories)
{
	struct import *import = &importing->import;
	struct arena *arena = importing->arena;
	const size_t before = import->source->specs.count;
	const size_t count = import->repaired.count - before;
	struct imported_bodies *bodies = arena_new_array(arena, struct imported_bodies, count);
	str *absent = arena_new_array(arena, str, count);

	for (size_t i = 0; i < count; i++) {
		const struct revision_spec *spec = &import->repaired.items[before + i];

		for (size_t j = 0; j < memories->names.count; j++) {
			const struct remembered *remembered = &memories->names.items[j];

			if (remembered->successor.len ||
					!str_equal(remembered->name, spec->revision)) {
				continue;
			}
			struct error *error = import_bodies_ask(&importing->python,
					path_join(remembered->root, remembered->find.home, arena),
					remembered->find.text, &bodies[i]);

			absent[i] = error ? str_on_one_line(error->message, 200, arena)
					  : (str){ 0 };
			print_all_refusals(importing, &bodies[i], spec);
		}
	}
	import->of_new = bodies;
	import->absent_of_new = absent;
}

/* --- playing it --------------------------------------------------------------------------------- */

static void print_why_not_played(const struct importing *importing, str reason)
{
	print_err_sentence(
			str_format(importing->arena,
					"note: it was not played, so it claims no outcomes: %.*s",
					STR_ARG(str_printable(reason, importing->arena))),
			importing->arena);
}

/* Nothing that a scenario could claim: a dump that does not load, say. */
static struct error *unbuilt_state(const struct importing *importing, const struct outcome *outcome)
{
	return error_new(importing->arena, ERROR_DATABASE,
			"state '%.*s' cannot be built on %.*s: %.*s", STR_ARG(outcome->state),
			STR_ARG(outcome->engine), STR_ARG(outcome->error.message));
}

/* Add the outcomes of the cells that were played; notes say which were not. */
static struct error *take_outcomes(
		const struct importing *importing, const struct play *play, struct buf *text)
{
	const struct scenario_cells *cells = &play->suite->cells;
	const struct outcome **outcomes =
			arena_new_array(importing->arena, const struct outcome *, cells->count);
	struct str_list reasons = { 0 };

	for (size_t i = 0; i < cells->count; i++) {
		const struct play_answer *answer = &play->answers[i];

		outcomes[i] = answer->outcome;
		if (!answer->outcome) {
			return answer->error
					? error_new(importing->arena, answer->error->code, "%.*s",
							  STR_ARG(answer->error->message))
					: NULL;
		}
		if (answer->outcome->verdict == VERDICT_FAILS && !answer->outcome->failed_step) {
			return unbuilt_state(importing, answer->outcome);
		}
		if (answer->outcome->verdict == VERDICT_SKIPPED &&
				!str_list_contains(&reasons, answer->outcome->skip_reason)) {
			str_list_add(&reasons, answer->outcome->skip_reason, importing->arena);
			print_why_not_played(importing,
					str_format(importing->arena, "on %.*s: %.*s",
							STR_ARG(answer->outcome->engine),
							STR_ARG(answer->outcome->skip_reason)));
		}
	}
	import_write_outcomes(cells, outcomes, text);
	return NULL;
}

static enum exit_status play(
		struct importing *importing, const struct scenario *scenario, struct buf *text)
{
	struct arena *arena = importing->arena;
	struct suite suite = { .arena = arena };
	struct selection selection = { 0 };
	struct play play = {
		.invocation = importing->invocation,
		.suite = &suite,
		.selection = &selection,
		.kind = &job_play,
		.rounds = 1,
	};
	size_t end;

	scenario_add_cells(scenario, arena, &suite.cells);
	*LIST_PUSH(&suite.scenarios, arena) = (struct suite_scenario){
		.scenario = scenario,
		.path = importing->path,
		.is_stream = true,
		.cell_count = suite.cells.count,
	};
	for (size_t i = 0; i < suite.cells.count; i++) {
		*LIST_PUSH(&selection, arena) = i;
	}
	const enum exit_status status = play_all(&play, &end);

	if (status != EXIT_AS_EXPECTED) {
		return status;
	}
	const struct error *error = take_outcomes(importing, &play, text);

	return error ? print_error(importing->invocation, error) : EXIT_AS_EXPECTED;
}

/* --- the command -------------------------------------------------------------------------------- */

/* Read what was written as everybody will; it is wrong only if we are. */
static const struct scenario *read_back(const struct importing *importing, str text)
{
	struct error_list mistakes = { 0 };
	const struct scenario *scenario = scenario_parse(
			importing->path, text, &scenario_projects, importing->arena, &mistakes);

	if (!scenario) {
		print_mistakes(importing->invocation, &mistakes);
	}
	return scenario;
}

static enum exit_status write_out(const struct importing *importing, str text)
{
	const str save = invocation_value(importing->invocation, "save");

	if (!save.len) {
		print_out(text);
		return EXIT_AS_EXPECTED;
	}
	struct error *error = file_write(save, text, importing->arena);

	if (error) {
		return print_error(importing->invocation, error);
	}
	print_err(str_format(importing->arena, "wrote %.*s; play it with: rehearse run %.*s\n",
			STR_ARG(save), STR_ARG(str_shell_word(save, importing->arena))));
	return EXIT_AS_EXPECTED;
}

static enum exit_status compose(struct importing *importing)
{
	struct buf text = { .arena = importing->arena };
	str reason;

	if (!import_has_repair(&importing->import, importing->arena, &reason) && reason.len) {
		print_err_sentence(
				str_format(importing->arena, "note: %.*s",
						STR_ARG(str_printable(reason, importing->arena))),
				importing->arena);
	}
	const str folder = path_folder(importing->path);
	struct error *error = folder.len ? directory_make(folder, importing->arena) : NULL;

	if (error) {
		return print_error(importing->invocation, error);
	}
	import_write(&importing->import, &text);
	const struct scenario *scenario = read_back(importing, buf_str(&text));

	if (!scenario) {
		return EXIT_INVALID;
	}
	enum exit_status status = invocation_has(importing->invocation, "no-run")
			? EXIT_AS_EXPECTED
			: play(importing, scenario, &text);

	scenario_unload(scenario);
	if (status != EXIT_AS_EXPECTED) {
		return status;
	}
	const struct scenario *with_outcomes = read_back(importing, buf_str(&text));

	if (!with_outcomes) {
		return EXIT_INVALID;
	}
	scenario_unload(with_outcomes);
	return write_out(importing, buf_str(&text));
}

static struct error *check_source(const struct importing *importing)
{
	const struct tree_source *source = importing->import.source;

	if (source->scenario) {
		return error_new(importing->arena, ERROR_INVALID, "'%.*s' is a scenario already",
				STR_ARG(source->path));
	}
	if (!source->project) {
		return error_new(importing->arena, ERROR_INVALID,
				"'%.*s' is no Alembic project: a scenario takes its SQL with 'revisions: {directory: DIR}'",
				STR_ARG(source->path));
	}
	if (source->files.count && !invocation_has(importing->invocation, "inline")) {
		struct error *error = error_new(importing->arena, ERROR_INVALID,
				"a scenario cannot refer to revision files alone");

		error->hint = STR("Name the project, or have the tree in the scenario: --inline.");
		return error;
	}
	return NULL;
}

static enum exit_status import_source(struct importing *importing)
{
	struct invocation *invocation = importing->invocation;
	struct import *import = &importing->import;
	struct error_list mistakes = { 0 };
	struct memories memories;

	struct error *error = check_source(importing);
	if (error) {
		return print_error(invocation, error);
	}
	tree_source_add_unknown(import->source, importing->arena, &mistakes);
	if (mistakes.count) {
		return print_mistakes(invocation, &mistakes);
	}
	take_options(importing);
	error = take_database(importing);
	error = error ? error : choose_engines(importing);
	if (error) {
		return print_error(invocation, error);
	}
	tree_source_print_notes(import->source, importing->arena);
	describe_project(importing);
	examine(importing, &memories);
	error = invocation_has(invocation, "inline") ? take_bodies(importing) : NULL;
	if (!error) {
		take_new_bodies(importing, &memories);
	}
	import_python_close(&importing->python);
	return error ? print_error(invocation, error) : compose(importing);
}

static enum exit_status import_run(struct invocation *invocation)
{
	struct importing importing = { .invocation = invocation, .arena = invocation->arena };
	const str database = invocation_value(invocation, "database");
	struct error_list mistakes = { 0 };
	struct tree_sources sources;
	enum exit_status status;

	if (database.len) {
		database_source_open(invocation, database, DATABASE_ROWS_OF_VERSIONS,
				&importing.database, &mistakes);
	}
	if (mistakes.count) {
		status = print_mistakes(invocation, &mistakes);
	} else if (tree_sources_open(invocation, invocation->arguments, false, &sources, &status)) {
		importing.sources = &sources;
		importing.import.source = &sources.items[0];
		importing.import.command = command_of(invocation);
		status = import_source(&importing);
		tree_sources_close(&sources);
	} else {
		tree_sources_close(&sources);
	}
	database_source_close(&importing.database);
	return status;
}

static const char *const runners[] = { "bodies", "env", NULL };

static const struct option import_options[] = {
	{ .name = "save",
			.value = "FILE",
			.check = check_save,
			.help = "write this file, which must not be there yet; paths in it count from its folder (default: standard output, from the working folder)" },
	{ .name = "inline",
			.help = "the tree itself, with bodies as the SQL that Alembic's --sql would print, in place of a reference to the project" },
	DATABASE_SOURCE_OPTION,
	{ .name = "engine",
			.value = "NAME",
			.choices = scenario_engine_names,
			.repeats = true,
			.help = "sqlite or postgres; may be given twice (default: what the project's URL, drivers and dialects say)" },
	TREE_SOURCE_OPTION_NAME,
	TREE_SOURCE_OPTION_AT,
	{ .name = "no-git", .help = "do not look through git history for files that are missing" },
	{ .name = "no-run", .help = "do not play the scenario: it is written without outcomes" },
	{ .name = "runner",
			.value = "RUNNER",
			.choices = runners,
			.help = "bodies (default) or env: who carries out the commands" },
	PLAY_OPTION_PYTHON,
	{ .name = "stub",
			.value = "MODULE",
			.repeats = true,
			.help = "a module that cannot be imported, and need not be; may be given again" },
	{ .name = "env",
			.value = "NAME=TEMPLATE",
			.check = check_variable,
			.repeats = true,
			.help = "a variable of Python's environment, as DATABASE_URL={url}; may be given again" },
	{ .name = "x",
			.letter = 'x',
			.value = "TEXT",
			.repeats = true,
			.help = "an argument for env.py, as alembic's -x; may be given again" },
	PLAY_OPTION_JOBS,
	PLAY_OPTION_TIMEOUT,
	PLAY_OPTION_POSTGRES,
	PLAY_OPTION_PG_BINDIR,
	SERVER_OPTION_RUN_AS,
};

const struct command command_import = {
	.name = "import",
	.arguments = "[SOURCE]",
	.summary = "write a scenario for an Alembic project as it stands",
	.details = TREE_SOURCE_WORDS
	" Only projects can be imported. " DATABASE_SOURCE_WORDS "\n"
	"\n"
	"The scenario refers to the project, so it goes on being about the files as they are. It has the states '" IMPORT_FRESH
	"' and, with --database, '" IMPORT_PRODUCTION "'; the strategies '" IMPORT_AS_IT_IS
	"' and, if the doctor finds faults that can be repaired, '" IMPORT_DOCTORS
	"'; and a goal. It is played, and what does not simply work is written down as its outcomes, so that it passes 'check' and 'run' as written.\n"
	"\n"
	"The exit status is 2 when a file or an option is wrong, 4 when no revision was found.\n"
	"\n"
	"Examples:\n"
	"  rehearse import                                        in your repository\n"
	"  rehearse import --save rehearsals/shop.yaml --database production.dump\n"
	"  rehearse import server/alembic.ini --inline --engine sqlite --engine postgres\n",
	.options = import_options,
	.option_count = COUNT_OF(import_options),
	.most_arguments = SIZE_MAX,
	.output = OUTPUT_TOOLS,
	.run = import_run,
};
