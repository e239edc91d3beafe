"""Makes, changes, suspends and erases the officers' accounts, each act with a line in the desk's log and sealed.

A *hand* is an act on an account by which another officer could use it. An officer with a hand in an account is no
second person beside it, until a third officer confirms the account. Devices are the browsers in which its holder has
signed in.
"""

import base64
from collections.abc import Collection

import sqlalchemy as sa
from msgspec import Struct

from kiosk.devices.protocols import Clock
from kiosk.domain.chain import Detail
from kiosk.domain.members import contacts, hands, officer_numbers
from kiosk.domain.members.signed_yes import SignedYes
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.home import Home
from kiosk.messages import account_notice
from kiosk.messages.account_notice import AccountNotices
from kiosk.messages.officers_notice import Standing, Watch
from kiosk.money import two_guards
from kiosk.store.engine import Store
from kiosk.store.members import members
from kiosk.store.messages import outbox_rows
from kiosk.store.officers import (
    account_views,
    desk_devices,
    desk_log,
    desk_users,
    first_factors,
    officer_hands,
)
from kiosk.store.officers.desk_users import Officer
from kiosk.store.space.policies import Rules

DEMO = "@demo.invalid"  # addresses of demo accounts, allowed in training homes only
# Acts by which an officer could use another's account: setting its password, giving it roles, linking it to a file,
# letting it sign in again, or removing its second factors.
_HANDS = ("user-add", "user-change", "user-link", "user-resume", "user-take-factors")
_NO_MORE: Detail = {}  # no further facts to seal
PRESIDENT = "president"  # the role that manages accounts; at least one active account keeps it


class Profile(Struct, frozen=True):
    """What an account says about its officer: name, roles and member number."""

    name: str
    roles: Collection[str]
    member_number: int | None = None


class Officers(Struct, frozen=True, kw_only=True):
    """Makes and changes officers' accounts, in the name of `actor`."""

    store: Store
    clock: Clock
    actor: str
    training: bool
    rules: Rules
    watch: Watch  # seals each act, and tells the other officers
    notices: AccountNotices  # tells an account's holder what happened to it

    @classmethod
    def of(cls, home: Home, clock: Clock, actor: str, rules: Rules | None = None) -> "Officers":
        """Return these acts for a home."""
        return cls(
            store=home.store,
            clock=clock,
            actor=actor,
            training=home.training,
            rules=rules or Rules(home.config.zone),
            watch=Watch.of(home, actor),
            notices=AccountNotices.of(home),
        )

    def add(self, email: str, profile: Profile, password_hash: str | None = None) -> Officer:
        """Add an account and return it; without a password it waits until its link is followed.

        Raises Problem `email`, RequestError `user-exists`, `demo-address`, `no-role` or `no-such-member`.
        """
        with self.store.writing() as connection:
            return self._add(connection, email, profile, password_hash)

    def add_first(self, email: str, profile: Profile, password_hash: str) -> Officer:
        """Add the very first account and return it. Raises Problem `email`, RequestError `demo-address`, or
        `first-link-over` where there is one already.
        """
        with self.store.writing() as connection:
            if desk_users.is_anybody_there(connection):
                raise RequestError("first-link-over", "there is an account at the desk already")
            officer = self._add(connection, email, profile, password_hash)
            from kiosk.store.officers import account_file_rows  # once in a home's life

            # No member has a file yet: the account may work without one until the office is told.
            account_file_rows.go_on(connection, officer.id)
            return officer

    def _add(
        self, connection: sa.Connection, email: str, profile: Profile, password_hash: str | None = None
    ) -> Officer:
        """Add an account of the desk, and record it, within the given transaction. Raises as `add`."""
        address = (contacts.email(email) or "").casefold()
        if not address:
            raise Problem("email", "an account has an e-mail address, like nom@exemple.fr", field="email")
        if address.endswith(DEMO) and not self.training:
            raise RequestError("demo-address", field="email", label=DEMO)
        _refuse_no_role(profile.roles)
        user_id = desk_users.add(
            connection, address, profile.name.strip(), list(profile.roles), self.clock.now(), password_hash
        )
        _link_member(connection, user_id, profile.member_number)
        self.note(connection, "user-add", user_id, profile)
        return desk_users.by_id(connection, user_id)

    def change(self, user_id: int, profile: Profile) -> None:
        """Change an account's name, roles or member file; open sessions follow at once.

        Officers may not change which file their own account names, since the rule that two must agree depends on it.
        Raises RequestError `no-such-user`, `last-president`, `no-role`, `no-such-member` or `own-account`.
        """
        with self.store.writing() as connection:
            self.change_at(connection, user_id, profile)

    def change_at(self, connection: sa.Connection, user_id: int, profile: Profile) -> None:
        """Change an account like `change`, within the given transaction. Raises as `change`."""
        _refuse_no_role(profile.roles)
        officer = desk_users.by_id(connection, user_id)
        is_own = self.actor == officer_numbers.actor(officer.id)
        # The first link of one's own account to a file waits for a second officer: see `AccountFiles`.
        if is_own and officer.member_number not in (None, profile.member_number):
            raise RequestError("own-account", "this account is yourself: another officer has to do this")
        if PRESIDENT in officer.roles and PRESIDENT not in profile.roles:
            _refuse_last_president(connection, user_id)
        desk_users.change(connection, user_id, name=profile.name.strip())
        desk_users.give_roles(connection, user_id, profile.roles)
        self._end_tokens(connection, user_id)
        self.link_file(connection, officer, profile)

    def link_file(self, connection: sa.Connection, officer: Officer, profile: Profile) -> None:
        """Link an account to the file that a profile names, within the given transaction; the change is sealed and told
        with its old and new value.

        Raises RequestError `no-such-member`.
        """
        _link_member(connection, officer.id, profile.member_number)
        before = Standing(tuple(officer.roles), officer.member_number)
        self.note(connection, "user-change", officer.id, profile, before, _facts_before(officer))

    def suspend(self, user_id: int) -> None:
        """Suspend an account; its past acts stay. Raises RequestError `no-such-user`, `last-president`."""
        with self.store.writing() as connection:
            officer = desk_users.by_id(connection, user_id)
            _refuse_last_president(connection, user_id)
            desk_users.change(connection, user_id, active=False)
            self._end_tokens(connection, user_id)
            desk_users.end_sessions(connection, user_id)
            desk_devices.forget(connection, user_id)
            self.note(connection, "user-suspend", user_id, more=_facts_before(officer))

    def resume(self, user_id: int) -> None:
        """Let a suspended officer sign in again. Raises RequestError `no-such-user`."""
        with self.store.writing() as connection:
            desk_users.by_id(connection, user_id)  # refuses an unknown account
            desk_users.change(connection, user_id, active=True)
            self.note(connection, "user-resume", user_id)

    def erase(self, user_id: int) -> None:
        """Erase a suspended account's name, address and credentials. Its past acts keep its number, which is never
        given again.

        Raises RequestError `no-such-user` or `user-active`.
        """
        with self.store.writing() as connection:
            officer = desk_users.by_id(connection, user_id)
            if officer.active:
                raise RequestError("user-active", number=user_id)
            desk_users.erase(connection, user_id)
            self.note(connection, "user-erase", user_id)  # its roles were sealed when it was suspended

    def end_sessions(self, user_id: int) -> None:
        """End an account's sessions on all devices, and void its links.

        Raises RequestError `no-such-user`.
        """
        with self.store.writing() as connection:
            desk_users.by_id(connection, user_id)  # refuses an unknown account
            desk_users.end_sessions(connection, user_id)
            desk_devices.forget(connection, user_id)
            self._log(connection, "user-end-sessions", f"user {user_id}")

    def take_second_factors(self, user_id: int) -> None:
        """Remove an account's second factors, after a lost telephone or key, and end its sessions. Raises RequestError
        `no-such-user`.
        """
        with self.store.writing() as connection:
            desk_users.by_id(connection, user_id)  # refuses an unknown account
            desk_users.take_second_factors(connection, user_id)
            desk_users.end_sessions(connection, user_id)
            desk_devices.forget(connection, user_id)
            self._tell(connection, user_id, account_notice.FACTOR_TAKEN)
            self.note(connection, "user-take-factors", user_id)

    def set_up_first_factor(self, user_id: int) -> None:
        """Record that an account has its first second factor, which another officer is to confirm as its holder's.

        Raises RequestError `no-such-user`.
        """
        with self.store.writing() as connection:
            desk_users.by_id(connection, user_id)  # refuses an unknown account
            first_factors.add(connection, user_id, self.clock.now())
            self.note(connection, first_factors.ACT, user_id, more=_passkeys(connection, user_id))

    def note_chosen(self, user_id: int) -> None:
        """Record that an account's password was chosen by a link, so that its holder has it.

        Raises RequestError `no-such-user`.
        """
        with self.store.writing() as connection:
            desk_users.by_id(connection, user_id)  # refuses an unknown account
            self.note(connection, "user-chosen", user_id)

    def note_factor(self, user_id: int) -> None:
        """Record that a second factor was added to an account. The public keys of its passkeys are sealed with it, and
        so outlast their removal. Raises RequestError `no-such-user`.
        """
        with self.store.writing() as connection:
            desk_users.by_id(connection, user_id)  # refuses an unknown account
            self.note(connection, "user-factor", user_id, more=_passkeys(connection, user_id))

    def prepare_link(self, user_id: int, *, is_mailed: bool = False) -> None:
        """Void an account's links and end its sessions before a new link is made. The holder is told, unless the link
        itself is mailed to them.

        Raises RequestError `no-such-user` or `user-suspended`.
        """
        with self.store.writing() as connection:
            officer = desk_users.by_id(connection, user_id)
            if not officer.active:
                raise RequestError("user-suspended", label=officer.email)
            desk_users.end_sessions(connection, user_id)
            desk_devices.forget(connection, user_id)
            if not is_mailed:
                self._tell(connection, user_id, account_notice.LINK)
            self.note(connection, "user-link", user_id)

    def confirm(self, user_id: int, digest: str | None = None, yes: SignedYes | None = None) -> None:
        """Confirm that an account is held by the person it names. Until then it may not decide about the officers that
        set it up. The command line may confirm, in the name of the machine's keeper.

        `digest` is of the account's canonical text as it was shown (`account_views`); None confirms it as it is. `yes`
        is its signature, required where the officer has a passkey. Raises RequestError `no-such-user`, `wish-changed`,
        `not-your-hand`, `nothing-to-confirm`, `wants-passkey` or `yes-not-signed`.
        """
        with self.store.writing() as connection:
            now = self.clock.now()
            _, moment = self.rules.at(connection, now)
            view = account_views.of(connection, user_id, moment.day)
            if digest not in (None, view.digest):
                raise RequestError("wish-changed", number=user_id)
            by = officer_numbers.number_of(self.actor)  # None for the command line
            # Not its holder, nor an officer with a hand in it, nor one in whose account any of these has a hand.
            if by is not None and not hands.may_confirm(by, user_id, officer_hands.pairs(connection)):
                raise RequestError("not-your-hand", number=user_id)
            signed = two_guards.signed(connection, self.actor, view.digest, yes)
            settled = officer_hands.confirm(connection, user_id, self.actor, now)
            settled += first_factors.confirm(connection, user_id, self.actor, now)
            if not settled and not view.news:  # news: acts on the account that no officer has vouched for yet
                raise RequestError("nothing-to-confirm", number=user_id)
            self.note(connection, "user-confirm", user_id, more={"digest": view.digest, **signed})

    def mail(self, user_id: int, subject: str, body: str, about: str = "") -> None:
        """Put a message to an officer into the outbox, since the desk itself cannot reach a mail server. `about` names
        its subject; an empty one stands for the account.
        """
        with self.store.writing() as connection:
            outbox_rows.put(
                connection,
                channel=outbox_rows.MAIL,
                recipient=desk_users.by_id(connection, user_id).email,
                subject=subject,
                body=body,
                about=about or f"user {user_id}",
                at=self.clock.now(),
            )

    def note(
        self,
        connection: sa.Connection,
        act: str,
        user_id: int,
        profile: Profile | None = None,
        before: Standing | None = None,
        more: Detail = _NO_MORE,
    ) -> None:
        """Log an act on an account, seal it and tell the other officers. An act by which the acting officer could use
        the account, such as giving a password, is stored as a hand. `profile` is what the account says now and `before`
        what it said, where the act changes it; `more` are further facts to seal.
        """
        _, moment = self.rules.at(connection, self.clock.now())
        by = officer_numbers.number_of(self.actor)  # None for a program
        roles = None if profile is None else ", ".join(profile.roles)
        member = None if profile is None else profile.member_number
        if by is not None and by != user_id and act in _HANDS:
            officer_hands.add(connection, user_id, by, act, moment.at)
        desk_log.add(connection, moment.at, self.actor, act, None, f"user {user_id}" + (f": {roles}" if roles else ""))
        self.watch.account(connection, moment, act, user_id, before, roles=roles, member=member, **more)

    def _end_tokens(self, connection: sa.Connection, user_id: int) -> None:
        """End the tokens for lists that this account may no longer read."""
        from kiosk.members import api_tokens  # few houses have scripts

        api_tokens.end_lost(connection, user_id, self.clock.now(), self.actor)

    def _tell(self, connection: sa.Connection, user_id: int, what: str) -> None:
        """Mail an officer about a change of their account."""
        self.notices.put(connection, user_id, what, self.clock.now())

    def _log(self, connection: sa.Connection, act: str, what: str) -> None:
        """Write a line in the desk's log."""
        desk_log.add(connection, self.clock.now(), self.actor, act, None, what)


def _facts_before(before: Officer) -> dict[str, str | int | None]:
    """Return an account's roles and member before a change, as they are sealed; roles are None where its holder never
    signed in.
    """
    return {"was": None if before.invited else ", ".join(before.roles), "was_member": before.member_number}


def _passkeys(connection: sa.Connection, user_id: int) -> dict[str, str | int | None]:
    """Return the public keys of an officer's passkeys, as they are written into the seal."""
    keys = desk_users.public_keys(connection, user_id)
    return {"passkeys": ",".join(base64.urlsafe_b64encode(each).decode() for each in keys) or None}


def _refuse_no_role(roles: Collection[str]) -> None:
    """Refuse an account without a role. Raises RequestError `no-role`."""
    if not roles:
        raise RequestError("no-role", field="roles")


def _refuse_last_president(connection: sa.Connection, user_id: int) -> None:
    """Refuse to take the last president away. Raises RequestError `last-president`."""
    if desk_users.others_with(connection, PRESIDENT, user_id) == 0:
        raise RequestError("last-president", field="roles")


def _link_member(connection: sa.Connection, user_id: int, number: int | None) -> None:
    """Link an account to a member's file, or with None unlink it. Raises RequestError `no-such-member`."""
    member_id = None if number is None else members.by_number(connection, number).id
    desk_users.link(connection, user_id, member_id)
