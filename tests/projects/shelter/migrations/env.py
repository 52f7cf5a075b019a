import logging

from flask import current_app

from alembic import context

config = context.config
logger = logging.getLogger('alembic.env')


def run_migrations_online():
    conf_args = current_app.extensions['migrate'].configure_args
    with current_app.extensions['migrate'].db.engine.connect() as connection:
        context.configure(connection=connection, **conf_args)
        with context.begin_transaction():
            context.run_migrations()


run_migrations_online()
