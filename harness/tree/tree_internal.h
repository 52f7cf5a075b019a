/*
 * tree/tree_internal.h - the nodes of a tree, as the ways to draw it see them.
 */
#ifndef TREE_INTERNAL_H
#define TREE_INTERNAL_H

#include "tree/tree.h"

#define NO_NODE UINT32_MAX

/* An edge from a node to what it names: a down revision or a dependency. */
struct tree_edge {
	uint32_t to;
	bool closes_cycle; /* left out of the order of rows; down revisions only */
};

struct tree_node {
	str id;
	const struct revision_spec *spec; /* NULL: missing */
	struct tree_edge *parents;        /* down revisions in file order, each once */
	uint32_t parent_count;
	uint32_t *needs; /* dependencies, each once */
	uint32_t need_count;
	uint32_t child_count;  /* files that have it as down revision */
	uint32_t needed_count; /* files that depend on it */
	bool is_base, is_merge_point;
	bool is_current;   /* a row names it */
	bool is_applied;   /* current, or below what is */
	bool is_duplicate; /* another file has its id */
	bool is_replaced;  /* and is the one that Alembic keeps */
};

struct tree {
	struct arena *arena;
	struct tree_node *nodes; /* files in load order, then what is missing */
	uint32_t count, file_count;
	bool has_rows;
	struct str_list unknown_rows; /* that name no revision */
};

bool tree_node_is_head(const struct tree_node *node);         /* no child by down revision */
bool tree_node_is_branch_point(const struct tree_node *node); /* two or more */

/* Nodes so that children come before their parents, and a branch stays together where it can. */
uint32_t *tree_order(const struct tree *tree, struct arena *arena);

/* A context of Graphviz with the plugins that lay trees out and draw them; to be freed by gvFreeContext(). */
struct GVC_s *graphviz_context(void);

/* "(head) (branchpoint)" and the like, with a blank before each; in Alembic's words. */
str tree_node_marks(const struct tree_node *node, struct arena *arena);

#endif
