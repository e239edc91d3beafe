"""What a server says of itself that a file has no need to: what it keeps, and its time."""

from datetime import UTC, datetime

import sqlalchemy as sa
from msgspec import Struct


class ServerFacts(Struct, frozen=True):
    """Its version, the bytes that the records take, and settings by which it would lose what it said was kept."""

    version: str
    size: int
    unsafe: tuple[str, ...]


def moment(connection: sa.Connection, otherwise: datetime) -> datetime:
    """Return the time of the server, which is one for all machines that write there; of a file, `otherwise`."""
    if connection.get_execution_options().get("server_schema") is None:
        return otherwise
    at: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return at.astimezone(UTC)
