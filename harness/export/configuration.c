/*
 * What configures Alembic in an exported project: alembic.ini, env.py, script.py.mako.
 */
#include "export/export_internal.h"

#include "kit/arena.h"

/* --- alembic.ini ----------------------------------------------------------------------------- */

static const char logging[] =
		"\n[loggers]\nkeys = root,sqlalchemy,alembic\n"
		"\n[handlers]\nkeys = console\n"
		"\n[formatters]\nkeys = generic\n"
		"\n[logger_root]\nlevel = WARNING\nhandlers = console\nqualname =\n"
		"\n[logger_sqlalchemy]\nlevel = WARNING\nhandlers =\nqualname = sqlalchemy.engine\n"
		"\n[logger_alembic]\nlevel = INFO\nhandlers =\nqualname = alembic\n"
		"\n[handler_console]\nclass = StreamHandler\nargs = (sys.stderr,)\nlevel = NOTSET\nformatter = generic\n"
		"\n[formatter_generic]\nformat = %(levelname)-5.5s [%(name)s] %(message)s\n";

/* The ini reader takes `%` for the start of a name. */
static void add_ini_value(str value, struct buf *out)
{
	for (size_t i = 0; i < value.len; i++) {
		buf_add(out, value.data[i] == '%' ? STR("%%") : str_slice(value, i, 1));
	}
}

str configuration_ini(const struct export_wish *wish, struct arena *arena)
{
	struct buf out = { .arena = arena };

	buf_add(&out, STR("[alembic]\nscript_location = %(here)s\nsqlalchemy.url = "));
	if (wish->url.data) {
		add_ini_value(wish->url, &out);
	} else if (wish->engine->needs_server) {
		buf_add(&out, STR("postgresql:///rehearsal"));
	} else {
		buf_format(&out, "sqlite:///%%(here)s/%s", export_database_names[wish->kind]);
	}
	buf_add_char(&out, '\n');
	buf_add(&out, str_from(logging));
	return buf_str(&out);
}

/* --- env.py ---------------------------------------------------------------------------------- */

static void add_option(const char *name, str value, struct buf *out)
{
	buf_format(out, "    \"%s\": %.*s,\n", name, STR_ARG(value));
}

static str python_bool(bool value)
{
	return value ? STR("True") : STR("False");
}

static str python_text(str text, struct arena *arena)
{
	struct buf out = { .arena = arena };

	python_add_text(text, &out);
	return buf_str(&out);
}

/* What context.configure() is called with. */
static void add_options(const struct alembic_configure *configure, struct arena *arena, struct buf *out)
{
	const size_t begin = out->len;

	buf_add(out, STR("OPTIONS = {\n"));
	if (configure->given & CONFIGURE_TRANSACTION_PER_MIGRATION) {
		add_option("transaction_per_migration",
				python_bool(configure->transaction_per_migration), out);
	}
	if (configure->has_transactional_ddl) {
		add_option("transactional_ddl", python_bool(configure->transactional_ddl), out);
	}
	if (configure->given & CONFIGURE_VERSION_TABLE) {
		add_option("version_table", python_text(configure->version_table, arena), out);
	}
	if (configure->given & CONFIGURE_VERSION_TABLE_SCHEMA) {
		add_option("version_table_schema",
				python_text(configure->version_table_schema, arena), out);
	}
	if (configure->given & CONFIGURE_VERSION_TABLE_PK) {
		add_option("version_table_pk", python_bool(configure->version_table_pk), out);
	}
	if (out->len == begin + sizeof("OPTIONS = {\n") - 1) {
		out->len--;
	}
	buf_add(out, STR("}\n"));
}

/* A list of statements, to be sent by the driver as they are. */
static void add_list(const struct export_wish *wish, const char *name, const struct sql_body *body,
		struct arena *arena, struct buf *out)
{
	const struct statements statements =
			wish->engine->split(body->by_engine[wish->kind].text, arena);

	buf_format(out, "%s = [\n", name);
	for (size_t i = 0; i < statements.count; i++) {
		buf_add(out, STR("    "));
		python_add_text(statements.items[i].text, out);
		buf_add(out, STR(",\n"));
	}
	buf_add(out, STR("]\n"));
}

static bool is_given(const struct export_wish *wish, const struct sql_body *body)
{
	return body->by_engine[wish->kind].text.len > 0;
}

static const char on_connect_sqlite[] =
		"\n\n@event.listens_for(engine, \"connect\")\n"
		"def on_connect(connection, _record):\n"
		"    habit, connection.isolation_level = connection.isolation_level, None\n"
		"    for statement in ON_CONNECT:\n"
		"        connection.execute(statement)\n"
		"    connection.isolation_level = habit\n\n";

static const char on_connect_postgres[] =
		"\n\n@event.listens_for(engine, \"connect\")\n"
		"def on_connect(connection, _record):\n"
		"    connection.autocommit = True\n"
		"    for statement in ON_CONNECT:\n"
		"        connection.cursor().execute(statement)\n"
		"    connection.autocommit = False\n\n";

/* Once, in a database that has nothing in it. */
static const char before[] =
		"\n\ndef is_empty(connection):\n"
		"    inspector = inspect(connection)\n"
		"    return not any(inspector.get_table_names(schema) for schema in inspector.get_schema_names()\n"
		"                   if schema != \"information_schema\")\n\n\n"
		"with engine.connect().execution_options(isolation_level=\"AUTOCOMMIT\") as connection:\n"
		"    if is_empty(connection):\n"
		"        for statement in BEFORE:\n"
		"            connection.exec_driver_sql(statement, execution_options={\"no_parameters\": True})\n\n";

static const char driver[] =
		"# psycopg2 is what SQLAlchemy takes for PostgreSQL; where there is only its successor, that one.\n"
		"if url.drivername == \"postgresql\" and not find_spec(\"psycopg2\") and find_spec(\"psycopg\"):\n"
		"    url = url.set(drivername=\"postgresql+psycopg\")\n\n";

static const char ending[] =
		"if context.is_offline_mode():\n"
		"    context.configure(url=url.render_as_string(hide_password=False), target_metadata=target_metadata,\n"
		"                      literal_binds=True, **OPTIONS)\n"
		"    with context.begin_transaction():\n"
		"        context.run_migrations()\n"
		"else:\n"
		"    with engine.connect() as connection:\n"
		"        context.configure(connection=connection, target_metadata=target_metadata, **OPTIONS)\n"
		"        with context.begin_transaction():\n"
		"            context.run_migrations()\n";

str configuration_env(const struct export_wish *wish, struct arena *arena)
{
	const struct alembic_configure *configure = wish->configure;
	const bool is_on_server = wish->engine->needs_server;
	struct buf out = { .arena = arena };

	buf_add(&out, is_on_server ? STR("from importlib.util import find_spec\n") : (str){ 0 });
	buf_add(&out,
			STR("from logging.config import fileConfig\n\n"
			    "from alembic import context\n"
			    "from sqlalchemy import create_engine, "));
	buf_add(&out, is_given(wish, &configure->on_connect) ? STR("event, ") : (str){ 0 });
	buf_add(&out, is_given(wish, &configure->before) ? STR("inspect, ") : (str){ 0 });
	buf_add(&out,
			STR("pool\n"
			    "from sqlalchemy.engine import make_url\n\n"
			    "config = context.config\n"
			    "if config.config_file_name is not None:\n"
			    "    fileConfig(config.config_file_name, disable_existing_loggers=False)\n\n"
			    "# The models are elsewhere: there is nothing to generate migrations from.\n"
			    "target_metadata = None\n\n"));
	add_options(configure, arena, &out);
	if (is_given(wish, &configure->before)) {
		add_list(wish, "BEFORE", &configure->before, arena, &out);
	}
	if (is_given(wish, &configure->on_connect)) {
		add_list(wish, "ON_CONNECT", &configure->on_connect, arena, &out);
	}
	buf_add(&out, STR("\nurl = make_url(config.get_main_option(\"sqlalchemy.url\"))\n"));
	buf_add(&out, is_on_server ? str_from(driver) : (str){ 0 });
	buf_add(&out, STR("engine = create_engine(url, poolclass=pool.NullPool)\n"));
	if (is_given(wish, &configure->on_connect)) {
		buf_add(&out, str_from(is_on_server ? on_connect_postgres : on_connect_sqlite));
	}
	if (is_given(wish, &configure->before)) {
		buf_add(&out, str_from(before));
	}
	buf_add_char(&out, '\n');
	buf_add(&out, str_from(ending));
	return buf_str(&out);
}

/* --- script.py.mako -------------------------------------------------------------------------- */

str configuration_template(void)
{
	return STR("\"\"\"${message}\n\n"
		   "Revision ID: ${up_revision}\n"
		   "Revises: ${down_revision | comma,n}\n"
		   "Create Date: ${create_date}\n\n"
		   "\"\"\"\n"
		   "from alembic import op\n"
		   "import sqlalchemy as sa\n"
		   "${imports if imports else \"\"}\n\n"
		   "# revision identifiers, used by Alembic.\n"
		   "revision = ${repr(up_revision)}\n"
		   "down_revision = ${repr(down_revision)}\n"
		   "branch_labels = ${repr(branch_labels)}\n"
		   "depends_on = ${repr(depends_on)}\n\n\n"
		   "def upgrade():\n"
		   "    ${upgrades if upgrades else \"pass\"}\n\n\n"
		   "def downgrade():\n"
		   "    ${downgrades if downgrades else \"pass\"}\n");
}
