#include "inquiry/course.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/file.h"

static struct excerpt copy_excerpt(struct excerpt excerpt, struct arena *arena)
{
	excerpt.path = str_copy(excerpt.path, arena);
	excerpt.text = str_copy(excerpt.text, arena);
	return excerpt;
}

/* Where a function of a file begins; where the id stands if it has none. */
static struct span function_of(const struct scenario_revision *revision, bool is_upgrade)
{
	const struct sql_body *body = is_upgrade ? &revision->upgrade : &revision->downgrade;
	const str word = is_upgrade ? STR("def upgrade(") : STR("def downgrade(");
	const struct source *source = revision->spec.where.source;
	const size_t at = source ? str_find(source->text, word) : 0;

	if (body->where.source) {
		return body->where;
	}
	if (!source || at == source->text.len || (at && source->text.data[at - 1] != '\n')) {
		return revision->spec.where;
	}
	return (struct span){ source, at, word.len - 1 };
}

/* The message; of what only says that something has failed before, what that was, too. */
static str error_text(const struct error *error, struct arena *arena)
{
	const bool needs_detail = str_equal(error->state, STR(ENGINE_IN_FAILED_TRANSACTION)) &&
			error->detail.len;

	return needs_detail ? str_format(arena, "%.*s. %.*s", STR_ARG(error->message),
					      STR_ARG(error->detail))
			    : str_copy(error->message, arena);
}

str inquiry_error_line(const struct error *error, struct arena *arena)
{
	return str_on_one_line(str_format(arena, "%.*s: %.*s", STR_ARG(error_class(error)),
					       STR_ARG(error_text(error, arena))),
			400, arena);
}

/* What helps here, where options say what a scenario's keys say elsewhere. */
static str hint_of(const struct error *error, struct arena *arena)
{
	const str name = str_quoted(error->message, '\'');

	if (str_equal(error_class(error), STR("ModuleNotFoundError")) && name.len) {
		return str_format(arena,
				"If nothing of it is needed: --stub %.*s. Else --python names the environment that has it.",
				STR_ARG(name));
	}
	if (str_equal(error_class(error), STR("KeyError")) && error->hint.len) {
		return str_format(arena, "Give it one: --env '%.*s={url}'.", STR_ARG(name));
	}
	if (str_equal(error_class(error), STR("TypeError")) &&
			str_find(error->message, STR("grade() missing")) < error->message.len) {
		return STR("What its functions take is env.py's to hand on: --runner env has it do so.");
	}
	if (error->code == ERROR_TIMEOUT) {
		return STR("--timeout gives a revision more time.");
	}
	return str_copy(error->hint, arena);
}

struct audit_finding *inquiry_find(const struct inquiry *inquiry, enum audit_question question,
		const struct scenario_revision *revision, bool is_upgrade,
		const struct error *error, str message)
{
	struct arena *arena = inquiry->arena;
	struct audit_finding *finding = LIST_PUSH(&inquiry->part->findings, arena);

	*finding = (struct audit_finding){ .question = question,
		.message = str_copy(message, arena) };
	if (revision) {
		finding->revision = revision->spec.revision;
		finding->place = copy_excerpt(
				excerpt_of(function_of(revision, is_upgrade), arena), arena);
	}
	if (error) {
		finding->hint = hint_of(error, arena);
		finding->class_name = str_copy(error_class(error), arena);
		finding->error = error_text(error, arena);
	}
	if (error && error->where.source) {
		finding->place = copy_excerpt(excerpt_of(error->where, arena), arena);
	}
	return finding;
}

static void add_lines(struct str_list *lines, const struct schema_facts *facts, const char *sign,
		struct arena *arena)
{
	const struct str_list rendered = schema_render_facts(facts, arena);

	for (size_t i = 0; i < rendered.count; i++) {
		str_list_add(lines, str_format(arena, "%s %.*s", sign, STR_ARG(rendered.items[i])),
				arena);
	}
}

struct str_list inquiry_difference(
		const struct schema *expected, const struct schema *actual, struct arena *arena)
{
	const struct schema_changes changes = schema_find_changes(expected, actual, arena);
	struct str_list lines = { 0 };

	add_lines(&lines, &changes.missing, "-", arena);
	add_lines(&lines, &changes.extra, "+", arena);
	return lines;
}

/* Kinds of things that stand by themselves; all else is part of one. */
static const char *const whole_kinds[] = { "table", "virtual table", "view", "type", "sequence",
	"function", "schema", "extension" };
static const char *const part_kinds[] = { "column", "index", "trigger", "unique", "foreign key",
	"check", "primary key", "exclude" };

/* "table t", where a line begins with one of the kinds; else empty. */
static str name_in(str line, const char *const *kinds, size_t count, struct arena *arena)
{
	for (size_t i = 0; i < count; i++) {
		const str kind = str_format(arena, "%s ", kinds[i]);

		if (str_starts_with(line, kind)) {
			const str rest = str_slice(line, kind.len, line.len);

			return str_slice(line, 0, kind.len + str_find_char(rest, ' '));
		}
	}
	return (str){ 0 };
}

/* Whether the line is about a part of one of these. */
static bool is_part_of(str line, const struct str_list *wholes)
{
	for (size_t i = 0; i < wholes->count; i++) {
		const str whole = wholes->items[i];
		const str name = str_slice(whole, str_find_char(whole, ' ') + 1, whole.len);

		if (str_find(line, name) < line.len) {
			return true;
		}
	}
	return false;
}

/* "column t.c", where a line is about a part of something; else empty. */
static str part_in(str line, struct arena *arena)
{
	return name_in(line, part_kinds, sizeof(part_kinds) / sizeof(*part_kinds), arena);
}

/* Whether lines of the other sign are about the same part: it is on both sides, and not the same. */
static bool is_changed(const struct str_list *lines, char sign, str part, struct arena *arena)
{
	bool is_there = false;

	for (size_t i = 0; !is_there && i < lines->count; i++) {
		const str line = lines->items[i];

		is_there = line.data[0] != sign &&
				str_equal(part_in(str_slice(line, 2, line.len), arena), part);
	}
	return is_there;
}

#define MOST_NAMES 6

str inquiry_names(const struct str_list *lines, char sign, struct arena *arena)
{
	struct str_list wholes = { 0 }, names;

	for (size_t i = 0; i < lines->count; i++) {
		const str line = str_slice(lines->items[i], 2, lines->items[i].len);
		const str name = name_in(line, whole_kinds,
				sizeof(whole_kinds) / sizeof(*whole_kinds), arena);

		if (lines->items[i].data[0] == sign && name.len &&
				!str_list_contains(&wholes, name)) {
			str_list_add(&wholes, name, arena);
		}
	}
	names = wholes;
	for (size_t i = 0; i < lines->count; i++) {
		const str line = str_slice(lines->items[i], 2, lines->items[i].len);
		str part = part_in(line, arena);

		if (lines->items[i].data[0] != sign || !part.len || is_part_of(line, &wholes)) {
			continue;
		}
		if (is_changed(lines, sign, part, arena)) {
			part = str_format(arena, "%.*s (changed)", STR_ARG(part));
		}
		if (!str_list_contains(&names, part)) {
			str_list_add(&names, part, arena);
		}
	}
	if (!names.count) {
		return str_format(arena, "%zu fact%s", lines->count, lines->count == 1 ? "" : "s");
	}
	if (names.count > MOST_NAMES) {
		const size_t more = names.count - MOST_NAMES;

		names.count = MOST_NAMES;
		return str_format(arena, "%.*s and %zu more",
				STR_ARG(str_list_join(&names, STR(", "), arena)), more);
	}
	return str_list_join(&names, STR(", "), arena);
}

void inquiry_answer(const struct inquiry *inquiry, enum audit_question question,
		enum audit_answer_kind kind, str reason)
{
	struct audit_answer *answer = &inquiry->part->answers[question];

	answer->is_asked = true;
	answer->kind = kind;
	answer->reason = str_copy(reason, inquiry->arena);
}

/* Whoever begins to count the time anew before each revision. */
static struct error *begin_time(void *data, struct stage *stage, const struct moment *moment)
{
	const struct inquiry *inquiry = data;

	if (moment->kind == MOMENT_REVISION && !moment->is_after && inquiry->patience_us) {
		stage->deadline_us = clock_now_us() + inquiry->patience_us;
		stage->engine->set_deadline(moment->connection, stage->deadline_us);
	}
	return NULL;
}

void inquiry_watch_time(struct inquiry *inquiry, struct stage *stage)
{
	stage_watch(stage, (struct observer){ begin_time, inquiry });
	stage->deadline_us = inquiry->patience_us ? clock_now_us() + inquiry->patience_us : 0;
}

const struct scenario_revision *inquiry_failed_revision(
		const struct inquiry *inquiry, const struct stage *stage, const struct error *error)
{
	const struct scenario_revisions *tree = &inquiry->like->tree;

	for (size_t i = tree->count; i > 0; i--) {
		const struct scenario_revision *revision = &tree->items[i - 1];

		if (stage->sent.revision.len ? str_equal(stage->sent.revision,
							       revision->spec.revision)
					     : error->where.source && revision->path.len &&
								str_equal(path_from_root(error->where.source
													  ->name,
											  stage->arena),
										revision->path)) {
			return revision;
		}
	}
	return NULL;
}

void inquiry_explain(const struct inquiry *inquiry, enum audit_question question, str reason)
{
	inquiry_answer(inquiry, question, AUDIT_UNKNOWN, reason);
	inquiry->part->answers[question].is_explained = true;
}
