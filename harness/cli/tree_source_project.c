/*
 * The trees of Alembic projects: a folder, a configuration, revision files.
 */
#include "cli/naming.h"
#include "cli/tree_source.h"
#include "kit/file.h"
#include "kit/suggest.h"
#include "project/find.h"

/* ---- what is nothing ---- */

/* How many things near it a mistake names. */
#define NEAR_MAX 2

/* A thing that would work in place of something else, once. */
static void add_near(const struct tree_request *request, str path, struct str_list *near)
{
	const str name = str_printable(
			files_name(request->files, path, request->arena), request->arena);

	if (near->count < NEAR_MAX && !str_list_contains(near, name)) {
		str_list_add(near, name, request->arena);
	}
}

/* What beside `path` is called nearly the same. */
static void add_namesake(const struct tree_request *request, str path, struct str_list *near)
{
	struct arena *arena = request->arena;
	const struct files *files = request->files;
	const str folder = path_folder(path);
	struct str_list names = { 0 }, candidates = { 0 };

	if (files_has_folder(files, path, arena) || !files_has_folder(files, folder, arena) ||
			files_list(files, folder, arena, &names)) {
		return;
	}
	for (size_t i = 0; i < names.count; i++) {
		const str beside = path_join(folder, names.items[i], arena);

		if (files_has_folder(files, beside, arena) ||
				(files_has_file(files, beside, arena) &&
						(naming_is_scenario_file(beside) ||
								str_ends_with(beside,
										STR(".ini")) ||
								str_ends_with(beside,
										STR(".toml"))))) {
			str_list_add(&candidates, names.items[i], arena);
		}
	}
	str nearest = suggest_nearest(path_name(path), candidates.items, candidates.count, arena);

	for (size_t i = 0; !nearest.len && path_name(path).len > 2 && i < candidates.count; i++) {
		if (str_starts_with(candidates.items[i], path_name(path))) {
			nearest = candidates.items[i];
		}
	}

	if (nearest.len) {
		add_near(request, path_join(folder, nearest, arena), near);
	}
}

/* Projects in the folder that `path` is in, and configurations above it, up to the repository's root. */
static void add_projects(const struct tree_request *request, str path, struct str_list *near)
{
	struct arena *arena = request->arena;
	const struct files *files = request->files;
	const struct settings_request settings = { .files = files, .level = ALEMBIC_NEWEST };
	const str folder = path_folder(path);
	const struct project_places places = project_find(&settings, folder, arena);

	for (size_t i = 0; i < places.count; i++) {
		add_near(request, places.items[i].path, near);
	}
	for (str above = folder; above.len > 1; above = path_folder(above)) {
		const str ini = path_join(above, STR("alembic.ini"), arena);

		if (files_has_file(files, ini, arena)) {
			add_near(request, ini, near);
		}
		if (files_look(files, path_join(above, STR(".git"), arena), arena).kind !=
				ENTRY_NONE) {
			return;
		}
	}
}

static struct str_list things_near(
		const struct tree_request *request, const struct tree_place *place)
{
	struct arena *arena = request->arena;
	struct str_list near = { 0 };

	add_namesake(request, place->path, &near);
	add_projects(request, place->path, &near);
	const struct str_list scenarios = !request->at.len && path_is_directory(place->path, arena)
			? naming_find_files(place->path, arena, NULL)
			: (struct str_list){ 0 };

	for (size_t i = 0; i < scenarios.count; i++) {
		add_near(request, scenarios.items[i], &near);
	}
	return near;
}

/* A hint may name one of them already. */
static struct str_list unnamed(const struct str_list *near, str hint, struct arena *arena)
{
	struct str_list left = { 0 };

	for (size_t i = 0; i < near->count; i++) {
		if (str_find(hint, str_format(arena, "'%.*s'", STR_ARG(near->items[i]))) ==
				hint.len) {
			str_list_add(&left, near->items[i], arena);
		}
	}
	return left;
}

void tree_source_hint_near(const struct tree_request *request, const struct tree_place *place,
		struct error *error)
{
	const struct str_list near = things_near(request, place);
	const struct str_list left = unnamed(&near, error->hint, request->arena);

	if (left.count) {
		error->hint = str_format(request->arena, "%.*s%sNear it: '%.*s'.",
				STR_ARG(error->hint), error->hint.len ? " " : "",
				STR_ARG(str_list_join(&left, STR("' and '"), request->arena)));
	}
}

/* Of an entry what its name does not say: an alembic.ini that is no file is not found. */
static const char *what_it_is(const struct tree_request *request, struct entry entry)
{
	switch (entry.kind) {
	case ENTRY_FOLDER:
		return "/";
	case ENTRY_OTHER:
		return request->at.len ? " (a submodule)"
				       : " (a pipe, a device or a socket, not a file)";
	case ENTRY_NONE:
		return entry.is_link ? " (a link that leads nowhere)" : "";
	case ENTRY_FILE:
		break;
	}
	return "";
}

/* What a folder holds, for people: the first names. */
static str contents_of(const struct tree_request *request, str path)
{
	struct str_list names = { 0 };
	struct buf text = { .arena = request->arena };

	if (files_list(request->files, path, request->arena, &names) || !names.count) {
		return STR("It is empty.");
	}
	str_list_sort(&names);
	buf_add(&text, STR("It holds "));
	for (size_t i = 0; i < names.count && i < 6; i++) {
		const struct entry entry = files_look(request->files,
				path_join(path, names.items[i], request->arena), request->arena);

		buf_format(&text, "%s%.*s%s", i ? ", " : "",
				STR_ARG(str_printable(names.items[i], request->arena)),
				what_it_is(request, entry));
	}
	if (names.count > 6) {
		buf_format(&text, " and %zu more", names.count - 6);
	}
	buf_add_char(&text, '.');
	return buf_str(&text);
}

struct error *tree_source_is_empty(const struct tree_request *request, str path)
{
	struct arena *arena = request->arena;
	const struct str_list below = project_find_revision_folders(request->files, path, 8, arena);
	struct error *error = error_new(arena, ERROR_NOT_FOUND, "no revision was read in '%.*s'",
			STR_ARG(files_name(request->files, path, arena)));
	struct str_list names = { 0 };

	for (size_t i = 0; i < below.count; i++) {
		str_list_add(&names, files_name(request->files, below.items[i], arena), arena);
	}
	error->class_name = STR(TREE_SOURCE_NOTHING);
	error->detail = contents_of(request, path);
	if (below.count) {
		error->hint = str_format(arena,
				"Folders in it do hold revisions: '%.*s'. Name one, or set 'version_locations' or 'recursive_version_locations'.",
				STR_ARG(str_list_join(&names, STR("', '"), arena)));
	}
	return error;
}

/* Whether a folder is a git repository without files of its own. */
static bool is_bare_repository(const struct tree_request *request, str path)
{
	return !request->at.len &&
			files_has_file(request->files, path_join(path, STR("HEAD"), request->arena),
					request->arena) &&
			files_has_folder(request->files,
					path_join(path, STR("objects"), request->arena),
					request->arena) &&
			files_has_folder(request->files,
					path_join(path, STR("refs"), request->arena),
					request->arena);
}

static struct error *no_project(const struct tree_request *request, const struct tree_place *place)
{
	struct error *error = error_new(request->arena, ERROR_NOT_FOUND,
			"there is no Alembic project in '%.*s'",
			STR_ARG(files_name(request->files, place->path, request->arena)));

	error->class_name = STR(TREE_SOURCE_NOTHING);
	error->detail = str_format(request->arena,
			"Looked for alembic.ini, a pyproject.toml with [tool.alembic], migrations/alembic.ini, alembic/alembic.ini, an env.py and revision files (.py), there and below. %.*s",
			STR_ARG(contents_of(request, place->path)));
	tree_source_hint_near(request, place, error);
	if (is_bare_repository(request, place->path)) {
		error->hint = STR(
				"It is a bare git repository: '--at REF' reads the project as a commit has it.");
	}
	return error;
}

/* ---- projects ---- */

static bool is_nothing(const struct error *error)
{
	return str_equal(error->class_name, STR(TREE_SOURCE_NOTHING));
}

static struct settings_request settings_request_of(const struct tree_request *request, str section)
{
	return (struct settings_request){
		.files = request->files,
		.level = request->level ? request->level : ALEMBIC_NEWEST,
		.section = section,
		.environment = request->environment,
	};
}

/* The project at `place`. */
static struct error *read_project(const struct settings_request *asked,
		const struct project_place *place, struct arena *arena, struct project *ret_project)
{
	struct settings settings;
	struct error *error = NULL;

	if (place->kind == PLACE_CONFIGURATION) {
		error = settings_read(asked, place->path, arena, &settings);
	} else {
		settings = settings_of_script_location(asked->files, place->path, arena);
	}
	if (place->kind == PLACE_REVISIONS) {
		str_list_add(&settings.version_locations, place->path, arena);
	}
	return error ? error
		     : project_read(asked->files, &settings, asked->level, arena, ret_project);
}

static struct error *read_place(const struct tree_request *request,
		const struct project_place *place, str section, struct tree_sources *sources)
{
	struct arena *arena = request->arena;
	const struct settings_request asked = settings_request_of(request, section);
	struct project *project = arena_new(arena, struct project);
	struct error *error = read_project(&asked, place, arena, project);
	str location;

	if (error) {
		return error;
	}
	location = project->locations.count ? project->locations.items[0]
					    : project->settings.script_location;
	if (!project->specs.count && !project->findings.count) {
		return tree_source_is_empty(request, location);
	}
	*LIST_PUSH(sources, arena) = (struct tree_source){
		.path = path_relative(place->path,
				request->files->folder.len ? request->files->folder
							   : path_from_root(STR("."), arena),
				arena),
		.folder = project->settings.folder,
		.root = request->files->folder,
		.at = request->at,
		.project = project,
		.place = *place,
		.settings = asked,
		.specs = project->specs,
		.level = asked.level,
	};
	return NULL;
}

/* Several projects, one is asked for. */
static struct error *several(
		const struct tree_request *request, const struct project_places *places)
{
	struct arena *arena = request->arena;
	struct str_list names = { 0 };

	for (size_t i = 0; i < places->count; i++) {
		str_list_add(&names, files_name(request->files, places->items[i].path, arena),
				arena);
	}
	struct error *error = error_new(arena, ERROR_AMBIGUOUS,
			"there are %zu Alembic projects: %.*s", places->count,
			STR_ARG(str_list_join(&names, STR(", "), arena)));

	error->hint = STR("Name one of them; 'doctor --all' takes each.");
	return error;
}

/* The sections to read of an ini: with --all each that has a script_location. */
static struct str_list sections_of(
		const struct tree_request *request, const struct project_place *place)
{
	struct str_list sections = { 0 };

	if (request->all && !request->section.len && place->kind == PLACE_CONFIGURATION &&
			str_ends_with(place->path, STR(".ini")) &&
			!settings_sections(
					request->files, place->path, request->arena, &sections) &&
			sections.count > 1) {
		return sections;
	}
	if (sections.count != 1 || str_equal(sections.items[0], STR("alembic")) || !request->all) {
		sections.count = 0;
		str_list_add(&sections, request->section.len ? request->section : place->section,
				request->arena);
	}
	return sections;
}

/* Say which configuration of several a mistake is about, if it does not say so itself. */
static void name_configuration(const struct tree_request *request,
		const struct project_place *place, struct error *error)
{
	const str name = files_name(request->files, place->path, request->arena);

	if (request->all && !error->where.source &&
			str_find(error->message, name) == error->message.len) {
		error->message = str_format(request->arena, "%.*s: %.*s", STR_ARG(name),
				STR_ARG(error->message));
	}
}

static void read_places(const struct tree_request *request, const struct project_places *places,
		struct tree_sources *sources, struct error_list *mistakes)
{
	if (places->count > 1 && !request->all) {
		error_list_add(mistakes, several(request, places), request->arena);
		return;
	}
	for (size_t i = 0; i < places->count; i++) {
		const struct str_list sections = sections_of(request, &places->items[i]);

		for (size_t j = 0; j < sections.count; j++) {
			struct error *error = read_place(
					request, &places->items[i], sections.items[j], sources);

			if (error && request->all && is_nothing(error) && !error->hint.len) {
				sources->empty_count++;
				tree_source_print_note(str_format(request->arena, "%.*s yet",
								       STR_ARG(error->message)),
						request->arena);
			} else if (error) {
				name_configuration(request, &places->items[i], error);
				error_list_add(mistakes, error, request->arena);
			}
		}
	}
}

static void folder_read(const struct tree_request *request, const struct tree_place *place,
		struct tree_sources *sources, struct error_list *mistakes)
{
	const struct settings_request asked = settings_request_of(request, request->section);
	const struct project_places places = request->all
			? project_find_all(&asked, place->path, request->arena)
			: project_find(&asked, place->path, request->arena);

	if (!places.count) {
		size_t python_files;
		const struct str_list below = project_find_revision_folders(
				request->files, place->path, 1, request->arena);

		(void)project_holds_revisions(
				request->files, place->path, request->arena, &python_files);
		error_list_add(mistakes,
				python_files || below.count
						? tree_source_is_empty(request, place->path)
						: no_project(request, place),
				request->arena);
		return;
	}
	read_places(request, &places, sources, mistakes);
}

static bool folder_takes(const struct tree_request *request, const struct tree_place *place)
{
	(void)request;
	return place->entry.kind == ENTRY_FOLDER;
}

const struct tree_source_kind tree_source_folder = {
	.name = "project",
	.words = "a folder with an Alembic project",
	.takes = folder_takes,
	.read = folder_read,
};

static bool configuration_takes(const struct tree_request *request, const struct tree_place *place)
{
	(void)request;
	return place->entry.kind == ENTRY_FILE &&
			(str_ends_with(place->path, STR(".ini")) ||
					str_ends_with(place->path, STR(".cfg")) ||
					str_ends_with(place->path, STR(".toml")));
}

static void configuration_read(const struct tree_request *request, const struct tree_place *place,
		struct tree_sources *sources, struct error_list *mistakes)
{
	struct project_place found = { .kind = PLACE_CONFIGURATION, .path = place->path };
	const struct project_places places = { .items = &found, .count = 1 };

	read_places(request, &places, sources, mistakes);
}

const struct tree_source_kind tree_source_configuration = {
	.name = "project",
	.words = "an Alembic configuration (.ini, .toml)",
	.takes = configuration_takes,
	.read = configuration_read,
};

static bool revisions_take(const struct tree_request *request, const struct tree_place *place)
{
	(void)request;
	return place->entry.kind == ENTRY_FILE && str_ends_with(place->path, STR(".py"));
}

static void revisions_read(const struct tree_request *request, const struct tree_place *place,
		struct tree_sources *sources, struct error_list *mistakes)
{
	struct arena *arena = request->arena;
	const str here = request->files->folder.len ? request->files->folder
						    : path_from_root(STR("."), arena);
	struct project *project = arena_new(arena, struct project);
	const int level = request->level ? request->level : ALEMBIC_NEWEST;
	struct str_list paths = { 0 };

	for (size_t i = 0; i < request->arguments.count; i++) {
		const str path = path_from_root(request->arguments.items[i], arena);

		if (!str_ends_with(path, STR(".py")) ||
				!files_has_file(request->files, path, arena)) {
			error_list_add(mistakes,
					error_new(arena, ERROR_INVALID,
							files_look(request->files, path, arena).kind ==
											ENTRY_NONE
									? "there is no '%.*s'"
									: "'%.*s' is no revision file; several SOURCEs must all be (.py)",
							STR_ARG(request->arguments.items[i])),
					arena);
			return;
		}
		str_list_add(&paths, path, arena);
	}
	struct error *error =
			project_read_revisions(request->files, here, &paths, level, arena, project);

	if (error) {
		error_list_add(mistakes, error, arena);
		return;
	}
	*LIST_PUSH(sources, arena) = (struct tree_source){
		.path = path_relative(place->path, here, arena),
		.folder = here,
		.root = request->files->folder,
		.at = request->at,
		.project = project,
		.files = paths,
		.specs = project->specs,
		.level = level,
	};
}

const struct tree_source_kind tree_source_revisions = {
	.name = "project",
	.words = "revision files (.py)",
	.takes = revisions_take,
	.read = revisions_read,
};

/* ---- the same project elsewhere ---- */

static struct error *read_files_again(const struct tree_source *source, const struct files *files,
		struct arena *arena, struct project *ret_project)
{
	struct str_list paths = { 0 };

	for (size_t i = 0; i < source->files.count; i++) {
		if (files_has_file(files, source->files.items[i], arena)) {
			str_list_add(&paths, source->files.items[i], arena);
		}
	}
	return project_read_revisions(
			files, source->folder, &paths, source->level, arena, ret_project);
}

/* Whether a project elsewhere is the same one, though its folder is another: it has a revision of it. */
static bool shares_revision(const struct tree_source *source, const struct project *project)
{
	for (size_t i = 0; i < project->specs.count; i++) {
		for (size_t j = 0; j < source->specs.count; j++) {
			if (str_equal(project->specs.items[i].revision,
					    source->specs.items[j].revision)) {
				return true;
			}
		}
	}
	return false;
}

struct error *tree_source_read_again(const struct tree_source *source, const struct files *files,
		struct arena *arena, const struct project **ret_project)
{
	struct settings_request asked = source->settings;
	struct project *project = arena_new(arena, struct project);

	*ret_project = project;
	if (source->files.count) {
		return read_files_again(source, files, arena, project);
	}
	asked.files = files;
	if (files_look(files, source->place.path, arena).kind != ENTRY_NONE) {
		return read_project(&asked, &source->place, arena, project);
	}
	const struct project_places places = project_find_all(&asked, files->folder, arena);

	*ret_project = NULL;
	if (places.count == 1 && !read_project(&asked, &places.items[0], arena, project) &&
			shares_revision(source, project)) { // another one may well be refused
		*ret_project = project;
	}
	return NULL;
}

static bool is_among(const struct tree_sources *sources, const struct project_place *place,
		const struct project *project)
{
	for (size_t i = 0; i < sources->count; i++) {
		const struct tree_source *source = &sources->items[i];

		if (source->project &&
				(str_equal(source->place.path, place->path) ||
						shares_revision(source, project))) {
			return true;
		}
	}
	return false;
}

/* Whether what was read has something there: with revisions, or that Alembic would refuse. */
static bool is_there(const struct tree_sources *sources, const struct project_place *place,
		struct arena *arena)
{
	const struct settings_request asked = { .files = &sources->files, .level = ALEMBIC_NEWEST };
	struct project project;

	return files_look(&sources->files, place->path, arena).kind != ENTRY_NONE &&
			(read_project(&asked, place, arena, &project) || project.specs.count ||
					project.findings.count);
}

struct gone_projects tree_source_find_gone(const struct tree_sources *sources,
		const struct files *files, str folder, struct arena *arena)
{
	const struct settings_request asked = { .files = files, .level = ALEMBIC_NEWEST };
	const struct project_places places = project_find_all(&asked, folder, arena);
	struct gone_projects gone = { 0 };

	for (size_t i = 0; i < places.count; i++) {
		struct project project;

		if (!read_project(&asked, &places.items[i], arena, &project) &&
				project.specs.count &&
				!is_among(sources, &places.items[i], &project) &&
				!is_there(sources, &places.items[i], arena)) {
			*LIST_PUSH(&gone, arena) = (struct gone_project){
				.name = files_name(files, places.items[i].path, arena),
				.revision_count = project.specs.count,
			};
		}
	}
	return gone;
}
