/*
 * cli/audit_engines.h - on which engines a project's migrations are audited: what is asked for, else what the project's
 * own words say.
 */
#ifndef CLI_AUDIT_ENGINES_H
#define CLI_AUDIT_ENGINES_H

#include "cli/tree_source.h"

struct audit_engines {
	bool is_wanted[SCENARIO_ENGINE_COUNT];
	str why; /* a sentence for people */
};

/* `wanted` is the value of --engine; empty: none was given. */
struct audit_engines audit_engines_choose(
		const struct tree_source *source, str wanted, struct arena *arena);

#endif
