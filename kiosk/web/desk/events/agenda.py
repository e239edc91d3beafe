"""Publishes the agenda for everyone, without signing in: a page, a calendar to follow, a feed; only events that the
desk put on it.

It sets no cookie, and answers 404 where the association has no public agenda.
"""

from flask import Blueprint, Response, abort, current_app, render_template, url_for

from kiosk.devices.protocols import Clock
from kiosk.domain.events.agenda import AgendaEntry
from kiosk.domain.events.terms import EventState
from kiosk.events import agenda as public
from kiosk.exports.events import calendar_file, feed
from kiosk.home import Home
from kiosk.store import home_row
from kiosk.store.space import book_rules
from kiosk.web.desk.common import request_rules
from kiosk.web.desk.common.office import EXTENSION
from kiosk.web.desk.common.words import language, t
from kiosk.web.desk.events.event_forms import kind_name, moment_text, state_name

area = Blueprint("agenda", __name__, url_prefix="/agenda")


@area.get("")
def page() -> str:
    """Show the agenda's events that are open for sign-up or certain to take place, without the cancelled ones."""
    entries, name, _ = _read()
    shown = [entry for entry in entries if entry.state in (EventState.OPEN, EventState.HELD)]
    return render_template(
        "events/agenda.html",
        entries=shown,
        name=name,
        kind_name=kind_name,
        state_name=state_name,
        moment=moment_text,
    )


@area.get("/events.ics")
def calendar() -> Response:
    """Send the agenda as a calendar to follow; cancelled events are marked as such."""
    entries, name, home_id = _read()
    url = url_for(".page", _external=True)
    body = calendar_file.made(entries, home_id=home_id, name=name, url=url, language=language())
    return Response(body, content_type=calendar_file.MEDIA_TYPE)


@area.get("/events.rss")
def rss() -> Response:
    """Send the agenda as an RSS feed of what is new."""
    entries, name, home_id = _read()
    url = url_for(".page", _external=True)
    zone = current_app.config["ZONE"]
    body = feed.made(entries, home_id=home_id, name=name, url=url, language=language(), zone=zone)
    return Response(body, content_type=feed.MEDIA_TYPE)


def _read() -> tuple[list[AgendaEntry], str, str]:
    """Return the entries by day, those of the last 30 days included; the agenda's name; and the home's id. Answers 404
    unless events are on (`events`) and listed publicly (`events_public`).
    """
    home: Home
    clock: Clock
    home, clock = current_app.extensions[EXTENSION]
    rules = request_rules.of(home)
    with home.store.reading() as connection:
        policy, moment = rules.at(connection, clock.now())
        if not (policy.events and policy.events_public):
            abort(404)
        entries = public.entries(connection, policy, moment.at)
        association = book_rules.read(connection, moment.day).association.get("name", "")
        home_facts = home_row.find(connection)  # its id, and whether it is for training
    name = t("Agenda de {name}", "{name}: agenda", name=association) if association else t("Agenda", "Agenda")
    return entries, name, home_facts[0] if home_facts else ""
