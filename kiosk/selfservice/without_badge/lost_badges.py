"""Stops a member's lost badge at the screen at once, and restores it where that was a mistake."""

from msgspec import Struct

from kiosk.checkin.cards import Card, CardKind
from kiosk.checkin.dialogue import ACTOR, Page, PageContext
from kiosk.domain.checkin.choices import Act
from kiosk.errors import RequestError
from kiosk.language.texts import Text
from kiosk.selfservice import account
from kiosk.selfservice.choice_labels import ShortDay, option
from kiosk.store.members import members
from kiosk.store.members.members import Badge
from kiosk.store.officers import desk_log

MOST_BADGES = 4  # listed on the page
_MY_BADGE = Text("Mon badge, reçu le {day} {year}", "My badge, given on {day} {year}")


class Losable(Struct, frozen=True):
    """The badges that a page has listed, by fingerprint."""

    marks: tuple[bytes, ...]


class Stopped(Struct, frozen=True):
    """The badge just stopped in this flow."""

    mark: bytes


def ask_lost(context: PageContext) -> Card:
    """Ask which badge is lost, by the day it was given: a badge's number is never shown."""
    options, active = [], _active(context)[:MOST_BADGES]
    context.keep(Losable(tuple(badge.fingerprint for badge in active)))
    for place, badge in enumerate(active):
        label = _MY_BADGE.of(day=ShortDay(badge.given_on), year=badge.given_on.year)
        options.append(option(Act.LOSE, place, label))
    return account.page(context, CardKind.LOSE_BADGE, options=options)


def lose(context: PageContext) -> Card:
    """Stop the touched badge at once."""
    listed = context.take(Losable)  # so that two touches count once
    marks = () if listed is None else listed.marks
    touched_mark = {str(place): mark for place, mark in enumerate(marks)}.get(context.value)
    lost = next((badge for badge in _active(context) if badge.fingerprint == touched_mark), None)
    if lost is None:
        raise RequestError("touch-over", "there is no such badge any more")
    member = members.by_number(context.connection, context.number)
    members.mark_badge(context.connection, member, lost.fingerprint, context.moment.day)
    desk_log.add(context.connection, context.moment.at, ACTOR, "badge-lost", member.number, None)
    context.turn.stops = lost.fingerprint  # a badge just seen opens again without a look: not this one
    context.keep(Stopped(lost.fingerprint))
    return account.page(context, CardKind.BADGE_STOPPED, Act.NOT_LOST)


def take_back(context: PageContext) -> Card:
    """Restore the badge that was stopped in this flow by mistake."""
    stopped = context.take(Stopped)
    if stopped is None:
        raise RequestError("touch-over", "no badge was stopped in this visit to the screen")
    member = members.by_number(context.connection, context.number)
    members.mark_badge(context.connection, member, stopped.mark, None)  # None: lost on no day
    desk_log.add(context.connection, context.moment.at, ACTOR, "badge-found", member.number, None)
    return account.page(context, CardKind.BADGE_KEPT, Act.LOST)


def _active(context: PageContext) -> list[Badge]:
    """Return the member's badges that are not lost."""
    member = members.by_number(context.connection, context.number)
    return [badge for badge in members.badges_of(context.connection, member) if badge.lost_on is None]


PAGES = {
    Act.LOST: Page(ask_lost),
    Act.LOSE: Page(lose, writes=True),
    Act.NOT_LOST: Page(take_back, writes=True),
}
