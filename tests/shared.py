"""What is made once a run and copied: homes, releases, shared between the workers.

The first process of a run (pytest's own, or xdist's controller) makes one folder for all; its workers find it by their
environment. Whoever needs a thing first makes it while the others wait for it.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

FOLDER = "KIOSK_TESTS_SHARED"


def begin() -> None:
    """The run's folder, unless a controller has made it."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        os.environ[FOLDER] = tempfile.mkdtemp(prefix="kiosk-tests-")


def end() -> None:
    """The run is over: so is its folder."""
    if "PYTEST_XDIST_WORKER" not in os.environ and FOLDER in os.environ:
        shutil.rmtree(os.environ.pop(FOLDER), ignore_errors=True)


def once(name: str, make: Callable[[Path], None]) -> Path:
    """A folder that one worker of the run makes, by a name of its own. To be read or copied, never changed."""
    base = Path(os.environ.get(FOLDER) or _of_this_process())
    made, done = base / name, base / f"{name}.done"
    made.parent.mkdir(parents=True, exist_ok=True)
    with (base / f"{name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(made, ignore_errors=True)  # of somebody who failed at it
            make(made)
            done.touch()
    return made


def _of_this_process() -> str:
    """Outside of pytest, in a harness that tests lend a hand: a folder as long as its process."""
    begin()
    import atexit

    atexit.register(end)
    return os.environ[FOLDER]
