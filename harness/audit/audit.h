/*
 * audit/audit.h - the standing questions about a project's migrations: what there is to ask, what was found, and what
 * the findings of all who asked come to, taken together. One cause is told once, by the question that it belongs to. Pure:
 * values in, values out; who asks a laboratory is `inquiry`.
 *
 * To add a question: a line in AUDIT_QUESTIONS, its words in questions.c, and who answers it (inquiry/inquiry.h).
 */
#ifndef AUDIT_AUDIT_H
#define AUDIT_AUDIT_H

#include "kit/error.h"
#include "kit/excerpt.h"

/* In the order in which they are told. */
#define AUDIT_QUESTIONS(QUESTION)        \
	QUESTION(FAULTS, "faults")       \
	QUESTION(UPGRADE, "upgrade")     \
	QUESTION(STAIRS, "stairs")       \
	QUESTION(DOWNGRADE, "downgrade") \
	QUESTION(ROWS, "rows")           \
	QUESTION(RELEASES, "releases")   \
	QUESTION(ORDERS, "orders")       \
	QUESTION(RETRY, "retry")         \
	QUESTION(RACE, "race")           \
	QUESTION(MODELS, "models")

#define AUDIT_QUESTION_VALUE(value, name) AUDIT_##value,

enum audit_question { /* AUDIT_FAULTS, ... */
	AUDIT_QUESTIONS(AUDIT_QUESTION_VALUE) AUDIT_QUESTION_COUNT,
};

/* "faults", ...; NULL behind the last, as options have their choices. */
extern const char *const audit_question_names[AUDIT_QUESTION_COUNT + 1];

/* What is said of a question, wherever it is asked. */
struct audit_question_words {
	const char *asks; /* for people: "does the doctor find nothing?" */
	const char *yes;  /* the good answer, a few words */
	/* Both, where the audit begins with a database that is not empty; NULL: the same. */
	const char *asks_from_start, *yes_from_start;
	const char *title; /* what a finding of it is, for lists of rules: "an upgrade that does not run" */
	const char *help; /* what to do about one, a sentence */
	bool is_costly;   /* asked only by name, or of the revisions that --since leaves */
};

extern const struct audit_question_words audit_questions[AUDIT_QUESTION_COUNT];

/* All texts may be empty, save the message. */
struct audit_finding {
	enum audit_question question;
	bool is_warning;
	str engines;  /* on which it was found: "sqlite, postgres" */
	str revision; /* its id */
	struct excerpt place;
	str class_name;             /* of Python's error or the engine's */
	str message;                /* one line, lower case, no full stop */
	str error;                  /* what Python or the engine has said, verbatim */
	str statement;              /* that was sent */
	str hint;                   /* a sentence */
	struct str_list difference; /* lines of schemas that start with - or + */
	bool is_known;              /* the baseline has it */
};

struct audit_findings {
	struct audit_finding *items;
	size_t count, capacity;
};

enum audit_answer_kind {
	AUDIT_YES,
	AUDIT_NO,
	AUDIT_UNKNOWN, /* it was asked, and there is no answer: the reason says why */
	AUDIT_SKIPPED, /* it was not asked */
};

extern const char *const audit_answer_names[];

/* What one engine, or whoever else was asked, says to a question. */
struct audit_answer {
	bool is_asked;
	enum audit_answer_kind
			kind; /* AUDIT_YES, as long as nothing is found, else of the last two */
	str reason; /* of the last two: why; of the others: how far it goes; may be empty */
	bool is_explained; /* unknown, and a finding of another question says why: nothing is amiss but that */
	int64_t elapsed_us;
};

/* How a schema ended: "heads", or after the upgrade from a release. */
struct audit_end {
	str release; /* empty: of a fresh install */
	struct str_list schema;
};

/* The answers of one who asked, on one engine. */
struct audit_part {
	str engine; /* empty: of none */
	struct audit_answer answers[AUDIT_QUESTION_COUNT];
	struct audit_findings findings;

	struct {
		struct audit_end *items;
		size_t count, capacity;
	} ends;
	struct str_list notes;           /* for people, each once */
	str python, alembic, sqlalchemy; /* versions that were in use; empty: none was */
};

/* Turn a part into bytes for a pipe, and back. Reading asserts: only our own bytes. */
void audit_part_pack(const struct audit_part *part, struct buf *out);
void audit_part_unpack(str bytes, struct arena *arena, struct audit_part *ret_part);

struct audit_parts {
	struct audit_part *items;
	size_t count, capacity;
};

/* What is asked for. */
struct audit_wish {
	bool is_asked[AUDIT_QUESTION_COUNT];
	str reasons[AUDIT_QUESTION_COUNT]; /* why others are not */
	/*
	 * Of these revisions alone findings count; those without a revision always do, and faults of the tree, of
	 * which only new ones are told. NULL: of all.
	 */
	const struct str_list *since;
};

/* The whole. */
struct audit {
	str project; /* its path, as it was given */
	str engines; /* "sqlite, postgres" */
	str why;     /* these engines: a sentence */
	str database; /* that each question begins with a copy of; empty: with an empty one */
	str python, alembic, sqlalchemy;
	size_t revision_count;
	struct audit_answer answers[AUDIT_QUESTION_COUNT];
	struct audit_findings findings; /* by question, then by the order of the revisions */
	const struct str_list *since;   /* the revisions whose findings count; NULL: all do */
	struct str_list gone; /* findings of the baseline that occur no more, a line each */
	struct str_list notes;
	int64_t elapsed_us;
};

/*
 * Take together what all have found. `order` are the ids of the revisions as they run. Fills in answers, findings,
 * notes and versions; the rest is the caller's. Results are in `arena`, and borrow from the parts.
 */
void audit_settle(const struct audit_parts *parts, const struct audit_wish *wish,
		const struct str_list *order, struct arena *arena, struct audit *audit);

/* What a question asks, and the good answer, a few words. */
const char *audit_asks(const struct audit *audit, enum audit_question question);
const char *audit_yes(const struct audit *audit, enum audit_question question);

/* How many findings there are of a question (AUDIT_QUESTION_COUNT: of all), and how many are errors that are not known. */
size_t audit_count(const struct audit *audit, enum audit_question question);
size_t audit_count_new(const struct audit *audit, bool with_warnings);

/* How many questions of those that were asked have no answer, and no finding explains it. */
size_t audit_count_unknown(const struct audit *audit);

/* --- baseline.c --------------------------------------------------------------------------------- */

/* ERROR_INVALID: it is none that audit_write_baseline() has written. */
MUST_USE struct error *audit_check_baseline(const struct source *baseline, struct arena *arena);

/* Mark the findings that such a baseline has, and list those that are gone. */
void audit_compare(struct audit *audit, const struct source *baseline, struct arena *arena);

/* The findings as a file that is kept: sorted, a line each, no line numbers of the project's files in it. */
void audit_write_baseline(const struct audit *audit, struct buf *out);

#endif
