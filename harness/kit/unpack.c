#include "kit/unpack.h"

#include "kit/arena.h"
#include "kit/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

/* So much of the file is read at once. */
#define PART ((size_t)64 * 1024)

struct unpack {
	str name;
	int fd;
	bool is_ours; /* the descriptor is to be closed */
	struct arena *arena;
	char part[PART]; /* of the file; from `at` to `len` not used yet */
	size_t at, len;
	bool is_at_end;  /* of the file */
	bool is_between; /* members: the file may end here */

	/* How it is unpacked; NULL: it is as it is. */
	struct error *(*step)(struct unpack *unpack, char *space, size_t size, size_t *ret_len);
	z_stream gzip;
#ifdef HAVE_ZSTD
	ZSTD_DStream *zstd;
#endif
};

static const str gzip_magic = STR_INIT("\x1F\x8B");
static const str zstd_magic = STR_INIT("\x28\xB5\x2F\xFD");

static struct error *damaged(const struct unpack *unpack, const char *how)
{
	return error_new(unpack->arena, ERROR_INVALID, "cannot unpack '%.*s': %s",
			STR_ARG(unpack->name), how);
}

/* Read the next part of the file, behind what is not used yet. */
static struct error *fill(struct unpack *unpack)
{
	if (unpack->at) {
		memmove(unpack->part, unpack->part + unpack->at, unpack->len - unpack->at);
		unpack->len -= unpack->at;
		unpack->at = 0;
	}
	for (;;) {
		const ssize_t got =
				read(unpack->fd, unpack->part + unpack->len, PART - unpack->len);

		if (got >= 0) {
			unpack->len += (size_t)got;
			unpack->is_at_end = got == 0;
			return NULL;
		}
		if (errno != EINTR) {
			return error_from_errno(
					unpack->arena, "read '%.*s'", STR_ARG(unpack->name));
		}
	}
}

/* Have something at hand, unless the file is at its end. */
static struct error *need_input(struct unpack *unpack)
{
	return unpack->at == unpack->len && !unpack->is_at_end ? fill(unpack) : NULL;
}

/* --- gzip ----------------------------------------------------------------------------------- */

/* A file may be several that were put together, as parallel packers make it. */
static struct error *gzip_step(struct unpack *unpack, char *space, size_t size, size_t *ret_len)
{
	z_stream *gzip = &unpack->gzip;

	gzip->next_in = (Bytef *)unpack->part + unpack->at;
	gzip->avail_in = (uInt)(unpack->len - unpack->at);
	gzip->next_out = (Bytef *)space;
	gzip->avail_out = (uInt)size;
	const int state = inflate(gzip, Z_NO_FLUSH);

	unpack->at = unpack->len - gzip->avail_in;
	*ret_len = size - gzip->avail_out;
	if (state == Z_MEM_ERROR) {
		return error_new(unpack->arena, ERROR_ENVIRONMENT, "out of memory");
	}
	if (state != Z_OK && state != Z_STREAM_END && state != Z_BUF_ERROR) {
		return damaged(unpack, "it is damaged");
	}
	unpack->is_between = state == Z_STREAM_END;
	if (unpack->is_between) {
		(void)inflateReset(gzip);
	}
	return NULL;
}

static struct error *gzip_start(struct unpack *unpack)
{
	unpack->step = gzip_step;
	return inflateInit2(&unpack->gzip, 15 + 16) == Z_OK
			? NULL
			: error_new(unpack->arena, ERROR_ENVIRONMENT, "out of memory");
}

/* --- zstd ----------------------------------------------------------------------------------- */

#ifdef HAVE_ZSTD
static struct error *zstd_step(struct unpack *unpack, char *space, size_t size, size_t *ret_len)
{
	ZSTD_inBuffer in = { unpack->part, unpack->len, unpack->at };
	ZSTD_outBuffer out = { space, size, 0 };
	const size_t state = ZSTD_decompressStream(unpack->zstd, &out, &in);

	unpack->at = in.pos;
	*ret_len = out.pos;
	if (ZSTD_isError(state)) {
		return damaged(unpack, "it is damaged");
	}
	unpack->is_between = state == 0;
	return NULL;
}

static struct error *zstd_start(struct unpack *unpack)
{
	unpack->step = zstd_step;
	unpack->zstd = ZSTD_createDStream();
	return unpack->zstd ? NULL : error_new(unpack->arena, ERROR_ENVIRONMENT, "out of memory");
}
#else
static struct error *zstd_start(struct unpack *unpack)
{
	struct error *error = damaged(unpack, "this program was built without zstd");

	error->hint = STR("Unpack it first, with unzstd.");
	return error;
}
#endif

/* --- what is not unpacked ------------------------------------------------------------------- */

static const struct packer {
	str magic;
	const char *name, *program;
} packers[] = {
	{ STR_INIT("\xFD\x37\x7A\x58\x5A"), "xz", "unxz --keep" },
	{ STR_INIT("BZh"), "bzip2", "bunzip2 --keep" },
	{ STR_INIT("PK\x03\x04"), "zip", "unzip" },
	{ STR_INIT("7z\xBC\xAF\x27\x1C"), "7-Zip", "7z e" },
	{ STR_INIT("\x04\x22\x4D\x18"), "LZ4", "lz4 -d" },
};

/* NULL: it is not packed by one of them. */
static struct error *refuse_others(const struct unpack *unpack)
{
	const str start = { unpack->part, unpack->len };

	for (size_t i = 0; i < COUNT_OF(packers); i++) {
		if (str_starts_with(start, packers[i].magic)) {
			struct error *error = error_new(unpack->arena, ERROR_INVALID,
					"'%.*s' is packed by %s, which cannot be unpacked here",
					STR_ARG(unpack->name), packers[i].name);

			error->hint = str_format(unpack->arena,
					"The file is packed: unpack it first, with '%s %.*s'.",
					packers[i].program,
					STR_ARG(str_shell_word(unpack->name, unpack->arena)));
			return error;
		}
	}
	return NULL;
}

/* --- the whole ------------------------------------------------------------------------------ */

struct error *unpack_open_descriptor(
		int fd, str name, struct arena *arena, struct unpack **ret_unpack)
{
	struct unpack *unpack = arena_new(arena, struct unpack);

	unpack->name = name;
	unpack->fd = fd;
	unpack->arena = arena;
	struct error *error = fill(unpack);
	const str start = { unpack->part, unpack->len };

	if (!error && str_starts_with(start, gzip_magic)) {
		error = gzip_start(unpack);
	} else if (!error && str_starts_with(start, zstd_magic)) {
		error = zstd_start(unpack);
	} else if (!error) {
		error = refuse_others(unpack);
	}
	if (error) {
		unpack_close(unpack);
		return error;
	}
	*ret_unpack = unpack;
	return NULL;
}

struct error *unpack_open(str path, struct arena *arena, struct unpack **ret_unpack)
{
	int fd;
	struct error *error = file_open(path, arena, &fd);

	if (!error) {
		error = unpack_open_descriptor(fd, path, arena, ret_unpack);
		if (error) {
			close(fd);
		} else {
			(*ret_unpack)->is_ours = true;
		}
	}
	return error;
}

struct error *unpack_read(struct unpack *unpack, char *space, size_t size, size_t *ret_len)
{
	struct error *error = need_input(unpack);

	*ret_len = 0;
	while (!error && unpack->step && !(unpack->is_at_end && unpack->at == unpack->len)) {
		error = unpack->step(unpack, space, size, ret_len);
		if (error || *ret_len) {
			return error;
		}
		error = need_input(unpack);
	}
	if (!error && unpack->step && !unpack->is_between) {
		error = unpack->step(unpack, space, size, ret_len); // what it still holds
		if (!error && !*ret_len && !unpack->is_between) {
			error = damaged(unpack, "it is cut off");
		}
	}
	if (!error && !unpack->step) {
		const size_t len =
				unpack->len - unpack->at < size ? unpack->len - unpack->at : size;

		memcpy(space, unpack->part + unpack->at, len);
		unpack->at += len;
		*ret_len = len;
	}
	return error;
}

bool unpack_is_unpacking(const struct unpack *unpack)
{
	return unpack->step != NULL;
}

void unpack_close(struct unpack *unpack)
{
	if (!unpack) {
		return;
	}
	if (unpack->step == gzip_step) {
		inflateEnd(&unpack->gzip);
	}
#ifdef HAVE_ZSTD
	ZSTD_freeDStream(unpack->zstd);
#endif
	if (unpack->is_ours) {
		close(unpack->fd);
	}
}

/* Read until there is more than `limit`. */
static struct error *read_until(str path, size_t limit, struct arena *arena, struct buf *text)
{
	struct unpack *unpack = NULL;
	char part[16 * 1024];
	size_t len = 1;
	struct error *error = unpack_open(path, arena, &unpack);

	while (!error && len && text->len <= limit) {
		error = unpack_read(unpack, part, sizeof(part), &len);
		if (!error) {
			buf_add(text, (str){ part, len });
		}
	}
	unpack_close(unpack);
	return error;
}

struct error *unpack_read_start(str path, size_t limit, struct arena *arena, str *ret_text)
{
	struct buf text = { .arena = arena };
	struct error *error = read_until(path, limit, arena, &text);

	*ret_text = str_slice((str){ buf_c(&text), text.len }, 0, limit);
	return error;
}

struct error *unpack_read_all(str path, size_t limit, struct arena *arena, str *ret_text)
{
	struct buf text = { .arena = arena };
	struct error *error = read_until(path, limit, arena, &text);

	if (!error && text.len > limit) {
		error = error_new(arena, ERROR_INVALID, "'%.*s' is larger than %zu bytes",
				STR_ARG(path), limit);
	}
	*ret_text = (str){ buf_c(&text), text.len };
	return error;
}

const char *unpack_zstd_release(void)
{
#ifdef HAVE_ZSTD
	return ZSTD_versionString();
#else
	return "";
#endif
}
