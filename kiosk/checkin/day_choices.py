"""Changes today's visit as a touch asks: undo it, move it to the free corner, count it as just passing, end it.

Each change is written in the transaction at hand, by entries. What a card offers is decided by
`kiosk.domain.checkin.choices`; guests are brought by `kiosk.selfservice.guests`.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from kiosk.checkin.cards import Card, CardKind
from kiosk.domain import ids
from kiosk.domain.chain import Seal
from kiosk.domain.checkin import access, choices
from kiosk.domain.checkin.access import Charge, Granted, Right
from kiosk.domain.checkin.choices import Act
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy
from kiosk.errors import RequestError
from kiosk.store.checkin import standing, visits

ACTOR = "kiosk"


@dataclass(frozen=True, slots=True)
class Scene:
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


def _undo(scene: Scene) -> Card:
    """Take today's visit back. Policy allows so many in so many days; above that, the office does it."""
    person, policy, day = scene.granted.standing, scene.policy, scene.moment.day
    undone = visits.undone_lately(scene.connection, person.member, day, policy.undo_window_days)
    if not choices.may_undo(policy, undone):
        return Card(CardKind.UNDO_REFUSED)
    if scene.visit is None:
        raise RequestError("touch-over", "this card counted nothing: there is nothing to undo")
    visits.undo(scene.connection, scene.seal, scene.visit, scene.moment, ACTOR)
    return Card(CardKind.UNDONE)


def _rebook(scene: Scene, person: access.Standing, charge: Charge, left_at: datetime | None = None) -> None:
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


def _to_free_corner(scene: Scene) -> Card:
    zone = choices.free_zone(scene.policy)
    if zone is None:
        raise RequestError("touch-over", "there is no free zone any more")
    _rebook(scene, replace(scene.now, zone=zone), Charge(Right.FREE_ZONE))
    return Card(CardKind.IN_FREE_CORNER)


def _to_comfort(scene: Scene) -> Card:
    zone = choices.costly_zone(scene.policy)
    if zone is None:
        raise RequestError("touch-over", "there is no zone that costs any more")
    person = replace(scene.now, zone=zone)
    charge = access.of_day(person, scene.policy, scene.moment)
    denied = access.beyond_advance(person, charge)
    if denied is not None:
        return Card(CardKind.DENIED, denial=denied.reason, next_step=denied.next_step)
    _rebook(scene, person, charge)
    return Card(CardKind.IN_COMFORT)


def _pass_by(scene: Scene) -> Card:
    until = scene.moment.at + timedelta(minutes=scene.policy.passing_minutes or 0)
    _rebook(scene, scene.now, Charge(Right.PASSING), left_at=until)
    return Card(CardKind.PASSING, until=until.astimezone(scene.moment.local.tzinfo))


def _leave(scene: Scene) -> Card:
    today = scene.now.today
    if today is not None:
        visits.leave(scene.connection, today.id, scene.moment.at)
    is_last = visits.present(scene.connection, scene.moment.day) == 0
    return Card(CardKind.LAST_OUT if is_last else CardKind.LEFT)


ACTS: dict[Act, Callable[[Scene], Card]] = {
    Act.UNDO: _undo,
    Act.FREE_CORNER: _to_free_corner,
    Act.COMFORT: _to_comfort,
    Act.PASSING: _pass_by,
    Act.LEAVE: _leave,
}
