"""The whole way: the entrance as a process, a badge over nfcpy's udp device, the card in Chromium, undo, the CSV."""

import csv
import io
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.processes import ALL_DAYS, Living, until

from .door import entrance
from .screens import until_it_acts

# Whoever a test is about comes in no other: one entrance serves them all.
INES, EMILY, HUGO = "04A2000000E511", "04A1B2C3D4E508", "04A2000000E512"


@pytest.fixture(scope="module")
def running(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Living]:
    with entrance(demo, tmp_path_factory.mktemp("whole-way")) as found:
        yield found


def _passes_of_ines(home: Living) -> list[dict[str, str]]:
    found = home.kiosk("export", "day-passes", *ALL_DAYS, "--format", "raw")
    return [row for row in csv.DictReader(io.StringIO(found.stdout)) if row["name"] == "Inès Moreau"]


def test_a_badge_is_tapped_seen_undone_and_tapped_again(running: Living, browser_page: Page) -> None:
    before, pulses = len(_passes_of_ines(running)), running.health()["door"]["pulses"]
    browser_page.goto(running.address)
    expect(browser_page.locator("h1")).to_have_text("Passez votre badge")
    assert running.kiosk("tap", INES).returncode == 0
    expect(browser_page.locator("h1")).to_have_text("Bonjour Inès")
    until_it_acts(browser_page)
    browser_page.get_by_role("button", name=re.compile("Annuler")).dispatch_event("pointerdown")
    expect(browser_page.locator("h1")).to_have_text(re.compile("annulée"))
    passes = _passes_of_ines(running)
    assert len(passes) == before + 1
    assert passes[-1]["reversed_by"]
    assert running.kiosk("tap", INES).returncode == 0  # no 8 s after an undo: the day is taken afresh
    expect(browser_page.locator("h1")).to_have_text("Bonjour Inès")
    passes = _passes_of_ines(running)
    assert [bool(row["reversed_by"]) for row in passes[before:]] == [True, False]
    assert running.health()["door"]["pulses"] == pulses + 2
    assert running.kiosk("verify").returncode == 0


def test_a_member_is_greeted_in_her_own_language(running: Living, browser_page: Page) -> None:
    browser_page.goto(running.address)
    assert running.kiosk("tap", EMILY).returncode == 0
    expect(browser_page.locator("h1")).to_have_text("Hello Emily")


def test_the_page_outlives_a_restart_of_the_entrance(running: Living, browser_page: Page) -> None:
    browser_page.goto(running.address)
    browser_page.evaluate("window.sameDocument = true")
    running.stop()
    running.start()
    until(lambda: running.kiosk("tap", HUGO).returncode == 0)
    expect(browser_page.locator("h1")).to_have_text(re.compile("Hugo"))
    assert browser_page.evaluate("window.sameDocument") is True


def test_an_entrance_that_stands_still_is_noticed_and_comes_back(running: Living, browser_page: Page) -> None:
    browser_page.goto(running.address)
    browser_page.wait_for_selector("#stage[data-number] [data-state=idle]")
    assert running.process is not None
    running.process.send_signal(signal.SIGSTOP)
    try:
        browser_page.wait_for_selector("#stage [data-state=trouble]")
    finally:
        running.process.send_signal(signal.SIGCONT)
    browser_page.wait_for_selector("#stage [data-state=idle]")
