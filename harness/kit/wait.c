#include "kit/wait.h"

#include "kit/clock.h"

#include <errno.h>
#include <poll.h>

int64_t deadline_earlier(int64_t a_us, int64_t b_us)
{
	if (!a_us || !b_us) {
		return a_us ? a_us : b_us;
	}
	return a_us < b_us ? a_us : b_us;
}

/* How long poll() may wait: rounded up, so that it does not return just before the time. */
static int poll_ms(int64_t left_us)
{
	const int64_t longest_us = 60000000;

	if (left_us <= 0) {
		return 0;
	}
	return (int)(((left_us < longest_us ? left_us : longest_us) + 999) / 1000);
}

/* How long to wait until somebody who may call it off is asked again. */
#define ASK_EVERY_US 100000

static bool is_called_off(const struct patience *patience)
{
	return patience->is_called_off && patience->is_called_off();
}

/* Wait for one of poll()'s `events`, until `look_us` (0: never) or one of the other ends. */
static enum wait_end wait_until(
		int fd, short events, int64_t look_us, const struct patience *patience)
{
	const int64_t end_us = deadline_earlier(look_us, patience->until_us);

	for (;;) {
		struct pollfd watch[] = {
			{ .fd = fd, .events = events },
			{ .fd = patience->stop ? patience->stop : -1, .events = POLLIN },
		};
		const int64_t now_us = clock_now_us();
		const int64_t ask_us = patience->is_called_off ? now_us + ASK_EVERY_US : 0;
		const int64_t wake_us = deadline_earlier(end_us, ask_us);

		if (is_called_off(patience)) {
			return WAIT_TIMEOUT;
		}
		if (poll(watch, 2, wake_us ? poll_ms(wake_us - now_us) : -1) < 0 &&
				errno != EINTR) {
			return WAIT_FAILED;
		}
		if (watch[1].revents) {
			return WAIT_STOPPED;
		}
		if (watch[0].revents) {
			return WAIT_READY;
		}
		if (patience->until_us && clock_now_us() >= patience->until_us) {
			return WAIT_TIMEOUT;
		}
		if (look_us && clock_now_us() >= look_us) {
			return WAIT_READY;
		}
	}
}

enum wait_end wait_to_read(int fd, const struct patience *patience)
{
	return wait_until(fd, POLLIN, 0, patience);
}

enum wait_end wait_to_write(int fd, const struct patience *patience)
{
	return wait_until(fd, POLLOUT, 0, patience);
}

enum wait_end wait_to_move(int fd, const struct patience *patience)
{
	return wait_until(fd, POLLIN | POLLOUT, 0, patience);
}

enum wait_end wait_a_step(int fd, int64_t step_us, const struct patience *patience)
{
	return wait_until(fd, POLLIN, clock_now_us() + step_us, patience);
}
