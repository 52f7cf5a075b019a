#include "kit/packing.h"

#include "kit/arena.h"

#include <assert.h>
#include <string.h>

void pack_bytes(struct packing *packing, void *bytes, size_t len)
{
	if (!len) {
		return;
	}
	if (packing->out) {
		buf_add(packing->out, (str){ .data = bytes, .len = len });
		return;
	}
	assert(packing->in.len >= len);
	memcpy(bytes, packing->in.data, len);
	packing->in = str_slice(packing->in, len, packing->in.len);
}

void pack_size(struct packing *packing, size_t *value)
{
	pack_bytes(packing, value, sizeof(*value));
}

void pack_bool(struct packing *packing, bool *value)
{
	size_t number = *value;

	pack_size(packing, &number);
	*value = number != 0;
}

void pack_str(struct packing *packing, str *text)
{
	pack_size(packing, &text->len);
	if (packing->out) {
		buf_add(packing->out, *text);
		return;
	}
	assert(packing->in.len >= text->len);
	*text = str_copy(str_slice(packing->in, 0, text->len), packing->arena);
	packing->in = str_slice(packing->in, text->len, packing->in.len);
}

/* Text that may be none at all: a NULL of SQL. */
static void pack_value(struct packing *packing, str *value)
{
	bool is_null = !value->data;

	pack_bool(packing, &is_null);
	if (!is_null) {
		pack_str(packing, value);
	} else {
		*value = (str){ 0 };
	}
}

void pack_list(struct packing *packing, struct str_list *list)
{
	pack_size(packing, &list->count);
	if (!packing->out) {
		list->capacity = list->count;
		list->items = arena_new_array(packing->arena, str, list->count);
	}
	for (size_t i = 0; i < list->count; i++) {
		pack_str(packing, &list->items[i]);
	}
}

void pack_values(struct packing *packing, struct str_list *values)
{
	pack_size(packing, &values->count);
	if (!packing->out) {
		values->capacity = values->count;
		values->items = arena_new_array(packing->arena, str, values->count);
	}
	for (size_t i = 0; i < values->count; i++) {
		pack_value(packing, &values->items[i]);
	}
}
