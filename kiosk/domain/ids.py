"""Makes ids for acts: where the act happens, so that repeating it is harmless, and without telling when.

An id stays in the ledger for ten years, hours for ninety days. So it holds no time finer than some weeks: enough for an
index to grow in one region of it, and nothing that an entry's day does not say.
"""

from datetime import UTC, datetime

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_DAYS = 32  # of one region


def new(at: datetime, random: bytes) -> bytes:
    """A UUID of version 8 (RFC 9562, 5.8), of 16 `random` bytes: 16 bytes, the first two a number of some weeks.

    Which number is drawn by lot around the turn from one to the next: not even the day before one and the day after can
    be told.
    """
    weeks = ((at - _EPOCH).days + random[15] % _DAYS) // _DAYS
    made = bytearray((weeks & 0xFFFF).to_bytes(2, "big") + random[:14])
    made[6] = made[6] & 0x0F | 0x80  # the version
    made[8] = made[8] & 0x3F | 0x80  # the variant
    return bytes(made)
