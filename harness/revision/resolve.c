/*
 * What a name means: symbols, whole and partial ids, labels, lineage (semantics, sections 2.1 to 2.3).
 * Alembic looks nearly everything up by text, ids it has just read included, so that an id such as "head"
 * is shadowed by the symbol.
 */
#include "revision/revision_internal.h"

/* Python's int() of a text, as far as it is negative: how many steps down. */
static bool parse_negative(str text, int64_t *ret_steps)
{
	str digits = str_trim(text);
	int64_t steps = 0;
	bool after_digit = false;

	if (!digits.len || digits.data[0] != '-') {
		return false;
	}
	digits = str_slice(digits, 1, digits.len);
	for (size_t i = 0; i < digits.len; i++) {
		const char c = digits.data[i];

		if (c == '_' && after_digit) {
			after_digit = false;
			continue;
		}
		if (c < '0' || c > '9') {
			return false;
		}
		after_digit = true;
		steps = steps > INT64_MAX / 10 - 1 ? steps : steps * 10 + (c - '0');
	}
	*ret_steps = -steps;
	return after_digit && steps > 0;
}

static struct raised *multiple_heads(struct work *work, const struct str_list *ids, str argument)
{
	const str list = str_list_join(ids, STR(", "), work->arena);
	struct raised *raised = raised_new(work->arena, RAISED_MULTIPLE_HEADS, "MultipleHeads",
			"Multiple heads are present for given argument '%.*s'; %.*s",
			STR_ARG(argument), STR_ARG(list));

	raised->argument = argument;
	raised->error.is_ambiguous = true;
	return raised;
}

static void add_ids(struct work *work, const struct nodes *nodes, struct str_list *ids)
{
	for (size_t i = 0; i < nodes->count; i++) {
		str_list_add(ids, node_id(work->history, nodes->items[i]), work->scratch);
	}
}

/* The versioned heads that share lineage with a label; all of them without one. */
static struct raised *heads_of(struct work *work, str label, struct str_list *ret_ids)
{
	struct nodes heads = { 0 }, kept = { 0 };
	struct lineage lineage;

	if (!label.len) {
		add_ids(work, &work->history->heads, ret_ids);
		return NULL;
	}
	struct raised *raised = lineage_of(work, label, false, &lineage);
	if (raised) {
		return raised;
	}
	// the ids are looked up again, which gives entries
	for (size_t i = 0; i < work->history->heads.count; i++) {
		nodes_add(&heads, node_entry(work->history, work->history->heads.items[i]),
				work->scratch);
	}
	raised = lineage_filter(work, &lineage, &heads, &kept);
	if (!raised) {
		add_ids(work, &kept, ret_ids);
	}
	return raised;
}

struct raised *symbol_resolve(struct work *work, str text, struct symbol *ret_symbol)
{
	const size_t at = str_find_char(text, '@');

	*ret_symbol = (struct symbol){ 0 };
	if (at < text.len) {
		ret_symbol->label = (str){ text.data, at };
		text = str_slice(text, at + 1, text.len);
	}
	struct raised *raised = history_need(work);

	if (raised) {
		return raised;
	}
	if (str_equal(text, STR("heads"))) {
		if (ret_symbol->label.len) {
			return heads_of(work, ret_symbol->label, &ret_symbol->ids);
		}
		add_ids(work, &work->history->real_heads, &ret_symbol->ids);
	} else if (str_equal(text, STR("head"))) {
		raised = heads_of(work, ret_symbol->label, &ret_symbol->ids);
		if (!raised && ret_symbol->ids.count > 1) {
			const str argument = ret_symbol->label.len
					? str_format(work->arena, "%.*s@head",
							  STR_ARG(ret_symbol->label))
					: STR("head");

			return multiple_heads(work, &ret_symbol->ids, argument);
		}
		if (!raised && ret_symbol->ids.count == 1 && !ret_symbol->ids.items[0].len) {
			ret_symbol->ids.count = 0; // an empty id is no head for Python
		}
		return raised;
	} else if (!str_equal(text, STR("base"))) {
		str_list_add(&ret_symbol->ids, text, work->scratch);
	}
	return NULL;
}

static struct raised *resolution_raised(struct work *work, str argument, str message)
{
	struct raised *raised = raised_new(work->arena, RAISED_RESOLUTION, "ResolutionError",
			"%.*s", STR_ARG(message));

	raised->argument = argument;
	return raised;
}

/* Keys (ids and labels, in map order) of more than three characters that start with `text`. */
static void find_partial(struct work *work, str text, struct str_list *keys, struct nodes *nodes)
{
	const struct revision_history *history = work->history;

	for (uint32_t i = 0; i < history->entry_count + history->label_count; i++) {
		const bool is_id = i < history->entry_count;
		const struct label *label =
				is_id ? NULL : &history->labels[i - history->entry_count];
		const str key = is_id ? node_id(history, i) : label->name;

		if (str_starts_with(key, text) && str_utf8_length(key) > 3) {
			str_list_add(keys, key, work->scratch);
			nodes_add(nodes, is_id ? i : label->owner, work->scratch);
		}
	}
}

static struct raised *partial_raised(struct work *work, str id, const struct str_list *keys)
{
	if (!keys->count) {
		return resolution_raised(work, id,
				str_format(work->arena, "No such revision or branch '%.*s'%s",
						STR_ARG(id),
						str_utf8_length(id) < 4
								? "; please ensure at least four characters are "
								  "present for partial revision identifier matches"
								: ""));
	}
	struct buf buf = { .arena = work->arena };

	buf_format(&buf, "Multiple revisions start with '%.*s': ", STR_ARG(id));
	for (size_t i = 0; i < keys->count && i < 3; i++) {
		buf_format(&buf, "%s'%.*s'", i ? ", " : "", STR_ARG(keys->items[i]));
	}
	buf_add(&buf, STR("..."));
	return resolution_raised(work, id, buf_str(&buf));
}

/* An id, or the start of just one. With a label only those in its lineage count. */
static struct raised *lookup(struct work *work, str id, str label, uint32_t *ret_node)
{
	const struct revision_history *history = work->history;
	struct str_list keys = { 0 };
	struct nodes nodes = { 0 };

	if (table_find(&history->keys, id, ret_node)) {
		return NULL;
	}
	if (!id.len) {
		return raised_assertion(work->arena);
	}
	find_partial(work, id, &keys, &nodes);
	if (label.len) {
		struct lineage lineage;
		struct str_list kept = { 0 };
		struct nodes kept_nodes = { 0 };
		struct raised *raised = lineage_of(work, label, false, &lineage);

		for (size_t i = 0; !raised && i < nodes.count; i++) {
			struct nodes one = { .items = &nodes.items[i], .count = 1 };
			const size_t count = kept_nodes.count;

			raised = lineage_filter(work, &lineage, &one, &kept_nodes);
			if (!raised && kept_nodes.count > count) {
				str_list_add(&kept, keys.items[i], work->scratch);
			}
		}
		if (raised) {
			return raised;
		}
		keys = kept;
		nodes = kept_nodes;
	}
	if (keys.count != 1) {
		return partial_raised(work, id, &keys);
	}
	*ret_node = nodes.items[0];
	return NULL;
}

struct raised *revision_lookup(struct work *work, str id, uint32_t *ret_node)
{
	return lookup(work, id, (str){ 0 }, ret_node);
}

struct raised *branch_get(struct work *work, str label, uint32_t *ret_node)
{
	struct raised *raised = history_need(work);

	if (!raised) {
		raised = lookup(work, label, (str){ 0 }, ret_node);
	}
	if (raised && raised->kind == RAISED_RESOLUTION) {
		return resolution_raised(work, label,
				str_format(work->arena, "No such branch: '%.*s'", STR_ARG(label)));
	}
	return raised;
}

/* Whether two entries are on one line of down revisions. */
static bool shares_lineage(struct work *work, uint32_t a, uint32_t b)
{
	if (a == b) {
		return true;
	}
	walk_from(work, WALK_DOWN, &(struct nodes){ .items = &a, .count = 1 });
	if (walk_has_seen(work, b)) {
		return true;
	}
	walk_from(work, WALK_DOWN_UP, &(struct nodes){ .items = &a, .count = 1 });
	return walk_has_seen(work, b);
}

/* Look up one id of a symbol; `id` NULL is the empty tuple that "base" resolves to. */
static struct raised *lookup_in_branch(
		struct work *work, const str *id, str label, uint32_t *ret_node)
{
	uint32_t branch = NODE_NONE;
	struct raised *raised = NULL;

	*ret_node = NODE_NONE;
	if (label.len) {
		raised = branch_get(work, label, &branch);
	}
	if (!raised && id) {
		raised = lookup(work, *id, label, ret_node);
	}
	if (raised || !id || !label.len) {
		return raised;
	}
	if (!id->len) {
		return raised_assertion(work->arena);
	}
	if (!shares_lineage(work, node_entry(work->history, *ret_node),
			    node_entry(work->history, branch))) {
		const str found = node_id(work->history, *ret_node);

		return resolution_raised(work, *id,
				str_format(work->arena,
						"Revision %.*s is not a member of branch '%.*s'",
						STR_ARG(found), STR_ARG(label)));
	}
	return NULL;
}

struct raised *revision_get(struct work *work, str text, uint32_t *ret_node)
{
	struct symbol symbol;
	struct raised *raised = symbol_resolve(work, text, &symbol);

	if (raised) {
		return raised;
	}
	if (symbol.ids.count > 1) {
		return multiple_heads(work, &symbol.ids, text);
	}
	return lookup_in_branch(work, symbol.ids.count ? &symbol.ids.items[0] : NULL, symbol.label,
			ret_node);
}

/* A negative number: that many steps down from each real head, or from those that carry the label. */
static struct raised *add_below_heads(
		struct work *work, const struct symbol *symbol, int64_t steps, struct nodes *nodes)
{
	struct nodes heads = { 0 };
	struct raised *raised = revisions_add(work, STR("heads"), &heads);

	for (size_t i = 0; !raised && i < heads.count; i++) {
		uint32_t node;

		if (symbol->label.data && !node_has_label(work, heads.items[i], symbol->label)) {
			continue;
		}
		raised = relative_walk(work, heads.items[i], steps, (str){ 0 }, false, &node);
		if (!raised) {
			nodes_add(nodes, node, work->scratch);
		}
	}
	return raised;
}

struct raised *revisions_add(struct work *work, str text, struct nodes *nodes)
{
	struct symbol symbol;
	struct raised *raised = symbol_resolve(work, text, &symbol);
	int64_t steps;

	if (raised) {
		return raised;
	}
	if (symbol.ids.count == 1 && parse_negative(symbol.ids.items[0], &steps)) {
		return add_below_heads(work, &symbol, steps, nodes);
	}
	for (size_t i = 0; i < symbol.ids.count; i++) {
		uint32_t node;

		raised = lookup_in_branch(work, &symbol.ids.items[i], symbol.label, &node);
		if (raised) {
			return raised;
		}
		nodes_add(nodes, node, work->scratch);
	}
	return NULL;
}

struct raised *revisions_add_list(
		struct work *work, const struct str_list *texts, struct nodes *nodes)
{
	for (size_t i = 0; i < texts->count; i++) {
		struct raised *raised = revisions_add(work, texts->items[i], nodes);

		if (raised) {
			return raised;
		}
	}
	return NULL;
}

/* Whether an id that is looked up once more means something else than its revision: a symbol. */
static bool is_shadowed(str id)
{
	return str_equal(id, STR("head")) || str_equal(id, STR("heads")) ||
			str_equal(id, STR("base"));
}

struct raised *revisions_add_id(struct work *work, uint32_t node, struct nodes *nodes)
{
	const str id = node_id(work->history, node);

	if (is_shadowed(id)) {
		return revisions_add(work, id, nodes);
	}
	nodes_add(nodes, node_entry(work->history, node), work->scratch);
	return NULL;
}

struct raised *revision_get_id(struct work *work, uint32_t node, uint32_t *ret_node)
{
	const str id = node_id(work->history, node);
	struct raised *raised = NULL;

	*ret_node = node_entry(work->history, node);
	if (is_shadowed(id)) {
		raised = revision_get(work, id, ret_node);
	}
	return !raised && *ret_node == NODE_NONE ? raised_assertion(work->arena) : raised;
}

/* ---- lineage ---- */

enum {
	MARK_TEST_BELOW = 1, /* a test is among the ancestors */
	MARK_TEST_ABOVE = 2, /* a test is among the descendants */
};

struct raised *lineage_of(struct work *work, str text, bool includes_dependencies,
		struct lineage *ret_lineage)
{
	*ret_lineage = (struct lineage){ .includes_dependencies = includes_dependencies };
	return symbol_resolve(work, text, &ret_lineage->symbol);
}

/* Whether `entry` has an edge down to `parent` of its own, not just by a stale file of its id. */
static bool has_own_edge(const struct revision_history *history, uint32_t entry, uint32_t parent,
		enum direction direction)
{
	size_t at = 0;
	uint32_t next;

	while (node_next(history, entry, direction, &at, &next)) {
		if (next == parent) {
			return true;
		}
	}
	return false;
}

/* A walk that starts from those of the tests that stand in the map. */
static void begin_at_tests(struct work *work, const struct lineage *lineage)
{
	walk_begin(work);
	for (size_t i = 0; i < lineage->tests.count; i++) {
		if (lineage->tests.items[i] < work->history->entry_count) {
			nodes_add(&work->stack, lineage->tests.items[i], work->scratch);
		}
	}
}

/* Mark whom the tests are ancestors of: the way up, against the edges that ancestors are found by. */
static void mark_above(struct work *work, struct lineage *lineage)
{
	const struct revision_history *history = work->history;
	const enum direction down = lineage->includes_dependencies ? WALK_NORMALISED : WALK_DOWN;

	begin_at_tests(work, lineage);
	while (work->stack.count) {
		const uint32_t entry = work->stack.items[--work->stack.count];

		if (!walk_visit(work, entry)) {
			continue;
		}
		lineage->marks[entry] |= MARK_TEST_BELOW;
		for (size_t i = history->child.start[entry]; i < history->child.start[entry + 1];
				i++) {
			const uint32_t edge = history->child.items[i], child = edge & EDGE_TARGET;
			const uint32_t wanted = EDGE_NORMAL |
					(lineage->includes_dependencies ? 0 : EDGE_DOWN);

			if ((edge & wanted) == wanted &&
					(!history->has_stale_labels ||
							has_own_edge(history, child, entry,
									down))) {
				nodes_add(&work->stack, child, work->scratch);
			}
		}
	}
}

static void mark_parents(struct work *work, uint32_t node, enum direction direction)
{
	size_t at = 0;
	uint32_t next;

	while (node_next(work->history, node, direction, &at, &next)) {
		nodes_add(&work->stack, next, work->scratch);
	}
}

/* Mark whom the tests are descendants of: the way down, against the edges to children. */
static void mark_below(struct work *work, struct lineage *lineage)
{
	const struct revision_history *history = work->history;
	const enum direction down = lineage->includes_dependencies ? WALK_RESOLVED : WALK_DOWN;

	begin_at_tests(work, lineage);
	while (work->stack.count) {
		const uint32_t entry = work->stack.items[--work->stack.count];

		if (!walk_visit(work, entry)) {
			continue;
		}
		lineage->marks[entry] |= MARK_TEST_ABOVE;
		mark_parents(work, entry, down);
		for (uint32_t stale = history->entry_count;
				history->has_stale_labels && stale < history->node_count; stale++) {
			if (node_entry(history, stale) == entry &&
					node_spec(history, stale)->branch_labels.count) {
				mark_parents(work, stale, down);
			}
		}
	}
}

static struct raised *lineage_mark(struct work *work, struct lineage *lineage)
{
	const struct symbol *symbol = &lineage->symbol;
	uint32_t node;

	if (symbol->label.len) {
		struct raised *raised = lookup(work, symbol->label, (str){ 0 }, &node);

		if (raised) {
			return raised;
		}
		nodes_add(&lineage->tests, node, work->scratch);
	}
	for (size_t i = 0; i < symbol->ids.count; i++) {
		struct raised *raised = lookup(work, symbol->ids.items[i], (str){ 0 }, &node);

		if (raised) {
			return raised;
		}
		nodes_add(&lineage->tests, node, work->scratch);
	}
	lineage->marks = arena_new_array(work->scratch, uint8_t, work->history->entry_count);
	mark_above(work, lineage);
	mark_below(work, lineage);
	lineage->is_marked = true;
	return NULL;
}

static bool lineage_has(const struct work *work, const struct lineage *lineage, uint32_t node)
{
	const struct revision_history *history = work->history;
	size_t at = 0;
	uint32_t next;

	if (node < history->entry_count) {
		return lineage->marks[node] != 0;
	}
	if (nodes_contain(&lineage->tests, node)) {
		return true;
	}
	while (node_next(history, node,
			lineage->includes_dependencies ? WALK_NORMALISED : WALK_DOWN, &at, &next)) {
		if (lineage->marks[next] & MARK_TEST_BELOW) {
			return true;
		}
	}
	return false;
}

/* A target that is no revision is looked up as a text: None fails, "base" is an id like any other. */
static struct raised *odd_target(struct work *work, uint32_t *node)
{
	if (*node == NODE_BASE) {
		return lookup(work, STR("base"), (str){ 0 }, node);
	}
	return *node == NODE_NONE ? raised_assertion(work->arena) : NULL;
}

struct raised *lineage_filter(struct work *work, struct lineage *lineage, const struct nodes *nodes,
		struct nodes *ret_nodes)
{
	const bool is_all = !lineage->symbol.label.len && !lineage->symbol.ids.count;

	for (size_t i = 0; i < nodes->count; i++) {
		uint32_t node = nodes->items[i];

		if (!is_all) {
			struct raised *raised = odd_target(work, &node);

			if (!raised && !lineage->is_marked) {
				raised = lineage_mark(work, lineage);
			}
			if (raised) {
				return raised;
			}
		}
		if (is_all || lineage_has(work, lineage, node)) {
			nodes_add(ret_nodes, nodes->items[i], work->scratch);
		}
	}
	return NULL;
}
