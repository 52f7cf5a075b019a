/*
 * Runs a fuzz target over every file of the folders it is given, so that a corpus is a regression test
 * with any compiler. Prints how many there were; none at all is a failure.
 */
#include "kit/arena.h"
#include "kit/file.h"

#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int main(int argc, char **argv)
{
	struct arena arena = { 0 };
	size_t count = 0;

	for (int i = 1; i < argc; i++) {
		struct str_list names;

		if (directory_list(str_from(argv[i]), &arena, &names)) {
			fprintf(stderr, "cannot list %s\n", argv[i]);
			return 1;
		}
		for (size_t j = 0; j < names.count; j++) {
			const str path = path_join(str_from(argv[i]), names.items[j], &arena);
			str text;

			if (file_read(path, SIZE_MAX, &arena, &text)) {
				fprintf(stderr, "cannot read %.*s\n", STR_ARG(path));
				return 1;
			}
			LLVMFuzzerTestOneInput((const uint8_t *)text.data, text.len);
			count++;
		}
	}
	arena_finish(&arena);
	printf("%zu inputs\n", count);
	return count ? 0 : 1;
}
