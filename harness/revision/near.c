#include "revision/near.h"

#include "kit/suggest.h"

str revision_near(const struct revision_specs *specs, str target, struct arena *arena)
{
	static const str symbols[] = { STR_INIT("head"), STR_INIT("heads"), STR_INIT("base") };
	struct str_list names = { 0 };

	for (size_t i = 0; i < specs->count; i++) {
		const struct revision_spec *spec = &specs->items[i];

		str_list_add(&names, spec->revision, arena);
		for (size_t j = 0; j < spec->branch_labels.count; j++) {
			str_list_add(&names, spec->branch_labels.items[j], arena);
		}
	}
	for (size_t i = 0; i < COUNT_OF(symbols); i++) {
		str_list_add(&names, symbols[i], arena);
	}
	const str nearest = suggest_nearest(target, names.items, names.count, arena);

	return nearest.len ? str_format(arena, "Did you mean '%.*s'?", STR_ARG(nearest))
			   : (str){ 0 };
}
