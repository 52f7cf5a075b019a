/*
 * database/python.h - the users' own Python, as the house sees it: a project whose functions and commands can be run
 * against a database, and who follows the statements that they send meanwhile. Texts are borrowed.
 */
#ifndef DATABASE_PYTHON_H
#define DATABASE_PYTHON_H

#include "kit/source.h"

struct connection;
struct error;

struct python_variable {
	str name, value; /* {url} and the like in it are the throwaway's */
};

struct python_variables {
	struct python_variable *items;
	size_t count, capacity;
};

/* A project, and what its Python is to find. Paths are from the root; those of a commit as they would be there. */
struct python_project {
	str at;   /* the commit that its files are of; empty: as they stand on the disk */
	str root; /* the folder that they are in: of a commit its repository's */
	str folder;
	str config, section; /* its configuration, and the section of an ini; may be empty */
	str script_location; /* empty: there is none, but files alone */
	struct str_list search_path, x, stubs;
	struct python_variables env;
};

/* What a revision's function needs to know of Alembic's configuration. */
struct python_configure {
	bool transactional_ddl, transaction_per_migration;
	str version_table, version_table_schema; /* the latter may be empty */
};

/* A function of a revision file. */
struct python_body {
	const struct python_project *project; /* whose connection it runs on */
	str revision;
	str path; /* of the file */
	bool is_upgrade;
	bool is_unwatched; /* nobody wants to be told of its statements */
	struct python_configure configure;
};

/* A revision file as an edited tree has it: that of the project, and what is written behind it. */
struct python_version_file {
	str name;
	str path;  /* of the project's; empty: it has none */
	str added; /* source, in ASCII; may be empty */
};

struct python_version_files {
	struct python_version_file *items;
	size_t count, capacity;
};

/* A run of `alembic`, with the project's env.py. */
struct python_command {
	const struct python_project *project;
	str name;                  /* "upgrade" */
	struct str_list arguments; /* targets */
	bool takes_list;           /* as one list, and not one by one */
	bool purge;                /* stamp */
	bool is_edited; /* the tree is not the project's own, but `files` */
	struct python_version_files files;
};

/* Rows that are to be made up. */
struct python_rows {
	struct str_list kinds; /* "ordinary", "nulls", "doubles" */
	struct str_list leave; /* tables that get none */
	int64_t first; /* values are made from numbers, from this one on: others than those of earlier rows; 0: from 1 */
};

/* A statement that they send. Borrowed for the call. */
struct python_statement {
	str text;          /* verbatim */
	str parameters;    /* as Python shows them; may be empty */
	struct span where; /* the line of theirs that sends it; or nowhere */
};

/* What a command of theirs is about to do; in the arena of who has asked for it. */
struct python_step {
	str revision;
	bool is_upgrade;
	struct str_list from, to;
};

struct python_steps {
	struct python_step *items;
	size_t count, capacity;
};

/* Whoever follows what they do. Members may not be NULL. */
struct python_follower {
	/* A command has made its plan; nothing of it has run. An error ends it there. */
	struct error *(*planned)(void *data, const struct python_steps *steps);
	/* A step of it begins; or has been done, but for its commit, or has failed with `error`. */
	struct error *(*at_step)(void *data, struct connection *connection, str revision,
			bool is_after, struct error *error, bool *ret_kills);
	/* An error ends it there: by an exception, or with `ret_kills` as if the process was killed. */
	struct error *(*before)(void *data, struct connection *connection,
			const struct python_statement *statement, bool *ret_kills);
	/* The same, once it has run; `error` is what it came to, or NULL. */
	struct error *(*after)(void *data, struct connection *connection,
			const struct python_statement *statement, struct error *error,
			bool *ret_kills);
	/* A transaction that was open has ended. */
	void (*ended)(void *data, bool is_commit);
	/* Something people should know. */
	void (*note)(void *data, str note);
	/* Something has stood in for that module. */
	void (*stub)(void *data, str module);
	void *data; /* borrowed */
};

#endif
