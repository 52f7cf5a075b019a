/*
 * What the tests of the SQLite engine share: a database of its own for each test, a connection to it, and what
 * most of them ask (test_sqlite.c).
 */
#ifndef TESTS_SQLITE_FIXTURE_H
#define TESTS_SQLITE_FIXTURE_H

#include "check.h"
#include "database/engine.h"
#include "kit/arena.h"
#include "leaks.h"

extern struct arena arena;
extern const struct engine *engine;
extern struct host *host;
extern struct database *database;
extern struct connection *connection;

/* cr_expect on a str: compares with a literal and shows both. */
#define expect_str(actual, literal) \
	cr_expect(eq(str, (char *)str_to_c((actual), &arena), (char *)(literal)))

void setup(void);
void teardown(void);
void open_connection(void);
void reconnect(void);

/* Run statements in turn up to the first that fails, as a body is run. */
struct error *run(const char *sql);
void must_run(const char *sql);
void expect_error(const char *sql, const char *message);

/* Rows as text: columns joined by |, rows by newlines, NULL as (null). */
str ask(const char *sql);

struct schema *snapshot(void);
void expect_schema(const char *sql, const char *lines);

#endif
