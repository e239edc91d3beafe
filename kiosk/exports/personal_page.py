"""All that is known of a person as a page to read: a table for each kind of it, and for how long each is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kiosk.domain import keeping
from kiosk.exports import formats, labels, pages
from kiosk.language import common
from kiosk.language.texts import Text

TITLE = Text("Ce que nous savons de vous", "What we know of you")
_YES, _NO = Text("oui", "yes"), Text("non", "no")
SECTIONS = {
    "file": Text("Fiche", "File"),
    "account": Text("Compte", "Account"),
    "badges": Text("Badges", "Badges"),
    "memberships": Text("Adhésions", "Memberships"),
    "subscriptions": Text("Formules", "Plans"),
    "pauses": Text("Pauses d’une formule", "Pauses of a plan"),
    "carnets": Text("Carnets", "Carnets"),
    "vouchers": Text("Bons entreprise", "Vouchers"),
    "banked": Text("Journées gagnées", "Days earned"),
    "reduced": Text("Tarifs réduits", "Reduced tariffs"),
    "chosen": Text("Prix choisis", "Chosen prices"),
    "category": Text("Situation que vous avez dite", "Situation that you told"),
    "payers": Text("Qui paie", "Who pays"),
    "visits": Text("Journées", "Days"),
    "guests": Text("Personnes invitées", "Guests"),
    "door": Text("À la porte", "At the door"),
    "entries": Text("Écritures", "Entries"),
    "declared": Text("Espèces déclarées", "Cash declared"),
    "documents": Text("Reçus, notes et factures", "Receipts, notes and invoices"),
    "bank": Text("Lignes du relevé de la banque", "Lines of the bank’s statement"),
    "corrections": Text("Corrections demandées", "Corrections asked for"),
    "late_taps": Text("Passages inscrits plus tard, à vérifier", "Taps entered later, to be looked at"),
    "joining": Text("Inscription à l’écran", "Joining at the screen"),
    "sponsored": Text("Inscriptions accueillies", "People welcomed"),
    "trainings": Text("Formations et rencontres", "Trainings and events"),
    "attended": Text("Jours de présence", "Days attended"),
    "proposed": Text("Ce que vous avez proposé", "What you proposed"),
    "topics": Text("Sujets", "Topics"),
    "votes": Text("Sujets soutenus", "Topics backed"),
    "hosting": Text("Tours d’accueil", "Turns of hosting"),
    "swaps": Text("Échanges de tours", "Turns swapped"),
    "links": Text("Liens reçus par e-mail", "Links got by e-mail"),
    "skills": common.WHAT_YOU_CAN_DO,
    "notices": Text("Annonces", "Notices"),
    "asked": Text("Demandes entre membres", "What members asked each other"),
    "spots": Text("Bureau à soi", "A desk of one’s own"),
    "lent": Text("Bureaux prêtés ou pris", "Desks lent or taken"),
    "things": Text("Objets empruntés", "Things borrowed"),
    "registered-offices": Text("Domiciliations", "Registered offices"),
    "bookings": Text("Salles réservées", "Rooms booked"),
    "requests": Text("Demandes du bureau à l’entrée", "What the desk asked of the entrance"),
    "merges": Text("Fiches réunies", "Files merged"),
    "officer": Text("Compte du bureau", "Account of the desk"),
    "log": Text("Journal du bureau", "The desk’s log"),
    "messages": Text("Messages", "Messages"),
}
_COLUMNS = {
    "number": Text("Numéro", "Number"),
    "name": Text("Nom", "Name"),
    "shown_name": Text("Nom affiché", "Shown name"),
    "email": Text("E-mail", "E-mail"),
    "phone": Text("Téléphone", "Telephone"),
    "day_on": Text("Jour", "Day"),
    "from_on": Text("Dès le", "From"),
    "until_on": Text("Jusqu’au", "Until"),
    "amount_cents": Text("Montant", "Amount"),
    "balance_cents": Text("Solde", "Balance"),
    "cents": Text("Montant", "Amount"),
    "tail": Text("Fin du numéro", "Tail"),
    "reason": Text("Raison", "Reason"),
    "arrived_at": Text("Heure d’arrivée", "Hour of arrival"),
    "left_at": Text("Heure de départ", "Hour of leaving"),
    "act": Text("Quoi", "What"),
    "actor": Text("Auteur", "Actor"),
    "at": Text("Quand", "When"),
    "made_at": Text("Quand", "When"),
    "recorded_at": Text("Écrit le", "Written on"),
    "text": Text("Texte", "Text"),
    "kind": Text("Nature", "Kind"),
    "label": Text("Étiquette", "Label"),
    "due_on": Text("À rendre le", "Due back on"),
    "from_at": Text("Depuis", "Since"),
    "ended_at": Text("Rendu", "Given back"),
    "counts": Text("A compté", "Counted"),
    "told_on": Text("Greffe informé le", "Registry told on"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of what is known: a heading, columns, and rows of text."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(sections: Mapping[str, Sequence[Mapping[str, Any]]], language: str) -> list[Table]:
    """What there is, kind by kind, in words where there are any."""
    found = []
    for code, rows in sections.items():
        if rows:
            names = tuple(rows[0])
            said = tuple(tuple(_cell(name, row[name], language) for name in names) for row in rows)
            found.append(Table(SECTIONS[code].to(language), tuple(_column(name, language) for name in names), said))
    return found


def html(name: str, made_on: date, sections: Mapping[str, Sequence[Mapping[str, Any]]], language: str) -> str:
    """The page: a file of its own, that any browser opens."""
    return pages.html(
        "personal.html",
        language,
        title=TITLE.to(language),
        name=name,
        made_on=made_on,
        tables=tables(sections, language),
        empty=[SECTIONS[code].to(language) for code, rows in sections.items() if not rows],
        kept=[(each.what.to(language), each.long.to(language), each.then.to(language)) for each in keeping.KEPT],
        training=False,
    )


def _column(name: str, language: str) -> str:
    words = _COLUMNS.get(name) or labels.COLUMNS.get(name)
    return name.replace("_", " ") if words is None else words.to(language)


def _cell(name: str, value: object, language: str) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return (_YES if value else _NO).to(language)
    if name.endswith("cents") and isinstance(value, int):
        return formats.euros(value, language)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    if isinstance(value, date):
        return formats.day(value, language)
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {_cell(key, each, language)}" for key, each in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_cell(name, each, language) for each in value)
    return str(value)
