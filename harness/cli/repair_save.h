/*
 * cli/repair_save.h - keep a repair as a scenario file: written, read back and played before it is there.
 */
#ifndef CLI_REPAIR_SAVE_H
#define CLI_REPAIR_SAVE_H

#include "cli/repair_source.h"
#include "cli/workshop.h"
#include "repair/runbook.h"

/* What would keep any repair from being saved, so that nobody searches in vain; NULL: nothing. */
MUST_USE struct error *repair_save_check(
		const struct repair_source *source, str path, struct arena *arena);

/* Write it to `path`, which must not be there yet. EXIT_AS_EXPECTED; else what is printed. */
enum exit_status repair_save_file(struct workshop *workshop, const struct repair_source *source,
		const struct repair_result *result, str path);

#endif
