/*
 * Files that are nowhere but in memory: those that git remembers, and those of tests.
 */
#include "files/files.h"

#include "kit/file.h"

static const str *find_text(const struct files *files, str path)
{
	const struct files_text *texts = files->data;

	for (; texts->path.len; texts++) {
		if (str_equal(texts->path, path)) {
			return &texts->text;
		}
	}
	return NULL;
}

static struct error *no_such(str path, struct arena *arena)
{
	return error_new(arena, ERROR_NOT_FOUND, "could not read '%.*s': it is not there",
			STR_ARG(path));
}

static struct error *memory_read(const struct files *files, str path, size_t limit,
		struct arena *arena, str *ret_text)
{
	const str *text = find_text(files, path);

	if (!text) {
		return no_such(path, arena);
	}
	if (text->len > limit) {
		return error_new(arena, ERROR_INVALID, "'%.*s' is larger than %zu bytes",
				STR_ARG(path), limit);
	}
	*ret_text = *text;
	return NULL;
}

/* The first name of `path` below the folder; empty: it is not below it. */
static str name_below(str path, str folder)
{
	str rest = path, part = { 0 };

	if (!str_starts_with(path, folder)) {
		return (str){ 0 };
	}
	rest = str_slice(path, folder.len, path.len);
	if (!str_ends_with(folder, STR("/"))) {
		if (!str_starts_with(rest, STR("/"))) {
			return (str){ 0 };
		}
		rest = str_slice(rest, 1, rest.len);
	}
	(void)!str_next_part(&rest, '/', &part);
	return part;
}

static struct error *memory_list(const struct files *files, str path, struct arena *arena,
		struct str_list *ret_names)
{
	const struct files_text *texts = files->data;

	*ret_names = (struct str_list){ 0 };
	for (; texts->path.len; texts++) {
		const str name = name_below(texts->path, path);

		if (name.len && !str_list_contains(ret_names, name)) {
			str_list_add(ret_names, name, arena);
		}
	}
	return ret_names->count ? NULL : no_such(path, arena);
}

static struct entry memory_look(const struct files *files, str path, struct arena *arena)
{
	struct entry entry = { .kind = ENTRY_NONE };
	const struct files_text *texts = files->data;

	(void)arena;
	if (find_text(files, path)) {
		entry.kind = ENTRY_FILE;
		return entry;
	}
	for (; texts->path.len && entry.kind == ENTRY_NONE; texts++) {
		entry.kind = name_below(texts->path, path).len ? ENTRY_FOLDER : ENTRY_NONE;
	}
	return entry;
}

static str memory_resolve(const struct files *files, str path, struct arena *arena)
{
	(void)files;
	(void)arena;
	return path;
}

static const struct files_kind memory_kind = {
	.read = memory_read,
	.list = memory_list,
	.look = memory_look,
	.resolve = memory_resolve,
};

struct files files_of_texts(const struct files_text *texts, struct arena *arena)
{
	struct files_text *copy;
	size_t count = 0;

	while (texts[count].path.len) {
		count++;
	}
	copy = arena_new_array(arena, struct files_text, count + 1);
	for (size_t i = 0; i < count; i++) {
		copy[i] = texts[i];
	}
	return (struct files){ .kind = &memory_kind, .data = copy };
}
