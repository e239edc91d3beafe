"""A month as the dossier has it, with its prices, by hand: eight permanents, two who come by the day, a training, a
room that is let, vouchers, a plan changed twice.
"""

from datetime import UTC, date, datetime

import pytest

from kiosk.domain import days
from kiosk.domain.money.credit import Purchase, Reason, credit
from kiosk.domain.money.tariffs import ProductKind
from kiosk.money import credit as accounts
from kiosk.rooms.bookings import BookingWish
from kiosk.store import audit
from kiosk.store.books import month_sums
from kiosk.store.members import members, organisations
from kiosk.store.members.organisations import Facts
from kiosk.store.space.policies import Rules
from tests.books.test_month_sums import charge_due, month
from tests.conftest import Space
from tests.events.happenings import Happenings
from tests.money.test_vouchers import envelopes_for_sale, vouchers
from tests.rooms.hall import SMALL, bookings, let, slot

INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"
FIRST = date(2026, 12, 1)
ROOM, SEAT, CARNET = (
    Purchase(ProductKind.ROOM, 250),
    Purchase(ProductKind.EVENT, 3000),
    Purchase(ProductKind.CARNET, 4500),
)


@pytest.fixture
def told(space: Space) -> Happenings:
    """The first of December: a rent of 800, rooms at 10 an hour (20 to clients), who is there."""
    told = Happenings(space)
    space.clock.advance(days=6)
    space.rule("rent_cents", "80000", "2020-01-02")
    let(space)
    envelopes_for_sale(space.home.store)
    with space.home.store.writing() as connection:
        organisations.add(connection, Facts(name="Les Tilleuls", kind="association"))
    for place in range(8):
        space.join(f"Permanente {place}", f"04A2000000E5{place:02X}", "permanent")
    space.join("Inès Moreau", INES)
    space.join("Karim Benali", KARIM)
    return told


def refusal(space: Space, number: int, what: Purchase) -> Reason | None:
    rules = Rules(space.home.config.zone)
    with space.home.store.reading() as connection:
        policy, moment = rules.at(connection, space.clock.now())
        who = members.by_number(connection, number)
        beyond = credit(accounts.standing_of(connection, rules, policy, who, moment), what)
    return None if beyond is None else beyond.reason


def test_month_of_the_dossier_told_whole(told: Happenings) -> None:
    house = told.space
    # A permanent of today owes 105, due in thirty days: each act is theirs.
    assert [refusal(house, number, what) for number in range(1, 9) for what in (ROOM, SEAT, CARNET)] == [None] * 24
    office = vouchers(house)
    office.sell(1, "bons-10")
    office.name(1, 10)
    training = told.propose(1)
    told.open(training, threshold=3)
    for number in (1, 2, 9):
        told.planning.join(training, number)
    house.enrolment.change_plan(8, "itinerant")
    house.enrolment.change_plan(8, "permanent")
    for day in range(3):
        house.clock.advance(days=min(day, 1))
        for uid in (INES, KARIM):
            house.tap(uid)
            house.lift(uid)
    bookings(house).book(BookingWish(room=SMALL, slot=slot("14:00", "15:30", date(2026, 12, 3)), organisation=2))
    told.pass_until(datetime(2026, 12, 6, 22, tzinfo=UTC))
    house.clock.advance(days=24)
    charge_due(house)
    with house.home.store.reading() as connection:
        audit.check_chain(connection, house.home.seal)
        audit.check_sums(connection)
        charged = month_sums.charged(connection, *days.month_of(FIRST))
    # Ten fees of 5, eight months of 100 (the plan that was changed twice: once), three days of Inès (Karim’s are of the
    # envelope), the envelope at 45, three seats at 30, an hour and a half at 20.
    assert {each.product: each.cents for each in charged.products} == {
        "permanent": 80000,
        "training": 9000,
        "membership": 5000,
        "bons-10": 4500,
        "room-half": 3000,
        "day": 1500,
    }
    assert (charged.cents, charged.unpaid_cents) == (103000, 103000)
    found = month(house)
    assert (found.charged.cents, found.received.cents) == (103000, 0)
    assert found.counted["permanent"] == 80000
    # Inès's days, and Karim's as his vouchers were used: what an envelope brings is its use.
    counted = {code: found.counted[code] for code in ("day", "training", "room-half")}
    assert counted == {"day": 1500 + 3 * 450, "training": 9000, "room-half": 3000}
    assert found.break_even.missing_cents == 0
    # On 4 January the fees, plans and days are past due. A permanent's 105 refuse a room at 2.50; so do Inès's 20 with
    # the seat of 30 that she chose: 52.50. Karim owes 5.
    house.clock.advance(days=5)
    assert [refusal(house, number, ROOM) for number in (3, 9, 10)] == [Reason.LIMIT, Reason.LIMIT, None]
    with house.home.store.reading() as connection:
        account = members.by_number(connection, 3).account
    house.till.take({account: 10500}, "transfer", key=bytes(16))
    assert [refusal(house, 3, what) for what in (ROOM, SEAT, CARNET)] == [None, None, None]
