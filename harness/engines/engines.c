/*
 * The kinds of database. To add one: a room <name>/ whose engine.c exports `const struct engine
 * engine_<name>`, a line above the table and a row in it.
 */
#include "engines/engines.h"

extern const struct engine engine_sqlite;
extern const struct engine engine_postgres;

static const struct engine *const engines[] = {
	&engine_sqlite,
	&engine_postgres,
};

const struct engine *engine_find(str name)
{
	for (size_t i = 0; i < COUNT_OF(engines); i++) {
		if (str_equal(str_from(engines[i]->name), name)) {
			return engines[i];
		}
	}
	return NULL;
}
