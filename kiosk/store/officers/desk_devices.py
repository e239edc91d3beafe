"""Keeps the browsers in which officers have signed in, by the hash of a cookie: with the table's content alone one
cannot sign in.
"""

from datetime import datetime

import sqlalchemy as sa

from kiosk.store.prepared import Prepared
from kiosk.store.tables.desk import desk_device, desk_user

_NEW = Prepared(lambda: desk_device.insert().inline(), ("digest", "user_id", "first_at", "seen_at"))


def accounts(connection: sa.Connection, digest: bytes) -> frozenset[str]:
    """Return the e-mail addresses of the officers signed in earlier on a device, and their `fs_uniquifier`, by which a
    session names its account.
    """
    query = (
        sa.select(desk_user.c.email, desk_user.c.fs_uniquifier)
        .join(desk_device, desk_device.c.user_id == desk_user.c.id)
        .where(desk_device.c.digest == digest)
    )
    return frozenset(name for row in connection.execute(query) for name in row)


def see(connection: sa.Connection, at: datetime, digest: bytes, user_id: int) -> bool:
    """Write that an officer signed in on a device. Return whether it is a new device for this officer."""
    c = desk_device.c
    is_known = connection.execute(
        desk_device.update().where(c.digest == digest, c.user_id == user_id).values(seen_at=at)
    ).rowcount
    if not is_known:
        values = {"digest": digest, "user_id": user_id, "first_at": at, "seen_at": at}
        _NEW.run_later(connection, values)
    return not is_known


def forget(connection: sa.Connection, user_id: int) -> None:
    """Delete all known devices of an account."""
    connection.execute(desk_device.delete().where(desk_device.c.user_id == user_id))
