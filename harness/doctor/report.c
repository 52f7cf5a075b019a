#include "doctor/doctor_internal.h"

#include <jansson.h>
#include <stdlib.h>

/* What Alembic does about the faults of a kind; shown once above them. */
static const char *const kind_notes[FAULT_KIND_COUNT] = {
	[FAULT_MISSING_PARENT] =
			"Every command that reads the tree dies with a KeyError at the first of these.",
	[FAULT_MISSING_DEPENDENCY] =
			"Every command that reads the tree dies with a KeyError at the first of these.",
	[FAULT_FILE_NAME_AS_REVISION] =
			"Revisions refer to each other by id; what a file is called does not matter.",
	[FAULT_DUPLICATE_REVISION] =
			"Alembic warns, keeps the file loaded last, and may still list the others as heads.",
	[FAULT_SELF_LOOP] = "Every command that reads the tree stops with LoopDetected.",
	[FAULT_CYCLE] = "Every command that reads the tree stops with CycleDetected, if Alembic notices.",
	[FAULT_DEPENDENCY_CYCLE] =
			"Every command that reads the tree stops with DependencyCycleDetected, if Alembic notices.",
	[FAULT_LABEL_CLASH] =
			"Every command that reads the tree stops: ids and labels share one set of names.",
	[FAULT_REDUNDANT_PARENT] = "The version table's rows are merged by what a revision lists.",
	[FAULT_MULTIPLE_HEADS] = "'alembic upgrade head' stops; 'heads' works.",
	[FAULT_MULTIPLE_BASES] = "Nothing stops; but is it one history?",
	[FAULT_PREFIX_TRAP] = "An exact name wins over a partial one.",
	[FAULT_LONG_REVISION] =
			"PostgreSQL refuses the version row once the revision has run; SQLite does not.",
	[FAULT_ILLEGAL_REVISION] = "No command can name such a revision.",
	[FAULT_DOCSTRING_DISAGREES] = "Alembic goes by the variables; people read the docstring.",
	[FAULT_NOT_LITERAL] = "Only running the file would tell.",
	[FAULT_UNREADABLE] = "",
};

#define COLUMNS 80

/* The two arguments of json_stringn(), which wants a pointer for the empty text too. */
#define TEXT(s) ((s).len ? (s).data : ""), ((s).len)

/* `text` in lines of at most COLUMNS, each after `indent` blanks; a longer word stands alone. */
static void add_wrapped(struct buf *out, str text, size_t indent)
{
	size_t column = 0;
	str word;

	text = str_printable(text, out->arena);

	while (str_next_part(&text, ' ', &word)) {
		const size_t width = str_utf8_length(word);

		if (column && column + 1 + width > COLUMNS) {
			buf_add_char(out, '\n');
			column = 0;
		}
		if (column == 0) {
			buf_add_repeated(out, ' ', indent);
			column = indent;
		} else {
			buf_add_char(out, ' ');
			column++;
		}
		buf_add(out, word);
		column += width;
	}
	buf_add_char(out, '\n');
}

static void paint(struct buf *out, bool colour, const char *escape)
{
	if (colour) {
		buf_add(out, str_from(escape));
	}
}

static void render_fault(const struct fault *fault, bool colour, struct buf *out)
{
	struct buf place = { .arena = out->arena };

	if (fault->where.source) {
		buf_format(&place, "%.*s:%zu", STR_ARG(fault->where.source->name),
				span_place(fault->where).line);
	}
	const str revision = fault->revision.len ? str_printable(fault->revision, out->arena)
						 : STR("(no id)");
	const str file = str_printable(fault->file, out->arena);
	const size_t used =
			2 + str_utf8_length(revision) + (file.len ? 2 + str_utf8_length(file) : 0);

	buf_add(out, STR("\n  "));
	paint(out, colour, "\033[1m");
	buf_add(out, revision);
	paint(out, colour, "\033[0m");
	if (file.len) {
		buf_format(out, "  %.*s", STR_ARG(file));
	}
	if (place.len) {
		const bool fits = used + 2 + str_utf8_length(buf_str(&place)) <= COLUMNS;

		buf_format(out, "%s%.*s", fits ? "  " : "\n    ", STR_ARG(buf_str(&place)));
	}
	buf_add_char(out, '\n');
	add_wrapped(out, fault->message, 4);
	if (fault->suggestion.len) {
		paint(out, colour, "\033[32m");
		add_wrapped(out, fault->suggestion, 4);
		paint(out, colour, "\033[0m");
	}
}

static void count_of(struct buf *out, size_t count, const char *thing)
{
	buf_format(out, "%zu %s%s", count, thing, count == 1 ? "" : "s");
}

void faults_render_text(const struct faults *faults, bool colour, struct buf *out)
{
	count_of(out, faults->revision_count, "revision");
	buf_add(out, STR(", "));
	count_of(out, faults->heads.count, "head");
	buf_add(out, STR(", "));
	count_of(out, faults->bases.count, "base");
	buf_add(out, STR(": "));
	if (!faults->count) {
		buf_add(out, STR("no faults\n"));
		return;
	}
	count_of(out, faults->count, "fault");
	buf_add_char(out, '\n');
	for (size_t i = 0; i < faults->count;) {
		const enum fault_kind kind = faults->items[i].kind;
		size_t end = i;

		while (end < faults->count && faults->items[end].kind == kind) {
			end++;
		}
		buf_add_char(out, '\n');
		paint(out, colour, "\033[1;31m");
		buf_format(out, "%s (%zu)", fault_kind_names[kind], end - i);
		paint(out, colour, "\033[0m");
		buf_add_char(out, '\n');
		if (kind_notes[kind][0]) {
			add_wrapped(out, str_from(kind_notes[kind]), 2);
		}
		for (; i < end; i++) {
			render_fault(&faults->items[i], colour, out);
		}
	}
}

static json_t *text_or_null(str text)
{
	return text.len ? json_stringn(text.data, text.len) : json_null();
}

static json_t *list_of(const struct str_list *texts)
{
	json_t *list = json_array();

	for (size_t i = 0; i < texts->count; i++) {
		json_array_append_new(list, json_stringn(TEXT(texts->items[i])));
	}
	return list;
}

static json_t *json_of(const struct fault *fault)
{
	json_t *object = json_object();

	json_object_set_new(object, "kind", json_string(fault_kind_names[fault->kind]));
	json_object_set_new(object, "revision", json_stringn(TEXT(fault->revision)));
	json_object_set_new(object, "file", text_or_null(fault->file));
	json_object_set_new(object, "line",
			fault->where.source
					? json_integer((json_int_t)span_place(fault->where).line)
					: json_null());
	json_object_set_new(object, "message", json_stringn(TEXT(fault->message)));
	json_object_set_new(object, "suggestion", text_or_null(fault->suggestion));
	json_object_set_new(object, "suggested_revision", text_or_null(fault->suggested_revision));
	return object;
}

void faults_render_json(const struct faults *faults, struct buf *out)
{
	json_t *list = json_array();
	json_t *object = json_object();

	for (size_t i = 0; i < faults->count; i++) {
		json_array_append_new(list, json_of(&faults->items[i]));
	}
	json_object_set_new(object, "revisions", json_integer((json_int_t)faults->revision_count));
	json_object_set_new(object, "heads", list_of(&faults->heads));
	json_object_set_new(object, "bases", list_of(&faults->bases));
	json_object_set_new(object, "faults", list);
	char *text = json_dumps(object, JSON_INDENT(2));

	buf_add(out, str_from(text));
	buf_add_char(out, '\n');
	free(text);
	json_decref(object);
}
