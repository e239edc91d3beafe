"""Shows the kiosk's whole state: each thing that is known, what the last check found besides, and what to do."""

from flask import Blueprint, render_template

from kiosk.web.desk.common import timing
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.health import state_lines

area = Blueprint("state", __name__)


@area.get("/state")
@needs(May.SEE_TODAY)
def page() -> str:
    """Every line."""
    desk = office()
    with desk.reading() as connection:
        found = state_lines.look(connection, desk.home, timing.desk_time().clock)
    return render_template("state.html", here="today", condition=found)
