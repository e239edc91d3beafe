"""Defines the desk's six areas, by how often they are used, with their pages: navigation, tabs and the finder are built
from this one tree.
"""

from collections.abc import Mapping

from msgspec import Struct

from kiosk.language import common
from kiosk.language.texts import Text
from kiosk.web.desk.common import switched
from kiosk.web.desk.common.permissions import May, may
from kiosk.web.desk.common.words import t

# Rules that turn on a page of the area "place"; as long as all are off, the area leads to these rules instead.
_PLACE = ("rooms_on", "events", "hosting", "floor_plan", "things", "registered_offices")
_MONTH, _YEAR = Text("Chaque mois", "Each month"), Text("Chaque année", "Each year")


class Entry(Struct, frozen=True):
    """A page that navigation leads to, with its label, its permission and the rules that turn it on."""

    endpoint: str
    words: Text
    icon: str
    permission: May
    rules: tuple[str, ...] = ()  # names of rules, any of which turns it on; an empty tuple: always on
    query: Mapping[str, str] = {}
    without: tuple[str, ...] = ()  # shown only as long as none of these is turned on
    begins: Text | None = None  # heading of a part of the area (like "Each month") whose first entry this is

    @property
    def label(self) -> str:
        """Return the entry's label in the page's language."""
        return t(self.words)

    @property
    def key(self) -> str:
        """Return what tells the entry apart from others: its endpoint and the query of its address."""
        return self.endpoint + "".join(f"?{name}={text}" for name, text in self.query.items())

    def is_here(self) -> bool:
        """Tell whether the signed-in officer may see the page, and the association has it turned on."""
        is_on = switched.on(*self.rules) and not (self.without and switched.on(*self.without))
        return may(self.permission) and is_on


class Area(Struct, frozen=True):
    """One of the six areas: its name, its short name for a telephone, its entries, and the blueprints whose pages
    belong to it.
    """

    name: str
    words: Text
    short: Text
    icon: str
    entries: tuple[Entry, ...]
    blueprints: frozenset[str] = frozenset()

    @property
    def label(self) -> str:
        """Return the area's label in the page's language."""
        return t(self.words)

    @property
    def short_label(self) -> str:
        """Return the area's short label, for a telephone."""
        return t(self.short)


class Shown(Struct, frozen=True):
    """An area as one officer sees it: the pages that are there, whether it is the current one, and how many duties
    wait.
    """

    area: Area
    entries: list[Entry]
    is_current: bool
    count: int


TODAY = Area(
    "today",
    Text("Aujourd’hui", "Today"),
    Text("Aujourd’hui", "Today"),
    "sun",
    (Entry("today.page", Text("Aujourd’hui", "Today"), "sun", May.SEE_TODAY),),
)
PEOPLE = Area(
    "people",
    Text("Personnes", "People"),
    Text("Personnes", "People"),
    "users",
    (
        Entry("members.page", Text("Membres", "Members"), "users", May.FIND_MEMBERS),
        Entry("renewals.page", Text("Adhésions à renouveler", "Memberships to renew"), "history", May.EDIT_MEMBERS),
        Entry("joining.listing", Text("Nouvelles personnes", "New people"), "user-plus", May.EDIT_MEMBERS),
        Entry("visitors.listing", Text("Demandes", "Requests"), "user-plus", May.EDIT_MEMBERS, ("public_work",)),
        Entry("organisations.page", Text("Structures", "Organisations"), "building-2", May.SEE_MONEY),
        Entry("corrections.listing", Text("Corrections", "Corrections"), "list-checks", May.CORRECT_MONEY),
        Entry("corrections.new", Text("Journée oubliée", "Forgotten day"), "pencil", May.FIND_MEMBERS),
        Entry("people.page", Text("Qui sait quoi", "Who knows what"), "eye", May.FIND_MEMBERS, ("people",)),
        Entry("people.notices", Text("Annonces", "Notices"), "scroll-text", May.FIND_MEMBERS, ("notices",)),
        Entry("people.projects", Text("Projets", "Projects"), "presentation", May.FIND_MEMBERS, ("notices",)),
        Entry("imports.page", Text("Importer des membres", "Import members"), "upload", May.EDIT_MEMBERS),
        Entry("members.likely", Text("Doublons probables", "Likely duplicates"), "users", May.EDIT_MEMBERS),
        Entry("members.papers", Text("Relevés et attestations", "Statements and certificates"), "receipt-text",
              May.SEE_MONEY),
    ),
    frozenset(("members", "member", "joining", "visitors", "renewals", "imports", "personal", "erasures",
               "organisations", "vouchers", "corrections", "people")),
)  # fmt: skip
MONEY = Area(
    "money",
    Text("Argent", "Money"),
    Text("Argent", "Money"),
    "hand-coins",
    (
        Entry("money.page", Text("Encaisser", "Take a payment"), "hand-coins", May.TAKE_MONEY),
        Entry("money.tab_page", Text("Ardoises et rappels", "Tabs and reminders"), "receipt-text", May.SEE_MONEY),
        Entry("money.running", Text("Formules en cours", "Running plans"), "calendar", May.SEE_MONEY),
        Entry("bank.page", Text("Banque", "Bank"), "landmark", May.SEE_MONEY),
        Entry("cash.page", Text("Caisse", "Cash box"), "wallet", May.SEE_MONEY),
        Entry("remittances.cheques", Text("Chèques et versements", "Cheques and payouts"), "landmark", May.SEE_MONEY),
        Entry("invoices.page", Text("Factures", "Invoices"), "receipt-text", May.SEE_MONEY),
        Entry("books.month_path", common.EVENING_OF_THE_MONTH, "list-checks", May.CORRECT_MONEY, begins=_MONTH),
        Entry("books.closed", Text("Clôtures", "Closings"), "book-check", May.SEE_MONEY),
        Entry("receipts.listing", Text("Reçus", "Receipts"), "receipt-text", May.SEE_MONEY),
        Entry("money.payments", Text("Paiements", "Payments"), "hand-coins", May.SEE_MONEY),
        Entry("books.page", Text("Comptabilité", "Accounting"), "book-check", May.SEE_MONEY),
        Entry("report.page", Text("Rapport annuel", "Annual report"), "chart-column", May.SEE_MONEY, begins=_YEAR),
        Entry("books.gift_list", Text("Dons", "Gifts"), "receipt-text", May.SEE_MONEY, ("gifts",)),
        Entry("books.result_list", Text("Résultats", "Results"), "scale", May.SEE_MONEY),
        Entry("exports.page", Text("Exports", "Exports"), "download", May.EXPORT),
        Entry("tokens.page", Text("Jetons et site web", "Tokens and website"), "key-round", May.EXPORT),
        Entry("accounting.page", Text("FEC", "FEC"), "download", May.SEE_MONEY),
        Entry("archive.page", Text("Archive", "Archive"), "download", May.SEE_MONEY),
        Entry("heads.page", common.HEADS_OF_THE_CHAIN, "shield-check", May.SEE_MONEY),
    ),
    frozenset(("money", "online", "bank", "cash", "remittances", "invoices", "books", "receipts", "report", "exports",
               "accounting", "archive", "heads", "tokens")),
)  # fmt: skip
PLACE = Area(
    "place",
    Text("Le lieu", "The place"),
    Text("Lieu", "Place"),
    "door-open",
    (
        Entry("calendar.page", Text("Calendrier", "Calendar"), "calendar-days", May.BOOK_ROOMS, ("rooms_on",)),
        Entry("rooms.listing", Text("Salles", "Rooms"), "door-open", May.BOOK_ROOMS, ("rooms_on",)),
        Entry("quotes.listing", Text("Devis", "Quotes"), "receipt-text", May.BOOK_ROOMS, ("rooms_on",)),
        Entry("visitors.rooms", Text("Demandes de salles", "Room requests"), "user-plus", May.BOOK_ROOMS,
              ("public_let",)),
        Entry("events.page", Text("Événements", "Events"), "calendar", May.FIND_MEMBERS, ("events",)),
        Entry("rota.page", Text("Accueil", "Hosting"), "users", May.SEE_TODAY, ("hosting",)),
        Entry("premises.page", Text("Plan", "Plan"), "landmark", May.SEE_TODAY, ("floor_plan",)),
        Entry("premises.things", Text("Objets", "Items"), "key-round", May.SEE_TODAY, ("things",)),
        Entry("premises.offices", Text("Domiciliations", "Registered offices"), "building-2", May.EDIT_MEMBERS,
              ("registered_offices",)),
        Entry("doorway.ask_open", Text("Ouvrir la porte", "Open the door"), "door-open", May.OPEN_DOOR,
              ("remote_opening",)),
        Entry("rules.about", common.ACTIVITIES_AND_SERVICES, "plus", May.SEE_RULES,
              query={"name": "place"}, without=_PLACE),
    ),
    frozenset(("calendar", "rooms", "quotes", "feeds", "events", "rota", "premises", "doorway")),
)  # fmt: skip
FIGURES = Area(
    "figures",
    Text("Chiffres", "Figures"),
    Text("Chiffres", "Figures"),
    "chart-column",
    (
        Entry("rent.page", Text("Loyer", "Rent"), "landmark", May.SEE_MONEY),
        Entry("figures.page", Text("Fréquentation", "Attendance"), "chart-column", May.SEE_FIGURES),
        Entry("simulator.page", Text("Et si ?", "What if?"), "scale", May.SEE_MONEY),
        Entry("assembly.page", Text("Assemblée", "Assembly"), "presentation", May.SEE_FIGURES),
    ),
    frozenset(("rent", "figures", "simulator", "assembly")),
)
SETTINGS = Area(
    "settings",
    Text("Réglages", "Settings"),
    Text("Réglages", "Settings"),
    "settings",
    (
        Entry("rules.overview", Text("Toutes les règles", "All rules"), "scale", May.SEE_RULES),
        Entry("rules.about", Text("Tarifs", "Tariffs"), "scale", May.SEE_RULES, query={"name": "prices"}),
        Entry(
            "rules.about",
            Text("Ouverture et places", "Opening and capacity"),
            "clock",
            May.SEE_RULES,
            query={"name": "opening"},
        ),
        Entry(
            "rules.about",
            Text("Adhésion et ardoise", "Membership and tab"),
            "scale",
            May.SEE_RULES,
            query={"name": "membership"},
        ),
        Entry(
            "rules.about", Text("Écran et porte", "Screen and door"), "door-open", May.SEE_RULES, query={"name": "door"}
        ),
        Entry(
            "rules.about",
            Text("Association et comptes", "Association and accounts"),
            "landmark",
            May.SEE_RULES,
            query={"name": "association"},
        ),
        Entry(
            "rules.about",
            common.ACTIVITIES_AND_SERVICES,
            "plus",
            May.SEE_RULES,
            query={"name": "place"},
            rules=_PLACE,
        ),
        Entry("rules.words", Text("Textes", "Wording"), "languages", May.SEE_RULES),
        Entry("rules.notice", common.NOTICE_OF_THE_DOOR, "scroll-text", May.SEE_RULES),
        Entry("users.everybody", Text("Comptes du bureau", "Desk accounts"), "shield-check", May.MANAGE_USERS),
        Entry("two.page", Text("À deux", "Two people"), "id-card", May.CONFIRM),
        Entry("hour.overview", Text("Votre espace", "Your space"), "list-checks", May.EDIT_RULES),
        Entry("log.page", Text("Journal", "Log"), "history", May.SEE_LOG),
        Entry("state.page", common.STATE_OF_THE_KIOSK, "heart-pulse", May.SEE_TODAY),
        Entry("doors.page", Text("Portes", "Doors"), "door-open", May.SEE_TODAY),
        Entry("help.page", Text("Manuel", "Manual"), "book-check", May.SEE_TODAY),
    ),
    frozenset(("rules", "hour", "users", "two", "log", "state", "doors", "help", "account")),
)
TREE: tuple[Area, ...] = (TODAY, PEOPLE, MONEY, PLACE, FIGURES, SETTINGS)  # in the order of navigation
ON_A_TELEPHONE = 4  # areas with a tab of their own; the last tab opens the others

# The finder's quick acts, the most frequent first: on a telephone before all else, the first of them on every page.
ACTS: tuple[Entry, ...] = (
    Entry("money.page", Text("Encaisser", "Take a payment"), "hand-coins", May.TAKE_MONEY),
    Entry("members.page", Text("Trouver un membre", "Find a member"), "search", May.FIND_MEMBERS),
    Entry("members.new", Text("Inscrire", "Enrol"), "user-plus", May.EDIT_MEMBERS),
    Entry("cash.count_form", Text("Compter la caisse", "Count the cash box"), "wallet", May.CORRECT_MONEY),
    Entry("corrections.new", Text("Journée oubliée", "Forgotten day"), "pencil", May.FIND_MEMBERS),
    Entry("money.tab_page", Text("Ardoises", "Tabs"), "receipt-text", May.SEE_MONEY),
)
EVACUATION = Entry("today.evacuation", Text("Évacuation", "Evacuation"), "triangle-alert", May.SEE_TODAY)


def area_of(endpoint: str, query: Mapping[str, str]) -> Area:
    """Return the area that a page belongs to: the one that lists it, else the one of its blueprint, else today's.

    A page that several areas list with different queries belongs to the one whose query it has, if that is visible.
    """
    listed = (area for area in TREE if any(_is_listed(entry, endpoint, query) for entry in area.entries))
    blueprint = endpoint.partition(".")[0]
    return next(listed, None) or next((area for area in TREE if blueprint in area.blueprints), TODAY)


def _is_listed(entry: Entry, endpoint: str, query: Mapping[str, str]) -> bool:
    """Tell whether an entry of the menu stands for the shown page, by its endpoint and query. An entry with a query
    does so only while it is in the menu, because two areas list the same page under opposite rules.
    """
    if entry.endpoint != endpoint or any(query.get(name) != text for name, text in entry.query.items()):
        return False
    return not entry.query or entry.is_here()


def entry_of(area: Area, endpoint: str, query: Mapping[str, str]) -> Entry | None:
    """Return the entry of an area that stands for a page: the one with its whole address, else its endpoint, else its
    blueprint. None where the area has none.
    """
    same = [entry for entry in area.entries if entry.endpoint == endpoint]
    whole = [
        entry for entry in same if entry.query and all(query.get(name) == text for name, text in entry.query.items())
    ]
    plain = [entry for entry in same if not entry.query]
    blueprint = endpoint.partition(".")[0]
    of_blueprint = [entry for entry in area.entries if entry.endpoint.partition(".")[0] == blueprint]
    return next(iter([*whole, *plain, *of_blueprint]), None)


def shown(current: Area, counts: Mapping[str, int]) -> list[Shown]:
    """Return the areas in which the officer has at least one page. `counts` holds how many duties wait, by the area's
    name.
    """
    areas = [
        Shown(area, [entry for entry in area.entries if entry.is_here()], area is current, counts.get(area.name, 0))
        for area in TREE
    ]
    return [area for area in areas if area.entries]
