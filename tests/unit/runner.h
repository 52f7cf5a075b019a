/*
 * Playing the tests that a program is linked with.
 */
#ifndef TESTS_RUNNER_H
#define TESTS_RUNNER_H

/* The exit status of a program with those arguments. */
int play_tests(int argc, char **argv);

#endif
