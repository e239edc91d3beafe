"""Name the people before the door: members in good standing, refused and absent, and a badge without an owner."""

import hmac
import shutil
from dataclasses import dataclass
from pathlib import Path

import argon2

from kiosk import home
from kiosk.domain.checkin import badges
from kiosk.members.enrolment import Application
from kiosk.offline import door_keys
from kiosk.store.members import members
from kiosk.store.selfservice import pins
from tests.conftest import WEDNESDAY, Space
from tests.fakes import FakeClock
from tests.shared import once

CODE, ROSA_CODE = "2580", "1470"
NEW, NEW_NAME = "04FFFFFFFFFF01", "Zoé Petit"  # has no owner yet


@dataclass(frozen=True)
class Person:
    """A member of the house: what the door calls them, their badge, and their number."""

    name: str
    uid: str
    number: int

    @property
    def first(self) -> str:
        return self.name.split()[0]


CAMILLE = Person("Camille Roy", "04A2000000E521", 1)  # a day costs her 5 euros, a guest 3
BOB = Person("Bob Martin", "04A2000000E522", 2)  # of the free corner
ROSA = Person("Rosa Lefort", "04A2000000E523", 3)  # pays in advance, and nothing is left; has a code
LEON = Person("Leon Perdu", "04A2000000E524", 4)  # is not there; has a code
TIM = Person("Tim Aubry", "04A2000000E525", 5)  # pays in advance, and not even the membership is paid
PEOPLE = (CAMILLE, BOB, ROSA, LEON, TIM)


def built(template: Path) -> Path:
    """A home with these people in it, made once."""

    def make(root: Path) -> None:
        shutil.copytree(template, root)
        with home.opened(root) as opened:
            space = Space(opened, FakeClock(WEDNESDAY))
            _fill(space)
            space.kept.close()

    return once("household", make)


def _fill(space: Space) -> None:
    for name, value in (
        ("guests_a_day", "9"),
        ("guest_cents", "300"),
        ("joins_a_day", "9"),
        ("pin_sign_in", "true"),
        ("tab_limit_cents", "20000"),
        ("undo_limit", "99"),
    ):
        space.rule(name, value)
    for person, plan in ((CAMILLE, "itinerant"), (BOB, "free"), (ROSA, ""), (LEON, "itinerant"), (TIM, "")):
        new = Application(
            name=person.name,
            plan=plan or "itinerant",
            badge=badges.parse(person.uid),
            email=f"{person.first.lower()}@exemple.fr",
            no_tab=not plan,
        )
        assert space.enrolment.add(new).number == person.number
    space.till.pay(ROSA.number, 500, "cash")
    key = door_keys.codes(space.home.paths, space.home.badge_key)
    with space.home.store.writing() as connection:
        for person, code in ((LEON, CODE), (ROSA, ROSA_CODE)):
            pins.keep(connection, person.number, WEDNESDAY, "kiosk", _keyed(key, code))
        assert members.by_number(connection, LEON.number).name == LEON.name


def _keyed(key: bytes, code: str) -> str:
    """Return a code as the records keep it, hashed quickly."""
    digits = hmac.digest(key, code.encode(), "sha256").hex()
    return "keyed:" + argon2.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(digits)
