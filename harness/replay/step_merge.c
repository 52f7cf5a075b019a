/*
 * `merge: {revisions: heads, revision: ID}` - the file that `alembic merge` writes: empty bodies, the heads
 * for parents. The database is not touched.
 */
#include "replay/step_kind.h"

#include "kit/arena.h"
#include "revision/plan.h"

#include <string.h>

extern const struct step_kind_row step_merge;

/* Where Alembic cuts the part of a file name that comes from the message. */
#define LONGEST_SLUG 40

static bool is_word(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			c == '_' || (unsigned char)c >= 0x80;
}

/* The file that Alembic writes unless it is configured otherwise: "<id>_<words_of_the_message>.py". */
static str file_name(str revision, str message, struct arena *arena)
{
	struct buf slug = { .arena = arena };
	bool is_between = false;

	for (size_t i = 0; i < message.len; i++) {
		const char c = message.data[i];

		if (!is_word(c)) {
			is_between = slug.len > 0;
			continue;
		}
		if (is_between) {
			buf_add_char(&slug, '_');
			is_between = false;
		}
		buf_add_char(&slug, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
	}
	str words = buf_str(&slug);
	const bool is_cut = words.len > LONGEST_SLUG;

	if (is_cut) { // behind the last word that is whole
		size_t len = LONGEST_SLUG;

		while (len && words.data[len - 1] != '_') {
			len--;
		}
		words = str_slice(words, 0, len ? len - 1 : LONGEST_SLUG);
	}
	return str_format(arena, "%.*s_%.*s%s.py", STR_ARG(revision), STR_ARG(words),
			is_cut ? "_" : "");
}

/* The tree with one more revision, loaded last. */
static void add_revision(struct stage *stage, const struct revision_spec *spec)
{
	const struct scenario_revisions *before = &stage->revisions;
	struct scenario_revisions after = { .count = before->count, .capacity = before->count };

	after.items = arena_new_array(stage->arena, struct scenario_revision, after.capacity);
	if (before->count) {
		memcpy(after.items, before->items, before->count * sizeof(*after.items));
	}
	LIST_PUSH(&after, stage->arena)->spec = *spec;
	stage->revisions = after;
	stage->tree_changes++;
}

/*
 * Alembic reads the new file back, and refuses an id with characters that it gives another meaning, or one of
 * the parents'. The file stays all the same.
 */
static struct error *read_back(struct stage *stage, struct revision_spec *spec)
{
	const struct revision_specs alone = { .items = spec, .count = 1, .capacity = 1 };
	struct revision_history *history = revision_history_new(
			&alone, stage->configure->level, stage->arena);

	const struct error *err = revision_history_load(history, stage->arena);
	if (!err || str_equal(err->class_name, STR("KeyError"))) { // its parents are other files
		return NULL;
	}
	return error_alembic(stage->arena, "CommandError", "%.*s", STR_ARG(err->message));
}

static struct error *run(struct stage *stage, const struct step *step)
{
	struct revision_history *history = stage_history(stage);
	struct revision_spec spec = {
		.revision = step->merge_revision,
		.file = file_name(step->merge_revision, step->merge_message, stage->arena),
		.message = step->merge_message,
		.where = step->where,
	};

	struct error *err = plan_merge(history, &step->targets, stage->arena, &spec.down_revision);
	stage_note(stage, revision_history_warnings(history));
	if (err) {
		return err;
	}
	add_revision(stage, &spec);
	return read_back(stage, &spec);
}

static str describe(const struct step *step, struct arena *arena)
{
	return str_format(arena, "alembic merge %.*s",
			STR_ARG(str_list_join(&step->targets, STR(" "), arena)));
}

static const char *remark(const struct step *step)
{
	(void)step;
	return "Alembic writes a file with empty bodies; the database does not know of it yet.";
}

const struct step_kind_row step_merge = {
	.run = run,
	.changes_tree = true,
	.describe = describe,
	.remark = remark,
};
