/*
 * What the tests of the scenario room share: text that is read, fine or with mistakes, and places in it
 * (test_scenario.c).
 */
#ifndef TESTS_SCENARIO_FIXTURE_H
#define TESTS_SCENARIO_FIXTURE_H

#include "check.h"
#include "kit/arena.h"
#include "scenario/load.h"

extern struct arena arena;
extern struct error_list mistakes;
extern const struct scenario *scenario;

/* cr_expect on a str: compares with a literal and shows both. */
#define expect_str(actual, literal) \
	cr_expect(eq(str, (char *)str_to_c((actual), &arena), (char *)(literal)))

void setup(void);
void teardown(void);

/* Mistakes as "line:column message [hint]", one a line. */
str render_mistakes(void);

/* Read a scenario that has no mistakes. */
const struct scenario *read_fine(const char *text);

/* Read one that has. */
str read_bad(const char *text);

/* "line:column" of an offset in SQL, of a word in it. */
str place_in(const struct located_text *text, size_t offset);
str place_of(const struct located_text *text, const char *word);

#endif
