"""Shows the rules and prices of today, the coming and the past ones; changes a rule from a day on, after a preview of
what the change would have meant last month.
"""

from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from msgspec import Struct
from msgspec.structs import asdict
from werkzeug.wrappers import Response

from kiosk.domain import opening_hours
from kiosk.domain.money.tariffs import FULL
from kiosk.domain.space.protecting import PROTECTING
from kiosk.errors import RequestError
from kiosk.language import common
from kiosk.space.rule_change import RuleChange
from kiosk.space.rules import find
from kiosk.store import name_rows
from kiosk.store.space import book_rules, policies, room_rules, rule_rows
from kiosk.store.space.book_rules import Books
from kiosk.store.space.rule_rows import Kind, Row
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, may, needs
from kiosk.web.desk.common.words import t, told
from kiosk.web.desk.space import opening, rule_sentences, sheets, subjects, tariffs, wordings, zone_limits, zone_table
from kiosk.web.desk.space.rule_changes import preview_or_write
from kiosk.web.desk.space.rule_forms import Form, area, level_name, page, rulebook
from kiosk.web.desk.space.rule_kinds import Rule, ValueKind
from kiosk.web.desk.space.rule_labels import MONEY, RULES
from kiosk.web.desk.space.subjects import Subject

__all__ = ["area", "opening", "sheets", "tariffs", "wordings"]  # the siblings put their pages into the area


# Values of rules that have no row in the database.
_DEFAULTS = {**policies.DEFAULTS, **room_rules.DEFAULTS, **asdict(Books())}


class Shown(Struct, frozen=True):
    """One rule or tariff on the overview, by its rows (values that hold from a day on): the one in force today, the
    coming ones, and all others, which are past or cancelled.
    """

    now: Row | None  # None before the first one
    coming: list[Row]
    past: list[Row]

    @classmethod
    def of(cls, rows: list[Row], today: date) -> "Shown":
        """Return a rule's rows, divided by what they are today."""
        now, coming = rule_rows.in_force(rows, today), rule_rows.coming(rows, today)
        return cls(now, coming, [row for row in rows if row is not now and row not in coming])


@area.get("")
@needs(May.SEE_RULES)
def overview() -> str:
    """Show every tariff and every rule, today's first."""
    return _overview(None)


@area.get("/about/<name>")
@needs(May.SEE_RULES)
def about(name: str) -> str:
    """Show the rules of one subject, such as the door. Answers 404 where there is no such subject."""
    return _overview(subjects.named(name) or abort(404))


def _overview(subject: Subject | None) -> str:
    """Show the rules of one subject, or of all (None), with the tariffs and zones that belong to them."""
    with office().reading() as connection:
        policy, moment = office().now(connection)
        rules = rule_rows.rule_rows(connection)
        prices = rule_rows.tariff_rows(connection)
        products = name_rows.products(connection)
        table = zone_table.rows(connection, policy, moment) if subject is None or subject.has_zones else []
        # prices that came with the first rules and were never confirmed
        waiting = rule_rows.to_confirm(connection, moment.day)
    today = moment.day
    # by product and level; reduced levels need a right of their own
    levels = {key: Shown.of(rows, today) for key, rows in prices.items() if key[1] == FULL or may(May.SEE_REDUCED)}
    parts = [_part(listed, rules, today) for listed in ((subject,) if subject else subjects.SUBJECTS)]
    return render_template(
        "rules/overview.html",
        subject=subject,
        subjects=subjects.SUBJECTS,
        levels=levels,
        to_confirm=waiting,
        parts=[part for part in parts if part.everyday or part.others],
        of_rule=rule_sentences.of_rule,
        of_price=rule_sentences.of_price,
        products=products,
        zones=table,
        hours=RULES["opening_hours"].say(opening_hours.plain(policy.opening_hours)),
        # The whole space has as many seats as its legal capacity; where there is none, the number at which it is busy.
        seats=policy.capacity_legal or policy.capacity_notice,
        policy=policy,
        FULL=FULL,
        level_name=level_name,
        # for a rule, the function that words its values
        sayer=lambda rule: zone_limits.say if rule.kind is ValueKind.ZONES else sheets.sayer(rule, products),
        # products without a VAT rate, to warn of; none where the association is not liable for VAT
        untaxed=sheets.untaxed(policy, products),
    )


class Part(Struct, frozen=True):
    """The rules of a subject on the page: the everyday ones, then the others."""

    title: str
    where: str  # the address of the subject's own page
    everyday: list[tuple[Rule, Shown]]
    others: list[tuple[Rule, Shown]]


def _part(subject: Subject, rows: dict[str, list[Row]], today: date) -> Part:
    """Return the rules of a subject that the officer may see: those about money only with the right to see it."""
    shown = [
        (RULES[name], _shown(RULES[name], rows, today))
        for name in subject.rules
        if name not in MONEY or may(May.SEE_MONEY)
    ]
    everyday = [(rule, rows_of) for rule, rows_of in shown if rule_sentences.is_everyday(rule)]
    where = url_for("rules.about", name=subject.name)
    others = [(rule, rows_of) for rule, rows_of in shown if not rule_sentences.is_everyday(rule)]
    return Part(subject.label, where, everyday, others)


def _shown(rule: Rule, rows: dict[str, list[Row]], today: date) -> Shown:
    """Return a rule's rows; where none is in force, the program's default, if it has one, stands as today's."""
    by_time = Shown.of(rows.get(rule.name, []), today)
    if by_time.now is None and rule.name in _DEFAULTS:
        default = Row(0, date.min, None, False, _DEFAULTS[rule.name])  # no row of the database: it has no id
        return Shown(default, by_time.coming, by_time.past)
    return by_time


@area.get("/policy/<name>")
@needs(May.EDIT_RULES)
def rule_form(name: str) -> tuple[str, int]:
    """Show a rule, and the form that changes it, with tomorrow as the proposed day. Of a rule of `PROTECTING` the page
    says that loosening it takes effect tomorrow at the earliest.
    """
    rule = _rule(name)
    value, today = _now(name)
    typed = {"value": rule.typed(value), "valid_from": (today + timedelta(days=1)).isoformat()}
    return page("rule.html", Form(typed), rule=rule, value=value, today=today, protects=name in PROTECTING)


@area.post("/policy/<name>")
@needs(May.EDIT_RULES)
def change_rule(name: str) -> tuple[str, int] | Response:
    """Preview a rule's change with what it would have meant, and write it once it is confirmed."""
    rule, form = _rule(name), Form(request.form)
    change = RuleChange(name, rule.read(form), form.day("valid_from"), form.text("decided_by") or None)
    answer = preview_or_write(form, change, rule.label, rule.say(change.value))
    if answer is not None:
        return answer
    # The form again: it has an error, or the officer goes back to it.
    value, today = _now(name)
    return page("rule.html", form, rule=rule, value=value, today=today, protects=name in PROTECTING)


def _now(name: str) -> tuple[Any, date]:
    """Return a rule's value today in its JSON form, and today's date."""
    with office().reading() as connection:
        policy, moment = office().now(connection)
        books = book_rules.read(connection, moment.day)
        rooms = room_rules.read(connection, moment.day)
    source = books if name in book_rules.NAMES else rooms if name in room_rules.NAMES else policy
    value = getattr(source, name)
    return value.value if isinstance(value, StrEnum) else value, moment.day


@area.get("/call-off/<kind>/<int:row_id>")
@needs(May.EDIT_RULES)
def call_off_form(kind: str, row_id: int) -> str:
    """Ask once more whether a coming change is to be cancelled."""
    with office().reading() as connection:
        row = find(connection, _kind(kind), row_id)
    return render_template("rules/call_off.html", row=row, kind=kind)


@area.post("/call-off/<kind>/<int:row_id>")
@needs(May.EDIT_RULES)
def call_off(kind: str, row_id: int) -> Response:
    """Cancel a coming change. Where the change would protect more than today's rule, a second officer has to agree
    first.
    """
    try:
        act_number = rulebook().call_off(_kind(kind), row_id)
    except RequestError as error:
        # `begun`: the change's day has come, perhaps while the page was open: it holds, and cannot be cancelled.
        if error.code != "begun":
            raise
        flash(told(error), "error")
    else:
        if act_number is not None:
            office().log("second-asked", what=f"{kind} {row_id}, act {act_number}")
            flash(t(common.ASKED_OF_TWO))
            return redirect(url_for("two.page"), 303)
        office().log("rule-called-off", what=f"{kind} {row_id}")
        flash(t("Changement annulé.", "Change cancelled."))
    return redirect(url_for("rules.overview"), 303)


def _rule(name: str) -> Rule:
    """Return a rule that is changed by the one field of `rule.html`. Answers 404 for an unknown rule, and for hours,
    sheets and zones, which have pages of their own.
    """
    rule = RULES.get(name)
    if rule is None or rule.kind in (ValueKind.HOURS, ValueKind.SHEET, ValueKind.ZONES):
        abort(404)
    return rule


def _kind(kind: str) -> Kind:
    """Return the kind of a change in a URL. Answers 404 for any other text."""
    if kind == "policy":
        return "policy"
    return "tariff" if kind == "tariff" else abort(404)
