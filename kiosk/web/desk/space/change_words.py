"""Words a change of rules or prices as the rules' page does, in any officer's language, for mails to the others.

Values with many fields, and the code of the evacuation list, are shown at the desk only.
"""

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import g
from msgspec import Struct

from kiosk.domain.money.tariffs import FULL, Price
from kiosk.domain.space.protecting import Change
from kiosk.language.catalogues import Language
from kiosk.language.names import Names, called
from kiosk.language.texts import Said
from kiosk.messages.officers_notice import ChangeWords
from kiosk.store import name_rows
from kiosk.web.desk.common.words import in_page_language, t
from kiosk.web.desk.space.rule_forms import level_name, say_price
from kiosk.web.desk.space.rule_kinds import Rule, ValueKind
from kiosk.web.desk.space.rule_labels import MONEY, RULES

AT_THE_DESK = ("evacuation_code",)  # rules whose value never goes into a mail
_MANY_FIELDS = (ValueKind.SHEET, ValueKind.ZONES)


class InLanguage(Struct, frozen=True):
    """Words that are made when a language is given: `say` makes them in the language of the page."""

    say: Callable[[], str]

    def to(self, language: Language, /) -> str:
        """Return the words in a language: the page's language is this one while `say` runs, and is put back
        afterwards.
        """
        page_language = g.get("language")
        g.language = language
        try:
            return self.say()
        finally:
            g.language = page_language


def of(connection: sa.Connection, change: Change) -> ChangeWords:
    """Return a change in words: its name, and its value before and after. `change.name` is the code of a rule or a
    zone, or a product's with a tariff's level after a blank.
    """
    if change.kind == "rule":
        return _of_rule(change)
    names = name_rows.products(connection)
    if change.kind == "zone":
        zone = name_rows.zones(connection).get(change.name, called(change.name))
        return _words(lambda: in_page_language(zone), change, lambda value: _sold(value, names))
    code, _, level = change.name.partition(" ")
    product = names.get(code, called(code))
    return _words(lambda: _tariff(product, level), change, _price)


def _of_rule(change: Change) -> ChangeWords:
    """Return a rule's change in words; without its values where these are shown at the desk only."""
    rule = RULES.get(change.name)
    if rule is None or rule.kind in _MANY_FIELDS or rule.name in AT_THE_DESK:
        label = InLanguage(lambda: _label(rule, change.name))
        return ChangeWords(name=label, before=None, after=None)
    return _words(lambda: rule.label, change, rule.say, is_money=rule.name in MONEY)


def _words(
    name: Callable[[], str], change: Change, say: Callable[[Any], str], *, is_money: bool = False
) -> ChangeWords:
    """Return a change in words that are made when its language is known: `name` makes its name, `say` words a value.
    With `is_money` only officers with the right to see money are sent the values.
    """
    before: Said = InLanguage(lambda: say(change.before))
    after: Said = InLanguage(lambda: say(change.after))
    return ChangeWords(name=InLanguage(name), before=before, after=after, is_money=is_money)


def _label(rule: Rule | None, name: str) -> str:
    """Return a rule's name; the code of a rule that the program no longer has."""
    return name if rule is None else rule.label


def _tariff(product: Names, level: str) -> str:
    """Return a tariff's name: its product, and its level unless that is the full price."""
    name = in_page_language(product)
    return name if level in ("", FULL) else f"{name} ({level_name(level)})"


def _price(price: Price | None) -> str:
    """Return a price in words; "nothing" for None."""
    return _nothing() if price is None else say_price(price)


def _sold(codes: list[str | None] | None, names: dict[str, Names]) -> str:
    """Return the names of the products that a zone sells (a day, a half day; None for one that it does not sell);
    "nothing" for none.
    """
    return ", ".join(in_page_language(names.get(code, called(code))) for code in codes or () if code) or _nothing()


def _nothing() -> str:
    """Return the word for a missing value."""
    return t("rien", "nothing")
