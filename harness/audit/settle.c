#include "audit/audit.h"

#include "kit/arena.h"

#include <stdlib.h>

/* --- what belongs together ----------------------------------------------------------------------- */

static bool is_same(const struct audit_finding *a, const struct audit_finding *b)
{
	return a->question == b->question && a->is_warning == b->is_warning &&
			str_equal(a->revision, b->revision) &&
			str_equal(a->class_name, b->class_name) &&
			str_equal(a->message, b->message) && str_equal(a->error, b->error) &&
			str_list_equal(&a->difference, &b->difference);
}

/* Found on another engine, too: it is told once. */
static void add_finding(struct audit *audit, const struct audit_finding *finding, str engine,
		struct arena *arena)
{
	for (size_t i = 0; i < audit->findings.count; i++) {
		struct audit_finding *known = &audit->findings.items[i];

		if (is_same(known, finding)) {
			known->engines = str_equal(known->engines, engine)
					? engine
					: str_format(arena, "%.*s, %.*s", STR_ARG(known->engines),
							  STR_ARG(engine));
			return;
		}
	}
	struct audit_finding *added = LIST_PUSH(&audit->findings, arena);

	*added = *finding;
	added->engines = engine;
}

static bool counts(const struct audit_wish *wish, const struct audit_finding *finding)
{
	return wish->is_asked[finding->question] &&
			(!wish->since || !finding->revision.len ||
					finding->question == AUDIT_FAULTS ||
					str_list_contains(wish->since, finding->revision));
}

static bool has_finding(const struct audit_part *part, enum audit_question question, str revision)
{
	for (size_t i = 0; i < part->findings.count; i++) {
		const struct audit_finding *finding = &part->findings.items[i];

		if (finding->question == question && str_equal(finding->revision, revision)) {
			return true;
		}
	}
	return false;
}

/* A downgrade that fails makes stairs of no use: who asks about both hears of it where it belongs. */
static struct audit_finding relabel(const struct audit_wish *wish, const struct audit_part *part,
		const struct audit_finding *finding)
{
	struct audit_finding told = *finding;

	if (finding->question == AUDIT_DOWNGRADE && !wish->is_asked[AUDIT_DOWNGRADE] &&
			wish->is_asked[AUDIT_STAIRS] &&
			!has_finding(part, AUDIT_STAIRS, finding->revision)) {
		told.question = AUDIT_STAIRS;
	}
	return told;
}

/* What does not run on an empty database does not run elsewhere: that is told once, if somebody asks for it. */
static bool belongs_to_upgrade(const struct audit_wish *wish, const struct audit_parts *parts,
		const struct audit_part *part, const struct audit_finding *finding)
{
	if (!wish->is_asked[AUDIT_UPGRADE] ||
			(finding->question != AUDIT_RELEASES &&
					finding->question != AUDIT_ORDERS)) {
		return false;
	}
	for (size_t i = 0; i < parts->count; i++) {
		if (str_equal(parts->items[i].engine, part->engine) && finding->revision.len &&
				has_finding(&parts->items[i], AUDIT_UPGRADE, finding->revision)) {
			return true;
		}
	}
	return false;
}

/*
 * What ends an upgrade leaves the rest of it unasked: where it is not told here, as it is an older revision's or another
 * question's, that is no good answer.
 */
static void add_obstacle(struct audit_answer *answer, const struct audit_finding *finding,
		bool is_told_elsewhere, struct arena *arena)
{
	const bool ends_upgrade = finding->question == AUDIT_UPGRADE ||
			finding->question == AUDIT_RELEASES || finding->question == AUDIT_ORDERS;

	if (!ends_upgrade || finding->is_warning || answer->kind == AUDIT_UNKNOWN) {
		return;
	}
	answer->kind = AUDIT_UNKNOWN;
	answer->is_explained = is_told_elsewhere;
	answer->reason = is_told_elsewhere
			? str_format(arena, "%.*s does not upgrade", STR_ARG(finding->revision))
			: str_format(arena, "it stops at %.*s, an older revision (%.*s)",
					  STR_ARG(finding->revision), STR_ARG(finding->message));
}

/* --- releases ------------------------------------------------------------------------------------ */

static const struct audit_end *fresh_end(const struct audit_parts *parts, str engine)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct audit_part *part = &parts->items[i];

		for (size_t j = 0; str_equal(part->engine, engine) && j < part->ends.count; j++) {
			if (!part->ends.items[j].release.len) {
				return &part->ends.items[j];
			}
		}
	}
	return NULL;
}

/* Lines that only one of two sorted lists has. */
static struct str_list difference_of(
		const struct str_list *before, const struct str_list *after, struct arena *arena)
{
	struct str_list lines = { 0 };
	size_t i = 0, j = 0;

	while (i < before->count || j < after->count) {
		const int order = i == before->count ? 1
				: j == after->count
				? -1
				: str_compare(before->items[i], after->items[j]);

		if (order < 0) {
			str_list_add(&lines, str_format(arena, "- %.*s", STR_ARG(before->items[i])),
					arena);
		} else if (order > 0) {
			str_list_add(&lines, str_format(arena, "+ %.*s", STR_ARG(after->items[j])),
					arena);
		}
		i += order <= 0;
		j += order >= 0;
	}
	return lines;
}

/* In a line of its own for each table the order of columns stands, which means nothing. */
static struct str_list without_orders(const struct str_list *schema, struct arena *arena)
{
	struct str_list lines = { 0 };

	for (size_t i = 0; i < schema->count; i++) {
		if (!str_starts_with(schema->items[i], STR("column order "))) {
			str_list_add(&lines, schema->items[i], arena);
		}
	}
	return lines;
}

static void compare_releases(const struct audit_parts *parts, struct audit *audit,
		struct audit_answer *answers, struct arena *arena)
{
	for (size_t i = 0; i < parts->count; i++) {
		const struct audit_part *part = &parts->items[i];
		const struct audit_end *fresh = fresh_end(parts, part->engine);

		for (size_t j = 0; j < part->ends.count; j++) {
			const struct audit_end *end = &part->ends.items[j];

			if (!end->release.len) {
				continue;
			}
			if (!fresh) {
				answers[AUDIT_RELEASES].kind = AUDIT_UNKNOWN;
				answers[AUDIT_RELEASES].reason = STR(
						"there is no fresh install to compare with: the upgrade fails");
				continue;
			}
			const struct str_list expected = without_orders(&fresh->schema, arena);
			const struct str_list actual = without_orders(&end->schema, arena);
			struct audit_finding finding = {
				.question = AUDIT_RELEASES,
				.difference = difference_of(&expected, &actual, arena),
				.message = str_format(arena,
						"release %.*s ends with another schema than a fresh install",
						STR_ARG(end->release)),
			};

			if (finding.difference.count) {
				add_finding(audit, &finding, part->engine, arena);
			}
		}
	}
}

/* --- the order ----------------------------------------------------------------------------------- */

struct ranked {
	struct audit_finding finding;
	size_t revision, index;
};

static int compare_ranks(const void *a, const void *b)
{
	const struct ranked *left = a, *right = b;

	if (left->finding.question != right->finding.question) {
		return left->finding.question < right->finding.question ? -1 : 1;
	}
	if (left->revision != right->revision) {
		return left->revision < right->revision ? -1 : 1;
	}
	return left->index < right->index ? -1 : 1;
}

static size_t rank_of(const struct str_list *order, str revision)
{
	for (size_t i = 0; i < order->count; i++) {
		if (str_equal(order->items[i], revision)) {
			return i;
		}
	}
	return order->count;
}

static void sort_findings(
		struct audit_findings *findings, const struct str_list *order, struct arena *arena)
{
	struct ranked *ranked = arena_new_array(arena, struct ranked, findings->count);

	for (size_t i = 0; i < findings->count; i++) {
		ranked[i] = (struct ranked){ findings->items[i],
			rank_of(order, findings->items[i].revision), i };
	}
	if (findings->count) {
		qsort(ranked, findings->count, sizeof(*ranked), compare_ranks);
	}
	for (size_t i = 0; i < findings->count; i++) {
		findings->items[i] = ranked[i].finding;
	}
}

/* --- answers ------------------------------------------------------------------------------------- */

/* What several say to one question: who does not know, or was not asked, makes the answer no better. */
static void add_answer(struct audit_answer *answer, const struct audit_answer *part, str engine,
		bool names_engine, struct arena *arena)
{
	if (!part->is_asked) {
		return;
	}
	const str reason = names_engine && part->reason.len && engine.len
			? str_format(arena, "%.*s: %.*s", STR_ARG(engine), STR_ARG(part->reason))
			: part->reason;

	if (!answer->reason.len || part->kind == AUDIT_UNKNOWN) {
		answer->reason = reason.len ? reason : answer->reason;
	}
	if (part->kind == AUDIT_UNKNOWN) {
		answer->is_explained = part->is_explained &&
				(answer->kind != AUDIT_UNKNOWN || answer->is_explained);
	}
	if (part->kind == AUDIT_UNKNOWN ||
			(part->kind == AUDIT_SKIPPED && answer->kind == AUDIT_YES)) {
		answer->kind = part->kind;
	}
	answer->elapsed_us += part->elapsed_us;
	answer->is_asked = true;
}

static void add_notes(struct str_list *notes, const struct str_list *more, struct arena *arena)
{
	for (size_t i = 0; i < more->count; i++) {
		if (!str_list_contains(notes, more->items[i])) {
			str_list_add(notes, more->items[i], arena);
		}
	}
}

/* Whether those who were asked give several reasons: then it says which engine each is of. */
static bool have_own_reasons(const struct audit_parts *parts, enum audit_question question)
{
	const struct audit_answer *first = NULL;

	for (size_t i = 0; i < parts->count; i++) {
		const struct audit_answer *answer = &parts->items[i].answers[question];

		if (first && answer->is_asked && !str_equal(first->reason, answer->reason)) {
			return true;
		}
		first = answer->is_asked ? answer : first;
	}
	return false;
}

static bool has_engines(const struct audit_parts *parts)
{
	str first = { 0 };

	for (size_t i = 0; i < parts->count; i++) {
		const str engine = parts->items[i].engine;

		if (first.len && engine.len && !str_equal(first, engine)) {
			return true;
		}
		first = engine.len ? engine : first;
	}
	return false;
}

void audit_settle(const struct audit_parts *parts, const struct audit_wish *wish,
		const struct str_list *order, struct arena *arena, struct audit *audit)
{
	const bool are_several = has_engines(parts);

	audit->since = wish->since;
	for (size_t i = 0; i < parts->count; i++) {
		const struct audit_part *part = &parts->items[i];

		for (size_t j = 0; j < part->findings.count; j++) {
			const struct audit_finding finding =
					relabel(wish, part, &part->findings.items[j]);
			const bool is_upgrades = belongs_to_upgrade(wish, parts, part, &finding);

			if (counts(wish, &finding) && !is_upgrades) {
				add_finding(audit, &finding, part->engine, arena);
			} else {
				add_obstacle(&audit->answers[finding.question], &finding,
						is_upgrades && counts(wish, &finding), arena);
			}
		}
		for (size_t j = 0; j < AUDIT_QUESTION_COUNT; j++) {
			add_answer(&audit->answers[j], &part->answers[j], part->engine,
					are_several && have_own_reasons(parts, (enum audit_question)j),
					arena);
		}
		add_notes(&audit->notes, &part->notes, arena);
		if (part->alembic.len) {
			audit->python = part->python;
			audit->alembic = part->alembic;
			audit->sqlalchemy = part->sqlalchemy;
		}
	}
	if (wish->is_asked[AUDIT_RELEASES]) {
		compare_releases(parts, audit, audit->answers, arena);
	}
	sort_findings(&audit->findings, order, arena);
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		struct audit_answer *answer = &audit->answers[i];

		if (!wish->is_asked[i]) {
			*answer = (struct audit_answer){ .kind = AUDIT_SKIPPED,
				.reason = wish->reasons[i] };
			continue;
		}
		answer->is_explained &= audit->findings.count > 0;
		if (audit_count(audit, (enum audit_question)i)) {
			answer->kind = AUDIT_NO;
		} else if (!answer->is_asked && answer->kind == AUDIT_YES) {
			answer->kind = AUDIT_UNKNOWN;
			answer->reason = STR("nobody has answered");
		}
	}
}

size_t audit_count(const struct audit *audit, enum audit_question question)
{
	size_t count = 0;

	for (size_t i = 0; i < audit->findings.count; i++) {
		count += question == AUDIT_QUESTION_COUNT ||
				audit->findings.items[i].question == question;
	}
	return count;
}

size_t audit_count_new(const struct audit *audit, bool with_warnings)
{
	size_t count = 0;

	for (size_t i = 0; i < audit->findings.count; i++) {
		const struct audit_finding *finding = &audit->findings.items[i];

		count += !finding->is_known && (with_warnings || !finding->is_warning);
	}
	return count;
}

size_t audit_count_unknown(const struct audit *audit)
{
	size_t count = 0;

	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		count += audit->answers[i].kind == AUDIT_UNKNOWN && !audit->answers[i].is_explained;
	}
	return count;
}
