/*
 * kit/unpack.h - read a file of any size, or the output of a program, part by part: one that gzip or zstd has
 * packed comes out as what it was. Nothing but the part in hand is in memory.
 */
#ifndef KIT_UNPACK_H
#define KIT_UNPACK_H

#include "kit/error.h"

struct unpack;

/*
 * Open the file `path`. ERROR_INVALID: it is none, or is packed in another way, or in one that this program was built without;
 * ERROR_NOT_FOUND, ERROR_ENVIRONMENT. To be closed by the caller.
 */
MUST_USE struct error *unpack_open(str path, struct arena *arena, struct unpack **ret_unpack);

/* The same of an open descriptor, which stays the caller's; `name` is for messages. */
MUST_USE struct error *unpack_open_descriptor(
		int fd, str name, struct arena *arena, struct unpack **ret_unpack);

/*
 * Read on: at least one byte, as many as are at hand; 0 at the end. ERROR_INVALID: what is packed is damaged or cut
 * off. Errors are in the arena that it was opened with.
 */
MUST_USE struct error *unpack_read(
		struct unpack *unpack, char *space, size_t size, size_t *ret_len);

/* Whether the file is packed. */
bool unpack_is_unpacking(const struct unpack *unpack);

void unpack_close(struct unpack *unpack); /* NULL is fine */

/* "1.5.4": of libzstd; empty: the program was built without. */
const char *unpack_zstd_release(void);

/* The first `limit` bytes of a file at most, unpacked. */
MUST_USE struct error *unpack_read_start(
		str path, size_t limit, struct arena *arena, str *ret_text);

/* All of a file, unpacked, as file_read() has it. */
MUST_USE struct error *unpack_read_all(str path, size_t limit, struct arena *arena, str *ret_text);

#endif
