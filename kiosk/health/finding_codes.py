"""Holds the code of every finding in one table: of the entrance, of its records and of the machine.

`docs/diagnostic.md` explains each; a test compares both.
"""

from collections.abc import Iterator

from kiosk.domain.health.findings import Finding, Kind, Topic, Value
from kiosk.health.findings import (
    entrance_findings,
    fallback_findings,
    machine_findings,
    opening_findings,
    record_findings,
)


def _kinds() -> Iterator[Kind]:
    """Yield every kind of finding from the five tables of sentences."""
    tables = (opening_findings, entrance_findings, fallback_findings, record_findings, machine_findings)
    for (id_, name), rows in (part for table in tables for part in table.ROWS.items()):
        topic = Topic(id_, name)
        for code, level, says, *remedy in rows:
            yield Kind(code, level, topic, says, remedy[0] if remedy else None)


KINDS: dict[str, Kind] = {kind.code: kind for kind in _kinds()}


def make_finding(code: str, **values: Value) -> Finding:
    """Return the finding of this code, with its values."""
    return Finding(KINDS[code], values)
