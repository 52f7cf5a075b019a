/*
 * A revision as a file of Alembic's.
 */
#include "export/export_internal.h"

#include "kit/arena.h"

/* --- what it is ------------------------------------------------------------------------------ */

/* What a comment says of ids, which need not be the truth. */
static void add_told(const struct revision_spec *spec, struct arena *arena, struct buf *out)
{
	const struct str_list *parents =
			spec->told_parents.count ? &spec->told_parents : &spec->down_revision;
	const str revision = spec->told_revision.len ? spec->told_revision : spec->revision;
	const str revises = str_list_join(parents, STR(", "), arena);

	if (python_is_plain(revision) && (!revises.len || python_is_plain(revises))) {
		buf_format(out, "\n\nRevision ID: %.*s\nRevises: %.*s\n", STR_ARG(revision),
				STR_ARG(revises));
	}
}

/* The message is the docstring's first line; without one Alembic shows none. */
static void add_docstring(const struct revision_spec *spec, struct arena *arena, struct buf *out)
{
	if (!spec->message.len) {
		return;
	}
	if (!python_is_plain(spec->message)) {
		python_add_text(spec->message, out);
		buf_add_char(out, '\n');
		return;
	}
	buf_format(out, "\"\"\"%.*s", STR_ARG(spec->message));
	add_told(spec, arena, out);
	buf_add(out, STR("\"\"\"\n"));
}

static void assign(const char *name, const struct str_list *texts, bool is_list, struct buf *out)
{
	buf_format(out, "%s = ", name);
	python_add_texts(texts, is_list, out);
	buf_add_char(out, '\n');
}

static void add_identifiers(const struct revision_spec *spec, struct buf *out)
{
	buf_add(out, STR("# revision identifiers, used by Alembic.\nrevision = "));
	python_add_text(spec->revision, out);
	buf_add_char(out, '\n');
	assign("down_revision", &spec->down_revision,
			spec->lists_down_revision || spec->down_revision.count > 1, out);
	assign("branch_labels", &spec->branch_labels, spec->branch_labels.count > 1, out);
	assign("depends_on", &spec->depends_on, spec->depends_on.count > 1, out);
}

/* --- what it does ---------------------------------------------------------------------------- */

/* A multi-line text is as it is, so that the engine gets the SQL of the scenario and no blank more. */
str export_statements(const struct engine *engine, str sql, const char *indent, struct arena *arena)
{
	const struct statements statements = engine->split(sql, arena);
	struct buf out = { .arena = arena };

	for (size_t i = 0; i < statements.count; i++) {
		buf_format(&out, "%sop.execute(", indent);
		python_add_sql(statements.items[i].text, &out);
		buf_add(&out, STR(")\n"));
	}
	if (!statements.count) {
		buf_format(&out, "%spass\n", indent);
	}
	return buf_str(&out);
}

static void add_statements(const struct export_wish *wish, const struct sql_body *body,
		const char *indent, struct arena *arena, struct buf *out)
{
	buf_add(out,
			export_statements(wish->engine, body->by_engine[wish->kind].text, indent,
					arena));
}

static void add_function(const struct export_wish *wish, const char *name,
		const struct scenario_revision *revision, const struct sql_body *body,
		struct arena *arena, struct buf *out)
{
	buf_format(out, "\n\ndef %s():\n", name);
	if (revision->irreversible && body == &revision->downgrade) {
		buf_add(out, STR("    raise NotImplementedError("));
		python_add_text(str_format(arena, "revision '%.*s' cannot be downgraded",
						STR_ARG(revision->spec.revision)),
				out);
		buf_add(out, STR(")\n"));
	} else if (revision->autocommit) {
		buf_add(out, STR("    with op.get_context().autocommit_block():\n"));
		add_statements(wish, body, "        ", arena, out);
	} else {
		add_statements(wish, body, "    ", arena, out);
	}
}

str revision_text(const struct export_wish *wish, const struct scenario_revision *revision,
		struct arena *arena)
{
	struct buf out = { .arena = arena };

	add_docstring(&revision->spec, arena, &out);
	buf_add(&out, STR("from alembic import op\n\n"));
	add_identifiers(&revision->spec, &out);
	add_function(wish, "upgrade", revision, &revision->upgrade, arena, &out);
	add_function(wish, "downgrade", revision, &revision->downgrade, arena, &out);
	return buf_str(&out);
}
