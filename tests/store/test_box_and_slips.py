"""The box's and the slips' records: found by the index that is theirs; what disagrees with the entries is found."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from kiosk.books.bank_deposits import BankDeposits
from kiosk.errors import AnswerIsNo
from kiosk.money.cashbox import Finding
from kiosk.money.till import Till
from kiosk.store import audit
from kiosk.store.books import month_sums
from kiosk.store.money import bank_deposit_rows, cash_rows
from kiosk.store.tables import entry
from tests.money.giving import Box
from tests.store.changes import changed

from .place import FixedClock, Place


def acting(place: Place) -> tuple[Till, Box, BankDeposits]:
    with_ = {"store": place.store, "rules": place.rules, "seal": place.seal, "clock": FixedClock(), "actor": "cli"}
    return Till(**with_), Box(**with_), BankDeposits(**with_)  # type: ignore[arg-type]  # the same for all


@pytest.fixture
def banked(place: Place) -> Place:
    """Declared cash found, missing and open; a count; two cheques on a slip, one of them bounced; cash carried."""
    member = place.join()
    till, box, bank = acting(place)
    found, missing, _ = [box.declare(member.account, cents).entry for cents in (500, 600, 700)]
    box.count(Finding({500: 3}, [found], [missing], "un billet de trop"))
    cheques = [till.pay(member.number, cents, "cheque") for cents in (1000, 2000)]
    bank.deposit(cheques=cheques, cash_cents=1000)
    bank.bounce(cheques[0], 0, "sans provision")
    with place.store.reading() as connection:
        audit.check_sums(connection)
    return place


def plan(place: Place, query: sa.Select[*tuple[Any, ...]]) -> str:
    """How SQLite would find a query's rows."""
    with place.store.reading() as connection:
        compiled = str(query.compile(connection, compile_kwargs={"literal_binds": True}))
        return " ".join(str(row[-1]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}"))


@pytest.mark.sqlite
def test_the_books_own_entries_are_found_without_reading_all_others(place: Place) -> None:
    said = plan(place, cash_rows._CONTENT)
    assert "SCAN entry USING COVERING INDEX ix_entry_money" in said
    assert said.count("USING INDEX ix_entry_books (kind=?)") == 6
    assert "SCAN entry " not in said.replace("SCAN entry USING COVERING INDEX", "")
    assert "ix_entry_books" in plan(place, cash_rows._COUNTS)
    credited = plan(place, bank_deposit_rows._REMITTANCES)
    assert "arrived USING INDEX ix_entry_books (kind=?)" in credited


@pytest.mark.sqlite
def test_a_month_s_money_is_found_by_its_days_and_what_is_set_aside_by_its_kind(place: Place) -> None:
    aside = plan(place, month_sums._SET_ASIDE)
    given_up = plan(place, sa.select(month_sums._ACCOUNTS_WITH_WRITE_OFF.c.account_id))
    month = plan(place, sa.select(entry.c.number).where(month_sums._concerning(date(2026, 11, 1), date(2026, 11, 30))))
    assert "USING INDEX ix_entry_books (kind=?)" in aside
    assert "USING INDEX ix_entry_books (kind=?)" in given_up
    assert "SEARCH entry USING INDEX ix_entry_day_on (day_on>?)" in month
    assert "SCAN entry" not in aside + given_up + month


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE remittance_part SET remittance_id = 2", "remittance 1 is not the sum"),
        ("DELETE FROM remittance_part WHERE payment_entry = (SELECT min(payment_entry) FROM remittance_part)", "sum"),
        ("UPDATE remittance SET number = 3 WHERE id = 1", "remittance 1 has no entry that says the same"),
        ("UPDATE remittance SET method = 'card' WHERE id = 1", "remittance 1 has no entry that says the same"),
        ("DELETE FROM remittance WHERE id = 2", "remits money and is no remittance's"),
        ("UPDATE declaration SET cents = 1 WHERE state = 'open'", "declares cash and its record says something else"),
        ("UPDATE declaration SET state = 'open' WHERE state = 'counted'", "declares cash"),
        ("UPDATE declaration SET settled_by = 2 WHERE state = 'missing'", "declares cash"),
        ("UPDATE declaration SET settled_by = 2 WHERE state = 'counted'", "declares cash"),
        ("DELETE FROM declaration WHERE state = 'open'", "declares cash"),
        ("DELETE FROM declaration WHERE state = 'counted'", "declares cash"),
        (
            "UPDATE entry SET detail = json_set(detail, '$.difference', 0) WHERE kind = 'count'",
            "counts the box and its difference is another one",
        ),
        (
            "UPDATE entry SET detail = json_set(detail, '$.cents', 2999) WHERE kind = 'remittance'",
            "remittance 1 is not the sum",
        ),
        (
            "UPDATE entry SET detail = json_set(detail, '$.payment', 2) WHERE kind = 'bounce'",
            "is on a slip and was reversed without a bounce",
        ),
        (
            "INSERT INTO remittance_part SELECT min(number), 2 FROM entry WHERE kind = 'payment' AND method = 'cash'",
            "is on a slip of another kind",
        ),
    ],
)
def test_what_disagrees_with_the_entries_is_found(banked: Place, change: str, said: str) -> None:
    with banked.unguarded() as sql:
        assert changed(sql, change) > 0
    with banked.store.reading() as connection, pytest.raises(AnswerIsNo, match=said):
        audit.check_sums(connection)
