"""What each program may do on a server: the entrance sets no price, the desk says nothing for a door, and neither
changes what is written.

Three roles without a sign-in have the rights; each machine's programs have accounts of their own, members of one of
them. The tables' owner may do all of it: move, migrate, copy and restore.
"""

from collections.abc import Iterable, Iterator, Mapping

import sqlalchemy as sa

from kiosk.store.postgresql import address, rights, triggers
from kiosk.store.postgresql.rights import PROGRAMS

_THERE = "SELECT count(*) FROM pg_roles WHERE rolname = ?"
_COUNTED = (  # what numbers a table's rows, by the table
    "SELECT t.relname, s.relname FROM pg_class AS s JOIN pg_depend AS d ON d.objid = s.oid AND d.deptype IN ('a', 'i')"
    " JOIN pg_class AS t ON t.oid = d.refobjid"
    " WHERE s.relkind = 'S' AND t.relnamespace = current_schema()::regnamespace"
)


def group(connection: sa.Connection, program: str) -> str:
    """The role of a program in this database; roles are the whole server's."""
    return f"{connection.exec_driver_sql('SELECT current_database()').scalar_one()}_{program}"


def make(connection: sa.Connection) -> None:
    """Make the roles, where they are not there, and give them their rights."""
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
    names = {program: name for program in PROGRAMS if _is_there(connection, name := group(connection, program))}
    there = set(connection.exec_driver_sql(triggers.TABLES).scalars())
    if len(names) == len(PROGRAMS) and "outbox" in there:
        for statement in _policies(names):
            connection.exec_driver_sql(statement)
    for program in PROGRAMS:
        name = group(connection, program)
        if _is_there(connection, name):
            counted = {table: sequence for table, sequence in connection.exec_driver_sql(_COUNTED)}
            for statement in _rights(program, name, there, counted):
                connection.exec_driver_sql(statement)


def _rights(program: str, name: str, there: Iterable[str], counted: Mapping[str, str]) -> Iterator[str]:
    """Take all away and give what is declared, of the tables that are there: a way down takes some out."""
    schema, to = address.SCHEMA, f'"{name}"'
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {to}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {to}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {to}"
    for table in sorted(rights.RIGHTS.keys() & set(there)):
        for verb, columns in rights.of(program, table):
            only = f" ({', '.join(columns)})" if columns else ""
            yield f"GRANT {verb}{only} ON {table} TO {to}"
            if verb == "INSERT" and table in counted:
                yield f"GRANT USAGE, SELECT ON SEQUENCE {counted[table]} TO {to}"


def _policies(names: Mapping[str, str]) -> Iterator[str]:
    """Let a door add its own kinds of mail to the outbox, to known addresses; other accounts do as they may.

    The tables' owner is asked by no policy.
    """
    kinds = " OR ".join(f"about = '{words}' OR starts_with(about, '{words} ')" for words in rights.DOOR_MAIL)
    known = " UNION ALL ".join(
        f"SELECT email FROM {table}" for table in ("member", "desk_user", "organisation", "public_request")
    )
    doors = f"channel = 'mail' AND state = 'waiting' AND ({kinds}) AND recipient IN ({known})"
    for name in (*names, "doors"):
        yield f"DROP POLICY IF EXISTS outbox_{name} ON outbox"
    for program, name in names.items():
        how = f'FOR SELECT TO "{name}" USING (true)' if program == "entrance" else f'TO "{name}" USING (true)'
        yield f"CREATE POLICY outbox_{program} ON outbox {how}"
    yield f'CREATE POLICY outbox_doors ON outbox FOR INSERT TO "{names["entrance"]}" WITH CHECK ({doors})'
    yield "ALTER TABLE outbox ENABLE ROW LEVEL SECURITY"


def _is_there(connection: sa.Connection, name: str) -> bool:
    return bool(connection.exec_driver_sql(_THERE, (name,)).scalar())
