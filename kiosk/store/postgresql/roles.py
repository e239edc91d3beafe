"""Makes the roles of the programs on a server and grants them the rights of `rights`.

The entrance sets no price, the desk writes nothing for a door, and neither changes what is written. Three roles, which
cannot sign in, have the rights; each machine's programs have accounts of their own, members of one of these roles. The
tables' owner may do everything: move, migrate, copy and restore.
"""

from collections.abc import Iterable, Iterator, Mapping

import sqlalchemy as sa

from kiosk.store.postgresql import address, rights, triggers
from kiosk.store.postgresql.rights import PROGRAMS

_THERE = "SELECT count(*) FROM pg_roles WHERE rolname = ?"  # whether a role exists
_COUNTED = (  # the sequence that numbers a table's rows, by table
    "SELECT t.relname, s.relname FROM pg_class AS s JOIN pg_depend AS d ON d.objid = s.oid AND d.deptype IN ('a', 'i')"
    " JOIN pg_class AS t ON t.oid = d.refobjid"
    " WHERE s.relkind = 'S' AND t.relnamespace = current_schema()::regnamespace"
)


def group(connection: sa.Connection, program: str) -> str:
    """Return the name of a program's role for this database: roles belong to the whole server."""
    return f"{connection.exec_driver_sql('SELECT current_database()').scalar_one()}_{program}"


def make(connection: sa.Connection) -> None:
    """Create the roles that do not exist, and grant all of them their rights."""
    for program in PROGRAMS:
        name = group(connection, program)
        if not _is_there(connection, name):
            connection.exec_driver_sql(f'CREATE ROLE "{name}" NOLOGIN')
    grant(connection)


def admit(connection: sa.Connection, program: str, account: str, password: str) -> None:
    """Create an account that signs in as a program, or give an existing one this password.

    The server gets only the password's SCRAM hash, made here.
    """
    raw = connection.connection.driver_connection
    encrypted = raw.pgconn.encrypt_password(password.encode(), account.encode(), b"scram-sha-256").decode()  # type: ignore[union-attr]  # psycopg's
    verb = "ALTER" if _is_there(connection, account) else "CREATE"
    connection.exec_driver_sql(f"{verb} ROLE \"{account}\" LOGIN PASSWORD '{encrypted}'")
    connection.exec_driver_sql(f'GRANT "{group(connection, program)}" TO "{account}"')


def grant(connection: sa.Connection) -> None:
    """Grant the existing roles their rights anew, since tables may have been added.

    The outbox gets its policies, too, once it and all roles exist. A role that does not exist is passed over.
    """
    names = {program: name for program in PROGRAMS if _is_there(connection, name := group(connection, program))}
    tables = set(connection.exec_driver_sql(triggers.TABLES).scalars())
    if len(names) == len(PROGRAMS) and "outbox" in tables:  # the policies are the outbox's, and name all roles
        for statement in _policies(names):
            connection.exec_driver_sql(statement)
    for program in PROGRAMS:
        name = group(connection, program)
        if _is_there(connection, name):
            counted = {table: sequence for table, sequence in connection.exec_driver_sql(_COUNTED)}
            for statement in _rights(program, name, tables, counted):
                connection.exec_driver_sql(statement)


def _rights(program: str, name: str, tables: Iterable[str], counted: Mapping[str, str]) -> Iterator[str]:
    """Yield the statements that revoke all of a role's rights and grant the declared ones, for the tables that exist.

    Migrating down removes some tables.
    """
    schema, to = address.SCHEMA, f'"{name}"'
    yield f"REVOKE ALL ON ALL TABLES IN SCHEMA {schema} FROM {to}"
    yield f"REVOKE ALL ON ALL SEQUENCES IN SCHEMA {schema} FROM {to}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {to}"
    for table in sorted(rights.RIGHTS.keys() & set(tables)):
        for verb, columns in rights.of(program, table):
            on_columns = f" ({', '.join(columns)})" if columns else ""
            yield f"GRANT {verb}{on_columns} ON {table} TO {to}"
            if verb == "INSERT" and table in counted:
                yield f"GRANT USAGE, SELECT ON SEQUENCE {counted[table]} TO {to}"


def _policies(names: Mapping[str, str]) -> Iterator[str]:
    """Yield the policies by which a door adds only its own kinds of mail to the outbox, to known addresses.

    They do not limit other programs; the tables' owner is subject to no policy.
    """
    kinds = " OR ".join(f"about = '{words}' OR starts_with(about, '{words} ')" for words in rights.DOOR_MAIL)
    known = " UNION ALL ".join(
        f"SELECT email FROM {table}" for table in ("member", "desk_user", "organisation", "public_request")
    )
    doors = f"channel = 'mail' AND state = 'waiting' AND ({kinds}) AND recipient IN ({known})"
    for name in (*names, "doors"):
        yield f"DROP POLICY IF EXISTS outbox_{name} ON outbox"
    for program, name in names.items():
        clause = f'FOR SELECT TO "{name}" USING (true)' if program == "entrance" else f'TO "{name}" USING (true)'
        yield f"CREATE POLICY outbox_{program} ON outbox {clause}"
    yield f'CREATE POLICY outbox_doors ON outbox FOR INSERT TO "{names["entrance"]}" WITH CHECK ({doors})'
    yield "ALTER TABLE outbox ENABLE ROW LEVEL SECURITY"


def _is_there(connection: sa.Connection, name: str) -> bool:
    """Return whether a role exists on the server."""
    return bool(connection.exec_driver_sql(_THERE, (name,)).scalar())
