/*
 * Any text as a name in any map: the names of revisions, ranges of a history, what to merge. Whatever is
 * found is in the map, and the same question has the same answer whatever was asked in between.
 */
#include "fuzz_map.h"
#include "revision/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* An answer: an error, or ids. */
struct answer {
	struct error *error;
	struct str_list ids;
};

static void look_at(const struct fuzz_map *map, const struct answer *answer)
{
	if (answer->error) {
		fuzz_expect(answer->error->class_name.len > 0, "an error has a class");
		return;
	}
	for (size_t i = 0; i < answer->ids.count; i++) {
		const str id = answer->ids.items[i];

		fuzz_expect(!id.data || str_equal(id, STR("base")) || fuzz_map_has(map, id),
				"what was found is in the map");
	}
}

static void expect_equal(const struct answer *a, const struct answer *b)
{
	fuzz_expect(!a->error == !b->error, "asked again, it fails again");
	if (a->error) {
		fuzz_expect(str_equal(a->error->class_name, b->error->class_name) &&
						str_equal(a->error->message, b->error->message),
				"asked again, it fails the same way");
		return;
	}
	fuzz_expect(a->ids.count == b->ids.count, "asked again, as much is found");
	for (size_t i = 0; i < a->ids.count; i++) {
		fuzz_expect(str_equal(a->ids.items[i], b->ids.items[i]),
				"asked again, the same is found");
	}
}

static struct answer ask(const struct fuzz_map *map, struct revision_history *history, size_t kind)
{
	const struct str_list one = { .items = (str[]){ map->text }, .count = 1 };
	struct answer answer = { 0 };
	struct branch_points points;

	switch (kind) {
	case 0:
		answer.error = query_resolve_one(history, map->text, map->arena, &answer.ids);
		break;
	case 1:
		answer.error = query_resolve(history, &one, map->arena, &answer.ids);
		break;
	case 2:
		answer.error = query_resolve(history, &map->targets, map->arena, &answer.ids);
		break;
	case 3:
		answer.error = query_history(
				history, map->text, &map->rows, map->arena, &answer.ids);
		break;
	case 4:
		answer.error = query_current(history, &map->rows, map->arena, &answer.ids);
		break;
	case 5:
		answer.error = plan_merge(history, &map->targets, map->arena, &answer.ids);
		break;
	case 6:
		answer.error = query_heads(history, map->arena, &answer.ids);
		break;
	default:
		answer.error = query_branches(history, map->arena, &points);
		for (size_t i = 0; !answer.error && i < points.count; i++) {
			str_list_add(&answer.ids, points.items[i].revision, map->arena);
		}
	}
	look_at(map, &answer);
	return answer;
}

#define KINDS 8

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = { 0 };
	struct answer first[KINDS];
	struct fuzz_map map;

	if (!fuzz_map_read(&map, data, size, &arena)) {
		return 0;
	}
	struct revision_history *history = revision_history_new(&map.specs, map.level, &arena);

	// which question comes first, and so loads the map, is up to the input
	for (size_t i = 0; i < KINDS; i++) {
		const size_t kind = (map.choice + i) % KINDS;

		first[kind] = ask(&map, history, kind);
	}
	for (size_t kind = 0; kind < KINDS; kind++) {
		const struct answer again = ask(&map, history, kind);

		expect_equal(&first[kind], &again);
	}
	arena_finish(&arena);
	return 0;
}
