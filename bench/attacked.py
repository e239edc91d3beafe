"""A desk that is sent calendars without an end and links that were guessed: its sign-in and the door's taps meanwhile.

The desk is a real one, with its unit's weight of the processor beside the entrance's where root measures. Nine threads
of another process, signed in as an officer, send calendars whose rules are true of no day, each again a second after
its answer; a tenth asks for calendar links that are not there. Signing in and tapping are measured by turns, alone and
beside them.
"""

import contextlib
import http.client
import os
import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from bench import all_on, rig, space, weights
from bench.card import free_port
from bench.csv import add_officer, coming, print_spent, running_desk, tap
from bench.download import Browser
from bench.figures import asked, percentiles
from bench.rig import Rig, Spent
from bench.space import Person
from bench.weights import Weights
from kiosk.setup.home_creation import NewHome

_VISITS = 1_000
_UNITS = _ENTRANCE, _DESK, _ELSEWHERE = "kiosk-entrance", "kiosk-desk", "elsewhere"
_CALENDARS, _LINKS = 9, 200
_SIGN_INS, _TAPS = 5, 100  # of each turn
_BETWEEN_LINKS, _BEFORE_THE_NEXT = 0.1, 1.0  # seconds
_NO_DAY = b"\r\n".join((
    b"BEGIN:VCALENDAR", b"VERSION:2.0", b"PRODID:-//bench//", b"BEGIN:VEVENT", b"UID:1@bench.example", b"SUMMARY:x",
    b"DTSTAMP:20260101T000000Z", b"DTSTART:20260101T100000Z", b"DTEND:20260101T110000Z",
    b"RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", b"END:VEVENT", b"END:VCALENDAR", b"",
))  # fmt: skip


class _Seconds(NamedTuple):
    """What signing in and a tap took, each time."""

    sign_ins: list[float]
    taps: list[float]
    spent: list[Spent]


def run(folder: Path, rounds: int) -> None:
    """Make the home, take turns, print."""
    root, port = folder / "home", free_port()
    people = space.make(root, _VISITS, NewHome(screen_port=free_port(), desk_port=port))
    all_on.turn_on(root, space.START)
    add_officer(root)
    # The past ends in a June; the desk's clock is the machine's.
    subprocess.run([sys.executable, "-m", "kiosk", "--home", root, "clock", "confirm", "--yes"], check=True)
    alone, under = _Seconds([], [], []), _Seconds([], [], [])
    with contextlib.ExitStack() as stack:
        given = stack.enter_context(weights.of_units(*_UNITS))
        given.put(os.getpid(), _DESK)  # what is started now begins in its unit's group
        stack.enter_context(running_desk(root, port))
        given.put(os.getpid(), _ENTRANCE)
        door = stack.enter_context(rig.opened(root))
        comers = coming(door, people)
        _measure(_Seconds([], [], []), port, door, comers)  # rules are read, caches warm
        for _ in range(rounds):
            _measure(alone, port, door, comers)
            with _attacking(port, given):
                _measure(under, port, door, comers)
    _print("a sign-in", alone.sign_ins, under.sign_ins, 3)
    _print("a tap", alone.taps, under.taps, 1.1)
    print_spent("alone", alone.spent)
    print_spent("meanwhile", under.spent)


def _measure(into: _Seconds, port: int, door: Rig, comers: Iterator[Person]) -> None:
    into.sign_ins.extend(_sign_in(port) for _ in range(_SIGN_INS))
    door.spent.clear()
    into.taps.extend(tap(door, comers, _TAPS))
    into.spent.extend(door.spent)


def _print(what: str, alone: list[float], under: list[float], most: float) -> None:
    ours, theirs = percentiles(under), percentiles(alone)
    told = "{0:.2f} and p95 {1:.2f}".format
    print(f"{what}, ms: alone {told(*(1e3 * each for each in theirs))}, then {told(*(1e3 * each for each in ours))}")
    asked(f"{what}'s p95 under nine calendars and wrong links, over alone", ours[1] / theirs[1], most)


def _sign_in(port: int) -> float:
    began = time.monotonic()
    Browser(port).sign_in()
    return time.monotonic() - began


@contextlib.contextmanager
def _attacking(port: int, given: Weights) -> Iterator[None]:
    # In life they sit at other machines: here they take what the others leave.
    command = ["nice", "-n", "19", sys.executable, "-m", "bench.attacked", str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        given.put(process.pid, _ELSEWHERE)
        try:
            if process.stdout is None or process.stdout.readline() != "ready\n":
                raise RuntimeError("the calendars are not sent")
            time.sleep(0.5)
            yield
        finally:
            said, _ = process.communicate("\n", timeout=60)
            print(f"answers meanwhile: {said.strip()}")


def attack(port: int) -> None:
    """Send calendars and links until standard input ends; print how many were answered with which status."""
    answers: Counter[int | str] = Counter()
    over = threading.Event()
    browsers = [Browser(port) for _ in range(_CALENDARS)]
    for browser in browsers:
        browser.sign_in()
    threads = [threading.Thread(target=_send, args=(browser, over, answers)) for browser in browsers]
    threads.append(threading.Thread(target=_guess, args=(port, over, answers)))
    for thread in threads:
        thread.start()
    print("ready", flush=True)
    sys.stdin.readline()
    over.set()
    for thread in threads:
        thread.join(50)
    print(", ".join(f"{count} of {status}" for status, count in sorted(answers.items())), flush=True)


def _send(browser: Browser, over: threading.Event, answers: "Counter[int | str]") -> None:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', browser.page("/calendar/feeds")[1])
    fields = {"csrf_token": token[1] if token else "", "room": "1", "source": "bench"}
    while not over.is_set():
        answers[browser.upload("/calendar/feeds/import", fields, "file", _NO_DAY)] += 1
        over.wait(_BEFORE_THE_NEXT)


def _guess(port: int, over: threading.Event, answers: "Counter[int | str]") -> None:
    for number in range(_LINKS):
        if over.wait(_BETWEEN_LINKS):
            return
        connection = http.client.HTTPConnection("localhost", port, timeout=60)
        connection.request("GET", f"/calendar/feed/{number:064x}.ics")
        answers[connection.getresponse().status] += 1
        connection.close()


if __name__ == "__main__":
    attack(int(sys.argv[1]))
