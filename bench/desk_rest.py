"""The desk at rest, and after somebody has looked at every page that its links lead to: what it holds in memory.

By its share of the machine's (PSS): what other Pythons hold as well counts for a part. Each kind of address is looked
at once, in the demo's home, which has something to show on each.
"""

import re
import time
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from bench.card import free_port
from bench.csv import add_officer, running_desk
from bench.download import Browser
from bench.figures import asked
from kiosk.devices.clock import HostClock
from kiosk.setup import demo, home_creation
from kiosk.setup.home_creation import NewHome

_REST_SECONDS = 4.0
_MOST_AT_REST, _MOST_AFTER = 75, 25
_LINK = re.compile(r'(?:href|hx-get)="([^"#]+)')
_FILES = re.compile(r"\.(csv|xlsx|pdf|zip|txt|css|js|svg|png|ics|webmanifest)$|/file$|/logout$|/static/")
_MOST_PAGES = 600


def run(root: Path) -> None:
    """Start a desk, let it rest, look at its pages, let it rest again; print."""
    port = free_port()
    clock, wishes = HostClock(), NewHome(training=True, screen_port=free_port(), desk_port=port)
    home_creation.create(root, wishes, clock, lambda made: demo.fill(made, clock))
    add_officer(root)
    with running_desk(root, port) as process:
        time.sleep(_REST_SECONDS)
        at_rest = _megabytes(process.pid)
        browser = Browser(port)
        browser.sign_in()
        pages = sum(1 for _ in _looked_at(browser))
        time.sleep(_REST_SECONDS)
        after = _megabytes(process.pid)
    asked("the desk at rest", at_rest, _MOST_AT_REST, " MB")
    asked(f"the desk after {pages} pages, over rest", after - at_rest, _MOST_AFTER, " MB")


def _looked_at(browser: Browser) -> Iterator[str]:
    """The pages, one of each kind of address: numbers, days and keys in it make no other kind."""
    waiting, known = ["/"], {"/"}
    while waiting and len(known) < _MOST_PAGES:
        path = waiting.pop(0)
        status, text = browser.page(path)
        if status != 200:
            continue
        yield path
        for link in _LINK.findall(text):
            target = urlsplit(urljoin(f"http://desk{path}", unescape(link)))
            kind = re.sub(r"[0-9a-f]{8,}|\d+", "N", f"{target.path}?{target.query}")
            if target.netloc == "desk" and not _FILES.search(target.path) and kind not in known:
                known.add(kind)
                waiting.append(f"{target.path}?{target.query}" if target.query else target.path)


def _megabytes(pid: int) -> float:
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024 / 1e6
    raise RuntimeError("the process has no memory any more")
