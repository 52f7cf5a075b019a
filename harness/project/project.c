#include "project/project.h"

#include "kit/file.h"
#include "project/encoding.h"
#include "project/versions.h"

/* A file that is larger is no migration: what is not read costs no time. */
#define MAX_BYTES ((size_t)8 * 1024 * 1024)

/* Ids that a message lists. */
#define IDS_SHOWN 3

struct reading {
	const struct files *files;
	int level;
	struct arena *arena;
	struct project *project;
	str folder; /* that names are shown from */
};

static struct finding *add_finding(struct reading *reading, enum finding_kind kind,
		const struct revision_spec *spec, struct span where)
{
	struct finding *finding = LIST_PUSH(&reading->project->findings, reading->arena);

	finding->kind = kind;
	finding->revision = spec->revision;
	finding->file = spec->file;
	finding->where = where;
	return finding;
}

static void add_note(struct reading *reading, str note)
{
	str_list_add(&reading->project->notes, note, reading->arena);
}

/* "versions/0003.py:7" */
static str place_of(struct span where, struct arena *arena)
{
	return str_format(arena, "%.*s:%zu", STR_ARG(where.source->name), span_place(where).line);
}

/* ---- facts ---- */

static void report_not_literal(struct reading *reading, const struct revision_spec *spec,
		enum revision_fact index, const struct declared_fact *fact)
{
	const bool is_perhaps = !fact->is_there;
	struct finding *finding = add_finding(reading, FINDING_NOT_LITERAL, spec,
			is_perhaps ? fact->perhaps : fact->where);

	finding->message = is_perhaps
			? str_format(reading->arena, "'%s' is only given a value under a condition",
					  revision_fact_names[index])
			: str_equal(str_from(fact->value.reason), STR("nothing"))
			? str_format(reading->arena, "'%s' is given no value",
					  revision_fact_names[index])
			: str_format(reading->arena, "'%s' is %s, not a literal",
					  revision_fact_names[index], fact->value.reason);
	finding->suggestion = str_format(reading->arena,
			"Write the value itself: only running the file would tell what '%s' is.",
			revision_fact_names[index]);
}

/* A number, a truth value, a text that is no list's, ...: Alembic takes it, and then fails. */
static void report_wrong_type(struct reading *reading, const struct revision_spec *spec,
		enum revision_fact index, const struct declared_fact *fact)
{
	struct finding *finding = add_finding(reading, FINDING_UNREADABLE, spec, fact->where);
	const str value = str_slice(fact->value.where.source->text, fact->value.where.offset,
			fact->value.where.len);

	finding->message = str_format(reading->arena, "'%s' cannot be %.*s",
			revision_fact_names[index],
			STR_ARG(str_printable(str_slice(value, 0, 60), reading->arena)));
	finding->suggestion = index == FACT_REVISION
			? STR("Write a text in quotes: Alembic ends with a TypeError.")
			: STR("Write a text in quotes, a list of them, or None: Alembic ends with a TypeError.");
}

/* The fact as a list of texts; false: it is not known, which has been reported. */
static bool read_texts(struct reading *reading, const struct revision_spec *spec,
		const struct revision_file *file, enum revision_fact index,
		struct str_list *ret_texts)
{
	const struct declared_fact *fact = &file->facts[index];

	*ret_texts = (struct str_list){ 0 };
	if (!fact->is_there && fact->perhaps.source) {
		report_not_literal(reading, spec, index, fact);
		return false;
	}
	if (!fact->is_there) {
		return true;
	}
	switch (fact->value.kind) {
	case LITERAL_OTHER:
		if (!file->problem || fact->value.where.len) { // else the problem has eaten it
			report_not_literal(reading, spec, index, fact);
		}
		return false;
	case LITERAL_NUMBER:
	case LITERAL_BOOLEAN:
		report_wrong_type(reading, spec, index, fact);
		return false;
	case LITERAL_NONE:
		break;
	case LITERAL_TEXT:
	case LITERAL_LIST:
		for (size_t i = 0; i < fact->value.count; i++) {
			str_list_add(ret_texts, fact->value.items[i].value, reading->arena);
		}
		break;
	}
	if (fact->perhaps.source) {
		add_note(reading,
				str_format(reading->arena,
						"%.*s: '%s' may be given another value under a condition, which was taken not to hold",
						STR_ARG(place_of(fact->perhaps, reading->arena)),
						revision_fact_names[index]));
	}
	return true;
}

/* "0a1b2c.py": before `revision` was a variable, the file's name said it. */
static bool is_legacy_name(str name)
{
	const str stem = str_slice(name, 0, name.len - 3);

	for (size_t i = 0; i < stem.len; i++) {
		const char c = stem.data[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'))) {
			return false;
		}
	}
	return stem.len > 0;
}

/* The id; false: there is none, or none that is known, which has been reported. */
static bool read_revision(struct reading *reading, const struct revision_file *file,
		struct revision_spec *spec)
{
	const struct declared_fact *fact = &file->facts[FACT_REVISION];
	const str name = path_name(spec->file);

	if (fact->is_there && fact->value.kind == LITERAL_TEXT) {
		struct str_list texts;

		(void)read_texts(reading, spec, file, FACT_REVISION, &texts);
		spec->revision = texts.items[0];
		spec->where = fact->where;
		return true;
	}
	if (fact->is_there && fact->value.kind == LITERAL_OTHER) {
		struct str_list ignored;

		return read_texts(reading, spec, file, FACT_REVISION, &ignored);
	}
	if (fact->is_there) {
		report_wrong_type(reading, spec, FACT_REVISION, fact);
		return false;
	}
	if (fact->perhaps.source) {
		report_not_literal(reading, spec, FACT_REVISION, fact);
		return false;
	}
	if (is_legacy_name(name)) {
		spec->revision = str_slice(name, 0, name.len - 3);
		spec->where = (struct span){ .source = file->source };
		return true;
	}
	if (!file->problem) {
		struct finding *finding = add_finding(reading, FINDING_UNREADABLE, spec,
				(struct span){ .source = file->source });

		finding->message = STR(
				"it declares no 'revision', so no command of Alembic gets past it");
		finding->suggestion = str_format(reading->arena,
				"If it is no migration, move it out of the folder: \"Could not determine revision id from filename %.*s.\"",
				STR_ARG(name));
	}
	return false;
}

static void read_down_revision(struct reading *reading, const struct revision_file *file,
		struct revision_spec *spec)
{
	const struct declared_fact *fact = &file->facts[FACT_DOWN_REVISION];

	if (fact->is_there || fact->perhaps.source) {
		spec->has_unknown_parents = !read_texts(
				reading, spec, file, FACT_DOWN_REVISION, &spec->down_revision);
		spec->lists_down_revision = fact->value.kind == LITERAL_LIST;
		spec->down_where = fact->is_there ? fact->where : fact->perhaps;
		return;
	}
	spec->has_unknown_parents = true;
	if (!file->problem) {
		struct finding *finding =
				add_finding(reading, FINDING_UNREADABLE, spec, spec->where);

		finding->message = STR(
				"it declares no 'down_revision', so Alembic ends with an AttributeError");
		finding->suggestion = STR(
				"Write what it follows, or 'down_revision = None' for the first revision.");
	}
}

/* ---- docstrings ---- */

static str list_or_none(const struct str_list *ids, struct arena *arena)
{
	const struct str_list shown = { .items = ids->items,
		.count = ids->count < IDS_SHOWN ? ids->count : IDS_SHOWN };
	const str more = ids->count > IDS_SHOWN
			? str_format(arena, " and %zu more", ids->count - IDS_SHOWN)
			: STR("");

	return ids->count ? str_format(arena, "'%.*s'%.*s",
					    STR_ARG(str_list_join(&shown, STR("', '"), arena)),
					    STR_ARG(more))
			  : STR("nothing");
}

static void compare_docstring(struct reading *reading, const struct revision_file *file,
		struct revision_spec *spec)
{
	struct arena *arena = reading->arena;
	const struct docstring_claims claims = revision_file_claims(file, arena);
	struct finding *finding;

	spec->told_revision = claims.revision;
	spec->told_parents = claims.revises;
	if (claims.has_revision && !str_equal(claims.revision, spec->revision)) {
		finding = add_finding(
				reading, FINDING_DOCSTRING_DISAGREES, spec, claims.revision_where);
		finding->fact = FACT_REVISION;
		finding->message = str_format(arena,
				"the docstring says revision '%.*s', the code '%.*s'",
				STR_ARG(claims.revision), STR_ARG(spec->revision));
		finding->suggestion = str_format(arena,
				"Alembic goes by the code; write 'Revision ID: %.*s'.",
				STR_ARG(spec->revision));
	}
	if (claims.has_revises && !spec->has_unknown_parents &&
			!docstring_claims_revise(&claims, &spec->down_revision)) {
		const str ids = str_list_join(&spec->down_revision, STR(", "), arena);

		finding = add_finding(
				reading, FINDING_DOCSTRING_DISAGREES, spec, claims.revises_where);
		finding->fact = FACT_DOWN_REVISION;
		finding->message = str_format(arena,
				"the docstring says that it revises %.*s, the code %.*s",
				STR_ARG(list_or_none(&claims.revises, arena)),
				STR_ARG(list_or_none(&spec->down_revision, arena)));
		finding->suggestion = str_format(arena,
				"Alembic goes by the code; write 'Revises:%s%.*s'.",
				ids.len ? " " : "", STR_ARG(ids));
	}
}

/* ---- files ---- */

static void report_unreadable(struct reading *reading, const struct revision_spec *spec,
		const struct error *error)
{
	struct finding *finding = add_finding(reading, FINDING_UNREADABLE, spec, error->where);

	finding->message = error->message;
}

static struct error *check_kind(const struct reading *reading, str path)
{
	switch (files_look(reading->files, path, reading->arena).kind) {
	case ENTRY_FILE:
		return NULL;
	case ENTRY_NONE:
		return error_new(reading->arena, ERROR_NOT_FOUND,
				"it is a link that leads nowhere, or it went away meanwhile");
	case ENTRY_FOLDER:
		return error_new(reading->arena, ERROR_INVALID, "it is a folder");
	case ENTRY_OTHER:
		break;
	}
	return error_new(reading->arena, ERROR_INVALID,
			"it is no file: Alembic may wait for it for ever");
}

static void read_file(struct reading *reading, const struct version_file *found)
{
	struct arena *arena = reading->arena;
	struct source *source = arena_new(arena, struct source);
	struct revision_spec spec = {
		.file = path_relative(found->path, reading->folder, arena),
	};
	struct error *error = check_kind(reading, found->path);

	source->name = files_name(reading->files, found->path, arena);
	if (found->is_compiled) {
		error = error_new(arena, ERROR_INVALID,
				"it is compiled, and its source is not there: only Python reads it");
	}
	error = error ? error
		      : files_read(reading->files, found->path, MAX_BYTES, arena, &source->text);
	if (error) {
		error->where = (struct span){ .source = source };
		report_unreadable(reading, &spec, error);
		return;
	}
	const struct revision_file file = revision_file_read(source, arena);

	if (!read_revision(reading, &file, &spec)) {
		if (file.problem) {
			report_unreadable(reading, &spec, file.problem);
		}
		return;
	}
	read_down_revision(reading, &file, &spec);
	(void)read_texts(reading, &spec, &file, FACT_DEPENDS_ON, &spec.depends_on);
	(void)read_texts(reading, &spec, &file, FACT_BRANCH_LABELS, &spec.branch_labels);
	spec.depends_where = file.facts[FACT_DEPENDS_ON].where;
	spec.labels_where = file.facts[FACT_BRANCH_LABELS].where;
	spec.message = str_slice(file.docstring, 0, str_find_char(file.docstring, '\n'));
	spec.message = str_trim(spec.message);
	compare_docstring(reading, &file, &spec);
	if (file.problem) {
		report_unreadable(reading, &spec, file.problem);
	}
	*LIST_PUSH(&reading->project->specs, arena) = spec;
	*LIST_PUSH(&reading->project->revisions, arena) =
			(struct project_revision){ .path = found->path, .file = file };
}

/* By kind; within one the order stays. */
static void sort_findings(struct reading *reading)
{
	struct project *project = reading->project;
	const size_t count = project->findings.count;
	struct finding *sorted = arena_new_array(reading->arena, struct finding, count);
	size_t at = 0;

	for (int kind = FINDING_DOCSTRING_DISAGREES; kind <= FINDING_UNREADABLE; kind++) {
		for (size_t i = 0; i < count; i++) {
			if ((int)project->findings.items[i].kind == kind) {
				sorted[at++] = project->findings.items[i];
			}
		}
	}
	project->findings.items = sorted;
	project->findings.capacity = count;
}

/* ---- env.py ---- */

static void note_env_options(struct reading *reading)
{
	const struct env_file *env = &reading->project->env;

	for (size_t i = 0; i < ENV_OPTION_COUNT; i++) {
		if (env->options[i].is_there && env->options[i].value.kind == LITERAL_OTHER) {
			add_note(reading,
					str_format(reading->arena,
							"%.*s: '%s' is %s, not a literal, so its value is not known; a scenario gives it with 'configure: {%s: ...}'",
							STR_ARG(place_of(env->options[i].where,
									reading->arena)),
							env_option_names[i],
							env->options[i].value.reason,
							env_option_names[i]));
		}
	}
	if (env->spread.source) {
		add_note(reading,
				str_format(reading->arena,
						"%.*s: what '**' hands to configure() is not known",
						STR_ARG(place_of(env->spread, reading->arena))));
	}
}

static void read_env(struct reading *reading)
{
	struct arena *arena = reading->arena;
	struct source *source = arena_new(arena, struct source);
	const str path =
			path_join(reading->project->settings.script_location, STR("env.py"), arena);

	source->name = files_name(reading->files, path, arena);
	if (!files_has_file(reading->files, path, arena)) {
		if (!reading->project->settings.has_env) {
			return;
		}
		add_note(reading,
				str_format(arena, "there is no '%.*s', which most commands need",
						STR_ARG(source->name)));
		return;
	}
	struct error *error = files_read(reading->files, path, MAX_BYTES, arena, &source->text);

	if (error) {
		add_note(reading, error->message);
		return;
	}
	reading->project->env = env_file_read(source, arena);
	note_env_options(reading);
}

/* ---- the whole ---- */

struct error *project_read(const struct files *files, const struct settings *settings, int level,
		struct arena *arena, struct project *ret_project)
{
	struct reading reading = {
		.files = files,
		.level = level,
		.arena = arena,
		.project = ret_project,
		.folder = settings->folder,
	};
	struct version_files found;

	*ret_project = (struct project){ .settings = *settings, .notes = settings->notes };
	struct error *error = versions_list(files, settings, level, arena, &found);

	if (error) {
		return error;
	}
	for (size_t i = 0; i < found.doubled.count; i++) {
		add_note(&reading,
				str_format(arena,
						"'%.*s' is in two version locations; Alembic warns, and loads it once",
						STR_ARG(files_name(files, found.doubled.items[i],
								arena))));
	}
	for (size_t i = 0; found.folders.count && i < found.missing.count; i++) {
		add_note(&reading,
				str_format(arena,
						"there is no '%.*s', a version location; Alembic passes it over",
						STR_ARG(files_name(files, found.missing.items[i],
								arena))));
	}
	ret_project->locations = found.folders;
	ret_project->file_count = found.count;
	for (size_t i = 0; i < found.count; i++) {
		read_file(&reading, &found.items[i]);
	}
	sort_findings(&reading);
	read_env(&reading);
	return NULL;
}

struct error *project_read_revisions(const struct files *files, str folder,
		const struct str_list *paths, int level, struct arena *arena,
		struct project *ret_project)
{
	struct reading reading = {
		.files = files,
		.level = level,
		.arena = arena,
		.project = ret_project,
		.folder = folder,
	};

	*ret_project = (struct project){
		.settings = settings_of_script_location(files, folder, arena),
		.file_count = paths->count,
	};
	for (size_t i = 0; i < paths->count; i++) {
		const struct version_file file = { .path = paths->items[i] };
		const str parent = path_folder(file.path);

		if (!str_list_contains(&ret_project->locations, parent)) {
			str_list_add(&ret_project->locations, parent, arena);
		}
		read_file(&reading, &file);
	}
	sort_findings(&reading);
	return NULL;
}
