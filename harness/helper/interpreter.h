/*
 * helper/interpreter.h - which Pythons may be the one that runs a project: where people keep the environment that has
 * their Alembic. Which of them really has it, only starting it tells.
 */
#ifndef HELPER_INTERPRETER_H
#define HELPER_INTERPRETER_H

#include "kit/arena.h"
#include "kit/error.h"

/* Whose Python is looked for. */
struct python_wish {
	str given;  /* an interpreter, or a command that starts one; empty: to be found */
	str folder; /* the project's, from the root; may be empty */
	bool (*is_called_off)(void); /* asked while one starts; NULL: nobody calls it off */
};

struct python_candidate {
	struct str_list command; /* the program and its arguments */
	str words;               /* what it is, for people: "'.venv' beside the project" */
};

struct python_candidates {
	struct python_candidate *items; /* the best first */
	size_t count, capacity;
	struct str_list absent; /* where there was none: a line each */
};

/* Whether it is named, by the wish or by $REHEARSE_PYTHON, so that the folder has no say. */
bool interpreter_is_given(const struct python_wish *wish);

/*
 * All that may be meant: what is given, or $REHEARSE_PYTHON, and nothing else then; $VIRTUAL_ENV; .venv, venv and env
 * beside the project and above it, up to the repository's root; what poetry, pdm or pipenv keeps for it; each python3
 * of $PATH.
 */
struct python_candidates interpreter_find(const struct python_wish *wish, struct arena *arena);

#endif
