/*
 * kit/arena.h - memory that belongs to a scope. An arena hands out zeroed memory and takes all of it
 * back in one call; nothing is freed by itself. Allocation never returns NULL: when the system has no
 * more, the arena calls the hook it was given, which does not return. A zeroed struct arena is empty
 * and ready for use, with abort() for a hook.
 *
 * Under the address sanitizer, memory that is not handed out is poisoned, so that a use after
 * arena_rewind() is caught.
 */
#ifndef KIT_ARENA_H
#define KIT_ARENA_H

#include <stddef.h>

struct arena_chunk;

/* Called when memory has run out; must not return (it may end the process or jump). */
typedef void arena_full_fn(void *data);

struct arena {
	struct arena_chunk *chunk; /* the newest, from which memory is taken; NULL: none yet */
	arena_full_fn *full;       /* NULL: abort() */
	void *full_data;           /* borrowed, handed to `full` */
};

/* A position to go back to. */
struct arena_mark {
	struct arena_chunk *chunk;
	size_t used;
};

/* Make an empty arena whose hook is `full`, called with `full_data`. */
void arena_init(struct arena *arena, arena_full_fn *full, void *full_data);

/* Give all memory back. The arena is then empty, and may be used again. */
void arena_finish(struct arena *arena);

/* `size` zeroed bytes, aligned for any object. `size` may be 0: a pointer that must not be read. */
void *arena_alloc(struct arena *arena, size_t size);

/* As arena_alloc() for `count` objects of `size` bytes; a product that overflows calls the hook. */
void *arena_alloc_array(struct arena *arena, size_t count, size_t size);

/* Remember how full the arena is, and go back to that: what was handed out since is gone. */
struct arena_mark arena_mark(const struct arena *arena);
void arena_rewind(struct arena *arena, struct arena_mark mark);

/* Bytes that the arena holds from the system, handed out or not. */
size_t arena_size(const struct arena *arena);

/* A zeroed object, or `count` of them, of `type`. */
#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_new_array(arena, type, count) \
	((type *)arena_alloc_array((arena), (count), sizeof(type)))

/*
 * Lists grow in an arena. Any struct with members `items`, `count` and `capacity` (both size_t) is a
 * list; a zeroed one is empty. LIST_PUSH is a pointer to the new last item, which is zeroed. Growing
 * moves the items, so a pointer to one lasts until the next LIST_PUSH only.
 */
#define LIST_PUSH(list, arena)                                                                  \
	((list)->items = list_reserve((arena), (list)->items, (list)->count, &(list)->capacity, \
			 sizeof(*(list)->items)),                                               \
			&(list)->items[(list)->count++])

/* The work behind LIST_PUSH: room for one more than `count` items; returns where they are now. */
void *list_reserve(
		struct arena *arena, void *items, size_t count, size_t *capacity, size_t item_size);

#endif
