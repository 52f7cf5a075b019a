#include "replay/dump_roles.h"

#include "kit/arena.h"
#include "lab/body.h"

static void add_all(struct str_list *list, const struct str_list *names, struct arena *arena)
{
	for (size_t i = 0; i < names->count; i++) {
		str_list_add(list, names->items[i], arena);
	}
}

/* A dump that cannot be read says so when it is loaded. */
struct error *dump_roles_take(const struct stage *stage, const struct load_reference *load,
		bool is_own, struct role_wants *wants, str *refusal)
{
	const struct dump dump = load_dump_of(load);
	struct dump_needs needs = { 0 };

	if (!load->file.path.len || !stage->engine->dump_needs) {
		return NULL;
	}
	struct error *err = stage->engine->dump_needs(stage->host, &dump, stage->arena, &needs);

	if (err) {
		return err->code == ERROR_ENVIRONMENT || err->code == ERROR_INTERRUPTED ? err
											: NULL;
	}
	add_all(is_own ? &wants->named : &wants->owners, &needs.roles, stage->arena);
	add_all(&wants->owners, &needs.owners, stage->arena);
	if (is_own && needs.refusal.len) {
		*refusal = needs.refusal;
	}
	return NULL;
}

struct error *dump_roles_find(const struct stage *stage, const struct scenario_cell *cell,
		struct role_wants *ret_wants, str *ret_refusal)
{
	const struct scenario *scenario = cell->scenario;
	struct error *err = NULL;

	*ret_wants = (struct role_wants){ .roles = scenario->roles };
	*ret_refusal = (str){ 0 };
	for (size_t i = 0; !err && i < scenario->states.count; i++) {
		const struct scenario_state *state = &scenario->states.items[i];

		err = dump_roles_take(
				stage, &state->load, state == cell->state, ret_wants, ret_refusal);
	}
	for (size_t i = 0; !err && i < scenario->strategies.count; i++) {
		const struct scenario_strategy *strategy = &scenario->strategies.items[i];
		const struct steps *steps = &strategy->steps;

		for (size_t j = 0; !err && j < steps->count && strategy->engines[stage->kind]; j++) {
			err = dump_roles_take(stage, &steps->items[j].load,
					strategy == cell->strategy, ret_wants, ret_refusal);
		}
	}
	return err;
}
