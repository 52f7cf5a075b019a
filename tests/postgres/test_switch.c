/* Two deployers of one database, taken in turn (lab/switch.h), and what each is told. */
#include "fixture.h"
#include "lab/alembic.h"
#include "lab/look.h"
#include "lab/switch.h"
#include "scenario/load.h"

static const struct scenario *source; /* of the tree */

static const char tree[] =
		"rehearse: 1\n"
		"engines: [postgres]\n"
		"configure: {transaction_per_migration: %s}\n"
		"revisions:\n"
		"  - {revision: a1, down_revision: null, upgrade: 'CREATE TABLE one (x integer)'}\n"
		"  - {revision: b2, down_revision: a1, upgrade: 'CREATE TABLE two (x integer)'}\n";

static void forget_tree(void)
{
	scenario_unload(source);
	teardown();
}

TestSuite(deployers, .init = setup, .fini = forget_tree);

static void read_tree(const char *per_migration)
{
	struct error_list mistakes = { 0 };

	source = scenario_parse(STR("tree.yaml"), str_format(&arena, tree, per_migration), NULL, &arena,
			&mistakes);
	cr_assert(ne(ptr, (void *)source, NULL));
}

static struct error *upgrade(void *data, struct stage *other)
{
	(void)data;
	return alembic_upgrade(other, STR("heads"));
}

static const char *message_of(const struct error *error)
{
	return error ? str_to_c(str_format(&arena, "%.*s: %.*s", STR_ARG(error_class(error)),
						STR_ARG(error->message)),
				       &arena)
		     : "done";
}

/* How two upgrades end, the second of which runs before statement `at` of the first; NULL: there is none such. */
static char *ends_of_two(size_t at)
{
	struct deployer_switch deployers = { .at = at, .run = upgrade };
	struct stage stage = {
		.kind = SCENARIO_POSTGRES,
		.engine = engine,
		.host = host,
		.configure = &source->configure,
		.extensions = &source->extensions,
		.tree = source->revisions,
		.revisions = source->revisions,
		.arena = &arena,
	};

	struct look seen;

	must(stage_create_database(&stage));
	must(switch_begin(&deployers, &stage));
	struct error *first = alembic_upgrade(&stage, STR("heads"));

	switch_end(&deployers, &stage);
	must(look_take(&stage, &(struct look_wants){ 0 }, &seen));
	stage_strike(&stage);
	return deployers.is_done
			? (char *)str_format(&arena, "%s | %s | %.*s", message_of(first),
					  message_of(deployers.error),
					  STR_ARG(str_list_join(&seen.version, STR(" "), &arena)))
					  .data
			: NULL;
}

static void expect_ends(const char *const *ends, size_t count)
{
	for (size_t at = 1; at <= count; at++) {
		cr_expect(eq(str, ends_of_two(at), (char *)ends[at - 1]), "at %zu", at);
	}
	cr_expect(eq(ptr, ends_of_two(count + 1), NULL));
}

#define BLOCKED "Blocked: waits for ever for a lock that session 'first deployer' holds"

Test(deployers, meet_at_every_statement)
{
	static const char *const ends[] = {
		"DatabaseError: relation \"alembic_version\" already exists | done | b2",
		"done | " BLOCKED " | b2",
		"done | " BLOCKED " | b2",
		"done | " BLOCKED " | b2",
		"done | " BLOCKED " | b2",
	};

	read_tree("false");
	expect_ends(ends, COUNT_OF(ends));
}

/* Between two migrations the first holds nothing, and the other overtakes it. */
Test(deployers, meet_between_transactions_too)
{
	static const char *const ends[] = {
		"DatabaseError: relation \"alembic_version\" already exists | done | b2",
		"done | " BLOCKED " | b2",
		"done | " BLOCKED " | b2",
		"DatabaseError: relation \"two\" already exists | done | b2",
		"done | " BLOCKED " | b2",
	};

	read_tree("true");
	expect_ends(ends, COUNT_OF(ends));
}
