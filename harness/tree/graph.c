/*
 * A tree in the languages of programs that draw graphs.
 */
#include "tree/rows.h"

#include <graphviz/gvc.h>
#include <string.h>

/*
 * Trees of more nodes are laid out roughly, of more still very roughly: the best places for them would take
 * minutes. Even so Graphviz's time grows faster than the tree: an SVG has a limit, beyond which long plain runs are folded.
 */
#define FINE_LAYOUT_MAX  100
#define ROUGH_LAYOUT_MAX 500
#define SVG_MAX          12000 /* nodes and edges */

/* A file's message may have several lines; a label shows the first. */
static str first_line(str text)
{
	return str_slice(text, 0, str_find_char(text, '\n'));
}

/* A line of a label: quotes and backslashes are those of dot's strings. */
static void add_dot_text(struct buf *out, str text)
{
	text = str_printable(text, out->arena);
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '"' || text.data[i] == '\\') {
			buf_add_char(out, '\\');
		}
		buf_add_char(out, text.data[i]);
	}
}

/* --- folding ----------------------------------------------------------------------------------- */

/* Plain runs whose middle is drawn as one box, as text leaves it out. */
struct folds {
	uint32_t *shown;  /* by node: itself, or the first that its box stands for; NULL: nothing is folded */
	uint32_t *hidden; /* by the first: how many its box stands for */
};

static uint32_t shown_as(const struct folds *folds, uint32_t node)
{
	return folds->shown ? folds->shown[node] : node;
}

static struct folds fold(const struct tree *tree, struct arena *arena)
{
	const struct tree_rows rows = tree_rows_of(tree, false, arena);
	const struct folds folds = {
		.shown = arena_new_array(arena, uint32_t, tree->count),
		.hidden = arena_new_array(arena, uint32_t, tree->count),
	};

	for (uint32_t i = 0; i < tree->count; i++) {
		folds.shown[i] = i;
	}
	for (size_t i = 0; i < rows.count; i++) {
		const struct tree_row *row = &rows.items[i];
		uint32_t node = row->node;

		for (uint32_t j = 0; row->kind == TREE_ROW_HIDDEN && j < row->hidden; j++) {
			folds.shown[node] = row->node;
			folds.hidden[row->node]++;
			node = j + 1 < row->hidden ? tree->nodes[node].parents[0].to : node;
		}
	}
	return folds;
}

/* --- dot --------------------------------------------------------------------------------------- */

static void add_dot_node(const struct tree *tree, uint32_t at, struct buf *out)
{
	const struct tree_node *node = &tree->nodes[at];

	buf_format(out, "\tn%u [label=\"", at);
	add_dot_text(out, node->id);
	add_dot_text(out, tree_node_marks(node, out->arena));
	if (node->spec && node->spec->branch_labels.count) {
		buf_add(out, STR("\\n["));
		add_dot_text(out, str_list_join(&node->spec->branch_labels, STR(", "), out->arena));
		buf_add(out, STR("]"));
	}
	if (node->spec && node->spec->message.len) {
		buf_add(out, STR("\\n"));
		add_dot_text(out, first_line(node->spec->message));
	}
	buf_add(out, STR("\""));
	if (!node->spec) {
		buf_add(out, STR(", style=\"rounded,dashed\", color=\"#b00020\", fontcolor=\"#b00020\""));
	} else if (node->is_current) {
		buf_add(out, STR(", style=\"rounded,filled\", fillcolor=\"#fff3c4\""));
	} else if (node->is_duplicate) {
		buf_add(out, STR(", color=\"#b00020\""));
	} else if (tree_node_is_head(node)) {
		buf_add(out, STR(", style=\"rounded,filled\", fillcolor=\"#dff3e3\""));
	}
	buf_add(out, STR("];\n"));
}

static void add_dot_nodes(const struct tree *tree, const struct folds *folds, struct buf *out)
{
	for (uint32_t i = 0; i < tree->count; i++) {
		if (shown_as(folds, i) != i) {
			continue;
		}
		if (folds->shown && folds->hidden[i]) {
			buf_format(out, "\tn%u [label=\"%u revisions\", shape=plaintext];\n", i,
					folds->hidden[i]);
		} else {
			add_dot_node(tree, i, out);
		}
	}
}

static void add_dot_edges(const struct tree *tree, const struct folds *folds, struct buf *out)
{
	for (uint32_t i = 0; i < tree->count; i++) {
		const struct tree_node *node = &tree->nodes[i];
		const uint32_t child = shown_as(folds, i);

		for (uint32_t j = 0; j < node->parent_count; j++) {
			const struct tree_edge *edge = &node->parents[j];
			const uint32_t parent = shown_as(folds, edge->to);

			if (parent != child || !folds->shown) {
				buf_format(out, "\tn%u -> n%u%s;\n", parent, child,
						edge->closes_cycle
								? " [color=\"#b00020\", constraint=false]"
								: "");
			}
		}
		for (uint32_t j = 0; j < node->need_count; j++) {
			buf_format(out, "\tn%u -> n%u [style=dashed];\n",
					shown_as(folds, node->needs[j]), child);
		}
	}
}

static void render_dot(const struct tree *tree, const struct folds *folds, size_t count,
		struct buf *out)
{
	buf_add(out,
			STR("digraph revisions {\n"
			    "\trankdir=BT;\n"
			    "\tnode [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];\n"
			    "\tedge [arrowsize=0.7];\n"));
	if (count > ROUGH_LAYOUT_MAX) {
		buf_add(out, STR("\tgraph [nslimit=0.1, nslimit1=0.1, mclimit=0.1, splines=line];\n"));
	} else if (count > FINE_LAYOUT_MAX) {
		buf_add(out, STR("\tgraph [nslimit=1, nslimit1=1, splines=line];\n"));
	}
	add_dot_nodes(tree, folds, out);
	add_dot_edges(tree, folds, out);
	buf_add(out, STR("}\n"));
}

void tree_render_dot(const struct tree *tree, struct buf *out)
{
	render_dot(tree, &(struct folds){ 0 }, tree->count, out);
}

/* --- mermaid ----------------------------------------------------------------------------------- */

/* A line of a label: what Mermaid or HTML would read is written as an entity. */
static void add_mermaid_text(struct buf *out, str text)
{
	static const char special[] = "\"#&<>;`\\";

	text = str_printable(text, out->arena);
	for (size_t i = 0; i < text.len; i++) {
		if (strchr(special, text.data[i])) {
			buf_format(out, "#%d;", text.data[i]);
		} else {
			buf_add_char(out, text.data[i]);
		}
	}
}

static void add_mermaid_node(const struct tree *tree, uint32_t at, struct buf *out)
{
	const struct tree_node *node = &tree->nodes[at];

	buf_format(out, "    n%u[\"", at);
	add_mermaid_text(out, node->id);
	add_mermaid_text(out, tree_node_marks(node, out->arena));
	if (node->spec && node->spec->branch_labels.count) {
		buf_add(out, STR("<br/>["));
		add_mermaid_text(out,
				str_list_join(&node->spec->branch_labels, STR(", "), out->arena));
		buf_add(out, STR("]"));
	}
	if (node->spec && node->spec->message.len) {
		buf_add(out, STR("<br/>"));
		add_mermaid_text(out, first_line(node->spec->message));
	}
	buf_add(out, STR("\"]"));
	if (!node->spec) {
		buf_add(out, STR(":::missing"));
	} else if (node->is_current) {
		buf_add(out, STR(":::current"));
	}
	buf_add_char(out, '\n');
}

void tree_render_mermaid(const struct tree *tree, struct buf *out)
{
	buf_add(out,
			STR("graph BT\n"
			    "    classDef missing stroke:#b00020,color:#b00020,stroke-dasharray:4 3\n"
			    "    classDef current fill:#fff3c4\n"));
	for (uint32_t i = 0; i < tree->count; i++) {
		add_mermaid_node(tree, i, out);
	}
	for (uint32_t i = 0; i < tree->count; i++) {
		const struct tree_node *node = &tree->nodes[i];

		for (uint32_t j = 0; j < node->parent_count; j++) {
			buf_format(out, "    n%u --> n%u\n", node->parents[j].to, i);
		}
		for (uint32_t j = 0; j < node->need_count; j++) {
			buf_format(out, "    n%u -.-> n%u\n", node->needs[j], i);
		}
	}
}

/* --- SVG --------------------------------------------------------------------------------------- */

/* Nodes and edges that are drawn, and the nodes by themselves. */
static size_t size_of(const struct tree *tree, const struct folds *folds, size_t *ret_nodes)
{
	size_t nodes = 0, edges = 0;

	for (uint32_t i = 0; i < tree->count; i++) {
		const struct tree_node *node = &tree->nodes[i];
		const uint32_t child = shown_as(folds, i);

		nodes += child == i;
		edges += node->need_count;
		for (uint32_t j = 0; j < node->parent_count; j++) {
			edges += shown_as(folds, node->parents[j].to) != child || !folds->shown;
		}
	}
	*ret_nodes = nodes;
	return nodes + edges;
}

/* Graphviz prints by itself what goes wrong; what of it matters is an error of ours. */
static int drop_complaint(char *text)
{
	(void)text;
	return 0;
}

struct error *tree_render_svg(const struct tree *tree, struct arena *arena, struct buf *out)
{
	struct buf dot = { .arena = arena };
	struct folds folds = { 0 };
	size_t nodes;
	struct error *err = NULL;
	char *data = NULL;
	unsigned len = 0;

	if (size_of(tree, &folds, &nodes) > SVG_MAX) {
		folds = fold(tree, arena);
	}
	if (folds.shown && size_of(tree, &folds, &nodes) > SVG_MAX) {
		err = error_new(arena, ERROR_INVALID,
				"cannot draw %u revisions as SVG: nodes and edges are more than %d, "
				"without the middle of long plain runs",
				tree->count, SVG_MAX);
		err->hint = STR("Draw with --format dot, and lay that out with Graphviz's sfdp; or as text.");
		return err;
	}
	render_dot(tree, &folds, nodes, &dot);
	const agusererrf before = agseterrf(drop_complaint);
	GVC_t *graphviz = graphviz_context();
	Agraph_t *graph = graphviz ? agmemread(buf_c(&dot)) : NULL;

	if (!graph || gvLayout(graphviz, graph, "dot") != 0) {
		err = error_new(arena, ERROR_ENVIRONMENT,
				"could not lay the tree out with Graphviz");
		err->hint = STR("Its plugins may be missing: install libgvc6, or draw with --format dot.");
		goto out;
	}
	if (gvRenderData(graphviz, graph, "svg", &data, &len) != 0 || !data) {
		err = error_new(arena, ERROR_ENVIRONMENT, "could not draw the tree with Graphviz");
	} else {
		buf_add(out, (str){ data, len });
	}
	gvFreeRenderData(data);
	gvFreeLayout(graphviz, graph);
out:
	if (graph) {
		agclose(graph);
	}
	if (graphviz) {
		gvFreeContext(graphviz);
	}
	agseterrf(before);
	return err;
}
