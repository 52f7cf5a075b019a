/*
 * `rehearse clean` - remove what killed runs left behind.
 */
#include "cli/server.h"

#include "kit/scratch.h"
#include "kit/arena.h"
#include "server/cluster.h"

static const struct option clean_options[] = {
	SERVER_OPTION_POSTGRES(
			"also on this server that was lent (else $REHEARSE_POSTGRES, else none)"),
	{ .name = "kept", .help = "there, drop databases that --keep left, too" },
	{ .name = "cache",
			.help = "remove what initdb has made for private servers, too; the next run "
				"makes it anew" },
	SERVER_OPTION_RUN_AS,
};

static enum exit_status clean_run(struct invocation *invocation)
{
	const struct cluster_options options = {
		.run_as = invocation_value(invocation, "run-as"),
	};
	const str lent = server_lent(invocation);
	size_t folders = 0, databases = 0;

	struct error *error = cluster_clean(
			&options, invocation_has(invocation, "cache"), invocation->arena, &folders);

	folders += scratch_sweep(invocation->arena);
	if (!error && lent.len) {
		error = venue_clean(lent, invocation_has(invocation, "kept"), invocation->arena,
				&databases);
	}
	if (error) {
		return print_error(invocation, error);
	}
	print_out(str_format(invocation->arena, "%zu folder%s removed", folders,
			folders == 1 ? "" : "s"));
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
