/*
 * cli/database_source.h - the X of `--database X`: a database that is asked about, which is copied and never touched.
 * What kinds there are is a table in database_source.c; a new one is a row there.
 */
#ifndef CLI_DATABASE_SOURCE_H
#define CLI_DATABASE_SOURCE_H

#include "cli/command.h"
#include "scenario/scenario.h"

/* Which rows are wanted of a database that is read where it is; a dump has those that it has. */
enum database_rows {
	DATABASE_ROWS_OF_VERSIONS, /* of Alembic's version tables */
	DATABASE_ROWS_ALL,
};

struct database_source {
	str name; /* as given, without secrets */
	const struct scenario *
			scenario; /* whose state it is, and by whose tree it is built; NULL: none */
	struct scenario_state state;         /* how a copy of it is made */
	bool engines[SCENARIO_ENGINE_COUNT]; /* on which that can be done */
	str folder;       /* with what was captured of it; empty: there is none */
	int64_t loads_us; /* how long it may take to load it, beside other things */
	struct arena *arena;
};

/*
 * What `argument`, a value of the invocation's --database, names; else `mistakes` says why not. One that is read where it
 * is (a URL) is captured now, with the help of --pg-bindir if the command has that, and what it lacks
 * is told. Always call database_source_close().
 */
void database_source_open(const struct invocation *invocation, str argument,
		enum database_rows rows, struct database_source *source,
		struct error_list *mistakes);
void database_source_close(struct database_source *source);

/* What X may be, for help. */
#define DATABASE_SOURCE_WORDS                                                                                    \
	"X is the URL of a database, which is only read (postgresql://..., sqlite:///PATH, as SQLAlchemy or "    \
	"libpq write them), a dump of one (whatever pg_dump or pg_dumpall has written, an .sql file, packed or " \
	"not), a SQLite file, or a state of a scenario as SCENARIO:STATE."

/* Option row. */
#define DATABASE_SOURCE_OPTION                                                                           \
	{                                                                                                \
		.name = "database", .value = "X",                                                        \
		.help = "the database: a URL, a dump, a SQLite file, or SCENARIO:STATE; it is only read" \
	}

#endif
