"""Asks the entrance to open the door once, and shows what became of the request. Badge requests use
its helpers, too.

A `fresh` view asks for the password or the passkey again where it was given a while ago.
"""

import sqlalchemy as sa
from flask import Blueprint, abort, redirect, render_template, request, url_for
from msgspec import Struct
from werkzeug.wrappers import Response

from kiosk.checkin.desk_requests import (
    FAILED,
    OPENED,
    OPENING,
    REFUSED,
    Requests,
    remote_opening,
)
from kiosk.devices.protocols import Clock
from kiosk.language import common
from kiosk.store.checkin import request_rows
from kiosk.store.checkin.request_rows import OPEN, Request
from kiosk.store.space import door_rows
from kiosk.web.desk.common import timing
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t

area = Blueprint("doorway", __name__)


class RequestStatus(Struct, frozen=True):
    """The state of a request to the entrance: `goes_on` while the entrance may still carry it out; `tone` is the style
    of the message, "", "warning" or "error".
    """

    goes_on: bool
    tone: str
    says: str
    code: str = ""  # what the page sends back as `shown`, so that it is not told the same twice
    pending: bool = False  # a badge was read and waits for confirmation


@area.get("/door/open")
@needs(May.OPEN_DOOR, fresh=True)
def ask_open() -> str:
    """Show the page that asks once more before the door is opened; the officer has just given the password again."""
    desk = office()
    with desk.reading() as connection:
        policy, _ = desk.now(connection)
        doors = standing_doors(connection)
    return render_template("door_open.html", allowed=remote_opening(policy), waiting=None, request_id=None, doors=doors)


@area.post("/door/open")
@needs(May.OPEN_DOOR, fresh=True)
def open_door() -> Response:
    """Ask the entrance to open the door once, which happens within seconds or, once the request has expired, never.
    Where there are several doors, the form names one; 400 for a name that is not a number.
    """
    named = request.form.get("door")
    if named is not None and not (named.isascii() and named.isdigit() and len(named) < 6):
        abort(400)
    request_id = requests(timing.machine_clock()).open_door(None if named is None else int(named))
    at_door = "" if named is None else f", door {named}"
    office().log("open-door", None, f"request {request_id}{at_door}")
    return redirect(url_for("doorway.opening", request_id=request_id), 303)


@area.get("/door/open/<int:request_id>")
@needs(May.OPEN_DOOR)
def opening(request_id: int) -> str:
    """Show the state of a request to open."""
    waiting = _opening_status(known(request_id, OPEN, None))
    return render_template("door_open.html", allowed=True, waiting=waiting, request_id=request_id)


@area.get("/door/open/<int:request_id>/now")
@needs(May.OPEN_DOOR)
def opening_now(request_id: int) -> str | tuple[str, int]:
    """Return the state of a request to open, for the page that polls it."""
    return _now(_opening_status(known(request_id, OPEN, None)), url_for(".opening_now", request_id=request_id))


def standing_doors(connection: sa.Connection) -> dict[int, str]:
    """Return the names of the doors that are not revoked, by number; an empty dict where there are fewer than two,
    since there is nothing to choose.
    """
    doors = [door for door in door_rows.everyone(connection) if door.revoked_on is None]
    if len(doors) < 2:
        return {}
    unnamed = t("Entrée", "Entrance")
    return {door.id: door.name or unnamed for door in doors}


def requests(clock: Clock) -> Requests:
    """Return the use-cases of the desk's requests to the entrance, in the name of the signed-in officer. The `clock` is
    the machine's, not an officer's typed day: a request lasts only for seconds, on the entrance's clock too.
    """
    desk = office()
    return Requests.of(desk.by(clock))


def known(request_id: int, kind: str, number: int | None) -> Request:
    """Return a request of a kind for the member with this number, or for None one that concerns no member. Answers 404
    for any other.
    """
    with office().reading() as connection:
        stored = request_rows.get(connection, request_id)
    if stored is None or stored.kind != kind or stored.member != number:
        abort(404)
    return stored


def _opening_status(door_request: Request) -> RequestStatus:
    """Return how far a request to open the door is, in words. The lock did not respond where the entrance began to open
    and never said how that ended; without an outcome the entrance never took the request, and any other outcome means
    that it came too late.
    """
    at = timing.desk_time().clock.now()
    if door_request.is_open(at) or (door_request.outcome == OPENING and at <= door_request.expires_at):
        return RequestStatus(True, "warning", t("Demande envoyée à l’entrée…", "Request sent to the entrance…"))
    unanswered = t("La serrure n’a pas répondu : utilisez la clé.", "The lock did not respond: use the key.")
    silent = t(
        "L’entrée ne répond pas : la porte ne s’est pas ouverte.",
        "The entrance does not respond: the door did not open.",
    )
    late = t(
        "Délai dépassé : la porte ne s’est pas ouverte. Demandez de nouveau l’ouverture.",
        "Time is up: the door did not open. Ask again to open it.",
    )
    says = {
        OPENED: t(common.DOOR_IS_OPEN),
        FAILED: unanswered,
        OPENING: unanswered,
        REFUSED: t(
            "Les règles ne permettent pas d’ouvrir la porte à distance.",
            "The rules do not allow the door to be opened remotely.",
        ),
        None: silent,
    }
    return RequestStatus(False, "" if door_request.outcome == OPENED else "error", says.get(door_request.outcome, late))


def _now(waiting: RequestStatus, again: str) -> str | tuple[str, int]:
    """Return the message for a page that polls; 204 while the page shows it already (`shown` is its code), so that a
    screen reader says it once.
    """
    if waiting.goes_on and request.args.get("shown", "") == waiting.code:
        return "", 204
    return render_template("waiting.html", waiting=waiting, again=again)
