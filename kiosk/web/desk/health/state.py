"""How the kiosk is, as lines with a colour, a word and a remedy: what the entrance says of itself, the disk, what looks
after the kiosk, and what the last `kiosk check` found, which sees what the desk may not look at.

The entrance is in another program: what it says is in a file, and an old file means that it does not answer.
"""

from datetime import datetime

import sqlalchemy as sa
from flask import Blueprint, render_template
from msgspec import Struct

from kiosk.devices.protocols import MachineClock
from kiosk.domain.health.findings import Finding, Level, lasting
from kiosk.health import condition
from kiosk.health.condition import Known
from kiosk.home import Home
from kiosk.store.checkin import presence
from kiosk.web.desk.common import timing
from kiosk.web.desk.common.formats import hour
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.words import language, t

area = Blueprint("state", __name__)
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
    def wrong(self) -> list[Line]:
        """What is not as it should be."""
        return [line for line in (*self.lines, *self.checked) if line.tone != "good"]


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
    return in_words(connection, condition.known(connection, home, clock))


def in_words(connection: sa.Connection, known: Known) -> Condition:
    """The same in the page's words."""
    last_tap = presence.last_tap(connection)
    return Condition(
        tuple(_line(finding, last_tap) for finding in known.findings),
        tuple(_line(finding, None) for finding in known.checked),
        known.checked_at,
        known.spooled,
        known.set_aside,
    )


def _line(finding: Finding, last_tap: datetime | None) -> Line:
    says = finding.says(language())
    if finding.kind.code == "reader" and last_tap is not None:
        says = t("dernier badge à {hour}", "last badge at {hour}", hour=hour(last_tap))
    name, remedy = finding.name(language()), finding.remedy(language())
    if "sudo" in remedy and not may(May.MANAGE_USERS):
        remedy = t(
            "Prévenez qui tient la machine, avec cette ligne.", "Tell whoever maintains the machine, quoting this line."
        )
    return Line(finding.kind.topic.id, name, _TONES[finding.level], says, remedy)


def ago(seconds: float) -> str:
    """A duration in the unit that people would use."""
    return lasting(seconds, language())
