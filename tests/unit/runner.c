/*
 * Criterion's tests without its runner, which starts the program anew for each: what a room is linked with takes longer to
 * load than most tests. Here a test is a fork of the program. The tests are linked as they are, with these functions in
 * place of Criterion's.
 *
 *     test_<room> [TEST]              TAP of all tests, or of those of that name
 *     valgrind --error-exitcode=9 ... test_<room> --together
 *
 * Under valgrind most of the time that a fork takes goes into code that it has not seen before. So --together has one
 * process play the tests one after the other, and where one has ended it, another play those that are left. What valgrind
 * finds it tells itself, and the exit status of that process.
 */
#define _GNU_SOURCE // MAP_ANONYMOUS, environ
#include "runner.h"

#include <criterion/criterion.h>
#include <criterion/event.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
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

/* The tests that are wanted. */
static const struct criterion_test **tests;
static size_t count;

/* What the program sees of the process that plays them. */
static struct progress {
	size_t at; /* how many have been played */
	size_t failed;
} * progress;

static const struct criterion_test *test;
static const struct criterion_suite *suite; /* NULL: none of that name */
static jmp_buf end_of_test;
static bool has_failed;
static char skipped[200]; /* why */

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

void criterion_send_assert(struct criterion_assert_stats *stats)
{
	if (!stats->passed) {
		fprintf(stderr, "%s:%u: %s\n", stats->file, stats->line, stats->message);
		has_failed = true;
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
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(skipped, sizeof(skipped), format, arguments);
	va_end(arguments);
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

/* Play a test, and say how it went. */
static void play(const struct criterion_test *one)
{
	test = one;
	suite = suite_named(test->category);
	has_failed = !restore_surroundings();
	skipped[0] = '\0';
	alarm(test->data->timeout > 0 ? (unsigned)test->data->timeout : TEST_LIMIT_S);
	test->test();
	alarm(0);
	progress->failed += has_failed;
	printf("%s - %s::%s%s%s\n", has_failed ? "not ok" : "ok", test->category, test->name,
			skipped[0] ? " # SKIP " : "", skipped);
	fflush(stdout);
}

/* Have a process play tests until so many have been played; tell of one that ends it, and when it ends badly after them. */
static void play_in_child(size_t until)
{
	int status = 0;

	fflush(stdout);
	const pid_t child = fork();

	if (child == 0) {
		for (; progress->at < until; progress->at++) {
			play(tests[progress->at]);
		}
		exit(0);
	}
	if (child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
			WEXITSTATUS(status) == 0) {
		return;
	}
	progress->failed++;
	const bool is_after = progress->at == until;

	test = tests[is_after ? until - 1 : progress->at++];
	printf("not ok - %s%s::%s, %s %d\n", is_after ? "after " : "", test->category, test->name,
			WIFSIGNALED(status) ? "signal" : "exit status",
			WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
}

int play_tests(int argc, char **argv)
{
	const bool together = argc > 1 && strcmp(argv[1], "--together") == 0;
	const char *const name = argc > 1 + together ? argv[1 + together] : NULL;

	tests = calloc((size_t)(__stop_cr_tst - __start_cr_tst) + 1, sizeof(*tests));
	for (struct criterion_test **one = __start_cr_tst; tests && one < __stop_cr_tst; one++) {
		if (!name || strcmp((*one)->name, name) == 0) {
			tests[count++] = *one;
		}
	}
	progress = mmap(NULL, sizeof *progress, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			-1, 0);
	if (progress == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	remember_surroundings();
	printf("1..%zu\n", count);
	while (progress->at < count) {
		play_in_child(together ? count : progress->at + 1);
	}
	return progress->failed || !count;
}

/* Of programs that have nothing to do besides. */
__attribute__((weak)) int main(int argc, char **argv)
{
	return play_tests(argc, argv);
}
