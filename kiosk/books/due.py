"""Does in one pass what falls due with time: charges subscriptions, expires carnets, closes days, erases old records.

Each act is done once, by kind and period, and is planned again inside the transaction that does it: so the pass may run
as often as wanted, twice at the same time, or not for months. The preview is made by the same planning function. A
*carnet* is days bought together; a *banked* day was earned by a member.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import SealingUseCase
from kiosk.books.closing import Closings
from kiosk.devices.protocols import Clock
from kiosk.domain import ids
from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.domain.money import renewals
from kiosk.domain.money.renewals import Period
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.problems import Coded, Problem
from kiosk.members import personal_data
from kiosk.money import expiry
from kiosk.money.sales import detail_of
from kiosk.store import database_faults, ledger, retention
from kiosk.store.books import due_rows
from kiosk.store.books.plan_sums import RunningPlans
from kiosk.store.checkin import visits
from kiosk.store.engine import Store
from kiosk.store.ledger import Draft
from kiosk.store.money import prepaid, reversals, subscription_rows
from kiosk.store.money.conditions import Conditions
from kiosk.store.money.prepaid import Leftover
from kiosk.store.money.subscription_rows import Running
from kiosk.store.retention import RetentionRule
from kiosk.store.space.dated_prices import PoliciesByDay
from kiosk.store.space.policies import Rules

ACTOR = "due"  # the author of the entries
# Stands before a retention rule's name in the kind of its mark ("done on this day"): each rule has a mark of its own.
_RETENTION = f"{due_rows.RETENTION} "
PUT_RIGHT = "abonnement suspendu ou arrêté : au prorata des jours"  # the reason of a reversed charge


class Charge(Struct, frozen=True):
    """A period of a subscription to charge. `number` and `name` are the member's, `part` is the period with all of its
    days and `days` how many of them are charged. `unit_cents` is the price of the whole period at the tariff `level`,
    `vat` its rate in hundredths of a percent (None: untaxed). `replaces` is the entry of an earlier charge of the same
    period, for more or fewer days; it is reversed first.
    """

    subscription: int
    number: int
    name: str
    product: str
    part: Period
    days: int
    account: int  # id of the account that pays
    unit_cents: int
    level: str
    pro_rata: bool  # whether only the days covered are charged
    vat: int | None = None
    replaces: int | None = None

    @property
    def cents(self) -> int:
        """Return the price of the charged days."""
        return renewals.share(self.unit_cents, self.days, self.part.of_days)


class FailedCharge(Struct, frozen=True):
    """A charge that could not be made, with the error's code and message."""

    number: int
    product: str
    code: str
    says: str  # the message


@dataclass(slots=True)
class DuePass:
    """What one pass did, or would do: charges, carnets that expired, days closed, how many records were erased, by the
    name of the retention rule (`forgotten`), and charges that failed. `departed` counts visits that were ended.
    """

    charged: list[Charge] = field(default_factory=list)
    expired: list[Leftover] = field(default_factory=list)
    closed: list[date] = field(default_factory=list)
    forgotten: dict[str, int] = field(default_factory=dict)
    failed: list[FailedCharge] = field(default_factory=list)
    departed: int = 0
    in_log: bool = False  # erased data is still in the bytes of the database's log: a later pass removes it


class Due(SealingUseCase):
    """Does what is due now. `actor` is recorded in each entry. With `closes` off, because the clock is not trusted, no
    day is closed.
    """

    def __init__(
        self, *, store: Store, rules: Rules, seal: Seal, clock: Clock, actor: str = ACTOR, closes: bool = True
    ) -> None:
        super().__init__(store=store, rules=rules, seal=seal, clock=clock, actor=actor)
        self._closes = closes

    def run(self) -> DuePass:
        """Make one pass: all acts that are due, each in transactions of its own. A charge that fails is listed in
        `failed` and stops no other; a fault of the database ends the pass.
        """
        done = DuePass()
        self.charge(done)
        self.expire(done)
        self.close_days(done)
        self.end_forgotten(done)
        for rule in self.overdue_rules():
            self.forget_rule(rule, done)
        self.empty_log(done)
        return done

    def charge(self, done: DuePass) -> None:
        """Charge the periods of every subscription that have begun, each subscription in its own transaction."""
        now = self._clock.now()
        subscriptions, done.failed = self._to_charge(now)
        for subscription in subscriptions:
            try:
                with self._store.writing() as connection:
                    done.charged += charge(connection, self._rules, self._seal, subscription.id, now, self._actor)
            except Coded as error:
                if database_faults.is_one(error):  # every other charge would fail alike
                    raise
                done.failed.append(FailedCharge(subscription.number, subscription.product, error.code, str(error)))
        done.charged.sort(key=_by_day)

    def close_days(self, done: DuePass) -> None:
        """Close the days that are over; none while the clock is not trusted."""
        if self._closes:  # without a line in the log of officers' acts: no officer closes them
            done.closed = [closing.until_on for closing in self._closings.close_days(logs=False)]

    def empty_log(self, done: DuePass) -> None:
        """Remove erased records, of this pass or an earlier one, from the database's log file too. `in_log` tells
        whether some are still there, as while another program reads.
        """
        now = self._clock.now()
        if any(done.forgotten.values()):
            personal_data.empty_log(self._store, now)
        done.in_log = personal_data.settle_log(self._store, now)  # tries again what an earlier pass could not

    @property
    def _closings(self) -> Closings:
        """Return the use-case that closes days, with the same parts as this one."""
        return Closings(store=self._store, rules=self._rules, seal=self._seal, clock=self._clock, actor=self._actor)

    def expire(self, done: DuePass) -> None:
        """Expire the carnets, vouchers and banked days whose last day is over."""
        now = self._clock.now()
        with self._store.reading() as connection:
            _, moment = self._rules.at(connection, now)
            if not prepaid.leftovers(connection, moment.day):  # on most passes: then the write lock is not taken
                return
        with self._store.writing() as connection:
            done.expired = expiry.expire(connection, self._seal, moment, self._actor)

    def end_forgotten(self, done: DuePass) -> None:
        """End, once a day, the visits of earlier days whose members did not say that they left."""
        now = self._clock.now()
        with self._store.reading() as connection:
            _, moment = self._rules.at(connection, now)
            # NO_SUBJECT: the mark is of the whole act of that day, not of one member
            if due_rows.is_done(connection, due_rows.DEPARTURES, due_rows.NO_SUBJECT, moment.day):
                return
        with self._store.writing() as connection:
            done.departed = visits.end_forgotten(connection, moment.day, now)
            due_rows.forget(connection, due_rows.DEPARTURES, moment.day)  # the marks of earlier days
            due_rows.mark(connection, due_rows.DEPARTURES, due_rows.NO_SUBJECT, moment.day, now)

    def would_forget(self) -> dict[str, int]:
        """Return how many records are older than each retention rule allows, by the rule's name. Writes nothing."""
        with self._store.reading() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            return {
                rule.name: len(rule.find(connection, *_limits(rule.days, moment))) for rule in retention.RETENTION_RULES
            }

    def overdue_rules(self, *, again: bool = False) -> list[RetentionRule]:
        """Return the retention rules that were not applied today yet; all of them with `again`."""
        with self._store.reading() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            done_names = set() if again else due_rows.done_on(connection, _RETENTION, moment.day)
        return [rule for rule in retention.RETENTION_RULES if f"{_RETENTION}{rule.name}" not in done_names]

    def forget_rule(self, rule: RetentionRule, done: DuePass) -> None:
        """Erase the records that are older than one retention rule allows, in batches that are each a transaction, and
        mark the rule as applied today.
        """
        now = self._clock.now()
        with self._store.reading() as connection:
            _, moment = self._rules.at(connection, now)
            old = rule.find(connection, *_limits(rule.days, moment))
        for start in range(0, len(old), retention.BATCH):
            with self._store.writing() as connection:
                rule.erase(connection, old[start : start + retention.BATCH])
                personal_data.mark_log_full(connection, now)  # until `empty_log` has removed the bytes there, too
        done.forgotten[rule.name] = len(old)
        with self._store.writing() as connection:
            due_rows.forget(connection, f"{_RETENTION}{rule.name}", moment.day)  # the marks of earlier days
            due_rows.mark(connection, f"{_RETENTION}{rule.name}", due_rows.NO_SUBJECT, moment.day, now)

    def preview(self) -> DuePass:
        """Return what a pass would do now. Writes nothing."""
        now, due = self._clock.now(), DuePass()
        with self._store.reading() as connection:
            _, moment = self._rules.at(connection, now)
            due.charged, due.failed = plan(connection, self._rules, moment, moment.day)
            due.expired = list(prepaid.leftovers(connection, moment.day))
            due.departed = visits.forgotten_departures(connection, moment.day)
        due.forgotten = self.would_forget()
        due.closed = self._closings.open_days() if self._closes else []
        return due

    def _to_charge(self, now: datetime) -> tuple[list[Running], list[FailedCharge]]:
        """Return the subscriptions with a period to charge, and the failures of those that have no price."""
        with self._store.reading() as connection:
            _, moment = self._rules.at(connection, now)
            charges, failed = plan(connection, self._rules, moment, moment.day)
            due = {act.subscription for act in charges}
            return [running for running in subscription_rows.running(connection) if running.id in due], failed


def _limits(days: int, moment: Moment) -> tuple[datetime, date]:
    """Return the moment and the day before which records are older than `days` days: a retention rule uses the one that
    its table stores.
    """
    return moment.at - timedelta(days=days), moment.day - timedelta(days=days)


def plan(
    connection: sa.Connection,
    rules: PoliciesByDay,
    moment: Moment,
    until: date,
    only: int | None = None,
    plans: RunningPlans | None = None,
) -> tuple[list[Charge], list[FailedCharge]]:
    """Return the charges of periods that begin up to a day, that day included, by day and member; and a failure for
    each subscription without a price. Writes nothing: a pass, its preview and forecasts use it.

    `rules` are already read for `moment`, in this transaction. `only` is the id of one subscription (None: all);
    `plans` are the running subscriptions with their last charged periods, where the caller has read them.
    """
    last_charged = due_rows.last_periods(connection) if plans is None else plans.charged
    conditions = Conditions(connection)
    charges: list[Charge] = []
    failed: list[FailedCharge] = []
    if plans is not None:
        subscriptions = [each for each in plans.all if only in (None, each.id)]
    else:
        subscriptions = (
            subscription_rows.running(connection) if only is None else [subscription_rows.by_id(connection, only)]
        )
    for subscription in subscriptions:
        try:
            charges += _charges_of(
                connection, rules, conditions, subscription, last_charged.get(subscription.id), until
            )
        except Coded as error:
            failed.append(FailedCharge(subscription.number, subscription.product, error.code, str(error)))
    return sorted(charges, key=_by_day), failed


def _by_day(act: Charge) -> tuple[date, int]:
    """Return the order of charges: by the period's first day, then by member number."""
    return act.part.first_on, act.number


def _charges_of(
    connection: sa.Connection,
    rules: PoliciesByDay,
    conditions: Conditions,
    subscription: Running,
    after: date | None,
    until: date,
) -> Iterator[Charge]:
    """Yield the charges of one subscription: first those that put an earlier charge right, then the periods after the
    last charged one, which began on the day `after` (None: none was charged yet).
    """

    def pro_rata(day: date) -> bool:
        """Tell whether the rules of a day charge periods by the days that they cover."""
        return rules.on(connection, day).pro_rata

    # Only an end or a pause changes how many days of a charged period are covered.
    if after is not None and (subscription.terms.pauses or subscription.terms.until_on):
        yield from _to_put_right(connection, subscription)
    for part, days in renewals.following(subscription.terms, after, until, pro_rata):
        if days:  # 0: the subscription is paused; the period is not marked as charged either
            yield _priced(rules.on(connection, part.first_on), conditions, subscription, part, days)


def _priced(policy: Policy, conditions: Conditions, subscription: Running, part: Period, days: int) -> Charge:
    """Return the charge of a period at the price and on the account of its first day. The first period costs no more
    than the price agreed when the subscription began.
    """
    level = conditions.level(subscription.member_id, part.first_on)
    chosen = conditions.chosen(subscription.member_id, subscription.product_id, part.first_on)
    unit_cents, level = policy.ask(subscription.product, level, chosen)
    if subscription.agreed_cents is not None and part.first_on == subscription.terms.from_on:
        unit_cents = min(unit_cents, subscription.agreed_cents)
    account = conditions.account(subscription.member_id, part.first_on)
    return Charge(
        subscription.id,
        subscription.number,
        subscription.name,
        subscription.product,
        part,
        days,
        account,
        unit_cents,
        level,
        policy.pro_rata,
        policy.vat(subscription.product),
    )


def _to_put_right(connection: sa.Connection, subscription: Running) -> Iterator[Charge]:
    """Yield new charges for periods that were charged by the day and cover more or fewer days since an end or a pause
    was added. A charge that an officer reversed stays reversed.
    """
    for charged in due_rows.periods(connection, subscription.id):
        detail = charged.detail
        # No entry: it cost nothing, or was charged by hand. Without `of_days` it was charged whole, by no days.
        if charged.entry is None or charged.is_reversed or detail.get("of_days") is None:
            continue
        part = Period(charged.first_on, date.fromisoformat(str(detail["until"])), int(str(detail["of_days"])))
        days = renewals.charged_days(subscription.terms, pro_rata=True, part=part)
        if days != detail["days"]:
            yield Charge(
                subscription.id,
                subscription.number,
                subscription.name,
                subscription.product,
                part,
                days,
                ledger.account_of(connection, charged.entry),
                int(str(detail["unit_cents"])),
                str(detail["tariff"]),
                pro_rata=True,
                vat=_vat_of(detail),
                replaces=charged.entry,
            )


def _vat_of(detail: Mapping[str, object]) -> int | None:
    """Return the VAT rate of an earlier charge; None where it had none."""
    return int(str(detail["vat"])) if "vat" in detail else None


def charge(
    connection: sa.Connection, rules: Rules, seal: Seal, subscription: int, at: datetime, actor: str
) -> Sequence[Charge]:
    """Charge the periods of one subscription that are due, planned in the caller's transaction. Returns the charges.
    Raises Problem with the code of the price that is missing.
    """
    _, moment = rules.at(connection, at)
    charges, failed = plan(connection, rules, moment, moment.day, subscription)
    if failed:
        raise Problem(failed[0].code, failed[0].says)
    for act in charges:
        _perform(connection, seal, act, moment, actor)
    return charges


def charge_everybody(connection: sa.Connection, rules: Rules, seal: Seal, at: datetime, actor: str) -> None:
    """Charge all periods that are due, in the caller's transaction, for made-up data. Leave out subscriptions without a
    price.
    """
    _, moment = rules.at(connection, at)
    for act in plan(connection, rules, moment, moment.day)[0]:
        _perform(connection, seal, act, moment, actor)


def _perform(connection: sa.Connection, seal: Seal, act: Charge, moment: Moment, actor: str) -> None:
    """Write a charge, dated on its period's first day. One that replaces another is dated today, after the other was
    reversed, since the first day may be closed. Mark the period as charged, also where its days cost 0: then no charge
    is written.
    """
    group = ids.new(moment.at, secrets.token_bytes(16))
    day_on = act.part.first_on
    if act.replaces is not None:
        day_on = moment.day
        reversals.reverse(connection, seal, act.replaces, at=moment.at, day_on=day_on, actor=actor, reason=PUT_RIGHT)
    entry = None
    if act.cents:
        draft = Draft(
            kind="charge",
            day_on=day_on,
            group=group,
            actor=actor,
            amount_cents=act.cents,
            account=act.account,
            member_number=act.number,
            detail={
                "product": act.product,
                "quantity": 1,
                "tariff": act.level,
                "unit_cents": act.unit_cents,
                "vat": act.vat,
                **detail_of(act.part, act.days, act.pro_rata),
            },
        )
        entry = ledger.append(connection, seal, draft, moment.at)
    due_rows.mark(connection, due_rows.MONTHS, act.subscription, act.part.first_on, moment.at, entry)
