#include "scenario/yaml.h"

#include "kit/arena.h"
#include "scenario/yaml_syntax.h"

#include <assert.h>
#include <string.h>
#include <yaml.h>

#define BYTE_ORDER_MARK "\xEF\xBB\xBF"

/* A list or map that is being read. */
struct open_node {
	struct node *node;
	struct node **next; /* where the next item or key goes */
	struct node *key;   /* the key that waits for its value; NULL: none does */
};

struct yaml_reader {
	const struct source *source;
	struct arena *arena;
	struct error_list *mistakes;
	yaml_parser_t parser;
	str clean; /* what libyaml reads: as long as the source's text, without its byte order mark */
	size_t bom;         /* bytes of the byte order mark */
	size_t mark_index;  /* libyaml counts characters: this many of them ... */
	size_t mark_offset; /* ... are this many bytes of the source */
	size_t gap;         /* what is between the tokens has been looked at up to here */
	size_t nodes;
	struct open_node open[YAML_MAX_LEVELS + 1];
	size_t levels;
	struct node *root;
	bool is_ended;     /* by a mistake after which nothing can be read */
	bool is_left_open; /* by a bracket that should have been closed long before */
};

static struct span span_of(const struct yaml_reader *reader, size_t from, size_t to)
{
	return (struct span){
		.source = reader->source, .offset = from, .len = to > from ? to - from : 0
	};
}

static struct error *mistake(struct yaml_reader *reader, struct span where, str message, str hint)
{
	struct error *error =
			error_at(reader->arena, ERROR_INVALID, where, "%.*s", STR_ARG(message));

	error->hint = hint;
	error_list_add(reader->mistakes, error, reader->arena);
	return error;
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xC0) == 0x80;
}

/* The byte of the source where libyaml's mark is. Marks mostly move on, so the way is short. */
static size_t offset_of(struct yaml_reader *reader, yaml_mark_t mark)
{
	const str text = reader->source->text;

	while (reader->mark_index < mark.index && reader->mark_offset < text.len) {
		do {
			reader->mark_offset++;
		} while (reader->mark_offset < text.len &&
				is_continuation(reader->clean.data[reader->mark_offset -
						reader->bom]));
		reader->mark_index++;
	}
	while (reader->mark_index > mark.index) {
		do {
			reader->mark_offset--;
		} while (is_continuation(reader->clean.data[reader->mark_offset - reader->bom]));
		reader->mark_index--;
	}
	return reader->mark_offset;
}

/* Whether only spaces are in front of this place. */
static bool is_first_on_line(str text, size_t at)
{
	while (at && text.data[at - 1] == ' ') {
		at--;
	}
	return !at || text.data[at - 1] == '\n';
}

/*
 * Look at what stands between the last token and `to`: only spaces, punctuation and comments may. A
 * token of text begins at `to` and ends at `end`, where the next gap begins.
 */
static void check_gap(struct yaml_reader *reader, size_t to, size_t end)
{
	const str text = reader->source->text;
	size_t line = reader->gap;

	for (size_t i = reader->gap; i < to; i++) {
		const char c = text.data[i];

		if (c == '#') {
			i += str_find_char(str_slice(text, i, to - i), '\n');
			line = i + 1;
		} else if (c == '\n') {
			line = i + 1;
		} else if (c == '\t' && line <= i) {
			const bool indents = is_first_on_line(text, i);

			mistake(reader, span_of(reader, i, i + 1),
					indents ? STR("a tab cannot indent")
						: STR("a tab between two tokens"),
					indents ? STR("Indent with spaces.")
						: STR("Put a space there."));
			line = text.len; // one a line
		}
	}
	if (end > reader->gap) {
		reader->gap = end;
	}
}

/* --- nodes --------------------------------------------------------------------------------- */

static struct open_node *innermost(struct yaml_reader *reader)
{
	return reader->levels ? &reader->open[reader->levels - 1] : NULL;
}

/* Whether the next node is a key. */
static bool expects_key(struct yaml_reader *reader)
{
	const struct open_node *open = innermost(reader);

	return open && open->node->kind == NODE_MAP && !open->key;
}

static struct node *bad_node(struct yaml_reader *reader, struct span where)
{
	struct node *node = arena_new(reader->arena, struct node);

	node->where = where;
	return node;
}

/* Put a finished scalar, or a list or map that begins, in its place. */
static void attach(struct yaml_reader *reader, struct node *node)
{
	struct open_node *open = innermost(reader);

	if (!open) {
		reader->root = node;
	} else if (open->key) {
		open->key->value = node;
		open->key = NULL;
	} else {
		if (open->node->kind == NODE_MAP) {
			if (!open->node->first && open->node->style != STYLE_FLOW) {
				open->node->where = node->where;
			}
			open->key = node;
		}
		*open->next = node;
		open->next = &node->next;
	}
}

static void end_reading(struct yaml_reader *reader)
{
	reader->is_ended = true;
}

static bool count_node(struct yaml_reader *reader, struct span where)
{
	if (++reader->nodes <= YAML_MAX_NODES) {
		return true;
	}
	mistake(reader, where,
			str_format(reader->arena, "more than %d values in one file",
					YAML_MAX_NODES),
			STR("Split the file into several scenarios."));
	end_reading(reader);
	return false;
}

static void open_collection(
		struct yaml_reader *reader, enum node_kind kind, bool is_flow, size_t offset)
{
	const struct span where = span_of(reader, offset, offset + 1);

	if (!count_node(reader, where)) {
		return;
	}
	if (reader->levels == YAML_MAX_LEVELS) {
		mistake(reader, where,
				str_format(reader->arena, "more than %d levels of lists and maps",
						YAML_MAX_LEVELS),
				STR(""));
		end_reading(reader);
		return;
	}
	struct node *node = arena_new(reader->arena, struct node);

	node->kind = kind;
	node->style = is_flow ? STYLE_FLOW : STYLE_PLAIN;
	node->where = where;
	if (expects_key(reader)) {
		mistake(reader, where,
				str_format(reader->arena, "expected text as a key, found %s",
						node_kind_name(node)),
				STR("Quote text that begins with a bracket."));
		attach(reader, bad_node(reader, where));
	} else {
		attach(reader, node);
	}
	reader->open[reader->levels++] = (struct open_node){ .node = node, .next = &node->first };
}

static void close_collection(struct yaml_reader *reader)
{
	assert(reader->levels > 0);
	const struct node *node = reader->open[--reader->levels].node;

	if (node->kind == NODE_MAP) {
		yaml_check_duplicates(node, reader->arena, reader->mistakes);
	}
}

static void refuse_anchor(struct yaml_reader *reader, const char *what, size_t offset)
{
	const str rest = str_slice(reader->source->text, offset, reader->source->text.len);
	size_t len = 0;

	while (len < rest.len && !strchr(" \t\r\n,]}", rest.data[len])) {
		len++;
	}
	mistake(reader, span_of(reader, offset, offset + len),
			str_format(reader->arena, "%s cannot be used in a scenario", what),
			str_format(reader->arena, "Quote text that begins with '%c'.",
					rest.data[0]));
}

/* Report an anchor or a tag. Both are in front of their node, so `offset` is where one of them begins. */
static bool refuse_properties(struct yaml_reader *reader, const yaml_char_t *anchor,
		const yaml_char_t *tag, size_t offset)
{
	if (!anchor && !tag) {
		return false;
	}
	const bool is_anchor = str_slice(reader->source->text, offset, 1).data[0] == '&';

	refuse_anchor(reader, is_anchor ? "an anchor" : "a tag", offset);
	return true;
}

/* --- scalars ------------------------------------------------------------------------------- */

static enum node_style style_of(yaml_scalar_style_t style)
{
	switch (style) {
	case YAML_SINGLE_QUOTED_SCALAR_STYLE:
		return STYLE_SINGLE_QUOTED;
	case YAML_DOUBLE_QUOTED_SCALAR_STYLE:
		return STYLE_DOUBLE_QUOTED;
	case YAML_LITERAL_SCALAR_STYLE:
		return STYLE_LITERAL;
	case YAML_FOLDED_SCALAR_STYLE:
		return STYLE_FOLDED;
	case YAML_ANY_SCALAR_STYLE:
	case YAML_PLAIN_SCALAR_STYLE:
		break;
	}
	return STYLE_PLAIN;
}

/* Whether a character of the source in this span was wrong, and has been reported. */
static bool holds_bad_character(const struct yaml_reader *reader, struct span where)
{
	return memcmp(reader->clean.data + where.offset - reader->bom,
			       reader->source->text.data + where.offset, where.len) != 0;
}

/* A key without a value, an item without anything, a value without a key. */
static struct node *empty_scalar(struct yaml_reader *reader, size_t offset)
{
	static const char write_null[] =
			"If nothing is meant, write null (\"\" for empty text, [] for an empty list, "
			"{} for an empty map).";
	const str text = reader->source->text;
	struct open_node *open = innermost(reader);
	struct span where = span_of(reader, offset, offset);

	if (!open) {
		mistake(reader, where, STR("the file is empty"),
				STR("'rehearse new NAME' writes a scenario to start from."));
	} else if (open->key) {
		const struct node *key = open->key;
		const size_t key_end = key->where.offset + key->where.len;
		const str between =
				str_slice(text, key_end, offset > key_end ? offset - key_end : 0);

		if (open->node->style == STYLE_FLOW && key->kind == NODE_TEXT &&
				str_find_char(between, ':') == between.len) {
			open->key->lacks_colon =
					true; // whose mistake it is depends on what the key would mean
		} else if (key->kind != NODE_BAD) {
			mistake(reader, key->where,
					str_format(reader->arena, "key '%.*s' has no value",
							STR_ARG(key->text)),
					str_from(write_null));
		}
		where = key->where;
	} else if (open->node->kind == NODE_MAP) {
		mistake(reader, where, STR("a value without a key"), STR(""));
	} else {
		if (offset > 0 && text.data[offset - 1] == '-') {
			where = span_of(reader, offset - 1, offset);
		}
		mistake(reader, where, STR("an item of this list is empty"), str_from(write_null));
	}
	return bad_node(reader, where);
}

static void check_key(struct yaml_reader *reader, struct node *key)
{
	if (key->kind == NODE_NULL) {
		mistake(reader, key->where, STR("expected text as a key, found null"),
				STR("Quote it if the text is meant."));
		key->kind = NODE_BAD;
	} else if (key->kind == NODE_TEXT && key->style == STYLE_PLAIN &&
			str_equal(key->text, STR("<<"))) {
		mistake(reader, key->where, STR("a merge key cannot be used in a scenario"),
				STR("Write the keys out."));
		key->kind = NODE_BAD;
	}
}

static void read_scalar(struct yaml_reader *reader, const yaml_event_t *event)
{
	const size_t from = offset_of(reader, event->start_mark);
	const size_t to = offset_of(reader, event->end_mark);
	const struct span where = span_of(reader, from, to);
	const bool is_refused = refuse_properties(
			reader, event->data.scalar.anchor, event->data.scalar.tag, from);

	if (!count_node(reader, where)) {
		return;
	}
	check_gap(reader, from, to);
	if (from == to) {
		attach(reader, empty_scalar(reader, from));
		return;
	}
	const str value = { (const char *)event->data.scalar.value, event->data.scalar.length };
	struct node *node = bad_node(reader, where);

	node->style = style_of(event->data.scalar.style);
	if (memchr(value.data, '\0', value.len)) {
		mistake(reader, where, STR("a NUL character cannot be part of a text"), STR(""));
	} else if (!is_refused && !holds_bad_character(reader, where)) {
		node->text = str_copy(value, reader->arena);
		node->kind = node->style == STYLE_PLAIN &&
						(str_equal(value, STR("null")) ||
								str_equal(value, STR("~")))
				? NODE_NULL
				: NODE_TEXT;
	}
	if (expects_key(reader)) {
		check_key(reader, node);
	}
	attach(reader, node);
}

/* --- the events of libyaml ----------------------------------------------------------------- */

static void begin_document(struct yaml_reader *reader, const yaml_event_t *event)
{
	const size_t offset = offset_of(reader, event->start_mark);

	if (reader->root) {
		mistake(reader, span_of(reader, offset, offset + 3),
				STR("a second document in one file"),
				STR("Write one file a scenario."));
		end_reading(reader);
	} else if (event->data.document_start.version_directive ||
			event->data.document_start.tag_directives.start !=
					event->data.document_start.tag_directives.end) {
		const str rest = str_slice(reader->source->text, offset, reader->source->text.len);

		mistake(reader,
				span_of(reader, offset,
						offset +
								str_trim(str_slice(rest, 0,
											 str_find_char(rest,
													 '\n')))
										.len),
				STR("a directive cannot be used in a scenario"),
				STR("Leave the line out."));
	}
}

static void read_event(struct yaml_reader *reader, const yaml_event_t *event)
{
	size_t offset;

	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		begin_document(reader, event);
		break;
	case YAML_ALIAS_EVENT:
		offset = offset_of(reader, event->start_mark);
		refuse_anchor(reader, "an alias", offset);
		attach(reader, bad_node(reader, span_of(reader, offset, offset + 1)));
		break;
	case YAML_SCALAR_EVENT:
		read_scalar(reader, event);
		break;
	case YAML_SEQUENCE_START_EVENT:
		offset = offset_of(reader, event->start_mark);
		refuse_properties(reader, event->data.sequence_start.anchor,
				event->data.sequence_start.tag, offset);
		open_collection(reader, NODE_LIST,
				event->data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE,
				offset);
		break;
	case YAML_MAPPING_START_EVENT:
		offset = offset_of(reader, event->start_mark);
		refuse_properties(reader, event->data.mapping_start.anchor,
				event->data.mapping_start.tag, offset);
		open_collection(reader, NODE_MAP,
				event->data.mapping_start.style == YAML_FLOW_MAPPING_STYLE, offset);
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		close_collection(reader);
		break;
	case YAML_STREAM_END_EVENT:
		end_reading(reader);
		break;
	case YAML_NO_EVENT:
	case YAML_STREAM_START_EVENT:
	case YAML_DOCUMENT_END_EVENT:
		break;
	}
}

static void report_syntax_error(struct yaml_reader *reader)
{
	const yaml_parser_t *parser = &reader->parser;
	const size_t problem = offset_of(reader, parser->problem_mark);
	const size_t context = parser->context ? offset_of(reader, parser->context_mark) : problem;

	if (yaml_is_left_open(reader->source, context, problem)) {
		error_list_add(reader->mistakes,
				yaml_left_open_error(reader->source, context, reader->arena),
				reader->arena);
		reader->is_left_open = true;
		return;
	}
	check_gap(reader, problem, problem);
	error_list_add(reader->mistakes,
			yaml_syntax_error(reader->source, parser->problem, problem, context,
					reader->arena),
			reader->arena);
}

/* Reading ended early: what is still open may have had more in it. */
static void cut_open_nodes(struct yaml_reader *reader)
{
	while (reader->levels) {
		struct open_node *open = innermost(reader);

		open->node->is_cut = true;
		if (reader->is_left_open && open->node->style == STYLE_FLOW) {
			open->node->kind =
					NODE_BAD; // what it has taken in was meant to stand behind it
		}
		if (open->key) {
			open->key->value = bad_node(reader, open->key->where);
			open->key = NULL;
		}
		close_collection(reader);
	}
}

static void read_document(struct yaml_reader *reader)
{
	yaml_parser_set_encoding(&reader->parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&reader->parser,
			(const unsigned char *)(reader->clean.len ? reader->clean.data : ""),
			reader->clean.len);
	while (!reader->is_ended && reader->mistakes->count < YAML_MAX_MISTAKES) {
		yaml_event_t event;

		if (!yaml_parser_parse(&reader->parser, &event)) {
			report_syntax_error(reader);
			break;
		}
		const bool is_whole = event.type == YAML_STREAM_END_EVENT;

		read_event(reader, &event);
		yaml_event_delete(&event);
		if (is_whole) {
			check_gap(reader, reader->source->text.len, reader->source->text.len);
		}
	}
	cut_open_nodes(reader);
}

struct node *yaml_read(
		const struct source *source, struct arena *arena, struct error_list *mistakes)
{
	struct yaml_reader *reader = arena_new(arena, struct yaml_reader);

	reader->source = source;
	reader->arena = arena;
	reader->mistakes = mistakes;
	if (source->text.len > YAML_MAX_BYTES) {
		mistake(reader, span_of(reader, YAML_MAX_BYTES, YAML_MAX_BYTES),
				STR("the file is larger than 16 MiB"),
				STR("Move SQL into files of its own: {file: PATH}."));
		return NULL;
	}
	const size_t before = mistakes->count;

	yaml_check_characters(source, arena, mistakes, &reader->clean);
	if (!reader->clean.len && mistakes->count > before) {
		return NULL; // no text at all: what else is wrong with it does not matter
	}
	if (str_starts_with(reader->clean, STR(BYTE_ORDER_MARK))) {
		reader->bom = strlen(BYTE_ORDER_MARK);
		reader->clean = str_slice(reader->clean, reader->bom, reader->clean.len);
	}
	reader->mark_offset = reader->gap = reader->bom;
	if (!yaml_parser_initialize(&reader->parser)) {
		error_list_add(mistakes,
				error_new(arena, ERROR_ENVIRONMENT,
						"could not read YAML: out of memory"),
				arena);
		return NULL;
	}
	read_document(reader);
	yaml_parser_delete(&reader->parser);
	if (!reader->root && mistakes->count == before) {
		mistake(reader, span_of(reader, reader->bom, reader->bom), STR("the file is empty"),
				STR("'rehearse new NAME' writes a scenario to start from."));
	}
	return reader->root;
}

const char *node_kind_name(const struct node *node)
{
	switch (node->kind) {
	case NODE_BAD:
		break;
	case NODE_NULL:
		return "null";
	case NODE_TEXT:
		return "text";
	case NODE_LIST:
		return "a list";
	case NODE_MAP:
		return "a map";
	}
	return "nothing";
}
