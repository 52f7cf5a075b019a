#include "lab/rows.h"

#include "kit/arena.h"
#include "kit/table.h"

str rows_keep_value(str value, struct arena *arena)
{
	return value.data ? str_copy(value, arena) : value;
}

str rows_value(const struct table_rows *table, size_t row, size_t column)
{
	return table->rows.values[row * table->rows.column_count + column];
}

static void add_value(str value, struct buf *key)
{
	if (value.data) {
		buf_format(key, "%zu:", value.len);
		buf_add(key, value);
	} else {
		buf_add_char(key, '-');
	}
}

/* Some values of a row as text that no others have: lengths before values, NULL unlike ''. */
static str key_of(const struct table_rows *table, size_t row, const struct row_numbers *columns,
		struct arena *arena)
{
	struct buf key = { .arena = arena };

	for (size_t i = 0; i < columns->count; i++) {
		add_value(rows_value(table, row, columns->items[i]), &key);
	}
	return buf_str(&key);
}

static void add_number(struct row_numbers *numbers, size_t number, struct arena *arena)
{
	*LIST_PUSH(numbers, arena) = number;
}

static bool find_column(const struct table_rows *table, str name, size_t *ret_column)
{
	for (size_t i = 0; i < table->columns.count; i++) {
		if (str_equal(table->columns.items[i], name)) {
			*ret_column = i;
			return true;
		}
	}
	return false;
}

/* --- columns --------------------------------------------------------------------------------- */

/* What a column holds, whatever the order of rows: 0 where it holds nothing. */
static uint64_t content_of(const struct table_rows *table, size_t column)
{
	uint64_t content = 0;

	for (size_t row = 0; row < table->rows.row_count; row++) {
		const str value = rows_value(table, row, column);

		content += value.data ? str_hash(value) | 1 : 0;
	}
	return content;
}

/* The only column of `new` that holds what `column` did; false: none does, or several. */
static bool find_renamed(const struct table_rows *before, size_t column,
		const struct table_rows *after, const struct row_numbers *new, size_t *ret_column)
{
	const uint64_t content = content_of(before, column);
	size_t count = 0;

	for (size_t i = 0; content && i < new->count; i++) {
		if (content_of(after, new->items[i]) == content) {
			*ret_column = new->items[i];
			count++;
		}
	}
	return count == 1;
}

static bool is_taken(const struct shared_columns *columns, size_t after)
{
	for (size_t i = 0; i < columns->count; i++) {
		if (columns->items[i].after == after) {
			return true;
		}
	}
	return false;
}

static void compare_columns(const struct table_rows *before, const struct table_rows *after,
		struct arena *arena, struct rows_difference *difference)
{
	struct row_numbers missing = { 0 }, new = { 0 };
	size_t at;

	for (size_t i = 0; i < before->columns.count; i++) {
		if (find_column(after, before->columns.items[i], &at)) {
			*LIST_PUSH(&difference->shared, arena) = (struct shared_column){ i, at };
		} else {
			add_number(&missing, i, arena);
		}
	}
	for (size_t i = 0; i < after->columns.count; i++) {
		if (!find_column(before, after->columns.items[i], &at)) {
			add_number(&new, i, arena);
		}
	}
	for (size_t i = 0; i < missing.count; i++) {
		const size_t column = missing.items[i];

		if (find_renamed(before, column, after, &new, &at) &&
				!is_taken(&difference->renamed, at)) {
			*LIST_PUSH(&difference->renamed, arena) =
					(struct shared_column){ column, at };
			*LIST_PUSH(&difference->shared, arena) =
					(struct shared_column){ column, at };
		} else {
			add_number(&difference->dropped, column, arena);
		}
	}
}

/* --- rows ------------------------------------------------------------------------------------ */

/* Columns by their places in one of the two looks. */
struct both_columns {
	struct row_numbers before, after;
};

static struct both_columns all_shared(const struct rows_difference *difference,
		const struct table_rows *before, const struct table_rows *after,
		struct arena *arena)
{
	struct both_columns both = { 0 };

	for (size_t i = 0; i < difference->shared.count; i++) {
		add_number(&both.before, difference->shared.items[i].before, arena);
		add_number(&both.after, difference->shared.items[i].after, arena);
	}
	if (!before->columns.count) { // of a virtual table, whose columns no schema tells
		for (size_t i = 0; i < before->rows.column_count && i < after->rows.column_count;
				i++) {
			add_number(&both.before, i, arena);
			add_number(&both.after, i, arena);
		}
	}
	return both;
}

/* The columns of the key that the table had; false: it had none, or has lost a part of it. */
static bool find_key(const struct rows_difference *difference, const struct table_rows *before,
		struct arena *arena, struct both_columns *ret_key)
{
	for (size_t i = 0; i < before->key.count; i++) {
		size_t column, at = 0;

		if (!find_column(before, before->key.items[i], &column)) {
			return false;
		}
		while (at < difference->shared.count &&
				difference->shared.items[at].before != column) {
			at++;
		}
		if (at == difference->shared.count) {
			return false;
		}
		add_number(&ret_key->before, column, arena);
		add_number(&ret_key->after, difference->shared.items[at].after, arena);
	}
	return before->key.count > 0;
}

/* Take out the rows that are in both, each as often as it stands there: what is left has no partner. */
static void drop_equal(const struct table_rows *before, const struct table_rows *after,
		const struct both_columns *columns, struct arena *arena,
		struct row_numbers *ret_before, struct row_numbers *ret_after)
{
	struct table index = { .arena = arena };
	size_t *next = arena_new_array(
			arena, size_t, after->rows.row_count); // of the same values, + 1
	size_t *first = arena_new_array(arena, size_t, after->rows.row_count); // by index, + 1
	bool *has_partner = arena_new_array(arena, bool, after->rows.row_count);
	uint32_t at, count = 0;

	for (size_t row = after->rows.row_count; row-- > 0;) {
		const str key = key_of(after, row, &columns->after, arena);

		if (!table_find(&index, key, &at)) {
			at = count++;
			table_set(&index, key, at);
		}
		next[row] = first[at];
		first[at] = row + 1;
	}
	for (size_t row = 0; row < before->rows.row_count; row++) {
		if (table_find(&index, key_of(before, row, &columns->before, arena), &at) &&
				first[at]) {
			has_partner[first[at] - 1] = true;
			first[at] = next[first[at] - 1];
		} else {
			add_number(ret_before, row, arena);
		}
	}
	for (size_t row = 0; row < after->rows.row_count; row++) {
		if (!has_partner[row]) {
			add_number(ret_after, row, arena);
		}
	}
}

/* Of the rows without a partner those that have the same key have changed. */
static void match_by_key(const struct table_rows *before, const struct table_rows *after,
		const struct both_columns *key, const struct row_numbers *lost,
		const struct row_numbers *found, struct arena *arena,
		struct rows_difference *difference)
{
	struct table index = { .arena = arena };
	bool *is_matched = arena_new_array(arena, bool, found->count);
	uint32_t at;

	for (size_t i = 0; i < found->count; i++) {
		table_set(&index, key_of(after, found->items[i], &key->after, arena), (uint32_t)i);
	}
	for (size_t i = 0; i < lost->count; i++) {
		const size_t row = lost->items[i];

		if (table_find(&index, key_of(before, row, &key->before, arena), &at) &&
				!is_matched[at]) {
			is_matched[at] = true;
			*LIST_PUSH(&difference->changed, arena) =
					(struct changed_row){ row, found->items[at] };
		} else {
			add_number(&difference->gone, row, arena);
		}
	}
	for (size_t i = 0; i < found->count; i++) {
		if (!is_matched[i]) {
			add_number(&difference->added, found->items[i], arena);
		}
	}
}

struct rows_difference rows_compare(const struct table_rows *before, const struct table_rows *after,
		struct arena *arena)
{
	struct rows_difference difference = { 0 };
	struct row_numbers lost = { 0 }, found = { 0 };
	struct both_columns key = { 0 };

	compare_columns(before, after, arena, &difference);
	const struct both_columns shared = all_shared(&difference, before, after, arena);

	drop_equal(before, after, &shared, arena, &lost, &found);
	if (find_key(&difference, before, arena, &key)) {
		match_by_key(before, after, &key, &lost, &found, arena, &difference);
	} else {
		difference.gone = lost;
		difference.added = found;
	}
	return difference;
}

/* --- two looks --------------------------------------------------------------------------------- */

/* Those of `rows` that `others` lack; a row that stands there twice counts twice. */
static struct str_list lacking(
		const struct str_list *rows, const struct str_list *others, struct arena *arena)
{
	bool *is_taken = arena_new_array(arena, bool, others->count);
	struct str_list lacking = { 0 };

	for (size_t i = 0; i < rows->count; i++) {
		size_t at = 0;

		while (at < others->count &&
				(is_taken[at] || !str_equal(rows->items[i], others->items[at]))) {
			at++;
		}
		if (at < others->count) {
			is_taken[at] = true;
		} else {
			str_list_add(&lacking, rows->items[i], arena);
		}
	}
	return lacking;
}

static bool rows_differ(const struct rows_difference *rows)
{
	return rows->renamed.count || rows->dropped.count || rows->gone.count ||
			rows->added.count || rows->changed.count;
}

/* A table that one of both looks has. */
static void compare_table(const struct table_rows *before, const struct table_rows *after,
		struct arena *arena, struct look_difference *difference)
{
	struct table_difference table = {
		.table = before ? before->table : after->table,
		.before = before,
		.after = after,
	};
	bool differs = !before || !after;

	/* Rows of a large table are not there to be shown. */
	if (before && after && !before->error && !after->error && !before->digest &&
			!after->digest) {
		table.rows = rows_compare(before, after, arena);
		differs = rows_differ(&table.rows);
	}
	if (differs) {
		*LIST_PUSH(&difference->tables, arena) = table;
	}
}

static void compare_tables(const struct tables_rows *before, const struct tables_rows *after,
		struct arena *arena, struct look_difference *difference)
{
	size_t i = 0, j = 0;

	while (i < before->count || j < after->count) { // both are sorted by name
		const struct table_rows *old = i < before->count ? &before->items[i] : NULL;
		const struct table_rows *new = j < after->count ? &after->items[j] : NULL;
		const int order = !old ? 1 : !new ? -1 : str_compare(old->table, new->table);

		compare_table(order <= 0 ? old : NULL, order >= 0 ? new : NULL, arena, difference);
		i += order <= 0;
		j += order >= 0;
	}
}

struct look_difference look_compare(
		const struct look *before, const struct look *after, struct arena *arena)
{
	struct look_difference difference = { 0 };

	if (!before->version_failure.len && !after->version_failure.len) {
		difference.version_gone = lacking(&before->version, &after->version, arena);
		difference.version_added = lacking(&after->version, &before->version, arena);
	}
	if (before->schema && after->schema && !before->schema_failure.len &&
			!after->schema_failure.len) {
		difference.schema = schema_compare(before->schema, after->schema, false, arena);
		compare_tables(&before->tables, &after->tables, arena, &difference);
	}
	return difference;
}

bool look_difference_is_empty(const struct look_difference *difference)
{
	return !difference->version_gone.count && !difference->version_added.count &&
			!difference->schema.missing.count && !difference->schema.extra.count &&
			!difference->tables.count;
}
