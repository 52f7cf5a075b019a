#include "report/audit.h"

#include "kit/arena.h"

str audit_finding_name(const struct audit_finding *finding, struct arena *arena)
{
	return str_format(arena, "%s %.*s", audit_question_names[finding->question],
			STR_ARG(finding->revision.len ? finding->revision : STR("tree")));
}

bool audit_is_green(const struct audit *audit)
{
	return !audit_count_new(audit, false) && !audit_count_unknown(audit);
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
