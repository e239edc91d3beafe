"""Pages that the search box leads to by their name, beside the members: to whoever types, and to whoever forgot where
they stand in the menu.
"""

import re
from collections.abc import Sequence

from kiosk.domain.names import searchable
from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.web.desk.areas import ACTS, NAVIGATION, Entry
from kiosk.web.desk.common.permissions import May

MOST, SHORTEST = 5, 2  # pages shown, letters typed
_MORE = (
    Entry("books.month_path", common.EVENING_OF_THE_MONTH, "list-checks", May.CORRECT_MONEY),
    Entry("books.month_form", Text("Clore le mois", "Close the month"), "book-check", May.CORRECT_MONEY),
    Entry("books.closed", Text("Clôtures", "Closings"), "book-check", May.SEE_MONEY),
    Entry("money.ask_reminders", Text("Rappels", "Reminders"), "mail", May.SEE_MONEY),
    Entry("money.payments", Text("Paiements", "Payments"), "hand-coins", May.SEE_MONEY),
    Entry("money.running", Text("Formules en cours", "Running plans"), "hand-coins", May.SEE_MONEY),
    Entry("hour.overview", Text("Votre espace", "Your space"), "list-checks", May.EDIT_RULES),
    Entry("cash.page", Text("Caisse", "Cash box"), "wallet", May.SEE_MONEY),
    Entry("cash.bank_form", common.CARRY_CASH_TO_THE_BANK, "wallet", May.CORRECT_MONEY),
    Entry("bank.page", Text("Banque", "Bank"), "landmark", May.SEE_MONEY),
    Entry("remittances.cheques", Text("Chèques", "Cheques"), "landmark", May.SEE_MONEY),
    Entry("invoices.page", Text("Factures", "Invoices"), "receipt-text", May.SEE_MONEY),
    Entry("receipts.listing", Text("Reçus", "Receipts"), "receipt-text", May.SEE_MONEY),
    Entry(
        "members.papers", Text("Relevés et attestations", "Statements and attestations"), "receipt-text", May.SEE_MONEY
    ),
    Entry("members.likely", Text("Doublons probables", "Likely duplicates"), "users", May.EDIT_MEMBERS),
    Entry("members.overdue", Text("Fiches à effacer", "Files to erase"), "trash-2", May.FIND_MEMBERS),
    Entry("imports.page", Text("Importer des membres", "Import members"), "upload", May.EDIT_MEMBERS),
    Entry("report.page", Text("Rapport annuel", "Annual report"), "chart-column", May.SEE_MONEY),
    Entry("rent.page", Text("Loyer", "Rent"), "chart-column", May.SEE_MONEY),
    Entry("simulator.page", Text("Et si ?", "What if?"), "scale", May.SEE_MONEY),
    Entry("rules.hours_form", Text("Heures d’ouverture", "Opening hours"), "clock", May.EDIT_RULES),
    Entry("rules.closed_days", Text("Jours fermés", "Closed days"), "calendar", May.SEE_RULES),
    Entry("doorway.ask_open", Text("Ouvrir la porte", "Open the door"), "door-open", May.OPEN_DOOR),
    Entry("state.page", common.STATE_OF_THE_KIOSK, "heart-pulse", May.SEE_TODAY),
    Entry("help.page", Text("Manuel", "Manual"), "book-check", May.SEE_TODAY),
)
WAYS = (*ACTS, *_MORE, *NAVIGATION)


def named(allowed: Sequence[Entry], text: str) -> list[Entry]:
    """The pages of whose name each typed word begins one, accents and case ignored; a page once."""
    typed = _words(text)
    if len("".join(typed)) < SHORTEST:
        return []
    found: dict[str, Entry] = {}
    for entry in allowed:
        said = _words(entry.label)
        if all(any(word.startswith(each) for word in said) for each in typed):
            found.setdefault(entry.endpoint, entry)
    return list(found.values())[:MOST]


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", searchable(text))
