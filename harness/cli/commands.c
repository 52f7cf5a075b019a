/*
 * All commands, in the order in which help lists them.
 */
#include "cli/cli_internal.h"

#include "kit/arena.h"
#include "kit/suggest.h"

extern const struct command command_run;
extern const struct command command_accept;
extern const struct command command_check;
extern const struct command command_list;
extern const struct command command_tree;
extern const struct command command_doctor;
extern const struct command command_plan;
extern const struct command command_explain;
extern const struct command command_new;
extern const struct command command_clean;
extern const struct command command_schema;

const struct command *const commands[] = {
	&command_run,
	&command_accept,
	&command_check,
	&command_list,
	&command_tree,
	&command_doctor,
	&command_plan,
	&command_explain,
	&command_new,
	&command_clean,
	&command_schema,
	NULL,
};

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
