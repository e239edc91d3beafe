"""Makes the links in mails about hosting, and does what a link offers: once, and until a day.

A link is a long random text of which only the digest is stored, so that neither a copy of the database nor a log gives
one away. Opening it does nothing, because mail servers open every link; a button on its page acts.

A *shift* is a time on a day at which a member hosts; in a *swap* two members exchange theirs.
"""

import secrets
from datetime import date, timedelta
from typing import Final

import sqlalchemy as sa
from msgspec import Struct

from kiosk.devices.protocols import Clock
from kiosk.domain.hosting.rota import CONFIRM_DAYS, Shift
from kiosk.errors import RequestError
from kiosk.hosting import turns
from kiosk.store.engine import Store
from kiosk.store.hosting import rota_rows, swap_rows
from kiosk.store.hosting.swap_rows import Link
from kiosk.store.space.policies import Rules

TAKE, GIVE_UP, CONFIRM, SWAP = "take", "give-up", "confirm", "swap"  # the acts of a link, as stored
ACTOR: Final = "link"  # the author of acts done by a link
_BYTES = 24  # random bytes of a link's token
_LONGEST = 64  # characters; a longer token is none of ours


def made(
    connection: sa.Connection,
    address: str,
    act: str,
    member_id: int,
    shift: Shift,
    *,
    swap: int | None = None,
    until_on: date | None = None,
) -> str:
    """Return a new link for a mail; `address` is the desk's, `swap` the swap that a link of SWAP answers. It works
    until the day `until_on`; without one until the day of its shift, or for confirming as long as members may confirm.
    """
    token = secrets.token_urlsafe(_BYTES)
    until = until_on or shift.day_on + timedelta(days=CONFIRM_DAYS if act == CONFIRM else 0)
    swap_rows.add_link(connection, token, act, member_id, shift.id, swap, until)
    return f"{address}/accueil/{token}"


class Offer(Struct, frozen=True):
    """What a link would do now: its act, its shift, and for a swap the other shift."""

    link: Link
    shift: Shift
    other: Shift | None = None


class Links:
    """Reads links and carries out what they offer."""

    def __init__(self, *, store: Store, rules: Rules, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    def read(self, token: str) -> Offer:
        """Return what a link would do. Raises RequestError `link-over` for any link that does not work."""
        with self._store.reading() as connection:
            return self._offer(connection, token, self._rules.at(connection, self._clock.now())[1].day)

    def follow(self, token: str, *, yes: bool = True) -> Offer:
        """Carry out a link's act and return it; `yes` is the answer to a swap. Raises RequestError `link-over`, or the
        reason why the act is no longer possible: then the link still works.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            offer = self._offer(connection, token, moment.day)
            link = offer.link
            if link.act == TAKE:
                turns.take(connection, moment, ACTOR, link.shift, link.member)
            elif link.act == GIVE_UP:
                turns.give_up(connection, moment, ACTOR, link.shift, link.member)
            elif link.act == CONFIRM:
                turns.confirm(connection, moment, ACTOR, link.shift, link.member)
            elif link.swap is not None:  # SWAP: the link of the member that the swap was proposed to
                turns.answer_swap(connection, moment, ACTOR, link.swap, link.member, agreed=yes)
            swap_rows.use(connection, token)
            return offer

    def _offer(self, connection: sa.Connection, token: str, today: date) -> Offer:
        """Return what a mailed link offers: its shift, and the other one of a swap. Raises RequestError `link-over`."""
        link = swap_rows.link(connection, token) if len(token) <= _LONGEST else None
        if link is None or link.used or link.until_on < today:
            raise RequestError("link-over", "this link has expired, was used, or is not ours")
        shift = rota_rows.turn(connection, link.shift).shift
        other = None
        if link.swap is not None:
            other = rota_rows.turn(connection, swap_rows.by_id(connection, link.swap).shift).shift
        return Offer(link, shift, other)
