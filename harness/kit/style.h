/*
 * kit/style.h - how text looks on a terminal that has colours: a style by what it means, its escapes known here
 * alone. Whether there are to be colours is the caller's to know; without them a style adds nothing.
 */
#ifndef KIT_STYLE_H
#define KIT_STYLE_H

#include "kit/str.h"

enum style {
	STYLE_PLAIN,
	STYLE_BOLD,
	STYLE_FAINT,
	STYLE_GOOD,  /* green */
	STYLE_BAD,   /* red */
	STYLE_ODD,   /* magenta */
	STYLE_NAME,  /* yellow */
	STYLE_LABEL, /* cyan */
	STYLE_ALARM, /* bold red */
};

/* Add `text`, in `style` if `colour`. */
void style_add(struct buf *out, bool colour, enum style style, str text);

#endif
