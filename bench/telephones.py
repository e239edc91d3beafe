"""Sixty telephones of sixty members ask for their pages at once: the door's taps and the desk's pages meanwhile.

The desk and the pages' program are real ones, each with its unit's weight of the processor beside the entrance's where
root measures; the telephones weigh least, since in life they are other machines. Each is a thread of another process,
which says as Caddy does for whom it asks: all ask at the same moment, then each again a second after its answer,
through the pages of its menu. Taps and the desk's pages are measured by turns, alone and beside them.
"""

import contextlib
import http.client
import os
import secrets
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from bench import all_on, rig, space, weights
from bench.card import free_port
from bench.csv import add_officer, coming, print_spent, running_desk, tap
from bench.download import Browser
from bench.figures import asked, percentiles
from bench.rig import Rig, Spent
from bench.space import Person
from bench.weights import Weights
from kiosk import home
from kiosk.setup import settings_lines
from kiosk.setup.home_creation import NewHome
from kiosk.store.telephones import telephone_rows
from kiosk.telephones import secret_texts
from kiosk.web.pages.app import COOKIE

_VISITS, _TELEPHONES = 100_000, 60
_TAPS, _LOOKS = 200, 4  # of each turn; each desk page so often
_BEFORE_THE_NEXT = 1.0  # seconds
_NAME = "membres.bench.example"
_MENU = ("/", "/m/entries", "/m/papers", "/m/house", "/m/settings", "/m/known", "/m/phones")
_DESK = ("/", "/members", "/members/7", "/money", "/calendar", "/figures/")
_GIVE_UP_SECONDS = 60.0
_UNITS = _ENTRANCE, _SERVED, _PAGES, _ELSEWHERE = "kiosk-entrance", "kiosk-desk", "kiosk-pages", "elsewhere"


def run(folder: Path, rounds: int) -> None:
    """Make the home, take turns, print."""
    root, (screen, desk, pages) = folder / "home", _ports()
    people = space.make(root, _VISITS, NewHome(screen_port=screen, desk_port=desk))
    all_on.turn_on(root, space.START)
    add_officer(root)
    bearers = folder / "bearers"
    bearers.write_text("\n".join(_pair(root, people[:_TELEPHONES])), "utf-8")
    _name_the_pages(root)
    # The past ends in a June; the desk's clock is the machine's.
    subprocess.run([sys.executable, "-m", "kiosk", "--home", root, "clock", "confirm", "--yes"], check=True)
    alone, beside = _Seconds(), _Seconds()
    with contextlib.ExitStack() as stack:
        given = stack.enter_context(weights.of_units(*_UNITS))
        given.put(os.getpid(), _SERVED)  # what is started now begins in its unit's group
        stack.enter_context(running_desk(root, desk))
        given.put(os.getpid(), _PAGES)
        stack.enter_context(_running_pages(root / "run" / "pages.sock", pages))
        given.put(os.getpid(), _ENTRANCE)
        door = stack.enter_context(rig.opened(root))
        print(f"a tap waits for {'nobody' if door.comes_first else 'others'}'s slice of the processor")
        comers, browser = coming(door, people), Browser(desk)
        browser.sign_in()
        _measure(_Seconds(), browser, door, comers)  # rules are read, caches warm
        for _ in range(rounds):
            _measure(alone, browser, door, comers)
            with _asking(pages, bearers, given):
                _measure(beside, browser, door, comers)
    _print("a tap", alone.taps, beside.taps, 1.1)
    print_spent("alone", alone.spent)
    print_spent("beside sixty telephones", beside.spent)
    _print("a page of the desk", alone.looks, beside.looks, 1.5)


def _ports() -> tuple[int, int, int]:
    """Three free ports, none of them twice."""
    ports = free_port(), free_port(), free_port()
    return ports if len(set(ports)) == len(ports) else _ports()


class _Seconds:
    """What taps and looks at the desk's pages took, each time."""

    def __init__(self) -> None:
        self.taps = list[float]()
        self.looks = list[float]()
        self.spent = list[Spent]()


def _pair(root: Path, people: list[Person]) -> Iterator[str]:
    """Pair a telephone with each of these. Yields what they show."""
    now = datetime.now(UTC)
    with home.opened(root) as opened, opened.store.writing() as connection:
        for person in people:
            bearer = secrets.token_urlsafe(32)
            telephone_rows.add(
                connection, person.member.id, secret_texts.hashed(bearer),
                way="badge", kind="android", at=now, day=now.date(),
            )  # fmt: skip
            yield bearer


def _name_the_pages(root: Path) -> None:
    path = root / "kiosk.toml"
    line = f'address = "https://{_NAME}"'
    path.write_text(settings_lines.with_line(path.read_text("utf-8"), "pages", "address", line), "utf-8")


def _measure(into: _Seconds, browser: Browser, door: Rig, comers: Iterator[Person]) -> None:
    door.spent.clear()
    into.taps.extend(tap(door, comers, _TAPS))
    into.spent.extend(door.spent)
    for path in _DESK * _LOOKS:
        began = time.monotonic()
        status, _ = browser.page(path)
        into.looks.append(time.monotonic() - began)
        if status != 200:
            raise RuntimeError(f"{path} was answered {status}")


def _print(what: str, alone: list[float], beside: list[float], most: float) -> None:
    ours, theirs = percentiles(beside), percentiles(alone)
    told = "{0:.2f} and p95 {1:.2f}".format
    print(f"{what}, ms: alone {told(*(1e3 * each for each in theirs))}, then {told(*(1e3 * each for each in ours))}")
    asked(f"{what}'s p95 beside sixty telephones, over alone", ours[1] / theirs[1], most)


@contextmanager
def _running_pages(desk: Path, port: int) -> Iterator[None]:
    command = ["nice", "-n", "16", sys.executable, "-m", "kiosk.web.pages", str(desk), str(port)]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            began = time.monotonic()
            while not _is_there(port):
                if time.monotonic() - began > _GIVE_UP_SECONDS:
                    raise RuntimeError("members' pages do not get ready")
                time.sleep(0.05)
            yield
        finally:
            process.terminate()


def _is_there(port: int) -> bool:
    try:
        return _look(port, "/healthz", "", 0)[0] == 200
    except OSError:
        return False


def _look(port: int, path: str, bearer: str, number: int) -> tuple[int, float]:
    """Ask for a page as Caddy does. Returns its status, and seconds."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    headers = {"Host": _NAME, "X-Forwarded-For": f"192.0.2.{number}", "Cookie": f"{COOKIE}={bearer}"}
    connection.request("GET", path, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, time.monotonic() - began


@contextmanager
def _asking(port: int, bearers: Path, given: Weights) -> Iterator[None]:
    # In life they are other machines: here they take what the others leave.
    command = ["nice", "-n", "19", sys.executable, "-m", "bench.telephones", str(port), str(bearers)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        given.put(process.pid, _ELSEWHERE)
        try:
            if process.stdout is None or process.stdout.readline() != "ready\n":
                raise RuntimeError("no telephone asks")
            yield
        finally:
            said, _ = process.communicate("\n", timeout=60)
            print(f"pages meanwhile: {said.strip()}", flush=True)


def ask(port: int, bearers: list[str]) -> None:
    """Ask for pages until standard input ends; print how many were answered with which status, and in which time."""
    answers: Counter[int] = Counter()
    taken: list[float] = []
    over, together = threading.Event(), threading.Barrier(len(bearers) + 1)

    def browse(number: int, bearer: str) -> None:
        together.wait()
        turn = 0
        while not over.is_set():
            status, seconds = _look(port, _MENU[turn % len(_MENU)], bearer, number)
            answers[status] += 1
            taken.append(seconds)
            turn += 1
            over.wait(_BEFORE_THE_NEXT)

    threads = [threading.Thread(target=browse, args=each) for each in enumerate(bearers, 1)]
    for thread in threads:
        thread.start()
    print("ready", flush=True)
    together.wait()
    began = time.monotonic()
    sys.stdin.readline()
    over.set()
    lasted = time.monotonic() - began
    for thread in threads:
        thread.join(60)
    counted = ", ".join(f"{count} of {status}" for status, count in sorted(answers.items()))
    p50, p95, _ = percentiles(taken)
    print(f"{counted} in {lasted:.1f} s; p50 {p50 * 1e3:.0f} ms, p95 {p95 * 1e3:.0f} ms", flush=True)


if __name__ == "__main__":
    ask(int(sys.argv[1]), Path(sys.argv[2]).read_text("utf-8").split())
