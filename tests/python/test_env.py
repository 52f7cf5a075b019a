"""Alembic's own commands, with env.py files as people have them."""
import textwrap

import cases
from cases import Case, Failed, only

GENERIC = """
    from logging.config import fileConfig
    from alembic import context
    from sqlalchemy import engine_from_config, pool

    config = context.config

    def run():
        engine = engine_from_config(config.get_section(config.config_ini_section), prefix="sqlalchemy.",
                                    poolclass=pool.NullPool)
        with engine.connect() as connection:
            context.configure(connection=connection, target_metadata=None, **OPTIONS)
            with context.begin_transaction():
                context.run_migrations()

    run()
"""
ASYNC = """
    import asyncio
    from alembic import context
    from sqlalchemy import pool
    from sqlalchemy.ext.asyncio import create_async_engine

    def run(connection):
        context.configure(connection=connection)
        with context.begin_transaction():
            context.run_migrations()

    async def main():
        engine = create_async_engine(URL, poolclass=pool.NullPool)
        async with engine.connect() as connection:
            await connection.run_sync(run)
        await engine.dispose()

    asyncio.run(main())
"""


class Env(Case):
    def setUp(self):
        super().setUp()
        self.ini = self.file("alembic.ini", f"""
            [alembic]
            script_location = %(here)s/migrations
            sqlalchemy.url = {cases.dialect_url("db.example.com", "shop")}
        """)
        self.revision("0001", None, 'op.create_table("t", sa.Column("id", sa.Integer, primary_key=True))')
        self.revision("0002", "0001", 'op.add_column("t", sa.Column("n", sa.String(20)))')
        url = cases.dialect_url("db.example.com", "shop")
        if cases.is_async():
            self.env(ASYNC.replace("URL", repr(url)))
        else:
            self.env(GENERIC.replace("**OPTIONS", ""))

    def env(self, text):
        self.file("migrations/env.py", text)

    def revision(self, name, down, body, drop="pass"):
        body = textwrap.indent(textwrap.dedent(body), "    ")
        return self.file(f"migrations/versions/{name}.py", "from alembic import op\nimport sqlalchemy as sa\n\n"
                         f"revision = {name!r}\ndown_revision = {down!r}\n\n\ndef upgrade():\n{body}\n\n\n"
                         f"def downgrade():\n    {drop}\n")

    def alembic(self, command, *arguments, say=None, cell=None, **fields):
        project = {"config": self.ini, **fields.pop("project", {})}
        self.cell = cell or self.open(project=project)
        return self.cell.ask("alembic", say, command=command, arguments=list(arguments), **fields)

    def alembic_fails(self, command, *arguments, **fields):
        with self.assertRaises(Failed) as caught:
            self.alembic(command, *arguments, **fields)
        return caught.exception.answer

    def test_an_upgrade_is_led_to_the_throwaway(self):
        answer = self.alembic("upgrade", "head")
        self.assertEqual(self.tables(), ["alembic_version", "t"])
        self.assertEqual(self.look("SELECT version_num FROM alembic_version"), [("0002",)])
        self.assertEqual(answer["connections"], 1)
        self.assertGreaterEqual(answer["statements"], 5)
        told = [event["event"] for event in self.cell.events]
        self.assertEqual((told[0], told[-1]), ("connected", "disconnected"))
        steps = [(event["revision"], event["direction"], event["is_after"])
                 for event in self.cell.events if event["event"] == "revision"]
        self.assertEqual(steps, [("0001", "upgrade", False), ("0001", "upgrade", True),
                                 ("0002", "upgrade", False), ("0002", "upgrade", True)])
        plans = [event["steps"] for event in self.cell.events if event["event"] == "plan"]
        self.assertEqual(plans, [[{"revision": "0001", "direction": "upgrade", "from": [], "to": ["0001"]},
                                  {"revision": "0002", "direction": "upgrade", "from": ["0001"], "to": ["0002"]}]])
        self.alembic("downgrade", "-1", cell=self.cell)
        plans = [event["steps"] for event in self.cell.events if event["event"] == "plan"]
        self.assertEqual(plans, [[{"revision": "0002", "direction": "downgrade", "from": ["0002"], "to": ["0001"]}]])

    def test_commands_follow_each_other(self):
        self.alembic("upgrade", "0001")
        self.assertIn("0001", self.alembic("current", cell=self.cell)["output"])
        self.alembic("stamp", "0002", cell=self.cell)
        self.alembic("downgrade", "base", cell=self.cell)
        self.assertEqual(self.look("SELECT count(*) FROM alembic_version"), [(0,)])

    def test_offline_mode_prints(self):
        self.env("from alembic import context\n"
                 f"context.configure(url={cases.dialect_url('db.example.com', 'shop')!r})\n"
                 "with context.begin_transaction():\n    context.run_migrations()\n")
        self.assertIn("CREATE TABLE t", self.alembic("upgrade", "head", options={"sql": True})["output"])
        self.assertEqual(self.tables(), [])

    def test_commands_without_a_database(self):
        self.assertEqual(self.alembic("heads")["output"], "0002 (head)\n")

    def test_alembics_own_errors(self):
        error = self.alembic_fails("upgrade", "nope")["error"]
        self.assertEqual((error["class"], error["message"]),
                         ("CommandError", "Can't locate revision identified by 'nope'"))
        self.assertEqual(self.alembic_fails("nonesuch")["error"]["class"], "ProtocolError")

    def test_a_body_that_fails(self):
        path = self.revision("0003", "0002", 'op.execute("SELECT 1 FROM nowhere")')
        error = self.alembic_fails("upgrade", "head")["error"]
        self.assertEqual((error["file"], error["line"]), (path, 9))
        failed = [event for event in self.cell.events if event["event"] == "revision"][-1]
        self.assertEqual((failed["revision"], failed["is_after"]), ("0003", True))
        self.assertIn("nowhere", failed["error"]["message"])
        versions = [("0002",)] if cases.ENGINE.name == "sqlite" else []
        if versions or self.tables():
            self.assertEqual(self.look("SELECT version_num FROM alembic_version"), versions)

    def test_env_that_connects_to_nothing(self):
        self.env("pass")
        self.assertEqual(self.alembic_fails("upgrade", "head")["error"]["class"], "NothingArrived")

    def test_env_that_cannot_be_imported(self):
        self.env("import settings_of_another_world")
        error = self.alembic_fails("upgrade", "head")["error"]
        self.assertEqual((error["class"], error["line"]), ("ModuleNotFoundError", 1))
        self.assertTrue(error["file"].endswith("migrations/env.py"))

    def test_an_edited_tree(self):
        other = self.file("edited/0001.py", "from alembic import op\nimport sqlalchemy as sa\nrevision = '0001'\n"
                          "down_revision = None\n\n\ndef upgrade():\n    op.create_table('other', sa.Column('id', sa.Integer))\n")
        self.alembic("upgrade", "head", project={"version_locations": [other.rpartition("/")[0]]})
        self.assertEqual(self.tables(), ["alembic_version", "other"])

    def test_settings_that_build_the_url(self):
        if cases.is_async():
            return
        url = cases.dialect_url("db.example.com", "shop")
        self.file(".env", f"DATABASE_URL={url}\n")
        self.file("settings.py", "values = dict(line.strip().split('=', 1) for line in open('.env'))\n"
                  "DATABASE_URL = values['DATABASE_URL']\n")
        self.env("from settings import DATABASE_URL\nfrom alembic import context\n"
                 "context.config.set_main_option('sqlalchemy.url', DATABASE_URL)\n"
                 + textwrap.dedent(GENERIC).replace("**OPTIONS", ""))
        self.alembic("upgrade", "head", project={"prepend_sys_path": [str(self.folder)]})
        self.assertEqual(self.tables(), ["alembic_version", "t"])
        named = [event["named"] for event in self.cell.events if event["event"] == "connected"][0]
        self.assertTrue(named.endswith("shop"))
        self.assertNotIn("hunter2-secret", str(self.cell.events))

    def test_a_step_can_be_stopped(self):
        def say(event):
            stops = event["event"] == "revision" and event["revision"] == "0002" and not event["is_after"]
            return {"say": "raise", "class": "Stopped", "message": "here"} if stops else None

        error = self.alembic_fails("upgrade", "head", say=say)["error"]
        self.assertEqual((error["class"], error["message"]), ("Stopped", "here"))

    def test_transaction_per_migration(self):
        if cases.is_async():
            return
        self.env(GENERIC.replace("**OPTIONS", "transaction_per_migration=True"))
        self.alembic("upgrade", "head")
        ends = [event["end"] for event in self.cell.events if event["event"] == "transaction"]
        self.assertGreaterEqual(ends.count("commit"), 2)

    def test_x_arguments(self):
        if cases.is_async():
            return
        self.env("from alembic import context\nassert context.get_x_argument(as_dictionary=True) == {'tenant': 'a'}\n"
                 + textwrap.dedent(GENERIC).replace("**OPTIONS", ""))
        self.alembic("upgrade", "head", project={"x": ["tenant=a"]})

    @only("postgres")
    def test_a_schema_a_tenant(self):
        if cases.is_async():
            return
        self.env("""
            from alembic import context
            from sqlalchemy import create_engine, text
            from sqlalchemy.schema import CreateSchema

            engine = create_engine(context.config.get_main_option("sqlalchemy.url"))
            for tenant in ("one", "two"):
                with engine.begin() as connection:
                    connection.execute(CreateSchema(tenant))
                    connection.execute(text("SET search_path TO " + tenant))
                    connection.dialect.default_schema_name = tenant
                    context.configure(connection=connection, version_table_schema=tenant)
                    with context.begin_transaction():
                        context.run_migrations()
        """)
        self.alembic("upgrade", "head")
        self.assertEqual(self.look("SELECT table_schema, table_name FROM information_schema.tables "
                                   "WHERE table_schema IN ('one', 'two') ORDER BY 1, 2"),
                         [("one", "alembic_version"), ("one", "t"), ("two", "alembic_version"), ("two", "t")])

    def test_the_command_line_is_there(self):
        if cases.is_async():
            return
        self.env("import sys\nfrom alembic import context\nassert sys.argv == ['alembic', 'upgrade', 'head'], sys.argv\n"
                 "assert context.config.cmd_opts.cmd[0].__name__ == 'upgrade'\n"
                 + textwrap.dedent(GENERIC).replace("**OPTIONS", ""))
        self.alembic("upgrade", "head")

    def test_the_project_is_not_changed(self):
        before = cases.fingerprint(self.folder)
        self.alembic("upgrade", "head")
        self.assertEqual(cases.fingerprint(self.folder), before)
