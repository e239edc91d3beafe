"""Lists memberships that end soon or are over, and proposes renewal to several members by mail or on paper."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from kiosk.domain import inputs
from kiosk.domain.names import searchable
from kiosk.members import renewing
from kiosk.members.renewing import MOST, Left, Renewing
from kiosk.store.duties import owed
from kiosk.store.duties.owed import Ending
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import is_turned, listed
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t, tn
from kiosk.web.desk.duties import mailing

area = Blueprint("renewals", __name__)
_SORTS: dict[str, Callable[[Ending], Any]] = {  # a sort key, by the column that the URL names
    "name": lambda ending: searchable(ending.name),
    "number": lambda ending: ending.number,
    "until": lambda ending: ending.until_on,
}
_NOT_SENT = {  # why members got no proposal, for one and for several
    Left.NO_ADDRESS: (
        ("{count} membre sans adresse : à imprimer.", "{count} member without an address: to be printed."),
        ("{count} membres sans adresse : à imprimer.", "{count} members without an address: to be printed."),
    ),
    Left.TODAY: (
        ("{count} proposition déjà faite aujourd’hui.", "{count} proposal already made today."),
        ("{count} propositions déjà faites aujourd’hui.", "{count} proposals already made today."),
    ),
}


@area.get("/members/renewals")
@needs(May.EDIT_MEMBERS)
def page() -> str:
    """List the members whose membership ends soon (`renewing.AHEAD`) or is over, at most `MOST`."""
    desk = office()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        endings = owed.endings(connection, today, renewing.AHEAD)
    return _listed(endings[:MOST], today)


def _listed(endings: Sequence[Ending], today: date) -> str:
    """Show the list with the ticks of the form; at first, all members that match the search are ticked."""
    rows = listed(endings, lambda ending: f"{ending.number} {ending.name}", _SORTS)
    usual = [ending.number for ending in rows.fitting]
    ticked = list(_chosen()) if request.method == "POST" else usual
    return _shown(rows, today=today, words=[], ticked=ticked)


def _chosen() -> set[int]:
    """Return the numbers of the ticked members; what is not a number is left out."""
    return {number for text in request.form.getlist("member") if (number := inputs.number(text)) is not None}


@area.post("/members/renewals")
@needs(May.EDIT_MEMBERS)
def propose() -> str | Response:
    """Show the letters to the ticked members; with `act`, mail them (`send`) or record that they were handed out on
    paper (`printed`). Where the list was only turned to another page, show that page and keep the ticks.
    """
    if is_turned():
        return page()
    chosen = _chosen()
    if not chosen:
        flash(t("Cochez au moins un membre.", "Tick at least one member."), "warning")
        return redirect(url_for("renewals.page"), 303)
    if request.form.get("act") == "send":
        return _send(chosen)
    if request.form.get("act") == "printed":
        _renewing().handed_out()  # records it: the duty to propose renewals rests, as after mails
        office().log("renewal-proposed", what=f"{len(chosen)} sheets")
        flash(t("C’est noté : les lettres sont remises.", "Saved: the letters have been handed out."))
        return redirect(url_for("renewals.page"), 303)
    desk = office()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        letters = renewing.proposals(renewing.chosen_of(connection, today, chosen), today)
    desk.log("renewal-proposed", what=f"{len(letters)} members")
    # The page shows the letters in place of the list, which is empty here.
    return _shown(listed(list[Ending](), lambda ending: ending.name), today=today, words=letters)


def _shown(listing: object, **values: object) -> str:
    """Show the page: the letters of `words`, or the list where `words` is empty."""
    mails = mailing.is_there()
    return render_template("members/renewals.html", here="members", found=listing, mails=mails, **values)


def _renewing() -> Renewing:
    """Return the renewals' use-case, in the name of the signed-in officer."""
    desk = office()
    return Renewing(store=desk.store, rules=desk.rules, clock=desk.clock, officer=current_user.id)


def _send(chosen: set[int]) -> Response:
    """Send the proposals to the chosen members; flash how many are queued, and how many were not sent and why."""
    desk = office()
    if mailing.refused():  # no mail server: it flashes so
        return redirect(url_for("renewals.page"), 303)
    sending = _renewing().send(chosen)
    desk.log_all("renewal-proposed", [(ending.number, None) for ending in sending.put])
    if sending.put:
        flash(
            tn(
                len(sending.put),
                (
                    "{count} proposition de renouvellement attend de partir.",
                    "{count} renewal offer waiting to be sent.",
                ),
                (
                    "{count} propositions de renouvellement attendent de partir.",
                    "{count} renewal offers waiting to be sent.",
                ),
            )
        )
    for why, (singular, plural) in _NOT_SENT.items():
        count = sum(reason is why for _, reason in sending.left)
        if count:
            flash(tn(count, singular, plural), "warning")
    return redirect(url_for("renewals.page"), 303)
