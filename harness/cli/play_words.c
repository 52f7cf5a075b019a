/*
 * What can be typed in the room of `play`: steps, and the words of this table, which look, take back, keep or leave.
 */
#include "cli/play_room.h"

#include "evidence/evidence.h"
#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/columns.h"
#include "kit/suggest.h"
#include "lab/env.h"
#include "lab/upgrade.h"
#include "replay/step_kind.h"
#include "replay/theatre.h"
#include "revision/query.h"
#include "scenario/edit.h"

static struct stage *stage_of(const struct room *room)
{
	return room->rehearsal.stage;
}

/* A part of a story, which expects more to follow. */
static void print_told(str told)
{
	told.len -= str_ends_with(told, STR("\n\n"));
	print_out(told);
}

/* --- steps -------------------------------------------------------------------------------------------- */

static void print_mistakes_of(struct room *room, const struct error_list *mistakes)
{
	(void)print_mistakes(room->invocation, mistakes);
	room->has_mistakes = true;
}

static const char *end_words(enum rehearsal_end end)
{
	switch (end) {
	case REHEARSAL_CUT:
		return "It was ended, and the database is as it was before.";
	case REHEARSAL_TORN:
		return "It was ended, and the database is as it was left: what comes now cannot be saved.";
	case REHEARSAL_REFUSED:
		return "It does not fail as it says, and is taken back.";
	case REHEARSAL_RAN:
		break;
	}
	return NULL;
}

static void play_step(struct room *room, const struct typed_line *typed)
{
	struct typed_line line = *typed;
	struct rehearsal *rehearsal = &room->rehearsal;
	struct error_list mistakes = { 0 };
	struct trace trace = { 0 };
	struct outcome outcome;
	enum rehearsal_end end;
	struct step step;
	str text;

	line.tree = &stage_of(room)->revisions;
	if (!typed_step_read(&line, &room->scenario, room->arena, &mistakes, &step, &text)) {
		print_mistakes_of(room, &mistakes);
		return;
	}
	const struct error *error = rehearsal_play(
			rehearsal, &step, room->timeout_us, &trace, &outcome, &end);

	if (error) {
		(void)print_error(room->invocation, error);
		room->differs = true;
		return;
	}
	if (rehearsal->was_called_off && room->prompt.is_terminal) {
		print_out(STR("\n")); // behind the ^C that the terminal shows
	}
	print_told(story_tell_step(&rehearsal->cell, &trace, &outcome, &room->style, room->arena));
	if (end_words(end)) {
		print_out(str_format(room->arena, "\n  %s\n", end_words(end)));
	}
	room->differs |= outcome.verdict == VERDICT_FAILS;
	room->is_interrupted = rehearsal->was_called_off && !room->prompt.is_terminal;
	if (rehearsal->past.count > room->texts.count) {
		str_list_add(&room->texts, text, room->arena);
	}
}

/* --- taking back -------------------------------------------------------------------------------------- */

static struct error *run_undo(struct room *room, const struct typed_line *line)
{
	struct step undone;
	struct error *err = rehearsal_undo(&room->rehearsal, &undone);

	(void)line;
	if (err) {
		return err;
	}
	room->texts.count = room->rehearsal.past.count;
	struct buf out = { .arena = room->arena };

	buf_format(&out, "  taken back: %.*s\n", STR_ARG(step_words(&undone, room->arena)));
	buf_add(&out, story_tell_look(&room->rehearsal.look, &room->style, room->arena));
	print_out(buf_str(&out));
	return NULL;
}

/* --- the database ------------------------------------------------------------------------------------- */

static struct error *run_current(struct room *room, const struct typed_line *line)
{
	(void)line;
	print_out(story_tell_look(&room->rehearsal.look, &room->style, room->arena));
	return NULL;
}

static void print_lines(const struct str_list *lines, struct arena *arena)
{
	struct buf out = { .arena = arena };

	for (size_t i = 0; i < lines->count; i++) {
		buf_format(&out, "  %.*s\n", STR_ARG(str_printable(lines->items[i], arena)));
	}
	print_out(buf_str(&out));
}

static struct error *run_schema(struct room *room, const struct typed_line *line)
{
	const struct look *look = &room->rehearsal.look;

	(void)line;
	if (look->schema_failure.len) {
		return error_new(room->arena, ERROR_DATABASE, "the schema cannot be read: %.*s",
				STR_ARG(look->schema_failure));
	}
	const struct str_list lines = schema_render(look->schema, room->arena);

	print_lines(&lines, room->arena);
	return NULL;
}

/* A stage for what is asked of the tree as it is now, within the time that a command has. */
static struct stage aside(struct room *room)
{
	struct stage stage = stage_like(stage_of(room), room->arena);

	stage.tree = stage.revisions = stage_of(room)->revisions;
	stage.deadline_us = room->timeout_us ? clock_now_us() + room->timeout_us : 0;
	return stage;
}

/* What `upgrade heads` makes of an empty database, by the tree as it is now. */
static struct error *look_at_fresh(struct room *room, struct look *ret_look)
{
	struct stage fresh = aside(room);
	const struct look_wants wants = { .schema = true };
	struct named_place heads = { .name = STR("heads") };
	const struct named_places targets = { .items = &heads, .count = 1 };

	struct error *err = env_create_database(&fresh);
	if (!err) {
		err = stage_upgrade(&fresh, &targets);
	}
	if (!err) {
		err = look_take(&fresh, &wants, ret_look);
	}
	stage_strike(&fresh);
	return err;
}

static struct error *run_diff(struct room *room, const struct typed_line *line)
{
	struct look before = room->rehearsal.start_look;
	struct error *err = NULL;

	if (str_equal(line->rest, STR("heads"))) {
		err = look_at_fresh(room, &before);
	} else if (line->rest.len) {
		err = error_new(room->arena, ERROR_INVALID,
				"'diff' compares with the start, 'diff heads' with a fresh database at heads");
	}
	if (!err) {
		print_out(story_tell_changes(
				&before, &room->rehearsal.look, &room->style, room->arena));
	}
	return err;
}

static struct error *unknown_table(struct room *room, str table)
{
	const struct str_list tables = schema_tables(room->rehearsal.look.schema, room->arena);
	struct error *error = error_new(room->arena, ERROR_NOT_FOUND, "there is no table '%.*s'",
			STR_ARG(table));

	error->hint = suggest_hint(table, &tables, room->arena);
	return error;
}

static struct error *run_rows(struct room *room, const struct typed_line *line)
{
	struct look_wants wants = { .schema = true };
	struct look look;

	if (!line->rest.len) {
		return error_new(room->arena, ERROR_INVALID, "'rows' takes a table: 'rows users'");
	}
	str_list_add(&wants.tables, line->rest, room->arena);
	struct error *err = look_take(stage_of(room), &wants, &look);
	if (err) {
		return err;
	}
	const struct table_rows *rows = tables_rows_find(&look.tables, line->rest);

	if (!rows) {
		return unknown_table(room, line->rest);
	}
	if (rows->error) {
		return rows->error;
	}
	struct result result = rows->rows;

	result.names = rows->columns.items;
	result.column_count = rows->columns.count;
	const struct outcome_show show = theatre_show(1, &result);

	print_out(story_tell_show(&show, &room->style, room->arena));
	return NULL;
}

static struct error *run_locate(struct room *room, const struct typed_line *line)
{
	struct stage stage = aside(room);
	struct buf out = { .arena = room->arena };
	struct str_list stamps = { 0 };
	struct located located;

	(void)line;
	struct error *err = evidence_locate(&stage, &room->rehearsal.look, room->arena, &located);
	stage_strike(&stage);
	if (err) {
		return err;
	}
	const struct location_page page = {
		.problem = &located.problem,
		.location = &located.location,
		.stamps = &stamps,
		.notes = located.notes,
		.colour = room->style.colour,
		.width = room->style.width,
	};

	for (size_t i = 0; i < located.stamps.count; i++) {
		str_list_add(&stamps, located.stamps.items[i].command, room->arena);
	}
	location_render_text(&page, &out);
	print_out(buf_str(&out));
	return NULL;
}

/* --- the tree ----------------------------------------------------------------------------------------- */

static struct error *run_tree(struct room *room, const struct typed_line *line)
{
	(void)line;
	print_out(story_tell_tree(&room->rehearsal.cell, &stage_of(room)->revisions,
			&room->rehearsal.look.version, &room->style, room->arena));
	return NULL;
}

static const struct revision_spec *find_spec(const struct room *room, str id)
{
	const struct scenario_revisions *revisions = &stage_of(room)->revisions;

	for (size_t i = 0; i < revisions->count; i++) {
		if (str_equal(revisions->items[i].spec.revision, id)) {
			return &revisions->items[i].spec;
		}
	}
	return NULL;
}

/* "b2c3 (head), add trades", and what it stands on if that is wanted. */
static str describe(const struct room *room, str id, const struct str_list *heads, bool with_parents)
{
	const struct revision_spec *spec = find_spec(room, id);
	struct buf out = { .arena = room->arena };

	if (with_parents && spec) {
		const str below = spec->down_revision.count
				? str_list_join(&spec->down_revision, STR(", "), room->arena)
				: STR("<base>");

		buf_format(&out, "%.*s -> ", STR_ARG(below));
	}
	buf_format(&out, "%.*s%s", STR_ARG(id), str_list_contains(heads, id) ? " (head)" : "");
	if (spec && spec->message.len) {
		buf_format(&out, ", %.*s", STR_ARG(spec->message));
	}
	return buf_str(&out);
}

static struct error *print_ids(struct room *room, struct revision_history *history,
		const struct str_list *ids, bool with_parents)
{
	struct str_list heads, lines = { 0 };
	struct error *err = query_heads(history, room->arena, &heads);

	for (size_t i = 0; !err && i < ids->count; i++) {
		str_list_add(&lines, describe(room, ids->items[i], &heads, with_parents),
				room->arena);
	}
	if (!err) {
		print_lines(&lines, room->arena);
	}
	return err;
}

static struct error *run_heads(struct room *room, const struct typed_line *line)
{
	struct revision_history *history = stage_history(stage_of(room));
	struct str_list ids;
	struct error *err = query_heads(history, room->arena, &ids);

	(void)line;
	return err ? err : print_ids(room, history, &ids, false);
}

static struct error *run_history(struct room *room, const struct typed_line *line)
{
	struct revision_history *history = stage_history(stage_of(room));
	struct str_list ids;
	struct error *err = query_history(history, line->rest.len ? line->rest : (str){ 0 },
			&room->rehearsal.look.version, room->arena, &ids);

	return err ? err : print_ids(room, history, &ids, true);
}

static void add_sql(struct buf *out, const char *key, const struct sql_body *body,
		enum scenario_engine engine)
{
	str rest = body->by_engine[engine].text, line;

	if (!str_trim(rest).len) {
		return;
	}
	buf_format(out, "  %s\n", key);
	while (rest.len && str_next_part(&rest, '\n', &line)) {
		buf_format(out, "      %.*s\n", STR_ARG(str_printable(line, out->arena)));
	}
}

static struct error *run_show(struct room *room, const struct typed_line *line)
{
	const struct scenario_revisions *revisions = &stage_of(room)->revisions;
	struct revision_history *history = stage_history(stage_of(room));
	struct buf out = { .arena = room->arena };
	struct str_list ids;
	struct error *err = query_resolve_one(history, line->rest, room->arena, &ids);

	for (size_t i = 0; !err && i < revisions->count; i++) {
		const struct scenario_revision *one = &revisions->items[i];
		const struct str_list none = { 0 };

		if (!str_list_contains(&ids, one->spec.revision)) {
			continue;
		}
		buf_format(&out, "  %.*s\n",
				STR_ARG(describe(room, one->spec.revision, &none, true)));
		if (one->path.len) {
			buf_format(&out, "  in %.*s\n", STR_ARG(one->path));
		}
		add_sql(&out, "upgrade", &one->upgrade, room->rehearsal.cell.engine);
		add_sql(&out, "downgrade", &one->downgrade, room->rehearsal.cell.engine);
	}
	print_out(buf_str(&out));
	return err;
}

static struct error *run_plan(struct room *room, const struct typed_line *line)
{
	static const struct {
		const char *name;
		enum plan_op op;
	} moves[] = {
		{ "upgrade", PLAN_UPGRADE },
		{ "downgrade", PLAN_DOWNGRADE },
		{ "stamp", PLAN_STAMP },
	};
	struct plan_request request = { 0 };
	struct str_list start;
	struct plan plan;
	str rest = line->rest, word;
	bool is_known = false;

	(void)str_next_part(&rest, ' ', &word);
	for (size_t i = 0; i < COUNT_OF(moves); i++) {
		if (str_equal(word, str_from(moves[i].name))) {
			request.op = moves[i].op;
			is_known = true;
		}
	}
	while (rest.len && str_next_part(&rest, ' ', &word)) {
		if (word.len) {
			str_list_add(&request.targets, word, room->arena);
		}
	}
	if (!is_known || !request.targets.count) {
		return error_new(room->arena, ERROR_INVALID,
				"'plan' takes a command and its target: 'plan upgrade head'");
	}
	struct error *err = plan_command(stage_history(stage_of(room)), &request,
			&room->rehearsal.look.version, room->arena, &start, &plan);
	if (!err) {
		print_told(story_tell_plan(&room->rehearsal.cell, &stage_of(room)->revisions, &plan,
				&room->style, room->arena));
	}
	return err;
}

/* --- the whole ---------------------------------------------------------------------------------------- */

static struct error *run_goal(struct room *room, const struct typed_line *line)
{
	struct outcome outcome;
	struct error *err = rehearsal_judge(&room->rehearsal, room->timeout_us, &outcome);

	(void)line;
	if (err) {
		return err;
	}
	room->differs |= outcome.verdict != VERDICT_WORKS;
	print_out(story_tell_judgement(
			&room->rehearsal.cell, &outcome, &room->style, room->arena));
	return NULL;
}

static struct error *run_steps(struct room *room, const struct typed_line *line)
{
	struct str_list lines = { 0 };

	(void)line;
	for (size_t i = 0; i < room->texts.count; i++) {
		str rest = str_trim(room->texts.items[i]), one;

		for (const char *lead = "- "; rest.len && str_next_part(&rest, '\n', &one);
				lead = "  ") {
			str_list_add(&lines, str_format(room->arena, "%s%.*s", lead, STR_ARG(one)),
					room->arena);
		}
	}
	print_lines(&lines, room->arena);
	return NULL;
}

static struct error *run_help(struct room *room, const struct typed_line *line)
{
	struct buf out = { .arena = room->arena };

	(void)line;
	play_words_add_help(&out);
	print_out(buf_str(&out));
	return NULL;
}

static struct error *run_quit(struct room *room, const struct typed_line *line)
{
	(void)line;
	room->is_over = true;
	return NULL;
}

/* --- the table ---------------------------------------------------------------------------------------- */

static const struct play_word words[] = {
	{ "undo", "", "take the last step back that has changed something", run_undo },
	{ "current", "", "what the database claims, and what it has", run_current },
	{ "schema", "", "the schema, a fact a line", run_schema },
	{ "diff", "[heads]", "what has changed since the start; or how a fresh database at heads differs",
			run_diff },
	{ "rows", "TABLE", "the rows of a table", run_rows },
	{ "locate", "", "at which revision the database really is", run_locate },
	{ "tree", "", "the tree as it is now", run_tree },
	{ "heads", "", "its heads", run_heads },
	{ "history", "[RANGE]", "its revisions, newest first", run_history },
	{ "show", "REVISION", "a revision with its SQL", run_show },
	{ "plan", "COMMAND TARGET", "what a command would do", run_plan },
	{ "goal", "", "whether the goal is met by now", run_goal },
	{ "steps", "", "the steps that were played, as a scenario has them", run_steps },
	{ "save", "NAME FILE", "keep them as strategy NAME of a new scenario file", play_save },
	{ "help", "", "this list", run_help },
	{ "quit", "", "leave; Ctrl-D does, too", run_quit },
};

static const struct play_word *find_word(str name)
{
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (str_equal(name, str_from(words[i].name))) {
			return &words[i];
		}
	}
	return str_equal(name, STR("exit")) ? find_word(STR("quit")) : NULL;
}

static struct span place_of(const struct typed_line *line)
{
	return (struct span){ line->source, (size_t)(line->word.data - line->source->text.data),
		line->word.len };
}

static void refuse_word(struct room *room, const struct typed_line *line)
{
	struct error_list mistakes = { 0 };
	struct str_list known = { 0 };
	struct error *error = error_at(room->arena, ERROR_INVALID, place_of(line),
			"there is no command '%.*s'", STR_ARG(line->word));

	for (size_t i = 0; i < COUNT_OF(words); i++) {
		str_list_add(&known, str_from(words[i].name), room->arena);
	}
	for (size_t i = 0; typed_words[i].name; i++) {
		str_list_add(&known, str_from(typed_words[i].name), room->arena);
	}
	error->hint = suggest_did_you_mean(
			suggest_nearest(line->word, known.items, known.count, room->arena),
			STR("'help' lists the commands; SQL stands behind 'sql'."), room->arena);
	error_list_add(&mistakes, error, room->arena);
	print_mistakes_of(room, &mistakes);
}

void room_obey(struct room *room, const struct typed_line *line)
{
	const struct play_word *word = find_word(line->word);

	if (typed_step_is(line)) {
		play_step(room, line);
		return;
	}
	if (!word) {
		refuse_word(room, line);
		return;
	}
	struct error *error = word->run(room, line);

	(void)signals_hear_interrupt(); // a look that lasted was ended
	if (error && error->code == ERROR_ALEMBIC) {
		error->message = str_format(room->arena, "%.*s: %.*s",
				STR_ARG(error->class_name), STR_ARG(error->message));
	}
	if (error) {
		error->where = error->where.source ? error->where : place_of(line);
		(void)print_error(room->invocation, error);
		room->has_mistakes = true;
	}
}

/* --- help and completion ------------------------------------------------------------------------------ */

static void add_help_of(struct buf *out, const char *name, const char *arguments, const char *help)
{
	const str term = str_format(out->arena, "%s%s%s", name, *arguments ? " " : "", arguments);

	help_add_term(out, str_to_c(term, out->arena), help, 28);
}

void play_words_add_help(struct buf *out)
{
	buf_add(out, STR("\nSteps:\n"));
	for (size_t i = 0; typed_words[i].name; i++) {
		add_help_of(out, typed_words[i].name, typed_words[i].arguments, typed_words[i].help);
	}
	add_help_of(out, "KEY: VALUE", "",
			"any step as a scenario file has it: 'check: {sql: SELECT 1, equals: 1}'");
	buf_add(out, STR("\nAnd:\n"));
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		add_help_of(out, words[i].name, words[i].arguments, words[i].help);
	}
}

static void offer(struct str_list *offers, str word, str known, struct arena *arena)
{
	if (str_starts_with(known, word) && !str_list_contains(offers, known)) {
		str_list_add(offers, known, arena);
	}
}

void play_words_offer(void *data, str before, str word, struct arena *arena,
		struct str_list *offers)
{
	static const str targets[] = { STR_INIT("head"), STR_INIT("heads"), STR_INIT("base") };
	const struct room *room = data;
	const struct scenario_revisions *revisions = &stage_of(room)->revisions;

	if (!str_trim(before).len) {
		for (size_t i = 0; typed_words[i].name; i++) {
			offer(offers, word, str_from(typed_words[i].name), arena);
		}
		for (size_t i = 0; i < COUNT_OF(words); i++) {
			offer(offers, word, str_from(words[i].name), arena);
		}
		return;
	}
	if (str_starts_with(str_trim(before), STR("rows")) ||
			str_starts_with(str_trim(before), STR("sql"))) {
		const struct str_list tables = room->rehearsal.look.schema_failure.len
				? (struct str_list){ 0 }
				: schema_tables(room->rehearsal.look.schema, arena);

		for (size_t i = 0; i < tables.count; i++) {
			offer(offers, word, tables.items[i], arena);
		}
		return;
	}
	for (size_t i = 0; i < revisions->count; i++) {
		offer(offers, word, revisions->items[i].spec.revision, arena);
	}
	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		offer(offers, word, targets[i], arena);
	}
}
