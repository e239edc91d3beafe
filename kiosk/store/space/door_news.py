"""Tells which badges were declared lost after the entry up to which a door's roster is current."""

import json
from datetime import timedelta

import sqlalchemy as sa

from kiosk.domain.chain import Seal
from kiosk.store.seals import sealing
from kiosk.store.tables import are_of_books, badge, entry, member

_BADGE = "badge"
_SEALS = f"SELECT key_id, detail FROM entry WHERE {are_of_books(sealing.KIND)} AND number > ? ORDER BY number"


def lost_since(connection: sa.Connection, seal: Seal, last_entry: int) -> list[tuple[str, int]]:
    """Return the badges declared lost after an entry: the end of the badge's number, and its member's number."""
    day = connection.execute(sa.select(entry.c.day_on).where(entry.c.number == last_entry)).scalar()
    query = sa.select(badge.c.fingerprint, badge.c.tail, member.c.number).join(member, member.c.id == badge.c.member_id)
    query = query.where(badge.c.lost_on.is_not(None))
    if day is not None:
        query = query.where(badge.c.lost_on >= day - timedelta(days=1))
    lost = connection.execute(query.order_by(member.c.number)).all()
    if not lost:
        return []
    changed: dict[str, set[str]] = {}
    for key_id, detail in connection.exec_driver_sql(_SEALS, (last_entry,)):
        changed.setdefault(key_id, set()).update(json.loads(detail).get("rows", {}).get(_BADGE, {}))
    keys = {name: seal.key_of(name) or b"" for name in changed}
    return [
        (row.tail, row.number)
        for row in lost
        if any(sealing.named(keys[name], _BADGE, row.fingerprint.hex().upper()) in changed[name] for name in changed)
    ]
