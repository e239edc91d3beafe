"""Shows cheques and payouts: what waits for the bank, deposit slips, bounced cheques; each bank deposit on a page and
on paper.

A *piece* of a deposit is a cheque, whose *parts* are the payments of the accounts that it paid for, or one payment by
another method. URLs and the database call a bank deposit `remittance`.
"""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask import Response as File
from werkzeug.wrappers import Response

from kiosk.books import deposit_slips
from kiosk.domain.names import searchable
from kiosk.money.till import TillAct
from kiosk.store.money import bank_deposit_rows, online_rows, tab_rows
from kiosk.store.money.bank_deposit_rows import CASH, CHEQUE, PAYOUTS, Bounce, Piece, Remittance
from kiosk.web.desk.common import four_eyes, labels
from kiosk.web.desk.common.asked_days import asked_day
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.money_forms import cents, done, form_key, typed
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import A_FEW, PAGE_SIZE, Listed, Pages, asked, is_turned, listed, sorting
from kiosk.web.desk.common.permissions import May, Money, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.money.cash_forms import bank, numbers

area = Blueprint("remittances", __name__, url_prefix="/books")
PIECES = 30  # on a page: on a telephone each is seven lines


@area.context_processor
def _here() -> dict[str, Any]:
    """Mark these pages as part of the books, for navigation."""
    return {"here": "books", "methods": labels.methods()}


@area.get("/cheques")
@needs(May.SEE_MONEY)
def cheques() -> str:
    """Show the cheques that wait, the deposit slips, and the cheques that bounced."""
    return _cheques({})


@area.post("/cheques")
@needs(May.CORRECT_MONEY)
def deposit() -> Response | str | tuple[str, int]:
    """Write a deposit slip for the ticked cheques, and one for cash if an amount was entered, and lead to its page;
    show the form again with its errors (400) where it is refused. A form that only sorts or turns the list writes
    nothing.
    """
    if is_turned():
        return _cheques({})
    written, errors = attempt(
        lambda: bank().deposit(cheques=numbers("cheque"), cash_cents=cents("amount"), key=form_key())
    )
    if written is None:
        return _cheques(errors), 400
    return _show_made(written, t("Le bordereau est prêt.", "Deposit slip ready."))


def _cheques(errors: dict[str, str]) -> str:
    """Show the page of cheques: those that wait, all ticked at first, earlier slips, and bounces. `errors` are the
    form's, by field; empty for a new form.
    """
    with office().reading() as connection:
        waiting = _listed(bank_deposit_rows.waiting(connection, CHEQUE))
        return render_template(
            "remittances/cheques.html",
            **_ticks(waiting, "cheque", [piece.entry for piece in waiting.fitting]),
            **_earlier(connection, [CHEQUE]),
            bounces=listed(bank_deposit_rows.bounces(connection), _bounce_words, _BOUNCES, "page-bounced", size=A_FEW),
            errors=errors,
            typed=request.form,
        )


@area.get("/payouts")
@needs(May.SEE_MONEY)
def payouts() -> str:
    """Show the payments by card and online that wait for a payout, and the payouts that arrived."""
    return _payouts({})


@area.post("/payouts")
@needs(May.CORRECT_MONEY)
def payout() -> Response | str | tuple[str, int]:
    """Write that the ticked payments arrived together; `amount` is what the bank received, so the rest of their sum is
    the fee. A form that only sorts or turns the list writes nothing and keeps the ticks.
    """
    if is_turned():
        return _payouts({})
    written, errors = attempt(lambda: bank().payout(_method(), numbers("payment"), cents("amount"), key=form_key()))
    if written is None:
        return _payouts(errors), 400
    return _show_made(written, t("Versement enregistré.", "Payout recorded."))


def _method() -> str:
    """Return the means of payment that the URL or the form asks for; the first of `PAYOUTS` for any other."""
    asked_method = request.values.get("method", "")
    return asked_method if asked_method in PAYOUTS else PAYOUTS[0]


def _payouts(errors: dict[str, str]) -> str:
    """Show the page of payouts, with the form's errors by field. In a new form the payments up to the day `until` of
    the URL are ticked, that day included; all where the URL names none.
    """
    method = _method()
    until = asked_day("until", None)
    with office().reading() as connection:
        waiting = _listed(bank_deposit_rows.waiting(connection, method))
        return render_template(
            "remittances/payouts.html",
            method=method,
            kinds=PAYOUTS,
            online=online_rows.count(connection),
            until=until,
            **_ticks(waiting, "payment", [piece.entry for piece in waiting.fitting if _is_until(piece, until)]),
            **_earlier(connection, PAYOUTS),
            errors=errors,
            typed=request.form,
        )


def _search_words(piece: Piece) -> str:
    """Return the text in which a search looks for a piece: the cheque as noted, the accounts' names, the first part's
    note.
    """
    cheque = piece.cheque
    return f"{cheque.drawer} {cheque.bank} {cheque.number} {piece.names} {piece.parts[0].text or ''}"


_SORTS: dict[str, Callable[[Piece], Any]] = {  # a sort key, by the column that the URL names
    "day": lambda piece: (piece.parts[0].day_on, piece.entry),
    "drawer": lambda piece: searchable(piece.cheque.drawer),
    "bank": lambda piece: searchable(piece.cheque.bank),
    "cheque": lambda piece: piece.cheque.number,
    "text": lambda piece: searchable(piece.parts[0].text or ""),
    "name": lambda piece: (searchable(piece.names), piece.entry),
    "sum": lambda piece: (piece.cents, piece.entry),
}


def _bounce_words(bounce: Bounce) -> str:
    """Return the text in which a search looks for a bounced cheque: its first payment's number, and the reason."""
    return f"{bounce.payments[0]} {bounce.reason or ''}"


_BOUNCES: dict[str, Callable[[Bounce], Any]] = {
    "day": lambda bounce: (bounce.day_on, bounce.entry),
    "entry": lambda bounce: bounce.payments[0],
    "reason": lambda bounce: searchable(bounce.reason or ""),
    "fee": lambda bounce: bounce.fee_cents,
    "sum": lambda bounce: bounce.cents,
}


def _earlier(connection: Any, methods: Sequence[str]) -> dict[str, Any]:
    """Return the template's values for earlier bank deposits of these payment methods: one page, sorted as the URL
    asks, and the total in cents over all pages.
    """
    page, (sort, by, descending) = asked("done"), sorting(bank_deposit_rows.SORTS, "-made", "done-sort")
    begin = (page - 1) * PAGE_SIZE
    return {
        "done": bank_deposit_rows.page(connection, methods, PAGE_SIZE, begin, by, descending=descending),
        "done_cents": bank_deposit_rows.total(connection, methods),
        "done_sort": sort,
        "pages": Pages(page, bank_deposit_rows.count(connection, methods), name="done"),
    }


def _listed(pieces: Sequence[Piece], name: str = "page") -> Listed[Piece]:
    """Return one page of a list of pieces, searched and sorted as the URL asks."""
    return listed(pieces, _search_words, _SORTS, name, lambda piece: piece.cents, PIECES)


def _ticks(waiting: Listed[Piece], field: str, usual: list[int]) -> dict[str, Any]:
    """Return the template's values for pieces that wait: the list, the entries ticked, and the cents of the ticked ones
    that the search found, in `total` on all pages and in `elsewhere_cents` on the pages not shown.

    `waiting.fitting` is all that the search found, `waiting.rows` this page of it; `usual` is ticked in a new form, and
    the form's own ticks in one that was sent.
    """
    ticked = numbers(field) if request.method == "POST" else usual
    here = {piece.entry for piece in waiting.rows}
    sums = [(piece.entry in here, piece.cents) for piece in waiting.fitting if piece.entry in set(ticked)]
    total, elsewhere = sum(cents for _, cents in sums), sum(cents for is_here, cents in sums if not is_here)
    return {"waiting": waiting, "ticked": ticked, "total": total, "elsewhere_cents": elsewhere}


def _is_until(piece: Piece, until: date | None) -> bool:
    """Tell whether a piece was received on `until` or earlier; True where no day was chosen."""
    return until is None or piece.parts[0].day_on <= until


def _show_made(written: TillAct, text: str) -> Response:
    """Redirect to the page of a bank deposit, with `text` as the message; with a warning instead where the same form
    had been sent before (`written.again`).
    """
    done(written.again, text)
    with office().reading() as connection:
        slip = bank_deposit_rows.by_entry(connection, written.entry)
    return redirect(url_for("remittances.one", remittance=slip.id if slip else 0), 303)  # no deposit is 0: 404


@area.get("/remittances/<int:remittance>")
@needs(May.SEE_MONEY)
def one(remittance: int) -> str:
    """Show a bank deposit and the other slips of the same visit to the bank, each with its own list of pieces."""
    with office().reading() as connection:
        chosen = _find(connection, remittance)
        slips = deposit_slips.of_act(connection, chosen)
    pieces = {slip.remittance.id: _listed(slip.pieces, f"page-{slip.remittance.id}") for slip in slips}
    return render_template("remittances/one.html", found=chosen, slips=slips, pieces=pieces)


@area.get("/remittances/<int:remittance>.pdf")
@needs(May.SEE_MONEY)
def paper(remittance: int) -> File:
    """Send all slips of the same visit to the bank as one PDF, and log it because they name the cheques' drawers. A
    training desk's file name begins with ECOLE_.
    """
    desk = office()
    with desk.reading() as connection:
        chosen = _find(connection, remittance)
        slips, books = deposit_slips.of_act(connection, chosen), deposit_slips.books_of(connection, chosen)
    pdf = deposit_slips.pdf(slips, books, training=desk.home.training)
    desk.log("export", what=f"remittance {chosen.method} {chosen.number}")
    mark = "ECOLE_" if desk.home.training else ""
    names = {CHEQUE: "remise-cheques", CASH: "remise-especes"}
    name = f"{mark}{names.get(chosen.method, f'versement-{chosen.method}')}-{chosen.number}.pdf"
    return File(pdf, mimetype="application/pdf", headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _find(connection: Any, remittance: int) -> Remittance:
    """Return a bank deposit by its id. Answers 404 where there is none."""
    chosen = bank_deposit_rows.one(connection, remittance)
    if chosen is None:
        abort(404)
    return chosen


@area.get("/cheques/<int:payment>/bounce")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def bounce_form(payment: int) -> str:
    """Show the form for a bounced cheque: the cheque, the bank's reason, its fee."""
    return _bounce(payment, {})


@area.post("/cheques/<int:payment>/bounce")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def bounce(payment: int) -> Response | tuple[str, int]:
    """Write that a cheque bounced, so that the charges it paid are owed again; the bank's fee (`amount`) is the
    association's.
    """
    written, errors = attempt(lambda: bank().bounce(payment, cents("amount"), typed("reason"), key=form_key()))
    if written is None:
        return _bounce(payment, errors), 400
    done(
        written.again,
        t(
            "Chèque noté impayé : les débits qu’il réglait sont de nouveau dus.",
            "Cheque recorded as bounced: the charges it paid for are owed again.",
        ),
    )
    return redirect(url_for("remittances.cheques"), 303)


def _bounce(payment: int, errors: dict[str, str]) -> str:
    """Show the form for a bounced cheque. Answers 404 for a payment that is on no slip of cheques."""
    with office().reading() as connection:
        slip = bank_deposit_rows.of_payment(connection, payment)
        if slip is None or slip.method != CHEQUE:
            abort(404)
        piece = next(
            shown
            for shown in bank_deposit_rows.pieces(connection, slip)
            if any(part.entry == payment for part in shown.parts)
        )
    return render_template("remittances/bounce.html", slip=slip, piece=piece, errors=errors, typed=request.form)


@area.get("/bounces/<int:entry>/back")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def good_form(entry: int) -> str:
    """Show the form for a cheque that was paid after all, with the reason."""
    return _good(entry, {})


@area.post("/bounces/<int:entry>/back")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def good(entry: int) -> Response | tuple[str, int]:
    """Reverse a bounce: the cheque pays the same charges again. The form shows an error where one of the accounts that
    the cheque paid for is left to another officer.
    """

    def act() -> TillAct:
        with office().reading() as connection:
            bounce = bank_deposit_rows.bounce(connection, entry)
            parts = bank_deposit_rows.parts(connection, bounce.payments) if bounce else []
            owners = [tab_rows.owner(connection, part.account) for part in parts]
        for owner in owners:
            # refused for the officer's own account, and for that of an officer with a hand in their desk account
            four_eyes.refuse_own(owner.number)
        return bank().take_back_bounce(entry, typed("reason"), key=form_key())

    written, errors = attempt(act)
    if written is None:
        return _good(entry, errors), 400
    done(
        written.again,
        t(
            "Chèque noté payé : les débits qu’il règle ne sont plus dus.",
            "Cheque recorded as cleared: the charges it pays for are no longer owed.",
        ),
    )
    return redirect(url_for("remittances.cheques"), 303)


def _good(entry: int, errors: dict[str, str]) -> str:
    """Show the form for a cheque that was paid after all. Answers 404 where the entry is no bounce."""
    with office().reading() as connection:
        bounce = bank_deposit_rows.bounce(connection, entry)
    if bounce is None:
        abort(404)
    return render_template("remittances/good.html", found=bounce, errors=errors, typed=request.form)
