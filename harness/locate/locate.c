/*
 * The order of the search: version states that are the database, fact for fact; else the best explanation, with
 * revisions looked at statement by statement where facts are left over. What a search promises is replayed before it
 * is believed, since what a revision does may depend on what has run before it.
 */
#include "locate/locate.h"

#include "kit/arena.h"
#include "locate/locate_internal.h"

#include <string.h>

/* Version states that are told; those that are replayed to find them. */
#define MOST_STATES     16
#define MOST_CANDIDATES 24

/* Revisions that are looked at statement by statement. */
#define MOST_WATCHED 24

/* In larger trees, where each takes its time, fewer replays are spent. */
#define SMALL_TREE         64
#define REPLAYS_OF_A_LARGE 12

/* What is beside an explanation may be better, and then what is beside that is looked at. */
#define MOST_ROUNDS 3

/* Revisions that are tried at the end of what has run. */
#define MOST_FOLLOWS       128
#define FOLLOWS_OF_A_LARGE 24

/* What depends on the order may be off by so many facts before it is replayed; of whole branches by more. */
#define SLACK             3
#define SLACK_OF_BRANCHES 12

/* An explanation that was looked at. */
struct checked {
	const size_t *amounts;
	bool runs;     /* it was replayed; else `facts` are those that are predicted */
	size_t failed; /* the revision that does not run in it; SIZE_MAX: none, or nobody has looked */
	const bool *facts; /* flags */
	size_t distance;   /* facts that differ from the database */
	size_t parts, holes;
};

struct search {
	struct locate_problem *problem;
	const struct locate_lab *lab;
	struct arena *arena;
	struct solver *solver, *strict;
	const bool *database; /* flags; made anew when facts are added */
	const size_t *makers; /* of each fact that revisions change: how many make it true */
	size_t replays, most_replays, follows, most_follows;
	size_t slack; /* how much nearer a replay may show something to be */

	struct {
		struct checked *items;
		size_t count, capacity;
	} checked;
};

/* --- looking at explanations ---------------------------------------------------------------------- */

static size_t revision_count(const struct search *search)
{
	return search->problem->revisions.count;
}

static bool amounts_equal(const struct search *search, const size_t *a, const size_t *b)
{
	return memcmp(a, b, revision_count(search) * sizeof(*a)) == 0;
}

static bool is_part(size_t amount)
{
	return amount != RAN_NOTHING && amount != RAN_WHOLE;
}

/* Mark the revisions on which others that ran stand, or have run in part. */
static bool *marks_below(const struct search *search, const size_t *amounts)
{
	bool *marks = arena_new_array(search->arena, bool, revision_count(search));

	for (size_t i = 0; i < revision_count(search); i++) {
		marks[i] = amounts[i] != RAN_NOTHING;
	}
	locate_mark_below(search->problem, marks);
	return marks;
}

static size_t count_holes(const struct search *search, const size_t *amounts)
{
	const bool *below = marks_below(search, amounts);
	size_t holes = 0;

	for (size_t i = 0; i < revision_count(search); i++) {
		holes += below[i] && amounts[i] != RAN_WHOLE;
	}
	return holes;
}

/* Facts that a replay has met for the first time make longer flags. */
static void renew_flags(struct search *search, size_t known)
{
	const size_t count = search->problem->facts->lines.count;

	if (count == known) {
		return;
	}
	search->database = facts_flags(
			search->problem->facts, &search->problem->database, search->arena);
	for (size_t i = 0; i < search->checked.count; i++) {
		bool *longer = arena_new_array(search->arena, bool, count);

		memcpy(longer, search->checked.items[i].facts, known * sizeof(bool));
		search->checked.items[i].facts = longer;
	}
}

/* Replay an explanation, unless that was done when the tree was. */
static struct error *check(
		struct search *search, const size_t *amounts, const struct checked **ret_checked)
{
	const struct facts *facts = search->problem->facts;
	const size_t known = facts->lines.count;
	struct error *err = NULL;
	struct checked checked = { .amounts = amounts, .failed = SIZE_MAX };
	struct fact_list seen = { 0 };

	for (size_t i = 0; i < search->checked.count; i++) {
		if (amounts_equal(search, search->checked.items[i].amounts, amounts)) {
			*ret_checked = &search->checked.items[i];
			return NULL;
		}
	}
	checked.runs = is_as_replayed(search->problem, amounts);
	if (checked.runs || search->replays >= search->most_replays) {
		checked.facts = predict(search->problem, amounts, search->arena);
	} else {
		search->replays++;
		err = search->lab->replay(search->lab->data, amounts, &checked.failed, &seen);
		if (err) {
			return err;
		}
		renew_flags(search, known);
		checked.runs = checked.failed == SIZE_MAX;
		checked.facts = checked.runs ? facts_flags(facts, &seen, search->arena)
					     : predict(search->problem, amounts, search->arena);
	}
	checked.distance = flags_differ(facts, checked.facts, search->database);
	checked.holes = count_holes(search, amounts);
	for (size_t i = 0; i < revision_count(search); i++) {
		checked.parts += is_part(amounts[i]);
	}
	*LIST_PUSH(&search->checked, search->arena) = checked;
	*ret_checked = &search->checked.items[search->checked.count - 1];
	return NULL;
}

/* --- version states ------------------------------------------------------------------------------- */

/* The rows that a version state has: those of its revisions on which no other of them stands. */
static struct str_list rows_of(const struct search *search, const size_t *amounts)
{
	const size_t count = revision_count(search);
	bool *is_below = arena_new_array(search->arena, bool, count);
	struct str_list rows = { 0 };

	for (size_t i = 0; i < count; i++) {
		const struct standings *below = &search->problem->revisions.items[i].below;

		for (size_t j = 0; amounts[i] == RAN_WHOLE && j < below->count; j++) {
			is_below[below->items[j].revision] = true;
		}
	}
	for (size_t i = 0; i < count; i++) {
		const str id = search->problem->revisions.items[i].id;

		if (amounts[i] == RAN_WHOLE && !is_below[i] && !str_list_contains(&rows, id)) {
			str_list_add(&rows, id, search->arena);
		}
	}
	str_list_sort(&rows);
	return rows;
}

/* All that the rows claim to have run; of an id that several files have, the last, as Alembic takes it. */
static size_t *claimed_amounts(const struct search *search)
{
	const size_t count = revision_count(search);
	size_t *amounts = arena_new_array(search->arena, size_t, count);
	bool *marks = arena_new_array(search->arena, bool, count);
	const struct str_list *rows = &search->problem->rows;

	for (size_t i = 0; i < rows->count; i++) {
		for (size_t j = count; j-- > 0;) {
			if (str_equal(search->problem->revisions.items[j].id, rows->items[i])) {
				marks[j] = true;
				break;
			}
		}
	}
	locate_mark_below(search->problem, marks);
	for (size_t i = 0; i < count; i++) {
		amounts[i] = marks[i] ? RAN_WHOLE : RAN_NOTHING;
	}
	return amounts;
}

/* Whether two are the same but for revisions that do nothing. */
static bool means_the_same(const struct search *search, const size_t *a, const size_t *b)
{
	for (size_t i = 0; i < revision_count(search); i++) {
		if (a[i] != b[i] && !does_nothing(search->problem, i)) {
			return false;
		}
	}
	return true;
}

static void add_state(const struct search *search, const size_t *amounts, struct location *location)
{
	for (size_t i = 0; i < location->at.count; i++) {
		if (means_the_same(search, location->at.items[i].amounts, amounts)) {
			return;
		}
	}
	if (location->at.count == MOST_STATES) {
		location->has_more = true;
		return;
	}
	*LIST_PUSH(&location->at, search->arena) =
			(struct version_state){ rows_of(search, amounts), amounts };
}

static bool has_branches(const struct locate_problem *problem)
{
	for (size_t i = 1; i < problem->revisions.count; i++) {
		const struct standings *below = &problem->revisions.items[i].below;

		if (below->count != 1 || below->items[0].revision != i - 1) {
			return true;
		}
	}
	return false;
}

/* Add a version state if it is the database. */
static struct error *try_state(
		struct search *search, const size_t *amounts, struct location *location)
{
	const struct checked *checked;
	struct error *err = check(search, amounts, &checked);

	if (!err && checked->runs && !checked->distance) {
		add_state(search, amounts, location);
	}
	return err;
}

static struct error *try_states(struct search *search, size_t slack, struct location *location)
{
	bool has_more;
	const struct candidates near = version_states(search->problem, search->solver, slack,
			MOST_CANDIDATES, search->arena, &has_more);
	struct error *err = NULL;

	for (size_t i = 0; !err && i < near.count; i++) {
		err = try_state(search, near.items[i].amounts, location);
	}
	location->has_more |= !slack && has_more && location->at.count;
	return err;
}

/* Of a state that the database is at, those beside it that differ in a revision without a trace. */
static struct error *try_beside(
		struct search *search, const size_t *amounts, struct location *location)
{
	const size_t count = revision_count(search);
	struct error *err = NULL;

	for (size_t i = 0; !err && i < count; i++) {
		const struct traced_revision *revision = &search->problem->revisions.items[i];

		if (has_trace(revision) || does_nothing(search->problem, i) ||
				!revision->is_known || location->at.count == MOST_STATES) {
			continue;
		}
		size_t *other = arena_new_array(search->arena, size_t, count);

		memcpy(other, amounts, count * sizeof(*other));
		other[i] = amounts[i] == RAN_WHOLE ? RAN_NOTHING : RAN_WHOLE;
		if (is_version_state(search->problem, other)) {
			err = try_state(search, other, location);
		}
	}
	return err;
}

/*
 * The states that the database is at, what its rows claim before all others. Where branches do not stay out of each
 * other's way, what is predicted may be off.
 */
static struct error *find_exact(struct search *search, struct location *location)
{
	const size_t slack = has_branches(search->problem) ? SLACK_OF_BRANCHES : 0;
	const size_t *claimed = claimed_amounts(search);
	struct error *err = try_state(search, claimed, location);

	if (!err) {
		err = try_states(search, 0, location);
	}
	if (!err && slack && (search->slack || !location->at.count)) {
		err = try_states(search, slack, location);
	}
	location->is_exact = location->at.count > 0;
	return err;
}

/* --- explanations ------------------------------------------------------------------------------- */

/* What a search prefers among equals: what the decided ones stand on, and nothing else. */
static bool *wish_for_no_holes(const struct search *search)
{
	bool *wish = arena_new_array(search->arena, bool, revision_count(search));

	for (size_t i = 0; i < revision_count(search); i++) {
		const uint64_t without = solver_cost_with(search->solver, i, RAN_NOTHING);

		wish[i] = without > solver_cost(search->solver) && without != COST_NEVER;
	}
	locate_mark_below(search->problem, wish);
	return wish;
}

/* What cannot be replayed may be true all the same, if somebody has helped by hand: as if that were some facts. */
#define FACTS_OF_A_HAND 8

static size_t burden(const struct checked *checked)
{
	return checked->distance + (checked->runs ? 0 : FACTS_OF_A_HAND);
}

/* Which of two is the better explanation; 0: they are equally near. */
static int compare_checked(const struct checked *a, const struct checked *b)
{
	const size_t ours[] = { burden(a), a->parts };
	const size_t theirs[] = { burden(b), b->parts };

	for (size_t i = 0; i < COUNT_OF(ours); i++) {
		if (ours[i] != theirs[i]) {
			return ours[i] < theirs[i] ? -1 : 1;
		}
	}
	return 0;
}

static const struct checked *best_checked(const struct search *search)
{
	const struct checked *best = &search->checked.items[0];

	for (size_t i = 1; i < search->checked.count; i++) {
		const struct checked *other = &search->checked.items[i];
		const int order = compare_checked(other, best);

		if (order < 0 || (order == 0 && other->holes < best->holes)) {
			best = other;
		}
	}
	return best;
}

static bool touches_left_over(
		const struct fact_changes *changes, const bool *predicted, const bool *database)
{
	for (size_t i = 0; i < changes->count; i++) {
		const uint32_t fact = changes->items[i].fact;

		if (predicted[fact] != database[fact]) {
			return true;
		}
	}
	return false;
}

/* The name of what a line is about, without that of its table: "c" of "column t.c text"; empty: it has none of its own. */
static str name_in(str line)
{
	str kind, name = { 0 };

	if (!str_next_part(&line, ' ', &kind) || !str_next_part(&line, ' ', &name)) {
		return STR("");
	}
	const size_t dot = str_find_char(name, '.');

	return dot < name.len ? str_slice(name, dot + 1, name.len) : name;
}

/* Whether something is left over that the revision speaks of: it may have been in the middle of it. */
static bool names_left_over(const struct search *search, const struct traced_revision *revision,
		const struct checked *checked)
{
	const struct facts *facts = search->problem->facts;

	for (size_t i = 0; i < facts->lines.count; i++) {
		const str name = search->database[i] && !checked->facts[i]
				? name_in(facts->lines.items[i])
				: (str){ 0 };

		if (name.len && str_find(revision->sql, name) < revision->sql.len) {
			return true;
		}
	}
	return false;
}

/* Whether a revision may have run in part: it has to do with what is left over, or it could be the next. */
static bool is_suspect(const struct search *search, size_t number, const struct checked *checked)
{
	const struct traced_revision *revision = &search->problem->revisions.items[number];
	const size_t *amounts = checked->amounts;

	return (amounts[number] == RAN_NOTHING &&
			       locate_can_stand(search->problem, amounts, number)) ||
			touches_left_over(&revision->changes, checked->facts, search->database) ||
			names_left_over(search, revision, checked);
}

/* Those that are suspects of a near explanation, and in a small tree all others behind them. */
static struct revision_numbers list_suspects(const struct search *search)
{
	const struct checked *best = best_checked(search);
	const size_t count = revision_count(search);
	bool *is_listed = arena_new_array(search->arena, bool, count);
	struct revision_numbers suspects = { 0 };

	for (size_t i = 0; i < search->checked.count; i++) {
		const struct checked *checked = &search->checked.items[i];

		for (size_t j = 0; j < count && checked->distance <= best->distance + SLACK; j++) {
			if (!is_listed[j] && is_suspect(search, j, checked)) {
				is_listed[j] = true;
				*LIST_PUSH(&suspects, search->arena) = j;
			}
		}
	}
	for (size_t i = 0; i < count && count <= MOST_WATCHED; i++) {
		if (!is_listed[i]) {
			*LIST_PUSH(&suspects, search->arena) = i;
		}
	}
	return suspects;
}

static struct error *watch_suspects(struct search *search, bool *ret_is_new)
{
	const struct revision_numbers suspects = list_suspects(search);
	const size_t *amounts = best_checked(search)->amounts;
	struct error *err = NULL;
	size_t watched = 0;

	for (size_t i = 0; !err && i < suspects.count && watched < MOST_WATCHED; i++) {
		const struct traced_revision *revision =
				&search->problem->revisions.items[suspects.items[i]];
		const size_t known = search->problem->facts->lines.count;

		if (revision->statement_count > 1 && !revision->parts.count) {
			err = search->lab->watch(search->lab->data, suspects.items[i], amounts);
			renew_flags(search, known);
			watched++;
		}
	}
	*ret_is_new = watched > 0;
	return err;
}

/* Count by how many revisions each fact is made true. */
static void count_makers(struct search *search)
{
	size_t *makers =
			arena_new_array(search->arena, size_t, search->problem->facts->lines.count);

	for (size_t i = 0; i < revision_count(search); i++) {
		const struct fact_changes *changes = &search->problem->revisions.items[i].changes;

		for (size_t j = 0; j < changes->count; j++) {
			makers[changes->items[j].fact] += changes->items[j].is_there;
		}
	}
	search->makers = makers;
}

static void solve(struct search *search)
{
	search->solver = solver_new(search->problem, false, search->arena);
	solver_run(search->solver, NULL);
	const bool *wish = wish_for_no_holes(search);

	solver_run(search->solver, wish);
	search->strict = solver_new(search->problem, true, search->arena);
	solver_run(search->strict, wish);
	count_makers(search);
}

/* Whether the database has something that nothing else than this revision makes. */
static bool is_proven(const struct search *search, size_t number)
{
	const size_t *makers = search->makers;
	const struct fact_changes *changes = &search->problem->revisions.items[number].changes;

	for (size_t i = 0; i < changes->count; i++) {
		const uint32_t fact = changes->items[i].fact;

		if (changes->items[i].is_there && makers[fact] == 1 && search->database[fact]) {
			return true;
		}
	}
	return false;
}

/* Whether there can be no doubt, or none for which a large tree would be replayed once more. */
static bool is_settled(const struct search *search, size_t number)
{
	return revision_count(search) > SMALL_TREE && is_proven(search, number);
}

static size_t predicted_distance(const struct search *search, const size_t *amounts)
{
	const struct arena_mark mark = arena_mark(search->arena);
	const bool *predicted = predict(search->problem, amounts, search->arena);
	const size_t distance = flags_differ(search->problem->facts, predicted, search->database);

	arena_rewind(search->arena, mark);
	return distance;
}

/* Whether what amounts predict is not much farther from the database than an explanation is. */
static bool is_near(const struct search *search, const size_t *amounts, const struct checked *best)
{
	const size_t predicted = predicted_distance(search, best->amounts);
	const size_t most = predicted > best->distance ? predicted : best->distance;

	return predicted_distance(search, amounts) <= most + search->slack;
}

/* So many others may have to be left out with a revision that they need. */
#define MOST_LEFT_OUT 3

/*
 * Look at an explanation if what it predicts is near enough; and if a revision does not run in it, without that, as long as
 * it is not `kept`.
 */
static struct error *check_mended(struct search *search, const size_t *amounts, size_t kept,
		const struct checked *best)
{
	const size_t count = revision_count(search);
	const struct checked *checked;

	for (size_t i = 0; i <= MOST_LEFT_OUT && is_near(search, amounts, best); i++) {
		struct error *err = check(search, amounts, &checked);

		if (err || checked->failed == SIZE_MAX || checked->failed == kept) {
			return err;
		}
		size_t *mended = arena_new_array(search->arena, size_t, count);

		memcpy(mended, amounts, count * sizeof(*mended));
		mended[checked->failed] = RAN_NOTHING;
		amounts = mended;
	}
	return NULL;
}

/* An explanation with another amount of one revision. */
static struct error *check_flip(
		struct search *search, const struct checked *best, size_t number, size_t amount)
{
	const size_t count = revision_count(search);
	size_t *amounts = arena_new_array(search->arena, size_t, count);

	memcpy(amounts, best->amounts, count * sizeof(*amounts));
	amounts[number] = amount;
	return check_mended(search, amounts, number, best);
}

/* The best explanation with such an amount; and what it has changed of the search's best, changed of the one given. */
static struct error *check_witness(struct search *search, const struct solver *solver,
		const struct checked *best, size_t number, size_t amount)
{
	const size_t count = revision_count(search);
	const size_t *witness = solver_explain(solver, number, amount, search->arena);
	const size_t *usual = solver_explain(solver, SIZE_MAX, 0, search->arena);
	size_t *amounts = arena_new_array(search->arena, size_t, count);

	for (size_t i = 0; i < count; i++) {
		amounts[i] = witness[i] != usual[i] ? witness[i] : best->amounts[i];
	}
	amounts[number] = amount;
	struct error *err = check_mended(search, witness, number, best);
	return err ? err : check_mended(search, amounts, number, best);
}

/* Look at what the search finds with other amounts of a revision, as far as that costs no more than so many facts more. */
static struct error *check_witnesses(
		struct search *search, const struct checked *best, size_t number, size_t more)
{
	const struct revision_numbers amounts = solver_amounts(search->solver, number);
	const struct solver *solvers[] = { search->solver, search->strict };
	struct error *err = NULL;

	for (size_t i = 0; !err && i < COUNT_OF(solvers); i++) {
		const uint64_t most = solver_cost(solvers[i]) + more * (i + 1) * COST_OF_FACT;

		for (size_t j = 0; !err && j < amounts.count; j++) {
			const size_t amount = amounts.items[j];

			if (search->replays < search->most_replays &&
					amount != best->amounts[number] &&
					solver_cost_with(solvers[i], number, amount) <= most) {
				err = check_witness(search, solvers[i], best, number, amount);
			}
		}
	}
	return err;
}

static struct error *check_flips(struct search *search, const struct checked *best, size_t number)
{
	const struct revision_numbers amounts = solver_amounts(search->solver, number);
	struct error *err = NULL;

	for (size_t i = 0; !err && i < amounts.count; i++) {
		if (search->replays < search->most_replays &&
				amounts.items[i] != best->amounts[number]) {
			err = check_flip(search, best, number, amounts.items[i]);
		}
	}
	return err;
}

/* Look at the best explanation, and at those beside it that a replay may show to be nearer. */
static struct error *check_explanations(struct search *search)
{
	const size_t *usual = solver_explain(search->solver, SIZE_MAX, 0, search->arena);
	const struct checked *checked;

	struct error *err = check(search, usual, &checked);
	if (!err) {
		const struct checked first = *checked;

		err = check_mended(search, usual, SIZE_MAX, &first);
	}
	if (!err) {
		err = check(search, claimed_amounts(search), &checked);
	}
	for (int is_flip = 0; is_flip < 2; is_flip++) {
		const struct checked best = *best_checked(search);

		for (size_t i = 0; !err && i < revision_count(search); i++) {
			const struct traced_revision *revision =
					&search->problem->revisions.items[i];

			if (has_trace(revision) && !is_settled(search, i)) {
				err = is_flip ? check_flips(search, &best, i)
					      : check_witnesses(search, &best, i, search->slack);
			}
		}
	}
	return err;
}

/* --- what is told --------------------------------------------------------------------------------- */

/* Whether an explanation that was looked at is as good, with another amount of a revision. */
static bool is_seen_otherwise(
		const struct search *search, const struct checked *best, size_t number)
{
	for (size_t i = 0; i < search->checked.count; i++) {
		const struct checked *other = &search->checked.items[i];

		if (compare_checked(other, best) == 0 &&
				other->amounts[number] != best->amounts[number]) {
			return true;
		}
	}
	return false;
}

/*
 * Look at each revision about which there may be a doubt: first where another amount costs the same, then where it costs
 * little more, as what a later revision does may depend on this one.
 */
static struct error *look_at_doubts(struct search *search, const struct checked *best)
{
	struct error *err = NULL;

	for (size_t is_wide = 0; is_wide < 2; is_wide++) {
		for (size_t i = 0; !err && i < revision_count(search); i++) {
			const bool is_large = revision_count(search) > SMALL_TREE;

			if (is_seen_otherwise(search, best, i) ||
					(is_wide && is_proven(search, i)) ||
					(is_large &&
							!has_trace(&search->problem->revisions.items
											[i])) ||
					(is_large && is_wide && best->amounts[i] == RAN_NOTHING)) {
				continue;
			}
			err = check_witnesses(search, best, i, is_wide * SLACK);
			if (!err && is_wide) {
				err = check_flips(search, best, i);
			}
		}
	}
	return err;
}

/* Whether another amount would cost the same, and nobody had the time to look. */
static bool is_open(const struct search *search, const struct checked *best, size_t number)
{
	return search->replays >= search->most_replays &&
			solver_cost_without(search->solver, number, best->amounts[number]) <=
			solver_cost(search->solver);
}

/* Whether it cannot be told of a revision if it ran. What leaves no trace cannot have run where it does not run. */
static struct error *is_untraceable(
		struct search *search, const struct checked *best, size_t number, bool *ret_is)
{
	const struct traced_revision *revision = &search->problem->revisions.items[number];
	struct error *err = NULL;
	bool runs = true;

	*ret_is = !revision->is_known || !revision->statement_count ||
			is_seen_otherwise(search, best, number) || is_open(search, best, number);
	if (has_trace(revision) || !revision->is_known || !revision->statement_count) {
		return NULL;
	}
	if (best->amounts[number] == RAN_NOTHING && search->follows < search->most_follows) {
		search->follows++;
		err = search->lab->follow(search->lab->data, best->amounts, number, &runs);
	}
	*ret_is |= runs;
	return err;
}

static struct error *sort_revisions(
		struct search *search, const struct checked *told, struct location *location)
{
	const struct checked best = *told; // looking moves it
	const bool *below = marks_below(search, best.amounts);
	bool is_untold;
	struct error *err = look_at_doubts(search, &best);

	for (size_t i = 0; !err && i < revision_count(search); i++) {
		const size_t amount = best.amounts[i];

		err = is_untraceable(search, &best, i, &is_untold);
		if (is_part(amount)) {
			*LIST_PUSH(&location->partly, search->arena) =
					(struct located_part){ i, amount };
		} else if (is_untold) {
			*LIST_PUSH(&location->untraceable, search->arena) = i;
		} else if (amount == RAN_WHOLE) {
			*LIST_PUSH(&location->ran, search->arena) = i;
		} else {
			*LIST_PUSH(&location->not_ran, search->arena) = i;
			if (below[i]) {
				*LIST_PUSH(&location->holes, search->arena) = i;
			}
		}
	}
	return err;
}

static void tell_foreign(
		const struct search *search, const struct checked *best, struct location *location)
{
	const struct facts *facts = search->problem->facts;

	for (size_t i = 0; i < facts->lines.count; i++) {
		location->facts += search->database[i] || best->facts[i];
		location->matching += search->database[i] && best->facts[i];
		if (search->database[i] != best->facts[i]) {
			str_list_add(&location->foreign,
					str_format(search->arena, "%c %.*s",
							search->database[i] ? '+' : '-',
							STR_ARG(facts->lines.items[i])),
					search->arena);
		}
	}
	str_list_sort(&location->foreign);
}

/* The version state that an explanation comes nearest to: what its revisions stand on has run, or will be said to have. */
static const size_t *nearest_state(const struct search *search, const size_t *amounts)
{
	size_t *state = arena_new_array(search->arena, size_t, revision_count(search));
	bool *marks = arena_new_array(search->arena, bool, revision_count(search));

	for (size_t i = 0; i < revision_count(search); i++) {
		marks[i] = amounts[i] == RAN_WHOLE;
	}
	locate_mark_below(search->problem, marks);
	for (size_t i = 0; i < revision_count(search); i++) {
		const bool goes_along = does_nothing(search->problem, i) &&
				search->problem->revisions.items[i].below.count &&
				locate_can_stand(search->problem, state, i);

		state[i] = marks[i] || goes_along ? RAN_WHOLE : RAN_NOTHING;
	}
	return state;
}

/* Whether two have the same ids; of one that several files have, any of them will do. */
static bool has_same_ids(const struct search *search, const size_t *a, const size_t *b)
{
	struct table ids = { .arena = search->arena };
	uint32_t in;

	for (uint32_t i = 0; i < revision_count(search); i++) {
		const str id = search->problem->revisions.items[i].id;

		in = 0;
		(void)table_find(&ids, id, &in);
		in |= (uint32_t)(a[i] == RAN_WHOLE) | (uint32_t)(b[i] == RAN_WHOLE) << 1;
		table_set(&ids, id, in);
	}
	for (size_t i = 0; i < revision_count(search); i++) {
		in = 0;
		(void)table_find(&ids, search->problem->revisions.items[i].id, &in);
		if (in != 0 && in != 3 && !does_nothing(search->problem, i)) {
			return false;
		}
	}
	return true;
}

/* What the rows claim, beside what is. */
static void judge_rows(struct search *search, struct location *location)
{
	const struct locate_problem *problem = search->problem;
	const size_t *claimed = claimed_amounts(search);
	const bool *facts = predict(problem, claimed, search->arena);
	const struct str_list rows = rows_of(search, claimed);
	bool is_claim = false;

	for (size_t i = 0; i < problem->rows.count; i++) {
		const str row = problem->rows.items[i];
		const struct str_list before = { .items = problem->rows.items, .count = i };
		bool is_known = false;

		for (size_t j = 0; j < problem->revisions.count; j++) {
			is_known |= str_equal(problem->revisions.items[j].id, row);
		}
		if (!is_known) {
			str_list_add(&location->unknown_rows, row, search->arena);
		} else if (!str_list_contains(&rows, row) || str_list_contains(&before, row)) {
			str_list_add(&location->redundant_rows, row, search->arena);
		}
	}
	for (size_t i = 0; i < location->at.count; i++) {
		is_claim |= has_same_ids(search, location->at.items[i].amounts, claimed);
	}
	location->row_is_true = is_claim && !location->unknown_rows.count &&
			!problem->version_failure.len && !location->holes.count &&
			!location->partly.count;
	for (size_t i = 0; i < problem->facts->lines.count; i++) {
		location->claim_missing += facts[i] && !search->database[i];
		location->claim_extra += !facts[i] && search->database[i];
	}
	for (size_t i = 0; i < location->not_ran.count; i++) {
		if (claimed[location->not_ran.items[i]]) {
			*LIST_PUSH(&location->claimed, search->arena) = location->not_ran.items[i];
		}
	}
	for (size_t i = 0; i < location->partly.count; i++) {
		if (claimed[location->partly.items[i].revision]) {
			*LIST_PUSH(&location->claimed, search->arena) =
					location->partly.items[i].revision;
		}
	}
	for (size_t i = 0; i < location->ran.count; i++) {
		if (!claimed[location->ran.items[i]]) {
			*LIST_PUSH(&location->unclaimed, search->arena) = location->ran.items[i];
		}
	}
}

/* --- the whole ------------------------------------------------------------------------------------ */

/* The best explanation of a database that is at no version state. */
static struct error *find_nearest(struct search *search, struct location *location)
{
	bool is_new = false;
	struct error *err = check_explanations(search);

	if (!err && (best_checked(search)->distance || !best_checked(search)->runs)) {
		err = watch_suspects(search, &is_new);
	}
	if (!err && is_new) {
		search->checked.count = 0; // flags and parts are others now
		solve(search);
		err = check_explanations(search);
	}
	for (size_t i = 0; !err && i < MOST_ROUNDS; i++) {
		const struct checked told = *best_checked(search);

		err = look_at_doubts(search, &told);
		if (compare_checked(best_checked(search), &told) == 0) {
			break;
		}
	}
	if (err) {
		return err;
	}
	const struct checked best = *best_checked(search);

	add_state(search, nearest_state(search, best.amounts), location);
	for (size_t i = 0; i < search->checked.count; i++) {
		const struct checked *other = &search->checked.items[i];

		if (compare_checked(other, &best) == 0 && other->holes == best.holes) {
			add_state(search, nearest_state(search, other->amounts), location);
		}
	}
	location->is_exact = best.runs && !best.distance && !best.holes && !best.parts;
	return NULL;
}

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
	const struct checked *told;

	search.database = facts_flags(problem->facts, &problem->database, arena);
	solve(&search);
	struct error *err = find_exact(&search, &location);
	if (!err && !location.is_exact) {
		err = find_nearest(&search, &location);
	}
	for (size_t i = 0; !err && location.is_exact && i < location.at.count && !is_large; i++) {
		err = try_beside(&search, location.at.items[i].amounts, &location);
	}
	if (!err) {
		told = NULL;
		if (location.is_exact) {
			err = check(&search, location.at.items[0].amounts, &told);
		} else {
			told = best_checked(&search);
		}
	}
	if (!err) {
		tell_foreign(&search, told, &location);
		err = sort_revisions(&search, told, &location);
	}
	if (!err) {
		judge_rows(&search, &location);
		*ret_location = location;
	}
	return err;
}
