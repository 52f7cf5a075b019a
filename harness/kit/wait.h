/*
 * kit/wait.h - wait for what others do, for as long as we have and no longer: every wait on what we do not
 * control ends at a deadline of ours, or when whoever asked for it has gone. docs/waits.md lists them.
 */
#ifndef KIT_WAIT_H
#define KIT_WAIT_H

#include <stdbool.h>
#include <stdint.h>

/* How long to wait. All zero: as long as it takes. */
struct patience {
	int64_t until_us; /* of clock_now_us(); 0: no deadline */
	int stop; /* a pipe: waiting ends as soon as it can be read, or its other end closes; 0: none */
	bool (*is_called_off)(void); /* once it says so, time is up; asked ten times a second; NULL: nobody does */
};

enum wait_end {
	WAIT_READY,
	WAIT_TIMEOUT,
	WAIT_STOPPED,
	WAIT_FAILED, /* errno says why */
};

/* Wait until `fd` can be read. */
enum wait_end wait_to_read(int fd, const struct patience *patience);

/* Wait until `fd` takes what is written. */
enum wait_end wait_to_write(int fd, const struct patience *patience);

/* Wait until it can be read or takes what is written. */
enum wait_end wait_to_move(int fd, const struct patience *patience);

/*
 * As wait_to_read(), but look up after `step_us` at the latest; WAIT_READY too when only that has passed. Without a
 * descriptor (-1) it is a pause, for what can be asked but not waited for.
 */
enum wait_end wait_a_step(int fd, int64_t step_us, const struct patience *patience);

/* The earlier of two deadlines, of which 0 is none. */
int64_t deadline_earlier(int64_t a_us, int64_t b_us);

#endif
