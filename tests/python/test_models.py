"""The schema that the project's own models make."""
from cases import Case, Failed

MODELS = """
    import sqlalchemy as sa
    from sqlalchemy.orm import declarative_base

    Base = declarative_base()

    class Author(Base):
        __tablename__ = "authors"
        id = sa.Column(sa.Integer, primary_key=True)

    class Book(Base):
        __tablename__ = "books"
        id = sa.Column(sa.Integer, primary_key=True)
        author_id = sa.Column(sa.ForeignKey("authors.id"), nullable=False)
"""


class Models(Case):
    def setUp(self):
        super().setUp()
        self.file("shop/__init__.py", "")
        self.file("shop/models.py", MODELS)
        self.cell = self.connect(project={"prepend_sys_path": [str(self.folder)]})

    def test_they_make_their_tables(self):
        for target in ("shop.models:Base", "shop.models:Base.metadata"):
            self.cell.ask("create_all", target=target)
        self.cell.ask("commit")
        self.assertEqual(self.tables(), ["authors", "books"])

    def test_what_is_none(self):
        for target, kind in [("shop.models", "ProtocolError"), ("shop.models:sa", "TypeError"),
                             ("shop.models:Nobody", "AttributeError"), ("shop.nowhere:Base", "ModuleNotFoundError")]:
            with self.assertRaises(Failed) as caught:
                self.cell.ask("create_all", target=target)
            self.assertEqual(caught.exception.error["class"], kind)
