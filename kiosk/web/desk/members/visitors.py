"""Shows the requests that people sent from the public pages, and answers them: a visit is expected, a person
enrolled, a room quoted, or the request declined.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk import keys
from kiosk.domain.names import searchable
from kiosk.domain.problems import FieldReader, Mistake
from kiosk.store.rooms import quote_rows, room_rows
from kiosk.web.desk.common import labels
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.money_forms import cents, typed
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import listed
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import in_page_language, t, told
from kiosk.web.desk.finder import picking

if TYPE_CHECKING:
    from kiosk.store.visitors.request_rows import PublicRequest
    from kiosk.visitors.answering import Answering

area = Blueprint("visitors", __name__, url_prefix="/visitors")


@area.get("")
@needs(May.EDIT_MEMBERS)
def listing() -> str:
    """List the announced visits and the requests to join."""
    from kiosk.domain.visitors.requests import Kind  # few houses have public pages
    from kiosk.store.visitors import request_rows

    with office().reading() as connection:
        waiting = request_rows.waiting(connection, (Kind.VISIT, Kind.JOIN))
    sorts: dict[str, Callable[[PublicRequest], Any]] = {
        "day": lambda asked: (asked.day_on, asked.id),
        "name": lambda asked: searchable(asked.name),
        # By the kind of request, then by its message.
        "what": lambda asked: (asked.kind.value, searchable(asked.said or "")),
    }
    shown = listed(waiting, lambda asked: f"{asked.name} {asked.email}", sorts)
    return render_template("members/visitors.html", requests=shown, kinds=Kind, here="members")


@area.get("/rooms")
@needs(May.BOOK_ROOMS)
def rooms() -> str:
    """List the requests for rooms."""
    return _rooms({})


def _rooms(errors: dict[str, str]) -> str:
    """Show the requests for rooms with their quotes, with what was wrong in a form. Further imports stand here because
    few houses have public pages.
    """
    from kiosk.domain.visitors.requests import QUOTE_DAYS, Kind  # few houses have public pages
    from kiosk.store.visitors import request_rows

    desk = office()
    with desk.reading() as connection:
        _, moment = desk.now(connection)
        waiting = request_rows.waiting(connection, (Kind.ROOM,))
        names = {room.id: in_page_language(room.names) for room in room_rows.everyone(connection)}
        quotes = {asked.id: quote_rows.by_id(connection, asked.quote) for asked in waiting if asked.quote is not None}
    return render_template(
        "rooms/requests.html",
        requests=waiting,
        rooms=names,
        quotes=quotes,
        client_kinds=labels.organisation_kinds(),
        zone=desk.rules.zone,
        today=moment.day,
        usual_days=QUOTE_DAYS,
        here="calendar",
        errors=errors,
        typed=request.form,
    )


@area.post("/<int:request_id>/expect")
@needs(May.EDIT_MEMBERS)
def expect(request_id: int) -> Response:
    """Accept a visit: a mail tells the visitor that they are expected."""
    message = t("Venue confirmée : un e-mail prévient la personne.", "Visit confirmed: an e-mail informs the person.")
    return _answered(".listing", "visitor-expected", request_id, message, _answering().expect)


@area.post("/<int:request_id>/enrol")
@needs(May.EDIT_MEMBERS)
def enrol(request_id: int) -> Response:
    """Enrol the sender of a request to join, and redirect to the new file, to be completed; to the list, with the
    reason, where it is refused.
    """
    try:
        member = _answering().enrol(request_id)
    except Mistake as refused:
        flash(told(refused), "error")
        return redirect(url_for(".listing"), 303)
    office().log("visitor-enrolled", member.number)
    flash(
        t(
            "Inscription faite : remettez un badge à cette personne à sa première visite.",
            "Member enrolled: give them a badge on their first visit.",
        )
    )
    return redirect(url_for("member.page", number=member.number), 303)


@area.post("/<int:request_id>/decline")
@needs(May.EDIT_MEMBERS)
def decline(request_id: int) -> Response:
    """Decline a visit or a request to join; a mail tells its sender."""
    message = t("Demande refusée : un e-mail prévient la personne.", "Request declined: an e-mail informs the person.")
    return _answered(".listing", "visitor-declined", request_id, message, _answering().decline)


@area.post("/rooms/<int:request_id>/decline")
@needs(May.BOOK_ROOMS)
def decline_room(request_id: int) -> Response:
    """Decline a request for a room; the time that its quote held is free again, and a mail tells its sender."""
    message = t("Demande refusée : un e-mail prévient la personne.", "Request declined: an e-mail informs the person.")
    return _answered(".rooms", "visitor-declined", request_id, message, _answering().decline)


@area.post("/rooms/<int:request_id>/quote")
@needs(May.BOOK_ROOMS)
def quote(request_id: int) -> Response | tuple[str, int]:
    """Quote the room to the organisation that the form names, else to the client in the request; hold the room, and
    send the quote.
    """
    from kiosk.visitors.answering import Offer  # few houses have public pages

    # The page has a form for each request: the fields' names carry its id, so that errors stand in the right form.
    # `caution` is the security deposit.
    organisation, caution = (f"{name}-{request_id}" for name in ("organisation", "caution"))

    def act() -> int:
        with FieldReader() as read:
            client, sum_ = read(picking.organisation, typed(organisation, picking.LONGEST)), read(cents, caution)
        return _answering().quote(request_id, Offer(organisation=client, caution_cents=sum_))

    quote_id, errors = attempt(act, organisation=organisation)
    if quote_id is None:
        return _rooms(errors), 400
    office().log("visitor-quoted", what=f"request {request_id}")
    flash(t("Devis envoyé : la salle est retenue.", "Quote sent: the room is on hold."), "done")
    return redirect(url_for(".rooms"), 303)


def _answered(page: str, logged: str, request_id: int, message: str, act: Callable[[int], object]) -> Response:
    """Run an act on a request, log it under the code `logged`, and redirect to the list `page` with the message; with
    the error, and without a line in the log, where the act is refused.
    """
    try:
        act(request_id)
    except Mistake as refused:
        flash(told(refused), "error")
    else:
        office().log(logged, what=f"request {request_id}")
        flash(message, "done")
    return redirect(url_for(page), 303)


def _answering() -> "Answering":
    """Return the use-case that answers requests, with the links of its mails."""
    from kiosk.visitors.answering import Answering  # few houses have public pages
    from kiosk.visitors.links import Links

    desk = office()
    links = Links(keys.read_key(desk.home.paths.desk_key), desk.home.config.pages.address)
    return Answering(links, **desk.sealing)
