/*
 * files/locations.h - the folders of a git repository that are searched, and those from which they were moved: found on
 * the way back through its commits. For the files of this room that are built with libgit2.
 */
#ifndef FILES_LOCATIONS_H
#define FILES_LOCATIONS_H

#include "kit/arena.h"
#include "kit/str.h"

struct git_commit;
struct git_oid;
struct git_repository;
struct git_tree;

/* A folder, from the repository's: "" is that itself. */
struct location {
	str folder;
	str home; /* the one that it was moved to since; else itself */
};

struct locations {
	struct git_repository *repository;
	struct arena *arena;
	struct location *items;
	size_t count, capacity;
};

/* Those of `folders` (from the root) that lie in the repository. */
struct locations locations_of(struct git_repository *repository, const struct str_list *folders,
		struct arena *arena);

/* The one that a file of the repository lies in, the innermost; NULL: none. */
const struct location *locations_find(const struct locations *locations, str path);

/* Where a file of old would stand today. */
str locations_home(const struct locations *locations, str path);

/* The tree of a folder in another one; false: it has no such folder. */
bool locations_find_folder(const struct locations *locations, const struct git_tree *tree,
		str folder, struct git_oid *ret_id);

/* Add the folders from which files came to these with `commit`, where `parent` has them elsewhere. */
void locations_follow(struct locations *locations, const struct git_commit *commit,
		const struct git_commit *parent);

/* Add folders of `head` from which what is on the disk now was moved, while no commit has that yet. */
void locations_guess(struct locations *locations, const struct git_commit *head);

#endif
