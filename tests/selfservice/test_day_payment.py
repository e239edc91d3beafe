"""What pays for today by choice, at the screen: a voucher or a banked day in the place of the tab, and back."""

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.errors import RequestError
from kiosk.language.texts import Text
from kiosk.money import voucher_acts
from kiosk.money.voucher_acts import BankedId
from kiosk.selfservice.day_payment import DaySheet
from kiosk.store.members import members
from tests.conftest import Space
from tests.money.giving import Vouchers
from tests.money.test_vouchers import INES, paid, vouchers
from tests.money.test_vouchers import office as office  # noqa: PLC0414  # a fixture
from tests.premises.keeping import acting
from tests.selfservice.self_service import Visit, is_well


def ways(visit: Visit) -> list[str]:
    """What else could pay for today."""
    visit.pick(Act.PAY)
    visit.pick(Act.DAY)
    assert visit.card.kind is CardKind.DAY
    return [one.value for one in visit.card.options]


def test_a_day_on_the_tab_is_paid_by_a_voucher_that_came_later(space: Space, office: Vouchers) -> None:
    visit = Visit(space, INES)
    assert space.owes(1) == 1000
    office.sell(1, "bons-10")
    office.name(1, 1)
    office.bank(1, 2, "un accueil")
    assert ways(visit) == ["voucher", "banked"]
    assert isinstance(visit.card.sheet, DaySheet)
    assert visit.card.sheet.now == Text("Mon ardoise", "My tab")
    card = visit.confirm(Act.DAY_USE, "voucher")
    assert card.kind is CardKind.DAY_CHOSEN
    assert card.confirms is not None
    assert card.confirms.to("fr") == "Payée avec\u00a0: Un bon de ma structure."
    assert (paid(space), space.owes(1)) == (["voucher"], 500)
    assert space.sql("SELECT used FROM envelope") == [(1,)]
    is_well(space)


def test_a_voucher_is_kept_for_another_day_and_a_banked_one_used_or_the_tab(space: Space, office: Vouchers) -> None:
    office.sell(1, "bons-10")
    office.name(1, 1)
    office.bank(1, 2, "un accueil")
    visit = Visit(space, INES)
    assert paid(space) == ["voucher"]
    assert ways(visit) == ["banked", "tab"]
    visit.confirm(Act.DAY_USE, "banked")
    assert paid(space) == ["banked"]
    assert space.sql("SELECT used FROM envelope UNION ALL SELECT used FROM voucher") == [(0,), (0,)]
    visit.pick(Act.PAY)
    visit.pick(Act.DAY)
    visit.confirm(Act.DAY_USE, "tab")
    assert (paid(space), space.owes(1)) == (["full"], 1000)
    assert space.sql("SELECT used FROM banked_day") == [(0,)]
    is_well(space)


def test_another_s_badge_ends_the_session_and_changes_nothing(space: Space, office: Vouchers) -> None:
    visit = Visit(space, INES)
    office.bank(1, 2, "un accueil")
    ways(visit)
    ticket = visit.card.ticket or ""
    space.tap("04A1B2C3D4E501")
    with pytest.raises(RequestError):
        space.touch(Act.DAY_USE, "banked", ticket=ticket)
    space.clock.advance(minutes=5)
    space.tap(INES)
    assert paid(space) == ["full", "full"]
    assert space.sql("SELECT used FROM banked_day") == [(0,)]


def test_a_choice_that_is_gone_changes_nothing(space: Space, office: Vouchers) -> None:
    visit = Visit(space, INES)
    made = office.bank(1, 2, "un accueil")
    ways(visit)
    voucher_acts.end_banked(acting(space.home, space.clock), BankedId(made))
    assert visit.confirm(Act.DAY_USE, "banked").kind is CardKind.DAY
    assert (paid(space), visit.card.options) == (["full"], ())


def test_where_nothing_else_could_pay_nothing_is_offered(space: Space, office: Vouchers) -> None:
    visit = Visit(space, INES)
    visit.pick(Act.PAY)
    assert Act.DAY not in visit.values
    visit.touch(Act.DAY)
    assert visit.card.options == ()


def test_a_free_day_and_a_plan_s_are_paid_by_nothing_else(space: Space, office: Vouchers) -> None:
    space.join("Léa Petit", "04A2000000E599", "permanent")
    office.bank(3, 2, "un accueil")
    visit = Visit(space, "04A2000000E599")
    visit.pick(Act.PAY)
    assert Act.DAY not in visit.values


def test_beyond_the_tab_s_limit_a_prepaid_day_is_not_turned_into_a_debt(space: Space, office: Vouchers) -> None:
    space.rule("tab_limit_cents", "0")
    office.bank(1, 2, "un accueil")
    space.clock.advance(days=60)
    visit = Visit(space, INES)
    assert paid(space) == ["banked"]
    visit.pick(Act.PAY)
    assert Act.DAY not in visit.values


@pytest.mark.parametrize(("came", "chosen", "cents"), [(8, 9, 300), (8, 15, 500), (14, 15, 300)])
def test_half_of_a_day_is_owed_only_by_who_was_there_for_half(
    space: Space, office: Vouchers, came: int, chosen: int, cents: int
) -> None:
    space.rule("half_day_split_hour", "14")
    with space.home.store.writing() as connection:
        half = connection.exec_driver_sql(
            "INSERT INTO product (code, kind, unit) VALUES ('half', 'day', 'half-day')"
        ).lastrowid
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents) VALUES (?, 'full', '2020-01-01', 300)", (half,)
        )
        connection.exec_driver_sql("UPDATE zone SET half_product_id = ? WHERE code = 'comfort'", (half,))
    office.bank(1, 2, "un accueil")
    space.clock.advance(days=1, hours=came - 8 - 1)
    space.clock.advance(minutes=8)  # on the hour
    space.tap(INES)
    before = space.owes(1)
    space.clock.advance(hours=chosen - came)
    visit = Visit(space, INES)
    ways(visit)
    visit.confirm(Act.DAY_USE, "tab")
    assert space.owes(1) - before == cents
    is_well(space)


def test_what_was_chosen_can_be_undone_like_any_day(space: Space, office: Vouchers) -> None:
    office.bank(1, 1, "un accueil")
    vouchers(space)
    space.tap(INES)
    assert paid(space) == ["banked"]
    assert space.card.ticket is not None
    space.touch(Act.UNDO)
    assert space.shows(CardKind.UNDONE)
    assert space.sql("SELECT used FROM banked_day") == [(0,)]
    is_well(space)


def test_without_a_tab_a_prepaid_day_is_not_turned_into_a_debt(space: Space, office: Vouchers) -> None:
    with space.home.store.writing() as connection:
        members.change(connection, members.by_number(connection, 1), no_tab=True)
    office.bank(1, 2, "un accueil")
    visit = Visit(space, INES)
    assert paid(space) == ["banked"]
    visit.pick(Act.PAY)
    assert Act.DAY not in visit.values
    space.till.pay(1, space.owes(1) + 500, "cash")
    assert ways(Visit(space, INES)) == ["tab"]
