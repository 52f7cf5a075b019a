#include "server/programs.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/file.h"
#include "kit/process.h"

#include <stdlib.h>
#include <unistd.h>

#define DEBIAN_FOLDER    "/usr/lib/postgresql"
#define ANSWER_WITHIN_US 10000000

/* Run `program` with one option and give the first line of its answer. */
static bool ask_program(str program, const char *option, struct arena *arena, str *ret_line)
{
	const char *const arguments[] = { str_to_c(program, arena), option, NULL };
	const struct process process = { .arguments = arguments,
		.patience = { .until_us = clock_now_us() + ANSWER_WITHIN_US } };
	int status;
	str output;

	if (process_run(&process, arena, &status, &output) || status) {
		return false;
	}
	*ret_line = str_trim(str_slice(output, 0, str_find_char(output, '\n')));
	return true;
}

/* "postgres (PostgreSQL) 15.20 (Debian ...)", "... 18beta1": the first number after the name. */
static int major_of(str version)
{
	const size_t at = str_find(version, STR(") "));

	return at < version.len ? atoi(version.data + at + 2) : 0;
}

/* The version of the programs in `folder`. That of pg_ctl is the server's, which takes 17 ms to load all that it may need. */
static bool ask_version(str folder, struct arena *arena, str *ret_version)
{
	const str pg_ctl = path_join(folder, STR("pg_ctl"), arena);

	return (path_is_file(pg_ctl, arena) &&
			       ask_program(pg_ctl, "--version", arena, ret_version)) ||
			ask_program(path_join(folder, STR("postgres"), arena), "--version", arena,
					ret_version);
}

/* Whether a server can be made with the programs in `folder`. */
static bool look_into(str folder, struct arena *arena, struct postgres_programs *ret_programs)
{
	struct postgres_programs programs = { .folder = folder };

	if (!folder.len || !path_is_file(path_join(folder, STR("initdb"), arena), arena) ||
			!path_is_file(path_join(folder, STR("postgres"), arena), arena) ||
			!ask_version(folder, arena, &programs.version)) {
		return false;
	}
	programs.major = major_of(programs.version);
	*ret_programs = programs;
	return programs.major > 0;
}

static bool look_into_path(struct arena *arena, struct postgres_programs *ret_programs)
{
	str rest = str_from(getenv("PATH")), folder;

	while (str_next_part(&rest, ':', &folder)) {
		if (look_into(folder, arena, ret_programs)) {
			return true;
		}
	}
	return false;
}

/* Names of folders are major versions, so numbers decide which is the newest. */
static bool look_into_debian_folders(struct arena *arena, struct postgres_programs *ret_programs)
{
	struct str_list names;
	bool is_found = false;

	if (directory_list(STR(DEBIAN_FOLDER), arena, &names)) {
		return false;
	}
	for (size_t i = 0; i < names.count; i++) {
		struct postgres_programs programs;
		const str folder = str_format(
				arena, DEBIAN_FOLDER "/%.*s/bin", STR_ARG(names.items[i]));

		if (look_into(folder, arena, &programs) &&
				(!is_found || programs.major > ret_programs->major)) {
			*ret_programs = programs;
			is_found = true;
		}
	}
	return is_found;
}

static bool look_everywhere(struct arena *arena, struct postgres_programs *ret_programs)
{
	str configured;

	return look_into(str_from(getenv("PG_BINDIR")), arena, ret_programs) ||
			look_into_path(arena, ret_programs) ||
			(ask_program(STR("pg_config"), "--bindir", arena, &configured) &&
					look_into(str_copy(configured, arena), arena,
							ret_programs)) ||
			look_into_debian_folders(arena, ret_programs);
}

struct error *postgres_programs_find(
		str bindir, struct arena *arena, struct postgres_programs *ret_programs)
{
	struct postgres_programs programs;
	struct error *error;

	if (bindir.len ? !look_into(bindir, arena, &programs)
		       : !look_everywhere(arena, &programs)) {
		error = bindir.len
				? error_new(arena, ERROR_ENVIRONMENT,
						  "there are no PostgreSQL server programs in '%.*s'",
						  STR_ARG(bindir))
				: error_new(arena, ERROR_ENVIRONMENT,
						  "there are no PostgreSQL server programs on this machine");
		error->hint = STR(
				"Install PostgreSQL (Debian: apt-get install postgresql), or say where "
				"its programs are with --pg-bindir.");
		return error;
	}
	if (programs.major < POSTGRES_OLDEST) {
		error = error_new(arena, ERROR_ENVIRONMENT, "PostgreSQL %d in '%.*s' is too old",
				programs.major, STR_ARG(programs.folder));
		error->hint = str_format(arena, "Rehearse speaks to PostgreSQL %d and newer.",
				POSTGRES_OLDEST);
		return error;
	}
	*ret_programs = programs;
	return NULL;
}

/* In the first of the folders that has it. */
static str find_client(const char *name, str bindir, str beside_server, struct arena *arena)
{
	const str folders[] = { bindir, beside_server };

	for (size_t i = 0; i < COUNT_OF(folders); i++) {
		const str path = path_join(folders[i], str_from(name), arena);

		/* Packages of the server alone have no clients. */
		if (folders[i].len && path_is_file(path, arena)) {
			return path;
		}
	}
	return str_from(name);
}

str postgres_client_find(const char *name, str bindir, struct arena *arena)
{
	struct postgres_programs programs = { 0 };

	(void)!postgres_programs_find((str){ 0 }, arena, &programs);
	return find_client(name, bindir, programs.folder, arena);
}

/* The major version of the pg_dump at a path; 0: there is none. */
static int dump_version(str program, struct arena *arena)
{
	str version;

	return ask_program(program, "--version", arena, &version) ? major_of(version) : 0;
}

/* The newest of Debian's folders, also where they have clients alone. */
static int newest_dump(struct arena *arena, str *ret_program)
{
	struct str_list names = { 0 };
	int newest = 0;

	if (directory_list(STR(DEBIAN_FOLDER), arena, &names)) {
		return 0;
	}
	for (size_t i = 0; i < names.count; i++) {
		const str program = str_format(arena, DEBIAN_FOLDER "/%.*s/bin/pg_dump",
				STR_ARG(names.items[i]));
		const int major = path_is_file(program, arena) ? dump_version(program, arena) : 0;

		if (major > newest) {
			newest = major;
			*ret_program = program;
		}
	}
	return newest;
}

struct error *postgres_dump_program(
		str bindir, int server_major, struct arena *arena, str *ret_program)
{
	str program = postgres_client_find("pg_dump", bindir, arena);
	int major = dump_version(program, arena);

	if (major < server_major) {
		str other = { 0 };
		const int newest = newest_dump(arena, &other);

		if (newest > major) {
			program = other;
			major = newest;
		}
	}
	if (major >= server_major) {
		*ret_program = program;
		return NULL;
	}
	struct error *error = major
			? error_new(arena, ERROR_ENVIRONMENT,
					  "the server is PostgreSQL %d, and the newest pg_dump here, of %d, "
					  "cannot read it",
					  server_major, major)
			: error_new(arena, ERROR_ENVIRONMENT,
					  "there is no pg_dump on this machine");

	error->hint = str_format(arena,
			"Install the programs of PostgreSQL %d (Debian: postgresql-client-%d), or say "
			"where they are with --pg-bindir.",
			server_major, server_major);
	return error;
}

struct error *postgres_account_find(
		str run_as, struct arena *arena, const struct account **ret_account)
{
	const str names[] = { run_as.len ? run_as : STR("postgres"), STR("nobody") };
	const size_t count = run_as.len ? 1 : COUNT_OF(names);
	struct account *account = arena_new(arena, struct account);
	struct error *error = NULL;

	if (geteuid() != 0) {
		*ret_account = NULL;
		return NULL;
	}
	for (size_t i = 0; i < count; i++) {
		error = account_find(names[i], arena, account);
		if (!error && account->uid == 0) {
			error = error_new(arena, ERROR_ENVIRONMENT, "the user '%.*s' is root",
					STR_ARG(names[i]));
		}
		if (!error) {
			*ret_account = account;
			return NULL;
		}
	}
	error->code = ERROR_ENVIRONMENT;
	error->hint = STR("PostgreSQL does not run as root; name another user with --run-as.");
	return error;
}
