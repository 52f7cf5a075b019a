/*
 * project/settings.h - how an Alembic project is configured: its ini file and its pyproject.toml, read as
 * the chosen release of Alembic reads them, with all paths from the root. What Alembic would refuse is an
 * error in its words.
 */
#ifndef PROJECT_SETTINGS_H
#define PROJECT_SETTINGS_H

#include "files/files.h"

/* What new files are called if the project does not say. */
#define SETTINGS_FILE_TEMPLATE "%(rev)s_%(slug)s"

struct settings {
	str name;      /* of the project, for people: its configuration file or its folder */
	str folder;    /* the project's: its configuration file's */
	str ini, toml; /* paths; empty: none */
	str section;   /* of the ini; empty: there is no ini */
	str script_location;
	str run_folder; /* where Alembic must run, as a location counts from there; empty: anywhere */
	bool is_led; /* no configuration says where the scripts are: an extension tells Alembic (Flask-Migrate) */
	struct str_list search_path;       /* `prepend_sys_path`: folders from the root */
	bool has_env;                      /* it is one: there should be an env.py */
	struct str_list version_locations; /* as given; empty: `versions` in the script location */
	bool recursive_version_locations;
	bool sourceless;
	str file_template;
	str timezone;          /* of dates in new files; empty: local time */
	size_t slug_len;       /* of a message in the name of a new file; 0: as usual */
	struct str_list notes; /* one line each */
};

/* Where to look for packages that a location names, `package:path`. */
struct settings_request {
	const struct files *files;
	int level;       /* of Alembic */
	str section;     /* `-n NAME`; empty: "alembic" */
	str environment; /* a virtual environment's folder that is active; empty: none */
};

/* Read the configuration at `path`, an ini or a toml file, and what stands beside it. */
MUST_USE struct error *settings_read(const struct settings_request *request, str path,
		struct arena *arena, struct settings *ret_settings);

/* The settings of a script location that no configuration was found for. */
struct settings settings_of_script_location(
		const struct files *files, str folder, struct arena *arena);

/* Sections of an ini file that have a `script_location` of their own, in its order. */
MUST_USE struct error *settings_sections(const struct files *files, str path, struct arena *arena,
		struct str_list *ret_names);

/* Whether a pyproject.toml has a table [tool.alembic]. A file that is no TOML has none. */
bool settings_is_in_toml(const struct files *files, str path, struct arena *arena);

#endif
