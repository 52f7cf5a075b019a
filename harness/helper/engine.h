/*
 * helper/engine.h - an engine on top of another: its databases, images and plain connections are the other's, and
 * commands of Alembic connect by the users' own driver, in their own Python.
 */
#ifndef HELPER_ENGINE_H
#define HELPER_ENGINE_H

#include "database/engine.h"
#include "helper/helper.h"

/*
 * A host on top of `host`, one of `native`'s, whose commands are run by children of `helper`. Files are made in
 * `scratch`, a folder that outlasts it. All are borrowed for as long as the host is used, and so is `arena`.
 */
struct host *python_host_new(const struct engine *native, struct host *host, struct helper *helper,
		str scratch, struct arena *arena);

/* What runs there: versions, borrowed from the helper. */
void python_host_versions(
		const struct host *host, str *ret_python, str *ret_alembic, str *ret_sqlalchemy);

/* Its engine. */
const struct engine *python_host_engine(const struct host *host);

#endif
