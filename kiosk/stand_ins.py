"""Stands in for modules that libraries import and nothing here ever uses: an event loop, a server for development, what
nfcpy says to telephones. They would take a twentieth of the entrance's memory, and of its start.

Each has what its importer asks for by name; whoever reached for more by mistake would get an AttributeError.
"""

import inspect
import sys
from importlib import import_module
from types import ModuleType

_DIALECT = "sqlalchemy.dialects.sqlite"
_OTHER_DRIVERS = ("aiosqlite", "pysqlcipher")


class _Cancelled(BaseException):
    """What only an event loop raises, and SQLAlchemy looks for in each error."""


def stand_in(name: str, **wanted: object) -> None:
    """Let whoever imports this module find no more than what is wanted; one that is there already stays."""
    module = ModuleType(name)
    vars(module).update(wanted)
    sys.modules.setdefault(name, module)


def import_libraries() -> None:
    """Import SQLAlchemy, which is never asked to wait in an event loop, and Flask, whose pages another server sends.

    For the beginning of a program. Afterwards `import asyncio` gives what it always gives.
    """
    stand_in("werkzeug.serving", run_simple=None, is_running_from_reloader=lambda: False)
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
