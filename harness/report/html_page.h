/*
 * report/html_page.h - the frame of a page of HTML that asks for nothing from elsewhere, and parts that such pages have in
 * common; for others who write one, too. How it looks is said in report/page/.
 */
#ifndef REPORT_HTML_PAGE_H
#define REPORT_HTML_PAGE_H

#include "kit/str.h"

/* How a page looks as a whole. */
enum html_mood {
	HTML_GREEN,
	HTML_RED,
	HTML_NEWS, /* nobody expected anything yet: it is no failure that not every repair works */
};

/* All up to the start of the body. */
void html_page_begin(const char *title, enum html_mood mood, struct buf *out);

/* The end of <main>, and all behind it, of a page without a script. */
void html_page_end(const char *program_version, struct buf *out);

/* Lines in a <pre>; those that begin with `-` or `+` are of a difference. */
void html_add_difference(str lines, struct buf *out);

#endif
