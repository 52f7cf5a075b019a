/*
 * Repairs of a database: what may have to be done before the upgrade that everybody runs.
 */
#include "kit/arena.h"
#include "kit/table.h"
#include "repair/repair.h"
#include "scenario/edit.h"

/* More places where a database may be are not tried, and no more revisions one by one. */
#define MOST_PLACES  3
#define MOST_GUESSES 8
#define MOST_SINGLE  24

struct making {
	const struct repair_wish *wish;
	const struct scenario_revisions *tree;
	const struct repair_database *database;
	struct arena *arena;

	struct { /* ways to the goal, one of which comes last */
		struct steps *items;
		size_t count, capacity;
	} ends;
	struct repair_steps_list list;
	struct table seen; /* by their words */
};

/* --- steps -------------------------------------------------------------------------------------------- */

static struct step *add_step(struct making *making, struct steps *steps, enum step_kind kind)
{
	struct step *step = LIST_PUSH(steps, making->arena);

	step->kind = kind;
	return step;
}

static void add_command(struct making *making, struct steps *steps, enum step_kind kind, str target)
{
	struct step *step = add_step(making, steps, kind);

	str_list_add(&step->targets, target, making->arena);
}

static void add_stamp(struct making *making, struct steps *steps, const struct str_list *targets,
		bool purges)
{
	struct step *step = add_step(making, steps, STEP_STAMP);

	step->purge = purges;
	step->targets = *targets;
	if (!targets->count) {
		step->targets = (struct str_list){ 0 };
		str_list_add(&step->targets, STR("base"), making->arena);
	}
}

static void add_sql(struct making *making, struct steps *steps, str sql)
{
	struct step *step = add_step(making, steps, STEP_SQL);

	step->sql.by_engine[making->wish->engine].text = sql;
}

static void add_steps(struct making *making, struct steps *steps, const struct steps *others)
{
	for (size_t i = 0; i < others->count; i++) {
		*LIST_PUSH(steps, making->arena) = others->items[i];
	}
}

/* --- candidates --------------------------------------------------------------------------------------- */

static void add_exactly(struct making *making, str why, struct steps steps)
{
	const str words = repair_steps_words(&steps, making->wish->engine, making->arena);
	uint32_t unused;

	if (!table_find(&making->seen, words, &unused)) {
		table_set(&making->seen, words, 0);
		*LIST_PUSH(&making->list, making->arena) = (struct repair_steps){ why, steps };
	}
}

/* These, and then each way to the goal. */
static void add_before_ends(struct making *making, str why, const struct steps *before)
{
	for (size_t i = 0; i < making->ends.count; i++) {
		struct steps steps = { 0 };

		add_steps(making, &steps, before);
		add_steps(making, &steps, &making->ends.items[i]);
		add_exactly(making, why, steps);
	}
}

static void add_place(struct making *making, struct steps *steps, const struct repair_place *place)
{
	if (place->targets.count) {
		add_stamp(making, steps, &place->targets, place->purges);
	}
}

/* --- ways to the goal --------------------------------------------------------------------------------- */

static void add_end(struct making *making, const struct str_list *targets, enum step_kind kind)
{
	struct steps steps = { 0 };

	for (size_t i = 0; i < targets->count; i++) {
		add_command(making, &steps, kind, targets->items[i]);
	}
	*LIST_PUSH(&making->ends, making->arena) = steps;
}

static bool is_parent(const struct scenario_revisions *tree, str id)
{
	for (size_t i = 0; i < tree->count; i++) {
		if (str_list_contains(&tree->items[i].spec.down_revision, id)) {
			return true;
		}
	}
	return false;
}

/* One branch, by its label, down to where it began. */
static void add_labelled_ends(struct making *making)
{
	for (size_t i = 0; i < making->tree->count; i++) {
		const struct revision_spec *spec = &making->tree->items[i].spec;

		for (size_t j = 0; j < spec->branch_labels.count && spec->down_revision.count;
				j++) {
			struct str_list target = { 0 };

			str_list_add(&target,
					str_format(making->arena, "%.*s@%.*s",
							STR_ARG(spec->branch_labels.items[j]),
							STR_ARG(spec->down_revision.items[0])),
					making->arena);
			add_end(making, &target, STEP_DOWNGRADE);
		}
	}
}

/* The goal says nothing of the rows: all up, nothing, one branch alone, one of them a step down. */
static void add_any_ends(struct making *making, const struct str_list *heads)
{
	add_end(making, heads, STEP_UPGRADE);
	add_end(making, &(struct str_list){ 0 }, STEP_UPGRADE);
	for (size_t i = 0; i < making->tree->count; i++) {
		const struct revision_spec *spec = &making->tree->items[i].spec;
		struct str_list id = { 0 };

		if (is_parent(making->tree, spec->revision)) {
			continue;
		}
		str_list_add(&id, spec->revision, making->arena);
		add_end(making, &id, STEP_UPGRADE);
		if (spec->down_revision.count == 1) {
			add_end(making, &spec->down_revision, STEP_DOWNGRADE);
		}
	}
}

/* What the goal says of the rows; where it says nothing, up is tried, and one down. */
static void make_ends(struct making *making)
{
	const struct goal *goal = making->wish->goal;
	struct str_list heads = { 0 };

	str_list_add(&heads, STR("heads"), making->arena);
	if (!(goal->keys & GOAL_VERSION)) {
		add_any_ends(making, &heads);
	} else if (goal->version == GOAL_VERSION_HEADS) {
		add_end(making, &heads, STEP_UPGRADE);
	} else if (!goal->rows.count) {
		struct str_list base = { 0 };

		str_list_add(&base, STR("base"), making->arena);
		add_end(making, &base, STEP_DOWNGRADE);
	} else {
		add_end(making, &goal->rows, STEP_UPGRADE);
		add_end(making, &goal->rows, STEP_DOWNGRADE);
		for (size_t i = 0; goal->rows.count > 1 && i < goal->rows.count; i++) {
			const struct str_list one = { .items = &goal->rows.items[i], .count = 1 };

			add_end(making, &one, STEP_UPGRADE);
			add_end(making, &one, STEP_DOWNGRADE);
		}
		add_end(making, &(struct str_list){ 0 }, STEP_UPGRADE);
		add_labelled_ends(making);
	}
}

/* --- what locate says --------------------------------------------------------------------------------- */

static void add_stamps(struct making *making)
{
	const struct repair_database *database = making->database;

	for (size_t i = 0; i < database->places.count && i < MOST_PLACES; i++) {
		const struct repair_place *place = &database->places.items[i];
		struct steps steps = { 0 };

		add_place(making, &steps, place);
		add_before_ends(making, STR("stamp where the schema is"), &steps);
		if (place->targets.count && !place->purges) {
			steps = (struct steps){ 0 };
			add_stamp(making, &steps, &place->targets, true);
			add_before_ends(making, STR("forget all rows, stamp where the schema is"),
					&steps);
		}
	}
}

/* Run what never ran, each between two stamps; the first is not needed where the rows are `rows` by now. */
static void run_holes(struct making *making, struct steps *steps, const struct repair_place *place,
		const struct str_list *rows)
{
	const struct repair_database *database = making->database;

	for (size_t i = 0; i < database->holes.count; i++) {
		const struct str_list *below = &database->holes.items[i].below;

		if (i || !str_list_equal(below, rows)) {
			add_stamp(making, steps, below, true);
		}
		add_command(making, steps, STEP_UPGRADE, database->holes.items[i].revision);
	}
	if (database->holes.count) {
		add_stamp(making, steps, &place->rows, true);
	}
}

static void add_holes(struct making *making)
{
	const struct repair_database *database = making->database;

	for (size_t i = 0; database->holes.count && i < database->places.count && i < MOST_PLACES;
			i++) {
		struct steps steps = { 0 };

		run_holes(making, &steps, &database->places.items[i], &database->rows);
		add_before_ends(making, STR("run what never ran, between two stamps"), &steps);
	}
}

static void undo(struct making *making, struct steps *steps, const struct str_list *sql)
{
	if (sql->count) {
		add_sql(making, steps, str_list_join(sql, STR("\n"), making->arena));
	}
}

/* Take back what ran in part, or what nobody knows, and tell the truth. */
static void add_undone(struct making *making)
{
	static const struct repair_place nowhere;
	const struct repair_database *database = making->database;
	const struct repair_place *place =
			database->places.count ? &database->places.items[0] : &nowhere;
	const struct str_list foreign_sql = repair_undo_all(&database->foreign, making->arena);
	struct steps parts = { 0 }, foreign = { 0 }, both = { 0 };

	for (size_t i = 0; i < database->parts.count; i++) {
		undo(making, &parts, &database->parts.items[i].undo);
	}
	undo(making, &foreign, &foreign_sql);
	add_steps(making, &both, &parts);
	add_steps(making, &both, &foreign);
	struct steps *const ways[] = { &parts, &foreign, &both };
	const str whys[] = {
		STR("take back what ran in part"),
		STR("take away what no revision explains"),
		STR("take back what ran in part, and what no revision explains"),
	};

	for (size_t i = 0; i < COUNT_OF(ways); i++) {
		if (!ways[i]->count) {
			continue;
		}
		add_before_ends(making, whys[i], ways[i]);
		add_place(making, ways[i], place);
		add_before_ends(making, whys[i], ways[i]);
		if (database->holes.count) {
			run_holes(making, ways[i], place, &place->rows);
			add_before_ends(making, whys[i], ways[i]);
		}
	}
}

/* Make by hand what ran once and is not there: somebody dropped it, or it was written into a file that had run. */
static void add_made(struct making *making)
{
	const struct repair_database *database = making->database;
	struct repair_sql sql;

	if (!repair_make_sql(&database->absent, making->wish->engine, making->arena, &sql)) {
		return;
	}
	for (size_t i = 0; i < database->places.count && i < MOST_PLACES; i++) {
		struct steps steps = { 0 };

		add_sql(making, &steps, sql.up);
		add_place(making, &steps, &database->places.items[i]);
		add_before_ends(making, STR("make by hand what is missing"), &steps);
	}
}

/* Send the other statements of what ran in part; it is there then, and the rows may say so, or have to. */
static void add_finished(struct making *making)
{
	const str why = STR("finish what ran in part, by hand");

	for (size_t i = 0; i < making->database->parts.count; i++) {
		const struct repair_part *part = &making->database->parts.items[i];
		struct str_list targets = { 0 };

		if (!part->rest.len) {
			continue;
		}
		str_list_add(&targets, part->revision, making->arena);
		for (unsigned way = 0; way < 3; way++) {
			struct steps steps = { 0 };

			add_sql(making, &steps, part->rest);
			if (way) {
				add_stamp(making, &steps, &targets, way == 2);
			}
			add_before_ends(making, why, &steps);
		}
	}
}

/* --- what the rows say -------------------------------------------------------------------------------- */

/* The rows, each once, and without those that others stand on. */
static void add_tidied(struct making *making)
{
	const struct str_list *rows = &making->database->rows;
	struct str_list once = { 0 }, tips = { 0 };
	struct steps steps = { 0 };

	for (size_t i = 0; i < rows->count; i++) {
		if (!str_list_contains(&once, rows->items[i])) {
			str_list_add(&once, rows->items[i], making->arena);
		}
	}
	for (size_t i = 0; i < once.count; i++) {
		bool is_below = false;

		for (size_t j = 0; j < making->tree->count; j++) {
			const struct revision_spec *spec = &making->tree->items[j].spec;

			is_below |= str_list_contains(&once, spec->revision) &&
					(str_list_contains(&spec->down_revision, once.items[i]) ||
							str_list_contains(&spec->depends_on,
									once.items[i]));
		}
		if (!is_below) {
			str_list_add(&tips, once.items[i], making->arena);
		}
	}
	if (once.count) {
		add_stamp(making, &steps, &once, true);
		add_before_ends(making, STR("each row once"), &steps);
		steps = (struct steps){ 0 };
		add_stamp(making, &steps, &tips, true);
		add_before_ends(making, STR("only rows that no other stands on"), &steps);
	}
}

/* Undo the last one, then go on: what is in its tables goes. */
static void add_downgrades(struct making *making)
{
	const struct repair_database *database = making->database;

	for (size_t i = 0; i < database->places.count && i < MOST_PLACES; i++) {
		const struct repair_place *place = &database->places.items[i];

		for (size_t j = 0; j < making->tree->count && place->rows.count; j++) {
			const struct revision_spec *spec = &making->tree->items[j].spec;
			struct steps steps = { 0 };

			if (!str_list_contains(&place->rows, spec->revision) ||
					spec->down_revision.count > 1) {
				continue;
			}
			add_place(making, &steps, place);
			add_command(making, &steps, STEP_DOWNGRADE,
					spec->down_revision.count ? spec->down_revision.items[0]
								  : STR("base"));
			add_before_ends(making, STR("undo the last one, and go on"), &steps);
		}
	}
}

/* --- how the upgrade is cut --------------------------------------------------------------------------- */

/* A command for each revision, behind what may have to come first. */
static void add_one_by_one(struct making *making)
{
	struct steps steps = { 0 };

	if (making->tree->count > MOST_SINGLE || making->tree->count < 2) {
		return;
	}
	for (size_t i = 0; i < making->tree->count; i++) {
		add_command(making, &steps, STEP_UPGRADE, making->tree->items[i].spec.revision);
	}
	add_before_ends(making, STR("a command for each revision"), &steps);
}

/* One branch after the other, in both orders. */
static void add_branch_by_branch(struct making *making)
{
	struct str_list heads = { 0 };
	struct steps forth = { 0 }, back = { 0 };

	for (size_t i = 0; i < making->tree->count; i++) {
		const str id = making->tree->items[i].spec.revision;

		if (!is_parent(making->tree, id)) {
			str_list_add(&heads, id, making->arena);
		}
	}
	for (size_t i = 0; i < heads.count; i++) {
		add_command(making, &forth, STEP_UPGRADE, heads.items[i]);
		add_command(making, &back, STEP_UPGRADE, heads.items[heads.count - 1 - i]);
	}
	if (heads.count > 1 && heads.count <= MOST_GUESSES) {
		add_exactly(making, STR("one branch after the other"), forth);
		add_exactly(making, STR("one branch after the other"), back);
	}
}

/* --- guesses ------------------------------------------------------------------------------------------ */

/* Stamps that people try: each revision, the newest first. */
static void add_guesses(struct making *making)
{
	size_t added = 0;

	for (size_t i = making->tree->count; i-- > 0 && added < MOST_GUESSES; added++) {
		struct str_list targets = { 0 };
		struct steps steps = { 0 };

		str_list_add(&targets, making->tree->items[i].spec.revision, making->arena);
		add_stamp(making, &steps, &targets, making->database->rows.count != 1);
		add_before_ends(making, STR("a guess"), &steps);
	}
}

/* --- the whole ---------------------------------------------------------------------------------------- */

static void sort_by_length(struct repair_steps_list *list)
{
	for (size_t i = 1; i < list->count; i++) {
		const struct repair_steps steps = list->items[i];
		size_t at = i;

		for (; at && list->items[at - 1].steps.count > steps.steps.count; at--) {
			list->items[at] = list->items[at - 1];
		}
		list->items[at] = steps;
	}
}

struct repair_steps_list repair_make_steps(const struct repair_wish *wish,
		const struct scenario_revisions *tree, const struct repair_database *database,
		struct arena *arena)
{
	struct making making = {
		.wish = wish,
		.tree = tree,
		.database = database,
		.arena = arena,
		.seen = { .arena = arena },
	};

	make_ends(&making);
	add_before_ends(&making, STR("nothing by hand"), &(struct steps){ 0 });
	add_stamps(&making);
	add_holes(&making);
	add_undone(&making);
	add_made(&making);
	add_finished(&making);
	add_tidied(&making);
	add_downgrades(&making);
	add_one_by_one(&making);
	add_branch_by_branch(&making);
	add_guesses(&making);
	sort_by_length(&making.list);
	return making.list;
}
