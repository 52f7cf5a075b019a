/*
 * `rehearse audit` - the standing questions about a project's migrations, asked of throwaway databases.
 */
#include "audit/audit.h"
#include "cli/audit_engines.h"
#include "cli/audit_jobs.h"
#include "cli/audit_since.h"
#include "cli/cli_internal.h"
#include "cli/database_source.h"
#include "cli/doctor_source.h"
#include "cli/play.h"
#include "cli/report_files.h"
#include "cli/scenario_project.h"
#include "cli/tree_source.h"
#include "files/branch.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/file.h"
#include "kit/json.h"
#include "revision/plan.h"

#include <stdlib.h>

#define DEFAULT_TIMEOUT_US (60 * (int64_t)1000000)

/* An audit being made. */
struct making {
	struct invocation *invocation;
	struct arena *arena;
	const struct tree_source *source;
	struct report report;          /* on standard output */
	struct report_files files;     /* and elsewhere */
	const struct source *baseline; /* NULL: there is none */
	struct database_source database; /* that questions begin with a copy of; without a name: with an empty one */
	struct audit_since since;
	struct audit_wish wish;
	struct audit_engines engines;
	struct audit_parts parts;
	struct audit_tasks tasks;
	struct str_list order; /* of the revisions, as they run */
	str stuck; /* why nothing can run; empty: the tree loads */
	int64_t started_us;

	struct {
		const struct scenario **items;
		size_t count, capacity;
	} scenarios; /* that were made for it */
};

/* --- where it begins ------------------------------------------------------------------------------ */

/* A state of another scenario is built by that one's tree, which has to be SQL as this one is. */
static struct error *take_tree_of_database(struct making *making)
{
	const struct scenario *of_database = making->database.scenario;
	const struct scenario *own = making->source->scenario;
	struct project_tree *tree = arena_new(making->arena, struct project_tree);

	if (!of_database || (own && str_equal(own->path, of_database->path))) {
		return NULL;
	}
	if (!own || own->project || of_database->project) {
		struct error *error = error_new(making->arena, ERROR_INVALID,
				"'%.*s' is built by another tree than that of '%.*s', and one of them is a project",
				STR_ARG(making->database.name), STR_ARG(making->source->path));

		error->hint = STR("Name a dump, a SQLite file or a URL.");
		return error;
	}
	tree->revisions = of_database->revisions;
	making->database.state.tree = tree;
	return NULL;
}

/* The engines on which it can be had, of those that are wanted. */
static struct error *limit_engines(struct making *making)
{
	struct audit_engines *engines = &making->engines;
	const bool *can = making->database.engines;
	bool is_any = false;

	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		is_any |= engines->is_wanted[i] && can[i];
	}
	if (!is_any && invocation_has(making->invocation, "engine")) {
		return error_new(making->arena, ERROR_INVALID, "'%.*s' cannot be had on %.*s",
				STR_ARG(making->database.name),
				STR_ARG(invocation_value(making->invocation, "engine")));
	}
	if (!is_any) {
		engines->why = STR("The engine is that of the database.");
	}
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		engines->is_wanted[i] = can[i] && (engines->is_wanted[i] || !is_any);
	}
	engines->why = str_format(making->arena, "%.*s Each question begins with a copy of %.*s.",
			STR_ARG(engines->why), STR_ARG(making->database.name));
	return NULL;
}

static struct error *find_start(struct making *making)
{
	const str argument = invocation_value(making->invocation, "database");
	struct error_list mistakes = { 0 };

	if (!argument.data) {
		return NULL;
	}
	database_source_open(making->invocation, argument, DATABASE_ROWS_OF_VERSIONS,
			&making->database, &mistakes);
	if (mistakes.count) {
		return mistakes.items[0];
	}
	struct error *error = take_tree_of_database(making);
	return error ? error : limit_engines(making);
}

/* --- which questions ------------------------------------------------------------------------------ */

static bool runs_env(const struct making *making)
{
	const str runner = invocation_value(making->invocation, "runner");
	const struct scenario *scenario = making->source->scenario;

	return runner.len
			? str_equal(runner, STR("env"))
			: scenario && scenario->project && scenario->project->runner == RUNNER_ENV;
}

static void leave_out(struct audit_wish *wish, enum audit_question question, str reason)
{
	wish->is_asked[question] = false;
	wish->reasons[question] = reason;
}

static bool is_project(const struct making *making)
{
	return making->source->project ||
			(making->source->scenario && making->source->scenario->project);
}

/* What is asked unless somebody says otherwise, and why the rest is not. */
static void choose_questions(struct making *making)
{
	const struct invocation *invocation = making->invocation;
	const bool has_only = invocation_has(invocation, "only");
	struct audit_wish *wish = &making->wish;

	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		const str name = str_from(audit_question_names[i]);
		const bool is_named = invocation_gives(invocation, "only", name);

		wish->is_asked[i] = true;
		if (has_only && !is_named) {
			leave_out(wish, (enum audit_question)i, STR("--only names others"));
		} else if (invocation_gives(invocation, "skip", name)) {
			leave_out(wish, (enum audit_question)i, STR("--skip names it"));
		} else if (audit_questions[i].is_costly && !is_named && !wish->since) {
			leave_out(wish, (enum audit_question)i,
					STR("asked by name (--only), or of what --since leaves"));
		}
	}
	if (wish->is_asked[AUDIT_MODELS] && !is_project(making)) {
		leave_out(wish, AUDIT_MODELS, STR("a scenario has no models"));
	} else if (wish->is_asked[AUDIT_MODELS] && !runs_env(making) &&
			!invocation_gives(invocation, "only", STR("models"))) {
		leave_out(wish, AUDIT_MODELS, STR("env.py knows the models: --runner env asks it"));
	}
	if (wish->is_asked[AUDIT_RELEASES] && !making->source->project) {
		leave_out(wish, AUDIT_RELEASES, STR("a scenario has no releases"));
	} else if (wish->is_asked[AUDIT_RELEASES] && !invocation_has(invocation, "releases")) {
		leave_out(wish, AUDIT_RELEASES, STR("--releases says which tags are some"));
	} else if (wish->is_asked[AUDIT_RELEASES] && invocation_has(invocation, "database")) {
		leave_out(wish, AUDIT_RELEASES,
				STR("releases begin with an empty database, and not with that of --database"));
	}
}

/* --- the doctor ----------------------------------------------------------------------------------- */

static void add_faults(struct making *making)
{
	struct arena *arena = making->arena;
	const int64_t since_us = clock_now_us();
	const struct faults faults = doctor_examine_source(making->source, true, arena);
	struct audit_part *part = LIST_PUSH(&making->parts, arena);

	*part = (struct audit_part){ .notes = faults.notes };
	for (size_t i = 0; i < faults.count; i++) {
		const struct fault *fault = &faults.items[i];

		if (audit_since_is_old(&making->since, &faults, fault)) {
			continue;
		}
		*LIST_PUSH(&part->findings, arena) = (struct audit_finding){
			.question = AUDIT_FAULTS,
			.is_warning = fault->is_warning,
			.revision = fault->revision,
			.place = excerpt_of(fault->where, arena),
			.class_name = str_from(fault_kind_names[fault->kind]),
			.message = fault->message,
			.hint = fault->suggestion,
		};
	}
	part->answers[AUDIT_FAULTS] = (struct audit_answer){
		.is_asked = true,
		.elapsed_us = clock_now_us() - since_us,
	};
}

/* --- what there is to run ------------------------------------------------------------------------- */

/* "NAME=TEMPLATE" of --env. */
static void add_variables(const struct invocation *invocation, struct json_writer *json)
{
	struct arena *arena = invocation->arena;

	json_open_object(json, "env");
	for (size_t i = 0; i < invocation->options.count; i++) {
		const struct given_option *given = &invocation->options.items[i];
		const size_t at = str_find_char(given->value, '=');

		if (str_equal(str_from(given->option->name), STR("env"))) {
			json_add_text(json, str_to_c(str_slice(given->value, 0, at), arena),
					str_slice(given->value, at + 1, given->value.len));
		}
	}
	json_close_object(json);
}

static void add_given(const struct invocation *invocation, const char *option, const char *key,
		struct json_writer *json)
{
	struct str_list values = { 0 };

	for (size_t i = 0; i < invocation->options.count; i++) {
		const struct given_option *given = &invocation->options.items[i];

		if (str_equal(str_from(given->option->name), str_from(option))) {
			str_list_add(&values, given->value, invocation->arena);
		}
	}
	if (values.count) {
		json_add_texts(json, key, &values);
	}
}

/* The project as a scenario names it; with a state of that release, if one is given. NULL: `mistakes` say why not. */
static const struct scenario *scenario_of(
		struct making *making, bool has_env, str release, struct error_list *mistakes)
{
	const struct tree_source *source = making->source;
	struct buf text = { .arena = making->arena };
	struct json_writer json = { .out = &text };

	json_open_object(&json, NULL);
	json_add_integer(&json, "rehearse", 1);
	json_open_object(&json, "revisions");
	json_add_text(&json, "alembic", path_from_root(source->path, making->arena));
	if (source->settings.section.len) {
		json_add_text(&json, "name", source->settings.section);
	}
	if (source->at.len) {
		json_add_text(&json, "at", source->at);
	}
	json_add_text(&json, "runner", has_env ? STR("env") : STR("bodies"));
	add_given(making->invocation, "stub", "stubs", &json);
	add_given(making->invocation, "x", "x", &json);
	if (invocation_has(making->invocation, "env")) {
		add_variables(making->invocation, &json);
	}
	json_close_object(&json);
	if (release.len) {
		json_open_object(&json, "states");
		json_open_object(&json, "release");
		json_add_text(&json, "at", release);
		json_add_text(&json, "schema", STR("heads"));
		json_close_object(&json);
		json_close_object(&json);
	}
	json_close_object(&json);
	const struct scenario *scenario = scenario_parse(
			source->path, buf_str(&text), &scenario_projects, making->arena, mistakes);

	if (scenario) {
		*LIST_PUSH(&making->scenarios, making->arena) = scenario;
	}
	return scenario;
}

/* The scenario as it is, with another runner. */
static const struct scenario *with_runner(
		const struct making *making, const struct scenario *scenario, bool has_env)
{
	struct scenario *changed = arena_new(making->arena, struct scenario);

	*changed = *scenario;
	if (scenario->project) {
		changed->project = arena_new(making->arena, struct scenario_project);
		*changed->project = *scenario->project;
		changed->project->runner = has_env ? RUNNER_ENV : RUNNER_BODIES;
	}
	return changed;
}

static bool is_wanted(const struct making *making, const struct inquiry_kind *kind)
{
	bool is_wanted = false;

	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		is_wanted |= kind->answers[i] && making->wish.is_asked[i];
	}
	/* A fresh install is what releases are compared with. */
	return is_wanted || (kind->answers[AUDIT_UPGRADE] && making->wish.is_asked[AUDIT_RELEASES]);
}

static void add_task(struct making *making, const struct audit_task *task)
{
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		if (making->engines.is_wanted[i]) {
			struct audit_task *added = LIST_PUSH(&making->tasks, making->arena);

			*added = *task;
			added->engine = (enum scenario_engine)i;
			added->since = making->wish.since;
			added->is_asked = making->wish.is_asked;
			added->timeout_us = invocation_seconds_us(
					making->invocation, "timeout", DEFAULT_TIMEOUT_US);
		}
	}
}

/* A database of each release; one that cannot be had is a note: it may be older than the project. */
static struct error *add_releases(struct making *making, const struct inquiry_kind *kind)
{
	struct arena *arena = making->arena;
	const str glob = invocation_value(making->invocation, "releases");
	struct audit_part notes = { 0 };
	struct str_list tags;
	struct error *error = tags_list(
			tree_source_git_folder(making->source, arena), glob, arena, &tags);

	for (size_t i = 0; !error && i < tags.count; i++) {
		struct error_list mistakes = { 0 };
		const struct scenario *scenario =
				scenario_of(making, runs_env(making), tags.items[i], &mistakes);

		if (!scenario) {
			str_list_add(&notes.notes,
					str_format(arena,
							"release %.*s has no tree that runs: %.*s",
							STR_ARG(tags.items[i]),
							STR_ARG(mistakes.items[0]->message)),
					arena);
			continue;
		}
		add_task(making,
				&(struct audit_task){
						.kind = kind,
						.scenario = scenario,
						.release = tags.items[i],
						.state = &scenario->states.items[0],
				});
	}
	if (!error && !tags.count) {
		str_list_add(&notes.notes,
				str_format(arena,
						"no tag matches '%.*s'; 'git fetch --tags' brings those that this clone has not",
						STR_ARG(glob)),
				arena);
	}
	notes.answers[AUDIT_RELEASES] = (struct audit_answer){
		.is_asked = true,
		.kind = tags.count ? AUDIT_YES : AUDIT_UNKNOWN, // of nothing nobody knows
		.reason = error ? (str){ 0 }
				: str_format(arena, "%zu tag%s", tags.count,
						  tags.count == 1 ? "" : "s"),
	};
	*LIST_PUSH(&making->parts, arena) = notes;
	return error;
}

/* Everybody who has something to ask. Mistakes hide nothing: the doctor has told of them. */
static struct error *add_tasks(struct making *making)
{
	const struct tree_source *source = making->source;
	const bool has_env = runs_env(making);
	struct error_list mistakes = { 0 };
	struct error *error = NULL;
	const struct scenario *base = source->scenario
			? source->scenario
			: scenario_of(making, has_env, STR(""), &mistakes);

	if (!base) {
		making->stuck = STR("what follows what, only running the files would tell: see 'faults'");
		return NULL;
	}
	for (size_t i = 0; !error && inquiry_kinds[i]; i++) {
		const struct inquiry_kind *kind = inquiry_kinds[i];

		if (!is_wanted(making, kind)) {
			continue;
		}
		if (kind->is_of_release) {
			error = add_releases(making, kind);
			continue;
		}
		add_task(making,
				&(struct audit_task){
						.kind = kind,
						.scenario = with_runner(making, base,
								has_env || kind->has_own_runner),
						.state = making->database.name.len
								? &making->database.state
								: NULL,
						.tree = source->scenario ? &source->revisions
									 : NULL,
				});
	}
	return error;
}

/* Whether Alembic loads the tree, and in which order its revisions run. */
static void find_order(struct making *making)
{
	const struct revision_specs *specs = &making->source->specs;
	struct revision_history *history =
			revision_history_new(specs, making->source->level, making->arena);
	const struct str_list none = { 0 };
	struct plan plan = { 0 };

	if (revision_history_load(history, making->arena) ||
			plan_upgrade(history, STR("heads"), &none, making->arena, &plan)) {
		making->stuck = STR("Alembic does not load the tree: 'rehearse doctor' says why");
	}
	for (size_t i = 0; i < plan.count; i++) {
		str_list_add(&making->order, plan.steps[i].revision, making->arena);
	}
	for (size_t i = 0; making->stuck.len && i < specs->count; i++) {
		str_list_add(&making->order, specs->items[i].revision, making->arena);
	}
}

/* Nothing can run in a tree that does not load, or cannot be read: the faults say why. */
static void answer_stuck(struct making *making)
{
	struct audit_part *part = LIST_PUSH(&making->parts, making->arena);

	*part = (struct audit_part){ 0 };
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		if (making->wish.is_asked[i] && i != AUDIT_FAULTS) {
			part->answers[i] = (struct audit_answer){
				.is_asked = true,
				.kind = AUDIT_UNKNOWN,
				.is_explained = true,
				.reason = making->stuck,
			};
		}
	}
}

/* --- the end -------------------------------------------------------------------------------------- */

static str engine_names(const struct making *making)
{
	struct str_list names = { 0 };

	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		if (making->engines.is_wanted[i]) {
			str_list_add(&names, str_from(scenario_engine_names[i]), making->arena);
		}
	}
	return str_list_join(&names, STR(", "), making->arena);
}

static enum exit_status status_of(const struct making *making, const struct audit *audit)
{
	if (audit_count_new(audit, invocation_has(making->invocation, "strict"))) {
		return EXIT_DIFFERS;
	}
	return audit_count_unknown(audit) ? EXIT_ENVIRONMENT : EXIT_AS_EXPECTED;
}

/* A baseline that is more than this is none. */
#define MOST_BASELINE ((size_t)16 * 1024 * 1024)

/* What is known, read before anything is asked. NULL where it is to be written, or there is none. */
static struct error *read_baseline(struct making *making)
{
	const struct invocation *invocation = making->invocation;
	const str path = invocation_value(invocation, "baseline");
	struct source *source = arena_new(making->arena, struct source);

	if (!path.data) {
		return invocation_has(invocation, "write-baseline")
				? error_new(making->arena, ERROR_INVALID,
						  "'--write-baseline' needs a file: --baseline FILE")
				: NULL;
	}
	if (invocation_has(invocation, "write-baseline")) {
		return NULL;
	}
	struct error *error = file_read(path, MOST_BASELINE, making->arena, &source->text);

	if (error) {
		error->hint = STR("--write-baseline writes it.");
		return error;
	}
	source->name = path;
	making->baseline = source;
	return audit_check_baseline(source, making->arena);
}

static struct error *write_baseline(struct making *making, struct audit *audit)
{
	struct buf text = { .arena = making->arena };
	struct source *source = arena_new(making->arena, struct source);

	audit_write_baseline(audit, &text);
	source->name = invocation_value(making->invocation, "baseline");
	source->text = buf_str(&text);
	making->baseline = source;
	return file_write(source->name, source->text, making->arena);
}

static enum exit_status finish(struct making *making)
{
	struct arena *arena = making->arena;
	struct buf out = { .arena = arena };
	struct audit audit = {
		.project = making->source->path,
		.engines = engine_names(making),
		.why = making->engines.why,
		.database = making->database.name,
		.revision_count = making->source->specs.count,
	};

	audit_settle(&making->parts, &making->wish, &making->order, arena, &audit);
	audit.elapsed_us = clock_now_us() - making->started_us;
	if (invocation_has(making->invocation, "write-baseline")) {
		struct error *error = write_baseline(making, &audit);

		if (error) {
			return print_error(making->invocation, error);
		}
	}
	if (making->baseline) {
		audit_compare(&audit, making->baseline, arena);
	}
	report_add_audit(&making->report, &audit, &out);
	print_out(buf_str(&out));
	const enum exit_status written =
			report_files_audit(making->invocation, &making->files, &audit);

	return written == EXIT_AS_EXPECTED ? status_of(making, &audit) : written;
}

static struct error *prepare(struct making *making)
{
	const struct invocation *invocation = making->invocation;
	struct error *error = read_baseline(making);

	if (!error) {
		error = audit_since_read(making->source, invocation_value(invocation, "since"),
				making->arena, &making->since);
	}
	if (error) {
		return error;
	}
	making->wish.since = making->since.ref.data ? &making->since.revisions : NULL;
	choose_questions(making);
	making->engines = audit_engines_choose(
			making->source, invocation_value(invocation, "engine"), making->arena);
	error = find_start(making);
	if (error) {
		return error;
	}
	making->engines.why = str_format(making->arena, "%.*s%.*s", STR_ARG(making->engines.why),
			STR_ARG(audit_since_sentence(&making->since, making->arena)));
	find_order(making);
	if (making->wish.is_asked[AUDIT_FAULTS]) {
		add_faults(making);
	}
	return making->stuck.len ? NULL : add_tasks(making);
}

static enum exit_status audit_source(struct making *making)
{
	enum exit_status status = EXIT_AS_EXPECTED;
	struct error *error = prepare(making);

	if (error) {
		return print_error(making->invocation, error);
	}
	if (making->stuck.len) {
		answer_stuck(making);
	} else if (making->tasks.count) {
		status = audit_ask(making->invocation, &making->tasks, &making->parts);
	}
	return status == EXIT_AS_EXPECTED ? finish(making) : status;
}

static enum exit_status audit_run(struct invocation *invocation)
{
	const str format = invocation_value(invocation, "format");
	struct making making = {
		.invocation = invocation,
		.arena = invocation->arena,
		.report = {
			.format = report_format_find(format.len ? format : STR("text")),
			.arena = invocation->arena,
			.program_version = REHEARSE_VERSION,
			.colour = invocation->colour_out,
			.width = terminal_width(),
		},
		.started_us = clock_now_us(),
	};
	struct tree_sources sources;
	enum exit_status status;

	if (!report_files_open(invocation, &making.files, &status)) {
		return status;
	}
	if (!tree_sources_open(invocation, invocation->arguments, true, &sources, &status)) {
		tree_sources_close(&sources);
		return status;
	}
	making.source = &sources.items[0];
	status = audit_source(&making);
	for (size_t i = 0; i < making.scenarios.count; i++) {
		scenario_unload(making.scenarios.items[i]);
	}
	database_source_close(&making.database);
	tree_sources_close(&sources);
	return status;
}

static const char *const formats[] = { "text", "tap", "json", NULL };
static const char *const runners[] = { "bodies", "env", NULL };

static const struct option audit_options[] = {
	{ .name = "engine",
			.value = "NAME",
			.choices = scenario_engine_names,
			.help = "ask on this engine: sqlite, postgres (default: what the project's URL, drivers and imports say)" },
	{ .name = "only",
			.value = "QUESTION",
			.choices = audit_question_names,
			.repeats = true,
			.help = "ask this question; may be given several times" },
	{ .name = "skip",
			.value = "QUESTION",
			.choices = audit_question_names,
			.repeats = true,
			.help = "leave this question out; may be given several times" },
	{ .name = "since",
			.value = "REF",
			.help = "only findings of revisions that this commit, tag or branch of git does not have" },
	{ .name = "releases", .value = "GLOB", .help = "the git tags that are releases: 'v*'" },
	{ .name = "database",
			.value = "X",
			.help = "begin with a copy of this database, at its version rows, in the place of an empty one: a URL, a dump, a SQLite file, or SCENARIO:STATE; it is only read" },
	{ .name = "baseline",
			.value = "FILE",
			.help = "findings that this file has are known, and do not count; those that are gone are told" },
	{ .name = "write-baseline", .help = "write the findings into the file of --baseline" },
	{ .name = "runner",
			.value = "NAME",
			.choices = runners,
			.help = "bodies (default): the functions of the revision files; env: Alembic's own commands with the project's env.py" },
	{ .name = "stub",
			.value = "MODULE",
			.repeats = true,
			.help = "something stands in for this module, which is not there; may be given several times" },
	{ .name = "env",
			.value = "NAME=TEMPLATE",
			.repeats = true,
			.help = "an environment variable for Python, in which {url} and the like are the throwaway's; may be given several times" },
	{ .name = "x", .letter = 'x', .value = "TEXT", .repeats = true, .help = "as alembic's -x" },
	{ .name = "strict", .help = "warnings count for the exit status, too" },
	{ .name = "format",
			.value = "FORMAT",
			.help = "text (default), tap or json",
			.choices = formats },
	{ .name = "report",
			.value = "FORMAT:FILE",
			.check = report_files_check_audit,
			.repeats = true,
			.help = "also write a report into a file: html, json, junit, markdown, sarif, tap, text; or github, without a file: annotations and the step's summary (by itself where GITHUB_ACTIONS is set); may be given several times" },
	TREE_SOURCE_OPTION_STRATEGY,
	TREE_SOURCE_OPTION_NAME,
	TREE_SOURCE_OPTION_AT,
	TREE_SOURCE_OPTION_ALEMBIC,
	PLAY_OPTION_JOBS,
	PLAY_OPTION_TIMEOUT_OF(
			"how long one revision may take; 0: as long as it likes (default: 60)"),
	PLAY_OPTION_POSTGRES,
	PLAY_OPTION_PG_BINDIR,
	PLAY_OPTION_PYTHON,
	SERVER_OPTION_RUN_AS,
};

static void add_questions(struct buf *out)
{
	buf_add(out, STR("\nQuestions:\n"));
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		help_add_term(out, audit_question_names[i], audit_questions[i].asks, 14);
	}
}

const struct command command_audit = {
	.name = "audit",
	.arguments = "[SOURCE]",
	.summary = "ask the standing questions about a project's migrations",
	.details = TREE_SOURCE_WORDS
	"\n"
	"The migrations run in throwaway databases, in your Python with your Alembic. Nothing that env.py or a .env names is spoken to, and the project's folder is not written to.\n"
	"\n"
	"The exit status is 1 when there are findings (warnings alone are none, save with --strict), 3 when a question has no answer, 4 when no revision was found.\n"
	"\n"
	"Examples:\n"
	"  rehearse audit                             in your repository\n"
	"  rehearse audit --since main                of a pull request\n"
	"  rehearse audit --releases 'v*'             from every release, too\n"
	"  rehearse audit --database production.dump  of a project without its base\n"
	"  rehearse audit --baseline audit.txt --write-baseline\n",
	.add_help = add_questions,
	.options = audit_options,
	.option_count = COUNT_OF(audit_options),
	.most_arguments = SIZE_MAX,
	.run = audit_run,
};
