/*
 * scenario/yaml.h - the strict subset of YAML that scenario files are written in, as a tree of nodes
 * that know their places. Anchors, aliases, tags, merge keys, directives, tabs outside of text, a second
 * document, a duplicate key and an empty value are mistakes; every scalar is the text that stands in the
 * file, except an unquoted `null` or `~`. What the keys mean is left to the readers (scenario/reader.h).
 */
#ifndef SCENARIO_YAML_H
#define SCENARIO_YAML_H

#include "kit/error.h"

/* Larger files, deeper nesting, more nodes and more mistakes end the reading with an error. */
#define YAML_MAX_BYTES    ((size_t)16 * 1024 * 1024)
#define YAML_MAX_LEVELS   64
#define YAML_MAX_NODES    1000000
#define YAML_MAX_MISTAKES 1000

enum node_kind {
	NODE_BAD, /* something whose mistake has been reported: readers pass over it in silence */
	NODE_NULL,
	NODE_TEXT,
	NODE_LIST,
	NODE_MAP,
};

enum node_style {
	STYLE_PLAIN, /* text as it stands; of lists and maps: by indentation */
	STYLE_SINGLE_QUOTED,
	STYLE_DOUBLE_QUOTED,
	STYLE_LITERAL,
	STYLE_FOLDED,
	STYLE_FLOW, /* lists and maps in brackets */
};

struct node {
	enum node_kind kind;
	enum node_style style;
	bool is_cut; /* reading ended inside this list or map: there may have been more in it */
	bool lacks_colon; /* a key in a one-line map without ':', as a comma in unquoted text makes them */
	struct span where; /* scalars: from the first to the last byte, quotes included; lists, maps: where they begin */
	str text;           /* NODE_TEXT: without quotes, escapes and indentation */
	struct node *first; /* the items of a list, the keys of a map; NULL: none */
	struct node *next;  /* the next item or key */
	struct node *value; /* of a key */
};

/*
 * Read the text of `source` (borrowed; nodes point into it). Mistakes are added to `mistakes`, not yet in
 * order. NULL when there is nothing to look at; else the root, of which some part may be NODE_BAD.
 */
struct node *yaml_read(
		const struct source *source, struct arena *arena, struct error_list *mistakes);

/*
 * Report every place of `source` that is not UTF-8 or holds a control character, once a line. A copy of
 * the text with a '_' for each such byte is in `ret_clean` (the text itself if there are none), so that
 * the rest of the file can still be read; it is empty when the file is not UTF-8 text at all.
 */
void yaml_check_characters(const struct source *source, struct arena *arena,
		struct error_list *mistakes, str *ret_clean);

/* Report the keys of `map` that stand there before; what yaml_read() does with every map. */
void yaml_check_duplicates(
		const struct node *map, struct arena *arena, struct error_list *mistakes);

/* The text of a NODE_TEXT with the places of its stretches. */
struct located_text node_located_text(const struct node *node, struct arena *arena);

/* The place of `len` bytes at `offset` of a NODE_TEXT's text. */
struct span node_part(const struct node *node, size_t offset, size_t len, struct arena *arena);

/* "text", "a list" ... for messages. */
const char *node_kind_name(const struct node *node);

#endif
