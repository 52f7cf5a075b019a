/*
 * `rehearse locate` - at which revision a database really is.
 */
#include "cli/cli_internal.h"
#include "cli/database_source.h"
#include "cli/play.h"
#include "cli/server.h"
#include "cli/tree_source.h"
#include "crew/crew.h"
#include "engines/engines.h"
#include "evidence/evidence.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "lab/state.h"

#include <stdlib.h>

#define DEFAULT_TIMEOUT_US (300 * (int64_t)1000000)

/* --- the question ------------------------------------------------------------------------------- */

/* A tree, a database, and an engine on which both can be had. */
struct question {
	struct invocation *invocation;
	const struct tree_source *tree;
	const struct database_source *database;
	enum scenario_engine kind;
	const struct engine *engine;
	struct str_list roles; /* that both name */
	int64_t timeout_us;
	struct server server;
};

/* What a worker has found, as it is printed. */
struct reply {
	enum exit_status status;
	str out, err;
};

/* --- the laboratory ----------------------------------------------------------------------------- */

static struct stage stage_of_tree(
		const struct question *question, struct host *host, struct arena *arena)
{
	const struct scenario *scenario = question->tree->scenario;

	return (struct stage){
		.kind = question->kind,
		.engine = question->engine,
		.host = host,
		.configure = &scenario->configure,
		.extensions = &scenario->extensions,
		.tree = question->tree->revisions,
		.revisions = question->tree->revisions,
		.deadline_us = question->timeout_us ? clock_now_us() + question->timeout_us : 0,
		.arena = arena,
	};
}

/* Make a copy of the database, and look at it. */
static struct error *look_at_database(const struct question *question, const struct stage *tree,
		struct look *ret_look, struct str_list *notes)
{
	const struct scenario *scenario = question->database->scenario;
	const struct look_wants nothing = { 0 }, wants = { .schema = true };
	struct stage stage = stage_like(tree, tree->arena);
	struct built_state *built;

	if (scenario) {
		stage.configure = &scenario->configure;
		stage.extensions = &scenario->extensions;
		stage.tree = stage.revisions = scenario->revisions;
	}
	struct error *err = state_build(
			&stage, &question->database->state, &nothing, tree->arena, &built);
	if (!err) {
		err = built->error;
		*notes = built->notes;
	}
	if (!err) {
		err = stage_clone_database(&stage, built->image);
	}
	if (!err) {
		stage.configure = tree->configure; // whose version table is asked for
		err = look_take(&stage, &wants, ret_look);
	}
	if (!err && ret_look->schema_failure.len) {
		err = error_new(tree->arena, ERROR_DATABASE, "the schema cannot be read: %.*s",
				STR_ARG(ret_look->schema_failure));
	}
	stage_strike(&stage);
	question->engine->image_drop(built ? built->image : NULL);
	return err;
}

static void render(const struct question *question, const struct located *located,
		struct reply *reply, struct arena *arena)
{
	struct buf out = { .arena = arena };
	const struct location_page page = {
		.problem = &located->problem,
		.location = &located->location,
		.stamps = &located->stamps,
		.notes = located->notes,
		.colour = question->invocation->colour_out,
	};

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
	error_render(error, question->invocation->colour_err, &text);
	reply->err = buf_str(&text);
	reply->status = error->code == ERROR_TIMEOUT ? EXIT_ENVIRONMENT : EXIT_INVALID;
	return NULL;
}

static struct error *ask(const struct question *question, struct host *host, struct reply *reply,
		struct arena *arena)
{
	const struct stage stage = stage_of_tree(question, host, arena);
	struct str_list notes = { 0 };
	struct located located;
	struct look look;

	struct error *err = look_at_database(question, &stage, &look, &notes);
	if (!err) {
		err = evidence_locate(&stage, &look, arena, &located);
	}
	if (err) {
		return reply_error(question, err, reply, arena);
	}
	for (size_t i = 0; i < notes.count; i++) {
		str_list_add(&located.notes, notes.items[i], arena);
	}
	render(question, &located, reply, arena);
	return NULL;
}

/* What a scenario asks of the host: its locale, its roles. A refusal is an error of the environment. */
static struct error *begin(const struct question *question, struct host *host, bool alone,
		struct arena *arena, bool *ret_has_roles)
{
	const struct engine *engine = question->engine;
	struct error *err = NULL;
	str note, refusal = { 0 };

	*ret_has_roles = false;
	if (engine->locale_begin) {
		err = engine->locale_begin(host, question->tree->scenario->configure.locale, arena,
				&note, &refusal);
	}
	if (!err && !refusal.len && engine->roles_begin) {
		err = engine->roles_begin(host, &question->roles, alone, arena, &refusal);
		*ret_has_roles = !err && !refusal.len;
	}
	return !err && refusal.len ? error_new(arena, ERROR_ENVIRONMENT, "%.*s", STR_ARG(refusal))
				   : err;
}

static struct error *attempt(const struct question *question, struct host *host, bool alone,
		struct reply *reply, struct arena *arena)
{
	bool has_roles;
	struct error *err = begin(question, host, alone, arena, &has_roles);

	if (!err) {
		err = ask(question, host, reply, arena);
	}
	if (has_roles) {
		question->engine->roles_end(host, &question->roles, arena);
	}
	return err;
}

/* --- the job ------------------------------------------------------------------------------------ */

static struct error *run_locate(void *bench, const struct crew_job *job,
		const struct crew_job *next, struct arena *arena, void **ret_answer)
{
	const struct question *question = job->task;
	struct reply *reply = arena_new(arena, struct reply);
	struct host *host = NULL;

	(void)bench;
	(void)next;
	struct error *err = question->engine->host_start(&question->server.hosts, arena, &host);
	if (err) {
		return err;
	}
	err = attempt(question, host, false, reply, arena);
	if (err && err->code == ERROR_CROWDED) {
		err = attempt(question, host, true, reply, arena);
	}
	question->engine->host_stop(host);
	*ret_answer = reply;
	return err;
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

struct asking {
	struct question *question;
	struct crew_answer answer;
};

static void *open_bench(struct arena *arena, void *data)
{
	struct asking *asking = data;

	(void)arena;
	venue_forget(asking->question->server.venue);
	return asking;
}

static void close_bench(void *bench)
{
	(void)bench;
}

static size_t take_answer(size_t index, const struct crew_answer *answer, void *data)
{
	struct asking *asking = data;

	(void)index;
	asking->answer = *answer;
	return SIZE_MAX;
}

static bool is_interrupted(void *data)
{
	(void)data;
	return interrupted_by() != 0;
}

/* In a worker: a dump of a stranger's may crash what reads it. */
static enum exit_status ask_in_worker(struct question *question)
{
	struct invocation *invocation = question->invocation;
	const struct crew_job job = { .kind = &job_locate, .task = question };
	struct asking asking = { .question = question };
	struct signal_actions signals;
	const struct crew_work work = {
		.jobs = &job,
		.count = 1,
		.workers = 1,
		.patience_us = question->timeout_us ? 2 * question->timeout_us + 20000000 : 0,
		.open = open_bench,
		.close = close_bench,
		.supply = { .descriptor = -1 },
		.answered = take_answer,
		.is_stopped = is_interrupted,
		.data = &asking,
	};

	signals_catch(&signals);
	if (question->engine->needs_server) {
		server_begin(&question->server, invocation);
		server_settle(&question->server);
	}
	const struct error *error = crew_run(&work, invocation->arena);

	server_close(&question->server, false);
	signals_release(&signals);
	if (interrupted_by()) {
		return EXIT_INTERRUPTED;
	}
	error = error ? error : asking.answer.error;
	if (error) {
		return print_error(invocation, error);
	}
	const struct reply *reply = asking.answer.value;

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
	const struct scenario *scenario = question->tree->scenario;

	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		const str name = str_from(scenario_engine_names[i]);

		if (scenario->engines[i] && question->database->engines[i] &&
				(!wanted.len || str_equal(wanted, name))) {
			question->kind = (enum scenario_engine)i;
			question->engine = engine_find(name);
			return NULL;
		}
	}
	struct error *error = error_new(arena, ERROR_INVALID,
			"tree '%.*s' and database '%.*s' cannot both be had on %.*s",
			STR_ARG(question->tree->path), STR_ARG(question->database->name),
			STR_ARG(wanted.len ? wanted : STR("one engine")));

	error->hint = STR(
			"The 'engines' of scenarios say where they can; a dump is of one engine.");
	return error;
}

static void add_roles(struct question *question, const struct scenario *scenario)
{
	for (size_t i = 0; scenario && i < scenario->roles.count; i++) {
		if (!str_list_contains(&question->roles, scenario->roles.items[i])) {
			str_list_add(&question->roles, scenario->roles.items[i],
					question->invocation->arena);
		}
	}
}

static struct error *python_tree(const struct tree_source *tree, struct arena *arena)
{
	struct error *error = error_new(arena, ERROR_INVALID,
			"the revisions of '%.*s' are Python, which 'locate' cannot replay",
			STR_ARG(tree->path));

	error->hint = STR(
			"Write their SQL into a scenario, as 'alembic upgrade head --sql' prints it.");
	return error;
}

static enum exit_status locate_in(struct invocation *invocation, const struct tree_source *tree,
		const struct database_source *database)
{
	const str timeout = invocation_value(invocation, "timeout");
	struct question question = {
		.invocation = invocation,
		.tree = tree,
		.database = database,
		.timeout_us = timeout.data ? option_seconds_us(timeout) : DEFAULT_TIMEOUT_US,
	};

	struct error *error = tree->scenario ? choose_engine(&question)
					     : python_tree(tree, invocation->arena);
	if (error) {
		return print_error(invocation, error);
	}
	add_roles(&question, tree->scenario);
	add_roles(&question, database->scenario);
	return ask_in_worker(&question);
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
	database_source_open(invocation_value(invocation, "database"), arena, &database, &mistakes);
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
	{ .name = "strategy",
			.value = "NAME",
			.help = "the tree as this strategy of the scenario edits it" },
	{ .name = "format",
			.value = "FORMAT",
			.help = "text (default) or json",
			.choices = formats },
	{ .name = "timeout",
			.value = "SECONDS",
			.check = option_check_seconds,
			.help = "how long it may take; 0: as long as it likes (default: 300)" },
	PLAY_OPTION_POSTGRES,
	PLAY_OPTION_PG_BINDIR,
	SERVER_OPTION_RUN_AS,
};

const struct command command_locate = {
	.name = "locate",
	.arguments = "[SOURCE] --database X",
	.summary = "find out at which revision a database really is",
	.details = "SOURCE is a scenario file, the name of a scenario below 'scenarios', - for standard input, or the name of a cell, for the tree as its strategy edits it. " DATABASE_SOURCE_WORDS
		   "\n"
		   "\n"
		   "The tree is replayed revision by revision on a throwaway database, and the schema looked at after each. The database is compared with all of it: it is at a version, or a "
		   "revision in the middle never ran, or one ran in part, or there is what no revision explains. What leaves no trace in a schema is named, and never guessed.\n"
		   "\n"
		   "The exit status is 0 when the version table tells the truth, 1 when it does not.\n"
		   "\n"
		   "Examples:\n"
		   "  rehearse locate wallet-two-heads --database wallet-two-heads:production\n"
		   "  rehearse locate chain.yaml --database copy-of-production.sqlite --format json\n",
	.options = locate_options,
	.option_count = COUNT_OF(locate_options),
	.most_arguments = SIZE_MAX,
	.run = locate_run,
};
