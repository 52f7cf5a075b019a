/*
 * lab/python.h - the bodies of a project's revisions: functions of Python files, run in the users' own Python. Their
 * statements are moments like those of SQL.
 */
#ifndef LAB_PYTHON_H
#define LAB_PYTHON_H

#include "lab/stage.h"

/* The project as the stage's tree has it now, for its Python; NULL: its bodies are all SQL. */
const struct python_project *stage_python_project(const struct stage *stage);

/* Whether that body of the revision is a function of Python. */
bool revision_has_python(const struct scenario_revision *revision, bool is_upgrade);

/* What is to be written behind the revision's file of Python, so that it says what the revision is now; empty: it does. */
str python_difference(struct stage *stage, const struct scenario_revision *revision);

/* Run it on a connection of env_connect(). The error has a place in the users' file. */
MUST_USE struct error *python_body_run(struct stage *stage, struct connection *connection,
		const struct scenario_revision *revision, bool is_upgrade);

/* A run of `alembic` by Alembic itself, with the project's env.py, on the tree as the stage has it now. */
MUST_USE struct error *python_command_run(
		struct stage *stage, const struct alembic_command *command);

/* `alembic check`: what the models want that the database does not have is the error. */
MUST_USE struct error *python_check_run(struct stage *stage);

/* What the project's models make, as the state's commit has them. */
MUST_USE struct error *python_models_make(
		struct stage *stage, const struct scenario_state *state);

/* Rows to make up, beside those that are there. */
struct rows_wish {
	bool kinds[FILL_KIND_COUNT];
	struct str_list leave; /* tables that get none, beside the version table */
	int64_t first;         /* values are made from numbers from here on, from 1 */
};

/* Make them up on a connection of env_connect() to a project (NULL: one of its own), and commit. */
MUST_USE struct error *python_rows_add(struct stage *stage, struct connection *connection,
		const struct rows_wish *wish);

/* Make up the rows that the state wants, by the Python of its project, or of whoever there is. */
MUST_USE struct error *python_rows_make_up(
		struct stage *stage, const struct scenario_state *state);

#endif
