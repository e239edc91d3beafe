"""Serves calendars by secret link: made, shown once, revoked; a calendar program reads them without signing in.

Calendars of others are read in and followed, too: their differences wait for a decision, with both versions side by
side. `labels.attempt` runs a form's act: it returns the result and no errors, or None and the errors by field.
"""

from typing import TYPE_CHECKING, Any

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from kiosk.domain.slots import Slot
from kiosk.exports import formats
from kiosk.language.texts import Text
from kiosk.rooms import feeds
from kiosk.rooms.feeds import Feeds
from kiosk.rooms.ical_reading import LARGEST
from kiosk.store.rooms import feed_rows, room_rows
from kiosk.store.space import room_rules
from kiosk.web.desk.common import guards, labels, request_rules
from kiosk.web.desk.common.office import EXTENSION, office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import house, in_page_language, language, t, told
from kiosk.web.desk.rooms.room_forms import number, text

if TYPE_CHECKING:
    from kiosk.rooms.editions import Imported
    from kiosk.rooms.following import Calendars

area = Blueprint("feeds", __name__, url_prefix="/calendar")
# Why a difference was not carried over, by the codes of `kiosk.domain.rooms.following`, which is imported only once a
# page asks for it.
WHYS = {
    "changed": Text("modifié ici depuis le dernier import", "changed here since the last import"),
    "charged": Text("déjà payé ou compté ici", "already paid or charged here"),
    "past": Text("déjà commencé, ou passé", "already started, or over"),
    "taken": Text("la salle est déjà prise à ce moment", "the room is already taken at that time"),
    "closed": Text("la salle est fermée à ce moment", "the room is closed at that time"),
    "absent": Text("absent d’un calendrier peut-être incomplet", "missing from a calendar that may be incomplete"),
    "older": Text("calendrier plus ancien que le dernier importé", "calendar older than the last one imported"),
    "unfit": Text("sans heures dans le calendrier", "no times in the calendar"),
}


@area.context_processor
def _words() -> dict[str, Any]:
    """Return the values that all templates of these pages use; `here` marks the calendar as the open page."""
    return {"in_page_language": in_page_language, "here": "calendar"}


@area.get("/feed/<secret>.ics")
def feed(secret: str) -> Response:
    """Send a calendar to a holder of its link: no session, no cookie, no names of members. Answers 404 where the link
    is unknown or revoked, or rooms are off; 429 to an address that has tried too many wrong links.
    """
    home, clock = current_app.extensions[EXTENSION]
    rules = request_rules.of(home)
    with home.store.reading() as connection:
        shared_feed = feed_rows.by_digest(connection, feeds.digest(secret))
        _, moment = rules.at(connection, clock.now())
        if shared_feed is None or not room_rules.is_on(connection, moment.day):
            abort(429 if guards.is_guessing() else 404)  # `is_guessing` counts this one, too
        calendar_text = feeds.written(connection, shared_feed, moment.day, rules, house())
    return Response(
        calendar_text, mimetype="text/calendar", headers={"Content-Disposition": "inline; filename=calendar.ics"}
    )


@area.route("/feeds", methods=["GET", "POST"])
@needs(May.BOOK_ROOMS)
def page() -> str | tuple[str, int]:
    """Show the valid links with forms for one more and for reading a calendar in; or make a link to one room, or to all
    where none is chosen. Its address is shown this one time, because only its digest is stored.
    """
    if request.method == "GET":
        return _page({}, None, None)
    label = text("label", 80)
    secret, errors = labels.attempt(
        lambda: _use().make(label, number("room"), shows_titles=text("titles", 5) == "yes"), name="label"
    )
    if secret is not None:
        office().log("calendar-link", what=label)
        return _page({}, url_for("feeds.feed", secret=secret, _external=True, _scheme="https"), None)
    return _page(errors, None, None), 400


@area.post("/feeds/<int:feed_id>/revoke")
@needs(May.BOOK_ROOMS)
def revoke(feed_id: int) -> Answer | tuple[str, int]:
    """Revoke a link, so that it opens nothing any more."""
    revoked, errors = labels.attempt(lambda: _use().revoke(feed_id))
    if revoked is None:
        return _page(errors, None, None), 400
    office().log("calendar-link-revoked", what=str(feed_id))
    flash(t("Lien révoqué : il ne fonctionne plus.", "Link revoked: it no longer works."), "done")
    return redirect(url_for("feeds.page"), 303)


@area.post("/feeds/import")
@needs(May.BOOK_ROOMS)
def read_in() -> str | tuple[str, int]:
    """Read a calendar file in under a name: its times become bookings of a room. Without a room or a file it is
    refused.
    """
    sent = request.files.get("file")
    content = b""
    if sent is not None:
        content = sent.read(LARGEST + 1)  # one byte more, so that a file that is too large is noticed
        sent.close()
    name = text("source", 40)
    imported, errors = labels.attempt(lambda: _calendars().read_in(number("room") or 0, name, content))
    if imported is None:
        return _page(errors, None, None), 400
    return _page({}, None, imported)


@area.route("/feeds/differences", methods=["GET", "POST"])
@needs(May.BOOK_ROOMS)
def differences() -> str | Answer | tuple[str, int]:
    """Show where followed calendars differ from the bookings here; or settle the ticked differences: `take` does as the
    calendar says, `keep` leaves the bookings as they are. Those that cannot be settled stay, with the reason.
    """
    if request.method == "GET":
        return _differences({}, "")
    ticked = [int(number) for number in request.form.getlist("which")[:500] if number.isascii() and number.isdigit()]
    act = text("act", 10)
    if not ticked or act not in ("take", "keep"):
        return _differences(
            {}, t("Cochez au moins une ligne à décider.", "Tick at least one line that needs a decision.")
        ), 400
    decided, errors = labels.attempt(lambda: _calendars().decide(ticked, take=act == "take"))
    if decided is None:
        return _differences({}, errors.get("form", "")), 400
    if decided.refused:
        reasons = {number: told(reason) for number, reason in decided.refused.items()}
        return _differences(
            reasons,
            t("Les lignes restantes n’ont pas pu être appliquées.", "The remaining lines could not be applied."),
        ), 400
    flash(t("Différences réglées : {count}.", "Differences resolved: {count}.", count=decided.done), "done")
    return redirect(url_for("feeds.differences"), 303)


def _differences(reasons: dict[int, str], error: str) -> str:
    """Show the differences that wait for a decision, with an error at the top unless it is empty; `reasons` says, by a
    difference's id, why it could not be settled.
    """
    from kiosk.rooms import following

    desk = office()
    with desk.reading() as connection:
        _, moment = desk.now(connection)
        return render_template(
            "calendar/differences.html",
            found=following.differences(connection, moment.day),
            rooms={room.id: room.names for room in room_rows.everyone(connection)},
            whys=WHYS,
            reasons=reasons,
            problem=error,
            ends=_ends,
        )


def _ends(slot: Slot) -> str:
    """Return when a booking ends, in words: its hour, after the day where that is not the day of its beginning."""
    zone = office().rules.zone
    first, last = slot.starts_at.astimezone(zone), slot.ends_at.astimezone(zone)
    hour = formats.clock(last.hour, last.minute, language())
    return hour if first.date() == last.date() else f"{formats.day(last.date(), language())}, {hour}"


def _calendars() -> "Calendars":
    """Return the use-case that reads calendars in and follows them."""
    from kiosk.rooms.following import Calendars

    return Calendars.of(office())


def _use() -> Feeds:
    """Return the use-case of secret links, in the name of the signed-in officer."""
    return Feeds.of(office())


def _page(errors: dict[str, str], link: str | None, done: "Imported | None") -> str:
    """Show the links and the calendars that are followed; with a new `link`, shown this one time, or with what a
    calendar that was just read in changed (`done`).
    """
    from kiosk.rooms import following
    from kiosk.store.rooms import followed_rows

    desk = office()
    with desk.reading() as connection:
        _, moment = desk.now(connection)
        return render_template(
            "calendar/feeds.html",
            feeds=feed_rows.standing(connection),
            rooms=room_rows.open_on(connection, moment.day),
            sources=followed_rows.names(connection),
            waiting=len(following.differences(connection, moment.day)),
            errors=errors,
            typed=request.form,
            link=link,
            done=done,
        )
