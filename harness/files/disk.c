#include "files/files.h"
#include "kit/file.h"

#include <sys/stat.h>

static struct error *disk_read(const struct files *files, str path, size_t limit,
		struct arena *arena, str *ret_text)
{
	(void)files;
	return file_read(path, limit, arena, ret_text);
}

static struct error *disk_list(const struct files *files, str path, struct arena *arena,
		struct str_list *ret_names)
{
	(void)files;
	return directory_list_unsorted(path, arena, ret_names);
}

static struct entry disk_look(const struct files *files, str path, struct arena *arena)
{
	const char *name = str_to_c(path, arena);
	struct stat link, target;
	struct entry entry = { .kind = ENTRY_NONE };

	(void)files;
	if (lstat(name, &link)) {
		return entry;
	}
	entry.is_link = S_ISLNK(link.st_mode);
	if (stat(name, &target)) {
		return entry;
	}
	entry.kind = S_ISREG(target.st_mode)      ? ENTRY_FILE
			: S_ISDIR(target.st_mode) ? ENTRY_FOLDER
						  : ENTRY_OTHER;
	return entry;
}

static str disk_resolve(const struct files *files, str path, struct arena *arena)
{
	(void)files;
	return path_absolute(path, arena);
}

static const struct files_kind disk_kind = {
	.read = disk_read,
	.list = disk_list,
	.look = disk_look,
	.resolve = disk_resolve,
};

struct files files_of_disk(void)
{
	return (struct files){ .kind = &disk_kind };
}
