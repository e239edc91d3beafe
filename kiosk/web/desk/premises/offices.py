"""Registered offices at the desk: the list, the prefect's approval with its dates, and what is to be told to whom."""

from collections.abc import Callable

from flask import render_template, request
from werkzeug.wrappers import Response

from kiosk.domain import inputs
from kiosk.domain.premises import offices as rules
from kiosk.store.premises import office_rows
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.premises import forms
from kiosk.web.desk.premises.plan import Answer, area


@area.get("/offices")
@needs(May.EDIT_MEMBERS)
def offices() -> Answer:
    """Who has their registered office here, and by which approval."""
    return _page({})


def _page(errors: dict[str, str]) -> Answer:
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        approvals = office_rows.approvals(connection)
        found = office_rows.offices(connection)
    today, (first, last) = moment.day, rules.quarter(moment.day)
    holds = [each.approval.until_on for each in approvals if each.approval.holds(today)]
    shown = render_template(
        "premises/offices.html",
        here="rota",
        on=policy.registered_offices,
        approvals=approvals,
        holds_until=max(holds, default=None),
        ends_soon=bool(holds) and (max(holds) - today).days < rules.SOON_DAYS,
        running=[each for each in found if each.runs(today)],
        ended=[each for each in found if not each.runs(today)],
        came=[each for each in found if first <= each.from_on <= last],
        went=[each for each in found if each.until_on is not None and first <= each.until_on <= last],
        quarter=(first, last),
        today=today,
        errors=errors,
        form=request.form,
    )
    return (shown, 400) if errors else shown


@area.post("/offices")
@needs(May.EDIT_MEMBERS)
def add_office() -> Answer:
    """Give somebody their registered office here."""
    form = request.form

    def act() -> None:
        until = inputs.day(form.get("until", ""))
        first = forms.day("from", inputs.FIRST)
        forms.register().add(form.get("name", ""), form.get("siren", ""), first, until, forms.member("member") or None)

    return _done(act, t("La domiciliation est dans la liste.", "Registered office added."))


@area.post("/offices/approvals")
@needs(May.EDIT_MEMBERS)
def approve() -> Answer:
    """Note an approval of the prefect."""
    form = request.form

    def act() -> None:
        first, last = (forms.day(name, inputs.FIRST) for name in ("approval_from", "approval_until"))
        forms.register().approve(form.get("authority", ""), form.get("number", ""), first, last)

    return _done(act, t("L’agrément est noté.", "Approval saved."))


@area.post("/offices/approvals/<int:approval>/withdraw")
@needs(May.EDIT_MEMBERS)
def withdraw(approval: int) -> Answer:
    """An approval was withdrawn or suspended."""
    return _done(
        lambda: forms.register().withdraw(approval),
        t("L’agrément ne vaut plus dès demain.", "The approval ends today."),
    )


@area.post("/offices/<int:number>/end")
@needs(May.EDIT_MEMBERS)
def end_office(number: int) -> Answer:
    """A contract ends."""
    return _done(
        lambda: forms.register().end(number, forms.day("until", inputs.FIRST)),
        t("La fin est notée : informez le greffe.", "End date saved: inform the registry."),
        until="form",
    )


@area.post("/offices/<int:number>/told")
@needs(May.EDIT_MEMBERS)
def told_registry(number: int) -> Answer:
    """The registry was told of an end."""
    return _done(lambda: forms.register().told(number), t("Le greffe est informé.", "Registry informed."))


def _done(act: Callable[[], object], said: str, **places: str) -> Answer:
    answer = forms.done(act, said, "premises.offices", places)
    return answer if isinstance(answer, Response) else _page(answer)
