"""Appends entries to the ledger and reads them. Nothing here changes or deletes one.

An entry is kept for ten years, but hours of coming and going for ninety days: so an entry has the day on which it was
written, without the hour, and so do its neighbours, between which the hour could be guessed. Where VAT is collected it
has the minute, as the till law then requires of every act (CGI art. 286 I 3° bis; BOI-TVA-DECLA-30-10-30 § 50).

Reversals, with what depends on the reversed entry, are in `kiosk.store.money.reversals`.

A program's mark is the last entry that it saw; a claim is a program's row saying that the records lack an entry. A
transaction that finds either in the way is refused (`kiosk.store.marks`). A connection's `info` has the mark under
`LENT`, and under `WRITTEN` the last entry that its transaction wrote.
"""

import json
import secrets
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from msgspec import Struct, field
from sqlalchemy import bindparam

from kiosk.domain import chain, ids
from kiosk.domain.chain import Detail, Seal
from kiosk.errors import MachineError
from kiosk.store import prepared
from kiosk.store.marks.marks import LENT, WRITTEN, ChainMark
from kiosk.store.prepared import Prepared
from kiosk.store.tables import account, entry, entry_text, open_charge, policy, text_of


class Draft(Struct, frozen=True, kw_only=True):
    """An entry before it has a number.

    `amount_cents` above 0 raises what the account owes, below 0 lowers it; `method` is the means of payment, None where
    no money moves; `reverses` the number of the entry that it takes back. `group` identifies the act that it is part
    of; `detail` becomes JSON; `text` is free text that can be erased. `word` lists the entry numbers of the charges
    that a payment is for, as the payer said; empty if they did not say. `account`, `visit` and `member_number` are None
    where the entry is about none.
    """

    kind: str
    day_on: date
    group: bytes
    actor: str
    amount_cents: int = 0
    account: int | None = None
    visit: int | None = None
    member_number: int | None = None
    method: str | None = None
    reverses: int | None = None
    detail: Detail = field(default_factory=dict)
    text: str | None = None
    word: Sequence[int] = ()


class Head(Struct, frozen=True):
    """The end of the chain: the last entry's number, MAC and key, the last closed day (None: none is closed),
    and the rows of the rule about VAT as a JSON list of [first day, value].

    A ledger without entries has number 0 and no key.

    Where the program's mark is compared, `marked` is the MAC of the chain's entry with the mark's number, and `claim`
    the id of a claim that is still open.
    """

    number: int
    mac: bytes
    closed_on: date | None = None
    vat: str = "[]"
    key_id: str | None = None
    marked: bytes | None = None
    claim: int | None = None


# Columns of other tables by name: importing the books' tables would make the entrance's start slower.
closing = sa.table("closing", sa.column("kind", sa.String), sa.column("until_on", sa.Date))
_CLOSED = sa.select(sa.func.max(closing.c.until_on)).where(closing.c.kind == "day").scalar_subquery()
_off = sa.table("rule_called_off", sa.column("kind", sa.String), sa.column("row_id", sa.Integer))  # cancelled rules
_VAT = (  # whether VAT is collected, from which days on, without cancelled rules
    sa.select(sa.func.json_group_array(sa.func.json_array(policy.c.valid_from, policy.c.value)))
    .where(policy.c.name == "vat_status")
    .where(~sa.exists().where(_off.c.kind == "policy", _off.c.row_id == policy.c.id))
    .scalar_subquery()
)
# By name for the same reason: claims of lost entries that no reconciliation has ended.
_claim, _end = sa.table("head_claim", sa.column("id", sa.Integer)), sa.table("head_claim_end", sa.column("claim_id"))
_CLAIM = sa.select(sa.func.min(_claim.c.id)).where(~sa.exists().where(_end.c.claim_id == _claim.c.id)).scalar_subquery()
_seen = entry.alias("seen")
# the MAC of the entry with the mark's number
_MARKED = sa.select(_seen.c.mac).where(_seen.c.number == bindparam("marked_number")).scalar_subquery()


def _head(*more: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Return the query for the end of the chain, with more columns if need be."""
    return (
        sa.select(entry.c.number, entry.c.mac, _CLOSED.label("closed_on"), _VAT.label("vat"), entry.c.key_id, *more)
        .order_by(entry.c.number.desc())
        .limit(sa.literal_column("1"))
    )


_HEAD = Prepared(_head)
# the head, with what the program's mark is compared with
_COMPARED = Prepared(lambda: _head(_MARKED.label("marked"), _CLAIM.label("claim")))
_ACT = "act"  # the key in a connection's `info` of its transaction's last act
SEAL = "seal"  # the key there of the `Seal` (keys of the chain) by which its program seals
AT_THE_DOOR = "kiosk"  # the actor of what members do at the door, dated on the space's own day
_LIABLE = '"liable"'  # the value of the rule `vat_status` where VAT is collected
_INSERT = Prepared(entry.insert, [column.name for column in entry.columns])
_PAGE = 100  # rows: few enough to stay in the processor's cache
_NO_END = (1 << 63) - 1  # higher than any entry's number
# The statement that reads entries between two numbers, with the columns in the order in which they are sealed.
SEALED = (
    f"SELECT {', '.join(column.name for column in entry.columns)} FROM entry"
    " WHERE number >= ? AND number <= ? ORDER BY number"
)
_ADD_TO_BALANCE = Prepared(
    lambda: (
        account.update()
        .where(account.c.id == bindparam("which"))
        .values(balance_cents=account.c.balance_cents + bindparam("more"))
    )
)
# A charge that is written while the account has an advance is settled by the advance, as far as that goes. What is
# prepared binds each value once: `cents` and `more` are both the charge's amount.
_WRITE_OPEN_REST = Prepared(open_charge.insert, [column.name for column in open_charge.columns])
_WRITE_REST_AFTER_ADVANCE = Prepared(
    lambda: open_charge.insert().from_select(
        ["entry_number", "open_cents"],
        sa.select(
            sa.cast(bindparam("entry_number"), sa.Integer),
            sa.case(
                (account.c.balance_cents + bindparam("cents") > 0, account.c.balance_cents + bindparam("more")), else_=0
            ),
        ).where(account.c.id == bindparam("which"), account.c.balance_cents < 0),
    )
)
_IS_SETTLED = Prepared(
    lambda: sa.select(open_charge.c.open_cents).where(open_charge.c.entry_number == bindparam("entry_number"))
)


def head(connection: sa.Connection) -> Head:
    """Return the end of the chain; number 0 for an empty ledger.

    On a connection that has the program's mark, the answer includes what `ChainMark.compare` needs.
    """
    mark: ChainMark | None = connection.info.get(LENT)
    if mark is None:
        row = _HEAD.first(connection)
        return _empty(connection) if row is None else Head(row.number, row.mac, row.closed_on, row.vat, row.key_id)
    row = _COMPARED.first(connection, {"marked_number": mark.number})
    return _empty(connection) if row is None else Head(*row)


def _empty(connection: sa.Connection) -> Head:
    """Return the end of a ledger without entries."""
    return Head(0, chain.START, vat=connection.execute(sa.select(_VAT)).scalar_one())


def ask_ahead(connection: sa.Connection) -> None:
    """Queue the query of `head`, so that a server answers it together with the next statement."""
    mark: ChainMark | None = connection.info.get(LENT)
    if mark is None:
        _HEAD.ahead(connection)
    else:
        _COMPARED.ahead(connection, {"marked_number": mark.number})


def mac(connection: sa.Connection, number: int) -> bytes | None:
    """Return an entry's MAC; None if there is no entry of this number."""
    entry_mac: bytes | None = connection.execute(sa.select(entry.c.mac).where(entry.c.number == number)).scalar()
    return entry_mac


def has_claim(connection: sa.Connection) -> bool:
    """Return whether any claim that the chain lacks an entry has no end written yet."""
    return connection.execute(sa.select(_CLAIM)).scalar() is not None


def append(
    connection: sa.Connection,
    seal: Seal,
    draft: Draft,
    at: datetime,
    last: Head | None = None,
    id_: bytes | None = None,
    owed: int | None = None,
) -> int:
    """Write an entry at the end of the chain, add its amount to its account's balance, and return its number.

    An entry for a closed day is dated on the first open one and names the closed day (`concerns`). `last` is the head,
    if the caller has read it in this transaction; `id_` the id that a form brought, by which the same form sent again
    is recognised (None: a new id); `owed` the account's balance in cents, if the caller knows it in this transaction.

    Raises MachineError `chain-key` if the last entry has another key and this entry does not introduce the new one;
    `records-behind` if the chain lacks an entry that this program saw or that a door claims.
    """
    last = last or head(connection)
    mark: ChainMark | None = connection.info.get(LENT)
    if mark is not None:
        mark.compare(connection, last.marked, last.claim)
    if not _is_of(last.key_id, seal) and draft.detail.get("key") != seal.key_id:
        raise MachineError("chain-key", "the ledger's key was renewed: kiosk mend, then start this program again")
    salt = secrets.token_bytes(16) if draft.text is not None else b""
    day_on, detail = draft.day_on, draft.detail
    if last.closed_on is not None and day_on <= last.closed_on:
        day_on, detail = last.closed_on + timedelta(days=1), {**detail, "concerns": day_on.isoformat()}
    if draft.word:
        from kiosk.store.accounts import open_rows  # needed for payments only, and a tap is none

        detail = {**detail, open_rows.WORD: open_rows.digest(draft.word)}
    values = {
        "number": last.number + 1,
        "id": id_ or ids.new(at, secrets.token_bytes(16)),
        "recorded_at": _recorded(seal, draft, at, last.vat),
        "day_on": day_on,
        "kind": draft.kind,
        "account_id": draft.account,
        "visit_id": draft.visit,
        "group_id": draft.group,
        "member_number": draft.member_number,
        "actor": draft.actor,
        "amount_cents": draft.amount_cents,
        "method": draft.method,
        "reverses": draft.reverses,
        "detail": chain.detail_text(detail),
        "text_digest": None if draft.text is None else chain.text_digest(salt, draft.text),
        "form": chain.FORM,
        "key_id": seal.key_id,
    }
    sealed = {**values, "day_on": day_on.isoformat()}
    values["mac"] = seal.mac(last.mac, chain.canonical(*sealed.values()))  # type: ignore[arg-type]  # in column order
    _INSERT.run_later(connection, values)
    connection.info[_ACT] = (at, day_on, draft.actor)
    connection.info[WRITTEN] = (last.number + 1, values["mac"])
    if draft.text is not None:
        connection.execute(entry_text.insert(), {"entry_number": last.number + 1, "salt": salt, "body": draft.text})
    if draft.amount_cents:
        _settle(connection, draft, last.number + 1, owed)
        _ADD_TO_BALANCE.run_later(connection, {"which": draft.account, "more": draft.amount_cents})
    return last.number + 1


def is_sealed_with(connection: sa.Connection, seal: Seal) -> bool:
    """Return whether the last entry's key belongs to the keys that a program seals with; True for an empty ledger."""
    return _is_of(head(connection).key_id, seal)


def _is_of(name: str | None, seal: Seal) -> bool:
    """Return whether a key's name is that of this program's seal or of the same family (a door's key is made from the
    chain's). True for None.
    """
    return name is None or name == seal.key_id or chain.family(name) == chain.family(seal.key_id)


def _settle(connection: sa.Connection, draft: Draft, number: int, owed: int | None) -> None:
    """Write the open rests of charges that an entry changes. A tap's charge changes none, unless there is an advance: a
    charge without a row for its rest is wholly open. Payments and reversals settle the whole account anew.

    `owed` is the account's balance before the entry, in cents; None if the caller does not know it.
    """
    cents = draft.amount_cents
    if cents > 0 and draft.reverses is None:  # wholly open, unless an advance pays for it
        if owed is None:
            _WRITE_REST_AFTER_ADVANCE.run_later(
                connection, {"entry_number": number, "which": draft.account, "cents": cents, "more": cents}
            )
        elif owed < 0:
            _WRITE_OPEN_REST.run_later(connection, {"entry_number": number, "open_cents": max(0, owed + cents)})
        return
    if cents < 0 and draft.reverses is not None and not _is_settled(connection, draft.reverses):
        return  # a charge that nothing paid is reversed: no payment is freed for others
    from kiosk.store.accounts import open_rows

    if draft.word:
        open_rows.add_word(connection, number, draft.word)
    if draft.account is not None:
        open_rows.settle(connection, draft.account)


def _is_settled(connection: sa.Connection, charge: int) -> bool:
    """Return whether any part of a charge is settled: only then there is a row for its open rest."""
    return _IS_SETTLED.first(connection, {"entry_number": charge}) is not None


def _recorded(seal: Seal, draft: Draft, at: datetime, vat: str) -> str:
    """Return when an entry was written, as far as its row may tell: the minute (UTC) where the newest rule in force
    says that VAT is collected; else the day, for what members do at the door the space's day, otherwise the calendar's.
    """
    written_on = at.astimezone(seal.zone).date()
    if vat != "[]":
        rows = [(since, value) for since, value in json.loads(vat) if since <= written_on.isoformat()]
        if rows and max(rows)[1] == _LIABLE:
            return text_of(at.replace(second=0, microsecond=0))
    return (draft.day_on if draft.actor == AT_THE_DOOR else written_on).isoformat()


def act_of(connection: sa.Connection) -> tuple[datetime | None, date | None, str | None]:
    """Return moment, day and actor of the current transaction, each None if unknown.

    They are those of its last entry, or those that the reader of the rules or the writer of the officers' log left on
    the connection.
    """
    act: tuple[datetime, date, str] | None = connection.info.get(_ACT)
    if act is not None:
        return act
    at, day = connection.info.get("moment", (None, None))
    return at, day, connection.info.get("actor")


def forget_act(connection: sa.Connection) -> None:
    """Delete what the last transaction left on the connection, before another one begins."""
    notes = connection.info
    for name in (_ACT, WRITTEN, "moment", "actor"):
        notes.pop(name, None)


def append_to_act(connection: sa.Connection, seal: Seal, draft: Draft, at: datetime) -> int:
    """Write an entry of an act that a form identified, and return its number. The act's first entry takes the act's id,
    by which the same form sent again is recognised.
    """
    is_first = by_id(connection, draft.group) is None
    return append(connection, seal, draft, at, id_=draft.group if is_first else None)


def by_id(connection: sa.Connection, id_: bytes) -> int | None:
    """Return the number of the entry with this id, None if there is none: so an act that is sent
    again is recognised.
    """
    return connection.execute(sa.select(entry.c.number).where(entry.c.id == id_)).scalar()


def detail(connection: sa.Connection, number: int) -> dict[str, Any]:
    """Return an entry's detail, read from its JSON. Raises NoResultFound for an unknown number."""
    content: dict[str, Any] = json.loads(
        connection.execute(sa.select(entry.c.detail).where(entry.c.number == number)).scalar_one()
    )
    return content


def account_of(connection: sa.Connection, number: int) -> int:
    """Return the account of an entry. Raises NoResultFound for an entry without account."""
    return connection.execute(
        sa.select(entry.c.account_id).where(entry.c.number == number, entry.c.account_id.is_not(None))
    ).scalar_one()  # type: ignore[return-value]  # None is excluded above


def amount_of(connection: sa.Connection, number: int) -> int:
    """Return an entry's amount, in cents."""
    return connection.execute(sa.select(entry.c.amount_cents).where(entry.c.number == number)).scalar_one()


def reversed_by(connection: sa.Connection, number: int) -> int | None:
    """Return the number of the entry that reverses this one; None if none does."""
    return connection.execute(sa.select(entry.c.number).where(entry.c.reverses == number)).scalar()


def actor_of(connection: sa.Connection, number: int) -> str | None:
    """Return the actor of an entry; None if there is no such entry."""
    return connection.execute(sa.select(entry.c.actor).where(entry.c.number == number)).scalar()


def sealed(connection: sa.Connection, first: int = 1, last: int | None = None) -> Iterator[Sequence[Any]]:
    """Yield the entries from `first` to `last`, both included, or to the end, as rows of the table, read in pages.

    They come straight from the driver, since a check of the whole chain reads a million.
    """
    return prepared.pages(connection, SEALED, (first, last if last is not None else _NO_END), _PAGE)
