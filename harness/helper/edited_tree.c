#include "helper/edited_tree.h"

#include "kit/arena.h"
#include "kit/file.h"

#define LARGEST_FILE ((size_t)16 * 1024 * 1024)

/* A name of its own: two folders of versions may have files of one name. */
static str free_name(const struct edited_tree *tree, str name, struct arena *arena)
{
	str path = path_join(tree->folder, name, arena);
	bool is_taken = false;

	for (size_t i = 0; i < tree->files.count; i++) {
		is_taken |= str_equal(tree->files.items[i].path, path);
	}
	return is_taken ? path_join(tree->folder,
					  str_format(arena, "n%zu_%.*s", tree->files.count,
							  STR_ARG(name)),
					  arena)
			: path;
}

static struct error *write_file(struct edited_tree *tree, const struct python_version_file *file,
		const struct checkout *checkout, struct arena *arena)
{
	const str original = checkout_path(checkout, file->path, arena);
	const str path = free_name(tree, path_name(file->name), arena);
	str text = { 0 };
	struct error *err = original.len ? file_read(original, LARGEST_FILE, arena, &text) : NULL;

	if (!err) {
		struct buf all = { .arena = arena };

		buf_add(&all, text);
		buf_add(&all, file->added);
		err = file_write(path, buf_str(&all), arena);
	}
	*LIST_PUSH(&tree->files, arena) = (struct edited_file){ path, original };
	return err;
}

struct error *edited_tree_write(const struct python_version_files *files,
		const struct checkout *checkout, str folder, struct arena *arena,
		struct edited_tree **ret_tree)
{
	struct edited_tree *tree = arena_new(arena, struct edited_tree);
	struct error *err = directory_make(folder, arena);

	tree->folder = folder;
	for (size_t i = 0; !err && i < files->count; i++) {
		err = write_file(tree, &files->items[i], checkout, arena);
	}
	if (!err) {
		*ret_tree = tree;
	}
	return err;
}

str edited_tree_original(const struct edited_tree *tree, str path)
{
	for (size_t i = 0; tree && i < tree->files.count; i++) {
		if (str_equal(tree->files.items[i].path, path) && tree->files.items[i].original.len) {
			return tree->files.items[i].original;
		}
	}
	return path;
}
