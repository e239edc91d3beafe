"""Names the server that answers and the branch of its history: the name changes when another one takes its place.

It is made of the cluster's identifier, its timeline, the database and the table of entries. One of these changes when a
dump is restored elsewhere, when a server is promoted or brought back to an earlier moment, and when the tables are put
in anew. The timeline is read from the log being written, since the control file lags after a promotion.
"""

import sqlalchemy as sa

_OF = (
    "SELECT (SELECT system_identifier FROM pg_control_system()) || '/'"
    " || CASE WHEN pg_is_in_recovery() THEN '-' ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END || '/'"
    " || (SELECT oid FROM pg_database WHERE datname = current_database()) || '/'"
    " || coalesce(CAST(to_regclass('entry') AS oid), 0), EXTRACT(EPOCH FROM clock_timestamp())"
)


def of(connection: sa.Connection) -> tuple[str, float]:
    """Return the name of the server's branch, and the server's clock in seconds; asked once for each connection."""
    name, seconds = connection.exec_driver_sql(_OF).one()
    return str(name), float(seconds)
