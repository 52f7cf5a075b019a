/*
 * Projects: what stands beside `alembic`, and the trees of the commits that states and strategies name.
 * Who reads them is another room's affair (scenario/load.h).
 */
#include "kit/file.h"
#include "scenario/reader.h"

/* --- keys ---------------------------------------------------------------------------------- */

static const char *const runner_names[RUNNER_COUNT] = {
	[RUNNER_BODIES] = "bodies",
	[RUNNER_ENV] = "env",
};

static void read_runner(struct reader *reader, const struct node *node, void *ret_runner)
{
	str name;

	if (!read_text(reader, node, &name)) {
		return;
	}
	for (size_t i = 0; i < RUNNER_COUNT; i++) {
		if (str_equal(name, str_from(runner_names[i]))) {
			*(enum project_runner *)ret_runner = (enum project_runner)i;
			return;
		}
	}
	mistake_at(reader, node->where, "no runner '%.*s'", STR_ARG(name))->hint =
			STR("The runners are bodies and env.");
}

static bool is_variable(str name)
{
	for (size_t i = 0; i < name.len; i++) {
		const char c = name.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9') &&
				c != '_') {
			return false;
		}
	}
	return name.len > 0;
}

static void read_variables(struct reader *reader, const struct node *node, void *ret_variables)
{
	struct scenario_variables *variables = (struct scenario_variables *)ret_variables;

	if (!expect_kind(reader, node, NODE_MAP, "a map from names to values")) {
		return;
	}
	for (const struct node *key = node->first; key; key = key->next) {
		str value;

		if (!key_is_name(reader, key, "a variable")) {
			continue;
		}
		if (!is_variable(key->text)) {
			mistake_at(reader, key->where,
					"a variable of the environment has letters, digits and '_' "
					"in its name");
		} else if (read_text(reader, key->value, &value)) {
			*LIST_PUSH(variables, reader->arena) =
					(struct scenario_variable){ key->text, value };
		}
	}
}

/* A path, with a slash in it, counts from the scenario's folder; a command is as it is. */
static void read_python(struct reader *reader, const struct node *node, void *ret_text)
{
	str *python = (str *)ret_text;

	kind_name.read(reader, node, python);
	if (str_find_char(*python, '/') < python->len && str_find_char(*python, ' ') == python->len) {
		*python = path_from_root(
				file_reference_of(reader, *python, node->where).path, reader->arena);
	}
}

const struct value_kind kind_python = { "{\"$ref\": \"#/definitions/text\"}", read_python };
const struct value_kind kind_runner = { "{\"enum\": [\"bodies\", \"env\"]}", read_runner };
const struct value_kind kind_variables = {
	"{\"type\": \"object\", \"additionalProperties\": {\"$ref\": \"#/definitions/text\"}}",
	read_variables,
};

/* --- trees --------------------------------------------------------------------------------- */

/* Trees of one project, by the commit that was asked for. */
struct trees {
	const struct project_tree **items;
	size_t count, capacity;
};

/* Mistakes are handed out file by file. */
static void add_file(struct reader *reader, const struct source *source)
{
	bool is_there = source == reader->source;

	for (size_t i = 0; !is_there && i < reader->files.count; i++) {
		is_there = reader->files.items[i] == source;
	}
	if (!is_there) {
		*LIST_PUSH(&reader->files, reader->arena) = source;
	}
}

/* The tree at the commit, read once; NULL: it could not be, which is reported at `where`. */
static const struct project_tree *read_tree(struct reader *reader, struct trees *trees, str at,
		struct span where, struct alembic_configure *configure)
{
	struct error_list found = { 0 };

	for (size_t i = 0; i < trees->count; i++) {
		if (str_equal(trees->items[i]->at, at)) {
			return trees->items[i];
		}
	}
	const struct project_tree *tree = reader->projects->read(
			reader->scenario->project, at, reader->arena, configure, &found);

	for (size_t i = 0; i < found.count; i++) {
		if (!found.items[i]->where.source) {
			found.items[i]->where = where;
		}
		error_list_add(reader->mistakes, found.items[i], reader->arena);
		add_file(reader, found.items[i]->where.source);
	}
	if (found.count || !tree) {
		return NULL;
	}
	*LIST_PUSH(trees, reader->arena) = tree;
	return tree;
}

/* `at` and `create_all` are of no use without a project. */
static void refuse_without_project(struct reader *reader, const struct named_place *place,
		const char *key)
{
	if (place->name.len) {
		mistake_at(reader, place->where, "'%s' goes with a project, which 'revisions' is not",
				key)
				->hint = STR("Name one: 'revisions: {alembic: PATH}'.");
	}
}

static void refuse_all_without_project(struct reader *reader)
{
	const struct scenario *scenario = reader->scenario;

	for (size_t i = 0; i < scenario->states.count; i++) {
		refuse_without_project(reader, &scenario->states.items[i].at, "at");
		refuse_without_project(reader, &scenario->states.items[i].models, "create_all");
	}
	for (size_t i = 0; i < reader->strategies.count; i++) {
		refuse_without_project(reader, &reader->strategies.items[i].strategy.at, "at");
	}
}

/* What the project is; nobody can tell before what else is wrong with names of revisions. */
void read_projects(struct reader *reader)
{
	struct scenario *scenario = reader->scenario;
	struct scenario_project *project = scenario->project;
	struct trees trees = { 0 };

	if (!project) {
		if (reader->revisions_are_known) {
			refuse_all_without_project(reader);
		}
		return;
	}
	if (!reader->projects) {
		mistake_at(reader, project->source.where, "a project cannot be read here");
		return;
	}
	const struct span where = project->at.name.len ? project->at.where : project->source.where;

	project->tree = read_tree(reader, &trees, project->at.name, where, &scenario->configure);
	if (!project->tree) {
		return;
	}
	scenario->revisions = project->tree->revisions;
	reader->revisions_are_known = true;
	for (size_t i = 0; i < scenario->states.count; i++) {
		struct scenario_state *state = &scenario->states.items[i];

		if (state->at.name.len) {
			state->tree = read_tree(
					reader, &trees, state->at.name, state->at.where, NULL);
			reader->revisions_are_known &= state->tree != NULL;
		}
	}
	for (size_t i = 0; i < reader->strategies.count; i++) {
		struct scenario_strategy *strategy = &reader->strategies.items[i].strategy;

		if (strategy->at.name.len) {
			strategy->tree = read_tree(
					reader, &trees, strategy->at.name, strategy->at.where, NULL);
			reader->revisions_are_known &= strategy->tree != NULL;
		}
	}
}
