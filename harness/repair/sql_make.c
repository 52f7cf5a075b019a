/*
 * SQL that makes what lines of a schema say is there, and SQL that takes it back.
 */
#include "kit/arena.h"
#include "repair/repair_internal.h"

/* A line in its parts. */
struct fact_line {
	str text;  /* all of it */
	str kind;  /* "primary key" */
	str name;  /* of a column, without its table's; empty: it has none */
	str table; /* empty: it is on none */
	str facts;
	const char *constraint; /* "PRIMARY KEY"; NULL: it is none */
	bool is_done;
};

struct sql_making {
	enum scenario_engine engine;
	struct arena *arena;

	struct {
		struct fact_line *items;
		size_t count, capacity;
	} lines;
	struct str_list up, down; /* `down` in the order of `up` */
};

/* --- lines ------------------------------------------------------------------------------------------- */

enum fact_form {
	FACT_NAMED,    /* KIND NAME FACTS */
	FACT_OF_TABLE, /* KIND TABLE.NAME FACTS */
	FACT_ON_TABLE, /* KIND NAME on TABLE FACTS, or KIND TABLE FACTS */
};

static const struct {
	str kind;
	enum fact_form form;
	const char *constraint; /* with which its definition begins in a table; NULL: it is none */
} fact_kinds[] = {
	{ STR_INIT("table"), FACT_NAMED, NULL },
	{ STR_INIT("type"), FACT_NAMED, NULL },
	{ STR_INIT("sequence"), FACT_NAMED, NULL },
	{ STR_INIT("column"), FACT_OF_TABLE, NULL },
	{ STR_INIT("index"), FACT_ON_TABLE, NULL },
	{ STR_INIT("primary key"), FACT_ON_TABLE, "PRIMARY KEY" },
	{ STR_INIT("unique"), FACT_ON_TABLE, "UNIQUE" },
	{ STR_INIT("foreign key"), FACT_ON_TABLE, "FOREIGN KEY" },
	{ STR_INIT("check"), FACT_ON_TABLE, "CHECK" },
};

static bool is_of_kind(const struct fact_line *line, const char *kind)
{
	return str_equal(line->kind, str_from(kind));
}

/* Cut off what stands behind the last point of a name: TABLE.COLUMN. */
static void split_member(struct fact_line *line)
{
	size_t point = line->name.len;

	while (point && line->name.data[point - 1] != '.') {
		point--;
	}
	line->table = str_slice(line->name, 0, point ? point - 1 : 0);
	line->name = str_slice(line->name, point, line->name.len);
}

static void read_rest(struct fact_line *line, enum fact_form form, str rest)
{
	const str on = STR("on ");

	(void)str_next_part(&rest, ' ', &line->name);
	if (form == FACT_OF_TABLE) {
		split_member(line);
	} else if (form == FACT_ON_TABLE && str_starts_with(rest, on)) {
		rest = str_slice(rest, on.len, rest.len);
		(void)str_next_part(&rest, ' ', &line->table);
	} else if (form == FACT_ON_TABLE) {
		line->table = line->name;
		line->name = (str){ 0 };
	}
	line->facts = rest;
}

/* False: it is of a kind, or has a name or a character, that is left to people. */
static bool read_line(str text, struct fact_line *line)
{
	if (str_find_char(text, '\\') < text.len) {
		return false; // an escape: what it stands for was on several lines
	}
	for (size_t i = 0; i < COUNT_OF(fact_kinds); i++) {
		const str kind = fact_kinds[i].kind;

		if (str_starts_with(text, kind) && text.len > kind.len &&
				text.data[kind.len] == ' ') {
			line->text = text;
			line->kind = kind;
			line->constraint = fact_kinds[i].constraint;
			read_rest(line, fact_kinds[i].form,
					str_slice(text, kind.len + 1, text.len));
			return (!line->name.len || repair_is_qualified(line->name)) &&
					(!line->table.len || repair_is_qualified(line->table)) &&
					(line->name.len || line->table.len);
		}
	}
	return false;
}

/* --- statements -------------------------------------------------------------------------------------- */

static void add_pair(struct sql_making *making, str up, str down)
{
	str_list_add(&making->up, up, making->arena);
	str_list_add(&making->down, down, making->arena);
}

static str sql_name(const struct sql_making *making, str name)
{
	return repair_sql_name(name, making->arena);
}

/* Whether a sequence is that of a column, and comes with it. */
static bool owns_sequence(const struct fact_line *column, const struct fact_line *sequence,
		struct arena *arena)
{
	const str path = str_format(
			arena, "%.*s.%.*s", STR_ARG(column->table), STR_ARG(column->name));

	return str_equal(repair_sequence_owner(sequence->text, arena), path);
}

/* A number that a sequence of its own gives: PostgreSQL's `serial`. Empty: the column is none. */
static str serial_type(const struct fact_line *column, const struct fact_line *sequence)
{
	const bool has_default =
			str_find(column->facts, STR(" default nextval('")) < column->facts.len;

	return !sequence || !has_default                                   ? (str){ 0 }
			: str_starts_with(column->facts, STR("bigint "))   ? STR("bigserial")
			: str_starts_with(column->facts, STR("smallint ")) ? STR("smallserial")
									   : STR("serial");
}

/* "NAME TYPE ..."; the sequence that it brings is done then. */
static str column_definition(struct sql_making *making, struct fact_line *column)
{
	struct fact_line *sequence = NULL;
	str facts = column->facts;

	column->is_done = true;
	for (size_t i = 0; i < making->lines.count && !sequence; i++) {
		if (owns_sequence(column, &making->lines.items[i], making->arena)) {
			sequence = &making->lines.items[i];
			sequence->is_done = true;
		}
	}
	const str serial = serial_type(column, sequence);

	if (serial.len) { // NOT NULL goes without saying
		facts = serial;
	}
	return str_trim(str_format(making->arena, "%.*s %.*s",
			STR_ARG(sql_name(making, column->name)), STR_ARG(facts)));
}

/* Whether a term of a list ends here, or says no more than how it is sorted: it is a name then, and no expression. */
static bool is_behind_name(str rest)
{
	return str_starts_with(rest, STR(")")) || str_starts_with(rest, STR(",")) ||
			str_starts_with(rest, STR(" desc")) ||
			str_starts_with(rest, STR(" collate "));
}

/* Move a list of terms, "(a, order desc)", from the front of `rest` to `out`, its names as SQL has them. */
static void move_terms(struct sql_making *making, str *rest, struct buf *out)
{
	size_t depth = 0;
	bool is_term = false; // one begins here

	do {
		size_t len = 0;

		while (len < rest->len && repair_is_plain(str_slice(*rest, 0, len + 1))) {
			len++;
		}
		const str word = str_slice(*rest, 0, len);

		*rest = str_slice(*rest, len, rest->len);
		buf_add(out, is_term && is_behind_name(*rest) ? sql_name(making, word) : word);
		if (rest->len) {
			const char c = rest->data[0];

			depth += c == '(';
			depth -= c == ')' && depth;
			is_term = depth == 1 &&
					(c == '(' || c == ',' || (is_term && !len && c == ' '));
			buf_add_char(out, c);
			*rest = str_slice(*rest, 1, rest->len);
		}
	} while (depth && rest->len);
}

/* SQLite's lines have the names of columns without quotes, and those of the tables to which keys point. */
static str facts_of_columns(struct sql_making *making, str facts)
{
	const str references = STR(" references ");
	struct buf out = { .arena = making->arena };
	str table;

	if (making->engine != SCENARIO_SQLITE || !str_starts_with(facts, STR("("))) {
		return facts;
	}
	move_terms(making, &facts, &out);
	if (str_starts_with(facts, references)) {
		facts = str_slice(facts, references.len, facts.len);
		(void)str_next_part(&facts, ' ', &table);
		buf_format(&out, " references %.*s ", STR_ARG(sql_name(making, table)));
		if (str_starts_with(facts, STR("("))) {
			move_terms(making, &facts, &out);
		}
	}
	buf_add(&out, facts);
	return str_trim(buf_str(&out));
}

/* "[CONSTRAINT NAME] PRIMARY KEY (id)": SQLite's facts leave out what kind it is. */
static str constraint_definition(struct sql_making *making, struct fact_line *constraint)
{
	struct buf out = { .arena = making->arena };

	constraint->is_done = true;
	if (constraint->name.len) {
		buf_format(&out, "CONSTRAINT %.*s ", STR_ARG(sql_name(making, constraint->name)));
	}
	if (making->engine == SCENARIO_SQLITE) {
		buf_format(&out, "%s ", constraint->constraint);
	}
	buf_add(&out,
			is_of_kind(constraint, "check")
					? constraint->facts
					: facts_of_columns(making, constraint->facts));
	return buf_str(&out);
}

/* Which of a table's lines come together in its definition, one kind after the other. */
enum part_kind {
	PART_KEY_COLUMN, /* of the primary key, as people have them */
	PART_COLUMN,
	PART_CONSTRAINT,
	PART_COUNT,
};

static enum part_kind part_of(const struct sql_making *making, const struct fact_line *line)
{
	for (size_t i = 0; i < making->lines.count; i++) {
		const struct fact_line *key = &making->lines.items[i];

		if (is_of_kind(key, "primary key") && str_equal(key->table, line->table) &&
				is_of_kind(line, "column") &&
				sql_has_word(key->facts, line->name)) {
			return PART_KEY_COLUMN;
		}
	}
	return is_of_kind(line, "column")  ? PART_COLUMN
			: line->constraint ? PART_CONSTRAINT
					   : PART_COUNT;
}

static void add_parts(struct sql_making *making, str table, enum part_kind kind, struct buf *out)
{
	for (size_t i = 0; i < making->lines.count; i++) {
		struct fact_line *line = &making->lines.items[i];

		if (!str_equal(line->table, table) || part_of(making, line) != kind) {
			continue;
		}
		buf_add(out, out->len ? STR(",\n    ") : STR("\n    "));
		buf_add(out,
				kind == PART_CONSTRAINT ? constraint_definition(making, line)
							: column_definition(making, line));
	}
}

static void make_table(struct sql_making *making, struct fact_line *table)
{
	struct buf parts = { .arena = making->arena };

	if (table->facts.len) {
		return; // partitions, options
	}
	for (enum part_kind kind = 0; kind < PART_COUNT; kind++) {
		add_parts(making, table->name, kind, &parts);
	}
	if (!parts.len) {
		return; // nobody says what it holds
	}
	table->is_done = true;
	add_pair(making,
			str_format(making->arena, "CREATE TABLE %.*s (%.*s\n);",
					STR_ARG(sql_name(making, table->name)),
					STR_ARG(buf_str(&parts))),
			str_format(making->arena, "DROP TABLE %.*s;",
					STR_ARG(sql_name(making, table->name))));
}

/* Whether a foreign key of the table points at another one that is still to be made. */
static bool has_to_wait(const struct sql_making *making, const struct fact_line *table)
{
	for (size_t i = 0; i < making->lines.count; i++) {
		const struct fact_line *key = &making->lines.items[i];

		for (size_t j = 0; j < making->lines.count; j++) {
			const struct fact_line *other = &making->lines.items[j];

			if (is_of_kind(key, "foreign key") && str_equal(key->table, table->name) &&
					is_of_kind(other, "table") && !other->is_done &&
					other != table && sql_has_word(key->facts, other->name)) {
				return true;
			}
		}
	}
	return false;
}

static void make_tables(struct sql_making *making)
{
	bool goes_on = true;

	while (goes_on) {
		goes_on = false;
		for (size_t i = 0; i < making->lines.count; i++) {
			struct fact_line *line = &making->lines.items[i];

			if (is_of_kind(line, "table") && !line->is_done &&
					!has_to_wait(making, line)) {
				make_table(making, line);
				goes_on |= line->is_done;
			}
		}
	}
}

/* Add `definition` to a table that is there: "COLUMN c integer"; what it is called there is dropped by its name. */
static void add_to_table(struct sql_making *making, const struct fact_line *line,
		str definition, const char *dropped)
{
	const str table = sql_name(making, line->table);

	add_pair(making,
			str_format(making->arena, "ALTER TABLE %.*s ADD %.*s;", STR_ARG(table),
					STR_ARG(definition)),
			str_format(making->arena, "ALTER TABLE %.*s DROP %s %.*s;", STR_ARG(table),
					dropped, STR_ARG(sql_name(making, line->name))));
}

static void make_column(struct sql_making *making, struct fact_line *column)
{
	add_to_table(making, column,
			str_format(making->arena, "COLUMN %.*s",
					STR_ARG(column_definition(making, column))),
			"COLUMN");
}

/* SQLite has none of it in a table that is there, and what has no name nobody could take back. */
static void make_constraint(struct sql_making *making, struct fact_line *constraint)
{
	if (making->engine != SCENARIO_SQLITE && constraint->name.len) {
		add_to_table(making, constraint, constraint_definition(making, constraint),
				"CONSTRAINT");
	}
}

/* Both engines say that it is unique behind its kind or its columns, where SQL has it first. */
static void make_index(struct sql_making *making, struct fact_line *index)
{
	const str unique = STR("unique ");
	const size_t at = str_find(index->facts, STR(") unique"));
	bool is_unique = str_starts_with(index->facts, unique);
	str facts = index->facts;

	if (is_unique) {
		facts = str_slice(facts, unique.len, facts.len);
	} else if (at < facts.len && making->engine == SCENARIO_SQLITE) {
		is_unique = true;
		facts = str_format(making->arena, "%.*s%.*s", STR_ARG(str_slice(facts, 0, at + 1)),
				STR_ARG(str_slice(facts, at + unique.len + 1, facts.len)));
	}
	if (!index->name.len || str_ends_with(facts, STR(" invalid"))) {
		return;
	}
	index->is_done = true;
	facts = facts_of_columns(making, facts);
	add_pair(making,
			str_format(making->arena, "CREATE %sINDEX %.*s ON %.*s %.*s;",
					is_unique ? "UNIQUE " : "",
					STR_ARG(sql_name(making, index->name)),
					STR_ARG(sql_name(making, index->table)), STR_ARG(facts)),
			str_format(making->arena, "DROP INDEX %.*s;",
					STR_ARG(repair_index_path(index->name, index->table,
							making->arena))));
}

static void make_type(struct sql_making *making, struct fact_line *type)
{
	if (str_starts_with(type->facts, STR("enum ("))) {
		type->is_done = true;
		add_pair(making,
				str_format(making->arena, "CREATE TYPE %.*s AS %.*s;",
						STR_ARG(sql_name(making, type->name)),
						STR_ARG(type->facts)),
				str_format(making->arena, "DROP TYPE %.*s;",
						STR_ARG(sql_name(making, type->name))));
	}
}

/* --- the whole --------------------------------------------------------------------------------------- */

/* All that are of `kind` and not done yet. */
static void make_each(struct sql_making *making, const char *kind,
		void (*make)(struct sql_making *making, struct fact_line *line))
{
	for (size_t i = 0; i < making->lines.count; i++) {
		struct fact_line *line = &making->lines.items[i];

		if (!line->is_done && is_of_kind(line, kind)) {
			make(making, line);
		}
	}
}

static str reversed(const struct str_list *statements, struct arena *arena)
{
	struct str_list back = { 0 };

	for (size_t i = statements->count; i-- > 0;) {
		str_list_add(&back, statements->items[i], arena);
	}
	return str_list_join(&back, STR("\n"), arena);
}

bool repair_make_sql(const struct str_list *lines, enum scenario_engine engine, struct arena *arena,
		struct repair_sql *ret_sql)
{
	struct sql_making making = { .engine = engine, .arena = arena };

	for (size_t i = 0; i < lines->count; i++) {
		struct fact_line line = { 0 };

		if (str_starts_with(lines->items[i], STR("column order "))) {
			continue;
		}
		if (!read_line(lines->items[i], &line)) {
			return false;
		}
		*LIST_PUSH(&making.lines, arena) = line;
	}
	make_each(&making, "type", make_type);
	make_tables(&making);
	make_each(&making, "column", make_column);
	make_each(&making, "primary key", make_constraint);
	make_each(&making, "unique", make_constraint);
	make_each(&making, "check", make_constraint);
	make_each(&making, "index", make_index);
	make_each(&making, "foreign key", make_constraint); // to keys that are there by now
	for (size_t i = 0; i < making.lines.count; i++) {
		if (!making.lines.items[i].is_done) {
			return false;
		}
	}
	*ret_sql = (struct repair_sql){
		.up = str_list_join(&making.up, STR("\n"), arena),
		.down = reversed(&making.down, arena),
	};
	return making.up.count > 0;
}
