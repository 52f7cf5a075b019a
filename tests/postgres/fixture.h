/*
 * What the tests of the PostgreSQL engine share: a database of its own for each test, on the server that
 * the program has started (test_postgres.c), and a connection to it.
 */
#ifndef TESTS_POSTGRES_FIXTURE_H
#define TESTS_POSTGRES_FIXTURE_H

#include "check.h"
#include "engines/engines.h"
#include "kit/arena.h"
#include "leaks.h"
#include "postgres/postgres_internal.h"
#include "postgres/venue.h"

#include <libpq-fe.h>

extern const char *server; // the conninfo of its superuser
extern struct arena arena;
extern const struct engine *engine;
extern struct venue *venue;
extern struct host_options options;
extern struct host *host;
extern struct database *database;
extern struct connection *connection;

/* Fail the test with the error's text. */
#define must(call)                                                                        \
	do {                                                                              \
		const struct error *must_error = (call);                                  \
		cr_assert(eq(ptr, (void *)(uintptr_t)must_error, NULL), "%s",             \
				must_error ? str_to_c(must_error->message, &arena) : ""); \
	} while (0)

#define expect_str(actual, literal) \
	cr_expect(eq(str, (char *)str_to_c((actual), &arena), (char *)(literal)))

void setup(void);
void teardown(void);

/* The end of a test that needs no database. */
void finish_arena(void);

struct error *run(const char *sql);

/* The only value of a query. */
str value(const char *sql);

/* The message of a statement that must fail. */
str refusal(const char *sql);

/* The only value of a query as the cluster's superuser. */
long superuser_count(const char *sql);

#endif
