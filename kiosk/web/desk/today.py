"""Today: who is here, what was taken, how the kiosk is."""

from flask import Blueprint, render_template

from kiosk.web.desk.office import office
from kiosk.web.desk.permissions import May, needs

area = Blueprint("today", __name__)


@area.get("/")
@needs(May.SEE_TODAY)
def page() -> str:
    """The day at one glance."""
    return render_template("today.html", today=office().today())
