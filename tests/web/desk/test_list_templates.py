"""Each list of the desk's templates uses the one piece that searches, sorts, pages and adds up, or has a reason not to.

A list is a table's body or an `<ul>` of lines that a loop fills. It uses the piece where its rows are those of
`paging.listed`, or where its headings are `column`, which sorts in the database.
"""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[3] / "kiosk/web/desk/templates"
_LIST = re.compile(r'<tbody[^>]*>|<ul class="(?:lines|todo|card|plain)[^"]*"[^>]*>')
_LOOP = re.compile(r"{%-?\s*for .*? in (.*?)\s*-?%}")
_SORTED_HEADING = re.compile(r"\b(?:heading|column|order)\(")

REASONS = {
    "one person's or one document's own lines, in their order": """
member/banked.html banked
member/data.html kept
member/macros.html lines
member/page.html badges
member/page.html grants
member/page.html memberships
member/page.html payers
member/page.html telephones
member/payers.html current
hosting/member.html own
people/member.html own
money/act.html rows
money/pay.html lines
money/reminder.html word.lines
money/reminders.html tabs
money/subscription.html periods | reverse
invoices/credit.html invoice.lines if line.entry in left
invoices/draft.html draft.lines
invoices/one.html invoice.lines
receipts/macros.html content.lines
receipts/macros.html lines
receipts/page.html copies
receipts/page.html mails
receipts/page.html others
receipts/statement.html issued
events/one.html topics
rooms/edit.html costs
books/closing.html sent
security/mf_recovery_codes.html recovery_codes
security/wan_register.html registered_credentials
users/tokens.html shared
users/tokens.html tokens
organisations/vouchers.html codes[envelope.id]
""",
    "a queue, whose order says what comes first": """
events/one.html line.interested
events/one.html line.waiting
books/close.html opened
books/closing.html under_way
calendar/differences.html found
doors/doors.html conflicts
invoices/list.html to_credit.items()
money/online.html uncertain
state_lines.html found
today_now.html day.events
today_now.html day.todo
todo.html found
two/page.html asked
two/page.html by_account.items()
two/page.html decided
two/page.html decided_acts
two/page.html looks
archive/heads.html messages
first_hour/mail.html trials
first_hour/overview.html questions
first_steps.html steps
""",
    "the log, in its order and by pages": "log/page.html lines",
    "hits of a search, the best first": """
bank/line.html matches
bank/line.html proposals
help/page.html hits
member/merge.html found
member/merge.html near
members/twins.html pairs
money/found.html found
people/page.html knowers
rooms/book.html collides
""",
    "rows of a file, in the file's order, to be compared with it": """
bank/preview.html rows
bank/sure.html found
imports/preview.html rows
exports/page.html rows
books/member_balances.html read.lines
books/balances.html found.lines
""",
    "printed, or a table of sums whose order is the books'": """
assembly/categories.html rows
assembly/sheet.html electors
badges/list.html rows
badges/series.html counted
bank/preview.html sums
books/macros.html rows
books/macros.html totals.net | sort
books/print.html found.by_number
books/print.html found.by_number if each.count
books/print.html rows
evacuation.html people
events/sheet.html attendees
figures/page.html words.labels
figures/rent.html month.charged.products
figures/simulator.html table.all_rows
members/papers.html sheet.lines if line.cents
money/payments.html sums.items()
report/page.html table.all_rows
""",
    "days, hours, months or years, in their order": """
archive/page.html years
books/results.html years
calendar/day.html rows
calendar/week.html days
first_hour/overview.html months
hosting/template.html slots
hosting/week.html turns
member/calendar.html year.table
rooms/book.html series
rooms/door.html days
rules/days.html days
""",
    "few by their nature: doors, calendars, approvals, desks of a plan, holders of a key, rules, words": """
archive/heads.html closed
archive/heads.html lacking.outside.seen
archive/heads.html recipients
archive/heads.html unproven
assembly/page.html tariffs
badges/series.html half
calendar/feeds.html feeds
doors/doors.html doors
figures/simulator.html kept
first_hour/overview.html prices
help/page.html sections
invoices/month_done.html found
premises/offices.html approvals
premises/plan.html desks
rules/confirm.html rows
rules/overview.html ([shown.now] if shown.now and shown.now.id else []) + shown.past | reverse | list
rules/overview.html levels.items()
rules/overview.html part.everyday
rules/overview.html part.others
rules/overview.html zones
rules/preview.html coming
rules/preview.html found.lines.values()
rules/wording.html notice
rules/wording.html public
rules/wording.html screen
users/everybody.html table.items()
""",
}


def plain_lists(text: str) -> set[str]:
    """Return what each list of a template loops over that does not use the piece."""
    plain = set()
    for opening in _LIST.finditer(text):
        closing = "</tbody>" if opening[0].startswith("<tbody") else "</ul>"
        loop = _LOOP.search(text, opening.end(), text.find(closing, opening.end()))
        if loop is None or ".rows" in loop[1]:
            continue
        heading = text[: opening.start()].rpartition("<table")[2]
        if closing == "</ul>" or not _SORTED_HEADING.search(heading):
            plain.add(loop[1])
    return plain


def test_each_list_that_can_grow_is_searched_sorted_and_paged_by_the_one_piece() -> None:
    plain = {
        f"{path.relative_to(TEMPLATES)} {name}"
        for path in TEMPLATES.rglob("*.html")
        for name in plain_lists(path.read_text("utf-8"))
    }
    told = {line for lines in REASONS.values() for line in lines.split("\n") if line}
    assert plain == told


def test_a_list_that_loops_by_itself_is_noticed() -> None:
    assert plain_lists('<ul class="lines">{% for one in keys %}<li>{{ one }}</li>{% endfor %}</ul>') == {"keys"}
    assert plain_lists("<table><thead></thead><tbody>{% for one in keys %}<tr></tr>{% endfor %}</tbody>") == {"keys"}
    assert not plain_lists('<ul class="lines">{% for one in keys.rows %}<li>{{ one }}</li>{% endfor %}</ul>')
