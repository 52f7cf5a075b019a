from alembic import context
from sqlalchemy import engine_from_config, pool, text

TENANTS = ("east", "west")
config = context.config

connectable = engine_from_config(config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=pool.NullPool)
with connectable.connect() as connection:
    for tenant in context.get_x_argument(as_dictionary=True).get("tenant", ",".join(TENANTS)).split(","):
        with connection.begin():
            connection.execute(text("CREATE SCHEMA IF NOT EXISTS %s" % tenant))
            connection.execute(text("SET search_path TO %s" % tenant))
        connection.dialect.default_schema_name = tenant
        context.configure(connection=connection, target_metadata=None, version_table_schema=tenant)
        with context.begin_transaction():
            context.run_migrations()
