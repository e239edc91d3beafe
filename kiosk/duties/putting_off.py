"""Postpones a duty, one kind of task on the desk's to-do list, in an officer's name, and cancels the postponement."""

from datetime import date, timedelta

from kiosk.devices.protocols import Clock
from kiosk.domain import duties
from kiosk.domain.duties import Kind
from kiosk.store.duties import later_rows
from kiosk.store.engine import Store
from kiosk.store.space.policies import Rules


class PuttingOff:
    """The use-cases that postpone duties and wake them again, in the name of the officer of this number."""

    def __init__(self, *, store: Store, rules: Rules, clock: Clock, officer: int) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._officer = officer

    def put_off(self, name: str, days: int) -> tuple[Kind, date]:
        """Postpone a kind of duty for a number of days. Returns the kind, and the day until which it is postponed.

        Raises Problem `duty-kind` where there is no such kind or people wait for it, `duty-days` for too many days.
        """
        kind, days = duties.kind_to_put_off(name), duties.days_off(days)
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            until_on = moment.day + timedelta(days=days)
            later_rows.put_off(connection, kind, self._officer, until_on, moment.at)
        return kind, until_on

    def wake(self, name: str) -> Kind:
        """Cancel the postponement of a kind of duty, and return that kind. Raises Problem `duty-kind`."""
        kind = duties.kind_to_put_off(name)
        with self._store.writing() as connection:
            later_rows.wake(connection, kind)
        return kind
