/*
 * report/audit.h - an audit as formats write it: what they have in the place of a run's scenarios (format.h), and what
 * is said of a finding wherever there is no place for more than text.
 */
#ifndef REPORT_AUDIT_H
#define REPORT_AUDIT_H

#include "audit/audit.h"
#include "report/report.h"

/* "12 revisions on sqlite: 3 findings": the answer in a line. */
str audit_headline(const struct audit *audit, struct arena *arena);

/* Whether nobody has to look at anything. */
bool audit_is_green(const struct audit *audit);

/* "stairs 0003", for people. */
str audit_finding_name(const struct audit_finding *finding, struct arena *arena);

/* All that there is beside the message: error, difference, hint, a line each; valid UTF-8. */
str audit_details(const struct audit_finding *finding, struct arena *arena);

/* --- audit_json.c, audit_text.c ------------------------------------------------------------------ */

void audit_json(const struct report *report, const struct audit *audit, struct buf *out);
void audit_text(const struct report *report, const struct audit *audit, struct buf *out);

#endif
