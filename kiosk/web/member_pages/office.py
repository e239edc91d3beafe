"""Gives an answer what it works with: the home's store, rules and seal, at a trusted moment, for one telephone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk import waking
from kiosk.checkin.dialogue import Flows, PageContext, Turn
from kiosk.domain.checkin.aids import Aids
from kiosk.domain.checkin.choices import Act
from kiosk.domain.checkin.screen_state import Person
from kiosk.domain.checkin.screen_state import Telephone as OnTelephone
from kiosk.domain.days import Moment
from kiosk.domain.money.tariffs import Policy
from kiosk.errors import MachineError
from kiosk.home import Home
from kiosk.language import catalogues
from kiosk.language.catalogues import Language, language_of
from kiosk.offline import clock_trust
from kiosk.offline.clock_trust import Timekeeper
from kiosk.selfservice.pages import pages
from kiosk.store.members import members
from kiosk.store.members.members import Member
from kiosk.store.offline import clock_facts
from kiosk.store.space.policies import Rules
from kiosk.store.telephones import telephone_rows
from kiosk.store.telephones.telephone_rows import Telephone
from kiosk.telephones import pairing

_WOKEN_EVERY = timedelta(seconds=10)  # at most, by `wake_outside`


class Now(Struct, frozen=True):
    """One transaction: its connection, the rules of the day (`policy`) and the moment."""

    connection: sa.Connection
    policy: Policy
    moment: Moment


class Guest(Struct, frozen=True):
    """The member whose telephone asks, as their account stands in this transaction, and the language that they read."""

    now: Now
    telephone: Telephone
    member: Member
    language: Language
    has_mail: bool = True  # this house can send mail
    pays_online: bool = False  # members can pay online here


class PagesOffice:
    """The desk's office, as the members' pages use it: one for all threads, with rules of its own for each thread."""

    def __init__(self, home: Home, keeper: Timekeeper) -> None:
        self.home = home
        self._keeper = keeper
        self._own = threading.local()  # each thread's rules
        self._lock = threading.Lock()
        self._woken: datetime | None = None  # when `wake_outside` last woke the other program

    @contextmanager
    def now(self, *, writes: bool) -> Iterator[Now]:
        """Open a transaction at a trusted moment: the clock is checked against what the database knows of time. Raises
        MachineError `clock-not-trusted` or `database`.
        """
        rules = self.rules()
        with self.home.store.writing() if writes else self.home.store.reading() as connection:
            known = clock_facts.known(connection, clock_trust.day_bounds(connection, rules))
            with self._lock:
                self._keeper.learn(known)
                look = self._keeper.look()
            if look.doubt is not None:
                raise MachineError("clock-not-trusted", f"the clock is not sure ({look.doubt.value})")
            policy, moment = rules.at(connection, look.reading.at)
            yield Now(connection, policy, moment)

    def rules(self) -> Rules:
        """Return the rules of the calling thread."""
        own: Rules | None = getattr(self._own, "rules", None)
        if own is None:
            own = self._own.rules = Rules(self.home.config.zone)
        return own

    def guest(self, now: Now, bearer: str, spoken: str) -> Guest | None:
        """Return the member to whom the telephone with this secret (`bearer`) is paired; None where it no longer is.
        They read their file's language, or else `spoken`, the browser's.
        """
        telephone = pairing.of_bearer(now.connection, bearer, now.moment)
        if telephone is None:
            return None
        member = members.by_number(now.connection, telephone.member)
        language = language_of(member.language or spoken, catalogues.settled())
        pays_online = self.home.config.pays_online(training=self.home.training)
        return Guest(now, telephone, member, language, bool(self.home.config.mail.server), pays_online)

    def wake_outside(self, at: datetime) -> None:
        """Wake the program that calls other servers, because a member waits for its answer: at most once in ten
        seconds.
        """
        with self._lock:
            if self._woken is not None and timedelta(0) <= at - self._woken < _WOKEN_EVERY:
                return
            self._woken = at  # a clock that was set back (`at` is earlier) does not keep it asleep
        waking.call()

    def note_use(self, guest: Guest) -> None:
        """Save the day on which a telephone was used, once a day."""
        if guest.telephone.used_on >= guest.now.moment.day:
            return
        with self.home.store.writing() as connection:
            telephone_rows.use(connection, guest.telephone.id, guest.now.moment.day)

    def context(self, guest: Guest, act: Act, choice: str, notes: dict[type, object]) -> PageContext:
        """Return the context that a page of the screen works with, for a telephone."""
        member, now = guest.member, guest.now
        person = Person(member.at_the_door, guest.language, Aids.NONE)
        turn = Turn(OnTelephone(member.number), person, notes)
        return PageContext(
            now.connection,
            self.home.seal,
            now.policy,
            now.moment,
            turn,
            Flows(pages, has_mail=bool(self.home.config.mail.server)),
            value=choice,
            act=act,
            confirmed=True,  # a telephone has no badge: its button is the member's consent
        )
