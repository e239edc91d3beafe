"""Changes today's visit as a touch asks: undo it, move it to the free corner, count it as just passing, end it.

Each change is written in the transaction at hand, by entries. What a card offers is decided by
`kiosk.domain.checkin.choices`; guests are brought by `kiosk.selfservice.guests`.
"""

import secrets
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.checkin import openings
from kiosk.checkin.cards import Card, CardKind
from kiosk.domain import ids, zones
from kiosk.domain.chain import Seal
from kiosk.domain.checkin import access, choices, day_charges
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.standing import Charge, Right, Standing
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.zones import Limit, NoWay
from kiosk.errors import RequestError
from kiosk.language.texts import Text
from kiosk.store.checkin import standing, visits
from kiosk.store.members import members

ACTOR = "kiosk"
_WHY = {
    NoWay.FULL: Text("Toutes les places y sont prises.", "All seats are taken."),
    NoWay.SHUT: Text("C’est fermé à cette heure.", "Closed at this hour."),
    NoWay.PLAN: Text("Votre formule n’y donne pas droit.", "Your plan does not include it."),
}


class ActContext(Struct, frozen=True):
    """What an act has to work with: a transaction, the rules, the moment, and who touched what."""

    connection: sa.Connection
    seal: Seal
    policy: Policy
    moment: Moment
    granted: Granted
    visit: int | None

    @property
    def now(self) -> Standing:
        """The member as they stand in this very transaction, with today's visit."""
        number = self.granted.standing.number
        found = standing.of_member(self.connection, number, self.policy, self.moment.day)
        if found is None or found.today is None:
            raise RequestError("touch-over", "the visit that this card was about is gone: tap the badge again")
        return found

    @property
    def tap_id(self) -> bytes:
        """A name for what is written."""
        return ids.new(self.moment.at, secrets.token_bytes(16))


def may_undo(connection: sa.Connection, member_id: int, policy: Policy, day: date) -> bool:
    """Whether one more day of this member's, or of a guest's of theirs, may be taken back at the screen."""
    return choices.may_undo(policy, visits.undone_lately(connection, member_id, day, policy.undo_window_days))


def _undo(context: ActContext) -> Card:
    """Take today's visit back. Policy allows so many in so many days; above that, the office does it."""
    if not may_undo(context.connection, context.granted.standing.member, context.policy, context.moment.day):
        return Card(CardKind.UNDO_REFUSED)
    if context.visit is None:
        raise RequestError("touch-over", "this card counted nothing: there is nothing to undo")
    visits.undo(context.connection, context.seal, context.visit, context.moment, ACTOR)
    number = context.granted.standing.number
    return Card(CardKind.UNDONE, takes_back=openings.taken_back(number, context.moment.day, context.moment.at))


def _rebook(context: ActContext, person: Standing, charge: Charge, left_at: datetime | None = None) -> None:
    visits.rebook(
        context.connection,
        context.seal,
        Granted(person, charge),
        context.policy,
        context.moment,
        tap_id=context.tap_id,
        actor=ACTOR,
        left_at=left_at,
    )


def _room_in(context: ActContext, codes: Sequence[str]) -> str | NoWay:
    """The first of these zones that takes one more of this member's plan now; or why the first does not."""
    found: NoWay | None = None
    for code in codes:
        wanted = zones.limit(context.policy.zone_limits, code)
        refused = None if wanted == zones.NONE else _why_not(context, code, wanted)
        if refused is None:
            return code
        found = found or refused
    if found is None:
        raise RequestError("touch-over", "there is no such zone any more")
    return found


def _why_not(context: ActContext, code: str, wanted: Limit) -> NoWay | None:
    connection, moment = context.connection, context.moment
    plan = members.by_number(connection, context.granted.standing.number).plan
    here = visits.present_in(connection, moment.day, context.policy.zones[code].id)
    return wanted.why_not(here=here, plan=plan, local=moment.local)


def _to_free_corner(context: ActContext) -> Card:
    zone = _room_in(context, choices.free_zones(context.policy))
    if isinstance(zone, NoWay):
        return Card(CardKind.ZONE_REFUSED, confirms=_WHY[zone])
    _rebook(context, replace(context.now, zone=zone), Charge(Right.FREE_ZONE))
    return Card(CardKind.IN_FREE_CORNER)


def costs(context: ActContext) -> int | None:
    """The cents of a day in the space that costs, before the badge says yes; None where no sums are shown."""
    zone = _room_in(context, choices.costly_zones(context.policy))
    if not context.policy.show_amounts or isinstance(zone, NoWay):
        return None
    _, charge = _in_comfort(context, zone)
    return charge.amount_cents


def _in_comfort(context: ActContext, zone: str) -> tuple[Standing, Charge]:
    person = replace(context.now, zone=zone)
    return person, day_charges.of_day(person, context.policy, context.moment)


def _to_comfort(context: ActContext) -> Card:
    zone = _room_in(context, choices.costly_zones(context.policy))
    if isinstance(zone, NoWay):
        return Card(CardKind.ZONE_REFUSED, confirms=_WHY[zone])
    person, charge = _in_comfort(context, zone)
    denied = access.beyond_advance(person, charge)
    if denied is not None:
        return Card(CardKind.DENIED, denial=denied.reason, next_step=denied.next_step, asked=Act.COMFORT)
    _rebook(context, person, charge)
    return Card(CardKind.IN_COMFORT)


def _pass_by(context: ActContext) -> Card:
    until = context.moment.at + timedelta(minutes=context.policy.passing_minutes or 0)
    _rebook(context, context.now, Charge(Right.PASSING), left_at=until)
    return Card(CardKind.PASSING, until=until.astimezone(context.moment.local.tzinfo))


def _leave(context: ActContext) -> Card:
    person = context.now
    charge = day_charges.on_leaving(person, context.policy, context.moment)
    if charge is not None:
        _rebook(context, person, charge, left_at=context.moment.at)
    if person.today is not None:
        visits.leave(context.connection, person.today.id, context.moment.at)
    is_last = visits.present(context.connection, context.moment.day, context.policy.site) == 0
    return Card(CardKind.LAST_OUT if is_last else CardKind.LEFT)


ACTS: dict[Act, Callable[[ActContext], Card]] = {
    Act.UNDO: _undo,
    Act.FREE_CORNER: _to_free_corner,
    Act.COMFORT: _to_comfort,
    Act.PASSING: _pass_by,
    Act.LEAVE: _leave,
}
