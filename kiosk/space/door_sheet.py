"""Gathers what the sheet beside the door prints, from the rules, prices and words in force."""

from datetime import datetime

import sqlalchemy as sa

from kiosk.domain.checkin import choices
from kiosk.domain.money.tariffs import FULL, Policy
from kiosk.domain.money.vat import VatStatus
from kiosk.exports.door_sheet_pdf import DoorSheet, Line
from kiosk.language.names import Names
from kiosk.language.texts import Said, Text
from kiosk.space import door_notice
from kiosk.store import name_rows
from kiosk.store.space import book_rules, wording_rows
from kiosk.store.space.policies import Rules


def read(connection: sa.Connection, rules: Rules, at: datetime, *, training: bool) -> DoorSheet:
    """Return the content of the door's sheet at a moment. `training` marks a home in which nothing counts."""
    policy, moment = rules.at(connection, at)
    wordings = wording_rows.current(connection)
    first = {section.code: section.words for section in door_notice.SECTIONS}
    return DoorSheet(
        association=book_rules.read(connection, moment.day).association,
        why=wordings.get("notice-why", first["notice-why"]),
        contact=wordings.get("notice-contact", first["notice-contact"]),
        prices=prices(connection, policy),
        has_reduced=any(level != FULL for _, level in policy.prices),
        free_zone=_free_zone(connection, policy),
        passing_minutes=policy.passing_minutes or 0,
        guests_a_day=policy.guests_a_day or 0,
        guest_days_a_year=policy.guest_days_a_year,
        guests_by_permanents_only=policy.guests_by_permanents_only,
        guest_cents=policy.guest_cents,
        hours=policy.opening_hours,
        closed_on_holidays=policy.closed_on_holidays,
        closed_admits_permanents=policy.closed_admits_permanents,
        training=training,
    )


def notice(connection: sa.Connection, rules: Rules, at: datetime) -> list[tuple[Text, Said]]:
    """Return heading and text of each section of the door's notice, in the association's words where it has its own.
    Where VAT is collected, a section on the till is added.
    """
    wordings = wording_rows.current(connection)
    lines: list[tuple[Text, Said]] = [
        (section.heading, wordings.get(section.code, section.words)) for section in door_notice.SECTIONS
    ]
    policy, _ = rules.at(connection, at)
    if policy.vat_status is VatStatus.LIABLE:
        lines.insert(3, (door_notice.TILL_HEADING, door_notice.TILL))  # after how long data is kept
    return lines


def prices(connection: sa.Connection, policy: Policy) -> tuple[Line, ...]:
    """Return a line for each product that has a full price."""
    names = name_rows.products(connection)
    priced = {code: policy.prices[code, FULL] for code in names if (code, FULL) in policy.prices}
    return tuple(Line(names[code], price) for code, price in priced.items())


def _free_zone(connection: sa.Connection, policy: Policy) -> Names | None:
    """Return the free zone's names, None where no other zone costs anything."""
    code = choices.free_zone(policy)
    if code is None or choices.costly_zone(policy) is None:
        return None
    return name_rows.zones(connection)[code]
