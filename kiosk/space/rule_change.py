"""Describes changes of rules and prices as values: what each is about, and the policy as it would be with it. The
policy is all rules and prices in force at one moment.
"""

from datetime import date
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.books import accounts
from kiosk.domain.money.tariffs import Policy, Price, ProductKind
from kiosk.domain.periods import Unit
from kiosk.errors import RequestError
from kiosk.language.names import Names
from kiosk.space import association
from kiosk.store.space import book_rules, policies, room_rules


class TariffChange(Struct, frozen=True):
    """A new price of a product (its code) at a level, full or reduced, from a day on, and the body that decided it,
    None if none is named.
    """

    product: str
    level: str
    price: Price
    valid_from: date
    decided_by: str | None = None

    @property
    def about(self) -> tuple[str, str]:
        """Return product and level: two changes about the same pair exclude each other."""
        return self.product, self.level

    def applied(self, policy: Policy) -> Policy:
        """Return a policy as it would be with this price."""
        return replace(policy, prices={**policy.prices, (self.product, self.level): self.price})


class RuleChange(Struct, frozen=True):
    """A rule's new value, as JSON has it, from a day on, and the body that decided it."""

    name: str
    value: Any
    valid_from: date
    decided_by: str | None = None

    @property
    def about(self) -> tuple[str, str]:
        """Return the rule's name and an empty text: two changes about the same rule exclude each other."""
        return self.name, ""

    def applied(self, policy: Policy) -> Policy:
        """Return a policy as it would be with this rule, which must be one of the policy's (`policies.NAMES`).
        Raises Problem `policy` or `opening`.
        """
        return replace(policy, **{self.name: policies.rule(self.name, self.value)})

    def check(self, policy: Policy) -> None:
        """Check the value by the rule's own check, and that zones and products in it exist.

        Raises RequestError `no-such-rule`, `no-such-zone`, `no-such-product` or `association`, Problem `policy`,
        `opening` or `accounts`.
        """
        if self.name in book_rules.NAMES:
            book_rules.check(self.name, self.value)
            if self.name == "association":
                association.check(self.value)
        elif self.name in room_rules.NAMES:
            room_rules.check(self.name, self.value)
        elif self.name in policies.NAMES:
            self.applied(policy)
        else:
            raise RequestError("no-such-rule", given=self.name)
        if self.name == "zone_limits":
            unknown = sorted(set(self.value or {}) - set(policy.zones))
            if unknown:
                raise RequestError("no-such-zone", field="zone", given=unknown[0])
        for product in self._products():
            if product not in policy.products:
                raise RequestError("no-such-product", field="product", given=product)

    def _products(self) -> list[str]:
        """Return the codes of the products that the new value names; none for rules that are not written per
        product.
        """
        if self.name == "accounts":
            return accounts.products(self.value)
        return list(self.value or ()) if self.name == "vat_rates" else []


class NewProduct(Struct, frozen=True, kw_only=True):
    """A product to add, with its full price from a day on."""

    code: str
    kind: ProductKind
    unit: Unit
    names: Names
    price: Price
    valid_from: date
    days: int = 0  # that a carnet or an envelope holds
    valid_days: int | None = None  # until it expires; None: never
    decided_by: str | None = None
