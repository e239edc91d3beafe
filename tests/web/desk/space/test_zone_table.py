"""The zones in one readable table, counted apart, and what a touch at the door changes in it."""

import re
from datetime import date, timedelta

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.members.roles import Role
from tests.checkin.test_touch import touch
from tests.web.desk.conftest import Desk


def row(desk: Desk, role: Role, name: str) -> list[str]:
    page = desk.sign_in(role).page("/rules").replace("\u00a0", " ").replace("\u202f", " ")
    found = re.search(rf'<tr><th scope="row">{name}</th>(.*?)</tr>', page, re.DOTALL)
    assert found is not None
    return [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", found[1], re.DOTALL)]


def test_each_zone_has_its_price_its_plans_and_who_is_there(desk: Desk) -> None:
    desk.space.join("Inès Moreau", "04A2000000E511")
    desk.space.tap("04A2000000E511")
    assert row(desk, Role.TREASURER, "Espace confort")[:6] == [
        "5,00 €, réduit 2,50 €",
        "pas vendue",
        "heures du lieu",
        "Itinérant, Permanent (d’office) ; les autres formules en touchant l’écran",
        "1",
        "1",
    ]
    assert row(desk, Role.HOST, "Espace confort")[0] == "5,00 €"  # who pays less is not the host's business
    assert row(desk, Role.HOST, "Coin gratuit")[:6] == [
        "gratuite",
        "",
        "heures du lieu",
        "Coin gratuit (d’office) ; les autres formules en touchant l’écran",
        "0",
        "0",
    ]
    touch(desk.space, Act.FREE_CORNER)
    assert row(desk, Role.HOST, "Espace confort")[4:6] == ["0", "0"]
    assert row(desk, Role.HOST, "Coin gratuit")[4:6] == ["1", "1"]


LIMITS = "/rules/zones/free-corner/limits"


def limit(desk: Desk, **typed: str) -> list[tuple[object, ...]]:
    """Seats, hours and plans of the free corner from tomorrow on, looked at and confirmed. Returns what is written."""
    treasurer = desk.sign_in(Role.TREASURER)
    tomorrow = desk.space.clock.now().date() + timedelta(days=1)
    form = {"valid_from": tomorrow.isoformat(), **typed}
    looked = treasurer.post(LIMITS, form, form_on=LIMITS)
    if looked.status_code == 200:
        assert treasurer.post(LIMITS, {**form, "confirmed": "yes"}, form_on=LIMITS).status_code == 303
    return desk.space.sql("SELECT valid_from, value FROM policy WHERE name = 'zone_limits'")


def test_seats_hours_and_plans_of_a_zone_are_one_dated_rule_in_the_table(desk: Desk) -> None:
    typed = {"seats": "6", "hours-mon": "8:00-12:00", "hours-tue": "08:00-12:00", "hours-thu": "9:00-17:00"}
    assert limit(desk, **typed, **{"plan-itinerant": "yes"}) == [
        (
            "2026-11-26",
            '{"free-corner": {"seats": 6, "hours": {"mon": ["08:00-12:00"], "tue": ["08:00-12:00"],'
            ' "thu": ["09:00-17:00"]}, "plans": ["itinerant"]}}',
        )
    ]
    assert row(desk, Role.HOST, "Coin gratuit")[2] == "heures du lieu"  # tomorrow
    desk.space.clock.advance(days=1)
    assert row(desk, Role.HOST, "Coin gratuit")[2:5] == [
        "lun–mar 8 h – 12 h, jeu 9 h – 17 h",
        "Coin gratuit (d’office) ; Itinérant en touchant l’écran",
        "0 / 6",
    ]
    shown = desk.sign_in(Role.TREASURER).page(LIMITS)
    assert 'name="hours-thu" type="text" value="09:00-17:00"' in shown
    assert re.search(r'name="plan-itinerant" value="yes" checked', shown)


@pytest.mark.parametrize(
    "wrong", [{"seats": "0"}, {"seats": "-1"}, {"seats": "x" * 5_000}, {"hours-mon": "25:00-26:00"}, {"seats": "99999"}]
)
def test_what_no_zone_takes_is_said_beside_its_field_and_nothing_is_written(desk: Desk, wrong: dict[str, str]) -> None:
    assert limit(desk, **wrong) == []


@pytest.mark.parametrize(
    ("limits", "why"),
    [
        ('{"free-corner": {"seats": 1}}', "Toutes les places sont prises."),
        ('{"free-corner": {"hours": {"mon": ["08:00-09:00"]}}}', "La zone est fermée à cette heure."),
        ('{"free-corner": {"plans": ["permanent"]}}', "Votre formule exclut cette zone."),
    ],
)
def test_whoever_touches_a_zone_that_takes_nobody_more_stays_where_they_are(desk: Desk, limits: str, why: str) -> None:
    for uid, name in (("04A2000000E511", "Inès Moreau"), ("04A1B2C3D4E501", "Karim Benali")):
        desk.space.join(name, uid)
    desk.space.tap("04A2000000E511")
    touch(desk.space, Act.FREE_CORNER)
    assert desk.space.shows(CardKind.IN_FREE_CORNER)
    desk.space.rule("zone_limits", limits, date(2020, 1, 2).isoformat())
    desk.space.tap("04A1B2C3D4E501")
    touch(desk.space, Act.FREE_CORNER)
    assert desk.space.shows(CardKind.ZONE_REFUSED)
    assert desk.space.card.confirms is not None
    assert desk.space.card.confirms.to("fr") == why
    assert row(desk, Role.HOST, "Espace confort")[4] == "1"  # and pays for it
    assert desk.space.owes(2) == 500 + 500
