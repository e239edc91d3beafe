"""Starts the touchscreen's browser, and restarts it when its page no longer asks the entrance for anything.

A browser whose page was lost (a process of it died, or its first attempt to load failed) shows an empty window as long
as it runs, and no touch repairs that. Where the entrance answers, and no page has asked it for some minutes, the
browser is ended; its unit starts another. `kiosk-display.service` runs this as

python -I -m kiosk.devices.display BROWSER [OPTION...] http://127.0.0.1:PORT/

in a process of its own, with the standard library alone: it holds no key and reads no data.
"""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from urllib.parse import urlsplit

PATIENCE_SECONDS = 180.0  # an emulated machine showed its first page after 45
PAUSE_SECONDS = 15.0  # between two looks at the browser and the entrance
_ANSWER_SECONDS = 10.0  # for the entrance's answer about its screen
_END_SECONDS = 10.0  # for the browser to end before it is killed
_MOST_BYTES = 1 << 16  # of the entrance's answer


def watch(words: Sequence[str], patience: float = PATIENCE_SECONDS, pause: float = PAUSE_SECONDS) -> int:
    """Run a browser until it ends or its page is lost. The last of `words`, its command line, is the page's address.

    Returns the browser's status; 1 where it was ended because its page had asked for nothing for `patience` seconds.
    """
    address = urlsplit(words[-1])
    with subprocess.Popen(words) as browser:  # noqa: S603  # the unit's own words
        asked_at = time.monotonic()
        while True:
            with suppress(subprocess.TimeoutExpired):
                return browser.wait(pause)
            now = time.monotonic()
            asked_at = max(asked_at, _asked_at(str(address.hostname), address.port or 80, now))
            if now - asked_at > patience:
                print(f"the page asked for nothing for {now - asked_at:.0f} s: another browser", file=sys.stderr)
                _end(browser)
                return 1


def _asked_at(host: str, port: int, now: float) -> float:
    """Return when a page last asked, as far as the entrance knows. While the entrance does not answer, that is `now`:
    it has no page to show, and the browser is not to blame.
    """
    try:
        silent = _health(host, port)["display_seconds"]
        return now - float(silent) if silent is not None else 0.0
    except (OSError, ValueError, KeyError, TypeError):
        return now


def _health(host: str, port: int) -> dict[str, float | None]:
    """Return the entrance's answer to `/healthz`. Asked by hand, since `http.client` imports OpenSSL: 17 MB instead of
    11, beside a Chromium that leaves little of a gigabyte.
    """
    with socket.create_connection((host, port), timeout=_ANSWER_SECONDS) as line:
        line.sendall(f"GET /healthz HTTP/1.0\r\nHost: {host}:{port}\r\n\r\n".encode("ascii"))
        with line.makefile("rb") as answer:
            facts: dict[str, float | None] = json.loads(answer.read(_MOST_BYTES).partition(b"\r\n\r\n")[2])
    return facts


def _end(browser: "subprocess.Popen[bytes]") -> None:
    """Stop the browser, by force where it does not end in time."""
    browser.terminate()
    try:
        browser.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        browser.kill()


if __name__ == "__main__":
    sys.exit(watch(sys.argv[1:]))
