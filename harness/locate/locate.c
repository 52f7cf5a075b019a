/*
 * The order of the search: version states that are the database, fact for fact; else the best explanation, with
 * revisions looked at statement by statement where facts are left over. What a search promises is replayed before it
 * is believed, since what a revision does may depend on what has run before it.
 */
#include "locate/locate.h"

#include "locate/search.h"

/* Of larger trees. */
#define REPLAYS_OF_A_LARGE 12

/* Revisions that are tried at the end of what has run. */
#define MOST_FOLLOWS       128
#define FOLLOWS_OF_A_LARGE 24

struct error *locate(struct locate_problem *problem, const struct locate_lab *lab,
		struct arena *arena, struct location *ret_location)
{
	const bool is_large = problem->revisions.count > SMALL_TREE;
	struct search search = {
		.problem = problem,
		.lab = lab,
		.arena = arena,
		.most_replays = is_large ? REPLAYS_OF_A_LARGE : MOST_REPLAYS,
		.most_follows = is_large ? FOLLOWS_OF_A_LARGE : MOST_FOLLOWS,
		.slack = is_large ? 0 : SLACK,
	};
	struct location location = { 0 };
	const struct checked *told = NULL;

	search.database = facts_flags(problem->facts, &problem->database, arena);
	search_solve(&search);
	struct error *err = search_exact(&search, &location);
	if (!err && !location.is_exact) {
		err = search_nearest(&search, &location);
	}
	for (size_t i = 0; !err && location.is_exact && i < location.at.count && !is_large; i++) {
		err = search_beside_exact(&search, location.at.items[i].amounts, &location);
	}
	if (!err) {
		told = search_best(&search);
		if (location.is_exact) {
			err = search_check(&search, location.at.items[0].amounts, &told);
		}
	}
	if (!err) {
		err = search_tell(&search, told, &location);
	}
	if (!err) {
		*ret_location = location;
	}
	return err;
}
