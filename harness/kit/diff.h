/*
 * kit/diff.h - how one text differs from another, as a unified diff that `git apply` and `patch -p1` take. A line ends
 * behind its LF: what stands before it is the line's, a CR too, and a last line may have none. Bytes need not be UTF-8.
 */
#ifndef KIT_DIFF_H
#define KIT_DIFF_H

#include "kit/str.h"

/* Add what makes `after` of the file `path` (with slashes, from where the patch is applied); nothing for equal texts. */
void diff_add_change(struct buf *out, str path, str before, str after);

/* The same for a file that is not there yet. */
void diff_add_file(struct buf *out, str path, str text);

#endif
