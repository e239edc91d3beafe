"""Shows the books' first page, which leads to all that the treasurer keeps, with the figure that matters now in each
part.
"""

from collections.abc import Iterator
from typing import Any

from flask import current_app, render_template
from msgspec import Struct

from kiosk.domain.books.closings import Period
from kiosk.domain.duties import Duties, Kind
from kiosk.duties import reading
from kiosk.language import common
from kiosk.store.books import closing_rows
from kiosk.store.books.closing_rows import Closing
from kiosk.web.desk.books import book_closings, closing_forms, closing_send, gifts, month_path, results
from kiosk.web.desk.books.book_forms import area
from kiosk.web.desk.common import switched
from kiosk.web.desk.common.formats import day_text, euros
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.duties import todo

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
    """One part of the books, as a tile of the first page: its figure is a count, a sum or a day, or empty where it only
    leads to documents; `waits` marks that an officer has something to do in it.
    """

    path: str  # of the page that the tile opens
    icon: str
    title: str
    figure: str
    says: str  # the sentence below the figure
    waits: bool = False


@area.get("")
@needs(May.SEE_MONEY)
def page() -> str:
    """Show every part that this desk has and that the officer may see."""
    with office().reading() as connection:
        duties = todo.read(connection, reading.BOOKS)
        last = closing_rows.last(connection, Period.DAY)
    parts = [_closed(duties, last), *_money(duties), *_papers()]
    seen_by_officer = _paths_of_officer()
    return render_template("books/page.html", parts=[part for part in parts if part.path in seen_by_officer])


def _closed(duties: Duties, last: Closing | None) -> Part:
    """Return the part about closings: the last closed day (`last` is None before the first), and what waits: months to
    close, taps that the ledger has not taken yet.
    """
    figure = t("aucune pour l’instant", "none so far") if last is None else day_text(last.until_on)
    waiting = [duty for kind in (Kind.MONTHS, Kind.TAPS) if (duty := duties.of(kind)).is_counted]
    says = " · ".join(todo.line(duty).title for duty in waiting) or t("dernier jour clos", "last closed day")
    return Part("/books/closings", "book-check", t("Clôtures", "Closings"), figure, says, waits=bool(waiting))


def _money(duties: Duties) -> Iterator[Part]:
    """Yield the parts about money on its way: cash box, cheques, payouts, bank, invoices. The bank's figure counts
    lines to decide, all others are sums in cents; what there is to do about bank statements is said in the bank's part.
    """
    for kind, path, icon, title in (
        (Kind.BOX, "/books/cash", "wallet", t("Caisse", "Cash box")),
        (Kind.CHEQUES, "/books/cheques", "pencil", t("Chèques", "Cheques")),
        (Kind.PAYOUTS, "/books/payouts", "hand-coins", t("Versements en ligne", "Online payouts")),
        (Kind.BANK_LINES, "/books/bank", "landmark", t("Banque", "Bank")),
        (Kind.INVOICES, "/books/invoices", "building-2", t("Factures", "Invoices")),
    ):
        duty = duties.of(kind)
        figure = str(duty.count) if kind is Kind.BANK_LINES else euros(duty.cents)
        line = todo.line(duty)
        more = [line.detail, line.asleep]
        if kind is Kind.BANK_LINES and (statement := duties.of(Kind.STATEMENT)).is_counted:
            more.append(todo.line(statement).title)
        yield Part(path, icon, title, figure, " · ".join([line.title, *filter(None, more)]), waits=bool(duty.count))


def _papers() -> Iterator[Part]:
    """Yield the parts that only lead to documents and files."""
    yield Part(
        "/books/receipts",
        "receipt-text",
        t("Reçus", "Receipts"),
        "",
        t("chaque reçu et chaque relevé, par numéro", "every receipt and statement, by number"),
    )
    yield Part(
        "/books/fec",
        "scroll-text",
        t("FEC", "FEC"),
        "",
        t("le fichier des écritures comptables, et celui de Paheko", "the accounting file, and the one for Paheko"),
    )
    yield Part(
        "/books/results",
        "scale",
        t("Résultats", "Results"),
        "",
        t(
            "le vote de l’assemblée sur le résultat, et les soldes d’un autre logiciel",
            "the assembly’s vote on each result, and balances from another program",
        ),
    )
    if switched.on("gifts"):
        yield Part(
            "/books/gifts",
            "hand-coins",
            t("Dons", "Gifts"),
            "",
            t("les dons reçus, et les reçus fiscaux", "gifts received, and tax receipts"),
        )
    yield Part(
        "/books/archive",
        "download",
        t("Archive", "Archive"),
        "",
        t(
            "une année entière, signée, qui se vérifie sans la borne",
            "a whole year, signed, verifiable without the kiosk",
        ),
    )
    yield Part(
        "/books/heads",
        "shield-check",
        t(common.HEADS_OF_THE_CHAIN),
        "",
        t("la preuve qu’aucune écriture n’a été changée après coup", "proof that no entry was changed afterwards"),
    )
    yield Part(
        "/books/report",
        "presentation",
        t("Rapport annuel", "Annual report"),
        "",
        t("pour l’assemblée et les financeurs", "for the assembly and for funders"),
    )


def _paths_of_officer() -> set[str]:
    """Return the paths of the desk's pages that need no parameters and that the signed-in officer may open. A page that
    declares no right is left out.
    """
    shown_paths = set()
    for rule in current_app.url_map.iter_rules():
        right: Any = getattr(current_app.view_functions[rule.endpoint], "needs", None)  # set by the decorator `needs`
        if "GET" in (rule.methods or ()) and not rule.arguments and right is not None and may(right):
            shown_paths.add(rule.rule)
    return shown_paths
