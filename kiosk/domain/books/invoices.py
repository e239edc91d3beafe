"""Invoices and credit notes: issuer, client, lines and VAT, their sums, and how much is paid.

A line is an entry of the ledger. Its VAT is that of the books, so that the totals are the sums of the lines.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from kiosk.domain.books import documents
from kiosk.domain.books.documents import Series
from kiosk.domain.money import vat
from kiosk.domain.money.vat import VatStatus
from kiosk.domain.problems import Problem
from kiosk.language.texts import Text

NEAR_CENTS = 100  # how far the tax of a rate may be from the rate of the sum: the tolerance of EN 16931, exclusive


class Party(Struct, frozen=True, kw_only=True):
    """One side of an invoice. `address` is a list of lines; of an address in France, the last is postcode and town."""

    name: str
    address: tuple[str, ...] = ()
    siren: str | None = None
    siret: str | None = None
    rna: str | None = None
    vat_number: str | None = None
    email: str | None = None
    phone: str | None = None
    is_public: bool = False


class Line(Struct, frozen=True, kw_only=True):
    """A line of an invoice: what an entry charged, on the day that it was charged; `cents` include the tax. `rate` is
    the tax in them, in hundredths of a percent (None: no VAT), `status` the association's VAT status on that day.
    `from_on` and `until_on` are the first and last day that the charge is for, `member` a number.
    """

    entry: int
    day_on: date
    label: str
    cents: int
    member: int | None = None
    quantity: int = 1
    rate: int | None = None
    status: str = VatStatus.EXEMPT
    from_on: date | None = None
    until_on: date | None = None

    @property
    def net_cents(self) -> int:
        """Return the line's sum without tax."""
        return vat.split(self.cents, self.rate)[0]

    @property
    def tax_cents(self) -> int:
        """Return the tax in the line's sum."""
        return vat.split(self.cents, self.rate)[1]


class Tax(Struct, frozen=True):
    """The sums in cents of lines with one rate, or of those without VAT (rate None); there `status` says why."""

    rate: int | None
    status: str
    net_cents: int
    tax_cents: int


class Note(Struct, frozen=True):
    """A mention that the law requires, with the code by which platforms know it."""

    code: str
    text: str


class Corrected(Struct, frozen=True):
    """The invoice that a credit note reverses in whole or in part."""

    number: int
    issued_on: date


class Invoice(Struct, frozen=True, kw_only=True):
    """The content of an invoice or credit note (`kind`, a series of documents). It names people by number only.

    `paid_cents` was paid before it was issued. `training` marks one of a home for practice. `head` is the last entry of
    the ledger when it was issued: its number, and the beginning of its seal in hexadecimal.
    """

    kind: str
    number: int
    issued_on: date
    language: str
    seller: Party
    buyer: Party
    lines: tuple[Line, ...]
    due_on: date | None = None
    notes: tuple[Note, ...] = ()
    order_reference: str | None = None
    service_code: str | None = None
    iban: str | None = None
    bic: str | None = None
    paid_cents: int = 0
    corrects: Corrected | None = None
    training: bool = False
    head: tuple[int, str] | None = None

    @property
    def reference(self) -> str:
        """Return the document's name; the name of a training document cannot be mistaken for a real one."""
        return ("ECOLE-" if self.training else "") + documents.reference(self.kind, self.number)

    @property
    def corrected(self) -> str | None:
        """Return the name of the invoice that it corrects; None for an invoice."""
        if self.corrects is None:
            return None
        return ("ECOLE-" if self.training else "") + documents.reference(Series.INVOICE, self.corrects.number)

    @property
    def taxes(self) -> tuple[Tax, ...]:
        """Return the sums by VAT rate, the highest first, those without VAT last."""
        lines = sorted(self.lines, key=_rate_first)
        return tuple(_together(list(same)) for _, same in groupby(lines, key=_rate_first))

    @property
    def net_cents(self) -> int:
        """Return the sum of all lines without tax."""
        return sum(line.net_cents for line in self.lines)

    @property
    def tax_cents(self) -> int:
        """Return the tax of all lines."""
        return sum(line.tax_cents for line in self.lines)

    @property
    def cents(self) -> int:
        """Return the sum of all lines, tax included."""
        return sum(line.cents for line in self.lines)

    @property
    def due_cents(self) -> int:
        """Return the sum left to pay on the day of issue."""
        return self.cents - self.paid_cents

    @property
    def period(self) -> tuple[date, date]:
        """Return the first and last day on which its lines were charged."""
        return min(line.day_on for line in self.lines), max(line.day_on for line in self.lines)

    def check(self) -> None:
        """Check the lines. Raises Problem `invoice-empty`, or `invoice-rounding` where the lines' taxes at a rate add
        up to one that is `NEAR_CENTS` or more away from the tax of their sum.
        """
        if not self.lines:
            raise Problem("invoice-empty", "an invoice has one line or more")
        for tax in self.taxes:
            # the tax of the sum less the sum of the lines' taxes, in cents times `vat.WHOLE`
            off = tax.net_cents * (tax.rate or 0) - tax.tax_cents * vat.WHOLE
            if abs(off) >= NEAR_CENTS * vat.WHOLE:
                raise Problem("invoice-rounding", count=len(self.lines))


def _rate_first(line: Line) -> tuple[int, str]:
    """Return the key that sorts lines by rate, the highest first; those without VAT last, by the reason."""
    return (-(line.rate or 0), "" if line.rate else line.status)


def _together(lines: list[Line]) -> Tax:
    """Return the sums of lines with the same rate."""
    net, tax = sum(line.net_cents for line in lines), sum(line.tax_cents for line in lines)
    return Tax(lines[0].rate, lines[0].status, net, tax)


def content(
    lines: Sequence[Line],
    notes: Sequence[Note],
    *,
    paid_cents: int = 0,
    order_reference: str | None = None,
    corrects: Corrected | None = None,
) -> dict[str, Any]:
    """Return the part of a document's content that depends on the lines; issuer, client and day are added at issue."""
    parts = {
        "lines": [asdict(line) for line in lines],
        "notes": [asdict(note) for note in notes],
        "total_cents": sum(line.cents for line in lines),
        "paid_cents": paid_cents,
        "order_reference": order_reference,
        "corrects": corrects and asdict(corrects),
    }
    as_json: dict[str, Any] = _as_json(parts)
    return as_json


def _as_json(value: Any) -> Any:
    """Return a value as JSON has it: days as ISO text, and dictionaries without the fields that are None."""
    if isinstance(value, dict):
        return {name: _as_json(part) for name, part in value.items() if part is not None}
    if isinstance(value, list):
        return [_as_json(part) for part in value]
    return value.isoformat() if isinstance(value, date) else value


def read(kept: Mapping[str, Any]) -> Invoice:
    """Return the invoice or credit note in a stored document's content, the JSON that `content` began."""
    association, buyer, corrects = kept["association"], kept["organisation"], kept.get("corrects")
    due_on = kept.get("due_on")
    return Invoice(
        kind=kept["series"],
        number=kept["number"],
        issued_on=date.fromisoformat(kept["issued_on"]),
        due_on=due_on and date.fromisoformat(due_on),
        language=kept["language"],
        seller=_party(association),
        buyer=_party(buyer),
        lines=tuple(_line(line) for line in kept["lines"]),
        notes=tuple(Note(**note) for note in kept["notes"]),
        order_reference=kept.get("order_reference"),
        service_code=buyer.get("service_code"),
        iban=association.get("iban"),
        bic=association.get("bic"),
        paid_cents=kept.get("paid_cents", 0),
        corrects=corrects and Corrected(corrects["number"], date.fromisoformat(corrects["issued_on"])),
        training=kept["training"],
        head=(kept["head"]["entry"], kept["head"]["mac"]),
    )


def _line(values: Mapping[str, Any]) -> Line:
    """Return a line from its JSON."""
    days = {name: date.fromisoformat(values[name]) for name in ("day_on", "from_on", "until_on") if name in values}
    return Line(**{**values, **days})


def _party(values: Mapping[str, Any]) -> Party:
    """Return the issuer or the client from their JSON, whose address is one text; its other keys are ignored."""
    known = {
        name: values[name] for name in Party.__struct_fields__ if values.get(name) is not None and name != "address"
    }
    return Party(**known, address=tuple((values.get("address") or "").splitlines()))


class State(StrEnum):
    """The state of an invoice today."""

    OPEN = "open"  # nothing is paid yet
    PARTLY = "partly"  # a part is paid
    PAID = "paid"
    OVERDUE = "overdue"  # the due day is over, and something is left to pay
    CREDITED = "credited"  # all of its lines are reversed


class InvoiceBalance(Struct, frozen=True):
    """The part of an invoice that still counts (lines not reversed), and how much of it is paid, in cents; its due day,
    if it has one.
    """

    counts_cents: int
    paid_cents: int
    due_on: date | None

    @property
    def left_cents(self) -> int:
        """Return the sum still to be paid, in cents."""
        return self.counts_cents - self.paid_cents

    def state(self, today: date) -> State:
        """Return the invoice's state on a day. It is overdue after the due day, also where a part is paid."""
        if not self.counts_cents:
            return State.CREDITED
        if not self.left_cents:
            return State.PAID
        if self.due_on is not None and self.due_on < today:
            return State.OVERDUE
        return State.PARTLY if self.paid_cents else State.OPEN


LATE = Text(
    "Pénalités de retard, dès le lendemain de l’échéance et sans rappel : trois fois le taux d’intérêt légal "
    "(C. com., art. L441-10).",
    "Late payment penalties, from the day after the due date and without reminder: three times the French "
    "legal interest rate (C. com., art. L441-10).",
)
_LATE_PUBLIC = Text(
    "Intérêts moratoires en cas de retard : taux directeur de la BCE plus huit points (CCP, art. R2192-31).",
    "Late payment interest: the ECB’s key rate plus eight points (CCP, art. R2192-31).",
)
_FIXED = Text(
    "Indemnité forfaitaire pour frais de recouvrement en cas de retard : 40 € ({law}).",
    "Fixed charge for recovery costs if payment is late: EUR 40 ({law}).",
)
_DISCOUNT = Text("Pas d’escompte pour paiement anticipé.", "No discount for early payment.")


def mentions(language: str, *, is_public: bool, penalties: str | None = None) -> Sequence[Note]:
    """Return what an invoice to an organisation must say about late payment; `penalties` replaces the first sentence by
    the association's own.

    Between professionals C. com. L441-10 and D441-5; for public bodies the public procurement code. In French, with a
    translation beside it.
    """
    sentences = {
        "PMD": (_LATE_PUBLIC if is_public else LATE).lawful(language),  # late penalties
        # the fixed charge for recovery costs
        "PMT": _FIXED.lawful(language, law="CCP, art. D2192-35" if is_public else "C. com., art. D441-5"),
        "AAB": _DISCOUNT.lawful(language),  # the discount
    }
    if penalties:
        sentences["PMD"] = penalties
    return tuple(Note(code, text) for code, text in sentences.items())
