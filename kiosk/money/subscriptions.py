"""Pauses, resumes and ends running subscriptions. `kiosk.books.due` charges their periods.

A *way* says when a pause or an end begins, and whether paid days are credited.
"""

from datetime import date, timedelta

import sqlalchemy as sa

from kiosk.acting import SealingUseCase
from kiosk.domain.days import Moment
from kiosk.domain.money.endings import Way
from kiosk.domain.money.renewals import Pause
from kiosk.errors import RequestError
from kiosk.money import plan_endings
from kiosk.store.members import members, zone_rows
from kiosk.store.money import subscription_rows
from kiosk.store.money.subscription_rows import Running
from kiosk.store.space import policies


class Subscriptions(SealingUseCase):
    """Pauses, resumes and ends subscriptions for the treasurer. `actor` is written with each pause."""

    def pause(self, subscription: int, from_on: date | None, until_on: date | None, way: Way = Way.NOW) -> None:
        """Pause a subscription from one day to another, or until it is resumed. Without a first day the pause begins as
        its `way` says: after what is paid, else today. `Way.CREDIT` gives back what is paid of the paused days.

        Raises RequestError `no-such-subscription`, `period` or `paused-already`.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            plan = subscription_rows.by_id(connection, subscription)
            first_on = from_on or plan_endings.last_day(connection, plan, way, moment.day) + timedelta(days=1)
            subscription_rows.pause(connection, plan, Pause(first_on, until_on), self._actor)
            self._give_back(connection, plan, way, moment)

    def resume(self, subscription: int, on: date | None) -> None:
        """Resume a subscription from a day on (None: today). Raises RequestError `no-such-subscription` or
        `not-paused`.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            plan = subscription_rows.by_id(connection, subscription)
            subscription_rows.resume(connection, plan, on or moment.day)

    def end(self, subscription: int, on: date | None, way: Way = Way.NOW) -> None:
        """End a subscription with a last day, or without one as its `way` says: at the end of what is paid, else today.
        `Way.CREDIT` gives back what is paid of later days.

        Raises RequestError `no-such-subscription` or `period`.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            plan = subscription_rows.by_id(connection, subscription)
            subscription_rows.end(connection, plan, on or plan_endings.last_day(connection, plan, way, moment.day))
            self._give_back(connection, plan, way, moment)

    def go_on(self, subscription: int) -> None:
        """Cancel the end of a subscription that is still to come, and drop the other plan that was to begin after it.
        One without an end keeps running.

        Raises RequestError `no-such-subscription` or `subscription-over`.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            plan = subscription_rows.by_id(connection, subscription)
            ends = plan.terms.until_on
            if ends is not None and (ends < moment.day or not subscription_rows.may_go_on(connection, plan)):
                raise RequestError("subscription-over", number=subscription, until=ends)
            subscription_rows.end(connection, plan, None)
            self._keep_plan(connection, plan, moment)

    def _keep_plan(self, connection: sa.Connection, plan: Running, moment: Moment) -> None:
        """Put the continuing plan back on its member's file, and drop the subscription of the plan chosen instead if it
        has not begun.
        """
        member, plans = members.by_number(connection, plan.number), policies.plans(connection)
        kept = next((each for each in plans.values() if each.product == plan.product), None)
        chosen = plans.get(member.plan)
        if kept is None or chosen is None or chosen.product == plan.product:
            return
        for other in subscription_rows.of_member(connection, member.id):
            if other.product == chosen.product and other.terms.from_on > moment.day:
                subscription_rows.drop(connection, other.id)
        first_on = moment.day  # the zone of the kept plan applies from today
        zone_rows.follow(connection, member, kept.code, kept.zone_id, first_on, moment.day)

    def _give_back(self, connection: sa.Connection, plan: Running, way: Way, moment: Moment) -> None:
        """Credit the days that are left of a charged period, where the chosen way is a credit."""
        if way is Way.CREDIT:
            again = subscription_rows.by_id(connection, plan.id)  # with the pause or the end that was just written
            plan_endings.by_days(connection, self._seal, again, moment, self._actor)
