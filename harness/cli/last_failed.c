#include "cli/last_failed.h"

#include "kit/arena.h"
#include "kit/file.h"
#include "kit/table.h"

#include <unistd.h>

#define FOLDER    ".rehearse"
#define FILE_NAME FOLDER "/last-failed"

/* More than any suite has; the file is ours, but anybody may write it. */
#define FILE_LIMIT (16u << 20)

struct str_list last_failed_read(struct arena *arena)
{
	struct str_list names = { 0 };
	str text, name;

	if (file_read(STR(FILE_NAME), FILE_LIMIT, arena, &text)) {
		return names; // missing, most often; nothing is lost with it
	}
	while (str_next_part(&text, '\n', &name)) {
		if (name.len) {
			str_list_add(&names, name, arena);
		}
	}
	return names;
}

struct error *last_failed_update(const struct str_list *played, const struct str_list *differing,
		struct arena *arena)
{
	const struct str_list before = last_failed_read(arena);
	struct table is_played = { .arena = arena };
	struct buf text = { .arena = arena };
	uint32_t ignored;

	for (size_t i = 0; i < played->count; i++) {
		table_set(&is_played, played->items[i], 1);
	}
	for (size_t i = 0; i < before.count; i++) {
		if (!table_find(&is_played, before.items[i], &ignored)) {
			buf_format(&text, "%.*s\n", STR_ARG(before.items[i]));
		}
	}
	for (size_t i = 0; i < differing->count; i++) {
		buf_format(&text, "%.*s\n", STR_ARG(differing->items[i]));
	}
	if (text.len) {
		struct error *error = directory_make(STR(FOLDER), arena);

		return error ? error : file_write(STR(FILE_NAME), buf_str(&text), arena);
	}
	if (!before.count) {
		return NULL;
	}
	struct error *error = file_remove(STR(FILE_NAME), arena);

	(void)rmdir(FOLDER); // stays while anything else is in it
	return error;
}
