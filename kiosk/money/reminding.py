"""Sends reminders by mail to several accounts at once: each in its own language, and one a day at the most."""

from collections.abc import Sequence
from enum import StrEnum

from msgspec import Struct

from kiosk.devices.protocols import Clock
from kiosk.language import catalogues
from kiosk.money import reminder_texts
from kiosk.store.engine import Store
from kiosk.store.messages import outbox_rows
from kiosk.store.money import tab_rows
from kiosk.store.money.tab_rows import Owner
from kiosk.store.space.policies import Rules

MOST = 500  # accounts at once


class Left(StrEnum):
    """Why an account was not written to."""

    SETTLED = "settled"
    NO_ADDRESS = "no-address"
    TODAY = "today"


class Reminded(Struct, frozen=True):
    """Who was written to, and who was not, and why."""

    sent: tuple[Owner, ...]
    left: tuple[tuple[Owner, Left], ...]


class Reminding:
    """Writes reminders into the outbox, which sends them."""

    def __init__(self, *, store: Store, rules: Rules, clock: Clock) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock

    def send(self, accounts: Sequence[int]) -> Reminded:
        """Remind these accounts, each once however often the form comes. Raises RequestError `no-such-account`."""
        sent: list[Owner] = []
        left: list[tuple[Owner, Left]] = []
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            for account in dict.fromkeys(accounts[:MOST]):
                owner, about = tab_rows.owner(connection, account), f"reminder {account}."
                last = next(iter(outbox_rows.latest(connection, about, 1)), None)
                if owner.balance_cents <= 0:
                    left.append((owner, Left.SETTLED))
                elif not owner.email:
                    left.append((owner, Left.NO_ADDRESS))
                elif last is not None and last.made_at.astimezone(self._rules.zone).date() >= moment.day:
                    left.append((owner, Left.TODAY))
                else:
                    lines = tab_rows.unpaid(connection, owner)
                    language = catalogues.language_of(None, owner.language or catalogues.settled())
                    word = reminder_texts.write(owner, lines, moment.day, language)
                    outbox_rows.put(
                        connection,
                        channel=outbox_rows.MAIL,
                        recipient=owner.email,
                        subject=word.subject,
                        body=word.text,
                        about=about,
                        at=moment.at,
                    )
                    sent.append(owner)
        return Reminded(tuple(sent), tuple(left))
