#include "project/packages.h"

#include "kit/file.h"

struct looking {
	const struct package_search *search;
	struct arena *arena;
	str package;            /* as a path: "a/b" */
	struct str_list looked; /* at these folders */
};

/* Whether the package is in `folder`; if so, where. */
static bool is_in(struct looking *looking, str folder, str *ret_package)
{
	const struct files *files = looking->search->files;

	folder = path_normalise(folder, looking->arena);
	if (str_list_contains(&looking->looked, folder) ||
			!files_has_folder(files, folder, looking->arena)) {
		return false;
	}
	str_list_add(&looking->looked, folder, looking->arena);
	*ret_package = path_join(folder, looking->package, looking->arena);
	return files_has_folder(files, *ret_package, looking->arena);
}

/* The same in lib/pythonX.Y/site-packages of a virtual environment. */
static bool is_in_environment(struct looking *looking, str environment, str *ret_package)
{
	struct arena *arena = looking->arena;
	const struct files *files = looking->search->files;
	const str lib = path_join(environment, STR("lib"), arena);
	struct str_list names = { 0 };

	if (!files_has_folder(files, lib, arena) || files_list(files, lib, arena, &names)) {
		return false;
	}
	str_list_sort(&names);
	for (size_t i = names.count; i-- > 0;) {
		const str packages = path_join(
				path_join(lib, names.items[i], arena), STR("site-packages"), arena);

		if (str_starts_with(names.items[i], STR("python")) &&
				is_in(looking, packages, ret_package)) {
			return true;
		}
	}
	return false;
}

static bool look(struct looking *looking, str *ret_package)
{
	static const char *const environments[] = { ".venv", "venv", "env" };
	const struct package_search *search = looking->search;
	struct arena *arena = looking->arena;

	for (size_t i = 0; i < search->sys_path->count; i++) {
		if (is_in(looking, path_join(search->folder, search->sys_path->items[i], arena),
				    ret_package)) {
			return true;
		}
	}
	for (str folder = search->folder; folder.len > 1; folder = path_folder(folder)) {
		if (is_in(looking, folder, ret_package) ||
				is_in(looking, path_join(folder, STR("src"), arena), ret_package)) {
			return true;
		}
		for (size_t i = 0; i < COUNT_OF(environments); i++) {
			if (is_in_environment(looking,
					    path_join(folder, str_from(environments[i]), arena),
					    ret_package)) {
				return true;
			}
		}
		if (files_look(search->files, path_join(folder, STR(".git"), arena), arena).kind !=
				ENTRY_NONE) {
			break; // the repository's root
		}
	}
	return search->environment.len &&
			is_in_environment(looking, search->environment, ret_package);
}

static struct error *refuse(const struct looking *looking, str module)
{
	struct arena *arena = looking->arena;
	struct str_list names = { 0 };
	const str first = str_slice(module, 0, str_find_char(module, '.'));
	struct error *error = error_alembic(
			arena, "ModuleNotFoundError", "No module named '%.*s'", STR_ARG(first));

	for (size_t i = 0; i < looking->looked.count; i++) {
		str_list_add(&names,
				files_name(looking->search->files, looking->looked.items[i], arena),
				arena);
	}
	error->detail = str_format(arena, "It was looked for in %.*s.",
			STR_ARG(str_list_join(&names, STR(", "), arena)));
	error->hint = STR("If it is installed elsewhere, activate its virtual environment first.");
	return error;
}

struct error *package_find(const struct package_search *search, str location, struct arena *arena,
		str *ret_folder)
{
	struct looking looking = { .search = search, .arena = arena };
	struct buf package = { .arena = arena };
	str rest = location, module, part;

	str_next_part(&rest, ':', &module);
	for (size_t i = 0; i < module.len; i++) {
		buf_add_char(&package, module.data[i] == '.' ? '/' : module.data[i]);
	}
	looking.package = buf_str(&package);
	if (!module.len || !look(&looking, ret_folder)) {
		return refuse(&looking, module);
	}
	while (str_next_part(&rest, ':', &part)) {
		*ret_folder = path_join(*ret_folder, part, arena);
	}
	*ret_folder = path_normalise(*ret_folder, arena);
	return NULL;
}
