/*
 * Any command to any target from any rows, in any map. A plan names files that there are, an upgrade or a
 * downgrade each at most once; it can be carried out on a table of the rows, or fails there with an error
 * that has a class; and it comes out the same a second time.
 */
#include "fuzz_map.h"
#include "revision/version_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A table without rows of its own: every change meets one row. */
static struct error *store_apply(void *data, const struct version_change *change,
		struct arena *arena, int64_t *ret_matched)
{
	size_t *changes = data;

	(void)arena;
	fuzz_expect(change->op == VERSION_DELETE || change->to.data || !change->to.len,
			"what is written is a text");
	*ret_matched = 1;
	++*changes;
	return NULL;
}

static void look_at_steps(const struct fuzz_map *map, const struct plan *plan)
{
	uint8_t *is_there = arena_new_array(map->arena, uint8_t, map->specs.count);

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *step = &plan->steps[i];

		if (step->op == PLAN_STAMP) {
			continue;
		}
		fuzz_expect(step->spec < map->specs.count, "a step has a file");
		fuzz_expect(str_equal(step->revision, map->specs.items[step->spec].revision),
				"a step is of the revision of its file");
		is_there[step->spec]++;
	}
	// an id that is a symbol too is looked up as one, and may give what another step has
	const bool has_symbols = fuzz_map_has(map, STR("head")) ||
			fuzz_map_has(map, STR("heads")) || fuzz_map_has(map, STR("base"));

	for (size_t i = 0; !has_symbols && i < map->specs.count; i++) {
		fuzz_expect(is_there[i] <= 1, "no file runs twice in a plan");
	}
}

static void carry_out(const struct fuzz_map *map, struct revision_history *history,
		const struct plan *plan, const struct str_list *start)
{
	size_t changes = 0;
	const struct version_store store = { .data = &changes, .apply = store_apply };
	struct version_keeper *keeper = version_keeper_new(
			history, start, STR("alembic_version"), true, map->arena);

	for (size_t i = 0; i < plan->count; i++) {
		const struct error *err =
				version_keeper_apply(keeper, &plan->steps[i], &store, map->arena);

		if (err) {
			fuzz_expect(err->class_name.len > 0, "an error has a class");
			return;
		}
	}
}

static void expect_equal(const struct plan *a, const struct plan *b)
{
	fuzz_expect(a->count == b->count, "planned again, there are as many steps");
	for (size_t i = 0; i < a->count; i++) {
		fuzz_expect(a->steps[i].spec == b->steps[i].spec &&
						str_equal(a->steps[i].revision,
								b->steps[i].revision),
				"planned again, a step is the same");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct plan plan = { 0 }, again = { 0 };
	struct str_list start = { 0 };
	struct fuzz_map map;

	if (!fuzz_map_read(&map, data, size, &arena)) {
		return 0;
	}
	struct revision_history *history = revision_history_new(&map.specs, map.level, &arena);
	struct plan_request request = {
		.op = (enum plan_op)(map.choice % 3),
		.targets = map.targets,
		.purge = map.choice & 16,
		.sql = map.choice & 32,
	};

	if (!request.targets.count) {
		str_list_add(&request.targets, STR("heads"), &arena);
	}
	struct error *err = plan_command(history, &request, &map.rows, &arena, &start, &plan);

	if (!err) {
		look_at_steps(&map, &plan);
		carry_out(&map, history, &plan, &start);
		err = plan_command(history, &request, &map.rows, &arena, &start, &again);
		fuzz_expect(!err, "what was planned can be planned again");
		expect_equal(&plan, &again);
	} else {
		fuzz_expect(err->class_name.len > 0, "an error has a class");
	}
	arena_finish(&arena);
	return 0;
}
