/*
 * How long the revision engine takes on large histories: load, look up, plan; and what a loaded history
 * holds in memory. Prints a line a measurement, fields separated by tabs:
 *
 *     shape  revisions  load_us  resolve_us  upgrade_us  downgrade_us  bytes_per_revision  steps
 *
 *     bench_revision [SHAPE...] [--sizes N,N...]
 *     bench_revision --case SHAPE N     the same history as a case for `rehearse plan --jsonl`
 */
#include "kit/arena.h"
#include "revision/plan.h"
#include "revision/query.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A history being made: revisions are numbered in load order, and know each other by number. */
struct sample {
	struct arena *arena;
	struct revision_specs specs;
	uint64_t random; /* state; the same sequence in every run */
};

static uint32_t random_below(struct sample *sample, uint32_t limit)
{
	sample->random = sample->random * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)((sample->random >> 33) % limit);
}

/* Ids look like Alembic's own: twelve hexadecimal digits, in no order. */
static str sample_id(struct sample *sample, size_t number)
{
	const uint64_t mixed = (number + 1) * 0x9E3779B97F4A7C15u;

	return str_format(sample->arena, "%012llx", (unsigned long long)(mixed >> 16));
}

static void add_name(struct sample *sample, struct str_list *names, size_t number)
{
	str_list_add(names, sample->specs.items[number].revision, sample->arena);
}

static struct revision_spec *add_revision(struct sample *sample)
{
	struct revision_spec *spec = LIST_PUSH(&sample->specs, sample->arena);

	spec->revision = sample_id(sample, sample->specs.count - 1);
	return spec;
}

/* One after the other. */
static void make_line(struct sample *sample, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct revision_spec *spec = add_revision(sample);

		if (i > 0) {
			add_name(sample, &spec->down_revision, i - 1);
		}
	}
}

/* A row of the fan above the row [first, first + width): each has two children, or every two have one. */
static void make_fan_row(
		struct sample *sample, size_t first, size_t width, bool widens, size_t limit)
{
	for (size_t i = 0; i < (widens ? width * 2 : width / 2) && sample->specs.count < limit;
			i++) {
		struct revision_spec *spec = add_revision(sample);

		add_name(sample, &spec->down_revision, first + (widens ? i / 2 : i * 2));
		if (!widens) {
			add_name(sample, &spec->down_revision, first + i * 2 + 1);
		}
	}
}

/* Binary fans of 2^10 branches, merged again two by two, one fan on top of the other. */
static void make_fans(struct sample *sample, size_t count)
{
	size_t first = 0, width = 1;
	bool widens = true;

	add_revision(sample);
	while (sample->specs.count < count) {
		const size_t next = sample->specs.count;

		make_fan_row(sample, first, width, widens, count);
		first = next;
		width = widens ? width * 2 : width / 2;
		widens = width == 1024 ? false : width == 1 ? true : widens;
	}
}

/* 1,000 branches from one base, grown in turn. */
static void make_branches(struct sample *sample, size_t count)
{
	add_revision(sample);
	for (size_t i = 1; i < count; i++) {
		struct revision_spec *spec = add_revision(sample);

		add_name(sample, &spec->down_revision, i > 1000 ? i - 1000 : 0);
	}
}

/*
 * 100 lines grown in turn. A revision depends on one of the last thousand, and one in four on any earlier
 * one as well.
 */
static void make_web(struct sample *sample, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct revision_spec *spec = add_revision(sample);
		const uint32_t recent = i < 1000 ? (uint32_t)i : 1000;

		if (i < 100) {
			continue;
		}
		add_name(sample, &spec->down_revision, i - 100);
		add_name(sample, &spec->depends_on, i - 1 - random_below(sample, recent - 1));
		if (random_below(sample, 4) == 0) {
			add_name(sample, &spec->depends_on, random_below(sample, (uint32_t)i - 1));
		}
	}
}

static const struct shape {
	const char *name;
	void (*make)(struct sample *sample, size_t count);
} shapes[] = {
	{ "line", make_line },
	{ "fans", make_fans },
	{ "branches", make_branches },
	{ "web", make_web },
};

/* Time of the processor: other programs must not count. */
static int64_t cpu_now_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void fail(const struct error *err)
{
	fprintf(stderr, "%.*s: %.*s\n", STR_ARG(err->class_name), STR_ARG(err->message));
	exit(1);
}

static void check(const struct error *err)
{
	if (err) {
		fail(err);
	}
}

/* What `alembic show` asks: whole ids, an abbreviated one, a symbol. */
static void resolve_some(
		struct revision_history *history, const struct sample *sample, struct arena *arena)
{
	const size_t count = sample->specs.count;
	struct str_list names = { 0 }, ids;

	for (size_t i = 0; i < 100; i++) {
		str_list_add(&names, sample->specs.items[i * count / 100].revision, arena);
	}
	str_list_add(&names, str_slice(sample->specs.items[count / 2].revision, 0, 11), arena);
	str_list_add(&names, STR("heads"), arena);
	check(query_resolve(history, &names, arena, &ids));
}

static void measure(const struct shape *shape, size_t count)
{
	struct arena specs_arena = { 0 }, held = { 0 }, results = { 0 };
	struct sample sample = { .arena = &specs_arena, .random = 1 };
	const struct str_list none = { 0 };
	struct str_list rows = { 0 };
	struct plan up, down;
	int64_t at[5];

	shape->make(&sample, count);
	at[0] = cpu_now_us();
	struct revision_history *history =
			revision_history_new(&sample.specs, ALEMBIC_NEWEST, &held);

	check(revision_history_load(history, &results));
	at[1] = cpu_now_us();
	resolve_some(history, &sample, &results);
	at[2] = cpu_now_us();
	check(plan_upgrade(history, STR("heads"), &none, &results, &up));
	at[3] = cpu_now_us();
	check(revision_history_real_heads(history, &results, &rows));
	check(plan_downgrade(history, STR("base"), &rows, &results, &down));
	at[4] = cpu_now_us();
	printf("%s\t%zu\t%lld\t%lld\t%lld\t%lld\t%zu\t%zu\n", shape->name, count,
			(long long)(at[1] - at[0]), (long long)(at[2] - at[1]),
			(long long)(at[3] - at[2]), (long long)(at[4] - at[3]),
			arena_size(&held) / count, up.count + down.count);
	fflush(stdout);
	arena_finish(&results);
	arena_finish(&held);
	arena_finish(&specs_arena);
}

static void print_names(const char *key, const struct str_list *names)
{
	printf(", \"%s\": [", key);
	for (size_t i = 0; i < names->count; i++) {
		printf("%s\"%.*s\"", i ? ", " : "", STR_ARG(names->items[i]));
	}
	printf("]");
}

static void print_case(const struct shape *shape, size_t count)
{
	struct arena arena = { 0 };
	struct sample sample = { .arena = &arena, .random = 1 };

	shape->make(&sample, count);
	printf("{\"command\": \"upgrade\", \"target\": \"heads\", \"current\": [], \"revisions\": [");
	for (size_t i = 0; i < sample.specs.count; i++) {
		const struct revision_spec *spec = &sample.specs.items[i];

		printf("%s{\"revision\": \"%.*s\"", i ? ", " : "", STR_ARG(spec->revision));
		print_names("down_revision", &spec->down_revision);
		print_names("depends_on", &spec->depends_on);
		printf("}");
	}
	printf("]}\n");
	arena_finish(&arena);
}

static const struct shape *shape_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(shapes); i++) {
		if (strcmp(shapes[i].name, name) == 0) {
			return &shapes[i];
		}
	}
	fprintf(stderr, "no shape '%s': line, fans, branches or web\n", name);
	exit(2);
}

int main(int argc, char **argv)
{
	str sizes = STR("1000,10000,100000,1000000"), size;
	const struct shape *wanted[COUNT_OF(shapes)];
	size_t wanted_count = 0;

	if (argc == 4 && strcmp(argv[1], "--case") == 0) {
		print_case(shape_find(argv[2]), strtoul(argv[3], NULL, 10));
		return 0;
	}
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--sizes") == 0 && i + 1 < argc) {
			sizes = str_from(argv[++i]);
		} else if (wanted_count < COUNT_OF(shapes)) {
			wanted[wanted_count++] = shape_find(argv[i]);
		}
	}
	for (size_t i = 0; wanted_count <= i && i < COUNT_OF(shapes); i++) {
		wanted[wanted_count++] = &shapes[i];
	}
	while (str_next_part(&sizes, ',', &size)) {
		for (size_t i = 0; i < wanted_count; i++) {
			measure(wanted[i], strtoul(size.data, NULL, 10));
		}
	}
	return 0;
}
