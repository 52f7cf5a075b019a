/*
 * `audit` for people: the answer first, then a line a question, then what was found.
 */
#include "kit/arena.h"
#include "kit/columns.h"
#include "kit/style.h"
#include "report/audit.h"

#define USUAL_WIDTH 80

/* Of a difference so many lines are told, of what Python says so many bytes. */
#define MOST_LINES 12
#define MOST_BYTES 600

/* A page being written. */
struct page {
	const struct report *report;
	const struct audit *audit;
	struct buf *out;
	size_t width;
	str reason; /* that was told last */
};

static enum style style_of(const struct audit_finding *finding)
{
	return finding->is_known ? STYLE_FAINT : finding->is_warning ? STYLE_NAME : STYLE_BAD;
}

static void add_answer(struct page *page, enum audit_question question)
{
	const struct audit *audit = page->audit;
	const struct audit_answer *answer = &audit->answers[question];

	static const enum style styles[] = {
		[AUDIT_YES] = STYLE_GOOD,
		[AUDIT_NO] = STYLE_BAD,
		[AUDIT_UNKNOWN] = STYLE_ODD,
		[AUDIT_SKIPPED] = STYLE_FAINT,
	};

	const size_t count = audit_count(audit, question);
	struct arena *arena = page->out->arena;
	const str word = str_from(audit_answer_names[answer->kind]);
	struct buf rest = { .arena = arena };

	buf_add(page->out, STR("  "));
	style_add(page->out, page->report->colour, styles[answer->kind], word);
	columns_pad(page->out, word, sizeof("unknown"));
	buf_format(page->out, " %-10s ", audit_question_names[question]);
	if (answer->kind == AUDIT_NO) {
		buf_format(&rest, "%zu finding%s", count, count == 1 ? "" : "s");
	} else if (answer->kind == AUDIT_YES) {
		buf_add(&rest, str_from(audit_yes(audit, question)));
	}
	if (answer->reason.len) {
		const bool is_told = answer->reason.len > page->width &&
				str_equal(answer->reason, page->reason);

		buf_format(&rest, "%s%.*s", rest.len ? "; " : "",
				STR_ARG(is_told ? STR("the same") : answer->reason));
		page->reason = answer->reason;
	}
	wrap_add(page->out, str_printable(buf_str(&rest), arena), page->width, 22, 22);
}

static void add_difference(const struct page *page, const struct str_list *lines)
{
	struct arena *arena = page->out->arena;

	for (size_t i = 0; i < lines->count; i++) {
		if (i == MOST_LINES && lines->count > MOST_LINES + 1) {
			buf_format(page->out, "      and %zu more\n", lines->count - i);
			return;
		}
		const str line = str_printable(lines->items[i], arena);
		const size_t room = page->width - 6;
		const size_t fits = columns_fit(line, room);

		buf_add(page->out, STR("      "));
		style_add(page->out, page->report->colour,
				line.len && line.data[0] == '-' ? STYLE_BAD : STYLE_GOOD,
				fits < line.len ? str_format(arena, "%.*s...",
								  STR_ARG(str_slice(line, 0,
										  columns_fit(line,
												  room - 3))))
						: line);
		buf_add_char(page->out, '\n');
	}
}

static void add_finding(const struct page *page, const struct audit_finding *finding)
{
	struct arena *arena = page->out->arena;
	struct buf *out = page->out;
	struct buf head = { .arena = arena };

	buf_add(out, STR("  "));
	style_add(out, page->report->colour, STYLE_BOLD,
			str_printable(finding->revision.len ? finding->revision : STR("the tree"),
					arena));
	if (finding->place.path.len) {
		buf_format(out, "  %.*s:%zu", STR_ARG(str_printable(finding->place.path, arena)),
				finding->place.line);
	}
	if (finding->is_known) {
		buf_add(out, STR("  (known)"));
	}
	buf_add(out, STR("\n    "));
	buf_format(&head, "%s%.*s", finding->is_warning ? "warning: " : "",
			STR_ARG(finding->message));
	if (str_find(page->audit->engines, STR(", ")) < page->audit->engines.len &&
			finding->engines.len) {
		buf_format(&head, " (%.*s)", STR_ARG(finding->engines));
	}
	const str message = str_printable(buf_str(&head), arena);

	if (page->report->colour) {
		style_add(out, true, style_of(finding), message);
		buf_add_char(out, '\n');
	} else {
		wrap_add(out, message, page->width, 4, 4);
	}
	if (finding->error.len) {
		buf_add(out, STR("    "));
		wrap_add(out,
				str_printable(str_on_one_line(str_format(arena, "%.*s: %.*s",
									      STR_ARG(finding->class_name),
									      STR_ARG(finding->error)),
							      MOST_BYTES, arena),
						arena),
				page->width, 4, 4);
		if (finding->place.text.len) {
			excerpt_render(&finding->place, 6, page->width, page->report->colour, out);
		}
	}
	add_difference(page, &finding->difference);
	if (finding->hint.len) {
		buf_add(out, STR("    "));
		wrap_add(out, str_printable(finding->hint, arena), page->width, 4, 4);
	}
	buf_add_char(out, '\n');
}

static void add_question(const struct page *page, enum audit_question question)
{
	const struct audit *audit = page->audit;
	bool is_first = true;

	for (size_t i = 0; i < audit->findings.count; i++) {
		if (audit->findings.items[i].question != question) {
			continue;
		}
		if (is_first) {
			style_add(page->out, page->report->colour, STYLE_BOLD,
					str_from(audit_question_names[question]));
			buf_format(page->out, ": %s\n", audit_asks(page->audit, question));
			is_first = false;
		}
		add_finding(page, &audit->findings.items[i]);
	}
}

static void add_list(const struct page *page, const char *title, const struct str_list *lines)
{
	if (!lines->count) {
		return;
	}
	buf_format(page->out, "%s\n", title);
	for (size_t i = 0; i < lines->count; i++) {
		buf_add(page->out, STR("  "));
		wrap_add(page->out, str_printable(lines->items[i], page->out->arena), page->width,
				2, 4);
	}
	buf_add_char(page->out, '\n');
}

void audit_text(const struct report *report, const struct audit *audit, struct buf *out)
{
	struct page page = { report, audit, out, report->width ? report->width : USUAL_WIDTH };
	struct arena *arena = out->arena;
	const str headline = audit_headline(audit, arena);

	style_add(out, report->colour,
			audit_count_new(audit, false)                ? STYLE_BAD
					: audit_count_unknown(audit) ? STYLE_ODD
								     : STYLE_GOOD,
			headline);
	buf_add_char(out, '\n');
	if (audit->why.len) {
		wrap_add(out, str_printable(audit->why, arena), page.width, 0, 0);
	}
	if (audit->alembic.len) {
		buf_format(out, "Alembic %.*s, SQLAlchemy %.*s, Python %.*s\n",
				STR_ARG(audit->alembic), STR_ARG(audit->sqlalchemy),
				STR_ARG(audit->python));
	}
	buf_add_char(out, '\n');
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		add_answer(&page, (enum audit_question)i);
	}
	buf_add_char(out, '\n');
	for (size_t i = 0; i < AUDIT_QUESTION_COUNT; i++) {
		add_question(&page, (enum audit_question)i);
	}
	add_list(&page, "No longer found; --write-baseline forgets them:", &audit->gone);
	add_list(&page, "Notes:", &audit->notes);
	out->len -= out->len > 1 && out->data[out->len - 2] == '\n'; // one line's end is enough
	out->data[out->len] = '\0';
}
