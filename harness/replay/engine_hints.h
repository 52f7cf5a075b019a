/*
 * replay/engine_hints.h - what to do about errors of engines that say nothing of it themselves, because in their
 * eyes nothing is amiss: what a throwaway database lacks, and production's has.
 */
#ifndef REPLAY_ENGINE_HINTS_H
#define REPLAY_ENGINE_HINTS_H

#include "kit/error.h"

/* A hint for the error, by its text; empty: none. */
str engine_hint(const struct error *error, struct arena *arena);

#endif
