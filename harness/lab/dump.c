#include "lab/dump.h"

#include "kit/arena.h"
#include "kit/unpack.h"

#include <string.h>

/* The banner of a dump is within so many bytes. */
#define PROBED 512

static const struct {
	str start;
	const char *unpack;
} archives[] = {
	{ STR_INIT("\xFD\x37\x7A\x58\x5A"), "unxz --keep" },
	{ STR_INIT("BZh"), "bunzip2 --keep" },
	{ STR_INIT("PK\x03\x04"), "unzip" },
};

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

str dump_hint(str path, const struct engine *engine, struct arena *arena)
{
	str start;

	if (unpack_read_start(path, PROBED, arena, &start)) {
		return STR("");
	}
	for (size_t i = 0; i < COUNT_OF(archives); i++) {
		if (str_starts_with(start, archives[i].start)) {
			return str_format(arena, "The file is packed: unpack it first, with '%s %.*s'.",
					archives[i].unpack,
					STR_ARG(str_shell_word(path, arena)));
		}
	}
	for (size_t i = 0; i < COUNT_OF(dumps); i++) {
		const bool is_it = is_dump(start, i);

		if (is_it && !dumps[i].engine) {
			return str_format(arena, "The file is a dump of %s, which cannot be rehearsed.",
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
