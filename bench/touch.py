"""From a touch to the card that says what became of it, at the end of a socket: what the page waits for.

The free corner is touched, which takes a day back and books it anew: the most that a touch writes by itself.
"""

import http.client
import json
import subprocess
import sys
import time
from pathlib import Path

from bench import rig, space
from bench.card import Taps, arrival, print_line, served
from bench.figures import asked, percentiles
from bench.rig import Rig
from kiosk.domain.checkin.choices import Act


def run(folder: Path, rounds: int) -> None:
    """Tap, touch and wait for the card, so often."""
    people = space.make(folder / "home", 1_000)
    with rig.opened(folder / "home") as door, served(door) as port:
        seconds = _rounds(door, Taps(door, people), port, rounds)
        print(f"{'touch to card, ms':<24}{'p50':>8}{'p95':>8}{'p99':>8}")
        print_line("at the socket", seconds)
    asked("touch to card, p95", percentiles(seconds)[1] * 1e3, 100, " ms")


def _rounds(door: Rig, taps: Taps, port: int, rounds: int) -> list[float]:
    seconds = []
    with subprocess.Popen([sys.executable, "-m", "bench.poller", str(port)], stdout=subprocess.PIPE, text=True) as page:
        try:
            for _ in range(rounds):
                arrival(page, "idle")
                taps.tap()
                arrival(page, "granted-day")
                time.sleep(0.02)  # the page asks again
                touched_at = time.monotonic()
                _touch(door, port)
                seconds.append(arrival(page, "in-free-corner") - touched_at)
                taps.end_card()
        finally:
            page.terminate()
    return seconds


def _touch(door: Rig, port: int) -> None:
    view = door.board.now()
    card = view.card
    if card is None or not {Act.FREE_CORNER, Act.MORE} & set(card.acts):
        raise RuntimeError(f"the bench touches the free corner, and this card does not offer it: {card}")
    aim = {"card": view.card_number, "painted_at": view.at - 1, "finger_at": view.at}
    body = json.dumps({"ticket": card.ticket, "act": Act.FREE_CORNER, **aim})
    headers = {"Content-Type": "application/json", "Origin": f"http://127.0.0.1:{port}"}
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("POST", "/touch", body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    if answer.status != 204:
        raise RuntimeError(f"the screen answered {answer.status}")
