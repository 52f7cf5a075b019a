/*
 * Steps as people type them.
 */
#include "kit/arena.h"
#include "repair/repair.h"

/* Longer SQL is cut on a line. */
#define SHOWN_SQL 120

static void add_targets(struct buf *out, const struct str_list *targets)
{
	for (size_t i = 0; i < targets->count; i++) {
		buf_add_char(out, ' ');
		buf_add_shell_word(out, targets->items[i]);
	}
}

str repair_step_words(const struct step *step, enum scenario_engine engine, struct arena *arena)
{
	struct buf out = { .arena = arena };

	switch (step->kind) {
	case STEP_STAMP:
		buf_add(&out, step->purge ? STR("alembic stamp --purge") : STR("alembic stamp"));
		add_targets(&out, &step->targets);
		break;
	case STEP_UPGRADE:
		buf_add(&out, STR("alembic upgrade"));
		add_targets(&out, &step->targets);
		break;
	case STEP_DOWNGRADE:
		buf_add(&out, STR("alembic downgrade"));
		add_targets(&out, &step->targets);
		break;
	case STEP_SQL:
		return str_on_one_line(step->sql.by_engine[engine].text, SHOWN_SQL, arena);
	case STEP_LOAD:
	case STEP_MERGE:
	case STEP_EDIT:
	case STEP_VERSION:
	case STEP_CHECK:
	case STEP_SHOW:
	case STEP_BACKUP:
	case STEP_RESTORE:
	case STEP_RUN:
	case STEP_KIND_COUNT:
		buf_add(&out, str_from(step_kind_names[step->kind]));
		break;
	}
	return buf_str(&out);
}

str repair_steps_words(const struct steps *steps, enum scenario_engine engine, struct arena *arena)
{
	struct str_list words = { 0 };

	for (size_t i = 0; i < steps->count; i++) {
		str word = repair_step_words(&steps->items[i], engine, arena);
		const str program = STR("alembic ");

		if (str_starts_with(word, program)) {
			word = str_slice(word, program.len, word.len);
		}
		while (str_ends_with(word, STR(";"))) {
			word.len--;
		}
		str_list_add(&words, word, arena);
	}
	return words.count ? str_list_join(&words, STR("; "), arena) : STR("nothing");
}
