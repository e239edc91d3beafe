"""Adds up by how much one officer's counts of the cash box differed from the books without a second officer's
agreement.

A wish is what an officer asks a second one to agree to: here the entry of a count, with its difference.
"""

from datetime import date

import msgspec
import sqlalchemy as sa

from kiosk.domain.members.wishes import DONE, OPEN, Wish
from kiosk.store.tables import entry, of_books
from kiosk.store.tables.desk import asked_act

_KIND = "count"  # of an act that waits for a second officer: a count's difference
_by = entry.alias("by")  # reverses another entry


def unsettled(connection: sa.Connection, actor: str, since: date) -> int:
    """Return the differences of an officer's counts on a day or later, in cents, surpluses and shortages without sign.

    Counts that are reversed, or that a second officer agreed to, are left out.
    """
    difference = sa.func.abs(
        sa.func.json_extract(entry.c.detail, sa.literal_column("'$.difference'"), type_=sa.Integer)
    )
    query = sa.select(sa.func.coalesce(sa.func.sum(difference), 0)).where(
        of_books(_KIND),
        entry.c.actor == actor,
        entry.c.day_on >= since,
        entry.c.number.not_in(_entries(connection, DONE)),
        ~sa.exists().where(_by.c.reverses == entry.c.number),
    )
    return int(connection.execute(query).scalar_one())


def waiting(connection: sa.Connection) -> frozenset[int]:
    """Return the entries of counts whose difference waits for a second officer."""
    return frozenset(_entries(connection, OPEN))


def _entries(connection: sa.Connection, state: str) -> list[int]:
    """Return the entries of counts whose difference was asked about and is in a state."""
    query = sa.select(asked_act.c.wish).where(asked_act.c.kind == _KIND, asked_act.c.state == state)
    wishes = (msgspec.json.decode(text, type=Wish) for text in connection.execute(query).scalars())
    return [wish.entry for wish in wishes if wish.entry is not None]
