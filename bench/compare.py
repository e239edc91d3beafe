"""Two revisions measured in turns, so that whatever else the machine does hits them alike: a change that costs is seen.

The other revision is checked out beside, and measured by its own bench with the same interpreter and libraries. What
is compared are the figures that are asked of each measurement; how far the rounds lie apart stands beside them.
"""

import os
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).parents[1]
MEASURED = {
    "tap": ("--visits", "1000", "--rounds", "100"),
    "rest": ("--rounds", "3"),
    "verify": ("--entries", "100000", "--rounds", "3"),
}
_FIGURE = re.compile(r"^(?P<what>\S.*?)\s{2,}(?P<value>\d+\.\d+)(?: \w+)?  at most ", re.M)


def run(folder: Path, rounds: int, revision: str, measured: list[str]) -> None:
    """Measure a revision and this tree so often, in turns, and print both."""
    found: dict[str, tuple[list[float], list[float]]] = {}
    with _checked_out(folder / "other", revision) as other:
        for number in range(rounds):
            order = [(0, other), (1, HERE)]
            for name in measured:
                for side, tree in order if number % 2 else reversed(order):
                    for what, value in _figures(tree, name, folder).items():
                        found.setdefault(what, ([], []))[side].append(value)
            print(f"round {number + 1} of {rounds}", flush=True)
    print(f"\n{'median, and how far the rounds lie apart':<66}{revision[:12]:>16}{'this tree':>16}{'ratio':>8}")
    for what, (before, now) in found.items():
        if before and now:
            ratio = statistics.median(now) / statistics.median(before)
            print(f"{what:<66}{_spread(before):>16}{_spread(now):>16}{ratio:>8.2f}")


def _spread(values: list[float]) -> str:
    middle = statistics.median(values)
    return f"{middle:.2f} ±{(max(values) - min(values)) / 2:.2f}"


def _figures(tree: Path, name: str, folder: Path) -> dict[str, float]:
    """What one run of a measurement says of one tree."""
    command = [sys.executable, "-m", "bench", name, *MEASURED[name], "--dir", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name} failed in {tree}: {done.stderr.strip()[-500:]}")
    return {each["what"]: float(each["value"]) for each in _FIGURE.finditer(done.stdout)}


@contextmanager
def _checked_out(folder: Path, revision: str) -> Iterator[Path]:
    git = ["git", "-C", str(HERE), "worktree"]
    subprocess.run([*git, "add", "--quiet", "--detach", str(folder), revision], check=True)
    try:
        yield folder
    finally:
        subprocess.run([*git, "remove", "--force", str(folder)], check=True)
