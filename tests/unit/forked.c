/*
 * Criterion's tests without its runner, which starts the program anew for each: valgrind takes two seconds to start, and
 * most of the time that it takes then goes into code that it has not seen before. Here one process plays the tests one
 * after the other; where a test ends it, a fork of the program, which valgrind has started once, plays those that are
 * left. The tests are linked as they are, with these functions in place of Criterion's.
 *
 *     valgrind --error-exitcode=9 ... test_<room>_forked [TEST]
 *
 * Prints the tests that fail; exit status 1 when one did, or when valgrind has found something in all of them: it tells
 * itself where.
 */
#define _GNU_SOURCE // MAP_ANONYMOUS, environ
#include <criterion/criterion.h>
#include <criterion/event.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

/* What Test() and TestSuite() put together, as the linker names it; a program may have no suites. */
extern struct criterion_test *__start_cr_tst[], *__stop_cr_tst[];
extern struct criterion_suite *__start_cr_sts[] __attribute__((weak));
extern struct criterion_suite *__stop_cr_sts[] __attribute__((weak));

#define TEST_LIMIT_S 600

/* What the program sees of the process that plays the tests. */
static struct progress {
	struct criterion_test **at; /* the test that is played, or the end of them */
	unsigned played;
	unsigned failed;
} * progress;

static const struct criterion_test *test;
static const struct criterion_suite *suite; /* NULL: none of that name */
static jmp_buf end_of_test;
static bool has_failed;

/* --- what the macros of a test call ---------------------------------------------------------- */

void criterion_internal_test_setup(void)
{
	if (setjmp(end_of_test)) {
		return;
	}
	if (suite && suite->data->init) {
		suite->data->init();
	}
	if (test->data->init) {
		test->data->init();
	}
}

void criterion_internal_test_main(void (*body)(void))
{
	if (!has_failed && !setjmp(end_of_test)) {
		body();
	}
}

void criterion_internal_test_teardown(void)
{
	if (setjmp(end_of_test)) {
		return;
	}
	if (test->data->fini) {
		test->data->fini();
	}
	if (suite && suite->data->fini) {
		suite->data->fini();
	}
}

static void fail(const char *file, size_t line)
{
	fprintf(stderr, "%s:%zu: an assertion of %s::%s failed\n", file, line, test->category,
			test->name);
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

/* The folder and the environment in which the program was started: each test finds them. */
static int home;
static char *environment[1000];

static void remember_surroundings(void)
{
	home = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	for (size_t i = 0; environ[i] && i + 1 < sizeof(environment) / sizeof(*environment); i++) {
		environment[i] = environ[i];
	}
}

static bool restore_surroundings(void)
{
	clearenv();
	for (size_t i = 0; environment[i]; i++) {
		putenv(environment[i]);
	}
	return fchdir(home) == 0;
}

/* Play the tests from progress->at on. */
static void play(const char *wanted)
{
	for (; progress->at < __stop_cr_tst; progress->at++) {
		test = *progress->at;
		if (wanted && strcmp(wanted, test->name) != 0) {
			continue;
		}
		suite = suite_named(test->category);
		has_failed = !restore_surroundings();
		progress->played++;
		alarm(TEST_LIMIT_S);
		test->test();
		progress->failed += has_failed;
	}
}

/* Have the tests from progress->at on played by a process, and tell of one that has ended it. */
static void play_in_child(const char *wanted)
{
	int status = 0;
	const pid_t child = fork();

	if (child == 0) {
		play(wanted);
		exit(0);
	}
	if (child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
			WEXITSTATUS(status) == 0) {
		return;
	}
	progress->failed++;
	fprintf(stderr, "ended by %s %d", WIFSIGNALED(status) ? "signal" : "exit status",
			WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
	if (progress->at < __stop_cr_tst) {
		test = *progress->at++;
		fprintf(stderr, " in %s::%s", test->category, test->name);
	}
	fprintf(stderr, "\n");
}

int main(int argc, char **argv)
{
	progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	if (progress == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	*progress = (struct progress){ .at = __start_cr_tst };
	remember_surroundings();
	while (progress->at < __stop_cr_tst) {
		play_in_child(argc > 1 ? argv[1] : NULL);
	}
	printf("%u tests, %u failed\n", progress->played, progress->failed);
	return progress->failed || !progress->played;
}
