"""Taps while ten tokens ask the API each second: their time beside that of taps alone, and their syncs.

The desk and the pages' program are real ones, asked over HTTP; taps come from the entrance's own parts in this process,
by turns with nobody asking and with ten scripts that ask for a window of a list each second. Every answer must be a
list with rows.
"""

import http.client
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bench import rig, space, syncs
from bench.card import free_port
from bench.csv import add_officer, coming, running_desk, tap
from bench.download import EMAIL
from bench.figures import asked, percentiles
from kiosk import home
from kiosk.devices.clock import HostClock
from kiosk.members.api_tokens import ApiTokens
from kiosk.setup.home_creation import NewHome
from kiosk.store.officers import desk_users
from kiosk.store.space.policies import Rules

_HOST = "membres.bench.example"
_TOKENS, _BLOCKS = 10, 4
_LISTS = ("day-passes", "visits", "entries", "payments", "members")
_PERIOD = "from=2026-05-01&to=2026-12-31&limit=200"
_READY_SECONDS, _WAIT_SECONDS = 30.0, 0.1


def run(folder: Path, rounds: int, visits: int, taps: int) -> None:
    """Make the home, count syncs, take turns `rounds` times, print."""
    root, desk_port, port = folder / "home", free_port(), free_port()
    people = space.make(root, visits, NewHome(screen_port=free_port(), desk_port=desk_port))
    add_officer(root)
    settings = root / "kiosk.toml"
    settings.write_text(
        settings.read_text().replace("[pages]\n", f'[pages]\naddress = "https://{_HOST}"\nport = {port}\n')
    )
    tokens = _tokens(root)
    believe = [sys.executable, "-m", "kiosk", "--home", str(root), "clock", "confirm", "--yes"]
    subprocess.run(believe, check=True, stdout=subprocess.DEVNULL)  # the home's past ends months ago
    _print_syncs(root, folder, desk_port, port, tokens)
    with running_desk(root, desk_port), _running_pages(root, port), rig.opened(root) as door:
        comers, alone, meanwhile = coming(door, people), list[float](), list[float]()
        tap(door, comers, taps // 10)  # rules are read, caches warm
        for _ in range(_BLOCKS * rounds):
            alone += tap(door, comers, taps // _BLOCKS)
            with _asking(port, tokens):
                meanwhile += tap(door, comers, taps // _BLOCKS)
    print(f"{'a tap, us':<34}{'p50':>8}{'p95':>8}{'p99':>8}")
    for what, seconds in (("alone", alone), ("while ten tokens ask each second", meanwhile)):
        print(f"{what:<34}" + "".join(f"{value * 1e6:>8.0f}" for value in percentiles(seconds)))
    asked("a tap's p95 while ten tokens ask, over alone", percentiles(meanwhile)[1] / percentiles(alone)[1], 1.1)


def _tokens(root: Path) -> list[str]:
    with home.opened(root) as opened:
        clock = HostClock()
        made = ApiTokens(store=opened.store, clock=clock, rules=Rules(opened.config.zone), actor="cli")
        with opened.store.reading() as connection:
            holder = desk_users.by_email(connection, EMAIL).id
        until = clock.now().date() + timedelta(days=7)
        return [made.make(holder, f"script {number}", _LISTS, until).secret for number in range(_TOKENS)]


def _print_syncs(root: Path, folder: Path, desk_port: int, port: int, tokens: list[str]) -> None:
    """Count what taps sync in copies of the home, of which scripts read meanwhile."""
    if shutil.which("strace") is None:
        print("syncs a tap: not counted, strace is not there")
        return

    @contextmanager
    def read_by_scripts(copy: Path) -> Iterator[None]:
        with running_desk(copy, desk_port), _running_pages(copy, port), _asking(port, tokens):
            yield

    for checkpoints in (False, True):
        count = syncs.per_tap(root, folder, checkpoints=checkpoints, meanwhile=read_by_scripts)
        what = "with checkpoints" if checkpoints else "without checkpoints"
        print(f"syncs a tap while ten tokens ask each second, {what}: {count:.2f}")


@contextmanager
def _running_pages(root: Path, port: int) -> Iterator[None]:
    command = ["nice", "-n", "15", sys.executable, "-m", "kiosk", "--home", str(root), "pages"]
    with subprocess.Popen(command, stderr=subprocess.DEVNULL) as process:
        try:
            _await(port)
            yield
        finally:
            process.terminate()


def _await(port: int) -> None:
    began = time.monotonic()
    while time.monotonic() - began < _READY_SECONDS:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            connection.getresponse().read()
        except OSError:
            time.sleep(_WAIT_SECONDS)
        else:
            return
    raise RuntimeError("the pages do not get ready")


@contextmanager
def _asking(port: int, tokens: list[str]) -> Iterator[None]:
    # In life the scripts are on other machines: here they take what the others leave.
    command = ["nice", "-n", "19", sys.executable, "-m", "bench.scripts", str(port), *tokens]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        try:
            if process.stdout is None or process.stdout.readline() != b"ready\n":
                raise RuntimeError("no script asks")
            yield
            if process.poll() is not None:
                raise RuntimeError("the scripts ended by themselves")
        finally:
            process.terminate()


def ask(port: int, tokens: list[str]) -> None:
    """Ask with each token once a second, spread over it, for ever."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    turn = 0
    began = time.monotonic()
    while True:
        token, name = tokens[turn % len(tokens)], _LISTS[turn % len(_LISTS)]
        headers = {"Host": _HOST, "Authorization": f"Bearer {token}"}
        connection.request("GET", f"/api/v1/lists/{name}?{_PERIOD}", headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200 or not json.loads(body)["rows"]:
            sys.exit(f"{name} was answered {answer.status}: {body[:200]!r}")
        turn += 1
        if turn == len(tokens):
            print("ready", flush=True)
        time.sleep(max(0.0, began + turn / len(tokens) - time.monotonic()))


if __name__ == "__main__":
    ask(int(sys.argv[1]), sys.argv[2:])
