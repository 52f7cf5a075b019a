/*
 * engines/engines.h - the table of the engines that this program has.
 */
#ifndef ENGINES_ENGINES_H
#define ENGINES_ENGINES_H

#include "database/engine.h"

/* The engine of that name; NULL if there is none. */
const struct engine *engine_find(str name);

#endif
