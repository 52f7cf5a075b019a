#include "helper/interpreter.h"

#include "kit/clock.h"
#include "kit/file.h"
#include "kit/process.h"

#include <stdlib.h>
#include <unistd.h>

/* More of them in $PATH are not tried. */
#define MOST_OF_PATH 8

/* What poetry and its like may take to say where they keep an environment. */
#define TOOL_US 20000000

struct finding {
	struct arena *arena;
	struct python_candidates all;
};

static void add(struct finding *finding, struct str_list command, str words)
{
	for (size_t i = 0; i < finding->all.count; i++) {
		const struct str_list *other = &finding->all.items[i].command;

		if (other->count == 1 && command.count == 1 &&
				str_equal(other->items[0], command.items[0])) {
			return;
		}
	}
	*LIST_PUSH(&finding->all, finding->arena) = (struct python_candidate){ command, words };
}

static void add_program(struct finding *finding, str path, str words)
{
	struct str_list command = { 0 };

	str_list_add(&command, path, finding->arena);
	add(finding, command, words);
}

static bool is_program(str path, struct arena *arena)
{
	return path_is_file(path, arena) && access(str_to_c(path, arena), X_OK) == 0;
}

/* The interpreter of a virtual environment; false: the folder is none. */
static bool add_environment(struct finding *finding, str folder, str words)
{
	const str python = path_join(folder, STR("bin/python"), finding->arena);

	if (!is_program(python, finding->arena)) {
		return false;
	}
	add_program(finding, python, words);
	return true;
}

/* --- what is given ---------------------------------------------------------------------------- */

/* The words of a command, between blanks. */
static struct str_list words_of(str command, struct arena *arena)
{
	struct str_list words = { 0 };
	str rest = command, word;

	if (is_program(command, arena)) { // a path may have blanks in it
		str_list_add(&words, command, arena);
		return words;
	}
	while (str_next_part(&rest, ' ', &word)) {
		if (word.len) {
			str_list_add(&words, word, arena);
		}
	}
	return words;
}

static bool add_given(struct finding *finding, str given, const char *who)
{
	const struct str_list command = words_of(given, finding->arena);

	if (!command.count) {
		return false;
	}
	add(finding, command,
			str_format(finding->arena, "%s '%.*s'", who, STR_ARG(given)));
	return true;
}

/* --- environments ------------------------------------------------------------------------------ */

static void add_active(struct finding *finding)
{
	const str active = str_from(getenv("VIRTUAL_ENV"));

	if (!active.len) {
		str_list_add(&finding->all.absent, STR("$VIRTUAL_ENV is not set"), finding->arena);
	} else if (!add_environment(finding, active,
				   str_format(finding->arena, "$VIRTUAL_ENV '%.*s'",
						   STR_ARG(active)))) {
		str_list_add(&finding->all.absent,
				str_format(finding->arena, "$VIRTUAL_ENV '%.*s' has no bin/python",
						STR_ARG(active)),
				finding->arena);
	}
}

/* Those beside the project, and above it as far as the repository goes. */
static void add_beside(struct finding *finding, str folder)
{
	static const char *const names[] = { ".venv", "venv", "env" };
	struct arena *arena = finding->arena;
	const size_t before = finding->all.count;
	const str own = folder;

	while (folder.len) {
		for (size_t i = 0; i < COUNT_OF(names); i++) {
			const str path = path_join(folder, str_from(names[i]), arena);

			add_environment(finding, path,
					str_format(arena, "'%.*s'", STR_ARG(path)));
		}
		const str git = path_join(folder, STR(".git"), arena);
		struct str_list ignored;

		if (path_is_directory(git, arena) || path_is_file(git, arena) || folder.len == 1 ||
				directory_list(folder, arena, &ignored)) {
			break;
		}
		folder = path_folder(folder);
	}
	if (finding->all.count == before) {
		str_list_add(&finding->all.absent,
				str_format(arena, "no .venv, venv or env in '%.*s' and above",
						STR_ARG(own)),
				arena);
	}
}

/* --- what keeps environments elsewhere --------------------------------------------------------- */

/* How a program says which Python it keeps for a folder. */
static const struct {
	const char *mark; /* a file that is there when the folder uses it */
	const char *arguments[5];
	bool says_environment; /* its folder, and not the interpreter */
} keepers[] = {
	{ "poetry.lock", { "poetry", "env", "info", "--path", NULL }, true },
	{ "pdm.lock", { "pdm", "info", "--python", NULL }, false },
	{ "Pipfile", { "pipenv", "--py", NULL }, false },
};

static void add_kept(struct finding *finding, str folder)
{
	struct arena *arena = finding->arena;

	for (size_t i = 0; i < COUNT_OF(keepers); i++) {
		if (!path_is_file(path_join(folder, str_from(keepers[i].mark), arena), arena)) {
			continue;
		}
		const struct process process = {
			.arguments = keepers[i].arguments,
			.folder = str_to_c(folder, arena),
			.patience = { .until_us = clock_now_us() + TOOL_US },
		};
		const str words = str_format(arena, "what %s keeps for '%.*s'",
				keepers[i].arguments[0], STR_ARG(folder));
		int status = 0;
		str output = { 0 }, last = { 0 }, line;
		const struct error *error = process_run(&process, arena, &status, &output);

		while (!error && str_next_part(&output, '\n', &line)) {
			last = str_trim(line).len ? str_trim(line) : last;
		}
		const bool is_found = !error && !status && last.len;

		if (is_found && keepers[i].says_environment) {
			add_environment(finding, last, words);
		} else if (is_found) {
			add_program(finding, last, words);
		} else {
			str_list_add(&finding->all.absent,
					str_format(arena, "%s does not say which it keeps: %.*s",
							keepers[i].arguments[0],
							STR_ARG(error ? error->message : last)),
					arena);
		}
	}
}

/* --- the system's ------------------------------------------------------------------------------ */

static void add_of_path(struct finding *finding)
{
	struct arena *arena = finding->arena;
	str rest = str_from(getenv("PATH")), folder;
	size_t found = 0;

	while (found < MOST_OF_PATH && str_next_part(&rest, ':', &folder)) {
		const str python = path_join(folder, STR("python3"), arena);

		if (folder.len && is_program(python, arena)) {
			add_program(finding, python,
					str_format(arena, "'%.*s'", STR_ARG(python)));
			found++;
		}
	}
	if (!found) {
		str_list_add(&finding->all.absent, STR("no python3 in $PATH"), arena);
	}
}

bool interpreter_is_given(const struct python_wish *wish)
{
	return wish->given.len || str_from(getenv("REHEARSE_PYTHON")).len;
}

struct python_candidates interpreter_find(const struct python_wish *wish, struct arena *arena)
{
	struct finding finding = { .arena = arena };

	if (add_given(&finding, wish->given, "the Python that was named,") ||
			add_given(&finding, str_from(getenv("REHEARSE_PYTHON")),
					"$REHEARSE_PYTHON")) {
		return finding.all;
	}
	add_active(&finding);
	if (wish->folder.len) {
		add_beside(&finding, wish->folder);
		add_kept(&finding, wish->folder);
	}
	add_of_path(&finding);
	return finding.all;
}
