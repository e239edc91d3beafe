"""Lists pages that stand in no area's tabs but are found by name, and the acts that the finder offers, each with its
form.
"""

from msgspec import Struct

from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.web.desk.common.permissions import May
from kiosk.web.desk.tree import ACTS, EVACUATION, TREE, Entry

# Each page: its endpoint, name, icon and permission, and the rules of which one has to be turned on.
FURTHER = (
    EVACUATION,
    Entry("account.page", Text("Mon compte du bureau", "My desk account"), "circle-user", May.KEEP_OWN_ACCOUNT),
    Entry("books.month_form", Text("Clore le mois", "Close the month"), "book-check", May.CORRECT_MONEY),
    Entry("books.year_form", Text("Clore l’exercice", "Close the fiscal year"), "book-check", May.CORRECT_MONEY),
    Entry("money.ask_reminders", Text("Rappels groupés", "Remind several people"), "mail", May.SEE_MONEY),
    Entry("cash.bank_form", common.CARRY_CASH_TO_THE_BANK, "wallet", May.CORRECT_MONEY),
    Entry("cash.declare_form", common.NOTE_DECLARATION, "wallet", May.TAKE_MONEY),
    Entry("bank.start", Text("Importer un relevé", "Import a statement"), "upload", May.CORRECT_MONEY),
    Entry("remittances.payouts", Text("Versements reçus", "Payouts received"), "landmark", May.SEE_MONEY),
    Entry("online.page", Text("Paiements en ligne", "Online payments"), "hand-coins", May.SEE_MONEY),
    Entry("invoices.month", common.INVOICE_LAST_MONTH, "receipt-text", May.SEE_MONEY),
    Entry("organisations.new", Text("Ajouter une structure", "Add an organisation"), "plus", May.CORRECT_MONEY),
    Entry("members.overdue", Text("Fiches à effacer", "Files to erase"), "trash-2", May.FIND_MEMBERS),
    Entry("erasures.listing", Text("Demandes d’effacement", "Erasure requests"), "trash-2", May.EDIT_MEMBERS),
    Entry("rooms.book", Text("Réserver une salle", "Book a room"), "plus", May.BOOK_ROOMS, ("rooms_on",)),
    Entry("quotes.new", Text("Nouveau devis", "New quote"), "plus", May.BOOK_ROOMS, ("rooms_on",)),
    Entry("feeds.page", Text("Calendriers suivis", "Followed calendars"), "calendar", May.BOOK_ROOMS,
          ("rooms_on",)),
    Entry("events.new", Text("Nouvel événement", "New event"), "plus", May.RUN_EVENTS, ("events",)),
    Entry("rota.template", Text("Semaine type de l’accueil", "Weekly hosting template"), "calendar", May.SEE_TODAY,
          ("hosting",)),
    Entry("rota.year", common.YEAR_OF_HOSTING, "calendar", May.KEEP_ROTA, ("hosting",)),
    Entry("rules.hours_form", Text("Heures d’ouverture", "Opening hours"), "clock", May.EDIT_RULES),
    Entry("rules.closed_days", Text("Jours fermés", "Closed days"), "calendar", May.SEE_RULES),
    Entry("users.add", Text("Nouveau compte du bureau", "New desk account"), "user-plus", May.MANAGE_USERS),
)  # fmt: skip
# All pages that the finder knows: the tabs of each area, its quick acts, and the further ones.
PAGES = (*(entry for area in TREE for entry in area.entries), *ACTS, *FURTHER)


class Act(Struct, frozen=True):
    """An act that opens a form. `at` is the form's page for what `takes` says: an account, a member's number (`number`
    or `member`, as its URL calls it), an organisation, an entry or a new name; `alone` is the page where one is chosen.

    `sum_as` is the field for an amount, `name_as` the one for a name that is not known yet.
    """

    key: str
    words: Text
    icon: str
    permission: May
    at: str
    takes: str
    alone: str
    rules: tuple[str, ...] = ()  # offered only where one of them is turned on
    query: tuple[tuple[str, str], ...] = ()  # further values of the form's URL
    sum_as: str = ""
    name_as: str = ""
    anchor: str = ""  # the part of the page that has the form


FORMS: tuple[Act, ...] = (
    Act("pay", Text("Encaisser", "Take a payment"), "hand-coins", May.TAKE_MONEY, "money.pay_account", "account",
        "money.page", sum_as="amount"),
    Act("sell", Text("Vendre", "Sell"), "plus", May.TAKE_MONEY, "money.sell", "number", "money.page"),
    Act("enrol", Text("Inscrire", "Enrol"), "user-plus", May.EDIT_MEMBERS, "members.new", "name", "members.new",
        name_as="name"),
    Act("lost-badge", Text("Badge perdu", "Lost badge"), "nfc", May.EDIT_MEMBERS, "member.page", "number",
        "members.page", anchor="badges"),
    Act("give-badge", Text("Donner un badge", "Assign a badge"), "nfc", May.EDIT_MEMBERS, "member.give_badge", "number",
        "members.page"),
    Act("forgotten", Text("Noter une journée oubliée", "Record a forgotten day"), "pencil", May.FIND_MEMBERS,
        "corrections.new", "member", "corrections.new"),
    Act("refund", Text("Rembourser une avance", "Refund a credit"), "undo-2", May.CORRECT_MONEY, "money.amend",
        "account", "money.tab_page", query=(("kind", "refund"),), sum_as="amount"),
    Act("write-off", Text("Renoncer à une dette (passer en perte)", "Write off a debt"), "ban",
        May.CORRECT_MONEY, "money.amend", "account", "money.tab_page", query=(("kind", "write-off"),),
        sum_as="amount"),
    Act("reverse", Text("Corriger une écriture", "Reverse an entry"), "undo-2", May.CORRECT_MONEY,
        "money.reverse", "entry", "money.payments"),
    Act("reminder", Text("Écrire un rappel", "Write a reminder"), "mail", May.SEE_MONEY, "money.reminder", "account",
        "money.ask_reminders"),
    Act("plan", Text("Changer de formule", "Change the plan"), "calendar", May.EDIT_MEMBERS, "member.plan", "number",
        "members.page"),
    Act("reduced", common.GRANT_REDUCED, "scale", May.EDIT_MEMBERS, "member.reduced", "number", "members.page"),
    Act("voucher", Text("Code de bon", "Voucher code"), "receipt-text", May.TAKE_MONEY, "vouchers.claim", "number",
        "money.page"),
    Act("leave", Text("Noter un départ", "Record a departure"), "log-out", May.EDIT_MEMBERS, "member.leave", "number",
        "members.page"),
    Act("book", Text("Réserver une salle", "Book a room"), "calendar-days", May.BOOK_ROOMS, "rooms.book", "member",
        "rooms.book", rules=("rooms_on",)),
    Act("invoice", Text("Facturer", "Invoice"), "receipt-text", May.SEE_MONEY, "invoices.of", "organisation",
        "invoices.month"),
    Act("gift", Text("Noter un don", "Record a gift"), "plus", May.CORRECT_MONEY, "books.gift_form", "account",
        "books.gift_list", rules=("gifts",)),
)  # fmt: skip
