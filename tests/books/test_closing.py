"""Days, months and years close in order, once, and nothing is dated in a closed day any more."""

from datetime import date, timedelta
from typing import Any

import pytest

from kiosk.books.closing import Closings
from kiosk.books.due import Due
from kiosk.domain.books.closings import Period
from kiosk.errors import RequestError
from kiosk.money.corrections import Corrections
from kiosk.offline import unreplayed_taps
from kiosk.space.rule_change import RuleChange
from kiosk.space.rules import Rulebook
from kiosk.store import audit, engine
from kiosk.store.books import closing_rows
from kiosk.store.books.closing_rows import Closing, ClosingFilter
from kiosk.store.space.policies import Rules
from tests.beside import locked
from tests.conftest import Space

INES, KARIM, PAUL = "04A2000000E511", "04A1B2C3D4E501", "04A1B2C3D4E502"
TODAY = date(2026, 11, 25)  # a Wednesday


@pytest.fixture
def books(space: Space) -> Closings:
    return closings(space)


def closings(space: Space, actor: str = "desk:t@x.fr") -> Closings:
    home = space.home
    return Closings(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor=actor)


def all_of(space: Space, kind: Period) -> list[Closing]:
    with space.home.store.reading() as connection:
        return closing_rows.page(connection, ClosingFilter(kind), 10_000, oldest_first=True)


def details(space: Space) -> list[tuple[Any, ...]]:
    return space.sql(
        "SELECT number, kind, day_on, json_extract(detail, '$.concerns') FROM entry WHERE kind <> 'closing'"
        " ORDER BY number"
    )


def sound(space: Space) -> None:
    with space.home.store.reading() as connection:
        audit.check_chain(connection, space.home.seal)
        audit.check_sums(connection)


def test_a_day_closes_once_the_next_has_begun(space: Space, books: Closings) -> None:
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    assert books.close_days() == []
    space.clock.advance(hours=19)  # 2 h 52: the space's day still goes on
    assert books.close_days() == []
    space.clock.advance(hours=2)
    (found,) = books.close_days()
    assert (found.kind, found.from_on, found.until_on, found.closed_on) == (
        Period.DAY,
        TODAY,
        TODAY,
        TODAY + timedelta(days=1),
    )
    assert found.totals.products == {"membership": 500, "day": 500}
    assert (found.totals.entries, found.totals.charged, found.grand_total) == (2, 1000, 1000)
    assert (found.detail["first"], found.detail["last"]) == (1, 2)
    assert found.detail["head"] == space.sql("SELECT hex(mac) FROM entry WHERE number = 2")[0][0].lower()  # type: ignore[attr-defined]  # hex of a blob
    assert space.owes(number) == 1000
    sound(space)


def test_days_missed_close_in_order_each_once_empty_ones_too(space: Space, books: Closings) -> None:
    space.join("Inès Moreau", INES)
    space.clock.advance(days=2)
    space.tap(INES)
    space.clock.advance(days=2)
    seen: list[int] = []
    done = books.close_days(seen.append)
    assert [found.until_on for found in done] == [TODAY + timedelta(days=count) for count in range(4)]
    assert [found.totals.charged for found in done] == [500, 0, 500, 0]
    assert [found.grand_total for found in done] == [500, 500, 1000, 1000]
    assert seen == [1, 0, 1, 0]
    assert closings(space, "cli").close_days() == []
    assert [found.entry for found in all_of(space, Period.DAY)] == [3, 5, 6, 7]  # the first seals, too
    sound(space)


def test_days_can_be_closed_up_to_one(space: Space, books: Closings) -> None:
    space.join("Inès Moreau", INES)
    space.clock.advance(days=4)
    done = books.close_days(until=TODAY + timedelta(days=1))
    assert [found.until_on for found in done] == [TODAY, TODAY + timedelta(days=1)]
    assert books.open_days() == [TODAY + timedelta(days=2), TODAY + timedelta(days=3)]


def test_an_empty_ledger_has_nothing_to_close(space: Space, books: Closings) -> None:
    space.clock.advance(days=40)
    assert books.close_days() == []
    with pytest.raises(RequestError) as refused:
        books.coming(Period.MONTH)
    assert refused.value.code in ("nothing-to-close", "not-over")


def test_closings_are_part_of_the_next_days_entries_and_of_no_sum(space: Space, books: Closings) -> None:
    space.join("Inès Moreau", INES)
    space.clock.advance(days=1)
    books.close_days()
    space.clock.advance(days=1)
    (found,) = books.close_days()
    assert (found.totals.entries, found.totals.charged, found.totals.ecritures) == (2, 0, 0)  # a closing, a seal


def test_totals_have_payments_by_method_and_take_reversals_off_where_they_are_dated(
    space: Space, books: Closings
) -> None:
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    paid = space.till.pay(number, 1000, "cash")
    space.clock.advance(days=1)
    space.till.reverse(paid, "mauvaise personne")
    space.till.reverse(2, "journée offerte")
    space.till.pay(number, 700, "transfer")
    space.till.refund(number, 200, "transfer", "trop payé")
    space.clock.advance(days=1)
    first, second = books.close_days()
    assert first.totals.methods == {"cash": 1000}
    assert second.totals.methods == {"cash": -1000, "transfer": 500}
    assert second.totals.products == {"day": -500}
    assert (second.totals.charged, second.totals.reversed, second.grand_total) == (0, 500, 1000)
    sound(space)


def test_a_tap_entered_later_is_dated_in_the_open_day_and_says_which_day_it_was(
    space: Space, books: Closings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "BUSY_SECONDS", 0.1)
    number = space.join("Inès Moreau", INES)
    with locked(space.home):
        space.tap(INES)
    space.clock.advance(days=1)
    books.close_days()
    space.kept.replay.turn()
    assert space.owes(number) == 1000
    assert details(space)[-1] == (4, "charge", "2026-11-26", "2026-11-25")
    assert space.sql("SELECT day_on, state FROM visit") == [("2026-11-25", "kept")]
    assert not (space.home.paths.root / "spool" / unreplayed_taps.NAME).exists()
    assert [found.totals.products for found in all_of(space, Period.DAY)] == [{"membership": 500}]
    sound(space)


def test_a_month_charged_late_is_dated_in_the_open_day(space: Space) -> None:
    number = space.join("Karim Benali", KARIM, "permanent")
    home = space.home
    time = Due(store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock)
    time.run()
    space.clock.advance(days=40)
    closings(space).close_days(until=TODAY + timedelta(days=35))
    time.run()  # the month of Christmas was due on a day that is closed now
    late = [row for row in details(space) if row[3] is not None]
    assert [(row[1], row[2], row[3]) for row in late] == [("charge", "2026-12-31", "2026-12-25")]
    assert space.owes(number) == 500 + 2 * 10000
    sound(space)


def test_a_forgotten_day_that_is_accepted_is_dated_in_the_open_day(space: Space, books: Closings) -> None:
    number = space.join("Inès Moreau", INES)
    space.clock.advance(days=3)
    books.close_days()
    home = space.home
    told = Corrections(
        store=home.store, rules=Rules(home.config.zone), seal=home.seal, clock=space.clock, actor="desk:t@x.fr"
    )
    told.ask("forgotten", number, TODAY + timedelta(days=1), remark="badge oublié")
    told.accept(1)
    assert [(row[1], row[2], row[3]) for row in details(space)][-1] == ("charge", "2026-11-28", "2026-11-26")
    sound(space)


@pytest.mark.promise(3)
def test_the_database_itself_dates_nothing_in_a_closed_day(space: Space, books: Closings) -> None:
    space.join("Inès Moreau", INES)
    space.clock.advance(days=1)
    books.close_days()
    with pytest.raises(Exception, match="closed"), space.home.store.writing() as connection:
        connection.exec_driver_sql(
            "INSERT INTO entry SELECT (SELECT max(number) + 1 FROM entry), ?, recorded_at, day_on, kind, account_id,"
            " NULL, ?, member_number, actor, amount_cents, method, NULL, detail, NULL, form, key_id, mac FROM entry"
            " WHERE number = 1",
            (bytes(16), bytes(16)),
        )


def a_month_over(space: Space, books: Closings) -> None:
    """Entries on 25 November, 1 December and later; it is 3 January."""
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    space.clock.advance(days=6)
    space.tap(INES)
    space.till.pay(number, 1500, "cheque")
    space.clock.advance(days=33)
    books.close_days()


def test_a_month_is_the_sum_of_its_days_and_the_first_one_begins_in_the_middle(space: Space, books: Closings) -> None:
    a_month_over(space, books)
    coming = books.coming(Period.MONTH)
    assert (coming.from_on, coming.until_on, coming.totals.charged) == (date(2026, 11, 1), date(2026, 11, 30), 1000)
    november = books.close(Period.MONTH, date(2026, 11, 30), 1000)
    december = books.close(Period.MONTH, date(2026, 12, 5))
    assert (november.totals.charged, november.totals.methods, november.grand_total) == (1000, {}, 1000)
    assert (december.totals.charged, december.totals.methods, december.grand_total) == (500, {"cheque": 1500}, 1500)
    for month in (november, december):
        days = [day for day in all_of(space, Period.DAY) if month.from_on <= day.until_on <= month.until_on]
        assert month.totals.entries == sum(day.totals.entries for day in days)
        assert month.totals.products.total() == sum(day.totals.products.total() for day in days)
        assert month.grand_total == days[-1].grand_total
    assert december.closed_on == date(2027, 1, 3)
    assert "first" not in december.detail
    sound(space)


def test_a_month_again_is_the_same_closing(space: Space, books: Closings) -> None:
    a_month_over(space, books)
    first = books.close(Period.MONTH, date(2026, 11, 30), 1000)
    again = closings(space, "cli").close(Period.MONTH, date(2026, 11, 2), 7)
    assert (again.entry, again.mac) == (first.entry, first.mac)
    assert len(all_of(space, Period.MONTH)) == 1


def test_the_total_that_was_typed_must_be_what_was_charged(space: Space, books: Closings) -> None:
    a_month_over(space, books)
    with pytest.raises(RequestError) as refused:
        books.close(Period.MONTH, date(2026, 11, 30), 999)
    assert refused.value.code == "closing-total"
    assert all_of(space, Period.MONTH) == []


@pytest.mark.parametrize(
    ("kind", "day", "code"),
    [
        (Period.MONTH, date(2026, 12, 1), "closing-order"),  # November first
        (Period.MONTH, date(2026, 10, 1), "nothing-to-close"),  # before the first entry
        (Period.MONTH, date(2027, 1, 1), "not-over"),
        (Period.YEAR, date(2026, 1, 1), "closing-order"),  # its months first
        (Period.YEAR, date(2027, 1, 1), "not-over"),
    ],
)
def test_nothing_closes_out_of_its_order(space: Space, books: Closings, kind: Period, day: date, code: str) -> None:
    a_month_over(space, books)
    for act in (books.close, books.coming):
        with pytest.raises(RequestError) as refused:
            act(kind, day)
        assert refused.value.code == code


def test_a_month_waits_for_its_last_day(space: Space, books: Closings) -> None:
    space.join("Inès Moreau", INES)
    space.clock.advance(days=7)
    books.close_days(until=date(2026, 11, 29))
    with pytest.raises(RequestError, match="2026-11-30") as refused:
        books.close(Period.MONTH, TODAY)
    assert refused.value.code == "closing-order"


def test_a_year_is_the_sum_of_its_months(space: Space, books: Closings) -> None:
    a_month_over(space, books)
    books.close(Period.MONTH, date(2026, 11, 30))
    books.close(Period.MONTH, date(2026, 12, 31))
    year = books.close(Period.YEAR, date(2026, 7, 14), 1500)
    assert (year.from_on, year.until_on) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (year.totals.charged, year.grand_total, year.totals.methods) == (1500, 1500, {"cheque": 1500})
    assert books.close(Period.YEAR, date(2026, 12, 31)).entry == year.entry
    sound(space)


def test_a_fiscal_year_may_begin_in_september(space: Space, books: Closings) -> None:
    space.rule("fiscal_year_month", "9")
    space.join("Inès Moreau", INES)
    space.clock.advance(days=300)  # 21 September
    books.close_days()
    for month in (11, 12, *range(1, 9)):
        books.close(Period.MONTH, date(2026 if month > 10 else 2027, month, 1))
    coming = books.coming(Period.YEAR)
    assert (coming.from_on, coming.until_on) == (date(2026, 9, 1), date(2027, 8, 31))
    year = books.close(Period.YEAR, coming.until_on, 500)
    assert year.totals.charged == 500
    with pytest.raises(RequestError) as refused:
        books.coming(Period.YEAR)
    assert refused.value.code == "not-over"


def test_a_year_after_the_rule_changed_is_short_and_counts_no_month_twice(space: Space, books: Closings) -> None:
    space.rule("fiscal_year_month", "9", "2027-01-01")
    space.join("Inès Moreau", INES)
    space.clock.advance(days=300)
    books.close_days()
    for month in (11, 12, *range(1, 9)):
        books.close(Period.MONTH, date(2026 if month > 10 else 2027, month, 1))
    first, second = books.close(Period.YEAR, TODAY), books.close(Period.YEAR, date(2027, 3, 1))
    assert (first.from_on, first.until_on) == (date(2026, 1, 1), date(2026, 12, 31))
    assert (second.from_on, second.until_on) == (date(2027, 1, 1), date(2027, 8, 31))
    assert (first.totals.charged, second.totals.charged) == (500, 0)


def test_vat_follows_the_status_of_the_day(space: Space, books: Closings) -> None:
    rules = Rulebook(
        store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock, actor="desk:t@x.fr"
    )
    tomorrow = TODAY + timedelta(days=1)
    rules.set_rule(RuleChange("vat_status", "liable", tomorrow))
    rules.set_rule(RuleChange("vat_rates", {"day": 2000, "membership": 0}, tomorrow))
    number = space.join("Inès Moreau", INES)
    space.tap(INES)
    space.clock.advance(days=1)
    space.tap(INES)
    space.lift(INES)
    space.join("Paul Wattiez", PAUL)
    space.clock.advance(days=1)
    charge = space.sql("SELECT max(number) FROM entry WHERE kind = 'charge' AND day_on = '2026-11-26' AND visit_id > 0")
    space.till.reverse(int(str(charge[0][0])), "erreur")
    space.clock.advance(days=1)
    first, second, third = books.close_days()
    assert (first.totals.net, first.totals.tax) == ({0: 1000}, {0: 0})
    assert (second.totals.net, second.totals.tax) == ({0: 500, 2000: 417}, {0: 0, 2000: 83})
    assert (third.totals.net, third.totals.tax) == ({2000: -417}, {2000: -83})
    space.clock.advance(days=5)
    books.close_days()
    month = books.close(Period.MONTH, TODAY)
    assert month.detail["vat"] == {"0": [1500, 0], "2000": [0, 0]}
    assert (month.totals.charged, month.totals.reversed) == (2000, 500)
    assert space.owes(number) == 1000
