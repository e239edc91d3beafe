"""Records a member's request for erasure, its withdrawal by the member, and its refusal by the office with a reason.

`PersonalFiles.erase` grants it, once the member has left and the account is settled.
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

ASKED, WITHDRAWN, DECLINED = "erasure-asked", "erasure-withdrawn", "erasure-declined"  # acts in the desk's log


def ask(connection: sa.Connection, number: int, moment: Moment, actor: str, *, by_mail: bool) -> None:
    """Record that a member asks to be erased, and tell the officers by mail if the home sends any (`by_mail`). Asking
    again changes nothing.
    """
    if erasure_rows.asked_on(connection, number) is not None:
        return
    erasure_rows.note(connection, number, moment.day)
    desk_log.add(connection, moment.at, actor, ASKED, number, None)
    if by_mail:
        erasure_notice.tell_officers(connection, number, moment.at)


def withdraw(connection: sa.Connection, number: int, moment: Moment, actor: str) -> None:
    """Withdraw a member's request for erasure. Withdrawing again changes nothing."""
    if erasure_rows.asked_on(connection, number) is None:
        return
    erasure_rows.note(connection, number, None)
    desk_log.add(connection, moment.at, actor, WITHDRAWN, number, None)


class ErasureRequests(UseCase):
    """Declines requests for erasure, for the office."""

    def __init__(self, *, by_mail: bool, **parts: Unpack[Parts]) -> None:
        super().__init__(**parts)
        self._by_mail = by_mail

    def decline(self, number: int, reason: str) -> bool:
        """Decline a request for erasure, mail the member the reason where their file has an address, and return whether
        a mail was put into the outbox. Raises RequestError `no-such-member`, `no-erasure-request` or `erasure-reason`.
        """
        words = " ".join(reason.split())
        if not words or len(words) > LONGEST_REASON or not words.isprintable():
            raise RequestError("erasure-reason", field="reason", longest=LONGEST_REASON)
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            member = members.by_number(connection, number)
            if erasure_rows.asked_on(connection, member.number) is None:
                raise RequestError("no-erasure-request", member=member.number)
            erasure_rows.note(connection, member.number, None)
            desk_log.add(connection, moment.at, self._actor, DECLINED, member.number, None)
            return self._by_mail and erasure_notice.tell_declined(connection, member.number, words, moment.at)
