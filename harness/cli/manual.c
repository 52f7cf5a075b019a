/*
 * `rehearse manual` - pages for man(1), made of the tables that help is printed from.
 */
#include "cli/cli_internal.h"
#include "kit/arena.h"

#include <string.h>

/* What the program looks for in its environment. tests/package/manual.py holds that none is left out. */
static const struct {
	const char *name, *meaning;
} variables[] = {
	{ "CI", "set: accept writes records only where it is told by name" },
	{ "COLUMNS", "how wide the output may be" },
	{ "GITHUB_ACTIONS, GITHUB_STEP_SUMMARY, GITHUB_WORKSPACE",
			"as a step of GitHub Actions, run writes annotations and the step's summary" },
	{ "HOME, XDG_CACHE_HOME, REHEARSE_CACHE",
			"where a private PostgreSQL server is kept to be copied the next time: "
			"$REHEARSE_CACHE, else a folder of the user's cache" },
	{ "LC_ALL, LC_CTYPE, LANG", "whether the terminal takes UTF-8" },
	{ "NO_COLOR", "set and not empty: no colours, unless --color says otherwise" },
	{ "PATH", "where python3 and PostgreSQL's programs are looked for" },
	{ "PG_BINDIR", "the folder of PostgreSQL's programs, unless --pg-bindir names one" },
	{ "REHEARSE_POSTGRES", "a PostgreSQL server to lend, unless --postgres names one" },
	{ "REHEARSE_PYTHON",
			"the Python that runs projects' migrations, unless --python names one" },
	{ "SOURCE_DATE_EPOCH, TZ", "the time that doctor --patch writes into new revisions" },
	{ "TERM", "\"dumb\": nothing is drawn anew" },
	{ "TMPDIR", "where throwaway servers and files live; /tmp unless set" },
	{ "VIRTUAL_ENV", "the active virtual environment, whose Python is asked first" },
};

static const struct {
	const char *name, *meaning;
} places[] = {
	{ "scenarios/", "where scenarios are looked for that are called by their names alone" },
	{ "expected/", "records: the first such folder in the scenario's folder or above it" },
	{ ".rehearse/", "what the last run here left to be asked for by --last-failed" },
};

/* Text as roff reads it: a backslash, and a point or quote at the beginning of a line, mean nothing. */
static void add_text(struct buf *out, str text)
{
	for (size_t i = 0; i < text.len; i++) {
		const char c = text.data[i];

		if ((i == 0 || text.data[i - 1] == '\n') && (c == '.' || c == '\'')) {
			buf_add(out, STR("\\&"));
		}
		if (c == '\\') {
			buf_add(out, STR("\\e"));
		} else if (c == '-') { // a minus, which can be copied, and no hyphen
			buf_add(out, STR("\\-"));
		} else if (c == '\'') {
			buf_add(out, STR("\\(aq"));
		} else if (c == '^') {
			buf_add(out, STR("\\(ha"));
		} else if (c == '~') {
			buf_add(out, STR("\\(ti"));
		} else if (c == '`') {
			buf_add(out, STR("\\(ga"));
		} else {
			buf_add_char(out, c);
		}
	}
}

static void add_title(struct buf *out, const char *title)
{
	buf_format(out, ".SH %s\n", title);
}

static void add_line(struct buf *out, str text)
{
	add_text(out, text);
	buf_add_char(out, '\n');
}

static void add_term(struct buf *out, const char *name, const char *meaning)
{
	buf_add(out, STR(".TP\n.B "));
	add_line(out, str_from(name));
	add_line(out, str_from(meaning));
}

/* "rehearse", "rehearse\-run". */
static void add_page_name(struct buf *out, const struct command *command)
{
	buf_add(out, STR("rehearse"));
	if (command) {
		buf_format(out, "\\-%s", command->name);
	}
}

static void add_head(struct buf *out, const struct command *command, str summary)
{
	struct buf name = { .arena = out->arena };

	buf_format(&name, "REHEARSE%s%s", command ? "-" : "", command ? command->name : "");
	for (size_t i = 0; i < name.len; i++) {
		if (name.data[i] >= 'a' && name.data[i] <= 'z') {
			name.data[i] = (char)(name.data[i] - 'a' + 'A');
		}
	}
	buf_format(out, ".TH %s 1 \"\" \"rehearse %s\" \"Rehearse\"\n", buf_c(&name),
			REHEARSE_VERSION);
	buf_add(out, STR(".nh\n.ad l\n")); // names and options are there to be copied
	add_title(out, "NAME");
	add_page_name(out, command);
	buf_add(out, STR(" \\- "));
	add_line(out, summary);
}

/* Paragraphs are a line each; lines that begin with a blank stand as they are. */
static void add_paragraphs(struct buf *out, str text)
{
	bool is_verbatim = false;
	str line;

	text = str_trim(text);
	while (str_next_part(&text, '\n', &line)) {
		const bool stands = line.len && line.data[0] == ' ';

		if (stands != is_verbatim) {
			buf_add(out, stands ? STR(".EX\n") : STR(".EE\n"));
			is_verbatim = stands;
		}
		if (line.len) {
			add_line(out, line);
		} else {
			buf_add(out, STR(".PP\n"));
		}
	}
	if (is_verbatim) {
		buf_add(out, STR(".EE\n"));
	}
}

static void add_option(struct buf *out, const struct option *option)
{
	buf_add(out, STR(".TP\n"));
	if (option->letter) {
		buf_format(out, "\\fB\\-%c\\fR, ", option->letter);
	}
	buf_add(out, STR("\\fB\\-\\-"));
	add_text(out, str_from(option->name));
	buf_add(out, STR("\\fR"));
	if (option->value) {
		buf_add(out, STR(" \\fI"));
		add_text(out, str_from(option->value));
		buf_add(out, STR("\\fR"));
	}
	buf_add_char(out, '\n');
	add_line(out, str_from(option->help));
}

static void add_see_also(struct buf *out, const struct command *but)
{
	add_title(out, "SEE ALSO");
	if (but) {
		buf_add(out, STR(".BR \\%rehearse (1)"));
	}
	for (size_t i = 0; commands[i]; i++) {
		if (commands[i] != but) {
			buf_format(out, "%s.BR \\%%rehearse\\-%s (1)", i || but ? ",\n" : "",
					commands[i]->name);
		}
	}
	buf_add_char(out, '\n');
}

static void add_exit_statuses(struct buf *out)
{
	add_title(out, "EXIT STATUS");
	for (size_t i = 0; i < exit_meaning_count; i++) {
		add_term(out,
				str_to_c(str_format(out->arena, "%d", (int)exit_meanings[i].status),
						out->arena),
				exit_meanings[i].meaning);
	}
}

static void render_program(struct buf *out)
{
	add_head(out, NULL, STR("dress rehearsals for database migrations"));
	add_title(out, "SYNOPSIS");
	buf_add(out, STR(".B rehearse\n\\fICOMMAND\\fR [\\fIOPTION\\fR...] [\\fIARGUMENT\\fR...]\n"));
	add_title(out, "DESCRIPTION");
	add_line(out,
			STR("Which repair of a migration chain works, from which state of the "
			    "database, and what does it leave behind? A scenario, or a real "
			    "Alembic project, says how the tree looks, which databases there are "
			    "and which repairs are on the table. Each is replayed on a throwaway "
			    "SQLite or PostgreSQL database, exactly as Alembic would."));
	add_title(out, "COMMANDS");
	for (size_t i = 0; commands[i]; i++) {
		add_term(out, commands[i]->name, commands[i]->summary);
	}
	add_title(out, "OPTIONS");
	add_term(out, "-h, --help", "show help; rehearse help COMMAND that of one command");
	add_term(out, "-V, --version", "show the version, and those of the libraries");
	add_exit_statuses(out);
	add_title(out, "ENVIRONMENT");
	for (size_t i = 0; i < COUNT_OF(variables); i++) {
		add_term(out, variables[i].name, variables[i].meaning);
	}
	add_title(out, "FILES");
	for (size_t i = 0; i < COUNT_OF(places); i++) {
		add_term(out, places[i].name, places[i].meaning);
	}
	add_see_also(out, NULL);
}

static void render_command(const struct command *command, struct buf *out)
{
	add_head(out, command, str_from(command->summary));
	add_title(out, "SYNOPSIS");
	buf_format(out, ".B rehearse %s\n[\\fIOPTION\\fR...] ", command->name);
	add_line(out, str_from(command->arguments));
	const str details = str_from(command->details ? command->details : command->summary);
	const str examples = STR("\nExamples:\n");
	const size_t end = str_find(details, examples);
	const struct option *option;

	add_title(out, "DESCRIPTION");
	add_paragraphs(out, str_slice(details, 0, end));
	if (command->add_help) {
		struct buf table = { .arena = out->arena };

		command->add_help(&table);
		buf_add(out, STR(".PP\n.EX\n"));
		add_text(out, buf_str(&table));
		buf_add(out, STR(".EE\n"));
	}
	add_title(out, "OPTIONS");
	for (size_t i = 0; (option = command_option_at(command, i)); i++) {
		add_option(out, option);
	}
	if (end < details.len) {
		add_title(out, "EXAMPLES");
		buf_add(out, STR(".EX\n"));
		add_text(out, str_slice(details, end + examples.len, details.len));
		buf_add(out, STR(".EE\n"));
	}
	add_exit_statuses(out);
	add_see_also(out, command);
}

static enum exit_status manual_run(struct invocation *invocation)
{
	struct buf out = { .arena = invocation->arena };
	const struct command *command = NULL;

	if (invocation->arguments.count) {
		str name = invocation->arguments.items[0], nearest;

		if (str_starts_with(name, STR("rehearse-"))) {
			name = str_slice(name, strlen("rehearse-"), name.len);
		}
		command = command_find(name, invocation->arena, &nearest);
		if (!command && !str_equal(name, STR("rehearse"))) {
			return command_refuse(invocation, name);
		}
	}
	if (command) {
		render_command(command, &out);
	} else {
		render_program(&out);
	}
	print_out(buf_str(&out));
	return EXIT_AS_EXPECTED;
}

const struct command command_manual = {
	.name = "manual",
	.arguments = "[PAGE]",
	.summary = "print the page of the manual about the program, or about one command",
	.details = "The page is for man(1): where the program is installed as usual, 'man rehearse' and "
		   "'man rehearse-run' find it by themselves.\n"
		   "\n"
		   "Examples:\n"
		   "  rehearse manual | man -l -\n"
		   "  rehearse manual run | man -l -\n",
	.most_arguments = 1,
	.output = OUTPUT_TOOLS,
	.run = manual_run,
};
