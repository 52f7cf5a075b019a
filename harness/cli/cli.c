#include "cli/cli.h"

#include "cli/exit_status.h"

int cli_main(int argc, char **argv)
{
	(void)argc;
	(void)argv;
	return EXIT_NOTHING;
}
