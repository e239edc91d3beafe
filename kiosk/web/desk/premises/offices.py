"""Lists registered offices, the prefect's approval with its dates, and what must be reported to the registry."""

from collections.abc import Callable
from typing import Any

from flask import render_template, request

from kiosk.domain.names import searchable
from kiosk.domain.premises import offices as rules
from kiosk.language.texts import Text
from kiosk.premises import offices as acts
from kiosk.store.premises import office_rows
from kiosk.store.premises.office_rows import RegisteredOffice
from kiosk.web.desk.act_forms import ActForms, Answer
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import last_first, listed
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.premises.plan import area


@area.get("/offices")
@needs(May.EDIT_MEMBERS)
def offices() -> Answer:
    """List the registered offices here, running and ended, and the prefect's approvals."""
    return _page({})


# A sort key, by the column that the URL names. With `last_first`, an office without a last day comes last.
_SORTS: dict[str, Callable[[RegisteredOffice], Any]] = {
    "name": lambda held: searchable(held.name),
    "from": lambda held: held.from_on,
    "until": lambda held: last_first(held.until_on),
}


def _search_text(office_held: RegisteredOffice) -> str:
    """Return the text in which a search finds a registered office: its holder's name and SIREN."""
    return f"{office_held.name} {office_held.siren or ''}"


def _page(errors: dict[str, str], **_: int) -> Answer:
    """Show the registered offices and approvals, with what was wrong in a form. Those that came or went in the quarter
    before this one have to be reported. Further values are ids in a form's path, which the page does not need.
    """
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        approvals = office_rows.approvals(connection)
        every = office_rows.offices(connection)
    today, (first, last) = moment.day, rules.quarter(moment.day)  # the last quarter that is over
    ends = [row.approval.until_on for row in approvals if row.approval.holds(today)]
    shown = render_template(
        "premises/offices.html",
        here="rota",
        on=policy.registered_offices,
        approvals=approvals,
        holds_until=max(ends, default=None),
        # Then it has to be requested again: the prefect has two months to answer.
        ends_soon=bool(ends) and (max(ends) - today).days < rules.SOON_DAYS,
        running=listed([held for held in every if held.runs(today)], _search_text, _SORTS),
        ended=listed([held for held in every if not held.runs(today)], _search_text, _SORTS, "page-ended"),
        came=[held for held in every if first <= held.from_on <= last],
        went=[held for held in every if held.until_on is not None and first <= held.until_on <= last],
        quarter=(first, last),
        today=today,
        errors=errors,
        form=request.form,
    )
    return (shown, 400) if errors else shown


# Each `add` makes the route of an act: its path, the act, and the message once it is done. The act leads to the page
# named here, with the ids or fields after its name. Keywords give the form's own name for an act's field, beside which
# its errors stand; "form" is the top of the form.
_FORMS = ActForms(area, _page, "premises.offices")
_FORMS.add("/offices", acts.add_office, Text("Domiciliation ajoutée.", "Registered office added."))
_FORMS.add("/offices/approvals", acts.approve, Text("Agrément enregistré.", "Approval saved."))
_FORMS.add(
    "/offices/approvals/<int:approval>/withdraw",
    acts.withdraw,
    Text("L’agrément prend fin aujourd’hui.", "The approval ends today."),
)
_FORMS.add(
    "/offices/<int:office>/end",
    acts.end_office,
    Text("Date de fin enregistrée : informez le greffe.", "End date saved: inform the registry."),
    until="form",
)
_FORMS.add(
    "/offices/<int:office>/told",
    acts.told_registry,
    Text("Noté : le greffe est informé.", "Recorded: the registry has been informed."),
)
