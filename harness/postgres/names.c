/*
 * Names of PostgreSQL's, made up and quoted.
 */
#define _DEFAULT_SOURCE // getentropy
#include "postgres/postgres_internal.h"

#include "kit/arena.h"

#include <unistd.h>

struct error *postgres_random_name(struct arena *arena, str *ret_name)
{
	unsigned char bytes[8];
	struct buf name = { .arena = arena };

	if (getentropy(bytes, sizeof(bytes))) { // a guessable name could be somebody's database
		return error_from_errno(arena, "make up a name");
	}
	for (size_t i = 0; i < sizeof(bytes); i++) {
		buf_format(&name, "%02x", bytes[i]);
	}
	*ret_name = buf_str(&name);
	return NULL;
}

void postgres_quote_identifier(str name, struct buf *out)
{
	buf_add_char(out, '"');
	for (size_t i = 0; i < name.len; i++) {
		if (name.data[i] == '"') {
			buf_add_char(out, '"');
		}
		buf_add_char(out, name.data[i]);
	}
	buf_add_char(out, '"');
}

void postgres_quote_text(str text, struct buf *out)
{
	const bool has_backslash = str_find_char(text, '\\') < text.len;

	buf_add(out,
			has_backslash ? STR(" E'")
				      : STR("'")); // right for either standard_conforming_strings
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '\'' || text.data[i] == '\\') {
			buf_add_char(out, text.data[i]);
		}
		buf_add_char(out, text.data[i]);
	}
	buf_add_char(out, '\'');
}

/* POSTGRES_KEPT, the label as far as it fits into 63 bytes, and what makes it the only one. */
struct error *postgres_kept_name(str label, struct arena *arena, str *ret_name)
{
	struct buf name = { .arena = arena };
	str random;
	struct error *error = postgres_random_name(arena, &random);

	if (error) {
		return error;
	}
	random = str_slice(random, 0, 8);

	buf_add(&name, STR(POSTGRES_KEPT));
	for (size_t i = 0; i < label.len && name.len < 63 - 1 - random.len; i++) {
		const char c = label.data[i] | 0x20; // lower case
		const bool is_fine = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');

		buf_add_char(&name, is_fine ? c : '_');
	}
	buf_format(&name, "_%.*s", STR_ARG(random));
	*ret_name = buf_str(&name);
	return NULL;
}

void postgres_quote_path(str space, str name, struct buf *out)
{
	if (space.len) {
		postgres_quote_identifier(space, out);
		buf_add_char(out, '.');
	}
	postgres_quote_identifier(name, out);
}
