"""Checks the officers' log: each line follows the one before and was written with a key of the house; none is missing.

Lines of earlier releases have no MAC: the entry that took them over as they were (`log_from`) has their digest, and
each later line has a MAC. Entries of the office tell which line was the last when they were written.
"""

import json
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk.domain import chain
from kiosk.domain.chain import Seal
from kiosk.domain.doors import ACTORS
from kiosk.domain.members import log_lines
from kiosk.errors import AnswerIsNo
from kiosk.store.tables import are_of_books, text_of
from kiosk.store.tables.desk import desk_log, desk_log_last, desk_log_start

# the note about the lines that were deleted as too old
_START = sa.select(desk_log_start).order_by(desk_log_start.c.id)
_KINDS = ("closing", "notice", "seal")  # kinds of entries that tell which line of the log was the last
_ENTRIES = " UNION ALL ".join(f"SELECT number, key_id, detail FROM entry WHERE {are_of_books(kind)}" for kind in _KINDS)


class _LogInLedger(Struct, frozen=True):
    """What the office's entries tell of the log.

    `anchors`: each entry with the line that was the last then, and its digest. `keyed_after`, `keyed_by`: the line
    after which each line needs a MAC (None where no entry says so), and the name of the key that began it, or
    an empty text. `keys_after`: a line,
    and the key in use after it. `revoked_after`: by door, the line after which it is revoked.
    """

    anchors: tuple[tuple[int, int, str], ...]
    keyed_after: int | None
    keyed_by: str
    keys_after: tuple[tuple[int, str], ...]
    revoked_after: dict[int, int]


def check(connection: sa.Connection, seal: Seal) -> None:
    """Check every line, and compare the log with what the ledger's entries tell of it.

    Raises AnswerIsNo `log-broken`, naming the first wrong line.
    """
    seen = _seen(connection)
    starts = connection.execute(_START).all()
    start = starts[0] if starts else None
    if len(starts) > 1 or (start is not None and start.id != 1):
        raise AnswerIsNo("log-broken", "the last forgotten line of the officers' log is noted in another row, too")
    number, before = (0, log_lines.START) if start is None else (start.line, start.digest)
    if start is not None and (start.mac is not None or seen.keyed_after is not None):
        _check_start(seal, seen, start)
    first, digests = number, {number: before}  # of the last deleted line, or 0 and the chain's start
    for row in connection.execute(sa.select(desk_log).order_by(desk_log.c.id).execution_options(yield_per=1000)):
        if row.id != number + 1:
            raise AnswerIsNo("log-broken", f"line {number + 1} of the officers' log is missing")
        _check_line(seal, seen, row, before)
        number, before = row.id, row.digest
        digests[number] = before
    _check_last(connection, seal, number, seen.keyed_by)
    for entry, line, digest in seen.anchors:  # those of deleted lines cannot be compared any more
        if line >= first and digests.get(line, b"").hex() != digest:
            raise AnswerIsNo("log-broken", f"line {line} of the officers' log is not the one that entry {entry} saw")


def _check_line(seal: Seal, seen: _LogInLedger, line: sa.Row[Any], before: bytes) -> None:
    """Check that a line is unaltered and follows the one before, and that its key may have sealed it.

    An erased line has lost its salt, member and text together. Lines up to `keyed_after` need no MAC.
    """
    expected = log_lines.digest(before, line.id, text_of(line.at)[:10], line.actor, line.act, line.facts or b"")
    is_whole = line.salt is None or log_lines.facts(line.salt, line.member_number, line.what) == line.facts
    is_empty = line.salt is not None or (line.member_number is None and line.what is None)
    if line.digest != expected or not is_whole or not is_empty:
        raise AnswerIsNo("log-broken", f"line {line.id} of the officers' log was altered, or the one before it")
    if line.mac is None and (seen.keyed_after is None or line.id <= seen.keyed_after):
        return  # a line of an earlier release
    key = _key(seal, line)
    mac = key and log_lines.line_mac(key, seal.home_id, line.id, line.digest, is_erased=line.salt is None)
    if key is None or mac != line.mac:
        raise AnswerIsNo("log-broken", f"line {line.id} of the officers' log does not match its seal")
    _check_writer(seal, seen, line)


def _check_writer(seal: Seal, seen: _LogInLedger, line: sa.Row[Any]) -> None:
    """Check that a line's key may write it: a door's key only acts at that door, until it is revoked; no older key than
    the one in use.
    """
    door = chain.door_of(line.key_id)
    if door is not None and line.actor not in ACTORS:
        raise AnswerIsNo(
            "log-broken", f"line {line.id} of the officers' log is sealed by door {door}: it is the office's"
        )
    if door is not None and line.id > seen.revoked_after.get(door, line.id):  # never true of a door in use
        raise AnswerIsNo(
            "log-broken", f"line {line.id} of the officers' log is sealed by door {door}, which is revoked"
        )
    names = _names(seal)  # a key's family is the chain key that it is, or that it is derived from
    oldest = max((names.index(name) for after, name in seen.keys_after if after < line.id and name in names), default=0)
    if names.index(chain.family(line.key_id)) < oldest:
        raise AnswerIsNo("log-broken", f"line {line.id} of the officers' log is sealed with an older key")


def _check_last(connection: sa.Connection, seal: Seal, number: int, keyed_by: str) -> None:
    """Check that the last line of each key is there: if the end of the log was cut off, the key's note still has its
    number.
    """
    keys = connection.execute(sa.select(desk_log.c.key_id).distinct()).scalars()
    written = {key for key in (*keys, keyed_by) if key}
    for row in connection.execute(sa.select(desk_log_last).order_by(desk_log_last.c.line)):
        written.discard(row.key_id)
        key = seal.key_of(row.key_id)
        if key is None or log_lines.last_mac(key, seal.home_id, row.line) != row.mac:
            raise AnswerIsNo(
                "log-broken", f"the last line of key {row.key_id} in the officers' log does not match its seal"
            )
        if row.line > number:
            raise AnswerIsNo("log-broken", f"line {row.line} of the officers' log is missing, the last of its key")
    if written:
        raise AnswerIsNo("log-broken", f"the last line of key {min(written)} in the officers' log is noted nowhere")


def _check_start(seal: Seal, seen: _LogInLedger, start: sa.Row[Any]) -> None:
    """Check that the note about deleted lines was made by the office itself, with a key in use since MACs began."""
    key, names = _key(seal, start), _names(seal)
    mac = key and log_lines.start_mac(key, seal.home_id, start.line, start.digest)
    if (
        key is None
        or mac != start.mac
        or start.key_id not in names[names.index(seen.keyed_by) if seen.keyed_by else 0 :]
    ):
        raise AnswerIsNo("log-broken", "the last forgotten line of the officers' log does not match its seal")


def _names(seal: Seal) -> list[str]:
    """Return the names of the chain's keys, the oldest first."""
    return [chain.key_id(key) for key in seal.keys]


def _key(seal: Seal, line: sa.Row[Any]) -> bytes | None:
    """Return the key that sealed a line; None if the line names none, or one that is not the house's."""
    return None if line.key_id is None else seal.key_of(line.key_id)


def _seen(connection: sa.Connection) -> _LogInLedger:
    """Read what the office's entries tell of the log; entries sealed with a door's key do not count."""
    anchors: list[tuple[int, int, str]] = []
    keys_after: list[tuple[int, str]] = []
    revoked_after: dict[int, int] = {}
    keyed_after, keyed_by, revoked = None, "", _revoked(connection)
    for entry, key_id, line, digest, begins, doors in _office_entries(connection):
        anchors.append((entry, line, digest))
        keys_after.append((line, key_id))
        keyed_after, keyed_by = (line, key_id) if begins else (keyed_after, keyed_by)
        revoked_after |= dict.fromkeys(revoked & doors, line)
    return _LogInLedger(tuple(anchors), keyed_after, keyed_by, tuple(keys_after), revoked_after)


def _office_entries(connection: sa.Connection) -> Iterator[tuple[int, str, int, str, bool, set[int]]]:
    """Yield of each entry of the office: number, key, line, digest, whether MACs begin there, and the doors whose rows
    it seals.
    """
    for entry, key_id, text in connection.exec_driver_sql(f"{_ENTRIES} ORDER BY number"):
        detail = json.loads(text)
        if "log_line" in detail and chain.door_of(key_id) is None:
            doors = {int(door) for door in detail.get("rows", {}).get("door", {})}
            yield entry, key_id, detail["log_line"], detail["log_digest"], "log_from" in detail, doors


def _revoked(connection: sa.Connection) -> set[int]:
    """Return the numbers of the revoked doors."""
    return set(connection.exec_driver_sql("SELECT id FROM door WHERE revoked_on IS NOT NULL").scalars())
