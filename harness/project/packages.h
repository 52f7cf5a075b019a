/*
 * project/packages.h - where a Python package lies, found without Python: beside the configuration, under
 * what it prepends to sys.path, under `src`, in a virtual environment.
 */
#ifndef PROJECT_PACKAGES_H
#define PROJECT_PACKAGES_H

#include "files/files.h"

struct package_search {
	const struct files *files;
	str folder;                      /* the configuration file's */
	const struct str_list *sys_path; /* prepended paths, relative ones from `folder` */
	str environment;                 /* of the active virtual environment; empty: none */
};

/* The folder that `location`, "package.sub:path:path", names. An error says where it was looked for. */
MUST_USE struct error *package_find(const struct package_search *search, str location,
		struct arena *arena, str *ret_folder);

#endif
