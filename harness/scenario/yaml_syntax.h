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

/*
 * Whether what begins with the bracket was meant to end before `end`: a line in between begins with a key of the file
 * itself.
 */
bool yaml_is_left_open(const struct source *source, size_t bracket, size_t end);

/* The mistake then. */
struct error *yaml_left_open_error(
		const struct source *source, size_t bracket, struct arena *arena);

#endif
