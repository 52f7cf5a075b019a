#include "lab/stage.h"

#include "kit/arena.h"
#include "kit/clock.h"
#include "kit/scratch.h"
#include "revision/history.h"

struct stage stage_like(const struct stage *like, struct arena *arena)
{
	return (struct stage){
		.kind = like->kind,
		.engine = like->engine,
		.host = like->host,
		.configure = like->configure,
		.project = like->project,
		.extensions = like->extensions,
		.tree = like->tree,
		.deadline_us = like->deadline_us,
		.arena = arena,
		.revisions = like->tree,
	};
}

void stage_strike(struct stage *stage)
{
	for (size_t i = 0; i < stage->backups.count; i++) {
		stage->engine->image_drop(stage->backups.items[i].image);
	}
	stage->backups.count = 0;
	for (size_t i = 0; i < stage->folders.count; i++) {
		scratch_remove(stage->folders.items[i], stage->arena);
	}
	stage->folders.count = 0;
	if (stage->database) {
		stage->engine->database_drop(stage->database);
		stage->database = NULL;
	}
}

static void replace_database(struct stage *stage, struct database *database)
{
	if (stage->database) {
		stage->engine->database_drop(stage->database);
	}
	stage->database = database;
}

struct error *stage_create_database(struct stage *stage)
{
	struct database *database;

	struct error *err = stage->engine->database_create(stage->host, stage->arena, &database);
	if (!err) {
		replace_database(stage, database);
	}
	const struct str_list *extensions = stage->extensions;
	for (size_t i = 0; i < extensions->count && !err && stage->engine->database_extend; i++) {
		err = stage->engine->database_extend(
				stage->database, extensions->items[i], stage->arena);
	}
	return err;
}

struct error *stage_clone_database(struct stage *stage, struct image *image)
{
	struct database *database;

	struct error *err = stage->engine->database_clone(
			stage->host, image, stage->database, stage->arena, &database);
	if (!err) {
		replace_database(stage, database);
	}
	return err;
}

struct error *stage_claim_database(struct stage *stage, struct image *image)
{
	return stage->engine->database_claim(image, stage->arena, &stage->database);
}

struct error *stage_connect(struct stage *stage, struct connection **ret_connection)
{
	struct error *err = stage->engine->connect(stage->database, stage->arena, ret_connection);
	if (!err) {
		stage->engine->set_deadline(*ret_connection, stage->deadline_us);
		observe_notices(stage, *ret_connection);
	}
	return err;
}

/* What reading takes at the most, whatever time a cell has left. */
#define READING_GRACE_US 5000000

int64_t stage_reading_deadline(const struct stage *stage)
{
	const int64_t grace_us = clock_now_us() + READING_GRACE_US;

	return stage->deadline_us && stage->deadline_us < grace_us ? grace_us : stage->deadline_us;
}

struct error *stage_connect_to_read(struct stage *stage, struct connection **ret_connection)
{
	struct error *err = (stage->engine->connect_to_read ? stage->engine->connect_to_read
							    : stage->engine->connect)(
			stage->database, stage->arena, ret_connection);

	if (!err) {
		stage->engine->set_deadline(*ret_connection, stage_reading_deadline(stage));
	}
	return err;
}

struct error *stage_read_schema(struct stage *stage, struct connection *connection,
		struct arena *arena, struct schema **ret_schema)
{
	return stage->engine->snapshot(connection, stage->configure->version_table_schema,
			stage->configure->version_table, arena, ret_schema);
}

struct error *stage_snapshot(struct stage *stage, struct arena *arena, struct schema **ret_schema)
{
	struct connection *connection = NULL;

	struct error *err = stage_connect_to_read(stage, &connection);
	if (!err) {
		err = stage_read_schema(stage, connection, arena, ret_schema);
	}
	stage->engine->disconnect(connection);
	return err;
}

/* What was open, as `before` says, has ended. */
static void observe_end(struct stage *stage, enum transaction_state before, bool is_commit)
{
	if (before != TRANSACTION_NONE) {
		observe_only(stage,
				&(struct moment){
						.kind = MOMENT_TRANSACTION,
						.is_commit = is_commit &&
								before == TRANSACTION_OPEN,
				});
	}
}

void stage_take_notes(struct stage *stage)
{
	str note = { 0 };
	const struct str_list notes = { .items = &note, .count = 1 };

	while (stage->engine->database_note &&
			(note = stage->engine->database_note(stage->database, stage->arena)).len) {
		stage_note(stage, &notes);
	}
}

void stage_disconnect(struct stage *stage, struct connection *connection)
{
	observe_end(stage, observed_transaction(stage, connection), false);
	stage->engine->disconnect(connection);
	stage_take_notes(stage);
}

struct error *stage_commit(struct stage *stage, struct connection *connection)
{
	const enum transaction_state before = observed_transaction(stage, connection);
	str note = stage->engine->transaction_note
			? stage->engine->transaction_note(connection, stage->arena)
			: (str){ 0 };
	const struct str_list notes = { .items = &note, .count = note.len > 0 };
	struct error *err = stage->engine->commit(connection, stage->arena);

	stage_note(stage, &notes);

	/*
	 * A commit that is refused leaves it open on SQLite, and rolled back on PostgreSQL, whose driver does
	 * not commit what SQL has begun by itself.
	 */
	if (observed_transaction(stage, connection) == TRANSACTION_NONE) {
		observe_end(stage, before, !err);
	}
	if (err) {
		stage->sent.statement = STR("COMMIT");
	}
	return err;
}

bool stage_has_transactional_ddl(const struct stage *stage)
{
	return stage->configure->has_transactional_ddl ? stage->configure->transactional_ddl
						       : stage->engine->transactional_ddl;
}

struct revision_history *stage_history(struct stage *stage)
{
	struct revision_specs *specs = arena_new(stage->arena, struct revision_specs);

	*specs = scenario_revision_specs(&stage->revisions, stage->arena);
	return revision_history_new(specs, stage->configure->level, stage->arena);
}

struct error *stage_real_heads(struct stage *stage, struct str_list *ret_heads)
{
	struct revision_history *history = stage_history(stage);
	struct str_list all, once = { 0 };

	struct error *err = revision_history_load(history, stage->arena);
	if (!err) {
		err = revision_history_real_heads(history, stage->arena, &all);
	}
	if (err) {
		return err;
	}
	/* A duplicated id is listed as often as it is declared. */
	for (size_t i = 0; i < all.count; i++) {
		if (!str_list_contains(&once, all.items[i])) {
			str_list_add(&once, all.items[i], stage->arena);
		}
	}
	*ret_heads = once;
	return NULL;
}

struct error *stage_check_time(struct stage *stage)
{
	if (!stage->deadline_us || clock_now_us() < stage->deadline_us) {
		return NULL;
	}
	return error_new(stage->arena, ERROR_TIMEOUT, "timed out");
}

void stage_give_back_time(struct stage *stage, int64_t since_us)
{
	if (stage->deadline_us) {
		stage->deadline_us += clock_now_us() - since_us;
	}
}

static void add_new(struct str_list *list, const struct str_list *items, struct arena *arena)
{
	for (size_t i = 0; i < items->count; i++) {
		if (!str_list_contains(list, items->items[i])) {
			str_list_add(list, items->items[i], arena);
		}
	}
}

void stage_note(struct stage *stage, const struct str_list *notes)
{
	add_new(&stage->notes, notes, stage->arena);
}

void stage_take_stubs(struct stage *stage, const struct str_list *modules)
{
	add_new(&stage->stubs, modules, stage->arena);
	str_list_sort(&stage->stubs);
}
