"""The kinds of mails that a member turns on or off separately, and which of them a house (the association) sends.

Mails that protect an account are always sent: codes, a new telephone, a visit without a badge, an answer to the
member's own request, a payment that came late, a reminder of debts.
"""

from collections.abc import Mapping
from enum import StrEnum

from kiosk.domain.money.tariffs import Policy


class Mail(StrEnum):
    """A kind of mail that a member may refuse."""

    ACCOUNT = "account"  # the office wrote a charge on the account
    EVENTS = "events"  # what becomes of an event signed up for
    HOSTING = "hosting"  # free shifts, and the member's own
    SWAPS = "swaps"  # a swap of shifts is asked for, or answered
    PEOPLE = "people"  # another member asks for help, or answers a notice


COLUMNS: Mapping[Mail, str] = {
    Mail.ACCOUNT: "notify",
    Mail.EVENTS: "mails_events",
    Mail.HOSTING: "asked_to_host",
    Mail.SWAPS: "mails_swaps",
    Mail.PEOPLE: "mails_people",
}
"""The column of a member's file that keeps each choice."""


def sent_here(policy: Policy) -> list[Mail]:
    """Return the kinds of mail that a house sends by its rules, in their order."""
    is_sent = {
        Mail.EVENTS: policy.events,
        Mail.HOSTING: policy.hosting,
        Mail.SWAPS: policy.hosting,
        Mail.PEOPLE: policy.people or policy.notices,
    }
    return [mail for mail in Mail if is_sent.get(mail, True)]
