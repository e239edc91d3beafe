"""Writes the answers to the first questions as one batch of dated rows, and takes a batch back as a whole.

A batch holds from the day on which it is written, or from the next where today's days are counted already. It can be
taken back until a day or a charge is entered under it: its rows are then called off, and the prices and zones that it
replaced are written again. A rule has room for one row a day: where the row of a batch taken back fills a day, the next
batch's row stands a day earlier as long as nothing was ever charged, else on the next free day.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.devices.protocols import Clock
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import FULL, Policy, Price, ProductKind
from kiosk.domain.periods import Unit
from kiosk.domain.rooms.clients import EXTERNAL
from kiosk.domain.rooms.pricing import PricedBy
from kiosk.domain.space import first_run
from kiosk.domain.space.answers import Answers, More, Question
from kiosk.errors import RequestError
from kiosk.language.names import Names
from kiosk.space import answer_reading, answer_sales
from kiosk.space.answer_sales import Kind
from kiosk.space.rules import RulesWatch
from kiosk.store import ledger
from kiosk.store.engine import Store
from kiosk.store.rooms import room_rows
from kiosk.store.rooms.room_rows import RoomFacts
from kiosk.store.space import answer_rows, opening_rows, rule_rows
from kiosk.store.space.answer_rows import Batch, NotSold, Typed, Written
from kiosk.store.space.policies import Rules
from kiosk.store.space.rule_rows import NamedZone, Row

_A_DAY = timedelta(days=1)
_ROOM_HOUR = Kind("room-hour", ProductKind.ROOM, Unit.HOUR, Names({"fr": "Heure de salle", "en": "Hour of a room"}))
WRITTEN, TAKEN_BACK = "answers", "answers-off"  # the acts' names in what the other officers are told
_ABOUT = "first-hour"  # what these acts are about, in the same place


class FirstAnswers(Struct, frozen=True, kw_only=True):
    """Saves, writes and takes back a home's answers, in the name of `actor`."""

    store: Store
    rules: Rules
    clock: Clock
    actor: str
    watch: RulesWatch | None = None

    def keep(self, question: Question, typed: Mapping[str, str] | None) -> None:
        """Save what was typed as the answer to a question, by the names of its fields; None for "not known yet". The
        answers to other questions stay. No rule changes until `write`.
        """
        with self.store.writing() as connection:
            known = answer_rows.latest(connection)
            answers: Typed = {} if known is None else dict(known.answers)
            answers[question.value] = None if typed is None else dict(typed)
            answer_rows.keep(connection, answers, self.clock.now(), self.actor)

    def keep_all(self, typed: Mapping[str, Mapping[str, str] | None]) -> None:
        """Save the answers of a profile, by question, in place of those to the same questions; other answers stay, and
        so does the answer to a question for which the profile has None.
        """
        with self.store.writing() as connection:
            known = answer_rows.latest(connection)
            answers: Typed = {} if known is None else dict(known.answers)
            answers |= {name: dict(each) for name, each in typed.items() if each is not None}
            answer_rows.keep(connection, answers, self.clock.now(), self.actor)

    def write(self, decided_by: str) -> date:
        """Write the saved answers as rules and prices, and return the day from which they hold.

        Raises RequestError `answers-none` where nothing is answered, `answers-written` where they are written already.
        """
        with self.store.writing() as connection:
            policy, moment = self.rules.at(connection, self.clock.now())
            batch = answer_rows.latest(connection)
            answers = Answers() if batch is None else answer_reading.read(batch.answers)
            if batch is None or answers == Answers():
                raise RequestError("answers-none", "nothing is answered yet: nothing would be written")
            if batch.written is not None:
                raise RequestError("answers-written", "these answers are written: answer anew, or take them back")
            since = moment.day + _A_DAY if rule_rows.has_visits(connection, moment.day) else moment.day
            written = _Writing(connection, policy, moment, since, (self.actor, decided_by)).batch(answers)
            answer_rows.note_written(connection, batch.id, written, since, self.actor)
            facts = {"answers": batch.answers, "decided_by": decided_by}
            self._watch_rule(connection, moment, WRITTEN, facts, since)
        return since

    def take_back(self) -> None:
        """Take back the batch that is in force. Raises RequestError `answers-none` where there is none, or
        `answers-used` once a day or a charge was entered under it.
        """
        with self.store.writing() as connection:
            policy, moment = self.rules.at(connection, self.clock.now())
            batch = answer_rows.latest(connection)
            if batch is None or batch.written is None or not batch.holds:
                raise RequestError("answers-none", "there are no answers to take back")
            if answer_rows.is_used(connection, batch):
                raise RequestError("answers-used", "a day or a charge was entered under these answers: change a rule")
            _Writing(connection, policy, moment, moment.day, (self.actor, "")).undo(batch.written)
            answer_rows.note_taken_back(connection, batch.id, self.actor)
            self._watch_rule(connection, moment, TAKEN_BACK, {"batch": batch.id}, moment.day)

    def _watch_rule(self, connection: sa.Connection, moment: Moment, act: str, what: object, since: date) -> None:
        """Tell the watching officers of an act on the answers."""
        if self.watch is not None:
            self.watch.rule(connection, moment, act, _ABOUT, what, since.isoformat())


def may_take_back(connection: sa.Connection, batch: Batch | None) -> bool:
    """Return whether a batch is in force and no day or charge was entered under it; False for None, no batch."""
    return batch is not None and batch.holds and not answer_rows.is_used(connection, batch)


def write_profile(connection: sa.Connection, rules: Rules, at: datetime, answers: Answers, decided_by: str) -> None:
    """Write a profile's answers in a home that is being made, from a moment's day on, where they differ from the rules
    in force. It notes no batch that could be taken back.
    """
    policy, moment = rules.at(connection, at)
    _Writing(connection, policy, moment, moment.day, ("kiosk", decided_by), confirms=False).batch(answers)


class _Writing:
    """Writes the rows of one batch, or takes them back, within one transaction."""

    def __init__(
        self,
        connection: sa.Connection,
        policy: Policy,
        moment: Moment,
        since: date,
        by: tuple[str, str],
        *,
        confirms: bool = True,
    ) -> None:
        """Write from the day `since` on, in the name of `by`: an actor and the body that decided (empty: none is
        named). With `confirms`, a value that holds already but was not decided by the association is written too, as
        its decision.
        """
        self._confirms = confirms
        self._connection = connection
        self._policy = policy
        self._moment = moment
        self._since = since
        self._actor, self._by = by
        self._goes_back = not answer_rows.has_past(connection)  # nothing was charged: rows may stand on earlier days
        self._rules = rule_rows.rule_rows(connection)
        self._tariffs = rule_rows.tariff_rows(connection)
        self._made: dict[str, int] = {}  # ids of the products that this batch adds, by code

    def batch(self, answers: Answers) -> Written:
        """Write every row of a batch, and return what taking it back needs."""
        entry, zones = ledger.head(self._connection).number, self._zones(answers)
        not_sold = self._prices(answers)
        rooms = [] if answers.more is None or not answers.more.room else [self._room(answers.more)]
        for name, value in {**answer_sales.rules(answers, self._policy), **self._association(answers)}.items():
            self._rule(name, value)
        return Written(
            entry=entry,  # the ledger's last one before the batch: a later one was entered under it
            policy=self._new(rule_rows.rule_rows(self._connection), self._rules),
            tariff=self._new(rule_rows.tariff_rows(self._connection), self._tariffs),
            not_sold=not_sold,
            zones=zones,
            rooms=rooms,
        )

    def undo(self, written: Written) -> None:
        """Call off the rows of a batch, write again the prices and zones that it replaced, and close the rooms that it
        added.
        """
        for row in written.policy:
            rule_rows.call_off(self._connection, "policy", row, self._moment.at, self._actor)
        for row in written.tariff:
            rule_rows.call_off(self._connection, "tariff", row, self._moment.at, self._actor)
        for gone in written.not_sold:
            self._by = gone.decided_by or ""
            self._price(gone.product, gone.level, Price(gone.cents, gone.floor_cents))
        for code, (day, half) in written.zones.items():
            self._zone(code, day, half)
        for number in written.rooms:
            room = room_rows.by_id(self._connection, number)
            today = self._moment.day
            room_rows.change(self._connection, room, room.facts, today, closed_on=today)

    @staticmethod
    def _new(now: Mapping[Any, list[Row]], before: Mapping[Any, list[Row]]) -> list[int]:
        """Return the ids of the rows that are in the second reading, `now`, and not in the first."""
        known = {row.id for rows in before.values() for row in rows}
        return [row.id for rows in now.values() for row in rows if row.id not in known]

    def _association(self, answers: Answers) -> dict[str, Any]:
        """Return the rule about the association as the answers change it, under its name; empty where they say nothing
        of it. A field left empty keeps what the rule has.
        """
        value = dict(rule_rows.value_on(self._connection, "association", self._since) or {})
        if answers.who:
            values = {name: getattr(answers.who, name) for name in ("name", "address", "siren", "rna")}
            value |= {name: text for name, text in values.items() if text}
        if answers.paying and answers.paying.iban:
            value["iban"] = answers.paying.iban
        return {"association": value} if answers.who or (answers.paying and answers.paying.iban) else {}

    def _rule(self, name: str, value: Any) -> None:
        """Write a rule from the batch's day on, unless it holds already; the first public holidays come with theirs."""
        rows = self._rules.get(name, [])
        now = rule_rows.in_force(rows, self._since)
        is_default = now is None and rule_rows.value_on(self._connection, name, self._since) == value
        if self._holds(now, value) or (is_default and not self._confirms):
            return
        day = self._free(rows)
        rule_rows.add_rule(self._connection, name, value, day, self._by or None)
        if name == "closed_on_holidays" and value:
            opening_rows.add_holidays(self._connection, self._moment.day, self._moment.at)

    def _holds(self, now: Row | None, value: Any) -> bool:
        """Return whether a row has this value already and, where answers confirm, was decided by the association."""
        if now is None or now.value != value:
            return False
        return not (self._confirms and first_run.is_to_confirm(now.decided_by))

    def _prices(self, answers: Answers) -> list[NotSold]:
        """Write the answered prices, and stop selling what the answers give no price (None). Return the prices in force
        that were called off.
        """
        gone: list[NotSold] = []
        for (name, level), cents in answer_sales.prices(answers).items():
            kind = answer_sales.ALL[name]
            code = kind.code_in(self._policy)
            if cents is not None:
                self._product(kind)
                self._price(code, level, Price(cents))
            else:
                gone += self._sell_no_more(code, level)
        return gone

    def _sell_no_more(self, code: str, level: str) -> list[NotSold]:
        """Stop selling a product at a level: call off its prices. Return the price in force that was called off, if
        any.

        In a home without charges every price goes. Once something was charged, only prices still to come do: one that
        has begun must keep pricing past days.
        """
        rows = self._tariffs.get((code, level), [])
        now = rule_rows.in_force(rows, self._since) if self._goes_back else None
        for row in rows:
            if not row.called_off and (self._goes_back or row.valid_from > self._moment.day):
                rule_rows.call_off(self._connection, "tariff", row.id, self._moment.at, self._actor)
        return [] if now is None else [NotSold(code, level, now.value.cents, now.value.floor_cents, now.decided_by)]

    def _price(self, code: str, level: str, price: Price) -> None:
        """Write a price from the batch's day on, unless it holds already. The product is one of the policy's or one
        that this batch added.
        """
        rows = self._tariffs.get((code, level), [])
        now = rule_rows.in_force(rows, self._since)
        if self._holds(now, price):
            return
        number = self._policy.products[code].id if code in self._policy.products else self._made[code]
        rule_rows.add_tariff(self._connection, number, level, price, self._free(rows), self._by or None)

    def _product(self, kind: Kind) -> None:
        """Add a product that is sold here for the first time; nothing for one that the policy or this batch has."""
        if kind.of(self._policy) is not None or kind.code in self._made:
            return
        values: dict[str, object] = {
            "code": kind.code,
            "kind": kind.kind.value,
            "unit": kind.unit.value,
            "days": kind.days,
            "valid_days": kind.valid_days,
        }
        self._made[kind.code] = rule_rows.add_product(self._connection, values, kind.names)

    def _zones(self, answers: Answers) -> dict[str, tuple[str | None, str | None]]:
        """Give zones the products that the answers decide, and return, by the code of each zone that changed, the
        former products of its day and half day (None: it had none).
        """
        if answers.prices and answers.prices.half is not None:
            self._product(answer_sales.HALF)
        if answers.prices and not answers.prices.is_free:
            self._product(answer_sales.DAY)
        before: dict[str, tuple[str | None, str | None]] = {}
        for code, products in answer_sales.zones(answers, self._policy).items():
            zone = self._policy.zones[code]
            if (zone.day_product, zone.half_product) != products:
                before[code] = zone.day_product, zone.half_product
                self._zone(code, *products)
        return before

    def _zone(self, code: str, day: str | None, half: str | None) -> None:
        """Set the products of a zone's day and half day from today on."""
        names = rule_rows.zones(self._connection)[code].names
        rule_rows.put_zone(self._connection, NamedZone(code, names, day, half), self._moment.day)

    def _room(self, more: More) -> int:
        """Add the first room with its price by the hour, and return its id. Without a price for members theirs is the
        one for clients from outside, and without either 0. Its code is the first free `room-1`, `room-2` ...
        """
        self._product(_ROOM_HOUR)
        code = _ROOM_HOUR.code_in(self._policy)
        hour = more.room_hour if more.room_hour is not None else more.room_hour_external
        self._price(code, FULL, Price(hour or 0))
        if more.room_hour_external is not None:
            self._price(code, EXTERNAL, Price(more.room_hour_external))
        taken = {each.code for each in room_rows.everyone(self._connection)}
        free = next(f"room-{number}" for number in range(1, len(taken) + 2) if f"room-{number}" not in taken)
        facts = RoomFacts(names=Names({"fr": more.room}), priced_by=PricedBy(code, None, None))
        return room_rows.add(self._connection, free, facts)

    def _free(self, rows: list[Row]) -> date:
        """Return the day for a new row among `rows`, called-off ones included: the batch's first day, or the nearest
        day without a row, before it in a home without charges and after it in others.
        """
        taken, day = {row.valid_from for row in rows}, self._since
        while day in taken:
            day += -_A_DAY if self._goes_back else _A_DAY
        return day
