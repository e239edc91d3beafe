"""Lists the desk's areas, and its navigation."""

from flask import Blueprint
from msgspec import Struct

from kiosk.language.texts import Text
from kiosk.web.desk.books import (
    account_prints,
    archive,
    bank,
    bank_deposits,
    books,
    exports,
    heads,
    invoices,
    report,
)
from kiosk.web.desk.checkin import badge_requests, door_requests, today
from kiosk.web.desk.common import frame, timing
from kiosk.web.desk.common.calendar_sources import Source
from kiosk.web.desk.common.permissions import May
from kiosk.web.desk.common.words import t
from kiosk.web.desk.events import agenda, event_blocks, events
from kiosk.web.desk.health import state
from kiosk.web.desk.help import pages as help_pages
from kiosk.web.desk.hosting import links, rota, template, year
from kiosk.web.desk.members import (
    imports,
    joining,
    member_rights,
    members,
    merge_forms,
    organisations,
    personal,
    year_papers,
)
from kiosk.web.desk.money import cash, corrections, money, receipts, voucher_statements
from kiosk.web.desk.officers import log, two, users
from kiosk.web.desk.people import people
from kiosk.web.desk.premises import drawing, offices, plan, things
from kiosk.web.desk.rooms import blocks, calendar, feed_pages, quote_pages, room_pages
from kiosk.web.desk.space import assembly, doors, figures, rent, rules, simulator


class Entry(Struct, frozen=True):
    """A line of the navigation."""

    endpoint: str
    words: Text
    icon: str
    permission: May
    rules: tuple[str, ...] = ()  # turned on by any of these, where there are some
    begins: bool = False  # a part of the navigation, with a gap before it

    @property
    def label(self) -> str:
        """Its label in the page's language."""
        return t(self.words)


AREAS: tuple[Blueprint, ...] = (
    figures.area,
    rent.area,
    simulator.area,
    assembly.area,
    bank.area,
    exports.area,
    imports.area,
    today.area,
    state.area,
    doors.area,
    help_pages.area,
    timing.area,
    door_requests.area,
    corrections.area,
    users.area,
    users.own_area,
    two.area,
    log.area,
    members.area,
    joining.area,
    money.area,
    books.area,
    account_prints.area,  # the accountants' files, too
    archive.area,
    heads.area,
    report.area,
    member_rights.area,
    personal.area,
    organisations.area,
    voucher_statements.area,
    invoices.area,
    receipts.area,
    cash.area,
    bank_deposits.area,
    events.area,
    agenda.area,
    rules.area,
    rota.area,
    links.area,
    people.area,
    plan.area,
    calendar.area,
    room_pages.area,
    quote_pages.area,
    feed_pages.area,
    frame.area,
)
# More pages of an area: each joins it when it is imported.
_PAGES = (badge_requests, template, year, merge_forms, year_papers, drawing, things, offices)
CALENDAR: tuple[Source, ...] = (blocks.of_rooms, blocks.of_lets, event_blocks.of_events)
"""What stands in the calendar, a function a subject."""

_PLACE = ("hosting", "people", "floor_plan", "things", "registered_offices")
# The day, the office's papers, the association.
NAVIGATION: tuple[Entry, ...] = (
    Entry("today.page", Text("Aujourd’hui", "Today"), "sun", May.SEE_TODAY),
    Entry("calendar.page", Text("Calendrier", "Calendar"), "calendar-days", May.BOOK_ROOMS, ("rooms_on",)),
    Entry("members.page", Text("Membres", "Members"), "users", May.FIND_MEMBERS),
    Entry("money.page", Text("Argent", "Money"), "hand-coins", May.TAKE_MONEY),
    Entry("corrections.listing", Text("Corrections", "Corrections"), "list-checks", May.CORRECT_MONEY),
    Entry("events.page", Text("Événements", "Events"), "calendar", May.FIND_MEMBERS, ("events",)),
    Entry("rota.page", Text("Le lieu", "The place"), "landmark", May.SEE_TODAY, _PLACE),
    Entry("books.page", Text("Comptabilité", "Books"), "book-check", May.SEE_MONEY, begins=True),
    Entry("organisations.page", Text("Structures", "Organisations"), "building-2", May.SEE_MONEY),
    Entry("exports.page", Text("Exports", "Exports"), "download", May.EXPORT),
    Entry("figures.page", Text("Chiffres", "Figures"), "chart-column", May.SEE_FIGURES),
    Entry("assembly.page", Text("Assemblée", "Assembly"), "presentation", May.SEE_FIGURES, begins=True),
    Entry("rules.overview", Text("Règles", "Rules"), "scale", May.SEE_RULES),
    Entry("two.page", Text("À deux", "By two"), "id-card", May.CONFIRM),
    Entry("users.everybody", Text("Comptes du bureau", "Desk accounts"), "shield-check", May.MANAGE_USERS),
    Entry("log.page", Text("Journal", "Log"), "history", May.SEE_LOG),
)
# What is done at the box, in the order of how often: on a telephone before all else, the first of them on every page.
ACTS: tuple[Entry, ...] = (
    Entry("money.page", Text("Encaisser", "Payment"), "hand-coins", May.TAKE_MONEY),
    Entry("members.page", Text("Trouver un membre", "Find a member"), "search", May.FIND_MEMBERS),
    Entry("members.new", Text("Inscrire", "Enrol"), "user-plus", May.EDIT_MEMBERS),
    Entry("cash.count_form", Text("Compter la caisse", "Count the box"), "wallet", May.CORRECT_MONEY),
    Entry("corrections.new", Text("Journée oubliée", "Forgotten day"), "pencil", May.FIND_MEMBERS),
    Entry("money.tab_page", Text("Ardoises", "Tabs"), "receipt-text", May.SEE_MONEY),
)
