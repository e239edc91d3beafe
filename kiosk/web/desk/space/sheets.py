"""Changes rules with many fields: the association's identity, each product's VAT rate, account numbers, rooms' minutes
in plans.

A `fresh` view asks for the password or the passkey again where it was given a while ago.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from flask import request
from msgspec import Struct, field
from werkzeug.wrappers import Response

from kiosk.domain import amounts
from kiosk.domain.books import accounts
from kiosk.domain.books.accounts import DEFAULTS, NUMBER
from kiosk.domain.money import vat
from kiosk.domain.money.tariffs import Policy
from kiosk.domain.money.vat import HIGHEST, VatStatus
from kiosk.domain.problems import Problem
from kiosk.language.names import Names
from kiosk.space import association
from kiosk.space.rule_change import RuleChange
from kiosk.store import name_rows
from kiosk.store.space import book_rules, room_rules
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import in_page_language, t
from kiosk.web.desk.space.book_labels import ACCOUNTS, IDENTITY
from kiosk.web.desk.space.rule_changes import preview_or_write
from kiosk.web.desk.space.rule_forms import Form, area, page
from kiosk.web.desk.space.rule_kinds import Rule
from kiosk.web.desk.space.rule_labels import RULES

Products = Mapping[str, Names]  # by code
_ABBREVIATED = {"siren": "SIREN", "rna": "RNA", "iban": "IBAN", "bic": "BIC"}


class Line(Struct, frozen=True):
    """One field of a sheet: `name` is the form's name for it, `key` its key in the rule's value. `rows` are its lines
    of text; `attributes` go into its HTML.
    """

    key: str
    name: str
    label: str
    hint: str = ""
    rows: int = 1
    attributes: Mapping[str, str | int] = field(default_factory=dict)


class Sheet(Struct, frozen=True):
    """A rule with many fields: its lines, and how its value is put into them, read from them, and worded. `read` puts
    errors into the form; `say` words the value on one line.
    """

    lines: Callable[[Products], list[tuple[str, list[Line]]]]  # groups of lines, each under its heading
    typed: Callable[[Any], dict[str, str]]  # the fields that hold a value
    read: Callable[[Form, Products], Any]
    say: Callable[[Any, Products], str]


def _name(code: str, products: Products) -> str:
    """Return what a product or a plan is called, by its code: the code itself where it is unknown."""
    names = products.get(code)
    return code if names is None else in_page_language(names)


def _identity_lines(_products: Products) -> list[tuple[str, list[Line]]]:
    """Return the fields of the association's identity."""
    lines = [
        Line(
            name,
            name,
            t(words.label),
            t(words.hint) if words.hint else "",
            words.rows,
            {"maxlength": book_rules.LONGEST, **words.more},
        )
        for name, words in IDENTITY.items()
    ]
    return [("", lines)]


def _identity_read(form: Form, _products: Products) -> dict[str, str]:
    """Return the identity that was typed, without its empty fields; errors go into the form."""
    checked, wrong = association.checked({name: form.text(name) for name in IDENTITY})
    for name in wrong:
        form.errors[name] = t(IDENTITY[name].wrong)
    return checked


def _identity_say(identity: Mapping[str, str], _products: Products) -> str:
    """Return an identity on one line, with its IBAN in groups of four; "to fill in" for an empty one."""
    shown = {name: text.replace("\n", ", ") for name, text in identity.items()}
    if "iban" in shown:
        from stdnum import iban

        shown["iban"] = iban.format(shown["iban"])
    parts = (f"{_ABBREVIATED[name]} {text}" if name in _ABBREVIATED else text for name, text in shown.items())
    return " · ".join(parts) or t("à remplir", "to fill in")


def _rate_lines(products: Products) -> list[tuple[str, list[Line]]]:
    """Return a field for the VAT rate of each product."""
    more: dict[str, str | int] = {"inputmode": "decimal", "autocomplete": "off", "maxlength": 6}
    return [("", [Line(code, f"rate-{code}", f"{_name(code, products)} (%)", attributes=more) for code in products])]


def _rates_read(form: Form, products: Products) -> dict[str, int] | None:
    """Return the typed rates in hundredths of a percent, by product; None where none is typed."""
    rates = {}
    for code in products:
        text = form.text(f"rate-{code}").removesuffix("%").strip()
        if text:
            rates[code] = _rate(form, f"rate-{code}", text)
    return rates or None


def _rate(form: Form, name: str, text: str) -> int:
    """Return a typed rate in hundredths of a percent. For a wrong one, adds an error and returns 0."""
    try:
        rate = amounts.parse(text)  # percent and hundredths, as euros and cents
        if rate <= HIGHEST:
            return rate
    except Problem:
        pass
    form.errors[name] = t("Écrivez un taux comme 20 ou 5,5.", "Enter a rate like 20 or 5.5.")
    return 0


def _rates_say(rates: Mapping[str, int] | None, products: Products) -> str:
    """Return VAT rates in words, by product."""
    comma = t(",", ".")
    parts = (f"{_name(code, products)} {vat.plain(rate, comma)}\u00a0%" for code, rate in (rates or {}).items())
    return ", ".join(parts) or t("aucun", "none")


def _account_lines(products: Products) -> list[tuple[str, list[Line]]]:
    """Return the fields of the account numbers: those of the chart, then one for each product."""

    def line(key: str, label: str, number: str) -> Line:
        """Return the field of one account, with its usual number as a hint."""
        more: dict[str, str | int] = {"placeholder": number, "inputmode": "numeric", "maxlength": 10}
        return Line(key, f"account-{key}", label, attributes={**more, "autocomplete": "off"})

    own = [line(name, t(words), DEFAULTS[name].number) for name, words in ACCOUNTS.items()]
    by_product = [
        line(f"{accounts.PRODUCT}{code}", _name(code, products), t("même numéro que ci-dessus", "same number as above"))
        for code in products
    ]
    return [(t("Comptes", "Accounts"), own), (t("Compte de chaque produit", "Account for each product"), by_product)]


def _accounts_read(form: Form, products: Products) -> dict[str, str]:
    """Return the typed account numbers by their key; errors go into the form. An empty field is left out: its usual
    number holds.
    """
    numbers = {}
    for _, lines in _account_lines(products):
        for line in lines:
            number = form.text(line.name)
            if number and NUMBER.fullmatch(number) is None:
                form.errors[line.name] = t(
                    "Écrivez 3 à 10 chiffres, le premier de 1 à 8.",
                    "Enter 3 to 10 digits, starting with a digit from 1 to 8.",
                )
            if number:
                numbers[line.key] = number
    return numbers


def _accounts_say(numbers: Mapping[str, str], products: Products) -> str:
    """Return account numbers in words, by what is posted to them."""
    names = {name: t(words) for name, words in ACCOUNTS.items()}
    names |= {f"{accounts.PRODUCT}{code}": _name(code, products) for code in products}
    listed = ", ".join(f"{names.get(key, key)} {number}" for key, number in numbers.items())
    return listed or t("comptes du plan comptable associatif", "accounts of the standard chart of accounts")


def _percent(rates: Mapping[str, int] | None) -> dict[str, str]:
    """Return the text of the fields for VAT rates in hundredths of a percent, like `5,5`, by the form's name."""
    return {f"rate-{code}": vat.plain(rate, ",") for code, rate in (rates or {}).items()}


def _plan_lines(_products: Products) -> list[tuple[str, list[Line]]]:
    """Return a field for the minutes of rooms in each plan."""
    with office().reading() as connection:
        plans = name_rows.plans(connection)
    more: dict[str, str | int] = {"inputmode": "numeric", "autocomplete": "off", "maxlength": 6}
    minutes = t("minutes par mois", "minutes a month")
    return [("", [Line(code, f"plan-{code}", f"{_name(code, plans)} ({minutes})", attributes=more) for code in plans])]


def _plans_read(form: Form, products: Products) -> dict[str, int] | None:
    """Return the typed minutes of rooms that plans include in a month, by plan, without plans that include none; None
    where no plan does.
    """
    lines = _plan_lines(products)[0][1]
    minutes_by_plan = {line.key: form.number(line.name) for line in lines if form.text(line.name)}
    return {code: minutes for code, minutes in minutes_by_plan.items() if minutes} or None


def _plans_say(included: Mapping[str, int] | None, _products: Products) -> str:
    """Return the minutes that plans include, in words."""
    with office().reading() as connection:
        plans = name_rows.plans(connection)
    listed = ", ".join(f"{_name(code, plans)} {minutes} min" for code, minutes in (included or {}).items())
    return listed or t("aucune", "none")


SHEETS: Mapping[str, Sheet] = {
    "room_plan_minutes": Sheet(
        _plan_lines,
        lambda value: {f"plan-{code}": str(minutes) for code, minutes in (value or {}).items()},
        _plans_read,
        _plans_say,
    ),
    "association": Sheet(_identity_lines, dict, _identity_read, _identity_say),
    "vat_rates": Sheet(_rate_lines, _percent, _rates_read, _rates_say),
    "accounts": Sheet(
        _account_lines,
        lambda value: {f"account-{key}": number for key, number in value.items()},
        _accounts_read,
        _accounts_say,
    ),
}


def sayer(rule: Rule, products: Products) -> Callable[[Any], str]:
    """Return a function that words a rule's value: by its sheet where the rule has many fields, so that products stand
    there by their names; else by the rule's own `say`.
    """
    sheet = SHEETS.get(rule.name)
    return rule.say if sheet is None else lambda value: sheet.say(value, products)


def untaxed(policy: Policy, products: Products) -> list[str]:
    """Return the names of the products whose VAT rate was not entered yet, to be shown as missing; an empty list where
    the association is not liable to VAT.
    """
    if policy.vat_status is not VatStatus.LIABLE:
        return []
    return [_name(code, products) for code in products if code not in (policy.vat_rates or {})]


@area.get("/books/<any(association,vat_rates,accounts,room_plan_minutes):name>")
@needs(May.EDIT_RULES, fresh=True)
def sheet_form(name: str) -> tuple[str, int]:
    """Show a rule with many fields, and the form that changes it."""
    with office().reading() as connection:
        policy, moment = office().now(connection)
        books = book_rules.read(connection, moment.day)
        rooms = room_rules.read(connection, moment.day)
    source = {"vat_rates": policy, "room_plan_minutes": rooms}.get(name, books)  # the rules among which it stands
    value = getattr(source, name)
    tomorrow = moment.day + timedelta(days=1)
    return _page(name, Form({**SHEETS[name].typed(value), "valid_from": tomorrow.isoformat()}))


@area.post("/books/<any(association,vat_rates,accounts,room_plan_minutes):name>")
@needs(May.EDIT_RULES, fresh=True)
def change_sheet(name: str) -> tuple[str, int] | Response:
    """Preview the change of a rule with many fields, and write it once it is confirmed. The form comes again, with what
    was typed, where it has errors or the officer goes back to it.
    """
    form, products = Form(request.form), _products()
    change = RuleChange(
        name, SHEETS[name].read(form, products), form.day("valid_from"), form.text("decided_by") or None
    )
    wording = "" if form.errors else SHEETS[name].say(change.value, products)
    return preview_or_write(form, change, RULES[name].label, wording) or _page(name, form)


def _page(name: str, form: Form) -> tuple[str, int]:
    """Show a rule with many fields, with what was typed and what was wrong in it."""
    with office().reading() as connection:
        policy, moment = office().now(connection)
        products = name_rows.products(connection)
    return page(
        "sheet.html",
        form,
        rule=RULES[name],
        groups=SHEETS[name].lines(products),
        untaxed=untaxed(policy, products) if name == "vat_rates" else [],
        liable=policy.vat_status is VatStatus.LIABLE,
        today=moment.day,
    )


def _products() -> dict[str, Names]:
    """Return the names of all products, by code."""
    with office().reading() as connection:
        return name_rows.products(connection)
