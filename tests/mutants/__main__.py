"""`scripts/mutate`: which mutants of a module survive its tests."""

import argparse
import json
import os
import random
import sys
import tempfile
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.operators import Key, Mutant, mutants
from tests.mutants.running import ARGUMENTS, Mutating, Result

ROOT = Path(__file__).resolve().parents[2]
ACCEPTED = Path(__file__).with_name("accepted.toml")
OTHERS = ("browser", "live", "install", "release", "systemd", "faults", "mutants")  # other processes: not seen in them


def keys(path: Path) -> list[Key]:
    """The mutants that a file names: TOML (`[[mutant]]`), or what an earlier run wrote, of which its survivors."""
    if path.suffix == ".toml":
        found: list[dict[str, Any]] = tomllib.loads(path.read_text("utf-8")).get("mutant", [])
    else:
        found = [row for row in json.loads(path.read_text("utf-8")) if row["by"] is None]
    return [Key(*(row[field.name] for field in fields(Key))) for row in found]


def chosen(options: argparse.Namespace, accepted: list[Key]) -> list[Mutant]:
    """The mutants that were asked for. Ends the program where a file names one that is no more."""
    named = [key for path in (options.sample_file, options.survivors) if path for key in keys(path)]
    modules = [str(Path(module).resolve().relative_to(options.root)) for module in options.modules]
    modules = modules or sorted({key.module for key in named})
    for key in [*named, *accepted]:
        if not (options.root / key.module).exists():
            sys.exit(f"mutate: {key.module} is no more: {key}")
    every = {mutant.key: mutant for module in modules for mutant in mutants(options.root, module)}
    stale = [key for key in [*named, *accepted] if key.module in modules and key not in every]
    if stale:
        sys.exit("mutate: no such line or change any more:\n" + "\n".join(str(key) for key in stale))
    found = [mutant for key, mutant in every.items() if key not in accepted and (not named or key in named)]
    if options.only:
        bounds = [part.partition("-") for part in options.only.split(",")]
        lines = {line for first, _, last in bounds for line in range(int(first), int(last or first) + 1)}
        found = [mutant for mutant in found if mutant.line in lines]
    if options.sample:
        picked = set(random.Random(options.seed).sample(range(len(found)), min(options.sample, len(found))))
        found = [mutant for index, mutant in enumerate(found) if index in picked]
    return found


def as_toml(keys: Iterable[Key]) -> str:
    """Keys as `--sample-file` reads them."""
    tables = (
        [f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in asdict(key).items()] for key in keys
    )
    return "\n".join("\n".join(["[[mutant]]", *table, ""]) for table in tables)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="scripts/mutate", description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="kiosk/offline/spool.py ...")
    parser.add_argument("--tests", nargs="+", metavar="PATH", help="else all that run in one process")
    parser.add_argument("--most", type=int, metavar="N", help="meet a mutant with the N quickest tests only")
    parser.add_argument("--only", metavar="LINES", help="10-40,55")
    parser.add_argument("--sample", type=int, metavar="N", help="so many of them, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--sample-file", type=Path, metavar="FILE", help="those that a TOML file names")
    parser.add_argument("--survivors", type=Path, metavar="FILE", help="those that survived in an earlier --json")
    parser.add_argument("--json", type=Path, default=ROOT / "var" / "mutants.json", help="where the results go")
    parser.add_argument("--as-toml", action="store_true", help="list them, and run nothing")
    parser.add_argument("--forks", type=int, default=min(2, os.cpu_count() or 1))
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    parser.add_argument("--accepted", type=Path, default=ACCEPTED, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.root = options.root.resolve()
    if not (options.modules or options.sample_file or options.survivors):
        parser.error("which module?")
    found = chosen(options, keys(options.accepted))
    if options.as_toml:
        print(as_toml(mutant.key for mutant in found))
        return 0
    return run(options, found)


def run(options: argparse.Namespace, found: list[Mutant]) -> int:
    """Run the mutants, say what became of each, keep it for `--survivors`. 1 where one survives."""
    results: list[Result] = []
    out = os.fdopen(os.dup(1), "w")  # pytest takes the other

    def told(result: Result) -> None:
        results.append(result)
        fate = f"killed by {result.by}" if result.by else f"SURVIVED {result.tests} tests"
        print(f"{result.key.module}:{result.line}\t{result.key.mutation}\t{fate}", file=out, flush=True)

    tests = options.tests or ["tests", *(f"--ignore=tests/{name}" for name in OTHERS)]
    plugin = Mutating(options.root, found, options.forks, options.most, told)
    os.chdir(options.root)
    with tempfile.TemporaryDirectory() as homes:
        place = f"--basetemp={homes}/homes"
        ended = pytest.main([*ARGUMENTS, f"--rootdir={options.root}", place, *tests], plugins=[plugin])
    for name in plugin.unsound:
        print(f"not to be believed, for it fails without a mutant: {name}", file=out)
    if ended not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED) or len(results) < len(found):
        print(f"mutate: pytest ended with {ended}", file=out)
        return 2
    counts = Counter(result.by is None for result in results)
    print(f"{len(results)} mutants, {counts[False]} killed, {counts[True]} survived", file=out, flush=True)
    options.json.parent.mkdir(parents=True, exist_ok=True)
    rows = [{**asdict(result.key), "line": result.line, "by": result.by, "tests": result.tests} for result in results]
    options.json.write_text(json.dumps(rows, indent=1, ensure_ascii=False), "utf-8")
    return 1 if counts[True] else 0


if __name__ == "__main__":
    sys.exit(main())
