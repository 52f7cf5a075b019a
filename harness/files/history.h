/*
 * files/history.h - where files went: the history of a git repository searched for files in some folders that define
 * a name, and in the folders that these were moved from. Read only; what defines a name is the caller's to say.
 */
#ifndef FILES_HISTORY_H
#define FILES_HISTORY_H

#include "kit/arena.h"
#include "kit/error.h"

struct history_request {
	str folder; /* inside the repository */
	str at; /* the commit whose line is followed; empty: HEAD, and what is in the index counts too */
	const struct str_list *
			locations; /* folders from the root; those outside of the repository are left out */
	const struct str_list *names; /* each once */
	/* Which of the names the file `path` with this text defines: an index of `names`, SIZE_MAX for none. */
	size_t (*define)(void *data, str path, str text, struct arena *arena);
	void *data;          /* borrowed, handed to `define` */
	int64_t deadline_us; /* of clock_now_us() */
};

enum history_place {
	HISTORY_NOWHERE,
	HISTORY_HEAD, /* in HEAD itself: what is not committed yet has taken it out */
	HISTORY_INDEX, /* in the index alone: it was added, not committed, and is not there any more */
	HISTORY_DELETED, /* in the line of HEAD: a commit took it out */
	HISTORY_BRANCH,  /* never in that line: on another branch */
	HISTORY_LOST,    /* on no branch: an old commit that the reflog or a tag remembers */
};

/* What a commit, or the working tree, did to files in the folders that are searched. */
struct history_change {
	struct history_files {
		struct history_file {
			str path, text; /* in the repository, with slashes */
		} * items;

		size_t count, capacity;
	} before,              /* those that it took away or changed, as they were */
			after; /* those that it brought or changed, as it left them */
};

struct history_find {
	enum history_place place;
	str path; /* in the repository, with slashes */
	str home; /* where it would stand today: the same, unless its folder has been moved since */
	str text; /* of it */
	str commit;     /* the last one that has it; a short id; empty: the index */
	str deleted_by; /* HISTORY_DELETED: a short id */
	str date;       /* of that: "2025-08-01" */
	str subject;    /* of that: its first line */
	/* HISTORY_DELETED: what else that commit did; HISTORY_HEAD, HISTORY_INDEX: what is not committed; else NULL. */
	const struct history_change *change;
	str branch; /* HISTORY_BRANCH: its name, "feature/coupons" */
};

struct history {
	struct history_find *finds; /* one a name, in their order */
	bool is_shallow;            /* older commits are not there */
	bool has_holes;             /* of some that are there, not all can be read */
	bool gave_up;               /* at the deadline */
	str folder;                 /* the repository's, or of a bare one its own */
	str root;                   /* its folder of files; empty: a bare one */
};

/* Search. ERROR_NOT_FOUND: no repository; ERROR_ENVIRONMENT: built without libgit2. */
MUST_USE struct error *history_search(const struct history_request *request, struct arena *arena,
		struct history *ret_history);

#endif
