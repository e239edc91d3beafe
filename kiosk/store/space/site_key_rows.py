"""Keeps the site's keys for badges, enciphered, for doors that are added."""

from collections.abc import Mapping

import sqlalchemy as sa

from kiosk.store.tables.badge_keys import site_key


def everyone(connection: sa.Connection) -> Mapping[int, bytes]:
    """Return the enciphered keys of the site, by version."""
    rows = connection.execute(sa.select(site_key.c.version, site_key.c.enciphered).order_by(site_key.c.version))
    return {version: bytes(hidden) for version, hidden in rows}


def add(connection: sa.Connection, version: int, enciphered: bytes) -> None:
    """Add a version of the site's key, enciphered."""
    connection.execute(site_key.insert(), {"version": version, "enciphered": enciphered})


def put(connection: sa.Connection, version: int, enciphered: bytes) -> None:
    """Replace a version's key by the same key enciphered anew."""
    connection.execute(site_key.update().where(site_key.c.version == version).values(enciphered=enciphered))
