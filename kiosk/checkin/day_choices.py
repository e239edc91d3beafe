"""Changes today's visit when the member touches their card: undo it, change its zone, count it as passing, or end it.

Each is a `Page` like those of the dialogues, but belongs to the card of an admitted member, which needs no dialogue.
`kiosk.domain.checkin.choices` decides what the card offers; guests are in `kiosk.selfservice.guests`. The *free corner*
is a zone without a price, *comfort* one whose days cost. To *rebook* a visit reverses its charge and writes another.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from msgspec.structs import replace

from kiosk.checkin import entering, openings
from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import ACTOR, Page, PageContext
from kiosk.domain import zones
from kiosk.domain.checkin import access, choices, day_charges
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.screen_state import Came
from kiosk.domain.checkin.standing import Charge, Right, Standing
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.zones import Limit, NoWay
from kiosk.errors import RequestError
from kiosk.language.texts import Text
from kiosk.store.checkin import standing, visits
from kiosk.store.members import members

# What the card says of a zone that the member cannot change to.
_WHY = {
    NoWay.FULL: Text("Toutes les places sont prises.", "All seats are taken."),
    NoWay.SHUT: Text("La zone est fermée à cette heure.", "The zone is closed at this time."),
    NoWay.PLAN: Text("Votre formule exclut cette zone.", "Your plan excludes this zone."),
}


def _standing_today(context: PageContext) -> Standing:
    """Return the member's standing, read in this transaction, with today's visit. Raises RequestError `touch-over`
    where that visit is gone.
    """
    person = standing.of_member(context.connection, context.number, context.policy, context.moment.day)
    if person is None or person.today is None:
        raise RequestError("touch-over", "the visit that this card was about is gone: tap the badge again")
    return person


def may_undo(context: PageContext, member_id: int) -> bool:
    """Tell whether one more day of this member's, or of a guest of theirs, may be undone at the screen: fewer than the
    rule `undo_limit` were, in the last `undo_window_days`.
    """
    window, day = context.policy.undo_window_days, context.moment.day
    return choices.may_undo(context.policy, visits.undone_lately(context.connection, member_id, day, window))


def _undo(context: PageContext) -> Card:
    """Undo the visit that this tap made, within the number of undone days that the policy allows; beyond it, show that
    the desk does it. The door's journal gets a line of it. Raises RequestError `touch-over` where no badge has just
    come in, or its tap made no visit.
    """
    came, moment = context.turn.proof, context.moment
    if not isinstance(came, Came) or not isinstance(came.granted, Granted):
        raise RequestError("touch-over", "no visit was made here")
    if not may_undo(context, came.granted.standing.member):
        return Card(CardKind.UNDO_REFUSED, context.name)
    if came.visit is None:
        raise RequestError("touch-over", "this card counted nothing: there is nothing to undo")
    visits.undo(context.connection, context.seal, came.visit, moment, ACTOR)
    return Card(CardKind.UNDONE, context.name, takes_back=openings.taken_back(came.number, moment.day, moment.at))


def _rebook(context: PageContext, person: Standing, charge: Charge, left_at: datetime | None = None) -> None:
    """Reverse the day's charge and write this one instead. `left_at` ends the visit; None leaves it open."""
    visits.rebook(
        context.connection,
        context.seal,
        Granted(person, charge),
        context.policy,
        context.moment,
        tap_id=context.fresh_id(),
        actor=ACTOR,
        left_at=left_at,
    )


def _zone_with_room(context: PageContext, codes: Sequence[str]) -> str | NoWay:
    """Return the first of these zones that takes one more member of this plan now; else why the first zone does not.
    Raises RequestError `touch-over` without any zone.
    """
    first_refusal: NoWay | None = None
    for code in codes:
        zone_limit = zones.limit(context.policy.zone_limits, code)
        # NONE: the zone has no limits, and nothing has to be read
        refusal = None if zone_limit == zones.NONE else _why_not(context, code, zone_limit)
        if refusal is None:
            return code
        first_refusal = first_refusal or refusal
    if first_refusal is None:
        raise RequestError("touch-over", "there is no such zone any more")
    return first_refusal


def _why_not(context: PageContext, code: str, limit: Limit) -> NoWay | None:
    """Return why the member cannot change to a zone: it is full, closed at this hour, or not for their plan. None where
    they can.
    """
    connection, moment = context.connection, context.moment
    plan = members.by_number(connection, context.number).plan
    here = visits.present_in(connection, moment.day, context.policy.zones[code].id)
    return limit.why_not(here=here, plan=plan, local=moment.local)


def _to_free_corner(context: PageContext) -> Card:
    """Move the member to the first zone without a price that takes them, and take the day's charge back; else show why
    the first one does not.
    """
    zone = _zone_with_room(context, choices.free_zones(context.policy))
    if isinstance(zone, NoWay):
        return Card(CardKind.ZONE_REFUSED, context.name, confirms=_WHY[zone])
    _rebook(context, replace(_standing_today(context), zone=zone), Charge(Right.FREE_ZONE))
    return Card(CardKind.IN_FREE_CORNER, context.name)


def _name_comfort(context: PageContext) -> Card:
    """Return the card that asks for the badge to confirm a move to a zone that costs, with the price of a day there,
    where amounts are shown. No amount is named where no such zone has room: the refusal follows the badge.
    """
    zone = _zone_with_room(context, choices.costly_zones(context.policy))
    cents = None
    if context.policy.show_amounts and not isinstance(zone, NoWay):
        cents = _in_comfort(context, zone)[1].amount_cents
    return Card(CardKind.BADGE_AGAIN, context.name, asked=Act.COMFORT, amount_cents=cents)


def _in_comfort(context: PageContext, zone: str) -> tuple[Standing, Charge]:
    """Return the member's standing in a paid zone, and what the day costs there."""
    person = replace(_standing_today(context), zone=zone)
    return person, day_charges.of_day(person, context.policy, context.moment)


def _to_comfort(context: PageContext) -> Card:
    """Move the member to the first paid zone that has room, if their advance or tab covers the day. Else the card that
    is returned says why not, and nothing changes.
    """
    zone = _zone_with_room(context, choices.costly_zones(context.policy))
    if isinstance(zone, NoWay):
        return Card(CardKind.ZONE_REFUSED, context.name, confirms=_WHY[zone])
    person, charge = _in_comfort(context, zone)
    denied = access.beyond_advance(person, charge)
    if denied is not None:
        return replace(entering.denied_card(denied), name=context.name, asked=Act.COMFORT)
    _rebook(context, person, charge)
    return Card(CardKind.IN_COMFORT, context.name)


def _pass_by(context: PageContext) -> Card:
    """Make the visit a short stop (`Right.PASSING`) that costs nothing and ends by itself after the rule
    `passing_minutes`, counted from now.
    """
    until = context.moment.at + timedelta(minutes=context.policy.passing_minutes or 0)  # None: offered nowhere
    _rebook(context, _standing_today(context), Charge(Right.PASSING), left_at=until)
    return Card(CardKind.PASSING, context.name, until=until.astimezone(context.moment.local.tzinfo))


def _leave(context: PageContext) -> Card:
    """Record that the member leaves: charge a day of a voucher that counts by the hour for the hours stayed, end the
    visit and those of their guests, and tell the last one out at this site to close up.
    """
    person = _standing_today(context)
    charge = day_charges.on_leaving(person, context.policy, context.moment)
    if charge is not None:
        _rebook(context, person, charge, left_at=context.moment.at)
    if person.today is not None:
        visits.leave(context.connection, person.today.id, context.moment.at)  # the guests' visits, too
    is_last = visits.present(context.connection, context.moment.day, context.policy.site) == 0
    return Card(CardKind.LAST_OUT if is_last else CardKind.LEFT, context.name)


# Undoing writes at once; moving to a zone that costs is named first, and done by the badge.
PAGES = {
    Act.UNDO: Page(_undo, writes=True),
    Act.FREE_CORNER: Page(_to_free_corner, writes=True),
    Act.COMFORT: Page(_to_comfort, writes=True, names=_name_comfort),
    Act.PASSING: Page(_pass_by, writes=True),
    Act.LEAVE: Page(_leave, writes=True),
}
