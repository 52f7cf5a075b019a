/*
 * The canonical form: one line an object, sorted by bytes, and one line a table for the order of its
 * columns, so that the order stands in records without making every column's line depend on it.
 */
#include "kit/arena.h"
#include "schema/schema_internal.h"

/* What an object's line looks like after the words of its kind. */
enum line_form {
	FORM_HIDDEN,   /* has no line */
	FORM_NAMED,    /* NAME FACTS */
	FORM_OF_TABLE, /* TABLE.NAME FACTS */
	FORM_BARE,     /* FACTS */
	FORM_ON_TABLE, /* NAME on TABLE FACTS, or TABLE FACTS without a name */
};

static const struct kind {
	const char *words; /* with which the line begins */
	enum line_form form;
} kinds[SCHEMA_KIND_COUNT] = {
	[SCHEMA_TABLE] = { "table", FORM_NAMED },
	[SCHEMA_VIRTUAL_TABLE] = { "virtual table", FORM_NAMED },
	[SCHEMA_COLUMN] = { "column", FORM_OF_TABLE },
	[SCHEMA_PRIMARY_KEY] = { "primary key", FORM_ON_TABLE },
	[SCHEMA_UNIQUE] = { "unique", FORM_ON_TABLE },
	[SCHEMA_FOREIGN_KEY] = { "foreign key", FORM_ON_TABLE },
	[SCHEMA_CHECK] = { "check", FORM_ON_TABLE },
	[SCHEMA_EXCLUSION] = { "exclude", FORM_ON_TABLE },
	[SCHEMA_CONSTRAINT_NAME] = { "constraint", FORM_HIDDEN },
	[SCHEMA_INDEX] = { "index", FORM_ON_TABLE },
	[SCHEMA_VIEW] = { "view", FORM_NAMED },
	[SCHEMA_TRIGGER] = { "trigger", FORM_ON_TABLE },
	[SCHEMA_SEQUENCE] = { "sequence", FORM_NAMED },
	[SCHEMA_TYPE] = { "type", FORM_NAMED },
	[SCHEMA_FUNCTION] = { "function", FORM_NAMED },
	[SCHEMA_SPACE] = { "schema", FORM_NAMED },
	[SCHEMA_EXTENSION] = { "extension", FORM_NAMED },
	[SCHEMA_POLICY] = { "policy", FORM_ON_TABLE },
	[SCHEMA_RULE] = { "rule", FORM_ON_TABLE },
	[SCHEMA_STATISTICS] = { "statistics", FORM_NAMED },
	[SCHEMA_COLLATION] = { "collation", FORM_NAMED },
	[SCHEMA_CONVERSION] = { "conversion", FORM_NAMED },
	[SCHEMA_OPERATOR] = { "operator", FORM_NAMED },
	[SCHEMA_TEXT_SEARCH] = { "text search", FORM_NAMED },
	[SCHEMA_PUBLICATION] = { "publication", FORM_NAMED },
	[SCHEMA_PRAGMA] = { "pragma", FORM_NAMED },
	[SCHEMA_CAST] = { "cast", FORM_BARE },
	[SCHEMA_SETTING] = { "setting", FORM_BARE },
	[SCHEMA_COMMENT] = { "comment", FORM_BARE },
	[SCHEMA_GRANT] = { "grant", FORM_BARE },
	[SCHEMA_REVOKE] = { "revoke", FORM_BARE },
};

static bool is_plain_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

void schema_name_render(str name, struct buf *out)
{
	bool is_plain = name.len > 0;

	for (size_t i = 0; i < name.len && is_plain; i++) {
		is_plain = is_plain_char(name.data[i]);
	}
	if (is_plain) {
		buf_add(out, name);
		return;
	}
	buf_add_char(out, '"');
	for (size_t i = 0; i < name.len; i++) {
		if (name.data[i] == '"') {
			buf_add_char(out, '"');
		}
		buf_add_char(out, name.data[i]);
	}
	buf_add_char(out, '"');
}

static void render_path(str space, str name, str member, struct buf *out)
{
	if (space.len > 0) {
		schema_name_render(space, out);
		buf_add_char(out, '.');
	}
	schema_name_render(name, out);
	if (member.len > 0) {
		buf_add_char(out, '.');
		schema_name_render(member, out);
	}
}

/* A copy on one line, so that a fact is a line whatever its literals hold. */
static str escape_line(str text, struct arena *arena)
{
	struct buf out = { .arena = arena };

	for (size_t i = 0; i < text.len; i++) {
		const char c = text.data[i];
		if (c == '\\') {
			buf_add(&out, STR("\\\\"));
		} else if (c == '\n') {
			buf_add(&out, STR("\\n"));
		} else if ((unsigned char)c < 0x20 || c == 0x7f) {
			buf_format(&out, "\\x%02x", (unsigned)(unsigned char)c);
		} else {
			buf_add_char(&out, c);
		}
	}
	return buf_str(&out);
}

str schema_render_fact(const struct schema_object *object, struct arena *arena)
{
	const struct kind *kind = &kinds[object->kind];
	struct buf line = { .arena = arena };

	buf_add(&line, str_from(kind->words));
	if (kind->form != FORM_BARE) {
		buf_add_char(&line, ' ');
	}
	switch (kind->form) {
	case FORM_BARE:
		break;
	case FORM_HIDDEN:
	case FORM_NAMED:
		render_path(object->space, object->name, STR(""), &line);
		break;
	case FORM_OF_TABLE:
		render_path(object->space, object->table, object->name, &line);
		break;
	case FORM_ON_TABLE:
		if (object->name.len > 0) {
			schema_name_render(object->name, &line);
			buf_add(&line, STR(" on "));
		}
		render_path(object->space, object->table, STR(""), &line);
		break;
	}
	if (object->facts.len > 0) {
		buf_add_char(&line, ' ');
		buf_add(&line, object->facts);
	}
	return escape_line(buf_str(&line), arena);
}

bool schema_is_visible(const struct schema_object *object)
{
	return kinds[object->kind].form != FORM_HIDDEN;
}

str schema_render_table_of(const struct schema_object *object, struct arena *arena)
{
	struct buf path = { .arena = arena };

	render_path(object->space, object->table, STR(""), &path);
	return buf_str(&path);
}

str schema_render_order(const struct schema_facts *columns, struct arena *arena)
{
	struct buf line = { .arena = arena };

	buf_add(&line, STR(COLUMN_ORDER_WORDS));
	buf_add(&line, schema_render_table_of(columns->items[0], arena));
	for (size_t i = 0; i < columns->count; i++) {
		buf_add(&line, i ? STR(", ") : STR(" ("));
		schema_name_render(columns->items[i]->name, &line);
	}
	buf_add_char(&line, ')');
	return escape_line(buf_str(&line), arena);
}
