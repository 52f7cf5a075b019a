#include "replay/kept_tables.h"

#include "kit/arena.h"
#include "kit/suggest.h"
#include "schema/schema.h"

static bool has_table(const struct schema *schema, str name)
{
	return schema_has(schema, STR("table"), name);
}

/* Whether any state has it, or may have, and whether that could not be found out. */
static struct error *look_in_states(const struct model_wish *wish, str name,
		struct str_list *tables, bool *ret_is_there)
{
	const struct scenario *scenario = wish->cell->scenario;
	struct error *err = NULL;

	*ret_is_there = false;
	for (size_t i = 0; !err && !*ret_is_there && i < scenario->states.count; i++) {
		struct built_state *built = NULL;

		err = theatre_state(wish->theatre, wish->stage, &scenario->states.items[i], &built);
		if (err || built->error || !built->schema) {
			*ret_is_there = !err;
			continue;
		}
		*ret_is_there = has_table(built->schema, name);
		const struct str_list more = schema_tables(built->schema, wish->stage->arena);

		for (size_t j = 0; j < more.count; j++) {
			if (!str_list_contains(tables, more.items[j])) {
				str_list_add(tables, more.items[j], wish->stage->arena);
			}
		}
	}
	return err;
}

static void note(struct judgement *judgement, str name, const struct str_list *tables)
{
	struct arena *arena = judgement->stage->arena;
	const str nearest = suggest_nearest(name, tables->items, tables->count, arena);
	struct str_list notes = { 0 };

	str_list_add(&notes,
			nearest.len ? str_format(arena,
						      "rows_kept: no state has a table '%.*s'; there is "
						      "'%.*s'",
						      STR_ARG(name), STR_ARG(nearest))
				    : str_format(arena, "rows_kept: no state has a table '%.*s'",
						      STR_ARG(name)),
			arena);
	stage_note(judgement->stage, &notes);
}

struct error *kept_tables_look(const struct model_wish *wish, struct judgement *judgement)
{
	const struct goal *goal = judgement->goal;
	const struct built_state *start = judgement->start;

	for (size_t i = 0; !goal->keeps_all_rows && i < goal->rows_kept.count; i++) {
		const str name = goal->rows_kept.items[i];
		struct str_list tables = schema_tables(judgement->schema, judgement->stage->arena);
		bool is_there;

		if (!start->schema || has_table(start->schema, name) ||
				has_table(judgement->schema, name)) {
			continue;
		}
		struct error *err = look_in_states(wish, name, &tables, &is_there);
		if (err) {
			return err;
		}
		if (!is_there) {
			note(judgement, name, &tables);
		}
	}
	return NULL;
}
