"""Carries the desk's requests to the entrance: read the next badge for a member, open the door once.

The desk has neither reader nor relay. It writes a request with an end time; the entrance carries it out once, while it
is fresh. A badge that was read belongs to no member until the desk confirms it (`kiosk.members.badge_giving`), since
any badge may have been tapped.
"""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import UseCase
from kiosk.devices.protocols import Clock, Door
from kiosk.domain.badges.products import Product
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.errors import DeviceOffline, KioskError, RequestError
from kiosk.store.checkin import request_rows
from kiosk.store.checkin.door_events import DoorEvent
from kiosk.store.checkin.request_rows import ENROL, OPEN, Request
from kiosk.store.engine import Store
from kiosk.store.space.policies import Rules

log = logging.getLogger(__name__)

BADGE_SECONDS = 30.0  # how long a request for a badge waits
OPENING_SECONDS = 10.0  # how old a request to open may be
# Remarks on a request that goes on waiting.
RANDOM = "uid-random"  # a telephone was shown, whose number changes each time
LIFTED = "lifted-early"  # a badge was taken away before it was read
CHECK = "check"  # the actor of a relay test on the machine itself, which no rule of the association forbids
# How a request ended, for the desk to show.
EXPIRED, REPLACED, REFUSED, OPENED, FAILED = "expired", "replaced", "refused", "opened", "door-offline"
OPENING = "opening"  # accepted, and the lock has not answered yet: a networked one takes seconds


def remote_opening(policy: object) -> bool:
    """Tell whether the association's rules let officers open the door remotely; False without such a rule."""
    return bool(getattr(policy, "remote_opening", False))


class Requests(UseCase):
    """The desk's side: writes requests. `actor` is the officer; `clock` the machine's, shared with the entrance."""

    def wait_for_badge(
        self, number: int, seconds: float = BADGE_SECONDS, replaces: bytes | None = None, *, writes: bool = False
    ) -> int:
        """Ask the entrance to read the next unknown badge for this member, within 30 s or the given seconds. Return the
        request's id. While it is open, the same request by any officer has the same id; another one by the same officer
        takes its place.

        `replaces` is the fingerprint of the badge that the new one replaces (None: of none); with `writes`, keys are
        written to the badge at the door. Raises RequestError `no-such-member`, `member-left`, or `badge-awaited` while
        another officer waits for another badge.
        """
        from kiosk.store.members import members

        at = self._clock.now()
        with self._store.writing() as connection:
            member = members.present(connection, number, self._rules.at(connection, at)[1].day)
            for request in request_rows.undone(connection, ENROL):
                if not request.is_open(at):
                    request_rows.finish(connection, request.id, at, EXPIRED)
                elif (request.member, request.replaces, request.writes) == (member.number, replaces, writes):
                    return request.id
                elif request.actor == self._actor:
                    request_rows.finish(connection, request.id, at, REPLACED)
                else:
                    raise RequestError("badge-awaited", member=request.member, seconds=int(BADGE_SECONDS))
            until = at + timedelta(seconds=seconds)
            return request_rows.add(
                connection, ENROL, self._actor, at, until, member.id, replaces=replaces, writes=writes
            )

    def type_badge(self, request_id: int, number: int, read: BadgeRead, badge_key: bytes) -> None:
        """Record a badge number that was typed at the desk, by hand or by a reader that types, instead of a tap, as the
        answer to a request for the member `number`. A request that has expired but was not ended takes it, too.

        Raises RequestError `uid-random`, `badge-given`, or `badge-not-read` where this request no longer waits for a
        badge.
        """
        from kiosk.store.members import badge_rows

        if read.is_random:
            raise RequestError("uid-random", field="badge")
        with self._store.writing() as connection:
            owner = badge_rows.owner(connection, read.fingerprint(badge_key))
            if owner is not None:
                raise RequestError("badge-given", field="badge", tail=read.tail, member=owner)
            asked = request_rows.get(connection, request_id)
            if asked is None or asked.kind != ENROL or asked.member != number or asked.done_at is not None:
                raise RequestError("badge-not-read", "no badge is waited for here any more: wait for it again")
            request_rows.note_badge(connection, request_id, self._clock.now(), read, badge_key, product=None)

    def open_door(self, door: int | None = None) -> int:
        """Ask for one opening of a door within 10 s; without `door`, of the only one that is not revoked. Return the
        request's id; a repetition by the same officer meanwhile returns the same.

        Raises RequestError `door-from-afar` where the association's rules do not allow it, or `no-such-door`.
        """
        from kiosk.store.space import door_rows  # the entrance has read its own already, and asks for no list

        at = self._clock.now()
        with self._store.writing() as connection:
            policy, _ = self._rules.at(connection, at)
            if not remote_opening(policy):
                raise RequestError("door-from-afar", "the rules of the association do not let the desk open the door")
            standing = [each.id for each in door_rows.everyone(connection) if each.revoked_on is None]
            door = standing[0] if door is None and len(standing) == 1 else door
            if door not in standing:
                raise RequestError("no-such-door", number=door)
            for request in request_rows.undone(connection, OPEN):
                if request.is_open(at) and request.actor == self._actor and request.door == door:
                    return request.id
            until = at + timedelta(seconds=OPENING_SECONDS)
            return request_rows.add(connection, OPEN, self._actor, at, until, None, door)


class ShownBadge(Struct, frozen=True):
    """A badge tapped while the desk waited for one. `tail` is empty where it was taken away before it was read."""

    tail: str


def read_badge(
    store: Store,
    badge_key: bytes,
    read: BadgeRead,
    at: datetime,
    ask: Callable[[], Product | None],
    write: Callable[[BadgeRead, Product], str | None],
) -> ShownBadge | None:
    """Record an unknown badge with the newest request that waits for one (the entrance's side). Return the badge, or
    None where no request waits or the badge does not count.

    A number that changes at each tap is remarked on the request, which goes on. It also goes on where the badge was
    taken away before `ask` returned its product, or where keys were to be written and `write` returned an error
    (LIFTED: taken away). The chip is asked between two transactions, since it takes long. Raises what the database
    raises.
    """
    with store.reading() as connection:
        open_now = [request for request in request_rows.undone(connection, ENROL) if request.is_open(at)]
        if not open_now:
            return None
    product = Product.TELEPHONE if read.is_random else ask()
    fault = write(read, product) if open_now[0].writes and product is not None and not read.is_random else None
    with store.writing() as connection:
        waiting = next((r for r in request_rows.undone(connection, ENROL) if r.is_open(at)), None)
        if waiting is None:
            return None
        if read.is_random:
            request_rows.remark(connection, waiting.id, RANDOM)
            return None
        if product is None or fault is not None:
            request_rows.remark(connection, waiting.id, fault or LIFTED)
            return ShownBadge("") if fault in (None, LIFTED) else None
        if waiting.writes != open_now[0].writes:  # another request took its place: it wants keys, or none
            return None
        request_rows.note_badge(connection, waiting.id, at, read, badge_key, product.value)
        return ShownBadge(read.tail)


class Opener:
    """The entrance's side of remote opening: carries out each fresh request once, and ends all others."""

    def __init__(
        self, *, store: Store, rules: Rules, clock: Clock, door: Door, note: Callable[[DoorEvent], None]
    ) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._door = door
        self._note = note

    def turn(self) -> None:
        """Look for requests, mark them as ended, then pulse the door: a request that cannot be marked opens nothing."""
        try:
            fresh = self._take()
        except Exception as fault:  # one job of a background thread, whose other jobs must go on
            log.warning("what the desk asked could not be looked at: %s", fault)
            return
        for request in fresh:
            self._open(request)

    def _take(self) -> list[Request]:
        """End this door's requests: as EXPIRED where they are too old, REFUSED where the rules forbid opening from the
        desk (not for a test by the machine itself, CHECK), else OPENING. Return the last ones.
        """
        with self._store.reading() as connection:
            if not self._open_requests(connection):
                return []
        at = self._clock.now()
        with self._store.writing() as connection:
            policy, _ = self._rules.at(connection, at)
            fresh = []
            for request in self._open_requests(connection):
                young = request.is_open(at) and (at - request.made_at).total_seconds() <= OPENING_SECONDS
                allowed = request.actor == CHECK or remote_opening(policy)
                outcome = OPENING if young and allowed else REFUSED if young else EXPIRED
                request_rows.finish(connection, request.id, at, outcome)
                fresh += [request] if outcome == OPENING else []
        return fresh

    def _open_requests(self, connection: sa.Connection) -> list[Request]:
        """Return the open requests for this door; other doors have their own entrance."""
        return [each for each in request_rows.undone(connection, OPEN) if each.door == self._rules.door]

    def _open(self, request: Request) -> None:
        """Open the door for a request of the desk, and record whether it opened."""
        try:
            self._door.pulse()
        except DeviceOffline as fault:
            log.error("the door did not open for the desk: %s", fault)
            self._tell(request, FAILED)
            return
        self._note(DoorEvent(self._clock.now(), "opened", "test" if request.actor == CHECK else "desk"))
        self._tell(request, OPENED)

    def _tell(self, request: Request, outcome: str) -> None:
        """Record the outcome of a request, for the desk to show. A failure is only logged: the door was pulsed."""
        try:
            with self._store.writing() as connection:
                request_rows.finish(connection, request.id, self._clock.now(), outcome)
        except KioskError as fault:
            log.warning("the desk could not be told: %s", fault)
