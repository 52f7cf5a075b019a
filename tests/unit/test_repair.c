/* Candidates by themselves: trees and databases in, in the order of promise out. Nothing is replayed. */
#include "check.h"
#include "repair/repair.h"

#include "kit/arena.h"
#include "leaks.h"
#include "repair/runbook.h"

static struct arena arena;
static struct goal goal;
static struct scenario_revisions restored; /* what git remembers */
static struct scenario_revisions tree;

static void setup(void)
{
	arena = (struct arena){ 0 };
	tree = restored = (struct scenario_revisions){ 0 };
	goal = (struct goal){ .keys = GOAL_VERSION, .version = GOAL_VERSION_HEADS };
}

static void teardown(void)
{
	arena_finish(&arena);
	check_leaks();
}

TestSuite(repair, .init = setup, .fini = teardown);

/* A revision whose upgrade is `sql`, behind `down`; an empty text: a base. */
static struct scenario_revision *add(const char *id, const char *down, const char *sql)
{
	struct scenario_revision *revision = LIST_PUSH(&tree, &arena);

	revision->spec.revision = str_from(id);
	if (*down) {
		str_list_add(&revision->spec.down_revision, str_from(down), &arena);
	}
	revision->upgrade.by_engine[SCENARIO_SQLITE].text = str_from(sql);
	return revision;
}

static struct repair_wish wish(void)
{
	return (struct repair_wish){
		.tree = &tree,
		.goal = &goal,
		.engine = SCENARIO_SQLITE,
		.level = ALEMBIC_NEWEST,
		.restored = restored,
	};
}

/* The titles of all trees, with "; " between. */
static str trees_of(const struct repair_database *databases, size_t count)
{
	const struct repair_wish asked = wish();
	const struct repair_trees trees = repair_make_trees(&asked, databases, count, &arena);
	struct str_list titles = { 0 };

	for (size_t i = 0; i < trees.count; i++) {
		str_list_add(&titles, trees.items[i].title, &arena);
	}
	return str_list_join(&titles, STR("; "), &arena);
}

/* The words of all candidates, a line each. */
static str steps_of(const struct repair_database *database)
{
	const struct repair_wish asked = wish();
	const struct repair_steps_list list = repair_make_steps(&asked, &tree, database, &arena);
	struct str_list lines = { 0 };

	for (size_t i = 0; i < list.count; i++) {
		str_list_add(&lines,
				repair_steps_words(&list.items[i].steps, SCENARIO_SQLITE, &arena),
				&arena);
	}
	return str_list_join(&lines, STR("\n"), &arena);
}

static bool has(str text, const char *part)
{
	return str_find(text, str_from(part)) < text.len;
}

/* With a '|' between them. */
static struct str_list lines_of(const char *text)
{
	str rest = str_from(text), line;
	struct str_list lines = { 0 };

	while (str_next_part(&rest, '|', &line)) {
		str_list_add(&lines, line, &arena);
	}
	return lines;
}

/* What makes the lines, each behind a '|', and after " / " what takes it back; "nobody knows". */
static str sql_of(const char *text, enum scenario_engine engine)
{
	const struct str_list lines = lines_of(text);
	struct repair_sql sql;

	return repair_make_sql(&lines, engine, &arena, &sql)
			? str_on_one_line(str_format(&arena, "%.*s / %.*s", STR_ARG(sql.up),
							  STR_ARG(sql.down)),
					  4000, &arena)
			: STR("nobody knows");
}

static struct str_list list_of(const char *item)
{
	struct str_list list = { 0 };

	str_list_add(&list, str_from(item), &arena);
	return list;
}

Test(repair, what_a_line_says_is_undone_where_its_names_are_plain)
{
	cr_expect(eq(int,
			str_equal(repair_undo(STR("table orders"), &arena),
					STR("DROP TABLE orders;")),
			1));
	cr_expect(eq(int,
			str_equal(repair_undo(STR("column orders.id integer not null"), &arena),
					STR("ALTER TABLE orders DROP COLUMN id;")),
			1));
	cr_expect(eq(int,
			str_equal(repair_undo(STR("index ix on orders (id)"), &arena),
					STR("DROP INDEX ix;")),
			1));
	cr_expect(eq(int,
			str_equal(repair_undo(STR("index ix on audit.log USING btree (id)"),
						  &arena),
					STR("DROP INDEX audit.ix;")),
			1));
	cr_expect(eq(int,
			str_equal(repair_undo(STR("view v as SELECT 1;"), &arena),
					STR("DROP VIEW v;")),
			1));
	cr_expect(eq(int,
			str_equal(repair_undo(STR("table f foreign"), &arena),
					STR("DROP FOREIGN TABLE f;")),
			1));
	cr_expect(zero(sz, repair_undo(STR("table My Orders"), &arena).len));
	cr_expect(zero(sz, repair_undo(STR("column order orders (id)"), &arena).len));
	cr_expect(zero(sz, repair_undo(STR("primary key orders (id)"), &arena).len));
}

Test(repair, what_goes_with_another_thing_is_not_undone_by_itself)
{
	static const struct {
		const char *lines, *sql;
	} cases[] = {
		{ "column vouchers.id integer not null|index ix_vouchers on vouchers (id)|"
		  "sequence vouchers_id_seq owned by public.vouchers.id|table vouchers|type mood enum ('happy')",
				"DROP TABLE vouchers; DROP TYPE mood;" },
		{ "column t.n integer|sequence t_n_seq integer owned by public.t.n",
				"ALTER TABLE t DROP COLUMN n;" },
		{ "sequence s integer owned by public.t.n", "DROP SEQUENCE s;" },
		{ "column user.limit integer|sequence s integer owned by public.\"user\".\"limit\"",
				"ALTER TABLE \"user\" DROP COLUMN \"limit\";" },
		{ "column audit.t.n integer|sequence audit.s integer owned by audit.t.n|sequence s integer owned by audit.u.n",
				"ALTER TABLE audit.t DROP COLUMN n; DROP SEQUENCE s;" },
		{ "column m.n integer|index ix on m USING btree (n)|view m materialized as SELECT 1 AS n;",
				"DROP MATERIALIZED VIEW m;" },
		{ "column t.n integer|table t|view v as select 1 from o join t on t . n = o . n",
				"DROP VIEW v; DROP TABLE t;" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const struct str_list made = lines_of(cases[i].lines);
		const struct str_list sql = repair_undo_all(&made, &arena);
		const str joined = str_list_join(&sql, STR(" "), &arena);

		cr_expect(eq(str, (char *)str_to_c(joined, &arena), (char *)cases[i].sql));
	}
}

Test(repair, what_lines_say_is_made)
{
	static const struct {
		enum scenario_engine engine;
		const char *lines, *sql;
	} cases[] = {
		{ SCENARIO_SQLITE, "column t.note text",
				"ALTER TABLE t ADD COLUMN note text; / ALTER TABLE t DROP COLUMN note;" },
		{ SCENARIO_SQLITE,
				"column b.a integer|column b.id integer not null|foreign key b (a) references c (id)|primary key b (id)|table b|"
				"column c.id integer not null|primary key pk on c (id)|table c|index ix on b (a) unique where a > 0",
				"CREATE TABLE c ( id integer not null, CONSTRAINT pk PRIMARY KEY (id) ); "
				"CREATE TABLE b ( id integer not null, a integer, FOREIGN KEY (a) references c (id), PRIMARY KEY (id) ); "
				"CREATE UNIQUE INDEX ix ON b (a) where a > 0; / DROP INDEX ix; DROP TABLE b; DROP TABLE c;" },
		{ SCENARIO_POSTGRES,
				"column t.id bigint not null default nextval('t_id_seq'::regclass)|column t.m mood not null|"
				"primary key t PRIMARY KEY (id)|sequence t_id_seq bigint start 1 owned by public.t.id|table t|"
				"type mood enum ('sad')|index ix on t unique USING btree (m)",
				"CREATE TYPE mood AS enum ('sad'); CREATE TABLE t ( id bigserial, m mood not null, PRIMARY KEY (id) ); "
				"CREATE UNIQUE INDEX ix ON t USING btree (m); / DROP INDEX ix; DROP TABLE t; DROP TYPE mood;" },
		{ SCENARIO_POSTGRES, "check ck on t CHECK ((a > 0))",
				"ALTER TABLE t ADD CONSTRAINT ck CHECK ((a > 0)); / ALTER TABLE t DROP CONSTRAINT ck;" },
		{ SCENARIO_POSTGRES, "index ix on audit.log USING btree (id)",
				"CREATE INDEX ix ON audit.log USING btree (id); / DROP INDEX audit.ix;" },
		{ SCENARIO_POSTGRES,
				"foreign key fk on b FOREIGN KEY (x) REFERENCES a(x)|unique uq on a UNIQUE (x)",
				"ALTER TABLE a ADD CONSTRAINT uq UNIQUE (x); ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (x) REFERENCES a(x); / "
				"ALTER TABLE b DROP CONSTRAINT fk; ALTER TABLE a DROP CONSTRAINT uq;" },
		{ SCENARIO_POSTGRES,
				"foreign key fk on b FOREIGN KEY (x) REFERENCES a(x)|index ux on a unique USING btree (x)",
				"CREATE UNIQUE INDEX ux ON a USING btree (x); ALTER TABLE b ADD CONSTRAINT fk FOREIGN KEY (x) REFERENCES a(x); / "
				"ALTER TABLE b DROP CONSTRAINT fk; DROP INDEX ux;" },
		{ SCENARIO_POSTGRES, "table vouchers", "nobody knows" },
		{ SCENARIO_SQLITE,
				"column order.check text|column order.id integer not null|primary key order (id)|table order|index end on order (id)",
				"CREATE TABLE \"order\" ( id integer not null, \"check\" text, PRIMARY KEY (id) ); "
				"CREATE INDEX \"end\" ON \"order\" (id); / DROP INDEX \"end\"; DROP TABLE \"order\";" },
		{ SCENARIO_SQLITE,
				"column t.end text|column t.order integer|foreign key t (order) references user (limit) on delete cascade|"
				"foreign key t (end) references group|primary key t (order, end)|table t|"
				"index ix on t (a, order desc, end collate nocase, case when a then 1 end) unique where a in (null, 1)",
				"CREATE TABLE t ( \"end\" text, \"order\" integer, "
				"FOREIGN KEY (\"order\") references \"user\" (\"limit\") on delete cascade, "
				"FOREIGN KEY (\"end\") references \"group\", PRIMARY KEY (\"order\", \"end\") ); "
				"CREATE UNIQUE INDEX ix ON t (a, \"order\" desc, \"end\" collate nocase, case when a then 1 end) "
				"where a in (null, 1); / DROP INDEX ix; DROP TABLE t;" },
		{ SCENARIO_POSTGRES,
				"column user.id integer not null default nextval('user_id_seq'::regclass)|"
				"sequence user_id_seq integer start 1 owned by public.\"user\".id|table user",
				"CREATE TABLE \"user\" ( id serial ); / DROP TABLE \"user\";" },
		{ SCENARIO_POSTGRES, "unique only on audit.log UNIQUE (id)",
				"ALTER TABLE audit.log ADD CONSTRAINT \"only\" UNIQUE (id); / ALTER TABLE audit.log DROP CONSTRAINT \"only\";" },
		{ SCENARIO_SQLITE, "check ck on t (a > 0)", "nobody knows" },
		{ SCENARIO_POSTGRES, "check t CHECK ((a > 0))", "nobody knows" },
		{ SCENARIO_POSTGRES, "column T.note text", "nobody knows" },
		{ SCENARIO_POSTGRES, "column t.note text|trigger tr on t", "nobody knows" },
		{ SCENARIO_POSTGRES, "sequence s bigint start 1", "nobody knows" },
		{ SCENARIO_POSTGRES, "table t partition by RANGE (d)", "nobody knows" },
		{ SCENARIO_SQLITE, "column t.note text default 'a\\\\b'", "nobody knows" },
		{ SCENARIO_SQLITE, "column order t (a)", "nobody knows" },
	};

	for (size_t i = 0; i < COUNT_OF(cases); i++) {
		const str sql = sql_of(cases[i].lines, cases[i].engine);

		cr_expect(eq(str, (char *)str_to_c(sql, &arena), (char *)cases[i].sql));
	}
}

Test(repair, a_sound_tree_stays_as_it_is)
{
	add("a", "", "CREATE TABLE t (x int)");
	add("b", "a", "ALTER TABLE t ADD COLUMN y int");
	cr_expect(eq(int, str_equal(trees_of(NULL, 0), STR("the tree as it is")), 1));
}

Test(repair, files_are_sound_that_load_and_have_one_head)
{
	const struct repair_wish asked = wish();

	add("a", "", "");
	add("b", "a", "");
	cr_expect(eq(int, repair_is_sound(&asked, &arena), 1));
	add("c", "a", "");
	cr_expect(eq(int, repair_is_sound(&asked, &arena), 0), "two heads");
	tree.count = 1;
	add("d", "nowhere", "");
	cr_expect(eq(int, repair_is_sound(&asked, &arena), 0), "a parent that is not there");
}

Test(repair, trees_that_nobody_could_load_are_left_out)
{
	add("a", "", "");
	add("b", "nowhere", "");
	const struct repair_wish asked = wish();
	const struct repair_trees trees = repair_make_trees(&asked, NULL, 0, &arena);

	cr_assert(gt(sz, trees.count, 1));
	for (size_t i = 1; i < trees.count; i++) {
		cr_expect(eq(sz, trees.items[i].edit.change.count, 1));
		cr_expect(gt(sz, trees.items[i].changes.count, 0));
	}
}

Test(repair, only_trees_with_as_many_heads_as_are_wanted_are_tried)
{
	add("a", "", "");
	add("b", "a", "");
	add("c", "a", "");
	goal.keys |= GOAL_HEADS;
	goal.heads = 1;
	const str titles = trees_of(NULL, 0);

	cr_expect(eq(int, has(titles, "c on top of b"), 1));
	cr_expect(eq(int, has(titles, "all that the doctor advises"), 1));
	cr_expect(eq(int, has(titles, "depends on"), 0));
}

Test(repair, one_branch_depends_on_what_its_sql_speaks_of)
{
	add("a", "", "CREATE TABLE accounts (id int)");
	add("b", "", "ALTER TABLE accounts ADD COLUMN x int");
	cr_expect(eq(int, has(trees_of(NULL, 0), "b depends on a"), 1));
}

Test(repair, an_id_that_a_database_knows_is_given_back)
{
	struct repair_database database = { .state = STR("s"), .unknown_rows = list_of("old") };

	add("a", "", "");
	LIST_PUSH(&database.places, &arena)->rows = list_of("a");
	const str titles = trees_of(&database, 1);

	cr_expect(eq(int, has(titles, "a has the id old again"), 1));
	cr_expect(eq(int, has(titles, "an empty revision old"), 1));
}

Test(repair, a_file_that_a_database_has_run_comes_back)
{
	add("a", "", "CREATE TABLE t (x int)");
	add("c", "a", "CREATE TABLE v (x int)");
	struct repair_database database = { .state = STR("production"),
		.unknown_rows = list_of("b") };
	struct scenario_revision *back = LIST_PUSH(&restored, &arena);

	back->spec.revision = STR("b");
	back->spec.down_revision = list_of("a");
	const str both = trees_of(&database, 1);

	cr_expect(eq(int, has(both, "b back from git, and a merge"), 1));
	cr_expect(eq(int, has(both, "b back from git, and what stood in its place on top of it"),
			1));
	cr_expect(eq(int, has(both, "an empty revision b"), 0));
	database.foreign = list_of("column t.note text");
	cr_expect(eq(int, has(trees_of(&database, 1), "which production has"), 0),
			"git has the file that made it");
	database.foreign = (struct str_list){ 0 };
	cr_expect(eq(int, has(both, "b back from git;"), 0), "two heads are left");
	tree.count = 1;
	cr_expect(eq(int,
			str_equal(trees_of(&database, 1),
					STR("the tree as it is; b back from git")),
			1));
}

Test(repair, what_all_lack_is_made_on_top_of_heads)
{
	struct repair_database databases[] = { { .state = STR("one"),
							       .wanted = list_of("column t.note") },
		{ .state = STR("other"), .wanted = list_of("column t.note") } };

	add("a", "", "CREATE TABLE t (x int)");
	add("b", "a", "");
	cr_expect(eq(int,
			has(trees_of(databases, 2),
					"a new revision on top of b for column t.note, which all lack"),
			1));
	databases[1].foreign = list_of("column t.note varchar(20)");
	const struct repair_wish asked = wish();
	const struct repair_trees trees = repair_make_trees(&asked, databases, 2, &arena);

	cr_assert(gt(sz, trees.count, 1));
	const str sql = trees.items[1].edit.add.items[0].upgrade.by_engine[SCENARIO_SQLITE].text;

	cr_expect(eq(int, has(sql, "note varchar(20)"), 1), "one of them has it");
	databases[0].wanted = databases[1].wanted = lines_of("column t.one|column t.other");
	const struct repair_trees guessed = repair_make_trees(&asked, databases, 2, &arena);

	cr_assert(gt(sz, guessed.count, 1));
	const str changes = str_list_join(&guessed.items[1].changes, STR("; "), &arena);

	cr_expect(eq(int, has(changes, "column t.one: 'text' is a guess"), 1));
	cr_expect(eq(int, has(changes, "column t.other: 'text' is a guess"), 1));
	databases[1].wanted = (struct str_list){ 0 };
	cr_expect(eq(int, has(trees_of(databases, 2), "all lack"), 0));
}

Test(repair, what_a_database_has_is_made_by_a_revision)
{
	struct repair_database database = { .state = STR("production"),
		.foreign = list_of("column t.note text") };

	add("a", "", "CREATE TABLE t (x int)");
	cr_expect(eq(int,
			has(trees_of(&database, 1),
					"a new revision on top of a for column t.note, which production has"),
			1));
	database.unknown_rows = list_of("b");
	LIST_PUSH(&database.places, &arena)->rows = list_of("a");
	cr_expect(eq(int, has(trees_of(&database, 1), "b written anew, by what production has"),
			1));
	database.absent = list_of("column t.x int");
	cr_expect(eq(int, has(trees_of(&database, 1), "written anew"), 0));
}

/* Two databases that know the same id, and have run other things under it. */
Test(repair, an_id_is_written_anew_by_what_each_database_has)
{
	struct repair_database databases[] = {
		{ .state = STR("one"),
				.unknown_rows = list_of("b"),
				.foreign = list_of("column t.note text") },
		{ .state = STR("other"),
				.unknown_rows = list_of("b"),
				.foreign = list_of("column t.price integer") },
	};
	const char *const made[] = { "ADD COLUMN note", "ADD COLUMN price" };
	size_t found[COUNT_OF(made)] = { 0 };

	add("a", "", "CREATE TABLE t (x int)");
	for (size_t i = 0; i < COUNT_OF(databases); i++) {
		LIST_PUSH(&databases[i].places, &arena)->rows = list_of("a");
	}
	const struct repair_wish asked = wish();
	const struct repair_trees trees = repair_make_trees(&asked, databases, 2, &arena);

	for (size_t i = 0; i < trees.count; i++) {
		const struct repair_tree *one = &trees.items[i];

		for (size_t j = 0; j < COUNT_OF(made) && has(one->title, "written anew"); j++) {
			found[j] +=
					has(one->edit.add.items[0].upgrade
									.by_engine[SCENARIO_SQLITE]
									.text,
							made[j]);
		}
	}
	cr_expect(eq(sz, found[0], 1));
	cr_expect(eq(sz, found[1], 1));
}

Test(repair, what_is_missing_is_made_by_hand)
{
	struct repair_database database = {
		.state = STR("s"), .rows = list_of("a"), .absent = list_of("column t.note text")
	};

	add("a", "", "");
	LIST_PUSH(&database.places, &arena)->rows = list_of("a");
	*LIST_PUSH(&database.parts, &arena) = (struct repair_part){ .revision = STR("a"),
		.rest = STR("ALTER TABLE t ADD COLUMN rest text;") };
	const str steps = steps_of(&database);

	cr_expect(eq(int, has(steps, "ALTER TABLE t ADD COLUMN note text; upgrade heads"), 1));
	cr_expect(eq(int, has(steps, "ALTER TABLE t ADD COLUMN rest text; upgrade heads"), 1));
	cr_expect(eq(int, has(steps, "ALTER TABLE t ADD COLUMN rest text; stamp a; upgrade heads"),
			1));
}

Test(repair, the_upgrade_alone_comes_first_and_fewer_steps_before_more)
{
	const struct repair_database unknown = { .state = STR("s") };

	add("a", "", "");
	add("b", "a", "");
	cr_expect(eq(int, str_starts_with(steps_of(&unknown), STR("upgrade heads\n")), 1));
	const struct repair_wish asked = wish();
	const struct repair_steps_list list = repair_make_steps(&asked, &tree, &unknown, &arena);

	for (size_t i = 1; i < list.count; i++) {
		cr_expect(le(sz, list.items[i - 1].steps.count, list.items[i].steps.count));
	}
}

Test(repair, what_never_ran_is_run_between_two_stamps)
{
	struct repair_database database = { .state = STR("s"), .rows = list_of("c") };

	add("a", "", "");
	add("b", "a", "");
	add("c", "b", "");
	LIST_PUSH(&database.places, &arena)->rows = list_of("c");
	*LIST_PUSH(&database.holes, &arena) = (struct repair_hole){ STR("b"), list_of("a") };
	cr_expect(eq(int,
			has(steps_of(&database),
					"stamp --purge a; upgrade b; stamp --purge c; upgrade heads"),
			1));
}

Test(repair, doubled_rows_are_tidied)
{
	struct repair_database database = { .state = STR("s") };

	add("a", "", "");
	add("b", "a", "");
	str_list_add(&database.rows, STR("a"), &arena);
	str_list_add(&database.rows, STR("b"), &arena);
	str_list_add(&database.rows, STR("b"), &arena);
	const str steps = steps_of(&database);

	cr_expect(eq(int, has(steps, "stamp --purge a b; upgrade heads"), 1));
	cr_expect(eq(int, has(steps, "stamp --purge b; upgrade heads"), 1));
}

Test(repair, a_goal_below_the_heads_is_reached_by_going_down)
{
	const struct repair_database database = { .state = STR("s"), .rows = list_of("b") };

	add("a", "", "");
	add("b", "a", "");
	goal.version = GOAL_VERSION_ROWS;
	goal.rows = list_of("a");
	cr_expect(eq(int, has(steps_of(&database), "downgrade a"), 1));
}

Test(repair, what_is_known_of_a_database_travels)
{
	struct repair_database database = { .state = STR("s"),
		.is_located = true,
		.foreign = list_of("table t"),
		.absent = list_of("table u"),
		.wanted = list_of("table v") };
	struct buf bytes = { .arena = &arena };
	struct packing out = { .out = &bytes }, in = { .arena = &arena };
	struct repair_database read = { 0 };

	*LIST_PUSH(&database.parts, &arena) = (struct repair_part){
		.revision = STR("b"), .rest = STR("SELECT 1;\n"), .undo = list_of("DROP TABLE u;")
	};
	*LIST_PUSH(&database.undoings, &arena) =
			(struct repair_undoing){ STR("b"), STR("DROP TABLE v;") };
	repair_database_pack(&out, &database);
	in.in = buf_str(&bytes);
	repair_database_pack(&in, &read);
	cr_assert(zero(sz, in.in.len));
	cr_expect(eq(int, str_equal(read.state, database.state), 1));
	cr_expect(eq(int, read.is_located, 1));
	cr_expect(eq(int, str_list_equal(&read.foreign, &database.foreign), 1));
	cr_expect(eq(int, str_list_equal(&read.absent, &database.absent), 1));
	cr_expect(eq(int, str_list_equal(&read.wanted, &database.wanted), 1));
	cr_assert(eq(sz, read.parts.count, 1));
	cr_expect(eq(int, str_list_equal(&read.parts.items[0].undo, &database.parts.items[0].undo),
			1));
	cr_assert(eq(sz, read.undoings.count, 1));
	cr_expect(eq(int, str_equal(read.undoings.items[0].sql, STR("DROP TABLE v;")), 1));
}
