"""Gives a member the badge that was tapped at the entrance, once the desk has confirmed it, and takes it back.

Another person may tap while the door waits for a member's badge. So a badge that was read belongs to no member and
opens nothing until an officer has compared the name and the badge's last two bytes, its *tail*. A badge's *mark* is the
keyed hash of its number, by which the database knows it.
"""

from kiosk.acting import UseCase
from kiosk.errors import RequestError
from kiosk.store.checkin import request_rows
from kiosk.store.checkin.request_rows import ENROL, Request
from kiosk.store.members import badge_rows, members

DECLINED, UNDONE = "declined", "undone"  # outcomes of a badge that was not given, as stored


class BadgeGiving(UseCase):
    """Confirms or declines badges that were read for a member, for the office."""

    def confirm(self, request_id: int, number: int, tail: str) -> None:
        """Give a member the badge that was read for them, if its number ends in `tail`. Confirming again changes
        nothing.

        Raises RequestError `badge-not-read` where no such badge waits, `member-left`, `badge-given` where it is another
        member's by now.
        """
        with self._store.writing() as connection:
            asked = self._read(request_rows.get(connection, request_id), number)
            if asked.badge_mark is None or asked.outcome != tail:  # the outcome of reading a badge is its tail
                raise _not_read()
            if badge_rows.owner(connection, asked.badge_mark) == number:
                return
            _, moment = self._rules.at(connection, self._clock.now())
            whose = members.present(connection, number, moment.day)
            # The badge to be exchanged may have been lost since the desk asked: then nothing is replaced.
            replaced = asked.replaces if badge_rows.opens_for(connection, asked.replaces, number) else None
            members.give_new_badge(
                connection, whose, asked.badge_mark, tail, moment.day, product=asked.product, replaces=replaced
            )
            self._log(connection, moment.at, "give-badge", number)

    def decline(self, request_id: int, number: int) -> None:
        """Decline a badge that was read for a member. Raises RequestError `badge-not-read`, or `badge-given` once the
        member has it.
        """
        with self._store.writing() as connection:
            asked = self._read(request_rows.get(connection, request_id), number)
            if asked.badge_mark is not None and badge_rows.owner(connection, asked.badge_mark) == number:
                raise RequestError("badge-given", field="badge", tail=asked.outcome, member=number)
            request_rows.drop_badge(connection, request_id, self._clock.now(), DECLINED)

    def take_back(self, request_id: int, number: int) -> None:
        """Withdraw a badge that was given today by this request. Raises RequestError `badge-not-read`."""
        with self._store.writing() as connection:
            asked = self._read(request_rows.get(connection, request_id), number)
            _, moment = self._rules.at(connection, self._clock.now())
            if asked.badge_mark is None or not badge_rows.take_back(connection, asked.badge_mark, number, moment.day):
                raise _not_read()
            request_rows.drop_badge(connection, request_id, moment.at, UNDONE)
            self._log(connection, moment.at, "badge-taken-back", number)

    def _read(self, asked: Request | None, number: int) -> Request:
        """Return the request if it asked for this member's badge and was not declined or undone; its badge may still be
        missing. Raises RequestError `badge-not-read`.
        """
        if asked is None or asked.kind != ENROL or asked.member != number or asked.outcome in (DECLINED, UNDONE):
            raise _not_read()
        return asked


def _not_read() -> RequestError:
    """Return the refusal for a badge that is no longer waiting here."""
    return RequestError("badge-not-read", "no badge waits to be confirmed here: wait for it again")
