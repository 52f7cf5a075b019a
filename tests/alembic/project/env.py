"""What a user's env.py does, with the options of the scenario's `configure`."""
import sqlalchemy
from alembic import context

settings = context.config.attributes
engine = sqlalchemy.create_engine(
    settings["url"], poolclass=sqlalchemy.pool.NullPool, future=True)
if settings["on_connect"]:
    sqlalchemy.event.listen(engine, "connect", settings["on_connect"])
with engine.connect() as connection:
    context.configure(connection=connection, **settings["options"])
    with context.begin_transaction():
        context.run_migrations()
