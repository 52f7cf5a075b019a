/*
 * `run: COMMAND` - a program of the user's, in a folder of its own: the tree as it stands as an Alembic project, the database
 * within its reach. Then the tree is read back from the files.
 *
 * The program is a stranger to us: it may sleep, fork, fill the disk, delete its folder, drop the database. Each ends the
 * step with an error of a class of its own, and reaches no other cell. What it writes outside of its folder is its own affair.
 */
#define _XOPEN_SOURCE 700 // nftw
#include "replay/step_kind.h"

#include "export/export.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/file.h"
#include "kit/process.h"
#include "kit/scratch.h"
#include "lab/python.h"
#include "replay/descendants.h"
#include "scenario/load.h"

#include <ftw.h>
#include <signal.h>
#include <sys/stat.h>

extern const struct step_kind_row step_program;

/* A file that it writes, and all in its folders, may be so large. */
#define MOST_BYTES ((int64_t)256 * 1024 * 1024)

/* What a program is given. */
struct ground {
	struct stage *stage;
	str folder;  /* private: holds the other two */
	str project; /* where it runs */
	struct database_address address;
	str url;
};

/* --- before ---------------------------------------------------------------------------------- */

/* The files of revisions that are Python already, with what edits have made of them. */
static struct error *write_texts(struct stage *stage, struct str_list *texts)
{
	for (size_t i = 0; i < stage->revisions.count; i++) {
		const struct scenario_revision *revision = &stage->revisions.items[i];
		str text = { 0 };

		if (revision->project) {
			struct error *err = file_read(
					revision->path, (size_t)MOST_BYTES, stage->arena, &text);

			if (err) {
				return err;
			}
			const str added = python_difference(stage, revision);

			text = str_format(stage->arena, "%.*s%.*s", STR_ARG(text), STR_ARG(added));
		}
		str_list_add(texts, text, stage->arena);
	}
	return NULL;
}

static struct error *lay_out(struct ground *ground)
{
	struct stage *stage = ground->stage;
	struct arena *arena = stage->arena;
	const str place = path_join(ground->folder, STR("database"), arena);
	struct str_list texts = { 0 };
	struct error *err = directory_make(ground->project, arena);

	if (!err) {
		err = directory_make(place, arena);
	}
	if (!err) {
		err = stage->engine->database_lend(stage->database, place, arena, &ground->address);
	}
	if (!err) {
		err = write_texts(stage, &texts);
	}
	if (err) {
		return err;
	}
	ground->url = export_url(&ground->address, arena);
	const struct export_wish wish = {
		.configure = stage->configure,
		.tree = &stage->revisions,
		.texts = &texts,
		.engine = stage->engine,
		.kind = stage->kind,
		.url = ground->url,
		.readme = stage->readme,
	};

	return export_write(&wish, ground->project, arena);
}

/* --- meanwhile ------------------------------------------------------------------------------- */

static int64_t walked_bytes; // nftw() has no place for it; there is one walk at a time in a process

static int add_size(const char *path, const struct stat *status, int kind, struct FTW *at)
{
	(void)path;
	(void)at;
	walked_bytes += kind == FTW_F ? (int64_t)status->st_blocks * 512 : 0;
	return walked_bytes > MOST_BYTES;
}

static struct error *wrote_too_much(struct arena *arena)
{
	return error_alembic(arena, "Space", "the program has written more than %d MiB",
			(int)(MOST_BYTES / 1024 / 1024));
}

static bool has_filled(const struct ground *ground, int64_t bytes, struct arena *arena)
{
	walked_bytes = 0;
	(void)nftw(str_to_c(ground->folder, arena), add_size, 16, FTW_PHYS);
	return walked_bytes >= bytes;
}

/* Whoever fills the disk is ended before others miss the space. */
static struct error *look_at_size(void *data, struct arena *arena)
{
	const struct ground *ground = data;

	return has_filled(ground, MOST_BYTES + 1, arena) ? wrote_too_much(arena) : NULL;
}

static const char *const *arguments_of(const struct step *step, struct arena *arena)
{
	const char **arguments = arena_new_array(arena, const char *, step->program.count + 1);

	for (size_t i = 0; i < step->program.count; i++) {
		arguments[i] = str_to_c(step->program.items[i], arena);
	}
	return arguments;
}

/* The URL for SQLAlchemy's asynchronous engines. */
static str async_url(const struct ground *ground, struct arena *arena)
{
	const str url = ground->url;
	const str rest = str_slice(url, str_find_char(url, ':'), url.len);

	return str_format(arena, "%s%.*s",
			ground->address.path.len ? "sqlite+aiosqlite" : "postgresql+asyncpg", STR_ARG(rest));
}

/* Where SQLAlchemy and libpq find the database: what the templates of a project's `env` know of it. */
static const char *const *variables_of(const struct ground *ground, struct arena *arena)
{
	const struct database_address *address = &ground->address;
	const struct {
		const char *name;
		str value;
	} variables[] = {
		{ "DATABASE_URL", ground->url },
		{ "DATABASE_ASYNC_URL", async_url(ground, arena) },
		{ "DATABASE_PATH", address->path },
		{ "PGHOST", address->host },
		{ "PGPORT", address->port },
		{ "PGUSER", address->user },
		{ "PGPASSWORD", address->password },
		{ "PGDATABASE", address->name },
	};
	const char **list = arena_new_array(arena, const char *, 2 * COUNT_OF(variables) + 1);
	size_t count = 0;

	for (size_t i = 0; i < COUNT_OF(variables); i++) {
		if (variables[i].value.len) {
			list[count++] = variables[i].name;
			list[count++] = str_to_c(variables[i].value, arena);
		}
	}
	return list;
}

/* The last line that it wrote, without what is called otherwise in each run; empty: it wrote none. */
static str last_words(const struct ground *ground, str output, struct arena *arena)
{
	const str secrets[] = { ground->project, ground->folder, ground->address.path, ground->address.name,
		ground->address.user, ground->address.password, ground->address.host };
	str rest = output, line, last = { 0 };

	while (str_next_part(&rest, '\n', &line)) {
		last = str_trim(line).len ? str_trim(line) : last;
	}
	for (size_t i = 0; i < COUNT_OF(secrets); i++) {
		last = secrets[i].len ? str_replace(last, secrets[i], STR("."), arena) : last;
	}
	return str_printable(str_on_one_line(last, 300, arena), arena);
}

/* Run it, with all that it starts; an error says how it ended. */
static struct error *run_program(const struct ground *ground, const struct step *step)
{
	struct stage *stage = ground->stage;
	struct arena *arena = stage->arena;
	const struct process process = {
		.arguments = arguments_of(step, arena),
		.folder = str_to_c(ground->project, arena),
		.variables = variables_of(ground, arena),
		.most_bytes = (size_t)MOST_BYTES,
		.look = look_at_size,
		.look_data = (void *)(uintptr_t)ground,
		.is_at_terminal = step->is_at_terminal,
		.patience = { .until_us = stage->deadline_us },
	};
	struct descendants before;
	int status = 0;
	str output = { 0 };

	descendants_begin(&before, arena);
	struct error *err = process_run(&process, arena, &status, &output);

	descendants_end(&before, arena);
	if (err && err->code == ERROR_ENVIRONMENT) { // it could not be started: nor could any other
		return error_alembic(arena, "Exit", "%.*s", STR_ARG(err->message));
	}
	if (err && err->code == ERROR_TIMEOUT) {
		return error_new(arena, ERROR_TIMEOUT, "the program took too long");
	}
	if (!err && status == 128 + SIGXFSZ && has_filled(ground, MOST_BYTES, arena)) {
		return wrote_too_much(arena);
	}
	if (!err && status) {
		err = status > 128 ? error_alembic(arena, "Exit", "ended by signal %d", status - 128)
				   : error_alembic(arena, "Exit", "exit status %d", status);
		err->detail = last_words(ground, output, arena);
	}
	return err;
}

/* --- afterwards ------------------------------------------------------------------------------ */

/* Whether the database is still there; else the stage has none. */
static struct error *find_database(const struct ground *ground)
{
	struct stage *stage = ground->stage;
	struct connection *connection = NULL;
	struct error *err = NULL;

	if (stage->engine->database_take_back && !stage->sessions.count) { // sessions are of the same role
		err = stage->engine->database_take_back(stage->database, stage->arena);
	}
	if (!err && ground->address.path.len && !path_is_file(ground->address.path, stage->arena)) {
		err = error_new(stage->arena, ERROR_NOT_FOUND, "its file is gone");
	}
	if (!err) {
		err = stage_connect(stage, &connection);
	}
	stage_disconnect(stage, connection);
	if (!err || err->code == ERROR_INTERRUPTED) {
		return err;
	}
	stage->engine->database_drop(stage->database);
	stage->database = NULL;
	return error_alembic(stage->arena, "Gone", "the database is gone");
}

/* The tree is what the files say now, whoever wrote them. */
static struct error *read_back(const struct ground *ground)
{
	struct stage *stage = ground->stage;
	struct arena *arena = stage->arena;
	struct scenario_project *project = arena_new(arena, struct scenario_project);
	struct error_list mistakes = { 0 };

	if (!path_is_directory(ground->project, arena)) {
		return error_alembic(arena, "Gone", "the project's folder is gone");
	}
	project->source = (struct file_reference){ .name = ground->project, .path = ground->project };
	project->tree = stage->projects->read(project, (str){ 0 }, arena, NULL, &mistakes);
	if (!project->tree || mistakes.count) {
		const str message = mistakes.count ? mistakes.items[0]->message : STR("there is none");

		return error_alembic(arena, "Project", "the project cannot be read: %.*s",
				STR_ARG(last_words(ground, message, arena)));
	}
	stage->project = project;
	stage->revisions = project->tree->revisions;
	stage->tree_changes++;
	return NULL;
}

static struct error *run(struct stage *stage, const struct step *step)
{
	struct ground ground = { .stage = stage };
	const int64_t since_us = clock_now_us();

	if (!stage->projects) {
		struct error *refusal = error_alembic(stage->arena, "NotAllowed", "programs are not run here");

		refusal->hint = STR("'rehearse run --allow-run' plays such steps.");
		return refusal;
	}
	struct error *err = scratch_make(SCRATCH_DISK, stage->arena, &ground.folder);

	if (err) {
		return err;
	}
	str_list_add(&stage->folders, ground.folder, stage->arena);
	ground.project = path_join(ground.folder, STR(PROGRAM_PROJECT), stage->arena);
	err = lay_out(&ground);
	if (err) {
		return err;
	}
	struct error *ended = run_program(&ground, step);

	err = find_database(&ground);
	if (!err && !ended) {
		err = read_back(&ground);
	}
	stage_give_back_time(stage, since_us); // what it left is looked at as that of others is
	return ended ? ended : err;
}

static str describe(const struct step *step, struct arena *arena)
{
	return str_list_join(&step->program, STR(" "), arena);
}

const struct step_kind_row step_program = {
	.run = run,
	.changes_database = true,
	.changes_tree = true,
	.describe = describe,
};
