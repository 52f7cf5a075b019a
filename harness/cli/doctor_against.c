#include "cli/doctor_against.h"

#include "cli/doctor_git.h"
#include "doctor/against.h"
#include "files/branch.h"
#include "kit/file.h"
#include "kit/table.h"
#include "project/code.h"

/* One of the trees that ours is compared with. */
struct side {
	struct files files;
	const struct project *project; /* NULL: it has none */
};

struct comparing {
	const struct tree_source *source;
	str other;  /* as it was asked for */
	str folder; /* in the repository */
	struct arena *arena;
	struct branch branch;
	struct side sides[AGAINST_TREE_COUNT];
	struct against against;
};

static const struct revision_specs no_specs;

static const struct revision_specs *specs_of(const struct side *side)
{
	return side->project ? &side->project->specs : &no_specs;
}

/* ---- reading ---- */

static struct error *open_side(struct comparing *comparing, enum against_tree tree, str commit)
{
	struct side *side = &comparing->sides[tree];
	struct error *error = files_open_commit(
			comparing->folder, commit, comparing->arena, &side->files);

	if (error) {
		return error;
	}
	side->files.at = comparing->other; // what people know it by
	return tree_source_read_again(
			comparing->source, &side->files, comparing->arena, &side->project);
}

static struct error *open_sides(struct comparing *comparing)
{
	const struct branch *branch = &comparing->branch;
	struct error *error = open_side(comparing, AGAINST_OTHER, branch->other);

	if (error) {
		return error;
	}
	if (!branch->base.len || str_equal(branch->base, branch->other)) {
		comparing->sides[AGAINST_BASE].project = comparing->sides[AGAINST_OTHER].project;
		return NULL;
	}
	return open_side(comparing, AGAINST_BASE, branch->base);
}

/* For struct against. */
static bool differs(const void *data, enum against_tree tree, size_t place, size_t our_place,
		struct span *ret_where)
{
	const struct comparing *comparing = data;
	const struct source *theirs =
			comparing->sides[tree].project->revisions.items[place].file.source;
	const struct source *ours =
			comparing->source->project->revisions.items[our_place].file.source;
	const struct arena_mark mark = arena_mark(comparing->arena);
	bool is_same = str_equal(theirs->text, ours->text); // most files, at little cost

	if (!is_same) {
		const struct code before = code_read(theirs, comparing->arena);
		const struct code now = code_read(ours, comparing->arena);

		is_same = code_equal(&before, &now, ret_where);
	}
	arena_rewind(comparing->arena, mark);
	return !is_same;
}

/* ---- what has been released ---- */

struct releases {
	struct table ids; /* that faults are about -> their place in `has` */
	bool *has;        /* whether a tag has it */
	size_t missing;
};

/* For struct tags_request. */
static bool look_at_release(void *data, str path, str text, struct arena *arena)
{
	struct releases *releases = data;
	const struct source source = { .name = path, .text = text };
	const struct arena_mark mark = arena_mark(arena);
	const struct revision_file file = revision_file_read(&source, arena);
	const struct declared_fact *fact = &file.facts[FACT_REVISION];
	uint32_t id;

	if (fact->is_there && fact->value.kind == LITERAL_TEXT &&
			table_find(&releases->ids, fact->value.items[0].value, &id) &&
			!releases->has[id]) {
		releases->has[id] = true;
		releases->missing--;
	}
	arena_rewind(arena, mark);
	return releases->missing > 0;
}

static struct releases releases_of(const struct faults *faults, size_t first, struct arena *arena)
{
	struct releases releases = { .ids = { .arena = arena } };

	for (size_t i = first; i < faults->count; i++) {
		const struct str_list *ran = &faults->items[i].ran;
		uint32_t ignored;

		for (size_t j = 0; j < ran->count; j++) {
			if (!table_find(&releases.ids, ran->items[j], &ignored)) {
				table_set(&releases.ids, ran->items[j],
						(uint32_t)releases.missing++);
			}
		}
	}
	releases.has = arena_new_array(arena, bool, releases.missing);
	return releases;
}

static bool has_ran(const struct releases *releases, const struct fault *fault)
{
	uint32_t id;

	for (size_t i = 0; i < fault->ran.count; i++) {
		if (table_find(&releases->ids, fault->ran.items[i], &id) && releases->has[id]) {
			return true;
		}
	}
	return false;
}

static void add_locations(
		const struct project *project, struct str_list *locations, struct arena *arena)
{
	for (size_t i = 0; project && i < project->locations.count; i++) {
		str_list_add(locations, project->locations.items[i], arena);
	}
}

/* Make warnings of the faults from `first` on that are about nothing that a release has. */
static struct error *excuse_unreleased(
		struct comparing *comparing, str glob, struct faults *faults, size_t first)
{
	struct arena *arena = comparing->arena;
	struct releases releases = releases_of(faults, first, arena);
	struct str_list locations = { 0 };
	const struct tags_request request = {
		.folder = comparing->folder,
		.glob = glob,
		.locations = &locations,
		.look = look_at_release,
		.data = &releases,
	};
	size_t tag_count;

	add_locations(comparing->source->project, &locations, arena);
	add_locations(comparing->sides[AGAINST_OTHER].project, &locations, arena);
	struct error *error = tags_read(&request, arena, &tag_count);

	if (error) {
		return error;
	}
	if (!tag_count) {
		faults_add_note(faults,
				str_format(arena,
						"no tag matches '%.*s', so nothing counts as released; 'git fetch --tags' brings those that this clone has not",
						STR_ARG(glob)),
				arena);
	}
	for (size_t i = first; i < faults->count; i++) {
		faults->items[i].is_warning = !has_ran(&releases, &faults->items[i]);
	}
	return NULL;
}

/* ---- what to do ---- */

/* The file of the last revision of this id; NULL: none. */
static const struct project_revision *file_of(const struct project *project, str id)
{
	for (size_t i = project ? project->specs.count : 0; i > 0; i--) {
		if (str_equal(project->specs.items[i - 1].revision, id)) {
			return &project->revisions.items[i - 1];
		}
	}
	return NULL;
}

/* Add the command that brings back what the other branch has, if it is all that is to be done. */
static void suggest_command(const struct comparing *comparing, struct fault *fault)
{
	struct arena *arena = comparing->arena;
	const struct side *other = &comparing->sides[AGAINST_OTHER];
	const struct project_revision *theirs = file_of(other->project, fault->revision);
	const struct project_revision *ours = file_of(comparing->source->project, fault->revision);
	const bool is_edited = fault->kind == FAULT_EDITED_REVISION &&
			file_of(comparing->sides[AGAINST_BASE].project, fault->revision) &&
			str_equal(ours->path, theirs->path);

	if (!is_edited &&
			!(fault->kind == FAULT_REMOVED_REVISION && fault->spec == SIZE_MAX &&
					str_equal(fault->where.source->name,
							theirs->file.source->name))) {
		return;
	}
	const str path = path_relative(theirs->path, other->files.folder, arena);
	const str command = doctor_git_restoring(
			comparing->branch.root, comparing->other, path, path, arena);

	fault->suggestion = is_edited
			? str_format(arena,
					  "Take the old file back, and put the change into a new revision: %.*s",
					  STR_ARG(command))
			: str_format(arena, "Bring it back: %.*s", STR_ARG(command));
}

static void add_notes(const struct comparing *comparing, struct faults *faults)
{
	struct arena *arena = comparing->arena;
	const str other = comparing->other;

	if (!comparing->sides[AGAINST_OTHER].project) {
		faults_add_note(faults,
				str_format(arena,
						"'%.*s' has no such project, so there is nothing to compare with",
						STR_ARG(other)),
				arena);
		return;
	}
	if (!comparing->branch.base.len) {
		faults_add_note(faults,
				str_format(arena,
						"where this branch left '%.*s' is not to be seen%s, so it is compared with '%.*s' itself",
						STR_ARG(other),
						comparing->branch.is_shallow
								? " (the clone is shallow)"
								: "",
						STR_ARG(other)),
				arena);
	}
	const struct str_list heads = against_merged_heads(&comparing->against, arena);

	if (heads.count > 1 && heads.count > faults->heads.count) {
		faults_add_note(faults,
				str_format(arena,
						"merged with what '%.*s' has gained since this branch was cut, the tree has %zu heads: %.*s",
						STR_ARG(other), heads.count,
						STR_ARG(str_list_join(&heads, STR(", "), arena))),
				arena);
	}
}

struct error *doctor_against(const struct tree_source *source, str other, str releases,
		struct faults *faults, struct arena *arena)
{
	struct comparing comparing = {
		.source = source,
		.other = other,
		.folder = tree_source_git_folder(source, arena),
		.arena = arena,
	};
	const size_t first = faults->count;
	struct error *error =
			branch_find(comparing.folder, source->at, other, arena, &comparing.branch);

	error = error ? error : open_sides(&comparing);
	if (!error) {
		comparing.against = (struct against){
			.name = other,
			.ours = &source->specs,
			.trees = { specs_of(&comparing.sides[AGAINST_BASE]),
					specs_of(&comparing.sides[AGAINST_OTHER]) },
			.level = source->level,
			.differs = differs,
			.data = &comparing,
		};
		doctor_compare(&comparing.against, arena, faults);
		for (size_t i = first; i < faults->count; i++) {
			suggest_command(&comparing, &faults->items[i]);
		}
		add_notes(&comparing, faults);
		error = releases.data && first < faults->count
				? excuse_unreleased(&comparing, releases, faults, first)
				: NULL;
	}
	for (size_t i = 0; i < AGAINST_TREE_COUNT; i++) {
		files_close(&comparing.sides[i].files);
	}
	return error;
}

struct str_list doctor_against_gone(
		const struct tree_sources *sources, str folder, str other, struct arena *arena)
{
	struct str_list lines = { 0 };
	struct files files;
	str above = folder;

	while (above.len > 1 && !path_is_directory(above, arena)) {
		above = path_folder(above); // it may be gone with the project
	}
	if (files_open_commit(above, other, arena, &files)) {
		return lines;
	}
	files.at = other;
	const struct gone_projects gone = tree_source_find_gone(sources, &files, folder, arena);

	for (size_t i = 0; i < gone.count; i++) {
		str_list_add(&lines,
				str_format(arena,
						"this branch has no project '%.*s' any more: databases at one of its %zu revision%s stop at every command",
						STR_ARG(gone.items[i].name),
						gone.items[i].revision_count,
						gone.items[i].revision_count == 1 ? "" : "s"),
				arena);
	}
	files_close(&files);
	return lines;
}
