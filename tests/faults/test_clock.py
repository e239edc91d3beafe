"""The machine's clock under a running entrance: from 1970, a month ahead, an hour back, and trust that comes late."""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from kiosk.devices.clock import HostClock
from tests.faults import doors
from tests.processes import Living, until

pytestmark = [pytest.mark.promise(5), pytest.mark.usefixtures("undisturbed")]

FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)
RIGHT = timedelta(0)
INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"  # who pays by the day, so that an entry is written; and who does not


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Living]:
    with doors.entrance(tmp_path) as found:
        yield found


class Clock:
    """The wall clock that the entrance sees, moved against the true one while its monotonic clock runs on.

    The true one is the tests' own, which `scripts/any-hour` may have moved.
    """

    def __init__(self, folder: Path, offset: timedelta) -> None:
        assert FAKETIME is not None, "this test needs libfaketime: apt-get install faketime"
        self._file = folder / "faketime"
        self.command = [
            "env",
            "--unset=FAKETIME",  # it would go before the file
            f"LD_PRELOAD={FAKETIME}",
            f"FAKETIME_TIMESTAMP_FILE={self._file}",
            "FAKETIME_NO_CACHE=1",
            "FAKETIME_DONT_FAKE_MONOTONIC=1",
        ]
        self.set(offset)

    def set(self, offset: timedelta) -> None:
        """So far from the true time."""
        seconds = int(os.environ.get("FAKETIME", "0")) + int(offset.total_seconds())
        draft = self._file.with_suffix(".new")
        draft.write_text(f"{seconds:+d}\n", "ascii")
        draft.replace(self._file)


def waits(home: Living, count: int) -> None:
    until(lambda: home.health().get("spooled") == count)


def arrivals(home: Living) -> list[datetime]:
    rows = doors.rows(home, "SELECT arrived_at FROM visit WHERE arrived_at IS NOT NULL ORDER BY id")
    return [datetime.fromisoformat(str(at)) for (at,) in rows]


def seconds_ago(at: datetime) -> float:
    return (HostClock().now() - at).total_seconds()


@pytest.mark.promise(5)
def test_from_1970_a_tap_waits_and_gets_its_true_time_when_the_clock_does(home: Living, tmp_path: Path) -> None:
    clock = Clock(tmp_path, timedelta(days=-20700))
    doors.start(home, *clock.command)
    before = len(arrivals(home))
    assert home.health()["clock"] == "untrusted"
    doors.hold(home, INES, doors.PATIENCE_SECONDS)
    waits(home, 1)
    until(lambda: home.health()["door"]["pulses"] == 1)  # it waits in the spool first, and then the door opens
    tapped = HostClock().now()
    clock.set(RIGHT)
    waits(home, 0)
    assert home.health()["ok"]
    (at,) = arrivals(home)[before:]
    assert abs((at - tapped).total_seconds()) < 30
    assert home.kiosk("verify").returncode == 0


@pytest.mark.promise(5)
def test_a_month_ahead_is_not_believed_and_an_hour_back_waits_for_its_time(home: Living, tmp_path: Path) -> None:
    clock = Clock(tmp_path, RIGHT)
    doors.start(home, *clock.command)
    before = len(arrivals(home))
    doors.hold(home, INES, doors.PATIENCE_SECONDS)
    until(lambda: len(arrivals(home)) == before + 1)
    for offset in (timedelta(days=30), timedelta(hours=-1)):
        clock.set(offset)
        until(lambda: home.health()["clock"] == "untrusted")
    doors.hold(home, KARIM, doors.PATIENCE_SECONDS)
    waits(home, 1)
    clock.set(RIGHT)
    waits(home, 0)
    assert [seconds_ago(at) < 120 for at in arrivals(home)[before:]] == [True, True]
    assert "the clock was set by" in home.log.read_text("utf-8")
    assert home.kiosk("verify").returncode == 0


def test_trust_that_comes_late_dates_what_came_before_it_in_this_start_and_the_last(
    home: Living, tmp_path: Path
) -> None:
    flag = tmp_path / "synchronised"
    doors.change(home, 'source = "host"', f'source = "flag:{flag}"')
    for uid, count in ((INES, 1), (KARIM, 2)):
        doors.start(home)
        assert home.health()["clock"] == "untrusted"
        doors.hold(home, uid, doors.PATIENCE_SECONDS)
        waits(home, count)
        home.stop()
    doors.start(home)
    flag.touch()
    waits(home, 0)
    assert home.health()["clock"] == f"flag:{flag}"
    written = "SELECT count(*) FROM door_event WHERE reason = 'spooled'"
    assert doors.rows(home, written) == [(2,)]
    assert home.kiosk("verify").returncode == 0
