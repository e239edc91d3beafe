"""Sells envelopes to organisations and names the members they are for; gives members days that they earned."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain import inputs
from kiosk.domain.money import units, vouchers
from kiosk.domain.money.tariffs import ProductKind
from kiosk.errors import RequestError
from kiosk.money.sales import SaleResult
from kiosk.money.vouchers import Vouchers
from kiosk.store.members import organisations
from kiosk.store.money import voucher_rows
from kiosk.web.desk.common import four_eyes
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.money_forms import form_key
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, Money, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.finder import picking
from kiosk.web.desk.members.member_forms import known

area = Blueprint("vouchers", __name__)


def _use() -> Vouchers:
    desk = office()
    return Vouchers.of(desk)


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
    key = form_key()

    def act() -> SaleResult:
        product = picking.product(request.form.get("product", "")[: picking.LONGEST], ProductKind.ENVELOPE, priced=True)
        return _use().sell(number, product or "", key=key)

    sold, errors = attempt(act)
    if sold is None:
        return _page(number, errors), 400
    if not sold.again:
        office().log("sell-envelope", None, f"entry {sold.entry}: organisation {number}")
    return _back(number, t("L’enveloppe est vendue.", "Voucher pool sold."))


@area.post("/organisations/<int:number>/vouchers/name")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def name(number: int) -> Response | tuple[str, int]:
    """Name a member for whom an envelope pays. Officers cannot name themselves."""
    form, envelope = request.form, _number("envelope")
    with office().reading() as connection:
        if envelope not in {each.id for each in voucher_rows.envelopes(connection, number)}:
            abort(400)

    def act() -> int:
        who = picking.member(form.get("member", "")) or 0
        four_eyes.refuse_own(who)
        days = _number("days") if form.get("days", "").strip() else None
        until_on = inputs.typed_day(form.get("until", ""), "until")
        return _use().name(envelope, who, days=days, until_on=until_on)

    made, errors = attempt(act)
    if made is None:
        return _page(number, errors), 400
    return _back(number, t("Le bon est valable dès aujourd’hui.", "The voucher is valid from today."))


@area.post("/organisations/<int:number>/vouchers/<int:voucher>/end")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def end(number: int, voucher: int) -> Response:
    """End a voucher, so that it pays for nothing more."""
    from kiosk.money import voucher_acts  # few ask for it

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
            envelopes=[(one, voucher_rows.of_envelope(connection, one.id)) for one in envelopes],
            codes={one.id: voucher_rows.codes(connection, one.id) for one in envelopes},
            spelt=vouchers.spelt,
            products=picking.offered(connection, policy, ProductKind.ENVELOPE, priced=True),
            in_units=lambda count, unit: t(units.counted(count, unit)),
            low={one.id for one in envelopes if vouchers.is_low(one.days_left, one.days, policy.envelope_low_percent)},
            today=moment.day,
            errors=errors,
            typed=request.form,
        )


def _back(number: int, message: str) -> Response:
    flash(message, "done")
    return redirect(url_for("vouchers.page", number=number), 303)


@area.post("/organisations/<int:number>/vouchers/code")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def code(number: int) -> Response | tuple[str, int]:
    """Make a code instead of naming a member: it stays on the page until it is used."""
    form, envelope = request.form, _number("envelope")
    with office().reading() as connection:
        if envelope not in {each.id for each in voucher_rows.envelopes(connection, number)}:
            abort(400)

    def act() -> str:
        days = _number("days") if form.get("days", "").strip() else None
        return _use().code(envelope, days=days, until_on=inputs.typed_day(form.get("until", ""), "until"))

    made, errors = attempt(act)
    if made is None:
        return _page(number, errors), 400
    return _back(number, t("Code à donner : {code}", "Code to hand out: {code}", code=vouchers.spelt(made)))


@area.post("/organisations/<int:number>/vouchers/<int:envelope>/codes/<int:which>/end")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def end_code(number: int, envelope: int, which: int) -> Response:
    """Withdraw an unused code."""
    with office().reading() as connection:
        if envelope not in {each.id for each in voucher_rows.envelopes(connection, number)}:
            abort(404)
    try:
        _use().end_code(envelope, which)
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

        def act() -> int:
            four_eyes.refuse_own(found.number)
            return _use().claim(request.form.get("code", ""), found.number)

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

        def act() -> int:
            four_eyes.refuse_own(found.number)
            until_on = inputs.typed_day(form.get("until", ""), "until")
            return _use().bank(found.number, _number("days"), form.get("reason", ""), until_on=until_on)

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
    from kiosk.money import voucher_acts  # few ask for it

    found = known(number)
    with office().reading() as connection:
        if which not in {each.id for each in voucher_rows.banked(connection, found.id)}:
            abort(404)
    voucher_acts.end_banked(office(), voucher_acts.BankedId(which))
    flash(t("Les journées restantes sont retirées.", "The remaining days are withdrawn."), "done")
    return redirect(url_for("vouchers.banked", number=found.number), 303)


def _number(field: str) -> int:
    """Return a whole number from the form; 0, which is no member's number and no amount, for anything else."""
    text = request.form.get(field, "").strip()
    return inputs.number(text) or 0
