/*
 * tree/rows.h - a tree as rows of lanes, heads on top: which line leads where, before anybody draws it in characters
 * or in strokes.
 */
#ifndef TREE_ROWS_H
#define TREE_ROWS_H

#include "kit/arena.h"
#include "tree/tree_internal.h"

/* Which ways a line in a lane leads. */
enum tree_way {
	TREE_UP = 1,
	TREE_DOWN = 2,
	TREE_LEFT = 4,
	TREE_RIGHT = 8,
	TREE_BRIDGE = 16, /* a line crosses the space to the next lane */
};

enum tree_row_kind {
	TREE_ROW_NODE,   /* a node in one of the lanes */
	TREE_ROW_LINES,  /* lines from the node above to its parents */
	TREE_ROW_HIDDEN, /* the middle of a long plain run, left out */
	TREE_ROW_GAP,    /* another history begins */
};

struct tree_row {
	enum tree_row_kind kind;
	unsigned char *lanes; /* by lane: a set of enum tree_way; 0: it is free */
	size_t lane_count;
	size_t lane;                  /* of the node, or of what is left out */
	uint32_t node;                /* the first one that is left out, for TREE_ROW_HIDDEN */
	uint32_t last_hidden, hidden; /* the last one, and how many */
	uint32_t lost;                /* of its parents had no room for a line */
};

struct tree_rows {
	struct tree_row *items;
	size_t count, capacity;
	uint32_t *lost_child; /* by node: whose line to it has no room; NO_NODE: none's */
	uint32_t lost_lines;  /* lines without room */
	uint32_t hidden;      /* nodes left out */
	size_t most_lanes;    /* side by side */
};

/* As struct tree_style has `full`. */
struct tree_rows tree_rows_of(const struct tree *tree, bool is_full, struct arena *arena);

/* What stands beside the lanes of a node's row; nothing of it controls a terminal. */
struct tree_words {
	str id, labels; /* " [orders, v2]" */
	str marks;      /* " (head)" */
	str remarks; /* what the lines do not show: dependencies, cycles, parents without a line */
	str message; /* else the file's name; may be empty */
};

struct tree_words tree_row_words(const struct tree *tree, const struct tree_rows *rows,
		const struct tree_row *row, struct arena *arena);

#endif
