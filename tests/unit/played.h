/*
 * Scenarios played for tests that ask more of an outcome than a scenario can state: its places, notes, reasons, its
 * failures as values. What one can state is played from tests/replay/.
 */
#ifndef TESTS_PLAYED_H
#define TESTS_PLAYED_H

#include "check.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "leaks.h"
#include "replay/replay.h"
#include "replay/trace.h"
#include "scenario/load.h"
#include "schema/schema.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct arena arena;
static const struct scenario *scenario;
static struct theatre *theatre;
static struct outcome outcomes[64];
static size_t outcome_count;
static char folder[] = "test_replay.XXXXXX"; // for files that a scenario names
static bool has_folder;
static struct theatre_options options;

static inline void setup(void)
{
	arena = (struct arena){ 0 };
	options = (struct theatre_options){ 0 };
	scenario = NULL;
	theatre = NULL;
	outcome_count = 0;
	has_folder = false;
}

static inline void teardown(void)
{
	if (theatre) {
		theatre_close(theatre);
	}
	scenario_unload(scenario);
	arena_finish(&arena);
	if (has_folder) {
		cr_expect(eq(int,
				system(str_to_c(str_format(&arena, "rm -rf '%s'", folder), &arena)),
				0));
		arena_finish(&arena);
	}
	check_leaks();
}

/* Read `text`, a scenario without its first line, and list the cells that it has on SQLite. */
static inline struct scenario_cells cells_of(const char *text)
{
	struct error_list mistakes = { 0 };
	struct scenario_cells cells = { 0 };
	const str path = has_folder ? str_format(&arena, "%s/s.yaml", folder) : STR("s.yaml");

	scenario = scenario_parse(path,
			str_format(&arena, "rehearse: 1\nengines: [sqlite]\n%s", text), NULL,
			&arena, &mistakes);
	if (!scenario) {
		struct buf shown = { .arena = &arena };

		for (size_t i = 0; i < mistakes.count; i++) {
			error_render(mistakes.items[i], false, &shown);
		}
		cr_fatal("%s", buf_c(&shown));
	}
	scenario_add_cells(scenario, &arena, &cells);
	return cells;
}

/* Play all its cells. */
static inline void play(const char *text)
{
	const struct scenario_cells cells = cells_of(text);

	theatre = theatre_open(&options, &arena);
	cr_assert(le(sz, cells.count, COUNT_OF(outcomes)));
	for (outcome_count = 0; outcome_count < cells.count; outcome_count++) {
		struct error *err = theatre_play(theatre, &cells.items[outcome_count], NULL, &arena,
				&outcomes[outcome_count]);
		cr_assert(eq(ptr, err, NULL), "%.*s", STR_ARG(err->message));
	}
}

/* The outcome of "strategy@state". */
static inline const struct outcome *cell(const char *name)
{
	const str full = str_format(&arena, "s/%s:sqlite", name);

	for (size_t i = 0; i < outcome_count; i++) {
		if (str_equal(outcomes[i].name, full)) {
			return &outcomes[i];
		}
	}
	cr_fatal("no cell %s", name);
}

static inline const char *verdict(const struct outcome *outcome)
{
	return verdict_names[outcome->verdict];
}

static inline char *c(str text)
{
	return (char *)str_to_c(text, &arena);
}

static inline char *joined(const struct str_list *list)
{
	return c(str_list_join(list, STR(","), &arena));
}

static inline char *joined_facts(const struct schema_facts *facts)
{
	const struct str_list lines = schema_render_facts(facts, &arena);

	return joined(&lines);
}

static inline bool contains(str text, const char *part)
{
	return str_find(text, str_from(part)) < text.len;
}

/* "works", or what failed and where, on one line. */
static inline char *summary(const char *name)
{
	const struct outcome *outcome = cell(name);

	switch (outcome->verdict) {
	case VERDICT_FAILS:
		return c(str_format(&arena, "fails %zu %.*s: %.*s", outcome->failed_step,
				STR_ARG(outcome->error.class_name),
				STR_ARG(outcome->error.message)));
	case VERDICT_WRONG: {
		struct str_list names = { 0 };

		for (size_t i = 0; i < WRONG_COUNT; i++) {
			if (outcome->wrong & 1u << i) {
				str_list_add(&names, str_from(wrong_names[i]), &arena);
			}
		}
		return c(str_format(&arena, "wrong %s", joined(&names)));
	}
	case VERDICT_WORKS:
	case VERDICT_SKIPPED:
		break;
	}
	return c(str_from(verdict(outcome)));
}

/* Names of the tables at the end. */
static inline bool has_table(const char *name, const char *table)
{
	const struct outcome *outcome = cell(name);

	for (size_t i = 0; i < outcome->schema.count; i++) {
		if (str_starts_with(outcome->schema.items[i],
				    str_format(&arena, "table %s", table))) {
			return true;
		}
	}
	return false;
}

#define expect_text(actual, expected) cr_expect(eq(str, (char *)(actual), (char *)(expected)))
#define expect_contains(text, part) \
	cr_expect(contains((text), (part)), "'%s' is not in: %s", (part), c(text))

static inline void make_folder(void)
{
	strcpy(folder + strlen(folder) - 6, "XXXXXX");
	cr_assert(ne(ptr, mkdtemp(folder), NULL));
	has_folder = true;
}

static inline void write_in_folder(const char *name, const char *text)
{
	struct error *err = file_write(
			str_format(&arena, "%s/%s", folder, name), str_from(text), &arena);

	cr_assert(eq(ptr, err, NULL));
}

#define TWO_LINES                                                                                           \
	"revisions:\n"                                                                                      \
	"  - {revision: a1, down_revision: null, upgrade: CREATE TABLE t1 (a), downgrade: DROP TABLE t1}\n" \
	"  - {revision: b2, down_revision: a1, upgrade: CREATE TABLE t2 (a), downgrade: DROP TABLE t2}\n"

/* Make a table `t` with rows that nobody can read, as what stands in their place is an index. */
#define SPOIL_ROWS                                                                       \
	"CREATE TABLE t (x text); CREATE INDEX i ON t (x); INSERT INTO t VALUES ('a'); " \
	"PRAGMA writable_schema = ON; UPDATE sqlite_master SET rootpage = "              \
	"(SELECT rootpage FROM sqlite_master WHERE name = 'i') WHERE name = 't'"

/* Make a database that nobody can read. */
#define DAMAGE "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = 'nonsense'"

#endif
