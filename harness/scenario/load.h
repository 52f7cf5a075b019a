/*
 * scenario/load.h - read a scenario file: a strict subset of YAML, every mistake of which is reported in
 * one run, each with its place and a hint.
 */
#ifndef SCENARIO_LOAD_H
#define SCENARIO_LOAD_H

#include "scenario/scenario.h"

/*
 * Who reads the Alembic projects that scenarios name: they have a language of their own, and may stand in a commit, of
 * which this room knows nothing.
 */
struct project_reader {
	/*
	 * The tree of `project` as it stands at the commit `at` (empty: on the disk). What literals its env.py hands
	 * to Alembic goes into `configure` where that is not NULL, for keys that are not given. NULL: `mistakes` say
	 * why not; those nowhere are put at the key that asked.
	 */
	const struct project_tree *(*read)(const struct scenario_project *project, str at,
			struct arena *arena, struct alembic_configure *configure,
			struct error_list *mistakes);
};

/*
 * Read and check the file at `path`. Mistakes are added to `mistakes` in the order of the file; NULL is
 * returned if there are any (a file that cannot be read is one, nowhere). Patterns that the scenario
 * holds are freed by scenario_unload(). Without `projects` a project is a mistake.
 */
const struct scenario *scenario_load(str path, const struct project_reader *projects,
		struct arena *arena, struct error_list *mistakes);

/*
 * The same from a pipe or a terminal, "-" being standard input, as if it stood in the file `name`: that is
 * what messages call it, and the folder of the files that it names.
 */
const struct scenario *scenario_load_stream(str path, str name,
		const struct project_reader *projects, struct arena *arena,
		struct error_list *mistakes);

/* Whether the file at `path` has a key `rehearse`, as far as a glance at its start can tell: other YAML has not. */
MUST_USE struct error *scenario_probe(str path, struct arena *arena, bool *ret_is_scenario);

/* The same for text that is already in memory, as if it stood in the file `path`. */
const struct scenario *scenario_parse(str path, str text,
		const struct project_reader *projects, struct arena *arena,
		struct error_list *mistakes);

/*
 * The same for the tree alone: mistakes that stand elsewhere are told as well, but they hide the tree from nobody. Of
 * the scenario `revisions` and `configure` can be used then, and nothing else. NULL: the tree has mistakes.
 */
const struct scenario *scenario_parse_tree(str path, str text,
		const struct project_reader *projects, struct arena *arena,
		struct error_list *mistakes);

/*
 * Read one step, `source` having nothing but what stands behind a dash under `steps`, as a step of `scenario`: files
 * count from its folder, and patterns are freed with it. Names of revisions and backups are not looked up. False:
 * `mistakes` say why not.
 */
MUST_USE bool scenario_read_step(struct scenario *scenario, const struct source *source,
		struct arena *arena, struct error_list *mistakes, struct step *ret_step);

/* Free what is not in the arena: compiled patterns. NULL is fine. */
void scenario_unload(const struct scenario *scenario);

#endif
