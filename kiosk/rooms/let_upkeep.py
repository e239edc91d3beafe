"""Does what falls due for lets and quotes: expires quotes, tells members of a coming let, and compensates subscribers
after it for the day they could not come.

A *let* is the hire of a zone or the whole place by an organisation for some hours. `kiosk due` runs this. Each act is
one transaction, and its mark beside the let or quote keeps it from being done twice.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import sqlalchemy as sa

from kiosk.devices.protocols import Clock
from kiosk.domain.days import Moment
from kiosk.domain.money.renewals import Pause
from kiosk.domain.rooms.rules import Permanents
from kiosk.errors import KioskError, RequestError
from kiosk.home import Home
from kiosk.messages import let_notice
from kiosk.messages.let_notice import LetFacts
from kiosk.rooms import quotes
from kiosk.rooms.bookings import terms_at
from kiosk.store import name_rows
from kiosk.store.money import subscription_rows, voucher_rows
from kiosk.store.money.subscription_rows import Running
from kiosk.store.rooms import quote_rows
from kiosk.store.rooms.quote_rows import LetRow
from kiosk.store.space import policies, room_rules
from kiosk.store.space.policies import Rules

ACTOR = "due"  # the author of what `kiosk due` does when its time has come
BANKED_DAYS = 180  # for how long the day that compensates can be used
_REASON = "lieu loué"  # why a day was banked


@dataclass(slots=True)
class LetPass:
    """What one pass did: how many quotes expired, how many letters went to members, how many subscribers were
    compensated; `failed` has the error codes of acts that failed, by the id of their quote or let.
    """

    lapsed: int = 0
    told: int = 0
    compensated: int = 0
    failed: dict[int, str] = field(default_factory=dict)


# an act on one quote or let, given by its id, which counts itself in the pass
_Act = Callable[[sa.Connection, Home, Rules, Moment, int, LetPass], None]


def run(home: Home, rules: Rules, clock: Clock) -> LetPass:
    """Make one pass over quotes and lets that need something today, and return its counts; do nothing where rooms are
    off. Members are told of a let as many days before it as the rules say.
    """
    done = LetPass()
    with home.store.reading() as connection:
        _, moment = rules.at(connection, clock.now())
        if not room_rules.is_on(connection, moment.day):
            return done
        rules_of_rooms = room_rules.read(connection, moment.day)
        lapsed = [each.id for each in quote_rows.lapsed(connection, moment.day)]
        soon = moment.at + timedelta(days=rules_of_rooms.privatisation_notice_days)
        untold = quote_rows.untold(connection, moment.at, soon)
        over = quote_rows.uncompensated(connection, moment.at)
    for quote_id in lapsed:
        _try(home, rules, clock, quote_id, _lapse, done)
    for let in untold:
        _try(home, rules, clock, let.id, _tell, done)
    for let in over:
        _try(home, rules, clock, let.id, _compensate, done)
    return done


def _try(home: Home, rules: Rules, clock: Clock, number: int, act: _Act, done: LetPass) -> None:
    """Do one act of upkeep in its own transaction; a failure is listed and stops no other. Only a KioskError counts as
    one: any other fault ends the pass.
    """
    try:
        with home.store.writing() as connection:
            _, moment = rules.at(connection, clock.now())
            act(connection, home, rules, moment, number, done)
    except KioskError as fault:
        done.failed[number] = fault.code


def _lapse(connection: sa.Connection, home: Home, rules: Rules, moment: Moment, quote_id: int, done: LetPass) -> None:
    """Let an unanswered quote expire, which frees what it holds; one that was answered since the pass began is left
    alone.
    """
    terms = terms_at(connection, rules, moment.at)
    quote = quote_rows.by_id(connection, quote_id)
    if quote.state == quote_rows.OPEN:
        quotes.let_go(connection, quote, terms, quote_rows.EXPIRED)
        done.lapsed += 1


def _tell(connection: sa.Connection, home: Home, rules: Rules, moment: Moment, let_id: int, done: LetPass) -> None:
    """Put a letter about a let into the outbox for each current member with an e-mail address, once. A let that was
    told of or cancelled meanwhile is left alone; without a mail server the let is only marked as told.
    """
    let = quote_rows.let_by_id(connection, let_id)
    if let.told_at is not None or let.state != quote_rows.BOOKED:
        return
    quote_rows.change_let(connection, let_id, told_at=moment.at)
    if not home.config.mail.server:
        return
    facts = LetFacts(
        id=let_id,
        zone=None if let.zone is None else name_rows.zones(connection)[let.zone],
        starts=let.slot.starts_at.astimezone(rules.zone),
        ends=let.slot.ends_at.astimezone(rules.zone),
        keeps_permanents=let.permanents == Permanents.KEPT,
    )
    readers = quote_rows.addresses(connection, moment.day)
    done.told += let_notice.put_in_outbox(connection, facts, readers, moment.at)


def _compensate(
    connection: sa.Connection, home: Home, rules: Rules, moment: Moment, let_id: int, done: LetPass
) -> None:
    """Compensate the subscribers that a let kept out, once. Lets during which subscribers could still come in
    (`Permanents.KEPT`) are not in the pass.
    """
    let = quote_rows.let_by_id(connection, let_id)
    if let.compensated_at is not None:
        return
    quote_rows.change_let(connection, let_id, compensated_at=moment.at)
    for subscription in _subscribers(connection, rules, let):
        if _give(connection, rules, moment, let, subscription):
            done.compensated += 1


def _subscribers(connection: sa.Connection, rules: Rules, let: LetRow) -> list[Running]:
    """Return the subscriptions that ran, without a pause, on the day of a let and whose plan's usual zone was let (any
    zone, where the whole place was); each member once, the day being that on which the let began.
    """
    day = let.slot.starts_at.astimezone(rules.zone).date()
    zones = {plan.product: plan.zone for plan in policies.plans(connection).values() if plan.product is not None}
    running = {
        each.member_id: each
        for each in subscription_rows.running(connection)
        if each.terms.from_on <= day <= (each.terms.until_on or day)
        and not any(pause.from_on <= day <= (pause.until_on or day) for pause in each.terms.pauses)
        and let.zone in (None, zones.get(each.product))
    }
    return list(running.values())


def _give(connection: sa.Connection, rules: Rules, moment: Moment, let: LetRow, subscription: Running) -> bool:
    """Compensate a subscriber for the day of a let, as the let says: bank a day, which they can use later without
    paying, or pause the subscription for that day, which `kiosk due` later credits. Return False where it was paused
    already.
    """
    day = let.slot.starts_at.astimezone(rules.zone).date()
    if let.permanents == Permanents.BANKED:
        voucher_rows.bank(
            connection,
            subscription.member_id,
            days=1,
            from_on=moment.day,
            expires_on=moment.day + timedelta(days=BANKED_DAYS),
            reason=_REASON,
            at=moment.at,
            actor=ACTOR,
        )
        return True
    try:
        subscription_rows.pause(connection, subscription, Pause(day, day), ACTOR)
    except RequestError:
        return False  # the subscription was paused already
    return True
