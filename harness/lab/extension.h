/*
 * lab/extension.h - extensions that a project's migrations ask for, and that the server has not: nothing is wrong
 * with the migrations then.
 */
#ifndef LAB_EXTENSION_H
#define LAB_EXTENSION_H

#include "kit/error.h"

/* Why a cell that ended with `error` is skipped; empty: it is not. */
str extension_missing(const struct error *error, struct arena *arena);

#endif
