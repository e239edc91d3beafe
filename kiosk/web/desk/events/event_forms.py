"""Shares what the pages about events need: their blueprint, the use-case, and the reading of forms."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, current_app, request

from kiosk.domain import inputs
from kiosk.domain.events.terms import EventKind, EventState, Terms
from kiosk.domain.problems import FieldReader, Problem
from kiosk.errors import RequestError
from kiosk.events.planning import Description, Planning
from kiosk.exports.events.feed import when
from kiosk.exports.events.words import KINDS, STATES
from kiosk.store.events import event_rows
from kiosk.store.events.event_rows import Event
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.words import language, t

area = Blueprint("events", __name__, url_prefix="/events")


@area.context_processor
def _words() -> dict[str, Any]:
    """Return the words that all templates of events use."""
    return {"kind_name": kind_name, "state_name": state_name, "moment": moment_text, "EventState": EventState}


def kind_name(kind: EventKind) -> str:
    """Return a kind of event, in words."""
    return t(KINDS[kind])


def state_name(state: EventState) -> str:
    """Return a state of an event, in words."""
    return t(STATES[state])


def moment_text(at: datetime | None) -> str:
    """Return a moment like `jeudi 10 décembre à 18 h 00`; an empty text for None."""
    return "" if at is None else when(at, language(), current_app.config["ZONE"])


def planning() -> Planning:
    """Return the use-case of planning, in the name of the signed-in officer."""
    desk = office()
    return Planning.of(desk)


def known(connection: sa.Connection, event_id: int) -> Event:
    """Return the event of a path. Answers 404 where there is none."""
    try:
        return event_rows.by_id(connection, event_id)
    except RequestError:
        abort(404)


def description() -> Description:
    """Return the form's description of an event, its texts cut but not checked: `is_named` shows its proposer's name,
    `is_listed` puts it on the public agenda. Answers 400 for an unknown kind.
    """
    form = request.form
    kind = form.get("kind", "")
    if kind not in list(EventKind):
        abort(400)
    return Description(
        kind=EventKind(kind),
        title=form.get("title", "")[:500],
        about=form.get("about", "")[:5000],
        place=form.get("place", "")[:500],
        is_named="named" in form,
        is_listed="listed" in form,
    )


def terms() -> Terms:
    """Return the form's terms of an event: without seats there is no limit, without a threshold it takes place with any
    number of people. Raises Problem `event-moment` or `event-number`, with all mistakes of the form at once.
    """
    with FieldReader() as read:
        starts_at, ends_at = (read(_required_moment, name) for name in ("starts", "ends"))
        places, threshold, rent = (read(_count, name) for name in ("places", "threshold", "rent"))
        deadline_at = read(_moment, "deadline")
    return Terms(
        starts_at=starts_at,
        ends_at=ends_at,
        places=places,
        threshold=threshold,
        deadline_at=deadline_at,
        rent_percent=rent or 0,
        includes_day="includes_day" in request.form,
    )


def _required_moment(name: str) -> datetime:
    """Return a moment that the form must have. Raises Problem `event-moment`."""
    moment = _moment(name)
    if moment is None:
        raise Problem("event-moment", "an event has a beginning and an end", field=name)
    return moment


def _moment(name: str) -> datetime | None:
    """Return a moment of the wall clock, as a browser sends it; None for an empty field. Raises
    Problem `event-moment`.
    """
    text = request.form.get(name, "").strip()
    if not text:
        return None
    try:
        # To the minute: some browsers send seconds, too.
        moment: datetime | None = datetime.fromisoformat(text[:16]).replace(tzinfo=current_app.config["ZONE"])
    except ValueError:
        moment = None
    if moment is None or inputs.day(text[:10]) is None:  # another ISO form, or a day beyond the calendar's bounds
        raise Problem(
            "event-moment", "a moment is written like 2026-12-10T18:00, not {given!r}", field=name, given=text[:20]
        )
    return moment


def _count(name: str) -> int | None:
    """Return a typed number of at most six digits; None for an empty field. Raises Problem `event-number`."""
    text = request.form.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 7):
        raise Problem("event-number", field=name, given=text[:20])
    return int(text)


def typed_moment(at: datetime | None) -> str:
    """Return a moment as its form field holds it, to the minute of the wall clock; an empty text for None."""
    return "" if at is None else at.astimezone(current_app.config["ZONE"]).strftime("%Y-%m-%dT%H:%M")
