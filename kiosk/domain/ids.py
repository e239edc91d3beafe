"""Makes ids for acts: time-ordered, so that an index grows at its right edge, and made where the act happens."""

from datetime import datetime
from uuid import UUID


def time_ordered(at: datetime, random: bytes) -> bytes:
    """A UUID of version 7 (RFC 9562, 5.7) as 16 bytes: 48 bits of Unix milliseconds, then 10 `random` bytes."""
    milliseconds = int(at.timestamp() * 1000) & (1 << 48) - 1
    value = milliseconds << 80 | int.from_bytes(random[:10], "big")
    value = value & ~(0xF << 76) | 7 << 76
    value = value & ~(0x3 << 62) | 2 << 62
    return UUID(int=value).bytes
