#define PCRE2_CODE_UNIT_WIDTH 8
#include "kit/pattern.h"

#include "kit/arena.h"

#include <pcre2.h>
#include <stdlib.h>

/* Backtracking steps before a pattern is given up: about a tenth of a second. */
#define MATCH_LIMIT 1000000

struct pattern {
	pcre2_code *code;
	pcre2_match_data *match; /* of the search under way, with room for all groups */
	pcre2_match_context *context;
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
	struct pattern *pattern = calloc(1, sizeof(*pattern));

	if (pattern) {
		pattern->code = code;
		pattern->match = pcre2_match_data_create_from_pattern(code, NULL);
		pattern->context = pcre2_match_context_create(NULL);
	}
	if (!pattern || !pattern->match || !pattern->context) {
		if (pattern) {
			pattern_free(pattern);
		} else {
			pcre2_code_free(code);
		}
		*ret_offset = 0;
		return error_new(arena, ERROR_ENVIRONMENT, "no memory for a pattern");
	}
	pcre2_set_match_limit(pattern->context, MATCH_LIMIT);
	*ret_pattern = pattern;
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
	if (pattern) {
		pcre2_match_context_free(pattern->context);
		pcre2_match_data_free(pattern->match);
		pcre2_code_free(pattern->code);
		free(pattern);
	}
}

bool pattern_search(const struct pattern *pattern, str text, size_t from, str *ret_groups,
		size_t group_count)
{
	const int found = pcre2_match(pattern->code, (PCRE2_SPTR)(text.data ? text.data : ""),
			text.len, from, 0, pattern->match, pattern->context);
	const PCRE2_SIZE *ends = pcre2_get_ovector_pointer(pattern->match);

	for (size_t i = 0; found > 0 && i < group_count; i++) {
		const bool is_set = i < (size_t)found && ends[2 * i] != PCRE2_UNSET;

		ret_groups[i] = is_set ? str_slice(text, ends[2 * i], ends[2 * i + 1] - ends[2 * i])
				       : (str){ 0 };
	}
	return found > 0;
}

bool pattern_matches(const struct pattern *pattern, str text)
{
	return pattern_search(pattern, text, 0, NULL, 0);
}
