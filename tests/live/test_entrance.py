"""The entrance as a process: tapped, asked, stopped."""

import csv
import http.client
import io
import json
import signal
import socket
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults import doors
from tests.processes import ALL_DAYS, Living, living, until
from tests.settings import forget_accepted

INES = "04A2000000E511"


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Living]:
    with living(tmp_path, "--demo") as found:
        yield found


@pytest.fixture
def running(demo: Living) -> Living:
    demo.start()
    return demo


def _rows_of_ines(home: Living, what: str = "day-passes") -> list[dict[str, str]]:
    found = home.kiosk("export", what, *ALL_DAYS, "--format", "raw")
    return [row for row in csv.DictReader(io.StringIO(found.stdout)) if row["name"] == "Inès Moreau"]


@pytest.mark.promise(1)
def test_a_tapped_badge_is_written_opened_and_exported(running: Living) -> None:
    before = _rows_of_ines(running)
    tapped = running.kiosk("tap", INES)
    assert tapped.returncode == 0, tapped.stderr
    door = running.health()["door"]
    assert (door["simulated"], door["level"], door["pulses"]) == (True, True, 1)
    until(lambda: running.health()["door"]["level"] is False)
    rows = _rows_of_ines(running)
    assert len(rows) == len(before) + 1
    assert (rows[-1]["amount"], rows[-1]["right"], rows[-1]["reversed_by"]) == ("5.00", "full", "")
    assert running.kiosk("verify").returncode == 0
    assert running.kiosk("check").returncode == 0


@pytest.mark.promise(6)
def test_neither_a_name_nor_a_uid_is_in_the_log(running: Living) -> None:
    running.kiosk("tap", INES)
    running.kiosk("tap", "04DEADBEEF0011")
    running.stop()
    log = running.log.read_text()
    assert "ready" in log
    assert not [word for word in (INES, INES.lower(), "04DEADBEEF0011", "Inès", "Moreau") if word in log]


def test_an_unknown_badge_is_sensed_and_opens_nothing(running: Living) -> None:
    assert running.kiosk("tap", "04DEADBEEF0011").returncode == 0
    assert running.health()["door"]["pulses"] == 0

    def refused() -> list[object]:
        with closing(sqlite3.connect(running.root / "db" / "ledger.db")) as database:
            return database.execute("SELECT 1 FROM door_event WHERE reason = 'unknown-badge'").fetchall()

    until(refused)


@pytest.mark.promise(8)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_in_time_in_the_middle_of_a_pulse_and_with_pages_waiting(running: Living, number: int) -> None:
    answers: list[int] = []
    shown: dict[int, int] = {}
    polls = threading.Semaphore(0)

    def wait(page: int) -> None:
        with closing(http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)) as connection:
            connection.request("GET", "/card?since=-1")
            present = json.loads(connection.getresponse().read())
            polls.release()
            while not answers or answers[-1] == 200:  # the tap's card is an answer too; the last one comes at the stop
                connection.request("GET", f"/card?since={present['number']}&boot={present['boot']}")
                answer = connection.getresponse()
                body = answer.read()
                answers.append(answer.status)
                present = json.loads(body) if body else present
                shown[page] = present["number"]

    pages = [threading.Thread(target=wait, args=(page,)) for page in range(3)]
    for page in pages:
        page.start()
        polls.acquire(timeout=10)
    assert running.kiosk("tap", INES).returncode == 0
    until(lambda: [*shown.values()] == 3 * [doors.poll(running.port, "since=-1")["number"]])  # and wait for the next
    assert running.health()["door"]["level"] is True
    status, seconds = running.stop(number)
    for page in pages:
        page.join(10)
    assert status == 0
    assert seconds < 10  # 2.5 s is asked for; this machine may be busy
    assert 204 in answers
    running.start()  # the port, the lock and the reader are free again
    assert running.health()["door"]["level"] is False


@pytest.mark.promise(1)
def test_a_killed_entrance_starts_again_and_knows_the_day(running: Living) -> None:
    running.kiosk("tap", INES)
    rows = _rows_of_ines(running)
    assert running.stop(signal.SIGKILL)[0] == -signal.SIGKILL
    running.start()
    running.kiosk("tap", INES)
    assert _rows_of_ines(running) == rows
    assert running.health()["door"]["pulses"] == 1


def test_a_second_entrance_on_the_same_home_is_refused(running: Living) -> None:
    second = running.apart("entrance")
    assert (second.returncode, second.stderr.count("\n")) == (3, 1)
    assert "runs on" in second.stderr
    assert running.health()["ok"]


def test_a_taken_port_is_said_in_one_line(demo: Living) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", demo.port))
        taken.listen()
        found = demo.apart("entrance")
    assert found.returncode == 3
    assert str(demo.port) in found.stderr.splitlines()[-1]
    assert "Traceback" not in found.stderr


def test_a_real_home_without_gpio_does_not_start(demo: Living) -> None:
    path = demo.root / "kiosk.toml"
    text = path.read_text().replace("real = false", "real = true")
    path.write_text(text)
    forget_accepted(demo.root)
    simulated = demo.apart("entrance")
    assert (simulated.returncode, "reader.device" in simulated.stderr) == (2, True)
    lines = [line if not line.startswith("device") else 'device = "usb"' for line in text.splitlines()]
    path.write_text("\n".join([*lines, ""]))
    found = demo.apart("entrance")
    assert found.returncode == 2
    assert "GPIO" in found.stderr
    assert "Traceback" not in found.stderr


def test_nobody_to_sense_the_badge_is_said(demo: Living) -> None:
    found = demo.kiosk("tap", INES, "--seconds", "0.1")
    assert (found.returncode, found.stderr.count("\n")) == (1, 1)
