/*
 * project/find.h - where the Alembic project of a folder is.
 */
#ifndef PROJECT_FIND_H
#define PROJECT_FIND_H

#include "project/settings.h"

enum place_kind {
	PLACE_CONFIGURATION,   /* an ini, or a pyproject.toml with [tool.alembic] */
	PLACE_SCRIPT_LOCATION, /* a folder with an env.py, and no configuration */
	PLACE_REVISIONS,       /* a folder of revision files */
};

struct project_place {
	enum place_kind kind;
	str path;    /* from the root */
	str section; /* of the ini; empty: the usual one */
};

struct project_places {
	struct project_place *items;
	size_t count, capacity;
};

/*
 * The project in `folder`: alembic.ini, pyproject.toml, migrations/alembic.ini, alembic/alembic.ini; else
 * the folder itself, if it is a script location or holds revisions; else all projects below. None: the
 * list is empty.
 */
struct project_places project_find(
		const struct settings_request *request, str folder, struct arena *arena);

/* All projects in `folder` and below, by path. */
struct project_places project_find_all(
		const struct settings_request *request, str folder, struct arena *arena);

/* Sub-folders of `folder`, at any depth, that hold revision files themselves. At most `limit`. */
struct str_list project_find_revision_folders(
		const struct files *files, str folder, size_t limit, struct arena *arena);

/* Whether a file of this folder declares a revision; `ret_python_files` is how many Alembic would load. */
bool project_holds_revisions(const struct files *files, str folder, struct arena *arena,
		size_t *ret_python_files);

#endif
