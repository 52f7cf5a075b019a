/*
 * cli/cli.h - the program: commands and options, what is printed, exit statuses, signals. The one room
 * that ends the process.
 */
#ifndef CLI_CLI_H
#define CLI_CLI_H

/* Run the program; returns its exit status (cli/exit_status.h). */
int cli_main(int argc, char **argv);

#endif
