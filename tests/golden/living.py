"""The diary lived through the program's own use-cases, with a clock that is set day by day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from kiosk import home
from kiosk.books import due
from kiosk.books.closing import Closings
from kiosk.books.gifts import Gifts
from kiosk.books.results import Results
from kiosk.checkin import entering
from kiosk.domain.books.closings import Period
from kiosk.domain.checkin import badges
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.money.tariffs import Price
from kiosk.home import Home
from kiosk.members import enrolment
from kiosk.members.enrolment import Application
from kiosk.members.member_files import Files
from kiosk.money import expiry, till
from kiosk.money.cashbox import CashBox, Finding
from kiosk.setup import home_creation
from kiosk.setup.home_creation import NewHome
from kiosk.space.rule_change import RuleChange, TariffChange
from kiosk.space.rules import Rulebook
from kiosk.store import ledger
from kiosk.store.checkin import visits
from kiosk.store.members import members
from kiosk.store.money import reversals
from kiosk.store.space.policies import Rules
from tests.fakes import FakeClock
from tests.golden import diary
from tests.golden.diary import Event
from tests.tills import LoneTill

Day = tuple[date, list[Event]]


@dataclass
class Life:
    """A home in which the diary happens."""

    home: Home
    clock: FakeClock
    numbers: dict[str, int] = field(default_factory=dict)
    sales: dict[tuple[str, str], int] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=dict)
    visits: dict[str, int] = field(default_factory=dict)
    payments: dict[str, int] = field(default_factory=dict)
    counts: list[int] = field(default_factory=list)
    gifts: dict[str, int] = field(default_factory=dict)
    parts: dict[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        self.rules = Rules(self.home.config.zone)
        parts = {"store": self.home.store, "rules": self.rules, "clock": self.clock, "actor": "golden"}
        sealed = {**parts, "seal": self.home.seal}
        self.parts = sealed
        self.till = LoneTill(**sealed)  # type: ignore[arg-type]  # the same parts for each
        self.box = CashBox(**sealed)  # type: ignore[arg-type]
        self.closings = Closings(**sealed)  # type: ignore[arg-type]
        self.rulebook = Rulebook(**parts)  # type: ignore[arg-type]

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime.combine(day, time(hour, minute), tzinfo=self.home.config.zone).astimezone(UTC)

    def live(self) -> None:
        """Every day of the diary."""
        self.clock.set(self.at(diary.FIRST, 5))
        self._set_rules()
        together: list[Day] = []
        for day, events in diary.days():
            if day.day == 1:
                self._live(together)
                self._close(day)
                together = []
            together.append((day, events))
            if any(event.kind in _ALONE for event in events):
                self._live(together)
                together = []
        self._live(together)

    def _set_rules(self) -> None:
        self.rulebook.set_rule(RuleChange("fiscal_year_month", diary.YEAR[0].month, diary.FIRST))
        association = {"name": "Espace inventé", "address": "1 rue d’Exemple\n59000 Lille", "siren": "732829320"}
        self.rulebook.set_rule(RuleChange("association", association, diary.FIRST))
        self.rulebook.set_rule(RuleChange("gifts", True, diary.FIRST))
        for (product, level), prices in diary.PRICES.items():
            for since, cents in prices.items():
                if since > diary.FIRST:
                    self.rulebook.set_tariff(TariffChange(product, level, Price(cents), since))
        rates = dict.fromkeys(diary.TAXED, diary.VAT_PERCENT * 100)
        self.rulebook.set_rule(RuleChange("vat_rates", rates, diary.VAT_FROM))
        self.rulebook.set_rule(RuleChange("vat_status", "liable", diary.VAT_FROM))
        for since, cents in diary.RENT.items():
            if since > diary.FIRST:
                self.rulebook.set_rule(RuleChange("rent_cents", cents, since))

    def _close(self, day: date) -> None:
        """The month that is over, and the year with it."""
        self.clock.set(self.at(day, 6))
        self.closings.close_days()
        self.closings.close(Period.MONTH, day - timedelta(days=1))
        if day.month == diary.YEAR[0].month:
            self.closings.close(Period.YEAR, day - timedelta(days=1))

    def _live(self, together: list[Day]) -> None:
        """Some days in one transaction, which is faster; then what is done by itself on the last of them."""
        if not together:
            return
        with self.home.store.writing() as connection:
            for day, events in together:
                self._live_a_day(connection, day, events)
        day, events = together[-1]
        self.clock.set(self.at(day, 20))
        for event in events:
            alone = _ALONE.get(event.kind)
            if alone is not None:
                alone(self, event)

    def _live_a_day(self, connection: sa.Connection, day: date, events: list[Event]) -> None:
        morning, minutes = self.at(day, 7), iter(range(8 * 60, 19 * 60))
        due.charge_everybody(connection, self.rules, self.home.seal, morning, "golden")
        _, moment = self.rules.at(connection, morning)
        expiry.expire(connection, self.home.seal, moment, "golden")
        for event in events:
            act = _TOGETHER.get(event.kind)
            if act is not None:
                hour, minute = divmod(next(minutes), 60)
                act(self, connection, event, self.at(day, hour, minute))

    def _member(self, connection: sa.Connection, who: str) -> members.Member:
        return members.by_number(connection, self.numbers[who])

    def _account(self, who: str) -> tuple[int, int]:
        with self.home.store.reading() as connection:
            found = self._member(connection, who)
            return found.account, found.balance_cents

    def join(self, connection: sa.Connection, event: Event, at: datetime) -> None:
        badge = badges.parse(f"04{len(self.numbers):012X}")
        wish = Application(name=f"Personne {event.who}", plan=event.what, badge=badge)
        made = enrolment.add(connection, self.rules, self.home.seal, self.home.badge_key, wish, at, "golden")
        self.numbers[event.who] = made.number

    def grant(self, connection: sa.Connection, event: Event, at: datetime) -> None:
        assert event.until is not None
        day = at.astimezone(self.home.config.zone).date()
        members.grant_reduced(connection, self._member(connection, event.who), "reduced", day, event.until)

    def sell(self, connection: sa.Connection, event: Event, at: datetime) -> None:
        policy, moment = self.rules.at(connection, at)
        found, day = self._member(connection, event.who), moment.day
        sold = till.sell(
            connection, self.home.seal, policy, found, event.what, today=day, day=day, at=at, actor="golden"
        )
        self.sales[event.who, event.what] = sold.entry

    def take_back_sale(self, connection: sa.Connection, event: Event, at: datetime) -> None:
        self._reverse(connection, self.sales[event.who, event.what], at)

    def _reverse(self, connection: sa.Connection, entry: int, at: datetime) -> None:
        day = at.astimezone(self.home.config.zone).date()
        reversals.reverse(connection, self.home.seal, entry, at=at, day_on=day, actor="golden", reason="erreur")

    def visit(self, connection: sa.Connection, event: Event, at: datetime) -> None:
        place = list(self.numbers).index(event.who)
        fingerprint = badges.parse(f"04{place:012X}").fingerprint(self.home.badge_key)
        done = entering.enter(connection, self.rules, self.home.seal, fingerprint, at, "golden")
        assert isinstance(done.decision, Granted), (event, at, done.decision)
        assert done.visit is not None
        self.visits[event.who] = done.visit
        if done.decision.charge.amount_cents:
            self.days[event.who] = ledger.head(connection).number

    def undo(self, connection: sa.Connection, event: Event, at: datetime) -> None:
        _, moment = self.rules.at(connection, at)
        visits.undo(connection, self.home.seal, self.visits[event.who], moment, "golden")
        self.days.pop(event.who, None)

    def take_back_day(self, connection: sa.Connection, event: Event, at: datetime) -> None:
        self._reverse(connection, self.days[event.who], at)

    def pay(self, connection: sa.Connection, event: Event, at: datetime) -> None:
        cents = event.cents or self._member(connection, event.who).balance_cents
        if cents > 0:
            self.payments[event.who] = till.pay(
                connection,
                self.rules,
                self.home.seal,
                self.numbers[event.who],
                cents,
                event.what,
                at,
                "golden",
            )

    def deposit(self, event: Event) -> None:
        self.till.deposit(self._account(event.who)[0], event.cents)

    def bounce(self, event: Event) -> None:
        self.till.reverse(self.payments[event.who], "chèque impayé")

    def gift(self, event: Event) -> None:
        self.gifts[event.who] = Gifts(**self.parts).give(self._account(event.who)[0], event.cents, event.what).entry

    def take_back_gift(self, event: Event) -> None:
        for entry in (self.gifts[event.who], self.gifts[event.who] + 1):  # the payment follows
            self.till.reverse(entry, "rendu")

    def vote(self, _event: Event) -> None:
        (year,) = Results(**self.parts).years()
        parts = {"brought-forward": year.cents - 10000, "reserves": 10000}
        Results(**self.parts).vote(year.name, parts, date(2025, 11, 27))

    def refund(self, event: Event) -> None:
        self.till.refund(self._account(event.who)[0], event.cents, event.what, "trop payé")

    def write_off(self, event: Event) -> None:
        account, owed = self._account(event.who)
        self.till.write_off(account, owed, "partie sans laisser d’adresse")

    def declare(self, event: Event) -> None:
        Files(store=self.home.store, rules=self.rules, clock=self.clock, actor="golden").declare_category(
            self.numbers[event.who], event.what
        )

    def leave(self, event: Event) -> None:
        made = enrolment.Enrolment(
            store=self.home.store,
            rules=self.rules,
            seal=self.home.seal,
            badge_key=self.home.badge_key,
            clock=self.clock,
            actor="golden",
        )
        made.leave(self.numbers[event.who])

    def count(self, event: Event) -> None:
        pieces = self.box.content().cents + event.cents
        coins = {5000: pieces // 5000, 100: pieces % 5000 // 100, 1: pieces % 100}
        finding = Finding(coins=coins, reason="compté deux fois" if event.cents else None)
        self.counts.append(self.box.count(finding).entry)

    def take_back_count(self, _event: Event) -> None:
        self.till.reverse(self.counts[-1], "mal compté")


_TOGETHER: dict[str, Callable[[Life, sa.Connection, Event, datetime], None]] = {
    "join": Life.join,
    "grant": Life.grant,
    "sell": Life.sell,
    "take-back-sale": Life.take_back_sale,
    "visit": Life.visit,
    "undo": Life.undo,
    "take-back-day": Life.take_back_day,
    "pay": Life.pay,
    "pay-all": Life.pay,
}
_ALONE: dict[str, Callable[[Life, Event], None]] = {
    "declare": Life.declare,
    "deposit": Life.deposit,
    "gift": Life.gift,
    "take-back-gift": Life.take_back_gift,
    "vote": Life.vote,
    "bounce": Life.bounce,
    "refund": Life.refund,
    "write-off": Life.write_off,
    "leave": Life.leave,
    "count": Life.count,
    "take-back-count": Life.take_back_count,
}


def lived(root: Path) -> None:
    """Make a home at `root` in which the diary has happened."""
    clock = FakeClock(datetime(2025, 8, 17, 12, tzinfo=UTC))
    home_creation.create(root, NewHome(tariffs=Path(__file__).with_name("tariffs.toml")), clock)
    with home.opened(root) as opened:
        Life(opened, clock).live()
