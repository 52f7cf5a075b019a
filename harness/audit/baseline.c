/*
 * The baseline: the findings that an old project lives with, a line each, so that a diff of it says what was added.
 */
#include "audit/audit.h"

#include "kit/arena.h"

#include <inttypes.h>

static const char first_line[] = "rehearse audit baseline 1";

/* The id of a revision as a word of its line, whatever is in it. */
static str word_of(str id, struct arena *arena)
{
	struct buf word = { .arena = arena };
	str rest = str_printable(id, arena), part;

	while (str_next_part(&rest, ' ', &part)) {
		buf_format(&word, "%s%.*s", word.len ? "_" : "", STR_ARG(part));
	}
	return word.len ? buf_str(&word) : STR("-");
}

/*
 * What makes a finding the same one next year: not where it stands, nor what a database is called there. The
 * difference counts by a hash, as it may be long.
 */
static str line_of(const struct audit_finding *finding, struct arena *arena)
{
	const str difference = str_list_join(&finding->difference, STR("\n"), arena);
	const str message = str_on_one_line(str_printable(finding->message, arena), 160, arena);

	return str_trim(str_format(arena, "%s %.*s %016" PRIx64 " %.*s",
			audit_question_names[finding->question],
			STR_ARG(word_of(finding->revision, arena)),
			str_hash(str_format(arena, "%.*s\n%.*s\n%.*s\n%.*s",
					STR_ARG(finding->class_name), STR_ARG(finding->message),
					STR_ARG(finding->error), STR_ARG(difference))),
			STR_ARG(message)));
}

/* Whether findings count of the revision that a line is of. */
static bool is_counted(const struct audit *audit, str revision, struct arena *arena)
{
	bool is_counted = !audit->since || str_equal(revision, STR("-"));

	for (size_t i = 0; !is_counted && i < audit->since->count; i++) {
		is_counted = str_equal(revision, word_of(audit->since->items[i], arena));
	}
	return is_counted;
}

/* Whether the question that a line begins with was asked this time, of its revision, and answered. */
static bool was_asked(const struct audit *audit, str line, struct arena *arena)
{
	str question = { 0 }, revision = { 0 };

	(void)str_next_part(&line, ' ', &question);
	(void)str_next_part(&line, ' ', &revision);
	if (!is_counted(audit, revision, arena)) {
		return false;
	}
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		if (str_equal(question, str_from(audit_question_names[i]))) {
			return audit->answers[i].kind == AUDIT_YES ||
					audit->answers[i].kind == AUDIT_NO;
		}
	}
	return false;
}

struct error *audit_check_baseline(const struct source *baseline, struct arena *arena)
{
	str rest = baseline->text, line = { 0 };

	(void)str_next_part(&rest, '\n', &line);
	if (str_equal(str_trim(line), str_from(first_line))) {
		return NULL;
	}
	struct error *error = error_at(arena, ERROR_INVALID,
			(struct span){ .source = baseline, .len = line.len },
			"this is no baseline: it does not begin with '%s'", first_line);

	error->hint = STR("--write-baseline writes one.");
	return error;
}

void audit_compare(struct audit *audit, const struct source *baseline, struct arena *arena)
{
	struct str_list lines = { 0 }, now = { 0 };
	str rest = baseline->text, line = { 0 };

	(void)str_next_part(&rest, '\n', &line);
	while (rest.len && str_next_part(&rest, '\n', &line)) {
		if (str_trim(line).len && !str_starts_with(line, STR("#"))) {
			str_list_add(&lines, str_trim(line), arena);
		}
	}
	for (size_t i = 0; i < audit->findings.count; i++) {
		const str own = line_of(&audit->findings.items[i], arena);

		audit->findings.items[i].is_known = str_list_contains(&lines, own);
		str_list_add(&now, own, arena);
	}
	for (size_t i = 0; i < lines.count; i++) {
		if (!str_list_contains(&now, lines.items[i]) &&
				was_asked(audit, lines.items[i], arena)) {
			str_list_add(&audit->gone, lines.items[i], arena);
		}
	}
}

void audit_write_baseline(const struct audit *audit, struct buf *out)
{
	struct str_list lines = { 0 };

	for (size_t i = 0; i < audit->findings.count; i++) {
		str_list_add(&lines, line_of(&audit->findings.items[i], out->arena), out->arena);
	}
	str_list_sort(&lines);
	buf_format(out, "%s\n# question, revision, what it is by a hash, and in words\n",
			first_line);
	for (size_t i = 0; i < lines.count; i++) {
		if (!i || !str_equal(lines.items[i], lines.items[i - 1])) {
			buf_format(out, "%.*s\n", STR_ARG(lines.items[i]));
		}
	}
}
