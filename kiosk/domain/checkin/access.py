"""Decides which members may come in. `decide` combines three checks: `admits` looks at the member (badge, membership,
tab), `turns_away` at the hour and the free places, and `charge` (in `day_charges`) says what pays for the day.

All functions are pure. `turns_away` is left out where the hour is uncertain or the number of people present is unknown,
as it is while the database is down. A tap from the spool (where it waited to be entered) is entered by its charge
alone, at its own time: its member was already let in. A *tab* is what a member owes; a member without one pays in
advance. A *let* is a zone, or the whole place, that is an organisation's for some hours.
"""

from datetime import timedelta

from msgspec.structs import replace

from kiosk.domain import lets
from kiosk.domain.badges.products import Proof
from kiosk.domain.checkin.badges import BadgeRead
from kiosk.domain.checkin.day_charges import charge
from kiosk.domain.checkin.standing import Charge, Part, Right, Standing
from kiosk.domain.checkin.verdicts import Denial, Denied, Granted, Notice, NoticeKind, denied
from kiosk.domain.days import Moment
from kiosk.domain.doors import Door, Takes
from kiosk.domain.money.tariffs import Policy


def decide(standing: Standing | None, policy: Policy, moment: Moment, present: int = 0) -> Granted | Denied:
    """Decide whether the holder of a badge comes in now, and what the day costs. A `standing` of None means a badge
    without an owner. `present` is the number of people here, counted from the day's visits.
    """
    if standing is None:
        return unknown()
    standing = placed(standing, policy, moment)
    denied = admits(standing, policy, moment) or turns_away(standing, policy, moment, present)
    if denied is not None:
        return denied
    cost = charge(standing, policy, moment)
    return Granted(standing, cost, tuple(_notices(standing, policy, moment, cost, present)))


def unknown() -> Denied:
    """Return the refusal of a badge without a holder."""
    return denied(Denial.UNKNOWN_BADGE)


def lacks_proof(version: int | None, read: BadgeRead | None) -> bool:
    """Tell whether a badge that must prove itself was read without a proof by the right version of the site's key.

    `version` is the key's version that the badge must prove itself by (None: no proof required). A `read` of None means
    that the badge was not at the reader (a spooled tap, a typed code): nothing is required of it then.
    """
    return version is not None and read is not None and (read.proof is Proof.NONE or read.key_version != version)


def unproven() -> Denied:
    """Return the refusal of a badge that did not prove itself. The refusal does not reveal which member
    owns the badge.
    """
    return denied(Denial.BADGE_UNPROVEN)


def admits(standing: Standing, policy: Policy, moment: Moment) -> Denied | None:
    """Return why this member is refused whatever the hour, or None."""
    if not _goes_by(policy.door, standing):
        return denied(Denial.OTHER_DOOR)
    return admits_at_any_door(standing, policy, moment)


def admits_at_any_door(standing: Standing, policy: Policy, moment: Moment) -> Denied | None:
    """Return why this member is refused whatever the hour and the door, or None. A tab over its limit stops only a day
    that would add to it: a day that is free or prepaid, or already counted, still opens.
    """
    if standing.badge_lost_on is not None:
        return denied(Denial.BADGE_LOST, standing.badge_lost_on)
    if standing.badge_until_on is not None and moment.day > standing.badge_until_on:
        return denied(Denial.BADGE_UNCONFIRMED)
    if standing.left_on is not None and standing.left_on <= moment.day:
        return denied(Denial.MEMBER_LEFT, standing.left_on)
    until = standing.member_until
    if until is None or moment.day > until + timedelta(days=policy.membership_grace_days):
        return denied(Denial.MEMBERSHIP_OVER, until)
    owes_too_much = standing.past_due_cents > policy.tab_limit_cents
    if owes_too_much and standing.today is None and charge(standing, policy, moment).amount_cents > 0:
        return denied(Denial.TAB_OVER_LIMIT)
    if standing.advance_cents is not None:
        return beyond_advance(standing, charge(standing, policy, moment))
    return None


def _goes_by(door: Door, standing: Standing) -> bool:
    """Tell whether a door takes a member's badge: a revoked door takes none, and a door for permanents takes
    subscribers and members with a visit today.
    """
    is_theirs = door.takes is Takes.ALL or standing.subscribed or standing.today is not None
    return is_theirs and not door.is_revoked


def beyond_advance(standing: Standing, cost: Charge) -> Denied | None:
    """Return the refusal of a charge that a member without a tab cannot pay from their advance. None where the advance
    covers the charge, or the member has a tab.
    """
    # what a replaced charge gives back pays for the new one
    replaced = 0 if cost.replaces is None or standing.today is None else standing.today.amount_cents
    if standing.advance_cents is None or cost.amount_cents - replaced <= max(0, standing.advance_cents):
        return None
    return denied(Denial.NO_TAB)


def turns_away(standing: Standing, policy: Policy, moment: Moment, present: int) -> Denied | None:
    """Return why the space is shut or full for a member, or None. A member with a visit today may always come back in,
    except while the whole place is let. A subscriber is let in when it is full, and when it is closed if the rules say
    so.
    """
    let = lets.shuts(policy.lets, moment.at, subscribed=standing.subscribed)
    if let is not None:
        return denied(Denial.CLOSED, until=let.ends_at.astimezone(moment.local.tzinfo))
    if standing.today is not None:
        return None
    calendar = policy.calendar
    excepted = standing.subscribed and policy.closed_admits_permanents
    if calendar is not None and not excepted and not calendar.is_open(moment.local):
        return denied(Denial.CLOSED, until=calendar.reopens(moment.local))
    return denied(Denial.FULL) if is_full(policy, present, moment) and not standing.subscribed else None


def placed(standing: Standing, policy: Policy, moment: Moment) -> Standing:
    """Return the standing with the zone in which the member comes in now: the door's own zone, or another zone where
    that one is let. The zone of a visit already counted today does not change.
    """
    zone = policy.door.zone or standing.zone
    if standing.today is not None or not (policy.lets or policy.door.zone):
        return standing
    return replace(standing, zone=lets.instead_of(policy.lets, zone, moment.at, subscribed=standing.subscribed))


def is_full(policy: Policy, present: int, moment: Moment) -> bool:
    """Tell whether the premises have reached their legal capacity; places in zones that are let count as taken."""
    places = lets.places_left(policy.capacity_legal, policy.lets, moment.at)
    return places is not None and present >= places


def _notices(standing: Standing, policy: Policy, moment: Moment, cost: Charge, present: int) -> list[Notice]:
    """Return the news for an admitted member: grace, cap reached, last prepaid day, or premises full."""
    notices = []
    if standing.member_until is not None and moment.day > standing.member_until:
        last = standing.member_until + timedelta(days=policy.membership_grace_days)
        notices.append(Notice(NoticeKind.MEMBERSHIP_GRACE, last))
    if cost.right is Right.CAP:
        notices.append(Notice(NoticeKind.CAP_REACHED))
    # of hours the last is not known yet: leaving corrects them
    if cost.prepaid is not None and cost.hours is None and cost.prepaid.left == cost.quantity:
        is_half = cost.part is not Part.DAY
        notices.append(Notice(NoticeKind.LAST_PREPAID_HALF if is_half else NoticeKind.LAST_PREPAID_DAY))
    places = lets.places_left(policy.capacity_notice, policy.lets, moment.at)
    if standing.today is None and places is not None and present >= places:
        notices.append(Notice(NoticeKind.FULL))
    return notices
