/*
 * cli/state_names.h - names of states and strategies that are made from what people call them otherwise: files, branches.
 */
#ifndef CLI_STATE_NAMES_H
#define CLI_STATE_NAMES_H

#include "kit/str.h"

/* Add to `names` one like `from`, as far as names of cells go, and none that is there; it is handed back. */
str state_name_add(struct str_list *names, str from, struct arena *arena);

#endif
