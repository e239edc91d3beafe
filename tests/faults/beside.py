"""Who works beside the taps of a long run: the desk's commands and pages, other screens, copies, `due`."""

import http.client
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Protocol

from kiosk.devices.clock import HostClock
from tests import forked
from tests.faults import doors
from tests.office import EMAIL, PASSWORD, Office, behind_a_proxy
from tests.processes import PYTHON, Living, until

COMMAND_EVERY_SECONDS = 3.0
PAGE_EVERY_SECONDS = 2.0
SCREENS = 2  # besides the one that times the cards
PAGES = (
    "/",
    "/members",
    "/members?q=Membre",
    "/money",
    "/money/payments",
    "/money/tabs",
    "/books",
    "/books/cash",
    "/books/closings",
    "/books/month",
    "/figures/",
    "/state",
    "/log",
    "/today/now",
    "/calendar",
    "/exports",
)
OWN_PAGES = ("/", "/healthz", "/metrics")  # the entrance's


class Told(Protocol):
    """What the harness counts of all this."""

    desk_commands: int
    desk_pages: int
    screen_polls: int

    def add(self, *found: str) -> None:
        """What must not be."""


@contextmanager
def desk(home: Living) -> Iterator[tuple[subprocess.Popen[bytes], Office]]:
    """The desk as a process, and an officer who has signed in."""
    port, password = behind_a_proxy(home.root), home.root.parent / "password"
    password.write_text(PASSWORD)
    added = home.kiosk("user", "add", EMAIL, "--role", "president", "--password-file", str(password))
    assert added.returncode == 0, added.stderr
    with (home.root.parent / "desk.log").open("wb") as log:
        process = forked.start([*PYTHON, "--home", str(home.root), "desk"], log)
    try:
        office = Office(port)
        until(lambda: _answers(office))
        assert office.sign_in() == 302
        yield process, office
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(office: Office) -> bool:
    with suppress(OSError):
        return office.ask("GET", "/login")[0] == 200
    return False


@contextmanager
def everybody(home: Living, office: Office, told: Told) -> Iterator[None]:
    """Commands, pages and screens, each in turn in a thread of its own, until the block ends."""
    is_over = threading.Event()
    exported = home.root.parent / "exported"
    exported.mkdir()
    works: list[tuple[float, Callable[[int], None]]] = [
        (COMMAND_EVERY_SECONDS, lambda turn: _command(home, exported, told, turn)),
        (PAGE_EVERY_SECONDS, lambda turn: _page(home, office, told, turn)),
        *[(0.0, _poller(home, told))] * SCREENS,
    ]
    threads = [threading.Thread(target=_over_and_over, args=(is_over, told, *work)) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for thread in threads:
            thread.join()


def _over_and_over(is_over: threading.Event, told: Told, pause: float, work: Callable[[int], None]) -> None:
    for turn in count():
        if is_over.wait(pause):
            return
        try:
            work(turn)
        except (OSError, ValueError, http.client.HTTPException, subprocess.SubprocessError) as fault:
            told.add(f"beside the taps: {type(fault).__name__}: {fault}")


def _command(home: Living, exported: Path, told: Told, turn: int) -> None:
    days = [(HostClock().now() + timedelta(days=n)).date().isoformat() for n in (-2, 2)]
    commands = (
        ("export", "entries", "--from", days[0], "--to", days[1], "--output", str(exported)),
        ("pay", "1", "0.50", "--method", "cash"),
        ("due",),
        ("backup",),
    )
    found = home.apart(*commands[turn % len(commands)])
    told.desk_commands += 1
    if found.returncode:
        told.add(f"{commands[turn % len(commands)][0]}: {found.stderr.strip()}")


def _page(home: Living, office: Office, told: Told, turn: int) -> None:
    """A page of the desk, and one of the entrance."""
    path, own = PAGES[turn % len(PAGES)], OWN_PAGES[turn % len(OWN_PAGES)]
    status, _ = office.ask("GET", path)
    told.desk_pages += 1
    if status != 200:
        told.add(f"the desk answers {status} to {path}")
    with closing(http.client.HTTPConnection("127.0.0.1", home.port, timeout=10)) as connection:
        connection.request("GET", own)
        if (status := connection.getresponse().status) != 200:
            told.add(f"the entrance answers {status} to {own}")


def _poller(home: Living, told: Told) -> Callable[[int], None]:
    """A page of the screen that stays open: it asks again with what it has."""
    query = ["since=-1"]

    def poll(turn: int) -> None:
        del turn
        found = doors.poll(home.port, query[0])
        query[0] = f"since={found['number']}&boot={found['boot']}"
        told.screen_polls += 1

    return poll
