from alembic import context
from ferry import settings
from sqlalchemy import engine_from_config, pool, text

config = context.config
config.set_main_option("sqlalchemy.url", settings.url().replace("%", "%%"))

connectable = engine_from_config(config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=pool.NullPool)
with connectable.connect() as connection:
    if settings.SCHEMA:
        with connection.begin():
            connection.execute(text("CREATE SCHEMA IF NOT EXISTS %s" % settings.SCHEMA))
    context.configure(connection=connection, target_metadata=None, transaction_per_migration=True,
                      version_table_schema=settings.SCHEMA)
    with context.begin_transaction():
        context.run_migrations()
