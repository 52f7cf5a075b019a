/*
 * files/history.h - where files went: the history of a git repository searched for files in some folders that define
 * a name. Read only; what defines a name is the caller's to say.
 */
#ifndef FILES_HISTORY_H
#define FILES_HISTORY_H

#include "kit/arena.h"
#include "kit/error.h"

struct history_request {
	str folder; /* inside the repository */
	const struct str_list *
			locations; /* folders from the root; those outside of the repository are left out */
	const struct str_list *names; /* each once, at most HISTORY_NAMES */
	/* Which of the names the file `path` with this text defines: an index of `names`, SIZE_MAX for none. */
	size_t (*define)(void *data, str path, str text, struct arena *arena);
	void *data;          /* borrowed, handed to `define` */
	int64_t deadline_us; /* of clock_now_us() */
};

#define HISTORY_NAMES 64

enum history_place {
	HISTORY_NOWHERE,
	HISTORY_HEAD,    /* in HEAD itself: what is not committed yet has taken it out */
	HISTORY_DELETED, /* in the line of HEAD: a commit took it out */
	HISTORY_BRANCH,  /* never in that line: on another branch */
	HISTORY_LOST,    /* on no branch: an old commit that the reflog or a tag remembers */
};

struct history_find {
	enum history_place place;
	str path;       /* in the repository, with slashes */
	str text;       /* of it */
	str commit;     /* the last one that has it; a short id */
	str deleted_by; /* HISTORY_DELETED: a short id */
	str date;       /* of that: "2025-08-01" */
	str subject;    /* of that: its first line */
	struct str_list added; /* HISTORY_DELETED: paths of files that the same commit brought there */
	str branch;     /* HISTORY_BRANCH: its name, "feature/coupons" */
};

struct history {
	struct history_find *finds; /* one a name, in their order */
	bool is_shallow;            /* older commits are not there */
	bool gave_up;               /* at the deadline */
	str folder;                 /* the repository's, or of a bare one its own */
	str root;                   /* its folder of files; empty: a bare one */
};

/* Search. ERROR_NOT_FOUND: no repository; ERROR_ENVIRONMENT: built without libgit2. */
MUST_USE struct error *history_search(const struct history_request *request, struct arena *arena,
		struct history *ret_history);

#endif
