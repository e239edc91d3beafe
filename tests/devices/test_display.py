"""The touchscreen's browser is started and watched: one whose page asks for nothing any more is ended."""

import json
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from kiosk.devices import display
from tests.processes import free_port, living

_LASTS = "import sys, time; open(sys.argv[1], 'a').write('started '); time.sleep(600)"
_ASKS = """
import sys, time, urllib.request
for _ in range(50):
    urllib.request.urlopen(sys.argv[1] + "card").read()
    time.sleep(0.1)
"""
_NEVER = "import signal, sys, time; signal.signal(15, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"


class Entrance:
    """What answers `/healthz`: who asks it says how long a page has been silent."""

    def __init__(self) -> None:
        entrance = self
        self.silent: float | None = None
        self.looks = 0

        class Answering(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                entrance.looks += 1
                body = json.dumps({"display_seconds": entrance.silent, "ok": True}).encode()
                self.send_response(200)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None: ...

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}/"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def entrance() -> Iterator[Entrance]:
    found = Entrance()
    yield found
    found.server.shutdown()
    found.server.server_close()


def browser(code: str, url: str, *more: str) -> list[str]:
    return [sys.executable, "-I", "-c", code, *more, url]


@pytest.mark.parametrize("silent", [None, 3600.0], ids=["never asked", "asked long ago"])
def test_a_browser_whose_page_asks_for_nothing_is_ended(
    entrance: Entrance, tmp_path: Path, silent: float | None, capfd: pytest.CaptureFixture[str]
) -> None:
    entrance.silent = silent
    started = tmp_path / "started"
    assert display.watch(browser(_LASTS, entrance.url, str(started)), patience=1.5, pause=0.1) == 1
    assert started.read_text() == "started "
    assert entrance.looks > 1, "it is not ended at the first look"
    assert "the page asked for nothing" in capfd.readouterr().err


def test_a_browser_that_does_not_want_to_end_is_killed(entrance: Entrance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(display, "_END_SECONDS", 0.2)
    assert display.watch(browser(_NEVER, entrance.url), patience=1.5, pause=0.1) == 1


def test_a_browser_whose_page_asks_stays(entrance: Entrance) -> None:
    entrance.silent = 0.0
    assert display.watch(browser("import time, sys; time.sleep(2); sys.exit(7)", entrance.url), 0.5, 0.1) == 7
    assert entrance.looks > 1


def test_no_browser_is_to_blame_for_an_entrance_that_does_not_answer() -> None:
    words = browser("import time, sys; time.sleep(2); sys.exit(7)", f"http://127.0.0.1:{free_port()}/")
    assert display.watch(words, patience=0.5, pause=0.1) == 7


def test_a_page_that_comes_back_in_time_is_left(entrance: Entrance) -> None:
    """The entrance was started anew, and knows of no page yet."""
    ended: list[int] = []
    words = browser("import time, sys; time.sleep(4); sys.exit(7)", entrance.url)
    watching = threading.Thread(target=lambda: ended.append(display.watch(words, patience=2.0, pause=0.1)))
    watching.start()
    while entrance.looks < 3:
        time.sleep(0.01)
    entrance.silent = 0.0
    watching.join()
    assert ended == [7]


@pytest.mark.promise(7)
def test_a_page_of_the_real_entrance_is_known_from_an_empty_window(tmp_path: Path) -> None:
    with living(tmp_path) as home:
        home.start()
        assert display.watch(browser(_LASTS, str(tmp_path / "started"), home.address), patience=1.0, pause=0.1) == 1
        assert display.watch(browser(_ASKS, home.address), patience=3.0, pause=0.1) == 0
