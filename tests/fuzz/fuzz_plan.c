/*
 * Bytes to a small tree, rows and a target, through all that a history can be asked. The first byte picks
 * the command, the second the release; then come lines:
 *
 *     a<b,c>d#e     a revision: parents, dependencies, labels
 *     =a,b          rows
 *     @x            a target (several, with commas, for a stamp)
 */
#include "kit/arena.h"
#include "revision/query.h"
#include "revision/version_rows.h"

#include <assert.h>

#define MOST_REVISIONS 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct question {
	struct arena *arena;
	struct revision_specs specs;
	struct str_list rows, targets;
};

static struct str_list names_of(struct question *question, str text)
{
	struct str_list names = { 0 };
	str name;

	while (text.len && str_next_part(&text, ',', &name)) {
		str_list_add(&names, name, question->arena);
	}
	return names;
}

static struct str_list take_names(struct question *question, str *text, char mark)
{
	const size_t at = str_find_char(*text, mark);
	const struct str_list names = names_of(question, str_slice(*text, at + 1, text->len));

	*text = str_slice(*text, 0, at);
	return names;
}

static void read_line(struct question *question, str line)
{
	if (line.len && line.data[0] == '=') {
		question->rows = names_of(question, str_slice(line, 1, line.len));
	} else if (line.len && line.data[0] == '@') {
		question->targets = names_of(question, str_slice(line, 1, line.len));
	} else if (question->specs.count < MOST_REVISIONS) {
		struct revision_spec *spec = LIST_PUSH(&question->specs, question->arena);

		spec->branch_labels = take_names(question, &line, '#');
		spec->depends_on = take_names(question, &line, '>');
		spec->down_revision = take_names(question, &line, '<');
		spec->revision = line;
	}
}

/* A table without rows of its own: every change meets one row. */
static struct error *store_apply(void *data, const struct version_change *change,
		struct arena *arena, int64_t *ret_matched)
{
	size_t *changes = data;

	(void)arena;
	assert(change->op == VERSION_DELETE || change->to.data || !change->to.len);
	*ret_matched = 1;
	++*changes;
	return NULL;
}

/* What was planned can be taken, or fails with an error that has a class. */
static void take_plan(struct question *question, struct revision_history *history,
		const struct plan *plan, const struct str_list *start)
{
	size_t changes = 0;
	const struct version_store store = { .data = &changes, .apply = store_apply };
	struct version_keeper *keeper = version_keeper_new(
			history, start, STR("alembic_version"), true, question->arena);

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *step = &plan->steps[i];

		assert(step->op == PLAN_STAMP || step->spec < question->specs.count);
		const struct error *err =
				version_keeper_apply(keeper, step, &store, question->arena);

		if (err) {
			assert(err->class_name.len);
			return;
		}
	}
}

static void ask(struct question *question, uint8_t command, int level)
{
	struct revision_history *history =
			revision_history_new(&question->specs, level, question->arena);
	const str target = question->targets.count ? question->targets.items[0] : STR("heads");
	struct plan_request request = {
		.op = (enum plan_op)(command % 3),
		.targets = question->targets,
		.purge = command & 16,
		.sql = command & 32,
	};
	struct branch_points points;
	struct str_list start, ids;
	struct error *err;
	struct plan plan;

	if (!request.targets.count) {
		str_list_add(&request.targets, target, question->arena);
	}
	err = plan_command(history, &request, &question->rows, question->arena, &start, &plan);
	if (!err) {
		take_plan(question, history, &plan, &start);
	}
	// each answers or fails; none may depend on what was asked before
	err = query_heads(history, question->arena, &ids);
	err = query_branches(history, question->arena, &points);
	err = query_resolve(history, &request.targets, question->arena, &ids);
	err = query_resolve_one(history, target, question->arena, &ids);
	err = query_history(history, target, &question->rows, question->arena, &ids);
	err = query_current(history, &question->rows, question->arena, &ids);
	err = plan_merge(history, &request.targets, question->arena, &ids);
	(void)err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct question question = { .arena = &arena };
	str rest, line;

	if (size < 2) {
		return 0;
	}
	rest = (str){ (const char *)data + 2, size - 2 };
	while (str_next_part(&rest, '\n', &line)) {
		read_line(&question, line);
	}
	ask(&question, data[0], ALEMBIC_OLDEST + data[1] % (ALEMBIC_NEWEST - ALEMBIC_OLDEST + 1));
	arena_finish(&arena);
	return 0;
}
