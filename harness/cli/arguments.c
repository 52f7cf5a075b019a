/*
 * Reading a command's arguments by its table of options.
 */
#include "cli/cli_internal.h"

#include "kit/arena.h"
#include "kit/suggest.h"

#include <stdlib.h>
#include <string.h>

static const char *const colour_choices[] = { "auto", "always", "never", NULL };

const struct option common_options[] = {
	{ .name = "color",
			.value = "WHEN",
			.choices = colour_choices,
			.help = "colour the output: auto (on a terminal, unless NO_COLOR is "
				"set), always, never" },
	{ .name = "help", .letter = 'h', .help = "show this help" },
};
const size_t common_option_count = COUNT_OF(common_options);

struct reading {
	struct invocation *invocation;
	struct error_list *mistakes;
	const char *const *items;
	size_t count, next;
	bool has_unknown; /* an option that is none: what stands behind it may be its value */
};

static struct error *add_mistake(struct reading *reading, struct error *error)
{
	error_list_add(reading->mistakes, error, reading->invocation->arena);
	return error;
}

const struct option *command_option_at(const struct command *command, size_t i)
{
	if (i < command->option_count) {
		return &command->options[i];
	}
	i -= command->option_count;
	return i < common_option_count ? &common_options[i] : NULL;
}

static const struct option *find_by_name(const struct command *command, str name)
{
	const struct option *option;

	for (size_t i = 0; (option = command_option_at(command, i)); i++) {
		if (str_equal(str_from(option->name), name)) {
			return option;
		}
	}
	return NULL;
}

static const struct option *find_by_letter(const struct command *command, char letter)
{
	const struct option *option;

	for (size_t i = 0; (option = command_option_at(command, i)); i++) {
		if (option->letter == letter) {
			return option;
		}
	}
	return NULL;
}

/* What other tools call options of ours; those of a command's own are not asked for here. */
static const struct {
	const char *word, *option;
} foreign_options[] = {
	{ "-x", "fail-fast" },
	{ "--exitfirst", "fail-fast" },
	{ "--bail", "fail-fast" },
	{ "--maxfail", "fail-fast" },
	{ "-k", "filter" },
	{ "--grep", "filter" },
	{ "--only", "filter" },
	{ "--match", "filter" },
	{ "-m", "tag" },
	{ "--mark", "tag" },
	{ "--lf", "last-failed" },
	{ "-n", "jobs" },
	{ "--workers", "jobs" },
	{ "--parallel", "jobs" },
	{ "--threads", "jobs" },
	{ "--db", "postgres" },
	{ "--dsn", "postgres" },
	{ "--url", "postgres" },
	{ "--database", "postgres" },
	{ "--output", "format" },
	{ "-o", "format" },
	{ "--report", "format" }, // of commands that have no --report
	{ "--reporter", "format" },
	{ "--junitxml", "report" },
	{ "--junit-xml", "report" },
	{ "--json", "format" },
	{ "--check", "dry-run" },
	{ "-s", "verbose" },
	{ "-vv", "verbose" },
	{ "-i", "step" },
	{ "--interactive", "step" },
	{ "--rows", "from" },
	{ "--current", "from" },
};

static const struct option *find_foreign(const struct command *command, str written)
{
	for (size_t i = 0; i < COUNT_OF(foreign_options); i++) {
		if (str_equal(written, str_from(foreign_options[i].word))) {
			return find_by_name(command, str_from(foreign_options[i].option));
		}
	}
	return NULL;
}

/* The only option that begins with what was written; NULL: none or several do. */
static const struct option *find_beginning(const struct command *command, str name)
{
	const struct option *option, *found = NULL;

	for (size_t i = 0; name.len > 1 && (option = command_option_at(command, i)); i++) {
		if (str_starts_with(str_from(option->name), name)) {
			if (found) {
				return NULL;
			}
			found = option;
		}
	}
	return found;
}

static void refuse_unknown(struct reading *reading, str written, str name)
{
	const struct command *command = reading->invocation->command;
	struct arena *arena = reading->invocation->arena;
	struct str_list names = { 0 };
	const struct option *option;

	for (size_t i = 0; (option = command_option_at(command, i)); i++) {
		str_list_add(&names, str_from(option->name), arena);
	}
	struct error *error = add_mistake(reading,
			error_new(arena, ERROR_INVALID, "unknown option '%.*s'", STR_ARG(written)));
	str nearest = suggest_nearest(name, names.items, names.count, arena);

	option = find_foreign(command, written);
	if (!option) {
		option = find_beginning(command, name);
	}
	if (option) {
		nearest = str_from(option->name);
	}
	if (nearest.len) {
		error->hint = suggest_did_you_mean(
				str_format(arena, "--%.*s", STR_ARG(nearest)), STR(""), arena);
	}
	reading->has_unknown = true;
}

static bool is_chosen(const char *const *choices, str value)
{
	for (; *choices; choices++) {
		if (str_equal(str_from(*choices), value)) {
			return true;
		}
	}
	return false;
}

static str choices_join(const char *const *choices, struct arena *arena)
{
	struct buf all = { .arena = arena };

	for (size_t i = 0; choices[i]; i++) {
		buf_add(&all, i ? STR(", ") : STR(""));
		buf_add(&all, str_from(choices[i]));
	}
	return buf_str(&all);
}

/* Whether a value is several choices with commas between them. */
static bool are_chosen(const char *const *choices, str value)
{
	str part;

	while (str_next_part(&value, ',', &part)) {
		if (!is_chosen(choices, str_trim(part))) {
			return false;
		}
	}
	return true;
}

/* "sqlite --engine postgres" of "sqlite,postgres". */
static str repeated(const char *option, str value, struct arena *arena)
{
	struct buf text = { .arena = arena };
	str part;

	while (str_next_part(&value, ',', &part)) {
		buf_format(&text, "%s%s%s%.*s", text.len ? " --" : "", text.len ? option : "",
				text.len ? " " : "", STR_ARG(str_trim(part)));
	}
	return buf_str(&text);
}

static void refuse_choice(struct reading *reading, const struct option *option, str value)
{
	struct arena *arena = reading->invocation->arena;
	struct str_list names = { 0 };

	for (size_t i = 0; option->choices[i]; i++) {
		str_list_add(&names, str_from(option->choices[i]), arena);
	}
	struct error *error = add_mistake(reading,
			error_new(arena, ERROR_INVALID, "option '--%s' cannot be '%.*s'",
					option->name, STR_ARG(value)));
	const str nearest = suggest_nearest(value, names.items, names.count, arena);
	const str all = choices_join(option->choices, arena);

	if (option->repeats && are_chosen(option->choices, value)) {
		error->hint = str_format(arena, "Give the option once for each: --%s %.*s.",
				option->name, STR_ARG(repeated(option->name, value, arena)));
	} else {
		error->hint = suggest_did_you_mean(nearest,
				str_format(arena, "It is one of: %.*s.", STR_ARG(all)), arena);
	}
}

static void give_option(struct reading *reading, const struct option *option, str value)
{
	struct invocation *invocation = reading->invocation;
	struct arena *arena = invocation->arena;

	if (option->choices && !is_chosen(option->choices, value)) {
		refuse_choice(reading, option, value);
		return;
	}
	struct error *error = option->check ? option->check(value, arena) : NULL;

	if (error) {
		error->message = str_format(arena, "option '--%s' cannot be '%.*s': %.*s",
				option->name, STR_ARG(value), STR_ARG(error->message));
		add_mistake(reading, error);
		return;
	}
	if (!option->repeats && option->value && invocation_has(invocation, option->name)) {
		add_mistake(reading,
				error_new(arena, ERROR_INVALID, "option '--%s' is given twice",
						option->name));
		return;
	}
	struct given_option *given = LIST_PUSH(&invocation->options, arena);

	given->option = option;
	given->value = value;
}

/* An option that wants a value takes the next argument, whatever that looks like. */
static void give_with_next(struct reading *reading, const struct option *option, str written)
{
	struct arena *arena = reading->invocation->arena;

	if (!option->value) {
		give_option(reading, option, STR(""));
	} else if (reading->next < reading->count) {
		give_option(reading, option, str_from(reading->items[reading->next++]));
	} else {
		struct error *error = add_mistake(reading,
				error_new(arena, ERROR_INVALID, "option '%.*s' needs a value",
						STR_ARG(written)));

		if (option->choices) {
			const str all = choices_join(option->choices, arena);

			error->hint = str_format(arena, "It is one of: %.*s.", STR_ARG(all));
		}
	}
}

static void read_long(struct reading *reading, str item)
{
	const size_t equals = str_find_char(item, '=');
	const str written = str_slice(item, 0, equals);
	const str name = str_slice(written, 2, written.len);
	const struct option *option = find_by_name(reading->invocation->command, name);

	if (!option) {
		refuse_unknown(reading, written, name);
	} else if (equals == item.len) {
		give_with_next(reading, option, written);
	} else if (!option->value) {
		add_mistake(reading,
				error_new(reading->invocation->arena, ERROR_INVALID,
						"option '%.*s' takes no value", STR_ARG(written)));
	} else {
		give_option(reading, option, str_slice(item, equals + 1, item.len));
	}
}

static void read_short(struct reading *reading, str item)
{
	const struct option *option = find_by_letter(reading->invocation->command, item.data[1]);

	if (!option || (!option->value && item.len > 2)) {
		refuse_unknown(reading, item, str_slice(item, 1, item.len));
	} else if (item.len > 2) {
		give_option(reading, option, str_slice(item, 2, item.len));
	} else {
		give_with_next(reading, option, item);
	}
}

/* "-1" is an argument: Alembic takes such targets. */
static bool is_option(str item)
{
	return item.len > 1 && item.data[0] == '-' && !(item.data[1] >= '0' && item.data[1] <= '9');
}

static void check_argument_count(struct reading *reading)
{
	const struct command *command = reading->invocation->command;
	const struct str_list *given = &reading->invocation->arguments;
	struct arena *arena = reading->invocation->arena;

	if (given->count < command->least_arguments) {
		add_mistake(reading,
				error_new(arena, ERROR_INVALID, "command '%s' needs %s: %s",
						command->name,
						command->least_arguments == 1 ? "an argument"
									      : "more arguments",
						command->arguments));
	} else if (given->count > command->most_arguments && !reading->has_unknown) {
		add_mistake(reading,
				error_new(arena, ERROR_INVALID, "too many arguments: '%.*s'",
						STR_ARG(given->items[command->most_arguments])));
	}
}

void arguments_parse(const char *const *items, size_t count, struct invocation *invocation,
		struct error_list *mistakes)
{
	struct reading reading = {
		.invocation = invocation, .mistakes = mistakes, .items = items, .count = count
	};
	bool only_arguments = false;

	while (reading.next < count) {
		const str item = str_from(items[reading.next++]);

		if (only_arguments && invocation->command->takes_program) {
			str_list_add(&invocation->program, item, invocation->arena);
		} else if (only_arguments || !is_option(item)) {
			str_list_add(&invocation->arguments, item, invocation->arena);
		} else if (str_equal(item, STR("--"))) {
			only_arguments = true;
		} else if (str_starts_with(item, STR("--"))) {
			read_long(&reading, item);
		} else {
			read_short(&reading, item);
		}
	}
	if (!invocation_has(invocation, "help")) {
		check_argument_count(&reading);
	}
}

str invocation_value(const struct invocation *invocation, const char *option)
{
	for (size_t i = invocation->options.count; i-- > 0;) {
		if (strcmp(invocation->options.items[i].option->name, option) == 0) {
			return invocation->options.items[i].value;
		}
	}
	return (str){ NULL, 0 };
}

bool command_offers(const struct command *command, const char *option)
{
	for (size_t i = 0; i < command->option_count; i++) {
		if (str_equal(str_from(command->options[i].name), str_from(option))) {
			return true;
		}
	}
	return false;
}

bool invocation_has(const struct invocation *invocation, const char *option)
{
	return invocation_value(invocation, option).data != NULL;
}

bool invocation_gives(const struct invocation *invocation, const char *option, str value)
{
	for (size_t i = 0; i < invocation->options.count; i++) {
		const struct given_option *given = &invocation->options.items[i];

		if (strcmp(given->option->name, option) == 0 && str_equal(given->value, value)) {
			return true;
		}
	}
	return false;
}

struct error *option_check_count(str value, struct arena *arena)
{
	bool is_count = value.len > 0 && value.len <= 9;

	for (size_t i = 0; i < value.len; i++) {
		is_count = is_count && value.data[i] >= '0' && value.data[i] <= '9';
	}
	if (is_count && option_count(value) > 0) {
		return NULL;
	}
	return error_new(arena, ERROR_INVALID, "not a whole number from 1");
}

size_t option_count(str value)
{
	size_t number = 0;

	for (size_t i = 0; i < value.len; i++) {
		number = number * 10 + (size_t)(value.data[i] - '0');
	}
	return number;
}

bool colour_is_wanted(str when, int fd)
{
	const char *no_color = getenv("NO_COLOR");

	if (when.len && !str_equal(when, STR("auto"))) {
		return str_equal(when, STR("always"));
	}
	return !(no_color && *no_color) && terminal_can_erase(fd);
}

struct error *option_check_seconds(str value, struct arena *arena)
{
	if (option_seconds_us(value) >= 0) {
		return NULL;
	}
	return error_new(arena, ERROR_INVALID, "not a number of seconds such as 10 or 0.5");
}

int64_t option_seconds_us(str value)
{
	const size_t point = str_find_char(value, '.');
	int64_t number = 0;
	size_t digits = 0, decimals = 0;

	for (size_t i = 0; i < value.len; i++) {
		const bool is_decimal = i > point;

		if (i == point) {
			continue;
		}
		if (value.data[i] < '0' || value.data[i] > '9' || (!is_decimal && digits == 7) ||
				(is_decimal && decimals == 6)) {
			return -1;
		}
		number = number * 10 + (value.data[i] - '0');
		digits += !is_decimal;
		decimals += is_decimal;
	}
	if (!digits) {
		return -1;
	}
	for (; decimals < 6; decimals++) {
		number *= 10;
	}
	return number;
}

int64_t invocation_seconds_us(
		const struct invocation *invocation, const char *option, int64_t otherwise)
{
	const str value = invocation_value(invocation, option);

	return value.data ? option_seconds_us(value) : otherwise;
}
