/*
 * story/page.h - lines of text that fit a width: headings, prose, items with a hanging indentation, SQL. No
 * control character of a text gets through, but for the ends of its lines and tabs.
 */
#ifndef STORY_PAGE_H
#define STORY_PAGE_H

#include "kit/arena.h"
#include "report/text.h"

struct page {
	struct buf *out;
	size_t width; /* columns */
	bool colour;
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
void page_item(struct page *page, size_t indent, enum style lead_style, str lead,
		enum style style, str text);

/* The same from a format, without a lead. */
void page_line(struct page *page, size_t indent, const char *format, ...) PRINTF_LIKE(3, 4);

/*
 * A line of code behind `lead` (without escapes, `lead_width` columns), broken at blanks where it must be; its
 * further lines stand behind `next_lead`, further in.
 */
void page_code(struct page *page, str lead, str next_lead, size_t lead_width, str line);

/* Lines that were drawn elsewhere, `indent` further in. */
void page_drawing(struct page *page, size_t indent, str text);

#endif
