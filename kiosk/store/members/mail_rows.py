"""Reads and writes which kinds of mail a member wants."""

from collections.abc import Collection, Mapping

import sqlalchemy as sa

from kiosk.domain.members.mails import COLUMNS, Mail
from kiosk.store.tables import member

_C = member.c


def wishes(connection: sa.Connection, member_id: int) -> Mapping[Mail, bool]:
    """Return for each kind of mail whether a member wants it."""
    columns = [_C[name] for name in COLUMNS.values()]
    row = connection.execute(sa.select(*columns).where(_C.id == member_id)).one()
    return dict(zip(COLUMNS, map(bool, row), strict=True))


def refusing(connection: sa.Connection, mail: Mail, member_ids: Collection[int]) -> set[int]:
    """Return those of these members that do not want a kind of mail."""
    query = sa.select(_C.id).where(_C.id.in_(list(member_ids)), ~_C[COLUMNS[mail]])
    return set(connection.execute(query).scalars()) if member_ids else set()


def wish(connection: sa.Connection, member_id: int, mail: Mail, *, wants: bool) -> None:
    """Write whether a member wants a kind of mail, and raise their file's version."""
    values = {COLUMNS[mail]: wants, "version": _C.version + 1}
    connection.execute(member.update().where(_C.id == member_id).values(**values))
