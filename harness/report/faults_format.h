/*
 * report/faults_format.h - how a format writes what the doctor found: a row in report/faults_formats.c.
 *
 * To add one: a file report/faults_<name>.c that exports `const struct faults_format faults_<name>`, and a line
 * in report/faults_formats.c.
 */
#ifndef REPORT_FAULTS_FORMAT_H
#define REPORT_FAULTS_FORMAT_H

#include "doctor/doctor.h"

/* What the doctor found in one tree or several. */
struct faults_report {
	const struct faults *items;
	size_t count;
	bool is_all; /* any number was asked for, though it may be one */
	bool colour; /* terminal escapes, for formats that have them */
	size_t width; /* for people: columns; 0: as many as usual */
	const char *program_version;
};

struct faults_format {
	const char *name; /* as in `--format json` */
	bool has_notes;   /* notes are in it; else they are the caller's to tell */
	bool has_patches; /* the patch of each fault is, which the caller makes */
	void (*render)(const struct faults_report *report, struct buf *out);
};

/* The format of that name; NULL if there is none. */
const struct faults_format *faults_format_find(str name);

/* Their names, NULL behind the last: the choices of an option. */
extern const char *const faults_format_names[];

#endif
