/*
 * All formats of reports.
 */
#include "kit/arena.h"
#include "report/format.h"

extern const struct report_format report_text;
extern const struct report_format report_tap;
extern const struct report_format report_json;
extern const struct report_format report_junit;
extern const struct report_format report_markdown;
extern const struct report_format report_html;
extern const struct report_format report_github;
extern const struct report_format report_sarif;

static const struct report_format *const formats[] = {
	&report_text,
	&report_tap,
	&report_json,
	&report_junit,
	&report_markdown,
	&report_html,
	&report_github,
	&report_sarif,
};

const char *const report_format_names[] = { "text", "tap", "json", NULL };

const struct report_format *report_format_find(str name)
{
	for (size_t i = 0; i < COUNT_OF(formats); i++) {
		if (str_equal(str_from(formats[i]->name), name)) {
			return formats[i];
		}
	}
	return NULL;
}

bool report_format_has_file(const struct report_format *format)
{
	return !format->has_no_file;
}

bool report_format_is_told(const struct report_format *format)
{
	return format->is_told;
}

bool report_format_takes(const struct report_format *format, bool audits)
{
	return audits ? format->audit != NULL : !format->is_for_audits;
}

str report_file_formats(bool of_audits, struct arena *arena)
{
	struct str_list names = { 0 };

	for (size_t i = 0; i < COUNT_OF(formats); i++) {
		if (report_format_has_file(formats[i]) && report_format_takes(formats[i], of_audits)) {
			str_list_add(&names, str_from(formats[i]->name), arena);
		}
	}
	return str_list_join(&names, STR(", "), arena);
}
