/*
 * project/codecs.h - the encodings that Python 3 knows, by the names that a file may give them.
 */
#ifndef PROJECT_CODECS_H
#define PROJECT_CODECS_H

#include "kit/str.h"

enum codec_kind {
	CODEC_UNKNOWN,
	CODEC_ASCII, /* its first half is ASCII's, so that what a revision file declares can be read */
	CODEC_OTHER,   /* a file in it has nothing of ASCII, not even the comment that names it */
	CODEC_NO_TEXT, /* base64 and the like, which Python refuses */
};

/*
 * What Python knows by `name`; capitals and what stands between letters do not matter. `ret_undefined` is a set of the bytes
 * that stand for nothing in it, two digits each, sorted; empty: none, or it takes several bytes for a character.
 */
enum codec_kind codec_find(str name, const char **ret_undefined, struct arena *arena);

#endif
