#include "audit/audit.h"

#define QUESTION_NAME(value, name) [AUDIT_##value] = name,

const char *const audit_question_names[AUDIT_QUESTION_COUNT + 1] = { AUDIT_QUESTIONS(
		QUESTION_NAME) };

const char *const audit_answer_names[] = {
	[AUDIT_YES] = "yes",
	[AUDIT_NO] = "no",
	[AUDIT_UNKNOWN] = "unknown",
	[AUDIT_SKIPPED] = "skipped",
};

const struct audit_question_words audit_questions[AUDIT_QUESTION_COUNT] = {
	[AUDIT_FAULTS] = {
		.asks = "does the doctor find nothing, one head included?",
		.yes = "the doctor finds nothing",
		.title = "a fault of the tree",
		.help = "'rehearse doctor' says what to do.",
	},
	[AUDIT_UPGRADE] = {
		.asks = "does an empty database come from base to heads?",
		.yes = "base to heads on an empty database",
		.asks_from_start = "does the database come to heads?",
		.yes_from_start = "to heads, on a copy of the database",
		.title = "an upgrade that does not run",
		.help = "Nobody can make a new database until it does.",
	},
	[AUDIT_STAIRS] = {
		.asks = "does each revision go up, down and up, to the same schema?",
		.yes = "each revision up, down, up",
		.title = "an upgrade that is another one after a downgrade",
		.help = "The downgrade should leave what was there before the upgrade.",
	},
	[AUDIT_DOWNGRADE] = {
		.asks = "do all revisions go down, and leave nothing?",
		.yes = "heads to base, and nothing is left",
		.yes_from_start = "heads to where the database began, and nothing is left",
		.title = "a downgrade that does not run, or leaves something",
		.help = "Drop in downgrade() what upgrade() makes, types and sequences too.",
	},
	[AUDIT_ROWS] = {
		.asks = "does the upgrade run where every table has rows?",
		.yes = "the upgrade with every table filled",
		.title = "an upgrade that rows break",
		.help = "Give rows that are there what the revision wants of them before it wants it.",
	},
	[AUDIT_RELEASES] = {
		.asks = "does every release come to the schema of a fresh install?",
		.yes = "every release comes to the schema of a fresh install",
		.title = "a release that cannot be upgraded, or ends elsewhere",
		.help = "A revision that was released should stay as it is; what is missing goes into a new one.",
	},
	[AUDIT_ORDERS] = {
		.asks = "do all orders of the branches end in one schema?",
		.yes = "all orders of the branches end in one schema",
		.title = "an order of the branches that ends elsewhere",
		.help = "A revision that needs another branch's says so by depends_on.",
	},
	[AUDIT_RETRY] = {
		.asks = "killed at any statement, is the same command enough?",
		.yes = "killed at any statement, the same command is enough",
		.title = "an upgrade that cannot be repeated after a kill",
		.help = "One statement a revision outside of transactions, or IF NOT EXISTS, lets it be run again.",
		.is_costly = true,
	},
	[AUDIT_RACE] = {
		.asks = "two at once, does it end right?",
		.yes = "two at once end right",
		.title = "two upgrades at once that end wrong",
		.help = "Let one deployer at a time upgrade, by a lock in env.py or of whoever deploys.",
		.is_costly = true,
	},
	[AUDIT_MODELS] = {
		.asks = "do the models agree with the heads (alembic check)?",
		.yes = "the models agree with the heads",
		.title = "models that are ahead of the migrations",
		.help = "'alembic revision --autogenerate' writes what is missing.",
	},
};

const char *audit_asks(const struct audit *audit, enum audit_question question)
{
	const struct audit_question_words *words = &audit_questions[question];

	return audit->database.len && words->asks_from_start ? words->asks_from_start : words->asks;
}

const char *audit_yes(const struct audit *audit, enum audit_question question)
{
	const struct audit_question_words *words = &audit_questions[question];

	return audit->database.len && words->yes_from_start ? words->yes_from_start : words->yes;
}
