#include "tree/tree_internal.h"

#include <jansson.h>
#include <stdlib.h>

static json_t *text_of(str text)
{
	return json_stringn(text.len ? text.data : "", text.len);
}

static json_t *text_or_null(str text)
{
	return text.len ? text_of(text) : json_null();
}

static json_t *list_of(const struct str_list *names)
{
	json_t *list = json_array();

	for (size_t i = 0; names && i < names->count; i++) {
		json_array_append_new(list, text_of(names->items[i]));
	}
	return list;
}

static json_t *node_of(const struct tree_node *node)
{
	const struct revision_spec *spec = node->spec;
	json_t *object = json_object();

	json_object_set_new(object, "revision", text_of(node->id));
	json_object_set_new(object, "down_revision", list_of(spec ? &spec->down_revision : NULL));
	json_object_set_new(object, "depends_on", list_of(spec ? &spec->depends_on : NULL));
	json_object_set_new(object, "branch_labels", list_of(spec ? &spec->branch_labels : NULL));
	json_object_set_new(object, "file", text_or_null(spec ? spec->file : (str){ 0 }));
	json_object_set_new(object, "message", text_or_null(spec ? spec->message : (str){ 0 }));
	json_object_set_new(object, "is_head", json_boolean(tree_node_is_head(node)));
	json_object_set_new(object, "is_base", json_boolean(node->is_base));
	json_object_set_new(
			object, "is_branch_point", json_boolean(tree_node_is_branch_point(node)));
	json_object_set_new(object, "is_merge_point", json_boolean(node->is_merge_point));
	json_object_set_new(object, "is_current", json_boolean(node->is_current));
	json_object_set_new(object, "missing", json_boolean(!spec));
	return object;
}

void tree_render_json(const struct tree *tree, struct buf *out)
{
	json_t *list = json_array();

	for (uint32_t i = 0; i < tree->count; i++) {
		json_array_append_new(list, node_of(&tree->nodes[i]));
	}
	json_t *object = json_object();

	json_object_set_new(object, "revisions", list);
	char *text = json_dumps(object, JSON_INDENT(2));

	buf_add(out, str_from(text));
	buf_add_char(out, '\n');
	free(text);
	json_decref(object);
}
