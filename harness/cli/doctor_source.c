#include "cli/doctor_source.h"

#include "cli/doctor_git.h"
#include "kit/file.h"
#include "kit/json.h"

static enum fault_kind fault_kind_of(enum finding_kind kind)
{
	switch (kind) {
	case FINDING_DOCSTRING_DISAGREES:
		return FAULT_DOCSTRING_DISAGREES;
	case FINDING_NOT_LITERAL:
		return FAULT_NOT_LITERAL;
	case FINDING_UNREADABLE:
		break;
	}
	return FAULT_UNREADABLE;
}

/* The place of the file that a finding is about. */
static size_t place_of(const struct project *project, const struct finding *finding)
{
	size_t i = 0;

	while (project->specs.items[i].where.source != finding->where.source) {
		i++;
	}
	return i;
}

/*
 * What to do about a docstring that says otherwise than the code, where the code is to be changed: it may be right, and
 * what it is to say is what the code will.
 */
static void match_with_repairs(const struct tree_source *source,
		const struct revision_specs *repaired, const struct finding *finding,
		struct fault *fault, struct arena *arena)
{
	const size_t place = place_of(source->project, finding);
	const struct revision_spec *now = &source->specs.items[place];
	const struct revision_spec *then = &repaired->items[place];
	const struct docstring_claims claims =
			revision_file_claims(&source->project->revisions.items[place].file, arena);
	const bool is_of_id = finding->fact == FACT_REVISION;

	if (is_of_id ? str_equal(now->revision, then->revision)
		     : str_list_equal(&now->down_revision, &then->down_revision)) {
		return;
	}
	const char *name = is_of_id ? "revision" : "down_revision";
	const bool agrees = is_of_id ? str_equal(claims.revision, then->revision)
				     : docstring_claims_revise(&claims, &then->down_revision);
	const str value = is_of_id ? then->revision
				   : str_list_join(&then->down_revision, STR(", "), arena);

	fault->is_mended_by_others = true;
	fault->suggestion = agrees
			? str_format(arena, "With %s as suggested above, both say '%.*s'.", name,
					  STR_ARG(value))
			: str_format(arena,
					  "Write '%s:%s%.*s', which the code says with %s as suggested above.",
					  is_of_id ? "Revision ID" : "Revises",
					  value.len ? " " : "", STR_ARG(value), name);
}

/* What reading the files has brought to light comes behind what the tree says. */
static void add_findings(
		const struct tree_source *source, struct faults *faults, struct arena *arena)
{
	const struct project *project = source->project;
	const bool has_any = project->findings.count &&
			project->findings.items[0].kind == FINDING_DOCSTRING_DISAGREES;
	const struct revision_specs repaired = has_any
			? faults_repair(faults, &source->specs, source->level, arena)
			: (struct revision_specs){ 0 };

	for (size_t i = 0; i < project->findings.count; i++) {
		const struct finding *finding = &project->findings.items[i];
		struct fault *fault = LIST_PUSH(faults, arena);

		fault->kind = fault_kind_of(finding->kind);
		fault->revision = finding->revision;
		fault->file = finding->file;
		fault->spec = SIZE_MAX;
		fault->where = finding->where;
		fault->path = finding->where.source->name;
		fault->line = span_place(finding->where).line;
		fault->message = finding->message;
		fault->suggestion = finding->suggestion;
		if (finding->kind == FINDING_DOCSTRING_DISAGREES) {
			match_with_repairs(source, &repaired, finding, fault, arena);
		}
	}
}

/* A literal as tools read it; empty: it is none. */
static str json_of(const struct literal *literal, struct arena *arena)
{
	struct buf out = { .arena = arena };
	struct json_writer json = { .out = &out };

	switch (literal->kind) {
	case LITERAL_NONE:
		return STR("null");
	case LITERAL_BOOLEAN:
		return str_equal(literal->items[0].value, STR("True")) ? STR("true") : STR("false");
	case LITERAL_TEXT:
		json_add_text(&json, NULL, literal->items[0].value);
		break;
	case LITERAL_OTHER:
	case LITERAL_LIST:
	case LITERAL_NUMBER:
		break;
	}
	return buf_str(&out);
}

/* What env.py hands to configure(): with which table, and in which transactions, commands will run. */
static void add_configure(const struct env_file *env, struct faults *faults, struct arena *arena)
{
	for (size_t i = 0; i < ENV_OPTION_COUNT; i++) {
		const str json = env->options[i].is_there ? json_of(&env->options[i].value, arena)
							  : (str){ 0 };

		if (json.len) {
			*LIST_PUSH(&faults->configure, arena) = (struct configure_value){
				.name = env_option_names[i],
				.json = json,
			};
		}
	}
}

/* "alembic.ini [tenant]", where several are told of. */
static str name_of(const struct tree_source *source, struct arena *arena)
{
	const str section = source->project ? source->project->settings.section : STR("");

	return !section.len || str_equal(section, STR("alembic"))
			? source->path
			: str_format(arena, "%.*s [%.*s]", STR_ARG(source->path), STR_ARG(section));
}

/* Commands that Alembic carries out from where the reader is: with this configuration, in the folder that it needs. */
static void call_alembic(
		const struct tree_source *source, struct faults *faults, struct arena *arena)
{
	const struct settings *settings = &source->project->settings;
	const str here = path_from_root(STR("."), arena);
	struct buf program = { .arena = arena };
	str folder = settings->run_folder.len ? settings->run_folder : here;

	if (source->place.kind != PLACE_CONFIGURATION || settings->is_led) {
		return; // nobody could say with which
	}
	buf_add(&program, STR("alembic"));
	if (!settings->ini.len) { // it is looked for where Alembic runs
		folder = settings->folder;
	} else if (!str_equal(settings->ini, path_join(folder, STR("alembic.ini"), arena))) {
		buf_add(&program, STR(" -c "));
		buf_add_shell_word(&program, path_relative(settings->ini, folder, arena));
	}
	if (settings->section.len && !str_equal(settings->section, STR("alembic"))) {
		buf_add(&program, STR(" -n "));
		buf_add_shell_word(&program, settings->section);
	}
	faults_call_alembic(faults, buf_str(&program),
			str_equal(folder, here) ? STR("") : path_relative(folder, here, arena),
			arena);
}

struct faults doctor_examine_source(
		const struct tree_source *source, bool searches_git, struct arena *arena)
{
	const struct memories memories = source->project && searches_git
			? doctor_search_git(source, NULL, arena)
			: (struct memories){ 0 };
	struct faults faults =
			doctor_examine_with(&source->specs, &memories.lost, source->level, arena);

	faults.source_kind = source->kind->name;
	faults.source_path = source->path;
	faults.source_at = source->at;
	faults.source_name = name_of(source, arena);
	if (source->project) {
		add_findings(source, &faults, arena);
		add_configure(&source->project->env, &faults, arena);
		call_alembic(source, &faults, arena);
		faults.notes = source->project->notes;
		doctor_tell_memories(&memories, &faults, arena);
	}
	return faults;
}
