"""Sells envelopes to organisations and names the members they are for; gives members days that they earned."""

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
    number = picking.member(text) or 0
    four_eyes.refuse_own(number)
    return number


def _envelope(text: str) -> str:
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
    return _back(number, t("L’enveloppe est vendue.", "Voucher pool sold."))


@area.post("/organisations/<int:number>/vouchers/name")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def name(number: int) -> Response | tuple[str, int]:
    """Name a member for whom an envelope pays. Officers cannot name themselves."""
    _check_own(number)
    made, errors = attempt(lambda: voucher_acts.give_voucher(office(), wish(NewVoucher, {MemberRef: _other})))
    if made is None:
        return _page(number, errors), 400
    return _back(number, t("Le bon est valable dès aujourd’hui.", "The voucher is valid from today."))


@area.post("/organisations/<int:number>/vouchers/<int:voucher>/end")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def end(number: int, voucher: int) -> Response:
    """End a voucher, so that it pays for nothing more."""
    with office().reading() as connection:
        envelopes = voucher_rows.envelopes(connection, number)
        if not any(each.id == voucher for one in envelopes for each in voucher_rows.of_envelope(connection, one.id)):
            abort(404)
    voucher_acts.end_voucher(office(), voucher_acts.VoucherId(voucher))
    return _back(number, t("Le bon n’est plus valable.", "The voucher is no longer valid."))


def _page(number: int, errors: dict[str, str]) -> str:
    desk = office()
    with desk.reading() as connection:
        try:
            found = organisations.by_id(connection, number)
        except RequestError:
            abort(404)
        policy, moment = desk.now(connection)
        envelopes = voucher_rows.envelopes(connection, number)
        return render_template(
            "organisations/vouchers.html",
            here="organisations",
            organisation=found,
            envelopes=[(one, _listed(voucher_rows.of_envelope(connection, one.id), one.id)) for one in envelopes],
            codes={one.id: voucher_rows.codes(connection, one.id) for one in envelopes},
            spelt=vouchers.spelt,
            products=picking.offered(connection, policy, ProductKind.ENVELOPE, priced=True),
            in_units=lambda count, unit: t(units.counted(count, unit)),
            low={one.id for one in envelopes if vouchers.is_low(one.days_left, one.days, policy.envelope_low_percent)},
            today=moment.day,
            errors=errors,
            typed=request.form,
        )


_SORTS: dict[str, Callable[[Voucher], Any]] = {
    "name": lambda each: searchable(each.name),
    "used": lambda each: each.used,
    "until": lambda each: last_first(each.until_on),
}


def _listed(named: Sequence[Voucher], envelope: int) -> Listed[Voucher]:
    """Return a page of the vouchers of an envelope, which has a list of its own."""
    return listed(named, lambda each: f"{each.number} {each.name}", _SORTS, f"page-{envelope}")


def _back(number: int, message: str) -> Response:
    flash(message, "done")
    return redirect(url_for("vouchers.page", number=number), 303)


@area.post("/organisations/<int:number>/vouchers/code")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def code(number: int) -> Response | tuple[str, int]:
    """Make a code instead of naming a member: it stays on the page until it is used."""
    _check_own(number)
    made, errors = attempt(lambda: voucher_acts.make_code(office(), wish(NewCode)))
    if made is None:
        return _page(number, errors), 400
    return _back(number, t("Code à donner : {code}", "Code to hand out: {code}", code=vouchers.spelt(made.code)))


@area.post("/organisations/<int:number>/vouchers/<int:envelope>/codes/<int:which>/end")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def end_code(number: int, envelope: int, which: int) -> Response:
    """Withdraw an unused code."""
    with office().reading() as connection:
        if envelope not in {each.id for each in voucher_rows.envelopes(connection, number)}:
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
    found, errors = known(number), dict[str, str]()
    if request.method == "POST":

        def act() -> Done:
            four_eyes.refuse_own(found.number)
            return voucher_acts.claim_voucher(office(), MemberRef(found.number), wish(BroughtCode))

        made, errors = attempt(act)
        if made is not None:
            flash(t("Le bon est valable dès aujourd’hui.", "The voucher is valid from today."), "done")
            return redirect(url_for("member.page", number=found.number), 303)
    shown = render_template("member/voucher_code.html", here="members", member=found, form=request.form, errors=errors)
    return (shown, 400) if errors else shown


@area.route("/members/<int:number>/banked", methods=["GET", "POST"])
@needs(May.EDIT_MEMBERS, money=Money.OF_MEMBERS)
def banked(number: int) -> str | Response | tuple[str, int]:
    """Show the days that a member earned, and a form for more. Officers cannot give themselves any."""
    found, form = known(number), request.form
    errors: dict[str, str] = {}
    if request.method == "POST":

        def act() -> Done:
            four_eyes.refuse_own(found.number)
            return voucher_acts.bank_days(office(), MemberRef(found.number), wish(EarnedDays))

        made, errors = attempt(act)
        if made is not None:
            flash(t("Les journées sont données.", "The days are given."), "done")
            return redirect(url_for("vouchers.banked", number=found.number), 303)
    with office().reading() as connection:
        shown = render_template(
            "member/banked.html",
            here="members",
            member=found,
            banked=voucher_rows.banked(connection, found.id),
            today=office().now(connection)[1].day,
            form=form,
            errors=errors,
        )
    return (shown, 400) if errors else shown


@area.post("/members/<int:number>/banked/<int:which>/end")
@needs(May.EDIT_MEMBERS, money=Money.OF_MEMBERS)
def end_banked(number: int, which: int) -> Response:
    """End banked days, so that what is left of them pays for nothing."""
    found = known(number)
    with office().reading() as connection:
        if which not in {each.id for each in voucher_rows.banked(connection, found.id)}:
            abort(404)
    voucher_acts.end_banked(office(), voucher_acts.BankedId(which))
    flash(t("Les journées restantes sont retirées.", "The remaining days are withdrawn."), "done")
    return redirect(url_for("vouchers.banked", number=found.number), 303)


def _check_own(number: int) -> None:
    """Refuse a form of another organisation's envelope, which is not ours, with 400."""
    envelope = inputs.number(request.form.get("envelope", ""))
    with office().reading() as connection:
        if envelope not in {each.id for each in voucher_rows.envelopes(connection, number)}:
            abort(400)
