"""Tells the present condition of a home: what its entrance reports, how its upkeep stands, and what the last check
found.

The entrance is another program: it reports in a file, and an old file means that it does not answer.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from msgspec import Struct

from kiosk import __version__
from kiosk.devices.protocols import MachineClock
from kiosk.domain.health.findings import Finding, Level
from kiosk.health import due_checks, entrance_checks, other_doors, settings_checks, status_file
from kiosk.health.finding_codes import KINDS, make_finding
from kiosk.health.machine_facts import Machine
from kiosk.health.status_file import Status
from kiosk.home import Home
from kiosk.store.health import finding_rows, upkeep_rows

CHECK_OVERDUE = timedelta(days=3)  # `kiosk check` runs every night: an older result is a finding of its own


class Known(Struct, frozen=True):
    """The findings of now, the other findings of the last check, how many taps wait to be entered at all doors, and how
    many wait for the treasurer at this one; None where the entrance does not report a count.
    """

    findings: tuple[Finding, ...]
    checked: tuple[Finding, ...]
    checked_at: datetime | None
    spooled: int | None
    set_aside: int | None

    @property
    def wrong(self) -> list[Finding]:
        """Return the findings that are not OK."""
        return [each for each in (*self.findings, *self.checked) if each.level is not Level.OK]


def known(connection: sa.Connection, home: Home, clock: MachineClock) -> Known:
    """Return the present condition of a home."""
    status, now = status_file.load(home.paths.status, clock), clock.now()
    facts, upkeep = {} if status is None else status.facts, upkeep_rows.found(connection)
    others = other_doors.every_other(connection, home.paths, home.config, clock)
    findings = [
        *settings_checks.check(home.paths.root, facts),
        *settings_checks.simulated_door(home, Machine()),
        *_entrance(
            status,
            wants_display=home.config.real and home.config.screen.display,
            on_server=bool(home.config.database.url),
        ),
        *other_doors.findings(others),
        entrance_checks.of_disk(status_file.disk(home.paths)),
        *entrance_checks.of_upkeep(upkeep, now, __version__),
        *due_checks.check(connection, now, upkeep),
    ]
    checked_at, stored = finding_rows.noted(connection) or (None, [])
    if checked_at is not None and now - checked_at > CHECK_OVERDUE:
        findings.append(make_finding("check-old", age=now - checked_at))
    # Codes of another release are left out here; below, what was just looked at anew.
    of_last_check = [Finding(KINDS[code], values) for code, values in stored if code in KINDS]
    return Known(
        tuple(findings),
        tuple(each for each in of_last_check if not entrance_checks.is_seen_here(each)),
        checked_at,
        _together(facts.get("spooled"), [each.spooled for each in others]),
        facts.get("set_aside"),
    )


def _together(own: int | None, others: list[int]) -> int | None:
    """Return the sum over all doors; None where this machine reports none, and no other door has any."""
    return own if not sum(others) else (own or 0) + sum(others)


def _entrance(status: Status | None, *, wants_display: bool, on_server: bool) -> Iterator[Finding]:
    """Yield what the entrance's status tells: never heard of, silent, or the findings about its parts."""
    if status is None or status.age_seconds == float("inf"):  # infinite: dated in the future
        yield make_finding("entrance-down")
    elif not status.answers:
        yield make_finding("entrance-silent", age=timedelta(seconds=status.age_seconds))
    else:
        yield from entrance_checks.of_entrance(status.facts, wants_display=wants_display, on_server=on_server)
