/*
 * Connection strings. What a user lends may be a URI or key=value, leave out what libpq finds elsewhere, and
 * mean something else with another database or role; so it is read once, by libpq, and written again.
 */
#include "postgres/postgres_internal.h"

#include "kit/arena.h"

#include <string.h>

/* A setting to put in the place of the one that is there; an empty value: leave it out. */
struct setting {
	const char *keyword;
	str value;
};

static void add_setting(const char *keyword, str value, struct buf *out)
{
	buf_format(out, "%s%s='", out->len ? " " : "", keyword);
	for (size_t i = 0; i < value.len; i++) {
		if (value.data[i] == '\'' || value.data[i] == '\\') {
			buf_add_char(out, '\\');
		}
		buf_add_char(out, value.data[i]);
	}
	buf_add_char(out, '\'');
}

/* The options, with `count` of them replaced. */
static str render(const PQconninfoOption *options, const struct setting *changes, size_t count,
		struct arena *arena)
{
	struct buf out = { .arena = arena };

	for (; options->keyword; options++) {
		str value = str_from(options->val);

		for (size_t i = 0; i < count; i++) {
			if (strcmp(changes[i].keyword, options->keyword) == 0) {
				value = changes[i].value;
			}
		}
		if (value.len) {
			add_setting(options->keyword, value, &out);
		}
	}
	return buf_str(&out);
}

/* Whether an address that libpq does not understand may hold a secret, be it in a URI or as key=value. */
static bool may_hold_secret(str conninfo)
{
	static const char *const signs[] = { "pass", "secret", "_key", "@" };

	for (size_t i = 0; i < COUNT_OF(signs); i++) {
		if (str_find(conninfo, str_from(signs[i])) < conninfo.len) {
			return true;
		}
	}
	return false;
}

/* libpq shows in quotes what it does not understand, and that may be a part of a password, quotes and all. */
static str leave_out_quoted(str reason, struct arena *arena)
{
	const size_t first = str_find_char(reason, '"');
	size_t last = reason.len;

	while (last > first && reason.data[last - 1] != '"') {
		last--;
	}
	return first < last
			? str_format(arena, "%.*s\"...\"%.*s", STR_ARG(str_slice(reason, 0, first)),
					  STR_ARG(str_slice(reason, last, reason.len)))
			: reason;
}

/* Whether libpq would not show what is typed for the option. */
static bool is_secret(const PQconninfoOption *option)
{
	return option->dispchar && option->dispchar[0] == '*';
}

static struct error *parse(str conninfo, struct arena *arena, PQconninfoOption **ret_options)
{
	char *reason = NULL;
	PQconninfoOption *options = PQconninfoParse(str_to_c(conninfo, arena), &reason);

	if (!options) {
		const str told = str_trim(str_from(reason));
		struct error *error = error_new(arena, ERROR_INVALID,
				"cannot read the address of a PostgreSQL server: %.*s",
				STR_ARG(may_hold_secret(conninfo) ? leave_out_quoted(told, arena)
								  : told));

		error->hint = STR(
				"Write it as postgresql://USER@HOST/DATABASE or as 'host=HOST user=USER'.");
		PQfreemem(reason);
		return error;
	}
	*ret_options = options;
	return NULL;
}

struct error *postgres_conninfo_read(str text, str database, str application_name,
		struct arena *arena, str *ret_conninfo)
{
	PQconninfoOption *options;
	struct setting changes[] = {
		{ "dbname", database },
		{ "application_name", application_name },
	};
	struct error *error = parse(text, arena, &options);

	if (error) {
		return error;
	}
	for (const PQconninfoOption *option = options; option->keyword; option++) {
		if (strcmp(option->keyword, changes[0].keyword) == 0 && option->val) {
			changes[0].value = str_copy(str_from(option->val), arena);
		}
	}
	*ret_conninfo = render(options, changes, COUNT_OF(changes), arena);
	PQconninfoFree(options);
	return NULL;
}

/* The password of a client's key opens the way to the server, whoever goes it. */
static void leave_out_secrets(PQconninfoOption *options, bool but_for_keys)
{
	for (; options->keyword; options++) {
		if (is_secret(options) && options->val &&
				!(but_for_keys && strcmp(options->keyword, "sslpassword") == 0)) {
			options->val[0] = '\0';
		}
	}
}

str postgres_conninfo_for(PGconn *link, str user, struct arena *arena)
{
	/* What the administrator has of its own stays its own; where the connection goes is known by now. */
	const struct setting changes[] = {
		{ "user", user },
		{ "passfile", { 0 } },
		{ "dbname", { 0 } },
		{ "service", { 0 } },
		{ "options", { 0 } },
		{ "application_name", { 0 } },
		{ "host", str_from(PQhost(link)) },
		{ "hostaddr", str_copy(str_from(PQhostaddr(link)), arena) },
		{ "port", str_from(PQport(link)) },
	};
	PQconninfoOption *options = PQconninfo(link);

	if (!options) {
		return (str){ 0 }; // no memory
	}
	leave_out_secrets(options, true);
	const str conninfo = render(options, changes, COUNT_OF(changes), arena);

	PQconninfoFree(options);
	return conninfo;
}

/* Whether a value needs no quotes in a connection string. */
static bool is_plain(str value)
{
	static const char fine[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				   "_-./:@%+,";

	for (size_t i = 0; i < value.len; i++) {
		if (!memchr(fine, value.data[i], sizeof(fine) - 1)) {
			return false;
		}
	}
	return value.len > 0;
}

/* Of a setting that the link has, wherever it was found: address, service, environment. */
static str link_option(PGconn *link, const char *keyword, struct arena *arena)
{
	PQconninfoOption *options = PQconninfo(link);
	str value = { 0 };

	for (const PQconninfoOption *option = options; option && option->keyword; option++) {
		if (strcmp(option->keyword, keyword) == 0) {
			value = str_copy(str_from(option->val), arena);
		}
	}
	PQconninfoFree(options);
	return value;
}

/* What `options` have by themselves, without what libpq finds elsewhere. */
static str own_option(const PQconninfoOption *options, const char *keyword, struct arena *arena)
{
	for (; options->keyword; options++) {
		if (strcmp(options->keyword, keyword) == 0) {
			return str_copy(str_from(options->val), arena);
		}
	}
	return (str){ 0 };
}

struct error *postgres_conninfo_for_program(str conninfo, PGconn *link, const char *more,
		struct arena *arena, str *ret_conninfo, str *ret_password)
{
	const struct setting changes[] = {
		{ "dbname", str_from(PQdb(link)) },
		{ "host", str_from(PQhost(link)) }, // the one of several that has answered
		{ "hostaddr", link_option(link, "hostaddr", arena).len
						? str_copy(str_from(PQhostaddr(link)), arena)
						: (str){ 0 } },
		{ "port", str_from(PQport(link)) },
		{ "options", str_format(arena, "%.*s %s",
					     STR_ARG(link_option(link, "options", arena)), more) },
	};
	PQconninfoOption *options;
	struct error *error = parse(conninfo, arena, &options);

	if (error) {
		return error;
	}
	if (own_option(options, "sslpassword", arena).len) {
		error = error_new(arena, ERROR_INVALID,
				"the password of a client's key cannot be handed to pg_dump");
		error->hint = STR("Write it into a service file, and give service=NAME as the address.");
	} else {
		*ret_password = own_option(options, "password", arena);
		leave_out_secrets(options, false);
		*ret_conninfo = render(options, changes, COUNT_OF(changes), arena);
	}
	PQconninfoFree(options);
	return error;
}

str postgres_conninfo_public(str conninfo, str database, struct arena *arena)
{
	const struct setting changes[] = { { "dbname", database } };
	PQconninfoOption *options;

	if (parse(conninfo, arena, &options)) {
		return (str){ 0 };
	}
	leave_out_secrets(options, false);
	const str public = render(options, changes, COUNT_OF(changes), arena);

	PQconninfoFree(options);
	return public;
}

str postgres_conninfo_command(str conninfo, str database, struct arena *arena)
{
	struct buf words = { .arena = arena };
	struct buf command = { .arena = arena };
	PQconninfoOption *options;

	if (parse(conninfo, arena, &options)) {
		return (str){ 0 };
	}
	for (const PQconninfoOption *option = options; option->keyword; option++) {
		str value = str_from(option->val);

		if (strcmp(option->keyword, "dbname") == 0) {
			value = database;
		}
		if (is_secret(option) || strcmp(option->keyword, "application_name") == 0) {
			continue; // their secrets are theirs, and this may be a terminal
		}
		if (is_plain(value)) {
			buf_format(&words, "%s%s=%.*s", words.len ? " " : "", option->keyword,
					STR_ARG(value));
		} else if (value.len) {
			add_setting(option->keyword, value, &words);
		}
	}
	PQconninfoFree(options);
	buf_add(&command, STR("psql "));
	buf_add_shell_word(&command, buf_str(&words));
	return buf_str(&command);
}
