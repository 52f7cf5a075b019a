/*
 * repair/save.h - a repair as strategies of a scenario file, so that the incident becomes a test.
 */
#ifndef REPAIR_SAVE_H
#define REPAIR_SAVE_H

#include "repair/runbook.h"

/* What a strategy is to be written into. */
struct repair_saving {
	const struct repair_result *result;
	const struct scenario *scenario; /* whose names are taken, and whose goal decides */
	str text; /* of its file; empty: what follows stands before the strategies */
	str head; /* keys of a new file: `rehearse`, `revisions`, `states` */
};

/*
 * Write the scenario with a strategy for each group of databases that have the same steps. `ret_refusal` says why that
 * cannot be, and is empty else; `ret_names` are the names of the strategies.
 */
void repair_save(const struct repair_saving *saving, struct buf *out, struct str_list *ret_names,
		str *ret_refusal);

#endif
