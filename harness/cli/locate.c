/*
 * `rehearse locate` - at which revision a database really is.
 */
#include "cli/cli_internal.h"
#include "cli/database_source.h"
#include "cli/doctor_git.h"
#include "cli/play.h"
#include "cli/scenario_project.h"
#include "cli/tree_source.h"
#include "cli/workshop.h"
#include "crew/crew.h"
#include "evidence/evidence.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "lab/state.h"
#include "replay/replay.h"

#include <stdlib.h>

#define DEFAULT_TIMEOUT_US (300 * (int64_t)1000000)

/* --- the question ------------------------------------------------------------------------------- */

/* A tree, a database, and an engine on which both can be had. */
struct question {
	struct invocation *invocation;
	str path;                              /* of the tree */
	const struct scenario *scenario;       /* that has it */
	const struct scenario_revisions *tree; /* its revisions, edited */
	const struct tree_source *source;      /* where it is from */
	const struct database_source *database;
	enum scenario_engine kind;
	int64_t timeout_us;
	size_t width, error_width; /* columns that are left for what is found, and for errors */
};

/* What a worker has found, as it is printed. */
struct reply {
	enum exit_status status;
	str out, err;
};

/* --- the laboratory ----------------------------------------------------------------------------- */

/* What two visits to the theatre find out. */
struct finding_out {
	const struct question *question;
	struct look look;
	struct located located;
	struct str_list notes;
};

/* Make a copy of the database, and look at it. */
static struct error *look_at_database(struct stage *stage, void *data)
{
	struct finding_out *finding = data;
	const struct look_wants nothing = { 0 }, wants = { .schema = true };
	struct built_state *built;

	struct error *err = state_build(
			stage, &finding->question->database->state, &nothing, stage->arena, &built);
	if (err) {
		return err;
	}
	finding->notes = built->notes;
	err = built->error ? built->error : stage_clone_database(stage, built->image);
	if (!err) {
		stage->configure = &finding->question->scenario
						    ->configure; // whose version table is asked for
		err = look_take(stage, &wants, &finding->look);
	}
	if (!err && finding->look.schema_failure.len) {
		err = error_new(stage->arena, ERROR_DATABASE, "the schema cannot be read: %.*s",
				STR_ARG(finding->look.schema_failure));
	}
	stage->engine->image_drop(built->image);
	return err;
}

static struct error *locate_database(struct stage *stage, void *data)
{
	struct finding_out *finding = data;

	stage->tree = stage->revisions = *finding->question->tree;
	return evidence_locate(stage, &finding->look, stage->arena, &finding->located);
}

/* Where the files of rows went that no revision of a project has, as far as its git history knows. */
static void tell_unknown_rows(const struct question *question, const struct str_list *rows,
		struct str_list *notes, struct arena *arena)
{
	if (!rows->count || !question->source->project ||
			invocation_has(question->invocation, "no-git")) {
		return;
	}
	const struct memories memories = doctor_search_git(question->source, rows, arena);

	for (size_t i = 0; i < memories.names.count; i++) {
		const struct remembered *remembered = &memories.names.items[i];

		if (str_list_contains(rows, remembered->name)) {
			str_list_add(notes,
					str_format(arena, "%.*s %.*s", STR_ARG(remembered->name),
							STR_ARG(doctor_memory_words(
									remembered, arena))),
					arena);
		}
	}
	for (size_t i = 0; i < memories.notes.count; i++) {
		str_list_add(notes, memories.notes.items[i], arena);
	}
}

/* Advice about rows would be the wrong one, if it is the wrong database. */
static void doubt(const struct located *located, struct str_list *notes, struct arena *arena)
{
	const struct location *location = &located->location;

	if (location->unknown_rows.count &&
			location->unknown_rows.count == located->problem.rows.count &&
			location->facts && !location->matching) {
		str_list_add(notes,
				STR("neither a row nor anything of the schema is of this tree: is this its database?"),
				arena);
	}
}

static void render(const struct finding_out *finding, struct reply *reply, struct arena *arena)
{
	const struct question *question = finding->question;
	const struct located *located = &finding->located;
	struct buf out = { .arena = arena };
	struct str_list stamps = { 0 };
	struct location_page page = {
		.problem = &located->problem,
		.location = &located->location,
		.stamps = &stamps,
		.notes = located->notes,
		.colour = question->invocation->colour_out,
		.width = question->width,
	};

	for (size_t i = 0; i < located->stamps.count; i++) {
		str_list_add(&stamps, located->stamps.items[i].command, arena);
	}
	for (size_t i = 0; i < finding->notes.count; i++) {
		str_list_add(&page.notes, finding->notes.items[i], arena);
	}
	tell_unknown_rows(question, &located->location.unknown_rows, &page.notes, arena);
	doubt(located, &page.notes, arena);
	if (str_equal(invocation_value(question->invocation, "format"), STR("json"))) {
		location_render_json(&page, &out);
	} else {
		location_render_text(&page, &out);
	}
	reply->out = buf_str(&out);
	reply->status = located->location.row_is_true ? EXIT_AS_EXPECTED : EXIT_DIFFERS;
}

/* An error of the database or of the tree is told as others are; one of the environment is the crew's. */
static struct error *reply_error(const struct question *question, struct error *error,
		struct reply *reply, struct arena *arena)
{
	struct buf text = { .arena = arena };

	if (error->code == ERROR_TIMEOUT) {
		error->hint = STR("--timeout gives it more time.");
	} else if (!error_is_of_cell(error)) {
		return error;
	}
	error = error_wrap(arena, error, "reading the database '%.*s'",
			STR_ARG(question->database->name));
	error_render_within(error, question->error_width, question->invocation->colour_err, &text);
	reply->err = buf_str(&text);
	reply->status = error->code == ERROR_TIMEOUT ? EXIT_ENVIRONMENT : EXIT_INVALID;
	return NULL;
}

/* --- the job ------------------------------------------------------------------------------------ */

/* First by whose tree the database is made, then by whose it is asked about. */
static struct error *run_locate(void *bench, const struct crew_job *job,
		const struct crew_job *next, struct arena *arena, void **ret_answer)
{
	const struct question *question = job->task;
	const struct scenario *of_database = question->database->scenario;
	struct finding_out finding = { .question = question };
	const struct theatre_visit visits[] = {
		{ of_database ? of_database : question->scenario, question->kind, look_at_database,
				&finding, false, &question->database->state.load },
		{ question->scenario, question->kind, locate_database, &finding, false, NULL },
	};
	struct reply *reply = arena_new(arena, struct reply);
	struct error *err = NULL;
	str refusal = { 0 };

	(void)next;
	*ret_answer = reply;
	for (size_t i = 0; !err && i < COUNT_OF(visits); i++) {
		err = theatre_receive(bench, &visits[i], arena, &refusal);
		if (!err && refusal.len) {
			return error_new(arena, ERROR_ENVIRONMENT, "%.*s", STR_ARG(refusal));
		}
	}
	if (err) {
		return reply_error(question, err, reply, arena);
	}
	render(&finding, reply, arena);
	return NULL;
}

/* "STATUS LENGTH\n", what goes to standard output, which is so long, and what to standard error. */
static void pack_reply(const void *answer, struct buf *out)
{
	const struct reply *reply = answer;

	buf_format(out, "%d %zu\n", (int)reply->status, reply->out.len);
	buf_add(out, reply->out);
	buf_add(out, reply->err);
}

static void *unpack_reply(str bytes, struct arena *arena)
{
	struct reply *reply = arena_new(arena, struct reply);
	str line = { 0 }, word = { 0 };

	(void)str_next_part(&bytes, '\n', &line);
	(void)str_next_part(&line, ' ', &word);
	reply->status = (enum exit_status)strtol(str_to_c(word, arena), NULL, 10);
	const size_t len = strtoul(str_to_c(line, arena), NULL, 10);

	reply->out = str_copy(str_slice(bytes, 0, len), arena);
	reply->err = str_copy(str_slice(bytes, len, bytes.len), arena);
	return reply;
}

static const struct job_kind job_locate = {
	.run = run_locate,
	.pack = pack_reply,
	.unpack = unpack_reply,
};

/* --- the crew ----------------------------------------------------------------------------------- */

/* In a worker: a dump of a stranger's may crash what reads it. */
static enum exit_status ask_in_worker(const struct question *question)
{
	struct invocation *invocation = question->invocation;
	const struct crew_job job = { .kind = &job_locate, .task = question };
	struct crew_answer answer = { 0 };
	struct workshop workshop = {
		.invocation = invocation,
		.timeout_us = question->timeout_us,
		.patience_us = question->database->loads_us,
	};

	workshop_open(&workshop, question->kind);
	const struct error *error = workshop_do(&workshop, &job, 1, &answer);

	workshop_close(&workshop);
	if (interrupted_by()) {
		return EXIT_INTERRUPTED;
	}
	error = error ? error : answer.error;
	if (error) {
		return print_error(invocation, error);
	}
	const struct reply *reply = answer.value;

	print_out(reply->out);
	print_err(reply->err);
	return reply->status;
}

/* --- what is asked for -------------------------------------------------------------------------- */

/* An engine on which tree and database can be had: the one that is asked for, else the first. */
static struct error *choose_engine(struct question *question)
{
	struct arena *arena = question->invocation->arena;
	const str wanted = invocation_value(question->invocation, "engine");

	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		const str name = str_from(scenario_engine_names[i]);

		if (question->scenario->engines[i] && question->database->engines[i] &&
				(!wanted.len || str_equal(wanted, name))) {
			question->kind = (enum scenario_engine)i;
			return NULL;
		}
	}
	struct error *error = error_new(arena, ERROR_INVALID,
			"tree '%.*s' and database '%.*s' cannot both be had on %.*s",
			STR_ARG(question->path), STR_ARG(question->database->name),
			STR_ARG(wanted.len ? wanted : STR("one engine")));

	error->hint = STR(
			"The 'engines' of scenarios say where they can; a dump is of one engine.");
	return error;
}

static enum exit_status ask(struct question *question)
{
	const struct error *error = choose_engine(question);

	return error ? print_error(question->invocation, error) : ask_in_worker(question);
}

static enum exit_status locate_in(struct invocation *invocation, const struct tree_source *tree,
		const struct database_source *database)
{
	struct error_list mistakes = { 0 };
	struct question question = {
		.invocation = invocation,
		.width = help_width(),
		.error_width = terminal_error_width(),
		.path = tree->path,
		.scenario = tree->scenario,
		.tree = &tree->revisions,
		.source = tree,
		.database = database,
		.timeout_us = invocation_seconds_us(invocation, "timeout", DEFAULT_TIMEOUT_US),
	};

	if (tree->scenario) {
		return ask(&question);
	}
	const struct scenario *scenario = scenario_of_project(tree, invocation->arena, &mistakes);

	if (!scenario) {
		return print_mistakes(invocation, &mistakes);
	}
	question.scenario = scenario;
	question.tree = &scenario->revisions;
	const enum exit_status status = ask(&question);

	scenario_unload(scenario);
	return status;
}

static enum exit_status locate_run(struct invocation *invocation)
{
	struct arena *arena = invocation->arena;
	struct database_source database;
	struct error_list mistakes = { 0 };
	struct tree_sources trees;
	enum exit_status status;

	if (!invocation_has(invocation, "database")) {
		struct error *error =
				error_new(arena, ERROR_INVALID, "option '--database' is missing");

		error->hint = STR("It says which database is asked about: --database X.");
		return print_error(invocation, error);
	}
	database_source_open(invocation, invocation_value(invocation, "database"),
			DATABASE_ROWS_OF_VERSIONS, &database, &mistakes);
	if (mistakes.count) {
		status = print_mistakes(invocation, &mistakes);
	} else if (tree_sources_open(invocation, invocation->arguments, false, &trees, &status)) {
		status = locate_in(invocation, &trees.items[0], &database);
		tree_sources_close(&trees);
	}
	database_source_close(&database);
	return status;
}

static const char *const formats[] = { "text", "json", NULL };

static const struct option locate_options[] = {
	DATABASE_SOURCE_OPTION,
	{ .name = "engine",
			.value = "NAME",
			.choices = scenario_engine_names,
			.help = "replay on this engine: sqlite, postgres (default: the dump's, else the first that the scenario has)" },
	TREE_SOURCE_OPTION_STRATEGY,
	TREE_SOURCE_OPTION_NAME,
	TREE_SOURCE_OPTION_AT,
	{ .name = "no-git",
			.help = "a project: do not look through git history for the files of rows that no revision has" },
	{ .name = "format",
			.value = "FORMAT",
			.help = "text (default) or json",
			.choices = formats },
	PLAY_OPTION_TIMEOUT_OF(
			"how long it may take; 0: as long as it likes (default: 300)"),
	PLAY_OPTION_POSTGRES,
	PLAY_OPTION_PG_BINDIR,
	PLAY_OPTION_PYTHON,
	SERVER_OPTION_RUN_AS,
};

const struct command command_locate = {
	.name = "locate",
	.arguments = "[SOURCE] --database X",
	.summary = "find out at which revision a database really is",
	.details = TREE_SOURCE_WORDS
	" " DATABASE_SOURCE_WORDS "\n"
	"\n"
	"The tree is replayed revision by revision on a throwaway database, and the schema looked at after each. The database is compared with all of it: it is at a version, or a "
	"revision in the middle never ran, or one ran in part, or there is what no revision explains. What leaves no trace in a schema is named, and never guessed.\n"
	"\n"
	"The exit status is 0 when the version table tells the truth, 1 when it does not.\n"
	"\n"
	"Examples:\n"
	"  rehearse locate wallet-two-heads --database wallet-two-heads:production\n"
	"  rehearse locate --database production.dump\n"
	"  rehearse locate chain.yaml --database copy-of-production.sqlite --format json\n",
	.options = locate_options,
	.option_count = COUNT_OF(locate_options),
	.most_arguments = SIZE_MAX,
	.run = locate_run,
};
