"""A closed year's file stays what it was: whatever is renamed, numbered otherwise or sold since, to the byte."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from pathlib import Path
from random import Random

import psycopg
import pytest

from kiosk.books import accounting_files
from kiosk.books.accounting_files import ExtractRequest
from kiosk.domain.books.closings import Period
from kiosk.domain.books.ecritures import OPENING
from kiosk.domain.money.tariffs import Price
from kiosk.errors import KioskError, MachineError
from kiosk.language.names import Names
from kiosk.members.member_files import Files
from kiosk.members.payers import Payers
from kiosk.money.till import METHODS
from kiosk.space.rule_change import RuleChange, TariffChange
from kiosk.space.rules import Rulebook
from kiosk.store.books import booking_facts, closing_rows
from kiosk.store.members.organisations import Facts
from kiosk.store.space import rule_rows
from kiosk.store.space.policies import Rules
from tests.beside import unguarded
from tests.books import closed_year
from tests.conftest import Space

pytestmark = pytest.mark.promise(3)
CLOSED = ExtractRequest(year=2026)


@pytest.fixture
def space(template: Path, tmp_path: Path) -> Iterator[Space]:
    with closed_year.some_days_later(template, tmp_path, 3) as lived:
        yield lived


def fec(space: Space, wish: ExtractRequest = CLOSED, *, names: bool = False) -> bytes:
    with space.home.store.reading() as connection:
        found = accounting_files.find(connection, wish)
    return b"".join(accounting_files.stream(space.home.store, found, training=False, names=names))


def rulebook(space: Space) -> Rulebook:
    return Rulebook(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock, actor="officer:1")


def tamper(space: Space, *statements: str) -> None:
    with unguarded(space.home) as raw:
        for each in statements:
            raw.execute(each)


def test_a_product_that_is_renamed_keeps_its_old_name_in_what_is_closed(space: Space) -> None:
    before = fec(space)
    assert "Journée".encode("iso8859-15") in before
    rulebook(space).name_product("day", Names({"fr": "Jour de travail", "en": "Working day", "nl": "Werkdag"}))
    assert fec(space) == before
    space.tap(closed_year.KARIM)
    space.lift(closed_year.KARIM)
    space.tap(closed_year.INES)
    space.clock.advance(days=1)
    closed_year.close_days(space)
    assert b"Jour de travail" in fec(space, ExtractRequest(year=2027))


def test_a_name_given_back_in_time_begins_on_the_first_day_that_is_not_closed(space: Space) -> None:
    before = fec(space)
    with space.home.store.writing() as connection:
        rule_rows.name_product(connection, "day", Names({"fr": "Jour", "nl": "Dag"}), date(2026, 12, 1))
    assert fec(space) == before
    assert {day for (day,) in space.sql("SELECT from_on FROM name WHERE text IN ('Jour', 'Dag')")} == {"2027-01-12"}


def test_an_organisation_is_called_in_what_is_closed_as_it_was_then(space: Space) -> None:
    payers = Payers(store=space.home.store, rules=Rules(space.home.config.zone), clock=space.clock)
    found = payers.add(Facts(name="Ancienne SCOP", kind="company"))
    space.till.take({found.account: 500}, "transfer", key=bytes(16))
    space.clock.advance(days=1)
    closed_year.close_days(space)
    wish = ExtractRequest(from_on=date(2027, 1, 1))
    before = fec(space, wish, names=True)
    assert b"\tS1\tAncienne SCOP\t" in before
    payers.change(found.id, Facts(name="Nouvelle SCIC", kind="company"))
    assert fec(space, wish, names=True) == before
    payers.change(found.id, Facts(name="Encore autre", kind="company"))
    space.till.take({found.account: 700}, "transfer", key=bytes(range(16)))
    space.clock.advance(days=1)
    closed_year.close_days(space)
    assert fec(space, wish, names=True).startswith(before)
    today = ExtractRequest(from_on=date(2027, 1, 15))
    assert b"\tS1\tEncore autre\t" in fec(space, today, names=True)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "INSERT INTO policy (name, valid_from, value)"
            " VALUES ('accounts', '2011-01-01', '{\"services\": \"7061\"}')",
            "accounts changed since",
        ),
        ("UPDATE product SET kind = 'membership' WHERE code = 'day'", "accounts changed since"),
        ("UPDATE name SET text = 'Jour' WHERE kind = 'product' AND code = 'day' AND language = 'fr'", "label changed"),
        ("UPDATE carnet SET value_cents = 1", None),  # stands in the entry itself
    ],
)
def test_a_file_that_would_differ_says_which_line_and_why_and_is_none(
    space: Space, statement: str, said: str | None
) -> None:
    before = fec(space)
    tamper(space, statement)
    if said is None:
        assert fec(space) == before
        return
    with space.home.store.reading() as connection:
        pieces = accounting_files.stream(space.home.store, accounting_files.find(connection, CLOSED), training=False)
    with pytest.raises(MachineError) as wrong:
        next(pieces)
    assert wrong.value.code == "books-differ"
    assert "is not what was closed: écriture" in str(wrong.value)
    assert said in str(wrong.value)


def test_what_a_year_begins_with_is_remembered_by_its_closing(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    with space.home.store.reading() as connection:
        year = closing_rows.of_day(connection, Period.YEAR, date(2026, 6, 1))
        months = closing_rows.between(connection, Period.MONTH, date(2026, 11, 1), date(2026, 12, 31))
    assert year is not None
    assert {"fec", "begins"} <= year.detail.keys()
    assert all("fec" in month.detail for month in months)
    monkeypatch.setattr(
        accounting_files.Reading,
        "_begin",
        lambda self, closed: iter(
            [self._make_derived(closed, OPENING, "Soldes", ())] if closed.until_on.day == 25 else []
        ),
    )
    with pytest.raises(MachineError) as wrong:
        fec(space)
    assert "2 écritures instead of 0" in str(wrong.value)


def test_a_year_after_a_closed_one_is_made_of_its_own_entries_alone(
    space: Space, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = ExtractRequest(year=2027)
    monkeypatch.setattr(accounting_files, "_carrying", lambda connection, year: None)
    before = fec(space, wish)
    assert b"\tSoldes \xe0 nouveau\t" in before
    monkeypatch.undo()
    monkeypatch.setattr(booking_facts, "between", None)  # nothing of before is asked for
    read: list[int] = []
    with space.home.store.reading() as connection:
        found = accounting_files.find(connection, wish)
        count = accounting_files.count(connection, found)
    pieces = accounting_files.stream(space.home.store, found, training=False, step=read.append)
    assert b"".join(pieces) == before
    ((entries,),) = space.sql("SELECT count(*) FROM entry WHERE day_on BETWEEN '2027-01-01' AND '2027-01-11'")
    assert sum(read) == count == entries


def test_a_long_file_is_made_twice_and_is_the_same(space: Space, monkeypatch: pytest.MonkeyPatch) -> None:
    before = fec(space)
    monkeypatch.setattr(accounting_files, "_MOST_HELD", 100)
    assert fec(space) == before


@pytest.mark.parametrize("seed", range(2))
def test_a_hundred_ordinary_acts_change_no_byte_of_a_closed_year(space: Space, seed: int) -> None:
    before, rng = fec(space), Random(seed)
    done = sum(_act(space, rng) for _ in range(100))
    assert done > 50
    closed_year.close_days(space)
    assert fec(space) == before


def _act(space: Space, rng: Random) -> bool:
    """Something that a member or an officer does. Returns whether it could be done."""
    of, rules = space.home, Rules(space.home.config.zone)
    files = Files(store=of.store, rules=rules, clock=space.clock, actor="officer:1")
    payers = Payers(store=of.store, rules=rules, clock=space.clock)
    today = space.clock.now().date()
    number, cents = rng.randint(1, 3), rng.randint(1, 40) * 100
    entries = [row[0] for row in space.sql("SELECT number FROM entry WHERE kind IN ('charge', 'payment')")]

    def tap() -> None:
        uid = rng.choice((closed_year.INES, closed_year.KARIM))
        space.tap(uid)
        space.lift(uid)

    def receive() -> None:
        closed_year.receipts(space).for_payment(space.till.pay(number, cents, rng.choice(sorted(METHODS))))

    def rule() -> None:
        value = {"cash": f"53{rng.randint(0, 9)}", "product:day": f"706{rng.randint(1, 9)}"}
        rulebook(space).set_rule(RuleChange("accounts", value, today))

    def wait() -> None:
        space.clock.advance(days=rng.randint(1, 20))
        closed_year.close_days(space)

    acts: tuple[Callable[[], object], ...] = (
        tap,
        receive,
        rule,
        wait,
        lambda: space.join(f"Nouvelle {rng.random()}", f"04A20000{rng.randrange(16**6):06X}"),
        lambda: space.till.sell(number, rng.choice(("carnet-10", "membership", "permanent")), None),
        lambda: space.till.reverse(int(str(rng.choice(entries))), "erreur"),
        lambda: space.till.write_off(number, cents, "geste"),
        lambda: space.till.deposit(number, 1000),
        lambda: space.till.refund(number, cents, "cash", "trop payé"),
        lambda: rulebook(space).name_product("day", Names({"fr": f"Jour {rng.random()}", "en": "Day"})),
        lambda: rulebook(space).name_product("carnet-10", Names({"fr": f"Dix {rng.random()}", "nl": "Tien"})),
        lambda: rulebook(space).set_tariff(TariffChange("day", "full", Price(cents), today + timedelta(days=1))),
        lambda: rulebook(space).set_rule(RuleChange("fiscal_year_month", rng.randint(1, 12), today)),
        lambda: files.grant(number, "reduced", "attestation", today, today + timedelta(days=90)),
        lambda: space.enrolment.change_plan(number, rng.choice(("permanent", "itinerant", "free"))),
        lambda: payers.appoint(number, ["day"], None, today),
    )
    try:
        rng.choice(acts)()
    except (KioskError, ValueError) as refused:
        assert not isinstance(refused, MachineError), refused
        return False
    return True


def test_rules_that_number_accounts_are_written_for_days_to_come(space: Space) -> None:
    with pytest.raises(KioskError) as refused:
        rulebook(space).set_rule(RuleChange("accounts", json.loads('{"cash": "531"}'), date(2026, 12, 1)))
    assert refused.value.code == "past-change"


@pytest.mark.parametrize(
    "change",
    [
        "detail = '{}'",
        "detail = '{'",
        "detail = '[]'",
        "detail = '{\"product\":5}'",
        'detail = replace(detail, \'"quantity":1\', \'"quantity":"x"\')',
        "detail = CAST(x'ff' AS TEXT)",
        "amount_cents = 'x'",
        "day_on = 'x'",
        "method = 'x'",
        "account_id = 99",
        "kind = 'x'",
        "member_number = 'x'",
        "key_id = NULL",
    ],
)
def test_rows_that_were_changed_past_the_program_are_told_of_and_never_a_bare_fault(space: Space, change: str) -> None:
    before = fec(space)
    with unguarded(space.home) as raw:
        raw.execute("PRAGMA ignore_check_constraints = ON")
        raw.execute("PRAGMA foreign_keys = OFF")
        for kind in ("charge", "payment"):
            with suppress(sqlite3.IntegrityError, psycopg.IntegrityError, psycopg.DataError):  # the schema refuses it
                raw.execute(f"UPDATE entry SET {change} WHERE kind = '{kind}' AND day_on < '2026-12-31'")
    try:
        after = fec(space)
    except MachineError as refused:
        assert refused.code in ("books-differ", "database")
    else:
        assert after == before, "or what was changed says nothing in the file"
