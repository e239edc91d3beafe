"""Calendars by secret link: made, shown once, revoked; read by a calendar program without signing in; one read in."""

from typing import Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from kiosk.rooms import feeds
from kiosk.rooms.feeds import Feeds, Imported
from kiosk.rooms.ical_reading import LARGEST
from kiosk.store.rooms import feed_rows, room_rows
from kiosk.store.space import room_rules
from kiosk.web.desk.common import guards, labels, request_rules
from kiosk.web.desk.common.office import EXTENSION, office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import house, in_page_language, t
from kiosk.web.desk.rooms.room_forms import number, text

area = Blueprint("feeds", __name__, url_prefix="/calendar")


@area.context_processor
def _words() -> dict[str, Any]:
    return {"in_page_language": in_page_language, "here": "calendar"}


@area.get("/feed/<secret>.ics")
def feed(secret: str) -> Response:
    """A calendar, for whoever has its link: no session, no cookie; nothing in it says who booked."""
    home, clock = current_app.extensions[EXTENSION]
    rules = request_rules.of(home)
    with home.store.reading() as connection:
        found = feed_rows.by_digest(connection, feeds.digest(secret))
        _, moment = rules.at(connection, clock.now())
        if found is None or not room_rules.is_on(connection, moment.day):
            abort(429 if guards.is_guessing() else 404)
        written = feeds.written(connection, found, moment.day, rules, house())
    return Response(written, mimetype="text/calendar", headers={"Content-Disposition": "inline; filename=calendar.ics"})


@area.route("/feeds", methods=["GET", "POST"])
@needs(May.BOOK_ROOMS)
def page() -> str | tuple[str, int]:
    """The links that stand, one more, and a calendar to be read in."""
    if request.method == "GET":
        return _page({}, None, None)
    wanted = text("label", 80)
    secret, errors = labels.attempt(
        lambda: _use().make(wanted, number("room"), shows_titles=text("titles", 5) == "yes"), name="label"
    )
    if secret is not None:
        office().log("calendar-link", what=wanted)
        return _page({}, url_for("feeds.feed", secret=secret, _external=True, _scheme="https"), None)
    return _page(errors, None, None), 400


@area.post("/feeds/<int:feed_id>/revoke")
@needs(May.BOOK_ROOMS)
def revoke(feed_id: int) -> Answer | tuple[str, int]:
    """Let a link open nothing any more."""
    done, errors = labels.attempt(lambda: _use().revoke(feed_id))
    if done is None:
        return _page(errors, None, None), 400
    office().log("calendar-link-revoked", what=str(feed_id))
    flash(t("Le lien ne s’ouvre plus.", "The link no longer works."), "done")
    return redirect(url_for("feeds.page"), 303)


@area.post("/feeds/import")
@needs(May.BOOK_ROOMS)
def read_in() -> str | tuple[str, int]:
    """Read a calendar in: a room is held for what it says."""
    sent = request.files.get("file")
    content = b""
    if sent is not None:
        content = sent.read(LARGEST + 1)
        sent.close()
    name = text("source", 40) or t("calendrier", "calendar")
    done, errors = labels.attempt(lambda: _use().read_in(number("room") or 0, name, content))
    if done is None:
        return _page(errors, None, None), 400
    office().log("calendar-imported", what=f"{done.held} held")
    return _page({}, None, done)


def _use() -> Feeds:
    desk = office()
    return Feeds.of(desk)


def _page(errors: dict[str, str], link: str | None, done: Imported | None) -> str:
    desk = office()
    with desk.reading() as connection:
        _, moment = desk.now(connection)
        return render_template(
            "calendar/feeds.html",
            feeds=feed_rows.standing(connection),
            rooms=room_rows.open_on(connection, moment.day),
            errors=errors,
            typed=request.form,
            link=link,
            done=done,
        )
