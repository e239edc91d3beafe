"""Reads what only a PostgreSQL server has: its settings, its standbys and its clock.

Only a server's connection has the execution option `server_schema`.
"""

from datetime import UTC, datetime

import sqlalchemy as sa
from msgspec import Struct

_REPLICAS = (
    "SELECT coalesce(application_name, '') AS name, sync_state, EXTRACT(EPOCH FROM replay_lag) AS lag_seconds,"
    " pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,"
    " replay_lsn) AS lag_bytes FROM pg_stat_replication ORDER BY 1"
)


class ServerFacts(Struct, frozen=True):
    """A server's version, the size of the records in bytes, and settings with which it may lose
    what it has confirmed.
    """

    version: str
    size: int
    unsafe: tuple[str, ...]


class Replica(Struct, frozen=True):
    """A standby that follows the server: whether commits wait for it, and how far it is behind. None: an account
    without `pg_monitor` is not told.
    """

    name: str
    is_awaited: bool | None
    lag_seconds: float | None
    lag_bytes: int | None


def replicas(connection: sa.Connection) -> list[Replica]:
    """Return the standbys that follow the server, by name; none for a file."""
    if connection.get_execution_options().get("server_schema") is None:
        return []
    rows = connection.exec_driver_sql(_REPLICAS)
    return [
        Replica(
            row.name,
            None if row.sync_state is None else row.sync_state in ("sync", "quorum"),
            None if row.lag_bytes is None else float(row.lag_seconds or 0),
            None if row.lag_bytes is None else int(row.lag_bytes),
        )
        for row in rows
    ]


def moment(connection: sa.Connection, otherwise: datetime) -> datetime:
    """Return the server's time, which is one for all machines that write to it; for a file, `otherwise`."""
    if connection.get_execution_options().get("server_schema") is None:
        return otherwise
    at: datetime = connection.exec_driver_sql("SELECT clock_timestamp()").scalar_one()
    return at.astimezone(UTC)
