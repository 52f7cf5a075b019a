/*
 * story/page_medium.h - how a page looks: a row of functions, for those of page.h that are of the same name.
 */
#ifndef STORY_PAGE_MEDIUM_H
#define STORY_PAGE_MEDIUM_H

#include "story/page.h"

struct page_medium {
	void (*gap)(struct page *page);
	void (*heading)(struct page *page, str text);
	void (*item)(struct page *page, size_t indent, enum style lead_style, str lead,
			enum style style, str text);
	void (*example)(struct page *page, size_t indent,
			str line); /* a line of prose that stays as it is */
	void (*code)(struct page *page, const struct page_gutter *gutter, str line);
	void (*remark)(struct page *page, const struct page_gutter *gutter, enum style style,
			str sign, str text);
	void (*tree)(struct page *page, const struct tree *tree);
	void (*excerpt)(struct page *page, size_t indent, const struct excerpt *excerpt);
	void (*show)(struct page *page, const struct outcome_show *show);
};

extern const struct page_medium page_text;

/* A line of code without what would move the cursor; tabs become blanks. */
str page_untabbed(str line, struct arena *arena);

#endif
