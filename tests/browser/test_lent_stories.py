"""A plan drawn at the desk by keyboard, and at the door a desk of one's own, lent and taken: in a real browser."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk import home
from kiosk.checkin.cards import CardKind
from kiosk.devices.clock import HostClock
from kiosk.domain.checkin.choices import Act
from kiosk.domain.premises.floor import Box
from kiosk.language.catalogues import OURS, Language
from kiosk.store.members import members
from tests.premises.keeping import FloorPlan, acting

from .axe import check_axe
from .desk import EVERY_ROLE, RealDesk, laptop, running, sign_in
from .door import CAST, Door, prepare, watched
from .looks import ENGLISH, FRENCH, SPOKEN, UPRIGHT, Window

WATCHED: dict[Language, tuple[Window, ...]] = {"fr": (FRENCH, UPRIGHT), "en": (ENGLISH,)}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with desks A1 and A2; A1 is the host's own, in each language a host of its own: B1 is the other's."""
    root = prepare(tmp_path_factory.mktemp("lent"))
    with home.opened(root) as opened:
        with opened.store.writing() as connection:
            row = ("floor_plan", "2020-01-01", "true")
            connection.exec_driver_sql("INSERT INTO policy (name, valid_from, value) VALUES (?, ?, ?)", row)
            numbers = {one.name: one.number for one in members.everyone(connection)}
        plan = FloorPlan(acting(opened, HostClock(), "cli"))
        for place, name in enumerate(CAST["host"]):
            plan.give(plan.add("desk", f"A{place + 1}", Box(4 + 8 * place, 10, 5, 4)), numbers[name])
        plan.add("room", "Salle", Box(24, 0, 16, 10))
    return root


@pytest.fixture(params=SPOKEN)
def door(prepared: Path, tmp_path: Path, chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Door]:
    language: Language = request.param
    with watched(prepared, tmp_path, chromium, language, WATCHED[language]) as found:
        yield found


def to_the_plan(door: Door, story: str) -> str:
    """In by the badge, the badge again, and on to the plan. Returns the first name."""
    name = door.opens_house(story)
    door.touch(Act.FLOOR)
    door.sees(CardKind.FLOOR)
    return name


def test_a_desk_of_ones_own_is_lent_for_today_and_taken_by_somebody_else(door: Door) -> None:
    label = f"A{list(OURS).index(door.language) + 1}"
    to_the_plan(door, "host")
    door.reads(label)
    door.touch(Act.SPOT_DAYS)
    door.sees(CardKind.SPOT_DAYS)
    door.page.locator('#stage button[data-act="spot-lend"]').first.tap()
    door.page.wait_for_selector('#stage button[data-act="spot-keep"]')
    door.close()
    name = to_the_plan(door, "quick")
    door.touch(Act.SPOT_TAKE)
    door.sees(CardKind.HOUSE_DONE, name)
    door.reads(label)
    with door.records() as connection:
        taken = (
            "SELECT s.label, m.name FROM spot_day d JOIN spot s ON s.id = d.spot_id JOIN member m ON m.id = d.taken_id"
        )
        found = [tuple(row) for row in connection.exec_driver_sql(taken)]
    assert found == [(label, CAST["quick"][list(OURS).index(door.language)])]


@pytest.fixture
def president(lived: Path, tmp_path: Path, chromium: Browser) -> Iterator[tuple[Page, RealDesk]]:
    with ExitStack() as stack:
        desk = stack.enter_context(running(lived, tmp_path / "home"))
        page = stack.enter_context(laptop(chromium, desk)).new_page()
        sign_in(page, desk, EVERY_ROLE)
        yield page, desk


def test_the_plan_is_drawn_without_a_mouse(president: tuple[Page, RealDesk]) -> None:
    page, desk = president
    page.goto(f"{desk.address}/premises/draw")
    page.get_by_label("Étiquette").focus()
    page.keyboard.type("A1")
    for value in ("4", "6", "5", "3"):  # from the left, from the top, width, height
        page.keyboard.press("Tab")
        page.keyboard.type(value)
    page.keyboard.press("Enter")
    page.get_by_role("link", name="A1", exact=True).focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="A1").wait_for()
    for arrow in ("déplacer vers la droite", "déplacer vers le bas", "élargir"):
        page.get_by_role("button", name=arrow, exact=True).focus()
        page.keyboard.press("Enter")
        page.get_by_text("La place est déplacée d’un pas.").wait_for()
    expect(page.get_by_role("spinbutton", name="Largeur")).to_have_value("6")
    check_axe(page)
    with desk.space.home.store.reading() as connection:
        row = connection.exec_driver_sql("SELECT label, x, y, wide, high FROM spot").one()
    assert tuple(row) == ("A1", 5, 7, 6, 3)
