"""The kiosk's state, whole: each thing that is known of it, what the last check found besides, and what to do."""

from flask import Blueprint, render_template

from kiosk.web.desk import condition, timing
from kiosk.web.desk.office import office
from kiosk.web.desk.permissions import May, needs

area = Blueprint("state", __name__)


@area.get("/state")
@needs(May.SEE_TODAY)
def page() -> str:
    """Every line."""
    desk = office()
    with desk.reading() as connection:
        found = condition.look(connection, desk.home, timing.desk_time().clock)
    return render_template("state.html", here="today", condition=found)
