#include "cli/listing.h"

#include "kit/arena.h"
#include "kit/columns.h"
#include "kit/file.h"
#include "kit/style.h"
#include "kit/table.h"

#include <stdlib.h>

/* "broken-chains" of "scenarios/broken-chains/x.yaml", when "scenarios" was named. */
static str family_of(const struct suite_scenario *scenario)
{
	const str folder = path_folder(scenario->path), root = scenario->root;

	if (folder.len > root.len && str_starts_with(folder, root)) {
		const str rest = str_slice(folder, root.len, folder.len);

		return str_starts_with(rest, STR("/")) ? str_slice(rest, 1, rest.len) : rest;
	}
	return STR("");
}

struct listing listing_new(const struct suite *suite, const struct selection *selection)
{
	struct listing listing = { .suite = suite };

	for (size_t i = 0; i < selection->count; i++) {
		const struct suite_scenario *scenario =
				suite_scenario_of(suite, selection->items[i]);
		const size_t count = listing.parts.count;

		if (!count || listing.parts.items[count - 1].scenario != scenario) {
			*LIST_PUSH(&listing.parts, suite->arena) = (struct listing_part){
				.scenario = scenario,
				.family = family_of(scenario),
				.cells = &selection->items[i],
			};
		}
		listing.parts.items[listing.parts.count - 1].count++;
	}
	return listing;
}

bool listing_begins_family(const struct listing *listing, size_t index)
{
	const struct listing_part *parts = listing->parts.items;

	return index == 0 ||
			!str_equal(path_folder(parts[index - 1].scenario->path),
					path_folder(parts[index].scenario->path));
}

static int compare_tags(const void *a, const void *b)
{
	return str_compare(((const struct tag_count *)a)->tag, ((const struct tag_count *)b)->tag);
}

struct tag_counts listing_tags(const struct listing *listing, struct arena *arena)
{
	struct tag_counts counts = { 0 };
	struct table known = { .arena = arena };

	for (size_t i = 0; i < listing->parts.count; i++) {
		const struct str_list *tags = &listing->parts.items[i].scenario->scenario->tags;

		for (size_t j = 0; j < tags->count; j++) {
			const str tag = tags->items[j];
			uint32_t at;

			if (!table_find(&known, tag, &at)) {
				at = (uint32_t)counts.count;
				table_set(&known, tag, at);
				LIST_PUSH(&counts, arena)->tag = tag;
			}
			counts.items[at].count++;
		}
	}
	if (counts.count) {
		qsort(counts.items, counts.count, sizeof(*counts.items), compare_tags);
	}
	return counts;
}

/* --- text ------------------------------------------------------------------------------------- */

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static void add_scenario(
		const struct listing_part *part, bool colour, size_t width, struct buf *out)
{
	const struct scenario *scenario = part->scenario->scenario;
	const str title = str_printable_lines(str_trim(scenario->title), out->arena);
	const str tags = str_printable(
			str_list_join(&scenario->tags, STR(", "), out->arena), out->arena);

	const size_t room = width ? width : SIZE_MAX;
	struct buf rest = { .arena = out->arena };

	buf_add(out, STR("  "));
	style_add(out, colour, STYLE_BOLD, scenario->name);
	buf_add(out, title.len ? STR(": ") : STR(""));
	wrap_add(out, title, room, columns_of(scenario->name) + 4, 4);
	wrap_add(&rest,
			str_format(out->arena, "%zu cell%s%s%.*s", part->count, plural(part->count),
					tags.len ? "; " : "", STR_ARG(tags)),
			room, 4, 4);
	buf_add(out, STR("    "));
	style_add(out, colour, STYLE_FAINT, str_trim(buf_str(&rest)));
	buf_add_char(out, '\n');
}

void listing_render_text(
		const struct listing *listing, bool colour, size_t width, struct buf *out)
{
	size_t cells = 0;

	for (size_t i = 0; i < listing->parts.count; i++) {
		const struct listing_part *part = &listing->parts.items[i];
		const str folder = str_printable(path_folder(part->scenario->path), out->arena);

		if (listing_begins_family(listing, i)) {
			buf_format(out, "%s%.*s\n", i ? "\n" : "",
					STR_ARG(folder.len ? folder : STR(".")));
		}
		add_scenario(part, colour, width, out);
		cells += part->count;
	}
	buf_format(out, "\n%zu scenario%s, %zu cell%s\n", listing->parts.count,
			plural(listing->parts.count), cells, plural(cells));
}

void listing_render_cells(const struct listing *listing, bool is_quoted, struct buf *out)
{
	for (size_t i = 0; i < listing->parts.count; i++) {
		const struct listing_part *part = &listing->parts.items[i];

		for (size_t j = 0; j < part->count; j++) {
			const str name = listing->suite->cells.items[part->cells[j]].name;

			buf_add(out, is_quoted ? str_shell_word(name, out->arena) : name);
			buf_add_char(out, '\n');
		}
	}
}

void listing_render_tags(const struct listing *listing, struct buf *out)
{
	const struct tag_counts counts = listing_tags(listing, out->arena);
	size_t width = 0;

	for (size_t i = 0; i < counts.count; i++) {
		const size_t len = columns_of(str_printable(counts.items[i].tag, out->arena));

		width = len > width ? len : width;
	}
	for (size_t i = 0; i < counts.count; i++) {
		const struct tag_count *item = &counts.items[i];
		const str tag = str_printable(item->tag, out->arena);

		buf_add(out, tag);
		buf_add_repeated(out, ' ', width - columns_of(tag));
		buf_format(out, "  %zu scenario%s\n", item->count, plural(item->count));
	}
}
