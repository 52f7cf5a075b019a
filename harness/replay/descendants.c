#define _DEFAULT_SOURCE
#include "replay/descendants.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/file.h"
#include "kit/wait.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

/* Our children, as the system lists them; none where it does not. */
static struct str_list children(struct arena *arena)
{
	struct str_list all = { 0 };
	const str path = str_format(arena, "/proc/self/task/%ld/children", (long)getpid());
	str text = { 0 }, word;

	if (file_read_start(path, (size_t)1024 * 1024, arena, &text)) {
		return all;
	}
	while (str_next_part(&text, ' ', &word)) {
		if (word.len) {
			str_list_add(&all, word, arena);
		}
	}
	return all;
}

void descendants_begin(struct descendants *descendants, struct arena *arena)
{
#ifdef __linux__
	prctl(PR_SET_CHILD_SUBREAPER, 1);
#endif
	descendants->before = children(arena);
}

/* What is killed has this long, all of it together: what the system does not let go of goes on without us. */
#define END_WITHIN_US 10000000
#define LOOK_EVERY_US 1000

/* Those of our children that are the program's. */
static size_t find_left(const struct descendants *descendants, struct arena *arena, pid_t **ret_pids)
{
	const struct str_list now = children(arena);
	pid_t *pids = arena_new_array(arena, pid_t, now.count);
	size_t count = 0;

	for (size_t i = 0; i < now.count; i++) {
		const pid_t pid = (pid_t)atol(str_to_c(now.items[i], arena));

		if (!str_list_contains(&descendants->before, now.items[i]) && pid > 0) {
			pids[count++] = pid;
		}
	}
	*ret_pids = pids;
	return count;
}

/* False: the time is up, and it has not ended. */
static bool bury(pid_t pid, const struct patience *patience)
{
	while (waitpid(pid, NULL, WNOHANG) == 0) {
		if (wait_a_step(-1, LOOK_EVERY_US, patience) == WAIT_TIMEOUT) {
			return false;
		}
	}
	return true;
}

void descendants_end(const struct descendants *descendants, struct arena *arena)
{
	const struct patience patience = { .until_us = clock_now_us() + END_WITHIN_US };
	bool is_in_time = true;
	size_t count;
	pid_t *left;

	/* The children of those that are ended become ours in their turn. */
	while (is_in_time && (count = find_left(descendants, arena, &left))) {
		for (size_t i = 0; i < count; i++) {
			kill(left[i], SIGKILL);
		}
		for (size_t i = 0; is_in_time && i < count; i++) {
			is_in_time = bury(left[i], &patience);
		}
	}
#ifdef __linux__
	prctl(PR_SET_CHILD_SUBREAPER, 0);
#endif
}
