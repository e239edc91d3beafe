"""Lets acts other than corrections of money wait for a second officer, each bound to its canonical text.

A *wish* is an act that an officer asks for, with its values. What an act of each kind does is handed in (`Doer`). It
runs in the transaction of the agreement, in the asking officer's name, and is refused where it would do something else
than was asked. The machine's command line does not wait for a second officer; an entry and mails say so each time.
"""

import secrets
from collections.abc import Callable, Mapping

import sqlalchemy as sa
from msgspec import Struct

from kiosk.devices.protocols import Clock
from kiosk.domain import ids
from kiosk.domain.chain import Detail
from kiosk.domain.days import Moment
from kiosk.domain.members import officer_numbers
from kiosk.domain.members.roles import MONEY, Role
from kiosk.domain.members.signed_yes import SignedYes
from kiosk.domain.members.wishes import DONE, OUTSIDER, OWN_FILE, Asked, Wish
from kiosk.domain.space.protecting import Change
from kiosk.errors import RequestError
from kiosk.messages.officers_notice import Watch
from kiosk.money import two_guards
from kiosk.store.engine import Store
from kiosk.store.officers import asked_acts, holders
from kiosk.store.officers.asked_acts import AskedAct
from kiosk.store.space.policies import Rules

# Kinds of acts: change a rule or a tariff, cancel such a change, merge two files, choose the officers who read control
# codes, and enter the difference that a count of the cash has found.
RULE, CALL_OFF, MERGE, HEADS, COUNT = "rule", "call-off", "merge", "heads", "count"
ROLES: Mapping[str, tuple[Role, ...]] = {
    RULE: MONEY,
    CALL_OFF: MONEY,
    MERGE: (Role.PRESIDENT, Role.SECRETARY),
    HEADS: holders.OFFICERS,
    COUNT: MONEY,
    OUTSIDER: holders.OFFICERS,
    OWN_FILE: holders.OFFICERS,
}
"""The roles that are asked, by the kind of an act: those that may do it; for the readers of control codes and for
accounts, every officer.
"""

Doer = Callable[[sa.Connection, Moment, str, Wish], None]  # does an act that was agreed to, in the asking actor's name


class ActsByTwo(Struct, frozen=True, kw_only=True):
    """Asks for, agrees to and declines acts in the name of an officer, `actor`."""

    store: Store
    rules: Rules
    clock: Clock
    actor: str
    watch: Watch

    def ask(
        self, connection: sa.Connection, moment: Moment, wish: Wish, change: Change | None = None, since: str = ""
    ) -> int | None:
        """Store a request for a second officer's agreement within the given transaction, and return its number; of an
        equal request that waits already, return that one's. `change`, of a rule or a price, and its day `since` are in
        the other officers' mail.

        None means that the caller does the act at once: no other officer has held the role lately, or the machine's
        command line asks. An entry says so.
        """
        key = ids.new(moment.at, secrets.token_bytes(16))
        others = holders.to_ask(connection, moment, self._number, ROLES[wish.kind])
        if not self._number or not others:
            detail: Detail = {"kind": wish.kind, "digest": _digest(self, wish, key)}
            how = "alone" if self._number else "by-the-machine"
            self.watch.second(connection, moment, how, detail, key, change=change, day=since)
            return None
        waits = asked_acts.same(connection, wish, self.actor)
        if waits is not None:
            return waits
        number = asked_acts.ask(connection, key, wish, self.actor, moment.at)
        detail = {"kind": wish.kind, "number": number, "digest": _digest(self, wish, key)}
        self.watch.second(connection, moment, "asked", detail, key, change=change, day=since)
        return number

    def accept(self, number: int, digest: str, does: Mapping[str, Doer], yes: SignedYes | None = None) -> AskedAct:
        """Agree to another officer's request, carry it out and return it. `digest` is of the canonical text that was
        shown; `yes` is its signature, required where the officer has a passkey.

        Raises RequestError `no-such-act`, `decided-already`, `wish-changed`, `not-your-hand`, `wants-passkey` or
        `yes-not-signed`, or as the act does.
        """
        with self.store.writing() as connection:
            _, moment = self.rules.at(connection, self.clock.now())
            act = _get(connection, number)
            two_guards.check_unchanged(connection, act, digest)
            two_guards.check_agrees(connection, moment, self.actor, act, ROLES[act.kind])
            signed = two_guards.signed(connection, self.actor, digest, yes)
            self._carry_out(connection, moment, act, does, "agreed", signed)
            return act

    def do_alone(self, number: int, digest: str, does: Mapping[str, Doer]) -> AskedAct:
        """Carry out what this officer asked for 14 days ago, if it was not declined, and return it. An entry says that
        one officer did it.

        Raises RequestError `no-such-act`, `decided-already`, `wish-changed`, `not-your-hand` or `still-waits`, or as
        the act does.
        """
        with self.store.writing() as connection:
            _, moment = self.rules.at(connection, self.clock.now())
            act = _get(connection, number)
            two_guards.check_alone(moment, self.actor, act, two_guards.check_unchanged(connection, act, digest))
            self._carry_out(connection, moment, act, does, "alone-after")
            return act

    def decline(self, number: int) -> AskedAct:
        """Decline another officer's request, or withdraw one's own, and return it.

        Raises RequestError `no-such-act`, `decided-already` or `not-your-hand` where the officer could not be asked.
        """
        with self.store.writing() as connection:
            _, moment = self.rules.at(connection, self.clock.now())
            act = _get(connection, number)
            state = two_guards.state_declined(connection, moment, self.actor, act, ROLES[act.kind])
            asked_acts.decide(connection, number, state, self.actor, moment.at)
            return act

    @property
    def _number(self) -> int:
        """Return the acting officer's number, 0 for a program."""
        return officer_numbers.number_of(self.actor) or 0

    def _carry_out(
        self,
        connection: sa.Connection,
        moment: Moment,
        act: AskedAct,
        does: Mapping[str, Doer],
        how: str,
        signed: Detail | None = None,
    ) -> None:
        """Do an act that was accepted, or that is done alone, and record which officers did it and `how` ("alone-after"
        for one alone).
        """
        asked_acts.decide(connection, act.id, DONE, self.actor, moment.at)
        does[act.kind](connection, moment, act.asked_by, act.wish)
        detail: Detail = {"kind": act.kind, "number": act.id, "digest": act.asked.digest, **(signed or {})}
        self.watch.second(connection, moment, how, detail, act.act)


def _digest(acts: ActsByTwo, wish: Wish, key: bytes) -> str:
    """Return the digest of an act as it was asked for, which the second officer signs."""
    return Asked(wish, acts.actor, key.hex()).digest


def _get(connection: sa.Connection, number: int) -> AskedAct:
    """Return an act that was asked for. Raises RequestError `no-such-act`."""
    act = asked_acts.get(connection, number)
    if act is None:
        raise RequestError("no-such-act", number=number)
    return act
