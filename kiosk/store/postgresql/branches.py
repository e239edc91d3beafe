"""Names which server answers, and on which branch of its history: what changes when another one takes its place.

The cluster's identifier, its timeline, the database and the table of entries: a dump that was put back elsewhere, a
server that was promoted or brought back to a moment, and tables that were put in anew each change one of them. The
timeline is that of the log as it is written, since the control file lags after a promotion.
"""

import sqlalchemy as sa

_OF = (
    "SELECT (SELECT system_identifier FROM pg_control_system()) || '/'"
    " || CASE WHEN pg_is_in_recovery() THEN '-' ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END || '/'"
    " || (SELECT oid FROM pg_database WHERE datname = current_database()) || '/'"
    " || coalesce(CAST(to_regclass('entry') AS oid), 0), EXTRACT(EPOCH FROM clock_timestamp())"
)


def of(connection: sa.Connection) -> tuple[str, float]:
    """Return the name of the branch that a connection is to, and the server's second; asked once a connection."""
    name, seconds = connection.exec_driver_sql(_OF).one()
    return str(name), float(seconds)
