/*
 * The relative forms +N, -N, id+N, label@id-N, and the walk they ask for (semantics, section 2.4).
 */
#include "revision/revision_internal.h"

/*
 * A walk of more steps than there are revisions goes round: by a cycle that Alembic's checks let pass, or
 * by an id that is also a symbol. It is followed for as long as Alembic comes back within a second.
 */
#define MOST_STEPS_ROUND 100000

/* As \w of Python, where any letter of any script counts. */
static bool is_word_char(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
			c == '_' || (unsigned char)c >= 0x80;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* [word](+|-)digits at the start of `text`; whatever comes after is ignored, as Alembic does. */
static bool parse_rest(str text, struct relative *relative)
{
	size_t word = 0, digits;

	while (word < text.len && is_word_char(text.data[word])) {
		word++;
	}
	if (word == text.len || (text.data[word] != '+' && text.data[word] != '-')) {
		return false;
	}
	for (digits = word + 1; digits < text.len && is_digit(text.data[digits]); digits++) {
		const int digit = text.data[digits] - '0';

		if (relative->steps < INT64_MAX / 10 - 1) {
			relative->steps = relative->steps * 10 + digit;
		}
	}
	if (digits == word + 1) {
		return false;
	}
	if (text.data[word] == '-') {
		relative->steps = -relative->steps;
	}
	relative->symbol = word ? str_slice(text, 0, word) : (str){ 0 };
	relative->number = str_slice(text, word, digits - word);
	return true;
}

bool relative_parse(str text, struct relative *ret_relative)
{
	// the shortest label that lets the rest match; a label is one line, and not empty
	for (size_t at = 1; at < text.len && text.data[at - 1] != '\n'; at++) {
		struct relative relative = { .label = str_slice(text, 0, at) };

		if (text.data[at] == '@' &&
				parse_rest(str_slice(text, at + 1, text.len), &relative)) {
			*ret_relative = relative;
			return true;
		}
	}
	*ret_relative = (struct relative){ 0 };
	return parse_rest(text, ret_relative);
}

struct raised *relative_raised(struct work *work, const struct relative *relative, bool as_number)
{
	str digits = str_slice(relative->number, 1, relative->number.len);

	while (digits.len > 1 && digits.data[0] == '0') {
		digits = str_slice(digits, 1, digits.len);
	}
	if (as_number) {
		return raised_new(work->arena, RAISED_REVISION, "RevisionError",
				"Relative revision %s%.*s didn't produce %.*s migrations",
				relative->steps < 0 ? "-" : "", STR_ARG(digits), STR_ARG(digits));
	}
	return raised_new(work->arena, RAISED_REVISION, "RevisionError",
			"Relative revision %.*s didn't produce %.*s migrations",
			STR_ARG(relative->number), STR_ARG(digits));
}

static struct raised *add_ids_of(struct work *work, const struct nodes *from, struct nodes *nodes)
{
	struct raised *raised = NULL;

	for (size_t i = 0; !raised && i < from->count; i++) {
		raised = revisions_add_id(work, from->items[i], nodes);
	}
	return raised;
}

/* A walk on its way; the lists are used again by every step. */
struct walker {
	str label; /* only its lineage counts on the way up; empty: all do */
	struct lineage lineage;
	bool has_lineage;
	struct nodes children, next;
};

/* Children of `node` by down revisions, or the bases; in the lineage of the label, if there is one. */
static struct raised *step_up(struct work *work, uint32_t node, struct walker *walker)
{
	struct nodes *children = walker->label.len ? &walker->children : &walker->next;
	struct raised *raised = history_need(work);
	size_t at = 0;
	uint32_t next;

	if (!raised && node == NODE_NONE) {
		raised = add_ids_of(work, &work->history->bases, children);
	}
	while (!raised && node != NODE_NONE &&
			node_next(work->history, node, WALK_DOWN_UP, &at, &next)) {
		raised = revisions_add_id(work, next, children);
	}
	if (!raised) {
		raised = nodes_require(work, children);
	}
	if (raised || !walker->label.len) {
		return raised;
	}
	if (!walker->has_lineage) {
		raised = lineage_of(work, walker->label, false, &walker->lineage);
		walker->has_lineage = true;
	}
	return raised ? raised : lineage_filter(work, &walker->lineage, children, &walker->next);
}

/* Parents of `node` by down revisions, or the heads; below a base comes the marker "base". */
static struct raised *step_down(struct work *work, uint32_t node, struct nodes *ret_nodes)
{
	const struct revision_history *history = work->history;
	struct raised *raised = history_need(work);

	if (raised || node == NODE_BASE) {
		return raised;
	}
	if (node == NODE_NONE) {
		raised = add_ids_of(work, &history->heads, ret_nodes);
	} else {
		// a parent that is listed twice counts twice
		for (size_t i = history->down.start[node];
				!raised && i < history->down.start[node + 1]; i++) {
			raised = revisions_add_id(
					work, history->down.items[i] & EDGE_TARGET, ret_nodes);
		}
	}
	if (!raised && !ret_nodes->count) {
		nodes_add(ret_nodes, NODE_BASE, work->scratch);
	}
	return raised;
}

struct raised *relative_walk(struct work *work, uint32_t start, int64_t steps, str label,
		bool clamps, uint32_t *ret_node)
{
	const int64_t count = steps < 0 ? -steps : steps;
	const int64_t most = (int64_t)work->history->specs->count + MOST_STEPS_ROUND;
	struct walker walker = { .label = label };
	uint32_t node = start;

	for (int64_t i = 0; i < count; i++) {
		struct raised *raised;

		if (i == most) {
			return raised_endless(work->arena);
		}
		if (steps > 0 && node == NODE_BASE) {
			return raised_assertion(work->arena);
		}
		walker.children.count = walker.next.count = 0;
		raised = steps > 0 ? step_up(work, node, &walker)
				   : step_down(work, node, &walker.next);
		if (raised) {
			return raised;
		}
		if (!walker.next.count) {
			*ret_node = clamps ? node : NODE_NONE;
			return NULL;
		}
		if (walker.next.count > 1) {
			return raised_new(work->arena, RAISED_REVISION, "RevisionError",
					"Ambiguous walk");
		}
		node = walker.next.items[0];
	}
	*ret_node = node;
	return NULL;
}
