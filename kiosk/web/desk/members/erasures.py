"""Shows which members ask to be erased and what must be done before each can be; declines a request with its reason."""

from collections.abc import Callable
from datetime import date
from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.wrappers import Response

from kiosk.domain.names import searchable
from kiosk.errors import RequestError
from kiosk.store.members import erasure_rows
from kiosk.store.members.erasure_rows import Awaiting
from kiosk.store.members.members import Member
from kiosk.web.desk.common import four_eyes
from kiosk.web.desk.common.labels import Errors, attempt
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import listed
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.members.member_forms import back_to, known

area = Blueprint("erasures", __name__)
# A sort key, by the column that the URL names. A line is a request, the day to answer it by, and its next step.
_SORTS: dict[str, Callable[[tuple[Awaiting, date, str]], Any]] = {
    "name": lambda line: searchable(line[0].name),
    "due": lambda line: line[1],
    "step": lambda line: line[2],
}


@area.get("/members/erasures")
@needs(May.EDIT_MEMBERS)
def listing() -> str:
    """List the requests for erasure that await an answer, the longest wait first."""
    from kiosk.domain.members import erasing  # seldom needed

    desk = office()
    with desk.reading() as connection:
        awaiting = erasure_rows.awaiting(connection)
        today = desk.now(connection)[1].day
    return render_template(
        "members/erasures.html",
        requests=listed(
            [(asked, erasing.answer_by(asked.asked_on), _next_step(asked)) for asked in awaiting],
            lambda line: f"{line[0].number} {line[0].name}",
            _SORTS,
        ),
        today=today,
        here="members",
    )


def _next_step(awaiting: Awaiting) -> str:
    """Return the code of the office's next step: `leave` while no departure is recorded, `refund` for a credit (a
    balance below 0), `collect` for a debt, else `erase`.
    """
    if awaiting.left_on is None:
        return "leave"
    if awaiting.balance_cents:
        return "refund" if awaiting.balance_cents < 0 else "collect"
    return "erase"


@area.route("/members/<int:number>/erasure/decline", methods=["GET", "POST"])
@needs(May.EDIT_MEMBERS)
def decline(number: int) -> str | Response | tuple[str, int]:
    """Show the form to decline a request for erasure, or decline it; the reason goes to the member by mail, where there
    is an address.
    """
    member = known(number)
    if request.method == "GET":
        return _form(member, Errors())
    reason = request.form.get("reason", "")
    is_mailed, errors = attempt(lambda: _decline(member.number, reason))
    if is_mailed is None:
        return _form(member, errors, reason), 400
    message = (
        t("Demande refusée : un e-mail en donne la raison.", "Request declined: an e-mail gives the reason.")
        if is_mailed
        else t(
            "Demande refusée. Cette personne n’a pas d’adresse e-mail : prévenez-la vous-même.",
            "Request declined. This person has no e-mail address: tell them yourself.",
        )
    )
    return back_to(member.number, message)


def _decline(number: int, reason: str) -> bool:
    """Decline the request for a reason and tell whether an e-mail goes to the member. Raises RequestError `own-account`
    for the officer's own file.
    """
    if four_eyes.is_own(number):
        raise RequestError("own-account", "this file is your own: another officer has to do this")
    from kiosk.members.erasure_requests import ErasureRequests  # seldom needed

    desk = office()
    return ErasureRequests(by_mail=bool(desk.home.config.mail.server), **desk.parts).decline(number, reason)


def _form(member: Member, errors: Errors, reason: str = "") -> str:
    """Show the form that declines a member's request, with what was wrong in it."""
    from kiosk.domain.members import erasing  # seldom needed

    return render_template(
        "member/decline_erasure.html",
        member=member,
        errors=errors,
        reason=reason,
        longest=erasing.LONGEST_REASON,
        here="members",
    )
