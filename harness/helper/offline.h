/*
 * helper/offline.h - what the functions of revision files would send, without a database to send it to: SQL as
 * Alembic's `--sql` writes it. Functions that ask the database something cannot be had so.
 */
#ifndef HELPER_OFFLINE_H
#define HELPER_OFFLINE_H

#include "database/python.h"
#include "helper/helper.h"

struct checkout;

/* A function of a revision file. */
struct offline_body {
	str path; /* of the file */
	str text; /* what stands in it, where it is not there any more; data NULL: as it is there */
	bool is_upgrade;
	const char *dialect; /* "sqlite", "postgresql" */
};

struct offline_sql {
	struct str_list statements; /* without a semicolon at their ends */
	bool is_autocommit;         /* all of them are outside of a transaction */
	bool is_irreversible;       /* it raises NotImplementedError and does nothing else */
	str refusal;                /* why it cannot be had, for people; empty: it can */
};

/* A project whose functions are asked. */
struct offline {
	struct helper *helper;                /* borrowed */
	const struct python_project *project; /* borrowed */
	const struct checkout *checkout;      /* NULL: its files are in their place */
	str scratch;                          /* a folder for what they may make */
};

/* Lay out the files of a commit, if the project is one. Nothing need be closed: what is made is in `scratch`. */
MUST_USE struct error *offline_begin(struct helper *helper, const struct python_project *project,
		str scratch, struct arena *arena, struct offline *ret_offline);

/*
 * Ask in a child of its own, which is gone afterwards. An error is of the environment; what the function raises is a
 * refusal.
 */
MUST_USE struct error *offline_ask(const struct offline *offline, const struct offline_body *body,
		struct arena *arena, struct offline_sql *ret_sql);

#endif
