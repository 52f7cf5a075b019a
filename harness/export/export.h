/*
 * export/export.h - a tree of a scenario as an Alembic project in a folder, as anybody would meet it: alembic.ini,
 * env.py, revision files whose bodies send the scenario's SQL statement by statement, in the transactions that the
 * scenario has. Plain Alembic meets there what the scenario says. Of the lesson, the strategies and the outcomes nothing
 * gets into the folder.
 */
#ifndef EXPORT_EXPORT_H
#define EXPORT_EXPORT_H

#include "database/engine.h"
#include "scenario/scenario.h"

/* What the folder has, beside the database. */
struct export_wish {
	const struct alembic_configure *configure;
	const struct scenario_revisions *tree; /* in load order */
	const struct str_list *
			texts; /* of revision files that are written already, one a revision, others empty; NULL: none is */
	const struct engine *engine;
	enum scenario_engine kind;
	str url; /* of the database, as SQLAlchemy writes it; data NULL: the file `export_database_name` in the folder */
	str readme; /* empty: there is none */
};

/* What the exported database is called in the folder: a SQLite file, or a dump. */
extern const char *const export_database_names[SCENARIO_ENGINE_COUNT];

/* Write the project into `folder`, which is there and empty. */
MUST_USE struct error *export_write(
		const struct export_wish *wish, str folder, struct arena *arena);

/* Lines of Python that send SQL statement by statement, each behind `indent`; "pass" where there is none. */
str export_statements(
		const struct engine *engine, str sql, const char *indent, struct arena *arena);

/* What Alembic says to a command that is tried there. */
struct export_attempt {
	const char *command;       /* "alembic upgrade head" */
	const struct error *error; /* NULL: it succeeds */
	str class_name;            /* of the error */
};

/* What README.md says: the story, how to begin, a command and its error. */
str export_readme(const struct scenario *scenario, const struct scenario_state *state,
		const struct engine *engine, const struct export_attempt *attempt,
		bool has_database, struct arena *arena);

/* The URL of a database, as SQLAlchemy and libpq read it. */
str export_url(const struct database_address *address, struct arena *arena);

/*
 * The names of the revision files, one a revision: what `file` says, else an id and words of the message. Alembic loads them
 * sorted, so that names that are made up are such that this is the order of the tree, as far as those that are
 * given allow.
 */
struct str_list export_file_names(const struct scenario_revisions *tree, struct arena *arena);

#endif
