/*
 * The characters that a scenario file may hold: UTF-8, without control characters other than tab and
 * line ends.
 */
#include "kit/arena.h"
#include "scenario/yaml.h"

#include <string.h>

/* More zero bytes than these among so many first ones tell what is no text: programs, archives, databases. */
#define PROBED     512
#define ZERO_BYTES 3

/* What is wrong with the character at the start of `rest`; NULL: nothing. `ret_len`: its bytes. */
static const char *character_fault(str rest, size_t *ret_len)
{
	const unsigned char c = (unsigned char)rest.data[0];

	*ret_len = 1;
	if (c == '\r') {
		return rest.len > 1 && rest.data[1] == '\n'
				? NULL
				: "a carriage return without a line feed";
	}
	if (c < 0x80) {
		return (c < ' ' && c != '\t' && c != '\n') || c == 0x7F ? "control character"
									: NULL;
	}
	/* libyaml takes these for line ends; editors do not. */
	if (str_starts_with(rest, STR("\xE2\x80\xA8")) ||
			str_starts_with(rest, STR("\xE2\x80\xA9"))) {
		*ret_len = 3;
		return "a line separator that only some programs know";
	}
	if (str_starts_with(rest, STR("\xEF\xBF\xBE")) ||
			str_starts_with(rest, STR("\xEF\xBF\xBF"))) {
		*ret_len = 3;
		return "a code point that is no character";
	}
	if (c == 0xC2 && rest.len > 1 && (unsigned char)rest.data[1] < 0xA0) {
		*ret_len = 2;
		return "control character";
	}
	return NULL;
}

static void report_character(const struct source *source, size_t offset, size_t len,
		const char *fault, struct arena *arena, struct error_list *mistakes)
{
	const struct span where = { .source = source, .offset = offset, .len = len };
	const unsigned char first = (unsigned char)source->text.data[offset];
	struct error *error;

	if (!fault) {
		error = error_at(arena, ERROR_INVALID, where, "byte 0x%02X is not UTF-8", first);
		error->hint = STR("Save the file as UTF-8.");
	} else if (strcmp(fault, "control character") == 0) {
		const unsigned code =
				len == 1 ? first : (unsigned char)source->text.data[offset + 1];

		error = error_at(arena, ERROR_INVALID, where, "control character U+%04X", code);
		error->hint = code ? str_format(arena,
						     "Leave it out, or write it as \"\\x%02x\" in "
						     "double quotes.",
						     code)
				   : STR("Leave it out: no text of a scenario can hold it.");
	} else {
		error = error_at(arena, ERROR_INVALID, where, "%s", fault);
		error->hint = STR("Leave it out, or write it as an escape in double quotes.");
	}
	error_list_add(mistakes, error, arena);
}

/* The first place from `offset` on with a fault; text.len when there is none. */
static size_t next_fault(str text, size_t offset, const char **ret_fault, size_t *ret_len)
{
	/* Bytes are looked at one by one: those within a character are never the start of a fault. */
	const size_t broken = offset + str_utf8_error(str_slice(text, offset, text.len));

	for (size_t i = offset; i < broken; i++) {
		*ret_fault = character_fault(str_slice(text, i, text.len), ret_len);
		if (*ret_fault) {
			return i;
		}
	}
	*ret_fault = NULL;
	*ret_len = 1;
	return broken;
}

/* A zero byte may have slipped into text; programs and archives have many, or what is no UTF-8 beside one. */
static bool is_binary(str start)
{
	const size_t broken = str_utf8_error(start);
	size_t zeros = 0;

	for (size_t i = 0; i < start.len; i++) {
		zeros += start.data[i] == '\0';
	}
	return zeros > ZERO_BYTES || (zeros && broken + 4 < start.len); // a cut character is none
}

/* A file that is no text in UTF-8 from end to end: a mistake for each of its lines would help nobody. */
static bool is_refused(
		const struct source *source, struct arena *arena, struct error_list *mistakes)
{
	const str text = source->text;
	const struct span where = { .source = source };
	struct error *error;

	if (str_starts_with(text, STR("\xFF\xFE")) || str_starts_with(text, STR("\xFE\xFF"))) {
		error = error_at(arena, ERROR_INVALID, where, "the file is UTF-16");
		error->hint = STR("Save the file as UTF-8.");
	} else if (is_binary(str_slice(text, 0, PROBED))) {
		error = error_at(arena, ERROR_INVALID, where, "the file is not text");
	} else {
		return false;
	}
	error_list_add(mistakes, error, arena);
	return true;
}

void yaml_check_characters(const struct source *source, struct arena *arena,
		struct error_list *mistakes, str *ret_clean)
{
	const str text = source->text;
	char *clean = NULL;
	size_t line_end = 0; // of the last line with a mistake: one is enough
	const char *fault;
	size_t len;

	*ret_clean = text;
	if (text.len && is_refused(source, arena, mistakes)) {
		*ret_clean = STR("");
		return;
	}
	for (size_t at = 0; (at = next_fault(text, at, &fault, &len)) < text.len; at += len) {
		if (text.data[at] != '\r' && !clean) {
			clean = (char *)arena_alloc(arena, text.len);
			memcpy(clean, text.data, text.len);
			*ret_clean = (str){ clean, text.len };
		}
		if (text.data[at] != '\r') { // which libyaml takes for a line end, as was meant
			memset(clean + at, '_', len);
		}
		if (at >= line_end && mistakes->count < YAML_MAX_MISTAKES) {
			report_character(source, at, len, fault, arena, mistakes);
			line_end = at + str_find_char(str_slice(text, at, text.len), '\n');
		}
	}
}
