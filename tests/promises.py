"""Writes docs/promises.md: a few words for each promise, and the tests that are marked as showing it.

A test says `@pytest.mark.promise(4)`, a whole module `pytestmark = pytest.mark.promise(4)`. The marks are read from the
source without running it: `python -m tests.promises`.
"""

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "promises.md"


@dataclass(frozen=True)
class Promise:
    """One of the eight: its name, and in a few words what it means and what of it is not there."""

    title: str
    words: str


PROMISES = {
    1: Promise(
        "Written before opened",
        "The door is pulsed after the visit is safe on the disk, never before: in the ledger or, where that cannot be "
        "written, in the spool. One exception, which the screen announces: memory, where no disk takes a tap. Without "
        "memory too, the door stays shut.",
    ),
    2: Promise(
        "A day is charged once",
        "One member, one local day, one standing charge: with any number of taps, threads and doors, and after any "
        "crash of the program.",
    ),
    3: Promise(
        "The ledger only grows",
        "An entry is never changed or deleted. A correction is a new entry that takes back the whole of another, once. "
        "Entries have no gaps between their numbers, and each is sealed together with the one before. A change past "
        "the guards shows: in the seals, in the closings, in a year's signed archive, and against any head of the "
        "chain that is kept elsewhere: officers get heads by mail, and receipts carry them.",
    ),
    4: Promise(
        "A fault is not the member's problem",
        "A device that fails is tried again until it works, without flooding the log. A ledger that cannot be written "
        "locks no known member out: the tap waits in the spool and is entered later, once, in order, at its own day. "
        "The kiosk reports what is broken, and repairs it when it can. No fault lets an unknown badge in.",
    ),
    5: Promise(
        "No date without a trusted clock",
        "A small computer has no clock of its own. Until its time is known to be right, taps wait in the spool with "
        "the name of the machine's start and its monotonic time, and are dated afterwards. An uncertain date refuses "
        "no member.",
    ),
    6: Promise(
        "Little is known, and not for long",
        "A badge's number is stored as a keyed hash with its last two bytes. The queue at the door does not learn "
        "which members pay less or owe. `kiosk due` forgets times of coming and door events after 90 days, and the "
        "desk's log after 12 months. Copies forget, too, and a copy that leaves the house has no hours. `kiosk rgpd` "
        "exports and erases one person's data.",
    ),
    7: Promise(
        "Every state can be seen, heard and read",
        "Colour, shape, words, light and buzzer say the same, so that people who see, hear or read badly are served, "
        "too.",
    ),
    8: Promise(
        "Nobody is locked in, and the key still works",
        "Leaving never depends on the kiosk: that is wiring, and [the hardware guide](materiel.md) has the drawing and "
        "the table of what the door does in each state and with each broken part. The program never holds the lock "
        "longer than its bound, and lets go when it ends.",
    ),
}

HEAD = """# Promises

Eight things that the kiosk promises, and the tests that fail when one is broken. This page is made of the tests' own
marks, `@pytest.mark.promise(N)`; `python -m tests.promises` writes it, and a test fails where it is not up to date.
"""


LONG_RUNS = """## The long runs

What harnesses of `scripts/torture` found when they ran for long; the suite has a short form of each.

**`soak --seconds 3600 --rate 2`** (2026-11-27, two cores, busy: load 5 to 20). 3,224 badges were held to the reader,
3,047 long enough for so busy a machine to read them: each had its card and its line. Beside them 371 commands
(exports, payments, `due`, copies), 1,258 pages of the desk, 6,452 polls of other screens. From the fifth minute to
the sixtieth the entrance had 82.8 to 83.3 MB, 25 descriptors and 15 threads, the desk 140 to 144 MB; the p99 of a tap
went with the load, 115 to 365 ms.

![Memory, descriptors, threads and the p99 of taps through an hour](soak.svg)

**`entrance-kill`** (the same evening). 200 kills of the real program, 150 openings of the door: none lost, none
twice.

**`deployed --unplugs 100 --seconds 600`** (2026-11-28, load 10 to 15, 1,898 s). 100 unplugs, 5 hangs, 5 half frames, 5
pairs of badges, 5 kills, a badge that lay there for ten minutes: 126 taps, each once. 14 threads before and after, 24
and 26 open files (the two more are a reader's connection of the database), 0.9 MB more.

**`kill --rounds 1000`** (2026-11-28, two cores, load 2 to 5, 919 s). 1,000 kills, 576 of them while taps that waited
were entered, 170 before the first answer; 21,138 taps were answered for, 16,151 met a spool: none lost, none twice.

**`update`** (the night of 2026-11-28, load 5 to 9, 644 s). 13 updates of a machine on a disk of its own, some of them
taken back: 49 copies of that disk, 20 of them in a migration, 8 while the new release starts, 8 on the way back. Each
came back by itself with every visit that had been entered, 47 as before and 2 renewed; ten were then brought to the
newer release.

**`boot`** (2026-11-29, a PC emulated by QEMU, on one core and later two, 4,384 s). Installed from a release in 245 s
with no network; the first tap 88 s after the start, a restart in 90 s. The power went 50 times under taps (9 of them
before the door opened), 20 during copies, 32 during an update and 8 in its migration: on each of the 110 disks every
day of a tap that had opened was there, once, and the books and copies were whole. The 13 that were left in the middle
were started by their own systemd and came back as before; four were started in QEMU, and opened. Updated in 499 s under
the cuts, restored in 11 s; a stopped entrance was replaced after 276 s; the door opened with the disk full, read-only
and at 1970; ports 80 and 443 answered the network and no other; the screen showed its page and a card; a stick had its
copy. One thing was named: kiosk-update had not run in the day in fast motion, which is shorter than the delay that is
drawn for a machine.

While its screen was looked at, Chromium's process for the network died, and the window stayed empty until it was
restarted by hand. On the same machine, with what has been there since (`kiosk/devices/display.py`), that happened once
more, and the screen was back by itself after three minutes; one whose page was stopped came back after 217 s. There,
too, the day was passed again without the drawn delays (nothing was named), and the power went 50 times more, at moments
drawn from what a tap took (0.4 s): nothing was lost, nothing was there twice.

**`boot --arm64`** (the same day, QEMU's board with a Pi 4's processor, its disk made from nothing, one core, 3,420 s).
Installed in 316 s, ready 165 s after the start, back after 99 s; killed under a tap, restored in 18 s, stopped, full,
read-only, at 1970, seen from the network, a stick, a day: 17 taps opened, 17 days. Three timers were named, for the
reason above.

**`card`** (the same night, as slow, 2,866 s of which ten minutes it stood still). A card filled by `scripts/image`
installed the kiosk at its first start by cloud-init, started again by itself, and its door opened.

**`fuzz --examples 2000`** (2026-11-29, one core to itself, 1,243 s, seed 2141838807). 2,067 lives of sixty acts each:
39,995 taps while disks, clocks, files, power and the program failed, 6,418 faults, 11,077 restarts and 6,170 reboots;
9,386 were entered at once, 10,247 later, 4,117 went to the treasurer's list, 2,204 were lost with the memory that had
taken them, as the screen had said, and 3,526 met a shut door because nothing took them: nothing else was lost, and
nothing is there twice.

**`doors --doors 4 --rounds 200`** (2026-11-28, load 15, 58 s). Four doors, each in a network of its own, tapped one
badge 800 times at the same moments: 200 days, 200 charges, one chain.

**`standby --rounds 60`** (the same day, 142 s). Four doors tapped 480 times while their server was killed and its
standby promoted: each opened every time, 300 days were charged once each, one chain.
"""


@dataclass(frozen=True)
class Shown:
    """A test, or a whole module of them (`name` is None), as a sentence, and the promises that it shows."""

    file: str
    name: str | None
    sentence: str
    numbers: tuple[int, ...]


@cache
def found() -> list[Shown]:
    """Everything under tests/ that is marked, in the order of files and lines."""
    files = sorted((ROOT / "tests").rglob("*.py"))
    return [shown for path in files for shown in _of_module(path)]


def page() -> str:
    """What docs/promises.md says."""
    marked = found()
    parts = [HEAD]
    for number, promise in PROMISES.items():
        words = "\n\n".join(textwrap.fill(part, 120) for part in promise.words.split("\n\n"))
        mine = [shown for shown in marked if number in shown.numbers]
        parts.append(f"## {number}. {promise.title}\n\n{words}\n\n" + "\n".join(_lines(mine)) + "\n")
    return "\n".join([*parts, LONG_RUNS])


def _of_module(path: Path) -> Iterator[Shown]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    file = path.relative_to(ROOT).as_posix()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            shown = Shown(file, node.name, _spoken(node.name), _numbers(node.decorator_list))
        elif isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark":
            shown = Shown(file, None, _first_sentence(tree), _numbers([node.value]))
        else:
            continue
        if shown.numbers:
            yield shown


def _numbers(marks: list[ast.expr]) -> tuple[int, ...]:
    """The promises that are named by marks, or by lists of marks."""
    calls = [node for mark in marks for node in ast.walk(mark) if isinstance(node, ast.Call)]
    named = [call for call in calls if ast.unparse(call.func) == "pytest.mark.promise"]
    return tuple(ast.literal_eval(argument) for call in named for argument in call.args)


def _first_sentence(module: ast.Module) -> str:
    words = " ".join((ast.get_docstring(module) or "").split())
    return re.split(r"(?<=[.!?])\s", words)[0].rstrip(".")


def _spoken(name: str) -> str:
    """`test_the_day_s_price` is "the day's price"."""
    return re.sub(r"_s(?=_|$)", "'s", name.removeprefix("test_")).replace("_", " ")


def _lines(marked: list[Shown]) -> Iterator[str]:
    """The tests of one promise, under their files."""
    for file in dict.fromkeys(shown.file for shown in marked):
        here = [shown for shown in marked if shown.file == file]
        whole = next((shown.sentence for shown in here if shown.name is None), None)
        yield _wrapped(f"- `{file}`" if whole is None else f"- `{file}`, all of it: {whole}", "  ")
        yield from (_wrapped(f"  - {shown.sentence}", "    ") for shown in here if shown.name is not None)


def _wrapped(line: str, indent: str) -> str:
    return textwrap.fill(line, 120, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
