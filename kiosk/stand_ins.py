"""Replaces modules that libraries import and hardly ever use: an event loop, a development server and its test client,
the list of installed packages. They would take a twelfth of the memory of the entrance (the program at the door), and
part of its start.

Each stand-in has the names that its importer asks for; any other use raises AttributeError, except for the modules of
`_SELDOM`, which are imported when they are used.
"""

import importlib
import inspect
import sys
from collections.abc import Collection
from importlib import import_module
from types import ModuleType

_DIALECT = "sqlalchemy.dialects.sqlite"
_OTHER_DRIVERS = ("aiosqlite", "pysqlcipher")  # of SQLite's dialect, which would import asyncio and are never used
# The list of installed packages, suggestions for wrong names, and the test client for pages.
_SELDOM: dict[str, tuple[str, ...]] = {"importlib.metadata": (), "difflib": (), "werkzeug.test": ("Client",)}


class _Cancelled(BaseException):
    """Stands for the exception that only an event loop raises, and that SQLAlchemy looks for in each error."""


class _Seldom(ModuleType):
    """A module that its importers keep and use only when something is wrong: it is imported then. `once` are names that
    the first importer asks for and never uses: each is None the first time it is asked for.
    """

    def __init__(self, name: str, once: Collection[str] = ()) -> None:
        super().__init__(name)
        self._once = set(once)

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)  # code that inspects all modules asks each one for it
        if name in self._once:
            self._once.discard(name)
            return None
        return getattr(self.real(), name)

    def real(self) -> ModuleType:
        """Return the module itself, imported now."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return import_module(self.__name__)


def stand_in(name: str, **names: object) -> None:
    """Register an empty module with the given names under a module's name, unless that module is loaded already."""
    module = ModuleType(name)
    vars(module).update(names)
    sys.modules.setdefault(name, module)


def import_libraries() -> None:
    """Import SQLAlchemy, without an event loop, and Flask, without its server, at the beginning of a program.

    Afterwards `import asyncio` gives the real module: the stand-ins of it and of the other drivers are removed. Where
    asyncio or SQLite's dialect is loaded already, these are left alone.
    """
    stand_in("werkzeug.serving", run_simple=None, is_running_from_reloader=lambda: False)
    for name, once in _SELDOM.items():
        sys.modules.setdefault(name, _Seldom(name, once))
    packages = sys.modules["importlib.metadata"]
    if isinstance(packages, _Seldom):  # gpiozero calls it for a pin factory by name
        vars(packages)["entry_points"] = lambda **filters: packages.real().entry_points(**filters)
    vars(importlib).setdefault("metadata", packages)
    if "asyncio" in sys.modules or _DIALECT in sys.modules:
        return
    stand_in("asyncio", TimeoutError=TimeoutError, CancelledError=_Cancelled, iscoroutine=inspect.iscoroutine)
    others = [f"{_DIALECT}.{name}" for name in _OTHER_DRIVERS]
    for driver in others:
        stand_in(driver)
    try:
        package = import_module(_DIALECT)  # everything that asks for asyncio
    finally:
        for name in ("asyncio", *others):
            del sys.modules[name]
    for name in _OTHER_DRIVERS:
        delattr(package, name)
