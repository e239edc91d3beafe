"""Reads the data file of a new home's tariffs and rules, checks all of it, and writes it as dated rows: each holds from
the file's day `valid_from` on.

The file is TOML; a section is one of its tables. A level names a product's full price or a reduced one.
"""

import re
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import msgspec
import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import amounts
from kiosk.domain.books import accounts
from kiosk.domain.money import units
from kiosk.domain.money.tariffs import AHEAD, FULL, Price, ProductKind
from kiosk.domain.money.vat import VatStatus
from kiosk.domain.periods import Unit, Year
from kiosk.domain.problems import Mistake, Problem
from kiosk.errors import RequestError
from kiosk.language.names import Names
from kiosk.space.association import cleaned
from kiosk.store.space import book_rules, opening_rows, policies, rule_rows
from kiosk.store.space.rule_rows import NamedZone

NAMED = ("product", "zone", "plan")  # sections whose rows have names by language: name_fr, name_en ...
_NAME = re.compile(r"name_[a-z]{2,3}")
SHIPPED = Path(__file__).parents[1] / "data" / "first_rules.toml"  # the file that a new home starts with


class PolicySection(Struct, forbid_unknown_fields=True):
    """The rules of the file, without those of the books; amounts are euros as text. Each becomes the dated rule of the
    same name, which `Policy` explains; an amount's with `_cents` at its end.
    """

    day_start_hour: int
    membership_year: Year
    membership_grace_days: int
    tab_limit: str
    tab_due_days: int
    undo_limit: int
    undo_window_days: int
    show_amounts: bool
    half_day_split_hour: int | None = None
    month_cap_days: int | None = None
    opening_hours: dict[str, list[str]] | None = None
    closed_on_holidays: bool = False
    closed_admits_permanents: bool = True
    capacity_notice: int | None = None
    capacity_legal: int | None = None
    pro_rata: bool = False
    remote_opening: bool = False
    passing_minutes: int | None = None
    guests_a_day: int | None = None
    guest_days_a_year: int | None = None
    guests_by_permanents_only: bool = False
    joins_a_day: int | None = None
    sponsors_are_permanents: bool = False
    pin_sign_in: bool = False
    plans_at_screen: bool = False
    insurance_asked: bool = False
    guest: str | None = None
    lunch_until_hour: int | None = None
    show_thermometer: bool = False
    hide_amounts: bool = False
    evacuation_code: int | None = None
    doubted_days: int = 90
    second_officer: str | None = None
    second_factor: bool = False
    rent: str = "0"
    charges: str = "0"
    show_break_even: bool = False
    half_day_hours: int = 4
    envelope_low_percent: int | None = None
    events: bool = False
    events_public: bool = False
    api_occupancy: bool = False
    api_opening: bool = False
    api_prices: bool = False
    public_work: bool = False
    public_let: bool = False
    public_agenda: bool = False
    event_rent_percent: int | None = None
    event_leave_days: int | None = None
    hosting: bool = False
    hosting_ask_days: int = 4
    volunteer_hour: str | None = None
    people: bool = False
    notices: bool = False
    floor_plan: bool = False
    lent_days_credit: int | None = None
    things: bool = False
    registered_offices: bool = False


class AssociationSection(Struct, forbid_unknown_fields=True, omit_defaults=True, frozen=True):
    """The association's identity for its documents; an address may have several lines. What is empty is left out."""

    name: str = ""
    address: str = ""
    siren: str = ""
    rna: str = ""
    vat_number: str = ""
    iban: str = ""
    bic: str = ""
    email: str = ""
    phone: str = ""
    purpose: str = ""


class BooksSection(Struct, forbid_unknown_fields=True, frozen=True):
    """The rules of the books; one that is left out has its default. Rates of VAT are percentages as text, by
    product.
    """

    fiscal_year_month: int | None = None
    vat_status: VatStatus | None = None
    vat_rates: dict[str, str] | None = None
    accounts: dict[str, str] | None = None
    fec_whole: bool | None = None
    invoice_due_days: int | None = None
    cash_limit_cents: int | None = None
    gifts: bool | None = None
    gift_receipts: bool | None = None


class PriceItem(Struct, forbid_unknown_fields=True):
    """A price at a level. With a floor, members choose what they pay and the amount is a suggestion."""

    amount: str
    level: str = FULL
    floor: str | None = None


class ProductItem(Struct, forbid_unknown_fields=True):
    """A product with its prices."""

    code: str
    kind: ProductKind
    unit: Unit
    names: dict[str, str]
    prices: list[PriceItem]
    days: int = 0  # that a carnet or an envelope holds
    valid_days: int | None = None  # until it expires; None: never


class ZoneItem(Struct, forbid_unknown_fields=True):
    """A zone, with the codes of the products that its day and half day are sold by; without the first it is free."""

    code: str
    names: dict[str, str]
    day: str | None = None
    half: str | None = None


class PlanItem(Struct, forbid_unknown_fields=True):
    """A plan, with the codes of its usual zone and of the product that it subscribes to, if any."""

    code: str
    names: dict[str, str]
    zone: str
    product: str | None = None


class FirstRules(Struct, forbid_unknown_fields=True):
    """The whole data file of a new home's first rules and tariffs. `decided_by` is the body of the association that
    decided them, None for none.
    """

    valid_from: date
    policy: PolicySection
    product: list[ProductItem]
    zone: list[ZoneItem]
    plan: list[PlanItem]
    association: AssociationSection = AssociationSection()
    books: BooksSection = BooksSection()
    decided_by: str | None = None


def read(path: Path) -> FirstRules:
    """Return the content of a data file, checked. Raises RequestError `tariffs`, which says what is wrong and where."""
    try:
        document = msgspec.toml.decode(path.read_bytes())
        first = msgspec.convert(_with_names(document), FirstRules, builtin_types=(date, datetime, time))
    except OSError as fault:
        raise RequestError("tariffs", "{path}: {why}", path=path, why=fault.strerror) from None
    except (msgspec.DecodeError, ValueError) as fault:
        raise RequestError("tariffs", "{path}: {why}", path=path, why=fault) from None
    try:
        _check(first)
    except Mistake as problem:
        raise RequestError("tariffs", "{path}: {why}", path=path, why=problem) from None
    return first


def _with_names(table: Any) -> Any:
    """Return the decoded file with each row's `name_fr`, `name_nl` ... gathered as its `names` by language. What is not
    shaped as a row stays as it is: the conversion that follows refuses it.
    """
    for section in NAMED:
        for item in table.get(section, ()) if isinstance(table, dict) else ():
            if isinstance(item, dict) and "names" not in item:
                names = {name: item.pop(name) for name in list(item) if _NAME.fullmatch(name)}
                item["names"] = {name.removeprefix("name_"): text for name, text in names.items()}
    return table


def _check(first: FirstRules) -> None:
    """Check that the rules have right values, that each code named is described in the file, and that each row has a
    name, each product a full price and a unit of its kind. Raises Problem `tariffs`, or another Mistake of a rule.
    """
    policies.build(_policy_values(first), {}, {}, {})  # refuses a wrong value
    products = {item.code for item in first.product}
    _check_books(first, products)
    zones = {item.code for item in first.zone}
    named = [item.day for item in first.zone] + [item.half for item in first.zone]
    named += [item.product for item in first.plan]
    unknown = {code for code in named if code is not None} - products
    unknown |= {item.zone for item in first.plan} - zones
    if unknown:
        raise Problem("tariffs", "named and not described: {given}", given=", ".join(sorted(unknown)))
    for section in NAMED:
        for named in getattr(first, section):
            if not all(named.names.values()) or not named.names:
                message = "the {kind} {given} has no name: name_fr, name_en or another's"
                raise Problem("tariffs", message, kind=section, given=named.code)
    for item in first.product:
        if not any(price.level == FULL for price in item.prices):
            raise Problem("tariffs", "the product {given} has no full tariff", given=item.code)
        units.check(item.code, item.kind, item.unit)
        if item.kind in AHEAD and item.days < 1:
            raise Problem("tariffs", "the {kind} {given} has no days", kind=item.kind, given=item.code)
        for price in item.prices:
            _price(price)  # refuses what is no amount


def _check_books(first: FirstRules, products: set[str]) -> None:
    """Check the rules of the books, and the products that they name. Raises Problem `tariffs`."""
    values = _book_values(first)
    for name, value in values.items():
        if name in book_rules.NAMES:
            book_rules.check(name, value)
        else:
            policies.rule(name, value)  # refuses a wrong value
    named = {*(first.books.vat_rates or ()), *accounts.products(first.books.accounts or {})}
    if named - products:
        raise Problem("tariffs", "named and not described: {given}", given=", ".join(sorted(named - products)))


def _book_values(first: FirstRules) -> dict[str, Any]:
    """Return the rules of the books that the file sets, as JSON values; the association's identity is one of them if
    the file gives any of it. Rates of VAT are in hundredths of a percent.
    """
    books = msgspec.to_builtins(first.books)
    if books["vat_rates"] is not None:
        books["vat_rates"] = {code: amounts.parse(percent) for code, percent in books["vat_rates"].items()}
    values = {name: value for name, value in books.items() if value is not None}
    association = msgspec.to_builtins(first.association)
    if association:
        values["association"] = cleaned(association)
    return values


def _price(price: PriceItem) -> Price:
    """Return a price of the file in cents, with the lowest amount that members may choose; None: the price is fixed."""
    return Price(amounts.parse(price.amount), None if price.floor is None else amounts.parse(price.floor))


def _policy_values(first: FirstRules) -> dict[str, Any]:
    """Return the policy's values as rules store them: amounts in cents."""
    values = msgspec.to_builtins(first.policy)
    values["tab_limit_cents"] = amounts.parse(values.pop("tab_limit"))
    values["rent_cents"] = amounts.parse(values.pop("rent"))
    values["charges_cents"] = amounts.parse(values.pop("charges"))
    second = values.pop("second_officer")
    values["second_officer_cents"] = None if second is None else amounts.parse(second)
    guest = values.pop("guest")
    values["guest_cents"] = None if guest is None else amounts.parse(guest)
    hour = values.pop("volunteer_hour")
    values["volunteer_hour_cents"] = None if hour is None else amounts.parse(hour)
    return dict(values)


def write(connection: sa.Connection, first: FirstRules, at: datetime) -> None:
    """Write the file's products, tariffs, zones, plans and rules as the first rows of a new home. `at` is the moment of
    writing: public holidays are added from its day on.
    """
    start, by = first.valid_from, first.decided_by
    for item in first.product:
        values = {name: value for name, value in msgspec.to_builtins(item).items() if name not in ("names", "prices")}
        product_id = rule_rows.add_product(connection, values, Names(item.names))
        for price in item.prices:
            rule_rows.add_tariff(connection, product_id, price.level, _price(price), start, by)
    for zone in first.zone:
        rule_rows.put_zone(connection, NamedZone(zone.code, Names(zone.names), zone.day, zone.half), start)
    for plan in first.plan:
        rule_rows.add_plan(connection, plan.code, Names(plan.names), zone=plan.zone, product=plan.product)
    for name, value in {**_policy_values(first), **_book_values(first)}.items():
        rule_rows.add_rule(connection, name, value, start, by)
    if first.policy.closed_on_holidays:
        opening_rows.add_holidays(connection, at.date(), at)
