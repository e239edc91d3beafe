"""Compares visits with the entries that charge them: an entry's detail has its visit's facts, which
are sealed with it.
"""

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

_WITHOUT_ROW = (
    "SELECT e.visit_id, min(e.number) FROM entry AS e WHERE e.visit_id IS NOT NULL"
    " AND NOT EXISTS (SELECT 1 FROM visit AS v WHERE v.id = e.visit_id) GROUP BY 1"
)
_DAY = "coalesce(json_extract(e.detail, '$.concerns'), e.day_on)"  # the day that an entry's visit has
_HAS_ZONE = "json_extract(e.detail, '$.zone') IS NOT NULL"  # earlier entries have fewer facts
# For each column of a visit, the condition that the visit differs from its entry.
_OF_VISIT: Mapping[str, str] = {
    # not of a guest's visit, which has no member: its entry has the host's number
    "member_id": "v.host_visit_id IS NULL AND m.number IS NOT e.member_number",
    "day_on": f"v.day_on IS NOT {_DAY}",
    "right": 'v."right" IS NOT coalesce(json_extract(e.detail, \'$.right\'), v."right")',
    "zone_id": f"{_HAS_ZONE} AND v.zone_id IS NOT json_extract(e.detail, '$.zone')",
    "part": f"{_HAS_ZONE} AND v.part IS NOT coalesce(json_extract(e.detail, '$.part'), 'day')",
    "host_visit_id": f"{_HAS_ZONE} AND v.host_visit_id IS NOT json_extract(e.detail, '$.guest[0]')",
    "ordinal": f"{_HAS_ZONE} AND v.ordinal IS NOT json_extract(e.detail, '$.guest[1]')",
    "state": "v.state IS NOT 'kept'",
    # A fact that is left out means the first door, or a day that counts at all sites, as before there were others.
    "door_id": "v.door_id IS NOT coalesce(json_extract(e.detail, '$.door'), 1)",
    "day_site": "v.day_site IS NOT coalesce(json_extract(e.detail, '$.day_site'), 0)",
}
_DIFFERING = (
    f"SELECT v.id, e.number, {', '.join(_OF_VISIT.values())}"
    " FROM visit AS v JOIN entry AS e ON e.number = v.charge_entry"
    " LEFT JOIN member AS m ON m.id = v.member_id"
    f" WHERE {' OR '.join(f'({differs})' for differs in _OF_VISIT.values())}"
)


def missing(connection: sa.Connection) -> Iterator[tuple[int, int]]:
    """Yield the visits that an entry names and that have no row, each with the first of their entries."""
    yield from map(tuple, connection.exec_driver_sql(_WITHOUT_ROW))


def differing(connection: sa.Connection) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the visits that differ from the entry that charges them, each with that entry and the
    columns that differ.
    """
    for visit, entry, *flags in connection.exec_driver_sql(_DIFFERING):
        yield visit, entry, [name for name, flag in zip(_OF_VISIT, flags, strict=True) if flag]
