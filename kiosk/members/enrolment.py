"""Enrols people, changes their plan, gives and blocks badges, and lets people leave and come back.

Each act is one transaction.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.acting import SealingUseCase
from kiosk.devices.protocols import Clock
from kiosk.domain import periods
from kiosk.domain.chain import Seal
from kiosk.domain.checkin.badges import BadgeRead, OldKey
from kiosk.domain.days import Moment
from kiosk.domain.money.endings import Way
from kiosk.domain.money.tariffs import Policy
from kiosk.errors import RequestError
from kiosk.members import leaving, plan_changes
from kiosk.money import till
from kiosk.store.checkin import visits
from kiosk.store.engine import Store
from kiosk.store.members import badge_rows, joining_rows, members, zone_rows
from kiosk.store.members.members import Member, NewMember
from kiosk.store.money import rights, statements
from kiosk.store.officers import desk_log
from kiosk.store.selfservice import pins
from kiosk.store.space import policies
from kiosk.store.space.policies import Rules

LONGEST_NAME = 100  # characters
WELCOME_TAKEN_BACK = "accueil annulé à l’écran"  # a reversal's reason


class Application(Struct, frozen=True, kw_only=True):
    """What a new member answers. Without a shown name the door shows the first word of the name; without a language it
    speaks the house's.
    """

    name: str
    plan: str = "itinerant"  # the code of a plan
    badge: BadgeRead | None = None
    email: str | None = None
    shown_name: str | None = None
    language: str | None = None
    phone: str | None = None
    no_tab: bool = False  # at the door, buys nothing on credit
    key: bytes | None = None  # the form's: the same key enrols once


class Enrolment(SealingUseCase):
    """Enrols members and changes what they hold, for the secretary. `actor` goes into each entry; `_log` writes an act,
    its member and its subject into the desk's log.
    """

    def __init__(
        self,
        *,
        store: Store,
        rules: Rules,
        seal: Seal,
        badge_key: bytes,
        clock: Clock,
        actor: str,
        old_badge_keys: Sequence[OldKey] = (),
    ) -> None:
        super().__init__(store=store, rules=rules, seal=seal, clock=clock, actor=actor)
        self._badge_key = badge_key
        self._old_keys = old_badge_keys

    def add(self, application: Application) -> Member:
        """Enrol a member from today and return their file: a number, a membership with its fee on the tab, the plan's
        first period, a badge.

        Raises RequestError `name`, `no-such-plan`, `uid-random` or `badge-given`.
        """
        with self._store.writing() as connection:
            if application.badge is not None:
                self._store_under_current_key(connection, application.badge)
            now, key = self._clock.now(), application.key
            known = key is not None and members.of_entry(connection, key) is not None  # this form has enrolled them
            member = add(connection, self._rules, self._seal, self._badge_key, application, now, self._actor)
            if not known:
                self._log(connection, now, "add-file", member.number)
            return member

    def confirm(self, joining_id: int) -> Member:
        """Confirm a newcomer's joining at the screen and return their file; their badge keeps opening. A newcomer
        without a sponsor becomes a member only now, from today.

        Raises RequestError `no-such-joining`, `badge-given` or `no-such-plan`.
        """
        with self._store.writing() as connection:
            policy, moment = self._rules.at(connection, self._clock.now())
            asked = joining_rows.one(connection, joining_id)
            if asked.number is None:
                plan = first_plan(connection, policy)
                application = Application(name=asked.name, plan=plan, language=asked.language)
                member = begin(connection, policy, moment, self._seal, application, self._actor)
                members.give_new_badge(connection, member, asked.fingerprint, asked.tail, moment.day)
            else:
                member = members.by_number(connection, asked.number)
                members.confirm_badge(connection, asked.fingerprint)
            joining_rows.settle(connection, asked, moment.at, self._actor, member.id)
            self._log(connection, moment.at, "joining-confirmed", member.number)
            if asked.request is None:  # they made no request to join on the public pages
                return member
            from kiosk.members import announcements  # few houses have public pages

            announcements.take_over(connection, asked.request, member, moment, self._actor)
            return members.by_number(connection, member.number)

    def decline(self, joining_id: int) -> None:
        """Decline a newcomer's joining, or request to join, at the screen: their badge stops opening. Raises
        RequestError `no-such-joining`.
        """
        with self._store.writing() as connection:
            asked = joining_rows.one(connection, joining_id)
            now = self._clock.now()
            joining_rows.settle(connection, asked, now, self._actor, asked.member_id)
            self._log(connection, now, "joining-declined", None, f"joining {joining_id}")

    def leave(self, number: int, way: Way = Way.NOW) -> Member:
        """Let a member leave and return their file: today, or with `Way.PAID` after the last paid day. From then on
        their badges open nothing. `Way.CREDIT` gives back what is left of a paid plan. Raises RequestError
        `no-such-member`.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            member = members.by_number(connection, number)
            leaving.leave(connection, self._seal, member, way, moment, self._actor)
            self._log(connection, moment.at, "leave", number)
            return members.by_number(connection, number)

    def stay(self, number: int) -> Member:
        """Cancel a leave of today or a later day and return the member's file: nothing is sold, and subscriptions that
        would have ended with it continue.

        Raises RequestError `no-such-member`, or `not-left-today`.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            leaving.stay(connection, members.by_number(connection, number), moment.day)
            self._log(connection, moment.at, "stay", number)
            return members.by_number(connection, number)

    def come_back(self, number: int, plan: str | None = None) -> Member:
        """Make a former member a member again under the old number and return their file. A membership is sold where
        none is in force, and the first period of `plan`; None takes the plan that their file names.

        Raises RequestError `no-such-member`, `not-left` or `no-such-plan`.
        """
        now = self._clock.now()
        with self._store.writing() as connection:
            policy, moment = self._rules.at(connection, now)
            member = members.by_number(connection, number)
            if member.left_on is None or member.left_on > moment.day:
                raise RequestError("not-left", member=member.number)
            chosen = plan_changes.plan_of(connection, plan or member.plan)
            members.change(connection, member, left_on=None, **zone_rows.begun(chosen.code, chosen.zone_id))
            member = members.by_number(connection, number)
            last = rights.membership_end(connection, member.id)
            products = plan_changes.to_begin(policy, chosen, membership=not periods.holds(last, moment.day))
            plan_changes.begin(connection, self._seal, policy, member, products, moment, self._actor)
            self._log(connection, now, "come-back", number)
            return members.by_number(connection, number)

    def change_plan(self, number: int, plan: str, way: Way = Way.PAID) -> Member:
        """Change a member's plan and return their file: the old plan's subscription ends in a `way`, and what the new
        plan subscribes to begins after it and is charged when it begins. A plan that was ended and still covers today
        is continued.

        Raises RequestError `no-such-member`, `member-left`, `no-such-plan` or `same-plan`.
        """
        now = self._clock.now()
        with self._store.writing() as connection:
            policy, moment = self._rules.at(connection, now)
            member = members.by_number(connection, number)
            plan_changes.at_the_desk(connection, self._seal, policy, member, plan, way, moment, self._actor)
            changed = members.by_number(connection, number)
            self._log(connection, now, "change-plan", number, f"{member.plan} -> {changed.plan}")
            return changed

    def give_badge(self, number: int, read: BadgeRead) -> None:
        """Give a member another badge. Raises RequestError `no-such-member`, `uid-random` or `badge-given`."""
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            member = members.by_number(connection, number)
            self._store_under_current_key(connection, read)
            members.give_badge(connection, member, _require_lasting_uid(read), self._badge_key, moment.day)
            self._log(connection, moment.at, "give-badge", number)

    def demand_proof(self, read: BadgeRead) -> int | None:
        """Make a badge that has proved to be no copy open only with this proof from now on. Return its member's number;
        None where no member has it, or it is lost.
        """
        if read.key_version is None:
            raise ValueError("this badge has proven nothing")
        with self._store.writing() as connection:
            self._store_under_current_key(connection, read)
            return badge_rows.demand_proof(connection, read.fingerprint(self._badge_key), read.key_version)

    def lose_badge(self, read: BadgeRead) -> None:
        """Declare a badge lost: it opens nothing from now on. Raises RequestError `no-such-badge`."""
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            self._store_under_current_key(connection, read)
            number = members.lose_badge(connection, read, self._badge_key, moment.day)
            self._log(connection, moment.at, "badge-lost", number)

    def _store_under_current_key(self, connection: sa.Connection, read: BadgeRead) -> None:
        """Find a badge that is still stored under an older key, and store it under the current one, so that it is
        recognised.
        """
        if self._old_keys:
            _, moment = self._rules.at(connection, self._clock.now())
            members.know_again(connection, read, self._badge_key, self._old_keys, moment.day)

    def mark_badge(self, number: int, fingerprint: bytes, *, lost: bool) -> None:
        """Declare one of a member's badges lost from today, or let it open again.

        Raises RequestError `no-such-member` or `no-such-badge`.
        """
        with self._store.writing() as connection:
            _, moment = self._rules.at(connection, self._clock.now())
            member = members.by_number(connection, number)
            members.mark_badge(connection, member, fingerprint, moment.day if lost else None)
            self._log(connection, moment.at, "badge-lost" if lost else "badge-found", member.number)

    def mark_pin(self, number: int, *, unlock: bool) -> None:
        """Unlock a member's code for a forgotten badge, or delete it.

        Raises RequestError `no-such-member`.
        """
        with self._store.writing() as connection:
            member = members.by_number(connection, number)
            if not unlock:
                # None deletes the code; `keep` writes the line in the log by itself.
                pins.keep(connection, member.number, self._clock.now(), self._actor, None)
            else:
                pins.let_try(connection, member.number)
                self._log(connection, self._clock.now(), pins.LET_TRY, member.number)


def add(
    connection: sa.Connection,
    rules: Rules,
    seal: Seal,
    badge_key: bytes,
    application: Application,
    at: datetime,
    actor: str,
) -> Member:
    """Write a new member with the badge, if any, within the given transaction and return the file. The same form's key
    again returns the first file. Raises as `Enrolment.add`.
    """
    done = None if application.key is None else members.of_entry(connection, application.key)
    if done is not None:
        return done
    policy, moment = rules.at(connection, at)
    member = begin(connection, policy, moment, seal, application, actor)
    if application.badge is not None:
        members.give_badge(connection, member, _require_lasting_uid(application.badge), badge_key, moment.day)
    return member


def begin(
    connection: sa.Connection, policy: Policy, moment: Moment, seal: Seal, application: Application, actor: str
) -> Member:
    """Write a new member without a badge within the given transaction, sell membership and plan, and return the
    file. Raises RequestError `name` or `no-such-plan`.
    """
    plan = plan_changes.plan_of(connection, application.plan)
    name = clean_name(application.name)
    new = NewMember(
        name=name,
        shown_name=clean_name(application.shown_name or name.split()[0]),
        plan_code=plan.code,
        zone_id=plan.zone_id,
        joined_on=moment.day,
        email=application.email,
        language=application.language,
        phone=application.phone,
        no_tab=application.no_tab,
    )
    member = members.add(connection, new)
    products = plan_changes.to_begin(policy, plan, membership=True)
    plan_changes.begin(connection, seal, policy, member, products, moment, actor, application.key)
    return members.by_number(connection, member.number)


def take_back(connection: sa.Connection, seal: Seal, moment: Moment, number: int, actor: str) -> None:
    """Undo a joining of a moment ago within the given transaction: undo today's visits, reverse all charges, and let
    the member leave.

    The badge opens nothing any more. Raises RequestError `no-such-member`.
    """
    member = members.by_number(connection, number)
    for visit in visits.of_day(connection, member.id, moment.day):
        visits.undo(connection, seal, visit, moment, actor)
    # A file of today has fewer lines than one page.
    rows, _ = statements.lines(connection, [member.account], member.balance_cents, page=1, size=50)
    for row in rows:
        if row.kind == "charge" and row.reversed_by is None:
            till.take_back(connection, seal, moment, actor, row.number, WELCOME_TAKEN_BACK)
    members.leave(connection, member, moment.day)
    for asked in joining_rows.waiting(connection):
        if asked.member_id == member.id:
            joining_rows.settle(connection, asked, moment.at, actor, member.id)
    desk_log.add(connection, moment.at, actor, "joining-declined", member.number, None)


def first_plan(connection: sa.Connection, policy: Policy) -> str:
    """Return the code of the plan that a newcomer gets: one without a subscription, and in a zone that costs something
    if there is one.

    Raises RequestError `no-such-plan`.
    """
    plans = [plan for plan in policies.plans(connection).values() if plan.product is None]
    if not plans:
        raise RequestError("no-such-plan", field="plan")
    # False sorts first: a zone in which a day costs something.
    return min(plans, key=lambda plan: policy.zones[plan.zone].day_product is None).code


def _require_lasting_uid(read: BadgeRead) -> BadgeRead:
    """Return a badge whose UID stays the same. Raises RequestError `uid-random` for one that changes its UID at each
    tap.
    """
    if read.is_random:
        raise RequestError("uid-random", field="badge")
    return read


def clean_name(name: str) -> str:
    """Return a name with single spaces between its words. Raises RequestError `name`."""
    folded = " ".join(name.split())
    if not folded or len(folded) > LONGEST_NAME or not folded.isprintable():
        raise RequestError("name", field="name", longest=LONGEST_NAME)
    return folded
