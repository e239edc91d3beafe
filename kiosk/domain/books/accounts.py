"""The accounts of the books (plan comptable associatif, règlement ANC 2018-06): names, default numbers, labels.

The association may choose its own numbers, valid from a day on; without a choice, these defaults hold.
"""

import re
from collections.abc import Mapping

from msgspec import Struct, field

from kiosk.domain.problems import Problem

NUMBER = re.compile(r"[1-8][0-9]{2,9}")  # at least three digits (LPF art. A47 A-1), of the classes of a chart


class Account(Struct, frozen=True):
    """An account: its number and its label."""

    number: str
    label: str


# Every account that the program posts to, by its name in the code.
DEFAULTS = {
    "members": Account("411", "Membres et usagers"),
    "membership": Account("756", "Cotisations"),
    "services": Account("706", "Prestations de services"),
    "rent-share": Account("7083", "Part du loyer dans les formations et événements"),
    "prepaid": Account("4191", "Journées payées d’avance"),
    "deferred": Account("487", "Produits constatés d’avance"),
    "cash": Account("530", "Caisse"),
    "cheques": Account("5112", "Chèques à encaisser"),
    "bank": Account("512", "Banque"),
    "online": Account("5115", "Cartes et paiements en ligne à encaisser"),
    "transit": Account("580", "Virements internes"),
    "fees": Account("627", "Services bancaires"),
    "losses": Account("654", "Pertes sur créances irrécouvrables"),
    "shortage": Account("658", "Écarts de caisse, charges"),
    "surplus": Account("758", "Écarts de caisse, produits"),
    "deposits": Account("165", "Cautions de badges"),
    "vat": Account("44571", "TVA collectée"),
    "brought-forward": Account("110", "Report à nouveau"),
    "deficit-forward": Account("119", "Report à nouveau (solde débiteur)"),
    "result": Account("120", "Résultat de l’exercice (excédent)"),
    "deficit": Account("129", "Résultat de l’exercice (déficit)"),
    "reserves": Account("1068", "Autres réserves"),
    "gifts": Account("754", "Dons manuels"),
}
# the account of each payment method, by name
BY_METHOD = {"cash": "cash", "cheque": "cheques", "transfer": "bank", "card": "online", "online": "online"}
PRODUCT = "product:"  # a product's income may have its own account: `product:day`


class Chart(Struct, frozen=True, eq=False):
    """The accounts in force on a day. `own` has the association's numbers by name, or by `product:` and a code.

    Two charts are equal only if they are the same object, so that results can be cached by chart.
    """

    own: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name, number in self.own.items():
            if name not in DEFAULTS and not name.startswith(PRODUCT):
                raise Problem("accounts", "there is no account {label!r} to number", label=name)
            if NUMBER.fullmatch(number) is None:
                raise Problem(
                    "accounts", "an account number has 3 to 10 digits and begins with 1 to 8: {number!r}", number=number
                )

    def account(self, name: str) -> Account:
        """Return an account by its name."""
        default = DEFAULTS[name]
        return Account(self.own.get(name, default.number), default.label)

    def income(self, product: str, is_membership: bool) -> Account:
        """Return the account for a product's income: its own, else that of memberships or that of services."""
        default = self.account("membership" if is_membership else "services")
        return Account(self.own.get(f"{PRODUCT}{product}", default.number), default.label)

    def by_method(self, method: str) -> Account:
        """Return the account that holds money paid by a method until it reaches the bank."""
        return self.account(BY_METHOD[method])


def products(own: Mapping[str, str]) -> list[str]:
    """Return the products that have an account of their own."""
    return [name.removeprefix(PRODUCT) for name in own if name.startswith(PRODUCT)]
