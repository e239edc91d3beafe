"""From nothing to a first member let in and a first export, at the desk alone: no more than twenty steps."""

import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk import home
from kiosk.domain.space.answers import Question
from kiosk.members.first_officer import FirstOfficer
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock

from .axe import check_axe
from .desk import RealDesk, laptop, serving

BADGE = "04A2000000E599"
MOST = 20  # steps
SECRET = bytes(32)  # of the desk that `serving` serves


@dataclass
class Person:
    """A person at the desk, whose steps are counted: each address that is opened, each button and each badge."""

    page: Page
    steps: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        self.steps.append(address.rpartition("/")[2][:20])
        self.page.goto(address)

    def press(self, name: str, role: str = "button") -> None:
        self.steps.append(name)
        self.page.locator("main").get_by_role("button" if role == "button" else "link", name=name).first.click()

    def fill(self, **fields: str) -> None:
        for name, text in fields.items():
            self.page.locator(f"#f-{name}").fill(text)

    def choose(self, **answers: str) -> None:
        for name, code in answers.items():
            self.page.locator(f"main input[name='{name}'][value='{code}']").check()

    def does(self, name: str, act: Callable[[], object]) -> None:
        self.steps.append(name)
        act()


@pytest.fixture
def new(template: Path, tmp_path: Path) -> Iterator[RealDesk]:
    """A home that was made a minute ago, with real accounts and a simulated reader, and its desk."""
    shutil.copytree(template, tmp_path / "home")
    with home.opened(tmp_path / "home") as opened:
        space = Space(opened, FakeClock(WEDNESDAY))
        try:
            with serving(space) as desk:
                yield desk
        finally:
            space.kept.close()


def answer_all(person: Person) -> None:
    """Answer the eight questions as a small space would; one of them is not known yet."""
    answers: dict[Question, Callable[[], None]] = {
        Question.WHO: lambda: person.fill(name="La Ruche", siren="123 456 782"),
        Question.FEE: lambda: person.fill(fee="8,00"),
        Question.PRICES: lambda: person.fill(day="6,00", half="4,00", carnet="50,00"),
        Question.PAYING: lambda: person.choose(when="tab"),
        Question.OPENING: lambda: person.choose(when="always"),
        Question.RENT: lambda: person.fill(rent="700"),
        Question.MORE: lambda: person.choose(events="yes"),
    }
    for question in Question:
        expect(person.page).to_have_url(re.compile(f"/hour/{question.value}$"))
        if question in answers:
            answers[question]()
            person.press("Suivant")
        else:
            person.press("Je ne sais pas encore")


def test_from_nothing_to_the_first_member_and_the_first_export(new: RealDesk, chromium: Browser) -> None:
    link = FirstOfficer.of(new.space.home, new.space.clock, SECRET).link()
    with laptop(chromium, new) as context:
        person = Person(context.new_page())
        person.open(new.address + "/first/" + link.rpartition("/")[2])
        check_axe(person.page)
        person.fill(name="Nadia Lemaire", email="nadia@exemple.fr", password="tortue bleue sous la pluie")
        person.press("Créer mon compte")
        person.press("Commencer", "link")
        answer_all(person)
        person.press("Enregistrer ces réponses")
        expect(person.page.locator("main")).to_contain_text("Vos réponses s’appliquent")
        person.press("Inscrivez-vous en premier", "link")
        person.page.locator("#name").fill("Nadia Lemaire")
        person.press("Inscrire")
        person.press("Attendre un badge à l’entrée")
        person.does("badge", lambda: new.space.tap(BADGE))
        person.press(f"C’est le badge de Nadia Lemaire, numéro finissant par {BADGE[-4:]}")
        person.page.wait_for_url(re.compile(r"/members/\d+$"))
        new.space.lift(BADGE)
        new.space.clock.advance(seconds=30)
        person.does("badge", lambda: new.space.tap(BADGE))
        assert new.space.door.pulses == 1
        person.open(new.address + "/exports")
        with person.page.expect_download() as coming:
            person.press("CSV pour tableur", "link")
        assert "Nadia Lemaire" in Path(coming.value.path()).read_text("utf-8")
        person.page.goto(new.address + "/")  # only to see that the desk shows who came
        expect(person.page.locator("main")).to_contain_text("Nadia")
    assert new.space.sql("SELECT count(*) FROM visit") == [(1,)]
    assert len(person.steps) <= MOST, person.steps
