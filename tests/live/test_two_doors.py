"""Two entrances of one machine together: one home, two readers, two relays."""

import signal
from pathlib import Path

from tests.faults import doors, two_doors
from tests.processes import until


def test_a_day_at_both_doors_is_charged_once_and_one_that_is_killed_leaves_the_other(tmp_path: Path) -> None:
    with two_doors.both(tmp_path) as (first, gate):
        was = doors.last_visit(first)
        two_doors.hold(first, gate, doors.UIDS[0])
        assert list(two_doors.charges(first, was).values()) == [1]
        until(lambda: first.health().get("doors") == {"2": "ok"})
        first.stop(signal.SIGKILL)
        two_doors.hold_at(gate, doors.UIDS[1])
        assert sorted(two_doors.charges(first, was).values()) == [1, 1]
        assert doors.rows(first, "SELECT door_id FROM visit ORDER BY id DESC LIMIT 1") == [(2,)]
        first.start()
        assert first.kiosk("verify").returncode == 0
