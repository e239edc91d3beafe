"""Keeps how many duties wait in each area for an officer, so that the navigation of every page can show it without
reading it each time.

Counts are read again after each act at this desk, and each minute, which shows what happened at the door or at another
desk.
"""

from collections.abc import Iterable, Mapping

from flask import Flask, Response, current_app, request
from flask_security import current_user

from kiosk.domain.duties import Duty, counts_by_area
from kiosk.web.desk.common import timing

EXTENSION = "kiosk.counts_by_area"
_SECONDS = 60.0  # that counts are kept
_SAFE = ("GET", "HEAD")  # requests that change nothing
_REFUSED = range(400, 500)  # statuses of requests that changed nothing
_Kept = dict[tuple[object, ...], tuple[float, Mapping[str, int]]]
"""By officer: the moment of counting in seconds of the monotonic clock, and the counts by area."""


def find() -> Mapping[str, int] | None:
    """Return the counts by the area's name, as kept for this officer; None where there are none, or too old ones."""
    kept = _kept().get(_officer())
    if kept is None:
        return None
    counted_at, counts = kept
    return None if timing.desk_time().clock.monotonic() - counted_at > _SECONDS else counts


def keep(shown: Iterable[Duty]) -> Mapping[str, int]:
    """Keep the counts of the duties that this officer is shown, and return them."""
    counts = {area.value: count for area, count in counts_by_area(shown).items()}
    _kept()[_officer()] = timing.desk_time().clock.monotonic(), counts
    return counts


def install(app: Flask) -> None:
    """Forget the counts of all officers after each request that may have changed something. A refused request (status
    4xx) changed nothing; one that failed may have.
    """

    @app.after_request
    def _forget(response: Response) -> Response:
        """Forget all counts after a request that may have changed something."""
        if request.method not in _SAFE and response.status_code not in _REFUSED:
            app.extensions.pop(EXTENSION, None)
        return response


def _kept() -> _Kept:
    """Return the counts that this application keeps."""
    by_officer: _Kept = current_app.extensions.setdefault(EXTENSION, {})
    return by_officer


def _officer() -> tuple[object, ...]:
    """Return what the counts depend on: the officer and their roles."""
    return current_user.id, *sorted(role.name for role in current_user.roles)
