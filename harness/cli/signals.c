/*
 * Signals: a handler that sets a flag, which loops look at; lost output sets it too.
 */
#include "cli/cli_internal.h"

#include <signal.h>

/* With what output.c holds back the one mutable global of the program: a signal's number, or that of an error, negative, that has lost output. */
static volatile sig_atomic_t signal_flag;

static void set_flag(int number)
{
	signal_flag = number;
}

int interrupted_by(void)
{
	return signal_flag < 0 ? SIGPIPE : signal_flag;
}

void output_is_lost(int number)
{
	if (!signal_flag) {
		signal_flag = -number;
	}
}

int output_lost_by(void)
{
	return signal_flag < 0 ? -signal_flag : 0;
}

static const int asking[] = { SIGINT, SIGTERM, SIGHUP };

_Static_assert(COUNT_OF(asking) == COUNT_OF(((struct signal_actions *)NULL)->before),
		"every signal has its place");

static struct sigaction flag_action(void)
{
	struct sigaction action = { .sa_handler = set_flag, .sa_flags = SA_RESETHAND };

	sigemptyset(&action.sa_mask);
	return action;
}

void signals_catch(struct signal_actions *actions)
{
	const struct sigaction action = flag_action();

	for (size_t i = 0; i < COUNT_OF(asking); i++) {
		sigaction(asking[i], NULL, &actions->before[i]);
		if (actions->before[i].sa_handler != SIG_IGN) {
			sigaction(asking[i], &action, NULL);
		}
	}
}

void signals_release(const struct signal_actions *actions)
{
	for (size_t i = 0; i < COUNT_OF(asking); i++) {
		sigaction(asking[i], &actions->before[i], NULL);
	}
}

bool signals_hear_interrupt(void)
{
	const struct sigaction action = flag_action();

	if (signal_flag != SIGINT) {
		return false;
	}
	signal_flag = 0;
	sigaction(SIGINT, &action, NULL);
	return true;
}

void signals_ignore_pipe(void)
{
	signal(SIGPIPE, SIG_IGN);
}

enum exit_status signals_exit_status(int number)
{
	if (number != SIGINT) {
		signal(number, SIG_DFL);
		raise(number);
	}
	return EXIT_INTERRUPTED;
}
