"""Shows the kiosk's health, as lines with a colour, a word and a remedy: what the entrance reports, the disk, the
backups and regular jobs, and what the last `kiosk check` found, which sees what the desk may not read.

The entrance runs in another program and reports in a file; an old file means that it does not respond.
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
    """One line: `topic` is the id of its subject, `name` what was looked at; `tone` is good, warn or bad; `says` what
    was found; `remedy` what to do where something is wrong.
    """

    topic: str
    name: str
    tone: str
    says: str
    remedy: str = ""

    @property
    def icon(self) -> str:
        """Return an icon whose shape says the same as the colour."""
        return {"good": "circle-check", "warn": "triangle-alert", "bad": "circle-x"}[self.tone]


class Condition(Struct, frozen=True):
    """What is known now, what the last `kiosk check` found and when, and how many taps wait to be entered, or are set
    aside for the treasurer (None: not reported).
    """

    lines: tuple[Line, ...]
    checked: tuple[Line, ...]
    checked_at: datetime | None
    spooled: int | None
    set_aside: int | None

    @property
    def tone(self) -> str:
        """Return the worst tone of all lines."""
        tones = {line.tone for line in (*self.lines, *self.checked)}
        return "bad" if "bad" in tones else "warn" if "warn" in tones else "good"

    @property
    def wrong(self) -> list[Line]:
        """Return the lines that are not good."""
        return [line for line in (*self.lines, *self.checked) if line.tone != "good"]


@area.get("/state")
@needs(May.SEE_TODAY)
def page() -> str:
    """Show every line of the kiosk's condition."""
    desk = office()
    with desk.reading() as connection:
        present_condition = condition_now(connection, desk.home, timing.desk_time().clock)
    return render_template("state.html", here="today", condition=present_condition)


def condition_now(connection: sa.Connection, home: Home, clock: MachineClock) -> Condition:
    """Return the kiosk's condition as of now, in the page's language."""
    return in_words(connection, condition.known(connection, home, clock))


def in_words(connection: sa.Connection, known: Known) -> Condition:
    """Return what is known of the kiosk's condition in the page's language."""
    last_tap = presence.last_tap(connection)
    return Condition(
        tuple(_line(finding, last_tap) for finding in known.findings),
        tuple(_line(finding, None) for finding in known.checked),
        known.checked_at,
        known.spooled,
        known.set_aside,
    )


def _line(finding: Finding, last_tap: datetime | None) -> Line:
    """Return a finding in words; of the badge reader, when the `last_tap` was, if it is given. A remedy on the machine,
    which needs `sudo`, is shown only to officers that manage accounts; others are asked to tell the machine's keeper.
    """
    says = finding.says(language())
    if finding.kind.code == "reader" and last_tap is not None:
        says = t("dernier badge présenté à {hour}", "last tap at {hour}", hour=hour(last_tap))
    name, remedy = finding.name(language()), finding.remedy(language())
    if "sudo" in remedy and not may(May.MANAGE_USERS):
        remedy = t(
            "Prévenez la personne qui tient la machine, en citant cette ligne.",
            "Tell the person who maintains the machine, quoting this line.",
        )
    return Line(finding.kind.topic.id, name, _TONES[finding.level], says, remedy)


def ago(seconds: float) -> str:
    """Return a duration in the unit that people would use."""
    return lasting(seconds, language())
