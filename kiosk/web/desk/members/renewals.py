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
_SORTS: dict[str, Callable[[Ending], Any]] = {
    "name": lambda each: searchable(each.name),
    "number": lambda each: each.number,
    "until": lambda each: each.until_on,
}
_LEFT = {
    Left.NO_ADDRESS: (
        ("{count} membre sans adresse : à imprimer.", "{count} member without an address: to be printed."),
        ("{count} membres sans adresse : à imprimer.", "{count} members without an address: to be printed."),
    ),
    Left.TODAY: (
        ("{count} proposition déjà faite aujourd’hui.", "{count} proposal made today already."),
        ("{count} propositions déjà faites aujourd’hui.", "{count} proposals made today already."),
    ),
}


@area.get("/members/renewals")
@needs(May.EDIT_MEMBERS)
def page() -> str:
    """List the members whose membership ends within a month or is over."""
    desk = office()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        found = owed.endings(connection, today, renewing.AHEAD)
    return _listed(found[:MOST], today)


def _listed(endings: Sequence[Ending], today: date) -> str:
    rows = listed(endings, lambda each: f"{each.number} {each.name}", _SORTS)
    usual = [each.number for each in rows.fitting]
    ticked = list(_chosen()) if request.method == "POST" else usual
    return _shown(rows, today=today, words=[], ticked=ticked)


def _chosen() -> set[int]:
    """Return the numbers of the ticked members; what is not a number is left out."""
    return {found for text in request.form.getlist("member") if (found := inputs.number(text)) is not None}


@area.post("/members/renewals")
@needs(May.EDIT_MEMBERS)
def propose() -> str | Response:
    """Show the letters to the ticked members; once they were shown, send them, or record that they were printed. Or
    show another page of the list and keep the ticks.
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
        _renewing().handed_out()
        office().log("renewal-proposed", what=f"{len(chosen)} sheets")
        flash(t("C’est noté : les lettres sont remises.", "Saved: the letters have been handed out."))
        return redirect(url_for("renewals.page"), 303)
    desk = office()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        words = renewing.proposals(renewing.chosen_of(connection, today, chosen), today)
    desk.log("renewal-proposed", what=f"{len(words)} members")
    return _shown(listed(list[Ending](), lambda each: each.name), today=today, words=words)


def _shown(listing: object, **values: object) -> str:
    mails = mailing.is_there()
    return render_template("members/renewals.html", here="members", found=listing, mails=mails, **values)


def _renewing() -> Renewing:
    desk = office()
    return Renewing(store=desk.store, rules=desk.rules, clock=desk.clock, officer=current_user.id)


def _send(chosen: set[int]) -> Response:
    desk = office()
    if mailing.refused():
        return redirect(url_for("renewals.page"), 303)
    done = _renewing().send(chosen)
    desk.log_all("renewal-proposed", [(each.number, None) for each in done.put])
    if done.put:
        flash(
            tn(
                len(done.put),
                ("{count} proposition attend de partir.", "{count} offer queued."),
                ("{count} propositions attendent de partir.", "{count} offers queued."),
            )
        )
    for why, (one, many) in _LEFT.items():
        count = sum(left is why for _, left in done.left)
        if count:
            flash(tn(count, one, many), "warning")
    return redirect(url_for("renewals.page"), 303)
