/*
 * What a program leaves running is ended, and nothing else is.
 */
#include "check.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/process.h"
#include "leaks.h"
#include "replay/descendants.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct arena arena;

static void setup(void)
{
	arena = (struct arena){ 0 };
}

static void teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

TestSuite(descendants, .init = setup, .fini = teardown, .timeout = 60);

static bool is_alive(str pid)
{
	return kill((pid_t)atoi(str_to_c(pid, &arena)), 0) == 0;
}

/* Run a script to its end; gives what it has written. */
static str run_script(const char *script)
{
	const char *const arguments[] = { "sh", "-c", script, NULL };
	const struct process process = { .arguments = arguments };
	int status;
	str output;

	cr_assert(eq(ptr, NULL, process_run(&process, &arena, &status, &output)));
	cr_assert(eq(int, status, 0));
	return output;
}

#ifdef __linux__
/* One in a session of its own, and one whose parent there has ended: neither is of the program's process group. */
Test(descendants, in_sessions_of_their_own_are_ended)
{
	struct descendants descendants;
	const pid_t before = fork();

	if (before == 0) {
		pause();
		_exit(0);
	}
	descendants_begin(&descendants, &arena);
	str rest = run_script("d=$(mktemp -d); export d; "
			      "setsid sh -c 'echo $$ >$d/one; exec sleep 600' & "
			      "setsid sh -c 'setsid sh -c \"echo \\$\\$ >$d/two; exec sleep 600\" &' & "
			      "until test -s $d/one && test -s $d/two; do sleep 0.01; done; "
			      "cat $d/one $d/two; rm -r $d");
	str pid;
	size_t count = 0;

	descendants_end(&descendants, &arena);
	while (str_next_part(&rest, '\n', &pid)) {
		if (pid.len) {
			cr_expect(not(is_alive(pid)), "%.*s goes on", STR_ARG(pid));
			count++;
		}
	}
	cr_expect(eq(sz, count, 2));
	cr_expect(eq(int, waitpid(before, NULL, WNOHANG), 0), "what was there before goes on");
	kill(before, SIGKILL);
	waitpid(before, NULL, 0);
}
#endif

Test(descendants, that_there_are_none_of_take_no_time)
{
	const int64_t since_us = clock_now_us();
	struct descendants descendants;

	descendants_begin(&descendants, &arena);
	descendants_end(&descendants, &arena);
	cr_expect(lt(i64, clock_now_us() - since_us, 5000000));
	cr_expect(eq(int, waitpid(-1, NULL, WNOHANG), -1));
}
