"""Sets each zone's limits (seats, hours, plans that may use it), zone by zone, as one dated rule.

A form's `decided_by` is the body that decided the change, such as the board.
"""

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
_TO = "\N{EN DASH}"  # between two weekdays
_SHORT = 3  # letters of a weekday


@area.get("/zones/<code>/limits")
@needs(May.EDIT_RULES)
def zone_limits_form(code: str) -> tuple[str, int]:
    """Show a zone's limits, and the form that changes them."""
    parts, today = _now(code)
    typed = {"seats": str(parts.get("seats") or ""), "valid_from": (today + timedelta(days=1)).isoformat()}
    typed |= {f"hours-{day}": ", ".join(texts) for day, texts in (parts.get("hours") or {}).items()}
    typed |= {f"plan-{plan}": "yes" for plan in parts.get("plans") or ()}
    return _page(code, Form(typed), today)


@area.post("/zones/<code>/limits")
@needs(May.EDIT_RULES)
def change_zone_limits(code: str) -> tuple[str, int] | Response:
    """Preview or write a change of a zone's limits from a day on. One dated value holds the limits of all zones, so
    those that the other zones have on that day are written with it.
    """
    _, today = _now(code)
    form = Form(request.form)
    valid_from, parts = form.day("valid_from"), _read(form)
    with office().reading() as connection:
        # A day in the past is refused below.
        others = dict(policies.read(connection, max(valid_from, today)).zone_limits or {})
    others.pop(code, None)
    value = {**others, code: parts} if parts else others
    change = RuleChange(NAME, value or None, valid_from, form.text("decided_by") or None)
    wording = "" if form.errors else say(change.value)  # a value with errors cannot be worded
    return preview_or_write(form, change, RULES[NAME].label, wording) or _page(code, form, today)


def _read(form: Form) -> dict[str, Any]:
    """Return the limits that were typed: `seats`, `hours` by weekday, `plans` by code. A part that limits nothing is
    left out, such as plans of which none or all are ticked.
    """
    limits: dict[str, Any] = {}
    if form.text("seats"):
        limits["seats"] = form.number("seats")
        if not form.errors and not limits["seats"]:
            form.errors["seats"] = t("Écrivez au moins une place.", "Enter at least one seat.")
    week = {day: form.hours(f"hours-{day}") for day in DAYS if form.text(f"hours-{day}")}
    if any(week.values()):
        limits["hours"] = week
    with office().reading() as connection:
        plans = [plan for plan in policies.plans(connection) if form.text(f"plan-{plan}") == "yes"]
        is_every = len(plans) == len(policies.plans(connection))
    if plans and not is_every:
        limits["plans"] = plans
    return limits


def _now(code: str) -> tuple[Mapping[str, Any], date]:
    """Return a zone's limits today, and today's date. Answers 404 for an unknown zone."""
    with office().reading() as connection:
        policy, moment = office().now(connection)
    if code not in policy.zones:
        abort(404)
    return (policy.zone_limits or {}).get(code) or {}, moment.day


def _page(code: str, form: Form, today: date) -> tuple[str, int]:
    """Show a zone's limits with what was typed and what was wrong in it."""
    with office().reading() as connection:
        names, plans = name_rows.zones(connection), name_rows.plans(connection)
        known = {plan: plans[plan] for plan in policies.plans(connection)}
    return page(
        "zone_limits.html", form, title=in_page_language(names[code]), plans=known, weekdays=WEEKDAYS, today=today
    )


def say(limits: Mapping[str, Any] | None) -> str:
    """Return all limits in words, zone by zone, without zones that no longer exist."""
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
    """Return one zone's limits in words; `plans` are the names of all plans, by code."""
    phrases = []
    if parts.get("seats"):
        phrases.append(t("places : {seats}", "seats: {seats}", seats=parts["seats"]))
    if parts.get("hours"):
        phrases.append(say_hours(parts["hours"]))
    if parts.get("plans"):
        phrases.append(", ".join(in_page_language(plans[plan]) for plan in parts["plans"] if plan in plans))
    return t(common.SEMICOLON).join(phrases) or t(common.NO_LIMITS)


def say_hours(week: Mapping[str, list[str]]) -> str:
    """Return a week's hours in few words: days with the same hours together, closed days left out."""
    phrases = []
    for first, last, texts in runs(week):
        if not texts:
            continue
        names = [t(WEEKDAYS[day])[:_SHORT] for day in (first, last)]
        weekdays = names[0] if first == last else _TO.join(names)
        phrases.append(f"{weekdays} {say_day(texts)}")
    return ", ".join(phrases)
