"""The books: one page that leads to all that the treasurer keeps, with what matters now in each."""

from collections.abc import Iterator

import sqlalchemy as sa
from flask import render_template
from msgspec import Struct

from kiosk.domain.books.closings import Period
from kiosk.errors import RequestError
from kiosk.language import common
from kiosk.store.books import closing_rows
from kiosk.store.books.closing_rows import OpenThings
from kiosk.store.money import bank_deposit_rows, cash_rows
from kiosk.web.desk.books import book_closings, closing_forms, closing_send, gifts, month_path, results
from kiosk.web.desk.books.book_forms import area, closings, paths, period_name, spooled
from kiosk.web.desk.common import switched
from kiosk.web.desk.common.formats import day_text, euros
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t, tn

__all__ = [
    "area",
    "book_closings",
    "closing_forms",
    "closing_send",
    "gifts",
    "month_path",
    "results",
]  # the siblings put their pages into the area


class Part(Struct, frozen=True):
    """One part of the books: where it is, its figure, what is to be said of it, and whether it waits for somebody."""

    path: str
    icon: str
    title: str
    figure: str
    says: str
    waits: bool = False


@area.get("")
@needs(May.SEE_MONEY)
def page() -> str:
    """Every part that this desk has and that whoever looks may see."""
    desk = office()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        found = closing_rows.open_things(connection, today)
        parts = [*_closed(connection), *_money(connection, found), *_papers(found)]
    there = paths()
    return render_template("books/page.html", parts=[part for part in parts if part.path in there], today=today)


def _closed(connection: sa.Connection) -> Iterator[Part]:
    last = closing_rows.last(connection, Period.DAY)
    figure = t("rien encore", "nothing yet") if last is None else day_text(last.until_on)
    waiting = [name for name in map(_to_close, (Period.MONTH, Period.YEAR)) if name]
    says = t("dernière journée close", "the last day that is closed")
    if waiting:
        says = t("à clore : {names}", "to be closed: {names}", names=", ".join(waiting))
    late = spooled()
    if late:
        says += " · " + t(common.TAPS_WAIT.of(late))
    title = t("Clôtures", "Closings")
    yield Part("/books/closings", "book-check", title, figure, says, waits=bool(waiting or late))


def _to_close(kind: Period) -> str:
    """The month or fiscal year that can be closed; nothing where there is none, or its days come first."""
    try:
        coming = closings().coming(kind)
    except RequestError:
        return ""
    return period_name(kind, coming.from_on, coming.until_on)


def _money(connection: sa.Connection, found: OpenThings) -> Iterator[Part]:
    counted = t("jamais comptée", "never counted")
    if found.counted_on is not None:
        counted = t("comptée le {day}", "counted on {day}", day=day_text(found.counted_on))
    if found.declarations:
        counted += " · " + tn(
            found.declarations,
            ("{count} déclaration à compter", "{count} declaration to count"),
            ("{count} déclarations à compter", "{count} declarations to count"),
        )
    box, title = euros(cash_rows.content(connection)), t("Caisse", "Cash box")
    yield Part("/books/cash", "wallet", title, box, counted, waits=bool(found.declarations or found.cash_since))
    cheques = bank_deposit_rows.waiting(connection, "cheque")
    yield Part(
        "/books/cheques",
        "pencil",
        t("Chèques", "Cheques"),
        euros(sum(piece.cents for piece in cheques)),
        tn(
            len(cheques),
            ("{count} chèque à remettre à la banque", "{count} cheque to take to the bank"),
            ("{count} chèques à remettre à la banque", "{count} cheques to take to the bank"),
        ),
        waits=bool(cheques),
    )
    online = [*bank_deposit_rows.waiting(connection, "online"), *bank_deposit_rows.waiting(connection, "card")]
    yield Part(
        "/books/payouts",
        "hand-coins",
        t("Versements en ligne", "Payouts"),
        euros(sum(piece.cents for piece in online)),
        tn(
            len(online),
            ("{count} paiement par carte ou en ligne à recevoir", "{count} card or online payment to arrive"),
            ("{count} paiements par carte ou en ligne à recevoir", "{count} card or online payments to arrive"),
        ),
    )
    yield Part(
        "/books/bank",
        "landmark",
        t("Banque", "Bank"),
        str(found.bank_lines),
        tn(
            found.bank_lines,
            ("ligne du relevé sans écriture", "line of the statement without an entry"),
            ("lignes du relevé sans écriture", "lines of the statement without an entry"),
        ),
        waits=bool(found.bank_lines),
    )


def _papers(found: OpenThings) -> Iterator[Part]:
    yield Part(
        "/books/invoices",
        "building-2",
        t("Factures", "Invoices"),
        str(found.uninvoiced),
        t("débits de structures sans facture", "charges of organisations without an invoice"),
        waits=bool(found.uninvoiced),
    )
    yield Part(
        "/books/receipts",
        "receipt-text",
        t("Reçus", "Receipts"),
        "",
        t("chaque reçu et chaque relevé, par numéro", "each receipt and statement, by its number"),
    )
    yield Part(
        "/books/fec",
        "scroll-text",
        t("FEC", "FEC"),
        "",
        t("le fichier des écritures comptables, et celui de Paheko", "the accounting file, and Paheko’s"),
    )
    yield Part(
        "/books/results",
        "scale",
        t("Résultats", "Results"),
        "",
        t(
            "ce que l’assemblée vote, et les soldes d’un autre logiciel",
            "the assembly’s vote, and balances of another program",
        ),
    )
    if switched.on("gifts"):
        yield Part(
            "/books/gifts",
            "hand-coins",
            t("Dons", "Gifts"),
            "",
            t("ce qui est donné, et les reçus fiscaux", "what is given, and tax receipts"),
        )
    yield Part(
        "/books/archive",
        "download",
        t("Archive", "Archive"),
        "",
        t("une année entière, signée, qui se vérifie sans nous", "a whole year, signed, verified without us"),
    )
    yield Part(
        "/books/heads",
        "shield-check",
        t(common.HEADS_OF_THE_CHAIN),
        "",
        t("ce qui prouve que rien n’a été changé après coup", "what proves that nothing was made anew"),
    )
    yield Part(
        "/books/report",
        "presentation",
        t("Rapport annuel", "Annual report"),
        "",
        t("pour l’assemblée et les financeurs", "for the assembly and for funders"),
    )
