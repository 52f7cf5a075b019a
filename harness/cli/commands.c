/*
 * All commands, in the order in which help lists them.
 */
#include "cli/cli_internal.h"

#include "kit/arena.h"
#include "kit/suggest.h"

extern const struct command command_run;
extern const struct command command_accept;
extern const struct command command_merge;
extern const struct command command_check;
extern const struct command command_list;
extern const struct command command_tree;
extern const struct command command_doctor;
extern const struct command command_plan;
extern const struct command command_audit;
extern const struct command command_explain;
extern const struct command command_locate;
extern const struct command command_play;
extern const struct command command_repair;
extern const struct command command_try;
extern const struct command command_capture;
extern const struct command command_export;
extern const struct command command_grade;
extern const struct command command_import;
extern const struct command command_new;
extern const struct command command_clean;
extern const struct command command_schema;
extern const struct command command_completions;
extern const struct command command_manual;

const struct command *const commands[] = {
	&command_run,
	&command_accept,
	&command_merge,
	&command_check,
	&command_list,
	&command_tree,
	&command_doctor,
	&command_plan,
	&command_audit,
	&command_locate,
	&command_repair,
	&command_try,
	&command_capture,
	&command_explain,
	&command_export,
	&command_play,
	&command_grade,
	&command_import,
	&command_new,
	&command_clean,
	&command_schema,
	&command_completions,
	&command_manual,
	NULL,
};

/* Words of others, and what to say to them. */
static const struct {
	const char *word, *hint;
} foreign_words[] = {
	{ "test", "Did you mean 'run'?" },
	{ "tests", "Did you mean 'run'?" },
	{ "replay", "Did you mean 'run'?" },
	{ "exec", "Did you mean 'run'?" },
	{ "lint", "Did you mean 'check'?" },
	{ "validate", "Did you mean 'check'?" },
	{ "verify", "'rehearse check' reads scenarios, 'rehearse run' plays them." },
	{ "review", "Did you mean 'accept'?" },
	{ "approve", "Did you mean 'accept'?" },
	{ "bless", "Did you mean 'accept'?" },
	{ "record", "Did you mean 'accept'?" },
	{ "update", "Did you mean 'accept'?" },
	{ "diff", "'rehearse run' shows what differs, 'rehearse accept --dry-run' what would be "
		  "recorded." },
	{ "show", "Did you mean 'explain'?" },
	{ "tell", "Did you mean 'explain'?" },
	{ "why", "Did you mean 'explain'?" },
	{ "ls", "Did you mean 'list'?" },
	{ "adopt", "Did you mean 'import'?" },
	{ "from-project", "Did you mean 'import'?" },
	{ "init", "Did you mean 'new'?" },
	{ "create", "Did you mean 'new'?" },
	{ "revision", "Did you mean 'new'?" },
	{ "history", "Did you mean 'tree'?" },
	{ "graph", "Did you mean 'tree'?" },
	{ "heads", "'rehearse tree' draws the heads, 'rehearse doctor' names them." },
	{ "branches", "'rehearse tree' draws them." },
	{ "upgrade", "'rehearse plan SOURCE upgrade TARGET' shows what it would do." },
	{ "downgrade", "'rehearse plan SOURCE downgrade TARGET' shows what it would do." },
	{ "where", "Did you mean 'locate'?" },
	{ "current", "'rehearse locate' finds out what a database is really at." },
	{ "dump", "Did you mean 'capture'?" },
	{ "backup", "Did you mean 'capture'?" },
	{ "pg_dump", "Did you mean 'capture'?" },
	{ "stamp", "'rehearse plan SOURCE stamp TARGET' shows what it would do." },
	{ "man", "Did you mean 'manual'?" },
	{ "completion", "Did you mean 'completions'?" },
	{ "fix", "Did you mean 'doctor'?" },
	{ "diagnose", "Did you mean 'doctor'?" },
	{ "cleanup", "Did you mean 'clean'?" },
	{ "version", "Did you mean '--version'?" },
};

const char *command_hint(str word)
{
	for (size_t i = 0; i < COUNT_OF(foreign_words); i++) {
		if (str_equal(word, str_from(foreign_words[i].word))) {
			return foreign_words[i].hint;
		}
	}
	return NULL;
}

const struct command *command_find(str name, struct arena *arena, str *ret_nearest)
{
	struct str_list names = { 0 };

	for (size_t i = 0; commands[i]; i++) {
		const str known = str_from(commands[i]->name);

		if (str_equal(known, name)) {
			return commands[i];
		}
		str_list_add(&names, known, arena);
	}
	*ret_nearest = suggest_nearest(name, names.items, names.count, arena);
	return NULL;
}
