"""Shows how to pay by transfer: a QR code that banking applications read, and the same in words; to show or print."""

from typing import Any

import sqlalchemy as sa
from flask import render_template, request
from markupsafe import Markup

from kiosk.domain import amounts
from kiosk.domain.money import purchases, references
from kiosk.domain.problems import Mistake
from kiosk.exports import epc
from kiosk.exports.epc import Transfer
from kiosk.store.members import members
from kiosk.store.money import offers
from kiosk.store.money.tab_rows import Owner
from kiosk.store.space import book_rules
from kiosk.web.desk.common.formats import euros
from kiosk.web.desk.common.money_forms import area, of_account
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import again, link
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import in_page_language, t, told


@area.get("/accounts/<int:account>/transfer")
@needs(May.SEE_MONEY)
def transfer(account: int) -> str | tuple[str, int]:
    """Show a transfer of the amount in the URL, or else of the debt, with the account's reference; without a QR code
    where nothing is owed or the transfer is not possible. A training home's reference begins with MODE ECOLE.
    """
    desk, owner, typed = office(), of_account(account), request.args.get("amount", "")[:20].strip()
    with desk.reading() as connection:
        _, moment = desk.now(connection)
        identity = book_rules.read(connection, moment.day).association
        sums = _sums(connection, owner)
    error, order = "", None
    try:
        cents = amounts.parse(typed) if typed else max(owner.balance_cents, 0)
        reference = references.of_account(owner.account)
        if cents or typed:
            order = _transfer(identity, cents, f"MODE ECOLE {reference}" if desk.home.training else reference)
    except Mistake as problem:
        error = told(problem)
    page = render_template(
        "money/transfer.html",
        owner=owner,
        found=order,
        picture=None if order is None else _picture(order),
        reference=references.spaced(references.of_account(owner.account)),
        error=error,
        typed=typed,
        sums=sums,
        rule=link("rules.rule_form", name="association"),
    )
    return (page, 400) if error and typed else page


def _transfer(identity: Any, cents: int, reference: str) -> Transfer:
    """Return the order of a transfer to the association; `identity` is the rule with its name, IBAN and BIC. Raises
    RequestError where name or IBAN are missing or wrong, or the amount is not possible.
    """
    return epc.transfer(identity.get("name", ""), identity.get("iban", ""), cents, reference, identity.get("bic", ""))


def _picture(order: Transfer) -> Markup:
    """Return an order's QR code as SVG, with a title that says the same in words."""
    title = t(
        "QR de virement : {sum}, à {name}, référence {text}",
        "Transfer QR code: {sum}, to {name}, reference {text}",
        sum=euros(order.cents),
        name=order.name,
        text=order.text,
    )
    return Markup(epc.svg(order, title))  # noqa: S704  # our own, which escapes its title


def _sums(connection: sa.Connection, owner: Owner) -> list[tuple[str, int, str]]:
    """Return the amounts that are paid often, by name, in cents, with the address of this page for each: what the tab
    owes, and for a present member also what is sold without the desk (a membership, a carnet of prepaid days).
    """
    named_sums = [(t("l’ardoise", "the tab"), owner.balance_cents)] if owner.balance_cents > 0 else []
    policy, moment = office().now(connection)
    if owner.number is not None and (owner.left_on is None or owner.left_on > moment.day):
        for offer in offers.for_member(connection, policy, members.by_number(connection, owner.number), moment.day):
            if purchases.is_sold(offer.kind, offer.cents):
                named_sums.append((in_page_language(offer.names), offer.cents))
    return [(name, cents, again(amount=amounts.plain(cents))) for name, cents in named_sums]
