#include "kit/arena.h"
#include "kit/columns.h"
#include "lab/rows.h"
#include "schema/object.h"
#include "story/story_internal.h"

#include <stdlib.h>

/* More lines than this of one difference say no more. */
#define SHOWN_LINES 40
#define SHOWN_ROWS  6

/* Of larger tables only the number of rows is compared. */
#define COMPARED_ROWS 2000

/* "unreadable: REASON" */
static str describe_failure(str failure, struct arena *arena)
{
	return str_format(arena, "unreadable: %.*s", STR_ARG(failure));
}

str story_rows(const struct look *look, struct arena *arena)
{
	if (look->version_failure.len) {
		return describe_failure(look->version_failure, arena);
	}
	if (!look->has_version_table) {
		return STR("no version table");
	}
	return look->version.count ? str_list_join(&look->version, STR(", "), arena)
				   : STR("no rows");
}

/* --- schemas --------------------------------------------------------------------------------- */

/* "transactions (id, amount)" */
static str describe_table(const struct schema *schema, str table, struct arena *arena)
{
	const struct str_list columns = schema_columns(schema, table, arena);

	return str_format(arena, "%.*s (%.*s)", STR_ARG(table),
			STR_ARG(str_list_join(&columns, STR(", "), arena)));
}

/* Whether a fact of a schema says no more than the table with its columns does. */
static bool is_told_by_tables(const struct schema_object *fact)
{
	return fact->kind == SCHEMA_TABLE || fact->kind == SCHEMA_COLUMN ||
			fact->kind == SCHEMA_PRIMARY_KEY;
}

/* What stands for lines that are too many to be shown. */
static str describe_rest(size_t count, struct arena *arena)
{
	return str_format(arena, "... and %zu more line%s", count, count == 1 ? "" : "s");
}

void story_schema(struct page *page, str lead, const struct look *look)
{
	struct arena *arena = page->out->arena;
	const struct schema *schema = look->schema;
	const struct str_list tables = schema_tables(schema, arena);
	const struct schema_facts facts = schema_all_facts(schema, arena);
	struct schema_facts others = { 0 };
	struct str_list told = { 0 };

	if (look->schema_failure.len) {
		str_list_add(&told, describe_failure(look->schema_failure, arena), arena);
	}
	for (size_t i = 0; i < tables.count; i++) {
		str_list_add(&told, describe_table(schema, tables.items[i], arena), arena);
	}
	for (size_t i = 0; i < facts.count; i++) {
		if (!is_told_by_tables(facts.items[i])) {
			*LIST_PUSH(&others, arena) = facts.items[i];
		}
	}
	const struct str_list lines = schema_render_facts(&others, arena);

	for (size_t i = 0; i < lines.count; i++) {
		str_list_add(&told, lines.items[i], arena);
	}
	const str blank = str_format(arena, "%*s", (int)columns_of(lead), "");

	for (size_t i = 0; i < told.count && i < SHOWN_LINES; i++) {
		page_item(page, PAGE_INDENT, STYLE_FAINT, i ? blank : lead, STYLE_PLAIN,
				told.items[i]);
	}
	if (told.count > SHOWN_LINES) {
		page_item(page, PAGE_INDENT, STYLE_FAINT, blank, STYLE_FAINT,
				describe_rest(told.count - SHOWN_LINES, arena));
	}
	if (!told.count) {
		page_item(page, PAGE_INDENT, STYLE_FAINT, lead, STYLE_PLAIN, STR("nothing"));
	}
}

/* Whether a fact is a column of a table, or its key under the name that the server gives. */
static bool is_told_by(const struct schema_object *fact, str table, struct arena *arena)
{
	if (fact->kind != SCHEMA_COLUMN && fact->kind != SCHEMA_PRIMARY_KEY) {
		return false;
	}
	return str_equal(schema_table_of(fact, arena), table) &&
			(fact->kind == SCHEMA_COLUMN || !fact->name.len ||
					str_equal(fact->name,
							str_format(arena, "%.*s_pkey",
									STR_ARG(fact->table))));
}

/*
 * The lines of the facts that are worth their place: a table that is among them stands with its columns, and these
 * and its key are left out.
 */
static struct str_list fold_tables(
		const struct schema_facts *facts, const struct schema *schema, struct arena *arena)
{
	struct str_list folded = { 0 }, tables = { 0 };
	struct schema_facts others = { 0 };

	for (size_t i = 0; i < facts->count; i++) {
		if (facts->items[i]->kind == SCHEMA_TABLE && !facts->items[i]->facts.len) {
			str_list_add(&tables, schema_table_of(facts->items[i], arena), arena);
		}
	}
	str_list_sort(&tables);
	for (size_t i = 0; i < tables.count; i++) {
		str_list_add(&folded,
				str_format(arena, "table %.*s",
						STR_ARG(describe_table(
								schema, tables.items[i], arena))),
				arena);
	}
	for (size_t i = 0; i < facts->count; i++) {
		const struct schema_object *fact = facts->items[i];
		bool is_told = fact->kind == SCHEMA_TABLE && !fact->facts.len;

		for (size_t j = 0; j < tables.count && !is_told; j++) {
			is_told = is_told_by(fact, tables.items[j], arena);
		}
		if (!is_told) {
			*LIST_PUSH(&others, arena) = fact;
		}
	}
	const struct str_list lines = schema_render_facts(&others, arena);

	for (size_t i = 0; i < lines.count; i++) {
		str_list_add(&folded, lines.items[i], arena);
	}
	return folded;
}

static void add_lines(struct page *page, size_t indent, enum style style, const char *sign,
		const struct str_list *lines)
{
	for (size_t i = 0; i < lines->count && i < SHOWN_LINES; i++) {
		page_item(page, indent, style, str_from(sign), style, lines->items[i]);
	}
	if (lines->count > SHOWN_LINES) {
		page_item(page, indent, style, STR(""), STYLE_FAINT,
				describe_rest(lines->count - SHOWN_LINES, page->out->arena));
	}
}

static void add_difference(struct page *page, size_t indent, const struct schema_changes *changes,
		const struct schema *before, const struct schema *after)
{
	struct arena *arena = page->out->arena;
	const struct str_list missing = fold_tables(&changes->missing, before, arena);
	const struct str_list extra = fold_tables(&changes->extra, after, arena);

	add_lines(page, indent, STYLE_BAD, "- ", &missing);
	add_lines(page, indent, STYLE_GOOD, "+ ", &extra);
}

/* --- claims ---------------------------------------------------------------------------------- */

/* The rows, each once. */
static str distinct_rows(const struct look *look, struct arena *arena)
{
	struct str_list distinct = { 0 };

	for (size_t i = 0; i < look->version.count; i++) {
		if (!str_list_contains(&distinct, look->version.items[i])) {
			str_list_add(&distinct, look->version.items[i], arena);
		}
	}
	return str_list_join(&distinct, STR(", "), arena);
}

static void tell_truth(struct page *page, str rows)
{
	if (rows.len) {
		page_line(page, PAGE_INDENT,
				"The version table tells the truth: an empty database that is upgraded "
				"to %.*s has the same schema.",
				STR_ARG(rows));
	} else {
		page_line(page, PAGE_INDENT, "That is the truth: nothing has run here.");
	}
}

static void tell_lie(struct page *page, str rows, const struct schema_changes *changes)
{
	const char *words = "lacks (-) or has in excess (+)";

	if (!changes->extra.count) {
		words = "lacks";
	} else if (!changes->missing.count) {
		words = "has in excess";
	}
	page_item(page, PAGE_INDENT, STYLE_PLAIN, STR(""), STYLE_ODD,
			rows.len ? STR("The version table does not tell the truth.")
				 : STR("That is not the truth."));
	if (rows.len) {
		page_line(page, PAGE_INDENT,
				"Compared with a database that was really upgraded to %.*s, this one %s:",
				STR_ARG(rows), words);
	} else {
		page_line(page, PAGE_INDENT,
				"As far as Alembic can tell, nothing has run here; but there is:");
	}
}

void story_claim(struct page *page, const struct trace_claim *claim, const struct look *look)
{
	const struct schema_changes *changes = &claim->changes;
	const str rows = distinct_rows(look, page->out->arena);

	if (claim->own_failure.len) {
		page_line(page, PAGE_INDENT,
				"The scenario's own tree cannot tell what these rows stand for: %.*s. "
				"By the tree as the strategy edits it:",
				STR_ARG(claim->own_failure));
	}
	if (look->version_failure.len) {
		page_line(page, PAGE_INDENT, "So what this database claims cannot be told.");
	} else if (look->schema_failure.len) {
		page_line(page, PAGE_INDENT, "Whether that is the truth cannot be told.");
	} else if (claim->failure.len) {
		page_line(page, PAGE_INDENT,
				"What these rows stand for cannot be told, as an empty database cannot "
				"be upgraded to them: %.*s",
				STR_ARG(claim->failure));
	} else if (changes->missing.count || changes->extra.count) {
		tell_lie(page, rows, changes);
		add_difference(page, PAGE_INDENT + 2, changes, claim->schema, look->schema);
	} else {
		tell_truth(page, rows);
	}
}

/* --- changes --------------------------------------------------------------------------------- */

static str describe_row(const struct table_rows *table, size_t row, struct arena *arena)
{
	struct buf text = { .arena = arena };

	for (size_t i = 0; i < table->rows.column_count; i++) {
		const str value = table->rows.values[row * table->rows.column_count + i];

		buf_add(&text, i ? STR(" | ") : STR(""));
		buf_add(&text, str_printable(value.data ? value : STR("NULL"), arena));
	}
	return buf_str(&text);
}

/* The rows of a table that have these numbers; at most SHOWN_ROWS. */
static struct str_list describe_rows(const struct table_rows *table,
		const struct row_numbers *numbers, struct arena *arena)
{
	struct str_list rows = { 0 };

	for (size_t i = 0; i < numbers->count && i < SHOWN_ROWS; i++) {
		str_list_add(&rows, describe_row(table, numbers->items[i], arena), arena);
	}
	return rows;
}

static int compare_numbers(const void *a, const void *b)
{
	const size_t one = *(const size_t *)a, other = *(const size_t *)b;

	return one < other ? -1 : one > other;
}

/* Rows that are gone, or new, with what changed rows were, or are, in the order of the table. */
static struct row_numbers with_changed(const struct row_numbers *numbers,
		const struct rows_difference *difference, bool is_before, struct arena *arena)
{
	struct row_numbers all = { 0 };

	for (size_t i = 0; i < numbers->count; i++) {
		*LIST_PUSH(&all, arena) = numbers->items[i];
	}
	for (size_t i = 0; i < difference->changed.count; i++) {
		*LIST_PUSH(&all, arena) = is_before ? difference->changed.items[i].before
						    : difference->changed.items[i].after;
	}
	if (all.count) {
		qsort(all.items, all.count, sizeof(*all.items), compare_numbers);
	}
	return all;
}

static void add_rows(struct page *page, enum style style, const char *sign,
		const struct str_list *rows, size_t count)
{
	add_lines(page, PAGE_INDENT + 2, style, sign, rows);
	if (count > rows->count) {
		page_item(page, PAGE_INDENT + 2, style, str_from(sign), style,
				str_format(page->out->arena, "%zu more", count - rows->count));
	}
}

/* How many values a column holds. */
static size_t count_values(const struct table_rows *table, size_t column)
{
	size_t count = 0;

	for (size_t row = 0; row < table->rows.row_count; row++) {
		count += table->rows.values[row * table->rows.column_count + column].data != NULL;
	}
	return count;
}

/* Columns that went, with the values that went with them, or that have another name now. */
static struct str_list lost_columns(const struct table_rows *before, const struct table_rows *after,
		const struct rows_difference *difference, struct arena *arena)
{
	struct str_list lost = { 0 };

	for (size_t i = 0; i < difference->renamed.count; i++) {
		const struct shared_column *column = &difference->renamed.items[i];

		str_list_add(&lost,
				str_format(arena, "column %.*s, whose values stand in %.*s now",
						STR_ARG(before->columns.items[column->before]),
						STR_ARG(after->columns.items[column->after])),
				arena);
	}
	for (size_t i = 0; i < difference->dropped.count; i++) {
		const size_t column = difference->dropped.items[i];
		const size_t count = count_values(before, column);

		if (count) {
			str_list_add(&lost,
					str_format(arena, "column %.*s, with %zu value%s",
							STR_ARG(before->columns.items[column]),
							count, count == 1 ? "" : "s"),
					arena);
		}
	}
	return lost;
}

static str failure_of(const struct table_rows *table)
{
	return table->error ? table->error->message : (str){ 0 };
}

/* That the rows of a table cannot be read any more, or can again; nothing if the reason is as it was. */
static void compare_failures(
		struct page *page, const struct table_rows *before, const struct table_rows *after)
{
	const str failed = failure_of(before), fails = failure_of(after);
	struct arena *arena = page->out->arena;

	if (!str_equal(failed, fails)) {
		page_item(page, PAGE_INDENT, STYLE_FAINT, STR("rows     "), STYLE_PLAIN,
				str_format(arena, "of %.*s: %.*s", STR_ARG(after->table),
						STR_ARG(fails.len ? describe_failure(fails, arena)
								  : STR("readable again"))));
	}
}

/* A heading for the rows of a table, once something follows it. */
static void add_table_line(struct page *page, const struct table_rows *table)
{
	page_item(page, PAGE_INDENT, STYLE_FAINT, STR("rows     "), STYLE_PLAIN,
			str_format(page->out->arena, "of %.*s (%.*s)", STR_ARG(table->table),
					STR_ARG(str_list_join(&table->columns, STR(" | "),
							page->out->arena))));
}

/* That rows came or went, without saying which; nothing if neither is so. */
static void compare_counts(
		struct page *page, const struct table_rows *before, const struct table_rows *after)
{
	const size_t was = before->rows.row_count, is = after->rows.row_count;

	if (was != is) {
		page_item(page, PAGE_INDENT, STYLE_FAINT, STR("rows     "), STYLE_PLAIN,
				str_format(page->out->arena, "of %.*s: %zu → %zu",
						STR_ARG(before->table), was, is));
	}
}

static void compare_contents(
		struct page *page, const struct table_rows *before, const struct table_rows *after)
{
	struct arena *arena = page->out->arena;
	const struct rows_difference difference = rows_compare(before, after, arena);
	const struct str_list columns = lost_columns(before, after, &difference, arena);
	const struct row_numbers lost = with_changed(&difference.gone, &difference, true, arena);
	const struct row_numbers new = with_changed(&difference.added, &difference, false, arena);
	const struct str_list lost_rows = describe_rows(before, &lost, arena);
	const struct str_list new_rows = describe_rows(after, &new, arena);

	if (!lost.count && !new.count && !columns.count) {
		return;
	}
	add_table_line(page, before);
	add_lines(page, PAGE_INDENT + 2, STYLE_BAD, "- ", &columns);
	add_rows(page, STYLE_BAD, "- ", &lost_rows, lost.count);
	add_rows(page, STYLE_GOOD, "+ ", &new_rows, new.count);
}

static void compare_table(
		struct page *page, const struct table_rows *before, const struct table_rows *after)
{
	if (before->error || after->error) {
		compare_failures(page, before, after);
	} else if (before->rows.row_count > COMPARED_ROWS ||
			after->rows.row_count > COMPARED_ROWS) {
		compare_counts(page, before, after);
	} else {
		compare_contents(page, before, after);
	}
}

/* Tables that both have, that went, that came. */
static void compare_rows(struct page *page, const struct look *before, const struct look *after)
{
	for (size_t i = 0; i < before->tables.count; i++) {
		const struct table_rows *table = &before->tables.items[i];
		const struct table_rows *now = tables_rows_find(&after->tables, table->table);

		if (now) {
			compare_table(page, table, now);
		} else if (!table->error) {
			compare_counts(page, table, &(struct table_rows){ 0 });
		}
	}
	for (size_t i = 0; i < after->tables.count; i++) {
		const struct table_rows *table = &after->tables.items[i];
		const struct table_rows empty = { .table = table->table,
			.columns = table->columns };

		if (!tables_rows_find(&before->tables, table->table)) {
			compare_table(page, &empty, table);
		}
	}
}

/* What a step has done to the schema, where both can be read. */
static void compare_schemas(struct page *page, const struct look *before, const struct look *after)
{
	const struct schema_changes changes =
			schema_find_changes(before->schema, after->schema, page->out->arena);

	if (changes.missing.count || changes.extra.count) {
		page_item(page, PAGE_INDENT, STYLE_FAINT, STR("schema   "), STYLE_PLAIN,
				STR("what has changed:"));
		add_difference(page, PAGE_INDENT + 2, &changes, before->schema, after->schema);
	} else {
		page_item(page, PAGE_INDENT, STYLE_FAINT, STR("schema   "), STYLE_PLAIN,
				STR("as before"));
	}
}

void story_changes(struct page *page, const struct look *before, const struct look *after)
{
	struct arena *arena = page->out->arena;
	const str rows_before = story_rows(before, arena), rows_after = story_rows(after, arena);

	page_item(page, PAGE_INDENT, STYLE_FAINT, STR("version  "), STYLE_PLAIN,
			str_equal(rows_before, rows_after)
					? str_format(arena, "%.*s, as before", STR_ARG(rows_after))
					: str_format(arena, "%.*s → %.*s", STR_ARG(rows_before),
							  STR_ARG(rows_after)));
	if (before->schema_failure.len || after->schema_failure.len) {
		story_schema(page, STR("schema   "), after);
		return;
	}
	compare_schemas(page, before, after);
	compare_rows(page, before, after);
}
