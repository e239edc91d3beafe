"""Sends reminders by mail to several accounts at once: each in its holder's language, and at most one a day."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

import sqlalchemy as sa
from msgspec import Struct

from kiosk.devices.protocols import Clock
from kiosk.errors import RequestError
from kiosk.language import catalogues
from kiosk.money import reminder_texts
from kiosk.money.reminder_texts import Reminder
from kiosk.store.engine import Store
from kiosk.store.messages import outbox_rows
from kiosk.store.messages.outbox_rows import Letter
from kiosk.store.money import tab_rows
from kiosk.store.money.tab_rows import Owner
from kiosk.store.space.policies import Rules

MOST = 500  # accounts in one go


class Left(StrEnum):
    """Why an account got no reminder."""

    SETTLED = "settled"
    NO_ADDRESS = "no-address"
    TODAY = "today"  # one was made today


class Reminded(Struct, frozen=True):
    """The accounts that got a reminder, and the others with the reason."""

    sent: tuple[Owner, ...]
    left: tuple[tuple[Owner, Left], ...]


class Reminding:
    """Puts reminders into the outbox, which sends them."""

    def __init__(self, *, store: Store, rules: Rules, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    def send(self, accounts: Sequence[int]) -> Reminded:
        """Remind the first 500 of these accounts, each once a day even when the form is sent again, and return which
        were and were not. Raises RequestError `no-such-account`, and reminds none then.
        """
        sent: list[Owner] = []
        left: list[tuple[Owner, Left]] = []
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            chosen = list(dict.fromkeys(accounts[:MOST]))
            owners = tab_rows.owners(connection, chosen)
            last = outbox_rows.made(connection, [_about(account) for account in chosen])
            for account in chosen:
                if (owner := owners.get(account)) is None:
                    raise RequestError("no-such-account", field="amount", account=account)
                made_at = last.get(_about(account))
                if owner.balance_cents <= 0:
                    left.append((owner, Left.SETTLED))
                elif not owner.email:
                    left.append((owner, Left.NO_ADDRESS))
                elif made_at is not None and made_at.astimezone(self._rules.zone).date() >= moment.day:
                    left.append((owner, Left.TODAY))
                else:
                    sent.append(owner)
            outbox_rows.put_all(connection, _letters(connection, sent, moment.day), moment.at)
        return Reminded(tuple(sent), tuple(left))


def words(connection: sa.Connection, owners: Sequence[Owner], today: date) -> list[tuple[Owner, Reminder]]:
    """Return the reminder of each account, in its holder's language."""
    lines = tab_rows.unpaid_of(connection, owners)
    house, written = catalogues.settled(), []
    for owner in owners:
        language = catalogues.language_of(owner.language, house)
        written.append((owner, reminder_texts.write(owner, lines[owner.account], today, language)))
    return written


def _letters(connection: sa.Connection, owners: Sequence[Owner], today: date) -> list[Letter]:
    """Return one mail for each account, in its holder's language."""
    return [
        Letter(owner.email or "", reminder.subject, reminder.text, _about(owner.account))
        for owner, reminder in words(connection, owners, today)
    ]


def _about(account: int) -> str:
    """Return the subject under which the outbox stores these mails, to find an account's last one."""
    return f"reminder {account}."
