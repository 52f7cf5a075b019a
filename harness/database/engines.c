/*
 * The kinds of database. To add one: a file database/<name>.c that exports `const struct engine
 * engine_<name>`, a line above the table and a row in it.
 */
#include "database/engine.h"

extern const struct engine engine_sqlite;
extern const struct engine engine_postgres;

static const struct engine *const engines[] = {
	&engine_sqlite,
	&engine_postgres,
};

const struct engine *engine_at(size_t index)
{
	return index < COUNT_OF(engines) ? engines[index] : NULL;
}

const struct engine *engine_find(str name)
{
	for (size_t i = 0; i < COUNT_OF(engines); i++) {
		if (str_equal(str_from(engines[i]->name), name)) {
			return engines[i];
		}
	}
	return NULL;
}
