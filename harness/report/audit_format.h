/*
 * report/audit_format.h - how a format writes what an audit has found: a row in report/audit_formats.c.
 *
 * To add one: a file report/audit_<name>.c that exports `const struct audit_format audit_format_<name>`, and a line in
 * report/audit_formats.c.
 */
#ifndef REPORT_AUDIT_FORMAT_H
#define REPORT_AUDIT_FORMAT_H

#include "audit/audit.h"

struct audit_report {
	const struct audit *audit;
	bool colour;  /* terminal escapes, for formats that have them */
	size_t width; /* for people: columns; 0: as many as usual */
	const char *program_version;
	str root; /* for formats that want paths from the root of a repository: which that is; may be empty */
};

struct audit_format {
	const char *name;  /* as in `--report json:FILE` */
	bool has_no_file;  /* it goes where its readers look, not into a file that is named */
	bool is_for_files; /* standard output does not have it */
	void (*render)(const struct audit_report *report, struct buf *out);
};

/* The format of that name; NULL if there is none. */
const struct audit_format *audit_format_find(str name);

/* Those that standard output may have, NULL behind the last: the choices of an option. */
extern const char *const audit_format_names[];

/* "html, json, ...": those that a file may have. */
str audit_file_formats(struct arena *arena);

/* What is said of a finding in formats that have no place for more than text: error, difference, hint, a line each. */
str audit_details(const struct audit_finding *finding, struct arena *arena);

/* "sqlite: 12 revisions, 3 findings" and the like: the answer in a line. */
str audit_headline(const struct audit *audit, struct arena *arena);

/* A path as the repository has it; as it is where that is somewhere else. */
str audit_path(const struct audit_report *report, str path, struct arena *arena);

#endif
