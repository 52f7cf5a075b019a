/*
 * cli/captured.h - databases of others, read where they are.
 */
#ifndef CLI_CAPTURED_H
#define CLI_CAPTURED_H

#include "database/engine.h"

/* The engine whose address a text is; NULL: it is none. */
const struct engine *captured_engine(str text);

/*
 * Capture a database into `ret_path`, a file in a folder of its own, which is the caller's to remove (scratch_remove());
 * on failure there is none. A signal ends it: ERROR_INTERRUPTED.
 */
MUST_USE struct error *captured_open(const struct engine *engine, const struct capture *capture,
		struct arena *arena, str *ret_folder, str *ret_path, struct str_list *ret_notes);

/* The same, written to an open descriptor. */
MUST_USE struct error *captured_write(const struct engine *engine, const struct capture *capture,
		int fd, struct arena *arena, struct str_list *ret_notes);

#endif
