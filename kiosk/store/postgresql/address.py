"""Reads a server's URL, makes engines for it, and words its faults without password or member."""

from time import monotonic
from typing import Any

import psycopg
import sqlalchemy as sa

from kiosk.errors import MachineError, RequestError
from kiosk.store.postgresql import dialect
from kiosk.store.postgresql.bounded import BoundedConnection

OLDEST = 15  # the least version of PostgreSQL: Debian 12's
SCHEMA = "kiosk"  # where the tables are: other programs may have schemas beside it
_PREPARED = 300  # statements that a connection keeps prepared: beyond them each new one costs a round trip to drop one
_CONNECT_SECONDS = 3  # after which an attempt to connect is given up
IDLE_SECONDS = 20.0  # a connection that rested longer may have been dropped by the network


def parsed(url: str) -> sa.URL:
    """Return a URL with the driver's name put in.

    Raises RequestError `config` if it does not begin with `postgresql://` or names no database.
    """
    try:
        address = sa.make_url(url)
    except (sa.exc.ArgumentError, ValueError):
        raise RequestError("config", f"database.url is no URL: expected {FORM}") from None
    if address.drivername != "postgresql" or not address.database:
        raise RequestError("config", f"database.url: expected {FORM}")
    return address.set(drivername=dialect.NAME.replace(".", "+"))


FORM = "postgresql://USER@HOST:PORT/DATABASE"


def shown(url: str) -> str:
    """Return a URL without its password, to be shown."""
    address = parsed(url)
    return str(address.set(drivername="postgresql").render_as_string(hide_password=True))


# What to do about a server's error, where its own words do not tell.
_REMEDIES: tuple[tuple[type[psycopg.Error], str], ...] = (
    (psycopg.errors.InsufficientPrivilege, "this account may not do that: kiosk roles gives it what it needs"),
    (
        psycopg.errors.UndefinedTable,
        "no home is there, or nothing that this account may see: kiosk move --to, or kiosk roles",
    ),
    (psycopg.errors.DiskFull, "the server's disk is full: make room there"),
    (psycopg.errors.ReadOnlySqlTransaction, "this server only reads: promote it, or name the one that writes"),
    (psycopg.errors.TooManyConnections, "raise max_connections there, or stop what else is connected"),
    (psycopg.errors.AdminShutdown, "the server is being stopped"),
    (psycopg.errors.CannotConnectNow, "the server is starting, or going down"),
)


# words of the server's message, in English and French, where this account lacks a right on the database or its schema
_OWNED = ("for database", "must be owner", "pour la base", "doit être")


def explained(fault: BaseException | None) -> str:
    """Return an error in the server's words, on one line; in parentheses, what to do about it, where that is known."""
    words = " ".join(str(fault).split())
    if is_forbidden(fault) and any(owned in words for owned in _OWNED):
        return f"{words} (the database is another account's: ALTER DATABASE ... OWNER TO this one, on the server)"
    return next((f"{words} ({remedy})" for kind, remedy in _REMEDIES if isinstance(fault, kind)), words)


def is_forbidden(fault: BaseException | None) -> bool:
    """Return whether an error says that the account lacks a right."""
    return isinstance(fault, psycopg.errors.InsufficientPrivilege)


def engine(
    url: str, *, lock_seconds: float, schema: str = SCHEMA, asks_first: bool = False, is_far: bool = False
) -> sa.Engine:
    """Return an engine for a server, without connecting yet.

    A statement that waits for a lock fails after `lock_seconds`; tables are looked up in `schema`.
    With `asks_first` a connection that was idle for long is tested before use: a round trip, which no tap should pay.
    With `is_far` no round trip is spent on preparing statements.
    """
    options = (
        f"-c search_path={schema},pg_temp -c timezone=UTC -c lock_timeout={round(lock_seconds * 1000)}"
        " -c client_min_messages=notice -c standard_conforming_strings=on"
        " -c default_transaction_isolation=read\\ committed"
        " -c synchronous_commit=on"  # whatever the server's default is: a door opens for what is on a disk
    )
    where = parsed(url)
    writes = {} if "target_session_attrs" in where.query else {"target_session_attrs": "read-write"}
    server_engine = sa.create_engine(
        where,
        connect_args={
            "autocommit": True,  # `server_store` itself says BEGIN
            "cursor_factory": dialect.SpeakingCursor,  # takes statements in SQLite's SQL
            "connect_timeout": _CONNECT_SECONDS,
            "application_name": "kiosk",
            **writes,  # of several servers, the one that is no standby
            "client_encoding": "UTF8",
            "options": options,
            "prepare_threshold": 1,  # a statement is prepared at its second use
            "keepalives_idle": 10,  # seconds of silence before TCP asks whether the server is there
            "keepalives_interval": 2,
            "keepalives_count": 3,
            "tcp_user_timeout": 3000,  # milliseconds that sent data may stay unacknowledged
        },
        pool_reset_on_return="rollback",
        max_overflow=-1,  # as many as threads need: no member at a door waits for another thread
        hide_parameters=True,
    )

    @sa.event.listens_for(server_engine, "connect")
    def _connected(connection: BoundedConnection, _record: object) -> None:
        connection.server_cursor_factory = dialect.StreamingCursor
        connection.is_far = is_far
        connection.prepared_max = _PREPARED
        check(connection)

    if asks_first:
        _ask_after_idling(server_engine)
    return server_engine


def _ask_after_idling(server_engine: sa.Engine) -> None:
    """Test a connection before its use if the server closed it meanwhile, which shows without asking, or if it was idle
    for long, since networks drop those.

    DisconnectionError makes the pool replace a connection that fails the test.
    """

    @sa.event.listens_for(server_engine, "checkin")
    def _given_back(_connection: object, record: Any) -> None:
        record.info["since"] = monotonic()

    @sa.event.listens_for(server_engine, "checkout")
    def _taken(connection: Any, record: Any, _proxy: object) -> None:
        if connection.is_gone():
            raise sa.exc.DisconnectionError
        if monotonic() - record.info.get("since", monotonic()) > IDLE_SECONDS:
            try:
                connection.execute("SELECT 1").close()
            except psycopg.Error as fault:
                raise sa.exc.DisconnectionError from fault


def check(connection: psycopg.Connection[Any]) -> None:
    """Check a server's version and its database's encoding. Raises MachineError `database-server` if either does not
    fit.
    """
    info = connection.info
    if info.server_version < OLDEST * 10_000:
        raise MachineError(
            "database-server", f"the server is PostgreSQL {info.server_version // 10_000}: {OLDEST} or newer is wanted"
        )
    encoding = info.parameter_status("server_encoding")
    if encoding != "UTF8":
        raise MachineError(
            "database-server",
            f"the database {info.dbname} keeps text as {encoding}: make it with ENCODING 'UTF8' TEMPLATE template0",
        )
