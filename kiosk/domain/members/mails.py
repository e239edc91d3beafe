"""Names the kinds of mails that a member turns on or off, each by itself, and when a house sends any of a kind.

What guards an account is always sent: codes, a new telephone, a visit without a badge, an answer to a request of one's
own, a payment that came late, what is owed.
"""

from collections.abc import Mapping
from enum import StrEnum

from kiosk.domain.money.tariffs import Policy


class Mail(StrEnum):
    """A kind of mail that a member may refuse."""

    ACCOUNT = "account"  # the office wrote a charge on the account
    EVENTS = "events"  # what becomes of an event signed up for
    HOSTING = "hosting"  # free turns, one's own turns
    SWAPS = "swaps"  # a swap of turns is asked for, or answered
    PEOPLE = "people"  # another member asks for help, or answers a notice


COLUMNS: Mapping[Mail, str] = {
    Mail.ACCOUNT: "notify",
    Mail.EVENTS: "mails_events",
    Mail.HOSTING: "asked_to_host",
    Mail.SWAPS: "mails_swaps",
    Mail.PEOPLE: "mails_people",
}
"""Where a member's file keeps the wish."""


def sent_here(policy: Policy) -> list[Mail]:
    """Return the kinds of mail that a house sends by its rules, in their order."""
    is_sent = {
        Mail.EVENTS: policy.events,
        Mail.HOSTING: policy.hosting,
        Mail.SWAPS: policy.hosting,
        Mail.PEOPLE: policy.people or policy.notices,
    }
    return [mail for mail in Mail if is_sent.get(mail, True)]
