#define _GNU_SOURCE // O_CLOEXEC of pipe2

#include "cli/watch.h"

#include "cli/cli_internal.h"
#include "cli/naming.h"
#include "expect/record.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/file.h"
#include "kit/table.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* A change is complete when nothing has changed for so long; one that never is, is taken after MOST_MS. */
#define QUIET_MS 120
#define MOST_MS  2000

/* Editors write a new file and rename it over the old one: folders are watched, not files, and closing and moving. */
#define EVENTS                                                                                   \
	(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_DELETE_SELF | \
			IN_MOVE_SELF | IN_ONLYDIR)

struct watching {
	struct invocation *invocation;
	struct str_list arguments; /* as the user gave them */
	struct arena *arena;       /* of one round */
	struct watched watched;    /* paths from the root */
	int fd;                    /* of inotify */

	struct {
		struct watched_folder {
			int id; /* inotify's */
			str path;
		} * items;

		size_t count, capacity;
	} folders;
	struct table known; /* paths of `folders` */

	struct str_list touched; /* scenarios, or the arguments */
	str first_change;        /* empty: there is none */
	bool touches_all;
	bool is_narrowed; /* the run was of what a change touched, not of all */
};

/* --- what a run looks at ---------------------------------------------------------------------- */

static void add_path(struct watched *watched, str path, str scenario, struct arena *arena)
{
	if (path.len) {
		*LIST_PUSH(watched, arena) =
				(struct watched_path){ .path = path, .scenario = scenario };
	}
}

/* All of the project's folder: its env.py imports what it likes. Of a commit: what says where branches are. */
static void add_project(
		struct watched *watched, const struct scenario *scenario, struct arena *arena)
{
	const struct project_tree *tree = scenario->project ? scenario->project->tree : NULL;

	if (!tree) {
		return;
	}
	if (tree->at.len) {
		add_path(watched, path_join(tree->root, STR(".git/logs/HEAD"), arena),
				scenario->path, arena);
		return;
	}
	add_path(watched, tree->root, scenario->path, arena);
	add_path(watched, tree->folder, scenario->path, arena);
	for (size_t i = 0; i < tree->locations.count; i++) {
		add_path(watched, tree->locations.items[i], scenario->path, arena);
	}
}

void watched_add_suite(struct watched *watched, const struct suite *suite,
		const struct records *records, struct arena *arena)
{
	for (size_t i = 0; i < suite->scenarios.count; i++) {
		const struct suite_scenario *item = &suite->scenarios.items[i];
		const struct scenario *scenario = item->scenario;

		add_path(watched, item->path, item->path, arena);
		for (size_t j = 0; j < scenario->named_files.count; j++) {
			add_path(watched, scenario->named_files.items[j], item->path, arena);
		}
		add_project(watched, scenario, arena);
		if (records && records->folders[i].len) {
			add_path(watched,
					record_folder_of(
							records->folders[i], scenario->name, arena),
					item->path, arena);
		}
	}
	for (size_t i = 0; i < suite->mistakes.count; i++) {
		const struct source *source = suite->mistakes.items[i]->where.source;

		if (source) { // a file of SQL does not say whose it is
			add_path(watched, source->name,
					naming_is_scenario_file(source->name) ? source->name
									      : STR(""),
					arena);
		}
	}
}

/* --- the child ------------------------------------------------------------------------------- */

/* What the child tells the parent: two texts each, and an empty one at the end. */
static void tell(int fd, const struct watched *watched, struct arena *arena)
{
	struct buf text = { .arena = arena };

	for (size_t i = 0; i < watched->count; i++) {
		buf_add(&text,
				path_normalise(path_from_root(watched->items[i].path, arena),
						arena));
		buf_add_char(&text, '\0');
		buf_add(&text, watched->items[i].scenario);
		buf_add_char(&text, '\0');
	}
	buf_add_char(&text, '\0');
	(void)!descriptor_write(fd, buf_str(&text)); // a parent that is gone does not miss it
}

/* Whether all that is to be told has come. */
static bool is_told(const struct buf *text)
{
	const str all = buf_str(text);
	size_t at = 0;

	while (at < all.len && all.data[at]) {
		at += strlen(all.data + at) + 1;
		at += at < all.len ? strlen(all.data + at) + 1 : 0;
	}
	return at < all.len;
}

static void take_told(struct watching *watching, str text)
{
	str path, scenario;

	while (str_next_part(&text, '\0', &path) && path.len &&
			str_next_part(&text, '\0', &scenario)) {
		add_path(&watching->watched, path, scenario, watching->arena);
	}
}

/* The child's pipe is read to what ends it, not to its end: a server that was kept holds it open. */
static void read_told(struct watching *watching, int fd)
{
	struct buf text = { .arena = watching->arena };
	char part[4096];
	ssize_t got = 1;

	while (got != 0 && !is_told(&text)) {
		got = read(fd, part, sizeof(part));
		if (got > 0) {
			buf_add(&text, (str){ part, (size_t)got });
		} else if (got < 0 && errno != EINTR) {
			break;
		}
	}
	take_told(watching, buf_str(&text));
}

/* The exit status of one run. */
static enum exit_status run_in_child(struct watching *watching,
		enum exit_status (*run)(struct invocation *, struct watched *))
{
	struct invocation invocation = *watching->invocation;
	int ends[2], status = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) || (pid = fork()) < 0) {
		return print_error(&invocation,
				error_from_errno(watching->arena, "start a process for the run"));
	}
	if (pid == 0) {
		struct watched watched = { 0 };

		close(ends[0]);
		close(watching->fd);
		invocation.arguments = watching->touched;
		const enum exit_status child = run(&invocation, &watched);

		tell(ends[1], &watched, invocation.arena);
		_exit((int)child);
	}
	close(ends[1]);
	read_told(watching, ends[0]);
	close(ends[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
	}
	return WIFEXITED(status) ? (enum exit_status)WEXITSTATUS(status) : EXIT_ENVIRONMENT;
}

/* --- watching -------------------------------------------------------------------------------- */

static void watch_folder(struct watching *watching, str path)
{
	uint32_t ignored;
	int id;

	if (table_find(&watching->known, path, &ignored)) {
		return;
	}
	table_set(&watching->known, path, 1);
	id = inotify_add_watch(watching->fd, str_to_c(path, watching->arena), EVENTS);
	if (id >= 0) {
		*LIST_PUSH(&watching->folders, watching->arena) =
				(struct watched_folder){ id, path };
	} else if (errno == ENOSPC) {
		print_err(STR("warning: not all folders are watched: the system allows no more "
			      "(fs.inotify.max_user_watches)\n"));
	}
}

/* What no run reads: what editors and Python keep beside files, and git for itself. */
static bool is_ignored(str name)
{
	return !name.len || name.data[0] == '.' || name.data[0] == '#' ||
			str_ends_with(name, STR("~")) || str_ends_with(name, STR(".pyc")) ||
			str_equal(name, STR("__pycache__")) || str_equal(name, STR("node_modules"));
}

static void watch_below(struct watching *watching, str path)
{
	struct str_list folders = { 0 };

	str_list_add(&folders, path, watching->arena);
	for (size_t i = 0; i < folders.count; i++) {
		struct str_list names = { 0 };
		const struct error *error =
				directory_list(folders.items[i], watching->arena, &names);

		if (error || (i && str_list_contains(&names, STR("pyvenv.cfg")))) {
			continue;
		}
		watch_folder(watching, folders.items[i]);
		for (size_t j = 0; j < names.count; j++) {
			const str below = path_join(
					folders.items[i], names.items[j], watching->arena);
			struct stat status;

			if (!is_ignored(names.items[j]) &&
					lstat(str_to_c(below, watching->arena), &status) == 0 &&
					S_ISDIR(status.st_mode)) {
				str_list_add(&folders, below, watching->arena);
			}
		}
	}
}

static void watch_all(struct watching *watching)
{
	for (size_t i = 0; i < watching->watched.count; i++) {
		const str path = watching->watched.items[i].path;

		if (path_is_directory(path, watching->arena)) {
			watch_below(watching, path);
		}
		watch_folder(watching, path_folder(path));
	}
}

/* Folders that were named, or the one that is meant by none: new files may come there. */
static void add_arguments(struct watching *watching)
{
	struct arena *arena = watching->arena;
	struct str_list paths = watching->arguments;

	if (!paths.count) {
		str_list_add(&paths, STR("scenarios"), arena);
	}
	for (size_t i = 0; i < paths.count; i++) {
		const str path = path_normalise(path_from_root(paths.items[i], arena), arena);

		if (path_is_directory(path, arena) || path_is_file(path, arena)) {
			*LIST_PUSH(&watching->watched, arena) =
					(struct watched_path){ .path = path, .is_argument = true };
		}
	}
}

/* --- what changed ----------------------------------------------------------------------------- */

static void touch(struct watching *watching, str path, str scenario)
{
	struct arena *arena = watching->arena;

	watching->first_change =
			watching->first_change.len ? watching->first_change : str_copy(path, arena);
	if (!scenario.len) {
		watching->touches_all = true;
	} else if (!str_list_contains(&watching->touched, scenario)) {
		str_list_add(&watching->touched, scenario, arena);
	}
}

static bool is_in(str path, str folder)
{
	return path.len > folder.len && str_starts_with(path, folder) &&
			path.data[folder.len] == '/';
}

/* A path that has changed: touches the scenarios that look at it, and a new scenario itself. */
static void take_change(struct watching *watching, str path)
{
	bool is_known = false, is_below = false;

	for (size_t i = 0; i < watching->watched.count; i++) {
		const struct watched_path *item = &watching->watched.items[i];

		if (!str_equal(item->path, path) && !is_in(path, item->path)) {
			continue;
		}
		if (item->is_argument) {
			is_below = true;
		} else {
			touch(watching, path, item->scenario);
			is_known = true;
		}
	}
	if (!is_known && is_below && naming_is_scenario_file(path)) {
		const bool is_new = path_is_file(path, watching->arena);
		const str here = path_from_root(STR(""), watching->arena);

		touch(watching, path,
				is_new ? path_relative(path, here, watching->arena) : STR(""));
	}
}

/* A folder that is new comes with files, or gets them before it is watched. */
static void take_new_folder(struct watching *watching, str path)
{
	watch_below(watching, path);
	const struct str_list files = naming_find_files(path, watching->arena, NULL);

	for (size_t i = 0; i < files.count; i++) {
		take_change(watching, files.items[i]);
	}
}

static void take_events(struct watching *watching)
{
	union {
		struct inotify_event event; /* for its alignment */
		char bytes[16 * 1024];
	} space;

	const ssize_t got = read(watching->fd, space.bytes, sizeof(space.bytes));

	for (ssize_t at = 0; at < got;) {
		struct inotify_event event;

		memcpy(&event, space.bytes + at, sizeof(event));
		const str name = str_from(space.bytes + at + sizeof(event));

		at += (ssize_t)(sizeof(event) + event.len);
		if (event.mask & IN_Q_OVERFLOW) {
			touch(watching, STR("(too much to tell)"), STR(""));
		}
		for (size_t i = 0; i < watching->folders.count; i++) {
			const struct watched_folder *folder = &watching->folders.items[i];

			if (folder->id != event.wd) {
				continue;
			}
			const str path = event.len ? path_join(folder->path, name, watching->arena)
						   : folder->path;

			if (!is_ignored(path_name(path)) ||
					str_ends_with(path, STR("/.git/logs/HEAD"))) {
				take_change(watching, path);
				if (event.mask & IN_ISDIR &&
						event.mask & (IN_CREATE | IN_MOVED_TO)) {
					take_new_folder(watching, path);
				}
			}
		}
	}
}

/* What was changed between being read and being watched: files that are younger than the run. */
static void take_missed(struct watching *watching, const struct timespec *since)
{
	for (size_t i = 0; i < watching->watched.count; i++) {
		const struct watched_path *item = &watching->watched.items[i];
		struct stat status;

		if (!item->is_argument &&
				stat(str_to_c(item->path, watching->arena), &status) == 0 &&
				S_ISREG(status.st_mode) &&
				(status.st_mtim.tv_sec > since->tv_sec ||
						(status.st_mtim.tv_sec == since->tv_sec &&
								status.st_mtim.tv_nsec >
										since->tv_nsec))) {
			touch(watching, item->path, item->scenario);
		}
	}
}

static bool is_changed(const struct watching *watching)
{
	return watching->touches_all || watching->touched.count;
}

/* Wait for a change, and until it is complete. */
static void wait_for_change(struct watching *watching)
{
	struct pollfd pollfd = { .fd = watching->fd, .events = POLLIN };
	int64_t began_us = 0;

	while (!interrupted_by() && !output_lost_by()) {
		const bool is_open = is_changed(watching);
		const int ready = poll(&pollfd, 1, is_open ? QUIET_MS : 500);

		if (ready > 0) {
			take_events(watching);
			began_us = is_changed(watching) && !began_us ? clock_now_us() : began_us;
		}
		if (is_open &&
				(ready == 0 ||
						clock_now_us() - began_us >
								MOST_MS * (int64_t)1000)) {
			return;
		}
	}
}

/* --- the whole ------------------------------------------------------------------------------- */

static void print_waiting(const struct watching *watching)
{
	print_err(str_format(watching->arena,
			"watching %zu folder%s; a change runs what it touches, Ctrl-C ends\n",
			watching->folders.count, watching->folders.count == 1 ? "" : "s"));
}

static void print_change(const struct watching *watching)
{
	const str here = path_from_root(STR(""), watching->arena);
	const size_t others = watching->touches_all || !watching->touched.count
			? 0
			: watching->touched.count - 1;
	struct buf text = { .arena = watching->arena };

	buf_format(&text, "\n── changed: %.*s",
			STR_ARG(str_printable(
					path_relative(watching->first_change, here, text.arena),
					text.arena)));
	if (others) {
		buf_format(&text, ", which touches %zu scenarios", others + 1);
	}
	buf_add(&text, STR(" ──\n\n"));
	print_err(buf_str(&text));
}

/* Cells that were named one by one, and a pipe, cannot be narrowed to files. */
static bool can_narrow(const struct watching *watching)
{
	for (size_t i = 0; i < watching->arguments.count; i++) {
		const str argument = watching->arguments.items[i];

		if (!path_is_file(argument, watching->arena) &&
				!path_is_directory(argument, watching->arena)) {
			return false;
		}
	}
	return true;
}

/* The arguments of the next run, from what the change touched. */
static void choose_arguments(struct watching *watching)
{
	const bool takes_all = watching->touches_all || !can_narrow(watching);

	for (size_t i = 0; i < watching->touched.count && !takes_all; i++) {
		if (!path_is_file(watching->touched.items[i], watching->arena)) {
			watching->touches_all =
					true; // it is gone: what is left is to be found anew
		}
	}
	if (takes_all || watching->touches_all) {
		watching->touched = watching->arguments;
	}
	watching->is_narrowed = !takes_all && !watching->touches_all;
}

/* What lasts until the next round is in its own arena. */
static void begin_round(struct watching *watching, struct arena *arena)
{
	struct str_list touched = { 0 };

	for (size_t i = 0; i < watching->touched.count; i++) {
		str_list_add(&touched, str_copy(watching->touched.items[i], arena), arena);
	}
	watching->touched = touched;
	watching->arena = arena;
	watching->known = (struct table){ .arena = arena };
	watching->folders.items = NULL;
	watching->folders.count = watching->folders.capacity = 0;
}

/* What earlier rounds looked at stays watched: a run of one scenario says nothing of the others. */
static void keep_watched(struct watching *watching, const struct watched *before)
{
	struct table told = { .arena = watching->arena };
	uint32_t ignored;

	for (size_t i = 0; i < watching->watched.count; i++) {
		table_set(&told, watching->watched.items[i].scenario, 1);
	}
	for (size_t i = 0; i < before->count; i++) {
		const struct watched_path *item = &before->items[i];

		const bool is_left = item->scenario.len
				? !table_find(&told, item->scenario, &ignored) &&
						path_is_file(item->scenario, watching->arena)
				: watching->is_narrowed && !item->is_argument;

		if (is_left) {
			add_path(&watching->watched, str_copy(item->path, watching->arena),
					str_copy(item->scenario, watching->arena), watching->arena);
		}
	}
}

static enum exit_status go_round(struct watching *watching,
		enum exit_status (*run)(struct invocation *, struct watched *))
{
	const struct watched before = watching->watched;
	struct timespec began;

	clock_gettime(CLOCK_REALTIME, &began);
	watching->watched = (struct watched){ 0 };
	const enum exit_status status = run_in_child(watching, run);

	if (interrupted_by() || status == EXIT_INTERRUPTED) {
		return EXIT_INTERRUPTED;
	}
	keep_watched(watching, &before);
	add_arguments(watching);
	watch_all(watching);
	if (!watching->folders.count) { // there is nothing that could change
		return status;
	}
	watching->touched = (struct str_list){ 0 };
	watching->touches_all = false;
	watching->first_change = (str){ 0 };
	take_missed(watching, &began);
	print_waiting(watching);
	wait_for_change(watching);
	if (interrupted_by() || output_lost_by()) {
		return EXIT_INTERRUPTED;
	}
	choose_arguments(watching);
	print_change(watching);
	return EXIT_AS_EXPECTED;
}

enum exit_status watch_and_run(struct invocation *invocation,
		enum exit_status (*run)(struct invocation *invocation, struct watched *watched))
{
	struct arena arenas[2] = { 0 };
	struct watching watching = {
		.invocation = invocation,
		.arguments = invocation->arguments,
		.touched = invocation->arguments,
		.fd = -1,
	};
	enum exit_status status = EXIT_AS_EXPECTED;
	struct signal_actions signals;

	signals_catch(&signals);
	for (size_t round = 0; status == EXIT_AS_EXPECTED; round++) {
		struct arena *arena = &arenas[round % COUNT_OF(arenas)];
		const int old = watching.fd;

		arena_finish(arena);
		arena_init(arena, invocation->arena->full, invocation->arena->full_data);
		begin_round(&watching, arena);
		watching.fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
		if (old >= 0) {
			close(old);
		}
		if (watching.fd < 0) {
			status = print_error(invocation, error_from_errno(arena, "watch files"));
			break;
		}
		status = go_round(&watching, run);
	}
	if (watching.fd >= 0) {
		close(watching.fd);
	}
	signals_release(&signals);
	for (size_t i = 0; i < COUNT_OF(arenas); i++) {
		arena_finish(&arenas[i]);
	}
	return status;
}
