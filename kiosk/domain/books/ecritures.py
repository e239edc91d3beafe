"""Writes an entry of the ledger as an écriture of a French accounting file: its journal, its French label, its lines.

An écriture names people by number only, and has no free text, because the file leaves the house. A *fact* is an entry
as bookkeeping sees it. Of the kinds of entries, `remittance` is money taken to the bank, `credited` its arrival there.
"""

from collections.abc import Callable, Mapping
from datetime import date

from msgspec import Struct

from kiosk.domain import amounts
from kiosk.domain.books.posting import Fact, Posting
from kiosk.domain.money import units
from kiosk.domain.periods import Unit


class Journal(Struct, frozen=True):
    """A journal into which écritures are sorted."""

    code: str  # short, as the accounting file has it
    label: str


SALES = Journal("VE", "Ventes")
CASH = Journal("CA", "Caisse")
BANK = Journal("BQ", "Banque")
TO_COLLECT = Journal("CH", "Valeurs à l'encaissement")
OTHER = Journal("OD", "Opérations diverses")
OPENING = Journal("AN", "À nouveau")

# The journal of each kind of entry; payments go by their method.
_BY_KIND = {
    "charge": SALES,
    "use": SALES,
    "expiry": SALES,
    "write-off": OTHER,
    "deposit": OTHER,
    "count": CASH,
    "credited": BANK,
    "bounce": BANK,
    "opening": OPENING,
    "gift": OTHER,
}
_ON_DAYS = frozenset({"event", "booking"})  # in the detail of sales for certain days: a single day is named once
_BY_METHOD = {"cash": CASH, "transfer": BANK, "cheque": TO_COLLECT, "card": TO_COLLECT, "online": TO_COLLECT}
# How a payment's label ends, by its method.
METHODS = {
    "cash": "en espèces",
    "cheque": "par chèque",
    "transfer": "par virement",
    "card": "par carte",
    "online": "en ligne",
}
# The label of money taken to the bank, by its method.
_REMITTED = {
    "cash": "Espèces portées à la banque",
    "cheque": "Remise de chèques",
    "card": "Versement des paiements par carte",
    "online": "Versement des paiements en ligne",
}


class Ecriture(Struct, frozen=True):
    """An écriture. `number` is its place in the fiscal year; `closed_on` the day on which its day was closed; `entry`
    the entry that it is made of (0 for none), and `reverses` the entry that this one reverses.
    """

    number: int
    journal: Journal
    day_on: date
    piece: str  # the reference of the document behind it
    piece_on: date
    label: str
    closed_on: date
    lines: tuple[Posting, ...]
    entry: int = 0
    reverses: int = 0


def journal(fact: Fact) -> Journal:
    """Return the journal of an entry; a reversal belongs to the journal of the entry that it reverses."""
    original = fact.reversed or fact
    if original.kind == "refund" and original.method == "cheque":  # the association's own cheque, drawn on its bank
        return BANK
    if original.kind in ("payment", "refund"):
        return _BY_METHOD.get(original.method or "", BANK)
    if original.kind == "remittance":
        return CASH if original.detail.get("method") == "cash" else BANK
    return _BY_KIND.get(original.kind, OTHER)


def label(fact: Fact, products: Mapping[str, str]) -> str:
    """Return the French label of an écriture. `products` are names by code.

    An entry that is about an earlier day than its own names that day (`concerns` in its detail).
    """
    if fact.reversed is not None:
        words = f"Annulation de l'écriture {fact.reversed.number} : {_label(fact.reversed, products)}"
    else:
        words = _label(fact, products)
    concerns = fact.detail.get("concerns")
    return f"{words}, concerne le {french(date.fromisoformat(concerns))}" if concerns else words


def _label(fact: Fact, products: Mapping[str, str]) -> str:
    """Return an entry's label with its member's number, as it is before `label` adds the words of a reversal."""
    words = _WORDS[fact.kind](fact, products)
    return words if fact.member is None else f"{words}, membre {fact.member}"


def french(day: date) -> str:
    """Return a day as labels write it: 25/11/2026."""
    return f"{day:%d/%m/%Y}"


def _product(fact: Fact, products: Mapping[str, str]) -> str:
    """Return the name of an entry's product, or its code where it has no name."""
    code = str(fact.detail.get("product", ""))
    return products.get(code, code) or "Vente"


def _charge(fact: Fact, products: Mapping[str, str]) -> str:
    """Return a charge's label: the product, with its days where it is for some."""
    words, from_on, until_on = _product(fact, products), fact.detail.get("from"), fact.detail.get("until")
    if not from_on or not until_on:
        return words
    if from_on == until_on and not fact.detail.keys().isdisjoint(_ON_DAYS):
        return f"{words} du {french(date.fromisoformat(from_on))}"
    return f"{words} du {french(date.fromisoformat(from_on))} au {french(date.fromisoformat(until_on))}"


def _unused(fact: Fact) -> str:
    """Return how many days, half days or hours expired unused."""
    words = {Unit.HALF_DAY: "demi-journées ", Unit.HOUR: "heures "}.get(units.of(fact.detail), "")
    return f"{fact.detail['days']} {words}non utilisées, expirées"


def _day_of(fact: Fact, name: str) -> str:
    """Return a day named in an entry's detail, as labels write it."""
    return french(date.fromisoformat(fact.detail[name]))


def _count(fact: Fact, _products: Mapping[str, str]) -> str:
    """Return the label of a count of the cash box: how much too much or too little was in it."""
    difference = fact.detail["difference"]
    return (
        f"Comptage de la caisse, {'excédent' if difference > 0 else 'manque'} de {amounts.plain(abs(difference), ',')}"
    )


def _remittance(fact: Fact, _products: Mapping[str, str]) -> str:
    """Return a bank deposit's label, with its slip's number where it has one."""
    words = _REMITTED.get(str(fact.detail.get("method")), "Remise")
    return f"{words} n° {fact.detail['number']}" if "number" in fact.detail else words


# the label of each kind of entry, without its member
_WORDS: Mapping[str, Callable[[Fact, Mapping[str, str]], str]] = {
    "charge": _charge,
    "use": lambda fact, products: f"{_product(fact, products)} payée d'avance",
    "expiry": lambda fact, products: f"{_product(fact, products)} : {_unused(fact)}",
    "payment": lambda fact, products: f"Paiement {METHODS.get(fact.method or '', '')}".rstrip(),
    "refund": lambda fact, products: f"Remboursement {METHODS.get(fact.method or '', '')}".rstrip(),
    "write-off": lambda fact, products: "Passage en perte",
    "deposit": lambda fact, products: "Caution de location" if "quote" in fact.detail else "Caution de badge",
    "count": _count,
    "remittance": _remittance,
    "credited": lambda fact, products: "Espèces arrivées à la banque",
    "gift": lambda fact, products: "Don",
    "opening": lambda fact, products: f"Soldes repris d'un autre logiciel, au {_day_of(fact, 'balance_on')}",
    "appropriation": lambda fact, products: (
        f"Affectation du résultat {fact.detail['year']}, assemblée du {_day_of(fact, 'voted_on')}"
    ),
    "bounce": lambda fact, products: f"Chèque impayé, écriture {fact.detail.get('payment', '')}".rstrip(" ,"),
}
