/*
 * report/format.h - how a format writes the outcomes of a run: a row in report/formats.c.
 *
 * To add one: a file report/<name>.c that exports `const struct report_format report_<name>`, and a line
 * in report/formats.c.
 */
#ifndef REPORT_FORMAT_H
#define REPORT_FORMAT_H

#include "report/report.h"

/* Any of the functions may be NULL. They are called in this order, `scenario` once for each. */
struct report_format {
	const char *name; /* as in `--report json:FILE` */
	bool has_no_file; /* it goes where its readers look, not into a file that is named */
	bool is_told;     /* it shows what report.h has as told in HTML */
	bool names_kept;  /* tells how to open the databases that were left behind */
	void (*begin)(const struct report *report, struct buf *out);
	/* In the place of all three, where files cannot be read. NULL: standard error will do. */
	void (*mistakes)(const struct report *report, const struct error_list *mistakes,
			struct buf *out);
	/* `report->scenarios` holds those before it. */
	void (*scenario)(const struct report *report, const struct report_scenario *scenario,
			struct buf *out);
	/* `report->scenarios` holds all, `report->summary` counts them. */
	void (*finish)(const struct report *report, struct buf *out);
	/* In the place of all that, of an audit. NULL: it is for runs alone. */
	void (*audit)(const struct report *report, const struct audit *audit, struct buf *out);
	bool is_for_audits; /* alone */
};

#endif
