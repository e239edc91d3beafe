"""One badge tapped everywhere at the same moment is one visit and one charge.

KIOSK_RACE_ROUNDS=1000 makes a long run (`scripts/torture race`); here is a short one.
"""

import os
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from kiosk import home
from kiosk.domain.checkin import badges
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock

INES = "04A2000000E511"
ROUNDS = int(os.environ.get("KIOSK_RACE_ROUNDS", "60"))
THREADS, PROCESSES = 8, 2


def tap_in_threads(root: Path) -> None:
    """Every round, a day later, all threads tap at once. Run in each of the processes."""
    with home.opened(root) as opened:
        spaces = [Space(opened, FakeClock(WEDNESDAY)) for _ in range(THREADS)]
        together = threading.Barrier(THREADS)
        faults: list[BaseException] = []

        def taps(space: Space) -> None:
            try:
                for _ in range(ROUNDS):
                    together.wait()
                    space.checkin.tap(badges.parse(INES))
                    space.clock.advance(days=1)
            except BaseException as fault:
                faults.append(fault)
                together.abort()

        threads = [threading.Thread(target=taps, args=(space,)) for space in spaces]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if faults:
            raise faults[0]


@pytest.mark.promise(2)
def test_eight_threads_and_two_processes_make_one_visit_and_one_charge_a_day(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.rule("tab_limit_cents", "10000000")  # nobody pays in all these days
    code = "import sys, pathlib, tests.checkin.test_concurrency as t; t.tap_in_threads(pathlib.Path(sys.argv[1]))"
    running = [subprocess.Popen([sys.executable, "-c", code, str(space.home.paths.root)]) for _ in range(PROCESSES)]
    assert [process.wait(timeout=300) for process in running] == [0] * PROCESSES
    visits = space.sql("SELECT day_on, count(*), count(charge_entry) FROM visit GROUP BY day_on ORDER BY day_on")
    days = [(WEDNESDAY + timedelta(days=n)).date().isoformat() for n in range(ROUNDS)]
    assert visits == [(day, 1, 1) for day in days]
    charged = space.sql("SELECT count(*) FROM entry WHERE kind = 'charge' AND visit_id IS NOT NULL")
    assert charged == [(ROUNDS,)]
    assert space.owes(1) == 500 + ROUNDS * 500
