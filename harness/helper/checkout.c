#include "helper/checkout.h"

#include "files/files.h"
#include "kit/arena.h"
#include "kit/file.h"

/* A file that is larger is no module, nor read by one. */
#define LARGEST_FILE ((size_t)64 * 1024 * 1024)

/* Folders below each other: more is a mistake. */
#define DEEPEST 64

static struct error *lay_out(
		const struct files *files, str from, str to, int depth, struct arena *arena);

static struct error *lay_entry(
		const struct files *files, str from, str to, int depth, struct arena *arena)
{
	const struct entry entry = files_look(files, from, arena);
	struct error *err = NULL;
	str text;

	switch (entry.kind) {
	case ENTRY_NONE:
	case ENTRY_OTHER:
		break;
	case ENTRY_FOLDER: // a link to one could lead in a circle
		err = entry.is_link ? NULL : lay_out(files, from, to, depth + 1, arena);
		break;
	case ENTRY_FILE:
		err = files_read(files, from, LARGEST_FILE, arena, &text);
		if (err && err->code == ERROR_INVALID) {
			return NULL;
		}
		if (!err) {
			err = file_write(to, text, arena);
		}
		break;
	}
	return err;
}

static struct error *lay_out(
		const struct files *files, str from, str to, int depth, struct arena *arena)
{
	struct str_list names = { 0 };
	struct error *err = depth > DEEPEST ? NULL : files_list(files, from, arena, &names);

	if (!err) {
		err = directory_make(to, arena);
	}
	for (size_t i = 0; !err && i < names.count; i++) {
		const struct arena_mark mark = arena_mark(arena);

		err = lay_entry(files, path_join(from, names.items[i], arena),
				path_join(to, names.items[i], arena), depth, arena);
		if (!err) {
			arena_rewind(arena, mark);
		}
	}
	return err;
}

struct error *checkout_make(const struct python_project *project, str folder, struct arena *arena,
		struct checkout **ret_checkout)
{
	struct files files;
	struct error *err = files_open_commit(project->root, project->at, arena, &files);

	if (err) {
		return err;
	}
	err = lay_out(&files, files.folder, folder, 0, arena);
	files_close(&files);
	if (!err) {
		struct checkout *checkout = arena_new(arena, struct checkout);

		*checkout = (struct checkout){ project->at, project->root, folder };
		*ret_checkout = checkout;
	}
	return err;
}

/* `path` with the folder `from` that it is in replaced; data NULL: it is not in it. */
static str move(str path, str from, str to, struct arena *arena)
{
	if (str_equal(path, from)) {
		return to;
	}
	if (!str_starts_with(path, from) || path.len <= from.len || path.data[from.len] != '/') {
		return (str){ 0 };
	}
	return path_join(to, str_slice(path, from.len + 1, path.len), arena);
}

str checkout_path(const struct checkout *checkout, str path, struct arena *arena)
{
	const str moved = checkout && path.len ? move(path, checkout->root, checkout->folder, arena)
					       : (str){ 0 };

	return moved.data ? moved : path;
}

str checkout_name(const struct checkout *checkout, str path, struct arena *arena)
{
	const str here = path_from_root(STR("."), arena);

	if (checkout && str_starts_with(path, checkout->folder)) {
		const str below = str_slice(path, checkout->folder.len + 1, path.len);

		return str_format(arena, "%.*s:%.*s", STR_ARG(checkout->at), STR_ARG(below));
	}
	return path.len && str_starts_with(path, here) && path.data[here.len] == '/'
			? str_slice(path, here.len + 1, path.len)
			: path;
}
