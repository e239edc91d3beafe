"""Shows a rule's value of today beside its name, and where it is changed, to officers with the right to know it."""

from collections.abc import Callable
from enum import StrEnum

import sqlalchemy as sa
from flask import url_for

from kiosk.domain import opening_hours
from kiosk.store.space import book_rules, room_rules
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, may
from kiosk.web.desk.space.rule_kinds import Rule, ValueKind
from kiosk.web.desk.space.rule_labels import MONEY

_WORDLESS = (ValueKind.SHEET, ValueKind.ZONES)  # many fields: too long for a line


def is_shown(rule: Rule) -> bool:
    """Tell whether the signed-in officer may know of a rule; those in `MONEY` need the right to see money, too."""
    return may(May.SEE_RULES) and (rule.name not in MONEY or may(May.SEE_MONEY))


def address(rule: Rule) -> str:
    """Return the page where a rule is changed, or read by officers without the right to change it. A rule with a value
    for each zone (`ZONES`) is changed from the table of zones on the page of all rules, opening hours on a page of
    their own.
    """
    if not may(May.EDIT_RULES) or rule.kind is ValueKind.ZONES:
        return url_for("rules.overview")
    if rule.kind is ValueKind.HOURS:
        return url_for("rules.hours_form")
    return url_for("rules.sheet_form" if rule.kind is ValueKind.SHEET else "rules.rule_form", name=rule.name)


def sayer(connection: sa.Connection) -> Callable[[Rule], str]:
    """Return a function that words a rule's value of today. The rules of the books and
    of rooms are read with their first use.
    """
    policy, moment = office().now(connection)
    read: dict[str, object] = {}

    def say(rule: Rule) -> str:
        """Return a rule's value of today in words; an empty text for a value that is too long for a line."""
        if rule.kind in _WORDLESS:
            return ""
        if rule.kind is ValueKind.HOURS:
            return rule.say(opening_hours.plain(policy.opening_hours))
        if rule.name in book_rules.NAMES:
            source: object = read.get("books") or book_rules.read(connection, moment.day)
            read["books"] = source
        elif rule.name in room_rules.NAMES:
            source = read.get("rooms") or room_rules.read(connection, moment.day)
            read["rooms"] = source
        else:
            source = policy
        value = getattr(source, rule.name)
        return rule.say(value.value if isinstance(value, StrEnum) else value)

    return say
