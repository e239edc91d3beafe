"""Stands in for modules that libraries import and nothing here uses, or hardly ever: an event loop, a server for
development and what tests ask of it, which packages are installed, what nfcpy says to telephones. They would take a
twelfth of the entrance's memory, and some of its start.

Each has what its importer asks for by name; a use of more by mistake gets an AttributeError, but for those of
`_SELDOM`, which come when they are asked.
"""

import importlib
import inspect
import sys
from collections.abc import Collection
from importlib import import_module
from types import ModuleType

_DIALECT = "sqlalchemy.dialects.sqlite"
_OTHER_DRIVERS = ("aiosqlite", "pysqlcipher")
# Which packages are installed, what a wrong name may have meant, what tests ask of pages.
_SELDOM: dict[str, tuple[str, ...]] = {"importlib.metadata": (), "difflib": (), "werkzeug.test": ("Client",)}


class _Cancelled(BaseException):
    """What only an event loop raises, and SQLAlchemy looks for in each error."""


class _Seldom(ModuleType):
    """A module that its importers keep, and ask only where something is wrong: it comes then. `once` are names that the
    first importer asks for and never uses.
    """

    def __init__(self, name: str, once: Collection[str] = ()) -> None:
        super().__init__(name)
        self._once = set(once)

    def __getattr__(self, name: str) -> object:
        if name.startswith("__"):
            raise AttributeError(name)  # asked of every module by code that looks through all of them
        if name in self._once:
            self._once.discard(name)
            return None
        return getattr(self.real(), name)

    def real(self) -> ModuleType:
        """Return the module itself, imported now."""
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return import_module(self.__name__)


def stand_in(name: str, **wanted: object) -> None:
    """Let importers of this module find no more than what is needed; a module that is there already stays."""
    module = ModuleType(name)
    vars(module).update(wanted)
    sys.modules.setdefault(name, module)


def import_libraries() -> None:
    """Import SQLAlchemy, which is never asked to wait in an event loop, and Flask, whose pages another server sends.

    For the beginning of a program. Afterwards `import asyncio` gives what it always gives.
    """
    stand_in("werkzeug.serving", run_simple=None, is_running_from_reloader=lambda: False)
    for name, once in _SELDOM.items():
        sys.modules.setdefault(name, _Seldom(name, once))
    packages = sys.modules["importlib.metadata"]
    if isinstance(packages, _Seldom):  # gpiozero takes the function, and calls it for a pin factory by its name
        vars(packages)["entry_points"] = lambda **wanted: packages.real().entry_points(**wanted)
    vars(importlib).setdefault("metadata", packages)
    if "asyncio" in sys.modules or _DIALECT in sys.modules:
        return
    stand_in("asyncio", TimeoutError=TimeoutError, CancelledError=_Cancelled, iscoroutine=inspect.iscoroutine)
    others = [f"{_DIALECT}.{name}" for name in _OTHER_DRIVERS]
    for driver in others:
        stand_in(driver)
    try:
        package = import_module(_DIALECT)  # all of it that asks for asyncio
    finally:
        for name in ("asyncio", *others):
            del sys.modules[name]
    for name in _OTHER_DRIVERS:
        delattr(package, name)
