/*
 * report/answer.h - a scenario of which nothing is claimed yet: what its first run comes to is an answer, not a broken
 * promise. Formats for people tell it from here.
 */
#ifndef REPORT_ANSWER_H
#define REPORT_ANSWER_H

#include "report/report.h"

/* What works from one state. */
struct answer_state {
	str state;
	str words;               /* "1 of 3 repairs works" */
	struct str_list working; /* the strategies that work on every engine */
};

struct answer {
	struct {
		struct answer_state *
				items; /* from which something was played, in the order of the scenario */
		size_t count, capacity;
	} states;

	struct str_list claims; /* lines of `outcomes` to paste; none where there is nothing to keep */
};

/*
 * Whether nothing is claimed or recorded of a scenario whose repairs do not all work: then its run is an answer, if every
 * cell came to something that could be claimed. An exercise is there to be made to work, which is its claim.
 */
bool report_is_answer(const struct report_scenario *scenario);

/* That answer. */
struct answer report_answer(const struct report_scenario *scenario, struct arena *arena);

/* "rehearse accept --outcomes FILE", which writes the claims there. */
str answer_command(const struct report_scenario *scenario, struct arena *arena);

/* Said before the claims. */
#define ANSWER_CLAIMS_LEAD \
	"Nothing is claimed of these cells yet. To keep these verdicts, claim them:"

/* What the cells of a report come to. */
struct answer_count {
	size_t scenarios;           /* that are answers */
	size_t work, do_not;        /* cells of these: `do_not` would differ otherwise */
	size_t as_expected, differ; /* cells of the others */
};

struct answer_count report_count_answers(const struct report *report);

/* "4 work," "2 do not" "(nothing is claimed yet)", between which a line may end; none where there are no answers. */
struct str_list answer_counts(const struct answer_count *count, struct arena *arena);

/*
 * The headline of a report of which nothing but answers needs a look: "1 of 3 repairs works from production"; empty
 * where something else does, too.
 */
str answer_headline(const struct report *report, struct arena *arena);

#endif
