/*
 * cli/repair_trial.h - one tree, tried on all databases: each gets its candidates, the likely ones first, until one works. A
 * kind of job.
 */
#ifndef CLI_REPAIR_TRIAL_H
#define CLI_REPAIR_TRIAL_H

#include "crew/crew.h"
#include "repair/runbook.h"

/* What all trials share. */
struct trial_scene {
	struct scenario scenario; /* a copy, one of whose strategies has the goal */
	struct goal goal;
	struct repair_wish wish;
	struct repair_trees trees;
	enum scenario_engine engine;
	struct scenario_state nothing; /* an empty database */
	int64_t deadline_us;           /* no cell begins later; 0: none */
};

struct trial_task {
	const struct trial_scene *scene;
	size_t tree;
};

/* What became of it; of each state. */
struct trial {
	size_t tree;
	size_t count;
	struct repair_database *databases;
	const struct repair_steps **solved; /* NULL: nothing works */
	struct repair_attempts attempts;
	str no_database;    /* what was named is none, and why; empty: all are */
	str missing_module; /* that Python could not import; empty: none */
	bool is_late; /* there was no time for all candidates */
};

/* The task is a struct trial_task, the answer a struct trial. */
extern const struct job_kind job_trial;

/* A cell in which the steps are carried out on the tree's files. */
struct scenario_cell trial_cell(const struct trial_scene *scene, size_t tree,
		const struct scenario_state *state, const struct repair_steps *steps,
		struct arena *arena);

/* How many of the databases have steps that work; and how many steps that are in all. */
size_t trial_solved(const struct trial *trial);
size_t trial_steps(const struct trial *trial);

#endif
