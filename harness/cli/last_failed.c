#define _DEFAULT_SOURCE // flock

#include "cli/last_failed.h"

#include "kit/arena.h"
#include "kit/file.h"
#include "kit/table.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER    ".rehearse"
#define FILE_NAME FOLDER "/last-failed"
#define IGNORED   FOLDER "/.gitignore"

/* More than any suite has; the file is ours, but anybody may write it. */
#define FILE_LIMIT (16u << 20)

struct last_failed last_failed_read(struct arena *arena)
{
	struct last_failed cells = { 0 };
	str text, line;

	if (file_read(STR(FILE_NAME), FILE_LIMIT, arena, &text)) {
		return cells; // missing, most often; nothing is lost with it
	}
	while (str_next_part(&text, '\n', &line)) {
		const size_t tab = str_find_char(line, '\t');
		const struct last_failed_cell cell = { str_slice(line, 0, tab),
			str_slice(line, tab + 1, line.len) };

		if (cell.name.len && path_is_file(cell.path, arena)) {
			*LIST_PUSH(&cells, arena) = cell;
		} else if (cell.name.len && !str_list_contains(&cells.gone, cell.path)) {
			str_list_add(&cells.gone, cell.path, arena);
		}
	}
	return cells;
}

str last_failed_key(str path, str name, struct arena *arena)
{
	return str_format(arena, "%.*s\t%.*s", STR_ARG(path_absolute(path, arena)), STR_ARG(name));
}

static struct table keys_of(const struct last_failed *cells, struct arena *arena)
{
	struct table keys = { .arena = arena };

	for (size_t i = 0; i < cells->count; i++) {
		table_set(&keys, last_failed_key(cells->items[i].path, cells->items[i].name, arena),
				1);
	}
	return keys;
}

/* What is known of a cell from before, and neither gone nor played anew. */
static bool is_kept(const struct last_failed_cell *cell, const struct table *read,
		const struct table *there, const struct table *played, struct arena *arena)
{
	const str key = last_failed_key(cell->path, cell->name, arena);
	uint32_t ignored;

	if (table_find(played, key, &ignored)) {
		return false;
	}
	return !table_find(read, path_absolute(cell->path, arena), &ignored) ||
			table_find(there, key, &ignored);
}

static void add_line(struct buf *text, const struct last_failed_cell *cell)
{
	if (str_find_char(cell->path, '\t') == cell->path.len &&
			str_find_char(cell->path, '\n') == cell->path.len) {
		buf_format(text, "%.*s\t%.*s\n", STR_ARG(cell->path), STR_ARG(cell->name));
	}
}

static str lines_of(const struct last_failed_news *news, struct arena *arena)
{
	const struct last_failed before = last_failed_read(arena);
	const struct table there = keys_of(&news->cells, arena);
	const struct table played = keys_of(&news->played, arena);
	struct table read = { .arena = arena };
	struct buf text = { .arena = arena };

	for (size_t i = 0; i < news->paths.count; i++) {
		table_set(&read, path_absolute(news->paths.items[i], arena), 1);
	}
	for (size_t i = 0; i < before.count; i++) {
		if (is_kept(&before.items[i], &read, &there, &played, arena)) {
			add_line(&text, &before.items[i]);
		}
	}
	for (size_t i = 0; i < news->differing.count; i++) {
		add_line(&text, &news->differing.items[i]);
	}
	return buf_str(&text);
}

/*
 * Lock the folder, which may be removed meanwhile by whoever had the lock before: then the lock is one on
 * nothing.
 */
static struct error *lock_folder(struct arena *arena, int *ret_lock)
{
	for (;;) {
		struct stat locked, there;

		struct error *error = directory_make_ignored(STR(FOLDER), arena);
		if (error) {
			return error;
		}
		int fd;

		error = folder_open_own(-1, FOLDER, false, arena, &fd);
		if (error) {
			return error;
		}
		if (flock(fd, LOCK_EX) == 0 && fstat(fd, &locked) == 0 &&
				lstat(FOLDER, &there) == 0 && locked.st_ino == there.st_ino &&
				locked.st_dev == there.st_dev) {
			*ret_lock = fd;
			return NULL;
		}
		close(fd);
	}
}

/* The folder goes with the last file of ours that means something. */
static void remove_folder(struct arena *arena)
{
	struct str_list names;

	if (!directory_list(STR(FOLDER), arena, &names) && names.count == 1 &&
			str_equal(names.items[0], STR(".gitignore"))) {
		(void)unlink(IGNORED);
		(void)rmdir(FOLDER);
	}
}

struct error *last_failed_update(const struct last_failed_news *news, struct arena *arena)
{
	int lock = -1;

	if (!news->differing.count && !path_is_file(STR(FILE_NAME), arena)) {
		return NULL; // nothing was known, and there is nothing to know
	}
	struct error *error = lock_folder(arena, &lock);
	if (error) {
		return error;
	}
	const str text = lines_of(news, arena);

	if (text.len) {
		error = file_write_in(lock, path_name(STR(FILE_NAME)), false, text, arena);
	} else if (path_is_file(STR(FILE_NAME), arena)) {
		error = file_remove(STR(FILE_NAME), arena);
		remove_folder(arena);
	}
	close(lock);
	return error;
}
