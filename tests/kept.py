"""What Flask works out anew for each application, kept from one to the next: a test's desk is one of a thousand.

By Flask's own settings where it has them, and without consequence for what an application answers.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any, ClassVar

from flask import Flask
from flask.sansio.app import App
from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Map, Rule

from tests.shared import once

SAME_ROUTES = ("kiosk.web.desk.app",)
"""Applications that have the same routes whatever home they are built for."""


@cache
def keep() -> None:
    """From now on, templates and routes are compiled once: templates once a run, routes once in each worker."""
    templates = once("templates", Path.mkdir)
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": KeptTemplates(str(templates))}
    Flask.url_rule_class = KeptRule
    Flask.url_map_class = property(lambda app: partial(_map, app.import_name))  # type: ignore[assignment]  # asked of each
    Flask.add_url_rule = _add_once(Flask.add_url_rule)  # type: ignore[method-assign]  # the same, and nothing twice


class KeptTemplates(FileSystemBytecodeCache):
    """Reads each compiled template once in a worker, too."""

    _kept: ClassVar[dict[tuple[str, str], Any]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        known = bucket.key, bucket.checksum
        if known not in self._kept:
            super().load_bytecode(bucket)
            if bucket.code is None:
                return
            self._kept[known] = bucket.code
        bucket.code = self._kept[known]

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write what was compiled; a program of another account, which may not write there, compiles for itself."""
        with suppress(PermissionError):
            super().dump_bytecode(bucket)


class KeptRule(Rule):
    """What builds a route's addresses depends on its parts alone: two routes of the same parts may share it."""

    _kept: ClassVar[dict[object, Any]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        if self.defaults:
            return super()._compile_builder(append_unknown)
        parts = append_unknown, tuple(self._trace)
        if parts not in self._kept:
            self._kept[parts] = super()._compile_builder(append_unknown)
        found: Callable[..., tuple[str, str]] = self._kept[parts]
        return found


class KeptMap(Map):
    """The routes of all applications of one kind: they find the same endpoints, and each its own view of it."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.known: set[object] = set()


_maps: dict[str, KeptMap] = {}


def _map(name: str, **more: Any) -> Map:
    if name not in SAME_ROUTES:
        return Map(**more)
    if name not in _maps:
        _maps[name] = KeptMap(**more)
    return _maps[name]


def _add_once(add: Callable[..., None]) -> Callable[..., None]:
    """A route that the map has already wants nothing but its view."""

    def added(
        self: App, rule: str, endpoint: str | None = None, view_func: Callable[..., Any] | None = None, **more: Any
    ) -> None:
        kept = self.url_map
        key = rule, endpoint, str(sorted(more.items()))
        if not isinstance(kept, KeptMap) or endpoint is None or view_func is None:
            add(self, rule, endpoint, view_func, **more)
        elif key not in kept.known:
            add(self, rule, endpoint, view_func, **more)
            kept.known.add(key)
        else:
            self.view_functions[endpoint] = view_func

    return added
