"""Reads and fills the form of a scenario: its fields from today's rules, and the scenario's JSON from the form."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from kiosk.domain.money.tariffs import AHEAD, Policy, Price, ProductKind
from kiosk.domain.opening_hours import DAYS
from kiosk.language import common
from kiosk.web.desk.common.words import t
from kiosk.web.desk.space.rule_forms import Form

FREE = "-"  # in the field of a zone's product: the zone costs nothing
_COUNTS = ("month_cap_days", "half_day_split_hour", "capacity_legal")  # rules that are numbers
_SUMS = ("guest_cents", "rent_cents", "charges_cents")  # rules that are amounts


class PriceField(Struct, frozen=True):
    """A tariff of today that a scenario may change, and the form's field for it."""

    field: str
    product: str
    level: str
    price: Price


def prices(policy: Policy) -> list[PriceField]:
    """Return every tariff, by product. Envelopes (voucher pools, which organisations buy) are left out: they are priced
    with the organisation.
    """
    return [
        PriceField(f"price-{code}-{level}", code, level, price)
        for (code, level), price in sorted(policy.prices.items(), key=lambda tariff: _sort_key(policy, tariff[0]))
        if code in policy.products and policy.products[code].kind is not ProductKind.ENVELOPE
    ]


def _sort_key(policy: Policy, tariff: tuple[str, str]) -> tuple[int, str]:
    """Return the key that sorts tariffs: by their products in the order in which these were made, then by level."""
    product = policy.products.get(tariff[0])
    return (0 if product is None else product.id), tariff[1]


def counted(policy: Policy) -> list[str]:
    """Return the codes of products of which a scenario may sell more or fewer: not memberships, nor days that are
    bought together before they are used (`AHEAD`).
    """
    return [
        product.code for product in policy.products.values() if product.kind not in (*AHEAD, ProductKind.MEMBERSHIP)
    ]


def day_products(policy: Policy) -> list[str]:
    """Return the codes of products that can be a zone's day."""
    return [
        product.code
        for product in policy.products.values()
        if product.kind is ProductKind.DAY and product.unit == "day"
    ]


def spec(form: Form, policy: Policy) -> dict[str, Any]:
    """Return the scenario that was typed, as JSON: `prices` in cents by product and level, `zones`, `rules`, `more`
    (see below), the new `plan`, `switches`. A field left empty keeps today's value, and a part without a change is left
    out. Errors go into the form.
    """
    scenario: dict[str, Any] = {}
    by_product: dict[str, dict[str, int]] = {}
    for tariff in prices(policy):
        if form.text(tariff.field):
            by_product.setdefault(tariff.product, {})[tariff.level] = form.cents(tariff.field)
    for part, values in (
        ("prices", by_product),
        ("zones", _zones(form, policy)),
        ("rules", _rules(form)),
        ("more", _more(form, policy)),
        ("plan", _plan(form)),
    ):
        if values:
            scenario[part] = values
    if form.text("switches") == "yes":  # people whom a monthly plan would cost less buy it
        scenario["switches"] = True
    return scenario


def typed(scenario: Mapping[str, Any]) -> dict[str, str]:
    """Return the text of the form's fields for a stored scenario, by field: the reverse of `spec`."""
    fields = {
        f"price-{product}-{level}": _euros(cents)
        for product, by_level in scenario.get("prices", {}).items()
        for level, cents in by_level.items()
    }
    fields |= {f"zone-{code}": day or FREE for code, (day, _) in scenario.get("zones", {}).items()}
    fields |= {f"more-{product}": str(count) for product, count in scenario.get("more", {}).items()}
    plan = scenario.get("plan")
    if plan is not None:
        fields |= {"plan_name": plan["name"], "plan_cents": _euros(plan["cents"])}
        fields |= {"plan_days": str(plan["days"])} if plan["days"] is not None else {}
        fields |= {"plan_months": "yes"} if plan["months"] else {}
    for name, value in scenario.get("rules", {}).items():
        if name == "opening_hours":
            fields |= {f"hours-{day}": ", ".join(texts) for day, texts in (value or {}).items()}
        elif name in _SUMS and value is not None:
            fields[name] = _euros(value)
        elif value is None:
            fields[f"{name}-none"] = "yes"
        else:
            fields[name] = str(value)
    if scenario.get("switches"):
        fields["switches"] = "yes"
    return fields


def _euros(cents: int) -> str:
    """Return cents as a field holds them, like `5,00`."""
    return f"{cents // 100},{cents % 100:02}"


def _zones(form: Form, policy: Policy) -> dict[str, tuple[str | None, str | None]]:
    """Return the zones whose day product the form changes: by zone, the new day product (None: free) and no half-day
    product (None), because today's half day was priced for the old day.
    """
    zones: dict[str, tuple[str | None, str | None]] = {}
    for code, zone in policy.zones.items():
        chosen = form.text(f"zone-{code}")
        day = None if chosen == FREE else chosen
        if chosen and day != zone.day_product:
            zones[code] = (day, None)
    return zones


def _rules(form: Form) -> dict[str, Any]:
    """Return the rules that the form changes, by name; None for a rule that is turned off ("none" is ticked). Opening
    hours change as a whole week: a weekday left empty is closed then.
    """
    rules: dict[str, Any] = {}
    for name in _COUNTS:
        if form.text(f"{name}-none") == "yes":
            rules[name] = None
        elif form.text(name):
            rules[name] = form.number(name)
    for name in _SUMS:
        if form.text(name):
            rules[name] = form.cents(name)
    week = {day: form.hours(f"hours-{day}") for day in DAYS if form.text(f"hours-{day}")}
    if any(week.values()):
        rules["opening_hours"] = week
    return rules


def _plan(form: Form) -> dict[str, Any]:
    """Return the new plan that was typed: its name, its price in cents, its days in a month (None: all), and whether
    members paying by the month would take it, too (`months`). An empty dict without a name, which is an error if a
    price or days were typed.
    """
    name = " ".join(form.text("plan_name").split())
    if not name:
        if form.text("plan_cents") or form.text("plan_days"):
            form.errors["plan_name"] = t("Donnez un nom à cette formule.", "Give this plan a name.")
        return {}
    days = form.number("plan_days") if form.text("plan_days") else None
    plan = {"name": name, "cents": form.cents("plan_cents"), "days": days}
    return {**plan, "months": form.text("plan_months") == "yes"}


def _more(form: Form, policy: Policy) -> dict[str, int]:
    """Return how many more of each product the scenario sells, by code; a negative number means fewer. Put wrong
    numbers into the form's errors.
    """
    counts = {}
    for code in counted(policy):
        text = form.text(f"more-{code}").replace("\u2212", "-").lstrip("+")
        if not text:
            continue
        digits = text.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) < 5):
            form.errors[f"more-{code}"] = t(common.WHOLE_NUMBER_EXPECTED)
        elif int(text):
            counts[code] = int(text)
    return counts
