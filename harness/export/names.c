/*
 * The names of revision files.
 */
#include "export/export.h"
#include "kit/arena.h"
#include "kit/file.h"

#define LONGEST_NAME 60

/* Letters, digits and underscores of a text, in small letters where it `is_slug`. */
static str words_of(str text, bool is_slug, struct arena *arena)
{
	struct buf out = { .arena = arena };
	bool is_between = false;

	for (size_t i = 0; i < text.len && out.len < LONGEST_NAME; i++) {
		const char c = text.data[i];
		const bool is_capital = c >= 'A' && c <= 'Z';

		if (!is_capital && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z')) {
			is_between = out.len > 0;
			continue;
		}
		if (is_between) {
			buf_add_char(&out, '_');
			is_between = false;
		}
		buf_add_char(&out, is_capital && is_slug ? (char)(c - 'A' + 'a') : c);
	}
	return buf_str(&out);
}

/* As Alembic calls a new file: the id and the words of the message. */
static str usual_name(const struct revision_spec *spec, struct arena *arena)
{
	const str id = words_of(spec->revision, false, arena);
	const str slug = words_of(spec->message, true, arena);

	return str_format(arena, "%.*s_%.*s.py", STR_ARG(id), STR_ARG(slug));
}

/* The name that the scenario gives; data NULL: none, or none of a file that Alembic would load. */
static str given_name(const struct revision_spec *spec)
{
	const str name = path_name(spec->file);

	return str_ends_with(name, STR(".py")) && !str_starts_with(name, STR(".#")) &&
					!str_starts_with(name, STR("__init__"))
			? name
			: (str){ 0 };
}

static bool is_sorted(const struct str_list *names)
{
	for (size_t i = 1; i < names->count; i++) {
		if (str_compare(names->items[i - 1], names->items[i]) >= 0) {
			return false;
		}
	}
	return true;
}

/* A name that sorts behind `before`: it goes on where that ends, and '_' is behind '.'. */
static str name_behind(str before, const struct revision_spec *spec, struct arena *arena)
{
	return str_format(arena, "%.*s_%.*s", STR_ARG(path_stem(before)),
			STR_ARG(usual_name(spec, arena)));
}

/* Names that sort as the tree does: each that is made up stands behind the one before it. */
static struct str_list names_in_order(const struct scenario_revisions *tree, struct arena *arena)
{
	struct str_list names = { 0 };
	bool is_behind_given = false, any_is_given = false;

	for (size_t i = 0; i < tree->count; i++) {
		any_is_given |= given_name(&tree->items[i].spec).data != NULL;
	}
	for (size_t i = 0; i < tree->count; i++) {
		const struct revision_spec *spec = &tree->items[i].spec;
		const str given = given_name(spec);
		str name = given;

		if (!given.data && is_behind_given) {
			name = name_behind(names.items[i - 1], spec, arena);
		} else if (!given.data) {
			name = str_format(arena, "%s%04zu_%.*s", any_is_given ? "0000_" : "", i + 1,
					STR_ARG(usual_name(spec, arena)));
		}
		is_behind_given |= given.data != NULL;
		str_list_add(&names, name, arena);
	}
	return names;
}

/* No two files have one name. */
static void tell_apart(struct str_list *names, struct arena *arena)
{
	for (size_t i = 0; i < names->count; i++) {
		const struct str_list before = { .items = names->items, .count = i };

		while (str_list_contains(&before, names->items[i])) {
			names->items[i] = str_format(
					arena, "%.*s_.py", STR_ARG(path_stem(names->items[i])));
		}
	}
}

struct str_list export_file_names(const struct scenario_revisions *tree, struct arena *arena)
{
	struct str_list names = { 0 };

	for (size_t i = 0; i < tree->count; i++) {
		const str given = given_name(&tree->items[i].spec);

		str_list_add(&names, given.data ? given : usual_name(&tree->items[i].spec, arena),
				arena);
	}
	if (!is_sorted(&names)) {
		names = names_in_order(tree, arena);
	}
	tell_apart(&names, arena);
	return names;
}
