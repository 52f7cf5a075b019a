/*
 * cli/audit_since.h - what is new in a project since a commit, of which alone the findings count then.
 */
#ifndef CLI_AUDIT_SINCE_H
#define CLI_AUDIT_SINCE_H

#include "cli/tree_source.h"
#include "doctor/doctor.h"

struct audit_since {
	str ref;                   /* data is NULL: nobody asks, and all findings count */
	struct str_list revisions; /* that the commit does not have, in load order */
	struct faults faults;      /* of its tree */
};

/*
 * `ref` is the value of --since. ERROR_INVALID: the source is no project, or there is no such commit; what is wrong with
 * the files of that commit is no error here, and then it has no revisions.
 */
MUST_USE struct error *audit_since_read(const struct tree_source *source, str ref,
		struct arena *arena, struct audit_since *ret_since);

/* " Findings of 2 revisions count, which main does not have."; empty where nobody asks. */
str audit_since_sentence(const struct audit_since *since, struct arena *arena);

/*
 * Whether a fault, one of `faults`, is no news. That of an older revision may be: its parent is gone, or beside it there is
 * another head now. Of the files alone what new revisions have counts.
 */
bool audit_since_is_old(const struct audit_since *since, const struct faults *faults,
		const struct fault *fault);

#endif
