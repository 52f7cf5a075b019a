#include "kit/arena.h"
#include "kit/str.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

Test(arena, rewinding_takes_back_what_came_after_the_mark)
{
	struct arena arena = { 0 };
	char *kept = arena_alloc(&arena, 10);
	const struct arena_mark mark = arena_mark(&arena);
	void *lost = arena_alloc(&arena, 100000);

	kept[0] = 'k';
	arena_rewind(&arena, mark);
	cr_expect(eq(chr, kept[0], 'k'));
	cr_expect(ne(ptr, lost, NULL));
	arena_finish(&arena);
	cr_expect(eq(sz, arena_size(&arena), 0));
}
