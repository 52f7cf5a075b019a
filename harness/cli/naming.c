#include "cli/naming.h"

#include "cli/last_failed.h"
#include "cli/scenario_project.h"

#include "kit/arena.h"
#include "kit/file.h"
#include "kit/suggest.h"
#include "scenario/load.h"
#include "scenario/yaml.h"

#include <errno.h>
#include <sys/stat.h>

/* Where scenarios are that are called by their bare names. */
#define SCENARIOS "scenarios"

static const char *const suffixes[] = { ".yaml", ".yml" };

bool naming_is_scenario_file(str path)
{
	for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
		if (str_ends_with(path, str_from(suffixes[i]))) {
			return true;
		}
	}
	return false;
}

/* --- folders --------------------------------------------------------------------------------- */

/* Symbolic links to folders are left alone, as they may lead round in circles. */
static bool is_real_folder(str path, struct arena *arena)
{
	struct stat status;

	return lstat(str_to_c(path, arena), &status) == 0 && S_ISDIR(status.st_mode);
}

/* Whether a folder that was not named itself is searched: others have what is not the user's. */
static bool is_searched(const struct str_list *names)
{
	return !str_list_contains(names, STR("pyvenv.cfg"));
}

/* In so many folders at most; 0: in all there are. */
static struct str_list find_files(
		str folder, size_t limit, struct arena *arena, struct error_list *mistakes)
{
	struct str_list folders = { 0 }, files = { 0 };

	str_list_add(&folders, folder, arena);
	for (size_t i = 0; i < folders.count && (!limit || i < limit); i++) {
		struct str_list names = { 0 };
		struct error *error = directory_list(folders.items[i], arena, &names);

		if (error && mistakes) {
			error_list_add(mistakes, error, arena);
		}
		for (size_t j = 0; j < names.count && (!i || is_searched(&names)); j++) {
			const str name = names.items[j];
			const str path = path_join(folders.items[i], name, arena);

			if (str_starts_with(name, STR(".")) ||
					str_equal(name, STR("node_modules"))) {
				continue;
			} else if (is_real_folder(path, arena)) {
				str_list_add(&folders, path, arena);
			} else if (naming_is_scenario_file(path)) {
				str_list_add(&files, path, arena);
			}
		}
	}
	return files;
}

struct str_list naming_find_files(str folder, struct arena *arena, struct error_list *mistakes)
{
	return find_files(folder, 0, arena, mistakes);
}

/* --- the kinds of things --------------------------------------------------------------------- */

/* An argument being looked at. */
struct naming {
	str argument;
	struct arena *arena;
	struct named *named;
};

/* Each row: whether it is that, or an error when it would be and cannot. */
typedef bool recognise_fn(struct naming *naming, struct error **ret_error);

static bool recognise_path(struct naming *naming, struct error **ret_error)
{
	struct stat status;

	if (str_equal(naming->argument, STR("-"))) {
		*naming->named = (struct named){ NAMED_SCENARIO, .is_stream = true,
			.path = naming->argument };
		return true;
	}
	if (!naming->argument.len) {
		return false;
	}
	if (stat(str_to_c(naming->argument, naming->arena), &status) != 0) {
		if (errno == EACCES) {
			*ret_error = error_from_errno(
					naming->arena, "look at '%.*s'", STR_ARG(naming->argument));
		}
		return false;
	}
	*naming->named = (struct named){
		S_ISDIR(status.st_mode) ? NAMED_FOLDER : NAMED_SCENARIO,
		.is_stream = !S_ISDIR(status.st_mode) && !S_ISREG(status.st_mode),
		.path = naming->argument,
	};
	return true;
}

/* A file without its suffix. */
static bool recognise_stem(struct naming *naming, struct error **ret_error)
{
	(void)ret_error;
	for (size_t i = 0; naming->argument.len && i < COUNT_OF(suffixes); i++) {
		const str path = str_format(
				naming->arena, "%.*s%s", STR_ARG(naming->argument), suffixes[i]);

		if (path_is_file(path, naming->arena)) {
			*naming->named = (struct named){ NAMED_SCENARIO, .path = path };
			return true;
		}
	}
	return false;
}

struct str_list naming_known_scenarios(struct arena *arena)
{
	const str folder = STR(SCENARIOS);

	return path_is_directory(folder, arena) ? naming_find_files(folder, arena, NULL)
						: (struct str_list){ 0 };
}

/* The one of them that is called so, or that there are several. */
static bool choose(struct naming *naming, const struct str_list *files, struct error **ret_error)
{
	struct str_list found = { 0 };

	for (size_t i = 0; i < files->count; i++) {
		if (str_equal(path_stem(files->items[i]), naming->argument)) {
			str_list_add(&found, files->items[i], naming->arena);
		}
	}
	if (found.count > 1) {
		*ret_error = error_new(naming->arena, ERROR_AMBIGUOUS,
				"several scenarios are called '%.*s': %.*s",
				STR_ARG(naming->argument),
				STR_ARG(str_list_join(&found, STR(", "), naming->arena)));
	}
	if (found.count == 1) {
		*naming->named = (struct named){ NAMED_SCENARIO, .path = found.items[0] };
	}
	return found.count == 1;
}

/* A scenario below `scenarios`. */
static bool recognise_bare_name(struct naming *naming, struct error **ret_error)
{
	const struct str_list files = naming_known_scenarios(naming->arena);

	return choose(naming, &files, ret_error);
}

/* So many folders of a working folder are looked into for a name: in a home there may be any number. */
#define FOLDERS_HERE 2000

/* What a report has printed of a scenario that lies elsewhere: below the working folder, or where it failed. */
static bool recognise_printed_name(struct naming *naming, struct error **ret_error)
{
	struct arena *arena = naming->arena;
	const struct last_failed failed = last_failed_read(arena);
	struct str_list files = { 0 };

	if (str_find_char(naming->argument, '/') < naming->argument.len || !naming->argument.len) {
		return false;
	}
	for (size_t i = 0; i < failed.count; i++) {
		if (!str_list_contains(&files, failed.items[i].path)) {
			str_list_add(&files, failed.items[i].path, arena);
		}
	}
	const bool has_failed = choose(naming, &files, ret_error);

	if (has_failed || *ret_error) {
		return has_failed;
	}
	const struct str_list here = find_files(STR("."), FOLDERS_HERE, arena, NULL);
	struct str_list scenarios = { 0 };

	for (size_t i = 0; i < here.count; i++) {
		bool is_scenario = false;

		if (str_equal(path_stem(here.items[i]), naming->argument) &&
				!scenario_probe(here.items[i], arena, &is_scenario) &&
				is_scenario) {
			str_list_add(&scenarios, path_normalise(here.items[i], arena), arena);
		}
	}
	return choose(naming, &scenarios, ret_error);
}

/* "scenario/strategy@state:engine": neither a strategy nor a state has a slash in its name. */
static bool recognise_cell(struct naming *naming, struct error **ret_error)
{
	size_t at = naming->argument.len, slash;
	struct named scenario = { 0 };

	while (at && naming->argument.data[at - 1] != '@') {
		at--;
	}
	if (!at) {
		return false;
	}
	slash = at;
	while (slash && naming->argument.data[slash - 1] != '/') {
		slash--;
	}
	const str cell = str_slice(naming->argument, slash, naming->argument.len);

	if (slash) {
		*ret_error = naming_resolve_scenario(str_slice(naming->argument, 0, slash - 1),
				naming->arena, &scenario);
		if (*ret_error) {
			return false;
		}
	}
	*naming->named = (struct named){
		NAMED_CELL,
		.is_stream = scenario.is_stream,
		.path = scenario.path,
		.cell = cell,
	};
	return true;
}

/* In the order in which they are tried: what is there comes before what it could mean. */
static recognise_fn *const rows[] = {
	recognise_path,
	recognise_stem,
	recognise_bare_name,
	recognise_printed_name,
	recognise_cell,
};

/* --- what is nothing ------------------------------------------------------------------------- */

/* The scenario files and folders beside a path, and the scenarios that are known by name. */
static struct str_list names_near(str argument, struct arena *arena)
{
	const str folder = path_folder(argument);
	struct str_list beside = { 0 }, near = { 0 };
	const struct str_list known = naming_known_scenarios(arena);

	if (!directory_list(folder, arena, &beside)) {
		for (size_t i = 0; i < beside.count; i++) {
			const str path = path_join(folder, beside.items[i], arena);

			if (naming_is_scenario_file(path) || path_is_directory(path, arena)) {
				str_list_add(&near, path, arena);
			}
		}
	}
	for (size_t i = 0; i < known.count; i++) {
		str_list_add(&near, path_stem(known.items[i]), arena);
		str_list_add(&near, known.items[i], arena);
	}
	return near;
}

/* The file of the same name with the other suffix, which is nearer than any letters; else nothing. */
static str with_other_suffix(str argument, struct arena *arena)
{
	for (size_t i = 0; i < COUNT_OF(suffixes); i++) {
		const str path = path_join(path_folder(argument),
				str_format(arena, "%.*s%s", STR_ARG(path_stem(argument)),
						suffixes[i]),
				arena);

		if (naming_is_scenario_file(argument) && path_is_file(path, arena)) {
			return path;
		}
	}
	return (str){ 0 };
}

static str nearest_name(str argument, struct arena *arena)
{
	const str same = with_other_suffix(argument, arena);
	const struct str_list near = names_near(argument, arena);

	return same.len ? same : suggest_nearest(argument, near.items, near.count, arena);
}

static struct error *nothing(str argument, struct arena *arena)
{
	const str nearest = nearest_name(argument, arena);
	struct error *error = error_new(arena, ERROR_NOT_FOUND,
			"there is no file, folder or scenario '%.*s'", STR_ARG(argument));

	if (nearest.len) {
		error->hint = suggest_did_you_mean(str_printable(nearest, arena), STR(""), arena);
	} else if (path_is_directory(STR(SCENARIOS), arena)) {
		error->hint = STR("'rehearse list' names the scenarios of '" SCENARIOS "'.");
	} else if (!naming_is_scenario_file(argument)) {
		error->hint = STR("There are none in a folder '" SCENARIOS "' here; name a file.");
	}
	return error;
}

struct error *naming_resolve(str argument, struct arena *arena, struct named *ret_named)
{
	while (argument.len > 1 && str_ends_with(argument, STR("/"))) {
		argument.len--;
	}
	struct naming naming = { argument, arena, ret_named };
	struct error *error = NULL;

	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		if (rows[i](&naming, &error)) {
			return NULL;
		}
		if (error) {
			return error;
		}
	}
	return nothing(argument, arena);
}

struct error *naming_resolve_scenario(str argument, struct arena *arena, struct named *ret_named)
{
	struct error *error = naming_resolve(argument, arena, ret_named);

	if (error) {
		return error;
	}
	if (ret_named->kind == NAMED_FOLDER) {
		error = error_new(arena, ERROR_INVALID, "'%.*s' is a folder, not a scenario",
				STR_ARG(ret_named->path));
		error->hint = str_format(arena, "'rehearse list %.*s' names its scenarios.",
				STR_ARG(str_shell_word(ret_named->path, arena)));
	} else if (!ret_named->path.len) {
		error = error_new(arena, ERROR_INVALID,
				"'%.*s' is a cell of a scenario that is not named",
				STR_ARG(argument));
		error->hint = str_format(arena, "Write 'SCENARIO/%.*s'.", STR_ARG(ret_named->cell));
	}
	return error;
}

/* --- reading --------------------------------------------------------------------------------- */

/* What a scenario is called that comes through a pipe; a pipe in a folder has its own name. */
static str stream_name(str path, struct arena *arena)
{
	const str folder = path_folder(path);

	if (str_equal(path, STR("-")) || str_equal(path, STR("/dev/stdin"))) {
		return STR("stdin");
	}
	if (str_equal(folder, STR("/dev/fd")) || str_equal(folder, STR("/proc/self/fd"))) {
		return str_format(arena, "pipe-%.*s", STR_ARG(path_name(path)));
	}
	return str_equal(folder, STR("/dev")) ? path : path_name(path);
}

const struct scenario *naming_load(
		const struct named *named, struct arena *arena, struct error_list *mistakes)
{
	return named->is_stream ? scenario_load_stream(named->path, stream_name(named->path, arena),
						  &scenario_projects, arena, mistakes)
				: scenario_load(named->path, &scenario_projects, arena, mistakes);
}

const struct scenario *naming_load_tree(
		const struct named *named, struct arena *arena, struct error_list *mistakes)
{
	str text;
	struct error *err = named->is_stream
			? stream_read(named->path, YAML_MAX_BYTES, arena, &text)
			: file_read(named->path, YAML_MAX_BYTES, arena, &text);

	if (err) {
		error_list_add(mistakes, err, arena);
		return NULL;
	}
	return scenario_parse_tree(named->is_stream ? stream_name(named->path, arena) : named->path,
			text, &scenario_projects, arena, mistakes);
}

bool naming_is_cell(const struct scenario_cell *cell, str name)
{
	const str full = cell->name;
	const size_t scenario = cell->scenario->name.len + 1;
	const str engine = str_from(scenario_engine_names[cell->engine]);
	const size_t end = full.len - engine.len - 1;

	return str_equal(name, full) || str_equal(name, str_slice(full, scenario, full.len)) ||
			str_equal(name, str_slice(full, 0, end)) ||
			str_equal(name, str_slice(full, scenario, end - scenario));
}
