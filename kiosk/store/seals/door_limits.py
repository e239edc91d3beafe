"""Says what a door may seal with its own key: what people do at a door, and nothing in the office's name.

Of a table to which a door adds rows it changes none, unless people change these at a door, too. Prices, roles, an
officer's statements and decisions, closings and heads are the office's: an entry of these with a door's key was written
past the program, however well it fits. So was any entry of a door after it was revoked.
"""

import json
from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from kiosk.domain import chain
from kiosk.domain.doors import ACTORS
from kiosk.store.seals.sealed_tables import VISIT
from kiosk.store.tables import are_of_books

# The kinds of entries that a touch of the screen or a tap writes.
KINDS = ("charge", "declaration", "document", "reversal", "seal", "use")
# What a touch or a tap adds (a), changes (u) or deletes (d) of the rows sealed beside entries; a test compares it with
# the rights that the entrance has on a server.
TABLES: Mapping[str, str] = {
    **dict.fromkeys(("booking_entry", "carnet", "document", "document_copy", "document_line"), "a"),
    **dict.fromkeys(("due_act", "event", "membership", "voucher"), "a"),
    **dict.fromkeys(("account", "badge", "banked_day", "booking", "chosen_price", "declaration", "member"), "au"),
    **dict.fromkeys(("signup", "telephone", VISIT), "au"),
    "remittance_part": "d",
    **dict.fromkeys(("spot_day", "subscription"), "aud"),
    **dict.fromkeys(("shift", "voucher_code"), "u"),
}
_DONE = {"a": "adds", "u": "changes", "d": "deletes"}  # verbs as sentences have them
_BY_DOORS = "length(key_id) > 8"  # a door's key has a longer name than the chain's
_ENTRIES = (
    f"SELECT number, kind, actor, key_id FROM entry WHERE {_BY_DOORS}"
    f" AND (kind NOT IN ({', '.join(map(repr, KINDS))}) OR actor NOT IN ({', '.join(map(repr, ACTORS))}))"
    " ORDER BY number LIMIT 100"
)
_SEALS = f"SELECT number, key_id, detail FROM entry WHERE {are_of_books('seal')} ORDER BY number"
_REVOKED = "SELECT id FROM door WHERE revoked_on IS NOT NULL ORDER BY id"
_AFTER = f"SELECT min(number) FROM entry WHERE {_BY_DOORS} AND key_id LIKE ? AND number > ?"


def overstep(number: int, door: int, table: str, name: str, verb: str) -> str | None:
    """Return a sentence if a door sealed an act that no door does on a row of this table; None if doors do it. `verb`
    is a, u or d, as in `TABLES`.

    A table that doors never write is reported by `overstepped`.
    """
    if table not in TABLES or verb in TABLES[table]:
        return None
    return f"entry {number} {_DONE[verb]} {table} {name} by door {door}: that is the office's"


def sealed_of(connection: sa.Connection, tables: frozenset[str]) -> list[int]:
    """Return the entries by which doors sealed rows of some tables."""
    rows = connection.exec_driver_sql(_SEALS).all() if tables else ()
    return [
        number
        for number, key_id, detail in rows
        if chain.door_of(key_id) is not None and tables & json.loads(detail).get("rows", {}).keys()
    ]


def overstepped(connection: sa.Connection) -> Iterator[str]:
    """Yield a sentence for each entry that a door sealed and may not have: of a kind, of an author, of a table of the
    office, or after the door was revoked.
    """
    for number, kind, actor, key_id in connection.exec_driver_sql(_ENTRIES):
        yield f"entry {number} ({kind} by {actor}) is sealed by door {chain.door_of(key_id)}: it is the office's"
    last_change: dict[str, int] = {}
    for number, key_id, detail in connection.exec_driver_sql(_SEALS):
        rows = json.loads(detail).get("rows", {})
        door = chain.door_of(key_id)
        if door is None:
            last_change |= dict.fromkeys(rows.get("door", {}), number)
        else:
            for table in sorted(rows.keys() - TABLES.keys()):
                yield f"entry {number} seals {table} by door {door}: that is the office's"
    for (door,) in connection.exec_driver_sql(_REVOKED).all():
        revoked = last_change.get(str(door))  # the row of a revoked door is never changed again
        later = None if revoked is None else connection.exec_driver_sql(_AFTER, (f"%.{door}", revoked)).scalar()
        if later is not None:
            yield f"entry {later} is sealed by door {door}, which entry {revoked} revoked"
