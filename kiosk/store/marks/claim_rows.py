"""Keeps claims of doors and office that the chain had entries which the records lack, and the outcome of each claim.

A claim is sealed with its maker's key. It is open until the chain has its entry, or a `lost-entry` notice in its place,
or until the office ends it; as long as it is, no program writes entries. A *MAC* is an entry's seal. Rows of neither
table ever change.
"""

import hmac
from collections.abc import Sequence
from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import macs
from kiosk.domain.chain import Seal
from kiosk.store import lost_numbers
from kiosk.store.tables import entry
from kiosk.store.tables.books import head_claim, head_claim_end

MOST_LOST = 50_000  # entries of more than a year: a claim further ahead stops no other program


class End(StrEnum):
    """The outcome of a claim. An `UNPROVEN` one still stops the door that made it."""

    IN_CHAIN = "in-chain"  # nothing is lost: the records have its entry
    LOST = "lost"  # notices of the ledger say what is lost
    UNPROVEN = "unproven"  # nothing but the claim shows that there was such an entry
    SET_ASIDE = "set-aside"  # an officer decided that its door writes again


class Claim(Struct, frozen=True):
    """A claim of a door, or of the office as number 0, that it saw an entry with this number and MAC.

    Its entries differ from the chain's at least from `since` on. `key_id` names the key that sealed the claim.
    """

    id: int
    door: int
    number: int
    mac: bytes
    since: int
    claimed_at: datetime
    key_id: str
    seal: bytes

    def is_sealed(self, seal: Seal) -> bool | None:
        """Return whether the claim's seal is right; None if this program does not have the key to check it."""
        key = seal.key_of(self.key_id)
        if key is None:
            return None
        return hmac.compare_digest(_sealed(key, seal.home_id, self.door, self.since, self.number, self.mac), self.seal)


_C, _E = head_claim.c, head_claim_end.c


def are_kept(connection: sa.Connection) -> bool:
    """Return whether the records have the table of claims: an update may restore an older release's copy without it."""
    return sa.inspect(connection).has_table("head_claim")


def open_claims(connection: sa.Connection) -> list[Claim]:
    """Return the claims without an outcome whose entry the chain lacks, in their order.

    Left out are claims of revoked doors, and of entries more than `MOST_LOST` numbers after the chain's last.
    """
    revoked_doors = revoked(connection)
    rows = connection.execute(
        sa.select(head_claim).where(~sa.exists().where(_E.claim_id == _C.id)).order_by(_C.id)
    ).all()
    last = 0 if not rows else connection.execute(sa.select(sa.func.max(entry.c.number))).scalar() or 0
    claims = [Claim(*row) for row in rows if row.door not in revoked_doors and row.number - last <= MOST_LOST]
    return [claim for claim in claims if not is_in_chain(connection, claim.number, claim.mac)]


def revoked(connection: sa.Connection) -> set[int]:
    """Return the revoked doors: their claims stop no other program."""
    return set(connection.exec_driver_sql("SELECT id FROM door WHERE revoked_on IS NOT NULL").scalars())


def unended(connection: sa.Connection) -> list[Claim]:
    """Return every claim without an outcome, whatever the chain has."""
    query = sa.select(head_claim).where(~sa.exists().where(_E.claim_id == _C.id)).order_by(_C.id)
    return [Claim(*row) for row in connection.execute(query)]


def unproven(connection: sa.Connection) -> list[Claim]:
    """Return the unproven claims that no officer has set aside."""
    is_unproven = sa.exists().where(_E.claim_id == _C.id, _E.how == End.UNPROVEN)
    over = sa.exists().where(_E.claim_id == _C.id, _E.how != End.UNPROVEN)
    return [Claim(*row) for row in connection.execute(sa.select(head_claim).where(is_unproven, ~over).order_by(_C.id))]


def is_in_chain(connection: sa.Connection, number: int, mac: bytes) -> bool:
    """Return whether the chain has this entry, or a notice in its place that it is lost."""
    return lost_numbers.is_there(connection, number, mac)


def has_entry(connection: sa.Connection, number: int, mac: bytes) -> bool:
    """Return whether the chain has this entry."""
    return connection.execute(sa.select(entry.c.mac).where(entry.c.number == number)).scalar() == mac


def is_over(connection: sa.Connection, door: int, number: int, mac: bytes) -> bool:
    """Return whether a door's claim of this entry ended in another way than `UNPROVEN`: then the door writes again."""
    query = (
        sa.select(_E.claim_id)
        .join(head_claim, _C.id == _E.claim_id)
        .where(_C.door == door, _C.number == number, _C.mac == mac, _E.how != End.UNPROVEN)
    )
    return connection.execute(query).first() is not None


def is_lacking(connection: sa.Connection, door: int, number: int, mac: bytes) -> bool:
    """Return whether the chain lacks an entry that a door or the office saw, and no claim has accounted for it."""
    return not (is_in_chain(connection, number, mac) or is_over(connection, door, number, mac))


def are_waiting(connection: sa.Connection) -> bool:
    """Return whether any claim has no outcome yet, or is unproven and waits for an officer."""
    over = sa.exists().where(_E.claim_id == _C.id, _E.how != End.UNPROVEN)
    return connection.execute(sa.select(_C.id).where(~over).limit(1)).first() is not None


def add(
    connection: sa.Connection, seal: Seal, door: int, number: int, mac: bytes, at: datetime, since: int | None = None
) -> bool:
    """Claim an entry, and those before it from `since` on (None: it alone). Return False if it is claimed already."""
    since = since or number
    same_claim = sa.select(_C.id).where(_C.door == door, _C.number == number, _C.mac == mac)
    if connection.execute(same_claim).first() is not None:
        return False
    row = {
        "door": door,
        "number": number,
        "mac": mac,
        "since": since,
        "claimed_at": at,
        "key_id": seal.key_id,
        "seal": _sealed(seal.key, seal.home_id, door, since, number, mac),
    }
    connection.execute(head_claim.insert(), row)
    return True


def end(connection: sa.Connection, claims: Sequence[Claim], how: End, day: date, actor: str) -> None:
    """Write the outcome `how` of claims, on a day, by an actor: an officer or a program."""
    for claim in claims:
        row = {"claim_id": claim.id, "how": how.value, "ended_on": day, "actor": actor}
        connection.execute(head_claim_end.insert(), row)


def _sealed(key: bytes, home_id: str, door: int, since: int, number: int, mac: bytes) -> bytes:
    """Return the seal of a claim under a key: a MAC of all that it says, and of the home (one installation's
    records).
    """
    return macs.of(key, f"kiosk: head claim\n{home_id}\n{door}\n{since}\n{number}\n{mac.hex()}".encode())
