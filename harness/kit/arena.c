#include "kit/arena.h"

#include <assert.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#endif

#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
#define POISON(memory, size)   __asan_poison_memory_region((memory), (size))
#define UNPOISON(memory, size) __asan_unpoison_memory_region((memory), (size))
#else
#define POISON(memory, size)   ((void)(memory), (void)(size))
#define UNPOISON(memory, size) ((void)(memory), (void)(size))
#endif

#define FIRST_CHUNK   ((size_t)16 * 1024)
#define LARGEST_CHUNK ((size_t)8 * 1024 * 1024) /* doubling stops here */

struct arena_chunk {
	struct arena_chunk *previous;
	size_t size; /* of `memory` */
	size_t used;
	alignas(max_align_t) unsigned char memory[];
};

static void arena_is_full(const struct arena *arena)
{
	if (arena->full) {
		arena->full(arena->full_data);
	}
	abort();
}

static size_t round_up(size_t size)
{
	const size_t step = alignof(max_align_t);

	return (size + step - 1) / step * step;
}

void arena_init(struct arena *arena, arena_full_fn *full, void *full_data)
{
	*arena = (struct arena){ .full = full, .full_data = full_data };
}

static void chunk_free(struct arena_chunk *chunk)
{
	UNPOISON(chunk->memory, chunk->size);
	free(chunk);
}

void arena_finish(struct arena *arena)
{
	arena_rewind(arena, (struct arena_mark){ 0 });
}

static void chunk_add(struct arena *arena, size_t need)
{
	size_t size = arena->chunk ? arena->chunk->size * 2 : FIRST_CHUNK;

	if (size > LARGEST_CHUNK) {
		size = LARGEST_CHUNK;
	}
	if (size < need) {
		size = need;
	}
	if (size > SIZE_MAX - sizeof(struct arena_chunk)) {
		arena_is_full(arena);
	}
	struct arena_chunk *chunk = malloc(sizeof(*chunk) + size);
	if (!chunk) {
		arena_is_full(arena);
	}
	chunk->previous = arena->chunk;
	chunk->size = size;
	chunk->used = 0;
	POISON(chunk->memory, size);
	arena->chunk = chunk;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	if (size > SIZE_MAX / 2) {
		arena_is_full(arena);
	}
	const size_t need = round_up(size ? size : 1);

	if (!arena->chunk || arena->chunk->size - arena->chunk->used < need) {
		chunk_add(arena, need);
	}
	struct arena_chunk *chunk = arena->chunk;
	void *memory = chunk->memory + chunk->used;

	chunk->used += need;
	UNPOISON(memory, size);
	memset(memory, 0, size);
	return memory;
}

void *arena_alloc_array(struct arena *arena, size_t count, size_t size)
{
	if (size && count > SIZE_MAX / size) {
		arena_is_full(arena);
	}
	return arena_alloc(arena, count * size);
}

struct arena_mark arena_mark(const struct arena *arena)
{
	return (struct arena_mark){
		.chunk = arena->chunk,
		.used = arena->chunk ? arena->chunk->used : 0,
	};
}

void arena_rewind(struct arena *arena, struct arena_mark mark)
{
	while (arena->chunk != mark.chunk) {
		struct arena_chunk *chunk = arena->chunk;

		assert(chunk && "a mark of another arena, or of one already rewound");
		arena->chunk = chunk->previous;
		chunk_free(chunk);
	}
	if (arena->chunk) {
		assert(mark.used <= arena->chunk->used);
		POISON(arena->chunk->memory + mark.used, arena->chunk->used - mark.used);
		arena->chunk->used = mark.used;
	}
}

size_t arena_size(const struct arena *arena)
{
	size_t size = 0;

	for (const struct arena_chunk *chunk = arena->chunk; chunk; chunk = chunk->previous) {
		size += sizeof(*chunk) + chunk->size;
	}
	return size;
}

/* In bytes. */
#define SMALL_ITEM 64

void *list_reserve(
		struct arena *arena, void *items, size_t count, size_t *capacity, size_t item_size)
{
	if (count < *capacity) {
		return items;
	}
	const size_t first = item_size <= SMALL_ITEM ? 8 : 2; // of what is large there are few
	const size_t grown = *capacity ? *capacity * 2 : first;
	void *moved = arena_alloc_array(arena, grown, item_size);

	if (count) {
		memcpy(moved, items, count * item_size);
	}
	*capacity = grown;
	return moved;
}
