#include "lab/dump.h"

#include "kit/arena.h"
#include "kit/unpack.h"

#include <string.h>

/* The banner of a dump is within so many bytes. */
#define PROBED 512

/* How dumps begin, or what stands in their banners, and whose they are. */
static const struct {
	str sign;
	bool is_start;
	const char *engine; /* NULL: none that there is */
	const char *name;
} dumps[] = {
	{ STR_INIT("PGDMP"), true, "postgres", "PostgreSQL" },
	{ STR_INIT("PostgreSQL database dump"), false, "postgres", "PostgreSQL" },
	{ STR_INIT("PostgreSQL database cluster dump"), false, "postgres", "PostgreSQL" },
	{ STR_INIT("SQLite format 3"), true, "sqlite", "SQLite" },
	{ STR_INIT("PRAGMA foreign_keys=OFF;"), true, "sqlite", "SQLite" },
	{ STR_INIT("-- MySQL dump"), true, NULL, "MySQL" },
	{ STR_INIT("-- MariaDB dump"), true, NULL, "MariaDB" },
};

/* Whether a file that starts so is a dump of that kind. */
static bool is_dump(str start, size_t kind)
{
	return dumps[kind].is_start ? str_starts_with(start, dumps[kind].sign)
				    : str_find(start, dumps[kind].sign) < start.len;
}

const char *dump_engine(str path, struct arena *arena)
{
	str start;

	if (unpack_read_start(path, PROBED, arena, &start)) {
		return NULL;
	}
	for (size_t i = 0; i < COUNT_OF(dumps); i++) {
		if (is_dump(start, i)) {
			return dumps[i].engine;
		}
	}
	return NULL;
}

/* Of the formats that are no text, those that say in whose hands they are; a tar has 'toc.dat' as its first file. */
static const char *binary_engine(str start)
{
	if (str_starts_with(start, STR("PGDMP")) || str_starts_with(start, STR("toc.dat"))) {
		return "postgres";
	}
	return str_starts_with(start, STR("SQLite format 3")) ? "sqlite" : NULL;
}

struct error *dump_check(str path, const struct engine *engine, struct arena *arena)
{
	const str utf16[] = { STR("\xFF\xFE"), STR("\xFE\xFF") };
	str start;

	if (unpack_read_start(path, PROBED, arena, &start)) {
		return NULL; // whoever loads it says so
	}
	const char *owner = binary_engine(start);
	const size_t nul = str_find_char(start, '\0');

	if (owner || nul == start.len) {
		return !owner || strcmp(owner, engine->name) == 0
				? NULL
				: error_new(arena, ERROR_INVALID,
						  "cannot load '%.*s': it is no dump for %s",
						  STR_ARG(path), engine->title);
	}
	struct error *error = error_new(arena, ERROR_INVALID,
			"'%.*s' is no text, and no archive that is known: it holds a NUL byte",
			STR_ARG(path));

	for (size_t i = 0; i < COUNT_OF(utf16); i++) {
		if (str_starts_with(start, utf16[i])) {
			error->hint = STR("The file is in UTF-16: save it as UTF-8.");
		}
	}
	return error;
}

str dump_hint(str path, const struct engine *engine, struct arena *arena)
{
	str start;

	if (unpack_read_start(path, PROBED, arena, &start)) {
		return STR("");
	}
	for (size_t i = 0; i < COUNT_OF(dumps); i++) {
		const bool is_it = is_dump(start, i);

		if (is_it && !dumps[i].engine) {
			return str_format(arena,
					"The file is a dump of %s, which cannot be rehearsed.",
					dumps[i].name);
		}
		if (is_it && strcmp(dumps[i].engine, engine->name) != 0) {
			return str_format(arena,
					"The file is from %s: write 'engines: [%s]', in the scenario or "
					"in its strategies.",
					dumps[i].name, dumps[i].engine);
		}
	}
	return STR("");
}
