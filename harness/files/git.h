/*
 * files/git.h - opening git repositories with libgit2, for the files of this room that are built with it.
 */
#ifndef FILES_GIT_H
#define FILES_GIT_H

#include "kit/arena.h"
#include "kit/error.h"

struct git_oid;
struct git_repository;

/*
 * The repository around `folder`, bare ones and worktrees too, whoever owns it: it is only read, and none
 * of its programs is run. ERROR_NOT_FOUND: there is none. To close: git_repository_free() and
 * git_libgit2_shutdown().
 */
MUST_USE struct error *git_open(
		str folder, struct arena *arena, struct git_repository **ret_repository);

/* Whether it has no folder of files, which a copy without its configuration does not say. */
bool git_is_bare(const struct git_repository *repository, struct arena *arena);

/* Its folder from the root: that of its files, else, of a bare one, its own. */
str git_folder(const struct git_repository *repository, struct arena *arena);

/*
 * Those of `locations` (from the root) that lie in the repository, from its folder and with slashes; the folder
 * itself is the empty text.
 */
struct str_list git_locations(const struct git_repository *repository,
		const struct str_list *locations, struct arena *arena);

/* The bytes of an object's id, as a key. Borrowed. */
str git_id_text(const struct git_oid *id);

/* An ERROR_NOT_FOUND: nothing is called `name`; the hint says what is, or how to have it. */
struct error *git_no_such_commit(struct git_repository *repository, str name, struct arena *arena);

/* An ERROR_ENVIRONMENT with what libgit2 says: "could not <what>: <reason>". */
struct error *git_failure(struct arena *arena, const char *format, ...) PRINTF_LIKE(2, 3);

#endif
