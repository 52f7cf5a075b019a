/*
 * Repairs of a tree in the bodies of its revisions: a downgrade that undoes, statements that are Alembic's, a body that runs in
 * no transaction.
 */
#include "kit/arena.h"
#include "repair/repair_internal.h"
#include "scenario/edit.h"

static void add_body(struct making *making, size_t at, enum revision_field field, str sql,
		str title, str change_words)
{
	const struct scenario_revision *revision = &making->wish->tree->items[at];
	const struct revision_spec *spec = &making->specs.items[at];
	struct repair_tree tree = { .title = title, .files = 1 };
	struct revision_change change = {
		.name = spec->file.len ? spec->file : spec->revision,
		.fields = field,
		.values = { .upgrade = revision->upgrade, .downgrade = revision->downgrade },
	};
	struct sql_body *body =
			field == FIELD_UPGRADE ? &change.values.upgrade : &change.values.downgrade;

	body->by_engine[making->wish->engine] = (struct located_text){ .text = sql };
	*LIST_PUSH(&tree.edit.change, making->arena) = change;
	str_list_add(&tree.changes, change_words, making->arena);
	making_add(making, tree);
}

/* Whether the goal may take anybody down. */
static bool goes_down(const struct goal *goal)
{
	return goal->keys & GOAL_ROUND_TRIP || !(goal->keys & GOAL_VERSION) ||
			goal->version == GOAL_VERSION_ROWS;
}

/* A downgrade that undoes what the upgrade is known to do; of heads alone, where the goal takes nobody down. */
void making_add_downgrades(struct making *making, const struct repair_database *database)
{
	const bool takes_all = goes_down(making->wish->goal);

	for (size_t i = 0; i < database->undoings.count; i++) {
		const struct repair_undoing *undoing = &database->undoings.items[i];
		const size_t at = spec_of_id(&making->specs, undoing->revision);

		if (at == SIZE_MAX || making->wish->tree->items[at].project ||
				!(takes_all || making_is_head(making, at))) {
			continue;
		}
		add_body(making, at, FIELD_DOWNGRADE, undoing->sql,
				str_format(making->arena,
						"a downgrade of %.*s that undoes its upgrade",
						STR_ARG(undoing->revision)),
				str_format(making->arena, "%.*s: downgrade is %.*s",
						STR_ARG(undoing->revision),
						STR_ARG(str_on_one_line(undoing->sql, 160,
								making->arena))));
	}
}

/* Statements about the version table, which is Alembic's, taken out of a body; each ends at the end of a line. */
static str without_version_table(str sql, struct arena *arena)
{
	struct buf kept = { .arena = arena };
	str statement;

	while (str_next_part(&sql, ';', &statement)) {
		if (str_trim(statement).len && !sql_has_word(statement, STR("alembic_version"))) {
			buf_add(&kept, str_trim(statement));
			buf_add(&kept, STR(";\n"));
		}
	}
	return buf_str(&kept);
}

void making_add_without_version_table(struct making *making)
{
	for (size_t i = 0; i < making->specs.count; i++) {
		const str id = making->specs.items[i].revision;

		if (sql_has_word(making_sql(making, i), STR("alembic_version"))) {
			add_body(making, i, FIELD_UPGRADE,
					without_version_table(making_sql(making, i), making->arena),
					str_format(making->arena,
							"%.*s without its statements about the version table",
							STR_ARG(id)),
					str_format(making->arena,
							"%.*s: no statement about alembic_version",
							STR_ARG(id)));
		}
	}
}

/* --- transactions ------------------------------------------------------------------------------------- */

/* What PostgreSQL runs in no transaction, or cannot use in the one that made it. */
static bool wants_autocommit(str sql)
{
	return sql_has_word(sql, STR("CONCURRENTLY")) || sql_has_word(sql, STR("VACUUM")) ||
			(sql_has_word(sql, STR("TYPE")) && sql_has_word(sql, STR("VALUE")));
}

void making_add_autocommit(struct making *making)
{
	for (size_t i = 0; i < making->specs.count; i++) {
		const struct scenario_revision *revision = &making->wish->tree->items[i];
		const struct revision_spec *spec = &making->specs.items[i];

		if (revision->project || revision->autocommit ||
				!wants_autocommit(making_sql(making, i))) {
			continue;
		}
		struct repair_tree tree = {
			.title = str_format(making->arena, "%.*s outside of a transaction",
					STR_ARG(spec->revision)),
			.files = 1,
		};

		*LIST_PUSH(&tree.edit.change, making->arena) = (struct revision_change){
			.name = spec->file.len ? spec->file : spec->revision,
			.fields = FIELD_AUTOCOMMIT,
			.values.autocommit = true,
		};
		str_list_add(&tree.changes,
				str_format(making->arena, "%.*s: its body in an autocommit_block()",
						STR_ARG(spec->revision)),
				making->arena);
		making_add(making, tree);
	}
}
