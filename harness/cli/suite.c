#include "cli/suite.h"

#include "kit/arena.h"
#include "kit/file.h"
#include "kit/table.h"
#include "scenario/load.h"

#include <sys/stat.h>

/* A scenario file that was found. */
struct found {
	str path, root;
};

struct search {
	struct arena *arena;
	struct error_list *mistakes;
	struct table seen; /* real paths: a file that is named twice is read once */

	struct {
		struct found *items;
		size_t count, capacity;
	} files;
};

static void add_file(struct search *search, str path, str root)
{
	const str real = path_absolute(path, search->arena);
	uint32_t ignored;

	if (!table_find(&search->seen, real, &ignored)) {
		table_set(&search->seen, real, 0);
		*LIST_PUSH(&search->files, search->arena) = (struct found){ path, root };
	}
}

/* Symbolic links to folders are left alone, as they may lead round in circles. */
static bool is_real_folder(str path, struct arena *arena)
{
	struct stat status;

	return lstat(str_to_c(path, arena), &status) == 0 && S_ISDIR(status.st_mode);
}

struct str_list suite_find_files(str folder, struct arena *arena, struct error_list *mistakes)
{
	struct str_list folders = { 0 }, files = { 0 };

	str_list_add(&folders, folder, arena);
	for (size_t i = 0; i < folders.count; i++) {
		struct str_list names = { 0 };
		struct error *error = directory_list(folders.items[i], arena, &names);

		if (error && mistakes) {
			error_list_add(mistakes, error, arena);
		}
		for (size_t j = 0; j < names.count; j++) {
			const str path = path_join(folders.items[i], names.items[j], arena);

			if (str_starts_with(names.items[j], STR("."))) {
				continue;
			} else if (is_real_folder(path, arena)) {
				str_list_add(&folders, path, arena);
			} else if (str_ends_with(path, STR(".yaml"))) {
				str_list_add(&files, path, arena);
			}
		}
	}
	return files;
}

static void add_folder(struct search *search, str root)
{
	const struct str_list files = suite_find_files(root, search->arena, search->mistakes);

	for (size_t i = 0; i < files.count; i++) {
		add_file(search, files.items[i], root);
	}
}

static void refuse_missing(struct search *search, str path, bool is_default)
{
	struct error *error = error_new(search->arena, ERROR_NOT_FOUND,
			is_default ? "there is no folder '%.*s' here"
				   : "there is no file or folder '%.*s'",
			STR_ARG(path));

	if (is_default) {
		error->hint = STR(
				"Name scenario files or folders, or begin one with 'rehearse new NAME'.");
	}
	error_list_add(search->mistakes, error, search->arena);
}

static void find_files(const struct str_list *arguments, struct search *search, struct suite *suite)
{
	const bool is_default = arguments->count == 0;

	for (size_t i = 0; i < arguments->count + is_default; i++) {
		str path = is_default ? STR("scenarios") : arguments->items[i];

		while (path.len > 1 && str_ends_with(path, STR("/"))) {
			path.len--;
		}
		if (path.len && path_is_directory(path, search->arena)) {
			suite->has_folder = true;
			add_folder(search, path);
		} else if (path_is_file(path, search->arena)) {
			add_file(search, path, path_folder(path));
		} else {
			refuse_missing(search, path, is_default);
		}
	}
}

static void refuse_same_names(struct search *search)
{
	struct table stems = { .arena = search->arena };

	for (size_t i = 0; i < search->files.count; i++) {
		const str path = search->files.items[i].path;
		const str stem = path_stem(path);
		uint32_t first;

		if (!table_find(&stems, stem, &first)) {
			table_set(&stems, stem, (uint32_t)i);
			continue;
		}
		struct error *error = error_new(search->arena, ERROR_INVALID,
				"two scenarios are called '%.*s': %.*s and %.*s", STR_ARG(stem),
				STR_ARG(search->files.items[first].path), STR_ARG(path));

		error->hint = STR(
				"Rename one: records and reports know a scenario by its file's name.");
		error_list_add(search->mistakes, error, search->arena);
	}
}

static void load_file(const struct found *file, struct suite *suite, struct error_list *mistakes)
{
	const struct scenario *scenario = scenario_load(file->path, suite->arena, mistakes);

	if (!scenario) {
		return;
	}
	struct suite_scenario *item = LIST_PUSH(&suite->scenarios, suite->arena);

	item->scenario = scenario;
	item->path = file->path;
	item->root = file->root;
	item->first_cell = suite->cells.count;
	scenario_add_cells(scenario, suite->arena, &suite->cells);
	item->cell_count = suite->cells.count - item->first_cell;
}

bool suite_load_watched(struct invocation *invocation, const struct suite_watch *watch,
		struct suite *suite, enum exit_status *ret_status)
{
	struct error_list mistakes = { 0 };
	struct search search = {
		.arena = invocation->arena,
		.mistakes = &mistakes,
		.seen = { .arena = invocation->arena },
	};

	*suite = (struct suite){ .arena = invocation->arena };
	find_files(&invocation->arguments, &search, suite);
	refuse_same_names(&search);
	for (size_t i = 0; i < search.files.count; i++) {
		const size_t before = suite->cells.count;

		load_file(&search.files.items[i], suite, &mistakes);
		if (watch->read) {
			watch->read(suite->cells.items + before, suite->cells.count - before,
					watch->data);
		}
	}
	if (mistakes.count) {
		*ret_status = print_mistakes(invocation, &mistakes);
		return false;
	}
	if (!search.files.count) {
		struct error *error = error_new(suite->arena, ERROR_NOT_FOUND,
				"no scenario files: nothing here ends in '.yaml'");

		(void)print_error(invocation, error);
		*ret_status = EXIT_NOTHING;
		return false;
	}
	return true;
}

bool suite_load(struct invocation *invocation, struct suite *suite, enum exit_status *ret_status)
{
	const struct suite_watch watch = { 0 };

	return suite_load_watched(invocation, &watch, suite, ret_status);
}

void suite_unload(struct suite *suite)
{
	for (size_t i = 0; i < suite->scenarios.count; i++) {
		scenario_unload(suite->scenarios.items[i].scenario);
	}
	suite->scenarios.count = 0;
}

const struct suite_scenario *suite_scenario_of(const struct suite *suite, size_t index)
{
	size_t low = 0, high = suite->scenarios.count;

	while (high - low >
			1) { // the last one that begins at or before the cell; empty ones share a start
		const size_t middle = low + (high - low) / 2;

		if (suite->scenarios.items[middle].first_cell <= index) {
			low = middle;
		} else {
			high = middle;
		}
	}
	return &suite->scenarios.items[low];
}
