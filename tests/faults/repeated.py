"""Harnesses that are tests repeated: what goes wrong once in many times is found by many times."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.faults.figures import Figures


@dataclass
class RepeatedFigures(Figures):
    """Violations name the tests that failed; each run's report is in the folder."""

    rounds: int = 0
    passed: int = 0
    skipped: int = 0


def locked(folder: Path, *, rounds: int = 5, seconds: float = 10.0) -> RepeatedFigures:
    """Another program holds the database's lock for so many seconds while badges are tapped."""
    return _repeated(folder, "test_locked.py", rounds, {"KIOSK_LOCK_SECONDS": str(seconds)})


def disk(folder: Path, *, rounds: int = 5) -> RepeatedFigures:
    """Full, read-only, slow and failing disks; databases that are missing, damaged or another's. As root."""
    return _repeated(folder, "test_disk.py", rounds, {})


def values(folder: Path, *, rounds: int = 1) -> RepeatedFigures:
    """Every value that is wrong in a column, in each column of each table that a tap reads, also at a cold start."""
    return _repeated(folder, "../offline/test_wrong_values.py", rounds, {"KIOSK_ALL_WRONG_VALUES": "1"})


def race(folder: Path, *, rounds: int = 1, taps: int = 200) -> RepeatedFigures:
    """Eight threads in each of two processes tap one badge at the same moments, so many times."""
    return _repeated(folder, "../checkin/test_concurrency.py", rounds, {"KIOSK_RACE_ROUNDS": str(taps)})


def interleaved(folder: Path, *, rounds: int = 1, examples: int = 2000) -> RepeatedFigures:
    """Taps and touches of several people, mixed in so many ways: each one's books are as if they had come alone."""
    return _repeated(folder, "../checkin/test_interleaving.py", rounds, {"KIOSK_INTERLEAVINGS": str(examples)})


def consents(folder: Path, *, rounds: int = 1, examples: int = 2000) -> RepeatedFigures:
    """So many scripts of members, strangers and a slow machine at the door: each entry follows its member's badge."""
    return _repeated(folder, "../checkin/test_consent_oracle.py", rounds, {"KIOSK_CONSENTS": str(examples)})


def books(folder: Path, *, rounds: int = 1, examples: int = 200) -> RepeatedFigures:
    """So many stories of all that officers and time do with money, held against books kept by hand."""
    return _repeated(folder, "../books/test_properties.py", rounds, {"KIOSK_BOOKS_EXAMPLES": str(examples)})


def attack(folder: Path, *, rounds: int = 1, attacks: int = 10) -> RepeatedFigures:
    """All that root does, so many times each, while a broken-into program exchanges files for links. As root."""
    return _repeated(folder, "../install/test_attacks.py", rounds, {"KIOSK_ATTACKS": str(attacks)})


def walks(folder: Path, *, rounds: int = 1) -> RepeatedFigures:
    """Every value that broke a page once, and every payload, in every field of every route of the desk; each form asked
    for before it is sent; axe on each page and each state of the screen, in every language; stories on every screen.
    """
    stories = [f"{name}_stories" for name in ("self", "event", "room", "lent", "voucher")]
    browser = [f"../browser/test_{name}.py" for name in ("desk_pages", "looks", "access", "idle_looks", *stories)]
    screen = "../web/screen/test_never_500.py"
    return _repeated(folder, " ".join(["../web/desk", screen, *browser]), rounds, {"KIOSK_ALL_WALKS": "1"})


def install(folder: Path, *, rounds: int = 1, cuts: str = "3 9 20 40") -> RepeatedFigures:
    """The installer in a fresh Debian by debootstrap, fetching all that it needs; killed after so many seconds before
    it may end; twice; as each user; taken away and put back. As root.
    """
    more = {"KIOSK_FRESH_ROOTS": str(folder.parent.parent / "roots"), "KIOSK_INSTALL_CUTS": cuts}
    return _repeated(folder, "../install/test_installed.py", rounds, more)


def _repeated(folder: Path, names: str, rounds: int, more: dict[str, str]) -> RepeatedFigures:
    figures = RepeatedFigures()
    for number in range(1, rounds + 1):
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--basetemp={folder / str(number)}"]
        found = subprocess.run(
            [*command, *(str(Path(__file__).parent / name) for name in names.split())],
            env={**os.environ, **more},
            capture_output=True,
            text=True,
            check=False,
        )
        (folder / f"{number}.txt").write_text(found.stdout + found.stderr, "utf-8")
        figures.rounds += 1
        figures.passed += _count(found.stdout, "passed")
        figures.skipped += _count(found.stdout, "skipped")
        failed = [line.split()[1] for line in found.stdout.splitlines() if line.startswith(("FAILED ", "ERROR tests/"))]
        figures.add(*(f"round {number}: {each}" for each in failed))
        if found.returncode and not failed:
            figures.add(f"round {number}: pytest ended with {found.returncode}, see {folder / f'{number}.txt'}")
    return figures


def _count(report: str, what: str) -> int:
    return sum(int(number) for number in re.findall(rf"(\d+) {what}", report.rstrip().rpartition("\n")[2]))
