#include "cli/completing.h"

#include "cli/cli_internal.h"
#include "cli/naming.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "report/report.h"
#include "scenario/load.h"
#include "scenario/template.h"

#include <string.h>

/* Scenarios that were read, to be let go of at the end. */
struct loaded {
	const struct scenario **items;
	size_t count, capacity;
};

/* What is being typed. */
struct typing {
	struct arena *arena;
	struct buf *out;
	struct loaded *loaded;
	const struct command *command; /* NULL: not yet */
	struct str_list arguments;     /* whole ones before it */
	str word;                      /* as far as it stands */
	str before; /* the part of it that stays in front of what is offered, such as "--format=" */
};

/* Offer a word, if it begins as what stands there does. */
static void offer(const struct typing *typing, str word, str meaning)
{
	if (!str_starts_with(word, typing->word) || str_find_char(word, '\n') < word.len) {
		return;
	}
	buf_add(typing->out, typing->before);
	buf_add(typing->out, word);
	buf_add_char(typing->out, '\t');
	buf_add(typing->out, str_on_one_line(meaning, 200, typing->arena));
	buf_add_char(typing->out, '\n');
}

static void offer_from_shell(const struct typing *typing, const char *what)
{
	buf_format(typing->out, ":%s", what);
	if (typing->before.len) {
		buf_format(typing->out, "\t%.*s", STR_ARG(typing->before));
	}
	buf_add_char(typing->out, '\n');
}

/* --- names in files -------------------------------------------------------------------------------- */

static const struct scenario *load(const struct typing *typing, str path)
{
	const struct named named = { NAMED_SCENARIO, .path = path };
	struct error_list unheard = { 0 };

	const struct scenario *scenario = naming_load(&named, typing->arena, &unheard);

	if (scenario) {
		*LIST_PUSH(typing->loaded, typing->arena) = scenario;
	}
	return scenario;
}

/* The scenario that one of the whole arguments names; NULL: none does. */
static const struct scenario *scenario_of_arguments(const struct typing *typing)
{
	for (size_t i = 0; i < typing->arguments.count; i++) {
		struct named named;

		if (!naming_resolve(typing->arguments.items[i], typing->arena, &named) &&
				named.kind == NAMED_SCENARIO && !named.is_stream) {
			return load(typing, named.path);
		}
	}
	return NULL;
}

/* Names of cells, without that of their scenario unless `is_whole`. */
static void offer_cells_of(
		const struct typing *typing, const struct scenario *scenario, bool is_whole)
{
	struct scenario_cells cells = { 0 };

	scenario_add_cells(scenario, typing->arena, &cells);
	for (size_t i = 0; i < cells.count; i++) {
		const struct scenario_cell *cell = &cells.items[i];
		const size_t from = is_whole ? 0 : scenario->name.len + 1;

		offer(typing, str_slice(cell->name, from, cell->name.len), cell->strategy->title);
	}
}

/* Bare names of what lies below `scenarios`; behind a slash, the cells of one. */
static void offer_scenarios(const struct typing *typing)
{
	const struct str_list files = naming_known_scenarios(typing->arena);
	const size_t slash = str_find_char(typing->word, '/');

	for (size_t i = 0; i < files.count; i++) {
		const str name = path_stem(files.items[i]);

		if (slash < typing->word.len ? !str_equal(name, str_slice(typing->word, 0, slash))
					     : !str_starts_with(name, typing->word)) {
			continue;
		}
		const struct scenario *scenario = load(typing, files.items[i]);

		if (slash == typing->word.len) {
			offer(typing, name, scenario ? scenario->title : STR(""));
		} else if (scenario) {
			offer_cells_of(typing, scenario, true);
		}
	}
	offer_from_shell(typing, "files");
}

static void offer_cells(const struct typing *typing)
{
	const struct scenario *scenario = scenario_of_arguments(typing);

	if (scenario) {
		offer_cells_of(typing, scenario, false);
	}
}

static void offer_tags(const struct typing *typing)
{
	const struct str_list files = naming_known_scenarios(typing->arena);
	struct str_list tags = { 0 };

	for (size_t i = 0; i < files.count; i++) {
		const struct scenario *scenario = load(typing, files.items[i]);

		for (size_t j = 0; scenario && j < scenario->tags.count; j++) {
			if (!str_list_contains(&tags, scenario->tags.items[j])) {
				str_list_add(&tags, scenario->tags.items[j], typing->arena);
			}
		}
	}
	str_list_sort(&tags);
	for (size_t i = 0; i < tags.count; i++) {
		offer(typing, tags.items[i], STR(""));
	}
}

/* Where alembic's commands go: words that always mean something, and ids of a scenario that is named. */
static void offer_targets(const struct typing *typing)
{
	static const char *const targets[][2] = {
		{ "head", "the newest revision" },
		{ "heads", "the newest revision of each branch" },
		{ "base", "before the first revision" },
		{ "+1", "one up" },
		{ "-1", "one down" },
	};
	const struct scenario *scenario = scenario_of_arguments(typing);

	for (size_t i = 0; i < COUNT_OF(targets); i++) {
		offer(typing, str_from(targets[i][0]), str_from(targets[i][1]));
	}
	for (size_t i = 0; scenario && i < scenario->revisions.count; i++) {
		offer(typing, scenario->revisions.items[i].spec.revision,
				scenario->revisions.items[i].spec.message);
	}
}

/* --- kinds of arguments and values ------------------------------------------------------------------- */

static const char *const planned[] = { "upgrade", "downgrade", "stamp" };

static bool is_planned(str word)
{
	for (size_t i = 0; i < COUNT_OF(planned); i++) {
		if (str_equal(word, str_from(planned[i]))) {
			return true;
		}
	}
	return false;
}

static void offer_planned(const struct typing *typing)
{
	for (size_t i = 0; i < COUNT_OF(planned); i++) {
		offer(typing, str_from(planned[i]), STR(""));
	}
}

static void offer_shells(const struct typing *typing)
{
	static const char *const shells[] = { "bash", "zsh", "fish" };

	for (size_t i = 0; i < COUNT_OF(shells); i++) {
		offer(typing, str_from(shells[i]), STR(""));
	}
}

static void offer_commands(const struct typing *typing)
{
	for (size_t i = 0; commands[i]; i++) {
		offer(typing, str_from(commands[i]->name), str_from(commands[i]->summary));
	}
}

static void offer_templates(const struct typing *typing)
{
	for (size_t i = 0; i < template_count; i++) {
		offer(typing, str_from(templates[i].name), str_from(templates[i].summary));
	}
}

static void offer_files(const struct typing *typing)
{
	offer_from_shell(typing, "files");
}

static void offer_folders(const struct typing *typing)
{
	offer_from_shell(typing, "folders");
}

/* What its --report writes. */
static bool is_of_audits(const struct typing *typing)
{
	return typing->command && str_equal(str_from(typing->command->name), STR("audit"));
}

/* "html:", and behind it a file. */
static void offer_report(const struct typing *typing)
{
	const size_t colon = str_find_char(typing->word, ':');
	struct typing behind = *typing;

	if (colon == typing->word.len) {
		str formats = report_file_formats(is_of_audits(typing), typing->arena), format;

		while (str_next_part(&formats, ',', &format)) {
			offer(typing, str_format(typing->arena, "%.*s:", STR_ARG(str_trim(format))),
					STR("a report into a file"));
		}
		offer(typing, STR("github"), STR("annotations and the step's summary"));
		return;
	}
	behind.before = str_format(typing->arena, "%.*s%.*s:", STR_ARG(typing->before),
			STR_ARG(str_slice(typing->word, 0, colon)));
	behind.word = str_slice(typing->word, colon + 1, typing->word.len);
	offer_files(&behind);
}

struct kind {
	const char *word; /* that help has for it; of others nothing is known */
	void (*offer)(const struct typing *typing);
};

static const struct kind argument_kinds[] = {
	{ "PATH", offer_scenarios },
	{ "SCENARIO", offer_scenarios },
	{ "SOURCE", offer_scenarios },
	{ "CELL", offer_cells },
	{ "COMMAND", offer_planned },
	{ "TARGET", offer_targets },
	{ "SHELL", offer_shells },
	{ "PAGE", offer_commands },
};

static const struct kind value_kinds[] = {
	{ "WORD", offer_tags },
	{ "KIND", offer_templates },
	{ "FILE", offer_files },
	{ "X", offer_files },
	{ "FOLDER", offer_folders },
	{ "DIR", offer_folders },
	{ "FORMAT:FILE", offer_report },
};

static void offer_kind(
		const struct typing *typing, const struct kind *kinds, size_t count, str word)
{
	for (size_t i = 0; i < count; i++) {
		if (str_equal(word, str_from(kinds[i].word))) {
			kinds[i].offer(typing);
			return;
		}
	}
}

/* --- where the word stands ------------------------------------------------------------------------------ */

static void offer_value(const struct typing *typing, const struct option *option)
{
	for (size_t i = 0; option->choices && option->choices[i]; i++) {
		offer(typing, str_from(option->choices[i]), STR(""));
	}
	if (!option->choices && option->value) {
		offer_kind(typing, value_kinds, COUNT_OF(value_kinds), str_from(option->value));
	}
}

static void offer_options(const struct typing *typing)
{
	const struct option *option;

	for (size_t i = 0; (option = command_option_at(typing->command, i)); i++) {
		offer(typing, str_format(typing->arena, "--%s", option->name),
				str_from(option->help));
		if (option->letter && typing->word.len < 3) {
			offer(typing, str_format(typing->arena, "-%c", option->letter),
					str_from(option->help));
		}
	}
}

/* "PATH" of "[PATH...]". */
static str bare(str word)
{
	const size_t from = str_starts_with(word, STR("["));
	size_t to = from;

	while (to < word.len && word.data[to] != '.' && word.data[to] != ']') {
		to++;
	}
	return str_slice(word, from, to - from);
}

/* Whether the first argument of "[SOURCE] COMMAND TARGET..." was left out. */
static bool leaves_out_source(const struct typing *typing)
{
	return str_starts_with(str_from(typing->command->arguments), STR("[SOURCE] COMMAND")) &&
			typing->arguments.count && is_planned(typing->arguments.items[0]);
}

/* By the words of help: "CELL" of "SCENARIO [CELL]" for the second. One that repeats stands for all behind it. */
static void offer_argument(const struct typing *typing)
{
	str rest = str_from(typing->command->arguments), word;
	const size_t at = typing->arguments.count + leaves_out_source(typing);
	bool may_be_next = false;

	for (size_t i = 0; str_next_part(&rest, ' ', &word); i++) {
		if (str_starts_with(word, STR("-"))) {
			return; // an option that must be given
		}
		if (i == at || (i < at && str_find(word, STR("...")) < word.len) || may_be_next) {
			offer_kind(typing, argument_kinds, COUNT_OF(argument_kinds), bare(word));
		}
		may_be_next = i == at && str_starts_with(word, STR("[SOURCE]"));
	}
}

static bool is_option(str word)
{
	return word.len > 1 && word.data[0] == '-' && !(word.data[1] >= '0' && word.data[1] <= '9');
}

static const struct option *find_option(const struct command *command, str word)
{
	const struct option *option;

	for (size_t i = 0; (option = command_option_at(command, i)); i++) {
		if (str_starts_with(word, STR("--"))
						? str_equal(str_slice(word, 2, word.len),
								  str_from(option->name))
						: word.len == 2 && option->letter == word.data[1]) {
			return option;
		}
	}
	return NULL;
}

static void offer_for_command(struct typing *typing, const struct str_list *words)
{
	const struct option *waiting = NULL; // for its value
	bool only_arguments = false;

	for (size_t i = 1; i + 1 < words->count; i++) {
		const str word = words->items[i];

		if (waiting) {
			waiting = NULL;
		} else if (only_arguments || !is_option(word)) {
			str_list_add(&typing->arguments, word, typing->arena);
		} else if (str_equal(word, STR("--"))) {
			only_arguments = true;
		} else {
			const struct option *option = find_option(typing->command, word);

			waiting = option && option->value ? option : NULL;
		}
	}
	const size_t equals = str_find_char(typing->word, '=');

	if (waiting) {
		offer_value(typing, waiting);
	} else if (only_arguments || !str_starts_with(typing->word, STR("-"))) {
		offer_argument(typing);
	} else if (equals < typing->word.len) {
		const struct option *option =
				find_option(typing->command, str_slice(typing->word, 0, equals));

		typing->before = str_slice(typing->word, 0, equals + 1);
		typing->word = str_slice(typing->word, equals + 1, typing->word.len);
		if (option) {
			offer_value(typing, option);
		}
	} else {
		offer_options(typing);
	}
}

void completing_render(const struct str_list *words, struct arena *arena, struct buf *out)
{
	struct loaded loaded = { 0 };
	struct typing typing = { .arena = arena, .out = out, .loaded = &loaded };
	str nearest;

	if (!words->count) {
		return;
	}
	typing.word = words->items[words->count - 1];
	if (words->count == 1) {
		offer_commands(&typing);
		offer(&typing, STR("help"), STR("say more about one command"));
		offer(&typing, STR("--help"), STR("show help"));
		offer(&typing, STR("--version"),
				STR("show the version, and those of the libraries"));
		return;
	}
	if (str_equal(words->items[0], STR("help"))) {
		offer_commands(&typing);
		return;
	}
	typing.command = command_find(words->items[0], arena, &nearest);
	if (typing.command) {
		offer_for_command(&typing, words);
	}
	for (size_t i = 0; i < loaded.count; i++) {
		scenario_unload(loaded.items[i]);
	}
}
