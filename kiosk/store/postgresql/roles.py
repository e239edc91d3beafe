"""What each program may do on a server: the entrance sets no price, the desk says nothing for a door, and neither
changes what is written.

Two roles that nobody signs in as have the rights; each machine's programs have accounts of their own, members of one of
them. Whose the tables are may do all of it: who moves, migrates, copies and restores.
"""

from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from kiosk.store import guards
from kiosk.store.postgresql import address, triggers

PROGRAMS = ("entrance", "desk")
# What the entrance only reads: prices and rules, and whatever the association decides at the desk.
_PRICES = (
    *("name", "plan", "policy", "product", "rule_called_off", "tariff", "wording", "zone"),
    *("door", "door_code", "site", "site_capacity"),
)
# What it has no business with: accounts of officers, and how they sign in.
_OFFICERS = (
    "asked_act",
    "desk_attempt",
    "desk_device",
    "desk_first_factor",
    "desk_hand",
    "desk_passkey",
    "desk_session_end",
    "desk_used_code",
    "desk_user",
    "desk_user_role",
)
# Of those accounts, what it is to know: who is told of somebody new, and what is kept of a member who is an officer.
_TOLD = ("id", "email", "name", "language", "member_id", "active", "created_at")
# What a door alone says. The desk forgets it when its time is over.
_DOORS = ("door_event", "door_word", "spooled_tap")
_THERE = "SELECT count(*) FROM pg_roles WHERE rolname = ?"
_HIDDEN_HOURS = {"document_copy"}  # never changed but for an hour that is forgotten: its guard knows


def group(connection: sa.Connection, program: str) -> str:
    """The role of a program in this database; roles are the whole server's."""
    return f"{connection.exec_driver_sql('SELECT current_database()').scalar_one()}_{program}"


def make(connection: sa.Connection) -> None:
    """Make the two roles, where they are not there, and give them their rights."""
    for program in PROGRAMS:
        name = group(connection, program)
        if not _is_there(connection, name):
            connection.exec_driver_sql(f'CREATE ROLE "{name}" NOLOGIN')
    grant(connection)


def admit(connection: sa.Connection, program: str, account: str, password: str) -> None:
    """Let an account sign in as a program. The password itself is not sent."""
    raw = connection.connection.driver_connection
    sealed = raw.pgconn.encrypt_password(password.encode(), account.encode(), b"scram-sha-256").decode()  # type: ignore[union-attr]  # psycopg's
    word = "ALTER" if _is_there(connection, account) else "CREATE"
    connection.exec_driver_sql(f"{word} ROLE \"{account}\" LOGIN PASSWORD '{sealed}'")
    connection.exec_driver_sql(f'GRANT "{group(connection, program)}" TO "{account}"')


def grant(connection: sa.Connection) -> None:
    """Give the roles their rights anew, where there are any: tables may have come."""
    for program in PROGRAMS:
        name = group(connection, program)
        if _is_there(connection, name):
            there = set(connection.exec_driver_sql(triggers.TABLES).scalars())
            for statement in _rights(program, name, there):
                connection.exec_driver_sql(statement)


def _rights(program: str, name: str, there: set[str]) -> Iterator[str]:
    """Of the tables that are there: a way down takes some out."""

    def of(tables: Iterable[str]) -> str:
        return ", ".join(each for each in tables if each in there)

    schema, to = address.SCHEMA, f'"{name}"'
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {to}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {to}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA {schema} TO {to}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA {schema} TO {to}"
    yield f"REVOKE DELETE ON {of(guards.KEPT)} FROM {to}"
    yield f"REVOKE UPDATE ON {of(sorted(set(guards.FROZEN) - _HIDDEN_HOURS))} FROM {to}"
    yield f"REVOKE INSERT, UPDATE, DELETE ON alembic_version, entry_kind, home FROM {to}"
    if program == "entrance":
        yield f"REVOKE INSERT, UPDATE, DELETE ON {of(_PRICES)} FROM {to}"
        yield f"REVOKE ALL ON {of(_OFFICERS)} FROM {to}"
        yield f"GRANT SELECT ({', '.join(_TOLD)}) ON desk_user TO {to}"
        yield f"GRANT SELECT ON desk_user_role TO {to}"
    else:
        yield f"REVOKE INSERT, UPDATE ON {of(_DOORS)} FROM {to}"


def _is_there(connection: sa.Connection, name: str) -> bool:
    return bool(connection.exec_driver_sql(_THERE, (name,)).scalar())
