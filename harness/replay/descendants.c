#define _DEFAULT_SOURCE
#include "replay/descendants.h"

#include "kit/file.h"

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

void descendants_end(const struct descendants *descendants, struct arena *arena)
{
	bool is_any = true;

	/* The children of those that are ended become ours in their turn. */
	for (int round = 0; is_any && round < 1000; round++) {
		const struct str_list now = children(arena);

		is_any = false;
		for (size_t i = 0; i < now.count; i++) {
			const pid_t pid = (pid_t)atol(str_to_c(now.items[i], arena));

			if (!str_list_contains(&descendants->before, now.items[i]) && pid > 0) {
				kill(pid, SIGKILL);
				(void)waitpid(pid, NULL, 0);
				is_any = true;
			}
		}
	}
#ifdef __linux__
	prctl(PR_SET_CHILD_SUBREAPER, 0);
#endif
}
