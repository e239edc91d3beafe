"""What comes out alike for each of a run's thousands of homes is worked out once a process, not once a home.

A program opens one home and builds one application; a run opens thousands, and half of what a test costs would be
SQLAlchemy compiling the same statements, and werkzeug the same addresses, anew.
"""

from collections.abc import Callable
from functools import lru_cache
from types import MethodType
from typing import Any

from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Engine
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule
from werkzeug.sansio import utils
from werkzeug.urls import uri_to_iri

_STATEMENTS = 5000
_ADDRESSES = 64  # a test's client and the application each ask for a request's, time and again
_RULE = ("_parts", "_trace", "_converters", "arguments")


_Builder = Callable[..., tuple[str, str]]


class _Shared:
    """An engine's compiled statements: those of all engines on SQLite; each other's its own."""

    def __init__(self) -> None:
        self._sqlite: LRUCache[Any, Any] = LRUCache(_STATEMENTS)

    def __get__(self, engine: Engine, _kind: object = None) -> Any:
        return self._sqlite if engine.dialect.name == "sqlite" else engine.__dict__["_compiled_cache"]

    def __set__(self, engine: Engine, own: Any) -> None:
        engine.__dict__["_compiled_cache"] = own


def _alike(self: SQLiteDialect_pysqlite, other: object) -> bool:
    return type(self) is type(other)


def _hash(self: SQLiteDialect_pysqlite) -> int:
    return hash(type(self))


def install() -> None:
    """For this process, once, before the first engine."""
    SQLiteDialect_pysqlite.__eq__ = _alike  # type: ignore[method-assign, assignment]  # keys begin with the dialect
    SQLiteDialect_pysqlite.__hash__ = _hash  # type: ignore[method-assign, assignment]  # as above
    setattr(Engine, "_compiled_cache", _Shared())  # noqa: B010  # one of our own kind: mypy sees a value there
    setattr(utils, "uri_to_iri", lru_cache(_ADDRESSES)(uri_to_iri))  # noqa: B010  # as above
    Rule.compile = _compile_once(Rule.compile)  # type: ignore[method-assign, assignment]  # the same, kept


def _compile_once(compile_rule: Callable[[Rule], None]) -> Callable[[Rule], None]:
    known: dict[object, tuple[dict[str, Any], _Builder, _Builder]] = {}

    def compiled(self: Rule) -> None:
        key = self.rule, self.subdomain, self.merge_slashes, str(self.defaults), tuple(self.map.converters.items())
        if key not in known:
            compile_rule(self)
            own = {name: getattr(self, name) for name in _RULE}
            known[key] = own, _function(self._build), _function(self._build_unknown)
            return
        found, build, build_unknown = known[key]
        self.__dict__.update(found)
        self._build, self._build_unknown = MethodType(build, self), MethodType(build_unknown, self)

    return compiled


def _function(bound: object) -> _Builder:
    assert isinstance(bound, MethodType)
    return bound.__func__
