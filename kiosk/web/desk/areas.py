"""Lists the desk's pages, blueprint by blueprint, and the sources of its calendar."""

from flask import Blueprint

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
from kiosk.web.desk.duties import todo_pages
from kiosk.web.desk.events import agenda, event_blocks, events
from kiosk.web.desk.finder import pages as finder_pages
from kiosk.web.desk.first_hour import first_account, questions, trial_mail
from kiosk.web.desk.health import state
from kiosk.web.desk.help import pages as help_pages
from kiosk.web.desk.hosting import links, rota, template, year
from kiosk.web.desk.members import (
    erasures,
    imports,
    joining,
    member_rights,
    members,
    merge_forms,
    organisations,
    personal,
    renewals,
    visitors,
    year_papers,
)
from kiosk.web.desk.money import cash, corrections, money, online, receipts, voucher_statements
from kiosk.web.desk.officers import log, tokens, two, users
from kiosk.web.desk.people import people
from kiosk.web.desk.premises import drawing, offices, plan, things
from kiosk.web.desk.rooms import blocks, calendar, feed_pages, quote_list, week_sheet
from kiosk.web.desk.space import assembly, doors, figures, rent, rules, simulator

AREAS: tuple[Blueprint, ...] = (
    figures.area,
    rent.area,
    simulator.area,
    assembly.area,
    bank.area,
    exports.area,
    imports.area,
    erasures.area,
    today.area,
    todo_pages.area,
    state.area,
    doors.area,
    help_pages.area,
    timing.area,
    door_requests.area,
    corrections.area,
    first_account.area,
    questions.area,
    users.area,
    users.own_area,
    two.area,
    tokens.area,
    log.area,
    members.area,
    joining.area,
    visitors.area,
    renewals.area,
    money.area,
    online.area,
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
    week_sheet.area,  # with the rooms' other pages
    quote_list.area,
    feed_pages.area,
    frame.area,
    finder_pages.area,
)
# Each of these adds its pages to an area above when it is imported, so the import is all that is needed.
_PAGES = (badge_requests, trial_mail, template, year, merge_forms, year_papers, drawing, things, offices)
CALENDAR: tuple[Source, ...] = (blocks.of_rooms, blocks.of_lets, event_blocks.of_events)
"""The sources of what stands in the calendar, a function for each subject."""
