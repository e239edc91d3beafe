"""Before the first run of a clean clone each file has to be compiled. Workers share that: else each would do all of it,
side by side.
"""

import compileall
import sys
from pathlib import Path

import pytest
from _pytest.assertion import rewrite

ROOT = Path(__file__).parents[1]


def share(config: pytest.Config, number: int, of: int) -> None:
    """Compile one of so many shares of the program and its tests, as far as they are not yet."""
    if sys.dont_write_bytecode:
        return
    files = [file for folder in ("kiosk", "tests") for file in sorted((ROOT / folder).rglob("*.py"))]
    for file in files[number::of]:
        if file.name.startswith("test_") or file.name == "conftest.py":
            _rewrite(config, file)
        else:
            compileall.compile_file(file, quiet=2)


def _rewrite(config: pytest.Config, file: Path) -> None:
    """As pytest does it, whose asserts say what they saw."""
    kept = rewrite.get_cache_dir(file) / f"{file.stem}{rewrite.PYC_TAIL}"
    is_there = kept.exists() and kept.stat().st_mtime >= file.stat().st_mtime
    if is_there or not rewrite.try_makedirs(kept.parent):
        return
    stat, code = rewrite._rewrite_test(file, config)
    rewrite._write_pyc(config.stash[rewrite.assertstate_key], code, stat, kept)
