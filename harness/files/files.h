/*
 * files/files.h - a tree of files, wherever it is: the working folder's disk or a commit of a git
 * repository. Who reads a project takes one of these and need not know which. Paths are from the root and
 * normalised; those of a commit are the paths that its files would have in the repository's folder.
 *
 * To add a source: a file with a const struct files_kind, and a function that opens it.
 */
#ifndef FILES_FILES_H
#define FILES_FILES_H

#include "kit/arena.h"
#include "kit/error.h"

enum entry_kind {
	ENTRY_NONE, /* or nothing that can be looked at: a link into the void */
	ENTRY_FILE,
	ENTRY_FOLDER,
	ENTRY_OTHER, /* pipes, devices, sockets: never opened */
};

struct entry {
	enum entry_kind kind; /* of what a link leads to */
	bool is_link;
};

struct files;

struct files_kind {
	MUST_USE struct error *(*read)(const struct files *files, str path, size_t limit,
			struct arena *arena, str *ret_text);
	MUST_USE struct error *(*list)(const struct files *files, str path, struct arena *arena,
			struct str_list *ret_names);
	struct entry (*look)(const struct files *files, str path, struct arena *arena);
	str (*resolve)(const struct files *files, str path, struct arena *arena);
	void (*close)(struct files *files);
};

struct files {
	const struct files_kind *kind;
	void *data;
	str at;     /* the commit as it was asked for; empty: the working tree */
	str folder; /* of the repository of a commit; empty: names are shown from the working folder */
};

/* All of a file. ERROR_INVALID: it is none, or has more than `limit` bytes. */
MUST_USE struct error *files_read(const struct files *files, str path, size_t limit,
		struct arena *arena, str *ret_text);

/* Names in a folder in the order in which the system gives them, without "." and "..". */
MUST_USE struct error *files_list(const struct files *files, str path, struct arena *arena,
		struct str_list *ret_names);

struct entry files_look(const struct files *files, str path, struct arena *arena);
bool files_has_file(const struct files *files, str path, struct arena *arena);
bool files_has_folder(const struct files *files, str path, struct arena *arena);

/* The path with all links resolved: the same for two names of one file. */
str files_resolve(const struct files *files, str path, struct arena *arena);

/* The path as people would write it: from the working folder, or "REF:path" in a commit. */
str files_name(const struct files *files, str path, struct arena *arena);

/* The folder of the git repository that `folder` is in: the nearest one with a .git; empty: it is in none. */
str files_repository(const struct files *files, str folder, struct arena *arena);

/* The files of the disk. */
struct files files_of_disk(void);

/* A file of files_of_texts(): its path is from the root, and normalised. */
struct files_text {
	str path, text; /* borrowed; one without a path ends a list */
};

/* The files of a list, and the folders that their paths speak of. */
struct files files_of_texts(const struct files_text *texts, struct arena *arena);

/*
 * The files of the commit that `ref` names in the git repository around `folder`. Nothing is checked out,
 * no hook and no filter runs. ERROR_NOT_FOUND: no repository, or no such commit; ERROR_ENVIRONMENT: this
 * program was built without libgit2. Release with files_close().
 */
MUST_USE struct error *files_open_commit(
		str folder, str ref, struct arena *arena, struct files *ret_files);

/* The release of libgit2 that reads repositories; empty: the program was built without it. */
str files_git_release(struct arena *arena);

/* Zeroed files are fine. */
void files_close(struct files *files);

#endif
