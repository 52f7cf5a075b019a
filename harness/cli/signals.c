/*
 * Signals: a handler that sets a flag, which loops look at.
 */
#include "cli/cli_internal.h"

#include <signal.h>

static volatile sig_atomic_t signal_flag; // the one mutable global of the program

static void set_flag(int number)
{
	signal_flag = number;
}

int interrupted_by(void)
{
	return signal_flag;
}

void signals_install(void)
{
	static const int asking[] = { SIGINT, SIGTERM, SIGHUP };
	/* A second signal ends the program there and then. */
	struct sigaction action = { .sa_handler = set_flag, .sa_flags = SA_RESETHAND };

	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < COUNT_OF(asking); i++) {
		struct sigaction before;

		sigaction(asking[i], NULL, &before);
		if (before.sa_handler != SIG_IGN) { // as under nohup
			sigaction(asking[i], &action, NULL);
		}
	}
	action = (struct sigaction){ .sa_handler = SIG_IGN };
	sigemptyset(&action.sa_mask);
	sigaction(SIGPIPE, &action, NULL);
}

enum exit_status signals_exit_status(int number)
{
	if (number != SIGINT) {
		signal(number, SIG_DFL);
		raise(number);
	}
	return EXIT_INTERRUPTED;
}
