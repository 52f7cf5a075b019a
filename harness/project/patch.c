#include "project/patch.h"

#include "kit/file.h"
#include "project/rewrite.h"

/* A larger template is none. */
#define MAX_TEMPLATE_BYTES ((size_t)1024 * 1024)

struct patching {
	const struct project_patch_request *request;
	struct project_patch *patch;
	str script_template;
	struct str_list folders; /* of revisions of `after` so far, in their order: where they lie */
	struct arena *arena;
};

static bool is_same_spec(const struct revision_spec *a, const struct revision_spec *b)
{
	return str_equal(a->revision, b->revision) &&
			str_list_equal(&a->down_revision, &b->down_revision) &&
			str_list_equal(&a->depends_on, &b->depends_on) &&
			str_list_equal(&a->branch_labels, &b->branch_labels);
}

static void add_file(struct patching *patching, str path, bool is_new, str before, str after)
{
	if (is_new || !str_equal(before, after)) {
		*LIST_PUSH(&patching->patch->files, patching->arena) = (struct patched_file){
			.path = path,
			.is_new = is_new,
			.before = before,
			.after = after,
		};
	}
}

static void change_file(struct patching *patching, size_t i)
{
	const struct project_patch_request *request = patching->request;
	const struct project_revision *revision =
			&request->project->revisions
					 .items[request->places ? request->places[i] : i];
	const struct revision_spec *before = &request->before.items[i];
	const struct source *source = revision->file.source;
	str text;

	str_list_add(&patching->folders, path_folder(revision->path), patching->arena);
	if (is_same_spec(before, &request->after.items[i]) && !request->mends_docstrings) {
		return;
	}
	struct error *error = revision_file_rewrite(
			source, before, &request->after.items[i], patching->arena, &text);

	if (error) {
		error_list_add(&patching->patch->problems, error, patching->arena);
		return;
	}
	add_file(patching, files_resolve(request->files, revision->path, patching->arena), false,
			source->text, text);
}

/* A file that comes back, as it was but for what `spec` says. */
static void restore_file(struct patching *patching, const struct revision_spec *spec)
{
	const struct project_patch_request *request = patching->request;
	struct arena *arena = patching->arena;
	const str path = path_normalise(
			path_join(request->project->settings.folder, spec->file, arena), arena);
	const struct source *source = spec->where.source;
	const struct revision_file file = revision_file_read(source, arena);
	struct revision_spec before = *spec;
	str text;

	// Its id is what it was sought for; what else it declares may have been changed.
	for (size_t i = FACT_DOWN_REVISION; i < FACT_COUNT; i++) {
		struct str_list *names = i == FACT_DOWN_REVISION ? &before.down_revision
				: i == FACT_BRANCH_LABELS        ? &before.branch_labels
								 : &before.depends_on;

		*names = (struct str_list){ 0 };
		for (size_t j = 0; j < file.facts[i].value.count; j++) {
			str_list_add(names, file.facts[i].value.items[j].value, arena);
		}
	}
	if (file.facts[FACT_REVISION].is_there && file.facts[FACT_REVISION].value.count) {
		before.revision = file.facts[FACT_REVISION].value.items[0].value;
	}
	struct error *error = revision_file_rewrite(source, &before, spec, arena, &text);

	if (error) {
		error_list_add(&patching->patch->problems, error, arena);
		text = source->text;
	}
	str_list_add(&patching->folders, path_folder(path), arena);
	add_file(patching, path, true, STR(""), text);
}

/* ---- new revisions ---- */

/* Where `alembic merge` would write it: with several locations, beside the first that it follows. */
static str folder_of(const struct patching *patching, const struct revision_spec *spec)
{
	const struct project *project = patching->request->project;

	if (project->settings.version_locations.count < 2 && project->locations.count) {
		return project->locations.items[0];
	}
	for (size_t i = 0; spec->down_revision.count && i < patching->folders.count; i++) {
		if (str_equal(patching->request->after.items[i].revision,
				    spec->down_revision.items[0])) {
			return patching->folders.items[i];
		}
	}
	return project->locations.count ? project->locations.items[0]
					: project->settings.script_location;
}

static bool is_taken(const struct patching *patching, str path)
{
	const struct project_patch *patch = patching->patch;

	for (size_t i = 0; i < patch->files.count; i++) {
		if (str_equal(patch->files.items[i].path, path)) {
			return true;
		}
	}
	return files_look(patching->request->files, path, patching->arena).kind != ENTRY_NONE;
}

static void add_revision(struct patching *patching, size_t at)
{
	const struct project_patch_request *request = patching->request;
	const struct revision_spec *spec = &request->after.items[at];
	const struct settings *settings = &request->project->settings;
	struct arena *arena = patching->arena;
	struct new_revision revision = {
		.id = spec->revision,
		.message = spec->message.len ? spec->message : request->message,
		.down_revision = spec->down_revision,
		.created = request->created,
	};
	const str folder = folder_of(patching, spec);

	if (request->bodies) {
		revision.bodies = request->bodies[at];
	}
	str name = new_revision_name(&revision, settings->file_template, settings->slug_len, arena);

	if (!settings->recursive_version_locations) {
		name = path_name(name); // below the location Alembic would not find it
	}
	str path = path_normalise(path_join(folder, name, arena), arena);

	if (is_taken(patching, path)) {
		name = new_revision_name(&revision, STR(SETTINGS_FILE_TEMPLATE), 0, arena);
		path = path_normalise(path_join(folder, name, arena), arena);
	}
	str_list_add(&patching->folders, path_folder(path), arena);
	path = path_join(files_resolve(request->files, path_folder(path), arena), path_name(path),
			arena);
	add_file(patching, path, true, STR(""),
			new_revision_text(&revision, patching->script_template, arena));
}

/* script.py.mako, beside env.py: that of a folder of revisions may stand above it. */
static str read_template(const struct project_patch_request *request, struct arena *arena)
{
	const str folder = request->project->settings.script_location;
	const str places[] = { folder, path_folder(folder) };
	str text;

	for (size_t i = 0; i < COUNT_OF(places); i++) {
		const str path = path_join(places[i], STR("script.py.mako"), arena);

		if (files_has_file(request->files, path, arena) &&
				!files_read(request->files, path, MAX_TEMPLATE_BYTES, arena,
						&text)) {
			return text;
		}
	}
	return STR("");
}

struct project_patch project_patch_make(
		const struct project_patch_request *request, struct arena *arena)
{
	struct project_patch patch = { 0 };
	struct patching patching = { .request = request, .patch = &patch, .arena = arena };

	for (size_t i = 0; i < request->before.count; i++) {
		change_file(&patching, i);
	}
	if (request->after.count > request->before.count) {
		patching.script_template = read_template(request, arena);
	}
	for (size_t i = request->before.count; i < request->after.count; i++) {
		const struct revision_spec *spec = &request->after.items[i];

		if (spec->where.source) {
			restore_file(&patching, spec);
		} else {
			add_revision(&patching, i);
		}
	}
	return patch;
}
