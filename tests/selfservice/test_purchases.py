"""Buying at the screen: on the tab, within its limit, after a yes to all of it; and prices that are free."""

import pytest

from kiosk.checkin.cards import CardKind
from kiosk.domain.checkin.choices import Act
from kiosk.domain.money.tariffs import Price
from kiosk.errors import RequestError
from kiosk.language.names import Names
from kiosk.money.cashbox import CashBox, Finding
from kiosk.selfservice.payments import ReceiptSheet
from kiosk.selfservice.purchases import Beyond, BoughtSheet, BuySheet, ConfirmSheet, PriceSheet
from kiosk.space.rule_change import TariffChange
from kiosk.space.rules import Rulebook
from kiosk.store.members import members
from kiosk.store.space.policies import Rules
from tests.conftest import WEDNESDAY, Space
from tests.selfservice.self_service import Visit, is_well

CARNET = Names({"fr": "Carnet de 10 journées", "en": "Carnet of 10 days"})
INES, KARIM = "04A2000000E511", "04A1B2C3D4E501"


@pytest.fixture
def ines(space: Space) -> int:
    return space.join("Inès Moreau", INES)


def at_buying(space: Space) -> Visit:
    visit = Visit(space, INES)
    visit.pick(Act.PAY)
    visit.pick(Act.BUY)
    return visit


def past_due(space: Space) -> None:
    """Let all that is owed be past due at once."""
    space.rule("tab_due_days", "0")


def free(space: Space, product: str, cents: int, floor: int) -> None:
    home = space.home
    book = Rulebook(store=home.store, rules=Rules(home.config.zone), clock=space.clock, actor="cli")
    book.set_tariff(TariffChange(product, "full", Price(cents, floor), WEDNESDAY.date()))


def carnets(space: Space) -> list[tuple[object, ...]]:
    return space.sql("SELECT days, used FROM carnet")


def test_a_carnet_goes_on_the_tab_after_a_yes_to_what_it_is_and_costs(space: Space, ines: int) -> None:
    space.till.pay(ines, 1500, "cash")
    visit = at_buying(space)
    assert isinstance(visit.card.sheet, BuySheet)
    assert "carnet-10" in visit.values[Act.TAKE]
    card = visit.pick(Act.TAKE, "carnet-10")
    assert (card.kind, card.sheet) == (CardKind.CONFIRM, ConfirmSheet(((CARNET, 4500),), 4500, -500, 4000))
    assert (carnets(space), space.owes(ines)) == ([], -500)
    card = visit.pick(Act.TAKE_YES)
    assert card.kind is CardKind.BOUGHT
    assert isinstance(card.sheet, BoughtSheet)
    assert (card.sheet.cents, card.sheet.before_cents, card.sheet.after_cents) == (4500, -500, 4000)
    assert card.sheet.lines == ((CARNET, 4500),)
    assert card.sheet.until_on is not None
    assert (carnets(space), space.owes(ines)) == ([(10, 0)], 4000)
    is_well(space)


def test_touched_twice_it_is_bought_once(space: Space, ines: int) -> None:
    space.till.pay(ines, 10000, "cash")
    visit = at_buying(space)
    visit.pick(Act.TAKE, "carnet-10")
    visit.touch(Act.TAKE, "carnet-10")  # twice is once
    assert visit.card.sheet == ConfirmSheet(((CARNET, 4500),), 4500, -9000, -4500)
    assert visit.pick(Act.TAKE_YES).kind is CardKind.BOUGHT
    assert visit.touch(Act.TAKE_YES).kind is CardKind.BUY
    assert (carnets(space), space.owes(ines)) == ([(10, 0)], -4500)


def test_two_things_wanted_are_two_lines_and_a_sum_and_either_is_taken_off(space: Space, ines: int) -> None:
    space.till.pay(ines, 2000, "cash")
    visit = at_buying(space)
    visit.pick(Act.TAKE, "carnet-10")
    assert Act.UNTAKE not in visit.values
    visit.pick(Act.BUY)
    assert isinstance(visit.card.sheet, BuySheet)
    assert visit.card.sheet.chosen == (CARNET,)
    assert "carnet-10" not in visit.values[Act.TAKE]  # it is on the list
    visit.pick(Act.TAKE, "membership")
    assert isinstance(visit.card.sheet, ConfirmSheet)
    assert [cents for _, cents in visit.card.sheet.lines] == [4500, 500]
    assert (visit.card.sheet.cents, visit.card.sheet.before_cents, visit.card.sheet.after_cents) == (5000, -1000, 4000)
    assert (carnets(space), space.owes(ines)) == ([], -1000)
    visit.pick(Act.UNTAKE)
    assert visit.card.sheet == ConfirmSheet(((CARNET, 4500),), 4500, -1000, 3500)
    visit.pick(Act.BUY)
    visit.pick(Act.TAKE, "membership")
    card = visit.pick(Act.TAKE_YES)
    assert isinstance(card.sheet, BoughtSheet)
    assert [cents for _, cents in card.sheet.lines] == [4500, 500]
    assert (carnets(space), space.owes(ines)) == ([(10, 0)], 4000)
    is_well(space)


def test_what_is_wanted_together_is_within_the_limit_together(space: Space, ines: int) -> None:
    space.rule("tab_limit_cents", "4500")  # the carnet alone fits, the membership with it does not
    visit = at_buying(space)
    visit.pick(Act.TAKE, "carnet-10")
    visit.pick(Act.BUY)
    assert isinstance(visit.card.sheet, BuySheet)
    assert [(one.missing_cents, one.limit_cents) for one in visit.card.sheet.beyond] == [(500, 4500)]
    assert "membership" not in visit.values[Act.TAKE]
    card = visit.touch(Act.TAKE, "membership")
    assert (card.kind, isinstance(card.sheet, Beyond)) == (CardKind.NOT_SOLD, True)
    assert (carnets(space), space.owes(ines)) == ([], 1000)


def test_another_visit_to_the_page_begins_with_nothing_wanted(space: Space, ines: int) -> None:
    space.till.pay(ines, 2000, "cash")
    visit = at_buying(space)
    visit.pick(Act.TAKE, "carnet-10")
    visit.pick(Act.BUY)
    visit.pick(Act.PAY)
    visit.pick(Act.BUY)
    visit.pick(Act.TAKE, "membership")
    assert isinstance(visit.card.sheet, ConfirmSheet)
    assert [cents for _, cents in visit.card.sheet.lines] == [500]


def test_from_a_fresh_card_to_a_carnet_are_four_actions(space: Space, ines: int) -> None:
    space.till.pay(ines, 1000, "cash")
    space.tap(INES)
    ticket = space.card.ticket or ""
    space.touch(Act.PAY, ticket=ticket)  # one
    space.tap(INES)  # two: the only badge
    assert space.shows(CardKind.PAY)
    [carnet] = [one for one in space.card.options if one.act is Act.TAKE]
    ticket = space.card.ticket or ""
    space.touch(Act.TAKE, carnet.value, ticket=ticket)  # three
    space.touch(Act.TAKE_YES, ticket=ticket)  # four
    assert space.shows(CardKind.BOUGHT)
    assert (carnets(space), space.owes(ines)) == ([(10, 0)], 4500)


def test_beyond_the_tab_s_limit_it_is_not_offered_and_it_is_said_what_would_do(space: Space, ines: int) -> None:
    past_due(space)
    visit = at_buying(space)  # owes 10 EUR that are past due; 45 more is beyond 50
    assert isinstance(visit.card.sheet, BuySheet)
    assert visit.card.sheet.beyond == (Beyond(CARNET, 500, 5000),)
    assert "carnet-10" not in visit.values[Act.TAKE]
    assert visit.values[Act.DECLARE] == ["500"]
    card = visit.touch(Act.TAKE, "carnet-10")
    assert (card.kind, card.sheet) == (CardKind.NOT_SOLD, Beyond(CARNET, 500, 5000))
    assert (carnets(space), space.owes(ines)) == ([], 1000)
    space.till.pay(ines, 500, "cash")
    assert at_buying(space).confirm(Act.TAKE, "carnet-10").kind is CardKind.BOUGHT  # 50 is within it
    assert space.owes(ines) == 5000


def test_carnet_not_yet_past_due_counts_for_the_next_one(space: Space, ines: int) -> None:
    space.rule("tab_limit_cents", "9000")
    for _ in range(2):
        assert at_buying(space).confirm(Act.TAKE, "carnet-10").kind is CardKind.BOUGHT
    visit = at_buying(space)
    assert isinstance(visit.card.sheet, BuySheet)
    assert Beyond(CARNET, 4500, 9000) in visit.card.sheet.beyond
    assert carnets(space) == [(10, 0), (10, 0)]


def test_plan_and_fee_that_are_not_due_yet_leave_the_whole_limit(space: Space) -> None:
    permanent = space.join("Inès Moreau", INES, "permanent")
    assert space.owes(permanent) == 10500
    assert at_buying(space).confirm(Act.TAKE, "carnet-10").kind is CardKind.BOUGHT


def test_what_another_account_pays_is_the_office_s(space: Space, ines: int) -> None:
    karim = space.join("Karim Benali", KARIM, "permanent")
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO payer (member_id, kind, account_id, from_on) SELECT m.id, 'membership', a.id, '2026-01-01'"
            f" FROM member AS m, account AS a JOIN member AS k ON k.id = a.member_id WHERE m.number = {ines}"
            f" AND k.number = {karim}"
        )
    before = space.owes(karim)
    visit = at_buying(space)
    assert "membership" not in visit.values.get(Act.TAKE, [])
    card = visit.touch(Act.TAKE, "membership")
    assert (card.kind, isinstance(card.sheet, Beyond)) == (CardKind.NOT_SOLD, True)
    assert getattr(card.sheet, "missing_cents", None) == 0  # nothing that can be done here would do
    assert (space.owes(karim), space.owes(ines)) == (before, 1000)


def test_cash_that_is_declared_makes_room_as_it_does_at_the_door(space: Space, ines: int) -> None:
    past_due(space)
    visit = at_buying(space)
    assert visit.pick(Act.DECLARE, "500").kind is CardKind.CASH_DECLARED
    visit.pick(Act.CASH)
    visit.pick(Act.PAY)
    assert visit.confirm(Act.TAKE, "carnet-10").kind is CardKind.BOUGHT
    assert (carnets(space), space.owes(ines)) == ([(10, 0)], 5500)
    is_well(space)


def test_whose_cash_was_lately_not_found_is_not_believed(space: Space, ines: int) -> None:
    past_due(space)
    visit = at_buying(space)
    visit.pick(Act.DECLARE, "500")
    home = space.home
    box = CashBox(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="cli")
    [each] = box.content().declared
    box.count(Finding({}, missing=[each.entry]))
    visit = at_buying(space)
    visit.touch(Act.DECLARE, "500")
    visit.touch(Act.BUY)
    assert isinstance(visit.card.sheet, BuySheet)
    assert visit.card.sheet.beyond == (Beyond(CARNET, 0, 5000),)
    card = visit.touch(Act.TAKE, "carnet-10")
    assert (card.kind, carnets(space)) == (CardKind.NOT_SOLD, [])


def test_another_s_badge_in_the_middle_buys_nothing(space: Space, ines: int) -> None:
    karim = space.join("Karim Benali", KARIM, "permanent")
    before = space.owes(karim)
    visit = at_buying(space)
    visit.pick(Act.TAKE, "membership")
    ticket = visit.card.ticket or ""
    space.tap(KARIM)
    assert space.card.name == "Karim"
    with pytest.raises(RequestError):
        space.touch(Act.TAKE_YES, ticket=ticket)
    assert (space.owes(ines), space.owes(karim)) == (1000, before)


@pytest.mark.parametrize("value", ["", "day", "permanent", "week", "nothing", "carnet-10; --", "x" * 300])
def test_what_is_not_for_sale_here_is_not_sold(space: Space, ines: int, value: str) -> None:
    visit = at_buying(space)
    assert visit.touch(Act.TAKE, value).kind is CardKind.BUY
    assert visit.touch(Act.TAKE_YES).kind is CardKind.BUY
    assert space.owes(ines) == 1000


def test_the_membership_is_sold_for_the_next_period_and_no_further(space: Space, ines: int) -> None:
    visit = at_buying(space)
    visit.confirm(Act.TAKE, "membership")
    assert "membership" not in at_buying(space).values.get(Act.TAKE, [])


def test_what_was_bought_is_taken_along_as_a_note(space: Space, ines: int) -> None:
    visit = at_buying(space)
    visit.confirm(Act.TAKE, "membership")
    [entry] = visit.values[Act.RECEIPT]
    card = visit.pick(Act.RECEIPT, entry)
    assert isinstance(card.sheet, ReceiptSheet)
    assert any("Adhésion" in line for line in card.sheet.lines)
    is_well(space)


def test_a_free_price_is_chosen_within_its_floor_and_kept(space: Space, ines: int) -> None:
    free(space, "carnet-10", 2000, 1000)
    visit = at_buying(space)
    visit.pick(Act.PRICE, "carnet-10")
    assert visit.card.sheet == PriceSheet(Names({"fr": "Carnet de 10 journées", "en": "Carnet of 10 days"}), 1000)
    assert visit.values[Act.TAKE] == [f"carnet-10 {cents}" for cents in (1000, 2000, 3000, 4000)]
    visit.touch(Act.TAKE, "carnet-10 1")  # never below the floor
    card = visit.pick(Act.TAKE_YES)
    assert isinstance(card.sheet, BoughtSheet)
    assert card.sheet.cents == 1000
    assert space.owes(ines) == 2000
    assert space.sql("SELECT cents, from_on FROM chosen_price") == [(1000, "2026-11-25")]


def test_a_day_s_free_price_holds_from_tomorrow_on(space: Space, ines: int) -> None:
    space.clock.advance(days=-1)
    free(space, "day", 500, 200)
    space.clock.advance(days=1)
    visit = at_buying(space)
    visit.pick(Act.PRICE, "day")
    assert space.sql("SELECT count(*) FROM chosen_price") == [(0,)]
    card = visit.pick(Act.CHOOSE, "day 200")
    assert (card.kind, card.confirms is not None) == (CardKind.PRICE_CHOSEN, True)
    assert card.confirms is not None
    assert card.confirms.to("en").endswith("€2")
    before = space.owes(ines)
    space.clock.advance(days=1)
    space.tap(INES)
    assert space.owes(ines) == before + 200


def test_no_free_price_is_chosen_below_its_floor(space: Space, ines: int) -> None:
    space.clock.advance(days=-1)
    free(space, "day", 500, 200)
    space.clock.advance(days=1)
    visit = at_buying(space)
    assert visit.touch(Act.CHOOSE, "day 1").kind is CardKind.PRICE_CHOSEN
    assert space.sql("SELECT cents, from_on FROM chosen_price") == [(200, "2026-11-26")]


@pytest.mark.parametrize("value", ["permanent 5000", "permanent", "permanent x", "permanent ²"])
def test_a_subscription_whose_price_is_free_is_not_sold_here(space: Space, ines: int, value: str) -> None:
    free(space, "permanent", 10000, 1000)
    visit = at_buying(space)
    assert visit.touch(Act.TAKE, value).kind is CardKind.BUY
    assert space.owes(ines) == 1000


def test_whoever_has_no_tab_buys_with_what_is_paid_in_advance(space: Space, ines: int) -> None:
    with space.home.store.writing() as connection:
        members.change(connection, members.by_number(connection, ines), no_tab=True)
    space.till.pay(ines, 5499, "cash")  # the membership, today, and a carnet but for one cent
    visit = at_buying(space)
    assert isinstance(visit.card.sheet, BuySheet)
    assert visit.card.sheet.beyond == (Beyond(CARNET, 1, 0),)
    assert visit.touch(Act.TAKE, "carnet-10").kind is CardKind.NOT_SOLD
    assert (carnets(space), space.owes(ines)) == ([], -4499)
    space.till.pay(ines, 1, "cash")
    assert at_buying(space).confirm(Act.TAKE, "carnet-10").kind is CardKind.BOUGHT
    assert (carnets(space), space.owes(ines)) == ([(10, 0)], 0)
    is_well(space)
