#include "helper/channel.h"

#include "kit/arena.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Nothing that is told in one line is longer: rows of a query of Alembic's, a statement of a stranger's. */
#define LONGEST_LINE ((size_t)256 * 1024 * 1024)

#define CHUNK ((size_t)64 * 1024)

void channel_open(struct channel *channel, int fd, struct arena *arena)
{
	*channel = (struct channel){ .fd = fd, .read = { .arena = arena } };
	fcntl(fd, F_SETFL, O_NONBLOCK);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
}

void channel_close(struct channel *channel)
{
	if (channel->fd >= 0) {
		close(channel->fd);
		channel->fd = -1;
	}
}

static struct error *nobody(struct arena *arena)
{
	return error_new(arena, ERROR_NOT_FOUND, "the Python process has ended");
}

/* NULL: go on. */
static struct error *judge_wait(enum wait_end end, struct arena *arena)
{
	switch (end) {
	case WAIT_READY:
		return NULL;
	case WAIT_TIMEOUT:
		return error_new(arena, ERROR_TIMEOUT, "timed out");
	case WAIT_STOPPED:
		return error_new(arena, ERROR_INTERRUPTED, "interrupted");
	case WAIT_FAILED:
		break;
	}
	return error_from_errno(arena, "wait for Python");
}

/* --- sending ---------------------------------------------------------------------------------- */

/* As send(), with a descriptor beside the bytes. */
static ssize_t send_with(int fd, str bytes, int pass)
{
	struct iovec part = { (void *)(uintptr_t)bytes.data, bytes.len };
	union {
		struct cmsghdr header; // aligns what follows
		char space[CMSG_SPACE(sizeof(int))];
	} beside = { 0 };
	struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };

	if (pass >= 0) {
		message.msg_control = beside.space;
		message.msg_controllen = sizeof(beside.space);
		struct cmsghdr *header = CMSG_FIRSTHDR(&message);

		header->cmsg_level = SOL_SOCKET;
		header->cmsg_type = SCM_RIGHTS;
		header->cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(header), &pass, sizeof(pass));
	}
	return sendmsg(fd, &message, MSG_NOSIGNAL);
}

struct error *channel_send(struct channel *channel, str line, int pass,
		const struct patience *patience, struct arena *arena)
{
	while (line.len) {
		const ssize_t sent = channel->fd < 0 ? -1 : send_with(channel->fd, line, pass);

		if (sent >= 0) {
			line = str_slice(line, (size_t)sent, line.len);
			pass = -1;
			continue;
		}
		if (channel->fd < 0 || (errno != EAGAIN && errno != EINTR)) {
			return nobody(arena);
		}
		struct error *err = judge_wait(wait_to_write(channel->fd, patience), arena);
		if (err) {
			return err;
		}
	}
	return NULL;
}

/* --- receiving -------------------------------------------------------------------------------- */

/* What can be read without waiting; ERROR_NOT_FOUND at the end. */
static struct error *read_some(struct channel *channel, struct arena *arena)
{
	char chunk[CHUNK];
	const ssize_t got = read(channel->fd, chunk, sizeof(chunk));

	if (got > 0) {
		buf_add(&channel->read, (str){ chunk, (size_t)got });
	} else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
		return nobody(arena);
	}
	return channel->read.len > LONGEST_LINE
			? error_new(arena, ERROR_INVALID, "Python has sent too long a line")
			: NULL;
}

/* The next line, without its end; borrowed from the channel until drop_line(). */
static struct error *read_line(struct channel *channel, const struct patience *patience,
		struct arena *arena, str *ret_line)
{
	for (;;) {
		const str all = buf_str(&channel->read);
		const str fresh = str_slice(all, channel->looked, all.len);
		const size_t end = str_find_char(fresh, '\n');

		if (end < fresh.len) {
			*ret_line = str_slice(all, 0, channel->looked + end);
			return NULL;
		}
		channel->looked = all.len;
		if (channel->fd < 0) {
			return nobody(arena);
		}
		struct error *err = judge_wait(wait_to_read(channel->fd, patience), arena);
		if (!err) {
			err = read_some(channel, arena);
		}
		if (err) {
			return err;
		}
	}
}

static void drop_line(struct channel *channel, size_t len)
{
	struct buf *read = &channel->read;

	read->len -= len + 1;
	memmove(read->data, read->data + len + 1, read->len);
	channel->looked = 0;
}

static bool is_hex(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/*
 * Python escapes bytes that are no Unicode as \udc80 to \udcff, halves of characters without the other half, which are
 * no JSON: they become U+FFFD, as such bytes do everywhere else.
 */
static str without_lone_halves(str line, struct arena *arena)
{
	struct buf clean = { .arena = arena };
	size_t from = 0;

	for (size_t i = 0; i + 6 <= line.len; i++) {
		const char *at = line.data + i;

		if (at[0] != '\\') {
			continue;
		}
		if (at[1] != 'u') { // an escape of two characters, perhaps a backslash itself
			i++;
			continue;
		}
		const bool is_high = (at[2] == 'd' || at[2] == 'D') && strchr("89abAB", at[3]);
		const bool is_low = (at[2] == 'd' || at[2] == 'D') && strchr("cdefCDEF", at[3]);
		const bool is_pair = is_high && i + 12 <= line.len && at[6] == '\\' && at[7] == 'u' &&
				(at[8] == 'd' || at[8] == 'D') && strchr("cdefCDEF", at[9]);

		if (is_pair) {
			i += 11;
		} else if ((is_high || is_low) && is_hex(at[4]) && is_hex(at[5])) {
			buf_add(&clean, str_slice(line, from, i - from));
			buf_add(&clean, STR("\\ufffd"));
			from = i + 6;
			i += 5;
		} else {
			i += 5;
		}
	}
	if (!from) {
		return line;
	}
	buf_add(&clean, str_slice(line, from, line.len));
	return buf_str(&clean);
}

struct error *channel_receive(struct channel *channel, const struct patience *patience,
		struct arena *arena, json_t **ret_object)
{
	str line;
	struct error *err = read_line(channel, patience, arena, &line);

	if (err) {
		return err;
	}
	const size_t len = line.len;
	json_error_t fault;

	line = without_lone_halves(line, arena);
	json_t *object = json_loadb(line.data, line.len, JSON_ALLOW_NUL, &fault);

	drop_line(channel, len);
	if (!json_is_object(object)) {
		json_decref(object);
		return error_new(arena, ERROR_ENVIRONMENT, "Python has sent what is no object: %s",
				fault.text);
	}
	*ret_object = object;
	return NULL;
}

/* --- members ---------------------------------------------------------------------------------- */

str object_text(const json_t *object, const char *key, struct arena *arena)
{
	const json_t *value = json_object_get(object, key);

	return json_is_string(value)
			? str_copy((str){ json_string_value(value), json_string_length(value) }, arena)
			: (str){ 0 };
}

int64_t object_integer(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}
