"""What a touch on a standing card does: at once where it harms nobody, after the badge was seen again where it costs.

One card stands at a time, with one ticket that nobody can guess. Whatever badge comes next ends what waited for one.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from kiosk.cards import Card, CardKind, Screen
from kiosk.devices.protocols import Clock
from kiosk.domain import access, choices, ids
from kiosk.domain.access import Charge, Granted, Right
from kiosk.domain.chain import Seal
from kiosk.domain.choices import CONFIRMED, Act
from kiosk.domain.days import Moment
from kiosk.domain.tariffs import Policy
from kiosk.errors import MachineError, RequestError
from kiosk.store import standing, visits
from kiosk.store.engine import Store
from kiosk.store.rules import Rules
from kiosk.timekeeping import Timekeeper

TOUCH_SECONDS = 32.0  # a card is held to 30 s at most; the rest is the way of a touch
AGAIN_SECONDS = 32.0  # how long an act waits for its badge
ACTOR = "kiosk"


@dataclass(frozen=True, slots=True)
class Standing:
    """A card that stands: whose it is, what it may do, and with which ticket. `visit` is one made by this very tap."""

    ticket: str
    fingerprint: bytes
    granted: Granted
    acts: tuple[Act, ...]
    visit: int | None = None


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An act that wants its badge, until a moment (monotonic seconds)."""

    act: Act
    fingerprint: bytes
    granted: Granted
    until: float


class Touches:
    """Serves touches. Its caller holds one lock around badges and touches. `forget` ends the 8 s of a badge."""

    def __init__(
        self,
        *,
        store: Store,
        rules: Rules,
        seal: Seal,
        timekeeper: Timekeeper,
        clock: Clock,
        screen: Screen,
        forget: Callable[[bytes], object],
    ) -> None:
        self._store = store
        self._rules = rules
        self._seal = seal
        self._time = timekeeper
        self._clock = clock
        self._screen = screen
        self._forget = forget
        self._standing: Standing | None = None
        self._until = 0.0
        self._waiting: _Waiting | None = None

    def offer(self, found: Standing | None) -> None:
        """What the card that is shown now may do; whatever stood there before may no longer."""
        self._standing, self._until, self._waiting = found, self._clock.monotonic() + TOUCH_SECONDS, None

    def confirmed(self, fingerprint: bytes) -> Callable[[], Granted] | None:
        """The act that waited for this badge, to be done now. Another's badge ends it without effect."""
        waiting, self._waiting = self._waiting, None
        if waiting is None or waiting.fingerprint != fingerprint or self._clock.monotonic() > waiting.until:
            return None

        def do() -> Granted:
            self._do(waiting.act, waiting.granted, waiting.fingerprint)
            return waiting.granted

        return do

    def touch(self, ticket: str, act: Act) -> None:
        """Do what was touched, or ask for the badge.

        Raises RequestError `touch-over` when the card is gone, another's, or offers no such thing; MachineError
        `clock-not-trusted` or `database` when nothing can be written.
        """
        found = self._standing
        in_time = self._clock.monotonic() <= self._until
        if found is None or not in_time or act not in found.acts or not secrets.compare_digest(found.ticket, ticket):
            raise RequestError("touch-over", "this card is over: tap the badge again")
        if act is Act.MORE:
            return self._show_others(found)
        if act in CONFIRMED:
            return self._ask(found, act)
        self._do(act, found.granted, found.fingerprint, found.visit)
        return None

    def _show_others(self, found: Standing) -> None:
        rest = choices.others(tuple(each for each in found.acts if each is not Act.MORE))
        person = found.granted.standing
        card = Card(CardKind.MORE, person.name, person.language, ticket=found.ticket, acts=rest)
        self._screen.show(card)

    def _ask(self, found: Standing, act: Act) -> None:
        self._standing = None
        self._waiting = _Waiting(act, found.fingerprint, found.granted, self._clock.monotonic() + AGAIN_SECONDS)
        person = found.granted.standing
        self._screen.show(Card(CardKind.BADGE_AGAIN, person.name, person.language, asked=act))

    def _do(self, act: Act, granted: Granted, fingerprint: bytes, visit: int | None = None) -> None:
        look = self._time.look()
        if look.doubt is not None:
            raise MachineError("clock-not-trusted", f"the clock is not sure ({look.doubt.value}): kiosk clock show")
        with self._store.writing() as connection:
            policy, moment = self._rules.at(connection, look.reading.at)
            card = _ACTS[act](_Scene(connection, self._seal, policy, moment, granted, visit))
        self._standing = None
        self._forget(fingerprint)
        person = granted.standing
        self._screen.show(replace(card, name=person.name, language=person.language))


@dataclass(frozen=True, slots=True)
class _Scene:
    """What an act has to work with: a transaction, the rules, the moment, and who touched what."""

    connection: sa.Connection
    seal: Seal
    policy: Policy
    moment: Moment
    granted: Granted
    visit: int | None

    @property
    def now(self) -> access.Standing:
        """The member as they stand in this very transaction, with today's visit."""
        number = self.granted.standing.number
        found = standing.of_member(self.connection, number, self.policy, self.moment.day)
        if found is None or found.today is None:
            raise RequestError("touch-over", "the visit that this card was about is gone: tap the badge again")
        return found

    @property
    def tap_id(self) -> bytes:
        """A name for what is written."""
        return ids.time_ordered(self.moment.at, secrets.token_bytes(10))


def _undo(scene: _Scene) -> Card:
    """Nothing is counted for today. So many in so many days, and then the office."""
    person, policy, day = scene.granted.standing, scene.policy, scene.moment.day
    undone = visits.undone_lately(scene.connection, person.member, day, policy.undo_window_days)
    if undone >= policy.undo_limit:
        return Card(CardKind.UNDO_REFUSED)
    if scene.visit is None:
        raise RequestError("touch-over", "this card counted nothing: there is nothing to undo")
    visits.undo(scene.connection, scene.seal, scene.visit, scene.moment, ACTOR)
    return Card(CardKind.UNDONE)


def _rebook(scene: _Scene, person: access.Standing, charge: Charge, left_at: datetime | None = None) -> None:
    visits.rebook(
        scene.connection,
        scene.seal,
        Granted(person, charge),
        scene.policy,
        scene.moment,
        tap_id=scene.tap_id,
        actor=ACTOR,
        left_at=left_at,
    )


def _to_free_corner(scene: _Scene) -> Card:
    zone = choices.free_zone(scene.policy)
    if zone is None:
        raise RequestError("touch-over", "there is no free zone any more")
    _rebook(scene, replace(scene.now, zone=zone), Charge(Right.FREE_ZONE))
    return Card(CardKind.IN_FREE_CORNER)


def _to_comfort(scene: _Scene) -> Card:
    zone = choices.costly_zone(scene.policy)
    if zone is None:
        raise RequestError("touch-over", "there is no zone that costs any more")
    person = replace(scene.now, zone=zone)
    _rebook(scene, person, access.of_day(person, scene.policy, scene.moment))
    return Card(CardKind.IN_COMFORT)


def _pass_by(scene: _Scene) -> Card:
    until = scene.moment.at + timedelta(minutes=scene.policy.passing_minutes or 0)
    _rebook(scene, scene.now, Charge(Right.PASSING), left_at=until)
    return Card(CardKind.PASSING, until=until.astimezone(scene.moment.local.tzinfo))


def _bring_guest(scene: _Scene) -> Card:
    person = scene.now
    today = person.today
    if today is None or not choices.may_bring_guests(
        Granted(person, scene.granted.charge), scene.policy, visits.guests(scene.connection, today.id)
    ):
        raise RequestError("touch-over", "no more guests today")
    host = Granted(person, access.of_guest(person, scene.policy))
    visits.add_guest(scene.connection, scene.seal, host, scene.policy, scene.moment, tap_id=scene.tap_id, actor=ACTOR)
    return Card(CardKind.GUEST)


def _leave(scene: _Scene) -> Card:
    today = scene.now.today
    if today is not None:
        visits.leave(scene.connection, today.id, scene.moment.at)
    is_last = visits.present(scene.connection, scene.moment.day) == 0
    return Card(CardKind.LAST_OUT if is_last else CardKind.LEFT)


_ACTS: dict[Act, Callable[[_Scene], Card]] = {
    Act.UNDO: _undo,
    Act.FREE_CORNER: _to_free_corner,
    Act.COMFORT: _to_comfort,
    Act.PASSING: _pass_by,
    Act.GUEST: _bring_guest,
    Act.LEAVE: _leave,
}
