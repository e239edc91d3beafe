"""Runs pytest; the few that failed are tried once more, alone: `python -m tests.again PYTEST ARGUMENT...`.

Some tests keep time with a device, a page or a program, and a machine that does ten things at once makes one of
thousands late. What fails alone, too, has failed; what does not is told by name, so that it can be looked at. More than
a few are no chance, and are not tried again.
"""

import json
import subprocess
import sys
from pathlib import Path

FEW = 12
_FAILED = Path(".pytest_cache/v/cache/lastfailed")
_PYTEST = (sys.executable, "-m", "pytest")


def main(arguments: list[str]) -> int:
    """The status of the whole: 0 where all passed, in the end."""
    status = subprocess.call([*_PYTEST, *arguments])
    failed = sorted(json.loads(_FAILED.read_text("utf-8"))) if _FAILED.exists() else []
    if status != 1 or not 0 < len(failed) <= FEW:
        return status
    print("\ntried once more, alone:", *failed, sep="\n  ", flush=True)
    status = subprocess.call([*_PYTEST, *failed])
    if status == 0:
        print("\npassed alone, and failed beside the others (look at them):", *failed, sep="\n  ", flush=True)
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
