"""Tells a distant monitor that the door is alive: its silence is the alarm.

The monitor's address is a secret, in `keys/outside/heartbeat`: a check of Healthchecks or a similar service, or any
page that takes a POST. It is told only while the entrance answers and can let people in; the monitor notices the
silence. The message contains no name, no count of people and no address.
"""

import http.client
import json
import logging
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import datetime

from kiosk import MADE_AFTER, __version__, home, keys
from kiosk.devices.protocols import MachineClock
from kiosk.errors import MachineError
from kiosk.health import other_doors, status_file
from kiosk.health.other_doors import OtherDoor
from kiosk.health.status_file import Status
from kiosk.home import Paths
from kiosk.store.health import failing_rows

_PATIENCE_SECONDS = 10.0  # for the monitor to answer
_log = logging.getLogger(__name__)


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A handler that follows no redirect: the address is a secret, and a POST would become a GET."""

    def redirect_request(self, *_given: object) -> None:
        """Return None, for which urllib raises the redirect as an error."""


def address(paths: Paths) -> str | None:
    """Return the monitor's address, the first line of its file that is neither empty nor a `#` comment; None without
    one. Raises MachineError `heartbeat` where it is not an https address, `key` where the file cannot be read.
    """
    if not paths.heartbeat.exists():
        return None
    lines = [line.strip() for line in keys.read_word(paths.heartbeat).splitlines()]
    address_line = next((line for line in lines if line and not line.startswith("#")), None)
    if address_line is not None and not address_line.startswith("https://"):
        raise MachineError("heartbeat", f"{paths.heartbeat}: an address like https://hc.example.org/ping/... is wanted")
    return address_line


def facts(status: Status | None, now: datetime, others: Sequence[OtherDoor] = ()) -> dict[str, object] | None:
    """Return the facts of the message; None where a door of this machine is silent or cannot let anyone in (reader or
    lock do not work), so that no message may be sent.

    `doors` has the state of each other door by its number. One of another machine keeps no message back: that machine
    has a heartbeat of its own.
    """
    if status is None or not status.answers or any(each.is_here and not each.state.lets_in for each in others):
        return None
    door = status.facts.get("door")
    if status.facts.get("reader") != "online" or not isinstance(door, dict) or door.get("state", "ok") != "ok":
        return None
    return {
        "version": __version__,
        "made": MADE_AFTER.date().isoformat(),  # the day of this release
        "release_age_days": (now - MADE_AFTER).days,
        "up_seconds": status.facts.get("up_seconds"),
        "ok": bool(status.facts.get("ok")),
        "database": status.facts.get("database"),
        "clock": status.facts.get("clock"),
        "spooled": status.facts.get("spooled"),
        **_fallbacks(status),
        **({"doors": {str(each.number): each.state.value for each in others}} if others else {}),
    }


def _fallbacks(status: Status) -> dict[str, object]:
    """Return the codes of the fallbacks (what the door goes by without the database) that would fail, under the key
    `fallbacks`; {} where none would.
    """
    failing = status.facts.get("fallbacks")
    codes = [str(each.get("code")) for each in failing if isinstance(each, dict)] if isinstance(failing, list) else []
    return {"fallbacks": codes} if codes else {}


def beat(opened: home.Home, clock: MachineClock) -> str:
    """Send the message. Returns "sent", "withheld: ..." where a door of this machine does not work, or an error's
    sentence, which is logged too; "" where no address is set.
    """
    try:
        to = address(opened.paths)
        if to is None:
            return ""
        report = facts(status_file.load(opened.paths.status, clock), clock.now(), _others(opened, clock))
        if report is None:
            return "withheld: the entrance is not well"
        failing = _failing(opened)
        _post(to, {**report, **({"failing": failing} if failing else {}), "training": opened.training})
    except MachineError as fault:
        _log.warning("heartbeat: %s", fault)
        return str(fault)
    return "sent"


def _failing(opened: home.Home) -> list[str]:
    """Return the names of acts of `kiosk due` that fail; [] while the records cannot be read: a pass of `kiosk due`
    then ends before its heartbeat, whose absence is the alarm.
    """
    try:
        with opened.store.reading() as connection:
            return [each.act for each in failing_rows.failing(connection)]
    except MachineError:
        return []


def _others(opened: home.Home, clock: MachineClock) -> list[OtherDoor]:
    """Return the other doors; while the records cannot be read, only those of this machine."""
    try:
        with opened.store.reading() as connection:
            return other_doors.every_other(connection, opened.paths, opened.config, clock)
    except MachineError:
        return other_doors.here(opened.paths, opened.config, clock)


def _post(to: str, report: dict[str, object]) -> None:
    """Send the message to the monitor. Raises MachineError `heartbeat`, without the address, which is a secret."""
    request = urllib.request.Request(  # noqa: S310  # https, see address()
        to, json.dumps(report).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    try:
        with urllib.request.build_opener(_NoRedirects()).open(request, timeout=_PATIENCE_SECONDS) as answer:
            answer.read(1000)  # bytes, which are ignored: the status counts
    except urllib.error.HTTPError as refused:
        refused.close()
        raise MachineError("heartbeat", f"the heartbeat’s receiver answers {refused.code}") from None
    except (OSError, ValueError, http.client.HTTPException) as fault:
        reason = type(getattr(fault, "reason", fault)).__name__  # its message may contain the address
        raise MachineError("heartbeat", f"the heartbeat’s receiver does not answer ({reason})") from None
