/*
 * cli/doctor_git.h - where the missing file went: what git history says of parents and dependencies that nothing
 * has. A file that ran somewhere belongs back, so what is found comes before every other suggestion. What comes back
 * may miss parents in turn, and those are looked for too.
 */
#ifndef CLI_DOCTOR_GIT_H
#define CLI_DOCTOR_GIT_H

#include "cli/tree_source.h"
#include "doctor/doctor.h"
#include "files/history.h"

/* A missing name that history knows. */
struct remembered {
	str name;
	struct history_find find;
	str root;          /* the repository's folder of files; empty: a bare one */
	str successor;     /* the id that is there in its place; empty: its file can come back */
	bool is_same_file; /* the successor's file had the name as its id once */
	const struct revision_spec *file; /* as it would come back; NULL: it cannot be read */
};

struct memories {
	struct {
		struct remembered *items;
		size_t count, capacity;
	} names;
	struct lost_revisions lost; /* the same, for doctor_examine_with() */
	struct str_list notes;      /* what was not looked at */
};

/*
 * Look for the names that the project lacks, and for those of `rows` that no file has (NULL: none), for two seconds at most.
 * Nothing is known where there is no repository.
 */
struct memories doctor_search_git(const struct tree_source *source, const struct str_list *rows,
		struct arena *arena);

/* Write what is known of missing names into the faults that are about them. */
void doctor_tell_memories(
		const struct memories *memories, struct faults *faults, struct arena *arena);

/* Where a name went: "stands in PATH up to COMMIT (deleted by ...)", for the end of a sentence. */
str doctor_memory_words(const struct remembered *remembered, struct arena *arena);

/*
 * The command, for a shell in the working folder, that brings back the file `path` of the repository as it is in
 * `commit` (empty: the index), to `home`, where it would stand today. `root` is the repository's folder of files; empty:
 * it is a bare one, whose files can only be shown.
 */
str doctor_git_restoring(str root, str commit, str path, str home, struct arena *arena);

#endif
