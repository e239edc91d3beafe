"""Sells envelopes (voucher pools) to organisations and names the members they are for; gives members days that they
earned. `wish` reads the form's fields into the act's struct; a reader given with a field's type reads those fields.

Views marked `money` refuse an officer whose desk account names no member's file. `refuse_own` raises where another
officer has to decide, as on an account of the officer's own. `attempt` runs a form's act: it returns the result and no
errors, or None and the errors by field.
"""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.acts import Done
from kiosk.domain import inputs
from kiosk.domain.money import units, vouchers
from kiosk.domain.money.tariffs import ProductKind
from kiosk.domain.names import searchable
from kiosk.errors import RequestError
from kiosk.fields import MemberRef, OrganisationRef, ProductRef
from kiosk.money import voucher_acts
from kiosk.money.voucher_acts import BroughtCode, CodeId, EarnedDays, EnvelopeId, NewCode, NewEnvelope, NewVoucher
from kiosk.store.members import organisations
from kiosk.store.money import voucher_rows
from kiosk.store.money.voucher_rows import Voucher
from kiosk.web.desk.act_forms import wish
from kiosk.web.desk.common import four_eyes
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import Listed, last_first, listed
from kiosk.web.desk.common.permissions import May, Money, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.finder import picking
from kiosk.web.desk.members.member_forms import known

area = Blueprint("vouchers", __name__)


def _other(text: str) -> int:
    """Return the number of the member that a field names; 0, which no member has, for an empty field. Refuses the
    officer's own file, as `four_eyes.refuse_own` does.
    """
    number = picking.member(text) or 0
    four_eyes.refuse_own(number)
    return number


def _envelope(text: str) -> str:
    """Return the code of the envelope that a field names, among those on sale; an empty text for an empty field."""
    return picking.product(text[: picking.LONGEST], ProductKind.ENVELOPE, priced=True) or ""


# --- an organisation's


@area.get("/organisations/<int:number>/vouchers")
@needs(May.SEE_MONEY)
def page(number: int) -> str:
    """Show an organisation's envelopes, the members they are for, and the forms for more."""
    return _page(number, {})


@area.post("/organisations/<int:number>/vouchers/sell")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def sell(number: int) -> Response | tuple[str, int]:
    """Sell an envelope and charge the organisation's account."""
    to, readers = OrganisationRef(number), {ProductRef: _envelope}
    sold, errors = attempt(lambda: voucher_acts.sell_envelope(office(), to, wish(NewEnvelope, readers)))
    if sold is None:
        return _page(number, errors), 400
    return _back(number, t("Enveloppe de bons vendue.", "Voucher pool sold."))


@area.post("/organisations/<int:number>/vouchers/name")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def name(number: int) -> Response | tuple[str, int]:
    """Give a member a voucher, by which an envelope pays for their days. Officers cannot name themselves; an envelope
    of another organisation is answered with 400.
    """
    _check_envelope(number)
    voucher, errors = attempt(lambda: voucher_acts.give_voucher(office(), wish(NewVoucher, {MemberRef: _other})))
    if voucher is None:
        return _page(number, errors), 400
    return _back(number, t("Le bon est valable dès aujourd’hui.", "The voucher is valid from today."))


@area.post("/organisations/<int:number>/vouchers/<int:voucher>/end")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def end(number: int, voucher: int) -> Response:
    """End a voucher, so that it pays for nothing more. Answers 404 for a voucher of another organisation."""
    with office().reading() as connection:
        envelopes = voucher_rows.envelopes(connection, number)
        vouchers_here = [
            named.id for envelope in envelopes for named in voucher_rows.of_envelope(connection, envelope.id)
        ]
        if voucher not in vouchers_here:
            abort(404)
    voucher_acts.end_voucher(office(), voucher_acts.VoucherId(voucher))
    return _back(number, t("Le bon n’est plus valable.", "The voucher is no longer valid."))


def _page(number: int, errors: dict[str, str]) -> str:
    """Show an organisation's envelopes with their vouchers and unused codes, and what was wrong in a form. Answers 404
    for an unknown organisation.
    """
    desk = office()
    with desk.reading() as connection:
        try:
            organisation = organisations.by_id(connection, number)
        except RequestError:
            abort(404)
        policy, moment = desk.now(connection)
        envelopes = voucher_rows.envelopes(connection, number)
        return render_template(
            "organisations/vouchers.html",
            here="organisations",
            organisation=organisation,
            envelopes=[
                (envelope, _listed(voucher_rows.of_envelope(connection, envelope.id), envelope.id))
                for envelope in envelopes
            ],
            codes={envelope.id: voucher_rows.codes(connection, envelope.id) for envelope in envelopes},
            spelt=vouchers.spelt,
            products=picking.offered(connection, policy, ProductKind.ENVELOPE, priced=True),
            in_units=lambda count, unit: t(units.counted(count, unit)),
            low={  # nearly empty: the rule's percentage or less is left
                envelope.id
                for envelope in envelopes
                if vouchers.is_low(envelope.days_left, envelope.days, policy.envelope_low_percent)
            },
            today=moment.day,
            errors=errors,
            typed=request.form,
        )


# A sort key, by the column that the URL names. With `last_first`, a voucher without a last day comes last.
_SORTS: dict[str, Callable[[Voucher], Any]] = {
    "name": lambda each: searchable(each.name),
    "used": lambda each: each.used,
    "until": lambda each: last_first(each.until_on),
}


def _listed(named: Sequence[Voucher], envelope: int) -> Listed[Voucher]:
    """Return a page of an envelope's vouchers, which are searched by number and name. Each envelope has a list of its
    own on the page, told apart by its id.
    """
    return listed(named, lambda each: f"{each.number} {each.name}", _SORTS, f"page-{envelope}")


def _back(number: int, message: str) -> Response:
    """Return to the organisation's envelopes with a message."""
    flash(message, "done")
    return redirect(url_for("vouchers.page", number=number), 303)


@area.post("/organisations/<int:number>/vouchers/code")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def code(number: int) -> Response | tuple[str, int]:
    """Make a code instead of naming a member: it stays on the page until it is used."""
    _check_envelope(number)
    new_code, errors = attempt(lambda: voucher_acts.make_code(office(), wish(NewCode)))
    if new_code is None:
        return _page(number, errors), 400
    return _back(number, t("Code à donner : {code}", "Code to hand out: {code}", code=vouchers.spelt(new_code.code)))


@area.post("/organisations/<int:number>/vouchers/<int:envelope>/codes/<int:which>/end")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def end_code(number: int, envelope: int, which: int) -> Response:
    """Withdraw an unused code. Answers 404 where the envelope or the code is not there."""
    with office().reading() as connection:
        if envelope not in {pool.id for pool in voucher_rows.envelopes(connection, number)}:
            abort(404)
    try:
        voucher_acts.end_code(office(), EnvelopeId(envelope), CodeId(which))
    except RequestError:
        abort(404)
    return _back(number, t("Le code n’est plus valable.", "The code is no longer valid."))


# --- a member's


@area.route("/members/<int:number>/voucher-code", methods=["GET", "POST"])
@needs(May.TAKE_MONEY, money=Money.OF_MEMBERS)
def claim(number: int) -> str | Response | tuple[str, int]:
    """Redeem an organisation's code for a member: from today on its envelope pays for them."""
    member, errors = known(number), dict[str, str]()
    if request.method == "POST":

        def act() -> Done:
            four_eyes.refuse_own(member.number)
            return voucher_acts.claim_voucher(office(), MemberRef(member.number), wish(BroughtCode))

        claimed, errors = attempt(act)
        if claimed is not None:
            flash(t("Le bon est valable dès aujourd’hui.", "The voucher is valid from today."), "done")
            return redirect(url_for("member.page", number=member.number), 303)
    page_shown = render_template(
        "member/voucher_code.html", here="members", member=member, form=request.form, errors=errors
    )
    return (page_shown, 400) if errors else page_shown


@area.route("/members/<int:number>/banked", methods=["GET", "POST"])
@needs(May.EDIT_MEMBERS, money=Money.OF_MEMBERS)
def banked(number: int) -> str | Response | tuple[str, int]:
    """Show the days that a member earned, and a form for more. Officers cannot give themselves any."""
    member, form = known(number), request.form
    errors: dict[str, str] = {}
    if request.method == "POST":

        def act() -> Done:
            four_eyes.refuse_own(member.number)
            return voucher_acts.bank_days(office(), MemberRef(member.number), wish(EarnedDays))

        given, errors = attempt(act)
        if given is not None:
            flash(t("Les journées sont données.", "Days given."), "done")
            return redirect(url_for("vouchers.banked", number=member.number), 303)
    with office().reading() as connection:
        page_shown = render_template(
            "member/banked.html",
            here="members",
            member=member,
            banked=voucher_rows.banked(connection, member.id),
            today=office().now(connection)[1].day,
            form=form,
            errors=errors,
        )
    return (page_shown, 400) if errors else page_shown


@area.post("/members/<int:number>/banked/<int:which>/end")
@needs(May.EDIT_MEMBERS, money=Money.OF_MEMBERS)
def end_banked(number: int, which: int) -> Response:
    """End banked days, so that those not used yet pay for nothing. Answers 404 for days of another member."""
    member = known(number)
    with office().reading() as connection:
        if which not in {days.id for days in voucher_rows.banked(connection, member.id)}:
            abort(404)
    voucher_acts.end_banked(office(), voucher_acts.BankedId(which))
    flash(t("Les journées restantes sont retirées.", "Remaining days withdrawn."), "done")
    return redirect(url_for("vouchers.banked", number=member.number), 303)


def _check_envelope(number: int) -> None:
    """Answer 400 to a form whose field `envelope` holds no id of this organisation's envelopes."""
    envelope = inputs.number(request.form.get("envelope", ""))
    with office().reading() as connection:
        if envelope not in {pool.id for pool in voucher_rows.envelopes(connection, number)}:
            abort(400)
