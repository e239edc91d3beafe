"""Lists the desk's areas, and its navigation."""

from dataclasses import dataclass

from flask import Blueprint

from kiosk.web.desk.books import accounting, archive, bank, bank_deposits, books, exports, heads, invoices, report
from kiosk.web.desk.checkin import door_requests, today
from kiosk.web.desk.common import timing
from kiosk.web.desk.common.permissions import May
from kiosk.web.desk.common.words import t
from kiosk.web.desk.health import state
from kiosk.web.desk.members import imports, joining, member_rights, members, organisations
from kiosk.web.desk.money import cash, corrections, money, receipts, vouchers
from kiosk.web.desk.officers import log, users
from kiosk.web.desk.space import assembly, figures, rules


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the navigation."""

    endpoint: str
    fr: str
    en: str
    icon: str
    permission: May

    @property
    def label(self) -> str:
        """Its label in the page's language."""
        return t(self.fr, self.en)


AREAS: tuple[Blueprint, ...] = (
    figures.area,
    assembly.area,
    bank.area,
    exports.area,
    imports.area,
    today.area,
    state.area,
    timing.area,
    door_requests.area,
    corrections.area,
    users.area,
    users.own_area,
    log.area,
    members.area,
    joining.area,
    money.area,
    books.area,
    accounting.area,
    archive.area,
    heads.area,
    report.area,
    member_rights.area,
    organisations.area,
    vouchers.area,
    invoices.area,
    receipts.area,
    cash.area,
    bank_deposits.area,
    rules.area,
)
NAVIGATION: tuple[Entry, ...] = (
    Entry("today.page", "Aujourd’hui", "Today", "sun", May.SEE_TODAY),
    Entry("members.page", "Membres", "Members", "users", May.FIND_MEMBERS),
    Entry("money.page", "Argent", "Money", "hand-coins", May.TAKE_MONEY),
    Entry("books.page", "Comptabilité", "Books", "book-check", May.SEE_MONEY),
    Entry("organisations.page", "Structures", "Organisations", "building-2", May.SEE_MONEY),
    Entry("corrections.listing", "Corrections", "Corrections", "list-checks", May.CORRECT_MONEY),
    Entry("exports.page", "Exports", "Exports", "download", May.EXPORT),
    Entry("figures.page", "Chiffres", "Figures", "chart-column", May.SEE_FIGURES),
    Entry("assembly.page", "Assemblée", "Assembly", "presentation", May.SEE_FIGURES),
    Entry("rules.overview", "Règles", "Rules", "scale", May.SEE_RULES),
    Entry("users.everybody", "Comptes du bureau", "Desk accounts", "shield-check", May.MANAGE_USERS),
    Entry("log.page", "Journal", "Log", "history", May.SEE_LOG),
)
