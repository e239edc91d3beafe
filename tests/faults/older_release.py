"""A release of before, from the repository's own history, and what it does with a home by its own code.

It is the last that ended kiosk.toml as it liked, accepted no settings, kept the spool's manifest in the spool and
sealed all that the door reads by the chain's key.
"""

import os
import subprocess
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.shared import once

COMMIT = "39f047345dbbb452b46d7226092d4fc900c9ea94"
REVISION = "0020"  # its newest migration
_ROOT = Path(__file__).parents[2]
_LIFE = Path(__file__).with_name("older_life.py")


def is_there(commit: str = COMMIT) -> bool:
    """Whether this checkout's history reaches back to it: a shallow clone's does not."""
    found = subprocess.run(["git", "-C", str(_ROOT), "cat-file", "-e", f"{commit}^{{commit}}"], check=False)
    return found.returncode == 0


def does(what: str, root: Path) -> None:
    """Let that release do one thing of `tests.faults.older_life`. Raises CalledProcessError where it cannot."""
    runs(_LIFE, what, str(root))


def runs(script: Path, *words: str) -> str:
    """Let it run a script of ours. Returns what that prints. Raises CalledProcessError where it ends with a fault."""
    code = once("older-release", _unpack)
    command = [sys.executable, str(script), *words]
    done = subprocess.run(command, cwd=code, env=_environment(code), stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def says(commit: str, root: Path, *command: str) -> str:
    """Run a command of a release by its commit, and return what it says."""
    return _said(commit, "-c", "from kiosk.cli.main import main; main()", "--home", str(root), *command)


def runs_at(commit: str, script: Path, *words: str) -> str:
    """Let a release by its commit run a script of ours, and return what that says."""
    return _said(commit, str(script), *words)


def _said(commit: str, *words: str) -> str:
    code = once(f"release-{commit[:8]}", partial(_unpack, commit=commit, folders=("kiosk", "migrations")))
    command = [sys.executable, *words]
    done = subprocess.run(command, cwd=code, env=_environment(code), capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def _environment(code: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(code), "PYTHONSAFEPATH": "1"}


def _unpack(folder: Path, commit: str = COMMIT, folders: Sequence[str] = ("kiosk", "migrations", "tests")) -> None:
    folder.mkdir()
    archive = subprocess.run(["git", "-C", str(_ROOT), "archive", commit, *folders], capture_output=True, check=True)
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
