/*
 * scenario/template.h - the scenario that `rehearse new` writes: small, commented, and green.
 */
#ifndef SCENARIO_TEMPLATE_H
#define SCENARIO_TEMPLATE_H

#include "kit/arena.h"
#include "kit/str.h"

/* The text of a scenario file whose title is made of `name`. */
str scenario_template(str name, struct arena *arena);

#endif
