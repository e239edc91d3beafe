"""Sets each zone's limits (seats, hours, plans that may use it), zone by zone, as one dated rule."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from flask import abort, request
from werkzeug.wrappers import Response

from kiosk.domain.opening_hours import DAYS
from kiosk.language import common
from kiosk.language.names import Names
from kiosk.space.rule_change import RuleChange
from kiosk.store import name_rows
from kiosk.store.space import policies
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import in_page_language, t
from kiosk.web.desk.space.rule_changes import preview_or_write
from kiosk.web.desk.space.rule_forms import Form, area, page
from kiosk.web.desk.space.rule_kinds import WEEKDAYS, runs, say_day
from kiosk.web.desk.space.rule_labels import RULES

NAME = "zone_limits"
_TO = "\N{EN DASH}"
_SHORT = 3  # letters of a weekday


@area.get("/zones/<code>/limits")
@needs(May.EDIT_RULES)
def zone_limits_form(code: str) -> tuple[str, int]:
    """Show a zone's limits, and the form that changes them."""
    parts, today = _now(code)
    typed = {"seats": str(parts.get("seats") or ""), "valid_from": (today + timedelta(days=1)).isoformat()}
    typed |= {f"hours-{day}": ", ".join(texts) for day, texts in (parts.get("hours") or {}).items()}
    typed |= {f"plan-{each}": "yes" for each in parts.get("plans") or ()}
    return _page(code, Form(typed), today)


@area.post("/zones/<code>/limits")
@needs(May.EDIT_RULES)
def change_zone_limits(code: str) -> tuple[str, int] | Response:
    """Preview or write a zone's other limits from a day on; the other zones keep theirs of that day."""
    _, today = _now(code)
    form = Form(request.form)
    valid_from, parts = form.day("valid_from"), _read(form)
    with office().reading() as connection:
        others = dict(policies.read(connection, max(valid_from, today)).zone_limits or {})
    others.pop(code, None)
    value = {**others, code: parts} if parts else others
    change = RuleChange(NAME, value or None, valid_from, form.text("decided_by") or None)
    said = "" if form.errors else say(change.value)
    return preview_or_write(form, change, RULES[NAME].label, said) or _page(code, form, today)


def _read(form: Form) -> dict[str, Any]:
    """Return the limits that were typed; a part that limits nothing is left out."""
    found: dict[str, Any] = {}
    if form.text("seats"):
        found["seats"] = form.number("seats")
        if not form.errors and not found["seats"]:
            form.errors["seats"] = t("Au moins une place.", "At least one seat.")
    week = {day: form.hours(f"hours-{day}") for day in DAYS if form.text(f"hours-{day}")}
    if any(week.values()):
        found["hours"] = week
    with office().reading() as connection:
        plans = [each for each in policies.plans(connection) if form.text(f"plan-{each}") == "yes"]
        is_every = len(plans) == len(policies.plans(connection))
    if plans and not is_every:
        found["plans"] = plans
    return found


def _now(code: str) -> tuple[Mapping[str, Any], date]:
    """Return a zone's limits today, and today's date. Answers 404 for an unknown zone."""
    with office().reading() as connection:
        policy, moment = office().now(connection)
    if code not in policy.zones:
        abort(404)
    return (policy.zone_limits or {}).get(code) or {}, moment.day


def _page(code: str, form: Form, today: date) -> tuple[str, int]:
    with office().reading() as connection:
        names, plans = name_rows.zones(connection), name_rows.plans(connection)
        known = {each: plans[each] for each in policies.plans(connection)}
    return page(
        "zone_limits.html", form, title=in_page_language(names[code]), plans=known, weekdays=WEEKDAYS, today=today
    )


def say(limits: Mapping[str, Any] | None) -> str:
    """Return all limits in words, zone by zone."""
    if not limits:
        return t(common.NO_LIMITS)
    with office().reading() as connection:
        names, plans = name_rows.zones(connection), name_rows.plans(connection)
    return " · ".join(
        t("{zone} : {limits}", "{zone}: {limits}", zone=in_page_language(names[code]), limits=_say(parts, plans))
        for code, parts in limits.items()
        if code in names
    )


def _say(parts: Mapping[str, Any], plans: Mapping[str, Names]) -> str:
    said = []
    if parts.get("seats"):
        said.append(t("places : {seats}", "seats: {seats}", seats=parts["seats"]))
    if parts.get("hours"):
        said.append(say_hours(parts["hours"]))
    if parts.get("plans"):
        said.append(", ".join(in_page_language(plans[each]) for each in parts["plans"] if each in plans))
    return t(common.SEMICOLON).join(said) or t(common.NO_LIMITS)


def say_hours(week: Mapping[str, list[str]]) -> str:
    """Return a week's hours in few words: days with the same hours together, closed days left out."""
    said = []
    for first, last, texts in runs(week):
        if not texts:
            continue
        names = [t(WEEKDAYS[day])[:_SHORT] for day in (first, last)]
        which = names[0] if first == last else _TO.join(names)
        said.append(f"{which} {say_day(texts)}")
    return ", ".join(said)
