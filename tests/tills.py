"""Corrections of money as one officer alone would make them: for tests that are about what comes of it.

The program has no such way: at the desk and by command a correction goes through `kiosk.money.second_officer`.
"""

from kiosk.errors import RequestError
from kiosk.money import till
from kiosk.store import ledger


class LoneTill(till.Till):
    """A till that also corrects, without a second officer."""

    def refund(self, account: int, cents: int, method: str, reason: str, *, key: bytes | None = None) -> till.TillAct:
        """Refund money to an account: at most its advance."""
        if method not in till.METHODS:
            raise RequestError("method", field="method", choices=", ".join(till.METHODS), given=method)
        return self._write(key, [till.Line("refund", account, cents, method=method)], till.reason_of(reason))

    def write_off(self, account: int, cents: int, reason: str, *, key: bytes | None = None) -> till.TillAct:
        """Write off what an account owes, or part of it."""
        return self._write(key, [till.Line("write-off", account, -cents)], till.reason_of(reason))

    def reverse(self, entry: int, reason: str, *, key: bytes | None = None) -> int:
        """Reverse an entry by a new one, with the right that it sold, and return the new entry."""
        now, text = self._clock.now(), till.reason_of(reason)
        with self._store.writing() as connection:
            before = None if key is None else ledger.by_id(connection, key)
            if before is not None:
                return before
            _, moment = self._rules.at(connection, now)
            return till.take_back(connection, self._seal, moment, self._actor, entry, text, key)
