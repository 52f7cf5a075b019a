/*
 * All formats of reports.
 */
#include "report/format.h"

extern const struct report_format report_text;
extern const struct report_format report_json;

static const struct report_format *const formats[] = {
	&report_text,
	&report_json,
};

const char *const report_format_names[] = { "text", "json", NULL };

const struct report_format *report_format_find(str name)
{
	for (size_t i = 0; i < COUNT_OF(formats); i++) {
		if (str_equal(str_from(formats[i]->name), name)) {
			return formats[i];
		}
	}
	return NULL;
}
