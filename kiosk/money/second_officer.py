"""Corrects money above a rule's amount by two officers: a reversal, refund or write-off waits until a second one
agrees.

A *wish* is the correction that an officer asks for, with its `cents` as they change the tab (below 0: less is owed);
stored and waiting, it is a *request*, or a *look*. What one officer corrects on an account within 30 days adds up.
Where no other officer holds a role about money, or has lost one within the last 14 days (`two_hands.WAITS`), the
correction is made at once, and an entry says that there was no other. A request is sealed as the digest of its
canonical text, and the second officer agrees to that text. After 14 days without a refusal, the asking officer may do
it alone.
"""

import secrets
from collections.abc import Collection
from datetime import timedelta

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.acting import SealingUseCase
from kiosk.devices.protocols import Clock
from kiosk.domain import ids
from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.domain.members import officer_numbers
from kiosk.domain.members.signed_yes import SignedYes
from kiosk.domain.members.wishes import DONE, Asked, Wish
from kiosk.domain.money.tariffs import Policy
from kiosk.errors import RequestError
from kiosk.messages.officers_notice import Watch
from kiosk.money import till, two_guards
from kiosk.money.till import METHODS, Line, reason_of
from kiosk.store import ledger
from kiosk.store.engine import Store
from kiosk.store.money import second_look_rows, tab_rows
from kiosk.store.money.second_look_rows import Look
from kiosk.store.officers import holders
from kiosk.store.space.policies import Rules

CORRECTIONS = ("reverse", "refund", "write-off")
"""The kinds of requests that wait here."""

TOGETHER = timedelta(days=30)  # one officer's sums on one account within this time add up


class Corrected(Struct, frozen=True):
    """What became of a correction: the number of its entry, or `asked`, that of its request; `again` where the same
    form, or a request to reverse the same entry, had come before.
    """

    entry: int | None = None
    asked: int | None = None
    again: bool = False


class SecondOfficer(SealingUseCase):
    """Makes corrections in the name of an officer, `actor`, and decides those that wait. `_log` writes an act, its
    member and its subject into the desk's log; of a decision about a request, the desk's page writes the log's line.
    """

    def __init__(self, *, store: Store, rules: Rules, seal: Seal, clock: Clock, actor: str, watch: Watch) -> None:
        super().__init__(store=store, rules=rules, seal=seal, clock=clock, actor=actor)
        self._watch = watch

    def reverse(self, entry: int, reason: str, *, key: bytes) -> Corrected:
        """Reverse an entry, or ask a second officer.

        Raises RequestError `no-such-entry`, `not-reversible`, `reversed-already`, `reason` or `carnet-in-use`.
        """
        text = reason_of(reason)
        with self._store.reading() as connection:
            account, cents = second_look_rows.of_entry(connection, entry)
        return self._correct(key, Wish(kind="reverse", account=account, entry=entry, cents=-cents, reason=text))

    def refund(self, account: int, cents: int, method: str, reason: str, *, key: bytes) -> Corrected:
        """Refund money to an account, at most its advance, or ask a second officer.

        Raises RequestError `amount`, `method`, `reason`, `box-short` or `no-such-account`.
        """
        if method not in METHODS:
            raise RequestError("method", field="method", choices=", ".join(METHODS), given=method)
        wish = Wish(kind="refund", account=account, cents=cents, method=method, reason=reason_of(reason))
        return self._correct(key, wish)

    def write_off(self, account: int, cents: int, reason: str, *, key: bytes) -> Corrected:
        """Write off what an account owes, or part of it, or ask a second officer.

        Raises RequestError `amount`, `reason` or `no-such-account`.
        """
        return self._correct(key, Wish(kind="write-off", account=account, cents=-cents, reason=reason_of(reason)))

    def ask_reversals(self, entries: Collection[int], reason: str) -> list[int]:
        """Ask a second officer to reverse entries whose sum is above the rule's amount, and return the numbers of the
        requests, one an entry; empty where no officer has to be asked, or none can be. All are of one account, as an
        invoice's are.
        """
        text = reason_of(reason)
        with self._store.writing() as connection:
            policy, moment = self._rules.at(connection, self._clock.now())
            reversals = [(entry, *second_look_rows.of_entry(connection, entry)) for entry in entries]
            wishes = [
                Wish(kind="reverse", account=account, entry=entry, cents=-cents, reason=text)
                for entry, account, cents in reversals
            ]
            if not wishes or not self._officers_to_ask(connection, moment):
                return []
            all_of_them = replace(wishes[0], cents=sum(wish.cents for wish in wishes))  # to compare their sum
            if not self._is_above(connection, policy, moment, all_of_them):
                return []
            asked = []
            for wish in wishes:
                key = ids.new(moment.at, secrets.token_bytes(16))
                asked.append(self._ask(connection, moment, key, wish).asked)
            return [number for number in asked if number is not None]

    def wants_second(self, entry: int) -> bool:
        """Return whether reversing an entry would wait for a second officer; False for an unknown entry."""
        with self._store.reading() as connection:
            account, cents = second_look_rows.of_entry(connection, entry)
            policy, moment = self._rules.at(connection, self._clock.now())
            wish = Wish(kind="reverse", account=account, entry=entry, cents=-cents, reason="")
            return self._is_above(connection, policy, moment, wish) and bool(self._officers_to_ask(connection, moment))

    def accept(self, look_id: int, digest: str, yes: SignedYes | None = None) -> int:
        """Agree to another officer's request and return the entry of its correction, which is written in the asking
        officer's name; a second entry names the agreeing one.

        `digest` is of the canonical text that was shown; `yes` is its signature, required where the officer has a
        passkey. Raises RequestError `no-such-look`, `decided-already`, `wish-changed`, `not-your-hand`, `wants-passkey`
        or `yes-not-signed`, or as the correction itself does.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            look = _get(connection, look_id)
            two_guards.check_unchanged(connection, look, digest)
            two_guards.check_agrees(connection, moment, self._actor, look)
            signed = two_guards.signed(connection, self._actor, digest, yes)
            second_look_rows.decide(connection, look_id, DONE, self._actor, moment.at)
            number = self._write(connection, moment, look.asked_by, look.act, look.wish)
            self._watch.second(connection, moment, "agreed", {"entry": number, "digest": digest, **signed}, look.act)
            return number

    def do_alone(self, look_id: int, digest: str) -> int:
        """Make a correction that this officer asked for 14 days ago, if it was not declined, and return its entry. A
        second entry says that one officer made it.

        Raises RequestError `no-such-look`, `decided-already`, `wish-changed`, `not-your-hand` or `still-waits`, or as
        the correction itself does.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            look = _get(connection, look_id)
            # `check_unchanged` returns the day on which the request was made
            two_guards.check_alone(moment, self._actor, look, two_guards.check_unchanged(connection, look, digest))
            second_look_rows.decide(connection, look_id, DONE, self._actor, moment.at)
            number = self._write(connection, moment, self._actor, look.act, look.wish)
            self._watch.second(connection, moment, "alone-after", {"entry": number, "digest": digest}, look.act)
            return number

    def decline(self, look_id: int) -> None:
        """Decline another officer's request, or withdraw one's own.

        Raises RequestError `no-such-look`, `decided-already` or `not-your-hand` where the officer could not be asked.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            look = _get(connection, look_id)
            state = two_guards.state_declined(connection, moment, self._actor, look)
            second_look_rows.decide(connection, look_id, state, self._actor, moment.at)

    @property
    def _number(self) -> int:
        """Return the acting officer's number, 0 for a program."""
        return officer_numbers.number_of(self._actor) or 0

    def _officers_to_ask(self, connection: sa.Connection, moment: Moment) -> list[int]:
        """Return the numbers of the other officers that can be asked: with a role about money, now or lately."""
        return holders.to_ask(connection, moment, self._number)

    def _correct(self, key: bytes, wish: Wish) -> Corrected:
        """Make a correction, or ask a second officer for it where it is above the rule's amount and one can be asked. A
        form that came before, by its `key`, changes nothing.
        """
        with self._store.writing() as connection:
            before, asked = ledger.by_id(connection, key), second_look_rows.by_act(connection, key)
            if before is not None or asked is not None:
                return Corrected(before, asked, again=True)
            policy, moment = self._rules.at(connection, self._clock.now())
            above = self._is_above(connection, policy, moment, wish)
            if above and self._officers_to_ask(connection, moment):
                return self._ask(connection, moment, key, wish)
            number = self._write(connection, moment, self._actor, key, wish)
            what = f"entry {number}" if wish.entry is None else f"entry {wish.entry} by {number}"
            self._log(connection, moment.at, wish.kind, _member_number(connection, wish), what)
            if above:
                self._watch.second(connection, moment, "alone", {"entry": number}, key)
            return Corrected(number)

    def _ask(self, connection: sa.Connection, moment: Moment, key: bytes, wish: Wish) -> Corrected:
        """Store a request and seal its digest, after trying the correction and rolling it back. Where a request to
        reverse the same entry waits already, it is returned instead; a refund or a write-off is always asked anew.
        """
        waits = second_look_rows.same(connection, wish)
        if waits is not None:
            return Corrected(asked=waits, again=True)
        with connection.begin_nested() as tried:  # refuse now what would fail once agreed to
            self._write(connection, moment, self._actor, key, wish)
            tried.rollback()
        asked = second_look_rows.ask(connection, key, wish, self._actor, moment.at)
        digest = Asked(wish, self._actor, key.hex()).digest
        self._watch.second(connection, moment, "asked", {"digest": digest}, key)
        self._log(connection, moment.at, "second-asked", _member_number(connection, wish), f"correction by two {asked}")
        return Corrected(asked=asked)

    def _is_above(self, connection: sa.Connection, policy: Policy, moment: Moment, wish: Wish) -> bool:
        """Return whether a correction, with those that this officer made alone on the account within 30 days, is above
        the rule's amount; False without such a rule, and for an entry of no account or of 0. Sums count without sign.
        """
        limit = policy.second_officer_cents
        if limit is None or wish.account is None or not wish.cents:
            return False
        since = moment.day - TOGETHER
        before = second_look_rows.corrected_alone(connection, wish.account, self._actor, since)
        return before + abs(wish.cents) > limit

    def _write(self, connection: sa.Connection, moment: Moment, actor: str, key: bytes, wish: Wish) -> int:
        """Write a correction, agreed to or made alone, and return its entry's number: the reversal of an entry, or a
        refund or write-off on an account. `key` becomes the entry's id.
        """
        if wish.entry is not None:
            return till.take_back(connection, self._seal, moment, actor, wish.entry, wish.reason, key)
        if wish.account is None:
            raise AssertionError("a refund or write-off needs an account")
        tab_rows.owner(connection, wish.account)  # refuses an unknown account
        line = Line(wish.kind, wish.account, wish.cents, method=wish.method)
        return till.write(connection, self._seal, moment, actor, [line], wish.reason, key)


def _member_number(connection: sa.Connection, wish: Wish) -> int | None:
    """Return the number of the member whose account a correction is about; None for any other account."""
    return None if wish.account is None else tab_rows.owner(connection, wish.account).number


def _get(connection: sa.Connection, look_id: int) -> Look:
    """Return a waiting correction. Raises RequestError `no-such-look`."""
    look = second_look_rows.get(connection, look_id)
    if look is None:
        raise RequestError("no-such-look", number=look_id)
    return look
