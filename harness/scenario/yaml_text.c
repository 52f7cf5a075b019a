/*
 * Where the text of a scalar stands in the file. libyaml gives the text alone, so this walks over the
 * text and its source side by side, as YAML's rules for each style take one to the other.
 */
#include "kit/arena.h"
#include "scenario/yaml.h"

#include <string.h>

struct stretches {
	struct text_stretch *items;
	size_t count, capacity;
};

struct walk {
	struct arena *arena;
	struct stretches stretches;
	str text;   /* the scalar's text */
	str source; /* the whole file */
	size_t at;  /* in text */
	size_t in;  /* in source */
	size_t end; /* of the scalar in source */
};

/* From here on both advance byte by byte. */
static void add_stretch(struct walk *walk)
{
	struct stretches *stretches = &walk->stretches;

	if (stretches->count) {
		struct text_stretch *last = &stretches->items[stretches->count - 1];

		if (walk->in - last->source_offset == walk->at - last->text_offset) {
			return; // it goes on
		}
		if (last->text_offset == walk->at) {
			last->source_offset = walk->in; // nothing came of it
			return;
		}
	}
	*LIST_PUSH(stretches, walk->arena) = (struct text_stretch){ walk->at, walk->in };
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static bool is_break(char c)
{
	return c == '\n' || c == '\r';
}

static char source_char(const struct walk *walk)
{
	return walk->in < walk->end ? walk->source.data[walk->in] : '\0';
}

/* `count` bytes of the text that come from here. */
static void take_text(struct walk *walk, size_t count)
{
	const size_t left = walk->text.len - walk->at;

	add_stretch(walk);
	walk->at += count < left ? count : left;
}

/*
 * Blanks with line ends among them: one line end is folded into a space, of several the first is
 * dropped. Behind an escaped line end (`is_escaped`) only the empty lines count.
 */
static void walk_fold(struct walk *walk, bool is_escaped)
{
	size_t breaks = 0, end = walk->in;

	while (end < walk->end &&
			(is_blank(walk->source.data[end]) || is_break(walk->source.data[end]))) {
		breaks += walk->source.data[end] == '\n';
		end++;
	}
	take_text(walk, is_escaped ? breaks : breaks > 1 ? breaks - 1 : breaks);
	walk->in = end;
}

/* Blanks within a line stand for themselves; those around a line end are folded with it. */
static void walk_blanks(struct walk *walk)
{
	size_t end = walk->in;

	while (end < walk->end && is_blank(walk->source.data[end])) {
		end++;
	}
	if (end < walk->end && is_break(walk->source.data[end])) {
		walk_fold(walk, false);
	} else {
		take_text(walk, end - walk->in);
		walk->in = end;
	}
}

/* Bytes of the UTF-8 character that the text has here. */
static size_t text_character(const struct walk *walk)
{
	size_t len = 1;

	while (walk->at + len < walk->text.len &&
			((unsigned char)walk->text.data[walk->at + len] & 0xC0) == 0x80) {
		len++;
	}
	return len;
}

static void walk_escape(struct walk *walk)
{
	const char kind = walk->in + 1 < walk->end ? walk->source.data[walk->in + 1] : '\0';

	if (is_break(kind)) {
		walk->in += kind == '\r' ? 3 : 2;
		walk_fold(walk, true);
		return;
	}
	take_text(walk, text_character(walk));
	walk->in += kind == 'x' ? 4 : kind == 'u' ? 6 : kind == 'U' ? 10 : 2;
}

/* Plain and quoted text. */
static void walk_flow(struct walk *walk, enum node_style style)
{
	while (walk->in < walk->end && walk->at < walk->text.len) {
		const char c = source_char(walk);

		if (is_blank(c) || is_break(c)) {
			walk_blanks(walk);
		} else if (style == STYLE_SINGLE_QUOTED && c == '\'') {
			take_text(walk, 1);
			walk->in += 2;
		} else if (style == STYLE_DOUBLE_QUOTED && c == '\\') {
			walk_escape(walk);
		} else {
			take_text(walk, 1);
			walk->in++;
		}
	}
}

static size_t count_leading(str text, char c)
{
	size_t count = 0;

	while (count < text.len && text.data[count] == c) {
		count++;
	}
	return count;
}

/* The line that begins here, without its end. */
static str source_line(const struct walk *walk)
{
	str line = str_slice(walk->source, walk->in, walk->end - walk->in);

	line = str_slice(line, 0, str_find_char(line, '\n'));
	if (str_ends_with(line, STR("\r"))) {
		line.len--;
	}
	return line;
}

/* How far the lines of a block are indented: what its first line with text has more than the text. */
static size_t block_indent(struct walk walk)
{
	const str text = str_slice(walk.text, count_leading(walk.text, '\n'), walk.text.len);

	while (walk.in < walk.end) {
		const str line = source_line(&walk);
		const size_t spaces = count_leading(line, ' ');

		if (spaces < line.len) {
			const size_t kept = count_leading(text, ' ');

			return spaces > kept ? spaces - kept : 0;
		}
		walk.in += str_find_char(str_slice(walk.source, walk.in, walk.end - walk.in),
					   '\n') +
				1;
	}
	return 0;
}

/*
 * Literal and folded text: every line of the source stands in the text without its indentation; between
 * them are line ends, or the space that one was folded into.
 */
static void walk_block(struct walk *walk)
{
	walk->in += str_find_char(str_slice(walk->source, walk->in, walk->end - walk->in), '\n') +
			1;
	const size_t indent = block_indent(*walk);

	while (walk->in < walk->end && walk->at < walk->text.len) {
		const str line = source_line(walk);
		const size_t skipped = line.len < indent ? line.len : indent;
		const str content = str_slice(line, skipped, line.len);
		const size_t next = walk->in +
				str_find_char(str_slice(walk->source, walk->in,
							      walk->end - walk->in),
						'\n') +
				1;

		if (content.len) {
			walk->in += skipped;
			while (walk->at < walk->text.len &&
					!str_starts_with(str_slice(walk->text, walk->at,
									 content.len),
							content)) {
				walk->at++; // folded or kept line ends: they belong to the line before
			}
			take_text(walk, content.len);
		}
		walk->in = next;
	}
}

struct located_text node_located_text(const struct node *node, struct arena *arena)
{
	const struct source *source = node->where.source;
	struct walk walk = {
		.arena = arena,
		.text = node->text,
		.source = source->text,
		.in = node->where.offset,
		.end = node->where.offset + node->where.len,
	};

	switch (node->style) {
	case STYLE_SINGLE_QUOTED:
	case STYLE_DOUBLE_QUOTED:
		walk.in++;
		walk.end--;
		walk_flow(&walk, node->style);
		break;
	case STYLE_LITERAL:
	case STYLE_FOLDED:
		walk_block(&walk);
		break;
	case STYLE_PLAIN:
	case STYLE_FLOW:
		walk_flow(&walk, node->style);
		break;
	}
	if (!walk.stretches.count || walk.stretches.items[0].text_offset) {
		/* Text that is empty or begins with line ends is placed where the scalar begins. */
		struct stretches whole = { 0 };

		*LIST_PUSH(&whole, arena) = (struct text_stretch){ 0, node->where.offset };
		for (size_t i = 0; i < walk.stretches.count; i++) {
			*LIST_PUSH(&whole, arena) = walk.stretches.items[i];
		}
		walk.stretches = whole;
	}
	return (struct located_text){
		.text = node->text,
		.source = source,
		.stretches = walk.stretches.items,
		.stretch_count = walk.stretches.count,
	};
}

struct span node_part(const struct node *node, size_t offset, size_t len, struct arena *arena)
{
	const struct located_text text = node_located_text(node, arena);

	return located_text_span(&text, offset, len);
}
