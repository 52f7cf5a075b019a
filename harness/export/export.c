#include "export/export_internal.h"

#include "kit/arena.h"
#include "kit/file.h"

const char *const export_database_names[SCENARIO_ENGINE_COUNT] = {
	[SCENARIO_SQLITE] = "database.sqlite",
	[SCENARIO_POSTGRES] = "database.sql",
};

static struct error *write_revisions(
		const struct export_wish *wish, str folder, struct arena *arena)
{
	const struct str_list names = export_file_names(wish->tree, arena);
	struct error *err = NULL;

	for (size_t i = 0; !err && i < wish->tree->count; i++) {
		const str written = wish->texts ? wish->texts->items[i] : (str){ 0 };

		err = file_write(path_join(folder, names.items[i], arena),
				written.len ? written
					    : revision_text(wish, &wish->tree->items[i], arena),
				arena);
	}
	return err;
}

struct error *export_write(const struct export_wish *wish, str folder, struct arena *arena)
{
	const str versions = path_join(folder, STR("versions"), arena);
	const struct {
		const char *name;
		str text;
	} files[] = {
		{ "alembic.ini", configuration_ini(wish, arena) },
		{ "env.py", configuration_env(wish, arena) },
		{ "script.py.mako", configuration_template() },
		{ "README.md", wish->readme },
	};
	struct error *err = directory_make(versions, arena);

	for (size_t i = 0; !err && i < COUNT_OF(files); i++) {
		if (files[i].text.len) {
			err = file_write(path_join(folder, str_from(files[i].name), arena),
					files[i].text, arena);
		}
	}
	return err ? err : write_revisions(wish, versions, arena);
}
