/*
 * lab/lacking.h - what a project's migrations ask for and this machine has not: an extension of the server, a driver for
 * Python. Nothing is wrong with the migrations then.
 */
#ifndef LAB_LACKING_H
#define LAB_LACKING_H

#include "kit/error.h"

/* Why a cell that ended with `error` is skipped; empty: it is not. */
str lacking_find(const struct error *error, struct arena *arena);

#endif
