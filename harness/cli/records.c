#include "cli/records.h"

#include "cli/naming.h"
#include "expect/record.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "kit/table.h"
#include "report/report.h"

struct error *records_check_folder(str value, struct arena *arena)
{
	if (path_is_directory(value, arena)) {
		return NULL;
	}
	return error_new(arena, ERROR_NOT_FOUND, "there is no such folder");
}

struct records records_find(const struct suite *suite, str expected)
{
	struct records records = {
		.arena = suite->arena,
		.suite = suite,
		.is_elsewhere = expected.len > 0,
		.folders = arena_new_array(suite->arena, str, suite->scenarios.count),
	};

	for (size_t i = 0; i < suite->scenarios.count; i++) {
		const str folder = path_folder(suite->scenarios.items[i].path);
		const bool is_neighbour = i > 0 && !suite->scenarios.items[i - 1].is_stream &&
				str_equal(folder, path_folder(suite->scenarios.items[i - 1].path));

		if (suite->scenarios.items[i].is_stream) {
			continue;
		}
		if (expected.len) {
			records.folders[i] = expected;
		} else {
			records.folders[i] = is_neighbour
					? records.folders[i - 1]
					: record_folder_find(folder, suite->arena);
		}
	}
	return records;
}

size_t records_count_without(const struct records *records)
{
	size_t count = 0;

	for (size_t i = 0; i < records->suite->scenarios.count; i++) {
		count += !records->folders[i].len && !records->suite->scenarios.items[i].is_stream;
	}
	return count;
}

void records_place(struct records *records)
{
	struct arena *arena = records->arena;
	const str here = path_absolute(STR(""), arena);

	for (size_t i = 0; i < records->suite->scenarios.count; i++) {
		if (records->folders[i].len || records->suite->scenarios.items[i].is_stream) {
			continue;
		}
		const str root = path_absolute(records->suite->scenarios.items[i].root, arena);
		const str above = path_folder(root);

		if (str_equal(root, here) || str_equal(above, here)) {
			records->folders[i] = STR("expected");
		} else {
			records->folders[i] = path_join(above, STR("expected"), arena);
		}
	}
}

static str file_name(const struct scenario_cell *cell, struct arena *arena)
{
	return record_file_name(cell->strategy->name, cell->state->name,
			str_from(scenario_engine_names[cell->engine]), arena);
}

str records_path(const struct records *records, size_t index, struct arena *arena)
{
	const struct suite_scenario *scenario = suite_scenario_of(records->suite, index);
	const str folder = records->folders[scenario - records->suite->scenarios.items];

	if (!folder.len) {
		return STR("");
	}
	return path_join(record_folder_of(folder, scenario->scenario->name, arena),
			file_name(&records->suite->cells.items[index], arena), arena);
}

str records_render(const struct outcome *outcome, struct arena *arena)
{
	struct record record = {
		.verdict = str_from(verdict_names[outcome->verdict]),
		.has_version_table = outcome->has_version_table,
		.version = outcome->version,
		.schema = outcome->schema,
	};

	if (outcome->verdict == VERDICT_FAILS) {
		record.verdict = report_verdict(outcome, arena);
		record.error = str_format(arena, "%.*s: %.*s", STR_ARG(outcome->error.class_name),
				STR_ARG(outcome->error.message));
	} else if (outcome->verdict == VERDICT_WRONG) {
		record.wrong = report_wrong(outcome, arena);
	}
	return record_render(&record, arena);
}

void records_compare(const struct records *records, size_t index, struct outcome *outcome,
		struct arena *arena)
{
	const str path = records_path(records, index, arena);
	str expected;

	if (!path.len) {
		const bool is_wanted = records->need == RECORDS_REQUIRED &&
				!suite_scenario_of(records->suite, index)->is_stream;

		outcome->record = is_wanted ? RECORD_WANTED : RECORD_NONE;
		return;
	}
	struct error *error = record_read(path, arena, &expected);

	if (error && error->code == ERROR_NOT_FOUND) {
		outcome->record = records->need == RECORDS_OPTIONAL ? RECORD_MISSING
								    : RECORD_WANTED;
	} else if (error) {
		outcome->record = RECORD_DIFFERS;
		str_list_add(&outcome->record_difference,
				str_format(arena, "-(%.*s)", STR_ARG(error->message)), arena);
	} else {
		outcome->record_difference =
				record_difference(expected, records_render(outcome, arena), arena);
		outcome->record = outcome->record_difference.count ? RECORD_DIFFERS : RECORD_SAME;
	}
}

/* --- records that nobody owns --------------------------------------------------------------- */

/* Add `path`'s records whose file name is not in `owned`. */
static void add_unowned(
		str path, const struct table *owned, struct arena *arena, struct str_list *orphans)
{
	struct str_list names;

	if (!path_is_directory(path, arena) || directory_list(path, arena, &names)) {
		return; // no records, or none that could be read: the cells have said so
	}
	for (size_t i = 0; i < names.count; i++) {
		uint32_t ignored;

		if (str_ends_with(names.items[i], STR(".txt")) &&
				!table_find(owned, names.items[i], &ignored)) {
			str_list_add(orphans, path_join(path, names.items[i], arena), arena);
		}
	}
}

/* The folders that the scenarios in `folder` and below have for their records, by name. */
static void add_owned_folders(str folder, struct arena *arena, struct table *owned)
{
	const struct str_list files = naming_find_files(folder, arena, NULL);

	for (size_t i = 0; i < files.count; i++) {
		table_set(owned, record_folder_of(STR(""), path_stem(files.items[i]), arena), 1);
	}
}

/*
 * Folders of scenarios that are gone. Only files below the folder in which `expected` lies may own
 * records in it, so these are looked through; but only when some folder is in doubt, as that may be a
 * whole project.
 */
static void add_lost_folders(
		str expected, struct table *owned, struct arena *arena, struct str_list *orphans)
{
	const struct table none = { .arena = arena };
	bool is_searched = false;
	struct str_list names;

	if (directory_list(expected, arena, &names)) {
		return;
	}
	for (size_t i = 0; i < names.count; i++) {
		const str path = path_join(expected, names.items[i], arena);
		uint32_t ignored;

		if (table_find(owned, names.items[i], &ignored) ||
				!path_is_directory(path, arena)) {
			continue;
		}
		if (!is_searched) {
			add_owned_folders(
					path_folder(path_absolute(expected, arena)), arena, owned);
			is_searched = true;
		}
		if (!table_find(owned, names.items[i], &ignored)) {
			add_unowned(path, &none, arena, orphans);
		}
	}
}

/* Where scenario `i` keeps its records. */
static str own_folder(const struct records *records, size_t i, struct arena *arena)
{
	return record_folder_of(records->folders[i],
			records->suite->scenarios.items[i].scenario->name, arena);
}

struct str_list records_orphans(const struct records *records, struct arena *arena)
{
	const struct suite *suite = records->suite;
	struct table owned_folders = { .arena = arena }, searched = { .arena = arena };
	struct str_list orphans = { 0 };
	uint32_t ignored;

	for (size_t i = 0; i < suite->scenarios.count; i++) {
		const struct suite_scenario *scenario = &suite->scenarios.items[i];
		struct table owned = { .arena = arena };

		if (!records->folders[i].len) {
			continue;
		}
		for (size_t j = 0; j < scenario->cell_count; j++) {
			table_set(&owned,
					file_name(&suite->cells.items[scenario->first_cell + j],
							arena),
					1);
		}
		const str folder = own_folder(records, i, arena);

		table_set(&owned_folders, path_name(folder), 1);
		add_unowned(folder, &owned, arena, &orphans);
	}
	if (!suite->has_folder || records->is_elsewhere) {
		return orphans;
	}
	for (size_t i = 0; i < suite->scenarios.count; i++) {
		const str folder = records->folders[i];

		if (folder.len && !table_find(&searched, folder, &ignored)) {
			table_set(&searched, folder, 1);
			add_lost_folders(folder, &owned_folders, arena, &orphans);
		}
	}
	return orphans;
}
