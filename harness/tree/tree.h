/*
 * tree/tree.h - draw a revision tree: as text for a terminal, as a graph for Graphviz and Mermaid, as an
 * SVG picture, as JSON. Any tree can be drawn, also one that Alembic cannot load: each file is a node
 * (an id that stands twice gives two), each missing parent is one, and an edge that would close a cycle
 * is told in words instead of drawn.
 */
#ifndef TREE_TREE_H
#define TREE_TREE_H

#include "kit/arena.h"
#include "kit/error.h"
#include "revision/spec.h"

struct tree;

/*
 * The tree that `specs` make (borrowed, and so are their texts), as Alembic 1.`level` reads it: an id that
 * stands twice means its last file. `rows` of a version table are marked as current; NULL: none are given.
 */
struct tree *tree_new(const struct revision_specs *specs, int level, const struct str_list *rows,
		struct arena *arena);

struct tree_style {
	bool colour;  /* terminal escapes */
	bool full;    /* every revision, and up to 1,000 lines side by side */
	size_t width; /* columns into which rows are cut; 0: as wide as they are */
};

/*
 * Heads on top, a line from each revision to its parents. A filled circle is a revision, with `rows` one
 * that they say has run; an empty one has not; a cross is missing. Unless `full`, more than 24 lines side
 * by side are not drawn, and in trees of more than 200 files the middle of each long plain run is left
 * out; both are said.
 */
void tree_render_text(const struct tree *tree, const struct tree_style *style, struct buf *out);

/*
 * The rows as a list of HTML: lines and circles are SVG, each revision an item with its id, labels, marks and message.
 * A circle is of class "ran" or "due", as it is filled or empty in text; a path of class "missing" is a cross. The look
 * is that of report/page/style.css.
 */
void tree_render_list(const struct tree *tree, struct buf *out);

/* A graph for `dot`, parents below their children; dependencies are dashed. */
void tree_render_dot(const struct tree *tree, struct buf *out);

/* The same for Mermaid (`graph BT`). */
void tree_render_mermaid(const struct tree *tree, struct buf *out);

/*
 * The same as an SVG document; of a large one the middle of long plain runs is one box, as text leaves it out.
 * ERROR_INVALID: it is too large even so. ERROR_ENVIRONMENT if Graphviz cannot lay it out.
 */
MUST_USE struct error *tree_render_svg(
		const struct tree *tree, struct arena *arena, struct buf *out);

/*
 * {"revisions": [{"revision": TEXT, "down_revision": [IDS], "depends_on": [NAMES], "branch_labels": [NAMES],
 * "file": TEXT|null, "message": TEXT|null, "is_head": BOOL, "is_base": BOOL, "is_branch_point": BOOL,
 * "is_merge_point": BOOL, "is_current": BOOL, "missing": BOOL}]}: files in load order, then what is
 * missing. A head has no child by down revision; a branch point has two or more.
 */
void tree_render_json(const struct tree *tree, struct buf *out);

#endif
