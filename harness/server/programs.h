/*
 * server/programs.h - where PostgreSQL's programs are on this machine, and who runs them.
 */
#ifndef SERVER_PROGRAMS_H
#define SERVER_PROGRAMS_H

#include "kit/error.h"
#include "kit/process.h"

struct postgres_programs {
	str folder;  /* with initdb, postgres, pg_restore, pg_dump */
	int major;   /* 15 */
	str version; /* "pg_ctl (PostgreSQL) 15.20 (Debian ...)": tells builds apart */
};

/* The oldest major version that is spoken to. */
#define POSTGRES_OLDEST 12

/*
 * Find them: in `bindir` if it is not empty, else in $PG_BINDIR, in $PATH, where `pg_config --bindir`
 * says, or in /usr/lib/postgresql/NN/bin, the newest first. ERROR_ENVIRONMENT, with a hint, when there
 * are none, or none new enough.
 */
MUST_USE struct error *postgres_programs_find(
		str bindir, struct arena *arena, struct postgres_programs *ret_programs);

/* Where the program `name` of PostgreSQL's clients is: in `bindir`, else beside the server's programs, else its name, for $PATH. */
str postgres_client_find(const char *name, str bindir, struct arena *arena);

/*
 * The pg_dump for a server of that major version, which only one of the same or a newer version reads: the one in
 * `bindir`, beside the server's programs or in $PATH if it will do, as what it writes has to be loaded here; else
 * the newest on this machine. ERROR_ENVIRONMENT, with what there is: none will do.
 */
MUST_USE struct error *postgres_dump_program(
		str bindir, int server_major, struct arena *arena, str *ret_program);

/*
 * As root: who runs PostgreSQL's programs, as its server refuses root and nothing that a scenario holds
 * should have it: the user `run_as`, if it is not empty, else postgres, else nobody. `ret_account` is NULL
 * for anybody but root, who stays who they are. ERROR_ENVIRONMENT, with a hint, when there is no such user.
 */
MUST_USE struct error *postgres_account_find(
		str run_as, struct arena *arena, const struct account **ret_account);

#endif
