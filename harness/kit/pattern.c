#define PCRE2_CODE_UNIT_WIDTH 8
#include "kit/pattern.h"

#include "kit/arena.h"

#include <pcre2.h>

/* Backtracking steps before a pattern is given up: about a tenth of a second. */
#define MATCH_LIMIT 1000000

struct pattern {
	int unused; /* never read: a struct pattern is PCRE2's pcre2_code under a name of ours */
};

/* `context` may be NULL. */
static struct error *compile(str text, uint32_t options, pcre2_compile_context *context,
		struct arena *arena, struct pattern **ret_pattern, size_t *ret_offset)
{
	int number;
	PCRE2_SIZE offset;
	pcre2_code *code = pcre2_compile((PCRE2_SPTR)(text.data ? text.data : ""), text.len,
			PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C | options, &number, &offset, context);

	if (!code) {
		PCRE2_UCHAR reason[256];

		pcre2_get_error_message(number, reason, sizeof(reason));
		*ret_offset = offset < text.len ? offset : text.len;
		return error_new(arena, ERROR_INVALID, "%s", (const char *)reason);
	}
	*ret_pattern = (struct pattern *)code;
	return NULL;
}

struct error *pattern_compile(
		str text, struct arena *arena, struct pattern **ret_pattern, size_t *ret_offset)
{
	return compile(text, 0, NULL, arena, ret_pattern, ret_offset);
}

struct error *pattern_compile_python(
		str text, struct arena *arena, struct pattern **ret_pattern, size_t *ret_offset)
{
	pcre2_compile_context *context = pcre2_compile_context_create(NULL);

	if (context) {
		pcre2_set_newline(context, PCRE2_NEWLINE_LF);
	}
	struct error *error = compile(text, PCRE2_UCP, context, arena, ret_pattern, ret_offset);

	pcre2_compile_context_free(context);
	return error;
}

void pattern_free(struct pattern *pattern)
{
	pcre2_code_free((pcre2_code *)pattern);
}

bool pattern_matches(const struct pattern *pattern, str text)
{
	const pcre2_code *code = (const pcre2_code *)pattern;
	pcre2_match_context *context = pcre2_match_context_create(NULL);
	pcre2_match_data *match = pcre2_match_data_create(1, NULL);
	bool matches = false;

	if (context && match) {
		pcre2_set_match_limit(context, MATCH_LIMIT);
		matches = pcre2_match(code, (PCRE2_SPTR)(text.data ? text.data : ""), text.len, 0,
					  0, match, context) >= 0;
	}
	pcre2_match_data_free(match);
	pcre2_match_context_free(context);
	return matches;
}
