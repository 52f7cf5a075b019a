#include "cli/claimed_outcomes.h"

#include "cli/scenario_project.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "scenario/load.h"
#include "scenario/yaml.h"

str claimed_outcomes_text(const struct str_list *claims, str prefix, struct arena *arena)
{
	struct buf text = { .arena = arena };

	buf_format(&text, "%.*soutcomes:", STR_ARG(prefix));
	for (size_t i = 0; i < claims->count; i++) {
		buf_format(&text, "\n%.*s  %.*s", STR_ARG(prefix), STR_ARG(claims->items[i]));
	}
	return buf_str(&text);
}

/* Whether `text`, read as the file at `path`, has as many claims as were added, and no mistake. */
static bool is_understood(str path, str text, size_t claims, struct arena *arena)
{
	struct error_list mistakes = { 0 };
	const struct scenario *scenario =
			scenario_parse(path, text, &scenario_projects, arena, &mistakes);
	const bool has_all = scenario && scenario->outcomes.count == claims;

	scenario_unload(scenario);
	return has_all && !mistakes.count;
}

/* With the line ends that the file has. */
static str with_line_ends_of(str file, str text, struct arena *arena)
{
	struct buf out = { .arena = arena };

	if (str_find(file, STR("\r\n")) == file.len) {
		return text;
	}
	for (size_t i = 0; i < text.len; i++) {
		buf_add(&out, text.data[i] == '\n' ? STR("\r\n") : str_slice(text, i, 1));
	}
	return buf_str(&out);
}

struct error *claimed_outcomes_write(str path, const struct str_list *claims, struct arena *arena)
{
	str before;
	struct error *error = file_read(path, YAML_MAX_BYTES, arena, &before);

	if (error) {
		return error;
	}
	const str outcomes = claimed_outcomes_text(claims, STR(""), arena);
	const str added = with_line_ends_of(before,
			str_format(arena, "%s\n%.*s\n",
					str_ends_with(before, STR("\n")) ? "" : "\n",
					STR_ARG(outcomes)),
			arena);
	const str after = str_format(arena, "%.*s%.*s", STR_ARG(before), STR_ARG(added));

	if (is_understood(path, after, claims->count, arena)) {
		return file_append(path, added, arena);
	}
	error = error_new(arena, ERROR_INVALID, "cannot add outcomes at the end of '%.*s'",
			STR_ARG(path));
	error->hint = STR("Paste the lines above where they belong.");
	return error;
}
