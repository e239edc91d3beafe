"""Pauses, resumes and ends running subscriptions. Their periods are charged by `kiosk.books.due`."""

from datetime import date

from kiosk.devices.protocols import Clock
from kiosk.domain.chain import Seal
from kiosk.domain.money.renewals import Pause
from kiosk.errors import RequestError
from kiosk.money import plan_endings
from kiosk.store.engine import Store
from kiosk.store.money import subscription_rows
from kiosk.store.space.policies import Rules


class Subscriptions:
    """What the treasurer does with subscriptions. `actor` is written with each pause."""

    def __init__(self, *, store: Store, rules: Rules, seal: Seal, clock: Clock, actor: str) -> None:
        self._store = store
        self._rules = rules
        self._seal = seal
        self._clock = clock
        self._actor = actor

    def pause(self, subscription: int, from_on: date | None, until_on: date | None, *, credit: bool = False) -> None:
        """Pause it from a day (None: today) until another, or until it is resumed. With `credit` what is paid of these
        days is given back.

        Raises RequestError `no-such-subscription`, `period` or `paused-already`.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            found = subscription_rows.by_id(connection, subscription)
            subscription_rows.pause(connection, found, Pause(from_on or moment.day, until_on), self._actor)
            if credit:
                found = subscription_rows.by_id(connection, subscription)
                plan_endings.by_days(connection, self._seal, found, moment, self._actor)

    def resume(self, subscription: int, on: date | None) -> None:
        """Resume it from a day on (None: today). Raises RequestError `no-such-subscription` or `not-paused`."""
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            found = subscription_rows.by_id(connection, subscription)
            subscription_rows.resume(connection, found, on or moment.day)

    def end(self, subscription: int, on: date | None, *, credit: bool = False) -> None:
        """End it with a last day (None: today). With `credit` what is paid of the days after it is given back.

        Raises RequestError `no-such-subscription` or `period`.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            found = subscription_rows.by_id(connection, subscription)
            subscription_rows.end(connection, found, on or moment.day)
            if credit:
                found = subscription_rows.by_id(connection, subscription)
                plan_endings.by_days(connection, self._seal, found, moment, self._actor)

    def go_on(self, subscription: int) -> None:
        """Take back an end that has not passed.

        Raises RequestError `no-such-subscription` or `subscription-over`.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            found = subscription_rows.by_id(connection, subscription)
            ends = found.terms.until_on
            if ends is not None and (ends < moment.day or not subscription_rows.may_go_on(connection, found)):
                raise RequestError("subscription-over", number=subscription, until=ends)
            subscription_rows.end(connection, found, None)
