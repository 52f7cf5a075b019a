#include "judge/judge.h"

#include "kit/arena.h"

void judgement_wrong(struct judgement *judgement, enum wrong wrong, str reason)
{
	size_t bit = 0;

	while (1u << bit != (unsigned)wrong) {
		bit++;
	}
	judgement->wrong |= (unsigned)wrong;
	*LIST_PUSH(&judgement->reasons, judgement->stage->arena) =
			(struct judge_reason){ .key = str_from(wrong_names[bit]), .text = reason };
}

struct error *judgement_failed(struct judgement *judgement, enum wrong wrong, const char *what,
		struct error *error)
{
	if (!error_is_of_cell(error) || error->code == ERROR_TIMEOUT) {
		return error;
	}
	judgement_wrong(judgement, wrong,
			str_format(judgement->stage->arena, "%s: %.*s: %.*s", what,
					STR_ARG(error_class(error)), STR_ARG(error->message)));
	return NULL;
}

void judgement_compare(struct judgement *judgement, enum wrong wrong, str what,
		const struct schema_difference *difference)
{
	struct buf text = { .arena = judgement->stage->arena };

	stage_note(judgement->stage, &difference->notes);
	if (!difference->missing.count && !difference->extra.count) {
		return;
	}
	buf_format(&text, "the schema is not %.*s:", STR_ARG(what));
	for (size_t i = 0; i < difference->missing.count; i++) {
		buf_format(&text, "\n- %.*s", STR_ARG(difference->missing.items[i]));
	}
	for (size_t i = 0; i < difference->extra.count; i++) {
		buf_format(&text, "\n+ %.*s", STR_ARG(difference->extra.items[i]));
	}
	judgement_wrong(judgement, wrong, buf_str(&text));
}
