/*
 * inquiry/course.h - a database on which revisions go up and down, one after the other, each in a transaction of its own
 * with its version rows. With the users' env.py each is a command of Alembic's; else all share a connection, which is
 * what makes a walk of hundreds of them cheap. What a failure has spoilt is replaced: the course goes back to where
 * it was after the last revision that it has kept.
 */
#ifndef INQUIRY_COURSE_H
#define INQUIRY_COURSE_H

#include "inquiry/inquiry.h"
#include "kit/arena.h"
#include "lab/python.h"
#include "revision/plan.h"
#include "revision/version_rows.h"

/* The revisions of a tree that go up from the start, in their order, with the way back of each. */
struct route {
	size_t count;
	const struct plan_step *ups;
	struct plan_step *downs; /* of the same revision */
	bool *is_counted;        /* findings of it count */
	bool *is_broken; /* it did not go up when it was tried, or stands on one that did not */
};

/* ERROR_ALEMBIC: the tree does not load, or cannot be planned. */
MUST_USE struct error *route_plan(const struct inquiry *inquiry, struct route *ret_route);

/* The revision of a step. */
const struct scenario_revision *route_revision(
		const struct inquiry *inquiry, const struct route *route, size_t number);

/* Whether one that it stands on is broken: then it is, too. */
bool route_is_blocked(struct route *route, size_t number);

struct course {
	const struct inquiry *inquiry;
	const struct route *route;
	struct arena arena; /* what goes with the database */
	struct stage stage;
	struct connection *connection; /* NULL: commands connect by themselves */
	struct connection *reader;     /* who looks at the schema; NULL: nobody has */
	bool is_lent;                  /* a command of Alembic's own has had the database */
	struct version_keeper *keeper;
	struct image *image; /* the last good database; NULL: the one that it began with */

	struct {
		size_t *items;
		size_t count, capacity;
	} kept; /* revisions that went up since, in their order */
};

/* A copy of `image`; NULL: the database that the inquiry begins with. `course` is to be closed in any case. */
MUST_USE struct error *course_open(struct course *course, const struct inquiry *inquiry,
		const struct route *route, struct image *image);
void course_close(struct course *course);

/* Carry one revision out, up or down. What it fails with is in the course's arena, which goes with the next failure's. */
MUST_USE struct error *course_run(struct course *course, size_t number, bool is_upgrade);

/* The same upwards, and it is part of what the course goes back to. */
MUST_USE struct error *course_go_up(struct course *course, size_t number);

/* Back to the database after the last revision that was kept. */
MUST_USE struct error *course_go_back(struct course *course);

/* Freeze the database as it is. The image is the caller's. ERROR_INVALID: no image can hold it. */
MUST_USE struct error *course_freeze(struct course *course, struct image **ret_image);

/* Make up rows for its tables but those to leave, and keep them. */
MUST_USE struct error *course_fill(struct course *course, const struct rows_wish *wish);

/* The schema as it is. */
MUST_USE struct error *course_look(
		struct course *course, struct arena *arena, struct schema **ret_schema);

/* Begin to count the time of a revision, or of a command. */
void course_begin_time(struct course *course);

/* Whether an error says something of what has run, and not of the machine. */
bool is_of_revision(const struct error *error);

/* --- findings.c -------------------------------------------------------------------------------- */

/*
 * A finding about a revision, at the line of its error (NULL: none), else where the function begins. `error` is copied.
 */
struct audit_finding *inquiry_find(const struct inquiry *inquiry, enum audit_question question,
		const struct scenario_revision *revision, bool is_upgrade,
		const struct error *error, str message);

/* The lines by which a schema differs from what was expected, those that only one has. */
struct str_list inquiry_difference(
		const struct schema *expected, const struct schema *actual, struct arena *arena);

/* "type mood, column t.c (changed)": what those lines of a difference are about that have the sign, by kind and name. */
str inquiry_names(const struct str_list *lines, char sign, struct arena *arena);

/* "RuntimeError: no way back" on one line. */
str inquiry_error_line(const struct error *error, struct arena *arena);

/* The revision that a command failed at: said by the replay, else by the file of the error. NULL: nobody knows. */
const struct scenario_revision *inquiry_failed_revision(const struct inquiry *inquiry,
		const struct stage *stage, const struct error *error);

/* From now on each revision of a command on the stage has its own time. */
void inquiry_watch_time(struct inquiry *inquiry, struct stage *stage);

/* That there is none, for a reason that is a finding of another question. */
void inquiry_explain(const struct inquiry *inquiry, enum audit_question question, str reason);

/* An answer to one of the inquiry's questions; `reason` is copied. */
void inquiry_answer(const struct inquiry *inquiry, enum audit_question question,
		enum audit_answer_kind kind, str reason);

#endif
