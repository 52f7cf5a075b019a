#include "report/audit_format.h"

#include "kit/arena.h"
#include "kit/file.h"

#include <string.h>

extern const struct audit_format audit_format_text;
extern const struct audit_format audit_format_json;

static const struct audit_format *const formats[] = {
	&audit_format_text,
	&audit_format_json,
};

#define FORMAT_COUNT (sizeof(formats) / sizeof(*formats))

const char *const audit_format_names[] = { "text", "json", NULL };

const struct audit_format *audit_format_find(str name)
{
	for (size_t i = 0; i < FORMAT_COUNT; i++) {
		if (str_equal(name, str_from(formats[i]->name))) {
			return formats[i];
		}
	}
	return NULL;
}

str audit_file_formats(struct arena *arena)
{
	struct str_list names = { 0 };

	for (size_t i = 0; i < FORMAT_COUNT; i++) {
		if (!formats[i]->has_no_file) {
			str_list_add(&names, str_from(formats[i]->name), arena);
		}
	}
	str_list_sort(&names);
	return str_list_join(&names, STR(", "), arena);
}

str audit_details(const struct audit_finding *finding, struct arena *arena)
{
	struct buf text = { .arena = arena };

	if (finding->error.len) {
		buf_format(&text, "%.*s: %.*s\n", STR_ARG(finding->class_name),
				STR_ARG(finding->error));
	}
	if (finding->place.text.len && finding->error.len) {
		buf_format(&text, "  %.*s\n", STR_ARG(str_trim(finding->place.text)));
	}
	for (size_t i = 0; i < finding->difference.count; i++) {
		buf_format(&text, "%.*s\n", STR_ARG(finding->difference.items[i]));
	}
	if (finding->hint.len) {
		buf_format(&text, "%.*s\n", STR_ARG(finding->hint));
	}
	return str_valid(str_printable_lines(buf_str(&text), arena), arena);
}

str audit_headline(const struct audit *audit, struct arena *arena)
{
	const size_t all = audit->findings.count, new = audit_count_new(audit, true);
	const size_t unknown = audit_count_unknown(audit);
	struct buf line = { .arena = arena };

	buf_format(&line, "%zu revision%s", audit->revision_count,
			audit->revision_count == 1 ? "" : "s");
	if (audit->engines.len) {
		buf_format(&line, " on %.*s", STR_ARG(audit->engines));
	}
	if (!all) {
		buf_add(&line, STR(": no findings"));
	} else {
		buf_format(&line, ": %zu finding%s", all, all == 1 ? "" : "s");
	}
	if (new < all) {
		buf_format(&line, ", %zu of them new", new);
	}
	if (unknown) {
		buf_format(&line, ", %zu question%s without an answer", unknown,
				unknown == 1 ? "" : "s");
	}
	return buf_str(&line);
}

str audit_path(const struct audit_report *report, str path, struct arena *arena)
{
	if (!report->root.len || !path.len) {
		return path.len ? path_normalise(path, arena) : path;
	}
	const str whole = path_normalise(path_from_root(path, arena), arena);
	const str within = path_relative(whole, path_normalise(report->root, arena), arena);

	return str_starts_with(within, STR("..")) ? path : within;
}
