"""Shows all duties of the signed-in officer: those to do, those put off (and by which officer), and those not yet due.

A duty is put off here, under the officer's name, for some days; a click brings it back.
"""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from kiosk.domain import duties, inputs
from kiosk.domain.problems import Problem
from kiosk.duties import words
from kiosk.duties.putting_off import PuttingOff
from kiosk.web.desk.common.formats import day_text
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.words import language, t, told
from kiosk.web.desk.duties import todo

area = Blueprint("todo", __name__)
CHOICES = (7, 14, 30, duties.LONGEST_DAYS)  # for how many days a duty can be put off


@area.get("/todo")
@needs(May.SEE_TODAY)
def page() -> str:
    """Show every duty, in three lists."""
    with office().reading() as connection:
        duties_now = todo.read(connection)
    shown, asleep = duties_now.shown(may), duties_now.asleep(may)
    # `counted` has every duty with something open: the others of them are not due yet.
    later = [duty for duty in duties_now.counted(may) if duty not in shown and duty not in asleep]
    lists = [[todo.line(duty) for duty in listed] for listed in (shown, asleep, later)]
    return render_template("todo.html", here="today", shown=lists[0], asleep=lists[1], later=lists[2], choices=CHOICES)


@area.post("/todo/<kind>/later")
@needs(May.SEE_TODAY)
def put_off(kind: str) -> Response:
    """Put a kind of duty off for the chosen number of days; refuse one for which people wait, or another officer's."""
    days = inputs.number(request.form.get("days", ""), 3) or 0  # 0 is refused, with the days that are allowed
    try:
        if not may(duties.TABLE[duties.kind_to_put_off(kind)].permission):
            raise Problem("duty-kind", "it is another officer's")
        duty, until_on = _putting_off().put_off(kind, days)
    except Problem as refused:
        flash(told(refused), "error")
    else:
        office().log("duty-put-off", what=f"{duty.value} until {until_on}")
        name = words.act(duty, language())
        flash(
            t("« {name} » est reporté au {day}.", "“{name}” is postponed to {day}.", name=name, day=day_text(until_on))
        )
    return redirect(url_for("todo.page"), 303)


@area.post("/todo/<kind>/wake")
@needs(May.SEE_TODAY)
def wake(kind: str) -> Response:
    """Bring back a kind of duty that was put off; refuse another officer's."""
    try:
        if not may(duties.TABLE[duties.kind_to_put_off(kind)].permission):
            raise Problem("duty-kind", "it is another officer's")
        duty = _putting_off().wake(kind)
    except Problem as refused:
        flash(told(refused), "error")
    else:
        office().log("duty-woken", what=duty.value)
    return redirect(url_for("todo.page"), 303)


def _putting_off() -> PuttingOff:
    """Return the use-case that postpones duties, in the name of the signed-in officer."""
    desk = office()
    return PuttingOff(store=desk.store, rules=desk.rules, clock=desk.clock, officer=current_user.id)
