#include "replay/python.h"

#include "kit/scratch.h"
#include "replay/theatre.h"

/* The helper for the stage's project, started once; one that has ended is started anew. */
static struct python_helper *find_helper(struct theatre *theatre, const struct stage *stage)
{
	struct python_hosts *python = &theatre->python;
	const struct scenario_project *project = stage->project;
	const struct server_access *server = &theatre->options.hosts.server;
	struct python_wish wish = {
		.given = theatre->options.python.len ? theatre->options.python
				: project            ? project->python
						     : (str){ 0 },
	};

	if (project && !interpreter_is_given(&wish)) { // else one will do for all projects
		wish.folder = project->tree->folder;
	}
	const bool is_tcp = stage->engine->needs_server && !server->is_private;
	struct python_helper *found = NULL;

	for (size_t i = 0; !found && i < python->helpers.count; i++) {
		struct python_helper *one = &python->helpers.items[i];

		if (one->is_tcp == is_tcp && str_equal(one->python, wish.given) &&
				str_equal(one->folder, wish.folder)) {
			found = one;
		}
	}
	if (!found) {
		found = LIST_PUSH(&python->helpers, theatre->arena);
		found->python = str_copy(wish.given, theatre->arena);
		found->folder = str_copy(wish.folder, theatre->arena);
		found->is_tcp = is_tcp;
	}
	if (!found->error && (!found->helper || !found->helper->pid)) {
		struct helper *started = NULL;

		found->error = helper_start(&wish, is_tcp, theatre->arena, &started);
		if (found->helper && started) {
			*found->helper = *started; // hosts have it
		} else {
			found->helper = started;
		}
	}
	return found;
}

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
	found->helper->is_called_off = theatre->options.hosts.is_called_off;
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
