"""Lets a restored ledger go on above every number that is known outside, and writes down what is lost.

Each lost entry's number is taken by a notice that says so: numbers stay without gaps and are never given twice, so that
a head noted outside, a receipt and a spooled tap still mean what they meant. Documents, slips and members have no such
rows: the last notice, which tells of the restore, says from which number to which theirs are lost.
"""

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import chain, ids
from kiosk.domain.books import head_notes
from kiosk.domain.books.documents import Series
from kiosk.domain.books.head_notes import NotedHead
from kiosk.domain.chain import Json, Seal
from kiosk.domain.days import Moment
from kiosk.errors import RequestError
from kiosk.store import ledger, lost_numbers, remains
from kiosk.store.books import document_rows, head_rows
from kiosk.store.copying import SERIES
from kiosk.store.ledger import Draft
from kiosk.store.members import import_rows
from kiosk.store.money import bank_deposit_rows
from kiosk.store.tables import text_of

ENTRY = "entry"
KINDS = (ENTRY, *SERIES)
MOST_LOST = 50_000  # entries: more than a year of a space's, and no typing mistake
ACTOR = "restore"

Gaps = dict[str, tuple[int, int]]


class Outside(Struct, frozen=True):
    """What is known outside the copy: the highest number of each kind, and heads that somebody noted."""

    numbers: Mapping[str, int]
    heads: tuple[NotedHead, ...] = ()

    def highest(self, kind: str) -> int:
        """The highest number of a kind that the copy has."""
        noted = [head.entry for head in self.heads] if kind == ENTRY else []
        return max([self.numbers.get(kind, 0), *noted])


def gaps(connection: sa.Connection, outside: Outside) -> Gaps:
    """From which number to which each kind's numbers are lost, where any are.

    Raises AnswerIsNo `head-differs` where a noted head is not this chain's, RequestError `known-too-far`.
    """
    last = ledger.head(connection).number
    for noted in outside.heads:
        if noted.entry <= last:
            head_rows.check(connection, noted)
    found = {ENTRY: (last + 1, outside.highest(ENTRY))}
    found |= {kind: (_next(connection, kind), outside.highest(kind)) for kind in SERIES}
    for kind, (first, until) in found.items():
        if until - first >= MOST_LOST:
            text = f"{kind} {until} is more than {MOST_LOST} after the copy's last: give the number that was noted"
            raise RequestError("known-too-far", text)
    return {kind: gap for kind, gap in found.items() if gap[0] <= gap[1]}


def _next(connection: sa.Connection, kind: str) -> int:
    if kind == "member":
        return import_rows.following(connection).number
    method = kind.removeprefix("slip-")
    if method != kind:
        return bank_deposit_rows.next_number(connection, method)
    return document_rows.next_number(connection, Series(kind).value)


def resume(
    connection: sa.Connection,
    seal: Seal,
    moment: Moment,
    *,
    copy_made_at: datetime,
    outside: Outside,
    stopped: Collection[bytes] = (),
) -> int:
    """Write notices for what is lost, stop badges, and write the notice of the restore. Returns that notice's number.

    Raises as `gaps`.
    """
    found, before = gaps(connection, outside), ledger.head(connection)
    group = ids.new(moment.at, secrets.token_bytes(16))

    def notice(about: str, **more: Json) -> int:
        last = ledger.head(connection).key_id
        if last is not None and chain.family(last) != seal.key_id:
            more["key"] = seal.key_id  # the copy is from before the key was renewed: from here on it is the new one
        draft = Draft(kind="notice", day_on=moment.day, group=group, actor=ACTOR, detail={"about": about, **more})
        return ledger.append(connection, seal, draft, moment.at)

    first, until = found.get(ENTRY, (1, 0))
    for _ in range(first, until + 1):
        notice(lost_numbers.LOST)
    for fingerprint in stopped:
        remains.stop_badge(connection, fingerprint, moment.day)
    return notice(
        lost_numbers.RESTORE,
        copy=text_of(copy_made_at),
        head=head_notes.head_note(before.number, before.mac, length=64),
        known=[str(head) for head in outside.heads if head.entry > before.number],
        lost={kind: list(gap) for kind, gap in found.items()},
        stopped=len(stopped),
    )
