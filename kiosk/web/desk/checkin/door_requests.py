"""Asks the entrance to open the door once, or to wait for a badge that is to become a member's."""

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from msgspec import Struct
from werkzeug.wrappers import Response

from kiosk.checkin.desk_requests import (
    EXPIRED,
    FAILED,
    OPENED,
    OPENING,
    RANDOM,
    REFUSED,
    REPLACED,
    Requests,
    remote_opening,
)
from kiosk.devices.protocols import Clock
from kiosk.errors import RequestError
from kiosk.language import common
from kiosk.store.checkin import request_rows
from kiosk.store.checkin.request_rows import ENROL, OPEN, Request
from kiosk.store.members import members
from kiosk.store.space import door_rows
from kiosk.web.desk.common import timing
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t, told

area = Blueprint("doorway", __name__)


class RequestStatus(Struct, frozen=True):
    """How a request stands: `goes_on` while the entrance may still do it; `tone` as a message has it."""

    goes_on: bool
    tone: str
    says: str
    code: str = ""


@area.get("/door/open")
@needs(May.OPEN_DOOR, fresh=True)
def ask_open() -> str:
    """Ask once more, in plain words, an officer who has just signed in."""
    desk = office()
    with desk.reading() as connection:
        policy, _ = desk.now(connection)
        doors = standing_doors(connection)
    return render_template("door_open.html", allowed=remote_opening(policy), waiting=None, request_id=None, doors=doors)


@area.post("/door/open")
@needs(May.OPEN_DOOR, fresh=True)
def open_door() -> Response:
    """Ask the entrance to open once: it does so within seconds, or never. Of several doors one is named."""
    named = request.form.get("door")
    if named is not None and not (named.isascii() and named.isdigit() and len(named) < 6):
        abort(400)
    request_id = _requests(timing.machine_clock()).open_door(None if named is None else int(named))
    at_door = "" if named is None else f", door {named}"
    office().log("open-door", None, f"request {request_id}{at_door}")
    return redirect(url_for("doorway.opening", request_id=request_id), 303)


@area.get("/door/open/<int:request_id>")
@needs(May.OPEN_DOOR)
def opening(request_id: int) -> str:
    """How a request to open stands."""
    waiting = _door(_found(request_id, OPEN, None))
    return render_template("door_open.html", allowed=True, waiting=waiting, request_id=request_id)


@area.get("/door/open/<int:request_id>/now")
@needs(May.OPEN_DOOR)
def opening_now(request_id: int) -> str | tuple[str, int]:
    """The same, for a page that asks again and again."""
    return _now(_door(_found(request_id, OPEN, None)), url_for(".opening_now", request_id=request_id))


@area.post("/members/<int:number>/badges/wait")
@needs(May.EDIT_MEMBERS)
def wait_for_badge(number: int) -> Response:
    """Ask that the next unknown badge at the entrance within 30 s becomes this member's."""
    try:
        request_id = _requests(timing.machine_clock()).wait_for_badge(number)
    except RequestError as error:
        if error.code != "badge-awaited":
            raise
        flash(told(error), "error")
        return redirect(f"/members/{number}", 303)
    office().log("wait-for-badge", number, f"request {request_id}")
    return redirect(url_for("doorway.badge", number=number, request_id=request_id), 303)


@area.get("/members/<int:number>/badges/wait/<int:request_id>")
@needs(May.EDIT_MEMBERS)
def badge(number: int, request_id: int) -> str:
    """Waiting for the badge, and what came of it."""
    found = _found(request_id, ENROL, number)
    with office().reading() as connection:
        member = members.by_number(connection, number)
    return render_template("badge_wait.html", member=member, waiting=_badge(found), request_id=request_id)


@area.get("/members/<int:number>/badges/wait/<int:request_id>/now")
@needs(May.EDIT_MEMBERS)
def badge_now(number: int, request_id: int) -> str | tuple[str, int]:
    """The same, for a page that asks again and again."""
    again = url_for(".badge_now", number=number, request_id=request_id)
    return _now(_badge(_found(request_id, ENROL, number)), again)


def standing_doors(connection: sa.Connection) -> dict[int, str]:
    """The doors that open, by number, each with its name; nothing where there is only one."""
    found = [each for each in door_rows.everyone(connection) if each.revoked_on is None]
    if len(found) < 2:
        return {}
    unnamed = t("Entrée", "Entrance")
    return {each.id: each.name or unnamed for each in found}


def _requests(clock: Clock) -> Requests:
    desk = office()
    return Requests(store=desk.store, rules=desk.rules, clock=clock, actor=desk.actor)


def _found(request_id: int, kind: str, number: int | None) -> Request:
    with office().reading() as connection:
        found = request_rows.get(connection, request_id)
    if found is None or found.kind != kind or found.member != number:
        abort(404)
    return found


def _badge(found: Request) -> RequestStatus:
    if found.done_at is not None and found.outcome not in (EXPIRED, REPLACED):
        says = t("C’est fait : le badge …{tail} est attribué.", "Done: the badge …{tail} is given.", tail=found.outcome)
        return RequestStatus(False, "", says)
    if not found.is_open(timing.desk_time().clock.now()):
        says = t("Le temps est passé : aucun badge n’est attribué.", "Time is over: no badge was given.")
        return RequestStatus(False, "warning", says)
    if found.outcome == RANDOM:
        says = t(
            "C’était un téléphone : son numéro change à chaque fois. Présentez une carte ou un badge.",
            "That was a telephone: its number changes each time. Tap a card or a tag.",
        )
        return RequestStatus(True, "warning", says, RANDOM)
    says = t(
        "Présentez le badge au lecteur de l’entrée dans les 30 secondes.",
        "Tap the badge on the entrance’s reader within 30 seconds.",
    )
    return RequestStatus(True, "warning", says)


def _door(found: Request) -> RequestStatus:
    at = timing.desk_time().clock.now()
    if found.is_open(at) or (found.outcome == OPENING and at <= found.expires_at):
        return RequestStatus(True, "warning", t("Demande envoyée à l’entrée…", "The entrance is asked…"))
    unanswered = t("La serrure n’a pas répondu : utilisez la clé.", "The lock did not answer: use the key.")
    silent = t("L’entrée ne répond pas : rien ne s’est ouvert.", "The entrance does not answer: nothing opened.")
    late = t("Trop tard : rien ne s’est ouvert. Demandez encore.", "Too late: nothing opened. Ask again.")
    says = {
        OPENED: t(common.DOOR_IS_OPEN),
        FAILED: unanswered,
        OPENING: unanswered,
        REFUSED: t("Les règles n’ouvrent pas la porte à distance.", "The rules do not open the door from afar."),
        None: silent,
    }
    return RequestStatus(False, "" if found.outcome == OPENED else "error", says.get(found.outcome, late))


def _now(waiting: RequestStatus, again: str) -> str | tuple[str, int]:
    """The message for a page that asks each second: nothing while it stays as it is, so that it is read out once."""
    if waiting.goes_on and request.args.get("shown", "") == waiting.code:
        return "", 204
    return render_template("waiting.html", waiting=waiting, again=again)
