/*
 * project/ini.h - an ini file as Python's configparser reads it for Alembic: sections, DEFAULT, values over
 * several lines, whole-line comments, `%(name)s` filled in when a value is asked for. What configparser
 * refuses is an error with its class and words.
 */
#ifndef PROJECT_INI_H
#define PROJECT_INI_H

#include "kit/arena.h"
#include "kit/error.h"

struct ini_option {
	str name;          /* in lower case */
	str value;         /* lines joined by "\n", nothing filled in */
	struct span where; /* of the name */
};

struct ini_section {
	str name;
	struct ini_option *items; /* as they stand in the file */
	size_t count, capacity;
	struct span where;
};

struct ini {
	const struct source *source;
	struct ini_section defaults; /* DEFAULT, and what the caller has put there */
	struct ini_section *items;   /* as they stand in the file */
	size_t count, capacity;
};

/* Read `source` (borrowed). `here` is what `%(here)s` stands for; Alembic puts it among the defaults. */
MUST_USE struct error *ini_parse(
		const struct source *source, str here, struct arena *arena, struct ini *ret_ini);

/* NULL: there is none. DEFAULT is none. */
const struct ini_section *ini_find(const struct ini *ini, str section);

/* The option of the section or of DEFAULT; NULL: there is none. Names in lower case. */
const struct ini_option *ini_find_option(
		const struct ini *ini, const struct ini_section *section, str name);

/*
 * Its value with everything filled in. `ret_value` has data NULL when there is no such option.
 */
MUST_USE struct error *ini_get(const struct ini *ini, const struct ini_section *section, str name,
		struct arena *arena, str *ret_value);

#endif
