/*
 * report/sarif.h - findings as SARIF 2.1.0, which code scanners and editors read: what rules there are, and what was
 * found where. Knows nothing of what is found.
 */
#ifndef REPORT_SARIF_H
#define REPORT_SARIF_H

#include "kit/source.h"

struct sarif_place {
	str path;          /* from the repository's root; from the root of all if it is outside */
	struct span where; /* in it; nowhere: the file as a whole */
	str message;       /* of a related place; else empty */
};

struct sarif_rule {
	const char *id;    /* "missing-parent" */
	const char *title; /* a few words, lower case, no full stop */
	const char *help;  /* sentences; may be empty */
};

/* Lines of a file, and what is to stand in their place. */
struct sarif_replacement {
	size_t line, count; /* from 1; none: before that line */
	str text;           /* whole lines */
};

/* What mends a finding in one file. */
struct sarif_change {
	str path; /* as a place's */

	struct {
		struct sarif_replacement *items;
		size_t count, capacity;
	} replacements;
};

struct sarif_result {
	size_t rule; /* its place among the rules */
	bool is_warning;
	str message; /* sentences */
	struct sarif_place place;
	str subject;     /* what it is about, by name: a revision; may be empty */
	str fingerprint; /* the same as long as the finding is, wherever in its file it stands */

	struct {
		struct sarif_place *items;
		size_t count, capacity;
	} related;

	struct {
		struct sarif_change *items;
		size_t count, capacity;
	} changes; /* what mends it; none: nothing that could be said so */

	str change_text; /* a sentence */
};

struct sarif_log {
	const char *program_version;
	const char *category; /* "doctor": results of different ones stand side by side */
	const struct sarif_rule *rules;
	size_t rule_count;

	struct {
		struct sarif_result *items;
		size_t count, capacity;
	} results;
	struct str_list notes;
};

void sarif_render(const struct sarif_log *log, struct buf *out);

#endif
