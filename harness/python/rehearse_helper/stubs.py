"""Stand-ins for modules that cannot be imported: they take any attribute and call, and make nothing up.

A stand-in that would end up in the schema or in SQL would be a made-up schema, so that it ends the body by name.
"""
from __future__ import annotations

import importlib.abc
import importlib.machinery
import re
import sys
from types import ModuleType
from typing import Any, Iterable, Iterator, Optional, Sequence

# What SQLAlchemy asks of an object that is to be a type, a clause or part of a schema.
_SCHEMA_WORDS = frozenset(("_sqla_type", "__clause_element__", "_compiler_dispatch", "__visit_name__", "_set_parent",
                           "_set_parent_with_dispatch", "__sa_type_engine__"))
_SHOWN = "<stub {}>"
_SHOWN_PATTERN = re.compile(r"<stub ([\w.()\[\]]+)>")


class StubUsed(Exception):
    """A stand-in cannot stand in here."""

    def __init__(self, name: str, where: str) -> None:
        super().__init__(f"'{name}' is a stub, which cannot {where}")


class Stub:
    """Any attribute, any call, any base class."""

    def __init__(self, name: str) -> None:
        self.__dict__["_stub_name"] = name

    def __getattr__(self, name: str) -> Any:
        if name in _SCHEMA_WORDS:
            raise StubUsed(self._stub_name, "be part of a schema")
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Stub(f"{self._stub_name}.{name}")

    def __setattr__(self, name: str, value: Any) -> None:
        self.__dict__[name] = value

    def __call__(self, *arguments: Any, **_: Any) -> Any:
        # As a decorator it leaves what it decorates as it was.
        if len(arguments) == 1 and callable(arguments[0]) and not isinstance(arguments[0], Stub):
            return arguments[0]
        return Stub(f"{self._stub_name}()")

    def __getitem__(self, _: Any) -> Stub:
        return Stub(f"{self._stub_name}[]")

    def __iter__(self) -> Iterator[Any]:
        return iter(())

    def __enter__(self) -> Stub:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __mro_entries__(self, _: Any) -> tuple[type, ...]:
        return (_stub_base(self._stub_name),)

    def __repr__(self) -> str:
        return _SHOWN.format(self._stub_name)


def _stub_base(name: str) -> type:
    """What a class gets that derives from a stub: instances of it are no more than stubs either."""
    class Base(Stub):
        def __init__(self, *_: Any, **__: Any) -> None:
            super().__init__(f"{name}()")

    Base.__name__ = Base.__qualname__ = name.rpartition(".")[2]
    return Base


class StubModule(ModuleType):
    """A module whose every name is a stub."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        return Stub(f"{self.__name__}.{name}")


class Stubs(importlib.abc.MetaPathFinder):
    """Finds stand-ins for the modules that were named, where nothing else can be imported by their names."""

    def __init__(self, names: Iterable[str]) -> None:
        self._names = tuple(names)
        self._used: set[str] = set()
        if self._names:
            sys.meta_path.insert(0, self)

    def take_used(self) -> list[str]:
        taken, self._used = sorted(self._used), set()
        return taken

    def use(self, name: str) -> None:
        self._used.add(next(one for one in self._names if _is_within(name, one)))

    def check(self, sql: str, parameters: Any) -> None:
        """StubUsed if a stub is in a statement that is to be sent."""
        if not self._names:
            return
        found = _SHOWN_PATTERN.search(sql)
        if found:
            raise StubUsed(found.group(1), "be part of a statement")
        for value in _leaves(parameters):
            if isinstance(value, Stub):
                raise StubUsed(value._stub_name, "be part of a statement")

    def find_spec(self, name: str, path: Optional[Sequence[str]], target: Any = None) -> Any:
        if not any(_is_within(name, one) for one in self._names):
            return None
        for finder in sys.meta_path:
            spec = None if finder is self else finder.find_spec(name, path, target)
            if spec is not None:
                if spec.loader is not None and hasattr(spec.loader, "exec_module"):
                    spec.loader = _Try(self, spec.loader)
                return spec
        return importlib.machinery.ModuleSpec(name, _Stand(self), is_package=True)


class _Stand(importlib.abc.Loader):
    """Nothing by this name is there."""

    def __init__(self, stubs: Stubs) -> None:
        self._stubs = stubs

    def create_module(self, spec: Any) -> ModuleType:
        self._stubs.use(spec.name)
        return StubModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


class _Try(importlib.abc.Loader):
    """Something is there, but it may not import: then it becomes a stand-in as far as it got."""

    def __init__(self, stubs: Stubs, loader: Any) -> None:
        self._stubs = stubs
        self._loader = loader

    def create_module(self, spec: Any) -> Optional[ModuleType]:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        try:
            self._loader.exec_module(module)
        except ImportError:
            self._stubs.use(module.__name__)
            module.__class__ = StubModule


def _is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def _leaves(value: Any, depth: int = 3) -> Iterator[Any]:
    """The single values of a statement's parameters."""
    if depth and isinstance(value, dict):
        value = list(value.values())
    if depth and isinstance(value, (list, tuple)):
        for one in value:
            yield from _leaves(one, depth - 1)
    else:
        yield value
