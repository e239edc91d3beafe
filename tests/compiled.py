"""Before the first run of a clean clone each file has to be compiled, and Hypothesis reads each for its constants.
Workers share that: else each would do all of it, side by side.
"""

import compileall
import os
import sys
from pathlib import Path
from types import ModuleType

import pytest
from _pytest.assertion import rewrite

ROOT = Path(__file__).parents[1]
CLEAN = "KIOSK_TESTS_CLEAN"
"""In the environment of a run that began without constants: what one worker has found does not tell the others."""
_unread: list[Path] = []
"""A worker's share of the program in a clean clone, of which Hypothesis does not know the constants yet."""


def begin() -> None:
    """Look what a run begins with, before its workers start."""
    if not (ROOT / ".hypothesis" / "constants").exists():
        os.environ[CLEAN] = "1"


def share(config: pytest.Config, number: int, of: int) -> None:
    """Compile one of so many shares of the program and its tests, as far as they are not yet."""
    if sys.dont_write_bytecode:
        return
    files = [file for folder in ("kiosk", "tests") for file in sorted((ROOT / folder).rglob("*.py"))]
    if CLEAN in os.environ:
        _unread[:] = [file for file in files[number::of] if file.is_relative_to(ROOT / "kiosk")]
    for file in files[number::of]:
        if file.name.startswith("test_") or file.name == "conftest.py":
            _rewrite(config, file)
        else:
            compileall.compile_file(file, quiet=2)


def find_constants() -> None:
    """In a clean clone, have Hypothesis keep the constants of this worker's share for all, as it does of a module that
    it meets first. It allows that from the collection on.
    """
    for file in _unread:
        from hypothesis.internal import constants_ast  # not above: in a clean clone alone

        module = ModuleType(file.stem)
        module.__file__ = str(file)
        constants_ast.constants_from_module(module)
    _unread.clear()


def _rewrite(config: pytest.Config, file: Path) -> None:
    """As pytest does it, whose asserts say what they saw."""
    kept = rewrite.get_cache_dir(file) / f"{file.stem}{rewrite.PYC_TAIL}"
    is_there = kept.exists() and kept.stat().st_mtime >= file.stat().st_mtime
    if is_there or not rewrite.try_makedirs(kept.parent):
        return
    stat, code = rewrite._rewrite_test(file, config)
    rewrite._write_pyc(config.stash[rewrite.assertstate_key], code, stat, kept)
