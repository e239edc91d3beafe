"""Nobody in the queue learns who pays less or owes: every payer has the same cards, light, sound, buttons and time."""

from collections.abc import Callable

import pytest
from msgspec.structs import asdict, replace

from kiosk.checkin.cards import Card, CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.standing import Right
from kiosk.domain.checkin.verdicts import Denial
from kiosk.members.enrolment import Application
from kiosk.web.screen import faces, tones
from kiosk.web.screen.faces import Place
from tests.conftest import Space
from tests.fakes import seconds_of
from tests.selfservice.self_service import is_well
from tests.selfservice.test_steps import REFUSED

pytestmark = pytest.mark.promise(6)

INES = "04A2000000E511"
PLAIN = "04A2000000E512"  # pays the full day on the tab, and owes nothing old
NUMBER = 1


def sql(space: Space, statement: str, *values: object) -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(statement, values)


def a_day(space: Space) -> None:
    space.join("Inès Moreau", INES)


def reduced(space: Space, level: str = "reduced") -> None:
    a_day(space)
    given = "INSERT INTO reduced_grant (member_id, level, from_on, until_on) VALUES (1, ?, '2026-01-01', '2027-12-31')"
    sql(space, given, level)


def free_of_charge(space: Space) -> None:
    priced = "INSERT INTO tariff (product_id, level, cents, valid_from) SELECT id, 'gift', 0, '2020-02-02' FROM product"
    sql(space, f"{priced} WHERE code = 'day'")
    reduced(space, "gift")


def carnet(space: Space) -> None:
    a_day(space)
    space.till.sell(NUMBER, "carnet-10", space.clock.now().date())


def cap(space: Space) -> None:
    """The month's days are all used, of this member alone."""
    a_day(space)
    space.rule("month_cap_days", "3")
    for _ in range(3):
        space.tap(INES)
        space.clock.advance(days=1)


def debtor(space: Space) -> None:
    """As much as the tab takes, all of it long past due."""
    a_day(space)
    for _ in range(9):
        space.tap(INES)
        space.clock.advance(days=1)
    space.clock.advance(days=40)


def paid_ahead(space: Space) -> None:
    a_day(space)
    space.till.pay(NUMBER, 5000, "cash")


def without_tab(space: Space) -> None:
    space.enrolment.add(Application(name="Inès Moreau", badge=space.read(INES), no_tab=True))
    space.till.pay(NUMBER, 5000, "cash")


def another_pays(space: Space) -> None:
    a_day(space)
    space.join("Karim Benali", "04A1B2C3D4E501")
    sql(space, "INSERT INTO payer (member_id, kind, account_id, from_on) VALUES (1, 'day', 2, '2026-01-01')")


# How each comes to pay, and by which right their day is then paid.
PAYERS: dict[Callable[[Space], None], Right] = {
    reduced: Right.REDUCED,
    free_of_charge: Right.FREE,
    carnet: Right.CARNET,
    cap: Right.CAP,
    debtor: Right.FULL,
    paid_ahead: Right.FULL,
    without_tab: Right.FULL,
    another_pays: Right.FULL,
}


def seen(space: Space, card: Card) -> dict[str, str]:
    """All that whoever stands around sees and hears of a card."""
    place = Place("fr", space.clock.now(), training=False, simulated=False)
    face = asdict(faces.of_card(replace(card, ticket=card.ticket and "t"), place, space.home.config.zone))
    face.pop("code")  # a name for the style sheet and for tests: no colour and no word
    told = {f"face.{name}": value for name, value in face.items()}
    told |= {"tone": tones.of_card(card), "stays": seconds_of(card), "light": space.door.signals[-1]}
    return {name: repr(value) for name, value in told.items()}


def day_of(space: Space, uid: str) -> list[dict[str, str]]:
    """The first tap of a day, what there was no room for on its card, and coming back."""
    space.tap(uid)
    found = [seen(space, space.card)]
    if Act.MORE in space.card.acts:
        space.touch(Act.MORE)
        found.append(seen(space, space.card))
    space.clock.advance(seconds=9)
    space.tap(uid)
    assert space.shows(CardKind.AGAIN)
    return [*found, seen(space, space.card)]


@pytest.mark.parametrize("payer", PAYERS, ids=lambda payer: payer.__name__)
def test_every_kind_of_payer_has_the_same_cards_field_by_field(space: Space, payer: Callable[[Space], None]) -> None:
    payer(space)
    space.join("Inès Plain", PLAIN)
    found = day_of(space, INES)
    rights = space.sql("SELECT visit.right FROM visit WHERE member_id = 1 ORDER BY day_on DESC LIMIT 1")
    assert rights == [(PAYERS[payer].value,)]
    assert found == day_of(space, PLAIN)


@pytest.mark.parametrize("payer", [free_of_charge, cap], ids=lambda payer: payer.__name__)
@pytest.mark.parametrize("act", [Act.FREE_CORNER, Act.PASSING, Act.UNDO])
def test_what_is_offered_to_all_works_for_who_pays_nothing(
    space: Space, payer: Callable[[Space], None], act: Act
) -> None:
    payer(space)
    owed = space.owes(NUMBER)
    space.tap(INES)
    space.touch(act)
    assert space.card.kind in (CardKind.IN_FREE_CORNER, CardKind.PASSING, CardKind.UNDONE)
    assert space.owes(NUMBER) == owed
    is_well(space)


def test_what_is_missing_looks_the_same_whatever_it_is(space: Space) -> None:
    """The card of a refusal has no name: so those of different members can be compared."""
    told = {}
    for denial, refused in REFUSED.items():
        number = refused(space)
        assert space.card.denial is denial
        told[denial] = seen(space, space.card)
        space.enrolment.leave(number) if denial is not Denial.MEMBER_LEFT else None
        sql(space, "DELETE FROM badge")
    first, *others = told.values()
    assert len(others) == len(REFUSED) - 1
    assert all(other == first for other in others)
