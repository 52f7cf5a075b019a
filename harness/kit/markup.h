/*
 * kit/markup.h - text in XML and HTML.
 */
#ifndef KIT_MARKUP_H
#define KIT_MARKUP_H

#include "kit/str.h"

/*
 * Add `text`, fit for an element's content and for an attribute in double quotes. Control characters, which XML does
 * not have, stand as escapes such as \x1b; bytes that are not UTF-8 are U+FFFD.
 */
void markup_add(struct buf *out, str text);

/* Add ` name="text"`; ends of lines are kept. */
void markup_add_attribute(struct buf *out, const char *name, str text);

#endif
