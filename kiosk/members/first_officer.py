"""Makes the first officer's account by a link, which is good for a day and only while no account exists.

The link is printed on the machine. It holds the moment when it was made and a MAC over that moment by the desk's key,
so nothing has to be stored: the account that it makes ends it.
"""

import base64
import binascii
import hashlib
import hmac
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from kiosk import keys
from kiosk.devices.protocols import Clock
from kiosk.domain.members.roles import Role
from kiosk.errors import RequestError
from kiosk.home import Home
from kiosk.members import passwords
from kiosk.members.officers import Officers, Profile
from kiosk.store.officers import desk_users
from kiosk.store.officers.desk_users import Officer

LASTS = timedelta(hours=24)  # how long a link works
PATH = "/first/"  # the desk's page behind the link
_ACTOR = "cli"  # the link is printed at the machine
_AT_BYTES, _MAC_BYTES = 5, 16  # of a link's token: the moment in seconds, and its code; base64 pads no 21 bytes


class FirstOfficer(Struct, frozen=True):
    """The link of a home and the account that it makes. `key` is derived from the desk's secret for this link alone."""

    home: Home
    clock: Clock
    key: bytes

    @classmethod
    def of(cls, home: Home, clock: Clock, secret: bytes | None = None) -> "FirstOfficer":
        """Return the link of a home. `secret` is the desk's; None reads it from its file."""
        known = keys.read_key(home.paths.desk_key) if secret is None else secret
        return cls(home, clock, hashlib.blake2b(known, person=b"first-officer", digest_size=32).digest())

    def is_wanted(self) -> bool:
        """Return whether no account exists yet."""
        with self.home.store.reading() as connection:
            return not desk_users.is_anybody_there(connection)

    def link(self) -> str:
        """Return a new link, good for a day. Raises RequestError `officer-there`."""
        if not self.is_wanted():
            raise RequestError("officer-there", "there is an account at the desk: kiosk user add, or kiosk user reset")
        return f"{self.home.config.desk_address}{PATH}{_token(self.key, self.clock.now())}"

    def check(self, token: str) -> None:
        """Refuse a link's token that is wrong, too old or used. Raises RequestError `first-link-over`."""
        made_at = _made_at(self.key, token)
        # In both directions: a link made while the clock was ahead must not last longer than a day either.
        if made_at is None or abs(self.clock.now() - made_at) >= LASTS or not self.is_wanted():
            raise _over()

    def make(self, token: str, email: str, name: str, password: str) -> Officer:
        """Make the first officer's account, with the president's role, and return it. Raises RequestError
        `first-link-over`, Problem `email`, `password` or `password-known`.
        """
        self.check(token)
        kept = passwords.hashed(password)
        with self.home.store.reading() as connection:
            place = passwords.words_of_place(connection, self.clock.now().date())
        passwords.want_unknown(password, (email, name, *place))  # refuses an easily guessed one
        return Officers.of(self.home, self.clock, _ACTOR).add_first(email, Profile(name, (Role.PRESIDENT,)), kept)


def _over() -> RequestError:
    """Return the refusal for a link that no longer works."""
    return RequestError("first-link-over", "this link is expired, used or not ours: kiosk user first makes a new one")


def _token(key: bytes, at: datetime) -> str:
    """Return the text of a link: the moment it was made and its code, as letters for a URL."""
    stamp = int(at.timestamp()).to_bytes(_AT_BYTES, "big")
    return base64.urlsafe_b64encode(stamp + _mac(key, stamp)).decode()


def _made_at(key: bytes, token: str) -> datetime | None:
    """Return the moment when a token was made; None for a token that this home did not make."""
    try:
        text = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return None
    stamp, mac = text[:_AT_BYTES], text[_AT_BYTES:]
    if not hmac.compare_digest(mac, _mac(key, stamp)):
        return None
    return datetime.fromtimestamp(int.from_bytes(stamp, "big"), tz=UTC)


def _mac(key: bytes, stamp: bytes) -> bytes:
    """Return the code that proves that this home made a link at a moment."""
    return hmac.digest(key, stamp, "sha256")[:_MAC_BYTES]
