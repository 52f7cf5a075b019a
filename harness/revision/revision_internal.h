/*
 * revision/revision_internal.h - what the files of this room share: the map of a history as arrays of
 * small numbers, and the questions that plans ask of it.
 *
 * A node is one declared file. Nodes below `entry_count` are what the map holds under an id, numbered in
 * the map's key order; the ones from there on are stale: files whose id was taken over by a later one,
 * which stay among heads and bases and may still be found by a label (semantics, section 1.3). Edges
 * always lead to entries. Nothing here recurses, as a chain may be a million long.
 */
#ifndef REVISION_REVISION_INTERNAL_H
#define REVISION_REVISION_INTERNAL_H

#include "kit/arena.h"
#include "kit/table.h"
#include "revision/history.h"
#include "revision/plan.h"
#include "revision/raised.h"

/* What a lookup may give besides a node: Python's None, and the marker "base" below a base. */
#define NODE_NONE UINT32_MAX
#define NODE_BASE (UINT32_MAX - 1)

struct nodes {
	uint32_t *items;
	size_t count, capacity;
};

/* The edges of node i are items[start[i]] up to items[start[i + 1]]; an item is an entry and flags. */
struct edges {
	uint32_t *start, *items;
};

#define EDGE_TARGET   ((uint32_t)0x3FFFFFFF)
#define EDGE_LABEL    (EDGE_TARGET - 1)   /* while loading: a down revision that is a label */
#define EDGE_MISSING  (EDGE_TARGET - 2)   /* while loading: a down revision that is no key */
#define EDGE_REPEATED ((uint32_t)1 << 30) /* up edges: this parent was listed before */
#define EDGE_NORMAL   ((uint32_t)1 << 31) /* dependencies and children: a normalised edge */
#define EDGE_DOWN     ((uint32_t)1 << 30) /* children: by way of a down revision */

struct label {
	str name;
	uint32_t owner; /* node */
};

struct revision_history {
	const struct revision_specs *specs; /* borrowed */
	struct arena *arena;                /* borrowed; holds the map */
	int level;
	bool is_loaded;
	struct raised *load_raised; /* why the map cannot be built */
	struct str_list warnings;

	uint32_t entry_count, node_count, label_count;
	uint32_t *spec_of;     /* of a node */
	uint32_t *stale_entry; /* of node entry_count + i: the entry that has its id now */
	bool has_stale_labels; /* a label leads to a stale node */
	struct table keys;     /* id or label -> node */
	struct label *labels;  /* in map order */
	struct edges down;     /* of a node, in file order, doubles kept */
	struct edges dep;      /* of a node: resolved depends_on, in file order */
	struct edges child;    /* of an entry: by down revisions and all resolved dependencies */
	uint32_t *order;       /* all entries, children before parents; NULL: there is a cycle */
	uint32_t *height;      /* of an entry: longest way down to a base; NULL: there is a cycle */
	struct nodes heads, real_heads, bases, real_bases; /* in load order; stale ones too */
};

/* One question being answered: where its results, its errors and its working memory go. */
struct work {
	struct revision_history *history;
	struct arena *arena;      /* borrowed; results and errors */
	struct arena *scratch;    /* what is needed meanwhile */
	struct arena own_scratch; /* usually that: gone with the question */
	uint32_t *seen;           /* of a node: the number of the last walk that met it */
	uint32_t walk;            /* number of the current walk */
	struct nodes stack;       /* of the current walk */
};

void work_begin(struct work *work, struct revision_history *history, struct arena *arena);
void work_end(struct work *work);

/* ---- the map (history.c, node.c, cycles.c, normalise.c) ---- */

/* Build the map on the first call; what that has raised comes again on later ones. */
struct raised *history_need(struct work *work);

str node_id(const struct revision_history *history, uint32_t node);

/* The entry that holds the id of `node` now. */
uint32_t node_entry(const struct revision_history *history, uint32_t node);

/* Whether down_revision is "", which Python takes for nothing; [""] is something. */
bool spec_down_is_empty_text(const struct revision_spec *spec);

const struct revision_spec *node_spec(const struct revision_history *history, uint32_t node);

/* How many children an entry has by down revisions; by any edge. */
size_t node_down_child_count(const struct revision_history *history, uint32_t node);
size_t node_child_count(const struct revision_history *history, uint32_t node);

/* Whether a branch label has been handed on to `node` (semantics, section 1.6). */
bool node_has_label(struct work *work, uint32_t node, str label);
size_t node_label_count(struct work *work, uint32_t node, str *ret_last);

/* Steps of loading: the cycle checks; the order of all entries; which dependencies are normalised. */
struct raised *history_check_cycles(struct work *work);
void history_order(struct work *work);
void history_normalise(struct work *work);

/* ---- walks (walk.c, forest.c) ---- */

enum direction {
	WALK_DOWN,       /* by down revisions */
	WALK_NORMALISED, /* by down revisions and normalised dependencies */
	WALK_RESOLVED,   /* by down revisions and all dependencies */
	WALK_UP,         /* to children, by any edge */
	WALK_DOWN_UP,    /* to children, by down revisions */
};

void nodes_add(struct nodes *nodes, uint32_t node, struct arena *arena);
bool nodes_contain(const struct nodes *nodes, uint32_t node);

/* The next node from `node` in `direction`; `at` starts at 0 and is advanced. False: no more. */
bool node_next(const struct revision_history *history, uint32_t node, enum direction direction,
		size_t *at, uint32_t *ret_next);

/* Begin a walk: nothing is seen. Then visit: true the first time. */
void walk_begin(struct work *work);
bool walk_visit(struct work *work, uint32_t node);
bool walk_has_seen(const struct work *work, uint32_t node);

/* See all that is reachable from `starts`, themselves included, in a new walk. */
void walk_from(struct work *work, enum direction direction, const struct nodes *starts);

/* A new set of nodes, one byte each: all that is reachable from `starts`. */
uint8_t *walk_set(struct work *work, enum direction direction, const struct nodes *starts);

/*
 * The same, but none of `starts` may be met on the way from another. One that is no node is raised when
 * its turn comes: Alembic reports an overlap of those before it first.
 */
struct raised *walk_set_apart(struct work *work, enum direction direction,
		const struct nodes *starts, uint8_t **ret_set);

/*
 * A spanning forest of the entries of a history without a cycle: each hangs from one of its parents. What
 * is above an entry has numbers in [first, end), the entry itself first.
 */
struct forest {
	uint32_t *first, *end; /* of an entry */
};

enum forest_kind {
	FOREST_FIRST_PARENT, /* by the first normalised down revision */
	FOREST_FIRST_DOWN,   /* by the first, and by the last, down revision proper */
	FOREST_LAST_DOWN,
};

struct forest forest_grow(
		const struct revision_history *history, enum forest_kind kind, struct arena *arena);

/* Every item must be a node: neither None nor "base" (Python's is_revision()). */
struct raised *nodes_require(struct work *work, const struct nodes *nodes);

/* ---- names (resolve.c, relative.c) ---- */

struct symbol {
	str label; /* before the first "@"; data NULL: there was none */
	struct str_list ids;
};

struct raised *symbol_resolve(struct work *work, str text, struct symbol *ret_symbol);

/* What one name means; `ret_node` may be NODE_NONE. */
struct raised *revision_get(struct work *work, str text, uint32_t *ret_node);

/* Add what a name, or each of a list, means. May add NODE_NONE and NODE_BASE. */
struct raised *revisions_add(struct work *work, str text, struct nodes *nodes);
struct raised *revisions_add_list(
		struct work *work, const struct str_list *texts, struct nodes *nodes);

/*
 * What the id of `node` means, as Alembic looks up again what it has found: the entry of that id, unless
 * the id is also a symbol such as "head". The first may add anything or nothing, the second gives an entry.
 */
struct raised *revisions_add_id(struct work *work, uint32_t node, struct nodes *nodes);
struct raised *revision_get_id(struct work *work, uint32_t node, uint32_t *ret_node);

/* What an id, or the start of just one, is; symbols mean nothing here. The map must be loaded. */
struct raised *revision_lookup(struct work *work, str id, uint32_t *ret_node);

/* The revision that a branch label, or an id used as one, stands for. */
struct raised *branch_get(struct work *work, str label, uint32_t *ret_node);

/* Who shares lineage with what a name means (semantics, section 2.3). */
struct lineage {
	struct symbol symbol;
	bool includes_dependencies, is_marked;
	struct nodes tests;
	uint8_t *marks; /* of an entry */
};

struct raised *lineage_of(struct work *work, str text, bool includes_dependencies,
		struct lineage *ret_lineage);
struct raised *lineage_filter(struct work *work, struct lineage *lineage, const struct nodes *nodes,
		struct nodes *ret_nodes);

/* The form [label@][symbol](+|-)N at the start of a text. */
struct relative {
	str label, symbol; /* data NULL: absent */
	str number;        /* sign and digits as written */
	int64_t steps;     /* cut to what 64 bits hold */
};

bool relative_parse(str text, struct relative *ret_relative);

/* Walk `steps` up or down from `start`; NODE_NONE starts below all bases or above all heads. */
struct raised *relative_walk(struct work *work, uint32_t start, int64_t steps, str label,
		bool clamps, uint32_t *ret_node);

/* "Relative revision +9 didn't produce 9 migrations" */
struct raised *relative_raised(struct work *work, const struct relative *relative, bool as_number);

/* ---- plans (collect.c, downgrade.c, sort.c, query.c) ---- */

/* A side of a range: one name, or rows. */
struct range_side {
	bool is_rows;
	str name;
	const struct str_list *rows;
};

struct collected {
	uint8_t *set;       /* of a node: a step is needed */
	struct nodes start; /* where the sort starts */
};

struct range_options {
	bool is_inclusive, has_implicit_base, clamps;
};

struct raised *collect_upgrade(struct work *work, const struct range_side *upper,
		const struct range_side *lower, struct range_options options,
		struct collected *ret);

/* The target of a downgrade, NODE_NONE or NODE_BASE for base, and the branch it is limited to. */
struct raised *downgrade_target(struct work *work, str target, const struct str_list *rows,
		bool clamps, struct str_list *warnings, str *ret_label, uint32_t *ret_target);
struct raised *collect_downgrade(struct work *work, const struct str_list *rows, str target,
		struct str_list *warnings, struct collected *ret);

/* Applied nodes without an applied child by a down revision, for the given rows. */
struct raised *collect_current(
		struct work *work, const struct str_list *rows, struct nodes *ret_nodes);

/* Tips first, in Alembic's order (semantics, section 3.2). */
struct raised *sort_tips_first(
		struct work *work, const struct collected *collected, struct nodes *ret_nodes);

#endif
