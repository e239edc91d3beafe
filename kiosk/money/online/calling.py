"""Asks the payment platform about members' payments: a payment page for each request, its outcome, and once a night the
list of all payments, to find late, refunded and contested ones.

This is the one part that calls outwards. It stores the answers and writes no entries. A request without a stored answer
is asked again: a page that was made and not stored was never shown to a payer.

A payment is *made* once a member asks for it, *intended* once the platform has its page, and *open* in either state.
`heard` is the platform's answer, which the desk enters later: an event such as PAID or REFUNDED, with a reason where an
officer has to decide. An AUTHORISED payment of the list is one that was made and stands.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from msgspec import Struct

from kiosk import keys
from kiosk.domain.money import checkout, online
from kiosk.domain.money.checkout import AUTHORISED, Heard, Listed, Ours
from kiosk.domain.money.online import OPEN, State
from kiosk.errors import MachineError
from kiosk.home import Home
from kiosk.money.online.platform import Platform, Wish
from kiosk.store.money import online_rows
from kiosk.store.money.online_rows import AskedPayment

_ENDING = frozenset({"online-away", "online-busy", "online-refused", "key"})  # every further question would fail too


class CallResult(Struct):
    """What one pass did: how many pages were made, outcomes heard and requests expired, and whether the nightly list
    was read.
    """

    pages: int = 0
    heard: int = 0
    over: int = 0
    is_listed: bool = False


def is_due(connection: sa.Connection, home: Home, now: datetime) -> bool:
    """Return whether the platform has to be asked anything now."""
    if not home.config.pays_online(training=home.training):
        return False
    return bool(online_rows.to_ask(connection)) or _is_list_due(connection, home.config.zone, now)


def run(home: Home, now: datetime) -> CallResult:
    """Make one pass and return what it did, nothing where none is due. Raises MachineError as `Platform` does, once the
    rest is done; `key` without a secret.
    """
    with home.store.reading() as connection:
        if not is_due(connection, home, now):
            return CallResult()
        asked, is_list_due = online_rows.to_ask(connection), _is_list_due(connection, home.config.zone, now)
    if keys.take_word(home.paths.online_secret):  # a new secret was handed over
        home.paths.online_token.unlink(missing_ok=True)  # it may belong to another secret
    calls = _Calls(home, now)
    calls.ask_all(asked)
    if is_list_due and not calls.is_ended:
        calls.guarded(calls.read_list)
    if calls.fault is not None:
        raise calls.fault
    return calls.done


def _is_list_due(connection: sa.Connection, zone: ZoneInfo, now: datetime) -> bool:
    """Tell whether a payment of ours has not been looked for in the platform's list since the last nightly hour."""
    local = now.astimezone(zone)
    night = local.replace(hour=online.NIGHT_HOUR, minute=0, second=0, microsecond=0)
    last = night if night <= local else night - timedelta(days=1)
    return bool(online_rows.unlisted(connection, _watched_since(now), last.astimezone(UTC)))


def _watched_since(now: datetime) -> datetime:
    """Return the moment since which online payments are still compared with the platform."""
    return now - timedelta(days=online.LOOKED_BACK_DAYS)


class _Calls:
    """One pass over the payments: what it did, and the fault to report."""

    def __init__(self, home: Home, now: datetime) -> None:
        self._home = home
        self._now = now
        paths = home.paths
        self._platform = Platform(home.config.online, paths.online_secret, paths.online_token, now)
        self.done = CallResult()
        self.fault: MachineError | None = None

    @property
    def is_ended(self) -> bool:
        """Return whether nothing more can be asked in this pass."""
        return self.fault is not None and self.fault.code in _ENDING

    def ask_all(self, payments: Iterable[AskedPayment]) -> None:
        """Ask for the page or the outcome of each payment, and expire those whose time is over: of one with a page the
        outcome is asked once more before. A wrong answer about one does not hold up the others.
        """
        for payment in payments:
            if payment.state is State.MADE and online.is_asked(payment.made_at, self._now):
                self.guarded(self._make_page, payment)
            elif payment.state is State.INTENDED:
                self.guarded(self._ask_outcome, payment)
            if payment.state in OPEN and not online.is_asked(payment.made_at, self._now):
                self._expire(payment)

    def guarded(self, act: Callable[..., None], *payments: AskedPayment) -> None:
        """Run an act unless the pass has ended, and note the fault that it raises about the platform or its secret; any
        other is raised.
        """
        if self.is_ended:
            return
        try:
            act(*payments)
        except MachineError as fault:
            if not fault.code.startswith("online-") and fault.code != "key":
                raise  # it is not about the platform: nothing else would work either
            # The first is reported, unless a later one ends the pass.
            self.fault = fault if self.fault is None or fault.code in _ENDING else self.fault

    def _make_page(self, payment: AskedPayment) -> None:
        """Have the platform make the page of a payment, and store its address."""
        reference = payment.token.hex()
        back = f"{self._home.config.pages.address}/m/online-back?v={payment.id}"
        page = self._platform.page(Wish(payment.cents, reference, back))
        with self._home.store.writing() as connection:
            online_rows.give_page(connection, payment.id, str(page.id), page.redirect_url)
        self.done.pages += 1

    def _ask_outcome(self, payment: AskedPayment) -> None:
        """Ask the platform about a payment, and act on what it answers."""
        if payment.intent is None:
            raise AssertionError("a payment that is intended has its number")
        outcome = checkout.judge(self._our_side(payment), int(payment.intent), self._platform.intent(payment.intent))
        with self._home.store.writing() as connection:
            online_rows.note_asked(connection, payment.id, self._now)
            self._store_news(connection, payment, outcome)

    def _expire(self, payment: AskedPayment) -> None:
        """Let a request for payment expire."""
        with self._home.store.writing() as connection:
            online_rows.expire(connection, payment.id)
        self.done.over += 1

    def _store_news(self, connection: sa.Connection, payment: AskedPayment, outcome: Heard | None) -> None:
        """Store what the platform says of a payment, where it is news."""
        if outcome is not None and online.is_news(payment.state, payment.why, outcome.event, outcome.why):
            online_rows.hear(connection, payment.id, outcome, self._now)
            self.done.heard += 1

    def _our_side(self, payment: AskedPayment) -> Ours:
        """Return our side of a payment, to compare it with the platform's."""
        return Ours(payment.cents, payment.token.hex(), self._home.config.online.organisation)

    # --- the list of the night

    def read_list(self) -> None:
        """Read the platform's list and store what is new: refunds and contests. A listed payment that we do not know
        makes us ask for the outcome of every open request for its sum.
        """
        with self._home.store.reading() as connection:
            watched = online_rows.watched(connection, _watched_since(self._now))
        if not watched:
            return
        since = min(payment.made_at for payment in watched).astimezone(self._home.config.zone).date()
        listed = list(self._platform.payments(since))
        by_order = _by_order(listed)
        for payment in watched:
            if payment.order_id is not None:
                self._compare(payment, by_order.get(payment.order_id, ()))
        # The sums of listed orders that are none of ours as far as is known: one may be of an open request.
        known = {payment.order_id for payment in watched}
        strange = {sum_ for order, group in by_order.items() if order not in known for sum_ in _possible_sums(group)}
        for payment in watched:
            if payment.order_id is None and payment.cents in strange and payment.state is not State.MADE:
                self.guarded(self._ask_outcome, payment)
        if not self.is_ended:
            with self._home.store.writing() as connection:
                online_rows.note_listed(connection, [payment.id for payment in watched], self._now)
            self.done.is_listed = True

    def _compare(self, payment: AskedPayment, listed: Sequence[Listed]) -> None:
        """Store what the list says of a known payment, except that it is paid: only its own page proves that."""
        outcome = checkout.judge_payments(self._our_side(payment), int(payment.order_id or 0), listed)
        if outcome is not None and outcome.event is not online.Event.PAID:
            with self._home.store.writing() as connection:
                self._store_news(connection, payment, outcome)


def _by_order(listed: Iterable[Listed]) -> Mapping[str, list[Listed]]:
    """Return the listed payments by their order's number, each once; those without an order are left out."""
    by_order: dict[str, list[Listed]] = defaultdict(list)
    for paid in listed:
        if paid.order is not None and all(paid.id != other.id for other in by_order[str(paid.order.id)]):
            by_order[str(paid.order.id)].append(paid)
    return by_order


def _possible_sums(payments: Iterable[Listed]) -> Iterator[int]:
    """Yield the sums in cents for which listed payments that stand may have been requested: with the payer's tip to the
    platform and without it.
    """
    for paid in payments:
        if paid.state == AUTHORISED:
            yield paid.amount
            yield paid.amount - (paid.amount_tip or 0)
