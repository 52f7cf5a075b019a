/*
 * cli/import_text.h - the scenario that `rehearse import` writes: pure text from what was found out about a project.
 */
#ifndef CLI_IMPORT_TEXT_H
#define CLI_IMPORT_TEXT_H

#include "cli/import_bodies.h"
#include "doctor/doctor.h"
#include "replay/outcome.h"

/* A variable of Python's environment, NAME=TEMPLATE. */
struct import_variables {
	struct scenario_variable *items;
	size_t count, capacity;
};

/* What is imported. Texts are borrowed, and so is the rest. */
struct import {
	const struct tree_source *source;
	str folder;  /* that the scenario's paths count from */
	str command; /* that writes it, for people: "rehearse import server" */
	bool engines[SCENARIO_ENGINE_COUNT];
	str engine_words; /* why these */
	const struct faults *faults;
	struct revision_specs
			repaired; /* with what the doctor suggests; the files that were there come first */
	const struct imported_bodies
			*bodies; /* one a file, with --inline; NULL: the project is referred to */
	const struct imported_bodies
			*of_new;  /* one a file that the doctor brings; those of merges are empty */
	const str *absent_of_new; /* why the bodies of one cannot be had; empty: they can */
	str level;                /* with --inline: the release of Alembic; empty: not known */
	str database;       /* the dump of production, as it is written; empty: there is none */
	str python, runner; /* of the project; empty: as it is usual */
	struct str_list stubs, x;
	struct import_variables env;
};

/* Names of what it has. */
#define IMPORT_FRESH      "fresh"
#define IMPORT_PRODUCTION "production"
#define IMPORT_AS_IT_IS   "as-it-is"
#define IMPORT_DOCTORS    "as-the-doctor-says"

/* Whether the doctor has a repair that a strategy can carry out; `ret_reason`: why not, empty if there is nothing to say. */
bool import_has_repair(const struct import *import, struct arena *arena, str *ret_reason);

/* The scenario, without outcomes. */
void import_write(const struct import *import, struct buf *out);

/* What cells came to that do not work: their outcomes, as few lines as say it. `cells` and `outcomes` go together. */
void import_write_outcomes(const struct scenario_cells *cells,
		const struct outcome *const *outcomes, struct buf *out);

#endif
