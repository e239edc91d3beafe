"""Changes rules, tariffs, zones, closed days and wordings, from a day on and never for past days.

Each change is one transaction. A form that is posted twice changes things once: where a row has the same value from the
same day on, the change counts as done. Rules and prices are rows, each with the day from which it holds; a row still to
come may be called off, and stays. A protective rule is one whose loosening a second officer must agree to.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
from msgspec.structs import asdict, replace

from kiosk.acting import UseCase
from kiosk.devices.protocols import Clock
from kiosk.domain import days, inputs
from kiosk.domain.days import Moment
from kiosk.domain.members.wishes import Wish
from kiosk.domain.money import units
from kiosk.domain.money.tariffs import AHEAD, FULL, Policy, ProductKind
from kiosk.domain.problems import Problem
from kiosk.domain.space import refusals, simulator
from kiosk.domain.space.protecting import Change, loosens
from kiosk.domain.space.refusals import Refusals
from kiosk.domain.space.simulator import Simulated
from kiosk.errors import RequestError
from kiosk.language.names import Names
from kiosk.space import simulations
from kiosk.space.rule_change import NewProduct, RuleChange, TariffChange
from kiosk.store import name_rows
from kiosk.store.engine import Store
from kiosk.store.space import opening_rows, past_rows, rule_rows, wording_rows
from kiosk.store.space.policies import Rules
from kiosk.store.space.rule_rows import Kind, NamedZone, Row

LONGEST_NAME = 80  # characters
LONGEST_REASON = 120  # characters, of a reason and of the name of the body that decided
MOST_DAYS = 92  # from the first to the last day that `close_days` shuts at once, so 93 with both
# Rules that price a day: a change begins on a day of which nothing is counted yet.
PRICING = ("half_day_split_hour", "month_cap_days")
# Rules that all charges of one day must agree on: a change begins on a day without charges.
OF_CHARGES = ("vat_status", "vat_rates")
# Rules that say what a day is: a change never touches the visits of today.
FROM_TOMORROW = ("day_start_hour", "sites_apart")


class RulesWatch(Protocol):
    """The part that seals changes of rules and tells the other officers."""

    def rule(
        self,
        connection: sa.Connection,
        moment: Moment,
        act: str,
        name: str,
        value: object,
        since: str = "",
        change: Change | None = None,
    ) -> object:
        """Seal and tell a change in the transaction that makes it: the act, the name of what changed, its new value,
        and the day from which it holds.
        """


class SecondHand(Protocol):
    """The part that asks a second officer before a protective rule is loosened."""

    def ask(
        self, connection: sa.Connection, moment: Moment, wish: Wish, change: Change | None = None, since: str = ""
    ) -> int | None:
        """Store a request for a second officer's agreement within the given transaction and return its number; None
        where there is no officer to ask.
        """


class Rulebook(UseCase):
    """Changes rules, tariffs, zones and wordings for officers; `actor` is stored where a row has a place for it.
    Without `second`, one officer alone may loosen a protective rule.
    """

    def __init__(
        self,
        *,
        store: Store,
        rules: Rules,
        clock: Clock,
        actor: str,
        watch: RulesWatch | None = None,
        second: SecondHand | None = None,
    ) -> None:
        self._watch = watch
        self._second = second
        super().__init__(store=store, rules=rules, clock=clock, actor=actor)

    def set_tariff(self, change: TariffChange) -> None:
        """Set a product's price at a level from a day on.

        Raises RequestError `no-such-product`, `code`, `past-change`, `counted-today` or `change-exists`.
        """
        with self._store.writing() as connection:
            self.write_tariff(connection, change)

    def write_tariff(self, connection: sa.Connection, change: TariffChange) -> None:
        """Set a price like `set_tariff`, within the given transaction; nothing where its row exists."""
        if self._tariff_is_new(connection, change):
            product = self._now(connection)[0].products[change.product]
            deciding_body = _deciding_body(change.decided_by)
            rows = rule_rows.tariff_rows(connection).get(change.about, [])
            before = rule_rows.in_force(rows, change.valid_from)
            rule_rows.add_tariff(connection, product.id, change.level, change.price, change.valid_from, deciding_body)
            name = f"{change.product} {change.level}"
            price_change = Change("tariff", name, None if before is None else before.value, change.price)
            self._watch_rule(connection, "tariff", name, asdict(change.price), change.valid_from, price_change)

    def confirm_tariffs(self, decided_by: str | None) -> int:
        """Confirm the prices that came with the first rules as the association's own: write each again, unchanged, with
        the body that decided it. Return how many.

        They hold from today on, or from tomorrow where days are counted already; a price with a row of that day that
        was called off holds from the next free day on. Raises Problem `policy`.
        """
        deciding_body = _deciding_body(decided_by)
        with self._store.writing() as connection:
            policy, moment = self._now(connection)
            late = rule_rows.has_visits(connection, moment.day)
            since = moment.day + timedelta(days=1) if late else moment.day
            waiting, written = rule_rows.to_confirm(connection, moment.day), rule_rows.tariff_rows(connection)
            for (code, level), row in waiting.items():
                free = _free_day(written[code, level], since)
                rule_rows.add_tariff(connection, policy.products[code].id, level, row.value, free, deciding_body)
                price_change = Change("tariff", f"{code} {level}", row.value, row.value)
                self._watch_rule(connection, "tariff", price_change.name, asdict(row.value), free, price_change)
        return len(waiting)

    def set_rule(self, change: RuleChange) -> int | None:
        """Set a rule from a day on. A change that loosens a protective rule waits until a second officer agrees: return
        the number of that request; None where the change is written, or was before.

        It is loosened or not by the value that would hold on that day without it. Without a second officer to ask, one
        alone loosens it.

        Raises RequestError `no-such-rule`, `no-such-product`, `association`, `past-change`, `counted-today`,
        `loosened-today` or `change-exists`, Problem `policy`, `opening` or `accounts`.
        """
        with self._store.writing() as connection:
            if not self._rule_is_new(connection, change):
                return None
            before = rule_rows.value_on(connection, change.name, change.valid_from)
            if loosens(change.name, before, change.value) and self._second is not None:
                _, moment = self._now(connection)
                about = {
                    "name": change.name,
                    "from": before,
                    "to": change.value,
                    "day": change.valid_from.isoformat(),
                    "decided_by": _deciding_body(change.decided_by),
                }
                wish, rule_change = _wish("rule", about), Change("rule", change.name, before, change.value)
                waits = self._second.ask(connection, moment, wish, rule_change, change.valid_from.isoformat())
                if waits is not None:
                    return waits
            self._write_rule(connection, change, before)
            return None

    def loosen(self, connection: sa.Connection, about: Mapping[str, Any]) -> None:
        """Write a loosening that a second officer agreed to, within the given transaction: from its day on, or from
        tomorrow where that day has come meanwhile; nothing where the rule has that row already.

        Raises RequestError `wish-changed` where the rule has changed since the request, or as `set_rule` does.
        """
        _, moment = self._now(connection)
        day = max(date.fromisoformat(about["day"]), moment.day + timedelta(days=1))
        change = RuleChange(about["name"], about["to"], day, about["decided_by"])
        if not self._rule_is_new(connection, change):
            return
        before = rule_rows.value_on(connection, change.name, day)
        if before != about["from"]:
            raise RequestError("wish-changed", day=day)
        self._write_rule(connection, change, before)

    def _write_rule(self, connection: sa.Connection, change: RuleChange, before: Any) -> None:
        """Write a rule with its line in the log; where the rule closes the space on public
        holidays, add those of the coming years.
        """
        rule_rows.add_rule(connection, change.name, change.value, change.valid_from, _deciding_body(change.decided_by))
        rule_change = Change("rule", change.name, before, change.value)
        self._watch_rule(connection, "rule", change.name, change.value, change.valid_from, rule_change)
        if change.name == "closed_on_holidays" and change.value:
            _, moment = self._now(connection)
            opening_rows.add_holidays(connection, moment.day, moment.at)

    def check(self, change: TariffChange | RuleChange) -> None:
        """Raise what `set_tariff` or `set_rule` would raise for a change; writes nothing."""
        with self._store.reading() as connection:
            _deciding_body(change.decided_by)
            if isinstance(change, TariffChange):
                self._tariff_is_new(connection, change)
            else:
                self._rule_is_new(connection, change)

    def call_off(self, kind: Kind, row_id: int) -> int | None:
        """Call off a change that is still to come. Where that would loosen a protective rule, it waits until a second
        officer agrees: return the number of that request; None where the change is called off, now or before.

        Raises RequestError `no-such-rule`, or `begun` once the change's day has come.
        """
        with self._store.writing() as connection:
            _, moment = self._now(connection)
            row = find(connection, kind, row_id)
            if row.called_off:
                return None
            _refuse_begun(row, moment.day)
            effect = self._without(connection, moment, kind, row)
            if effect.loosens and self._second is not None:
                about = {"row": row_id, "name": effect.name, "from": effect.before, "to": effect.after}
                since = row.valid_from.isoformat()
                waits = self._second.ask(connection, moment, _wish("call-off", about | {"day": since}), effect, since)
                if waits is not None:
                    return waits
            self._call_off(connection, moment, kind, row)
            return None

    def call_off_agreed(self, connection: sa.Connection, about: Mapping[str, Any]) -> None:
        """Call off a coming change as a second officer agreed, within the given transaction; nothing if it was before.

        Raises RequestError `no-such-rule`, `begun`, or `wish-changed` where calling it off now means another change
        than the officer agreed to.
        """
        _, moment = self._now(connection)
        row = find(connection, "policy", int(about["row"]))  # only rules protect: no price waits for a second officer
        if row.called_off:
            return
        _refuse_begun(row, moment.day)
        effect = self._without(connection, moment, "policy", row)
        if (effect.name, effect.before, effect.after) != (about["name"], about["from"], about["to"]):
            raise RequestError("wish-changed", "{rule} has changed since it was requested", rule=effect.name)
        self._call_off(connection, moment, "policy", row)

    def _without(self, connection: sa.Connection, moment: Moment, kind: Kind, version: Row) -> Change:
        """Return what would change if a coming version of a rule or tariff were called off: it is called off and read
        in a savepoint, which is rolled back.
        """
        with connection.begin_nested() as tried:
            rule_rows.call_off(connection, kind, version.id, moment.at, self._actor)
            effect = rule_rows.called_off(connection, kind, version)
            tried.rollback()
        return effect

    def _call_off(self, connection: sa.Connection, moment: Moment, kind: Kind, version: Row) -> None:
        """Call off a coming version, and seal and tell that."""
        rule_rows.call_off(connection, kind, version.id, moment.at, self._actor)
        effect = rule_rows.called_off(connection, kind, version)
        self._watch_rule(connection, "call-off", f"{kind} {version.id}", None, version.valid_from, effect)

    def preview(self, change: TariffChange | RuleChange, *, with_coming: bool = False) -> tuple[Simulated, date, date]:
        """Return what the members' visits and the sales of last month would have cost with a change, and the month's
        first and last day. Guests' visits are left out. `with_coming` adds the coming price changes.
        """
        with self._store.reading() as connection:
            policy, moment = self._now(connection)
            changes = [*(self._coming(connection, moment.day, change) if with_coming else ()), change]
            _applied(policy, changes)  # refuses a wrong value
            first, last = _last_month(moment.day)
            before, zone = _of_day(connection, self._rules), self._rules.zone
            visits = (each for each in simulations.past_visits(connection, first, last) if not each.is_guest)
            simulated = simulator.simulate(
                # each visit with its charge by the rules of its day, which is what the change is compared with
                simulator.answered(visits, before, zone),
                past_rows.sales(connection, first, last),
                before,
                lambda policy: _applied(policy, changes),
                zone,
            )
        return simulated, first, last

    def coming(self, change: TariffChange | RuleChange) -> list[TariffChange | RuleChange]:
        """Return the other price changes that are written and still to come, earliest first."""
        with self._store.reading() as connection:
            _, moment = self._now(connection)
            return self._coming(connection, moment.day, change)

    def _coming(
        self, connection: sa.Connection, today: date, change: TariffChange | RuleChange
    ) -> list[TariffChange | RuleChange]:
        """Return the other changes of prices still to come, by day: tariffs and the rules in `PRICING`. Those of the
        same product and level, or of the same rule, as the given change are left out.
        """
        coming: list[TariffChange | RuleChange] = []
        for (product, level), rows in rule_rows.tariff_rows(connection).items():
            for row in rule_rows.coming(rows, today):
                coming.append(TariffChange(product, level, row.value, row.valid_from, row.decided_by))
        for name, rows in rule_rows.rule_rows(connection).items():
            for row in rule_rows.coming(rows, today) if name in PRICING else ():
                coming.append(RuleChange(name, row.value, row.valid_from, row.decided_by))
        return [each for each in sorted(coming, key=lambda each: each.valid_from) if each.about != change.about]

    def refusals(self, change: RuleChange) -> tuple[Refusals, Refusals, date, date]:
        """Count the visits of last month that today's rules, and the rules with this change, would have refused. Return
        both counts, and the month's first and last day.
        """
        with self._store.reading() as connection:
            policy, moment = self._now(connection)
            first, last = _last_month(moment.day)
            visits = list(past_rows.visits(connection, first, last))
            held = past_rows.memberships(connection)
            before, after = (
                refusals.count(visits, each, held, self._rules.zone, change.name)
                for each in (policy, change.applied(policy))
            )
        return before, after, first, last

    def add_product(self, new: NewProduct) -> None:
        """Add a product with its full price from a day on.

        Raises RequestError `code`, `code-taken`, `name`, `past-change` or `product`, Problem `unit`.
        """
        with self._store.writing() as connection:
            self.write_product(connection, new)

    def write_product(self, connection: sa.Connection, new: NewProduct) -> None:
        """Add a product like `add_product`, within the given transaction.

        Only a carnet or an envelope keeps its `days` and `valid_days`. Days counted today do not keep it from today.
        """
        if not inputs.is_code(new.code):
            raise RequestError("code", field="code", longest=inputs.LONGEST_CODE)
        if new.kind is ProductKind.MEMBERSHIP:
            raise RequestError("product", "there is one membership: its tariff changes, and has levels", field="days")
        if new.kind in AHEAD and new.days < 1:  # AHEAD: carnets and envelopes, days bought together
            raise RequestError("product", "a carnet or an envelope has one day or more", field="days")
        units.check(new.code, new.kind, new.unit)
        values: dict[str, object] = {
            "code": new.code,
            "kind": new.kind.value,
            "unit": new.unit.value,
            "days": new.days if new.kind in AHEAD else 0,
            "valid_days": new.valid_days if new.kind in AHEAD else None,
        }
        names = _names(new.names)
        policy, moment = self._now(connection)
        if new.code in policy.products:
            raise RequestError("code-taken", field="code", label=new.code)
        self._check_day(connection, new.valid_from, moment.day, prices=False)
        product_id = rule_rows.add_product(connection, values, names)
        rule_rows.add_tariff(connection, product_id, FULL, new.price, new.valid_from, _deciding_body(new.decided_by))
        product_change = Change("product", new.code, None, new.price)
        self._watch_rule(
            connection, "product", new.code, {**values, **asdict(new.price)}, new.valid_from, product_change
        )

    def name_product(self, code: str, names: Names) -> None:
        """Rename a product. Raises RequestError `no-such-product` or `name`."""
        with self._store.writing() as connection:
            if code not in name_rows.products(connection):
                raise RequestError("no-such-product", field="product", given=code)
            rule_rows.name_product(connection, code, _names(names), self._now(connection)[1].day)

    def put_zone(self, zone: NamedZone, *, new: bool) -> None:
        """Add a zone, with `new`, or change an existing zone's names and the products of its day and half day, from
        today on; without a product for its day a zone is free.

        Raises RequestError `code`, `code-taken`, `no-such-zone`, `name` or `no-such-product`.
        """
        if not inputs.is_code(zone.code):
            raise RequestError("code", field="code", longest=inputs.LONGEST_CODE)
        with self._store.writing() as connection:
            policy, moment = self._now(connection)
            if new and zone.code in policy.zones:
                raise RequestError("code-taken", field="code", label=zone.code)
            if not new and zone.code not in policy.zones:
                raise RequestError("no-such-zone", field="zone", given=zone.code)
            for product in (zone.day, zone.half):
                if product is not None and getattr(policy.products.get(product), "kind", None) is not ProductKind.DAY:
                    raise RequestError("no-such-product", field="day", given=product)
            before = rule_rows.zones(connection).get(zone.code)
            rule_rows.put_zone(connection, replace(zone, names=_names(zone.names)), moment.day)
            sold = [zone.day, zone.half]
            zone_change = Change("zone", zone.code, None if before is None else [before.day, before.half], sold)
            self._watch_rule(connection, "product", f"zone {zone.code}", sold, moment.day, zone_change)

    def close_days(self, first: date, last: date, reason: str, *, is_closed: bool) -> None:
        """Close the space from one day to another, or, without `is_closed`, open it on these days though they are
        holidays.

        Raises RequestError `past-change`, `period` or `name`.
        """
        cleaned = _name(reason, LONGEST_REASON)
        if not first <= last <= first + timedelta(days=MOST_DAYS):
            raise RequestError(
                "period", "the last day is {most} days after the first at the most", field="until", most=MOST_DAYS
            )
        with self._store.writing() as connection:
            _, moment = self._now(connection)
            if first < moment.day:
                raise RequestError("past-change", "{day} is past", field="valid_from", day=first)
            for number in range((last - first).days + 1):
                day = first + timedelta(days=number)
                opening_rows.add(connection, day, cleaned, moment.at, self._actor, is_closed=is_closed)
            rule_rows.revise(connection)  # every program reads the rules anew

    def word(self, code: str, words: Names) -> None:
        """Store the association's own words for a text of the program. The caller checks the text's code."""
        with self._store.writing() as connection:
            _, moment = self._now(connection)
            wording_rows.add(connection, code, words, moment.at, self._actor)

    def _watch_rule(
        self, connection: sa.Connection, act: str, name: str, value: object, since: date, change: Change
    ) -> None:
        """Seal a change, and tell the other officers of it, where a `watch` was given."""
        if self._watch is not None:
            _, moment = self._now(connection)
            self._watch.rule(connection, moment, act, name, value, since.isoformat(), change)

    def _now(self, connection: sa.Connection) -> tuple[Policy, Moment]:
        """Return the policy and the moment."""
        return self._rules.at(connection, self._clock.now())

    def _tariff_is_new(self, connection: sa.Connection, change: TariffChange) -> bool:
        """Return whether a price change is still to be written; False where its row exists. Raises what `set_tariff`
        names where the change is not allowed: for today, the price of a day once days are counted.
        """
        policy, moment = self._now(connection)
        product = policy.products.get(change.product)
        if product is None:
            raise RequestError("no-such-product", field="product", given=change.product)
        if not inputs.is_code(change.level):
            raise RequestError("code", field="code", longest=inputs.LONGEST_CODE)
        rows = rule_rows.tariff_rows(connection).get((change.product, change.level), [])
        if _is_done(rows, change.valid_from, change.price):
            return False
        self._check_day(connection, change.valid_from, moment.day, prices=product.kind is ProductKind.DAY)
        return True

    def _rule_is_new(self, connection: sa.Connection, change: RuleChange) -> bool:
        """Return whether a rule's change is still to be written; False where its row exists. Raises what `set_rule`
        names where the change is not allowed.
        """
        policy, moment = self._now(connection)
        change.check(policy)
        rows = rule_rows.rule_rows(connection).get(change.name, [])
        if _is_done(rows, change.valid_from, change.value):
            return False
        before = rule_rows.value_on(connection, change.name, change.valid_from)
        if change.valid_from == moment.day and loosens(change.name, before, change.value):
            message = "{rule} protects: it is loosened from tomorrow on"
            raise RequestError("loosened-today", message, field="valid_from", rule=change.name)
        if change.name in FROM_TOMORROW and change.valid_from == moment.day:
            raise RequestError("counted-today", "when a day begins can change from tomorrow on", field="valid_from")
        self._check_day(connection, change.valid_from, moment.day, prices=change.name in PRICING)
        if change.name in OF_CHARGES and rule_rows.has_charges(connection, change.valid_from):
            raise RequestError(
                "counted-today",
                "{day} has charges already: choose a later day",
                field="valid_from",
                day=change.valid_from,
            )
        return True

    def _check_day(self, connection: sa.Connection, day: date, today: date, *, prices: bool) -> None:
        """Refuse a change for a past day, and with `prices` one for today once days are counted."""
        if day < today:
            raise RequestError(
                "past-change",
                "{day} is past: a change holds from {today} on at the earliest",
                field="valid_from",
                day=day,
                today=today,
            )
        if prices and day == today and rule_rows.has_visits(connection, today):
            raise RequestError(
                "counted-today",
                "days are counted today already: the change can hold from tomorrow on",
                field="valid_from",
            )


def _wish(kind: str, about: dict[str, Any]) -> Wish:
    """Return the request for a second officer's agreement to a change of rules. `about` says what is to be changed; a
    rule has no amount and needs no reason.
    """
    return Wish(kind=kind, cents=0, reason="", about=about)


def _refuse_begun(version: Row, today: date) -> None:
    """Refuse to call off a version whose day has come. Raises RequestError `begun`."""
    if version.valid_from <= today:
        raise RequestError("begun", since=version.valid_from)


def find(connection: sa.Connection, kind: Kind, row_id: int) -> Row:
    """Return the row of a rule (`kind` "policy") or a tariff by its id. Raises RequestError `no-such-rule`."""
    groups = rule_rows.rule_rows(connection) if kind == "policy" else rule_rows.tariff_rows(connection)
    for rows in groups.values():
        for row in rows:
            if row.id == row_id:
                return row
    raise RequestError("no-such-rule", "there is no change {number} of {kind}", number=row_id, kind=kind)


def _is_done(rows: list[Row], valid_from: date, value: object) -> bool:
    """Return whether a row of this very day has this value, and False where no row begins on it. Raises RequestError
    `change-exists` where a row of this day has another value or was called off.
    """
    taken = next((row for row in rows if row.valid_from == valid_from), None)
    if taken is None:
        return False
    if taken.value == value and not taken.called_off:
        return True
    off = " (called off)" if taken.called_off else ""
    raise RequestError(
        "change-exists",
        "there is a change on {day} already{why}: choose another day",
        field="valid_from",
        day=valid_from,
        why=off,
    )


def _free_day(rows: list[Row], since: date) -> date:
    """Return the first day from `since` on without a row; rows that were called off fill their day too."""
    taken = {row.valid_from for row in rows}
    while since in taken:
        since += timedelta(days=1)
    return since


def _of_day(connection: sa.Connection, rules: Rules) -> Callable[[date], Policy]:
    """Return a function that gives the policy of a day."""
    return lambda day: rules.on(connection, day)


def _applied(policy: Policy, changes: Sequence[TariffChange | RuleChange]) -> Policy:
    """Return a policy as it would be with these changes."""
    for change in changes:
        policy = change.applied(policy)
    return policy


def _last_month(today: date) -> tuple[date, date]:
    """Return the first and the last day of the month before today's."""
    return days.month_of(days.month_of(today)[0] - timedelta(days=1))


def _names(names: Names) -> Names:
    """Return names with their spaces tidied. The first language is the house's, and its name may not be empty; another
    language's blank name becomes "". Raises RequestError `name`.
    """
    (language, name), *others = names.by_language.items() or [("", "")]
    return Names({language: _name(name), **{other: _name(text) if text.strip() else "" for other, text in others}})


def _name(name: str, longest: int = LONGEST_NAME) -> str:
    """Return a typed name on one line. Raises RequestError `name` if it is empty, longer than `longest` characters or
    has unprintable ones.
    """
    folded = " ".join(name.split())
    if not folded or len(folded) > longest or not folded.isprintable():
        raise RequestError("name", field="name", longest=longest)
    return folded


def _deciding_body(text: str | None) -> str | None:
    """Return the name of the deciding body, cleaned; None for an empty field. Raises Problem `policy` where it is too
    long or has unprintable characters.
    """
    folded = " ".join((text or "").split())
    if len(folded) > LONGEST_REASON or not (folded.isprintable() or not folded):
        raise Problem("policy", "who decided is said in {longest} characters", longest=LONGEST_REASON)
    return folded or None
