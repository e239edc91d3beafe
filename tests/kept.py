"""What Flask works out anew for each application, kept from one to the next: a test's desk is one of a thousand.

Both by Flask's own settings, and both without consequence for what an application answers.
"""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from flask import Flask
from jinja2 import FileSystemBytecodeCache
from werkzeug.routing import Rule

from tests.shared import once


@cache
def keep() -> None:
    """From now on, templates and routes are compiled once: templates once a run, routes once in each worker."""
    templates = once("templates", Path.mkdir)
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": FileSystemBytecodeCache(str(templates))}
    Flask.url_rule_class = KeptRule


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
