#include "check.h"
#include "crew/crew_internal.h"
#include "kit/arena.h"
#include "leaks.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static struct arena arena;

static void setup(void)
{
	arena = (struct arena){ 0 };
}

static void teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

TestSuite(order, .init = setup, .fini = teardown);
TestSuite(crew, .init = setup, .fini = teardown);

/* --- order ----------------------------------------------------------------------------------- */

/* Jobs of one family, of the groups named by letters: "aba" has three jobs of two groups. */
static struct crew_order order_of(const char *letters, size_t workers)
{
	struct crew_job *jobs = arena_new_array(&arena, struct crew_job, 256);
	struct crew_work work = { .jobs = jobs };

	for (; letters[work.count]; work.count++) {
		jobs[work.count].group = (uint32_t)letters[work.count];
	}
	return crew_order_make(&work, workers, &arena);
}

Test(order, keeps_jobs_of_a_group_together)
{
	const struct crew_order order = order_of("abcabcabcabcabcabcabc", 1);
	static const uint32_t expected[] = { 0, 3, 6, 9, 12, 15, 18, 1, 4 };

	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		cr_expect(eq(u32, order.items[i], expected[i]));
	}
	cr_expect(eq(u32, order.tasks[0].first, 0));
	cr_expect(eq(u32, order.tasks[0].count, 3), "what one of eight shares holds");
}

Test(order, cuts_between_groups_if_that_will_do)
{
	const struct crew_order order = order_of("aaabbbbcccccccccccccccccccccccccccccccccc", 1);
	static const uint32_t expected[] = { 3, 4, 6, 6 };

	for (size_t i = 0; i < COUNT_OF(expected); i++) {
		cr_expect(eq(u32, order.tasks[i].count, expected[i]), "task %zu", i);
	}
	cr_expect(eq(u32, order_of("aabbbccccccccc", 1).tasks[0].count, 2));
	cr_expect(eq(u32, order_of("aabcccccccccccccc", 1).tasks[0].count, 3), "two groups");
}

Test(order, hands_out_every_job_once)
{
	const char *letters = "aaaabbbbccccaabbccddddddddddddddddddddddddddddddda";
	const struct crew_order order = order_of(letters, 2);
	bool is_there[64] = { false };
	size_t next = 0;

	for (size_t i = 0; i < order.task_count; i++) {
		cr_expect(eq(sz, order.tasks[i].first, next));
		for (uint32_t j = 0; j < order.tasks[i].count; j++) {
			is_there[order.items[next + j]] = true;
		}
		next += order.tasks[i].count;
	}
	cr_expect(eq(sz, next, strlen(letters)));
	for (size_t i = 0; letters[i]; i++) {
		cr_expect(is_there[i], "%zu", i);
	}
}

static void expect_tasks(const struct crew_work *work, const char *expected)
{
	const struct crew_order order = crew_order_make(work, 1, &arena);
	struct buf found = { .arena = &arena };

	for (size_t i = 0; i < order.task_count; i++) {
		buf_add(&found, i ? STR(" ") : STR(""));
		for (uint32_t j = 0; j < order.tasks[i].count; j++) {
			buf_format(&found, "%u", order.items[order.tasks[i].first + j]);
		}
	}
	cr_expect(eq(str, (char *)buf_c(&found), (char *)expected));
}

Test(order, gives_no_task_two_families)
{
	const struct crew_job jobs[] = { { .family = 2 }, { .family = 1 }, { .family = 2 } };

	expect_tasks(&(struct crew_work){ .jobs = jobs, .count = 3 }, "1 0 2");
}

/* --- kinds of jobs ---------------------------------------------------------------------------- */

/* What a worker has. */
struct desk {
	int done;
	bool has_supply;
	struct progress *progress;
};

/* What the parent knows. */
struct office {
	struct crew_answer answers[64];
	size_t last; /* of the answer that ends it all */
	bool is_stopped, has_supply;
	int pipe[2];
	struct progress_report seen; /* the last one */
	size_t seen_count;
};

static void *open_desk(size_t worker, struct progress *progress, struct arena *in, void *data)
{
	(void)worker;
	const struct office *office = data;
	struct desk *desk = arena_new(in, struct desk);

	desk->has_supply = office->has_supply;
	desk->progress = progress;
	return desk;
}

static void close_desk(void *desk)
{
	(void)desk;
}

static void pack_text(const void *text, struct buf *out)
{
	buf_add(out, *(const str *)text);
}

static void *unpack_text(str bytes, struct arena *in)
{
	str *text = arena_new(in, str);

	*text = str_copy(bytes, in);
	return text;
}

static struct error *answer_text(str text, struct arena *in, void **ret_answer)
{
	str *answer = arena_new(in, str);

	*answer = text;
	*ret_answer = answer;
	return NULL;
}

/* Says its word back; the word tells what else happens. */
static struct error *run_echo(void *data, const struct crew_job *job, const struct crew_job *next,
		struct arena *in, void **ret_answer)
{
	const char *word = job->task;
	struct desk *desk = data;

	(void)next;
	desk->done++;
	if (!strcmp(word, "abort")) {
		abort();
	}
	if (!strcmp(word, "exit")) {
		_exit(7);
	}
	if (!strcmp(word, "load")) {
		progress_begin(desk->progress, "loading", STR("shop.sql"), 100);
		progress_reach(desk->progress, 43);
		poll(NULL, 0, 500);
		progress_end(desk->progress);
	}
	if (!strcmp(word, "sleep")) {
		sleep(60);
	}
	if (!strcmp(word, "fail")) {
		return error_new(in, ERROR_ENVIRONMENT, "no space");
	}
	if (!strcmp(word, "supply?")) {
		return answer_text(desk->has_supply ? STR("yes") : STR("no"), in, ret_answer);
	}
	return answer_text(str_from(word), in, ret_answer);
}

static const struct job_kind echo = { run_echo, pack_text, unpack_text };

/* Says which job comes next. */
static struct error *run_next(void *desk, const struct crew_job *job, const struct crew_job *next,
		struct arena *in, void **ret_answer)
{
	(void)desk;
	(void)job;
	return answer_text(next ? str_from(next->task) : STR("none"), in, ret_answer);
}

static const struct job_kind foresee = { run_next, pack_text, unpack_text };

/* --- the crew --------------------------------------------------------------------------------- */

static size_t take(size_t index, const struct crew_answer *answer, void *data)
{
	struct office *office = data;

	cr_assert(lt(sz, index, COUNT_OF(office->answers)));
	office->answers[index] = *answer;
	return office->last && answer->value && str_equal(*(const str *)answer->value, STR("last"))
			? index + 1
			: SIZE_MAX;
}

static bool is_stopped(void *data)
{
	const struct office *office = data;

	return office->is_stopped;
}

static void take_supply(void *data)
{
	struct office *office = data;
	char byte;

	cr_assert(eq(int, read(office->pipe[0], &byte, 1), 1));
	office->has_supply = true;
}

static struct crew_work work_of(
		struct office *office, const struct crew_job *jobs, size_t count, size_t workers)
{
	return (struct crew_work){
		.jobs = jobs,
		.count = count,
		.workers = workers,
		.open = open_desk,
		.close = close_desk,
		.supply = { .descriptor = -1 },
		.answered = take,
		.is_stopped = is_stopped,
		.data = office,
	};
}

/* The answers, as words; an error in brackets, none is a dash. */
static char *words_of(const struct office *office, size_t count)
{
	struct buf text = { .arena = &arena };

	for (size_t i = 0; i < count; i++) {
		const struct crew_answer *answer = &office->answers[i];

		buf_add(&text, i ? STR(" ") : STR(""));
		if (answer->error) {
			buf_format(&text, "(%.*s)", STR_ARG(answer->error->message));
		} else if (answer->value) {
			buf_add(&text, *(const str *)answer->value);
		} else {
			buf_add_char(&text, '-');
		}
	}
	return (char *)buf_c(&text);
}

static void expect_answers(const char *const *words, size_t count, size_t workers, const char *expected)
{
	struct office office = { 0 };
	struct crew_job *jobs = arena_new_array(&arena, struct crew_job, count);

	for (size_t i = 0; i < count; i++) {
		jobs[i] = (struct crew_job){ .kind = &echo, .task = words[i], .family = i % 3 };
	}
	const struct crew_work work = work_of(&office, jobs, count, workers);

	cr_assert(eq(ptr, crew_run(&work, &arena), NULL));
	cr_expect(eq(str, words_of(&office, count), (char *)expected), "%zu workers", workers);
}

Test(crew, gives_the_same_answers_for_any_number_of_workers)
{
	static const char *const words[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" };

	for (size_t workers = 1; workers <= 8; workers++) {
		expect_answers(words, COUNT_OF(words), workers, "a b c d e f g h i j");
	}
}

static void look_at_hands(const struct crew_hand *hands, size_t count, void *data)
{
	struct office *office = data;
	struct progress_report report;

	for (size_t i = 0; i < count; i++) {
		if (progress_look(hands[i].progress, &arena, &report)) {
			cr_assert(eq(u32, hands[i].job, 1));
			office->seen = report;
			office->seen_count++;
		}
	}
}

Test(crew, sees_what_takes_long_in_a_worker)
{
	static const char *const words[] = { "abort", "load", "c" };
	struct office office = { 0 };
	struct crew_job jobs[COUNT_OF(words)];

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		jobs[i] = (struct crew_job){ .kind = &echo, .task = words[i] };
	}
	struct crew_work work = work_of(&office, jobs, COUNT_OF(words), 1);

	work.working = look_at_hands;
	cr_assert(eq(ptr, crew_run(&work, &arena), NULL));
	cr_expect(gt(sz, office.seen_count, 0));
	cr_expect(eq(str, (char *)str_to_c(office.seen.what, &arena), "loading shop.sql"));
	cr_expect(eq(i64, office.seen.done, 43));
	cr_expect(eq(i64, office.seen.total, 100));
}

Test(crew, loses_one_job_to_a_crash)
{
	static const char *const words[] = { "a", "abort", "c", "exit", "e", "fail", "g" };

	for (size_t workers = 1; workers <= 3; workers++) {
		expect_answers(words, COUNT_OF(words), workers,
				"a (its worker was killed by signal 6 (Aborted)) c "
				"(its worker ended with status 7) e (no space) g");
	}
}

Test(crew, does_jobs_of_several_kinds_for_one_worker)
{
	const struct crew_job jobs[] = {
		{ .kind = &echo, .task = "a" },
		{ .kind = &foresee, .task = "b", .family = 1 },
		{ .kind = &echo, .task = "c", .family = 1 },
	};
	struct office office = { 0 };
	struct crew_work work = work_of(&office, jobs, 3, 1);

	cr_assert(eq(ptr, crew_run(&work, &arena), NULL));
	cr_expect(eq(str, words_of(&office, 3), "a none c"), "no task is larger than its share");
}

Test(crew, kills_a_worker_that_never_answers)
{
	const struct crew_job jobs[] = {
		{ .kind = &echo, .task = "sleep" },
		{ .kind = &echo, .task = "b" },
	};
	struct office office = { 0 };
	struct crew_work work = work_of(&office, jobs, 2, 1);

	work.patience_us = 300000;
	cr_assert(eq(ptr, crew_run(&work, &arena), NULL));
	cr_expect(eq(str, words_of(&office, 2),
			"(its worker did not answer, long after the timeout) b"));
}

Test(crew, stops_where_an_answer_says_so)
{
	const struct crew_job jobs[] = {
		{ .kind = &echo, .task = "a" },
		{ .kind = &echo, .task = "last", .family = 1 },
		{ .kind = &echo, .task = "sleep", .family = 2 },
	};
	struct office office = { .last = 1 };
	struct crew_work work = work_of(&office, jobs, 3, 3);

	cr_assert(eq(ptr, crew_run(&work, &arena), NULL));
	cr_expect(eq(str, words_of(&office, 3), "a last -"));
}

Test(crew, leaves_nobody_behind_when_it_is_stopped)
{
	const struct crew_job jobs[] = { { .kind = &echo, .task = "sleep" } };
	struct office office = { .is_stopped = true };
	struct crew_work work = work_of(&office, jobs, 1, 1);

	cr_assert(eq(ptr, crew_run(&work, &arena), NULL));
	cr_expect(eq(str, words_of(&office, 1), "-"));
	cr_expect(eq(int, waitpid(-1, NULL, WNOHANG), -1));
	cr_expect(eq(int, errno, ECHILD));
}

Test(crew, does_not_wait_for_a_supply_but_with_jobs_that_need_it)
{
	const struct crew_job jobs[] = {
		{ .kind = &echo, .task = "supply?", .family = 0, .needs_supply = true },
		{ .kind = &echo, .task = "supply?", .family = 1 },
		{ .kind = &echo, .task = "supply?", .family = 2, .needs_supply = true },
	};
	struct office office = { 0 };
	struct crew_work work = work_of(&office, jobs, 3, 1);

	cr_assert(eq(int, pipe(office.pipe), 0));
	if (fork() == 0) { // it comes a little later
		(void)poll(NULL, 0, 300);
		_exit(write(office.pipe[1], "!", 1) == 1 ? 0 : 1);
	}
	work.supply.descriptor = office.pipe[0];
	work.supply.arrived = take_supply;
	cr_assert(eq(ptr, crew_run(&work, &arena), NULL));
	cr_expect(eq(str, words_of(&office, 3), "yes no yes"));
	(void)wait(NULL);
}
