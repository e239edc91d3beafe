"""How the kiosk is, as lines with a colour, a word and a remedy: what the entrance says of itself, the disk, what looks
after the kiosk, and what the last `kiosk check` found, which sees what the desk may not look at.

The entrance is in another program: what it says is in a file, and an old file means that it does not answer.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

import sqlalchemy as sa
from flask import Blueprint, render_template
from msgspec import Struct

from kiosk import __version__
from kiosk.devices.protocols import MachineClock
from kiosk.domain.health.findings import Finding, Level, lasting
from kiosk.health import due_checks, entrance_checks, other_doors, settings_checks, status_file
from kiosk.health.finding_codes import KINDS, make_finding
from kiosk.health.machine_facts import Machine
from kiosk.health.status_file import Status
from kiosk.home import Home
from kiosk.store.checkin import presence
from kiosk.store.health import finding_rows, upkeep_rows
from kiosk.web.desk.common import timing
from kiosk.web.desk.common.formats import hour
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.words import language, t

area = Blueprint("state", __name__)
CHECK_OVERDUE = timedelta(days=3)
_ALWAYS = ("entrance", "reader", "door", "clock", "database", "disk", "backup")
_TONES = {Level.OK: "good", Level.WARN: "warn", Level.BAD: "bad"}


class Line(Struct, frozen=True):
    """One thing: `tone` is good, warn or bad; `remedy` says what to do where something is not as it should be."""

    topic: str
    name: str
    tone: str
    says: str
    remedy: str = ""

    @property
    def icon(self) -> str:
        """A shape that says the same as the colour."""
        return {"good": "circle-check", "warn": "triangle-alert", "bad": "circle-x"}[self.tone]


class Condition(Struct, frozen=True):
    """What is known now, and what the last check found besides; how many taps wait here or there (None: not said)."""

    lines: tuple[Line, ...]
    checked: tuple[Line, ...]
    checked_at: datetime | None
    spooled: int | None
    set_aside: int | None

    @property
    def tone(self) -> str:
        """The worst of them."""
        tones = {line.tone for line in (*self.lines, *self.checked)}
        return "bad" if "bad" in tones else "warn" if "warn" in tones else "good"

    @property
    def short(self) -> list[Line]:
        """What is not as it should be, and what one looks for anyway."""
        return [line for line in (*self.lines, *self.checked) if line.tone != "good" or line.topic in _ALWAYS]


@area.get("/state")
@needs(May.SEE_TODAY)
def page() -> str:
    """Every line."""
    desk = office()
    with desk.reading() as connection:
        found = condition_now(connection, desk.home, timing.desk_time().clock)
    return render_template("state.html", here="today", condition=found)


def condition_now(connection: sa.Connection, home: Home, clock: MachineClock) -> Condition:
    """How things are now."""
    said, now = status_file.load(home.paths.status, clock), clock.now()
    last_tap = presence.last_tap(connection)
    upkeep = upkeep_rows.found(connection)
    others = other_doors.every_other(connection, home.paths, home.config, clock)
    known = [
        *settings_checks.check(home.paths.root, {} if said is None else said.facts),
        *settings_checks.simulated_door(home, Machine()),
        *_entrance(
            said,
            wants_display=home.config.real and home.config.screen.display,
            on_server=bool(home.config.database.url),
        ),
        *other_doors.findings(others),
        entrance_checks.of_disk(status_file.disk(home.paths)),
        *entrance_checks.of_upkeep(upkeep, now, __version__),
        *due_checks.check(connection, now, upkeep),
    ]
    noted = finding_rows.noted(connection)
    checked_at = None if noted is None else noted[0]
    if checked_at is not None and now - checked_at > CHECK_OVERDUE:
        known.append(make_finding("check-old", age=now - checked_at))
    besides = [] if noted is None else [Finding(KINDS[code], values) for code, values in noted[1] if code in KINDS]
    facts = {} if said is None else said.facts
    return Condition(
        tuple(_line(finding, last_tap) for finding in known),
        tuple(_line(finding, None) for finding in besides if not entrance_checks.is_seen_here(finding)),
        checked_at,
        _together(facts.get("spooled"), [each.spooled for each in others]),
        facts.get("set_aside"),
    )


def _together(own: int | None, others: list[int]) -> int | None:
    """At all doors; None where this machine's says nothing, and no other has any."""
    return own if not sum(others) else (own or 0) + sum(others)


def _entrance(said: Status | None, *, wants_display: bool, on_server: bool) -> Iterator[Finding]:
    if said is None or said.age_seconds == float("inf"):
        yield make_finding("entrance-down")
    elif not said.answers:
        yield make_finding("entrance-silent", age=timedelta(seconds=said.age_seconds))
    else:
        yield from entrance_checks.of_entrance(said.facts, wants_display=wants_display, on_server=on_server)


def _line(finding: Finding, last_tap: datetime | None) -> Line:
    says = finding.says(language())
    if finding.kind.code == "reader" and last_tap is not None:
        says = t("dernier badge à {hour}", "last badge at {hour}", hour=hour(last_tap))
    name, remedy = finding.name(language()), finding.remedy(language())
    if "sudo" in remedy and not may(May.MANAGE_USERS):
        remedy = t(
            "Prévenez qui tient la machine, avec cette ligne.", "Tell whoever keeps the machine, with this line."
        )
    return Line(finding.kind.topic.id, name, _TONES[finding.level], says, remedy)


def ago(seconds: float) -> str:
    """A duration in the unit that people would use."""
    return lasting(seconds, language())
