#include "kit/progress.h"

#include <stdio.h>
#include <string.h>

/* A writer that was killed in the middle has left it odd, which the next one mends. */
static void write_all(struct progress *progress, const char *doing, str what, int64_t total)
{
	const unsigned odd = atomic_load(&progress->version) | 1;

	atomic_store(&progress->version, odd);
	snprintf(progress->what, sizeof(progress->what), "%s%s%.*s", doing, *doing ? " " : "",
			STR_ARG(what));
	atomic_store(&progress->done, 0);
	atomic_store(&progress->total, total);
	atomic_store(&progress->version, odd + 1);
}

void progress_begin(struct progress *progress, const char *doing, str what, int64_t total)
{
	if (progress) {
		write_all(progress, doing, what, total);
	}
}

void progress_reach(struct progress *progress, int64_t done)
{
	if (progress) {
		atomic_store(&progress->done, done);
	}
}

void progress_end(struct progress *progress)
{
	if (progress) {
		write_all(progress, "", (str){ 0 }, 0);
	}
}

bool progress_look(const struct progress *progress, struct arena *arena,
		struct progress_report *ret_report)
{
	char what[sizeof(progress->what)];

	if (!progress) {
		return false;
	}
	const unsigned version = atomic_load(&progress->version);

	memcpy(what, progress->what, sizeof(what));
	*ret_report = (struct progress_report){
		.done = atomic_load(&progress->done),
		.total = atomic_load(&progress->total),
	};
	if (version & 1 || atomic_load(&progress->version) != version || !what[0]) {
		return false;
	}
	what[sizeof(what) - 1] = '\0';
	ret_report->what = str_copy(str_from(what), arena);
	return true;
}
