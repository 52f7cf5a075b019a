"""As `alembic init` writes it, but for the logging."""
from alembic import context
from sqlalchemy import engine_from_config, pool

import workshop_models

config = context.config


def run_migrations_online():
    connectable = engine_from_config(
        config.get_section(config.config_ini_section), prefix="sqlalchemy.", poolclass=pool.NullPool)
    with connectable.connect() as connection:
        context.configure(connection=connection, target_metadata=workshop_models.metadata)
        with context.begin_transaction():
            context.run_migrations()


run_migrations_online()
