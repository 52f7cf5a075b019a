#include "project/find.h"

#include "kit/file.h"
#include "project/revision_file.h"
#include "project/versions.h"

/* A look for revisions need not see larger files. */
#define MAX_BYTES ((size_t)4 * 1024 * 1024)

/* Folders that are searched: a home folder has more, and is no project. */
#define MAX_FOLDERS 20000

static void add_place(struct project_places *places, enum place_kind kind, str path, str section,
		struct arena *arena)
{
	*LIST_PUSH(places, arena) = (struct project_place){ kind, path, section };
}

/* The configuration in `folder` itself; empty: none. */
static str configuration_in(const struct files *files, str folder, struct arena *arena)
{
	const str ini = path_join(folder, STR("alembic.ini"), arena);
	const str toml = path_join(folder, STR("pyproject.toml"), arena);

	return files_has_file(files, ini, arena)                  ? ini
			: settings_is_in_toml(files, toml, arena) ? toml
								  : STR("");
}

static bool declares_revision(const struct files *files, str path, struct arena *arena)
{
	struct source source = { .name = path };
	const struct arena_mark mark = arena_mark(arena);
	bool found = false;

	if (files_has_file(files, path, arena) &&
			!files_read(files, path, MAX_BYTES, arena, &source.text)) {
		const struct revision_file file = revision_file_read(&source, arena);

		for (size_t i = FACT_REVISION; i <= FACT_DOWN_REVISION; i++) {
			// An `import *` may bring anything, and says nothing.
			found = found || file.facts[i].perhaps.source ||
					(file.facts[i].is_there && file.facts[i].where.len > 1);
		}
	}
	arena_rewind(arena, mark);
	return found;
}

bool project_holds_revisions(const struct files *files, str folder, struct arena *arena,
		size_t *ret_python_files)
{
	struct str_list names;
	bool found = false;

	*ret_python_files = 0;
	if (files_list(files, folder, arena, &names)) {
		return false;
	}
	str_list_sort(&names);
	for (size_t i = 0; i < names.count; i++) {
		if (versions_takes(names.items[i])) {
			++*ret_python_files;
			found = found ||
					declares_revision(files,
							path_join(folder, names.items[i], arena),
							arena);
		}
	}
	return found;
}

/* ---- below a folder ---- */

static bool is_left_out(const struct files *files, str folder, str name, struct arena *arena)
{
	static const char *const names[] = { "node_modules", "__pycache__", "site-packages",
		"build", "dist", "_build", "target" };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (str_equal(name, str_from(names[i]))) {
			return true;
		}
	}
	return str_starts_with(name, STR(".")) || str_starts_with(name, STR("build-")) ||
			str_ends_with(name, STR(".egg-info")) ||
			files_has_file(files,
					path_join(path_join(folder, name, arena), STR("pyvenv.cfg"),
							arena),
					arena);
}

/* Folders in `folder` that are worth a look; links are not, as they may lead round in circles. */
static void add_folders(const struct files *files, str folder, struct arena *arena,
		struct str_list *folders)
{
	struct str_list names;

	if (files_list(files, folder, arena, &names)) {
		return;
	}
	str_list_sort(&names);
	for (size_t i = 0; i < names.count && folders->count < MAX_FOLDERS; i++) {
		const str path = path_join(folder, names.items[i], arena);
		const struct entry entry = files_look(files, path, arena);

		if (entry.kind == ENTRY_FOLDER && !entry.is_link &&
				!is_left_out(files, folder, names.items[i], arena)) {
			str_list_add(folders, path, arena);
		}
	}
}

static bool is_script_location(const struct files *files, str folder, struct arena *arena)
{
	return files_has_file(files, path_join(folder, STR("env.py"), arena), arena) &&
			(files_has_folder(
					 files, path_join(folder, STR("versions"), arena), arena) ||
					files_has_file(files,
							path_join(folder, STR("script.py.mako"),
									arena),
							arena));
}

struct project_places project_find_all(
		const struct settings_request *request, str folder, struct arena *arena)
{
	const struct files *files = request->files;
	struct project_places configured = { 0 }, bare = { 0 };
	struct str_list folders = { 0 };

	str_list_add(&folders, folder, arena);
	for (size_t i = 0; i < folders.count; i++) {
		const str configuration = configuration_in(files, folders.items[i], arena);

		if (configuration.len) {
			add_place(&configured, PLACE_CONFIGURATION, configuration, STR(""), arena);
		} else if (is_script_location(files, folders.items[i], arena)) {
			add_place(&bare, PLACE_SCRIPT_LOCATION, folders.items[i], STR(""), arena);
		}
		add_folders(files, folders.items[i], arena, &folders);
	}
	return configured.count ? configured : bare;
}

struct str_list project_find_revision_folders(
		const struct files *files, str folder, size_t limit, struct arena *arena)
{
	struct str_list folders = { 0 }, found = { 0 };
	size_t ignored;

	add_folders(files, folder, arena, &folders);
	for (size_t i = 0; i < folders.count && found.count < limit; i++) {
		if (project_holds_revisions(files, folders.items[i], arena, &ignored)) {
			str_list_add(&found, folders.items[i], arena);
		}
		add_folders(files, folders.items[i], arena, &folders);
	}
	return found;
}

/* ---- a folder ---- */

/* The configuration of a script location: a section of an ini above it that names it. */
static bool find_configuration_of(const struct settings_request *request, str folder,
		struct arena *arena, struct project_places *places)
{
	str above = folder;

	for (int i = 0; i < 3 && above.len > 1; i++) {
		const str path = configuration_in(request->files, above, arena);
		struct str_list sections = { 0 };
		struct settings_request asked = *request;
		struct settings settings;

		if (path.len && str_ends_with(path, STR(".ini")) &&
				settings_sections(request->files, path, arena, &sections)) {
			return false;
		}
		if (path.len && !sections.count) {
			str_list_add(&sections, STR("alembic"), arena);
		}
		for (size_t j = 0; j < sections.count; j++) {
			asked.section = sections.items[j];
			if (!settings_read(&asked, path, arena, &settings) &&
					str_equal(settings.script_location, folder)) {
				add_place(places, PLACE_CONFIGURATION, path,
						request->section.len ? request->section
								     : sections.items[j],
						arena);
				return true;
			}
		}
		above = path_folder(above);
	}
	return false;
}

struct project_places project_find(
		const struct settings_request *request, str folder, struct arena *arena)
{
	static const char *const below[] = { "", "migrations", "alembic" };
	const struct files *files = request->files;
	struct project_places places = { 0 };
	size_t ignored;

	for (size_t i = 0; i < COUNT_OF(below); i++) {
		const str path = configuration_in(
				files, path_join(folder, str_from(below[i]), arena), arena);

		if (path.len && (i == 0 || str_ends_with(path, STR(".ini")))) {
			add_place(&places, PLACE_CONFIGURATION, path, STR(""), arena);
			return places;
		}
	}
	if (files_has_file(files, path_join(folder, STR("env.py"), arena), arena)) {
		if (!find_configuration_of(request, folder, arena, &places)) {
			add_place(&places, PLACE_SCRIPT_LOCATION, folder, STR(""), arena);
		}
		return places;
	}
	if (project_holds_revisions(files, folder, arena, &ignored)) {
		add_place(&places, PLACE_REVISIONS, folder, STR(""), arena);
		return places;
	}
	return project_find_all(request, folder, arena);
}
