#include "fixture.h"
#include "server/cluster.h"

#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

TestSuite(cluster, .fini = finish_arena);

/* The folder out of "host=FOLDER ...". */
static const char *folder_of(str conninfo)
{
	const str from_host = str_slice(conninfo, sizeof("host=") - 1, conninfo.len);

	return str_to_c(str_slice(from_host, 0, str_find_char(from_host, ' ')), &arena);
}

static bool is_gone_within(const char *folder, int wait_ms)
{
	struct stat status;

	for (int waited_ms = 0; lstat(folder, &status) == 0; waited_ms += 10) {
		if (waited_ms > wait_ms) {
			return false;
		}
		poll(NULL, 0, 10);
	}
	return true;
}

Test(cluster, is_private_and_leaves_nothing)
{
	struct cluster *cluster;
	struct stat status;
	str conninfo;

	must(cluster_start(&(struct cluster_options){ 0 }, &arena, &cluster));
	must(cluster_wait(cluster, &arena, &conninfo));
	const char *folder = folder_of(conninfo);

	cr_assert(eq(int, lstat(folder, &status), 0));
	cr_expect(eq(int, (int)(status.st_mode & 0777), 0700));
	cr_expect(ne(int, (int)status.st_uid, 0), "root runs no server");
	PGconn *link = PQconnectdb(str_to_c(conninfo, &arena));
	PGresult *result = PQexec(link,
			"SELECT current_setting('listen_addresses') || current_setting('fsync')");

	cr_expect(eq(str, PQgetvalue(result, 0, 0), (char *)"off"));
	PQclear(result);
	PQfinish(link);
	cluster_stop(cluster);
	cr_expect(ne(int, lstat(folder, &status), 0));
}

Test(cluster, dies_with_a_parent_that_is_killed)
{
	int said[2];
	char conninfo[256] = { 0 };

	cr_assert(eq(int, pipe(said), 0));
	const pid_t child = fork();

	if (child == 0) {
		struct cluster *cluster;
		str text;

		if (!cluster_start(&(struct cluster_options){ 0 }, &arena, &cluster) &&
				!cluster_wait(cluster, &arena, &text)) {
			(void)!write(said[1], text.data, text.len);
		}
		close(said[1]);
		pause();
		_exit(0);
	}
	close(said[1]);
	cr_assert(gt(long, (long)read(said[0], conninfo, sizeof(conninfo) - 1), 0));
	close(said[0]);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	cr_expect(is_gone_within(folder_of(str_from(conninfo)), 10000));
	cr_expect(ne(int, (int)PQping(conninfo), (int)PQPING_OK));
}

Test(cluster, programs_that_are_not_there_are_an_error_with_a_hint)
{
	struct cluster *cluster;
	struct error *error = cluster_start(
			&(struct cluster_options){ .bindir = STR("/nowhere") }, &arena, &cluster);

	cr_assert(ne(ptr, error, NULL));
	cr_expect(eq(int, (int)error->code, ERROR_ENVIRONMENT));
	expect_str(error->message, "there are no PostgreSQL server programs in '/nowhere'");
	cr_expect(gt(sz, error->hint.len, 0));
}
