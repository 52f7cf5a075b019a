#include "lab/dump.h"

#include "kit/arena.h"
#include "kit/file.h"
#include "kit/unpack.h"

#include <string.h>
#include <sys/stat.h>

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

/* Archives, and what else is packed, become so many times as large at most, save what hardly holds anything. */
#define UNPACKED_TIMES 10

#define US_FOR_A_MIB 1000000

static int64_t size_of_file(str path, struct arena *arena)
{
	struct stat status;

	return stat(str_to_c(path, arena), &status) == 0 ? (int64_t)status.st_size : 0;
}

static int64_t size_of_folder(str path, struct arena *arena)
{
	struct str_list names = { 0 };
	int64_t size = 0;

	if (directory_list_unsorted(path, arena, &names)) {
		return 0;
	}
	for (size_t i = 0; i < names.count; i++) {
		size += size_of_file(path_join(path, names.items[i], arena), arena);
	}
	return size;
}

static bool is_plain(str path, struct arena *arena)
{
	static const str packed[] = { STR_INIT("PGDMP"), STR_INIT("\x1f\x8b"),
		STR_INIT("\x28\xb5\x2f\xfd") };
	str start;

	if (file_read_start(path, 8, arena, &start)) {
		return false;
	}
	for (size_t i = 0; i < COUNT_OF(packed); i++) {
		if (str_starts_with(start, packed[i])) {
			return false;
		}
	}
	return true;
}

int64_t dump_patience_us(str path, struct arena *arena)
{
	const bool is_folder = path_is_directory(path, arena);
	const int64_t size = is_folder ? size_of_folder(path, arena) : size_of_file(path, arena);
	const int64_t times = !is_folder && is_plain(path, arena) ? 1 : UNPACKED_TIMES;

	return size * times / (1024 * 1024) * US_FOR_A_MIB;
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
