/*
 * `rehearse export` - a scenario as a real Alembic project and a database, in a folder.
 */
#include "cli/cli_internal.h"
#include "cli/naming.h"
#include "cli/play.h"
#include "cli/workshop.h"
#include "export/export.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "kit/scratch.h"
#include "lab/dump.h"
#include "lab/state.h"
#include "replay/contestant.h"
#include "scenario/load.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEFAULT_TIMEOUT_US (60 * (int64_t)1000000)

/* What is exported. */
struct exporting {
	struct invocation *invocation;
	struct arena *arena;
	const struct scenario *scenario;
	const struct scenario_state *state;
	enum scenario_engine engine;
	str folder; /* as it will be called */
	str draft;  /* as it is called till it is whole */
};

/* What a worker tells: notes, a line each. */
struct report_of_export {
	struct str_list notes;
};

/* --- in a worker ------------------------------------------------------------------------------- */

/* More than that is no scenario, but a production. */
#define LARGEST_DUMP ((size_t)1024 * 1024 * 1024)

static struct error *write_dump(struct stage *stage, const struct exporting *exporting,
		const struct database_address *address, str path, struct str_list *notes)
{
	const struct capture capture = {
		.address = export_url(address, stage->arena),
		.all_rows = true,
		.bindir = invocation_value(exporting->invocation, "pg-bindir"),
		.has_no_home = true,
	};
	const int fd = open(str_to_c(path, stage->arena), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	str dump;

	if (fd < 0) {
		return error_from_errno(stage->arena, "write '%.*s'", STR_ARG(path));
	}
	struct error *err = stage->engine->capture(&capture, fd, stage->arena, notes);

	close(fd);
	if (!err) {
		err = file_read(path, LARGEST_DUMP, stage->arena, &dump);
	}
	if (err) {
		return err;
	}
	/* What the throwaway's own role has is whoever's that loads it. Its name is such that no row has it. */
	return file_write(path,
			str_replace(dump, address->user, STR("CURRENT_USER"), stage->arena),
			stage->arena);
}

/* The stage's database as a file of the project. */
static struct error *write_database(
		struct stage *stage, const struct exporting *exporting, struct str_list *notes)
{
	const str path = path_join(exporting->draft,
			str_from(export_database_names[exporting->engine]), stage->arena);
	struct database_address address;
	struct error *err = stage->engine->database_lend(
			stage->database, exporting->draft, stage->arena, &address);

	if (err || !address.path.len) {
		return err ? err : write_dump(stage, exporting, &address, path, notes);
	}
	if (rename(str_to_c(address.path, stage->arena), str_to_c(path, stage->arena))) {
		return error_from_errno(stage->arena, "write '%.*s'", STR_ARG(path));
	}
	return NULL;
}

struct visit {
	const struct exporting *exporting;
	struct report_of_export *report;
};

static struct error *write_folder(struct stage *stage, void *data)
{
	const struct visit *visit = data;
	const struct exporting *exporting = visit->exporting;
	const struct look_wants nothing = { 0 };
	struct built_state *built;
	struct export_attempt attempt;
	struct error *err = state_build(stage, exporting->state, &nothing, stage->arena, &built);

	if (err) {
		return err;
	}
	err = built->error ? built->error : contestant_try(stage, built->image, &attempt);
	if (!err) {
		err = stage_clone_database(stage, built->image);
	}
	if (!err) {
		err = write_database(stage, exporting, &visit->report->notes);
	}
	if (!err) {
		const struct export_wish wish = {
			.configure = stage->configure,
			.tree = &stage->revisions,
			.engine = stage->engine,
			.kind = stage->kind,
			.readme = export_readme(exporting->scenario, exporting->state,
					stage->engine, &attempt, true, stage->arena),
		};

		err = export_write(&wish, exporting->draft, stage->arena);
	}
	stage->engine->image_drop(built->image);
	return err;
}

static struct error *run_export(void *bench, const struct crew_job *job,
		const struct crew_job *next, struct arena *arena, void **ret_answer)
{
	const struct exporting *exporting = job->task;
	struct report_of_export *report = arena_new(arena, struct report_of_export);
	struct visit data = { exporting, report };
	const struct theatre_visit visit = {
		.scenario = exporting->scenario,
		.engine = exporting->engine,
		.run = write_folder,
		.data = &data,
		.load = &exporting->state->load,
	};
	str refusal = { 0 };
	struct error *err = theatre_receive(bench, &visit, arena, &refusal);

	(void)next;
	if (!err && refusal.len) {
		err = error_new(arena, ERROR_ENVIRONMENT, "%.*s", STR_ARG(refusal));
	}
	if (err && error_is_of_cell(err)) { // as an error of the environment, since there is no other
		err = error_new(arena, ERROR_ENVIRONMENT, "state '%.*s' cannot be built: %.*s",
				STR_ARG(exporting->state->name), STR_ARG(err->message));
	}
	*ret_answer = report;
	return err;
}

static void pack_report(const void *answer, struct buf *out)
{
	const struct report_of_export *report = answer;

	buf_add(out, str_list_join(&report->notes, STR("\n"), out->arena));
}

static void *unpack_report(str bytes, struct arena *arena)
{
	struct report_of_export *report = arena_new(arena, struct report_of_export);
	str rest = str_copy(bytes, arena), line;

	while (str_next_part(&rest, '\n', &line)) {
		if (line.len) {
			str_list_add(&report->notes, line, arena);
		}
	}
	return report;
}

static const struct job_kind job_export = {
	.run = run_export,
	.pack = pack_report,
	.unpack = unpack_report,
};

/* --- what is asked for --------------------------------------------------------------------------- */

/* The state that is named; else the first that has something in it, since that is where somebody has an incident. */
static struct error *choose_state(struct exporting *exporting)
{
	const struct scenario *scenario = exporting->scenario;
	const str wanted = invocation_value(exporting->invocation, "state");
	struct str_list names = { 0 };

	for (size_t i = 0; i < scenario->states.count; i++) {
		const struct scenario_state *state = &scenario->states.items[i];

		if (wanted.data ? str_equal(state->name, wanted)
				: !exporting->state || (exporting->state->origin == STATE_EMPTY &&
							       state->origin != STATE_EMPTY)) {
			exporting->state = state;
		}
		str_list_add(&names, state->name, exporting->arena);
	}
	if (exporting->state) {
		return NULL;
	}
	struct error *error = error_new(exporting->arena, ERROR_INVALID,
			"scenario '%.*s' has no state '%.*s'", STR_ARG(scenario->name), STR_ARG(wanted));

	error->hint = str_format(exporting->arena, "It has %.*s.",
			STR_ARG(str_list_join(&names, STR(", "), exporting->arena)));
	return error;
}

static struct error *choose_engine(struct exporting *exporting)
{
	const str wanted = invocation_value(exporting->invocation, "engine");

	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		if (exporting->scenario->engines[i] &&
				(!wanted.len || str_equal(wanted, str_from(scenario_engine_names[i])))) {
			exporting->engine = (enum scenario_engine)i;
			return NULL;
		}
	}
	return error_new(exporting->arena, ERROR_INVALID, "scenario '%.*s' is not for engine '%.*s'",
			STR_ARG(exporting->scenario->name), STR_ARG(wanted));
}

static struct error *check_scenario(const struct exporting *exporting)
{
	if (!exporting->scenario->project) {
		return NULL;
	}
	struct error *error = error_new(exporting->arena, ERROR_INVALID,
			"the revisions of scenario '%.*s' are an Alembic project already",
			STR_ARG(exporting->scenario->name));

	error->hint = str_format(exporting->arena, "It is '%.*s'; 'rehearse run --keep all' leaves the database of a cell.",
			STR_ARG(exporting->scenario->project->source.path));
	return error;
}

/* Nothing of what is there already is written over. */
static struct error *make_draft(struct exporting *exporting)
{
	struct arena *arena = exporting->arena;
	const str folder = path_normalise(exporting->folder, arena);
	const str pattern = str_format(arena, "%.*s.XXXXXX", STR_ARG(folder));
	char *name = memcpy(arena_new_array(arena, char, pattern.len + 1), pattern.data, pattern.len);
	struct str_list names = { 0 };
	struct stat status;

	if (lstat(str_to_c(folder, arena), &status) == 0 &&
			(!path_is_directory(folder, arena) || directory_list(folder, arena, &names) ||
					names.count)) {
		struct error *error = error_new(arena, ERROR_INVALID, "'%.*s' is there already",
				STR_ARG(folder));

		error->hint = STR("Name a folder that is new, or empty.");
		return error;
	}
	struct error *error = path_folder(folder).len ? directory_make(path_folder(folder), arena) : NULL;

	if (!error && !mkdtemp(name)) {
		error = error_from_errno(arena, "make '%.*s'", STR_ARG(folder));
	}
	exporting->draft = error ? (str){ 0 } : path_from_root(str_from(name), arena);
	return error;
}

/* It takes its name when it is whole. */
static struct error *finish_draft(const struct exporting *exporting)
{
	const mode_t mask = umask(0);
	const char *draft = str_to_c(exporting->draft, exporting->arena);
	const char *folder = str_to_c(path_normalise(exporting->folder, exporting->arena), exporting->arena);

	umask(mask);
	if (chmod(draft, 0777 & ~mask) || (rmdir(folder) && errno != ENOENT) || rename(draft, folder)) {
		return error_from_errno(exporting->arena, "make '%s'", folder);
	}
	return NULL;
}

static enum exit_status write_in_worker(const struct exporting *exporting)
{
	struct invocation *invocation = exporting->invocation;
	const struct crew_job job = { .kind = &job_export, .task = exporting };
	const bool is_load = exporting->state->origin == STATE_LOAD;
	struct crew_answer answer = { 0 };
	struct workshop workshop = {
		.invocation = invocation,
		.timeout_us = DEFAULT_TIMEOUT_US,
		.patience_us = is_load ? dump_patience_us(exporting->state->load.file.path, exporting->arena) : 0,
	};

	workshop_open(&workshop, exporting->engine);
	const struct error *error = workshop_do(&workshop, &job, 1, &answer);

	workshop_close(&workshop);
	error = error ? error : answer.error;
	if (!error && !interrupted_by()) {
		error = finish_draft(exporting);
	}
	if (interrupted_by()) {
		return EXIT_INTERRUPTED;
	}
	if (error) {
		return print_error(invocation, error);
	}
	const struct report_of_export *report = answer.value;

	for (size_t i = 0; i < report->notes.count; i++) {
		print_err_sentence(str_format(exporting->arena, "note: %.*s",
						   STR_ARG(report->notes.items[i])),
				exporting->arena);
	}
	print_out(str_format(exporting->arena, "%.*s: state '%.*s' of %.*s, on %s\n",
			STR_ARG(exporting->folder), STR_ARG(exporting->state->name),
			STR_ARG(exporting->scenario->name),
			scenario_engine_names[exporting->engine]));
	return EXIT_AS_EXPECTED;
}

static enum exit_status export_scenario(struct exporting *exporting)
{
	struct error *error = check_scenario(exporting);

	if (!error) {
		error = choose_state(exporting);
	}
	if (!error) {
		error = choose_engine(exporting);
	}
	if (!error) {
		error = make_draft(exporting);
	}
	if (error) {
		return print_error(exporting->invocation, error);
	}
	const enum exit_status status = write_in_worker(exporting);

	if (status != EXIT_AS_EXPECTED) {
		scratch_remove(exporting->draft, exporting->arena);
	}
	return status;
}

static enum exit_status export_run(struct invocation *invocation)
{
	struct exporting exporting = {
		.invocation = invocation,
		.arena = invocation->arena,
		.folder = invocation->arguments.items[1],
	};
	struct error_list mistakes = { 0 };
	struct named named;
	struct error *error = naming_resolve_scenario(
			invocation->arguments.items[0], invocation->arena, &named);

	if (error) {
		return print_error(invocation, error);
	}
	exporting.scenario = naming_load(&named, invocation->arena, &mistakes);
	if (!exporting.scenario) {
		return print_mistakes(invocation, &mistakes);
	}
	const enum exit_status status = export_scenario(&exporting);

	scenario_unload(exporting.scenario);
	return status;
}

static const struct option export_options[] = {
	{ .name = "state",
			.value = "NAME",
			.help = "the state that its database is in (default: the first that is not empty)" },
	{ .name = "engine",
			.value = "NAME",
			.choices = scenario_engine_names,
			.help = "sqlite, postgres (default: the first that the scenario has)" },
	PLAY_OPTION_POSTGRES,
	PLAY_OPTION_PG_BINDIR,
	PLAY_OPTION_PYTHON,
	SERVER_OPTION_RUN_AS,
};

const struct command command_export = {
	.name = "export",
	.arguments = "SCENARIO DIR",
	.summary = "make a scenario a real Alembic project with a database, in a folder",
	.details = "SCENARIO is a file, the name of a scenario below 'scenarios', or - for standard input. DIR is new, or an empty folder.\n"
		   "\n"
		   "The folder holds alembic.ini, env.py and versions/*.py, broken where the scenario is broken; the state as database.sqlite, or as "
		   "database.sql, a dump of PostgreSQL's; and README.md with the story, the command that fails and its error. Plain Alembic meets there "
		   "what the scenario says. The lesson, the strategies and the outcomes are not in it.\n"
		   "\n"
		   "Examples:\n"
		   "  rehearse export wallet-two-heads incident\n"
		   "  rehearse export wallet-two-heads incident --state fresh --engine postgres\n",
	.options = export_options,
	.option_count = COUNT_OF(export_options),
	.least_arguments = 2,
	.most_arguments = 2,
	.run = export_run,
};
