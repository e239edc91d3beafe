"""Lets a restored ledger continue above every number that is known outside the copy, and records which entries are
lost.

Each lost entry's number is taken by a notice (an entry that moves nothing) in its place: numbers stay without gaps and
are never given twice, so that a head written down elsewhere, a receipt and a spooled tap (one that waits to be entered)
keep their meaning. Lost documents, slips and members get no such rows: the last notice, which tells of the restore,
names the lost numbers of each kind.

A program's *mark* is the last entry that it saw, kept outside the records; its *claim* is a row that says so in records
that lack the entry. A *branch* is the entries that programs saw after the copy was made, where this chain has others
under the same numbers.
"""

import secrets
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

import sqlalchemy as sa
from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain import chain, ids
from kiosk.domain.books import head_notes
from kiosk.domain.books.documents import Series
from kiosk.domain.books.head_notes import NotedHead
from kiosk.domain.chain import Detail, Seal
from kiosk.domain.days import Moment
from kiosk.errors import RequestError
from kiosk.store import ledger, lost_numbers, remains
from kiosk.store.books import document_rows, head_rows
from kiosk.store.copying import SERIES
from kiosk.store.ledger import Draft, Head
from kiosk.store.marks.marks import LENT
from kiosk.store.members import import_rows
from kiosk.store.money import bank_deposit_rows
from kiosk.store.tables import text_of

# The kinds of numbers that can be known outside the copy: those of entries, documents, slips and members.
ENTRY = "entry"
KINDS = (ENTRY, *SERIES)
MOST_LOST = 50_000  # entries: more than a space makes in a year; beyond it, a number is a typing mistake
ACTOR = "restore"  # the author of the entries

Gaps = dict[str, tuple[int, int]]  # the first and the last lost number, both included, by kind


class Seen(Struct, frozen=True, order=True):
    """An entry that a door saw, or the office (door 0), known from that program's mark or from the claim that it wrote.

    `since` is the number of the first entry known to be on the same branch, 0 where it is not known. `trail` are
    earlier entries that the program saw, by number and MAC, from which `since` is worked out.
    """

    number: int
    door: int
    mac: bytes
    since: int = 0
    trail: tuple[tuple[int, bytes], ...] = ()


class Outside(Struct, frozen=True):
    """What is known outside the copy: the highest number of each kind, heads (an entry's number and seal) written down,
    entries that programs saw.
    """

    numbers: Mapping[str, int]
    heads: tuple[NotedHead, ...] = ()
    seen: tuple[Seen, ...] = ()

    def highest(self, kind: str) -> int:
        """Return the highest number of a kind that is known outside the copy; 0 for none."""
        noted = [*(head.entry for head in self.heads), *(each.number for each in self.seen)] if kind == ENTRY else []
        return max([self.numbers.get(kind, 0), *noted])


def gaps(connection: sa.Connection, outside: Outside) -> Gaps:
    """Return the first and last lost number of each kind that lost any: from the one after the copy's last to the
    highest that is known outside.

    Raises AnswerIsNo `head-differs` where a written-down head is not of this chain, RequestError `known-too-far` where
    more than `MOST_LOST` numbers of a kind would be lost.
    """
    last_entry = ledger.head(connection).number
    for noted in outside.heads:
        if noted.entry <= last_entry:
            head_rows.check(connection, noted)
    gap_by_kind = {ENTRY: (last_entry + 1, outside.highest(ENTRY))}
    gap_by_kind |= {kind: (_next(connection, kind), outside.highest(kind)) for kind in SERIES}
    for kind, (first, until) in gap_by_kind.items():
        if until - first >= MOST_LOST:
            text = f"{kind} {until} is more than {MOST_LOST} after the copy's last: give the number that was noted"
            raise RequestError("known-too-far", text)
    return {kind: gap for kind, gap in gap_by_kind.items() if gap[0] <= gap[1]}


def _next(connection: sa.Connection, kind: str) -> int:
    """Return the next free number of a kind: `member`, `slip-` with the means of payment, or a series of documents."""
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
    """Write notices in the place of lost entries, declare the badges lost that have the fingerprints `stopped`, and
    write the notice of the restore. Returns that notice's number. Raises as `gaps`.
    """
    with telling(connection, seal, moment, ACTOR) as notice:
        lost, before = gaps(connection, outside), ledger.head(connection)
        twice = given_twice(connection, outside.seen)
        write_lost(notice, lost, twice)
        for fingerprint in stopped:
            remains.stop_badge(connection, fingerprint, moment.day)
        return notice(
            lost_numbers.RESTORE,
            {
                **what_is_lost(before, outside, lost, twice),
                "copy": text_of(copy_made_at),
                "stopped": len(stopped),
            },
        )


Notice = Callable[[str, Detail], int]  # from a notice's subject and further detail to its number


@contextmanager
def telling(connection: sa.Connection, seal: Seal, moment: Moment, actor: str) -> Iterator[Notice]:
    """Give a function that writes the notices of one act, which share a group. They are not compared with the mark of
    what this program last saw, which the connection holds as `LENT` and gets back at the end: they explain the
    difference from it.
    """
    group, mark = ids.new(moment.at, secrets.token_bytes(16)), connection.info.pop(LENT, None)

    def notice(about: str, more: Detail) -> int:
        """Append a notice of the act. Returns its number."""
        last_key = ledger.head(connection).key_id
        if last_key is not None and chain.family(last_key) != seal.key_id:
            # The copy is from before the chain's key was renewed: the notice names the new one, which seals from here.
            more = {**more, "key": seal.key_id}
        draft = Draft(kind="notice", day_on=moment.day, group=group, actor=actor, detail={"about": about, **more})
        return ledger.append(connection, seal, draft, moment.at)

    try:
        yield notice
    finally:
        if mark is not None:
            connection.info[LENT] = mark


def given_twice(connection: sa.Connection, seen: Collection[Seen]) -> list[Seen]:
    """Return the entries that programs saw and whose number, or that of an earlier entry of their branch, belongs to
    another entry in this chain. Those after the chain's end stand for their branch under the chain's last number. Left
    out are entries in whose place a notice says that they are lost.
    """
    last_entry = ledger.head(connection).number
    missing = [entry for entry in sorted(set(seen)) if not lost_numbers.is_there(connection, entry.number, entry.mac)]
    on_branches = [
        replace(entry, since=entry.since or lost_numbers.branch_since(connection, entry.number, entry.trail))
        for entry in missing
    ]
    # A branch that goes on beyond the chain's end may have begun before that end.
    return [
        replace(entry, number=min(entry.number, last_entry), trail=())
        for entry in on_branches
        if entry.since <= last_entry
    ]


def numbers_of(twice: Collection[Seen]) -> list[int]:
    """Return the numbers that were given twice: those of entries seen, and of the entries before them on
    their branch.
    """
    return sorted({number for each in twice for number in range(each.since or each.number, each.number + 1)})


def write_lost(notice: Notice, lost: Gaps, twice: Collection[Seen]) -> None:
    """Write a notice in the place of each lost entry; then one for each entry whose number was given twice, with that
    number, its seal (`mac`) and the first number of its branch (`since`).
    """
    first, until = lost.get(ENTRY, (1, 0))
    for _ in range(first, until + 1):
        notice(lost_numbers.LOST, {})
    for number, mac in sorted({(each.number, each.mac) for each in twice}):
        since = min(each.since or number for each in twice if each.mac == mac)
        notice(lost_numbers.LOST, {"number": number, "since": since, "mac": mac.hex()})


def what_is_lost(before: Head, outside: Outside, lost: Gaps, twice: Collection[Seen]) -> Detail:
    """Return the detail of the last notice: the records' last head (`before`), the later heads that were written down,
    the entries that programs saw, the numbers given twice, and the first and last lost number by kind.
    """
    return {
        "head": head_notes.head_note(before.number, before.mac, length=64),
        "known": [str(head) for head in outside.heads if head.entry > before.number],
        "seen": [[each.door, each.number, each.mac.hex()] for each in sorted(set(outside.seen))] or None,
        "twice": numbers_of(twice) or None,
        "lost": {kind: list(gap) for kind, gap in lost.items()},
    }
