"""The real entrance is killed while badges are held to its udp reader, and starts again: nothing lost, nothing doubled.

What the door did is read from its journal, which is written before each pulse.
"""

import json
import random
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kiosk.devices import simulated_badge
from kiosk.domain.checkin import badges
from kiosk.errors import MachineError
from tests.faults import doors
from tests.faults.figures import Figures
from tests.processes import Living


@dataclass
class EntranceKillFigures(Figures):
    """`openings` are in the door's journal; `cut_short` counts the starts that told of a pulse that a kill ended."""

    rounds: int = 0
    openings: int = 0
    cut_short: int = 0


def run(folder: Path, *, rounds: int = 200, seed: int = 1) -> EntranceKillFigures:
    """SIGKILL the running entrance while badges are shown to its reader, start it again, and look at the books."""
    chance, figures = random.Random(seed), EntranceKillFigures()
    with doors.entrance(folder) as home:
        for number in range(rounds):
            figures.rounds += 1
            doors.start(home)
            _shown_and_killed(home, doors.UIDS[number % len(doors.UIDS)], chance)
        doors.start(home)
        doors.all_entered(home)
        figures.add(*_problems(home))
        figures.openings = len(list(_journaled(home)))
        figures.cut_short = home.log.read_text("utf-8", "replace").count("in the middle of a pulse")
    return figures


def _shown_and_killed(home: Living, uid: str, chance: random.Random) -> None:
    """A badge is held there for a while, and the program is killed at some moment of it."""
    read, port = badges.parse(uid), doors.reader_port(home)

    def hold() -> None:
        with suppress(MachineError):
            simulated_badge.present(read, port=port, seconds=0.4)

    holding = threading.Thread(target=hold)
    holding.start()
    if chance.random() < 0.7:  # about when it opens; else at any moment
        with suppress(Exception):
            end = time.monotonic() + 3
            while not doors.pulses(home) and time.monotonic() < end:
                time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.05))
    else:
        time.sleep(chance.uniform(0, 1.5))
    if home.process is None:
        raise AssertionError("it runs")
    home.process.send_signal(signal.SIGKILL)
    home.process.wait(10)
    holding.join()


def _journaled(home: Living) -> Iterator[dict[str, object]]:
    """The lines that are whole, read as anybody can."""
    for path in sorted((home.root / "spool" / "door").glob("*.journal")):
        for line in path.read_text("ascii", "replace").splitlines():
            with suppress(ValueError):
                yield json.loads(line.rpartition(" ")[0])


def _problems(home: Living) -> Iterator[str]:
    taps = "SELECT hex(tap_id) FROM visit UNION SELECT hex(tap_id) FROM spooled_tap"
    known = {tap for (tap,) in doors.rows(home, taps)}
    for line in _journaled(home):
        if line["kind"] == "visit" and str(line["tap"]).upper() not in known:
            yield f"the door opened for member {line['member']}, and no visit says so"
    twice = "SELECT member_id, count(*) FROM visit GROUP BY member_id, day_on HAVING count(*) > 1"
    for member, count in doors.rows(home, twice):
        yield f"member {member} was recorded {count} times in a day"
    found = home.kiosk("verify")
    if found.returncode:
        yield f"verify: {found.stderr.strip()}"
