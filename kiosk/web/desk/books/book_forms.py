"""Shares what the pages about the books need: their blueprint, the closings' use-case, names of periods and kinds."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import Blueprint, request

from kiosk.books.closing import Closings
from kiosk.domain.books.closings import Period
from kiosk.domain.books.fiscal import FiscalYear
from kiosk.domain.money import vat
from kiosk.exports import formats
from kiosk.language import codes
from kiosk.language.names import Names
from kiosk.web.desk.common import timing
from kiosk.web.desk.common.formats import day_text, written
from kiosk.web.desk.common.labels import methods
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.paging import again, link
from kiosk.web.desk.common.words import in_page_language, t

area = Blueprint("books", __name__, url_prefix="/books")


@area.context_processor
def _here() -> dict[str, Any]:
    """Return the functions that all templates of the books use."""
    return {
        "again": again,
        "link": link,
        "methods": methods(),
        "others": other_kinds(),
        "period_name": period_name,
        "named_sums": named_sums,
        "rate": lambda rate: f"{vat.plain(rate, t(',', '.'))}\u00a0%",
    }


def named_sums(sums: Mapping[str, int], names: Mapping[str, str]) -> list[tuple[str, int]]:
    """Return sums in cents with the names of their codes, the largest first; a code without a name stands for itself,
    an empty one reads "other".
    """
    ordered = sorted(sums.items(), key=lambda sum_of_code: (-sum_of_code[1], sum_of_code[0]))
    return [(names.get(code, code or t("autre", "other")), cents) for code, cents in ordered]


def closings() -> Closings:
    """Return the closings' use-case for the signed-in officer. A page that is only read may go by a day that an officer
    typed; what is written is dated by the machine's clock alone.
    """
    desk = office()
    clock = desk.clock if request.method in ("GET", "HEAD") else timing.machine_clock()
    return Closings.of(desk.by(clock))


def period_name(kind: Period, from_on: date, until_on: date) -> str:
    """Return the name of a period, like `24 nov. 2026`, `novembre 2026` or `exercice 2026`."""
    if kind is Period.DAY:
        return day_text(until_on)
    if kind is Period.MONTH:
        return written(until_on, formats.MONTH_OF_YEAR)
    return t("exercice {year}", "fiscal year {year}", year=FiscalYear(from_on, until_on).name)


def kinds() -> dict[Period, str]:
    """Return the names of the three kinds of closings, in the plural."""
    return {
        Period.DAY: t("Journées", "Days"),
        Period.MONTH: t("Mois", "Months"),
        Period.YEAR: t("Exercices", "Fiscal years"),
    }


def other_kinds() -> dict[str, str]:
    """Return the names of the kinds of entry that change what an account owes, other than charges and payments."""
    return {code: t(codes.ENTRY_KINDS[code]) for code in ("write-off", "deposit", "gift")}


def product_names(products: dict[str, Names]) -> dict[str, str]:
    """Return products' names in the page's language, by code."""
    return {code: in_page_language(names) for code, names in products.items()}
