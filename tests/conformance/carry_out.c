/*
 * carry_out - carry out everything that the doctor suggests about trees, for repairs.py. Reads a case a line,
 * {"alembic": "1.8", "revisions": [{"revision", "down_revision", "branch_labels", "depends_on", "file"}]}, and
 * answers a line each: {"faults": N, "kinds": [KIND], "promised": [HEADS], "repaired": [REVISIONS], "broken":
 * [TEXT]}. `broken` tells what our own examination of the result finds wrong with the advice.
 */
#include "doctor/doctor.h"
#include "kit/arena.h"
#include "kit/json.h"
#include "revision/history.h"
#include "revision/query.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

static struct str_list texts_of(const json_t *value, struct arena *arena)
{
	struct str_list texts = { 0 };
	const size_t count =
			json_is_array(value) ? json_array_size(value) : !!json_is_string(value);

	for (size_t i = 0; i < count; i++) {
		const json_t *item = json_is_array(value) ? json_array_get(value, i) : value;

		str_list_add(&texts, (str){ json_string_value(item), json_string_length(item) },
				arena);
	}
	return texts;
}

static struct revision_specs specs_of(const json_t *revisions, struct arena *arena)
{
	struct revision_specs specs = { 0 };

	for (size_t i = 0; i < json_array_size(revisions); i++) {
		const json_t *value = json_array_get(revisions, i);
		struct revision_spec *spec = LIST_PUSH(&specs, arena);
		const struct str_list file = texts_of(json_object_get(value, "file"), arena);

		spec->revision = texts_of(json_object_get(value, "revision"), arena).items[0];
		spec->down_revision = texts_of(json_object_get(value, "down_revision"), arena);
		spec->lists_down_revision = json_is_array(json_object_get(value, "down_revision"));
		spec->branch_labels = texts_of(json_object_get(value, "branch_labels"), arena);
		spec->depends_on = texts_of(json_object_get(value, "depends_on"), arena);
		spec->file = file.count ? file.items[0] : (str){ 0 };
	}
	return specs;
}

/* A field as files write it. */
static void add_field(struct json_writer *json, const char *key, const struct str_list *names,
		bool is_list)
{
	if (names->count > 1 || is_list) {
		json_add_texts(json, key, names);
	} else if (names->count) {
		json_add_text(json, key, names->items[0]);
	} else {
		json_add_null(json, key);
	}
}

static void add_specs(struct json_writer *json, const struct revision_specs *specs)
{
	json_open_array(json, "repaired");
	for (size_t i = 0; i < specs->count; i++) {
		const struct revision_spec *spec = &specs->items[i];

		json_open_object(json, NULL);
		json_add_text(json, "revision", spec->revision);
		add_field(json, "down_revision", &spec->down_revision, spec->lists_down_revision);
		add_field(json, "branch_labels", &spec->branch_labels, false);
		add_field(json, "depends_on", &spec->depends_on, false);
		json_close_object(json);
	}
	json_close_array(json);
}

/* The heads without those that a merge takes together, and with it. */
static struct str_list merged_heads(
		const struct str_list *heads, const struct spec_edit *edit, struct arena *arena)
{
	struct str_list left = { 0 };

	for (size_t i = 0; i < heads->count; i++) {
		if (!str_list_contains(&edit->to, heads->items[i])) {
			str_list_add(&left, heads->items[i], arena);
		}
	}
	str_list_add(&left, edit->from, arena);
	return left;
}

/* The heads that the advice promises: of those that are merged, the merge. */
static struct str_list promised_heads(const struct faults *faults, struct arena *arena)
{
	struct str_list heads = faults->repaired_heads;

	for (size_t i = 0; i < faults->count; i++) {
		const struct fault *fault = &faults->items[i];

		for (size_t j = 0; fault->kind == FAULT_MULTIPLE_HEADS && j < fault->edits.count;
				j++) {
			heads = merged_heads(&heads, &fault->edits.items[j], arena);
		}
	}
	return heads;
}

/* Whether it was told before, with nothing to be done about it. Bases are a fault of the tree. */
static bool is_known(const struct faults *faults, const struct fault *fault)
{
	for (size_t i = 0; i < faults->count; i++) {
		const struct fault *known = &faults->items[i];

		if (known->kind == fault->kind && !known->edits.count &&
				(known->spec == fault->spec ||
						fault->kind == FAULT_MULTIPLE_BASES)) {
			return true;
		}
	}
	return false;
}

/* What is found in the repaired tree that the advice should have taken away or foreseen. */
static void add_broken(struct json_writer *json, const struct faults *before,
		const struct faults *after, const struct revision_specs *repaired, int level,
		struct arena *arena)
{
	struct revision_history *history = revision_history_new(repaired, level, arena);
	struct str_list heads = { 0 };
	const struct error *error = query_heads(history, arena, &heads);

	json_open_array(json, "broken");
	if (error) {
		json_add_text(json, NULL, error->message);
	}
	for (size_t i = 0; i < after->count; i++) {
		const struct fault *fault = &after->items[i];

		if (fault->edits.count || !is_known(before, fault)) {
			json_add_text(json, NULL,
					str_format(arena, "%s: %.*s: %.*s",
							fault_kind_names[fault->kind],
							STR_ARG(fault->revision),
							STR_ARG(fault->message)));
		}
	}
	json_close_array(json);
}

static void answer(const json_t *root, struct arena *arena, struct buf *out)
{
	const struct revision_specs specs = specs_of(json_object_get(root, "revisions"), arena);
	const int level = atoi(json_string_value(json_object_get(root, "alembic")) + 2);
	const struct faults before = doctor_examine(&specs, level, arena);
	const struct revision_specs repaired = faults_repair(&before, &specs, level, arena);
	const struct faults after = doctor_examine(&repaired, level, arena);
	const struct str_list promised = promised_heads(&before, arena);
	struct json_writer json = { .out = out };

	json_open_object(&json, NULL);
	json_open_array(&json, "kinds");
	for (size_t i = 0; i < before.count; i++) {
		json_add_text(&json, NULL, str_from(fault_kind_names[before.items[i].kind]));
	}
	json_close_array(&json);
	json_add_texts(&json, "promised", &promised);
	add_specs(&json, &repaired);
	add_broken(&json, &before, &after, &repaired, level, arena);
	json_close_object(&json);
}

int main(void)
{
	char *line = NULL;
	size_t size = 0;

	while (getline(&line, &size, stdin) > 0) {
		struct arena arena = { 0 };
		struct buf out = { .arena = &arena };
		json_t *root = json_loads(line, 0, NULL);

		if (!root) {
			return 2;
		}
		answer(root, &arena, &out);
		puts(buf_c(&out));
		json_decref(root);
		arena_finish(&arena);
	}
	free(line);
	return 0;
}
