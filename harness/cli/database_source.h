/*
 * cli/database_source.h - the X of `--database X`: a database that is asked about, which is copied and never touched.
 * What kinds there are is a table in database_source.c; a new one is a row there.
 */
#ifndef CLI_DATABASE_SOURCE_H
#define CLI_DATABASE_SOURCE_H

#include "cli/command.h"
#include "scenario/scenario.h"

struct database_source {
	str name; /* as given */
	const struct scenario *
			scenario; /* whose state it is, and by whose tree it is built; NULL: none */
	struct scenario_state state;         /* how a copy of it is made */
	bool engines[SCENARIO_ENGINE_COUNT]; /* on which that can be done */
};

/* What `argument` names; else `mistakes` says why not. Always call database_source_close(). */
void database_source_open(str argument, struct arena *arena, struct database_source *source,
		struct error_list *mistakes);
void database_source_close(struct database_source *source);

/* What X may be, for help. */
#define DATABASE_SOURCE_WORDS                                                                            \
	"X is a dump of a database (a .sqlite file, an .sql file, pg_dump's custom format), or a state " \
	"of a scenario as SCENARIO:STATE."

/* Option row. */
#define DATABASE_SOURCE_OPTION                                                             \
	{                                                                                  \
		.name = "database", .value = "X",                                          \
		.help = "the database: a dump of it, or SCENARIO:STATE; it is only copied" \
	}

#endif
