"""Turns entries into lines of documents (label, quantity, unit price, VAT), and reads the entries on an account in
order.

A line is plain JSON, so that it can be stored in a document and read in ten years. A let is what a
booking or a quote gives for some hours: a room, a zone or the whole place.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain.money import vat
from kiosk.domain.money.vat import VatStatus
from kiosk.language import catalogues, common
from kiosk.language.names import Names, called
from kiosk.language.texts import Text
from kiosk.store import name_rows
from kiosk.store.money import let_lines
from kiosk.store.space.policies import called_off
from kiosk.store.tables import entry, policy

Line = dict[str, Any]
_LABELS = {
    "charge": Text("Débit", "Charge"),
    "use": Text("Journée payée d’avance", "Prepaid day"),
    "deposit": Text("Caution de badge", "Badge deposit"),
    "gift": common.A_GIFT,
    "opening": Text("Solde repris", "Balance carried over"),
    "refund": Text("Remboursement", "Refund"),
    "payment": Text("Paiement", "Payment"),
    "write-off": Text("Ardoise annulée", "Tab written off"),
    "declaration": Text("Espèces", "Cash"),
}
_LET_DEPOSIT = Text("Caution de location", "Security deposit")
_first = entry.alias()  # the entry that a reversal reverses
_ENTRIES = sa.select(
    entry, _first.c.kind.label("of"), _first.c.detail.label("of_detail"), _first.c.method.label("of_method")
).outerjoin(_first, _first.c.number == entry.c.reverses)
_CHUNK = 5000  # numbers in one query, of which each is a bound parameter


class StandingEntry(Struct, frozen=True):
    """An entry on an account that is not reversed; `cents` above 0 raise what the account owes."""

    number: int
    kind: str
    cents: int


def standing(connection: sa.Connection, account: int) -> list[StandingEntry]:
    """Return the entries that move an account's balance and are not reversed, by day, then by number."""
    reversing = entry.alias()
    rows = connection.execute(
        sa.select(entry.c.number, entry.c.kind, entry.c.amount_cents)
        .where(entry.c.account_id == account, entry.c.amount_cents != 0, entry.c.kind != "reversal")
        .where(~sa.exists().where(reversing.c.reverses == entry.c.number))
        .order_by(entry.c.day_on, entry.c.number)
    )
    return [StandingEntry(*row) for row in rows]


def balance_before(connection: sa.Connection, account: int, day: date) -> int:
    """Return what an account owed when a day began, in cents."""
    return balances_before(connection, [account], day).get(account, 0)


def balances_before(connection: sa.Connection, accounts: Collection[int], day: date) -> dict[int, int]:
    """Return what accounts owed when a day began, in cents; accounts without earlier entries are left out."""
    c = entry.c
    rows = connection.execute(
        sa.select(c.account_id, sa.func.sum(c.amount_cents))
        .where(c.account_id.in_(accounts), c.day_on < day)
        .group_by(c.account_id)
    )
    return {account: int(cents) for account, cents in rows if account is not None}


def between(connection: sa.Connection, account: int, first: date, last: date, kinds: Sequence[str]) -> list[int]:
    """Return the numbers of an account's entries of these kinds in a period, both days included, by day and number."""
    return between_of(connection, [account], first, last, kinds)[account]


def between_of(
    connection: sa.Connection, accounts: Collection[int], first: date, last: date, kinds: Sequence[str]
) -> dict[int, list[int]]:
    """Return the numbers of entries as `between` does, by account; an account without any has an empty list."""
    c = entry.c
    rows = connection.execute(
        sa.select(c.account_id, c.number)
        .where(c.account_id.in_(accounts), c.day_on.between(first, last), c.kind.in_(kinds))
        .order_by(c.day_on, c.number)
    )
    numbers: dict[int, list[int]] = {account: [] for account in accounts}
    for account, number in rows:
        if account is not None:  # for the type checker: only accounts were asked for
            numbers[account].append(number)
    return numbers


def lines(connection: sa.Connection, numbers: Iterable[int]) -> list[Line]:
    """Return the lines of documents for these entries, in the order of the numbers.

    In a line, `day` is the day that the entry is about; `of` the kind of the entry that a reversal reverses, else None;
    `label` its text by language; `from` and `until` the period charged, of which `days` of `of_days` are charged;
    `vat` the rate in hundredths of a percent, None without VAT; `status` the association's VAT status on that day;
    `net_cents` and `tax_cents` add up to `cents`. Only half days of a carnet have `unit`, only declared cash
    `declared_cents`, only the charge of a room the keys of `let_lines.LetFacts.of_line`.
    """
    ordered, names, status = list(numbers), name_rows.products(connection), vat_history(connection)
    lines_of: dict[int, Line] = {}
    for start in range(0, len(ordered), _CHUNK):
        rows = connection.execute(_ENTRIES.where(entry.c.number.in_(ordered[start : start + _CHUNK]))).all()
        # a reversal has no detail of its own: it is described by the entry that it reverses
        details = {row.number: json.loads(row.of_detail if row.of else row.detail) for row in rows}
        lets = let_lines.of_bookings(
            connection, {detail["booking"] for detail in details.values() if "booking" in detail}
        )
        for row in rows:
            let = lets.get(details[row.number].get("booking"))
            lines_of[row.number] = _line(row, names, status) | ({} if let is None else let.of_line(details[row.number]))
    return [lines_of[number] for number in ordered]


def _line(record: sa.Row[Any], names: Mapping[str, Names], status: Callable[[date], str]) -> Line:
    """Return the line of one entry. A reversal has the label and the rate of the entry that it reverses, and sums below
    0.
    """
    # "concerns": the day, closed by then, that the entry is about; its own day is the first open one
    own_detail, kind = json.loads(record.detail), record.of or record.kind
    detail = json.loads(record.of_detail) if record.of else own_detail
    day, code, rate = own_detail.get("concerns") or record.day_on.isoformat(), detail.get("product"), detail.get("vat")
    label = names.get(code, called(code)) if code else _label(kind, detail)
    sign = -1 if record.amount_cents < 0 else 1
    net, tax = vat.split(abs(record.amount_cents), rate)
    return {
        "entry": record.number,
        "kind": record.kind,
        "of": record.of,
        "day": day,
        "member": record.member_number,
        "product": code,
        "label": {language: label.to(language) for language in catalogues.offered()},
        "from": detail.get("from"),
        "until": detail.get("until"),
        "days": detail.get("days"),
        "of_days": detail.get("of_days"),
        "quantity": detail.get("quantity", 1),
        "unit_cents": detail.get("unit_cents", abs(record.amount_cents)),
        "cents": record.amount_cents,
        "vat": rate,
        "status": status(date.fromisoformat(day)),
        "net_cents": sign * net,
        "tax_cents": sign * tax,
        "method": record.method,
        "reverses": record.reverses,
        **({} if "unit" not in detail else {"unit": detail["unit"]}),
        **({} if kind != "declaration" else {"declared_cents": detail["cents"]}),  # it moves no balance yet
    }


def _label(kind: str, detail: Mapping[str, Any]) -> Names | Text:
    """Return the label of an entry without a product, by its kind; a deposit's says whether it is for a badge or for a
    let.
    """
    return _LET_DEPOSIT if kind == "deposit" and "quote" in detail else _LABELS.get(kind, called(kind))


def settled(line: Line, cents: int) -> Line:
    """Return a line of which a payment settles `cents` (0 or more): its sums are those of the settled part, and
    `whole_cents` is the sum of the whole line.
    """
    net, tax = vat.split(cents, line["vat"])
    return {**line, "whole_cents": line["cents"], "cents": cents, "net_cents": net, "tax_cents": tax}


def by_rate(document_lines: Sequence[Line]) -> list[dict[str, int]]:
    """Return net and tax cents of the lines with VAT added up by rate (hundredths of a percent), the highest first."""
    sums: dict[int, list[int]] = {}
    for line in document_lines:
        if line["vat"]:
            total = sums.setdefault(line["vat"], [0, 0])
            total[0] += line["net_cents"]
            total[1] += line["tax_cents"]
    return [{"rate": rate, "net_cents": net, "tax_cents": tax} for rate, (net, tax) in sorted(sums.items())[::-1]]


def vat_history(connection: sa.Connection) -> Callable[[date], str]:
    """Return a function that gives the association's VAT status on a day: exempt before the first row of the rule.

    The rows are read once.
    """
    rows = connection.execute(
        sa.select(policy.c.valid_from, policy.c.value)
        .where(policy.c.name == "vat_status", ~called_off("policy", policy.c.id))
        .order_by(policy.c.valid_from)
    ).all()
    changes = [(since, str(json.loads(value))) for since, value in rows]

    def status_on(day: date) -> str:
        return next((value for since, value in changes[::-1] if since <= day), VatStatus.EXEMPT.value)

    return status_on
