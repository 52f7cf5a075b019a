/*
 * doctor/doctor_internal.h - what the examinations share: a survey of the tree that takes any tree,
 * however broken, and answers questions about descent in close to constant time.
 *
 * A node is an id; where several files have it the last one's declarations are the node's, as in
 * Alembic. Nodes are numbered in the order in which their ids first appear.
 */
#ifndef DOCTOR_INTERNAL_H
#define DOCTOR_INTERNAL_H

#include "doctor/doctor.h"
#include "kit/table.h"

#define NO_NODE UINT32_MAX

struct node {
	str id;
	uint32_t first_spec, last_spec; /* equal: the id stands once */
};

/* Edges from each node, in compressed rows: targets[start[n]] up to targets[start[n + 1]]. */
struct edges {
	uint32_t node_count;
	uint32_t *start; /* node_count + 1 of them */
	uint32_t *targets;
};

/* Nodes that reach each other, numbered so that an edge leads to a number no higher than its own. */
struct components {
	uint32_t count;
	uint32_t *of_node;
	uint32_t *size; /* nodes in each */
};

/* Labels that tell quickly that one component does not reach another. */
struct reach {
	const struct edges *edges;
	struct components components;
	uint32_t *low;             /* by component: the lowest number it reaches */
	uint32_t *rank, *rank_low; /* by component: the same for a search in the opposite order */
	uint32_t *depth;           /* by component: longest way to one that reaches nothing */
	uint32_t *visited;         /* by node: the number of the last query that came by */
	uint32_t *stack;
	uint32_t query;
};

/* A parent that a suggestion gives to a node. */
struct proposal {
	uint32_t child, parent; /* parent NO_NODE: taken back */
	unsigned weakness;      /* of those that close a cycle together the weakest is taken back */
};

struct survey {
	const struct revision_specs *specs;
	int level;
	unsigned round; /* how often all suggestions have been carried out before */
	const struct lost_revisions *lost; /* NULL: nothing is known */
	struct arena *arena;
	struct faults *faults;

	struct node *nodes;
	uint32_t node_count;
	uint32_t *node_of_spec;
	struct table ids;          /* id -> node */
	struct table labels;       /* label -> node of the first file that has it */
	struct table given;        /* ids that survey_free_id() gave out */
	struct table given_starts; /* what they begin with */
	str *names;                /* ids and labels, sorted; NULL until wanted */
	size_t name_count;
	str *new_ids; /* by spec: the id that is suggested for the file; empty: it keeps its own */
	struct edges parents;  /* down revisions that exist; self-loops left out */
	struct edges children; /* the other way round */
	struct edges lineage;  /* down revisions and dependencies that exist; self-loops left out */
	struct components cycles; /* of `parents` */
	struct reach reach;       /* over `lineage` */

	struct {
		struct proposal *items;
		size_t count, capacity;
	} proposals;
};

/* Look at the whole tree; `survey` has specs, level, arena and faults set. */
void survey_take(struct survey *survey);

/* The node that an exact id names; that an id or a label names; NO_NODE. */
uint32_t survey_find(const struct survey *survey, str id);
uint32_t survey_find_dependency(const struct survey *survey, str name);

/* The declarations that count for a node. */
const struct revision_spec *survey_spec(const struct survey *survey, uint32_t node);

/* How many edges leave a node. */
static inline uint32_t edges_count(const struct edges *edges, uint32_t node)
{
	return edges->start[node + 1] - edges->start[node];
}

/* The same edges the other way round. */
struct edges edges_turn(const struct edges *edges, struct arena *arena);

/* The components of a graph: Tarjan's algorithm without recursion. `backwards`: take edges last to first. */
struct components components_find(const struct edges *edges, bool backwards, struct arena *arena);

/* The nodes sorted by component: each behind those that its edges lead to. */
uint32_t *components_order(
		const struct components *components, uint32_t node_count, struct arena *arena);

/* Prepare `reach` over `edges`; then whether a way leads from one node to another (a node reaches itself). */
void reach_prepare(struct reach *reach, const struct edges *edges, struct arena *arena);
bool reach_leads(struct reach *reach, uint32_t from, uint32_t to);

/* The place of a spec in load order. */
uint32_t survey_place(const struct survey *survey, const struct revision_spec *spec);

/* The ids that are no node's down revision, in load order; `ret_nodes` has room for all nodes. */
uint32_t survey_heads(const struct survey *survey, uint32_t *ret_nodes);

/*
 * Note that `child` is to get `parent`; its place among the proposals. Then take back, of those from `first`
 * on, the weakest of each cycle that proposals and lineage make together, until there is none.
 */
size_t survey_propose(struct survey *survey, uint32_t child, uint32_t parent, unsigned weakness);
void survey_settle(struct survey *survey, size_t first);

/* A new fault of the file `spec`; message and suggestion are the caller's to set. */
struct fault *survey_report(
		struct survey *survey, enum fault_kind kind, const struct revision_spec *spec);

/* Note where another revision stands that a fault is about, if that is known. */
void survey_relate(const struct survey *survey, struct fault *fault,
		const struct revision_spec *spec, str message);

/* How a message calls a file: its name, else its line, else its place among `specs`, from 1. */
str survey_file_name(const struct survey *survey, const struct revision_spec *spec);

/* How the file says that it follows nothing, or needs nothing. */
const char *survey_nothing(const struct revision_spec *spec);

/* Ids in quotes with commas between them; after the first `limit` just how many more there are. */
str survey_join(const struct survey *survey, const uint32_t *nodes, size_t count, size_t limit);

/*
 * An id made from `wish` that is legal, short enough, in nobody's use, not given out before, and no beginning
 * of another name, nor the other way round. It replaces `old`, which is as good as gone; or nothing.
 */
str survey_free_id(struct survey *survey, str wish, str old);

/* The same, or the empty text when `wish` cannot be had as it is. */
str survey_id_as_wished(struct survey *survey, str wish, str old);

/* One of twelve hexadecimal digits, as Alembic makes them, always the same for the same `seed`. */
str survey_digits_id(struct survey *survey, str seed);

/* A word that means something else to Alembic's commands. */
bool is_word_of_alembic(str id);

/* Whether people might write `part` for `whole`, which begins with it: nobody shortens a word to a letter. */
bool is_likely_part(str part, str whole);

/* Add an edit of the fault's file: `from` becomes `to`; the empty text takes it out. */
void fault_edit(struct fault *fault, enum spec_edit_kind kind, str from, str to,
		struct arena *arena);

/* The examinations, in the order of enum fault_kind. */
void examine_references(struct survey *survey); /* missing parents and dependencies, file names */
void examine_duplicates(struct survey *survey);
void examine_cycles(struct survey *survey); /* self-loops too */
void examine_labels(struct survey *survey);
void examine_parents(struct survey *survey); /* redundant ones */
void examine_prefixes(struct survey *survey);
void examine_ids(struct survey *survey); /* long and illegal ones */

/* Heads and bases: of the tree as it is, and of what the suggestions make of it (may be the same survey). */
void examine_ends(struct survey *survey, struct survey *repaired);

/* The number that a name begins with: "0003b_orders" has 3, four digits, variant 'b', rest "orders". */
struct numbered_name {
	bool is_numbered;
	uint32_t number;
	uint32_t digits;
	char variant; /* a letter right behind the number; 0: none */
	str rest;     /* behind the separator */
};

struct numbered_name numbered_name_parse(str name);

/* That of a file: of its stem, else of its id. */
struct numbered_name numbered_name_of(const struct revision_spec *spec);

/* Why a revision might be meant by a name: the ranking of doctor.h. */
enum match_rule {
	MATCH_NONE,
	MATCH_HISTORY, /* not of names: it took the place of the one that is missing */
	MATCH_FILE,
	MATCH_LABEL,
	MATCH_SPELLING,
	MATCH_NAME,
	MATCH_START,
	MATCH_NUMBER_AND_WIDTH,
	MATCH_NUMBER,
	MATCH_LETTERS,
	MATCH_WORDS,
	MATCH_TOLD, /* not of names: a comment of the child names it */
	MATCH_BELOW,
	MATCH_END,
};

struct match {
	enum match_rule rule;
	uint32_t node;      /* the best */
	uint32_t equals[3]; /* others that fit as well */
	size_t equal_count; /* may be more than stand in `equals` */
	bool is_told;       /* a comment of the child names it, too */
};

struct matcher;

/* An index over all names of the survey. */
struct matcher *matcher_new(struct survey *survey);

/*
 * What `name`, which nothing has, most likely means where `child` refers to it. Never `child` itself nor
 * what descends from it. A dependency need not come right before the child, so its number tells less. `told` is the
 * revision that a comment of the child names in its place; NO_NODE: none.
 */
struct match matcher_find(struct matcher *matcher, str name, uint32_t child, bool is_dependency,
		uint32_t told);

/* The revision that most likely comes before `node`, by its number, else by load order; NO_NODE. */
uint32_t matcher_predecessor(struct matcher *matcher, uint32_t node);

/* The nearest revision that nothing follows, not `node` nor what descends from it; NO_NODE. */
uint32_t matcher_end(struct matcher *matcher, uint32_t node);

/* Why, for people: "it has the same number". */
const char *match_rule_reason(enum match_rule rule);

/* A command for a shell that calls Alembic, as faults_call_alembic() says; `calls` are a fault's. */
str doctor_alembic_command(
		const struct str_list *calls, str program, str folder, struct arena *arena);

#endif
