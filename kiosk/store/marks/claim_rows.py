"""Keeps what doors and office claim to have seen of the chain and the records lack, and what became of each claim.

A claim is sealed by its maker's key. It is open until the chain has its entry, or a `lost-entry` in that
place, or until the office ended it. Neither table is ever changed.
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

MOST_LOST = 50_000  # entries: more than a year of a space's; a claim further on is none that others wait for


class End(StrEnum):
    """What became of a claim. One that is `UNPROVEN` still stops the door that made it."""

    IN_CHAIN = "in-chain"
    LOST = "lost"
    UNPROVEN = "unproven"
    SET_ASIDE = "set-aside"


class Claim(Struct, frozen=True):
    """What a door, or the office as number 0, saw: an entry's number and MAC, on a branch that is another's at least
    from `since` on. `key_id` names the key that sealed it.
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
        """Whether its seal is right; None where this program has not the key that would tell."""
        key = seal.key_of(self.key_id)
        if key is None:
            return None
        return hmac.compare_digest(_sealed(key, seal.home_id, self.door, self.since, self.number, self.mac), self.seal)


_C, _E = head_claim.c, head_claim_end.c


def are_kept(connection: sa.Connection) -> bool:
    """Whether the records are of a release that keeps claims: an older copy may be put back by the way of an update."""
    return sa.inspect(connection).has_table("head_claim")


def open_claims(connection: sa.Connection) -> list[Claim]:
    """The claims that nothing has ended yet and whose entry the chain lacks, in their order. Without those of doors
    that are revoked, and those further than any lost entries reach.
    """
    gone = revoked(connection)
    rows = connection.execute(
        sa.select(head_claim).where(~sa.exists().where(_E.claim_id == _C.id)).order_by(_C.id)
    ).all()
    last = 0 if not rows else connection.execute(sa.select(sa.func.max(entry.c.number))).scalar() or 0
    claims = [Claim(*row) for row in rows if row.door not in gone and row.number - last <= MOST_LOST]
    return [each for each in claims if not is_in_chain(connection, each.number, each.mac)]


def revoked(connection: sa.Connection) -> set[int]:
    """The doors that are revoked: what they claim keeps no other waiting."""
    return set(connection.exec_driver_sql("SELECT id FROM door WHERE revoked_on IS NOT NULL").scalars())


def unended(connection: sa.Connection) -> list[Claim]:
    """Every claim that has no end yet, whatever the chain has."""
    query = sa.select(head_claim).where(~sa.exists().where(_E.claim_id == _C.id)).order_by(_C.id)
    return [Claim(*row) for row in connection.execute(query)]


def unproven(connection: sa.Connection) -> list[Claim]:
    """The claims that nothing proves and that no officer has set aside."""
    said = sa.exists().where(_E.claim_id == _C.id, _E.how == End.UNPROVEN)
    over = sa.exists().where(_E.claim_id == _C.id, _E.how != End.UNPROVEN)
    return [Claim(*row) for row in connection.execute(sa.select(head_claim).where(said, ~over).order_by(_C.id))]


def is_in_chain(connection: sa.Connection, number: int, mac: bytes) -> bool:
    """Whether the chain has this very entry, or says in its place that it is lost."""
    return lost_numbers.is_there(connection, number, mac)


def has_entry(connection: sa.Connection, number: int, mac: bytes) -> bool:
    """Whether the chain has this very entry."""
    return connection.execute(sa.select(entry.c.mac).where(entry.c.number == number)).scalar() == mac


def is_over(connection: sa.Connection, door: int, number: int, mac: bytes) -> bool:
    """Whether a claim of this was made and is over, for the door that made it too."""
    query = (
        sa.select(_E.claim_id)
        .join(head_claim, _C.id == _E.claim_id)
        .where(_C.door == door, _C.number == number, _C.mac == mac, _E.how != End.UNPROVEN)
    )
    return connection.execute(query).first() is not None


def is_lacking(connection: sa.Connection, door: int, number: int, mac: bytes) -> bool:
    """Whether the chain lacks an entry that a door, or the office, saw, and nothing has accounted for that yet."""
    return not (is_in_chain(connection, number, mac) or is_over(connection, door, number, mac))


def are_waiting(connection: sa.Connection) -> bool:
    """Whether a claim is open, or waits for an officer's word."""
    over = sa.exists().where(_E.claim_id == _C.id, _E.how != End.UNPROVEN)
    return connection.execute(sa.select(_C.id).where(~over).limit(1)).first() is not None


def add(
    connection: sa.Connection, seal: Seal, door: int, number: int, mac: bytes, at: datetime, since: int | None = None
) -> bool:
    """Claim an entry, and those before it from `since` on. Returns False where that is claimed already."""
    since = since or number
    there = sa.select(_C.id).where(_C.door == door, _C.number == number, _C.mac == mac)
    if connection.execute(there).first() is not None:
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
    """Say what became of claims."""
    for each in claims:
        row = {"claim_id": each.id, "how": how.value, "ended_on": day, "actor": actor}
        connection.execute(head_claim_end.insert(), row)


def _sealed(key: bytes, home_id: str, door: int, since: int, number: int, mac: bytes) -> bytes:
    return macs.of(key, f"kiosk: head claim\n{home_id}\n{door}\n{since}\n{number}\n{mac.hex()}".encode())
