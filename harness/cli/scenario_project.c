#include "cli/scenario_project.h"

#include "kit/file.h"
#include "kit/json.h"

#include <stdlib.h>

/* --- what env.py says ------------------------------------------------------------------------- */

static void take_bool(const struct env_file *env, enum env_option option, unsigned key,
		struct alembic_configure *configure, bool *value)
{
	const struct literal *literal = &env->options[option].value;

	if (env->options[option].is_there && !(configure->given & key) &&
			literal->kind == LITERAL_BOOLEAN) {
		*value = str_equal(literal->items[0].value, STR("True"));
		configure->has_transactional_ddl |= option == ENV_TRANSACTIONAL_DDL;
	}
}

static void take_text(const struct env_file *env, enum env_option option, unsigned key,
		const struct alembic_configure *configure, str *value)
{
	const struct literal *literal = &env->options[option].value;

	if (env->options[option].is_there && !(configure->given & key) &&
			literal->kind == LITERAL_TEXT && literal->count) {
		*value = literal->items[0].value;
	}
}

/* What stands there as a literal; the rest only running it would tell. */
static void take_env(const struct env_file *env, struct alembic_configure *configure)
{
	take_bool(env, ENV_TRANSACTION_PER_MIGRATION, CONFIGURE_TRANSACTION_PER_MIGRATION,
			configure, &configure->transaction_per_migration);
	take_bool(env, ENV_TRANSACTIONAL_DDL, CONFIGURE_TRANSACTIONAL_DDL, configure,
			&configure->transactional_ddl);
	take_text(env, ENV_VERSION_TABLE, CONFIGURE_VERSION_TABLE, configure,
			&configure->version_table);
	take_text(env, ENV_VERSION_TABLE_SCHEMA, CONFIGURE_VERSION_TABLE_SCHEMA, configure,
			&configure->version_table_schema);
}

/* --- the tree --------------------------------------------------------------------------------- */

/* Alembic would stop at such a file, or nobody can tell what it is: no command could be carried out. */
static void add_findings(
		const struct tree_source *source, struct arena *arena, struct error_list *mistakes)
{
	const struct project *project = source->project;

	for (size_t i = 0; i < project->findings.count; i++) {
		const struct finding *finding = &project->findings.items[i];

		if (finding->kind == FINDING_DOCSTRING_DISAGREES) {
			continue;
		}
		struct error *error = error_at(arena, ERROR_INVALID, finding->where, "%.*s",
				STR_ARG(finding->message));

		error->hint = finding->suggestion;
		error_list_add(mistakes, error, arena);
	}
}

static void add_revisions(
		const struct project *project, struct project_tree *tree, struct arena *arena)
{
	for (size_t i = 0; i < project->specs.count; i++) {
		*LIST_PUSH(&tree->revisions, arena) = (struct scenario_revision){
			.spec = project->specs.items[i],
			.project = tree,
			.path = project->revisions.items[i].path,
		};
		/* People name a file without its folders. */
		struct revision_spec *spec = &tree->revisions.items[tree->revisions.count - 1].spec;

		spec->file = path_name(spec->file);
	}
}

static const struct project_tree *tree_of(const struct tree_source *source, struct arena *arena)
{
	const struct settings *settings = &source->project->settings;
	struct project_tree *tree = arena_new(arena, struct project_tree);

	*tree = (struct project_tree){
		.at = source->at,
		.root = source->root.len ? source->root : source->folder,
		.folder = source->folder,
		.ini = settings->ini,
		.toml = settings->toml,
		.section = settings->section,
		.script_location = settings->script_location,
		.locations = source->project->locations,
		.search_path = settings->search_path,
	};
	add_revisions(source->project, tree, arena);
	return tree;
}

static const struct project_tree *read(const struct scenario_project *project, str at,
		struct arena *arena, struct alembic_configure *configure,
		struct error_list *mistakes)
{
	const size_t before = mistakes->count;
	struct tree_sources sources = { 0 };
	struct tree_request request = {
		.arena = arena,
		.section = project->section,
		.at = at,
		.level = configure ? configure->level : ALEMBIC_NEWEST,
		.environment = str_from(getenv("VIRTUAL_ENV")),
	};

	str_list_add(&request.arguments, project->source.path, arena);
	tree_source_read_project(&request, &sources, mistakes);
	for (size_t i = 0; i < sources.count; i++) {
		add_findings(&sources.items[i], arena, mistakes);
	}
	if (mistakes->count > before || !sources.count) {
		return NULL;
	}
	if (configure) {
		take_env(&sources.items[0].project->env, configure);
	}
	return tree_of(&sources.items[0], arena);
}

const struct project_reader scenario_projects = { read };

/* --- the other way round ---------------------------------------------------------------------- */

static void write_project(const struct tree_source *source, struct arena *arena, struct buf *out)
{
	struct json_writer json = { .out = out };

	json_open_object(&json, NULL);
	json_add_integer(&json, "rehearse", 1);
	if (!source->files.count) {
		json_open_object(&json, "revisions");
		json_add_text(&json, "alembic", path_from_root(source->path, arena));
		if (source->settings.section.len) {
			json_add_text(&json, "name", source->settings.section);
		}
		if (source->at.len) {
			json_add_text(&json, "at", source->at);
		}
		json_close_object(&json);
	}
	json_close_object(&json);
}

/* Files that no configuration leads to: they are all there is of the project. */
static const struct scenario *with_files(const struct scenario *scenario,
		const struct tree_source *source, struct arena *arena, struct error_list *mistakes)
{
	struct scenario *changed = arena_new(arena, struct scenario);
	struct scenario_project *project = arena_new(arena, struct scenario_project);

	add_findings(source, arena, mistakes);
	if (mistakes->count) {
		return NULL;
	}
	project->source.name = source->path;
	project->source.path = source->path;
	project->tree = tree_of(source, arena);
	*changed = *scenario;
	changed->project = project;
	changed->revisions = project->tree->revisions;
	return changed;
}

const struct scenario *scenario_of_project(
		const struct tree_source *source, struct arena *arena, struct error_list *mistakes)
{
	struct buf text = { .arena = arena };

	write_project(source, arena, &text);
	const struct scenario *scenario = scenario_parse(
			source->path, buf_str(&text), &scenario_projects, arena, mistakes);

	return scenario && source->files.count ? with_files(scenario, source, arena, mistakes)
					       : scenario;
}
