/*
 * Criterion's tests without its runner, which starts the program anew for each: valgrind takes two seconds to start.
 * Here a test is a fork of a program that valgrind has started once. The tests are linked as they are, with these
 * functions in place of Criterion's.
 *
 *     valgrind --error-exitcode=9 ... test_<room>_forked [TEST]
 *
 * Prints the tests that fail, by an assertion or by the exit status that valgrind gives; exit status 1 when one did.
 */
#include <criterion/criterion.h>
#include <criterion/event.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What Test() and TestSuite() put together, as the linker names it; a program may have no suites. */
extern struct criterion_test *__start_cr_tst[], *__stop_cr_tst[];
extern struct criterion_suite *__start_cr_sts[] __attribute__((weak));
extern struct criterion_suite *__stop_cr_sts[] __attribute__((weak));

#define TEST_LIMIT_S 600

static const struct criterion_test *test;
static const struct criterion_suite *suite; /* NULL: none of that name */
static jmp_buf end_of_test;
static bool has_failed;

/* --- what the macros of a test call ---------------------------------------------------------- */

void criterion_internal_test_setup(void)
{
	if (suite && suite->data->init) {
		suite->data->init();
	}
	if (test->data->init) {
		test->data->init();
	}
}

void criterion_internal_test_main(void (*body)(void))
{
	if (!setjmp(end_of_test)) {
		body();
	}
}

void criterion_internal_test_teardown(void)
{
	if (test->data->fini) {
		test->data->fini();
	}
	if (suite && suite->data->fini) {
		suite->data->fini();
	}
}

static void fail(const char *file, size_t line)
{
	fprintf(stderr, "%s:%zu: an assertion of %s::%s failed\n", file, line, test->category, test->name);
	has_failed = true;
}

void criterion_send_assert(struct criterion_assert_stats *stats)
{
	if (!stats->passed) {
		fail(stats->file, stats->line);
	}
}

void cri_asserts_passed_incr(void)
{
}

void criterion_continue_test(void)
{
}

void criterion_abort_test(void)
{
	longjmp(end_of_test, 1);
}

void criterion_skip_test(const char *format, ...)
{
	(void)format;
	longjmp(end_of_test, 1);
}

/* --- running them ---------------------------------------------------------------------------- */

static const struct criterion_suite *suite_named(const char *name)
{
	for (struct criterion_suite **one = __start_cr_sts; one < __stop_cr_sts; one++) {
		if (strcmp((*one)->name, name) == 0) {
			return *one;
		}
	}
	return NULL;
}

/* Whether the test passes, in a process of its own. */
static bool passes(void)
{
	int status = 0;
	const pid_t child = fork();

	if (child < 0) {
		perror("fork");
		return false;
	}
	if (child == 0) {
		alarm(TEST_LIMIT_S);
		test->test();
		exit(has_failed);
	}
	if (waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0) {
		return true;
	}
	fprintf(stderr, "failed: %s::%s, by %s %d\n", test->category, test->name,
			WIFSIGNALED(status) ? "signal" : "exit status",
			WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	return false;
}

int main(int argc, char **argv)
{
	unsigned played = 0;
	unsigned failed = 0;

	for (struct criterion_test **one = __start_cr_tst; one < __stop_cr_tst; one++) {
		if (argc < 2 || strcmp(argv[1], (*one)->name) == 0) {
			test = *one;
			suite = suite_named(test->category);
			played++;
			failed += !passes();
		}
	}
	printf("%u tests, %u failed\n", played, failed);
	return failed || !played;
}
