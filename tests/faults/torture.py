"""Every harness in its long form, by name: `python -m tests.faults.torture`, or `scripts/torture`.

A harness is a function that gets a folder of its own and options with defaults, and returns its figures. To add one,
put it in `HARNESSES`: its options and its help come from its signature and its docstring.
"""

import argparse
import inspect
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.faults import (
    all_damages,
    away_doors,
    deployed,
    entrance_kill,
    fuzz_beside,
    kill,
    long_home,
    many_doors,
    power,
    repeated,
    soak,
    standby,
    two_doors,
    update_cuts,
    went_back,
)
from tests.faults.figures import Figures
from tests.rooms import races
from tests.systemd import booted, card, powered

HARNESSES: dict[str, Callable[..., Figures]] = {
    "kill": kill.run,
    "power": power.run,
    "fuzz": fuzz_beside.harness,
    "damages": all_damages.harness,
    "locked": repeated.locked,
    "disk": repeated.disk,
    "deployed": deployed.run,
    "entrance-kill": entrance_kill.run,
    "values": repeated.values,
    "race": repeated.race,
    "interleaved": repeated.interleaved,
    "consents": repeated.consents,
    "books": repeated.books,
    "attack": repeated.attack,
    "walks": repeated.walks,
    "soak": soak.run,
    "install": repeated.install,
    "update": update_cuts.run,
    "boot": powered.run,
    "card": card.run,
    "systemd": booted.run,
    "rooms": races.harness,
    "doors": many_doors.harness,
    "two-doors": two_doors.harness,
    "away-doors": away_doors.harness,
    "standby": standby.harness,
    "went-back": went_back.harness,
    "long-home": long_home.run,
}


def main(arguments: list[str] | None = None) -> int:
    """Run the one that is named, or all; print what they found. 1 where something is violated."""
    wishes = vars(_parser().parse_args(arguments))
    name, base = wishes.pop("harness"), wishes.pop("dir").resolve()
    base.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="torture-", dir=base))
    found = {each: _ran(each, folder / each, wishes) for each in ([name] if name else HARNESSES)}
    violated = sum(len(figures.violations) for figures in found.values())
    if violated:
        print(f"\nwhat the violations left is in {folder}")
    else:
        shutil.rmtree(folder)
    return 1 if violated else 0


def _ran(name: str, folder: Path, wishes: dict[str, object]) -> Figures:
    folder.mkdir()
    began = time.monotonic()
    figures = HARNESSES[name](folder, **wishes)
    print(f"\n{name}")
    for what, value in [*figures.rows(), ("took", f"{time.monotonic() - began:.0f} s")]:
        print(f"  {what:<30} {value:>14}")
    for violation in figures.violations:
        print(f"  !! {violation}")
    sys.stdout.flush()
    return figures


def _parser() -> argparse.ArgumentParser:
    text = "Fault harnesses in their long form. Without a name: all of them, one after the other."
    parser = argparse.ArgumentParser(prog="scripts/torture", description=text)
    parser.add_argument("--dir", type=Path, default=Path("var"), help="where homes are made, on the disk to be tried")
    names = parser.add_subparsers(dest="harness", metavar="HARNESS")
    for name, harness in HARNESSES.items():
        about = inspect.getdoc(harness) or ""
        options = names.add_parser(name, help=about.splitlines()[0], description=about)
        for option in list(inspect.signature(harness).parameters.values())[1:]:
            _add(options, option)
    return parser


def _add(parser: argparse.ArgumentParser, option: inspect.Parameter) -> None:
    flag, default = f"--{option.name.replace('_', '-')}", option.default
    if isinstance(default, bool):
        parser.add_argument(flag, action="store_true", dest=option.name)
    else:
        kind = int if default is None else type(default)
        parser.add_argument(flag, type=kind, default=default, dest=option.name, help=f"{default} without it")


if __name__ == "__main__":
    sys.exit(main())
