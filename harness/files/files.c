#include "files/files.h"

#include "kit/file.h"

struct error *files_read(const struct files *files, str path, size_t limit, struct arena *arena,
		str *ret_text)
{
	struct error *error = files->kind->read(files, path, limit, arena, ret_text);
	const size_t at = error ? str_find(error->message, path) : 0;

	if (error && at < error->message.len) { // by the name that people know it by
		error->message = str_format(arena, "%.*s%.*s%.*s",
				STR_ARG(str_slice(error->message, 0, at)),
				STR_ARG(files_name(files, path, arena)),
				STR_ARG(str_slice(error->message, at + path.len,
						error->message.len)));
	}
	return error;
}

struct error *files_list(const struct files *files, str path, struct arena *arena,
		struct str_list *ret_names)
{
	return files->kind->list(files, path, arena, ret_names);
}

struct entry files_look(const struct files *files, str path, struct arena *arena)
{
	return files->kind->look(files, path, arena);
}

bool files_has_file(const struct files *files, str path, struct arena *arena)
{
	return files_look(files, path, arena).kind == ENTRY_FILE;
}

bool files_has_folder(const struct files *files, str path, struct arena *arena)
{
	return files_look(files, path, arena).kind == ENTRY_FOLDER;
}

str files_repository(const struct files *files, str folder, struct arena *arena)
{
	for (; folder.len > 1; folder = path_folder(folder)) {
		if (files_look(files, path_join(folder, STR(".git"), arena), arena).kind !=
				ENTRY_NONE) {
			return folder;
		}
	}
	return STR("");
}

str files_resolve(const struct files *files, str path, struct arena *arena)
{
	return files->kind->resolve(files, path, arena);
}

str files_name(const struct files *files, str path, struct arena *arena)
{
	if (files->folder.len) {
		const str inside = path_relative(path, files->folder, arena);

		return str_starts_with(inside, STR("..")) ? path // no commit has it
				: str_equal(inside, STR("."))
				? files->at
				: str_format(arena, "%.*s:%.*s", STR_ARG(files->at),
						  STR_ARG(inside));
	}
	const str relative = path_relative(path, path_from_root(STR("."), arena), arena);

	return relative.len < path.len ? relative : path;
}

void files_close(struct files *files)
{
	if (files->kind && files->kind->close) {
		files->kind->close(files);
	}
	*files = (struct files){ 0 };
}
