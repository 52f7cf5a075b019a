/*
 * Two schemas are compared as facts, and only what differs becomes lines; a record is compared as the lines that
 * it is. The orders of columns stand aside in both: they are compared on the columns that both sides have, since a
 * column too many is already told.
 */
#include "kit/arena.h"
#include "schema/schema_internal.h"

/* A line of column order, taken apart; all texts as rendered and borrowed from the line. */
struct column_order {
	str line;
	str table;
	struct str_list columns;
};

/* The rendered name at the start of `text`: up to a `stop` that stands outside of quotes. */
static str take_name(str text, const char *stops)
{
	bool is_quoted = false;
	size_t len = 0;

	for (; len < text.len; len++) {
		if (text.data[len] == '"') {
			is_quoted = !is_quoted;
		} else if (!is_quoted &&
				str_find_char(str_from(stops), text.data[len]) <
						str_from(stops).len) {
			break;
		}
	}
	return str_slice(text, 0, len);
}

static bool is_column_order(str line)
{
	return str_starts_with(line, STR(COLUMN_ORDER_WORDS));
}

static struct column_order parse_column_order(str line, struct arena *arena)
{
	struct column_order order = { .line = line };
	str rest = str_slice(line, sizeof(COLUMN_ORDER_WORDS) - 1, line.len);

	order.table = take_name(rest, " ");
	rest = str_slice(rest, order.table.len, rest.len);
	while (rest.len > 0) {
		rest = str_slice(
				rest, 1, rest.len); // the blank, parenthesis or comma before a name
		const str name = take_name(rest, " (,)");
		if (name.len > 0) {
			str_list_add(&order.columns, name, arena);
		}
		rest = str_slice(rest, name.len, rest.len);
	}
	return order;
}

/* The columns of `order` that `other` has too. */
static struct str_list common_columns(const struct column_order *order,
		const struct column_order *other, struct arena *arena)
{
	struct str_list common = { 0 };

	for (size_t i = 0; i < order->columns.count; i++) {
		if (str_list_contains(&other->columns, order->columns.items[i])) {
			str_list_add(&common, order->columns.items[i], arena);
		}
	}
	return common;
}

static void compare_order(const struct column_order *expected, const struct column_order *actual,
		bool is_strict, struct arena *arena, struct schema_difference *difference)
{
	const struct str_list wanted = common_columns(expected, actual, arena);
	const struct str_list found = common_columns(actual, expected, arena);

	if (str_list_equal(&wanted, &found)) {
		return;
	}
	if (is_strict) {
		str_list_add(&difference->missing, expected->line, arena);
		str_list_add(&difference->extra, actual->line, arena);
		return;
	}
	const str found_text = str_list_join(&found, STR(", "), arena);
	const str wanted_text = str_list_join(&wanted, STR(", "), arena);
	str_list_add(&difference->notes,
			str_format(arena,
					"columns of table %.*s are in another order: %.*s (expected %.*s)",
					STR_ARG(actual->table), STR_ARG(found_text),
					STR_ARG(wanted_text)),
			arena);
}

/* Lines of column order, taken out of other lines; by table, as the lines are sorted. */
struct column_order_list {
	struct column_order *items;
	size_t count, capacity;
};

/* The lines that are not of column order, sorted: a file may have been edited by hand. */
static struct str_list split_lines(
		const struct str_list *lines, struct arena *arena, struct column_order_list *orders)
{
	struct str_list sorted = { 0 };
	struct str_list rest = { 0 };

	for (size_t i = 0; i < lines->count; i++) {
		str_list_add(&sorted, lines->items[i], arena);
	}
	str_list_sort(&sorted);
	for (size_t i = 0; i < sorted.count; i++) {
		if (is_column_order(sorted.items[i])) {
			*LIST_PUSH(orders, arena) = parse_column_order(sorted.items[i], arena);
		} else {
			str_list_add(&rest, sorted.items[i], arena);
		}
	}
	return rest;
}

/* Walk two sorted lists and keep what only one of them has. */
static void compare_sorted(const struct str_list *expected, const struct str_list *actual,
		struct arena *arena, struct schema_difference *difference)
{
	size_t e = 0;
	size_t a = 0;

	while (e < expected->count || a < actual->count) {
		int side = 0;
		if (e == expected->count) {
			side = 1;
		} else if (a == actual->count) {
			side = -1;
		} else {
			side = str_compare(expected->items[e], actual->items[a]);
		}
		if (side < 0) {
			str_list_add(&difference->missing, expected->items[e], arena);
		} else if (side > 0) {
			str_list_add(&difference->extra, actual->items[a], arena);
		}
		e += side <= 0;
		a += side >= 0;
	}
}

struct schema_difference schema_compare_lines(const struct str_list *expected,
		const struct schema *actual, bool is_column_order_strict, struct arena *arena)
{
	const struct str_list actual_lines = schema_render(actual, arena);
	struct column_order_list expected_orders = { 0 };
	struct column_order_list actual_orders = { 0 };
	struct schema_difference difference = { 0 };
	const struct str_list expected_rest = split_lines(expected, arena, &expected_orders);
	const struct str_list actual_rest = split_lines(&actual_lines, arena, &actual_orders);

	compare_sorted(&expected_rest, &actual_rest, arena, &difference);

	for (size_t e = 0, a = 0; e < expected_orders.count && a < actual_orders.count;) {
		const int side = str_compare(
				expected_orders.items[e].table, actual_orders.items[a].table);
		if (side == 0) {
			compare_order(&expected_orders.items[e], &actual_orders.items[a],
					is_column_order_strict, arena, &difference);
		}
		e += side <= 0;
		a += side >= 0;
	}
	str_list_sort(&difference.missing);
	str_list_sort(&difference.extra);
	return difference;
}

/* --- facts ----------------------------------------------------------------------------------- */

struct schema_changes schema_find_changes(
		const struct schema *expected, const struct schema *actual, struct arena *arena)
{
	const struct sorted_schema *ours = schema_sorted(expected);
	const struct sorted_schema *theirs = schema_sorted(actual);
	struct schema_changes changes = { 0 };
	size_t e = 0, a = 0;

	while (e < ours->facts.count || a < theirs->facts.count) {
		int side = e == ours->facts.count ? 1 : -1;

		if (e < ours->facts.count && a < theirs->facts.count) {
			side = schema_compare_sorted(
					&ours->facts.items[e], &theirs->facts.items[a]);
		}
		if (side < 0) {
			*LIST_PUSH(&changes.missing, arena) = ours->facts.items[e].object;
		} else if (side > 0) {
			*LIST_PUSH(&changes.extra, arena) = theirs->facts.items[a].object;
		}
		e += side <= 0;
		a += side >= 0;
	}
	return changes;
}

/* Columns in the form that lines have. */
static struct column_order order_of(const struct schema_facts *columns, struct arena *arena)
{
	struct column_order order = {
		.line = schema_render_order(columns, arena),
		.table = schema_render_table_of(columns->items[0], arena),
	};

	for (size_t i = 0; i < columns->count; i++) {
		struct buf name = { .arena = arena };

		schema_name_render(columns->items[i]->name, &name);
		str_list_add(&order.columns, buf_str(&name), arena);
	}
	return order;
}

static void compare_all_orders(const struct schema *expected, const struct schema *actual,
		bool is_strict, struct arena *arena, struct schema_difference *difference)
{
	const struct sorted_schema *ours = schema_sorted(expected);
	const struct sorted_schema *theirs = schema_sorted(actual);

	for (size_t e = 0, a = 0; e < ours->orders.count && a < theirs->orders.count;) {
		const struct sorted_order *one = &ours->orders.items[e];
		const struct sorted_order *other = &theirs->orders.items[a];
		const int side = one->table_hash < other->table_hash
				? -1
				: one->table_hash > other->table_hash;

		if (side == 0 && one->hash != other->hash) {
			const struct column_order wanted = order_of(&one->columns, arena);
			const struct column_order found = order_of(&other->columns, arena);

			compare_order(&wanted, &found, is_strict, arena, difference);
		}
		e += side <= 0;
		a += side >= 0;
	}
}

struct schema_difference schema_compare(const struct schema *expected, const struct schema *actual,
		bool is_column_order_strict, struct arena *arena)
{
	const struct schema_changes changes = schema_find_changes(expected, actual, arena);
	struct schema_difference difference = {
		.missing = schema_render_facts(&changes.missing, arena),
		.extra = schema_render_facts(&changes.extra, arena),
	};

	compare_all_orders(expected, actual, is_column_order_strict, arena, &difference);
	str_list_sort(&difference.missing);
	str_list_sort(&difference.extra);
	str_list_sort(&difference.notes);
	return difference;
}
