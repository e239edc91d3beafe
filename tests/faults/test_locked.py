"""Another program holds the database's write lock: nobody waits at the door for longer than once, nothing is lost."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk import home as homes
from kiosk.store import audit
from kiosk.store.engine import BUSY_SECONDS
from tests.faults import doors
from tests.faults.doors import STRANGER, UIDS
from tests.processes import Living, until

pytestmark = [pytest.mark.promise(4), pytest.mark.usefixtures("undisturbed")]

LOCK_SECONDS = float(os.environ.get("KIOSK_LOCK_SECONDS", "5"))  # at least

_LOCK = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=20)
database.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
database.execute("ROLLBACK")
"""


@contextmanager
def locked(home: Living, seconds: float = 0.0) -> Iterator[None]:
    """Another program has the lock meanwhile, and for so long at least."""
    command = [sys.executable, "-c", _LOCK, str(doors.database(home))]
    until_at = time.monotonic() + seconds
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        try:
            yield
            time.sleep(max(0.0, until_at - time.monotonic()))
        finally:
            process.stdin.close()
    assert process.returncode == 0


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Living]:
    with doors.entrance(tmp_path) as found:
        yield found


@pytest.fixture
def running(home: Living) -> Living:
    doors.start(home)
    doors.roster_kept(home)
    return home


@pytest.mark.promise(4)
def test_taps_under_a_lock_open_and_are_entered_in_order_once_it_is_gone(running: Living) -> None:
    before = doors.last_visit(running)
    doors.tap(running, UIDS[0])
    took: list[float] = []
    with locked(running, LOCK_SECONDS):
        doors.tap(running, UIDS[1])
        assert doors.card(running) == "spooled"
        found = running.health()
        assert (found["ok"], found["database"], found["spooled"]) == (False, "fault", 1)
        for uid in UIDS[2:4]:
            began = time.monotonic()
            doors.tap(running, uid)
            took.append(time.monotonic() - began)
            assert doors.card(running) == "spooled"
        doors.hold(running, STRANGER)
        until(lambda: doors.card(running) == "unknown-badge")
        assert running.health()["spooled"] == 3
        assert doors.entered(running, before) == UIDS[:1]
    assert min(took) < BUSY_SECONDS, "each waited for the lock, as if the first had not told"
    doors.all_entered(running)
    doors.tap(running, UIDS[4])
    assert running.health()["database"] == "ok"
    assert doors.entered(running, before) == UIDS[:5]
    assert doors.spool_files(running) == []
    assert doors.pulses(running) == 5
    doors.verified(running)


@pytest.mark.promise(4)
def test_an_entrance_killed_under_a_lock_starts_under_it_and_enters_once(running: Living) -> None:
    before = doors.last_visit(running)
    with locked(running):
        doors.tap(running, UIDS[0])
        running.stop(signal.SIGKILL)
        doors.start(running)
        assert running.health()["spooled"] == 1
        doors.tap(running, UIDS[1])
        doors.tap(running, UIDS[0])  # after a restart nobody knows that this badge was here a moment ago
        assert running.health()["spooled"] == 3
    doors.all_entered(running)
    assert doors.entered(running, before) == UIDS[:2]
    doors.verified(running)


@pytest.mark.promise(4)
def test_the_desk_says_in_one_line_that_it_could_not_write_and_has_not(running: Living) -> None:
    before = doors.rows(running, "SELECT count(*) FROM entry")
    with locked(running):
        found = running.apart("pay", "1", "5", "--method", "cash")
    said = found.stderr.splitlines()[1:]  # the first says that this is a training home
    assert (found.returncode, len(said)) == (3, 1), found.stderr
    assert "locked" in said[0]
    assert doors.rows(running, "SELECT count(*) FROM entry") == before


def test_the_desk_writes_beside_taps_and_nobody_sees_half_an_entry(running: Living) -> None:
    before, entries = doors.last_visit(running), doors.rows(running, "SELECT count(*) FROM entry")[0][0]
    paid: list[int] = []
    is_over = threading.Event()

    def desk() -> None:
        while not is_over.is_set():
            paid.append(running.apart("pay", "9", "0.50", "--method", "cash").returncode)

    threads = [threading.Thread(target=desk) for _ in range(2)]
    for thread in threads:
        thread.start()
    looks = 0
    with homes.opened(running.root) as opened:
        for uid in UIDS[:6]:
            doors.hold(running, uid)
            for _ in range(20):
                with opened.store.reading() as connection:
                    audit.check_chain(connection, opened.seal)
                    audit.check_sums(connection)
                looks += 1
    is_over.set()
    for thread in threads:
        thread.join()
    doors.all_entered(running)
    until(lambda: doors.entered(running, before) == UIDS[:6])
    assert (looks, len(paid) > 1, set(paid)) == (120, True, {0})
    payments = doors.rows(running, f"SELECT count(*) FROM entry WHERE kind = 'payment' AND number > {entries}")
    assert payments == [(len(paid),)]
    doors.verified(running)
