#include "project/versions.h"

#include "kit/file.h"
#include "kit/table.h"

/* Folders in each other; a deeper one is left alone, since no project has that. */
#define MAX_DEPTH 64

struct listing {
	const struct files *files;
	const struct settings *settings;
	int level;
	struct arena *arena;
	struct version_files *found;
	struct table seen; /* files by what they resolve to */
};

static bool has_odd_start(str name)
{
	return str_starts_with(name, STR(".#")) || str_starts_with(name, STR("__init__"));
}

bool versions_takes(str name)
{
	return str_ends_with(name, STR(".py")) && !has_odd_start(name);
}

/* The name up to its first point, as the rule for __pycache__ has it. */
static str first_stem(str name)
{
	return str_slice(name, 0, str_find_char(name, '.'));
}

static void add_file(struct listing *listing, str path, bool is_compiled)
{
	const str real = files_resolve(listing->files, path, listing->arena);
	uint32_t ignored;

	if (table_find(&listing->seen, real, &ignored)) {
		str_list_add(&listing->found->doubled, path, listing->arena);
		return;
	}
	table_set(&listing->seen, real, 0);
	struct version_file *file = LIST_PUSH(listing->found, listing->arena);

	file->path = path;
	file->is_compiled = is_compiled;
}

/* One name of a folder: a revision, if Alembic would load it. */
static void consider(struct listing *listing, str folder, str name)
{
	const str path = path_join(folder, name, listing->arena);

	if (versions_takes(name)) {
		add_file(listing, path, false);
		return;
	}
	const bool is_c = str_ends_with(name, STR(".pyc")), is_o = str_ends_with(name, STR(".pyo"));

	if (!listing->settings->sourceless || has_odd_start(name) || !(is_c || is_o)) {
		return;
	}
	const str source = str_slice(path, 0, path.len - 1); // a .py, then a .pyc goes before
	const str compiled = str_format(listing->arena, "%.*sc", STR_ARG(source));

	if (!files_has_file(listing->files, source, listing->arena) &&
			!(is_o && files_has_file(listing->files, compiled, listing->arena))) {
		add_file(listing, path, true);
	}
}

/* A sourceless project's __pycache__: what has no file of its stem in the folder itself. */
static void consider_cache(struct listing *listing, str folder, const struct str_list *names)
{
	const str cache = path_join(folder, STR("__pycache__"), listing->arena);
	struct table stems = { .arena = listing->arena };
	struct str_list cached;
	uint32_t ignored;

	if (!listing->settings->sourceless ||
			!files_has_folder(listing->files, cache, listing->arena) ||
			files_list(listing->files, cache, listing->arena, &cached)) {
		return;
	}
	str_list_sort(&cached);
	for (size_t i = 0; i < names->count; i++) {
		table_set(&stems, first_stem(names->items[i]), 0);
	}
	for (size_t i = 0; i < cached.count; i++) {
		if (!table_find(&stems, first_stem(cached.items[i]), &ignored)) {
			consider(listing, cache, cached.items[i]);
		}
	}
}

static struct error *list_folder(struct listing *listing, str folder, int depth)
{
	struct arena *arena = listing->arena;
	struct str_list all, names = { 0 }, folders = { 0 };
	struct error *error = files_list(listing->files, folder, arena, &all);

	if (error) {
		return error;
	}
	if (listing->level >= 10) { // before, the order is the file system's
		str_list_sort(&all);
	}
	for (size_t i = 0; i < all.count; i++) {
		const str path = path_join(folder, all.items[i], arena);
		const struct entry entry = files_look(listing->files, path, arena);

		// Before 1.10 Alembic asked for names alone, and loads a folder called x.py.
		if (entry.kind != ENTRY_FOLDER || listing->level < 10) {
			str_list_add(&names, all.items[i], arena);
		}
		if (entry.kind == ENTRY_FOLDER && !entry.is_link &&
				!str_ends_with(all.items[i], STR("__pycache__"))) {
			str_list_add(&folders, path, arena);
		}
	}
	for (size_t i = 0; i < names.count; i++) {
		consider(listing, folder, names.items[i]);
	}
	consider_cache(listing, folder, &names);
	for (size_t i = 0; listing->settings->recursive_version_locations && depth < MAX_DEPTH &&
			!error && i < folders.count;
			i++) {
		error = list_folder(listing, folders.items[i], depth + 1);
	}
	return error;
}

struct error *versions_list(const struct files *files, const struct settings *settings, int level,
		struct arena *arena, struct version_files *ret_files)
{
	struct str_list locations = settings->version_locations;
	struct listing listing = {
		.files = files,
		.settings = settings,
		.level = level,
		.arena = arena,
		.found = ret_files,
		.seen = { .arena = arena },
	};
	struct error *error = NULL;

	*ret_files = (struct version_files){ 0 };
	if (!locations.count) {
		str_list_add(&locations,
				path_join(settings->script_location, STR("versions"), arena),
				arena);
	}
	for (size_t i = 0; !error && i < locations.count; i++) {
		if (!files_has_folder(files, locations.items[i], arena)) {
			str_list_add(&ret_files->missing, locations.items[i], arena);
			continue;
		}
		str_list_add(&ret_files->folders, locations.items[i], arena);
		error = list_folder(&listing, locations.items[i], 0);
	}
	return error;
}
