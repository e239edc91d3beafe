"""Makes ids for acts, at the place where they happen, so that repeating one is harmless; ids do not reveal the time.

An id stays in the ledger for ten years, but times of day for ninety days only. So an id holds no time finer than some
weeks: enough to keep an index compact, and nothing that the entry's day does not say.
"""

from datetime import UTC, datetime

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_DAYS = 32  # days of one period


def new(at: datetime, random: bytes) -> bytes:
    """Return a UUID of version 8 (RFC 9562, 5.8) from 16 `random` bytes; its first two bytes are the number of a 32-day
    period.

    Around the change of period the number is drawn at random, so that not even the days before and after it can be told
    apart.
    """
    period = ((at - _EPOCH).days + random[15] % _DAYS) // _DAYS
    octets = bytearray((period & 0xFFFF).to_bytes(2, "big") + random[:14])
    octets[6] = octets[6] & 0x0F | 0x80  # the version
    octets[8] = octets[8] & 0x3F | 0x80  # the variant
    return bytes(octets)
