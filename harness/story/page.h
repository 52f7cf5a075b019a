/*
 * story/page.h - what a story is written on: headings, prose, items with a hanging indentation, SQL with its lines and
 * transactions, trees, tables. A medium says how these look: lines of text that fit a width, or HTML. No control
 * character of a text gets through, but for the ends of its lines and tabs.
 */
#ifndef STORY_PAGE_H
#define STORY_PAGE_H

#include "kit/arena.h"
#include "kit/excerpt.h"
#include "replay/outcome.h"
#include "report/text.h"
#include "tree/tree.h"

struct page_medium;

struct page {
	struct buf *out;
	size_t width; /* columns; HTML has none */
	bool colour;
	const struct page_medium *medium; /* NULL: text */
	bool has_gap;                     /* HTML: what comes next stands apart */
};

/* HTML, for those who have a page of their own to put it in. Its classes are those of report/page/style.css. */
extern const struct page_medium page_markup;

/* What stands before a line of code. Marks are of "┌", "│", "└", " ". */
struct page_gutter {
	size_t number;       /* of the line in its file; 0: none */
	const char *mark;    /* of the transaction's bracket */
	const char *further; /* the same for what follows below */
};

/* Where text stands unless something else calls for another column. */
#define PAGE_INDENT 2

/* An empty line, unless there is one already or nothing stands before it. */
void page_gap(struct page *page);

/* "── text ─────", with empty lines around it. */
void page_heading(struct page *page, str text);

/* Text of a user's in paragraphs: lines are joined and broken anew. */
void page_prose(struct page *page, size_t indent, str text);

/*
 * `lead`, then `text` broken between words, its further lines below its first. Either may be empty; `style`
 * is the text's. Line ends in the text stay.
 */
void page_item(struct page *page, size_t indent, enum style lead_style, str lead, enum style style,
		str text);

/* The same from a format, without a lead. */
void page_line(struct page *page, size_t indent, const char *format, ...) PRINTF_LIKE(3, 4);

/*
 * A line of code behind its gutter, broken at blanks where it must be; its further lines stand behind the further
 * mark, further in.
 */
void page_code(struct page *page, const struct page_gutter *gutter, str line);

/* Something said between lines of code, behind a sign. */
void page_remark(struct page *page, const struct page_gutter *gutter, enum style style, str sign,
		str text);

/* A tree. */
void page_tree(struct page *page, const struct tree *tree);

/* A line of a file, with what is meant marked; nothing for nowhere. */
void page_excerpt(struct page *page, size_t indent, const struct excerpt *excerpt);

/* What a query has returned. */
void page_show(struct page *page, const struct outcome_show *show);

#endif
