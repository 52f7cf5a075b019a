/*
 * All commands, in the order in which help lists them.
 */
#include "cli/cli_internal.h"

#include "kit/arena.h"
#include "kit/suggest.h"

const struct command *const commands[] = {
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
