"""What a server says of itself that a file has no need to."""

from msgspec import Struct


class ServerFacts(Struct, frozen=True):
    """Its version, the bytes that the records take, and settings by which it would lose what it said was kept."""

    version: str
    size: int
    unsafe: tuple[str, ...]
