"""Payments, sales, corrections."""

from datetime import date

import pytest

from kiosk.domain.problems import Problem
from kiosk.errors import AnswerIsNo, RequestError
from kiosk.members.enrolment import Application
from kiosk.money.till import TillAct
from kiosk.store import audit, ledger
from kiosk.store.ledger import Draft
from kiosk.store.members import members
from tests.conftest import Space

INES = "04A2000000E511"


def test_joining_puts_the_fee_on_the_tab_and_a_payment_takes_it_off(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    assert space.owes(number) == 500
    space.till.pay(number, 700, "cash")
    assert space.owes(number) == -200


def test_a_membership_sold_early_begins_when_the_one_before_ends(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    sold = space.till.sell(number, "membership", None)
    assert (sold.from_on, sold.until_on) == (date(2027, 11, 25), date(2028, 11, 24))


def test_a_week_is_sold_from_a_day_on_and_covers_it(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    sold = space.till.sell(number, "week", date(2026, 11, 24))
    assert (sold.amount_cents, sold.until_on) == (2000, date(2026, 11, 30))
    owed = space.owes(number)
    space.tap(INES)
    assert space.owes(number) == owed


def test_one_more_month_of_a_running_plan_is_charged_and_opens_no_second_subscription(space: Space) -> None:
    number = space.join("Karim Benali", INES, "permanent")
    space.till.sell(number, "permanent", date(2026, 12, 25))
    assert space.owes(number) == 500 + 2 * 10000
    assert space.sql("SELECT count(*) FROM subscription") == [(1,)]


def test_a_reversed_sale_takes_its_right_along(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    sold = space.till.sell(number, "carnet-10", None)
    space.till.reverse(sold.entry, "vendu à la mauvaise personne")
    owed = space.owes(number)
    space.tap(INES)
    assert space.owes(number) == owed + 500


@pytest.mark.promise(3)
def test_a_carnet_in_use_is_not_taken_back_before_its_days(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    sold = space.till.sell(number, "carnet-10", None)
    space.tap(INES)
    with pytest.raises(RequestError, match="carnet-in-use"):
        space.till.reverse(sold.entry, "trop tard")
    (use,) = space.sql("SELECT number FROM entry WHERE kind = 'use'")
    space.till.reverse(int(str(use[0])), "erreur de badge")
    assert space.sql("SELECT used FROM carnet") == [(0,)]
    space.till.reverse(sold.entry, "rendu")
    assert space.owes(number) == 500


@pytest.mark.promise(2)
def test_a_charge_reversed_at_the_desk_leaves_the_visit_kept(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    (charge,) = space.sql("SELECT charge_entry FROM visit")
    space.till.reverse(int(str(charge[0])), "geste")
    assert space.owes(number) == 500
    space.clock.advance(hours=1)
    space.tap(INES)
    assert space.owes(number) == 500
    assert space.sql("SELECT state FROM visit") == [("kept",)]


@pytest.mark.promise(3)
@pytest.mark.parametrize(
    ("entry", "code"),
    [(99, "no-such-entry"), (1, "reversed-already"), (2, "not-reversible")],
)
def test_what_cannot_be_reversed_says_why(space: Space, entry: int, code: str) -> None:
    space.join("Inès Moreau", INES)
    space.till.reverse(1, "essai")
    with pytest.raises(RequestError) as error:
        space.till.reverse(entry, "encore")
    assert error.value.code == code


@pytest.mark.parametrize("product", ["nothing", "day"])
def test_what_is_not_for_sale_is_refused_and_nothing_is_written(space: Space, product: str) -> None:
    number = space.join("Inès Moreau", INES)
    with pytest.raises(RequestError):
        space.till.sell(number, product, None)
    assert space.owes(number) == 500


def test_a_product_without_a_tariff_cannot_be_sold(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO product (code, kind, unit) VALUES ('new', 'subscription', 'month')")
    with pytest.raises(Problem, match="no tariff"):
        space.till.sell(number, "new", None)


def test_an_organisation_pays_the_days_of_its_member(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("INSERT INTO organisation (id, name) VALUES (1, 'Coopérative')")
        connection.exec_driver_sql("INSERT INTO account (id, organisation_id) VALUES (100, 1)")
        connection.exec_driver_sql(
            "INSERT INTO payer (member_id, kind, account_id, from_on) VALUES (1, 'day', 100, '2026-01-01')"
        )
    space.tap(INES)
    assert space.owes(number) == 500
    assert space.sql("SELECT balance_cents FROM account WHERE id = 100") == [(500,)]


@pytest.mark.parametrize("name", ["", "   ", "x" * 101, "a\x00b"])
def test_a_name_that_cannot_be_printed_is_refused(space: Space, name: str) -> None:
    with pytest.raises(RequestError, match="name"):
        space.enrolment.add(Application(name=name))
    assert space.sql("SELECT count(*) FROM member") == [(0,)]


def test_a_badge_is_given_once_and_a_telephone_never(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    for uid, code in ((INES, "badge-given"), ("08112233", "uid-random")):
        with pytest.raises(RequestError) as error:
            space.join("Hugo Petit", uid)
        assert error.value.code == code
    assert space.sql("SELECT count(*) FROM member") == [(1,)]
    with pytest.raises(RequestError, match="no-such-badge"):
        space.enrolment.lose_badge(space.read("DEADBEEF"))
    with space.home.store.reading() as connection:
        assert [row.tail for row in members.badges(connection)] == ["E511"]
    assert number == 1


def test_a_number_is_never_given_again(space: Space) -> None:
    first = space.join("Inès Moreau", INES)
    space.enrolment.leave(first)
    assert space.join("Hugo Petit", "DEADBEEF") == first + 1


def test_a_sale_is_dated_today_whenever_its_right_begins(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    sold = space.till.sell(number, "week", date(2027, 1, 4))
    assert sold.from_on == date(2027, 1, 4)
    assert space.sql(f"SELECT day_on FROM entry WHERE number = {sold.entry}") == [("2026-11-25",)]


def test_nothing_is_sold_to_who_left(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    space.enrolment.leave(number)
    with pytest.raises(RequestError) as error:
        space.till.sell(number, "membership", None)
    assert error.value.code == "member-left"


def test_a_lost_badge_that_is_found_opens_again_for_its_owner_only(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    other = space.join("Hugo Petit", "DEADBEEF")
    space.enrolment.lose_badge(space.read(INES))
    with pytest.raises(RequestError, match="badge-given"):
        space.enrolment.give_badge(other, space.read(INES))
    space.enrolment.give_badge(number, space.read(INES))
    space.tap(INES)
    assert space.door.pulses == 1


def key(number: int) -> bytes:
    return bytes([number]) * 16


def account(space: Space, number: int) -> int:
    with space.home.store.reading() as connection:
        return members.by_number(connection, number).account


def is_well(space: Space) -> None:
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_texts(connection)
        audit.check_sums(connection)


def test_one_payment_settles_several_accounts_in_one_act(space: Space) -> None:
    ines, hugo = space.join("Inès Moreau", INES), space.join("Hugo Petit", "DEADBEEF")
    paid = {account(space, ines): 500, account(space, hugo): 700}
    done = space.till.take(paid, "cheque", key=key(1), text="CIC · n° 1234567 · C. Moreau")
    assert (space.owes(ines), space.owes(hugo)) == (0, -200)
    assert space.sql("SELECT count(DISTINCT group_id), count(*) FROM entry WHERE kind = 'payment'") == [(1, 2)]
    assert space.sql(f"SELECT id, group_id FROM entry WHERE number = {done.entry}") == [(key(1), key(1))]
    assert space.sql("SELECT count(*) FROM entry_text") == [(2,)]
    is_well(space)


def test_an_act_that_is_sent_twice_is_done_once(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    own = account(space, number)
    first = space.till.take({own: 500}, "cash", key=key(1))
    assert space.till.take({own: 500}, "cash", key=key(1)) == TillAct(first.entry, again=True)
    sold = space.till.sell(number, "carnet-10", None, key=key(2))
    again = space.till.sell(number, "carnet-10", None, key=key(2))
    assert (again.entry, again.again) == (sold.entry, True)
    back = space.till.reverse(sold.entry, "erreur", key=key(3))
    assert space.till.reverse(sold.entry, "erreur", key=key(3)) == back
    assert space.owes(number) == 0
    assert space.sql("SELECT count(*) FROM carnet") == [(1,)]


@pytest.mark.parametrize("amounts", [{}, {1: 0}, {1: -5}, {1: 500, 2: -100}])
def test_a_payment_of_nothing_is_refused(space: Space, amounts: dict[int, int]) -> None:
    space.join("Inès Moreau", INES)
    with pytest.raises(RequestError, match="more than 0"):
        space.till.take(amounts, "cash", key=key(1))


def test_an_act_on_an_account_that_is_not_there_writes_nothing(space: Space) -> None:
    space.join("Inès Moreau", INES)
    with pytest.raises(RequestError, match="no-such-account: account 99"):
        space.till.take({1: 500, 99: 500}, "cash", key=key(1))
    assert space.sql("SELECT count(*) FROM entry") == [(1,)]


def test_only_what_is_in_advance_is_handed_back(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    own = account(space, number)
    space.till.take({own: 2000}, "cash", key=key(1))
    for cents in (1501, 0, -1):
        with pytest.raises(RequestError, match=r"account.s advance"):
            space.till.refund(own, cents, "cash", "trop perçu")
    space.till.refund(own, 1500, "transfer", "trop perçu")
    assert space.owes(number) == 0
    assert space.sql("SELECT amount_cents, method FROM entry WHERE kind = 'refund'") == [(1500, "transfer")]
    is_well(space)


def test_no_more_is_written_off_than_is_owed(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    own = account(space, number)
    for cents in (501, 0, -1):
        with pytest.raises(RequestError, match="at most the amount owed"):
            space.till.write_off(own, cents, "partie sans adresse")
    space.till.write_off(own, 500, "partie sans adresse")
    assert space.owes(number) == 0
    is_well(space)


def test_a_deposit_is_owed_paid_and_given_back(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET notify = 1, email = 'ines@exemple.fr'")
    own = account(space, number)
    deposit = space.till.deposit(own, 1000, key=key(1))
    space.till.take({own: 1500}, "cash", key=key(2))
    assert space.owes(number) == 0
    space.till.reverse(deposit.entry, "badge rendu")
    space.till.refund(own, 1000, "cash", "caution rendue")
    assert space.owes(number) == 0
    assert space.sql("SELECT about FROM outbox") == [(f"entry {deposit.entry}",)]
    is_well(space)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 501, "a\x00b"])
def test_a_correction_says_why_in_words_that_can_be_printed(space: Space, reason: str) -> None:
    space.join("Inès Moreau", INES)
    for act in (
        lambda: space.till.reverse(1, reason),
        lambda: space.till.write_off(1, 100, reason),
        lambda: space.till.refund(1, 100, "cash", reason),
    ):
        with pytest.raises(RequestError) as error:
            act()
        assert error.value.code in ("reason", "text")
    assert space.sql("SELECT count(*) FROM entry") == [(1,)]


def test_what_was_handed_back_with_the_wrong_sign_is_found(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    draft = Draft(kind="write-off", day_on=date(2026, 11, 25), group=key(1), actor="x", amount_cents=500, account=1)
    with space.home.store.writing() as connection:
        ledger.append(connection, space.home.seal, draft, space.clock.now())
    assert space.owes(number) == 1000
    with pytest.raises(AnswerIsNo, match="entry 2"):
        is_well(space)


def test_a_subscription_sold_to_run_goes_on_until_it_is_ended(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    sold = space.till.sell(number, "permanent", None, runs=True)
    assert (sold.from_on, sold.until_on) == (date(2026, 11, 25), date(2026, 12, 24))
    assert space.sql("SELECT until_on, entry_number FROM subscription") == [(None, None)]


def test_a_free_price_is_what_was_typed_or_what_the_member_chose_and_never_under_the_floor(space: Space) -> None:
    number = space.join("Inès Moreau", INES)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO tariff (product_id, level, valid_from, cents, floor_cents)"
            " SELECT id, 'full', '2026-11-01', 2000, 1000 FROM product WHERE code = 'week'"
        )
        connection.exec_driver_sql(
            "INSERT INTO chosen_price (member_id, product_id, from_on, cents)"
            " SELECT 1, id, '2026-11-01', 1500 FROM product WHERE code = 'week'"
        )
    prices = [space.till.sell(number, "week", None, chosen_cents=cents).amount_cents for cents in (None, 2500, 100)]
    assert prices == [1500, 2500, 1000]
