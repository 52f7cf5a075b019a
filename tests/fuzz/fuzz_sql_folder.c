/*
 * Any text as files of a folder of revisions; a NUL byte is between two files. Every mistake has a place in one of
 * them, or in the scenario that names the folder.
 */
#include "kit/arena.h"
#include "kit/file.h"
#include "scenario/load.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST_FILES 4

static char folder[] = "/tmp/rehearse-fuzz.XXXXXX";

static void expect(bool holds, const char *claim)
{
	if (!holds) {
		fprintf(stderr, "does not hold: %s\n", claim);
		abort();
	}
}

static str file_path(size_t i, struct arena *arena)
{
	return str_format(arena, "%s/%zu.sql", folder, i);
}

static void remove_folder(void)
{
	struct arena arena = { 0 };

	for (size_t i = 0; i < MOST_FILES; i++) {
		unlink(file_path(i, &arena).data);
	}
	rmdir(folder);
	arena_finish(&arena);
}

static void make_folder(void)
{
	static bool is_made;

	if (!is_made) {
		expect(mkdtemp(folder) != NULL, "there is room for a folder");
		atexit(remove_folder);
		is_made = true;
	}
}

static void write_files(str text, struct arena *arena)
{
	for (size_t i = 0; i < MOST_FILES; i++) {
		const size_t nul = str_find_char(text, '\0');
		const str path = file_path(i, arena);

		if (i && !text.len) {
			unlink(path.data);
			continue;
		}
		FILE *file = fopen(path.data, "w");

		expect(file != NULL, "a file can be written");
		fwrite(text.data, 1, nul, file);
		fclose(file);
		text = str_slice(text, nul + 1, text.len);
	}
}

static void leave(void *data)
{
	longjmp(*(jmp_buf *)data, 1);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static jmp_buf full;
	static struct arena arena;
	struct error_list mistakes = { 0 };

	make_folder();
	arena_init(&arena, leave, &full);
	if (setjmp(full) == 0) {
		const str text = str_format(&arena,
				"rehearse: 1\nrevisions: {directory: %s}\nsteps: [{upgrade: heads}]\n",
				folder);

		write_files((str){ (const char *)data, size }, &arena);
		const struct scenario *scenario = scenario_parse(
				STR("/nonexistent/fuzz.yaml"), text, NULL, &arena, &mistakes);
		struct buf drawn = { .arena = &arena };

		expect((scenario == NULL) == (mistakes.count > 0),
				"NULL is returned for mistakes alone");
		for (size_t i = 0; i < mistakes.count; i++) {
			const struct span where = mistakes.items[i]->where;

			expect(where.source != NULL, "a mistake has a place");
			expect(where.offset + where.len <= where.source->text.len,
					"the place is in the file");
			error_render(mistakes.items[i], false, &drawn);
		}
		scenario_unload(scenario);
	}
	arena_finish(&arena);
	return 0;
}
