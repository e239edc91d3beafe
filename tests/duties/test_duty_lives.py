"""Duties in homes that live: each appears when due, ends or sleeps by its own act, and comes back when it is undone."""

from datetime import date

import pytest
from msgspec.structs import replace

from kiosk.books.bank_deposits import BankDeposits
from kiosk.books.closing import Closings
from kiosk.domain.books.closings import Period
from kiosk.domain.duties import Duties, Duty, Kind, State
from kiosk.domain.members.permissions import May
from kiosk.duties import reading, words
from kiosk.duties.putting_off import PuttingOff
from kiosk.duties.reading import Occasion
from kiosk.members.renewing import Renewing
from kiosk.money.cashbox import CashBox, Finding
from kiosk.store.messages import outbox_rows
from kiosk.store.space.policies import Rules
from tests.conftest import Space

INES = "04A2000000E511"


def read(space: Space, until: date | None = None) -> Duties:
    home = space.home
    with home.store.reading() as connection:
        policy, moment = Rules(home.config.zone).at(connection, space.clock.now())
        return reading.read(connection, Occasion(home, policy, moment, space.clock, until=until))


def of(space: Space, kind: Kind) -> Duty:
    return read(space).of(kind)


def shown(space: Space) -> set[Kind]:
    """What is to be done, but for the kiosk's own health: no entrance runs in these homes."""
    return {line.kind for line in read(space).shown(anybody)} - {Kind.HEALTH}


def anybody(_permission: May) -> bool:
    return True


def parts(space: Space) -> dict[str, object]:
    home = space.home
    return {
        "store": home.store,
        "rules": Rules(home.config.zone),
        "seal": home.seal,
        "clock": space.clock,
        "actor": "cli",
    }


def closings(space: Space) -> Closings:
    return Closings(**parts(space))  # type: ignore[arg-type]  # each use-case takes the same


def deposits(space: Space) -> BankDeposits:
    return BankDeposits(**parts(space))  # type: ignore[arg-type]  # as above


def bank_line(space: Space, day: str, state: str = "entered") -> None:
    with space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO bank_line (source, day_on, cents, label, imported_at, state)"
            " VALUES ('x', ?, 500, 'VIR', ?, ?)",
            (day, f"{day}T08:00:00.000000Z", state),
        )


def test_a_home_of_this_morning_has_nothing_to_do(space: Space) -> None:
    assert shown(space) == set()
    assert all(line.state in (State.IDLE, State.CLEAR) for line in read(space).lines if line.kind is not Kind.HEALTH)


def test_cheques_are_due_after_fifteen_days_gone_by_their_slip_and_back_when_it_is_taken_back(space: Space) -> None:
    space.join("Inès Moreau", INES)
    payment = space.till.pay(1, 500, "cheque")
    cheques = of(space, Kind.CHEQUES)
    assert (cheques.count, cheques.cents, cheques.is_due) == (1, 500, False)
    space.clock.advance(days=15)
    assert Kind.CHEQUES in shown(space)
    slip = deposits(space).deposit(cheques=[payment])
    after = of(space, Kind.CHEQUES)
    assert (after.count, after.state, after.done_on) == (0, State.DONE, date(2026, 12, 10))
    space.till.reverse(slip.entry, "oubli")
    assert Kind.CHEQUES in shown(space)


def test_card_payments_on_their_way_are_due_after_ten_days_and_gone_by_their_payout(space: Space) -> None:
    space.join("Inès Moreau", INES)
    payment = space.till.pay(1, 500, "card")
    space.clock.advance(days=10)
    assert Kind.PAYOUTS in shown(space)
    deposits(space).payout("card", [payment], 490)
    assert of(space, Kind.PAYOUTS).state is State.DONE


def test_a_box_is_due_after_thirty_one_days_and_a_count_ends_it(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.till.pay(1, 500, "cash")
    box = of(space, Kind.BOX)
    assert (box.count, box.cents, box.is_due, box.done_on) == (1, 500, False, None)
    space.clock.advance(days=31)
    assert Kind.BOX in shown(space)
    assert "jamais été comptée" in words.title(of(space, Kind.BOX), "fr")
    CashBox(**parts(space)).count(Finding({500: 1}))  # type: ignore[arg-type]  # as above
    counted = of(space, Kind.BOX)
    assert (counted.state, counted.cents, counted.count) == (State.DONE, 500, 0)
    space.clock.advance(days=31)
    assert Kind.BOX in shown(space)


def test_a_cash_only_space_is_never_asked_for_a_statement(space: Space) -> None:
    space.join("Inès Moreau", INES)
    for _ in range(6):
        space.till.pay(1, 500, "cash")
        space.clock.advance(days=40)
        statement = of(space, Kind.STATEMENT)
        assert (statement.state, statement.is_due) == (State.IDLE, False)


def test_transfers_by_hand_say_that_nobody_imported_a_statement_and_ask_for_none(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.till.pay(1, 500, "transfer")
    space.clock.advance(days=90)
    statement = of(space, Kind.STATEMENT)
    assert (statement.state, statement.is_due) == (State.NEVER, False)


def test_a_statement_is_due_thirty_five_days_after_its_last_line_and_the_next_one_ends_it(space: Space) -> None:
    bank_line(space, "2026-10-22")
    assert not of(space, Kind.STATEMENT).is_due
    space.clock.advance(days=1)
    assert Kind.STATEMENT in shown(space)
    bank_line(space, "2026-11-26", "open")
    assert Kind.STATEMENT not in shown(space)
    space.clock.advance(days=7)
    assert Kind.BANK_LINES in shown(space)


def test_months_are_one_line_from_the_fifth_and_closing_them_ends_it(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.clock.advance(days=6)  # the first of December
    assert (of(space, Kind.MONTHS).count, of(space, Kind.MONTHS).is_due) == (1, False)
    space.clock.advance(days=35)
    months = of(space, Kind.MONTHS)
    assert (months.count, months.is_due) == (2, True)
    assert words.title(months, "fr") == "2 mois finis ne sont pas encore clos\u00a0: de novembre 2026 à décembre 2026"
    books = closings(space)
    books.close_days()
    books.close(Period.MONTH, date(2026, 11, 30))
    assert of(space, Kind.MONTHS).count == 1
    books.close(Period.MONTH, date(2026, 12, 31))
    assert of(space, Kind.MONTHS).state is State.DONE
    assert of(space, Kind.YEAR).is_due
    books.close(Period.YEAR, date(2026, 12, 31))
    assert not of(space, Kind.YEAR).is_counted


def test_memberships_that_end_are_proposed_and_asleep_for_a_fortnight_and_nothing_is_charged(space: Space) -> None:
    space.join("Inès Moreau", INES)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE member SET email = 'ines@exemple.fr'")
    space.clock.advance(days=340)
    assert Kind.MEMBERSHIPS in shown(space)
    entries = space.sql("SELECT count(*) FROM entry")
    home = space.home
    renewing = Renewing(store=home.store, rules=Rules(home.config.zone), clock=space.clock, officer=1)
    assert [each.number for each in renewing.send([1]).put] == [1]
    assert [each.number for each in renewing.send([1]).put] == [], "a second click puts no second mail"
    assert space.sql("SELECT count(*) FROM outbox WHERE about = 'renewal 1.'") == [(1,)]
    assert space.sql("SELECT count(*) FROM entry") == entries
    asleep = of(space, Kind.MEMBERSHIPS)
    assert (asleep.count, asleep.is_due, asleep.is_shown) == (1, True, False)
    space.clock.advance(days=14)
    assert Kind.MEMBERSHIPS in shown(space)
    space.clock.advance(days=60)
    assert "finie" in words.title(of(space, Kind.MEMBERSHIPS), "fr")
    space.till.sell(1, "membership", None)
    assert not of(space, Kind.MEMBERSHIPS).is_counted


def test_tabs_past_their_days_sleep_once_each_was_reminded_and_a_third_time_says_to_talk(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.clock.advance(days=29)
    assert Kind.TABS not in shown(space)
    space.clock.advance(days=1)
    for times in range(1, 4):
        assert Kind.TABS in shown(space)
        with space.home.store.writing() as connection:
            letter = outbox_rows.Letter("i@exemple.fr", "x", "x", "reminder 1.")
            outbox_rows.put_all(connection, [letter], space.clock.now())
        told = of(space, Kind.TABS)
        assert (told.count, told.cents, told.is_shown) == (1, 500, False)
        assert ("parlez-en" in words.detail(told, "fr")) is (times == 3)
        space.clock.advance(days=21)
    with space.home.store.writing() as connection:
        connection.exec_driver_sql("UPDATE outbox SET state = 'given-up'")
    assert "rappelés" not in words.detail(of(space, Kind.TABS), "fr"), "what did not leave reminded nobody"
    space.till.pay(1, 500, "cash")
    assert not of(space, Kind.TABS).is_counted


def test_put_off_by_name_is_asleep_and_awake_again_by_a_word(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.till.pay(1, 500, "cheque")
    space.clock.advance(days=20)
    home = space.home
    putting_off = PuttingOff(store=home.store, rules=Rules(home.config.zone), clock=space.clock, officer=7)
    putting_off.put_off("cheques", 30)
    asleep = of(space, Kind.CHEQUES)
    assert (asleep.asleep_until, asleep.put_off_by) == (date(2027, 1, 14), 7)
    assert words.put_off(asleep, "Nadia", "fr") == "reporté par Nadia au 14\u00a0janvier"
    putting_off.wake("cheques")
    assert Kind.CHEQUES in shown(space)
    putting_off.put_off("cheques", 10)
    space.clock.advance(days=10)
    assert Kind.CHEQUES in shown(space)


def test_with_everything_asleep_a_closing_still_names_every_cent_on_its_way(space: Space) -> None:
    space.join("Inès Moreau", INES)
    space.till.pay(1, 460, "cheque")
    space.till.pay(1, 782, "card")
    space.till.pay(1, 255, "cash")
    space.clock.advance(days=59)
    home = space.home
    putting_off = PuttingOff(store=home.store, rules=Rules(home.config.zone), clock=space.clock, officer=7)
    for kind in shown(space):
        putting_off.put_off(kind.value, 60)
    assert shown(space) == set()
    named = {line.kind: line.cents for line in read(space, date(2026, 12, 31)).counted(anybody)}
    assert {kind: named[kind] for kind in reading.UNDER_WAY & set(named)} == {
        Kind.CHEQUES: 460,
        Kind.PAYOUTS: 782,
        Kind.BOX: 255,
    }
    before = read(space, date(2026, 11, 24)).lines
    assert not any(line.cents for line in before if line.kind in reading.UNDER_WAY), "not there yet by then"


@pytest.mark.parametrize("language", ["fr", "en", "nl"])
def test_every_kind_has_its_words(space: Space, language: str) -> None:
    for line in read(space).lines:
        full = replace(line, count=2, cents=1234, since=date(2026, 11, 1), ends_on=date(2026, 12, 1), done_on=None)
        assert words.title(full, language)
        assert words.act(line.kind, language)
        words.detail(full, language)
