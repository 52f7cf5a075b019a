/*
 * lab/dump.h - what kind of file a dump is, by its first bytes, for those who load the wrong one.
 */
#ifndef LAB_DUMP_H
#define LAB_DUMP_H

#include "database/engine.h"

/* The name of the engine whose dump the file at `path` is; NULL: that cannot be told, or there is no such engine. */
const char *dump_engine(str path, struct arena *arena);

/* ERROR_INVALID: by its first bytes the file is nothing that can be loaded there, an archive of another or no text. */
MUST_USE struct error *dump_check(str path, const struct engine *engine, struct arena *arena);

/*
 * How long loading the file or folder at `path` may take, which is more the larger it is: a second for each MiB of what
 * is in it, unpacked.
 */
int64_t dump_patience_us(str path, struct arena *arena);

/* What to say when the file at `path` cannot be loaded on `engine`; empty: it looks like one for it. */
str dump_hint(str path, const struct engine *engine, struct arena *arena);

#endif
