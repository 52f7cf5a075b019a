/*
 * `rehearse plan` - the steps that a command of Alembic would take, without a database.
 */
#include "cli/cli_internal.h"
#include "cli/plan_jsonl.h"
#include "cli/tree_source.h"
#include "kit/arena.h"
#include "kit/columns.h"
#include "kit/suggest.h"
#include "revision/near.h"
#include "revision/version_rows.h"

#include <stdio.h>
#include <stdlib.h>

/* The rows of --from: "a,b"; `base` is none. */
static struct str_list rows_of(str text, struct arena *arena)
{
	struct str_list rows = { 0 };
	str row;

	while (str_next_part(&text, ',', &row)) {
		row = str_trim(row);
		if (row.len && !str_equal(row, STR("base"))) {
			str_list_add(&rows, row, arena);
		}
	}
	return rows;
}

/* ---- --jsonl ---- */

static void take_part(str part, void *data)
{
	(void)data;
	print_out(part);
}

static enum exit_status answer_lines(struct invocation *invocation)
{
	int level = ALEMBIC_NEWEST;
	char *line = NULL;
	size_t capacity = 0;
	ssize_t len;

	plan_level_parse(invocation_value(invocation, "alembic"), &level);
	while (!interrupted_by() && (len = getline(&line, &capacity, stdin)) >= 0) {
		const struct arena_mark mark = arena_mark(invocation->arena);
		const struct jsonl_out out = { .take = take_part };
		const str text = str_trim((str){ line, (size_t)len });

		if (text.len) {
			plan_jsonl_answer(text, level, invocation->arena, &out);
		}
		arena_rewind(invocation->arena, mark);
	}
	free(line);
	if (!interrupted_by() &&
			!feof(stdin)) { // without memory for a line there is no error of the stream's
		return print_error(invocation,
				error_from_errno(invocation->arena, "read standard input"));
	}
	return EXIT_AS_EXPECTED;
}

/* ---- text ---- */

/* `lead` and a text, which on a terminal goes on below itself. */
static void add_sentence(str lead, str text, struct buf *out)
{
	const size_t width = terminal_width();

	buf_add(out, lead);
	wrap_add_quoting(out, text, width ? width : SIZE_MAX, lead.len, lead.len);
}

static void add_row_change(str words, struct buf *out)
{
	add_sentence(STR("     row: "), words, out);
}

/* A version table that writes down what is done to it. */
struct shown_table {
	struct str_list rows;
	struct buf *out;
};

static struct error *table_apply(void *data, const struct version_change *change,
		struct arena *arena, int64_t *ret_matched)
{
	struct shown_table *table = data;
	const str from = str_printable(change->from, arena), to = str_printable(change->to, arena);
	size_t kept = 0;

	*ret_matched = change->op == VERSION_INSERT;
	switch (change->op) {
	case VERSION_INSERT:
		add_row_change(str_format(arena, "insert %.*s", STR_ARG(to)), table->out);
		str_list_add(&table->rows, change->to, arena);
		return NULL;
	case VERSION_DELETE:
		add_row_change(str_format(arena, "delete %.*s", STR_ARG(from)), table->out);
		break;
	case VERSION_UPDATE:
		add_row_change(str_format(arena, "%.*s becomes %.*s", STR_ARG(from), STR_ARG(to)),
				table->out);
		break;
	}
	for (size_t i = 0; i < table->rows.count; i++) {
		const bool matches = str_equal(table->rows.items[i], change->from);

		*ret_matched += matches;
		if (!matches || change->op == VERSION_UPDATE) {
			table->rows.items[kept++] = matches ? change->to : table->rows.items[i];
		}
	}
	table->rows.count = kept;
	return NULL;
}

static str ids_text(const struct str_list *ids, const char *none, struct arena *arena)
{
	return ids->count ? str_printable(str_list_join(ids, STR(", "), arena), arena)
			  : str_from(none);
}

static void show_step(const struct plan_step *step, size_t number,
		const struct revision_specs *specs, struct buf *out)
{
	const str message = step->spec == SIZE_MAX ? (str){ 0 } : specs->items[step->spec].message;

	struct buf text = { .arena = out->arena };

	plan_step_render(step, message, &text);
	add_sentence(str_format(out->arena, "%4zu. ", number), buf_str(&text), out);
}

/* Alembic says the same of a row and of a target that no file has. */
static str hint_at(const struct tree_source *source, const struct str_list *rows, str name,
		struct arena *arena)
{
	if (str_list_contains(rows, name)) {
		return str_format(arena,
				"'%.*s' is one of the rows that --from gives; no file of the tree has it.",
				STR_ARG(name));
	}
	return revision_near(&source->specs, name, "the target as it was typed", arena);
}

/* What Alembic would end with: the class, the text, the status. */
static enum exit_status show_alembic_error(struct invocation *invocation,
		const struct tree_source *source, const struct str_list *rows,
		const struct error *err)
{
	struct error *shown = error_new(invocation->arena, err->code, "%.*s%s%.*s",
			STR_ARG(err->class_name), err->message.len ? ": " : "",
			STR_ARG(str_printable(err->message, invocation->arena)));

	shown->detail = str_format(invocation->arena, "alembic ends with exit status %d",
			revision_error_exit_status(err));
	if (err->name.len) {
		shown->hint = hint_at(source, rows, err->name, invocation->arena);
	}
	print_error(invocation, shown);
	return EXIT_DIFFERS;
}

static struct error *show_steps(struct revision_history *history, const struct plan *plan,
		const struct str_list *start, bool is_online, const struct tree_source *source,
		struct arena *arena, struct buf *out)
{
	struct shown_table table = { .out = out };
	const struct version_store store = { .data = &table, .apply = table_apply };
	struct version_keeper *keeper = version_keeper_new(
			history, start, STR("alembic_version"), is_online, arena);
	struct error *err = NULL;

	for (size_t i = 0; i < start->count; i++) {
		str_list_add(&table.rows, start->items[i], arena);
	}
	for (size_t i = 0; !err && i < plan->count; i++) {
		show_step(&plan->steps[i], i + 1, &source->specs, out);
		err = version_keeper_apply(keeper, &plan->steps[i], &store, arena);
	}
	if (!err) {
		const str rows = ids_text(&table.rows, "none", arena);

		buf_add(out, plan->count ? STR("") : STR("nothing to do\n"));
		add_sentence(plan->count ? STR("rows after: ") : STR("rows: "), rows, out);
	}
	return err;
}

static enum exit_status show_plan(struct invocation *invocation, const struct tree_source *source,
		const struct plan_request *request)
{
	struct arena *arena = invocation->arena;
	const struct str_list rows = rows_of(invocation_value(invocation, "from"), arena);
	struct buf out = { .arena = arena };
	struct str_list start;
	struct plan plan;

	struct revision_history *history =
			revision_history_new(&source->specs, source->level, arena);
	struct error *err = plan_command(history, request, &rows, arena, &start, &plan);
	const struct str_list *warnings = revision_history_warnings(history);

	for (size_t i = 0; i < warnings->count; i++) {
		add_sentence(STR("warning: "), str_printable(warnings->items[i], arena), &out);
	}
	if (!err) {
		for (size_t i = 0; i < plan.warnings.count; i++) {
			add_sentence(STR("warning: "), str_printable(plan.warnings.items[i], arena),
					&out);
		}
		err = show_steps(history, &plan, &start, !request->sql, source, arena, &out);
	}
	print_out(buf_str(&out));
	return err ? show_alembic_error(invocation, source, &rows, err) : EXIT_AS_EXPECTED;
}

/* ---- the command ---- */

static const str command_names[] = {
	[PLAN_UPGRADE] = STR_INIT("upgrade"),
	[PLAN_DOWNGRADE] = STR_INIT("downgrade"),
	[PLAN_STAMP] = STR_INIT("stamp"),
};

/* The command that an argument names; COUNT_OF(command_names): none. */
static size_t find_command(str argument)
{
	size_t op = 0;

	while (op < COUNT_OF(command_names) && !str_equal(argument, command_names[op])) {
		op++;
	}
	return op;
}

static struct error *refuse_command(const struct invocation *invocation)
{
	const struct str_list *given = &invocation->arguments;
	struct arena *arena = invocation->arena;

	if (given->count < 3) {
		return error_new(arena, ERROR_INVALID,
				"command 'plan' needs more arguments: [SOURCE] COMMAND TARGET...");
	}
	struct error *err = error_new(
			arena, ERROR_INVALID, "cannot plan '%.*s'", STR_ARG(given->items[1]));
	const str nearest = suggest_nearest(
			given->items[1], command_names, COUNT_OF(command_names), arena);

	err->hint = suggest_did_you_mean(
			nearest, STR("It is one of: upgrade, downgrade, stamp."), arena);
	return err;
}

/* What stands before the command is the SOURCE, which may be nothing. */
static struct error *read_request(const struct invocation *invocation, size_t *ret_sources,
		struct plan_request *ret_request)
{
	const struct str_list *given = &invocation->arguments;
	size_t at = 0;

	while (at < given->count && find_command(given->items[at]) == COUNT_OF(command_names)) {
		at++;
	}
	if (at == given->count || at + 1 == given->count) {
		return refuse_command(invocation);
	}
	const size_t op = find_command(given->items[at]);

	if (op != PLAN_STAMP && given->count > at + 2) {
		return error_new(invocation->arena, ERROR_INVALID, "too many arguments: '%.*s'",
				STR_ARG(given->items[at + 2]));
	}
	if (op != PLAN_STAMP && invocation_has(invocation, "purge")) {
		return error_new(
				invocation->arena, ERROR_INVALID, "option '--purge' is for stamps");
	}
	*ret_request = (struct plan_request){
		.op = (enum plan_op)op,
		.targets = { .items = given->items + at + 1, .count = given->count - at - 1 },
		.purge = invocation_has(invocation, "purge"),
		.sql = invocation_has(invocation, "sql"),
	};
	*ret_sources = at;
	return NULL;
}

/* The same, if the tree is known: a plan of one that Alembic does not load would be made up. */
static enum exit_status show_plan_of_known(struct invocation *invocation,
		const struct tree_source *source, const struct plan_request *request)
{
	struct error_list mistakes = { 0 };

	tree_source_add_unknown(source, invocation->arena, &mistakes);
	if (mistakes.count) {
		(void)print_mistakes(invocation, &mistakes);
		return EXIT_DIFFERS;
	}
	return show_plan(invocation, source, request);
}

static enum exit_status plan_run(struct invocation *invocation)
{
	struct plan_request request;
	struct tree_sources sources;
	enum exit_status status;
	size_t count = 0;

	if (invocation_has(invocation, "jsonl") && !invocation->arguments.count) {
		return answer_lines(invocation);
	}
	if (invocation_has(invocation, "jsonl")) {
		return print_error(invocation,
				error_new(invocation->arena, ERROR_INVALID,
						"option '--jsonl' takes no arguments"));
	}
	const struct error *err = read_request(invocation, &count, &request);

	if (err) {
		return print_error(invocation, err);
	}
	const struct str_list given = { .items = invocation->arguments.items, .count = count };

	if (tree_sources_open(invocation, given, false, &sources, &status)) {
		err = tree_source_check(&sources.items[0], invocation->arena);
		tree_source_print_notes(&sources.items[0], invocation->arena);
		if (err) {
			print_error(invocation, err);
			status = EXIT_NOTHING;
		} else {
			status = show_plan_of_known(invocation, &sources.items[0], &request);
		}
	}
	tree_sources_close(&sources);
	return status;
}

static const struct option plan_options[] = {
	{ .name = "from",
			.value = "ROWS",
			.help = "the rows of the version table, with commas between them (default: none)" },
	{ .name = "purge", .help = "stamp: forget all rows first" },
	{ .name = "sql", .help = "as offline: the rows come from the range, as in a:b" },
	TREE_SOURCE_OPTION_STRATEGY,
	TREE_SOURCE_OPTION_NAME,
	TREE_SOURCE_OPTION_AT,
	TREE_SOURCE_OPTION_ALEMBIC,
	{ .name = "jsonl",
			.output = OUTPUT_TOOLS,
			.help = "for tools: answer cases on standard input, a line each" },
};

const struct command command_plan = {
	.name = "plan",
	.arguments = "[SOURCE] COMMAND TARGET...",
	.summary = "show the steps that a command would take, without a database",
	.details = TREE_SOURCE_WORDS
	" COMMAND is one of upgrade, downgrade and stamp, TARGET as alembic "
	"takes it. Where alembic would fail, its error is shown and the exit status is "
	"1.\n"
	"\n"
	"Examples:\n"
	"  rehearse plan upgrade heads --from 3d91640ec9e0  of the project here\n"
	"  rehearse plan wallet-two-heads upgrade heads     of a scenario\n",
	.options = plan_options,
	.option_count = COUNT_OF(plan_options),
	.most_arguments = SIZE_MAX,
	.run = plan_run,
};
