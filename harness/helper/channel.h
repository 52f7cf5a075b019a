/*
 * helper/channel.h - one end of a socket over which JSON objects go, a line each, under a deadline: whoever is at
 * the other end may be stuck in somebody's Python.
 */
#ifndef HELPER_CHANNEL_H
#define HELPER_CHANNEL_H

#include "kit/error.h"
#include "kit/wait.h"

#include <jansson.h>

struct channel {
	int fd;          /* -1: closed */
	struct buf read; /* what came and was not taken yet */
	size_t looked;   /* so many bytes of it hold no line's end */
};

/* From now on the channel owns `fd`, one end of a stream socket pair; `arena` lasts as long as it does. */
void channel_open(struct channel *channel, int fd, struct arena *arena);
void channel_close(struct channel *channel);

/*
 * Send a line, and with it the descriptor `pass` unless that is -1. ERROR_TIMEOUT; ERROR_NOT_FOUND: there is nobody at
 * the other end any more.
 */
MUST_USE struct error *channel_send(struct channel *channel, str line, int pass,
		const struct patience *patience, struct arena *arena);

/* The next object; the caller gives it back by json_decref(). The same errors. */
MUST_USE struct error *channel_receive(struct channel *channel, const struct patience *patience,
		struct arena *arena, json_t **ret_object);

/* A member that is a text, in `arena`; data NULL: it is none. */
str object_text(const json_t *object, const char *key, struct arena *arena);

/* A member that is a number; 0: it is none. */
int64_t object_integer(const json_t *object, const char *key);

#endif
