"""Sets the opening hours of each weekday, and the days on which the space is closed, by hand or as public holidays."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, request, url_for
from werkzeug.wrappers import Response

from kiosk.domain import opening_hours
from kiosk.domain.opening_hours import DAYS, MOST_RANGES
from kiosk.domain.problems import Problem
from kiosk.domain.space import public_holidays
from kiosk.errors import KioskError
from kiosk.language.texts import Text
from kiosk.space.rule_change import RuleChange
from kiosk.store.space import opening_rows
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import t, told
from kiosk.web.desk.space.rule_changes import preview_or_write
from kiosk.web.desk.space.rule_forms import Form, area, page, rulebook
from kiosk.web.desk.space.rule_kinds import WEEKDAYS
from kiosk.web.desk.space.rule_labels import RULES

_FEWEST_RANGES = 2  # times of opening a day that the form always has fields for: a morning and an afternoon
_YEAR = 366  # days that the list looks ahead
# The days to which Monday's hours can be copied, by the button's value.
_COPIES = {"working-days": DAYS[1:5], "week": DAYS[1:]}


@area.get("/opening")
@needs(May.EDIT_RULES)
def hours_form() -> tuple[str, int]:
    """Show the week's opening hours, and the form that changes them from tomorrow on."""
    with office().reading() as connection:
        policy, moment = office().now(connection)
    typed = {"valid_from": (moment.day + timedelta(days=1)).isoformat()}
    week = opening_hours.plain(policy.opening_hours)
    # `was-always` tells, when the form is sent, that it was shown with "Always open" ticked.
    typed["always"] = typed["was-always"] = "yes" if week is None else ""
    for day, texts in (week or {}).items():
        for number, text in enumerate(texts):
            typed[f"{day}-{number}-from"], _, typed[f"{day}-{number}-until"] = text.partition("-")
    return _hours_page(Form(typed), moment.day)


@area.post("/opening")
@needs(May.EDIT_RULES)
def change_hours() -> tuple[str, int] | Response:
    """Preview or save other opening hours from a day on; or copy Monday's hours to other days of the form."""
    form, rule = Form(request.form), RULES["opening_hours"]
    if form.text("copy") in _COPIES:
        form = Form(_copied(request.form, _COPIES[form.text("copy")]))
        return _hours_page(form, office().today())
    week = _week(form)
    change = RuleChange("opening_hours", week, form.day("valid_from"), form.text("decided_by") or None)
    answer = preview_or_write(form, change, rule.label, "" if form.errors else rule.say(week))
    if answer is not None:
        return answer
    return _hours_page(form, office().today())


def _hours_page(form: Form, today: date) -> tuple[str, int]:
    """Return the page with the week's fields: for each day as many times of opening as the day with the most has, so
    that saving the form loses none.
    """
    filled = (n + 1 for n in range(MOST_RANGES) for day in DAYS if any(_range(form, day, n)))
    ranges = range(max((_FEWEST_RANGES, *filled)))
    return page("opening.html", form, today=today, weekdays=WEEKDAYS, ranges=ranges)


def _week(form: Form) -> dict[str, list[str]] | None:
    """Return the week as it was typed, None for always open. A day with an error, which the form shows, is left out."""
    if form.text("always") == "yes":
        # Hours in a form that was shown as always open were typed just now, and would be lost.
        if form.text("was-always") == "yes" and any(_texts(form, day) for day in DAYS):
            form.errors["value"] = t(
                "Il y a des heures ci-dessous : décochez « Toujours ouvert », ou effacez-les.",
                "Opening hours are filled in below: untick “Always open”, or clear the hours.",
            )
        return None
    week: dict[str, list[str]] = {}
    for day in DAYS:
        try:
            week[day] = [str(hours) for hours in opening_hours.day(_texts(form, day))]
        except Problem as problem:
            form.errors[day] = told(problem)
    if not form.errors and not any(week.values()):
        form.errors["value"] = t("Il faut au moins un jour ouvert.", "At least one day must be open.")
    return week


def _copied(typed: Mapping[str, str], to: Sequence[str]) -> dict[str, str]:
    """Return the typed fields with Monday's hours on other days, too, for the form to show again; nothing is saved."""
    monday = {name: text for name, text in typed.items() if name.startswith(f"{DAYS[0]}-")}
    others = {name.replace(DAYS[0], day, 1): text for day in to for name, text in monday.items()}
    return {**typed, **others, "copy": "", "always": ""}


def _texts(form: Form, day: str) -> list[str]:
    """Return a day's hours as they were typed, like `08:00-12:30`; fields left empty are left out."""
    pairs = (_range(form, day, n) for n in range(MOST_RANGES))
    return [f"{since}-{until}" for since, until in pairs if since or until]


def _range(form: Form, day: str, number: int) -> tuple[str, str]:
    """Return a day's typed time of opening with this number, from 0 on: its start and end, each empty if not typed."""
    return form.text(f"{day}-{number}-from"), form.text(f"{day}-{number}-until")


@area.get("/days")
@needs(May.SEE_RULES)
def closed_days() -> tuple[str, int]:
    """Show the closed days and holidays of the next twelve months."""
    return _days_page(Form({"day": office().today().isoformat()}))


@area.post("/days")
@needs(May.EDIT_RULES)
def put_day() -> tuple[str, int] | Response:
    """Close the space on a day or several, or open it on them; an empty last day stands for the first."""
    form = Form(request.form)
    day, closed = form.day("day"), form.text("state") != "open"
    until = form.day("until") if form.text("until") else day
    if not form.errors:
        try:
            rulebook().close_days(day, until, form.text("reason"), is_closed=closed)
        except KioskError as error:
            form.refused(error)
        else:
            office().log("day-closed" if closed else "day-opened", what=f"{day} - {until}")
            flash(t("Jour enregistré.", "Day saved."))
            return redirect(url_for("rules.closed_days"), 303)
    return _days_page(form)


def _days_page(form: Form) -> tuple[str, int]:
    """Show the closed days and the form that closes or opens days, with what was wrong in it."""
    with office().reading() as connection:
        policy, moment = office().now(connection)
        last = moment.day + timedelta(days=_YEAR)
        set_days = opening_rows.between(connection, moment.day, last)
    holidays = public_holidays.between(moment.day, last)
    by_hand = {set_day.day_on: set_day for set_day in set_days if not set_day.is_holiday}
    heeded = policy.closed_on_holidays
    listed = [_listed(day, by_hand.get(day), holidays.get(day), heeded) for day in sorted({*by_hand, *holidays})]
    return page("days.html", form, days=listed, heeded=heeded, today=moment.day)


# Public holidays by their names in French, as `public_holidays` gives them.
_HOLIDAYS = {
    holiday.fr: holiday
    for holiday in (
        Text("Jour de l'an", "New Year’s Day"),
        Text("Lundi de Pâques", "Easter Monday"),
        Text("Fête du Travail", "Labour Day"),
        Text("Fête de la Victoire", "Victory Day"),
        Text("Ascension", "Ascension Day"),
        Text("Lundi de Pentecôte", "Whit Monday"),
        Text("Fête nationale", "National Day"),
        Text("Assomption", "Assumption Day"),
        Text("Toussaint", "All Saints’ Day"),
        Text("Armistice", "Armistice Day"),
        Text("Noël", "Christmas Day"),
    )
}


def _listed(day: date, by_hand: opening_rows.ClosedDay | None, holiday: str | None, heeded: bool) -> dict[str, Any]:
    """Return one day of the list: its name, the public holiday on it, whether the space is closed, and whether an
    officer set that by hand. Holidays are closed days only where they are `heeded`.
    """
    names = [] if holiday is None else holiday.split(public_holidays.AND)
    name = public_holidays.AND.join(t(_HOLIDAYS[french]) for french in names)
    return {
        "day": day,
        "name": by_hand.reason if by_hand is not None else name,
        "holiday": name,
        "is_closed": by_hand.is_closed if by_hand is not None else heeded,
        "by_hand": by_hand is not None,
    }
