"""Shows the treasurer's monthly evening as a list of steps, each with what is left to do; the first open step stands
out.

Each step is a duty, so it is done by the act that it names and cannot be ticked by hand. A step that was never done
says so. What the association does not use is not shown.
"""

from collections.abc import Iterator

from flask import render_template, url_for
from msgspec import Struct

from kiosk.domain.duties import Duties, Duty, Kind, State
from kiosk.duties import reading
from kiosk.language.texts import Text
from kiosk.web.desk.books.book_forms import area
from kiosk.web.desk.common.formats import day_text
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t
from kiosk.web.desk.duties import todo

_TITLES = {
    Kind.TABS: Text("Qui doit de l’argent, et à qui envoyer un rappel", "Who owes money, and who to remind"),
    Kind.OVERDUE: Text("Les factures en retard", "Overdue invoices"),
    Kind.STATEMENT: Text("Relevé de la banque importé", "Bank statement imported"),
    Kind.BANK_LINES: Text("Paiements reçus enregistrés", "Received payments recorded"),
    Kind.BOX: Text("Caisse comptée", "Cash box counted"),
    Kind.CHEQUES: Text("Bordereau imprimé", "Deposit slip printed"),
    Kind.PAYOUTS: Text("Versements pointés", "Payouts matched"),
    Kind.CARRIED: Text("Espèces arrivées à la banque", "Cash credited by the bank"),
    Kind.TAPS: Text("Tous les passages enregistrés", "All taps recorded"),
    Kind.CORRECTIONS: Text("Corrections décidées", "Corrections decided"),
    Kind.INVOICES: Text("Les factures des structures", "Organisations’ invoices"),
    Kind.MONTHS: Text("Mois clos", "Month closed"),
    Kind.FILES: Text("Fichiers et rapport envoyés", "Files and report sent"),
}
"""The steps' titles by duty, in the order of the evening."""

_MAY_WAIT = frozenset((Kind.PAYOUTS, Kind.CARRIED, Kind.TAPS, Kind.TABS, Kind.OVERDUE))
"""Duties that may stay open for long or settle by themselves: they never stand out."""

_HIDDEN = frozenset((Kind.CARRIED, Kind.TAPS, Kind.OVERDUE, Kind.TABS, Kind.CORRECTIONS))
"""Duties that are shown only while something of them waits."""

_MAILED = {
    "sent": Text("fichiers envoyés", "files sent"),
    "waiting": Text("l’e-mail attend de partir", "the e-mail is queued"),
    "given-up": Text("l’e-mail n’est pas parti", "the e-mail was not sent"),
}


class Step(Struct, frozen=True):
    """One step: its duty, what is left of it in words, the address and label of its act, and until when it is put off
    (an empty text where it is not).
    """

    duty: Duty
    title: str
    left: str
    where: str
    act: str
    asleep: str

    @property
    def is_done(self) -> bool:
        """Tell whether an act has done this step."""
        return self.duty.state is State.DONE

    @property
    def is_never(self) -> bool:
        """Tell whether this step was never done here."""
        return self.duty.state is State.NEVER

    @property
    def leads(self) -> bool:
        """Tell whether this step may stand out as the next one: open, not put off, and not among
        those that may wait.
        """
        is_awake = self.duty.asleep_until is None
        return self.duty.state is State.OPEN and is_awake and self.duty.kind not in _MAY_WAIT


@area.get("/month")
@needs(May.CORRECT_MONEY)
def month_path() -> str:
    """Show all steps of the evening; the first that is due stands out."""
    with office().reading() as connection:
        duties = todo.read(connection, reading.BOOKS, details=True)  # with the cheques that lack what a slip asks for
    steps = [_step(duty) for duty in _of_the_evening(duties)]
    first_open = next((number for number, step in enumerate(steps) if step.leads), None)
    return render_template("books/month.html", steps=steps, leads=first_open)


def _of_the_evening(duties: Duties) -> Iterator[Duty]:
    """Yield the duties of the month's evening in the order of its steps. A duty that this space never has is left out;
    files to send are kept once a month is closed.
    """
    for kind in _TITLES:
        duty = duties.of(kind)
        has_closing = kind is not Kind.FILES or "entry" in duty.about  # the entry that closed the last month
        is_used = duty.state is not State.IDLE or (kind is Kind.FILES and has_closing)
        if duty.is_counted or (is_used and kind not in _HIDDEN):
            yield duty


def _step(duty: Duty) -> Step:
    """Return a step with its words; months and files to send have an act of their own here."""
    line = todo.line(duty)
    left, where, act = line.title, line.where, line.act
    if duty.kind is Kind.MONTHS:
        where, act = url_for("books.month_form"), t("Clore le mois", "Close the month")
    if not duty.is_counted:
        # A statement's own words name the day up to which the bank's lines are here.
        left = line.title if duty.kind is Kind.STATEMENT and duty.done_on else _finished(duty)
    if duty.kind is Kind.FILES:
        left = _files(duty, left)
        act = act if duty.about.get("mails") else t("La feuille de clôture à signer", "The closing sheet to sign")
    detail = f" · {line.detail}" if line.detail and duty.is_counted else ""
    return Step(duty, t(_TITLES[duty.kind]), f"{left}{detail}", where, act, line.asleep)


def _finished(duty: Duty) -> str:
    """Return what a step says when nothing is left in it."""
    if duty.state is State.NEVER:
        return t("Pas encore fait ici.", "Not done here yet.")
    if duty.kind is Kind.MONTHS and duty.done_on is not None:
        return t("Comptes clos jusqu’au {day}.", "Books closed up to {day}.", day=day_text(duty.done_on))
    if duty.done_on is not None and duty.kind is not Kind.BANK_LINES:
        return t(
            "Rien à faire ; fait pour la dernière fois le {day}.",
            "Nothing to do; last done on {day}.",
            day=day_text(duty.done_on),
        )
    return t("Rien à faire.", "Nothing to do.")


def _files(duty: Duty, left: str) -> str:
    """Return what the last step says: how far the e-mail with the files is, or that none can be sent."""
    if not duty.about.get("mails"):
        return t(
            "Aucun serveur de courrier n’est réglé : téléchargez le fichier sur la page de la clôture.",
            "No mail server is set up: download the file from the closing’s page.",
        )
    state = str(duty.about.get("state") or "")
    return f"{left} · {t(_MAILED[state])}" if state in _MAILED else left
