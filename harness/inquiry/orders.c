/*
 * `orders`: where there are several branches, does every order of their revisions end in the same schema? All orders, or a
 * sample of them; what several begin with runs once, and is frozen where they part.
 */
#include "inquiry/course.h"

#include "kit/arena.h"

#include <stdlib.h>

#define MOST_ORDERS 64

/* Revisions that run for all orders together; of Alembic's own commands, each of which is a process. */
#define MOST_RUNS         2000
#define MOST_COMMAND_RUNS 200

/* Findings about schemas that differ. */
#define MOST_TOLD 3

/* The revisions of the route in an order. */
struct order {
	size_t *numbers;
	size_t count;
};

struct orders {
	struct inquiry *inquiry;
	struct route route;
	struct order *items;
	size_t count;
	size_t most; /* that there may be */
	bool is_sample;

	struct course course;
	struct image **images; /* by how many revisions have run */
	bool *is_done;         /* by revision */
	struct arena arena;    /* of a schema that is compared */
	struct schema *expected;
	bool *has_failed; /* by revision: that has been told */
	size_t told;
};

/* --- making orders -------------------------------------------------------------------------------- */

static bool is_ready(const struct orders *orders, const bool *is_done, size_t number)
{
	const struct str_list *below = &orders->route.ups[number].from;

	for (size_t i = 0; i < orders->route.count; i++) {
		if (!is_done[i] && str_list_contains(below, orders->route.ups[i].revision)) {
			return false;
		}
	}
	return !is_done[number];
}

static void keep_order(struct orders *orders, const size_t *order)
{
	struct arena *arena = orders->inquiry->arena;
	size_t *kept = arena_new_array(arena, size_t, orders->route.count);

	for (size_t i = 0; i < orders->route.count; i++) {
		kept[i] = order[i];
	}
	orders->items[orders->count++] = (struct order){ kept, orders->route.count };
}

/* All that go on so, until there are too many. */
static void list_orders(struct orders *orders, size_t *order, bool *is_done, size_t depth)
{
	if (depth == orders->route.count) {
		keep_order(orders, order);
		return;
	}
	for (size_t i = 0; i < orders->route.count && orders->count <= orders->most; i++) {
		if (is_ready(orders, is_done, i)) {
			is_done[i] = true;
			order[depth] = i;
			list_orders(orders, order, is_done, depth + 1);
			is_done[i] = false;
		}
	}
}

/* The same numbers in every run. */
static size_t draw(uint64_t *state, size_t below)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (size_t)((*state >> 33) % below);
}

/* One by chance; of the first two, those that take branches in turn and against the grain. */
static void draw_order(struct orders *orders, size_t *order, uint64_t *state)
{
	bool *is_done = arena_new_array(orders->inquiry->arena, bool, orders->route.count);
	size_t *ready = arena_new_array(orders->inquiry->arena, size_t, orders->route.count);

	for (size_t depth = 0; depth < orders->route.count; depth++) {
		size_t count = 0, chosen;

		for (size_t i = 0; i < orders->route.count; i++) {
			if (is_ready(orders, is_done, i)) {
				ready[count++] = i;
			}
		}
		chosen = ready[orders->count == 0                    ? 0
						: orders->count == 1 ? count - 1
								     : draw(state, count)];
		is_done[chosen] = true;
		order[depth] = chosen;
	}
	keep_order(orders, order);
}

static int compare_orders(const void *a, const void *b)
{
	const struct order *left = a, *right = b;

	for (size_t i = 0; i < left->count; i++) {
		if (left->numbers[i] != right->numbers[i]) {
			return left->numbers[i] < right->numbers[i] ? -1 : 1;
		}
	}
	return 0;
}

static void make_orders(struct orders *orders)
{
	struct arena *arena = orders->inquiry->arena;
	const struct scenario_project *project = orders->inquiry->like->project;
	const size_t count = orders->route.count;
	const size_t runs =
			project && project->runner == RUNNER_ENV ? MOST_COMMAND_RUNS : MOST_RUNS;
	size_t *order = arena_new_array(arena, size_t, count);
	uint64_t state = 12;

	orders->most = count && runs / count < MOST_ORDERS ? runs / count : MOST_ORDERS;
	orders->most = orders->most < 2 ? 2 : orders->most;
	orders->items = arena_new_array(arena, struct order, MOST_ORDERS + 1);
	list_orders(orders, order, arena_new_array(arena, bool, count), 0);
	if (orders->count > orders->most) {
		orders->is_sample = true;
		orders->count = 0;
		while (orders->count < orders->most) {
			draw_order(orders, order, &state);
		}
	}
	qsort(orders->items, orders->count, sizeof(*orders->items), compare_orders);
}

/* --- running them --------------------------------------------------------------------------------- */

static size_t common(const struct orders *orders, size_t a, size_t b)
{
	size_t depth = 0;

	while (depth < orders->route.count &&
			orders->items[a].numbers[depth] == orders->items[b].numbers[depth]) {
		depth++;
	}
	return depth;
}

/* Whether a later order parts from this one after so many revisions. */
static bool parts_at(const struct orders *orders, size_t index, size_t depth)
{
	for (size_t i = index + 1; i < orders->count; i++) {
		const size_t shared = common(orders, index, i);

		if (shared <= depth) {
			return shared == depth;
		}
	}
	return false;
}

static str words_of(const struct orders *orders, size_t index)
{
	struct arena *arena = orders->inquiry->arena;
	struct str_list ids = { 0 };

	for (size_t i = 0; i < orders->route.count; i++) {
		str_list_add(&ids, orders->route.ups[orders->items[index].numbers[i]].revision,
				arena);
	}
	return str_list_join(&ids, STR(", "), arena);
}

static const struct scenario_revision *revision_at(const struct orders *orders, size_t number)
{
	return route_revision(orders->inquiry, &orders->route, number);
}

static void tell_failure(
		struct orders *orders, size_t index, size_t number, const struct error *error)
{
	struct arena *arena = orders->inquiry->arena;

	if (!orders->has_failed[number]) {
		orders->has_failed[number] = true;
		inquiry_find(orders->inquiry, AUDIT_ORDERS, revision_at(orders, number), true,
				error, STR("does not upgrade in every order of the branches"))
				->hint = str_format(arena,
				"The order was %.*s. A revision that needs another branch's says so by depends_on.",
				STR_ARG(words_of(orders, index)));
	}
}

static void tell_difference(struct orders *orders, size_t index, const struct str_list *lines)
{
	struct arena *arena = orders->inquiry->arena;

	if (orders->told++ < MOST_TOLD) {
		struct audit_finding *finding = inquiry_find(orders->inquiry, AUDIT_ORDERS, NULL,
				true, NULL,
				STR("another order of the branches ends in another schema"));

		finding->difference = *lines;
		finding->hint = str_format(arena, "It differs between the orders %.*s and %.*s.",
				STR_ARG(words_of(orders, 0)), STR_ARG(words_of(orders, index)));
	}
}

static struct error *compare(struct orders *orders, size_t index)
{
	struct schema *schema;
	struct arena *arena = orders->expected ? &orders->arena : orders->inquiry->arena;

	arena_finish(&orders->arena);
	struct error *err = course_look(&orders->course, arena, &schema);
	if (err) {
		return err;
	}
	if (!orders->expected) {
		orders->expected = schema;
		return NULL;
	}
	const struct str_list lines =
			inquiry_difference(orders->expected, schema, orders->inquiry->arena);

	if (lines.count) {
		tell_difference(orders, index, &lines);
	}
	return NULL;
}

static void drop_images(struct orders *orders, size_t from)
{
	for (size_t i = from; i <= orders->route.count; i++) {
		orders->inquiry->like->engine->image_drop(orders->images[i]);
		orders->images[i] = NULL;
	}
}

/* One order, from where it parts from the one before. `ret_depth` is how far it came. */
static struct error *run_order(struct orders *orders, size_t index, size_t from, size_t *ret_depth)
{
	const size_t *order = orders->items[index].numbers;
	struct error *err = course_open(
			&orders->course, orders->inquiry, &orders->route, orders->images[from]);

	for (size_t depth = from; !err && depth < orders->route.count; depth++) {
		if (depth > from && !orders->images[depth] && parts_at(orders, index, depth)) {
			err = course_freeze(&orders->course, &orders->images[depth]);
		}
		if (!err) {
			err = course_run(&orders->course, order[depth], true);
		}
		if (is_of_revision(err)) {
			tell_failure(orders, index, order[depth], err);
			*ret_depth = depth + 1;
			err = NULL;
			break;
		}
		*ret_depth = depth + 1;
		if (!err && depth + 1 == orders->route.count) {
			err = compare(orders, index);
		}
	}
	course_close(&orders->course);
	orders->course = (struct course){ 0 };
	return err;
}

static struct error *run_all(struct orders *orders)
{
	struct error *err = NULL;
	size_t depth = 0;

	for (size_t i = 0; !err && i < orders->count; i++) {
		size_t from = i ? common(orders, i - 1, i) : 0;

		if (i && from >= depth) {
			continue; // it begins as one that has failed there, or is the same
		}
		while (from && !orders->images[from]) {
			from--; // what was frozen for it
		}
		drop_images(orders, from + 1);
		err = run_order(orders, i, from, &depth);
	}
	drop_images(orders, 0);
	return err;
}

/* --- the whole ------------------------------------------------------------------------------------ */

static struct error *ask(struct inquiry *inquiry)
{
	struct arena *arena = inquiry->arena;
	struct orders orders = { .inquiry = inquiry };

	struct error *err = route_plan(inquiry, &orders.route);
	if (err) {
		return err;
	}
	make_orders(&orders);
	if (orders.count < 2) {
		inquiry_answer(inquiry, AUDIT_ORDERS, AUDIT_YES, STR("there is only one"));
		return NULL;
	}
	arena_init(&orders.arena, arena->full, arena->full_data);
	orders.images = arena_new_array(arena, struct image *, orders.route.count + 1);
	orders.has_failed = arena_new_array(arena, bool, orders.route.count);
	inquiry_answer(inquiry, AUDIT_ORDERS, AUDIT_YES,
			str_format(arena, "%s%zu orders", orders.is_sample ? "a sample of " : "",
					orders.count));
	err = run_all(&orders);
	if (is_of_revision(err)) {
		inquiry_answer(inquiry, AUDIT_ORDERS, AUDIT_UNKNOWN,
				inquiry_error_line(err, arena));
		err = NULL;
	}
	arena_finish(&orders.arena);
	return err;
}

const struct inquiry_kind inquiry_orders = {
	.name = "orders",
	.answers = { [AUDIT_ORDERS] = true },
	.ask = ask,
};
