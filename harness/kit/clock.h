/*
 * kit/clock.h - how much time has passed.
 */
#ifndef KIT_CLOCK_H
#define KIT_CLOCK_H

#include <stdint.h>

/* Microseconds of the monotonic clock: only differences mean something. */
int64_t clock_now_us(void);

#endif
