/*
 * `rehearse merge` - the parts of a run as one, in any report.
 */
#include "cli/cli_internal.h"
#include "cli/merge_read.h"
#include "cli/report_files.h"
#include "kit/arena.h"
#include "kit/table.h"

static const struct option merge_options[] = {
	REPORT_OPTION_QUIET,
	REPORT_OPTION_DURATIONS,
	REPORT_OPTION_VERBOSE,
	REPORT_OPTION_FORMAT,
	REPORT_FILES_OPTION,
};

struct merge {
	struct invocation *invocation;
	struct arena *arena;

	struct {
		struct merge_run *items;
		size_t count, capacity;
	} runs;

	struct {
		struct merge_cell *items;
		size_t count, capacity;
	} cells;                /* of all runs */
	struct table names;     /* of cells, to indices */
	struct table scenarios; /* names, to indices of `reported` */

	struct {
		struct report_scenario **items;
		size_t count, capacity;
	} reported;

	struct error_list mistakes;
};

/* --- putting together -------------------------------------------------------------------------- */

static void add_mistake(struct merge *merge, struct error *error)
{
	error_list_add(&merge->mistakes, error, merge->arena);
}

static void read_all(struct merge *merge)
{
	for (size_t i = 0; i < merge->invocation->arguments.count; i++) {
		struct merge_run run = { 0 };
		struct error *error = merge_read(
				merge->invocation->arguments.items[i], merge->arena, &run);

		if (error) {
			add_mistake(merge, error);
		} else {
			*LIST_PUSH(&merge->runs, merge->arena) = run;
		}
	}
}

/* The first run that is a part; NULL: none is. */
static const struct merge_run *first_part(const struct merge *merge)
{
	for (size_t i = 0; i < merge->runs.count; i++) {
		if (merge->runs.items[i].shard.parts) {
			return &merge->runs.items[i];
		}
	}
	return NULL;
}

/* Parts must be of one run: as many, each once, of the same cells. */
static void check_parts(struct merge *merge)
{
	const struct merge_run *first = first_part(merge);

	for (size_t i = 0; i < merge->runs.count; i++) {
		const struct merge_run *run = &merge->runs.items[i];

		if (!run->shard.parts || run == first) {
			continue;
		}
		if (run->shard.parts != first->shard.parts) {
			add_mistake(merge,
					error_new(merge->arena, ERROR_INVALID,
							"'%.*s' is part %zu of %zu, '%.*s' part %zu of %zu",
							STR_ARG(first->path), first->shard.part,
							first->shard.parts, STR_ARG(run->path),
							run->shard.part, run->shard.parts));
		} else if (!str_list_equal(&run->shard.all_cells, &first->shard.all_cells)) {
			add_mistake(merge,
					error_new(merge->arena, ERROR_INVALID,
							"'%.*s' and '%.*s' are parts of different runs: their cells are not the same",
							STR_ARG(first->path), STR_ARG(run->path)));
		}
	}
}

static void add_cell(struct merge *merge, const struct merge_cell *cell)
{
	table_set(&merge->names, cell->name, (uint32_t)merge->cells.count);
	*LIST_PUSH(&merge->cells, merge->arena) = *cell;
}

/* A cell has one answer; of one that has none, another run may have it. */
static void take_cell(
		struct merge *merge, const struct merge_run *run, const struct merge_cell *cell)
{
	uint32_t at;

	if (!table_find(&merge->names, cell->name, &at)) {
		add_cell(merge, cell);
	} else if (!merge->cells.items[at].outcome) {
		merge->cells.items[at] = *cell;
	} else if (cell->outcome) {
		struct error *error = error_new(merge->arena, ERROR_INVALID,
				"cell '%.*s' is in '%.*s' and in a file before it",
				STR_ARG(cell->name), STR_ARG(run->path));

		error->hint = STR("Name each run once, and no part twice.");
		add_mistake(merge, error);
	}
}

/* Why a cell that belongs to a part has no answer there. */
static str missing_words(const struct merge *merge, const struct report_shard *shard, str cell)
{
	const size_t part = str_hash(cell) % shard->parts + 1;

	for (size_t i = 0; i < merge->runs.count; i++) {
		if (merge->runs.items[i].shard.part == part) {
			return str_format(merge->arena, "part %zu of %zu did not come to it", part,
					shard->parts);
		}
	}
	return str_format(merge->arena, "part %zu of %zu is missing", part, shard->parts);
}

/* All cells of the whole, in its order; those that no part has are there without an outcome. */
static void take_parts(struct merge *merge)
{
	const struct merge_run *first = first_part(merge);
	struct merge_cell cell;

	for (size_t i = 0; first && i < first->shard.all_cells.count; i++) {
		const str name = first->shard.all_cells.items[i];

		if (merge_split_name(name, &cell)) {
			cell.failure = missing_words(merge, &first->shard, name);
			add_cell(merge, &cell);
		}
	}
}

static void take_cells(struct merge *merge)
{
	take_parts(merge);
	for (size_t i = 0; i < merge->runs.count && !merge->mistakes.count; i++) {
		const struct merge_run *run = &merge->runs.items[i];

		for (size_t j = 0; j < run->cells.count && !merge->mistakes.count; j++) {
			take_cell(merge, run, &run->cells.items[j]);
		}
	}
}

/* --- reporting ------------------------------------------------------------------------------- */

/* What any run says of a scenario. */
static const struct merge_scenario *find_scenario(const struct merge *merge, str name)
{
	for (size_t i = 0; i < merge->runs.count; i++) {
		for (size_t j = 0; j < merge->runs.items[i].scenarios.count; j++) {
			if (str_equal(merge->runs.items[i].scenarios.items[j].name, name)) {
				return &merge->runs.items[i].scenarios.items[j];
			}
		}
	}
	return NULL;
}

static struct report_scenario *scenario_of(struct merge *merge, str name)
{
	const struct merge_scenario *known;
	uint32_t at;

	if (table_find(&merge->scenarios, name, &at)) {
		return merge->reported.items[at];
	}
	struct report_scenario *scenario = arena_new(merge->arena, struct report_scenario);

	scenario->name = name;
	known = find_scenario(merge, name);
	if (known) {
		scenario->path = known->path;
		scenario->title = known->title;
		scenario->about = known->about;
		scenario->lesson = known->lesson;
		scenario->is_unclaimed = known->is_unclaimed;
	}
	table_set(&merge->scenarios, name, (uint32_t)merge->reported.count);
	*LIST_PUSH(&merge->reported, merge->arena) = scenario;
	return scenario;
}

static void add_once(struct str_list *names, str name, struct arena *arena)
{
	if (!str_list_contains(names, name)) {
		str_list_add(names, name, arena);
	}
}

static void sort_into_scenarios(struct merge *merge)
{
	for (size_t i = 0; i < merge->cells.count; i++) {
		const struct merge_cell *cell = &merge->cells.items[i];
		struct report_scenario *scenario = scenario_of(merge, cell->scenario);

		add_once(&scenario->strategies, cell->strategy, merge->arena);
		add_once(&scenario->states, cell->state, merge->arena);
		*LIST_PUSH(&scenario->cells, merge->arena) = (struct report_cell){
			.name = cell->name,
			.strategy = cell->strategy,
			.state = cell->state,
			.engine = cell->engine,
			.place = cell->place,
			.outcome = cell->outcome,
			.is_unclaimed = scenario->is_unclaimed,
			.failure = cell->failure,
			.about = cell->about,
		};
	}
}

/* Parts that nobody has handed in, each by its number. */
static void print_missing(const struct merge *merge)
{
	const struct merge_run *first = first_part(merge);

	for (size_t part = 1; first && part <= first->shard.parts; part++) {
		bool is_there = false;
		size_t cells = 0;

		for (size_t i = 0; i < merge->runs.count; i++) {
			is_there |= merge->runs.items[i].shard.part == part;
		}
		for (size_t i = 0; i < first->shard.all_cells.count; i++) {
			cells += str_hash(first->shard.all_cells.items[i]) % first->shard.parts +
							1 ==
					part;
		}
		if (!is_there && cells) {
			print_err(str_format(merge->arena,
					"error: part %zu of %zu is missing: %zu cell%s\n", part,
					first->shard.parts, cells, cells == 1 ? "" : "s"));
		}
	}
}

static struct report_summary summary_of(const struct merge *merge)
{
	struct report_summary summary = { 0 };

	for (size_t i = 0; i < merge->runs.count; i++) {
		const struct merge_run *run = &merge->runs.items[i];

		summary.not_played += run->shard.parts ? 0 : run->not_played; // parts' are named
		for (size_t j = 0; j < run->stale_records.count; j++) {
			add_once(&summary.stale_records, run->stale_records.items[j], merge->arena);
		}
	}
	return summary;
}

static enum exit_status report_all(struct merge *merge, struct report_files *files)
{
	const struct report_summary summary = summary_of(merge);
	struct report report = report_on_output(merge->invocation);
	struct buf text = { .arena = merge->arena };

	report_begin(&report, &text);
	report_files_begin(files, &report.shard);
	for (size_t i = 0; i < merge->reported.count; i++) {
		report_add(&report, merge->reported.items[i], &text);
		report_files_add(files, merge->reported.items[i]);
	}
	report.summary.stale_records = summary.stale_records;
	report.summary.not_played = summary.not_played;
	report_finish(&report, &text);
	print_out(buf_str(&text));
	print_missing(merge);
	const enum exit_status status = report_files_finish(
			merge->invocation, files, &report.summary);

	if (status) {
		return status;
	}
	return report_is_green(&report.summary) ? EXIT_AS_EXPECTED : EXIT_DIFFERS;
}

static enum exit_status merge_run(struct invocation *invocation)
{
	struct merge merge = {
		.invocation = invocation,
		.arena = invocation->arena,
		.names = { .arena = invocation->arena },
		.scenarios = { .arena = invocation->arena },
	};
	struct report_files files;
	enum exit_status status;

	if (!report_files_open(invocation, &files, &status)) {
		return status;
	}
	read_all(&merge);
	check_parts(&merge);
	if (!merge.mistakes.count) {
		take_cells(&merge);
	}
	if (merge.mistakes.count) {
		return print_mistakes(invocation, &merge.mistakes);
	}
	sort_into_scenarios(&merge);
	return report_all(&merge, &files);
}

const struct command command_merge = {
	.name = "merge",
	.arguments = "RUN.json...",
	.summary = "make one report of the parts of a run",
	.details = "Reads what 'rehearse run --shard I/N --report json:FILE' has written, one file a "
		   "part, and reports of the whole as 'run' does. Runs that are no parts are put "
		   "together, too, such as those of two engines.\n"
		   "\n"
		   "A part that is not there, and cells to which one did not come, are named, and "
		   "have no answer in any report. A page of HTML tells of cells what their part "
		   "told: each must have written such a page itself.\n"
		   "\n"
		   "The exit status is 1 when a cell is not as expected or has no answer.\n",
	.options = merge_options,
	.option_count = COUNT_OF(merge_options),
	.least_arguments = 1,
	.most_arguments = SIZE_MAX,
	.output = OUTPUT_LIVE,
	.run = merge_run,
};
