"""Takes a member's request to be erased: asked or taken back by the member, declined by the office with its reason.

What grants it is `PersonalFiles.erase`, once the member left and the account is settled.
"""

from typing import Unpack

import sqlalchemy as sa

from kiosk.acting import Parts, UseCase
from kiosk.domain.days import Moment
from kiosk.domain.members.erasing import LONGEST_REASON
from kiosk.errors import RequestError
from kiosk.messages import erasure_notice
from kiosk.store.members import erasure_rows, members
from kiosk.store.officers import desk_log

ASKED, WITHDRAWN, DECLINED = "erasure-asked", "erasure-withdrawn", "erasure-declined"


def ask(connection: sa.Connection, number: int, moment: Moment, actor: str, *, by_mail: bool) -> None:
    """Note that a member asks to be erased, and tell the officers `by_mail`. Asked again, it is the first request."""
    if erasure_rows.asked_on(connection, number) is not None:
        return
    erasure_rows.note(connection, number, moment.day)
    desk_log.add(connection, moment.at, actor, ASKED, number, None)
    if by_mail:
        erasure_notice.tell_officers(connection, number, moment.at)


def withdraw(connection: sa.Connection, number: int, moment: Moment, actor: str) -> None:
    """Take a request back. Done again, it changes nothing."""
    if erasure_rows.asked_on(connection, number) is None:
        return
    erasure_rows.note(connection, number, None)
    desk_log.add(connection, moment.at, actor, WITHDRAWN, number, None)


class ErasureRequests(UseCase):
    """What the office does with requests beside granting them."""

    def __init__(self, *, by_mail: bool, **parts: Unpack[Parts]) -> None:
        super().__init__(**parts)
        self._by_mail = by_mail

    def decline(self, number: int, reason: str) -> bool:
        """Decline a request: the member reads the reason by mail, where their file has an address. Returns whether a
        mail was put. Raises RequestError `no-such-member`, `no-erasure-request` or `erasure-reason`.
        """
        words = " ".join(reason.split())
        if not words or len(words) > LONGEST_REASON or not words.isprintable():
            raise RequestError("erasure-reason", field="reason", longest=LONGEST_REASON)
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            found = members.by_number(connection, number)
            if erasure_rows.asked_on(connection, found.number) is None:
                raise RequestError("no-erasure-request", member=found.number)
            erasure_rows.note(connection, found.number, None)
            desk_log.add(connection, moment.at, self._actor, DECLINED, found.number, None)
            return self._by_mail and erasure_notice.tell_declined(connection, found.number, words, moment.at)
