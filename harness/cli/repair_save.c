#include "cli/repair_save.h"

#include "cli/jobs.h"
#include "cli/naming.h"
#include "cli/repair_proof.h"
#include "cli/scenario_project.h"
#include "kit/arena.h"
#include "kit/file.h"
#include "kit/json.h"
#include "repair/save.h"
#include "replay/replay.h"

#include <string.h>

/* --- the head of a new file ------------------------------------------------------------------------- */

static void add_path(struct buf *head, str path, str folder)
{
	struct json_writer json = { .out = head };
	const str full = path_absolute(path, head->arena);

	json_add_text(&json, NULL, path_relative(full, folder, head->arena));
}

/* A project, and its databases by their files. Empty: a state stands in no file. */
static str head_of(const struct repair_source *source, str path, struct arena *arena)
{
	const str folder = path_absolute(path_folder(path), arena);
	const struct tree_source *tree = source->tree;
	struct buf head = { .arena = arena };

	buf_add(&head, STR("rehearse: 1\nrevisions:\n  alembic: "));
	add_path(&head, tree->path, folder);
	buf_add_char(&head, '\n');
	if (tree->settings.section.len) {
		struct json_writer json = { .out = &head };

		buf_add(&head, STR("  name: "));
		json_add_text(&json, NULL, tree->settings.section);
		buf_add_char(&head, '\n');
	}
	const struct str_list *stubs = &source->scenario->project->stubs;

	if (stubs->count) {
		struct json_writer json = { .out = &head };

		buf_add(&head, STR("  stubs: "));
		json_add_texts(&json, NULL, stubs);
		buf_add_char(&head, '\n');
	}
	buf_add(&head, STR("states:\n  fresh: {}\n"));
	for (size_t i = 0; i < source->databases.count; i++) {
		const struct scenario_state *state = &source->databases.items[i].state;

		if (source->databases.items[i].scenario || source->databases.items[i].folder.len ||
				!state->load.file.path.len) {
			return (str){ 0 };
		}
		buf_format(&head, "  %.*s:\n    load: ", STR_ARG(source->names.items[i + 1]));
		add_path(&head, state->load.file.path, folder);
		buf_add_char(&head, '\n');
	}
	return buf_str(&head);
}

/* --- the proof of the text --------------------------------------------------------------------------- */

/* Play what the strategies of the saved text say; an error says which does not work. */
static struct error *play_saved(struct workshop *workshop, const struct scenario *scenario,
		const struct str_list *names)
{
	struct arena *arena = workshop->invocation->arena;
	struct scenario_cells all = { 0 };
	size_t count = 0;

	scenario_add_cells(scenario, arena, &all);
	struct crew_job *jobs = arena_new_array(arena, struct crew_job, all.count);
	struct crew_answer *answers = arena_new_array(arena, struct crew_answer, all.count);

	for (size_t i = 0; i < all.count; i++) {
		if (str_list_contains(names, all.items[i].strategy->name)) {
			jobs[count++] = (struct crew_job){
				.kind = &job_proof,
				.task = &all.items[i],
			};
		}
	}
	struct error *error = workshop_do(workshop, jobs, count, answers);

	for (size_t i = 0; !error && i < count; i++) {
		const struct repair_proof *proof = answers[i].value;

		if (!proof || proof->outcome.verdict != VERDICT_WORKS) {
			error = error_new(arena, ERROR_INVALID,
					"the repair cannot be saved: cell '%.*s' of what would be written does not work",
					STR_ARG(((const struct scenario_cell *)jobs[i].task)
									->name));
		}
	}
	return error;
}

/* --- the whole -------------------------------------------------------------------------------------- */

static struct error *refuse(struct arena *arena, str why)
{
	return error_new(arena, ERROR_INVALID, "the repair cannot be saved: %.*s", STR_ARG(why));
}

static struct error *refuse_file(str path, struct arena *arena)
{
	return path_is_file(path, arena)
			? error_new(arena, ERROR_INVALID, "'%.*s' is there already", STR_ARG(path))
			: NULL;
}

struct error *repair_save_check(const struct repair_source *source, str path, struct arena *arena)
{
	if (source->tree->scenario && source->databases.count) {
		return refuse(arena,
				STR("the scenario has states of its own; '--save' keeps repairs of these, and of projects"));
	}
	if (!source->tree->scenario && !head_of(source, path, arena).len) {
		return refuse(arena,
				STR("a database that is asked about stands in no file ('rehearse capture' makes one)"));
	}
	return refuse_file(path, arena);
}

enum exit_status repair_save_file(struct workshop *workshop, const struct repair_source *source,
		const struct repair_result *result, str path)
{
	struct invocation *invocation = workshop->invocation;
	struct arena *arena = invocation->arena;
	struct repair_saving saving = { .result = result, .scenario = source->scenario };
	struct buf text = { .arena = arena };
	struct error_list mistakes = { 0 };
	struct str_list names;
	str refusal = { 0 };

	if (source->tree->scenario) {
		saving.text = source->tree->scenario->source->text;
	} else {
		saving.head = head_of(source, path, arena);
	}
	repair_save(&saving, &text, &names, &refusal);
	if (refusal.len) {
		return print_error(invocation, refuse(arena, refusal));
	}
	const struct scenario *scenario =
			scenario_parse(path, buf_str(&text), &scenario_projects, arena, &mistakes);

	if (!scenario) {
		return print_mistakes(invocation, &mistakes);
	}
	struct error *error = play_saved(workshop, scenario, &names);

	scenario_unload(scenario);
	error = error ? error : refuse_file(path, arena); // the search took its time
	error = error ? error : file_write(path, buf_str(&text), arena);
	return error ? print_error(invocation, error) : EXIT_AS_EXPECTED;
}
