#include "kit/json.h"
#include "tree/tree_internal.h"

static void add_node(struct json_writer *json, const struct tree_node *node)
{
	static const struct revision_spec unknown; // a missing revision declares nothing
	const struct revision_spec *spec = node->spec ? node->spec : &unknown;

	json_open_object(json, NULL);
	json_add_text(json, "revision", node->id);
	json_add_texts(json, "down_revision", &spec->down_revision);
	json_add_texts(json, "depends_on", &spec->depends_on);
	json_add_texts(json, "branch_labels", &spec->branch_labels);
	json_add_text_or_null(json, "file", spec->file);
	json_add_text_or_null(json, "message", spec->message);
	json_add_bool(json, "is_head", tree_node_is_head(node));
	json_add_bool(json, "is_base", node->is_base);
	json_add_bool(json, "is_branch_point", tree_node_is_branch_point(node));
	json_add_bool(json, "is_merge_point", node->is_merge_point);
	json_add_bool(json, "is_current", node->is_current);
	json_add_bool(json, "missing", !node->spec);
	json_close_object(json);
}

void tree_render_json(const struct tree *tree, struct buf *out)
{
	struct json_writer json = { .out = out, .is_indented = true };

	json_open_object(&json, NULL);
	json_open_array(&json, "revisions");
	for (uint32_t i = 0; i < tree->count; i++) {
		add_node(&json, &tree->nodes[i]);
	}
	json_close_array(&json);
	json_close_object(&json);
	buf_add_char(out, '\n');
}
