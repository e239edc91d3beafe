"""One Chromium for all browser tests, and a page of the size of the door's screen."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.conftest import before_others
from tests.processes import Living

from . import desk
from .screens import Kiosk

SIZE: ViewportSize = {"width": 800, "height": 480}
# Without a browser's own windows and pages around it: it takes half of the time to show the same. Else the browser.
CHROMIUM = shutil.which("chromium-headless-shell") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # One process and one thread to paint for all windows: the looks at every state take a tenth less of the processor.
    "--in-process-gpu",
    "--num-raster-threads=1",
]
# Chromium keeps the machine's own time: moved by libfaketime (scripts/any-hour) its threads never rest.
ENVIRONMENT: dict[str, str | float | bool] = {name: value for name, value in os.environ.items() if name != "LD_PRELOAD"}
expect.set_options(timeout=20_000)  # others may be at work on this machine
SCREENSHOTS = Path(__file__).parent.parent / "screenshots"


@pytest.fixture(scope="package", autouse=True)
def as_urgent_as_chromium() -> Iterator[None]:
    """Root's Chromium goes before all others on the machine: so do the programs that it asks, and who looks at it."""
    with before_others(-8):
        yield


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, started once."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS, env=ENVIRONMENT)
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium: Browser) -> Iterator[Page]:
    """A page of 800x480 with touch. What its script throws, and what its policy refuses, fails the test."""
    context = chromium.new_context(viewport=SIZE, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(30_000)
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if "Policy" in message.text else None)
    yield page
    context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def screenshots() -> Path:
    """Where pictures of every state go; git ignores it."""
    SCREENSHOTS.mkdir(exist_ok=True)
    return SCREENSHOTS


@pytest.fixture
def kiosk() -> Iterator[Kiosk]:
    """An entrance's screen that runs."""
    running = Kiosk().start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's space in the evening of a day, to be copied."""
    return desk.prepare(tmp_path_factory.mktemp("lived") / "home")


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo's space as `init` makes it, to be copied."""
    folder = tmp_path_factory.mktemp("demo")
    home = Living(folder / "home", 1, folder / "log")
    made = home.kiosk("init", "--demo")
    assert made.returncode == 0, made.stderr
    return home.root


@pytest.fixture(scope="session")
def unlived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A space that opens today, to be copied."""
    return desk.prepare(tmp_path_factory.mktemp("unlived") / "home", lived=False)
