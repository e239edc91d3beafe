"""Words the signed-in officer's duties for the desk's pages, each with the page of its act.

A page that mentions duties takes its lines and numbers from `read`, and from nowhere else.
"""

from collections.abc import Collection, Mapping
from datetime import date

import sqlalchemy as sa
from flask import url_for
from flask_security import current_user
from msgspec import Struct

from kiosk.domain.duties import Duties, Duty, Kind
from kiosk.domain.members import officer_numbers
from kiosk.domain.members.roles import Role
from kiosk.duties import reading, words
from kiosk.duties.reading import EVERY, Occasion
from kiosk.duties.two_hands import Viewer
from kiosk.errors import MachineError, RequestError
from kiosk.health.condition import Known
from kiosk.web.desk.common import officer_names, timing
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import may
from kiosk.web.desk.common.words import language
from kiosk.web.desk.duties import area_counts


class Line(Struct, frozen=True):
    """A duty as a page shows it: its words, the URL of the page where it is done, and the name of that act. `asleep`
    says until when it is put off, and by which officer.
    """

    duty: Duty
    title: str
    detail: str
    where: str
    act: str
    asleep: str = ""


def read(
    connection: sa.Connection,
    kinds: Collection[Kind] = EVERY,
    *,
    until: date | None = None,
    known: Known | None = None,
    details: bool = False,
) -> Duties:
    """Return the duties of these kinds as of now, counting up to `until` where that is given. `known` has the findings
    of the home's health where the page has read them already; with `details`, cheques that lack what a deposit slip
    asks for are counted, too.
    """
    desk = office()
    policy, moment = desk.now(connection)
    viewer = Viewer(current_user.id, frozenset(Role(role.name) for role in current_user.roles))
    clock = timing.desk_time().clock
    duties = reading.read(connection, Occasion(desk.home, policy, moment, clock, viewer, until, known, details), kinds)
    if kinds is EVERY and until is None:  # all that navigation counts was just read
        area_counts.keep(duties.shown(may))
    return duties


def line(duty: Duty) -> Line:
    """Return a duty in the page's language."""
    spoken = language()
    name = None if duty.put_off_by is None else officer_names.called(officer_numbers.actor(duty.put_off_by))
    return Line(
        duty,
        words.title(duty, spoken),
        words.detail(duty, spoken),
        where(duty),
        words.act(duty.kind, spoken),
        words.put_off(duty, name, spoken),
    )


def where(duty: Duty) -> str:
    """Return the URL of the page where a duty is done: `duty.act` is its endpoint. Codes that wait because of a single
    member lead to that member's file, files to send of a single closed month to the closing.
    """
    if duty.kind is Kind.CODES and isinstance(duty.about.get("member"), int):
        return url_for("member.page", number=duty.about["member"])
    if duty.kind is Kind.FILES and isinstance(duty.about.get("entry"), int):
        return url_for("books.one", number=duty.about["entry"], _anchor="send")
    return url_for(duty.act)


def by_area() -> Mapping[str, int]:
    """Return how many duties wait in each area for the signed-in officer; an empty mapping while the database cannot be
    read.
    """
    counts = area_counts.find()
    if counts is not None:
        return counts
    try:
        with office().reading() as connection:
            return area_counts.keep(read(connection).shown(may))
    except (MachineError, RequestError):
        return {}
