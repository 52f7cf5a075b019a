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
	str reason; /* the last long one that was told */
	enum audit_question reason_of;
};

/* A sentence, `indent` blanks in; its further lines begin there, too. */
static void add_wrapped(const struct page *page, size_t indent, enum style style, str sentence)
{
	struct buf lines = { .arena = page->out->arena };

	wrap_add(&lines, str_printable(sentence, page->out->arena), page->width, indent, indent);
	buf_add_repeated(page->out, ' ', indent);
	style_add(page->out, page->report->colour, style, str_slice(buf_str(&lines), 0, lines.len - 1));
	buf_add_char(page->out, '\n');
}

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
		const bool is_long = answer->reason.len > page->width;
		const bool is_told = is_long && str_equal(answer->reason, page->reason);
		const str told = str_format(arena, "the same as for '%s'",
				audit_question_names[page->reason_of]);

		buf_format(&rest, "%s%.*s", rest.len ? "; " : "",
				STR_ARG(is_told ? told : answer->reason));
		if (is_long && !is_told) {
			page->reason = answer->reason;
			page->reason_of = question;
		}
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

/* Which revision, and where that is: beside each other, if they fit. */
static void add_whose(const struct page *page, const struct audit_finding *finding)
{
	struct arena *arena = page->out->arena;
	const str whose = str_printable(
			finding->revision.len ? finding->revision : STR("the tree"), arena);
	const str known = finding->is_known ? STR("  (known)") : STR("");
	const str place = finding->place.path.len
			? str_format(arena, "%.*s:%zu",
					  STR_ARG(str_printable(finding->place.path, arena)),
					  finding->place.line)
			: STR("");
	const bool fits = 2 + columns_of(whose) + 2 + columns_of(place) + known.len <= page->width;

	buf_add(page->out, STR("  "));
	style_add(page->out, page->report->colour, STYLE_BOLD, whose);
	if (place.len) {
		buf_format(page->out, "%s%.*s", fits ? "  " : "\n    ", STR_ARG(place));
	}
	buf_format(page->out, "%.*s\n", STR_ARG(known));
}

static void add_finding(const struct page *page, const struct audit_finding *finding)
{
	struct arena *arena = page->out->arena;
	struct buf *out = page->out;
	struct buf head = { .arena = arena };

	add_whose(page, finding);
	buf_format(&head, "%s%.*s", finding->is_warning ? "warning: " : "",
			STR_ARG(finding->message));
	if (str_find(page->audit->engines, STR(", ")) < page->audit->engines.len &&
			finding->engines.len) {
		buf_format(&head, " (%.*s)", STR_ARG(finding->engines));
	}
	add_wrapped(page, 4, style_of(finding), buf_str(&head));
	if (finding->error.len) {
		add_wrapped(page, 4, STYLE_PLAIN,
				str_on_one_line(str_format(arena, "%.*s: %.*s",
								STR_ARG(finding->class_name),
								STR_ARG(finding->error)),
						MOST_BYTES, arena));
		if (finding->place.text.len) {
			excerpt_render(&finding->place, 6, page->width, page->report->colour, out);
		}
	}
	add_difference(page, &finding->difference);
	if (finding->hint.len) {
		add_wrapped(page, 4, STYLE_PLAIN, finding->hint);
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
			const str name = str_from(audit_question_names[question]);

			style_add(page->out, page->report->colour, STYLE_BOLD, name);
			buf_add(page->out, STR(": "));
			wrap_add(page->out, str_from(audit_asks(audit, question)), page->width,
					name.len + 2, 2);
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

	add_wrapped(&page, 0,
			audit_count_new(audit, false)                ? STYLE_BAD
					: audit_count_unknown(audit) ? STYLE_ODD
								     : STYLE_GOOD,
			audit_headline(audit, arena));
	if (audit->why.len) {
		add_wrapped(&page, 0, STYLE_PLAIN, audit->why);
	}
	if (audit->alembic.len) {
		add_wrapped(&page, 0, STYLE_PLAIN,
				str_format(arena, "Alembic %.*s, SQLAlchemy %.*s, Python %.*s",
						STR_ARG(audit->alembic),
						STR_ARG(audit->sqlalchemy),
						STR_ARG(audit->python)));
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
