#include "cli/doctor_patch.h"

#include "kit/diff.h"
#include "kit/file.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

/* What `alembic merge -m` is told. */
#define MERGE_MESSAGE "merge heads"

/* ---- when a new file was made ---- */

/* The calendar's time at `seconds` where the process is. */
static void set_calendar(
		struct moment *moment, time_t seconds, bool has_offset, struct arena *arena)
{
	struct tm day = { 0 };
	char offset[8] = "";

	if (!localtime_r(&seconds, &day)) {
		return;
	}
	moment->year = day.tm_year + 1900;
	moment->month = day.tm_mon + 1;
	moment->day = day.tm_mday;
	moment->hour = day.tm_hour;
	moment->minute = day.tm_min;
	moment->second = day.tm_sec;
	if (has_offset && strftime(offset, sizeof(offset), "%z", &day) == 5) {
		moment->offset = str_format(arena, "%.3s:%s", offset, offset + 3);
	}
}

/* Now, or what SOURCE_DATE_EPOCH says that it is; in a zone if the project names one. */
static struct moment moment_now(str wanted, struct arena *arena)
{
	const char *fixed = getenv("SOURCE_DATE_EPOCH"), *zone = getenv("TZ");
	const str zone_before = zone ? str_copy(str_from(zone), arena) : (str){ 0 };
	struct timespec now = { 0 };
	struct moment moment = { 0 };

	clock_gettime(CLOCK_REALTIME, &now);
	if (fixed && *fixed) {
		now = (struct timespec){ .tv_sec = (time_t)strtoll(fixed, NULL, 10) };
	}
	moment.epoch = now.tv_sec;
	moment.microsecond = (int)(now.tv_nsec / 1000);
	if (wanted.len) {
		setenv("TZ", str_to_c(wanted, arena), 1);
	}
	tzset();
	set_calendar(&moment, now.tv_sec, wanted.len > 0, arena);
	if (wanted.len && zone_before.data) {
		setenv("TZ", zone_before.data, 1);
	} else if (wanted.len) {
		unsetenv("TZ");
	}
	tzset();
	return moment;
}

/* ---- where the patch is applied ---- */

static bool is_below(str path, str folder)
{
	return str_equal(folder, STR("/")) || str_equal(path, folder) ||
			(str_starts_with(path, folder) && path.data[folder.len] == '/');
}

/* The folder that paths in the patch are counted from, links resolved, and whether it is that of a repository. */
static str root_of(const struct tree_source *source, const struct files *files, struct arena *arena,
		bool *ret_is_in_git)
{
	const str project = path_absolute(source->folder, arena);
	const str here = path_absolute(STR("."), arena);

	const str root =
			files->folder.len ? files->folder : files_repository(files, project, arena);

	*ret_is_in_git = root.len > 0;
	return root.len ? root : is_below(project, here) ? here : project;
}

/* ---- one diff ---- */

struct patching {
	const struct tree_source *source;
	const struct files *files;
	str root;
	bool is_in_git;
	struct moment created;
	struct arena *arena;
};

static struct patching patching_of(
		const struct tree_source *source, const struct files *files, struct arena *arena)
{
	struct patching patching = {
		.source = source,
		.files = files,
		.created = moment_now(source->project->settings.timezone, arena),
		.arena = arena,
	};

	patching.root = root_of(source, files, arena, &patching.is_in_git);
	return patching;
}

/* A path below the root; empty: it is not. */
static str path_in_patch(const struct patching *patching, str path)
{
	return is_below(path, patching->root) ? path_relative(path, patching->root, patching->arena)
					      : (str){ 0 };
}

static void add_file(
		const struct patching *patching, const struct patched_file *file, struct buf *diff)
{
	const str path = path_in_patch(patching, file->path);

	if (file->is_new) {
		diff_add_file(diff, path, file->after);
	} else {
		diff_add_change(diff, path, file->before, file->after);
	}
}

/* ---- everything at once ---- */

/* "versions/0003.py:7: MESSAGE. SUGGESTION" */
static str line_of(const struct fault *fault, struct arena *arena)
{
	struct buf line = { .arena = arena };

	if (fault->line) {
		buf_format(&line, "%.*s:%zu: ", STR_ARG(fault->path), fault->line);
	}
	buf_format(&line, "%.*s", STR_ARG(fault->message));
	if (fault->suggestion.len) {
		buf_format(&line, ". %.*s", STR_ARG(fault->suggestion));
	}
	return buf_str(&line);
}

static void add_remark(struct doctor_patch *patch, const char *what, str line)
{
	str_list_add(&patch->remarks,
			str_format(patch->diff.arena, "%s: %.*s", what, STR_ARG(line)),
			patch->diff.arena);
}

/* Whether the tree says nothing of it: files do, or another commit. */
static bool is_of_no_tree(enum fault_kind kind)
{
	return kind >= FAULT_DOCSTRING_DISAGREES;
}

/* What the repaired tree still has, and what no repair of a tree could mend. */
static void remark_on_rest(struct doctor_patch *patch, const struct patching *patching,
		const struct faults *faults, const struct revision_specs *repaired)
{
	struct arena *arena = patching->arena;
	const struct faults rest = doctor_examine(repaired, patching->source->level, arena);

	for (size_t i = 0; i < faults->count; i++) {
		if (faults->items[i].is_guess) {
			add_remark(patch, "a guess", line_of(&faults->items[i], arena));
		}
	}
	for (size_t i = 0; i < rest.count; i++) {
		add_remark(patch, "left as it is", line_of(&rest.items[i], arena));
	}
	for (size_t i = 0; i < faults->count; i++) {
		const enum fault_kind kind = faults->items[i].kind;

		if (is_of_no_tree(kind) && kind != FAULT_DOCSTRING_DISAGREES) {
			add_remark(patch, "left as it is", line_of(&faults->items[i], arena));
		}
	}
}

static bool edits_file(const struct fault *fault, str path)
{
	return fault->edits.count && str_equal(fault->path, path);
}

/* A file that cannot be written anew, and what is to be done to it by hand. */
static void remark_on_problem(struct doctor_patch *patch, const struct faults *faults,
		const struct error *problem, struct arena *arena)
{
	struct buf line = { .arena = arena };
	const str path = problem->where.source->name;

	buf_format(&line, "%.*s:%zu: %.*s", STR_ARG(path), span_place(problem->where).line,
			STR_ARG(problem->message));
	for (size_t i = 0; i < faults->count; i++) {
		if (edits_file(&faults->items[i], path)) {
			buf_format(&line, ". By hand: %.*s", STR_ARG(faults->items[i].suggestion));
		}
	}
	add_remark(patch, "not in the patch", buf_str(&line));
}

static const struct patched_file *find_file(const struct doctor_patch *patch, str path)
{
	for (size_t i = 0; i < patch->files.count; i++) {
		if (str_equal(patch->files.items[i].path, path)) {
			return &patch->files.items[i];
		}
	}
	return NULL;
}

static void add_file_once(struct doctor_patch *patch, const struct patching *patching,
		const struct patched_file *file)
{
	struct arena *arena = patching->arena;
	const struct patched_file *before = find_file(patch, file->path);
	const str name = files_name(patching->files, file->path, arena);

	if (before && !str_equal(before->after, file->after)) {
		add_remark(patch, "not in the patch",
				str_format(arena,
						"%.*s: another project has it too, and wants it otherwise",
						STR_ARG(name)));
	} else if (!before && !path_in_patch(patching, file->path).len) {
		add_remark(patch, "not in the patch",
				str_format(arena, "%.*s: it lies outside of '%.*s'", STR_ARG(name),
						STR_ARG(patching->root)));
	} else if (!before) {
		*LIST_PUSH(&patch->files, arena) = *file;
		add_file(patching, file, &patch->diff);
	}
}

/* Say where the patch is to be applied, if it would not work here: git passes over what is not below the folder. */
static void remark_on_root(struct doctor_patch *patch, const struct patching *patching)
{
	const struct files disk = files_of_disk();
	const str here = path_absolute(STR("."), patching->arena);
	bool is_fine = str_equal(
			patching->is_in_git ? files_repository(&disk, here, patching->arena) : here,
			patching->root);

	if (patching->is_in_git &&
			!str_equal(files_repository(&disk, patching->root, patching->arena),
					patching->root)) {
		return; // a bare one: whoever has its commit checked out knows where
	}
	for (size_t i = 0; i < patch->files.count; i++) {
		is_fine = is_fine && is_below(patch->files.items[i].path, here);
	}
	if (!is_fine) {
		add_remark(patch, "to apply it",
				str_format(patching->arena, "git -C %.*s apply",
						STR_ARG(str_shell_word(
								patching->root, patching->arena))));
	}
}

/* Make the files those of `after`; what cannot be written. */
static struct error_list write_files(struct doctor_patch *patch, const struct patching *patching,
		const struct revision_specs *after, const struct new_bodies *bodies)
{
	const struct project_patch_request request = {
		.files = patching->files,
		.project = patching->source->project,
		.before = patching->source->specs,
		.after = *after,
		.message = STR(MERGE_MESSAGE),
		.bodies = bodies,
		.created = patching->created,
		.mends_docstrings = true,
	};
	const struct project_patch made = project_patch_make(&request, patching->arena);

	if (made.files.count && patch->root.len && !str_equal(patch->root, patching->root)) {
		add_remark(patch, "not in the patch",
				str_format(patching->arena,
						"%.*s: its paths count from another folder, '%.*s'; patch it by itself",
						STR_ARG(patching->source->path),
						STR_ARG(patching->root)));
		return (struct error_list){ 0 };
	}
	for (size_t i = 0; i < made.files.count; i++) {
		add_file_once(patch, patching, &made.files.items[i]);
		patch->root = patching->root;
	}
	return made.problems;
}

void doctor_patch_write(struct doctor_patch *patch, const struct tree_source *source,
		const struct files *files, const struct revision_specs *after,
		const struct new_bodies *bodies)
{
	const struct patching patching = patching_of(source, files, patch->diff.arena);
	const struct faults none = { 0 };
	const size_t len_before = patch->diff.len;
	const struct error_list problems = write_files(patch, &patching, after, bodies);

	for (size_t i = 0; i < problems.count; i++) {
		remark_on_problem(patch, &none, problems.items[i], patch->diff.arena);
	}
	if (patch->diff.len > len_before) {
		remark_on_root(patch, &patching);
	}
}

void doctor_patch_add(struct doctor_patch *patch, const struct tree_source *source,
		const struct files *files, const struct faults *faults)
{
	struct arena *arena = patch->diff.arena;
	const size_t len_before = patch->diff.len;

	if (!source->project) {
		return;
	}
	const struct patching patching = patching_of(source, files, arena);
	const struct revision_specs repaired =
			faults_repair(faults, &source->specs, source->level, arena);
	const struct error_list problems = write_files(patch, &patching, &repaired, NULL);

	for (size_t i = 0; i < problems.count; i++) {
		remark_on_problem(patch, faults, problems.items[i], arena);
	}
	remark_on_rest(patch, &patching, faults, &repaired);
	if (patch->diff.len > len_before) {
		remark_on_root(patch, &patching);
	}
}

/* ---- each by itself ---- */

/* The few files that an edit is about, so that a patch of one fault does not take the whole tree through its hands. */
struct part {
	struct revision_specs specs;
	size_t *places; /* in the whole */
	size_t capacity_of_places;
};

static uint32_t place_in_part(struct part *part, const struct tree_source *source, size_t place,
		struct arena *arena)
{
	for (size_t i = 0; i < part->specs.count; i++) {
		if (part->places[i] == place) {
			return (uint32_t)i;
		}
	}
	part->places = list_reserve(arena, part->places, part->specs.count,
			&part->capacity_of_places, sizeof(*part->places));
	part->places[part->specs.count] = place;
	*LIST_PUSH(&part->specs, arena) = source->specs.items[place];
	return (uint32_t)(part->specs.count - 1);
}

/* Take those that name `id` into the part, or the one that has it. */
static bool take_files_of(struct part *part, const struct tree_source *source, str id,
		bool that_refer, struct arena *arena)
{
	bool is_found = false;

	for (size_t i = 0; i < source->specs.count; i++) {
		const struct revision_spec *spec = &source->specs.items[i];

		if (that_refer ? str_list_contains(&spec->down_revision,
						 id) || str_list_contains(&spec->depends_on, id)
			       : str_equal(spec->revision, id)) {
			place_in_part(part, source, i, arena);
			is_found = true;
		}
	}
	return is_found;
}

/* The edits of a fault over a part of the tree; false: they are about what only other repairs bring. */
static bool take_part(const struct tree_source *source, const struct fault *fault,
		struct spec_edits *ret_edits, struct part *part, struct arena *arena)
{
	for (size_t i = 0; i < fault->edits.count; i++) {
		struct spec_edit edit = fault->edits.items[i];
		const bool adds = edit.kind == SPEC_ADD || edit.kind == SPEC_RESTORE;

		if (!adds && edit.spec >= source->specs.count) {
			return false;
		}
		for (size_t j = 0; edit.kind == SPEC_ADD && j < edit.to.count; j++) {
			const bool is_new = i &&
					str_equal(edit.to.items[j], fault->edits.items[i - 1].from);

			if (!is_new &&
					!take_files_of(part, source, edit.to.items[j], false,
							arena)) {
				return false;
			}
		}
		if (edit.kind == SPEC_RENAME) {
			take_files_of(part, source, source->specs.items[edit.spec].revision, true,
					arena);
		}
		if (!adds) {
			edit.spec = place_in_part(part, source, edit.spec, arena);
		}
		*LIST_PUSH(ret_edits, arena) = edit;
	}
	return true;
}

/* The file of a fault that is in its docstring alone. */
static void take_docstring(const struct tree_source *source, const struct fault *fault,
		struct part *part, struct arena *arena)
{
	for (size_t i = 0; i < source->specs.count; i++) {
		if (source->specs.items[i].where.source == fault->where.source) {
			place_in_part(part, source, i, arena);
		}
	}
}

static str patch_of(const struct patching *patching, const struct fault *fault)
{
	const struct tree_source *source = patching->source;
	struct arena *arena = patching->arena;
	struct buf diff = { .arena = arena };
	struct spec_edits edits = { 0 };
	struct part part = { 0 };

	if (!take_part(source, fault, &edits, &part, arena)) {
		return (str){ 0 };
	}
	if (fault->kind == FAULT_DOCSTRING_DISAGREES) {
		take_docstring(source, fault, &part, arena);
	}
	const struct project_patch_request request = {
		.files = patching->files,
		.project = source->project,
		.places = part.places,
		.before = part.specs,
		.after = spec_edits_apply(&edits, &part.specs, source->level, arena),
		.message = STR(MERGE_MESSAGE),
		.created = patching->created,
		.mends_docstrings = fault->kind == FAULT_DOCSTRING_DISAGREES,
	};
	const struct project_patch made = project_patch_make(&request, arena);

	for (size_t i = 0; i < made.files.count; i++) {
		if (path_in_patch(patching, made.files.items[i].path).len) {
			add_file(patching, &made.files.items[i], &diff);
		}
	}
	return made.problems.count ? (str){ 0 } : buf_str(&diff);
}

void doctor_patch_each(const struct tree_source *source, const struct files *files,
		struct faults *faults, struct arena *arena)
{
	if (!source->project) {
		return;
	}
	const struct patching patching = patching_of(source, files, arena);

	for (size_t i = 0; i < faults->count; i++) {
		struct fault *fault = &faults->items[i];

		if (fault->edits.count ||
				(fault->kind == FAULT_DOCSTRING_DISAGREES &&
						!fault->is_mended_by_others)) {
			fault->patch = patch_of(&patching, fault);
			if (str_utf8_error(fault->patch) < fault->patch.len) {
				fault->patch.len = 0; // JSON has no other bytes
			}
		}
	}
}
