"""Shows the members that joined at the screen, with files to complete, and the requests to join without a sponsor."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from kiosk.domain import periods
from kiosk.domain.names import searchable
from kiosk.errors import RequestError
from kiosk.store.members import joining_rows
from kiosk.store.members.joining_rows import Joining
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import listed
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t, told

area = Blueprint("joining", __name__)
_SORTS: dict[str, Callable[[Joining], Any]] = {  # a sort key, by the column that the URL names
    "day": lambda joining: (joining.day_on, joining.made_at),
    "name": lambda joining: searchable(joining.name),
    "what": lambda joining: searchable(joining.sponsor_name or ""),
}


@area.get("/members/joining")
@needs(May.EDIT_MEMBERS)
def listing() -> str:
    """Show the members that joined at the screen and the requests without a sponsor, as long as the office has not
    dealt with them.
    """
    with office().reading() as connection:
        joinings = joining_rows.waiting(connection)
        policy, moment = office().now(connection)
    # Without a certificate of insurance that is valid today; shown only where the association asks for one.
    uninsured = {joining.id for joining in joinings if not periods.holds(joining.insured_until, moment.day)}
    return render_template(
        "members/joining.html",
        found=listed(joinings, lambda joining: joining.name, _SORTS),
        uninsured=uninsured if policy.insurance_asked else (),
        here="members",
    )


@area.post("/members/joining/<int:joining_id>/confirm")
@needs(May.EDIT_MEMBERS)
def confirm(joining_id: int) -> Response:
    """Confirm a joining: a member that joined at the screen keeps their badge; a request without a sponsor becomes a
    member from now on.
    """

    def act() -> Response:
        member = office().enrolment.confirm(joining_id)
        flash(t("Personne confirmée : complétez sa fiche.", "Person confirmed: now complete their file."))
        return redirect(url_for("member.page", number=member.number), 303)

    return _try(act)


@area.post("/members/joining/<int:joining_id>/decline")
@needs(May.EDIT_MEMBERS)
def decline(joining_id: int) -> Response:
    """Decline a joining and stop its badge. What was charged stays, and can be corrected in the account."""

    def act() -> Response:
        office().enrolment.decline(joining_id)
        flash(
            t(
                "Demande refusée : le badge n’ouvre plus la porte.",
                "Request declined: the badge no longer opens the door.",
            )
        )
        return redirect(url_for(".listing"), 303)

    return _try(act)


def _try(act: Callable[[], Response]) -> Response:
    """Run an act and return its answer; where it is refused, flash the reason and redirect to the list."""
    try:
        return act()
    except RequestError as refused:
        flash(told(refused), "error")
        return redirect(url_for(".listing"), 303)
