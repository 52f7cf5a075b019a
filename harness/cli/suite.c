#include "cli/suite.h"

#include "cli/last_failed.h"
#include "cli/naming.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "kit/table.h"
#include "scenario/load.h"
#include "scenario/yaml.h"

/* A scenario that was found. */
struct found {
	struct named named;
	str root;
	bool is_below_folder;  /* found in a folder that was named */
	struct str_list cells; /* that were named; none: the whole scenario was */
};

struct search {
	struct arena *arena;
	struct error_list *mistakes;
	struct table seen; /* real paths, to indices: a file that is named twice is read once */
	size_t passed_over;

	struct {
		struct found *items;
		size_t count, capacity;
	} files;
};

static struct found *add_file(struct search *search, const struct named *named, str root)
{
	const str real = path_absolute(named->path, search->arena);
	uint32_t at;

	if (table_find(&search->seen, real, &at)) {
		return &search->files.items[at];
	}
	table_set(&search->seen, real, (uint32_t)search->files.count);
	struct found *found = LIST_PUSH(&search->files, search->arena);

	*found = (struct found){ .named = *named, .root = root };
	return found;
}

/* Other YAML lies beside scenarios. What cannot be read is kept, as reading it will say so. */
static bool is_passed_over(struct search *search, str path)
{
	bool is_scenario;
	const struct error *error = scenario_probe(path, search->arena, &is_scenario);

	return error ? error->code == ERROR_INVALID : !is_scenario;
}

static void add_folder(struct search *search, str root)
{
	const struct str_list files = naming_find_files(root, search->arena, search->mistakes);

	for (size_t i = 0; i < files.count; i++) {
		const struct named named = { NAMED_SCENARIO, .path = files.items[i] };

		if (is_passed_over(search, files.items[i])) {
			search->passed_over++;
		} else {
			add_file(search, &named, root)->is_below_folder = true;
		}
	}
}

static void add_argument(struct search *search, str argument, struct suite *suite)
{
	struct named named;
	struct error *error = naming_resolve(argument, search->arena, &named);

	if (!error && named.kind == NAMED_CELL && !named.path.len) {
		if (search->files.count) { // a cell of the scenario before it, as 'explain' has it
			struct found *last = &search->files.items[search->files.count - 1];

			str_list_add(&last->cells, named.cell, search->arena);
			return;
		}
		error = naming_resolve_scenario(argument, search->arena, &named);
	}
	if (error) {
		error_list_add(search->mistakes, error, search->arena);
		return;
	}
	if (named.kind == NAMED_FOLDER) {
		suite->has_folder = true;
		add_folder(search, named.path);
		return;
	}
	struct found *found = add_file(search, &named, path_folder(named.path));

	if (named.kind == NAMED_CELL) {
		str_list_add(&found->cells, named.cell, search->arena);
	}
}

static void refuse_default(struct search *search)
{
	struct error *error = error_new(
			search->arena, ERROR_NOT_FOUND, "there is no folder 'scenarios' here");

	error->hint = STR("Name scenario files or folders, or begin one with 'rehearse new NAME'.");
	error_list_add(search->mistakes, error, search->arena);
}

static void find_files(const struct str_list *arguments, struct search *search, struct suite *suite)
{
	const str folder = STR("scenarios");

	for (size_t i = 0; i < arguments->count; i++) {
		add_argument(search, arguments->items[i], suite);
	}
	if (arguments->count) {
		return;
	}
	if (path_is_directory(folder, search->arena)) {
		suite->has_folder = true;
		add_folder(search, folder);
	} else {
		refuse_default(search);
	}
}

static void refuse_same_names(struct search *search)
{
	struct table stems = { .arena = search->arena };

	for (size_t i = 0; i < search->files.count; i++) {
		const str path = search->files.items[i].named.path;
		const str stem = path_stem(path);
		uint32_t first;

		if (!table_find(&stems, stem, &first)) {
			table_set(&stems, stem, (uint32_t)i);
			continue;
		}
		struct error *error = error_new(search->arena, ERROR_INVALID,
				"two scenarios are called '%.*s': %.*s and %.*s", STR_ARG(stem),
				STR_ARG(search->files.items[first].named.path), STR_ARG(path));

		error->hint = STR(
				"Rename one: records and reports know a scenario by its file's name.");
		error_list_add(search->mistakes, error, search->arena);
	}
}

static void load_file(const struct found *file, struct suite *suite, struct error_list *mistakes)
{
	const struct scenario *scenario = naming_load(&file->named, suite->arena, mistakes);

	if (!scenario) {
		return;
	}
	struct suite_scenario *item = LIST_PUSH(&suite->scenarios, suite->arena);

	item->scenario = scenario;
	item->path = file->named.path;
	item->root = file->root;
	item->is_stream = file->named.is_stream;
	if (!file->is_below_folder) {
		item->named_cells = file->cells;
	}
	item->first_cell = suite->cells.count;
	scenario_add_cells(scenario, suite->arena, &suite->cells);
	item->cell_count = suite->cells.count - item->first_cell;
}

/* The files of what --last-failed remembers, each once. Those that are gone are told. */
static struct str_list failed_paths(struct arena *arena)
{
	const struct last_failed cells = last_failed_read(arena);
	struct str_list paths = { 0 };

	for (size_t i = 0; i < cells.count; i++) {
		if (!str_list_contains(&paths, cells.items[i].path)) {
			str_list_add(&paths, cells.items[i].path, arena);
		}
	}
	for (size_t i = 0; i < cells.gone.count; i++) {
		print_err_sentence(
				str_format(arena,
						"warning: '%.*s' had a cell that failed last time, and is gone",
						STR_ARG(str_printable(cells.gone.items[i], arena))),
				arena);
	}
	if (!paths.count && !cells.gone.count) {
		print_err(STR(SUITE_NOTHING_FAILED));
	}
	return paths;
}

/* What nobody has looked at since it failed must not look like success. */
static enum exit_status status_of_none(struct arena *arena)
{
	return last_failed_read(arena).gone.count ? EXIT_NOTHING : EXIT_AS_EXPECTED;
}

static struct error *no_files(const struct search *search)
{
	struct error *error = error_new(search->arena, ERROR_NOT_FOUND,
			"no scenario files: nothing here ends in '.yaml' or '.yml'");

	if (search->passed_over) {
		error->message = str_format(search->arena, "no scenario files: %.*s",
				STR_ARG(suite_passed_over_words(
						search->passed_over, search->arena)));
		error->hint = STR("A scenario has the key 'rehearse'. A file that is named is "
				  "always read.");
	}
	return error;
}

str suite_passed_over_words(size_t count, struct arena *arena)
{
	return str_format(arena,
			"%zu file%s passed over, without a key 'rehearse' in the first 64 KiB",
			count, count == 1 ? "" : "s");
}

/* The last line behind several mistakes in files: there may be screens of them. */
static void print_mistake_count(struct invocation *invocation, const struct error_list *mistakes)
{
	struct table files = { .arena = invocation->arena };
	size_t count = 0;

	for (size_t i = 0; i < mistakes->count; i++) {
		const struct source *source = mistakes->items[i]->where.source;

		if (source) {
			table_set(&files, source->name, 1);
			count++;
		}
	}
	if (count > 1 && count == mistakes->count && count <= YAML_MAX_MISTAKES) {
		print_err(str_format(invocation->arena, "\n%zu mistakes in %zu file%s\n", count,
				files.count, files.count == 1 ? "" : "s"));
	}
}

bool suite_has_cell(const struct suite *suite, size_t index)
{
	const struct str_list *names = &suite_scenario_of(suite, index)->named_cells;
	bool is_named = names->count == 0;

	for (size_t i = 0; i < names->count && !is_named; i++) {
		is_named = naming_is_cell(&suite->cells.items[index], names->items[i]);
	}
	return is_named;
}

static bool has_cell(const struct suite *suite, const struct suite_scenario *scenario, str name)
{
	for (size_t i = 0; i < scenario->cell_count; i++) {
		if (naming_is_cell(&suite->cells.items[scenario->first_cell + i], name)) {
			return true;
		}
	}
	return false;
}

/* Names of cells that their scenarios do not have. */
static bool refuse_unknown_cells(struct invocation *invocation, const struct suite *suite)
{
	bool is_refused = false;

	for (size_t i = 0; i < suite->scenarios.count; i++) {
		const struct suite_scenario *scenario = &suite->scenarios.items[i];

		for (size_t j = 0; j < scenario->named_cells.count; j++) {
			const str name = scenario->named_cells.items[j];

			if (!has_cell(suite, scenario, name)) {
				(void)print_error(invocation,
						suite_unknown_cell(suite, scenario, name));
				is_refused = true;
			}
		}
	}
	return is_refused;
}

struct error *suite_unknown_cell(
		const struct suite *suite, const struct suite_scenario *scenario, str name)
{
	struct arena *arena = suite->arena;
	struct error *error =
			error_new(arena, ERROR_NOT_FOUND, "scenario '%.*s' has no cell '%.*s'",
					STR_ARG(scenario->scenario->name), STR_ARG(name));

	error->hint = suite_near_cells(suite, name,
			str_format(arena, "'rehearse explain %.*s' names its cells.",
					STR_ARG(str_shell_word(scenario->path, arena))));
	return error;
}

bool suite_load_watched(struct invocation *invocation, const struct suite_watch *watch,
		struct suite *suite, enum exit_status *ret_status)
{
	struct error_list *mistakes = &suite->mistakes;
	struct search search = {
		.arena = invocation->arena,
		.mistakes = mistakes,
		.seen = { .arena = invocation->arena },
	};

	*suite = (struct suite){ .arena = invocation->arena };
	if (!invocation->arguments.count && invocation_has(invocation, "last-failed")) {
		const struct str_list paths = failed_paths(suite->arena);

		if (!paths.count) {
			*ret_status = status_of_none(suite->arena);
			return false;
		}
		/* They are of several runs, so that two may have one name. */
		find_files(&paths, &search, suite);
	} else {
		find_files(&invocation->arguments, &search, suite);
		refuse_same_names(&search);
	}
	for (size_t i = 0; i < search.files.count; i++) {
		const size_t before = suite->cells.count;

		load_file(&search.files.items[i], suite, mistakes);
		if (watch->read && !search.files.items[i].cells.count) {
			const size_t count = suite->cells.count - before;

			watch->read(count ? suite->cells.items + before : NULL, count, watch->data);
		}
	}
	suite->passed_over = search.passed_over;
	if (mistakes->count) {
		*ret_status = print_mistakes(invocation, mistakes);
		print_mistake_count(invocation, mistakes);
		return false;
	}
	if (!search.files.count) {
		(void)print_error(invocation, no_files(&search));
		*ret_status = EXIT_NOTHING;
		return false;
	}
	if (refuse_unknown_cells(invocation, suite)) {
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
