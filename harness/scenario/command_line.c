/*
 * Steps that were written as people type commands at a shell: what to write instead.
 */
#include "scenario/reader.h"

/* A command of alembic, or of a database's shell, taken apart. */
struct command_line {
	str word;                /* "upgrade", "stamp" ...; of SQL its first word */
	struct str_list targets; /* what stands behind it, and is no option */
	str option;              /* one that no step has; empty: there is none */
	bool has_purge;
	bool has_sql; /* it would only have printed */
	bool has_x;   /* -x, which env.py reads */
};

/* Those of Alembic's options that have a value. */
static bool has_value(str option)
{
	static const str names[] = { STR_INIT("-c"), STR_INIT("--config"), STR_INIT("-n"),
		STR_INIT("--name"), STR_INIT("-x"), STR_INIT("--tag"), STR_INIT("-m"),
		STR_INIT("--message"), STR_INIT("--rev-id"), STR_INIT("--branch-label") };

	for (size_t i = 0; i < COUNT_OF(names); i++) {
		if (str_equal(option, names[i])) {
			return true;
		}
	}
	return false;
}

/* "-1" is a target. */
static bool is_option(str word)
{
	return word.len > 1 && word.data[0] == '-' && !(word.data[1] >= '0' && word.data[1] <= '9');
}

static void take_option(struct command_line *line, str option)
{
	line->has_purge |= str_equal(option, STR("--purge"));
	line->has_sql |= str_equal(option, STR("--sql"));
	line->has_x |= str_equal(option, STR("-x"));
	line->option = option;
}

/* The words of a text, between blanks and the signs that people put behind an action. */
static struct command_line take_apart(str text, bool begins_with_action, struct arena *arena)
{
	struct command_line line = { 0 };
	bool is_value = false;
	str rest = text, word;

	while (str_next_part(&rest, ' ', &word)) {
		word = str_trim(word);
		if (is_value || !word.len) {
			is_value &= !word.len;
		} else if (is_option(word)) {
			take_option(&line, word);
			is_value = has_value(word);
		} else if (begins_with_action && !line.word.len) {
			const size_t end = str_find_char(word, '=');
			const str action = str_slice(
					word, 0, end < word.len ? end : str_find_char(word, ':'));
			const str target = str_slice(word, action.len + 1, word.len);

			line.word = action;
			if (target.len) {
				str_list_add(&line.targets, target, arena);
			}
		} else {
			str_list_add(&line.targets, word, arena);
		}
	}
	return line;
}

/* The words of SQL with which people begin what they would do by hand. */
static bool is_sql_word(str word, struct arena *arena)
{
	static const char *const words[] = { "select", "insert", "update", "delete", "create",
		"alter", "drop", "truncate", "vacuum", "analyze", "reindex", "set", "begin",
		"commit" };
	char *lower = (char *)arena_alloc(arena, word.len);

	for (size_t i = 0; i < word.len; i++) {
		lower[i] = word.data[i] >= 'A' && word.data[i] <= 'Z' ? (char)(word.data[i] + 32)
								      : word.data[i];
	}
	for (size_t i = 0; i < COUNT_OF(words); i++) {
		if (str_equal((str){ lower, word.len }, str_from(words[i]))) {
			return true;
		}
	}
	return false;
}

/* The step itself: "upgrade: head", "{stamp: head, purge: true}". */
static str step_of(enum step_kind kind, const struct command_line *line, struct arena *arena)
{
	const str names = str_list_join(&line->targets, STR(", "), arena);
	const str targets = line->targets.count > 1 ? str_format(arena, "[%.*s]", STR_ARG(names))
			: line->targets.count       ? names
						    : STR("...");

	return kind == STEP_STAMP && line->has_purge
			? str_format(arena, "{stamp: %.*s, purge: true}", STR_ARG(targets))
			: str_format(arena, "%s: %.*s", step_kind_names[kind], STR_ARG(targets));
}

/* What to write for it, and where the options went. */
static str hint_of(enum step_kind kind, const struct command_line *line, struct arena *arena)
{
	const char *why = line->has_sql
			? " Where Alembic only prints with --sql, 'rehearse explain' shows what is sent."
			: line->has_x
			? " What -x says is of a project: 'x: [KEY=VALUE]', below 'revisions'."
			: line->option.len && !line->has_purge ? " A step has no options."
							       : "";

	return str_format(arena, "Write '%.*s'.%s", STR_ARG(step_of(kind, line, arena)), why);
}

str hint_for_command(str text, struct arena *arena)
{
	str command = str_trim(text);

	if (str_starts_with(command, STR("alembic "))) {
		command = str_slice(command, 8, command.len);
	}
	const struct command_line line = take_apart(command, true, arena);

	if (is_sql_word(line.word, arena)) {
		return str_format(arena, "Write 'sql: %.*s ...'.", STR_ARG(line.word));
	}
	if (str_equal(line.word, STR("current"))) {
		return STR("Write 'show: SELECT version_num FROM alembic_version'.");
	}
	if (str_equal(line.word, STR("revision"))) {
		return STR("A new revision is an edit: 'edit: {add_revisions: [{revision: ID, "
			   "down_revision: ID, upgrade: SQL}]}'.");
	}
	for (size_t i = 0; i < STEP_KIND_COUNT; i++) {
		if (str_equal(line.word, str_from(step_kind_names[i]))) {
			return i == STEP_MERGE
					? STR("Write 'merge: {revisions: heads, revision: ID}', with an id "
					      "for the new revision.")
					: hint_of((enum step_kind)i, &line, arena);
		}
	}
	return STR("");
}

void check_targets(struct reader *reader, const struct node *node, enum step_kind kind)
{
	for (const struct node *item = node->kind == NODE_LIST ? node->first : node; item;
			item = node->kind == NODE_LIST ? item->next : NULL) {
		if (item->kind != NODE_TEXT) {
			continue;
		}
		const struct command_line line = take_apart(item->text, false, reader->arena);

		if (line.option.len) {
			mistake_at(reader, item->where,
					"'%.*s' is an option of the command line, and no part of a target",
					STR_ARG(line.option))
					->hint = hint_of(kind, &line, reader->arena);
		}
	}
}
