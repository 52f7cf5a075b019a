/*
 * scenario/template.h - the scenarios that `rehearse new` writes: small, commented, and green. To add one: a
 * file in scenario/templates/, its name in meson.build and template_texts.h, and a row in template.c.
 */
#ifndef SCENARIO_TEMPLATE_H
#define SCENARIO_TEMPLATE_H

#include "kit/str.h"

struct template
{
	const char *name;    /* "two-heads", that of its file */
	const char *summary; /* one line, lower case, no full stop */
	const char *text;    /* of a scenario file */
};

/* The first one is written unless another is asked for. */
extern const struct template templates[];
extern const size_t template_count;

/* NULL: there is none; `ret_nearest` is then the name that may be meant, or empty. */
const struct template *template_find(str name, struct arena *arena, str *ret_nearest);

#endif
