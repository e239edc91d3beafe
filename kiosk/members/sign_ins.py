"""Slows guessing of secrets down, remembers devices, and tells officers what happens to their accounts.

Every attempt is stored before it is checked, in the transaction that decides whether it may be checked: parallel
guesses get no further than guesses in a row. It is the guesser's address that has to wait, not the account's owner: a
device on which the owner has signed in before is counted by itself.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from ipaddress import ip_address, ip_network

import sqlalchemy as sa
from msgspec import Struct, field

from kiosk.devices.protocols import Clock
from kiosk.domain.members import lockout, officer_numbers
from kiosk.messages.account_notice import NEW_DEVICE, AccountNotices
from kiosk.store.engine import Store
from kiosk.store.officers import desk_attempts, desk_devices, desk_log

# Failures a day before the next attempt waits. `device` is one account on a device that it knows, `place` one account
# from one address; `address` counts all accounts tried from it, `account` all unknown places together for one account,
# `link` all links that were tried from one address.
FREE = {"device": 5, "place": 5, "address": 20, "account": 50, "link": 10}


class Trial(Struct, frozen=True):
    """An attempt at an account's secret, or at a link where `account` is None, from an address and perhaps a known
    device.
    """

    account: str | None
    address: str
    device: bytes | None = None


class Claim(Struct, frozen=True):
    """The answer to an attempt: how many seconds it has to wait, or 0 and the ids under which it was stored."""

    seconds: float = 0.0
    ids: tuple[int, ...] = field(default=())


class SignIns(Struct, frozen=True, kw_only=True):
    """Counts the sign-ins of one home. `key` makes addresses, accounts and devices unreadable where they are
    counted.
    """

    store: Store
    clock: Clock
    key: bytes
    notices: AccountNotices

    def claim(self, trial: Trial) -> Claim:
        """Store an attempt, or return in how many seconds it may be made: once the longest wait of its counts is over.
        An attempt that has to wait is not stored.
        """
        now = self.clock.now()
        with self.store.logging() as connection:
            counted = self._counted(connection, trial)
            hashes = [hashed for _, hashed in counted]
            failed = desk_attempts.failures(connection, now, hashes)
            ends = [lockout.wait_until(each, FREE[kind]) for each, (kind, _) in zip(failed, counted, strict=True)]
            seconds = max([(end - now).total_seconds() for end in ends if end is not None and end > now], default=0.0)
            if seconds:
                return Claim(seconds)
            return Claim(ids=desk_attempts.add(connection, now, hashes))

    def was_no_guess(self, claim: Claim) -> None:
        """Delete the stored attempt of a claim, because it did not fail: what stays stored counts as a failure."""
        with self.store.logging() as connection:
            desk_attempts.take_back(connection, claim.ids)

    def signed_in(self, user_id: int, accounts: Sequence[str], trial: Trial) -> None:
        """Record a successful sign-in: earlier failures from this place and device are forgotten, and the device is
        known from now on. The officer is told of a new device. `accounts` are the names under which the account's
        attempts are counted: its address, and # with its id.
        """
        now = self.clock.now()
        with self.store.writing() as connection:
            new = self._is_new(connection, now, user_id, trial.device)
            act = "sign-in-new" if new else "sign-in"
            desk_log.add(connection, now, officer_numbers.actor(user_id), act, None, None)
            self._clear(connection, accounts, trial)
            if new:
                self.notices.put(connection, user_id, NEW_DEVICE, now)

    def chosen(self, user_id: int, accounts: Sequence[str], trial: Trial) -> None:
        """Record that an account's password was chosen by a link: failures with the old one are forgotten everywhere.
        `accounts` are as in `signed_in`.
        """
        now = self.clock.now()
        with self.store.writing() as connection:
            self._is_new(connection, now, user_id, trial.device)  # so that the device is known from now on
            self._clear(connection, accounts, trial)
            for account in accounts:
                desk_attempts.clear(connection, self.hashed("account", account))

    def tell(self, user_id: int, what: Sequence[str]) -> None:
        """Tell an officer by mail what happened to their account: a mail for each name of a notice in `what`."""
        with self.store.writing() as connection:
            for each in what:
                self.notices.put(connection, user_id, each, self.clock.now())

    def use_code(self, secret: str, counter: int) -> bool:
        """Use a time-based code up, and return whether it was unused before, by any process."""
        with self.store.writing() as connection:
            digest = hashlib.blake2b(secret.encode(), key=self.key, digest_size=16).digest()
            return desk_attempts.use_code(connection, self.clock.now(), digest, counter)

    def hashed(self, kind: str, text: str) -> str:
        """Return the keyed hash under which an address, account or device is counted."""
        content = f"{kind}:{text.strip().casefold()}".encode()
        return hashlib.blake2b(content, key=self.key, digest_size=16).hexdigest()

    def digest(self, device: bytes) -> bytes:
        """Return the keyed hash of a device's cookie."""
        return hashlib.blake2b(device, key=self.key, digest_size=16).digest()

    def _counted(self, connection: sa.Connection, trial: Trial) -> list[tuple[str, str]]:
        """Return the kinds and hashes under which an attempt counts: its device where the account knows it, else its
        place, address and account.
        """
        address = neighbourhood(trial.address)
        if trial.account is None:
            return [("link", self.hashed("link", address))]
        if trial.device is not None:
            known = desk_devices.accounts(connection, self.digest(trial.device))
            # An account is named by its address, or by # and its own id where the session knows it.
            if trial.account.strip().casefold().removeprefix("#") in known:
                return [("device", self._of_device(trial.account, trial.device))]
        return [
            ("place", self.hashed("place", f"{address} {trial.account}")),
            ("address", self.hashed("address", address)),
            ("account", self.hashed("account", trial.account)),
        ]

    def _of_device(self, account: str, device: bytes) -> str:
        """Return the key under which failures on a device that knows an account are counted."""
        return self.hashed("device", f"{device.hex()} {account}")

    def _is_new(self, connection: sa.Connection, now: datetime, user_id: int, device: bytes | None) -> bool:
        """Record a sign-in from a device, and return whether it is the first one for this account."""
        return device is not None and desk_devices.see(connection, now, self.digest(device), user_id)

    def _clear(self, connection: sa.Connection, accounts: Sequence[str], trial: Trial) -> None:
        """Forget the failed sign-ins to these accounts from this place and device."""
        for account in accounts:
            place = f"{neighbourhood(trial.address)} {account}"
            desk_attempts.clear(connection, self.hashed("place", place))
            if trial.device is not None:
                desk_attempts.clear(connection, self._of_device(account, trial.device))


def neighbourhood(address: str) -> str:
    """Return an IPv4 address as it is, and the /64 network of an IPv6 one, since one machine can use any address of its
    network.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(parsed if parsed.version == 4 else ip_network((parsed, 64), strict=False))
