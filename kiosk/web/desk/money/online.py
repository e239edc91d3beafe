"""Lists the payments that members make online with their state, and takes an officer's decision on uncertain ones.

Views marked `money` refuse an officer whose desk account names no member's file. `refuse_own` raises where another
officer has to decide, as on an account of the officer's own.
"""

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.money.online import State, Why
from kiosk.store.money import online_rows
from kiosk.store.money.online_rows import OnlinePayment
from kiosk.web.desk.common import four_eyes
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import PAGE_SIZE, Pages, again, asked, sorting
from kiosk.web.desk.common.permissions import May, Money, needs
from kiosk.web.desk.common.words import t

area = Blueprint("online", __name__, url_prefix="/money/online")


@area.context_processor
def _here() -> dict[str, Any]:
    """Return the values that all templates of these pages use; `here` marks the area of money as open."""
    return {"here": "money", "again": again}


def states() -> dict[str, str]:
    """Return the states of a payment, in words, by code."""
    return {
        State.UNCERTAIN.value: t("à décider", "to decide"),
        State.MADE.value: t("paiement demandé", "payment requested"),
        State.INTENDED.value: t("paiement commencé", "payment started"),
        State.PAID.value: t("payé", "paid"),
        State.EXPIRED.value: t("non payé", "not paid"),
        State.REFUNDED.value: t("remboursé, ou non compté", "refunded, or not counted"),
    }


def reasons() -> dict[Why, str]:
    """Return the reasons why a payment is uncertain and an officer has to decide, in words."""
    return {
        Why.CONTESTED: t("contesté chez HelloAsso par la personne qui a payé", "contested at HelloAsso by the payer"),
        Why.SUM: t("une autre somme a été payée", "a different amount was paid"),
        Why.ORGANISATION: t("payé à une autre association", "paid to another association"),
        Why.REFERENCE: t(
            "HelloAsso ne donne pas notre référence pour ce paiement",
            "HelloAsso does not give our reference for this payment",
        ),
        Why.TWICE: t("payé deux fois : remboursez-en un", "paid twice: refund one of them"),
        Why.PART: t("remboursé en partie", "partly refunded"),
        Why.IN_FILE: t("déjà enregistré par le fichier de HelloAsso", "already recorded from HelloAsso’s file"),
        Why.PAID_OUT: t("remboursé après son versement en banque", "refunded after it was paid out to the bank"),
    }


@area.get("")
@needs(May.SEE_MONEY)
def page() -> str:
    """Show the payments made online, those to decide above the others."""
    return _page({})


@area.post("/<int:payment>")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def decide(payment: int) -> Response | tuple[str, int]:
    """Record an officer's decision on an uncertain payment: it counts on the payer's account (`kept`), or it does not
    (`dropped`). Any other word is answered with 400.
    """
    word = request.form.get("word", "")
    if word not in ("kept", "dropped"):
        abort(400)
    decided, errors = attempt(lambda: _decided(payment, is_here=word == "kept"))
    if decided is None:
        return _page(errors), 400
    counts = t("Paiement compté sur le compte de la personne.", "Payment counted on the payer’s account.")
    flash(
        counts
        if word == "kept"
        else t("Paiement non compté sur le compte de la personne.", "Payment not counted on the payer’s account.")
    )
    return redirect(url_for("online.page"), 303)


def _decided(payment: int, *, is_here: bool) -> OnlinePayment:
    """Decide whether an uncertain payment counts, and return the payment. Raises RequestError, as
    `four_eyes.refuse_own`, where another officer has to decide.
    """
    from kiosk.money.online import entering  # seldom needed, and not at start

    desk = office()
    with desk.store.writing() as connection:
        four_eyes.refuse_own(online_rows.by_id(connection, payment).member_number)
        moment = desk.rules.at(connection, desk.clock.now())[1]
        booking = entering.Booking(connection, desk.seal, moment, desk.actor)
        return entering.decide(booking, payment, is_here=is_here)


def _page(errors: dict[str, str]) -> str:
    """Show the payments of the state that the URL asks for, else all, and above them the uncertain ones (a page of them
    at most), with what was wrong in the form.
    """
    desk = office()
    state = request.args.get("state", "")
    chosen = state if state in list(State) else ""
    sort, by, descending = sorting(online_rows.SORTS, "-day")
    with desk.reading() as connection:
        uncertain = online_rows.page(connection, State.UNCERTAIN.value, PAGE_SIZE, 0)
        count = online_rows.count(connection, chosen)
        begin = (asked() - 1) * PAGE_SIZE
        payments = online_rows.page(connection, chosen, PAGE_SIZE, begin, by, descending=descending)
        total = online_rows.total(connection, chosen)
    return render_template(
        "money/online.html",
        uncertain=uncertain,
        payments=payments,
        pages=Pages(asked(), count),
        sort=sort,
        total=total,
        state=chosen,
        states=states(),
        reasons=reasons(),
        is_offered=desk.home.config.pays_online(training=desk.home.training),
        errors=errors,
        on=lambda at: at.astimezone(desk.home.config.zone).date(),
    )
