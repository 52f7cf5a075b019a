#include "cli/tree_source.h"

#include "cli/naming.h"
#include "kit/arena.h"
#include "kit/suggest.h"
#include "scenario/edit.h"
#include "scenario/load.h"

static struct error *unknown_strategy(
		const struct scenario *scenario, str name, struct arena *arena)
{
	struct error *err =
			error_new(arena, ERROR_NOT_FOUND, "scenario '%.*s' has no strategy '%.*s'",
					STR_ARG(scenario->name), STR_ARG(name));
	struct str_list known = { 0 };

	for (size_t i = 0; i < scenario->strategies.count; i++) {
		str_list_add(&known, scenario->strategies.items[i].name, arena);
	}
	const str nearest = suggest_nearest(name, known.items, known.count, arena);

	if (nearest.len) {
		err->hint = str_format(arena, "Did you mean '%.*s'?", STR_ARG(nearest));
	} else if (known.count) {
		err->hint = str_format(arena, "It has %.*s.",
				STR_ARG(str_list_join(&known, STR(", "), arena)));
	}
	return err;
}

/* The revisions with the edits of `strategy`; as they are when it is empty. */
static struct error *edited_revisions(const struct scenario *scenario, str strategy,
		struct arena *arena, struct scenario_revisions *ret_revisions)
{
	if (!strategy.len) {
		*ret_revisions = scenario->revisions;
		return NULL;
	}
	const struct scenario_strategy *found = scenario_find_strategy(scenario, strategy);

	if (!found) {
		return unknown_strategy(scenario, strategy, arena);
	}
	return scenario_edit_apply(&found->edit, &scenario->revisions, arena, ret_revisions);
}

bool tree_source_load(str argument, str strategy, struct arena *arena, struct error_list *mistakes,
		struct tree_source *ret_source)
{
	struct scenario_revisions revisions;
	struct named named;

	struct error *err = naming_resolve_scenario(argument, arena, &named);
	if (err) {
		error_list_add(mistakes, err, arena);
		return false;
	}
	if (named.cell.len && !strategy.data) {
		strategy = str_slice(named.cell, 0, str_find_char(named.cell, '@'));
	}
	// Edits may have mistakes of their own.
	const struct scenario *scenario = strategy.len ? naming_load(&named, arena, mistakes)
						       : naming_load_tree(&named, arena, mistakes);
	if (!scenario) {
		return false;
	}
	err = edited_revisions(scenario, strategy, arena, &revisions);

	if (err) {
		error_list_add(mistakes, err, arena);
		scenario_unload(scenario);
		return false;
	}
	*ret_source = (struct tree_source){
		.scenario = scenario,
		.specs = scenario_revision_specs(&revisions, arena),
		.level = scenario->configure.level,
	};
	return true;
}
