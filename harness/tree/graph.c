/*
 * A tree in the languages of programs that draw graphs.
 */
#include "tree/tree_internal.h"

#include <graphviz/gvc.h>
#include <string.h>

/*
 * Trees of more nodes are laid out roughly, of more still very roughly: the best places for them would take
 * minutes. Even so Graphviz's time grows faster than the tree: an SVG has a limit.
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

void tree_render_dot(const struct tree *tree, struct buf *out)
{
	buf_add(out,
			STR("digraph revisions {\n"
			    "\trankdir=BT;\n"
			    "\tnode [shape=box, style=rounded, fontname=\"sans-serif\", fontsize=11];\n"
			    "\tedge [arrowsize=0.7];\n"));
	if (tree->count > ROUGH_LAYOUT_MAX) {
		buf_add(out, STR("\tgraph [nslimit=0.1, nslimit1=0.1, mclimit=0.1, splines=line];\n"));
	} else if (tree->count > FINE_LAYOUT_MAX) {
		buf_add(out, STR("\tgraph [nslimit=1, nslimit1=1, splines=line];\n"));
	}
	for (uint32_t i = 0; i < tree->count; i++) {
		add_dot_node(tree, i, out);
	}
	for (uint32_t i = 0; i < tree->count; i++) {
		const struct tree_node *node = &tree->nodes[i];

		for (uint32_t j = 0; j < node->parent_count; j++) {
			const struct tree_edge *edge = &node->parents[j];

			buf_format(out, "\tn%u -> n%u%s;\n", edge->to, i,
					edge->closes_cycle
							? " [color=\"#b00020\", constraint=false]"
							: "");
		}
		for (uint32_t j = 0; j < node->need_count; j++) {
			buf_format(out, "\tn%u -> n%u [style=dashed];\n", node->needs[j], i);
		}
	}
	buf_add(out, STR("}\n"));
}

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

static size_t size_of(const struct tree *tree)
{
	size_t size = tree->count;

	for (uint32_t i = 0; i < tree->count; i++) {
		size += tree->nodes[i].parent_count + tree->nodes[i].need_count;
	}
	return size;
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
	struct error *err = NULL;
	char *data = NULL;
	unsigned len = 0;

	if (size_of(tree) > SVG_MAX) {
		err = error_new(arena, ERROR_INVALID,
				"cannot draw %u revisions as SVG: nodes and edges are more than %d",
				tree->count, SVG_MAX);
		err->hint = STR("Draw with --format dot, and lay that out with Graphviz's sfdp; or as text.");
		return err;
	}
	tree_render_dot(tree, &dot);
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
