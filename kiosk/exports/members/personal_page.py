"""Makes a page of all data known about a person, for that person: a table for each kind of data, and how long each is
kept.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, tzinfo
from typing import Any

from msgspec import Struct

from kiosk.domain import keeping
from kiosk.exports import formats, pages
from kiosk.exports.members import personal_words
from kiosk.language import common
from kiosk.language.names import Names
from kiosk.language.texts import Text

TITLE = Text("Ce que nous savons de vous", "What we know about you")
_YES, _NO = Text("oui", "yes"), Text("non", "no")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
SECTIONS = {  # the heading of each kind of data, by its code
    "file": Text("Fiche", "File"),
    "account": Text("Compte", "Account"),
    "badges": Text("Badges", "Badges"),
    "memberships": Text("Adhésions", "Memberships"),
    "subscriptions": Text("Formules", "Plans"),
    "pauses": Text("Pauses d’une formule", "Plan pauses"),
    "carnets": Text("Carnets", "Carnets"),
    "vouchers": Text("Bons entreprise", "Vouchers"),
    "banked": Text("Journées gagnées", "Days earned"),
    "reduced": Text("Tarifs réduits", "Reduced tariffs"),
    "chosen": Text("Prix choisis", "Chosen prices"),
    "category": Text("Situation que vous avez déclarée", "Situation you declared"),
    "payers": Text("Qui paie", "Who pays"),
    "visits": Text("Journées", "Days"),
    "guests": Text("Personnes invitées", "Guests"),
    "door": Text("À la porte", "At the door"),
    "entries": Text("Écritures", "Entries"),
    "declared": Text("Espèces déclarées", "Cash declared"),
    "documents": Text("Reçus, notes et factures", "Receipts, notes and invoices"),
    "bank": Text("Relevé bancaire de l’association", "The association’s bank statement"),
    "online": Text("Paiements en ligne", "Online payments"),
    "corrections": Text("Corrections demandées", "Corrections requested"),
    "late_taps": Text("Passages enregistrés plus tard, à vérifier", "Taps recorded later, to be checked"),
    "joining": Text("Inscription à l’écran", "Joining at the screen"),
    "sponsored": Text("Personnes que vous avez accueillies", "People you welcomed"),
    "trainings": Text("Formations et rencontres", "Training courses and events"),
    "attended": Text("Jours de présence", "Days attended"),
    "proposed": Text("Événements que vous avez proposés", "Events you proposed"),
    "topics": Text("Sujets", "Topics"),
    "votes": Text("Sujets soutenus", "Topics supported"),
    "hosting": Text("Tours d’accueil", "Hosting shifts"),
    "swaps": Text("Échanges de tours", "Shifts swapped"),
    "links": Text("Liens reçus par e-mail", "Links received by e-mail"),
    "skills": common.WHAT_YOU_CAN_DO,
    "notices": Text("Annonces", "Notices"),
    "asked": Text("Demandes entre membres", "Requests between members"),
    "spots": Text("Bureau à soi", "Own desk"),
    "lent": Text("Bureaux prêtés ou pris", "Desks lent and borrowed"),
    "things": Text("Objets empruntés", "Items borrowed"),
    "registered-offices": Text("Domiciliations", "Registered offices"),
    "bookings": Text("Salles réservées", "Rooms booked"),
    "telephones": common.PAIRED_PHONES,
    "pairings": Text("Téléphones à relier", "Phones being paired"),
    "requests": Text("Demandes du bureau à l’entrée", "Requests from the desk to the entrance"),
    "merges": Text("Fiches réunies", "Files merged"),
    "officer": Text("Compte du bureau", "Desk account"),
    "log": Text("Journal du bureau", "The desk’s log"),
    "second-looks": Text("Corrections à deux", "Two-person corrections"),
    "messages": Text("Messages", "Messages"),
    "texts": Text("Textes où vous êtes nommé·e", "Texts that name you"),
}


class Table(Struct, frozen=True):
    """One kind of data: a heading, columns, and rows of text."""

    heading: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Words(Struct, frozen=True):
    """The language of the page, the space's time zone, and the association's names of its plans, zones and products, by
    these words ("plan", ...) and by code.
    """

    language: str
    zone: tzinfo
    own: Mapping[str, Mapping[str, Names]]


def tables(sections: Mapping[str, Sequence[Mapping[str, Any]]], words: Words) -> list[Table]:
    """Return a table for each section (kind of data) that has rows, in words. Its columns are the keys of its first
    row, which all rows have, without the technical ones, such as ids.
    """
    with_rows = []
    for section, rows in sections.items():
        if rows:
            names = tuple(name for name in rows[0] if name not in personal_words.TECHNICAL)
            cells = tuple(tuple(_cell(section, name, row[name], words) for name in names) for row in rows)
            headings = tuple(personal_words.column(name, words.language) for name in names)
            with_rows.append(Table(SECTIONS[section].to(words.language), headings, cells))
    return with_rows


def html(name: str, made_on: date, sections: Mapping[str, Sequence[Mapping[str, Any]]], words: Words) -> str:
    """Return the page as one HTML file that any browser opens: the tables, the names of sections without rows, and how
    long data is kept. `name` is the person's.
    """
    language = words.language
    return pages.html(
        "personal.html",
        language,
        title=TITLE.to(language),
        name=name,
        made_on=made_on,
        tables=tables(sections, words),
        empty=[SECTIONS[code].to(language) for code, rows in sections.items() if not rows],
        kept=[(each.what.to(language), each.long.to(language), each.then.to(language)) for each in keeping.KEPT],
        training=False,  # in a training home, too, the page bears no mark
    )


def _cell(section: str, name: str, value: object, words: Words) -> str:
    """Return a value in words, by its type and its column `name`: "" for None, moments in the space's time zone, the
    parts of a mapping joined by ";", those of a list by "·".
    """
    language = words.language
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return (_YES if value else _NO).to(language)
    if isinstance(value, int):
        return _number(section, name, value, words)
    if isinstance(value, datetime):
        local = value.astimezone(words.zone)
        return f"{formats.day(local.date(), language, formats.MEDIUM)}, {formats.hour(local, language)}"
    if isinstance(value, date):
        return formats.day(value, language, formats.MEDIUM)
    if isinstance(value, Mapping):
        return "; ".join(
            _named_part(section, name, each, words) for name, each in value.items() if _is_shown(name, each)
        )
    if name == "lines" and isinstance(value, list):  # the lines of a document
        return " · ".join(_line(each, words) for each in value)
    if isinstance(value, list | tuple):
        return " · ".join(_cell(section, name, each, words) for each in value)
    return _text(section, name, str(value), words)


def _line(line: Mapping[str, Any], words: Words) -> str:
    """Return a document's line in words: its name in the page's language (or French, or any), its day, its amount;
    without those that are missing.
    """
    names = line.get("names") or {}
    name = names.get(words.language) or names.get("fr") or next(iter(names.values()), "")
    cells = (_cell("documents", key, line.get(key), words) for key in ("day", "cents"))
    return ", ".join(each for each in (name, *cells) if each)


def _number(section: str, name: str, value: int, words: Words) -> str:
    """Return a number as people read it, by its column's name: `...cents` an amount in euros, `..._minute` a time of
    day counted from midnight, any other the word for a code, or itself.
    """
    if name.endswith("cents"):
        return formats.euros(value, words.language)
    if name.endswith("_minute"):
        return formats.clock(*divmod(value, 60), words.language)
    return personal_words.code(section, name, str(value), words.language, words.own)


def _text(section: str, name: str, value: str, words: Words) -> str:
    """Return a text in words: a day as the language writes it, or the word for a code."""
    if _DAY.fullmatch(value):
        return formats.day(value, words.language, formats.MEDIUM)
    return personal_words.code(section, name, value, words.language, words.own)


def _is_shown(name: str, value: object) -> bool:
    """Tell whether a part of a value is shown: none with a technical name, None, or an empty list."""
    return name not in personal_words.TECHNICAL and value is not None and value != []


def _named_part(section: str, name: str, value: object, words: Words) -> str:
    """Return a part of a value with the name of its column before it."""
    colon = common.COLON.to(words.language)
    return f"{personal_words.column(name, words.language)}{colon}{_cell(section, name, value, words)}"
