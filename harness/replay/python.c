#include "replay/python.h"

#include "kit/scratch.h"
#include "replay/theatre.h"

/* --- helpers ------------------------------------------------------------------------------------ */

/* Whose helper a project needs, and how it will reach databases; nothing is started yet. */
static struct python_helper describe(const struct theatre_options *options,
		const struct scenario_project *project, bool needs_server)
{
	struct python_wish wish = {
		.given = options->python.len ? options->python
				: project    ? project->python
					     : (str){ 0 },
		.is_called_off = options->hosts.is_called_off,
	};

	if (project && !interpreter_is_given(&wish)) { // else one will do for all projects
		wish.folder = project->tree->folder;
	}
	return (struct python_helper){
		.wish = wish,
		.is_tcp = needs_server && !options->hosts.server.is_private,
	};
}

static bool is_same(const struct python_helper *a, const struct python_helper *b)
{
	return a->is_tcp == b->is_tcp && str_equal(a->wish.given, b->wish.given) &&
			str_equal(a->wish.folder, b->wish.folder);
}

/* One that is split off what the processes share; or one of its own. */
static const struct error *start(struct python_helper *one, const struct python_helper *shared,
		struct arena *arena, struct helper **ret_helper)
{
	if (shared && is_same(one, shared)) {
		if (shared->error || !helper_split(shared->helper, arena, ret_helper)) {
			return shared->error;
		}
	}
	return helper_start(&one->wish, one->is_tcp, arena, ret_helper);
}

void python_share(struct python_helper *shared, const struct theatre_options *options,
		const struct scenario_project *project, bool needs_server, struct arena *arena)
{
	*shared = describe(options, project, needs_server);
	shared->error = helper_start(&shared->wish, shared->is_tcp, arena, &shared->helper);
}

void python_unshare(struct python_helper *shared)
{
	helper_stop(shared->helper);
	shared->helper = NULL;
}

/* The helper for the stage's project, started once; one that has ended is started anew. */
static struct python_helper *find_helper(struct theatre *theatre, const struct stage *stage)
{
	struct python_hosts *python = &theatre->python;
	struct python_helper wanted = describe(
			&theatre->options, stage->project, stage->engine->needs_server);
	struct python_helper *found = NULL;

	for (size_t i = 0; !found && i < python->helpers.count; i++) {
		if (is_same(&python->helpers.items[i], &wanted)) {
			found = &python->helpers.items[i];
		}
	}
	if (!found) {
		wanted.wish.given = str_copy(wanted.wish.given, theatre->arena);
		wanted.wish.folder = str_copy(wanted.wish.folder, theatre->arena);
		found = LIST_PUSH(&python->helpers, theatre->arena);
		*found = wanted;
	}
	if (!found->error && (!found->helper || !found->helper->pid)) {
		struct helper *started = NULL;

		found->error = start(found, theatre->options.shared, theatre->arena, &started);
		if (started) {
			started->is_called_off = found->wish.is_called_off;
		}
		if (found->helper && started) {
			*found->helper = *started; // hosts have it
		} else {
			found->helper = started;
		}
	}
	return found;
}

/* --- hosts -------------------------------------------------------------------------------------- */

/* What Alembic is configured with: its release is the one that is there, unless the scenario says. */
static const struct alembic_configure *configure_for(
		const struct stage *stage, const struct helper *helper, struct arena *arena)
{
	struct alembic_configure *configure = arena_new(arena, struct alembic_configure);

	*configure = *stage->configure;
	if (stage->project && !(configure->given & CONFIGURE_LEVEL)) {
		const int minor = helper->alembic_minor;

		configure->level = minor < ALEMBIC_OLDEST ? ALEMBIC_OLDEST
				: minor > ALEMBIC_NEWEST  ? ALEMBIC_NEWEST
							  : minor;
	}
	return configure;
}

struct error *python_enter(struct theatre *theatre, struct stage *stage, str *ret_reason)
{
	struct python_hosts *python = &theatre->python;
	struct error *err = NULL;

	if (!python->scratch.len) {
		err = scratch_make(SCRATCH_MEMORY, theatre->arena, &python->scratch);
	}
	if (err) {
		return err;
	}
	const struct python_helper *found = find_helper(theatre, stage);

	if (found->error) {
		*ret_reason = str_format(stage->arena, "%.*s%s%.*s", STR_ARG(found->error->message),
				found->error->hint.len ? ". " : "", STR_ARG(found->error->hint));
		return NULL;
	}
	if (!python->of_scenario[stage->kind].host) {
		python->of_scenario[stage->kind].host = python_host_new(stage->engine, stage->host,
				found->helper, python->scratch, &theatre->cache);
		python->of_scenario[stage->kind].configure =
				configure_for(stage, found->helper, &theatre->cache);
	}
	stage->host = python->of_scenario[stage->kind].host;
	stage->engine = python_host_engine(stage->host);
	stage->configure = python->of_scenario[stage->kind].configure;
	return NULL;
}

void python_forget(struct python_hosts *python)
{
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		python->of_scenario[i].host = NULL;
	}
}

void python_close(struct python_hosts *python, struct arena *arena)
{
	for (size_t i = 0; i < python->helpers.count; i++) {
		helper_stop(python->helpers.items[i].helper);
	}
	scratch_remove(python->scratch, arena);
	*python = (struct python_hosts){ 0 };
}
