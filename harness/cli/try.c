/*
 * `rehearse try` - git branches as repairs of a project: each is a strategy, databases are the states, and the matrix is what
 * `run` prints of them.
 */
#include "cli/cli_internal.h"
#include "cli/database_source.h"
#include "cli/play.h"
#include "cli/scenario_project.h"
#include "cli/state_names.h"
#include "cli/tree_source.h"
#include "files/branch.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "kit/json.h"
#include "kit/scratch.h"

#include <string.h>

extern const struct command command_run;

/* --- steps ------------------------------------------------------------------------------------------ */

/* Add the words of one command as a step; false: it is none that can be one. */
static bool add_step(str words, struct buf *out)
{
	static const char *const kinds[] = { "upgrade", "downgrade", "stamp" };
	struct str_list targets = { 0 };
	struct json_writer json = { .out = out };
	str kind, word;
	bool purges = false, is_known = false;

	words = str_trim(words);
	if (str_starts_with(words, STR("alembic "))) {
		words = str_trim(str_slice(words, sizeof("alembic ") - 1, words.len));
	}
	(void)str_next_part(&words, ' ', &kind);
	for (size_t i = 0; i < COUNT_OF(kinds); i++) {
		is_known |= str_equal(kind, str_from(kinds[i]));
	}
	while (str_next_part(&words, ' ', &word)) {
		if (str_equal(word, STR("--purge"))) {
			purges = true;
		} else if (word.len) {
			str_list_add(&targets, word, out->arena);
		}
	}
	const bool is_stamp = str_equal(kind, STR("stamp"));

	if (!is_known || !targets.count || (!is_stamp && (purges || targets.count > 1))) {
		return false;
	}
	buf_format(out, "      - %s%.*s: ", purges ? "{" : "", STR_ARG(kind));
	if (targets.count == 1) {
		json_add_text(&json, NULL, targets.items[0]);
	} else {
		json_add_texts(&json, NULL, &targets);
	}
	buf_add(out, purges ? STR(", purge: true}\n") : STR("\n"));
	return true;
}

/* All commands, with ';' between; false: one of them is none. */
static bool add_steps(str list, struct buf *out)
{
	str words;

	while (str_next_part(&list, ';', &words)) {
		if (str_trim(words).len && !add_step(words, out)) {
			return false;
		}
	}
	return true;
}

static struct error *check_steps(str value, struct arena *arena)
{
	struct buf unused = { .arena = arena };

	if (add_steps(value, &unused) && unused.len) {
		return NULL;
	}
	struct error *error = error_new(arena, ERROR_INVALID,
			"the value of '--steps' is no list of commands: '%.*s'", STR_ARG(value));

	error->hint = STR(
			"'stamp X; upgrade heads': upgrade, downgrade and stamp, with ';' between.");
	return error;
}

/* --- the scenario ----------------------------------------------------------------------------------- */

struct trying {
	struct invocation *invocation;
	struct arena *arena;
	struct tree_sources trees;
	struct str_list states, strategies; /* their names */
	str folder; /* that paths are written from; empty: they are absolute */

	struct {
		struct database_source *items;
		size_t count, capacity;
	} databases;
};

static void add_text(struct buf *out, str text)
{
	struct json_writer json = { .out = out };

	json_add_text(&json, NULL, text);
}

static void add_path(const struct trying *trying, str path, struct buf *out)
{
	const str full = path_absolute(path, trying->arena);

	add_text(out,
			trying->folder.len ? path_relative(full, trying->folder, trying->arena)
					   : full);
}

static void add_head(const struct trying *trying, struct buf *out)
{
	const struct tree_source *source = &trying->trees.items[0];
	bool is_wanted[SCENARIO_ENGINE_COUNT], has_all = true;
	const char *between = "";

	buf_add(out, STR("rehearse: 1\ntitle: Branches as repairs\n"));
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		is_wanted[i] = true;
		for (size_t j = 0; j < trying->databases.count; j++) {
			is_wanted[i] &= trying->databases.items[j].engines[i];
		}
		has_all &= is_wanted[i];
	}
	if (!has_all) {
		buf_add(out, STR("engines: ["));
		for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
			if (is_wanted[i]) {
				buf_format(out, "%s%s", between, scenario_engine_names[i]);
				between = ", ";
			}
		}
		buf_add(out, STR("]\n"));
	}
	buf_add(out, STR("revisions:\n  alembic: "));
	add_path(trying, source->path, out);
	buf_add_char(out, '\n');
	if (source->settings.section.len) {
		buf_add(out, STR("  name: "));
		add_text(out, source->settings.section);
		buf_add_char(out, '\n');
	}
}

static struct error *add_releases(struct trying *trying, struct buf *out)
{
	const str glob = invocation_value(trying->invocation, "releases");
	struct str_list tags = { 0 };
	struct error *error = glob.len
			? tags_list(tree_source_git_folder(&trying->trees.items[0], trying->arena),
					  glob, trying->arena, &tags)
			: NULL;

	if (!error && glob.len && !tags.count) {
		error = error_new(trying->arena, ERROR_NOT_FOUND, "no tag matches '%.*s'",
				STR_ARG(glob));
	}
	for (size_t i = 0; !error && i < tags.count; i++) {
		const str name = state_name_add(&trying->states, tags.items[i], trying->arena);

		buf_format(out, "  %.*s:\n    at: ", STR_ARG(name));
		add_text(out, tags.items[i]);
		buf_add(out, STR("\n    schema: heads\n"));
	}
	return error;
}

static struct error *add_states(struct trying *trying, struct buf *out)
{
	buf_add(out, STR("states:\n  fresh: {}\n"));
	str_list_add(&trying->states, STR("fresh"), trying->arena);
	for (size_t i = 0; i < trying->databases.count; i++) {
		const struct database_source *database = &trying->databases.items[i];

		if (database->scenario || !database->state.load.file.path.len) {
			return error_new(trying->arena, ERROR_INVALID,
					"a state of a scenario cannot be tried: name a dump, a SQLite file or a URL");
		}
		const str name = state_name_add(
				&trying->states, path_stem(database->name), trying->arena);

		buf_format(out, "  %.*s:\n    load: ", STR_ARG(name));
		add_path(trying, database->state.load.file.path, out);
		buf_add_char(out, '\n');
	}
	return add_releases(trying, out);
}

static void add_strategies(struct trying *trying, struct buf *out)
{
	const str steps = invocation_value(trying->invocation, "steps");
	const struct str_list *refs = &trying->invocation->arguments;

	buf_add(out, STR("strategies:\n"));
	for (size_t i = 0; i < refs->count; i++) {
		const str name = state_name_add(&trying->strategies, refs->items[i], trying->arena);

		buf_format(out, "  %.*s:\n    at: ", STR_ARG(name));
		add_text(out, refs->items[i]);
		buf_add(out, STR("\n    steps:\n"));
		(void)add_steps(steps.len ? steps : STR("upgrade heads"), out);
	}
	buf_add(out,
			STR("goal: {version: heads, schema: {same_as: fresh}, rows_kept: all}\n"
			    "outcomes:\n  \"*@*\": works\n"));
}

/* The scenario's text, paths counted from `folder`. */
static struct error *write_scenario(struct trying *trying, str folder, struct buf *out)
{
	trying->folder = folder;
	trying->states = trying->strategies = (struct str_list){ 0 };
	add_head(trying, out);
	struct error *error = add_states(trying, out);
	if (!error) {
		add_strategies(trying, out);
	}
	return error;
}

/* --- saving ----------------------------------------------------------------------------------------- */

static struct error *save(struct trying *trying, str path)
{
	struct buf text = { .arena = trying->arena };

	for (size_t i = 0; i < trying->databases.count; i++) {
		if (trying->databases.items[i].folder.len) {
			return error_new(trying->arena, ERROR_INVALID,
					"'%.*s' stands in no file that a scenario could name: 'rehearse capture' makes one",
					STR_ARG(trying->databases.items[i].name));
		}
	}
	if (path_is_file(path, trying->arena)) {
		return error_new(trying->arena, ERROR_INVALID, "'%.*s' is there already",
				STR_ARG(path));
	}
	struct error *error = write_scenario(
			trying, path_absolute(path_folder(path), trying->arena), &text);

	return error ? error : file_write(path, buf_str(&text), trying->arena);
}

/* --- the command ------------------------------------------------------------------------------------ */

static void open_databases(struct trying *trying, struct error_list *mistakes)
{
	for (size_t i = 0; i < trying->invocation->options.count; i++) {
		const struct given_option *given = &trying->invocation->options.items[i];

		if (str_equal(str_from(given->option->name), STR("database"))) {
			database_source_open(trying->invocation, given->value, DATABASE_ROWS_ALL,
					LIST_PUSH(&trying->databases, trying->arena), mistakes);
		}
	}
}

/* What is wrong with the scenario is wrong with the words that it was made of: nobody has seen the file. */
static void find_mistakes(str path, struct arena *arena, struct error_list *mistakes)
{
	struct error_list found = { 0 };

	scenario_unload(scenario_load(path, &scenario_projects, arena, &found));
	for (size_t i = 0; i < found.count; i++) {
		struct error *error = found.items[i];

		if (error->where.source && str_equal(error->where.source->name, path)) {
			error->where = (struct span){ 0 };
		}
		if (!i || !str_equal(error->message, found.items[i - 1]->message)) {
			error_list_add(mistakes, error, arena);
		}
	}
}

/* Play it as `run` plays a file, from a folder that is nobody's. */
static enum exit_status play(struct trying *trying)
{
	struct arena *arena = trying->arena;
	struct invocation run = *trying->invocation;
	struct error_list mistakes = { 0 };
	struct buf text = { .arena = arena };
	str folder = { 0 };
	enum exit_status status = EXIT_AS_EXPECTED;
	struct error *error = write_scenario(trying, (str){ 0 }, &text);

	if (!error) {
		error = scratch_make(SCRATCH_MEMORY, arena, &folder);
	}
	const str path = path_join(folder, STR("try.yaml"), arena);

	if (!error) {
		error = file_write(path, buf_str(&text), arena);
	}
	if (!error) {
		find_mistakes(path, arena, &mistakes);
	}
	if (mistakes.count) {
		status = print_mistakes(trying->invocation, &mistakes);
	} else if (!error) {
		run.arguments = (struct str_list){ 0 };
		str_list_add(&run.arguments, path, arena);
		status = command_run.run(&run);
	}
	scratch_remove(folder, arena);
	return error ? print_error(trying->invocation, error) : status;
}

static enum exit_status try_run(struct invocation *invocation)
{
	struct trying trying = { .invocation = invocation, .arena = invocation->arena };
	const str source = invocation_value(invocation, "source");
	const str file = invocation_value(invocation, "save");
	struct error_list mistakes = { 0 };
	struct str_list sources = { 0 };
	enum exit_status status;

	if (source.len) {
		str_list_add(&sources, source, invocation->arena);
	}
	if (!tree_sources_open(invocation, sources, false, &trying.trees, &status)) {
		return status;
	}
	if (!trying.trees.items[0].project) {
		error_list_add(&mistakes,
				error_new(invocation->arena, ERROR_INVALID,
						"'%.*s' is no project, and has no branches",
						STR_ARG(trying.trees.items[0].path)),
				invocation->arena);
	} else {
		open_databases(&trying, &mistakes);
	}
	if (mistakes.count) {
		status = print_mistakes(invocation, &mistakes);
	} else {
		const struct error *error = file.len ? save(&trying, file) : NULL;

		status = error ? print_error(invocation, error) : play(&trying);
	}
	for (size_t i = 0; i < trying.databases.count; i++) {
		database_source_close(&trying.databases.items[i]);
	}
	tree_sources_close(&trying.trees);
	return status;
}

static const struct option try_options[] = {
	{ .name = "source",
			.value = "SOURCE",
			.help = "the project: a folder, an .ini or .toml file (default: that of the working folder)" },
	{ .name = "database",
			.value = "X",
			.repeats = true,
			.help = "a database to try them on, beside an empty one: a URL, a dump or a SQLite file; it is only read; may be given several times" },
	{ .name = "releases",
			.value = "GLOB",
			.help = "databases as the git tags that match have built them: 'v*'" },
	{ .name = "steps",
			.value = "COMMANDS",
			.check = check_steps,
			.help = "what is run on each, such as 'stamp X; upgrade heads' (default: upgrade heads)" },
	{ .name = "save",
			.value = "FILE",
			.help = "keep all of it as a scenario in this file, which is not there yet" },
	{ .name = "engine",
			.value = "NAME",
			.choices = scenario_engine_names,
			.repeats = true,
			.help = "only on this engine: sqlite, postgres (default: those on which all databases can be had)" },
	TREE_SOURCE_OPTION_NAME,
	PLAY_OPTION_JOBS,
	PLAY_OPTION_TIMEOUT,
	PLAY_OPTION_POSTGRES,
	PLAY_OPTION_PG_BINDIR,
	PLAY_OPTION_PYTHON,
	SERVER_OPTION_RUN_AS,
};

const struct command command_try = {
	.name = "try",
	.arguments = "REF...",
	.summary = "try git branches as repairs, on an empty database and on yours",
	.details = "REF is a commit, a tag or a branch of the project's git repository. Each is a strategy: its tree takes the place of the project's, and 'upgrade heads' is run. "
		   "Nothing is checked out. It works when the database ends at heads, with the schema that an empty one gets by the same tree, all rows kept.\n"
		   "\n"
		   "The exit status is 0 when every branch works on every database, 1 when some does not.\n"
		   "\n"
		   "Examples:\n"
		   "  rehearse try main fix/two-heads --database production.dump\n"
		   "  rehearse try HEAD --releases 'v*'\n"
		   "  rehearse try fix --database a.db --steps 'stamp 3d91640ec9e0; upgrade heads'\n",
	.options = try_options,
	.option_count = COUNT_OF(try_options),
	.least_arguments = 1,
	.most_arguments = SIZE_MAX,
	.run = try_run,
};
