/*
 * What is known of a single revision of the map, and of the declarations it comes from.
 */
#include "revision/revision_internal.h"

/* Up to 1.11 an empty text as down_revision made a base; since 1.12 it is a key like any other. */
#define LAST_LEVEL_WITH_EMPTY_BASE 11

const struct revision_spec *node_spec(const struct revision_history *history, uint32_t node)
{
	return &history->specs->items[history->spec_of[node]];
}

str node_id(const struct revision_history *history, uint32_t node)
{
	return node_spec(history, node)->revision;
}

uint32_t node_entry(const struct revision_history *history, uint32_t node)
{
	return node < history->entry_count ? node
					   : history->stale_entry[node - history->entry_count];
}

bool spec_down_is_empty_text(const struct revision_spec *spec)
{
	return !spec->lists_down_revision && spec->down_revision.count == 1 &&
			spec->down_revision.items[0].len == 0;
}

struct str_list spec_down_revision(const struct revision_spec *spec, int level)
{
	if (level <= LAST_LEVEL_WITH_EMPTY_BASE && spec_down_is_empty_text(spec)) {
		return (struct str_list){ 0 };
	}
	return spec->down_revision;
}

size_t node_child_count(const struct revision_history *history, uint32_t node)
{
	if (node >= history->entry_count) {
		return 0;
	}
	return history->child.start[node + 1] - history->child.start[node];
}
