#include "fuzz_map.h"

#include <stdio.h>
#include <stdlib.h>

#define MOST_REVISIONS 64

struct str_list fuzz_names(str text, struct arena *arena)
{
	struct str_list names = { 0 };
	str name;

	while (text.len && str_next_part(&text, ',', &name)) {
		str_list_add(&names, name, arena);
	}
	return names;
}

static struct str_list take_names(const struct fuzz_map *map, str *line, char mark)
{
	const size_t at = str_find_char(*line, mark);
	const struct str_list names = fuzz_names(str_slice(*line, at + 1, line->len), map->arena);

	*line = str_slice(*line, 0, at);
	return names;
}

bool fuzz_map_begin(struct fuzz_map *map, const uint8_t *data, size_t size, struct arena *arena,
		str *ret_lines)
{
	if (size < 2) {
		return false;
	}
	*map = (struct fuzz_map){
		.arena = arena,
		.choice = data[0],
		.level = ALEMBIC_OLDEST + data[1] % (ALEMBIC_NEWEST - ALEMBIC_OLDEST + 1),
	};
	*ret_lines = (str){ (const char *)data + 2, size - 2 };
	return true;
}

void fuzz_map_add_line(struct fuzz_map *map, str line)
{
	if (line.len && line.data[0] == '=') {
		map->rows = fuzz_names(str_slice(line, 1, line.len), map->arena);
	} else if (line.len && line.data[0] == '@') {
		map->text = str_slice(line, 1, line.len);
		map->targets = fuzz_names(map->text, map->arena);
	} else if (map->specs.count < MOST_REVISIONS) {
		struct revision_spec *spec = LIST_PUSH(&map->specs, map->arena);

		spec->branch_labels = take_names(map, &line, '#');
		spec->depends_on = take_names(map, &line, '>');
		spec->down_revision = take_names(map, &line, '<');
		spec->revision = line;
	}
}

bool fuzz_map_read(struct fuzz_map *map, const uint8_t *data, size_t size, struct arena *arena)
{
	str lines, line;

	if (!fuzz_map_begin(map, data, size, arena, &lines)) {
		return false;
	}
	while (str_next_part(&lines, '\n', &line)) {
		fuzz_map_add_line(map, line);
	}
	return true;
}

bool fuzz_map_has(const struct fuzz_map *map, str id)
{
	for (size_t i = 0; i < map->specs.count; i++) {
		if (str_equal(map->specs.items[i].revision, id)) {
			return true;
		}
	}
	return false;
}

void fuzz_expect(bool holds, const char *claim)
{
	if (!holds) {
		fprintf(stderr, "does not hold: %s\n", claim);
		abort();
	}
}
