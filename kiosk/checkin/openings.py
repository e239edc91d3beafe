"""Makes the lines of the door's journal for an opening, and for a day undone."""

from datetime import date, datetime

from kiosk.checkin.cards import Entrant
from kiosk.domain.checkin.standing import Right
from kiosk.domain.checkin.verdicts import Granted
from kiosk.domain.days import Moment
from kiosk.offline.door_journal import DoorLine, LineKind


def line(granted: Granted, visit: int | None, tap_id: bytes, moment: Moment) -> DoorLine:
    """Return the journal's line of an admitted member, for the local day; `visit` is the id of the visit that this very
    tap made, if any.
    """
    return DoorLine(_kind(granted, visit), tap_id, granted.standing.number, moment.day, moment.at)


def _kind(granted: Granted, visit: int | None) -> LineKind:
    """Return what the door's journal says of an opening: a visit, something more that was charged, or neither."""
    if visit is not None:
        return LineKind.VISIT
    charge = granted.charge
    # The right TODAY (today's visit is recorded already) charges nothing new, unless it replaces the day's charge.
    is_new = charge.right is not Right.TODAY or charge.replaces is not None
    return LineKind.MORE if is_new and (charge.amount_cents > 0 or charge.prepaid is not None) else LineKind.AGAIN


def entrant(granted: Granted, visit: int | None, tap_id: bytes, moment: Moment, by: str | None = None) -> Entrant:
    """Return the person for whom the door opens with a page's card. `by` is how they came in without a badge."""
    return Entrant(granted.standing.member, line(granted, visit, tap_id, moment), by)


def taken_back(number: int, day: date, at: datetime) -> DoorLine:
    """Return the journal's line of a day that its member undid at the screen."""
    return DoorLine(LineKind.UNDONE, bytes(16), number, day, at)  # zeros: a touch undoes, no tap
