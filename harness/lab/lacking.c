#include "lab/lacking.h"

#include "kit/arena.h"

/* Packages of Debian that bring extensions of other names. */
static const struct {
	const char *extension, *package;
} packages[] = {
	{ "vector", "postgresql-VERSION-pgvector" },
	{ "postgis", "postgresql-VERSION-postgis-3" },
	{ "pg_partman", "postgresql-VERSION-partman" },
	{ "pg_cron", "postgresql-VERSION-cron" },
	{ "hll", "postgresql-VERSION-hll" },
};

/* The part of `text` between the two; empty: it is not there. */
static str between(str text, str before, str after)
{
	const size_t at = str_find(text, before);
	const str rest = str_slice(text, at + before.len, text.len);
	const size_t end = str_find(rest, after);

	return at < text.len && end < rest.len ? str_slice(rest, 0, end) : (str){ 0 };
}

/* Servers up to 15 name its control file; newer ones it. */
static str missing_name(const struct error *error)
{
	const str name = between(error->message, STR("extension \""), STR("\" is not available"));

	return name.len ? name
			: between(error->message, STR("/extension/"), STR(".control\": No such file"));
}

static str find_extension(const struct error *error, struct arena *arena)
{
	const str name = error->code == ERROR_DATABASE || error->code == ERROR_ENVIRONMENT
			? missing_name(error)
			: (str){ 0 };

	if (!name.len) {
		return (str){ 0 };
	}
	for (size_t i = 0; i < COUNT_OF(packages); i++) {
		if (str_equal(name, str_from(packages[i].extension))) {
			return str_format(arena, "the server has no extension '%.*s' (package %s)",
					STR_ARG(name), packages[i].package);
		}
	}
	return str_format(arena, "the server has no extension '%.*s'", STR_ARG(name));
}

str lacking_find(const struct error *error, struct arena *arena)
{
	return str_equal(error->class_name, STR("NoDriver")) // the helper's own class: its message says what to install
			? str_copy(error->message, arena)
			: find_extension(error, arena);
}
