"""Tests the relay on request with one pulse, by the program that holds the pin. No pulse is made without being asked
for.
"""

from collections.abc import Callable
from datetime import timedelta

from kiosk.checkin.desk_requests import CHECK, OPENED, OPENING, OPENING_SECONDS
from kiosk.devices.protocols import Clock, Door
from kiosk.domain.health.findings import Finding
from kiosk.errors import DeviceOffline
from kiosk.health.finding_codes import make_finding
from kiosk.home import Home
from kiosk.store.checkin import request_rows

_STEP_SECONDS = 0.2  # between two looks for the entrance's answer


def by_the_entrance(opened: Home, clock: Clock, pause: Callable[[float], object]) -> Finding:
    """Ask the running entrance for one pulse, as the desk does, and wait for its answer. Returns the finding.

    Raises MachineError `database`.
    """
    at = clock.now()
    with opened.store.writing() as connection:
        until = at + timedelta(seconds=OPENING_SECONDS)
        # In the name of the check, which needs no permission of the association; for no member.
        number = request_rows.add(connection, request_rows.OPEN, CHECK, at, until, None, opened.config.door.number)
    ends = clock.monotonic() + OPENING_SECONDS
    while clock.monotonic() < ends:
        pause(_STEP_SECONDS)
        with opened.store.reading() as connection:
            request = request_rows.get(connection, number)
        # OPENING: accepted, but the lock has not answered yet.
        if request is not None and request.done_at is not None and request.outcome != OPENING:
            return _pulse_finding(opened, request.outcome)
    return make_finding("relay-fault", fault="the entrance did not respond within 10 s")


def by_itself(door: Door, seconds: float, pause: Callable[[float], object]) -> Finding:
    """Pulse a door that this process holds, wait for the pulse's end, and close the door. Returns the finding."""
    try:
        door.pulse()
        pause(seconds)
    except DeviceOffline as fault:
        return make_finding("relay-fault", fault=str(fault))
    finally:
        door.close()
    return make_finding("relay", seconds=seconds)


def _pulse_finding(opened: Home, outcome: str | None) -> Finding:
    """Return the finding of the pulse that the entrance was asked for, by its outcome."""
    if outcome == OPENED:
        return make_finding("relay", seconds=opened.config.door.pulse_seconds)
    return make_finding("relay-fault", fault=outcome or "")
