/*
 * scenario/yaml_syntax.h - what libyaml says about a file that is not YAML, in our words and with a hint
 * of what is likely to be meant. Used by scenario/yaml.c alone.
 */
#ifndef SCENARIO_YAML_SYNTAX_H
#define SCENARIO_YAML_SYNTAX_H

#include "kit/error.h"

/*
 * The mistake behind libyaml's `problem` (its text), found at offset `at` while reading what began at
 * offset `context` (the same when libyaml does not say).
 */
struct error *yaml_syntax_error(const struct source *source, const char *problem, size_t at,
		size_t context, struct arena *arena);

#endif
