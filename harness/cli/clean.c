/*
 * `rehearse clean` - remove what killed runs left behind.
 */
#include "cli/server.h"

#include "kit/arena.h"
#include "kit/file.h"
#include "kit/scratch.h"
#include "server/cluster.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct option clean_options[] = {
	SERVER_OPTION_POSTGRES(
			"also on this server that was lent (else $REHEARSE_POSTGRES, else none)"),
	{ .name = "kept",
			.help = "also what --keep left: files in ./.rehearse/kept, folders of programs that were graded, "
				"and databases on a server that was lent" },
	{ .name = "cache",
			.help = "remove what initdb has made for private servers, too; the next run "
				"makes it anew" },
	SERVER_OPTION_RUN_AS,
};

/* Where `run --keep` leaves databases of SQLite, in the working folder. */
#define FOLDER ".rehearse"
#define KEPT   "kept"

/* A database, or what sqlite3 has left beside one. */
static bool is_kept_file(str name)
{
	static const char *const endings[] = { ".sqlite", ".sqlite-journal", ".sqlite-wal",
		".sqlite-shm" };

	for (size_t i = 0; i < COUNT_OF(endings); i++) {
		if (str_ends_with(name, str_from(endings[i]))) {
			return true;
		}
	}
	return false;
}

/* Remove them from the open folder, which is closed. */
static size_t remove_files(int folder)
{
	DIR *entries = fdopendir(folder);
	const struct dirent *entry;
	size_t removed = 0;

	if (!entries) {
		close(folder);
		return 0;
	}
	while ((entry = readdir(entries))) {
		const str name = str_from(entry->d_name);

		if (is_kept_file(name) && unlinkat(dirfd(entries), entry->d_name, 0) == 0) {
			removed += str_ends_with(name, STR(".sqlite"));
		}
	}
	closedir(entries);
	return removed;
}

/* Only a folder of our own is looked into: a link could have been planted to lead elsewhere. */
static struct error *remove_kept(struct arena *arena, size_t *ret_removed)
{
	struct stat status;
	int folder, kept;

	*ret_removed = 0;
	if (lstat(FOLDER "/" KEPT, &status)) {
		return NULL;
	}
	struct error *error = folder_open_own(-1, FOLDER, false, arena, &folder);
	if (error) {
		return error;
	}
	error = folder_open_own(folder, KEPT, true, arena, &kept);
	if (!error) {
		*ret_removed = remove_files(kept);
		(void)unlinkat(folder, KEPT, AT_REMOVEDIR); // unless there is something of others
	}
	close(folder);
	return error;
}

static enum exit_status clean_run(struct invocation *invocation)
{
	const struct cluster_options options = {
		.run_as = invocation_value(invocation, "run-as"),
	};
	const str lent = server_lent(invocation);
	const bool with_kept = invocation_has(invocation, "kept");
	size_t folders = 0, databases = 0, files = 0;

	struct error *error = cluster_clean(
			&options, invocation_has(invocation, "cache"), invocation->arena, &folders);

	folders += scratch_sweep(invocation->arena);
	if (!error && with_kept) {
		error = remove_kept(invocation->arena, &files);
		folders += scratch_remove_kept(invocation->arena);
	}
	if (!error && lent.len) {
		error = venue_clean(lent, with_kept, invocation->arena, &databases);
	}
	if (error) {
		return print_error(invocation, error);
	}
	print_out(str_format(invocation->arena, "%zu folder%s removed", folders,
			folders == 1 ? "" : "s"));
	if (with_kept) {
		print_out(str_format(invocation->arena, ", %zu kept file%s removed", files,
				files == 1 ? "" : "s"));
	}
	if (lent.len) {
		print_out(str_format(invocation->arena, ", %zu database%s dropped", databases,
				databases == 1 ? "" : "s"));
	}
	print_out(STR("\n"));
	return EXIT_AS_EXPECTED;
}

const struct command command_clean = {
	.name = "clean",
	.arguments = "",
	.summary = "remove what killed runs left behind",
	.details = "Removes the folders of private PostgreSQL servers, and those with copies of databases and dumps, whose run was killed and, on a server that was lent, databases and roles of such runs. What runs that are under way have made stays, and so does the server of kept databases.\n"
		   "\n"
		   "What initdb has made for private servers is kept for later runs, until no run "
		   "has used it for a month; --cache removes it now.\n",
	.options = clean_options,
	.option_count = COUNT_OF(clean_options),
	.output = OUTPUT_LIVE,
	.run = clean_run,
};
