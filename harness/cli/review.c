#include "cli/review.h"

#include "cli/cli_internal.h"
#include "kit/arena.h"

#include <errno.h>
#include <unistd.h>

/* Longer than any answer. */
#define ANSWER_BYTES 256

static const struct {
	const char *word;
	enum review_answer answer;
} words[] = {
	{ "a", REVIEW_ACCEPT },
	{ "accept", REVIEW_ACCEPT },
	{ "y", REVIEW_ACCEPT },
	{ "yes", REVIEW_ACCEPT },
	{ "r", REVIEW_REJECT },
	{ "reject", REVIEW_REJECT },
	{ "n", REVIEW_REJECT },
	{ "no", REVIEW_REJECT },
	{ "s", REVIEW_SKIP },
	{ "skip", REVIEW_SKIP },
	{ "A", REVIEW_ALL },
	{ "all", REVIEW_ALL },
	{ "q", REVIEW_QUIT },
	{ "quit", REVIEW_QUIT },
};

#define QUESTION "[a]ccept, [r]eject, [s]kip, [A]ll of the rest, [q]uit? "

bool review_is_possible(void)
{
	return isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

/* A line of the terminal; false: there is no more. */
static bool read_line(char bytes[ANSWER_BYTES], str *ret_line)
{
	ssize_t got;

	do {
		got = read(STDIN_FILENO, bytes, ANSWER_BYTES);
	} while (got < 0 && errno == EINTR && !interrupted_by());
	if (got <= 0) {
		return false;
	}
	*ret_line = str_trim((str){ bytes, (size_t)got });
	return true;
}

enum review_answer review_ask(void)
{
	char bytes[ANSWER_BYTES];
	str line;

	print_out(STR(QUESTION));
	while (!output_lost_by() && read_line(bytes, &line)) {
		for (size_t i = 0; i < COUNT_OF(words); i++) {
			if (str_equal(line, str_from(words[i].word))) {
				return words[i].answer;
			}
		}
		print_out(STR("  accept: write it\n"
			      "  reject: leave the record as it is; the run will go on to differ\n"
			      "  skip:   decide another time\n"
			      "  all:    accept this one and all that follow\n"
			      "  quit:   stop here; what was accepted stays accepted\n" QUESTION));
	}
	print_out(STR("\n"));
	return REVIEW_QUIT;
}
