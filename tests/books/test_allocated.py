"""What a payment is for: receipts, tabs, ages and reminders say the same of it, and the records agree."""

import pytest

from kiosk.books.gifts import Gifts
from kiosk.books.receipts import Receipts
from kiosk.domain.money.tabs import Ages
from kiosk.errors import AnswerIsNo
from kiosk.money import reminding
from kiosk.money.till import Paid
from kiosk.store import audit
from kiosk.store.checkin import standing
from kiosk.store.members import members
from kiosk.store.money import tab_rows
from kiosk.store.space.policies import Rules
from tests import beside
from tests.conftest import Space
from tests.web.statements import heard

INES = "04A2000000E511"


@pytest.fixture
def ines(space: Space) -> int:
    """Inès, who owes the fee and four days of forty days ago: 25 euros."""
    number = space.join("Inès Moreau", INES)
    for _ in range(4):
        space.tap(INES)
        space.lift(INES)
        space.clock.advance(days=1)
    space.clock.advance(days=40)
    assert space.owes(number) == 2500
    return number


def account(space: Space, number: int) -> int:
    with space.home.store.reading() as connection:
        return members.by_number(connection, number).account


def receipt(space: Space, payment: int) -> list[tuple[str, int]]:
    home = space.home
    made = Receipts(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="cli")
    (issued,) = made.for_payment(payment)
    lines = [(line["label"]["fr"], line["cents"]) for line in issued.document.content["lines"]]
    advance = issued.document.content["advance_cents"]
    return [*lines, *([("avance", advance)] if advance else [])]


def past_due(space: Space, number: int) -> int:
    with space.home.store.reading() as connection:
        policy, moment = Rules(space.home.config.zone).at(connection, space.clock.now())
        found = standing.of_member(connection, number, policy, moment.day)
        assert found is not None
        return found.past_due_cents


def tab(space: Space, number: int) -> tuple[Ages, list[int], str]:
    """The ages of what is owed, its lines, and the reminder's text."""
    with space.home.store.reading() as connection:
        audit.check_sums(connection)
        moment = Rules(space.home.config.zone).at(connection, space.clock.now())[1]
        owner = tab_rows.owner(connection, members.by_number(connection, number).account)
        ((_, reminder),) = reminding.words(connection, [owner], moment.day)
        ages = next((each.ages for each in tab_rows.owing(connection, moment.day)), Ages())
        return ages, [line.cents for line in tab_rows.unpaid(connection, owner)], reminder.text


def test_carnet_sold_and_paid_is_receipted_as_the_carnet_and_the_old_days_are_reminded(space: Space, ines: int) -> None:
    sold = space.till.sell(ines, "carnet-10", None, paid=Paid("cheque"))
    assert receipt(space, sold.entry + 1) == [("Carnet de 10 journées", 4500)]
    ages, lines, reminder = tab(space, ines)
    assert (ages, lines) == (Ages(up_to_60=2500), [500] * 5)
    assert "Carnet" not in reminder
    assert past_due(space, ines) == 2500


def test_carnet_taken_back_frees_its_payment_for_the_old_days(space: Space, ines: int) -> None:
    sold = space.till.sell(ines, "carnet-10", None, paid=Paid("cheque"))
    receipt(space, sold.entry + 1)
    space.till.reverse(sold.entry, "rendu")
    assert (space.owes(ines), past_due(space, ines)) == (-2000, 0)
    assert tab(space, ines)[:2] == (Ages(), [])


def test_gift_of_fifty_is_receipted_as_fifty_and_settles_nothing_else(space: Space, ines: int) -> None:
    space.rule("gifts", "true")
    home = space.home
    given = Gifts(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="cli")
    done = given.give(account(space, ines), 5000, "cheque")
    assert receipt(space, done.entry + 1) == [("Don", 5000)]
    assert tab(space, ines)[:2] == (Ages(up_to_60=2500), [500] * 5)


def test_day_paid_ahead_is_settled_as_it_is_written_and_undone_it_is_ahead_again(space: Space, ines: int) -> None:
    paid = space.till.pay(ines, 7500, "transfer")
    for _ in range(3):
        space.tap(INES)
        space.lift(INES)
        space.clock.advance(days=1)
    assert (space.owes(ines), past_due(space, ines)) == (-3500, 0)
    tab(space, ines)
    assert receipt(space, paid)[-1] == ("avance", 3500)
    (charge,) = space.sql("SELECT max(charge_entry) FROM visit")
    space.till.reverse(int(str(charge[0])), "geste")
    assert space.owes(ines) == -4000
    tab(space, ines)


def test_payment_that_is_taken_back_opens_what_it_settled(space: Space, ines: int) -> None:
    paid = space.till.pay(ines, 1000, "transfer")
    assert past_due(space, ines) == 1500
    space.till.reverse(paid, "rejeté")
    assert past_due(space, ines) == 2500
    assert tab(space, ines)[1] == [500] * 5


def test_payment_with_a_word_settles_what_it_names_and_its_word_is_sealed(space: Space, ines: int) -> None:
    (newest,) = space.sql("SELECT max(charge_entry) FROM visit")
    done = space.till.take({account(space, ines): 500}, "cash", key=bytes(16), word=[int(str(newest[0]))])
    assert receipt(space, done.entry) == [("Journée", 500)]
    assert [line for line in tab(space, ines)[1]] == [500] * 4
    assert past_due(space, ines) == 2000
    with beside.unguarded(space.home) as raw:
        raw.execute("DELETE FROM payment_word")
        raw.execute("DELETE FROM open_charge")
    with space.home.store.writing() as connection, pytest.raises(AnswerIsNo, match="payer's word"):
        from kiosk.store.accounts import open_rows

        open_rows.settle(connection, account(space, ines))
        audit.check_sums(connection)


@pytest.mark.parametrize("change", ["DELETE FROM open_charge", "UPDATE open_charge SET open_cents = 1"])
def test_verify_finds_what_is_open_by_another_sum(space: Space, ines: int, change: str) -> None:
    space.till.pay(ines, 1000, "transfer")
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(change)
        with pytest.raises(AnswerIsNo, match="is open by another sum"):
            audit.check_sums(connection)


def test_tap_that_is_charged_sends_what_it_sent_before(space: Space, ines: int) -> None:
    space.clock.advance(days=1)
    with heard() as statements:
        space.tap(INES)
    written = [each.split()[0:3] for each in statements if each.startswith(("INSERT", "UPDATE"))]
    assert [each[1] if each[0] == "UPDATE" else each[2] for each in written] == ["visit", "entry", "account"]


def test_entries_of_before_keep_their_rule(space: Space, ines: int) -> None:
    sold = space.till.sell(ines, "carnet-10", None, paid=Paid("cheque"))
    with beside.unguarded(space.home) as raw:
        raw.execute(f"UPDATE home SET oldest_first_until = {sold.entry + 1}")
    assert receipt(space, sold.entry + 1)[:2] == [("Adhésion", 500), ("Journée", 500)]
