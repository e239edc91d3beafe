"""The month's evening as a path: each step with what is left of it, the first that is open leading."""

from collections.abc import Iterator
from datetime import date, timedelta

import sqlalchemy as sa
from flask import render_template, url_for
from msgspec import Struct

from kiosk.books import closing_mail
from kiosk.books.closing_mail import Sent
from kiosk.domain import days
from kiosk.domain.books.closings import Period
from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.store.books import closing_rows
from kiosk.store.books.closing_rows import OpenThings
from kiosk.store.money import bank_deposit_rows, cash_rows, tab_rows
from kiosk.web.desk.books import closing_forms
from kiosk.web.desk.books.book_forms import area, corrections_said, period_name, spooled, uninvoiced_said
from kiosk.web.desk.common.formats import day_text, euros
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t, tn

_MAILED = {
    "sent": Text("envoyés", "sent"),
    "waiting": Text("le courriel attend de partir", "the mail has yet to leave"),
    "given-up": Text("le courriel n’est pas parti", "the mail did not leave"),
}


class Step(Struct, frozen=True):
    """One step: what is left of it in words, and where it is done. A quiet one never leads: it may wait for long."""

    title: str
    left: str
    where: str
    act: str
    is_done: bool
    is_quiet: bool = False


@area.get("/month")
@needs(May.CORRECT_MONEY)
def month_path() -> str:
    """All steps of the month that is over, or of the one that goes on."""
    desk = office()
    with desk.reading() as connection:
        today = desk.now(connection)[1].day
        found = closing_rows.open_things(connection, today)
        steps = [*_people(connection, found, today), *_box(connection, found), *_papers(found)]
        month = days.month_of(today.replace(day=1) - timedelta(days=1))
        closed = closing_rows.last(connection, Period.MONTH)
        sent = [] if closed is None else closing_mail.sent(connection, closed.entry)
    steps += [_closing(), *_files(closed, month, sent)]
    leads = next((number for number, step in enumerate(steps) if not (step.is_done or step.is_quiet)), None)
    return render_template("books/month.html", steps=steps, leads=leads, today=today)


def _people(connection: sa.Connection, found: OpenThings, today: date) -> Iterator[Step]:
    sums = tab_rows.all_together(connection, today)
    says = tn(
        sums.owing,
        (
            "{count} compte doit {sum} en tout",
            "{count} account owes {sum} in all",
        ),
        (
            "{count} comptes doivent {sum} en tout",
            "{count} accounts owe {sum} in all",
        ),
        sum=euros(sums.owed_cents),
    )
    if sums.old:
        says += t(common.OWED_FOR_LONG, old=sums.old)
    yield Step(
        t("Qui doit, et à qui écrire un mot", "Who owes, and to whom to write a word"),
        says if sums.owing else t("Personne ne doit rien.", "Nobody owes anything."),
        url_for("money.ask_reminders"),
        t("Lire et envoyer les rappels", "Read and send the reminders"),
        sums.owing == 0,
        is_quiet=True,
    )
    lines = tn(
        found.bank_lines,
        ("{count} ligne de la banque attend son écriture", "{count} line of the bank waits for its entry"),
        ("{count} lignes de la banque attendent leur écriture", "{count} lines of the bank wait for their entries"),
    )
    yield Step(
        t("Les paiements reçus, saisis", "Payments received, entered"),
        lines if found.bank_lines else t("Aucune ligne de la banque n’attend.", "No line of the bank waits."),
        "/books/bank" if found.bank_lines else url_for("money.page"),
        t("Rapprocher la banque", "Match the bank") if found.bank_lines else t("Encaisser", "Take a payment"),
        not found.bank_lines,
    )


def _box(connection: sa.Connection, found: OpenThings) -> Iterator[Step]:
    counted = t("jamais comptée", "never counted")
    if found.counted_on is not None:
        counted = t("comptée le {day}", "counted on {day}", day=day_text(found.counted_on))
    content = euros(cash_rows.content(connection))
    yield Step(
        t("La caisse, comptée", "The box, counted"),
        t(
            "{content} d’après les écritures ; {counted}",
            "{content} by the entries; {counted}",
            content=content,
            counted=counted,
        )
        + (
            f" · {t('des espèces déclarées sont à compter', 'declared cash is to be counted')}"
            if found.declarations
            else ""
        ),
        "/books/cash/count",
        t("Compter", "Count"),
        not (found.declarations or found.cash_since),
    )
    cheques = bank_deposit_rows.waiting(connection, "cheque")
    bare = sum(1 for each in cheques if not (each.cheque.bank and each.cheque.number))
    says = tn(
        len(cheques),
        ("{count} chèque de {sum} à remettre", "{count} cheque of {sum} to deposit"),
        ("{count} chèques à remettre, {sum} en tout", "{count} cheques to deposit, {sum} in all"),
        sum=euros(sum(each.cents for each in cheques)),
    )
    if bare:
        says += " · " + tn(
            bare,
            ("{count} sans banque ou numéro", "{count} without its bank or number"),
            ("{count} sans banque ou numéro", "{count} without their bank or number"),
        )
    yield Step(
        t("Le bordereau, imprimé", "The slip, printed"),
        says if cheques else t("Aucun chèque n’attend.", "No cheque waits."),
        "/books/cheques",
        t("Faire le bordereau", "Make the slip"),
        not cheques,
    )


def _papers(found: OpenThings) -> Iterator[Step]:
    decide = corrections_said(found.corrections)
    yield Step(
        t("Les corrections, décidées", "Corrections, decided"),
        decide if found.corrections else t("Rien n’attend une décision.", "Nothing waits for a decision."),
        url_for("corrections.listing"),
        t("Décider", "Decide"),
        not found.corrections,
    )
    bill = uninvoiced_said(found.uninvoiced)
    yield Step(
        t("Les factures des structures", "Invoices of organisations"),
        bill if found.uninvoiced else t("Tout est facturé.", "All is invoiced."),
        "/books/invoices",
        t("Facturer", "Invoice"),
        not found.uninvoiced,
    )


def _closing() -> Step:
    ready = dict(closing_forms.ready()).get(Period.MONTH)
    late = spooled()
    says = t("Aucun mois fini n’est ouvert.", "No month that is over is open.")
    if ready:
        says = t("{month} est fini et encore ouvert", "{month} is over and still open", month=ready)
    if late:
        says += " · " + t(common.TAPS_WAIT.of(late))
    return Step(
        t("Le mois, clos", "The month, closed"),
        says,
        "/books/closings/month" if ready else "/books/closings",
        t("Clore {month}", "Close {month}", month=ready) if ready else t("Voir les clôtures", "See the closings"),
        not ready,
    )


def _files(closed: closing_rows.Closing | None, month: tuple[date, date], sent: list[Sent]) -> Iterator[Step]:
    """What is sent to whoever keeps the accounts, once a month is closed."""
    if closed is None:
        return
    mails = bool(office().home.config.mail.server)
    name = period_name(Period.MONTH, closed.from_on, closed.until_on)
    state, is_last = sent[0].fate.state if sent else "", closed.until_on >= month[1]
    yield Step(
        t("Les fichiers et le rapport, envoyés", "Files and the report, sent"),
        t(
            "De {month} : la feuille de clôture, les écritures, le rapport provisoire",
            "Of {month}: its sheet, its entries, the provisional report",
            month=name,
        )
        + (f" · {t(_MAILED[state])}" if state else ""),
        url_for("books.one", number=closed.entry, _anchor="send" if mails else None),
        t("Envoyer", "Send") if mails else t("La feuille à signer", "The sheet to sign"),
        is_last and (state in ("sent", "waiting") or not mails),
        is_quiet=not (is_last and mails),  # of an older month they may never be sent
    )
