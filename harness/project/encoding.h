/*
 * project/encoding.h - in which encoding a Python file is written: what its byte order mark and the comment
 * in its first two lines say (PEP 263), and whether its bytes are of that.
 */
#ifndef PROJECT_ENCODING_H
#define PROJECT_ENCODING_H

#include "kit/source.h"

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

struct encoding {
	bool is_latin_1; /* bytes above 127 are code points; else they are UTF-8 */
	str problem;     /* what Python would refuse the file for; empty: nothing */
	size_t at;       /* where */
};

struct encoding encoding_of(str text, struct arena *arena);

#endif
