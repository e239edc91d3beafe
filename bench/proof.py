"""A tap with a badge's proof beside a tap by its number, in turns: what the proof costs the kiosk, without the radio.

The chip is one of ours, behind nfcpy's call; the time that it takes for its own answers is taken off. What a real one
takes, and the air, are not measured here.
"""

import secrets
import statistics
import time
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from bench import rig, space
from bench.figures import asked, percentiles
from bench.rig import Rig
from bench.space import Person
from kiosk import home
from kiosk.badges import proof_keys
from kiosk.devices import aes
from kiosk.devices.readers import chips
from kiosk.domain.badges import ev2
from kiosk.domain.badges.products import Proving
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.store.members import badge_rows

MOST = 1.3
_WARM_UP = 20
_KINDS = ("by its number", "with its proof")


class Chip:
    """The card's side of an NTAG 424 DNA that shows its key, as nfcpy's tag; it counts what it is told and takes."""

    def __init__(self, uid: bytes, key: bytes) -> None:
        self.identifier, self._key = uid, key
        self.target = SimpleNamespace(sel_res=b"\x20")
        self.told = self.answered = self.commands = 0
        self.seconds = self.cpu_seconds = 0.0
        self._number = b""

    def send_apdu(self, *command: Any, mrl: int, check_status: bool) -> bytes:
        """Answer a command, as long as `mrl` allows; the status is for the caller to check."""
        began, cpu_at = time.perf_counter(), time.thread_time()
        data: bytes = command[4]
        answer = self._answer(command[1], data)[: mrl + 2]
        self.commands += 1
        self.told += 4 + (1 + len(data) if data else 0) + 1
        self.answered += len(answer)
        self.seconds += time.perf_counter() - began
        self.cpu_seconds += time.thread_time() - cpu_at
        return answer if not check_status else answer[:-2]

    def _answer(self, instruction: int, data: bytes) -> bytes:
        if instruction == ev2.SELECT[1]:
            return ev2.SELECTED
        if instruction == 0x71:
            self._number = secrets.token_bytes(16)
            return aes.encrypt(self._key, bytes(16), self._number) + b"\x91\xaf"
        theirs = aes.decrypt(self._key, bytes(16), data)[:16]
        return aes.encrypt(self._key, bytes(16), bytes(4) + theirs[1:] + theirs[:1] + bytes(12)) + b"\x91\x00"


class Turns:
    """A door at which each second member's badge proves itself."""

    def __init__(self, root: Path, people: list[Person]) -> None:
        self.root, self.people = root, people
        self.chip: Chip | None = None
        with home.opened(root) as made:
            proof_keys.add(made.paths)
            self._site_key = proof_keys.read(made.paths)[1]
            self._paths = made.paths
            with made.store.writing() as connection:
                for person in people[1::2]:
                    badge_rows.demand_proof(connection, person.read.fingerprint(made.badge_key), 1)

    def prove(self, _read: BadgeRead, version: int) -> Proving:
        """Ask the badge at hand, as the entrance does."""
        key = proof_keys.of(self._paths, version)
        return Proving.REFUSED if key is None or self.chip is None else chips.prove(self.chip, key)

    def hold(self, person: Person) -> None:
        """Hold a member's badge to the reader."""
        self.chip = Chip(person.read.uid, ev2.badge_key(self._site_key, person.read.uid, aes))


def run(folder: Path, rounds: int) -> None:
    """Tap in turns, print both and their ratio, and what the proof says and hears."""
    turns = Turns(folder / "home", space.make(folder / "home", 1_000))
    seconds: dict[str, list[float]] = {kind: [] for kind in _KINDS}
    processor: dict[str, list[float]] = {kind: [] for kind in _KINDS}
    with rig.opened(folder / "home", prove=turns.prove) as door:
        pairs = cycle(zip(turns.people[0::2], turns.people[1::2], strict=False))
        for number in range(_WARM_UP + rounds):
            if number % (len(turns.people) // 2) == 0:
                door.clock.skip(86400)
            pair = next(pairs)
            for step in (0, 1) if number % 2 else (1, 0):
                took, of_it = _tap(door, turns, pair[step], proves=bool(step))
                if number >= _WARM_UP:
                    seconds[_KINDS[step]].append(took)
                    processor[_KINDS[step]].append(of_it)
    _print(seconds, processor, turns)


def _tap(door: Rig, turns: Turns, person: Person, *, proves: bool) -> tuple[float, float]:
    """Tap once; the chip's own time is taken off both."""
    turns.hold(person)
    door.clock.skip(10)
    took = door.tap(person.read)
    door.write_log()
    chip = turns.chip
    if chip is None or bool(chip.commands) is not proves:
        raise RuntimeError("the badge was asked, or not, against what its row says")
    return took - chip.seconds, door.spent[-1].worked - chip.cpu_seconds


def _print(seconds: dict[str, list[float]], processor: dict[str, list[float]], turns: Turns) -> None:
    print(f"{'tap, us':<24}{'p50':>8}{'p95':>8}{'p99':>8}{'on a processor, p50':>22}")
    for kind in _KINDS:
        micro = "".join(f"{value * 1e6:>8.0f}" for value in percentiles(seconds[kind]))
        print(f"{kind:<24}{micro}{statistics.median(processor[kind]) * 1e6:>22.0f}")
    turns.hold(turns.people[1])
    chip = turns.chip
    if chip is not None and turns.prove(turns.people[1].read, 1) is Proving.PROVEN:
        print(f"{chip.commands} commands, {chip.told} bytes told, {chip.answered} answered")
    plain, proven = (_KINDS[0], _KINDS[1])
    for what, figures in (("lasts", seconds), ("takes of a processor", processor)):
        ratio = statistics.median(figures[proven]) / statistics.median(figures[plain])
        asked(f"a tap with proof over one by its number: what it {what}", ratio, MOST)
