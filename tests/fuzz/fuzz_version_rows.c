/*
 * Any steps, planned or not, on any rows. Besides the lines of a map:
 *
 *     +a,b          upgrade a, then b
 *     -a,b          downgrade them
 *     ^a,b>c        stamp up: from rows to a row; without rows it adds one
 *     !a,b>c        stamp down; without a row to go to it takes away the first
 *
 * The rows are kept in a list, so that a change meets none, one or several. After every step that went
 * well a change met one row, and nothing is kept twice that was not there twice.
 */
#include "fuzz_map.h"
#include "revision/version_rows.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST_STEPS 256

struct steps {
	struct plan_step *items;
	size_t count, capacity;
};

struct table_rows {
	struct str_list ids;
	struct arena *arena; /* borrowed */
	bool met_one;        /* every change of the step in hand */
};

static size_t take_out(struct table_rows *rows, str id)
{
	size_t kept = 0;

	for (size_t i = 0; i < rows->ids.count; i++) {
		if (!str_equal(rows->ids.items[i], id)) {
			rows->ids.items[kept++] = rows->ids.items[i];
		}
	}
	const size_t taken = rows->ids.count - kept;

	rows->ids.count = kept;
	return taken;
}

static struct error *rows_apply(void *data, const struct version_change *change,
		struct arena *arena, int64_t *ret_matched)
{
	struct table_rows *rows = data;
	size_t taken = 1;

	(void)arena;
	if (change->op != VERSION_INSERT) {
		taken = take_out(rows, change->from);
	}
	for (size_t i = 0; change->op != VERSION_DELETE && i < taken; i++) {
		str_list_add(&rows->ids, change->to, rows->arena);
	}
	rows->met_one &= taken == 1;
	*ret_matched = (int64_t)taken;
	return NULL;
}

static void add_step(struct steps *steps, struct plan_step step, struct arena *arena)
{
	if (steps->count < MOST_STEPS) {
		*LIST_PUSH(steps, arena) = step;
	}
}

static void add_moves(struct steps *steps, const struct fuzz_map *map, enum plan_op op, str names)
{
	const struct str_list ids = fuzz_names(names, map->arena);

	for (size_t i = 0; i < ids.count; i++) {
		add_step(steps,
				(struct plan_step){ .op = op,
						.revision = ids.items[i],
						.is_upgrade = op == PLAN_UPGRADE },
				map->arena);
	}
}

/* Stamps as Alembic makes them: one row to go to, unless rows go away. */
static void add_stamp(struct steps *steps, const struct fuzz_map *map, bool is_upgrade, str text)
{
	const size_t at = str_find_char(text, '>');
	struct plan_step step = {
		.op = PLAN_STAMP,
		.spec = SIZE_MAX,
		.is_upgrade = is_upgrade,
		.from = fuzz_names(str_slice(text, 0, at), map->arena),
		.to = fuzz_names(str_slice(text, at + 1, text.len), map->arena),
	};

	step.is_branch_move = is_upgrade ? !step.from.count : !step.to.count;
	if (is_upgrade ? step.to.count == 1 : step.from.count && step.to.count <= 1) {
		step.revision = step.to.count ? step.to.items[0] : step.from.items[0];
		add_step(steps, step, map->arena);
	}
}

static void add_line(struct steps *steps, struct fuzz_map *map, str line)
{
	const str rest = str_slice(line, 1, line.len);

	switch (line.len ? line.data[0] : '\0') {
	case '+':
		add_moves(steps, map, PLAN_UPGRADE, rest);
		break;
	case '-':
		add_moves(steps, map, PLAN_DOWNGRADE, rest);
		break;
	case '^':
		add_stamp(steps, map, true, rest);
		break;
	case '!':
		add_stamp(steps, map, false, rest);
		break;
	default:
		fuzz_map_add_line(map, line);
	}
}

static size_t repeats(const struct str_list *ids)
{
	size_t count = 0;

	for (size_t i = 0; i < ids->count; i++) {
		for (size_t j = 0; j < i; j++) {
			count += str_equal(ids->items[i], ids->items[j]);
		}
	}
	return count;
}

static void take_steps(const struct fuzz_map *map, struct revision_history *history,
		const struct steps *steps)
{
	struct table_rows rows = { .arena = map->arena };
	const struct version_store store = { .data = &rows, .apply = rows_apply };
	const bool checks = !(map->choice & 1);
	struct version_keeper *keeper = version_keeper_new(
			history, &map->rows, STR("alembic_version"), checks, map->arena);

	for (size_t i = 0; i < map->rows.count; i++) {
		str_list_add(&rows.ids, map->rows.items[i], map->arena);
	}
	for (size_t i = 0; i < steps->count; i++) {
		const struct plan_step *step = &steps->items[i];
		const size_t before = repeats(&rows.ids);

		if (step->op != PLAN_STAMP && !fuzz_map_has(map, step->revision)) {
			continue;
		}
		rows.met_one = true;
		const struct error *err = version_keeper_apply(keeper, step, &store, map->arena);

		if (err) {
			fuzz_expect(err->class_name.len > 0, "an error has a class");
		} else {
			fuzz_expect(!checks || rows.met_one, "every change met one row");
			fuzz_expect(!checks || repeats(&rows.ids) <= before,
					"no row is there twice");
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct steps steps = { 0 };
	struct fuzz_map map;
	str lines, line;

	if (!fuzz_map_begin(&map, data, size, &arena, &lines)) {
		return 0;
	}
	while (str_next_part(&lines, '\n', &line)) {
		add_line(&steps, &map, line);
	}
	struct revision_history *history = revision_history_new(&map.specs, map.level, &arena);

	if (!revision_history_load(history, &arena)) {
		take_steps(&map, history, &steps);
	}
	arena_finish(&arena);
	return 0;
}
