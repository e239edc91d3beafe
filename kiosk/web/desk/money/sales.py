"""Sells anything that has a tariff to a member, at the member's price, which is shown before.

Views marked `money` refuse an officer whose desk account names no member's file. `refuse_own` raises where another
officer has to decide, as on an account of the officer's own. `form_key` is a form's own id, by which a form sent twice
writes once; `done` then says so (`again`).
"""

from typing import Any

from flask import abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.problems import FieldReader, Problem
from kiosk.errors import RequestError
from kiosk.money.till import Paid, SaleResult
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.money import offers, rights, subscription_rows, tab_rows
from kiosk.store.money.offers import Offer
from kiosk.store.money.tab_rows import Owner
from kiosk.web.desk.common.formats import day_text, euros
from kiosk.web.desk.common.labels import attempt, methods
from kiosk.web.desk.common.money_forms import (
    area,
    cents,
    day,
    done,
    form_key,
    payment_text,
    refuse_own,
    typed,
)
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, Money, may, needs
from kiosk.web.desk.common.words import in_page_language, t


@area.get("/sell/<int:number>")
@needs(May.TAKE_MONEY, money=Money.OF_MEMBERS)
def sell(number: int) -> str:
    """Show the products that can be sold to a member, each at the member's price."""
    return _form(number, {})


def _chosen(offer: Offer) -> int | None:
    """Return the free price in cents that was typed for a product; None where its tariff has one price, or none was
    typed. Raises Problem `amount`, or `price-floor` for less than the tariff's least price.
    """
    if offer.floor_cents is None or not typed(f"price-{offer.code}", 40):
        return None
    try:
        chosen = cents(f"price-{offer.code}")
    except Problem as wrong:
        wrong.field = "price"
        raise
    if chosen < offer.floor_cents:
        raise Problem("price-floor", field="price")
    return chosen


@area.post("/sell/<int:number>")
@needs(May.TAKE_MONEY, money=Money.OF_MEMBERS)
def sold(number: int) -> Response | tuple[str, int]:
    """Record a sale to a member: its price goes on the account that pays, and is paid at once where a method is chosen,
    which only officers that may see money can do (else 403).
    """
    code, method = typed("product", 60), typed("method", 20)
    if method and not may(May.SEE_MONEY):
        abort(403)  # a payment would reveal a reduced price

    def act() -> SaleResult:
        offer = _offers(number)[1].get(code)
        if offer is None:
            raise RequestError("no-such-product", field="product")
        with FieldReader() as read:
            chosen, from_on = read(_chosen, offer), read(day, "from")
            paid = Paid(method, read(payment_text, method)) if method else None
        if method:  # officers may sell to themselves, but take no payment on their own account
            refuse_own(_payer(number, offer))
        return office().till.sell(
            number,
            code,
            from_on,
            chosen_cents=chosen,
            runs=typed("runs", 5) == "yes",  # a plan that renews itself until it is ended
            asks="sure" not in request.form,  # refuse an unusual price until its box is ticked
            key=form_key(),
            paid=paid,
        )

    written, errors = attempt(act, reason="drawer")  # `reason`: the payment's text is too long
    if written is None:
        return _form(number, errors), 400
    offer = _offers(number)[1][code]
    name = in_page_language(offer.names)
    done(written.again, _message(name, written, method))
    return redirect(url_for("money.act", entry=written.entry), 303)


def _payer(number: int, offer: Offer) -> Owner:
    """Return the holder of the account that pays for an offer today: the member, or the payer appointed for its kind of
    product.
    """
    desk = office()
    with desk.reading() as connection:
        member, today = members.by_number(connection, number), desk.now(connection)[1].day
        return tab_rows.owner(connection, members.paying_account(connection, member, offer.kind, today))


def _message(name: str, written: SaleResult, method: str) -> str:
    """Return the message about a sale: paid where a `method` was chosen and the price is above 0, else put on the tab,
    with its period if it has one, and without its price for officers that may not see money.
    """
    until = day_text(written.until_on)
    if method and written.amount_cents:
        return t(
            "{name} : {price} reçus ({by}).",
            "{name}: {price} received ({by}).",
            name=name,
            price=euros(written.amount_cents),
            by=methods()[method],
        )
    price = euros(written.amount_cents) if may(May.SEE_MONEY) else t("son prix", "its price")
    if not until:
        return t("{name} : {price} sur l’ardoise.", "{name}: {price} on the tab.", name=name, price=price)
    return t(
        "{name}, du {first} au {last} : {price} sur l’ardoise.",
        "{name}, from {first} to {last}: {price} on the tab.",
        name=name,
        first=day_text(written.from_on),
        last=until,
        price=price,
    )


def _offers(number: int) -> tuple[Member, dict[str, Offer]]:
    """Return a member, and the offers to them at their own price, by the product's code. Answers 404 where there is no
    such member.
    """
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        try:
            member = members.by_number(connection, number)
        except RequestError:
            abort(404)
        return member, {offer.code: offer for offer in offers.for_member(connection, policy, member, moment.day)}


def _form(number: int, errors: dict[str, str]) -> str:
    """Show what can be sold to a member, with the account that pays for each and the subscriptions that run, and with
    what was wrong in the form.
    """
    member, on_offer = _offers(number)
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        endless = subscription_rows.all_endless(connection, member.id)
        running: dict[str, Any] = {  # by product's code, the member's subscription without an end; None without one
            code: endless.get(policy.products[code].id)
            for code, offer in on_offer.items()
            if offer.kind == "subscription"
        }
        appointed = members.paying_accounts(connection, member, moment.day)
        owners = tab_rows.owners(connection, {member.account, *appointed.values()})
        payers = {code: owners[appointed.get(offer.kind.value, member.account)] for code, offer in on_offer.items()}
        member_until = rights.membership_end(connection, member.id)
    return render_template(
        "money/sell.html",
        member=member,
        offers=on_offer.values(),
        running=running,
        payers=payers,
        member_until=member_until,
        today=moment.day,
        errors=errors,
        typed=request.form,
        chosen=request.args.get("product", ""),
    )
