#include "lab/upgrade.h"

#include "kit/arena.h"
#include "lab/alembic.h"
#include "lab/body.h"
#include "lab/python.h"
#include "revision/history.h"

/* Mark what `name` stands for: an exact id, and only where there is none a label; whether there is such a thing. */
static bool mark(const struct scenario_revisions *revisions, str name, bool *is_marked)
{
	bool is_id = false, is_label = false;

	for (size_t i = 0; i < revisions->count; i++) {
		if (str_equal(revisions->items[i].spec.revision, name)) {
			is_marked[i] = true;
			is_id = true;
		}
	}
	for (size_t i = 0; !is_id && i < revisions->count; i++) {
		if (str_list_contains(&revisions->items[i].spec.branch_labels, name)) {
			is_marked[i] = true;
			is_label = true;
		}
	}
	return is_id || is_label;
}

static void mark_all(const struct scenario_revisions *revisions, const struct str_list *names,
		bool *is_marked)
{
	for (size_t i = 0; i < names->count; i++) {
		(void)mark(revisions, names->items[i], is_marked);
	}
}

/*
 * Of a tree that does not load, the files at and below the targets, in load order: a state asks no more of
 * the tree than that. The whole tree if a target is not an exact id or label.
 */
static struct scenario_revisions part_below(const struct scenario_revisions *revisions,
		const struct named_places *targets, struct arena *arena)
{
	bool *is_marked = arena_new_array(arena, bool, revisions->count);
	bool *is_followed = arena_new_array(arena, bool, revisions->count);
	struct scenario_revisions part = { 0 };
	bool goes_on = true;

	for (size_t i = 0; i < targets->count; i++) {
		if (!mark(revisions, targets->items[i].name, is_marked)) {
			return *revisions;
		}
	}
	while (goes_on) {
		goes_on = false;
		for (size_t i = 0; i < revisions->count; i++) {
			if (is_marked[i] && !is_followed[i]) {
				const struct revision_spec *spec = &revisions->items[i].spec;

				is_followed[i] = true;
				goes_on = true;
				mark_all(revisions, &spec->down_revision, is_marked);
				mark_all(revisions, &spec->depends_on, is_marked);
			}
		}
	}
	for (size_t i = 0; i < revisions->count; i++) {
		if (is_marked[i]) {
			*LIST_PUSH(&part, arena) = revisions->items[i];
		}
	}
	return part;
}

struct error *stage_upgrade(struct stage *stage, const struct named_places *targets)
{
	struct error *err = NULL;

	if (revision_history_load(stage_history(stage), stage->arena)) {
		stage->revisions = part_below(&stage->revisions, targets, stage->arena);
	}
	for (size_t i = 0; !err && i < targets->count; i++) {
		err = alembic_upgrade(stage, targets->items[i].name);
		if (err && !err->where.source) {
			err->where = targets->items[i].where;
		}
	}
	return err;
}

struct error *upgrade_run(struct stage *stage, struct connection *connection,
		const struct scenario_revision *revision)
{
	struct error *err = stage->engine->set_autocommit(
			connection, revision->autocommit, stage->arena);

	if (!err) {
		err = revision_has_python(revision, true)
				? python_body_run(stage, connection, revision, true)
				: body_run(stage, connection,
						  &revision->upgrade.by_engine[stage->kind],
						  revision->spec.revision, NULL);
	}
	return err ? err : stage_commit(stage, connection);
}
