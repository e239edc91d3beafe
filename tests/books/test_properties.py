"""Any sequence of sales, taps, payments, corrections, counts, remittances and closings leaves books that are right.

After every closing: the FEC of each year is good by the rules of its format, 411 is the sum of the tabs, 4191 the worth
of unused days, 530 the box, closings add up to the entries, the grand total never falls; and what a file said of a
closed day it says again, but for the letters of what is paid later.

KIOSK_BOOKS_EXAMPLES=200 (`scripts/torture books`) makes a long run with other examples each time; here is a short one.
"""

import json
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from kiosk import home
from kiosk.acting import Acting
from kiosk.books import accounting_files, due
from kiosk.books.accounting_files import ExtractRequest
from kiosk.books.bank_deposits import BankDeposits
from kiosk.books.closing import Closings
from kiosk.checkin import entering
from kiosk.domain.books.closings import Period
from kiosk.domain.checkin import badges
from kiosk.domain.money.tariffs import Price, ProductKind
from kiosk.domain.periods import Unit
from kiosk.domain.problems import Problem
from kiosk.errors import KioskError
from kiosk.language.names import Names
from kiosk.money.cashbox import Finding
from kiosk.money.till import METHODS
from kiosk.space.rule_change import NewProduct, RuleChange
from kiosk.space.rules import Rulebook
from kiosk.store.members import members
from kiosk.store.money import bank_deposit_rows, cash_rows
from kiosk.store.money.reversals import REVERSIBLE
from kiosk.store.space.policies import Rules
from tests.books.fec_checker import cents, check, rows_of
from tests.books.oracle import Ledger, fiscal_years
from tests.conftest import Space
from tests.fakes import FakeClock
from tests.homes import copied
from tests.money.giving import Box, Vouchers
from tests.shared import once

SIREN = "732829320"
START = datetime(2026, 12, 10, 8, tzinfo=UTC)  # a year ends soon
UIDS = ("04A2000000E511", "04A2000000E522", "04A2000000E533")
PRODUCTS = ("membership", "permanent", "week", "carnet-10", "carnet-3", "halves-5", "annual")
SUMS = (1, 333, 500, 2000, 4999, 12345)
TAXED = ("day", "permanent", "carnet-10", "carnet-3", "halves-5", "annual", "bons-4")

vat = st.sampled_from(["liable", "exempt", "franchise", "liable"])
member = st.integers(1, len(UIDS))
sums = st.sampled_from(SUMS)
method = st.sampled_from(METHODS)
pick = st.integers(0, 10_000)
seeds = st.integers(0, 2**32)


def _unlettered(content: bytes) -> bytes:
    """A file without what a later payment adds to a line of an open year: its letter, and the day of it."""
    lines = (line.split(b"\t") for line in content.split(b"\r\n"))
    return b"\r\n".join(b"\t".join((*line[:13], *line[15:])) for line in lines)


class Books(RuleBasedStateMachine):
    """A space of three members and an organisation, at the end of a year."""

    template: Path
    folder: Path

    def __init__(self) -> None:
        super().__init__()
        self._stack = ExitStack()
        root = Path(tempfile.mkdtemp(dir=self.folder)) / "home"
        self._stack.callback(shutil.rmtree, root.parent)
        copied(self.template, root)
        opened = self._stack.enter_context(home.opened(root))
        self.clock = FakeClock(START)
        parts: dict[str, Any] = {
            "store": opened.store,
            "rules": Rules(opened.config.zone),
            "seal": opened.seal,
            "clock": self.clock,
            "actor": "cli",
        }
        self.home, self.policies = opened, parts["rules"]
        self.space = Space(opened, self.clock)
        self._stack.callback(self.space.kept.close)
        self.till = self.space.till
        self.box, self.bank, self.closings = Box(**parts), BankDeposits(**parts), Closings(**parts)
        self.rulebook = Rulebook(store=opened.store, rules=parts["rules"], clock=self.clock, actor="cli")
        self.due = due.Due(**parts)
        self.vouchers = Vouchers(Acting(**parts))
        self.files: dict[str, bytes] = {}

    def teardown(self) -> None:
        """Into the next fiscal year: what waits for it comes."""
        for days in (1, 60):
            self.pass_days(days)
            self.close_month_and_year()
        self.pass_days(1)
        self._stack.close()

    def _try(self, act: Callable[[], object]) -> None:
        """What cannot be is refused, and changes nothing."""
        with suppress(KioskError, Problem):
            act()

    @initialize(status=vat, month=st.sampled_from([1, 1, 2]), seed=seeds)
    def begin(self, status: str, month: int, seed: int) -> None:
        self.month = month
        self.space.rule("fiscal_year_month", str(month))
        self.space.rule("vat_status", json.dumps(status), "2026-12-10")
        self.space.rule("vat_rates", json.dumps(dict.fromkeys(TAXED, 2000)), "2026-12-10")
        self.live(seed)

    # --- what people do

    @rule(number=member, product=st.sampled_from(PRODUCTS), ahead=st.sampled_from([0, 0, 0, 9, 40]), runs=st.booleans())
    def sell(self, number: int, product: str, ahead: int, runs: bool) -> None:
        today = self.clock.now().date()
        runs = runs and product == "permanent"
        self._try(lambda: self.till.sell(number, product, today + timedelta(days=ahead), runs=runs))

    @rule(number=member)
    def tap(self, number: int) -> None:
        fingerprint = badges.parse(UIDS[number - 1]).fingerprint(self.home.badge_key)
        with self.home.store.writing() as connection:
            entering.enter(connection, self.policies, self.home.seal, fingerprint, self.clock.now(), "kiosk")

    @rule(amounts=st.dictionaries(st.integers(1, 4), sums, min_size=1, max_size=2), how=method)
    def pay(self, amounts: dict[int, int], how: str) -> None:
        key = os.urandom(16)
        text = "banque du Nord ; n° 1 ; au nom d'Inès" if how == "cheque" else None
        self._try(lambda: self.till.take(amounts, how, key=key, text=text))

    @rule(account=st.integers(1, 4), amount=sums, how=method)
    def refund(self, account: int, amount: int, how: str) -> None:
        self._try(lambda: self.till.refund(account, amount, how, "trop payé"))

    @rule(account=st.integers(1, 4), amount=sums)
    def write_off(self, account: int, amount: int) -> None:
        self._try(lambda: self.till.write_off(account, amount, "perdu"))

    @rule(account=st.integers(1, 4), amount=sums)
    def deposit(self, account: int, amount: int) -> None:
        self._try(lambda: self.till.deposit(account, amount))

    @rule(which=pick, kind=st.sampled_from(REVERSIBLE))
    def reverse(self, which: int, kind: str) -> None:
        free = "NOT EXISTS (SELECT 1 FROM entry AS r WHERE r.reverses = e.number)"
        found = self.space.sql(f"SELECT number FROM entry AS e WHERE kind = '{kind}' AND {free}")
        if found:
            self._try(lambda: self.till.reverse(int(str(found[which % len(found)][0])), "erreur"))

    @rule(number=member, product=st.sampled_from(["carnet-3", "carnet-10", "halves-5"]), days=st.integers(1, 3))
    def use_a_carnet(self, number: int, product: str, days: int) -> None:
        self.sell(number, product, 0, runs=False)
        for _ in range(days):
            self.pass_days(1)
            self.tap(number)

    @rule(number=member, days=st.sampled_from([None, 1, 2]), earned=st.integers(0, 2))
    def come_by_others(self, number: int, days: int | None, earned: int) -> None:
        """An organisation pays days ahead, or somebody earned some."""
        self.vouchers.sell(1, "bons-4")
        ((envelope,),) = self.space.sql("SELECT max(id) FROM envelope")
        self._try(lambda: self.vouchers.name(int(str(envelope)), number, days=days))
        self._try(lambda: self.vouchers.bank(number, earned, "un accueil"))
        for _ in range(3):
            self.pass_days(1)
            self.tap(number)

    @rule(account=st.integers(1, 4), amount=sums, how=method)
    def give_back(self, account: int, amount: int, how: str) -> None:
        self.till.take({account: amount + 30_000}, "transfer", key=os.urandom(16))
        self.refund(account, amount, how)

    @rule(number=member, what=st.integers(0, 11))
    def change_their_mind(self, number: int, what: int) -> None:
        """A subscription into the next fiscal year, taken back at once, later or not at all."""
        ahead = timedelta(days=what)
        sold = self.till.sell(number, ("annual", "permanent")[what % 2], self.clock.now().date() + ahead).entry
        if what % 3:
            self.pass_days(what % 3 * 3)
            self._try(lambda: self.till.reverse(sold, "erreur"))

    # --- the box and the bank

    @rule(account=st.integers(1, 4), amount=sums)
    def declare(self, account: int, amount: int) -> None:
        self._try(lambda: self.box.declare(account, amount))

    @rule(off=st.sampled_from([0, 0, -20, 50]), found=st.booleans())
    def count(self, off: int, found: bool) -> None:
        content = self.box.content()
        said = [each.entry for each in content.declared]
        there = max(0, content.cents + (content.declared_cents if found else 0) + off)
        finding = Finding({1: there} if there <= 9999 else {100: there // 100, 1: there % 100}, (), (), "compté")
        finding = Finding(finding.coins, said if found else (), () if found else said, "compté")
        self._try(lambda: self.box.count(finding))

    @rule(account=st.integers(1, 4), amount=sums, cheques=st.integers(0, 2), arrives=st.booleans())
    def carry_to_the_bank(self, account: int, amount: int, cheques: int, arrives: bool) -> None:
        self.till.take({account: amount}, "cash", key=os.urandom(16))
        with self.home.store.reading() as connection:
            waiting = [each.entry for each in bank_deposit_rows.waiting(connection, "cheque")]
        self._try(lambda: self.bank.deposit(cheques=waiting[:cheques], cash_cents=amount))
        if arrives:
            self.pass_days(1)
            ((carried,),) = self.space.sql("SELECT coalesce(max(number), 0) FROM entry WHERE kind = 'remittance'")
            self._try(lambda: self.bank.credited(int(str(carried))))

    @rule(account=st.integers(1, 4), amount=sums, fee=st.sampled_from([0, 1200]), was_good=st.booleans())
    def have_a_cheque_bounce(self, account: int, amount: int, fee: int, was_good: bool) -> None:
        entry = self.till.take({account: amount}, "cheque", key=os.urandom(16)).entry
        self.bank.deposit(cheques=[entry])
        self.pass_days(1)
        bounced = self.bank.bounce(entry, fee, "sans provision").entry
        if was_good:
            self.pass_days(1)
            self.bank.take_back_bounce(bounced, "erreur de la banque")

    @rule(account=st.integers(1, 4), amount=sums, how=st.sampled_from(["card", "online"]), fee=st.sampled_from([0, 7]))
    def payout(self, account: int, amount: int, how: str, fee: int) -> None:
        self.till.take({account: amount}, how, key=os.urandom(16))
        with self.home.store.reading() as connection:
            waiting = bank_deposit_rows.waiting(connection, how)
        total = sum(each.cents for each in waiting)
        self._try(lambda: self.bank.payout(how, [each.entry for each in waiting], total - fee))

    @rule(seed=seeds)
    def live(self, seed: int) -> None:
        """A dense time of everything, which steps one by one seldom come to."""
        chance = Random(seed)
        acts: list[Callable[[int, int, int, str], object]] = [
            lambda who, what, amount, how: self.sell(1 + who % 3, PRODUCTS[what % 6], what % 2 * 20, runs=what > 8),
            lambda who, what, amount, how: self.sell(1 + who % 3, PRODUCTS[what % 6], 0, runs=False),
            lambda who, what, amount, how: self.tap(1 + who % 3),
            lambda who, what, amount, how: self.tap(1 + who % 3),
            lambda who, what, amount, how: self.pay({who: amount}, how),
            lambda who, what, amount, how: self.give_back(who, amount, how),
            lambda who, what, amount, how: self.change_their_mind(1 + who % 3, what),
            lambda who, what, amount, how: self.reverse(what, REVERSIBLE[what % len(REVERSIBLE)]),
            lambda who, what, amount, how: self.reverse(what, "charge"),
            lambda who, what, amount, how: self.come_by_others(1 + who % 3, (None, 1, 2)[what % 3], what % 2),
            lambda who, what, amount, how: self.declare(who, amount),
            lambda who, what, amount, how: self.count(50 * (what % 3), found=what > 6),
            lambda who, what, amount, how: self.do_what_is_due(),
            lambda who, what, amount, how: self.pass_days(1 + what % 6 * (what > 8)),
        ]
        for _ in range(15):
            chance.choice(acts)(chance.randint(1, 4), chance.randrange(12), chance.choice(SUMS), chance.choice(METHODS))

    # --- what the association decides

    @rule(status=vat, rate=st.sampled_from([2000, 550]))
    def change_vat(self, status: str, rate: int) -> None:
        tomorrow = self.clock.now().date() + timedelta(days=1)
        rates = dict.fromkeys(TAXED, rate)
        self._try(lambda: self.rulebook.set_rule(RuleChange("vat_status", status, tomorrow)))
        self._try(lambda: self.rulebook.set_rule(RuleChange("vat_rates", rates, tomorrow)))

    # --- time

    @rule(days=st.sampled_from([1, 1, 2, 5, 15]), at_once=st.booleans())
    def pass_days(self, days: int, at_once: bool = True) -> None:
        for _ in range(1 if at_once else days):
            self.clock.advance(days=days if at_once else 1)
            self.closings.close_days()
        self._check()

    @rule()
    def do_what_is_due(self) -> None:
        if self.due.run().closed:
            self._check(closed_now=False)

    @rule()
    def close_month_and_year(self) -> None:
        for kind in (Period.MONTH, Period.YEAR):
            with suppress(KioskError):
                self.closings.close(kind, self.closings.coming(kind).from_on)

    # --- what must be

    def _check(self, *, closed_now: bool = True) -> None:
        ledger = Ledger(self.home)
        days = [last for kind, _, last, _ in ledger.closings if kind == "day"]
        rows = self._check_files(days[-1])
        if closed_now:  # nothing is written that is not closed
            self._check_sums(ledger, rows, days[-1])
        self._check_closings(ledger)

    def _check_files(self, closed: date) -> list[dict[str, str]]:
        """Each year's file is good, and says what it said before. Returns the last one's lines."""
        rows: list[dict[str, str]] = []
        for first, last in fiscal_years(START.date(), closed, self.month):
            with self.home.store.reading() as connection:
                extract = accounting_files.find(connection, ExtractRequest(year=first.year))
            assert (extract.year.first_on, extract.year.last_on) == (first, last)
            name = accounting_files.name_of(extract, SIREN)
            content = b"".join(accounting_files.stream(self.home.store, extract, training=False))
            assert check(name, content, first, last) == []
            assert content == self._from_the_beginning(extract)
            said = _unlettered(content)
            assert said.startswith(self.files.get(name, b""))
            self.files[name], rows = said, rows_of(content)
        return rows

    def _from_the_beginning(self, extract: accounting_files.Extract) -> bytes:
        """The same file by who has nothing of what closed years say that they leave."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(accounting_files, "_carrying", lambda connection, year: None)
            return b"".join(accounting_files.stream(self.home.store, extract, training=False))

    def _check_sums(self, ledger: Ledger, rows: list[dict[str, str]], closed: date) -> None:
        stands: Counter[str] = Counter()
        tabs: Counter[str] = Counter()
        for row in rows:
            stands[row["CompteNum"]] += cents(row)
            if row["CompteNum"] == "411":
                tabs[row["CompAuxNum"]] += cents(row)
        assert {party: left for party, left in tabs.items() if left} == ledger.tabs
        assert -stands["4191"] == ledger.unused
        assert -stands["487"] == ledger.deferred(closed, self.month)
        for account, left in ledger.accounts().items():
            assert stands[account] == left, account
        with self.home.store.reading() as connection:
            assert stands["530"] == cash_rows.content(connection)
            assert stands["5112"] == sum(each.cents for each in bank_deposit_rows.waiting(connection, "cheque"))
            waiting = [each for how in ("card", "online") for each in bank_deposit_rows.waiting(connection, how)]
            assert stands["5115"] == sum(each.cents for each in waiting)
            assert sum(found.balance_cents for found in members.everyone(connection)) == sum(
                left for party, left in tabs.items() if not party.startswith("S")
            )

    def _check_closings(self, ledger: Ledger) -> None:
        before = 0
        by_number = {row.number: row for row in ledger.rows}
        for kind, first, last, number in ledger.closings:
            said, found = by_number[number].detail, ledger.totals(first, last)
            assert {name: said[name] for name in found if name != "entries"} == {
                name: value for name, value in found.items() if name != "entries"
            }, (kind, first)
            assert said["entries"] == found["entries"], (kind, first)
            assert said["grand_total"] == ledger.charged_until(last)
            if kind == "day":
                assert said["grand_total"] >= before
                before = said["grand_total"]


@pytest.fixture(scope="module")
def furnished(template: Path) -> Path:
    """A home with its people, and more to sell: carnets of days and of half days that expire soon, a subscription of a
    year.
    """
    return once("books", lambda root: _furnish(template, root))


def _furnish(template: Path, root: Path) -> None:
    shutil.copytree(template, root)
    with home.opened(root) as opened:
        space = Space(opened, FakeClock(START))
        space.rule("association", json.dumps({"siren": SIREN}))
        for name, uid in zip(("Inès", "Karim", "Léa"), UIDS, strict=True):
            space.join(name, uid)
        book = Rulebook(store=opened.store, rules=Rules(opened.config.zone), clock=space.clock, actor="cli")
        today = START.date()
        book.add_product(
            NewProduct(
                code="carnet-3",
                kind=ProductKind.CARNET,
                unit=Unit.DAY,
                names=Names({"fr": "Petit carnet", "en": "Small carnet"}),
                price=Price(1400, None),
                valid_from=today,
                days=3,
                valid_days=10,
            )
        )
        book.add_product(
            NewProduct(
                code="halves-5",
                kind=ProductKind.CARNET,
                unit=Unit.HALF_DAY,
                names=Names({"fr": "Carnet de demi-journées", "en": "Carnet of half days"}),
                price=Price(1303, None),
                valid_from=today,
                days=5,
                valid_days=10,
            )
        )
        book.add_product(
            NewProduct(
                code="annual",
                kind=ProductKind.SUBSCRIPTION,
                unit=Unit.YEAR,
                names=Names({"fr": "Année", "en": "Year"}),
                price=Price(99999, None),
                valid_from=today,
            )
        )
        book.add_product(
            NewProduct(
                code="bons-4",
                kind=ProductKind.ENVELOPE,
                unit=Unit.DAY,
                names=Names({"fr": "Enveloppe de 4 bons", "en": "Envelope of 4"}),
                price=Price(1999, None),
                valid_from=today,
                days=4,
                valid_days=12,
            )
        )
        with opened.store.writing() as connection:
            connection.exec_driver_sql("INSERT INTO organisation (name) VALUES ('Coop')")
            connection.exec_driver_sql("INSERT INTO account (organisation_id, balance_cents) VALUES (1, 0)")
        space.kept.close()


def how(examples: int | None) -> settings:
    """The same examples at each run of the suite; others each time where somebody asks for many."""
    return settings(
        max_examples=examples or 6,
        stateful_step_count=40 if examples else 20,
        derandomize=examples is None,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink] if examples else [Phase.generate],
        report_multiple_bugs=False,
    )


def test_whatever_happens_the_books_are_right(furnished: Path, tmp_path: Path) -> None:
    examples = os.environ.get("KIOSK_BOOKS_EXAMPLES")
    machine = type("Machine", (Books,), {"template": furnished, "folder": tmp_path})
    run_state_machine_as_test(machine, settings=how(int(examples) if examples else None))
