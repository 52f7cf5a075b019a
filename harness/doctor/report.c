#include "doctor/doctor_internal.h"

#include "kit/columns.h"
#include "kit/json.h"
#include "kit/style.h"

#define MOST_COLUMNS 80

/* How faults are drawn. */
struct drawing {
	bool colour;
	size_t columns;
	struct buf *out;
};

/* `text` in lines, each after `indent` blanks; a longer word stands alone. */
static void add_wrapped(const struct drawing *drawing, str text, size_t indent)
{
	struct buf *out = drawing->out;

	buf_add_repeated(out, ' ', indent);
	wrap_add(out, str_printable(text, out->arena), drawing->columns, indent, indent);
}

/* Blanks where no line ends: those of a command, which people copy as a whole. */
#define FIRM_BLANK '\x01'

/* The suggestion, with its command in one line, however long that is. */
static void add_suggestion(
		const struct drawing *drawing, const struct fault *fault, struct buf *out)
{
	const size_t at = fault->command.len ? str_find(fault->suggestion, fault->command)
					     : fault->suggestion.len;
	struct buf text = { .arena = out->arena }, wrapped = { .arena = out->arena };

	buf_add(&text, str_printable(str_slice(fault->suggestion, 0, at), out->arena));
	const size_t start = text.len;

	buf_add(&text,
			str_printable(str_slice(fault->suggestion, at, fault->command.len),
					out->arena));
	for (size_t i = start; i < text.len; i++) {
		text.data[i] = text.data[i] == ' ' ? FIRM_BLANK : text.data[i];
	}
	const str rest = str_slice(
			fault->suggestion, at + fault->command.len, fault->suggestion.len);

	if (!str_equal(rest, STR("."))) { // it would be pasted, too
		buf_add(&text, str_printable(rest, out->arena));
	}
	buf_add_repeated(&wrapped, ' ', 4);
	wrap_add(&wrapped, buf_str(&text), drawing->columns, 4, 4);
	for (size_t i = 0; i < wrapped.len; i++) {
		wrapped.data[i] = wrapped.data[i] == FIRM_BLANK ? ' ' : wrapped.data[i];
	}
	buf_add(out, buf_str(&wrapped));
}

static void render_fault(const struct drawing *drawing, const struct fault *fault)
{
	struct buf *out = drawing->out;
	struct buf place = { .arena = out->arena };

	if (fault->line) {
		buf_format(&place, "%.*s:%zu", STR_ARG(str_printable(fault->path, out->arena)),
				fault->line);
	}
	const str revision = fault->revision.len ? str_printable(fault->revision, out->arena)
						 : STR("(no id)");
	const bool says_file = fault->line &&
			str_ends_with(fault->path, fault->file); // twice is once too many
	const str file = says_file ? STR("") : str_printable(fault->file, out->arena);
	const size_t used = 2 + columns_of(revision) + (fault->is_warning ? 10 : 0) +
			(file.len ? 2 + columns_of(file) : 0);

	buf_add(out, STR("\n  "));
	style_add(out, drawing->colour, STYLE_BOLD, revision);
	if (fault->is_warning) {
		buf_add(out, STR(" (warning)"));
	}
	if (file.len) {
		buf_format(out, "  %.*s", STR_ARG(file));
	}
	if (place.len) {
		const bool fits = used + 2 + columns_of(buf_str(&place)) <= drawing->columns;

		buf_format(out, "%s%.*s", fits ? "  " : "\n    ", STR_ARG(buf_str(&place)));
	}
	buf_add_char(out, '\n');
	add_wrapped(drawing, fault->message, 4);
	if (fault->suggestion.len) {
		struct buf suggestion = { .arena = out->arena };

		add_suggestion(drawing, fault, &suggestion);
		style_add(out, drawing->colour, STYLE_GOOD, buf_str(&suggestion));
	}
}

static void count_of(struct buf *out, size_t count, const char *thing)
{
	buf_format(out, "%zu %s%s", count, thing, count == 1 ? "" : "s");
}

static void add_counts(struct buf *out, const struct faults *faults)
{
	const size_t errors = faults_count_errors(faults);

	if (errors) {
		count_of(out, errors, "fault");
	} else {
		buf_add(out, STR("no faults"));
	}
	if (errors < faults->count) {
		buf_add(out, STR(", "));
		count_of(out, faults->count - errors, "warning");
	}
}

void faults_render_text(const struct faults *faults, bool colour, size_t width, struct buf *out)
{
	const struct drawing drawing = {
		.colour = colour,
		.columns = width && width < MOST_COLUMNS ? width : MOST_COLUMNS,
		.out = out,
	};

	struct buf counts = { .arena = out->arena };

	count_of(&counts, faults->revision_count, "revision");
	buf_add(&counts, STR(", "));
	count_of(&counts, faults->heads.count, "head");
	buf_add(&counts, STR(", "));
	count_of(&counts, faults->bases.count, "base");
	buf_add(&counts, STR(": "));
	add_counts(&counts, faults);
	add_wrapped(&drawing, buf_str(&counts), 0);
	for (size_t i = 0; i < faults->count;) {
		const enum fault_kind kind = faults->items[i].kind;
		size_t end = i;

		while (end < faults->count && faults->items[end].kind == kind) {
			end++;
		}
		buf_add_char(out, '\n');
		style_add(out, colour, STYLE_ALARM,
				str_format(out->arena, "%s (%zu)", fault_kind_names[kind],
						end - i));
		buf_add_char(out, '\n');
		if (fault_kind_notes[kind][0]) {
			add_wrapped(&drawing, str_from(fault_kind_notes[kind]), 2);
		}
		for (; i < end; i++) {
			render_fault(&drawing, &faults->items[i]);
		}
	}
}

static void add_find(struct json_writer *json, const struct found_in_git *found)
{
	if (!found) {
		json_add_null(json, "found_in_git");
		return;
	}
	json_open_object(json, "found_in_git");
	json_add_text_or_null(json, "commit", found->commit);
	json_add_text(json, "path", found->path);
	json_add_text_or_null(json, "deleted_by", found->deleted_by);
	json_add_text_or_null(json, "branch", found->branch);
	json_close_object(json);
}

static void add_fault(struct json_writer *json, const struct fault *fault)
{
	json_open_object(json, NULL);
	json_add_text(json, "kind", str_from(fault_kind_names[fault->kind]));
	json_add_text(json, "level", fault->is_warning ? STR("warning") : STR("error"));
	json_add_text(json, "revision", fault->revision);
	json_add_text_or_null(json, "file", fault->file);
	if (fault->line) {
		json_add_integer(json, "line", (int64_t)fault->line);
	} else {
		json_add_null(json, "line");
	}
	json_add_text(json, "message", fault->message);
	json_add_text_or_null(json, "suggestion", fault->suggestion);
	json_add_text_or_null(json, "suggested_revision", fault->suggested_revision);
	add_find(json, fault->found_in_git);
	json_add_text_or_null(json, "patch", fault->patch);
	json_close_object(json);
}

static void add_faults(struct json_writer *json, const char *key, const struct faults *faults)
{
	json_open_object(json, key);
	json_open_object(json, "source");
	json_add_text(json, "kind",
			str_from(faults->source_kind ? faults->source_kind : "scenario"));
	json_add_text(json, "path", faults->source_path);
	json_add_text_or_null(json, "at", faults->source_at);
	json_close_object(json);
	json_add_integer(json, "revisions", (int64_t)faults->revision_count);
	json_add_texts(json, "heads", &faults->heads);
	json_add_texts(json, "bases", &faults->bases);
	json_add_texts(json, "notes", &faults->notes);
	json_open_object(json, "configure");
	for (size_t i = 0; i < faults->configure.count; i++) {
		json_add_copy(json, faults->configure.items[i].name,
				faults->configure.items[i].json);
	}
	json_close_object(json);
	json_open_array(json, "faults");
	for (size_t i = 0; i < faults->count; i++) {
		add_fault(json, &faults->items[i]);
	}
	json_close_array(json);
	json_close_object(json);
}

void faults_render_json(const struct faults *faults, struct buf *out)
{
	struct json_writer json = { .out = out, .is_indented = true };

	add_faults(&json, NULL, faults);
	buf_add_char(out, '\n');
}

void faults_render_json_all(const struct faults *faults, size_t count, struct buf *out)
{
	struct json_writer json = { .out = out, .is_indented = true };

	json_open_object(&json, NULL);
	json_open_array(&json, "projects");
	for (size_t i = 0; i < count; i++) {
		add_faults(&json, NULL, &faults[i]);
	}
	json_close_array(&json);
	json_close_object(&json);
	buf_add_char(out, '\n');
}
