"""Which measurement, of how much, and on which file system."""

import argparse
import sys
import tempfile
from pathlib import Path

from bench import (
    attacked,
    backup,
    books,
    card,
    compare,
    csv,
    desk,
    doors,
    idle,
    pi,
    proof,
    rest,
    scripts,
    simulator,
    tap,
    telephones,
    touch,
    verify,
)

_WITH_TAPS = {"csv": csv.run, "backup": backup.run, "scripts": scripts.run}
_HOME = Path(__file__).parents[1] / "var" / "bench"


def main() -> None:
    """Run one measurement in a folder that is removed at the end."""
    parser = argparse.ArgumentParser(prog="scripts/bench")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, rounds in (
        ("tap", 300),
        ("card", 200),
        ("touch", 200),
        ("proof", 300),
        ("rest", 7),
        ("idle", 3),
        ("csv", 5),
        ("scripts", 2),
        ("desk", 40),
        ("simulator", 5),
        ("verify", 5),
        ("books", 2),
        ("backup", 5),
        ("pi", 300),
        ("compare", 5),
        ("doors", 2),
        ("attacked", 5),
        ("telephones", 5),
    ):
        command = commands.add_parser(name)
        command.add_argument("--rounds", type=int, default=rounds)
        command.add_argument("--dir", type=Path, default=_HOME)
        _add_options(command, name)
    given = parser.parse_args()
    if given.rounds < 2:
        parser.error("--rounds must be 2 or more")
    given.dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="run-", dir=given.dir) as folder:
        if given.command == "tap":
            tap.run(Path(folder), given.visits, given.rounds, given.rest / 1000, all_on=given.all_on)
        elif given.command in _WITH_TAPS:
            _WITH_TAPS[given.command](Path(folder), given.rounds, given.visits, given.taps)
        elif given.command == "compare":
            compare.run(Path(folder), given.rounds, given.revision, given.measured)
        elif given.command == "rest":
            rest.run(Path(folder), given.rounds, all_on=given.all_on)
        elif given.command == "verify":
            verify.run(Path(folder), given.rounds, given.entries)
        elif given.command == "doors":
            doors.run(Path(folder), given.doors, given.seconds, given.pace)
        elif given.command == "books":
            books.run(Path(folder), given.entries)
        else:
            runs = {
                "card": card.run,
                "touch": touch.run,
                "proof": proof.run,
                "desk": desk.run,
                "simulator": simulator.run,
                "idle": idle.run,
                "pi": pi.run,
                "attacked": attacked.run,
                "telephones": telephones.run,
            }
            runs[given.command](Path(folder), given.rounds)
    sys.exit(0)


def _add_options(command: argparse.ArgumentParser, name: str) -> None:
    if name == "tap":
        command.add_argument("--visits", type=_counts, default=[1_000, 100_000, 1_000_000])
        command.add_argument("--rest", type=float, default=0.0)
    if name in ("tap", "rest"):
        command.add_argument("--all-on", action="store_true")
    if name in _WITH_TAPS:
        command.add_argument("--visits", type=int, default=1_000_000)
        command.add_argument("--taps", type=int, default=400)
    if name == "doors":
        command.add_argument("--doors", type=int, default=50)
        command.add_argument("--seconds", type=int, default=60)
        command.add_argument("--pace", type=float, default=0.0)
    if name == "compare":
        command.add_argument("revision")
        command.add_argument("measured", nargs="*", choices=compare.MEASURED, default=list(compare.MEASURED))
    if name in ("verify", "books"):
        command.add_argument("--entries", type=int, default=1_000_000)


def _counts(text: str) -> list[int]:
    return sorted({int(part) for part in text.split(",")})


if __name__ == "__main__":
    main()
