/*
 * scenario/json_schema.h - the format of scenario files as a JSON Schema, for editors and other tools.
 */
#ifndef SCENARIO_JSON_SCHEMA_H
#define SCENARIO_JSON_SCHEMA_H

#include "kit/arena.h"
#include "kit/str.h"

/*
 * The schema (draft 7) as JSON text, made from the tables that the loader reads by. It knows the keys and
 * the types of values; what needs the whole file (names, patterns, files) is for the loader alone.
 */
str scenario_json_schema(struct arena *arena);

#endif
