/*
 * The table of functions of an engine on top of another: each hands what it is given on to the native one, unwrapped,
 * but for connections of Python's driver.
 */
#include "helper/engine_internal.h"
#include "kit/arena.h"

/* --- hosts ----------------------------------------------------------------------------------------- */

static struct error *locale_begin(struct host *host, str locale, struct arena *arena, str *ret_note,
		str *ret_refusal)
{
	return host->native->locale_begin(host->of, locale, arena, ret_note, ret_refusal);
}

static struct error *dump_locale_begin(struct host *host, const struct dump *dump,
		struct arena *arena, str *ret_note)
{
	return host->native->dump_locale_begin(host->of, dump, arena, ret_note);
}

static struct error *dump_needs(struct host *host, const struct dump *dump, struct arena *arena,
		struct dump_needs *ret_needs)
{
	return host->native->dump_needs(host->of, dump, arena, ret_needs);
}

static struct error *roles_begin(struct host *host, const struct role_wants *wants, bool alone,
		struct arena *arena, str *ret_refusal)
{
	return host->native->roles_begin(host->of, wants, alone, arena, ret_refusal);
}

static void roles_end(struct host *host, const struct role_wants *wants, struct arena *arena)
{
	host->native->roles_end(host->of, wants, arena);
}

/* --- databases ------------------------------------------------------------------------------------- */

static struct database *wrap_database(struct host *host, void *of, struct arena *arena)
{
	struct database *database = arena_new(arena, struct database);

	*database = (struct database){ .host = host, .of = of };
	return database;
}

static struct error *database_create(
		struct host *host, struct arena *arena, struct database **ret_database)
{
	struct database *of;
	struct error *err = host->native->database_create(host->of, arena, &of);

	if (!err) {
		*ret_database = wrap_database(host, of, arena);
	}
	return err;
}

static struct error *database_extend(struct database *database, str extension, struct arena *arena)
{
	return database->host->native->database_extend(database->of, extension, arena);
}

static struct error *database_clone(struct host *host, struct image *image,
		const struct database *replaced, struct arena *arena,
		struct database **ret_database)
{
	struct database *of;
	struct error *err = host->native->database_clone(
			host->of, image->of, replaced ? replaced->of : NULL, arena, &of);

	if (!err) {
		*ret_database = wrap_database(host, of, arena);
	}
	return err;
}

static struct error *database_claim(
		struct image *image, struct arena *arena, struct database **ret_database)
{
	struct database *of;
	struct error *err = image->host->native->database_claim(image->of, arena, &of);

	if (!err) {
		*ret_database = wrap_database(image->host, of, arena);
	}
	return err;
}

static void image_prepare(struct image *image)
{
	image->host->native->image_prepare(image->of);
}

static struct error *database_check(struct database *database, struct arena *arena)
{
	return database->host->native->database_check(database->of, arena);
}

static struct error *database_freeze(
		struct database *database, struct arena *arena, struct image **ret_image)
{
	struct image *of;
	struct error *err = database->host->native->database_freeze(database->of, arena, &of);

	if (!err) {
		struct image *image = arena_new(arena, struct image);

		*image = (struct image){ database->host, of };
		*ret_image = image;
	}
	return err;
}

static void image_drop(struct image *image)
{
	if (image) {
		image->host->native->image_drop(image->of);
	}
}

static void database_drop(struct database *database)
{
	if (database) {
		database->host->native->database_drop(database->of);
	}
}

static struct error *database_load(struct database *database, const struct dump *dump,
		int64_t deadline_us, struct arena *arena, struct str_list *ret_notes)
{
	return database->host->native->database_load(
			database->of, dump, deadline_us, arena, ret_notes);
}

static struct error *database_settle(struct database *database, struct arena *arena)
{
	return database->host->native->database_settle(database->of, arena);
}

static str database_note(struct database *database, struct arena *arena)
{
	return database->host->native->database_note(database->of, arena);
}

static struct error *database_keep(
		struct database *database, str label, struct arena *arena, str *ret_command)
{
	return database->host->native->database_keep(database->of, label, arena, ret_command);
}

static struct error *database_lend(struct database *database, str folder, struct arena *arena,
		struct database_address *ret_address)
{
	return database->host->native->database_lend(database->of, folder, arena, ret_address);
}

static struct error *database_take_back(struct database *database, struct arena *arena)
{
	return database->host->native->database_take_back(database->of, arena);
}

static void database_leave(struct database *database)
{
	database->host->native->database_leave(database->of);
}

/* --- connections ----------------------------------------------------------------------------------- */

static const struct engine *native_of(const struct connection *connection)
{
	return connection->database->host->native;
}

static struct connection *wrap_connection(struct database *database, void *of, struct arena *arena)
{
	struct connection *connection = arena_new(arena, struct connection);

	*connection = (struct connection){ .database = database, .of = of };
	return connection;
}

static struct error *connect(
		struct database *database, struct arena *arena, struct connection **ret_connection)
{
	struct connection *of;
	struct error *err = database->host->native->connect(database->of, arena, &of);

	if (!err) {
		*ret_connection = wrap_connection(database, of, arena);
	}
	return err;
}

static struct error *connect_to_read(
		struct database *database, struct arena *arena, struct connection **ret_connection)
{
	struct connection *of;
	struct error *err = database->host->native->connect_to_read(database->of, arena, &of);

	if (!err) {
		*ret_connection = wrap_connection(database, of, arena);
	}
	return err;
}

/* Where there are sessions, Python will have to meet their locks. */
static struct error *connect_session(struct database *database, str name, struct arena *arena,
		struct connection **ret_connection)
{
	struct host *host = database->host;
	struct database_address ignored;
	struct connection *of;
	struct error *err = host->native->database_lend(
			database->of, host->scratch, arena, &ignored);

	if (!err) {
		err = host->native->connect_session(database->of, name, arena, &of);
	}
	if (!err) {
		*ret_connection = wrap_connection(database, of, arena);
	}
	return err;
}

static void stand(struct connection *connection, bool stands)
{
	if (connection->stands != stands) {
		connection->stands = stands;
		connection->database->standing += stands ? 1 : (size_t)-1;
	}
}

static struct error *leave_session(struct connection *connection, struct arena *arena)
{
	stand(connection, true);
	return native_of(connection)->leave_session(connection->of, arena);
}

static struct error *pause_connection(struct connection *connection, str name, struct arena *arena)
{
	stand(connection, true);
	return connection->of ? native_of(connection)->pause(connection->of, name, arena) : NULL;
}

static void resume_connection(struct connection *connection)
{
	stand(connection, false);
	if (connection->of) {
		native_of(connection)->resume(connection->of);
	}
}

static void disconnect(struct connection *connection)
{
	if (connection) {
		stand(connection, false);
	}
	if (connection && connection->of) {
		native_of(connection)->disconnect(connection->of);
	} else if (connection) {
		python_disconnect(connection);
	}
}

static struct error *set_autocommit(
		struct connection *connection, bool autocommit, struct arena *arena)
{
	return connection->of
			? native_of(connection)->set_autocommit(connection->of, autocommit, arena)
			: python_set_autocommit(connection, autocommit, arena);
}

static struct error *commit(struct connection *connection, struct arena *arena)
{
	return connection->of ? native_of(connection)->commit(connection->of, arena)
			      : python_commit(connection, arena);
}

static struct error *rollback(struct connection *connection, struct arena *arena)
{
	return connection->of ? native_of(connection)->rollback(connection->of, arena)
			      : python_rollback(connection, arena);
}

static enum transaction_state transaction(const struct connection *connection)
{
	return connection->of ? native_of(connection)->transaction(connection->of)
			      : connection->cell->transaction;
}

static str transaction_note(struct connection *connection, struct arena *arena)
{
	return connection->of ? native_of(connection)->transaction_note(connection->of, arena)
			      : (str){ 0 };
}

static void take_notices(struct connection *connection, engine_notice_fn *take, void *data)
{
	if (!connection->of) {
		connection->cell->take_notice = take;
		connection->cell->notice_data = data;
	} else if (native_of(connection)->take_notices) {
		native_of(connection)->take_notices(connection->of, take, data);
	}
}

static void set_deadline(struct connection *connection, int64_t deadline_us)
{
	if (connection->of) {
		native_of(connection)->set_deadline(connection->of, deadline_us);
	} else {
		connection->cell->deadline_us = deadline_us;
	}
}

static struct error *execute(struct connection *connection, str statement, struct arena *arena,
		struct result *ret_result, size_t *ret_error_offset)
{
	return connection->of
			? native_of(connection)->execute(connection->of, statement, arena,
					  ret_result, ret_error_offset)
			: python_execute(connection, statement, arena, ret_result,
					  ret_error_offset);
}

/* --- reading --------------------------------------------------------------------------------------- */

/*
 * What Python's connection has committed, everybody sees; `ret_native` is a connection of the native engine's that does, to
 * be closed if the given one is Python's.
 */
static struct error *begin_reading(
		struct connection *connection, struct arena *arena, void **ret_native)
{
	struct connection *of = connection->of;
	struct error *err = NULL;

	if (!of && connection->cell->transaction != TRANSACTION_NONE) {
		return error_new(arena, ERROR_DATABASE,
				"what is not committed yet can be seen by its own connection alone");
	}
	if (!of) {
		err = native_of(connection)->connect(connection->database->of, arena, &of);
	}
	if (!err) {
		*ret_native = of;
	}
	return err;
}

static void end_reading(struct connection *connection, void *native)
{
	if (!connection->of) {
		native_of(connection)->disconnect(native);
	}
}

static struct error *snapshot(struct connection *connection, str version_schema, str version_table,
		struct arena *arena, struct schema **ret_schema)
{
	void *native = NULL;
	struct error *err = begin_reading(connection, arena, &native);

	if (!err) {
		err = native_of(connection)->snapshot(
				native, version_schema, version_table, arena, ret_schema);
		end_reading(connection, native);
	}
	return err;
}

static struct error *has_table(struct connection *connection, str schema, str table,
		struct arena *arena, bool *ret_is_there)
{
	return connection->of ? native_of(connection)->has_table(connection->of, schema, table,
						arena, ret_is_there)
			      : python_has_table(connection, schema, table, arena, ret_is_there);
}

static struct error *read_rows(struct connection *connection, str table,
		const struct str_list *columns, engine_row_fn *take, void *data,
		struct arena *arena)
{
	void *native = NULL;
	struct error *err = begin_reading(connection, arena, &native);

	if (!err) {
		err = native_of(connection)->read_rows(
				native, table, columns, take, data, arena);
		end_reading(connection, native);
	}
	return err;
}

/* --- the table -------------------------------------------------------------------------------------- */

/* The native's facts and texts; its functions wrapped, those that it has. */
static void make_engine(const struct engine *native, struct engine *engine)
{
	*engine = *native;
	engine->host_start = NULL; // python_host_new()
	engine->host_stop = NULL;
#define WRAP(member, function) engine->member = native->member ? (function) : NULL
	WRAP(locale_begin, locale_begin);
	WRAP(dump_locale_begin, dump_locale_begin);
	WRAP(dump_needs, dump_needs);
	WRAP(roles_begin, roles_begin);
	WRAP(roles_end, roles_end);
	WRAP(database_create, database_create);
	WRAP(database_extend, database_extend);
	WRAP(database_clone, database_clone);
	WRAP(database_claim, database_claim);
	WRAP(image_prepare, image_prepare);
	WRAP(database_check, database_check);
	WRAP(database_freeze, database_freeze);
	WRAP(image_drop, image_drop);
	WRAP(database_drop, database_drop);
	WRAP(database_load, database_load);
	WRAP(database_settle, database_settle);
	WRAP(database_note, database_note);
	WRAP(database_keep, database_keep);
	WRAP(database_lend, database_lend);
	WRAP(database_take_back, database_take_back);
	WRAP(database_leave, database_leave);
	WRAP(connect, connect);
	WRAP(connect_to_read, connect_to_read);
	WRAP(connect_session, connect_session);
	WRAP(leave_session, leave_session);
	WRAP(pause, pause_connection);
	WRAP(resume, resume_connection);
	WRAP(disconnect, disconnect);
	WRAP(set_autocommit, set_autocommit);
	WRAP(commit, commit);
	WRAP(rollback, rollback);
	WRAP(transaction, transaction);
	WRAP(transaction_note, transaction_note);
	WRAP(set_deadline, set_deadline);
	WRAP(execute, execute);
	WRAP(snapshot, snapshot);
	WRAP(has_table, has_table);
	WRAP(read_rows, read_rows);
#undef WRAP
	engine->take_notices = take_notices;
	engine->python_connect = python_connect;
	engine->python_run = python_run;
	engine->python_command = python_command;
	engine->python_create_all = python_create_all;
	engine->python_fill = python_fill;
}

struct host *python_host_new(const struct engine *native, struct host *of, struct helper *helper,
		str scratch, struct arena *arena)
{
	struct host *host = arena_new(arena, struct host);

	*host = (struct host){
		.native = native,
		.of = of,
		.helper = helper,
		.scratch = scratch,
		.arena = arena,
	};
	make_engine(native, &host->engine);
	return host;
}

void python_host_versions(
		const struct host *host, str *ret_python, str *ret_alembic, str *ret_sqlalchemy)
{
	*ret_python = host->helper->python;
	*ret_alembic = host->helper->alembic;
	*ret_sqlalchemy = host->helper->sqlalchemy;
}

const struct engine *python_host_engine(const struct host *host)
{
	return &host->engine;
}
