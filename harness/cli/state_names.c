#include "cli/state_names.h"

static bool is_fine(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			c == '_' || c == '-' || c == '.';
}

str state_name_add(struct str_list *names, str from, struct arena *arena)
{
	struct buf plain = { .arena = arena };
	str name;

	for (size_t i = 0; i < from.len; i++) {
		buf_add_char(&plain, is_fine(from.data[i]) ? from.data[i] : '-');
	}
	name = plain.len ? buf_str(&plain) : STR("database");
	for (size_t i = 2; str_list_contains(names, name); i++) {
		name = str_format(arena, "%s-%zu", buf_c(&plain), i);
	}
	str_list_add(names, name, arena);
	return name;
}
