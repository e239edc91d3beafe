"""Says the headings and codes of exported files in words, and those of the pages that show their first rows.

A column of one name has the same heading in every file.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, tzinfo

from msgspec import Struct, field

from kiosk.exports import formats
from kiosk.exports.events import words
from kiosk.exports.sheets import Kind, Sheet
from kiosk.language import codes
from kiosk.language.texts import Text

TRAINING = Text("MODE ÉCOLE", "TRAINING")
_LONGEST_TAB = 31  # characters that a spreadsheet program allows
_NOT_IN_A_TAB = dict.fromkeys(map(ord, "[]:*?/\\"))
SHEETS = {
    "day-passes": Text("Journées", "Day passes"),
    "visits": Text("Visites", "Visits"),
    "occupancy": Text("Fréquentation", "Occupancy"),
    "payments": Text("Paiements", "Payments"),
    "cash": Text("Livre de caisse", "Cash book"),
    "remittances": Text("Remises en banque", "Bank deposits"),
    "tabs": Text("Ardoises", "Tabs"),
    "entries": Text("Écritures", "Entries"),
    "members": Text("Membres et soldes", "Members and balances"),
    "bookings": Text("Réservations", "Bookings"),
    "events": Text("Événements", "Events"),
    "member-files": Text("Fiches des membres", "Member files"),
}
COLUMNS = {
    "account": Text("Compte", "Account"),
    "actor": Text("Auteur", "Author"),
    "amount": Text("Montant", "Amount"),
    "balance": Text("Solde", "Balance"),
    "booking": Text("Réservation", "Booking"),
    "coming": Text("Inscriptions", "Sign-ups"),
    "credited": Text("Arrivée en banque", "Credited"),
    "day": Text("Jour", "Day"),
    "day_passes": Text("Journées", "Day passes"),
    "days_30": Text("Jusqu’à 30 jours", "Up to 30 days"),
    "days_60": Text("31 à 60 jours", "31 to 60 days"),
    "days_90": Text("61 à 90 jours", "61 to 90 days"),
    "email": Text("E-mail", "Email"),
    "ends": Text("Fin", "End"),
    "entry": Text("Écriture", "Entry"),
    "event": Text("Événement", "Event"),
    "fee": Text("Frais", "Fee"),
    "free": Text("Gratuites", "Free"),
    "guests": Text("Personnes invitées", "Guests"),
    "in": Text("Argent entré", "Money in"),
    "in_box": Text("En caisse", "In the cash box"),
    "joined": Text("Arrivée", "Joined"),
    "kind": Text("Nature", "Kind"),
    "known_by": Text("Reconnue par", "Recognised by"),
    "language": Text("Langue", "Language"),
    "left": Text("Départ", "Left on"),
    "member": Text("Membre", "Member"),
    "members": Text("Membres", "Members"),
    "membership_until": Text("Adhésion jusqu’au", "Membership until"),
    "method": Text("Moyen", "Method"),
    "name": Text("Nom", "Name"),
    "older": Text("Plus de 90 jours", "Over 90 days"),
    "out": Text("Argent sorti", "Money out"),
    "part": Text("Part du jour", "Part of the day"),
    "phone": Text("Téléphone", "Phone"),
    "pieces": Text("Nombre de paiements", "Number of payments"),
    "place": Text("Lieu", "Place"),
    "places": Text("Places", "Places"),
    "plan": Text("Formule", "Plan"),
    "prepaid": Text("Payées d’avance", "Prepaid"),
    "product": Text("Produit", "Product"),
    "received": Text("Reçu", "Received"),
    "reference": Text("Référence", "Reference"),
    "reversed_by": Text("Contre-écriture", "Reversed by"),
    "reverses": Text("Corrige", "Reverses"),
    "right": Text("Droit", "Right"),
    "room": Text("Salle", "Room"),
    "shown": Text("Nom affiché", "Shown name"),
    "slip": Text("Bordereau", "Slip"),
    "starts": Text("Début", "Start"),
    "state": Text("État", "Status"),
    "subscription": Text("Abonnements", "Subscriptions"),
    "tariff": Text("Tarif", "Tariff"),
    "threshold": Text("Minimum", "Minimum"),
    "title": Text("Titre", "Title"),
    "undone": Text("Annulées", "Undone"),
    "visits": Text("Visites", "Visits"),
    "zone": Text("Zone", "Zone"),
}
CODES: Mapping[str, codes.Words] = {
    "right": codes.RIGHTS,
    "tariff": codes.LEVELS,
    "part": codes.PARTS,
    "known_by": codes.KNOWN_BY,
    "state": codes.STATES,
    "kind": codes.ENTRY_KINDS,
    "method": codes.METHODS,
    "language": {
        "fr": Text("français", "French"),
        "en": Text("anglais", "English"),
    },
    "actor": codes.ACTORS,
    "bookings.kind": codes.BOOKING_KINDS,
    "bookings.state": codes.BOOKING_STATES,
    "events.kind": {kind.value: text for kind, text in words.KINDS.items()},
    "events.state": {state.value: text for state, text in words.STATES.items()},
}
"""The words of codes, by column; by `file.column` where a file has codes of its own."""


class Spoken(Struct, frozen=True):
    """The language of a file, the names that the association gave its own codes (plans, zones, products), by column
    and code, and the time zone of its wall clock.
    """

    language: str
    own: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    zone: tzinfo = UTC

    def headings(self, sheet: Sheet) -> list[str]:
        """Return the columns' names in words."""
        return [heading(column, self.language) for column in sheet.columns]

    def codes(self, sheet: Sheet) -> dict[int, dict[str, str]]:
        """Return each column's codes with their words, by the column's index from 0; where the association has its own
        name of a code, that one. Columns without codes are left out.
        """
        words_by_place = [CODES.get(f"{sheet.name}.{column}", CODES.get(column, {})) for column in sheet.columns]
        return {
            place: {
                **{code: text.to(self.language) for code, text in words_by_place[place].items()},
                **self.own.get(column, {}),
            }
            for place, column in enumerate(sheet.columns)
            if words_by_place[place] or column in self.own
        }

    def local(self, moment: str) -> datetime:
        """Return a moment of the database on the wall clock, without its zone: spreadsheets know none."""
        return datetime.fromisoformat(moment).astimezone(self.zone).replace(tzinfo=None)


def title(name: str, language: str) -> str:
    """Return a file's name in words."""
    return SHEETS[name].to(language)


def tab(name: str, language: str, *, training: bool) -> str:
    """Return the name of a workbook's sheet: cut to the length of a tab, without the characters that a tab may not
    have, and in a training home after the word for training.
    """
    marked = f"{TRAINING.to(language)} {name}" if training else name
    return marked.translate(_NOT_IN_A_TAB)[:_LONGEST_TAB].strip(" '")


def heading(column: str, language: str) -> str:
    """Return a column's name in words."""
    return COLUMNS[column].to(language)


def shown(value: object, kind: Kind, language: str, zone: tzinfo = UTC) -> str:
    """Return a value of the database as a page shows it, by the kind of its column: cents as euros, ISO text as a day
    or as a moment on the wall clock of `zone`. "" for None.
    """
    if value is None:
        return ""
    if kind in (Kind.CENTS, Kind.LEVEL):
        return formats.euros(int(str(value)), language)
    if kind is Kind.DAY:
        return formats.day(date.fromisoformat(str(value)), language, formats.MEDIUM)
    if kind is Kind.MOMENT:
        local = datetime.fromisoformat(str(value)).astimezone(zone)
        return f"{formats.day(local.date(), language, formats.MEDIUM)} {formats.hour(local, language)}"
    return formats.number(int(str(value)), language) if kind is Kind.COUNT else str(value)
