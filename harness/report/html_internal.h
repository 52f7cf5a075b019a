/*
 * report/html_internal.h - what the files of the HTML format share.
 */
#ifndef REPORT_HTML_INTERNAL_H
#define REPORT_HTML_INTERNAL_H

#include "report/report.h"

/* A scenario: its matrix, what it is about, the states, each cell, the lesson. One that is alone has its states open. */
void html_add_scenario(const struct report_scenario *scenario, bool is_alone, struct buf *out);

/* ` id="..."` or ` href="#..."` of a scenario or a cell by its name. */
void html_add_id(struct buf *out, str name);
void html_add_link(struct buf *out, str name);

/*
 * The classes of a cell: how it ended ("calm", "loud", "lost", "skipped"; what belongs to an answer is calm) and with
 * what ("works", ..., "none").
 */
const char *html_status_class(
		const struct report_scenario *scenario, const struct report_cell *cell);
const char *html_verdict_class(const struct report_cell *cell);

#endif
