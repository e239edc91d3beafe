"""Follows money on its way to the bank: payments that wait, bank deposits and payouts with their parts, bounced
cheques.

A bank deposit is stored as `remittance`.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from msgspec import Struct
from sqlalchemy import literal_column

from kiosk.domain.money import cheques
from kiosk.domain.money.cheques import Cheque
from kiosk.store import lost_numbers
from kiosk.store.tables import account, entry, entry_text, member, of_books, organisation
from kiosk.store.tables.books import bank_line, bank_match, remittance, remittance_part

Query = sa.Select[*tuple[Any, ...]]
CASH, CHEQUE = "cash", "cheque"
PAYOUTS = ("online", "card")  # methods whose money a platform or a terminal's bank pays out, less a fee
_by = entry.alias("by")  # reverses another entry
_money = entry.alias("money")  # an entry that moved money
_arrived = entry.alias("arrived")  # says that carried cash is at the bank
_unsaid = entry.alias("unsaid")  # reverses such an entry
_slip = entry.alias("slip")  # the entry of the bank deposit


class Part(Struct, frozen=True):
    """A payment, or a refund (`cents` below 0), with its account's owner (`name`; `member_number` None: an
    organisation).

    `group` is the act that wrote it, perhaps with others. `text` is what was noted with it, for a cheque its bank,
    number and drawer. `reversed_by` is the entry that reverses it, None if none does.
    """

    entry: int
    day_on: date
    group: bytes
    account: int
    member_number: int | None
    name: str
    cents: int
    text: str | None
    reversed_by: int | None


class Piece(Struct, frozen=True):
    """One thing for the bank: a cheque, which may have paid for several accounts, or a single payment."""

    parts: tuple[Part, ...]

    @property
    def entry(self) -> int:
        """The entry of its first payment, which identifies the piece."""
        return self.parts[0].entry

    @property
    def cents(self) -> int:
        """What the piece is worth, in cents."""
        return sum(part.cents for part in self.parts)

    @property
    def names(self) -> str:
        """The names of the accounts that it paid for, joined by commas."""
        return ", ".join(dict.fromkeys(part.name for part in self.parts))

    @property
    def came_back(self) -> bool:
        """Whether all its payments are reversed, so that what it paid is owed again."""
        return all(part.reversed_by is not None for part in self.parts)

    @property
    def cheque(self) -> Cheque:
        """A cheque's bank, number and drawer, as noted with the payment; without a drawer, the accounts' names."""
        noted = cheques.read(next((part.text for part in self.parts if part.text), None))
        return noted if noted.drawer else Cheque(noted.bank, noted.number, self.names)


_PARTS: Query = (  # the columns in the order of `Part`
    sa.select(
        entry.c.number,
        entry.c.day_on,
        entry.c.group_id,
        entry.c.account_id,
        member.c.number,
        sa.func.coalesce(member.c.name, organisation.c.name),
        -entry.c.amount_cents,
        entry_text.c.body,
        _by.c.number,
    )
    .join(account, account.c.id == entry.c.account_id)
    .outerjoin(member, member.c.id == account.c.member_id)
    .outerjoin(organisation, organisation.c.id == account.c.organisation_id)
    .outerjoin(entry_text, entry_text.c.entry_number == entry.c.number)
    .outerjoin(_by, _by.c.reverses == entry.c.number)
    .order_by(entry.c.number)
)


def _pieces(rows: Iterable[Any], method: str) -> list[Piece]:
    """Group rows of `_PARTS` into pieces: a cheque is all that one act took by cheque; else each payment is a piece."""
    parts_of: dict[object, list[Part]] = {}
    for row in rows:
        part = Part(*row)
        parts_of.setdefault(part.group if method == CHEQUE else part.entry, []).append(part)
    return [Piece(tuple(parts)) for parts in parts_of.values()]


def waiting(connection: sa.Connection, method: str) -> list[Piece]:
    """Return the payments by a method that are not reversed and in no bank deposit; for payouts refunds, too.

    Their numbers come from the index of money, so that only these entries are read.
    """
    kinds = ("payment", "refund") if method in PAYOUTS else ("payment",)
    free = sa.select(_money.c.number).where(
        _money.c.method == method,
        _money.c.number.not_in(sa.select(remittance_part.c.payment_entry)),
    )
    rows = connection.execute(_PARTS.where(entry.c.number.in_(free), entry.c.kind.in_(kinds), _by.c.number.is_(None)))
    return _pieces(rows, method)


def add(connection: sa.Connection, method: str, number: int, entry_number: int, parts: Sequence[int]) -> int:
    """Write a bank deposit beside its entry, with the entries `parts` of the payments that are part of it.
    Return its id.
    """
    key = connection.execute(
        remittance.insert(), {"method": method, "number": number, "entry_number": entry_number}
    ).inserted_primary_key
    if key is None:
        raise AssertionError("what is inserted has a key")
    id_: int = key[0]
    if parts:
        connection.execute(
            remittance_part.insert(), [{"payment_entry": payment, "remittance_id": id_} for payment in parts]
        )
    return id_


def next_number(connection: sa.Connection, method: str) -> int:
    """Return the number of a method's next deposit slip. Slips have no gaps, except numbers that a restore lost."""
    highest = sa.func.coalesce(sa.func.max(remittance.c.number), 0)
    last = connection.execute(sa.select(highest).where(remittance.c.method == method)).scalar_one()
    return max(last, lost_numbers.last(connection, f"slip-{method}")) + 1


def exchange(connection: sa.Connection, old: int, new: int) -> None:
    """Put the payment `new` in the place of `old` on its deposit slip: a cheque that bounced was good after all, and is
    entered by a new payment, since the bounce has reversed the old one.
    """
    connection.execute(remittance_part.update().where(remittance_part.c.payment_entry == old).values(payment_entry=new))


def free(connection: sa.Connection, entry_number: int) -> None:
    """Free the payments of a bank deposit that is reversed: they wait again."""
    deposit_id = sa.select(remittance.c.id).where(remittance.c.entry_number == entry_number).scalar_subquery()
    connection.execute(remittance_part.delete().where(remittance_part.c.remittance_id == deposit_id))


class Remittance(Struct, frozen=True):
    """A bank deposit or payout: its number among those of its method, its sum, the fee that was kept.

    `cents` is what the payments are worth, `pieces` how many cheques or single payments there are. `credited` is the
    entry saying that carried cash has arrived, None for other methods; `group` is the act, which may have made several
    deposits.
    """

    id: int
    method: str
    number: int
    entry: int
    day_on: date
    group: bytes
    actor: str
    cents: int
    fee_cents: int
    pieces: int
    reversed_by: int | None
    credited: int | None


def _number_in_detail(name: str) -> sa.ColumnElement[int]:
    """Return SQL for a number in an entry's detail; 0 where it has none."""
    return sa.func.coalesce(sa.func.json_extract(entry.c.detail, literal_column(f"'$.{name}'")), 0)


# The entry saying that the cash of the bank deposit with this `entry` has arrived; None if there is none in force.
CREDITED: sa.ScalarSelect[int] = (
    sa.select(sa.func.max(_arrived.c.number))
    .where(
        of_books("credited", entries="arrived"),
        sa.func.json_extract(_arrived.c.detail, literal_column("'$.remittance'")) == entry.c.number,
        ~sa.exists().where(_unsaid.c.reverses == _arrived.c.number),
    )
    .scalar_subquery()
)

# Cash deposits that only an officer says have arrived: no bank line is matched with that entry, though the imported
# lines reach from the day of the slip, or before, to after the day of the officer's word.
ON_NO_STATEMENT: sa.Select[int, date, int] = (
    sa.select(
        _slip.c.number,
        _slip.c.day_on,
        sa.func.json_extract(_arrived.c.detail, literal_column("'$.cents'"), type_=sa.Integer).label("cents"),
    )
    .join_from(
        _arrived, _slip, _slip.c.number == sa.func.json_extract(_arrived.c.detail, literal_column("'$.remittance'"))
    )
    .where(
        of_books("credited", entries="arrived"),
        ~sa.exists().where(_unsaid.c.reverses == _arrived.c.number),
        _arrived.c.number.not_in(sa.select(bank_match.c.entry_number)),
        sa.exists().where(bank_line.c.day_on <= _slip.c.day_on),
        sa.exists().where(bank_line.c.day_on > _arrived.c.day_on),
    )
)

_REMITTANCES: Query = (  # the columns in the order of `Remittance`
    sa.select(
        remittance.c.id,
        remittance.c.method,
        remittance.c.number,
        remittance.c.entry_number,
        entry.c.day_on,
        entry.c.group_id,
        entry.c.actor,
        _number_in_detail("cents"),
        _number_in_detail("fee_cents"),
        _number_in_detail("pieces"),
        _by.c.number,
        sa.case((remittance.c.method == literal_column("'cash'"), CREDITED)),
    )
    .join(entry, entry.c.number == remittance.c.entry_number)
    .outerjoin(_by, _by.c.reverses == entry.c.number)
    .order_by(remittance.c.id.desc())
)


# The columns by which a page may sort bank deposits.
SORTS: Mapping[str, sa.ColumnElement[Any]] = {
    "made": remittance.c.id,
    "day": entry.c.day_on,
    "number": remittance.c.number,
    "pieces": _number_in_detail("pieces"),
    "fee": _number_in_detail("fee_cents"),
    "sum": _number_in_detail("cents"),
}


def page(
    connection: sa.Connection,
    methods: Sequence[str],
    limit: int | None = 50,
    offset: int = 0,
    sort: str = "made",
    *,
    descending: bool = True,
) -> list[Remittance]:
    """Return a page of the bank deposits by these methods, with `limit` None all of them, the latest first, or in
    another order of SORTS.
    """
    order = [column.desc() if descending else column.asc() for column in (SORTS[sort], remittance.c.id)]
    chosen = _REMITTANCES.where(remittance.c.method.in_(methods)).order_by(None).order_by(*order)
    return [Remittance(*row) for row in connection.execute(chosen.limit(limit).offset(offset))]


def total(connection: sa.Connection, methods: Sequence[str]) -> int:
    """Return the sum of the bank deposits by these methods, in cents, without reversed ones."""
    joined = remittance.join(entry, entry.c.number == remittance.c.entry_number)
    stands = ~sa.exists().where(_by.c.reverses == entry.c.number)
    query = sa.select(sa.func.coalesce(sa.func.sum(_number_in_detail("cents")), 0)).select_from(joined)
    return int(connection.execute(query.where(remittance.c.method.in_(methods), stands)).scalar_one())


def count(connection: sa.Connection, methods: Sequence[str]) -> int:
    """Return how many bank deposits by these methods there are, reversed ones included."""
    return connection.execute(
        sa.select(sa.func.count()).select_from(remittance).where(remittance.c.method.in_(methods))
    ).scalar_one()


def on_no_statement(connection: sa.Connection) -> set[int]:
    """Return the entries of the deposits in `ON_NO_STATEMENT`: only an officer says that their cash has arrived."""
    return set(connection.execute(ON_NO_STATEMENT.with_only_columns(_slip.c.number)).scalars())


def one(connection: sa.Connection, id_: int) -> Remittance | None:
    """Return a bank deposit by its id; None if there is none."""
    row = connection.execute(_REMITTANCES.where(remittance.c.id == id_)).first()
    return None if row is None else Remittance(*row)


def by_entry(connection: sa.Connection, number: int) -> Remittance | None:
    """Return a bank deposit by its entry; None if the entry is of no bank deposit."""
    row = connection.execute(_REMITTANCES.where(remittance.c.entry_number == number)).first()
    return None if row is None else Remittance(*row)


def together(connection: sa.Connection, bank_deposit: Remittance) -> list[Remittance]:
    """Return the bank deposits of the act that made this one, this one included: a deposit of
    several kinds of money.
    """
    rows = connection.execute(_REMITTANCES.where(entry.c.group_id == bank_deposit.group))
    last_first = [Remittance(*row) for row in rows]
    return last_first[::-1]  # in the order in which they were made


def pieces(connection: sa.Connection, bank_deposit: Remittance) -> list[Piece]:
    """Return the pieces of a bank deposit; none once it is reversed."""
    rows = connection.execute(
        _PARTS.join(remittance_part, remittance_part.c.payment_entry == entry.c.number).where(
            remittance_part.c.remittance_id == bank_deposit.id
        )
    )
    return _pieces(rows, bank_deposit.method)


def deposited(connection: sa.Connection, since: date) -> list[tuple[Piece, date]]:
    """Return the deposited cheques that did not come back, each with the day of its slip, of slips of the day `since`
    or later, the latest slip first.

    Reversed slips have none: their cheques wait again.
    """
    rows = connection.execute(
        _PARTS.add_columns(remittance.c.id, _slip.c.day_on)
        .join(remittance_part, remittance_part.c.payment_entry == entry.c.number)
        .join(remittance, remittance.c.id == remittance_part.c.remittance_id)
        .join(_slip, _slip.c.number == remittance.c.entry_number)
        .where(remittance.c.method == CHEQUE, _slip.c.day_on >= since)
        .order_by(None)
        .order_by(remittance.c.id.desc(), entry.c.number)
    )
    slips: dict[tuple[int, date], list[Any]] = {}
    for *part, slip, day_on in rows:
        slips.setdefault((slip, day_on), []).append(part)
    cheques_and_days = [(piece, day_on) for (_, day_on), parts in slips.items() for piece in _pieces(parts, CHEQUE)]
    return [(piece, day_on) for piece, day_on in cheques_and_days if not piece.came_back]


def of_payment(connection: sa.Connection, number: int) -> Remittance | None:
    """Return the bank deposit that a payment is part of; None if it is part of none."""
    row = connection.execute(
        _REMITTANCES.join(remittance_part, remittance_part.c.remittance_id == remittance.c.id).where(
            remittance_part.c.payment_entry == number
        )
    ).first()
    return None if row is None else Remittance(*row)


class Bounce(Struct, frozen=True):
    """A cheque that the bank sent back: the numbers of its payments, which are reversed, its sum, and the bank's fee.

    `reversed_by` is the entry saying that it was good after all, None if there is none.
    """

    entry: int
    day_on: date
    payments: tuple[int, ...]
    cents: int
    fee_cents: int
    reason: str | None
    reversed_by: int | None


_BOUNCES = (
    sa.select(entry.c.number, entry.c.day_on, entry.c.detail, entry_text.c.body, _by.c.number)
    .outerjoin(entry_text, entry_text.c.entry_number == entry.c.number)
    .outerjoin(_by, _by.c.reverses == entry.c.number)
    .where(of_books("bounce"))
    .order_by(entry.c.number.desc())
)


def bounces(connection: sa.Connection) -> list[Bounce]:
    """Return the bounced cheques, the latest first."""
    return [_bounce(*row) for row in connection.execute(_BOUNCES)]


def bounces_since(connection: sa.Connection, since: date) -> list[Bounce]:
    """Return every bounced cheque entered on a day or later, the latest first."""
    return [_bounce(*row) for row in connection.execute(_BOUNCES.where(entry.c.day_on >= since))]


def bounce(connection: sa.Connection, number: int) -> Bounce | None:
    """Return a bounced cheque by its entry; None if the entry is no bounce."""
    row = connection.execute(_BOUNCES.where(entry.c.number == number)).first()
    return None if row is None else _bounce(*row)


def _bounce(number: int, day_on: date, detail: str, reason: str | None, by: int | None) -> Bounce:
    """Return a bounced cheque from its entry; older entries name a single payment."""
    content = json.loads(detail)
    payments = tuple(content.get("payments", [content["payment"]]))
    return Bounce(number, day_on, payments, content["cents"], content.get("fee_cents", 0), reason, by)


def parts(connection: sa.Connection, numbers: Sequence[int]) -> list[Part]:
    """Return the payments and refunds with these entry numbers, by number, reversed ones included."""
    return [Part(*row) for row in connection.execute(_PARTS.where(entry.c.number.in_(numbers)))]
