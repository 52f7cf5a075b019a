/*
 * cli/repair_save.h - keep a repair as a scenario file: written, read back and played before it is there.
 */
#ifndef CLI_REPAIR_SAVE_H
#define CLI_REPAIR_SAVE_H

#include "cli/repair_source.h"
#include "cli/workshop.h"
#include "repair/runbook.h"

/* Write it to `path`, which must not be there yet. EXIT_AS_EXPECTED; else what is printed. */
enum exit_status repair_save_file(struct workshop *workshop, const struct repair_source *source,
		const struct repair_result *result, str path);

#endif
