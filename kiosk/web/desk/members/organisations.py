"""Manages organisations that pay for members: a company, a business cooperative, a funder; each with its account."""

import hashlib
from collections.abc import Callable
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.names import searchable
from kiosk.errors import RequestError
from kiosk.members.payers import Payers
from kiosk.store import name_rows
from kiosk.store.members import organisations
from kiosk.store.members.organisations import Facts, Organisation
from kiosk.store.money import reversals, statements
from kiosk.web.desk.common import labels
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import Pages, again, asked, link, listed
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import in_page_language, t

area = Blueprint("organisations", __name__)
LINES = 50  # entries of the account, on a page


@area.get("/organisations")
@needs(May.SEE_MONEY)
def page() -> str:
    """Show every organisation and what it owes in cents, searched and sorted as the URL asks."""
    with office().reading() as connection:
        everyone = organisations.everyone(connection)
    kinds = labels.organisation_kinds()
    sorts: dict[str, Callable[[Organisation], Any]] = {
        "name": lambda payer: searchable(payer.facts.name),
        "kind": lambda payer: searchable(kinds.get(payer.facts.kind, payer.facts.kind)),
        "siren": lambda payer: payer.facts.siren or "",
        "reference": lambda payer: searchable(payer.facts.order_reference or ""),
        "owes": lambda payer: payer.balance_cents,
    }
    shown = listed(everyone, _search_text, sorts, cents=lambda payer: payer.balance_cents)
    return render_template("organisations/list.html", found=shown, kinds=kinds)


def _search_text(organisation: Organisation) -> str:
    """Return the text in which a search finds an organisation: its name, its SIREN and its order reference."""
    facts = organisation.facts
    return f"{facts.name} {facts.siren or ''} {facts.order_reference or ''}"


@area.route("/organisations/new", methods=["GET", "POST"])
@needs(May.CORRECT_MONEY)
def new() -> str | Response | tuple[str, int]:
    """Show the form for a new organisation, or add it."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        added, errors = attempt(lambda: _payers().add(_typed()))
        if added is not None:
            return _saved(added.id, "add-organisation")
    return _form(None, _typed(), errors)


@area.get("/organisations/<int:number>")
@needs(May.SEE_MONEY)
def one(number: int) -> str:
    """Show an organisation: the members it pays for, and a page of its account. Answers 404 for an unknown one."""
    desk = office()
    with desk.reading() as connection:
        organisation = _known(connection, number)
        today = desk.now(connection)[1].day
        rows, count = statements.lines(
            connection, [organisation.account], organisation.balance_cents, page=asked("lines"), size=LINES
        )
        shown = _shown(connection, organisation, today)
    return render_template(
        "organisations/one.html",
        organisation=organisation,
        lines=rows,
        pages=Pages(asked("lines"), count, LINES, "lines"),
        again=again,
        link=link,
        told=labels.line,
        reversible=reversals.REVERSIBLE,
        **shown,
    )


def _shown(connection: sa.Connection, organisation: Organisation, today: date) -> dict[str, Any]:
    """Return the values of an organisation's page beside its account: the members it pays for today or later, one row
    for each member and kind of product, and words by code.
    """
    products, kinds = name_rows.products(connection), labels.product_kinds()
    sorts: dict[str, Callable[[Any], Any]] = {
        "name": lambda row: searchable(row.name),
        "kind": lambda row: kinds.get(row.kind, row.kind),
        "from": lambda row: row.from_on,
    }
    paid_for = organisations.paid_for(connection, organisation, today)
    return {
        "members": listed(paid_for, lambda row: f"{row.number} {row.name}", sorts),
        "products": {code: in_page_language(names) for code, names in products.items()},
        "kinds": kinds,
        "organisation_kinds": labels.organisation_kinds(),
    }


@area.route("/organisations/<int:number>/edit", methods=["GET", "POST"])
@needs(May.CORRECT_MONEY)
def edit(number: int) -> str | Response | tuple[str, int]:
    """Show the form to edit an organisation, or save it. Where another officer has saved since the form was drawn
    (`read`, its fingerprint), nothing is saved, and the form says so.
    """
    with office().reading() as connection:
        organisation = _known(connection, number)
    if request.method == "GET":
        return _form(organisation, organisation.facts, {})
    if request.form.get("read") != fingerprint(organisation.facts):
        return _form(organisation, _typed(), {}, changed=True)
    _, errors = attempt(lambda: _payers().change(number, _typed(), organisation.facts))
    if errors.code == "organisation-changed":  # by another officer, after the comparison above
        return _form(organisation, _typed(), {}, changed=True)
    if errors:
        return _form(organisation, _typed(), errors)
    return _saved(number, "edit-organisation")


def _form(
    organisation: Organisation | None, typed: Facts, errors: dict[str, str], *, changed: bool = False
) -> str | tuple[str, int]:
    """Show the form for an organisation, as it was typed, with what was wrong in it; with 409 where another officer has
    `changed` the organisation since.
    """
    page = render_template(
        "organisations/edit.html",
        organisation=organisation,
        typed=typed,
        errors=errors,
        changed=changed,
        read=fingerprint(organisation.facts) if organisation else "",
        kinds=labels.organisation_kinds(),
    )
    return page if request.method == "GET" else (page, 409 if changed else 400)


def fingerprint(facts: Facts) -> str:
    """Return a digest of an organisation's facts, which a form sends back so that a change in between is noticed."""
    return hashlib.sha256(repr(facts).encode()).hexdigest()[:32]


def _typed() -> Facts:
    """Return the facts that the form has, as typed: `Payers` checks them."""
    form = request.form
    return Facts(
        name=form.get("name", ""),
        kind=form.get("kind", "company"),
        siren=form.get("siren"),
        address=form.get("address"),
        order_reference=form.get("order_reference"),
        siret=form.get("siret"),
        vat_number=form.get("vat_number"),
        service_code=form.get("service_code"),
        is_public="is_public" in form,
        email=form.get("email"),
        language=form.get("language"),
    )


def _payers() -> Payers:
    """Return the payers' use-cases."""
    desk = office()
    return Payers(store=desk.store, rules=desk.rules, clock=desk.clock)


def _known(connection: sa.Connection, number: int) -> Organisation:
    """Return an organisation. Answers 404 where there is none."""
    try:
        return organisations.by_id(connection, number)
    except RequestError:
        abort(404)


def _saved(number: int, act: str) -> Response:
    """Log a saved organisation and return to its page."""
    office().log(act, None, f"organisation {number}")
    flash(t("Structure enregistrée.", "Organisation saved."), "done")
    return redirect(url_for("organisations.one", number=number), 303)
