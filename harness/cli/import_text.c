#include "cli/import_text.h"

#include "kit/columns.h"
#include "kit/file.h"
#include "scenario/write.h"

/* How wide stories are, within what they are indented by. */
#define WIDTH 90

/* --- parts of lines ----------------------------------------------------------------------------- */

static void write_pair(struct buf *out, size_t indent, const char *key, str text)
{
	buf_add_repeated(out, ' ', indent);
	buf_format(out, "%s: ", key);
	write_text(out, text, false);
	buf_add_char(out, '\n');
}

static void write_list(struct buf *out, size_t indent, const char *key,
		const struct str_list *texts, bool is_list)
{
	buf_add_repeated(out, ' ', indent);
	buf_format(out, "%s: ", key);
	write_texts(out, texts, is_list, false);
	buf_add_char(out, '\n');
}

static str words_of_list(const struct str_list *names, struct arena *arena)
{
	struct str_list quoted = { 0 };

	for (size_t i = 0; i < names->count; i++) {
		str_list_add(&quoted,
				str_format(arena, "'%.*s'",
						STR_ARG(str_printable(names->items[i], arena))),
				arena);
	}
	return str_list_join(&quoted, STR(", "), arena);
}

/* --- head --------------------------------------------------------------------------------------- */

static str name_of_project(const struct import *import, struct arena *arena)
{
	const struct tree_source *source = import->source;
	const str folder = path_name(
			source->files.count ? path_folder(source->files.items[0]) : source->folder);
	const str section = source->project->settings.section;

	return section.len && !str_equal(section, STR("alembic"))
			? str_format(arena, "%.*s [%.*s]", STR_ARG(folder), STR_ARG(section))
			: folder;
}

static void write_story(const struct import *import, struct buf *out)
{
	const struct faults *faults = import->faults;
	struct buf story = { .arena = out->arena };

	wrap_add(&story,
			str_format(out->arena, "%zu revision%s; %s %.*s.",
					import->source->specs.count,
					import->source->specs.count == 1 ? "" : "s",
					faults->heads.count == 1 ? "the head is" : "the heads are",
					STR_ARG(faults->heads.count ? words_of_list(&faults->heads,
										      out->arena)
								    : STR("none"))),
			WIDTH, 0, 0);
	for (size_t i = 0; i < faults->count; i++) {
		const struct fault *fault = &faults->items[i];

		buf_add(&story, i ? STR("- ") : STR("The doctor finds:\n- "));
		wrap_add(&story,
				str_format(out->arena, "%.*s%s%.*s",
						STR_ARG(str_printable(fault->revision, out->arena)),
						fault->revision.len ? ": " : "",
						STR_ARG(str_printable(fault->message, out->arena))),
				WIDTH, 2, 2);
	}
	buf_add(out, STR("story:"));
	write_value(out, buf_str(&story), 0);
}

static void write_engines(const struct import *import, struct buf *out)
{
	struct str_list names = { 0 };

	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		if (import->engines[i]) {
			str_list_add(&names, str_from(scenario_engine_names[i]), out->arena);
		}
	}
	if (import->engine_words.len) {
		write_comment(out, import->engine_words, 0);
	}
	buf_add(out, STR("engines: "));
	write_texts(out, &names, true, false);
	buf_add_char(out, '\n');
}

/* --- the project by reference --------------------------------------------------------------------- */

static void write_env(const struct import *import, struct buf *out)
{
	buf_add(out, STR("  env:\n"));
	for (size_t i = 0; i < import->env.count; i++) {
		buf_add(out, STR("    "));
		write_text(out, import->env.items[i].name, false);
		buf_add(out, STR(": "));
		write_text(out, import->env.items[i].value, false);
		buf_add_char(out, '\n');
	}
}

static void write_reference(const struct import *import, struct buf *out)
{
	const struct tree_source *source = import->source;
	const str section = source->settings.section.len ? source->settings.section
							 : source->place.section;

	buf_add(out, STR("revisions:\n"));
	write_pair(out, 2, "alembic",
			path_relative(source->place.path, import->folder, out->arena));
	if (section.len) {
		write_pair(out, 2, "name", section);
	}
	if (source->at.len) {
		write_pair(out, 2, "at", source->at);
	}
	if (import->python.len) {
		write_pair(out, 2, "python", import->python);
	}
	if (import->runner.len) {
		write_pair(out, 2, "runner", import->runner);
	}
	if (import->stubs.count) {
		write_list(out, 2, "stubs", &import->stubs, true);
	}
	if (import->env.count) {
		write_env(import, out);
	}
	if (import->x.count) {
		write_list(out, 2, "x", &import->x, true);
	}
}

/* --- the tree itself ------------------------------------------------------------------------------ */

static str literal_text(const struct env_file *env, enum env_option option)
{
	const struct literal *value = &env->options[option].value;
	const bool is_text = value->kind == LITERAL_TEXT || value->kind == LITERAL_BOOLEAN;

	return env->options[option].is_there && is_text && value->count ? value->items[0].value
									: (str){ 0 };
}

/* What env.py hands to Alembic in literals, which a project would be read for. */
static void write_configure(const struct import *import, struct buf *out)
{
	static const enum env_option texts[] = { ENV_VERSION_TABLE, ENV_VERSION_TABLE_SCHEMA };

	static const enum env_option truths[] = { ENV_TRANSACTION_PER_MIGRATION,
		ENV_TRANSACTIONAL_DDL };
	const struct env_file *env = &import->source->project->env;
	struct buf keys = { .arena = out->arena };

	for (size_t i = 0; i < COUNT_OF(truths); i++) {
		const str value = literal_text(env, truths[i]);

		if (value.len) {
			buf_format(&keys, "  %s: %s\n", env_option_names[truths[i]],
					str_equal(value, STR("True")) ? "true" : "false");
		}
	}
	for (size_t i = 0; i < COUNT_OF(texts); i++) {
		const str value = literal_text(env, texts[i]);

		if (value.len) {
			write_pair(&keys, 2, env_option_names[texts[i]], value);
		}
	}
	if (import->level.len) {
		buf_format(&keys, "  alembic: \"%.*s\"\n", STR_ARG(import->level));
	}
	if (keys.len) {
		buf_format(out, "configure:\n%s", buf_c(&keys));
	}
}

/* The statements as people write them below each other. */
static str sql_of(const struct offline_sql *sql, struct arena *arena)
{
	struct buf text = { .arena = arena };

	for (size_t i = 0; i < sql->statements.count; i++) {
		const str statement = sql->statements.items[i];
		str last = statement, line;

		while (str_next_part(&last, '\n', &line) && last.data) {
		}
		/* A remark at the end would take the semicolon for its own. */
		buf_format(&text, "%.*s%s;", STR_ARG(statement),
				str_find(line, STR("--")) < line.len ? "\n" : "");
		if (i + 1 < sql->statements.count ||
				str_find_char(statement, '\n') < statement.len) {
			buf_add_char(&text, '\n');
		}
	}
	if (sql->statements.count > 1 && text.data[text.len - 1] != '\n') {
		buf_add_char(&text, '\n');
	}
	return buf_str(&text);
}

/* Whether every engine has the same to say, so that it need be said only once. */
static bool is_same_everywhere(
		const struct import *import, const struct imported_body *body, struct arena *arena)
{
	const struct offline_sql *first = NULL;

	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		const struct offline_sql *sql = &body->by_engine[i];

		if (!import->engines[i]) {
			continue;
		}
		if (first &&
				(!str_equal(sql_of(first, arena), sql_of(sql, arena)) ||
						!str_equal(first->refusal, sql->refusal))) {
			return false;
		}
		first = first ? first : sql;
	}
	return true;
}

static void write_refusal(struct buf *out, size_t indent, str what, str refusal)
{
	write_comment(out,
			str_format(out->arena, "%.*s cannot be told without a database: %.*s",
					STR_ARG(what), STR_ARG(str_printable(refusal, out->arena))),
			indent);
}

static void write_sql(
		struct buf *out, size_t indent, const char *key, const struct offline_sql *sql)
{
	if (sql->refusal.len) {
		write_refusal(out, indent, str_from(key), sql->refusal);
	} else if (sql->statements.count) {
		buf_add_repeated(out, ' ', indent);
		buf_format(out, "%s:", key);
		write_value(out, sql_of(sql, out->arena), indent);
	}
}

static bool has_sql(const struct import *import, const struct imported_body *body)
{
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		if (import->engines[i] && !body->by_engine[i].refusal.len &&
				body->by_engine[i].statements.count) {
			return true;
		}
	}
	return false;
}

static void write_body(const struct import *import, struct buf *out, size_t indent, const char *key,
		const struct imported_body *body)
{
	if (is_same_everywhere(import, body, out->arena)) {
		for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
			if (import->engines[i]) {
				write_sql(out, indent, key, &body->by_engine[i]);
				return;
			}
		}
	}
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		if (import->engines[i] && body->by_engine[i].refusal.len) {
			write_refusal(out, indent,
					str_format(out->arena, "%s on %s", key,
							scenario_engine_names[i]),
					body->by_engine[i].refusal);
		}
	}
	if (!has_sql(import, body)) {
		return;
	}
	buf_add_repeated(out, ' ', indent);
	buf_format(out, "%s:\n", key);
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		if (import->engines[i] && !body->by_engine[i].refusal.len) {
			write_sql(out, indent + 2, scenario_engine_names[i], &body->by_engine[i]);
		}
	}
}

static bool any(const struct import *import, const struct imported_body *body,
		bool (*is)(const struct offline_sql *sql))
{
	for (size_t i = 0; i < SCENARIO_ENGINE_COUNT; i++) {
		if (import->engines[i] && is(&body->by_engine[i])) {
			return true;
		}
	}
	return false;
}

static bool is_autocommit(const struct offline_sql *sql)
{
	return sql->is_autocommit;
}

static bool is_irreversible(const struct offline_sql *sql)
{
	return sql->is_irreversible;
}

static void write_revision(const struct import *import, const struct revision_spec *spec,
		const struct imported_bodies *bodies, str absent, struct buf *out, size_t indent)
{
	buf_add_repeated(out, ' ', indent);
	buf_add(out, STR("- revision: "));
	write_text(out, spec->revision, false);
	buf_add_char(out, '\n');
	indent += 2;
	write_list(out, indent, "down_revision", &spec->down_revision, spec->lists_down_revision);
	if (spec->depends_on.count) {
		write_list(out, indent, "depends_on", &spec->depends_on, false);
	}
	if (spec->branch_labels.count) {
		write_list(out, indent, "branch_labels", &spec->branch_labels, false);
	}
	if (spec->file.len) {
		write_pair(out, indent, "file", path_name(spec->file));
	}
	if (spec->message.len) {
		write_pair(out, indent, "message", spec->message);
	}
	if (absent.len) {
		write_refusal(out, indent, STR("what it does"), absent);
		return;
	}
	if (any(import, &bodies->upgrade, is_autocommit)) {
		buf_add_repeated(out, ' ', indent);
		buf_add(out, STR("autocommit: true\n"));
	}
	write_body(import, out, indent, "upgrade", &bodies->upgrade);
	if (any(import, &bodies->downgrade, is_irreversible)) {
		buf_add_repeated(out, ' ', indent);
		buf_add(out, STR("irreversible: true\n"));
	} else {
		write_body(import, out, indent, "downgrade", &bodies->downgrade);
	}
}

static void write_tree(const struct import *import, struct buf *out)
{
	const struct revision_specs *specs = &import->source->specs;

	buf_add(out, STR("revisions:\n"));
	for (size_t i = 0; i < specs->count; i++) {
		write_revision(import, &specs->items[i], &import->bodies[i], (str){ 0 }, out, 2);
	}
}

/* --- the doctor's strategy ------------------------------------------------------------------------ */

static bool is_changed(const struct revision_spec *before, const struct revision_spec *after)
{
	return !str_equal(before->revision, after->revision) ||
			!str_list_equal(&before->down_revision, &after->down_revision) ||
			!str_list_equal(&before->depends_on, &after->depends_on) ||
			!str_list_equal(&before->branch_labels, &after->branch_labels);
}

/* How an edit can call a file: by its id, or by its name where that stands for others, too; empty: by nothing. */
static str name_for_edit(const struct import *import, size_t at)
{
	const struct revision_specs *specs = &import->source->specs;
	const str id = specs->items[at].revision, file = path_name(specs->items[at].file);
	bool is_id_free = id.len > 0, is_file_free = file.len > 0;

	for (size_t i = 0; i < specs->count; i++) {
		const str other = path_name(specs->items[i].file);

		is_id_free = is_id_free && !str_equal(other, id) &&
				(i == at || !str_equal(specs->items[i].revision, id));
		is_file_free = is_file_free && (i == at || !str_equal(other, file));
	}
	return is_id_free ? id : is_file_free ? file : (str){ 0 };
}

bool import_has_repair(const struct import *import, struct arena *arena, str *ret_reason)
{
	const struct revision_specs *before = &import->source->specs;
	bool has_change = import->repaired.count > before->count;

	*ret_reason = (str){ 0 };
	for (size_t i = 0; i < before->count; i++) {
		if (!is_changed(&before->items[i], &import->repaired.items[i])) {
			continue;
		}
		has_change = true;
		if (!name_for_edit(import, i).len) {
			*ret_reason = str_format(arena,
					"the doctor's suggestions are left out: nothing tells %.*s from other files",
					STR_ARG(before->items[i].file));
			return false;
		}
	}
	return has_change;
}

static void write_change(struct buf *out, str name, const struct revision_spec *before,
		const struct revision_spec *after)
{
	const char *comma = "";

	buf_add(out, STR("      "));
	write_text(out, name, false);
	buf_add(out, STR(": {"));
	if (!str_equal(before->revision, after->revision)) {
		buf_add(out, STR("revision: "));
		write_text(out, after->revision, true);
		comma = ", ";
	}

	const struct {
		const char *key;
		const struct str_list *before, *after;
		bool is_list;
	} lists[] = {
		{ "down_revision", &before->down_revision, &after->down_revision,
				after->lists_down_revision },
		{ "depends_on", &before->depends_on, &after->depends_on, false },
		{ "branch_labels", &before->branch_labels, &after->branch_labels, false },
	};

	for (size_t i = 0; i < COUNT_OF(lists); i++) {
		if (!str_list_equal(lists[i].before, lists[i].after)) {
			buf_format(out, "%s%s: ", comma, lists[i].key);
			write_texts(out, lists[i].after, lists[i].is_list, true);
			comma = ", ";
		}
	}
	buf_add(out, STR("}\n"));
}

static void write_changes(const struct import *import, struct buf *out)
{
	const struct revision_specs *before = &import->source->specs;
	bool has_any = false;

	for (size_t i = 0; i < before->count; i++) {
		const struct revision_spec *after = &import->repaired.items[i];

		if (is_changed(&before->items[i], after)) {
			buf_add(out, has_any ? STR("") : STR("    change_revisions:\n"));
			write_change(out, name_for_edit(import, i), &before->items[i], after);
			has_any = true;
		}
	}
}

static void write_repair(const struct import *import, struct buf *out)
{
	const size_t count = import->source->specs.count;
	struct buf story = { .arena = out->arena };

	for (size_t i = 0; i < import->faults->count; i++) {
		const struct fault *fault = &import->faults->items[i];

		if (fault->edits.count && fault->suggestion.len) {
			buf_add(&story, STR("- "));
			wrap_add(&story,
					str_format(out->arena, "%.*s%s",
							STR_ARG(str_printable(fault->suggestion,
									out->arena)),
							fault->is_guess ? " (A guess.)" : ""),
					WIDTH, 2, 2);
		}
	}
	buf_add(out, STR("  " IMPORT_DOCTORS ":\n    title: All that the doctor suggests\n"));
	if (story.len) {
		buf_add(out, STR("    story:"));
		write_value(out, buf_str(&story), 4);
	}
	write_changes(import, out);
	buf_add(out, import->repaired.count > count ? STR("    add_revisions:\n") : STR(""));
	for (size_t i = count; i < import->repaired.count; i++) {
		write_revision(import, &import->repaired.items[i], &import->of_new[i - count],
				import->absent_of_new[i - count], out, 6);
	}
	buf_add(out, STR("    steps:\n      - upgrade: heads\n"));
}

/* --- the whole ------------------------------------------------------------------------------------ */

/* Whether the doctor would have one head, or there is one already. */
static bool wants_one_head(const struct import *import)
{
	for (size_t i = 0; i < import->faults->count; i++) {
		if (import->faults->items[i].kind == FAULT_MULTIPLE_HEADS) {
			return true;
		}
	}
	return import->faults->heads.count == 1;
}

static void write_goal(const struct import *import, struct buf *out)
{
	buf_add(out, STR("goal:\n  version: heads\n"));
	if (wants_one_head(import)) {
		buf_add(out, STR("  heads: 1\n"));
	}
	buf_add(out, STR("  schema: {same_as: fresh}\n"));
	if (import->database.len) {
		buf_add(out, STR("  rows_kept: all\n"));
	}
}

void import_write(const struct import *import, struct buf *out)
{
	str reason;

	write_comment(out,
			str_format(out->arena,
					"Written by '%.*s'. 'rehearse run' plays it in throwaway databases.",
					STR_ARG(import->command)),
			0);
	buf_add(out, STR("rehearse: 1\n"));
	write_pair(out, 0, "title",
			str_format(out->arena, "The migrations of %.*s",
					STR_ARG(name_of_project(import, out->arena))));
	write_story(import, out);
	write_engines(import, out);
	if (import->bodies) {
		write_configure(import, out);
		write_tree(import, out);
	} else {
		write_reference(import, out);
	}
	buf_add(out, STR("states:\n  " IMPORT_FRESH ": {}\n"));
	if (import->database.len) {
		buf_add(out, STR("  " IMPORT_PRODUCTION ": {load: "));
		write_text(out, import->database, true);
		buf_add(out, STR("}\n"));
	}
	buf_add(out,
			STR("strategies:\n  " IMPORT_AS_IT_IS
			    ":\n    steps:\n      - upgrade: heads\n"));
	if (import_has_repair(import, out->arena, &reason)) {
		write_repair(import, out);
	}
	write_goal(import, out);
}
