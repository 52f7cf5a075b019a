#include "scenario/load.h"

#include "kit/file.h"
#include "scenario/reader.h"

/* The mistakes in `source`, from `all`. */
static void take_mistakes_in(const struct source *source, const struct error_list *all,
		struct arena *arena, struct error_list *mistakes)
{
	struct error_list here = { 0 };

	for (size_t i = 0; i < all->count; i++) {
		if (all->items[i]->where.source == source) {
			error_list_add(&here, all->items[i], arena);
		}
	}
	error_list_sort(&here, arena);
	for (size_t i = 0; i < here.count && mistakes->count < YAML_MAX_MISTAKES; i++) {
		error_list_add(mistakes, here.items[i], arena);
	}
}

/* In the order of the file; then those of other files, in the order in which those were read. */
static void hand_out_mistakes(const struct reader *reader, struct error_list *mistakes)
{
	const struct error_list *all = reader->mistakes;
	struct arena *arena = reader->arena;
	struct error_list ordered = { 0 };

	take_mistakes_in(reader->source, all, arena, &ordered);
	for (size_t i = 0; i < reader->files.count; i++) {
		take_mistakes_in(reader->files.items[i], all, arena, &ordered);
	}
	take_mistakes_in(NULL, all, arena, &ordered);
	for (size_t i = 0; i < ordered.count; i++) {
		error_list_add(mistakes, ordered.items[i], arena);
	}
	if (all->count >= YAML_MAX_MISTAKES) {
		const struct span end = { .source = reader->source,
			.offset = reader->source->text.len };

		error_list_add(mistakes,
				error_at(arena, ERROR_INVALID, end,
						"%d mistakes or more: the rest is not shown",
						YAML_MAX_MISTAKES),
				arena);
	}
}

/* Names of cells and records are made of the file's, too. */
static void check_file_name(struct reader *reader)
{
	const str name = reader->scenario->name;

	if (!str_equal(str_printable(name, reader->arena), name)) {
		mistake_at(reader, (struct span){ .source = reader->source },
				"the name of a scenario file cannot have a control character in it");
	}
}

/* Whether `revisions` is there, and all mistakes stand elsewhere in the scenario file. */
static bool has_sound_tree(const struct reader *reader, const struct node *root)
{
	const struct node *key =
			root && root->kind == NODE_MAP ? map_find_key(root, "revisions") : NULL;

	if (!key || reader->mistakes->count >= YAML_MAX_MISTAKES) {
		return false;
	}
	const size_t begin = key->where.offset;
	const size_t end = key->next ? key->next->where.offset : SIZE_MAX;

	for (size_t i = 0; i < reader->mistakes->count; i++) {
		const struct span where = reader->mistakes->items[i]->where;

		if (where.source != reader->source ||
				(where.offset >= begin && where.offset < end)) {
			return false;
		}
	}
	return true;
}

static const struct scenario *parse(str path, str text, bool only_tree,
		const struct project_reader *projects, struct arena *arena,
		struct error_list *mistakes)
{
	struct error_list found = { 0 };
	const struct source *source = source_new(path, text, arena);
	struct scenario *scenario = arena_new(arena, struct scenario);
	struct reader reader = {
		.arena = arena,
		.source = source,
		.mistakes = &found,
		.scenario = scenario,
		.projects = projects,
		.state_names = { .arena = arena },
		.strategy_names = { .arena = arena },
	};

	scenario->path = path;
	scenario->name = path_stem(path);
	scenario->source = source;
	check_file_name(&reader);
	const struct node *root = yaml_read(source, arena, &found);

	if (root) {
		read_scenario(&reader, root);
	}
	if (!found.count) {
		return scenario;
	}
	hand_out_mistakes(&reader, mistakes);
	if (only_tree && has_sound_tree(&reader, root)) {
		return scenario;
	}
	scenario_unload(scenario);
	return NULL;
}

const struct scenario *scenario_parse(str path, str text,
		const struct project_reader *projects, struct arena *arena,
		struct error_list *mistakes)
{
	return parse(path, text, false, projects, arena, mistakes);
}

const struct scenario *scenario_parse_tree(str path, str text,
		const struct project_reader *projects, struct arena *arena,
		struct error_list *mistakes)
{
	return parse(path, text, true, projects, arena, mistakes);
}

const struct scenario *scenario_load(str path, const struct project_reader *projects,
		struct arena *arena, struct error_list *mistakes)
{
	str text;
	struct error *error = file_read(path, YAML_MAX_BYTES, arena, &text);

	if (error) {
		error_list_add(mistakes, error, arena);
		return NULL;
	}
	return scenario_parse(path, text, projects, arena, mistakes);
}

const struct scenario *scenario_load_stream(str path, str name,
		const struct project_reader *projects, struct arena *arena,
		struct error_list *mistakes)
{
	str text;
	struct error *error = stream_read(path, YAML_MAX_BYTES, arena, &text);

	if (error) {
		error_list_add(mistakes, error, arena);
		return NULL;
	}
	return scenario_parse(name, text, projects, arena, mistakes);
}

bool scenario_read_step(struct scenario *scenario, const struct source *source,
		struct arena *arena, struct error_list *mistakes, struct step *ret_step)
{
	struct error_list found = { 0 };
	struct reader reader = {
		.arena = arena,
		.source = source,
		.mistakes = &found,
		.scenario = scenario,
	};
	struct strategy_draft draft = { 0 };
	const struct node *root = yaml_read(source, arena, &found);

	if (root) {
		read_step(&reader, root, &draft);
	}
	hand_out_mistakes(&reader, mistakes);
	if (found.count || !root) {
		return false;
	}
	*ret_step = draft.strategy.steps.items[0];
	return true;
}

/* A key further down than this is not found. */
#define PROBED ((size_t)64 * 1024)

/* Whether a line begins with the key: at its start, or quoted anywhere, as JSON has it. */
static bool begins_with_key(str line)
{
	static const char *const keys[] = { "\"rehearse\"", "'rehearse'" };

	if (str_starts_with(line, STR("{"))) {
		line = str_trim(str_slice(line, 1, line.len));
	}
	if (str_starts_with(line, STR("rehearse"))) {
		line = str_trim(str_slice(line, sizeof("rehearse") - 1, line.len));
		return str_starts_with(line, STR(":"));
	}
	line = str_trim(line);
	for (size_t i = 0; i < COUNT_OF(keys); i++) {
		const str key = str_from(keys[i]);

		if (str_starts_with(line, key)) {
			line = str_trim(str_slice(line, key.len, line.len));
			return str_starts_with(line, STR(":"));
		}
	}
	return false;
}

struct error *scenario_probe(str path, struct arena *arena, bool *ret_is_scenario)
{
	const struct arena_mark mark = arena_mark(arena);
	bool is_scenario = false;
	str text, line;
	struct error *error = file_read_start(path, PROBED, arena, &text);

	if (error) {
		return error;
	}
	if (str_starts_with(text, STR("\xEF\xBB\xBF"))) {
		text = str_slice(text, 3, text.len);
	}
	while (!is_scenario && str_next_part(&text, '\n', &line)) {
		is_scenario = begins_with_key(line);
	}
	arena_rewind(arena, mark);
	*ret_is_scenario = is_scenario;
	return NULL;
}

void scenario_unload(const struct scenario *scenario)
{
	for (size_t i = 0; scenario && i < scenario->patterns.count; i++) {
		pattern_free(scenario->patterns.items[i]);
	}
}
