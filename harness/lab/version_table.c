#include "lab/version_table.h"

#include "kit/arena.h"
#include "lab/body.h"
#include "lab/observer.h"

/*
 * The table's name as SQL. Alembic quotes a name only where it must; the default one is the case worth
 * keeping legible, and a quoted name means the same.
 */
static str table_name(const struct stage *stage)
{
	const struct alembic_configure *configure = stage->configure;
	struct buf name = { .arena = stage->arena };

	if (configure->version_table_schema.len) {
		stage->engine->quote_identifier(configure->version_table_schema, &name);
		buf_add_char(&name, '.');
	}
	if (str_equal(configure->version_table, STR("alembic_version"))) {
		buf_add(&name, configure->version_table);
	} else {
		stage->engine->quote_identifier(configure->version_table, &name);
	}
	return buf_str(&name);
}

/* Send a statement that changes the table. */
static struct error *change(struct stage *stage, struct connection *connection, str sql,
		struct result *ret_result)
{
	const struct statement statement = { .text = sql };

	const struct moment moment = {
		.kind = MOMENT_STATEMENT,
		.connection = connection,
		.statement = &statement,
	};

	struct error *err = observe(stage, &moment);
	if (err) {
		return err;
	}
	err = statement_run(stage, connection, sql, ret_result);
	return observe_after(stage, &moment, err);
}

static struct error *is_there(
		struct stage *stage, struct connection *connection, bool *ret_is_there)
{
	const struct alembic_configure *configure = stage->configure;

	return stage->engine->has_table(connection, configure->version_table_schema,
			configure->version_table, stage->arena, ret_is_there);
}

struct error *version_table_read(struct stage *stage, struct connection *connection,
		struct str_list *ret_rows, bool *ret_is_there)
{
	struct str_list rows = { 0 };
	struct result result = { 0 };
	bool there = false;

	struct error *err = is_there(stage, connection, &there);
	if (!err && there) {
		const str table = table_name(stage);
		const str select = str_format(stage->arena, "SELECT %.*s.version_num FROM %.*s",
				STR_ARG(table), STR_ARG(table));

		err = statement_run(stage, connection, select, &result);
	}
	if (err) {
		return err;
	}
	for (size_t i = 0; i < result.row_count; i++) {
		str_list_add(&rows, result.values[i], stage->arena);
	}
	*ret_rows = rows;
	*ret_is_there = there;
	return NULL;
}

struct error *version_table_look(struct stage *stage, struct connection *connection,
		struct str_list *ret_rows, bool *ret_is_there, str *ret_failure)
{
	struct error *err = version_table_read(stage, connection, ret_rows, ret_is_there);

	if (err && (!error_is_of_cell(err) || err->code == ERROR_TIMEOUT)) {
		return err;
	}
	*ret_failure = err ? err->message : (str){ 0 };
	return stage->engine->rollback(connection, stage->arena);
}

static struct error *create_with(
		struct stage *stage, struct connection *connection, bool primary_key)
{
	const struct alembic_configure *configure = stage->configure;

	return change(stage, connection,
			stage->engine->version_table_sql(configure->version_table_schema,
					configure->version_table, primary_key, stage->arena),
			NULL);
}

struct error *version_table_create(struct stage *stage, struct connection *connection)
{
	return create_with(stage, connection, stage->configure->version_table_pk);
}

struct error *version_table_ensure(struct stage *stage, struct connection *connection)
{
	bool there;

	struct error *err = is_there(stage, connection, &there);
	return err || there ? err : version_table_create(stage, connection);
}

struct error *version_table_purge(struct stage *stage, struct connection *connection)
{
	struct error *err = version_table_ensure(stage, connection);

	return err ? err
		   : change(stage, connection,
				     str_format(stage->arena, "DELETE FROM %.*s",
						     STR_ARG(table_name(stage))),
				     NULL);
}

struct error *version_table_drop(struct stage *stage, struct connection *connection)
{
	bool there;

	struct error *err = is_there(stage, connection, &there);
	if (!err && there) {
		err = change(stage, connection,
				str_format(stage->arena, "DROP TABLE %.*s",
						STR_ARG(table_name(stage))),
				NULL);
	}
	return err;
}

static bool has_doubles(const struct str_list *rows)
{
	for (size_t i = 1; i < rows->count; i++) {
		const struct str_list before = { .items = rows->items, .count = i };

		if (str_list_contains(&before, rows->items[i])) {
			return true;
		}
	}
	return false;
}

struct error *version_table_write(
		struct stage *stage, struct connection *connection, const struct str_list *rows)
{
	struct error *err = version_table_drop(stage, connection);

	if (!err) {
		err = create_with(stage, connection,
				stage->configure->version_table_pk && !has_doubles(rows));
	}
	for (size_t i = 0; !err && i < rows->count; i++) {
		struct buf insert = { .arena = stage->arena };

		buf_format(&insert, "INSERT INTO %.*s (version_num) VALUES (",
				STR_ARG(table_name(stage)));
		stage->engine->quote_text(rows->items[i], &insert);
		buf_add_char(&insert, ')');
		err = change(stage, connection, buf_str(&insert), NULL);
	}
	return err;
}

/* Ids are pasted into the statements unescaped, as Alembic does: one with a quote in it fails here. */
static struct error *apply_change(void *data, const struct version_change *wanted,
		struct arena *arena, int64_t *ret_matched)
{
	const struct version_table *table = data;
	const str name = table_name(table->stage);
	struct result result = { 0 };
	str sql = { 0 };

	switch (wanted->op) {
	case VERSION_INSERT:
		sql = str_format(arena, "INSERT INTO %.*s (version_num) VALUES ('%.*s')",
				STR_ARG(name), STR_ARG(wanted->to));
		break;
	case VERSION_DELETE:
		sql = str_format(arena, "DELETE FROM %.*s WHERE %.*s.version_num = '%.*s'",
				STR_ARG(name), STR_ARG(name), STR_ARG(wanted->from));
		break;
	case VERSION_UPDATE:
		sql = str_format(arena,
				"UPDATE %.*s SET version_num='%.*s' WHERE %.*s.version_num = '%.*s'",
				STR_ARG(name), STR_ARG(wanted->to), STR_ARG(name),
				STR_ARG(wanted->from));
		break;
	}
	struct error *err = change(table->stage, table->connection, sql, &result);
	if (!err) {
		*ret_matched = wanted->op == VERSION_INSERT ? 1 : result.changed;
	}
	return err;
}

struct version_store version_table_store(struct version_table *table)
{
	return (struct version_store){ .data = table, .apply = apply_change };
}
