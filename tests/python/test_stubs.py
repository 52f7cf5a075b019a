"""Modules that cannot be imported."""
from cases import Case


class Stubs(Case):
    def stubbed(self, *names):
        return self.connect(project={"stubs": list(names), "prepend_sys_path": [str(self.folder)]})

    def test_they_take_any_attribute_and_call(self):
        path = self.body("""
            from celery.task import Task, shared
            import celery.schedules as schedules

            class Mail(Task):
                pass

            @shared(name="x")
            def job():
                return 7

            @shared
            def other():
                return 8

            def upgrade():
                assert schedules.crontab(minute=5).every[3].thing is not None
                Mail().delay()
                assert other() == 8
                with schedules.lock():
                    op.create_table("t", sa.Column("id", sa.Integer))
        """)
        answer = self.upgrade(self.stubbed("celery"), path)
        self.assertEqual(answer["stubs_used"], ["celery"])
        self.assertEqual(answer["statements"], 1)

    def test_what_can_be_imported_is_no_stub(self):
        self.file("real.py", "VALUE = 3\n")
        answer = self.upgrade(self.stubbed("real", "json"), self.body("import json, real\nassert real.VALUE == 3"))
        self.assertNotIn("stubs_used", answer)

    def test_what_is_there_but_does_not_import_is_one(self):
        self.file("shop/__init__.py", "")
        self.file("shop/models.py", "GOOD = 1\nimport missing_dependency\n")
        answer = self.upgrade(self.stubbed("shop.models"), self.body(
            "from shop.models import GOOD, Order\nassert GOOD == 1\nOrder.query.all()"))
        self.assertEqual(answer["stubs_used"], ["shop.models"])

    def test_nobody_else_is_replaced(self):
        error = self.fails(self.stubbed("celery"), self.body("import celery\nimport kombu_of_another_world"))
        self.assertEqual(error["class"], "ModuleNotFoundError")

    def test_one_as_a_columns_type_fails_by_name(self):
        path = self.body("from geoalchemy import Geometry\nop.create_table('t', sa.Column('g', Geometry('POINT')))")
        error = self.fails(self.stubbed("geoalchemy"), path)
        self.assertEqual((error["class"], error["message"], error["line"]),
                         ("StubUsed", "'geoalchemy.Geometry()' is a stub, which cannot be part of a schema", 10))

    def test_one_that_a_type_derives_from_fails_by_name(self):
        path = self.body("from geoalchemy import Geometry\nclass Point(Geometry): pass\n"
                         "op.create_table('t', sa.Column('g', Point()))")
        error = self.fails(self.stubbed("geoalchemy"), path)
        self.assertEqual(error["class"], "StubUsed")
        self.assertIn("geoalchemy.Geometry", error["message"])

    def test_one_in_sql_fails_by_name(self):
        error = self.fails(self.stubbed("settings"), self.body("from settings import NAME\nop.execute(f'CREATE TABLE {NAME} (n INTEGER)')"))
        self.assertEqual((error["class"], error["message"]),
                         ("StubUsed", "'settings.NAME' is a stub, which cannot be part of a statement"))

    def test_one_as_a_value_fails_by_name(self):
        error = self.fails(self.stubbed("settings"), self.body(
            "from settings import NAME\nop.create_table('t', sa.Column('n', sa.String(20)))\n"
            "op.bulk_insert(sa.table('t', sa.column('n')), [{'n': NAME}])"))
        self.assertEqual(error["class"], "StubUsed")
        self.assertIn("settings.NAME", error["message"])
