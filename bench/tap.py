"""The tap: what it costs over its own statements, over the years, and in durable syncs.

All sizes and all three kinds take turns, so that whatever else the machine does hits them alike. Each kind has its
database to itself. Between taps, untimed, the door's log is written through its own connection, and SQLite's log back,
as in the entrance: a tap in which that happened all the same is told apart by its database's file, which nothing else
changes.
Each measurement follows an untimed insert, so that none meets an idle processor and none its own warm caches. With
`--rest` it follows that many milliseconds of sleep instead, as a tap does in life: then all three cost more, and
Python's share, which fills more of the caches, the most.
"""

import secrets
import shutil
import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from bench import all_on, plain, rig, space, syncs
from bench.figures import asked, percentiles
from bench.plain import Heard
from bench.rig import Rig
from bench.space import Person
from kiosk.domain import ids

KINDS = ("raw insert", "raw tap", "whole tap")
CPU = "of it on a processor"
_WARM_UP = 20


class Size:
    """One number of past visits: its home, its plain copy, and what was measured on them."""

    def __init__(self, folder: Path, visits: int, stack: ExitStack, *, is_on: bool = False) -> None:
        self.root = folder / str(visits)
        began = time.monotonic()
        people = space.make(self.root, visits)
        if is_on:
            all_on.turn_on(self.root, space.START)
        print(f"made {visits} past visits in {time.monotonic() - began:.0f} s", flush=True)
        database = self.root / "db" / "ledger.db"
        shutil.copy(database, folder / f"plain-{visits}.db")
        shutil.copytree(self.root, folder / f"counted-{visits}")
        self.visits = visits
        self.rig: Rig = stack.enter_context(rig.opened(self.root))
        self.insert = plain.Insert(folder / f"insert-{visits}.db")
        self.plain = plain.Tap(folder / f"plain-{visits}.db")
        self.seconds: dict[str, list[float]] = {kind: [] for kind in (*KINDS, CPU)}
        self.checkpoints = list[bool]()  # whether the database's log was written back in each measured tap
        self._database = database
        self._written_in_tap = 0
        self._comers = self._coming(people)
        self._heard: list[Heard] = []

    def turn(self, first: int, rest: float, *, counts: bool) -> None:
        """One of each kind, beginning with the `first`, each after so many seconds of rest."""
        person = next(self._comers)
        for step in range(len(KINDS)):
            kind = KINDS[(first + step) % len(KINDS)]
            self.rig.clock.skip(10)
            if rest:
                time.sleep(rest)
            else:
                self.insert.run()
            before = self._database.stat().st_mtime_ns
            seconds = self._measure(kind, person)
            if counts:
                self.seconds[kind].append(seconds)
                if kind == KINDS[-1]:
                    self.seconds[CPU].append(self.rig.spent[-1].worked)
                    self.checkpoints.append(self._written_in_tap != before)

    def _measure(self, kind: str, person: Person) -> float:
        if kind == "raw insert":
            return self.insert.run()
        if kind == "raw tap":
            fingerprint = person.read.fingerprint(self.rig.home.badge_key)
            tap_id = ids.new(self.rig.clock.now(), secrets.token_bytes(16))
            seconds = self.plain.run(self._heard, person, fingerprint, tap_id)
            self.plain.write_log()
            return seconds
        seconds = self.rig.tap(person.read)
        self._written_in_tap = self._database.stat().st_mtime_ns
        self.rig.write_log()
        self.rig.await_fall()
        return seconds

    def _coming(self, people: list[Person]) -> Iterator[Person]:
        """Everybody once a day. The first two of a day are not measured: rules are read, statements heard."""
        while True:
            self.rig.tap(people[0].read)
            self.rig.clock.skip(10)
            with plain.listening() as heard:
                self.rig.tap(people[1].read)
            self.rig.write_log()
            self._heard = heard
            yield from people[2:]
            self.rig.clock.skip(86400)


def run(folder: Path, visits: list[int], rounds: int, rest: float, *, all_on: bool = False) -> None:
    """Make the homes, take turns, print. `all_on`: beside each, another with all that is booked turned on."""
    beside = folder / "on"
    with ExitStack() as stack:
        sizes = [Size(folder, count, stack) for count in visits]
        if all_on:
            beside.mkdir()
        on = [Size(beside, count, stack, is_on=True) for count in visits] if all_on else []
        for number in range(_WARM_UP + rounds):
            for size in [*sizes, *on] if number % 2 else [*on, *sizes]:
                size.turn(number, rest, counts=number >= _WARM_UP)
    _print_table(sizes)
    for size in sizes:
        _print_syncs(size, folder)
    for one, other in zip(sizes, on, strict=False):
        _print_on(one, other)
        _print_syncs(other, beside)


def _print_on(off: Size, on: Size) -> None:
    """What a tap costs with all of it on over what it costs without, round by round: whatever disturbs hits both."""
    print(f"\n{'all on over off, median of the rounds':<40}{'x':>8}")
    for kind in (*KINDS, CPU):
        ratio = statistics.median(one / other for one, other in zip(on.seconds[kind], off.seconds[kind], strict=True))
        print(f"{kind:<40}{ratio:>8.2f}")
    asked(f"whole tap, all on over off, on a processor, at {off.visits} visits", ratio, 1.1)


def _print_table(sizes: list[Size]) -> None:
    print(f"\n{'visits':>9}  {'':<11}{'p50 us':>8}{'p95':>8}{'p99':>8}{'x raw tap':>11}{f'x at {sizes[0].visits}':>11}")
    for size in sizes:
        raw = percentiles(size.seconds["raw tap"])[0]
        for kind in KINDS:
            p50, p95, p99 = percentiles(size.seconds[kind])
            first = percentiles(sizes[0].seconds[kind])[0]
            micro = "".join(f"{value * 1e6:>8.0f}" for value in (p50, p95, p99))
            print(f"{size.visits:>9}  {kind:<11}{micro}{p50 / raw:>11.2f}{p50 / first:>11.2f}")
    print()
    for size in sizes:
        raw, whole = (percentiles(size.seconds[kind])[0] for kind in ("raw tap", "whole tap"))
        asked(f"whole tap over the same statements, p50, at {size.visits} visits", whole / raw, 1.8)
    for size in sizes:
        _print_tail(size)
    for size in sizes[1:]:
        first, now = (percentiles(each.seconds["whole tap"])[0] for each in (sizes[0], size))
        asked(f"whole tap, p50, {size.visits} visits over {sizes[0].visits}", now / first, 1.1)


def _print_tail(size: Size) -> None:
    """The hundredth tap, with those in which a checkpoint was, and without them; and beside the raw one's."""
    pairs = list(zip(size.seconds["whole tap"], size.checkpoints, strict=True))
    without = [seconds for seconds, was_there in pairs if not was_there]
    count = len(pairs) - len(without)
    raw, whole = (percentiles(size.seconds[kind])[2] for kind in ("raw tap", "whole tap"))
    told = f"{whole * 1e6:.0f} us, {percentiles(without)[2] * 1e6:.0f} without {count} taps with a checkpoint"
    print(f"whole tap's p99 at {size.visits} visits: {told}")
    asked(f"whole tap over the same statements, p99, at {size.visits} visits", whole / raw, 2)


def _print_syncs(size: Size, folder: Path) -> None:
    alone, all_told = (
        syncs.per_tap(folder / f"counted-{size.visits}", folder, checkpoints=checkpoints)
        for checkpoints in (False, True)
    )
    if alone is None or all_told is None:
        print("durable syncs a tap: not counted, strace is not there (apt-get install strace)")
        return
    asked(f"durable syncs a tap at {size.visits} visits, checkpoints apart", alone, 1)
    print(f"{'  with checkpoints':<66}{all_told:>8.2f}", flush=True)
