/*
 * project/env_file.h - what an env.py tells Alembic: the literal keyword arguments of its calls of
 * `context.configure(...)`, read without running it.
 */
#ifndef PROJECT_ENV_FILE_H
#define PROJECT_ENV_FILE_H

#include "project/literal.h"

enum env_option {
	ENV_VERSION_TABLE,
	ENV_VERSION_TABLE_SCHEMA,
	ENV_TRANSACTION_PER_MIGRATION,
	ENV_TRANSACTIONAL_DDL,
	ENV_RENDER_AS_BATCH,
	ENV_INCLUDE_SCHEMAS,
	ENV_OPTION_COUNT,
};

extern const char *const env_option_names[ENV_OPTION_COUNT]; /* "version_table", ... */

struct env_file {
	struct {
		bool is_there;
		struct literal value; /* of the last call that gives it; LITERAL_OTHER: not known */
		struct span where;    /* of the argument's name */
	} options[ENV_OPTION_COUNT];

	bool is_configured; /* a call was found */
	struct span spread; /* `**options` in a call: whatever they are; or nowhere */
};

/* Read `source` (borrowed). */
struct env_file env_file_read(const struct source *source, struct arena *arena);

#endif
