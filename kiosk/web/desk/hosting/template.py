"""Edits the weekly template of the rota; and whether confirmed shifts earn days, which only the president decides."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain.hosting.rota import ShiftKind
from kiosk.exports import formats
from kiosk.hosting import words
from kiosk.store.hosting import rota_rows, swap_rows
from kiosk.web.desk.common.labels import attempt
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import language, t
from kiosk.web.desk.hosting.rota import area, rota


@area.get("/template")
@needs(May.SEE_TODAY)
def template() -> str:
    """Show the lines of the template, and a form for one more."""
    return _template({})


@area.post("/template")
@needs(May.KEEP_ROTA)
def add_slot() -> Response | tuple[str, int]:
    """Add a line to the template; its shifts are created at once. A weekday, time or number that cannot be read is
    refused like a wrong one.
    """
    form = request.form
    begins, ends = clock_of(form.get("from", "")), clock_of(form.get("until", ""))
    weekday, places = form.get("weekday", -1, int), form.get("places", 0, int)
    slot, errors = attempt(lambda: rota().add_slot(weekday, form.get("kind", ""), begins, ends, places))
    if slot is None:
        return _template(errors), 400
    flash(t("Créneau ajouté : ses tours sont au planning.", "Weekly slot added: its shifts are on the rota."))
    return redirect(url_for("rota.template"), 303)


@area.post("/template/<int:slot>/end")
@needs(May.KEEP_ROTA)
def end_slot(slot: int) -> Response:
    """End a line of the template: its shifts after today are cancelled. Answers 404 for an unknown line."""
    with office().reading() as connection:
        if slot not in {known.id for known in rota_rows.slots(connection)}:
            abort(404)
    rota().end_slot(slot)
    flash(
        t(
            "Ce créneau s’arrête aujourd’hui : ses tours suivants sont annulés.",
            "This weekly slot ends today. Its later shifts are cancelled.",
        )
    )
    return redirect(url_for("rota.template"), 303)


def _template(errors: dict[str, str]) -> str:
    """Show the weekly slots that have not ended, and the reward for shifts, with what was wrong in the form."""
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        slots = [slot for slot in rota_rows.slots(connection) if slot.until_on is None or slot.until_on > moment.day]
        reward = swap_rows.reward(connection)
    return render_template(
        "hosting/template.html",
        here="rota",
        on=policy.hosting,
        slots=[(slot, words.Hours(slot.from_minute, slot.until_minute).to(language())) for slot in slots],
        kinds=[(kind.value, t(words.KINDS[kind])) for kind in ShiftKind],
        weekdays=list(enumerate(formats.weekdays(language()))),
        reward=0 if reward is None else reward.shifts_a_day,  # confirmed shifts that earn a day; 0: they earn none
        weekday=request.form.get("weekday", 0, int),
        errors=errors,
        form=request.form,
    )


@area.route("/reward", methods=["GET", "POST"])
@needs(May.GIVE_REWARDS)
def reward() -> Response | str | tuple[str, int]:
    """Show how many confirmed shifts earn a day (0: they earn none), with a warning to read first; or decide it. Days
    are refused to an officer that did not tick the warning.
    """
    form, errors = request.form, dict[str, str]()
    if request.method == "POST":
        shifts = form.get("shifts", -1, int)

        def act() -> bool:
            rota().decide_reward(shifts, warned=form.get("warned") == "yes")
            return True

        is_decided, errors = attempt(act)
        if is_decided:
            flash(t("Décision enregistrée.", "Decision saved."))
            return redirect(url_for("rota.reward"), 303)
    with office().reading() as connection:
        decided = swap_rows.reward(connection)
    page = render_template("hosting/reward.html", here="rota", decided=decided, form=form, errors=errors)
    return (page, 400) if errors else page


def clock_of(text: str) -> int:
    """Return the minutes since midnight for `09:00` or `24:00`; -1 for a text that is not a time."""
    hour, mark, minute = text.strip().partition(":")
    if not (mark and hour.isascii() and hour.isdigit() and minute.isascii() and minute.isdigit()):
        return -1
    if len(hour) > 2 or len(minute) != 2 or int(minute) > 59 or int(hour) > 24:
        return -1
    return int(hour) * 60 + int(minute)
