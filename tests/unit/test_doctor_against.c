/* What a branch does to databases that follow another one: three trees in, faults out. */
#include "check.h"
#include "doctor/against.h"

#include "leaks.h"
#include "revision/plan.h"
#include "revision_tree.h"
#include "valgrind.h"

static struct arena arena;

static void teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

TestSuite(against, .fini = teardown);

/* What a revision does is its message here. */
static bool differs(const void *data, enum against_tree tree, size_t place, size_t our_place,
		struct span *ret_where)
{
	const struct against *against = data;

	*ret_where = (struct span){ 0 };
	return !str_equal(against->trees[tree]->items[place].message,
			against->ours->items[our_place].message);
}

static struct against compared(const char *base, const char *other, const char *ours)
{
	struct revision_specs *trees = arena_new_array(&arena, struct revision_specs, 3);

	trees[0] = revision_tree(base, &arena);
	trees[1] = revision_tree(other, &arena);
	trees[2] = revision_tree(ours, &arena);
	return (struct against){
		.name = STR("main"),
		.trees = { &trees[0], &trees[1] },
		.ours = &trees[2],
		.level = ALEMBIC_NEWEST,
		.differs = differs,
	};
}

/* "removed b, reparented c": the faults, by their kinds' first words. */
static char *faults_of(const char *base, const char *other, const char *ours)
{
	struct against against = compared(base, other, ours);
	struct faults faults = { 0 };
	struct buf text = { .arena = &arena };

	against.data = &against;
	doctor_compare(&against, &arena, &faults);
	for (size_t i = 0; i < faults.count; i++) {
		const struct fault *fault = &faults.items[i];
		const str kind = str_from(fault_kind_names[fault->kind]);

		buf_format(&text, "%s%.*s %.*s", i ? ", " : "", (int)str_find_char(kind, '-'),
				kind.data, STR_ARG(fault->revision));
		cr_expect(ne(sz, fault->message.len, 0));
		cr_expect(ne(sz, fault->suggestion.len, 0));
		cr_expect(ne(sz, fault->ran.count, 0));
	}
	return (char *)buf_c(&text);
}

static const char chain[] = "a\nb < a\nc < b\n";

Test(against, the_same_tree_has_no_faults)
{
	cr_expect(eq(str, faults_of(chain, chain, chain), ""));
	cr_expect(eq(str, faults_of("", "", ""), ""));
	cr_expect(eq(str, faults_of(chain, chain, "c < b\na\nb < a\n"), "")); // load order is none
	cr_expect(eq(str, faults_of("", "", chain), ""));
}

Test(against, new_revisions_on_top_are_everyday_work)
{
	cr_expect(eq(str, faults_of(chain, chain, "a\nb < a\nc < b\nd < c\ne < d\n"), ""));
	cr_expect(eq(str, faults_of(chain, chain, "a\nb < a\nc < b\nd < a\ne < c,d\n"), ""));
}

Test(against, what_is_gone_is_told_of_each)
{
	cr_expect(eq(str, faults_of(chain, chain, "a\n"), "removed b, removed c"));
	cr_expect(eq(str, faults_of(chain, chain, ""), "removed a, removed b, removed c"));
}

Test(against, what_the_other_has_gained_or_dropped_is_not_ours)
{
	cr_expect(eq(str, faults_of(chain, "a\nb < a\nc < b\nd < c\n", chain), ""));
	cr_expect(eq(str, faults_of(chain, "a\nb < a\n", chain), ""));
	cr_expect(eq(str, faults_of(chain, "a\nb < a\n", "a\nb < a\n"), ""));
	cr_expect(eq(str, faults_of(chain, "a\nb < a\nc < a\n", chain),
			"")); // hung elsewhere there
	cr_expect(eq(str, faults_of(chain, "a\nb < a\nc < b msg=new\n", chain),
			"")); // edited there
}

Test(against, a_change_that_both_made_is_none)
{
	cr_expect(eq(str, faults_of(chain, "a\nc < a\n", "a\nc < a\n"), ""));
	cr_expect(eq(str,
			faults_of(chain, "a msg=new\nb < a\nc < b\n", "a msg=new\nb < a\nc < b\n"),
			""));
}

Test(against, what_hangs_elsewhere_is_told)
{
	cr_expect(eq(str, faults_of(chain, chain, "a\nb < a\nc < a\n"), "reparented c"));
	cr_expect(eq(str, faults_of(chain, chain, "a\nb\nc < b\n"), "reparented b"));
	cr_expect(eq(str,
			faults_of("a\nb < a\nc < a\nd < b,c\n", "a\nb < a\nc < a\nd < b,c\n",
					"a\nb < a\nc < a\nd < c,b\n"),
			"")); // a set
	cr_expect(eq(str, faults_of(chain, chain, "a\nb < a\nc < b dep=a\n"), "reparented c"));
}

Test(against, what_is_put_below_is_told_of_each)
{
	cr_expect(eq(str, faults_of(chain, chain, "a\nn < a\nm < n\nb < m\nc < b\n"),
			"reparented b, inserted n, inserted m"));
	cr_expect(eq(str, faults_of(chain, chain, "n\na < n\nb < a\nc < b\n"),
			"reparented a, inserted n"));
	cr_expect(eq(str, faults_of(chain, chain, "a\nb < a\nc < b dep=n\nn\n"),
			"reparented c, inserted n")); // a dependency counts as run, too
	cr_expect(eq(str, faults_of(chain, chain, "a < n\nn < a\nb < a\nc < b\n"),
			"reparented a, inserted n")); // round in a circle
}

Test(against, what_does_something_else_is_told)
{
	cr_expect(eq(str, faults_of(chain, chain, "a\nb < a msg=new\nc < b\n"), "edited b"));
	cr_expect(eq(str,
			faults_of(chain, "a\nb < a\nc < b\nd < c msg=theirs\n",
					"a\nb < a\nc < b\nd < c msg=ours\n"),
			"edited d")); // an id that the other has taken meanwhile
	cr_expect(eq(str, faults_of(chain, "a\nb < a\nc < b\nd < c\n", "a\nb < a\nc < b\nd < c\n"),
			""));
}

Test(against, the_last_file_of_an_id_counts)
{
	cr_expect(eq(str, faults_of("a msg=old\na\n", "a msg=old\na\n", "a\n"), ""));
	cr_expect(eq(str, faults_of("a\n", "a\n", "a\na msg=new\n"), "edited a"));
}

Test(against, messages_say_what_happens_to_databases)
{
	struct against against = compared(chain, chain, "a\nc < n\nn < a file=n.py\n");
	struct faults faults = { 0 };

	against.data = &against;
	doctor_compare(&against, &arena, &faults);
	cr_assert(eq(sz, faults.count, 3));
	cr_expect(eq(str, (char *)str_to_c(faults.items[0].message, &arena),
			"'main' has it, this tree has not: a database that stands at it stops with \"Can't locate revision identified by 'b'\", and one that has not run it yet never will"));
	cr_expect(eq(str, (char *)str_to_c(faults.items[1].message, &arena),
			"down_revision is 'n', in 'main' it is 'b'; databases that ran it never run what is new below it"));
	cr_expect(eq(str, (char *)str_to_c(faults.items[2].message, &arena),
			"it is new, and below 'c' of 'main': databases that ran that never run it"));
	cr_expect(eq(str, (char *)str_to_c(faults.items[2].suggestion, &arena),
			"Let it follow 'c' instead."));
	cr_expect(eq(str, (char *)str_to_c(faults.items[2].ran.items[0], &arena), "c"));
}

static char *merged_heads(const char *base, const char *other, const char *ours)
{
	const struct against against = compared(base, other, ours);
	const struct str_list heads = against_merged_heads(&against, &arena);

	return (char *)str_to_c(str_list_join(&heads, STR(" "), &arena), &arena);
}

Test(against, heads_of_a_merge_are_told_where_both_have_grown)
{
	cr_expect(eq(str,
			merged_heads(chain, "a\nb < a\nc < b\nd < c\n", "a\nb < a\nc < b\ne < c\n"),
			"e d"));
	cr_expect(eq(str, merged_heads(chain, "a\nb < a\nc < b\nd < c\n", chain), ""));
	cr_expect(eq(str, merged_heads(chain, chain, "a\nb < a\nc < b\ne < c\n"), ""));
	cr_expect(eq(str,
			merged_heads(chain, "a\nb < a\nc < b\nd < c\n",
					"a\nb < a\nc < b\nd < c\ne < d\n"),
			"")); // it was merged already
}

Test(against, thousands_of_new_files_below_take_no_time, .timeout = 20)
{
	struct buf before = { .arena = &arena }, after = { .arena = &arena };
	struct faults faults = { 0 };

	leave_sizes_to_sanitizers();
	buf_add(&before, STR("top\n"));
	for (unsigned i = 0; i < 5000; i++) {
		buf_format(&after, i ? "n%u < n%u\n" : "n%u\n", i, i - 1);
	}
	buf_add(&after, STR("top < n4999\n"));
	struct against against = compared(before.data, before.data, after.data);

	against.data = &against;
	doctor_compare(&against, &arena, &faults);
	cr_expect(eq(sz, faults.count, 5001));
}

/* --- what is told is what Alembic's rules make of it --------------------------------------------- */

static uint32_t random_state = 20251129;

static size_t below(size_t limit)
{
	random_state = random_state * 1664525u + 1013904223u;
	return (random_state >> 8) % limit;
}

/* "b2 < b0,n1": one or two parents among those before it. */
static void add_node(struct buf *tree, const str *names, size_t place)
{
	buf_format(tree, "%.*s", STR_ARG(names[place]));
	if (place) {
		const size_t first = below(place), second = below(place);

		buf_format(tree, " < %.*s", STR_ARG(names[first]));
		if (second != first && below(4) == 0) {
			buf_format(tree, ",%.*s", STR_ARG(names[second]));
		}
	}
	buf_add_char(tree, '\n');
}

/* A tree of `old` revisions, and one of the same and `new` ones, in another order and hung at random or as before. */
static struct against random_branch(size_t old, size_t new)
{
	struct buf base = { .arena = &arena }, ours = { .arena = &arena };
	str names[16], mixed[16];
	size_t count = 0;

	for (size_t i = 0; i < old; i++) {
		names[i] = str_format(&arena, "b%zu", i);
		add_node(&base, names, i);
		mixed[count++] = names[i];
	}
	for (size_t i = 0; i < new; i++) { // one in three in the middle
		const size_t place = below(3) ? count : below(count + 1);

		for (size_t j = count; j > place; j--) {
			mixed[j] = mixed[j - 1];
		}
		mixed[place] = str_format(&arena, "n%zu", i);
		count++;
	}
	str rest = buf_str(&base), line;

	for (size_t i = 0; i < count; i++) {
		const bool is_old = mixed[i].data[0] == 'b';

		if (is_old && str_next_part(&rest, '\n', &line) && below(4)) {
			buf_format(&ours, "%.*s\n", STR_ARG(line));
		} else {
			add_node(&ours, mixed, i);
		}
	}
	return compared(buf_c(&base), buf_c(&base), buf_c(&ours));
}

static const struct fault *find(const struct faults *faults, enum fault_kind kind, str revision)
{
	for (size_t i = 0; i < faults->count; i++) {
		if (faults->items[i].kind == kind &&
				str_equal(faults->items[i].revision, revision)) {
			return &faults->items[i];
		}
	}
	return NULL;
}

static bool does(const struct plan *plan, str revision)
{
	for (size_t i = 0; i < plan->count; i++) {
		if (str_equal(plan->steps[i].revision, revision)) {
			return true;
		}
	}
	return false;
}

/* Whether what `fault` says of its revision holds where the plan is carried out; NULL: nothing is said of it. */
static bool holds(const struct fault *fault, str revision, const struct plan *plan)
{
	if (!fault || !does(plan, revision)) {
		return !fault == does(plan, revision);
	}
	return does(plan,
			fault->ran.items[0]); // what ran above it is forgotten, and runs again as well
}

/* Whether a database runs again what it has run, and whether that is said. */
static bool repeats(const struct against *against, const struct plan *plan)
{
	for (size_t i = 0; i < against->trees[AGAINST_OTHER]->count; i++) {
		if (does(plan, against->trees[AGAINST_OTHER]->items[i].revision)) {
			return true;
		}
	}
	return false;
}

static bool says_so(const struct faults *faults)
{
	const str words = STR("runs that again");

	for (size_t i = 0; i < faults->count; i++) {
		if (str_find(faults->items[i].message, words) < faults->items[i].message.len) {
			return true;
		}
	}
	return false;
}

/* A database that follows the other branch to its heads: what `upgrade heads` of ours does there. */
Test(against, databases_do_what_is_told_of_them, .timeout = 60)
{
	size_t inserted = 0, again = 0;

	for (size_t round = 0; round < 3000; round++) {
		struct against against = random_branch(1 + below(6), below(4));
		struct revision_history *before = revision_history_new(
				against.trees[AGAINST_OTHER], ALEMBIC_NEWEST, &arena);
		struct revision_history *after =
				revision_history_new(against.ours, ALEMBIC_NEWEST, &arena);
		struct faults faults = { 0 };
		struct str_list rows;
		struct plan plan;

		against.data = &against;
		doctor_compare(&against, &arena, &faults);
		cr_assert(eq(ptr, revision_history_load(before, &arena), NULL));
		cr_assert(eq(ptr, revision_history_heads(before, &arena, &rows), NULL));
		if (!plan_upgrade(after, STR("heads"), &rows, &arena, &plan)) {
			for (size_t i = 0; i < against.ours->count; i++) {
				const str id = against.ours->items[i].revision;
				const struct fault *fault = find(&faults, FAULT_INSERTED_BELOW, id);

				cr_expect(eq(int, id.data[0] == 'b' || holds(fault, id, &plan), 1));
				inserted += fault != NULL;
			}
			cr_expect(eq(int, repeats(&against, &plan) && !says_so(&faults), 0));
			again += repeats(&against, &plan);
		}
		arena_finish(&arena);
	}
	cr_expect(gt(sz, inserted, 100));
	cr_expect(gt(sz, again, 100));
}
