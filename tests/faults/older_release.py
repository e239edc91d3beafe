"""A release of before, from the repository's own history, and what it does with a home by its own code.

It is the last that ended kiosk.toml as it liked, accepted no settings, kept the spool's manifest in the spool and
sealed all that the door reads by the chain's key.
"""

import os
import subprocess
import sys
from pathlib import Path

from tests.shared import once

COMMIT = "39f047345dbbb452b46d7226092d4fc900c9ea94"
REVISION = "0020"  # its newest migration
_ROOT = Path(__file__).parents[2]
_LIFE = Path(__file__).with_name("older_life.py")


def is_there() -> bool:
    """Whether this checkout's history reaches back to it: a shallow clone's does not."""
    found = subprocess.run(["git", "-C", str(_ROOT), "cat-file", "-e", f"{COMMIT}^{{commit}}"], check=False)
    return found.returncode == 0


def does(what: str, root: Path) -> None:
    """Let that release do one thing of `tests.faults.older_life`. Raises CalledProcessError where it cannot."""
    code = once("older-release", _unpack)
    environment = {**os.environ, "PYTHONPATH": str(code), "PYTHONSAFEPATH": "1"}
    subprocess.run([sys.executable, str(_LIFE), what, str(root)], cwd=code, env=environment, check=True)


def _unpack(folder: Path) -> None:
    folder.mkdir()
    archive = subprocess.run(
        ["git", "-C", str(_ROOT), "archive", COMMIT, "kiosk", "migrations", "tests"], capture_output=True, check=True
    )
    subprocess.run(["tar", "-x", "-C", str(folder)], input=archive.stdout, check=True)
