#include "revision/near.h"

#include "kit/suggest.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Take the number off the front of `text`, without the zeros it begins with. */
static str take_number(str *text)
{
	size_t zeros = 0, end = 0;

	while (end < text->len && is_digit(text->data[end])) {
		zeros += zeros == end && text->data[end] == '0';
		end++;
	}
	const str number = str_slice(*text, zeros, end);

	*text = str_slice(*text, end, text->len);
	return number;
}

/* Ids that Alembic makes up are no series: two that differ in digits are one of them and a slip. */
static bool is_random(str id)
{
	const size_t len = 12;
	bool has_letter = false;

	for (size_t i = 0; i < id.len; i++) {
		if (!is_digit(id.data[i]) && !(id.data[i] >= 'a' && id.data[i] <= 'f')) {
			return false;
		}
		has_letter = has_letter || !is_digit(id.data[i]);
	}
	return id.len == len && has_letter;
}

bool revision_are_of_a_series(str a, str b)
{
	bool differ = false;

	if (is_random(a) || is_random(b)) {
		return false;
	}
	while (a.len && b.len) {
		if (is_digit(a.data[0]) && is_digit(b.data[0])) {
			differ = !str_equal(take_number(&a), take_number(&b)) || differ;
		} else if (a.data[0] == b.data[0]) {
			a = str_slice(a, 1, a.len);
			b = str_slice(b, 1, b.len);
		} else {
			return false;
		}
	}
	return differ && !a.len && !b.len;
}

static void add_name(struct str_list *names, str name, str target, struct arena *arena)
{
	if (!revision_are_of_a_series(name, target)) {
		str_list_add(names, name, arena);
	}
}

str revision_near(const struct revision_specs *specs, str target, const char *origin,
		struct arena *arena)
{
	static const str symbols[] = { STR_INIT("head"), STR_INIT("heads"), STR_INIT("base") };
	struct str_list names = { 0 };

	for (size_t i = 0; i < specs->count; i++) {
		const struct revision_spec *spec = &specs->items[i];

		add_name(&names, spec->revision, target, arena);
		for (size_t j = 0; j < spec->branch_labels.count; j++) {
			add_name(&names, spec->branch_labels.items[j], target, arena);
		}
	}
	for (size_t i = 0; i < COUNT_OF(symbols); i++) {
		str_list_add(&names, symbols[i], arena);
	}
	const str nearest = suggest_nearest(target, names.items, names.count, arena);

	return str_format(arena, "'%.*s' is %s; nothing in the tree is called so.%s%.*s",
			STR_ARG(target), origin, nearest.len ? " " : "",
			STR_ARG(suggest_did_you_mean(nearest, STR(""), arena)));
}
