"""A closed year as one signed file that outlives the kiosk."""

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

import sqlalchemy as sa

from kiosk import __version__, archive_keys
from kiosk.archive_keys import ArchiveKey
from kiosk.devices.protocols import Clock
from kiosk.domain import ids
from kiosk.errors import RequestError
from kiosk.exports import archive, verify_archive
from kiosk.home import Home
from kiosk.store import archive as store
from kiosk.store import audit, closing_audit, ledger
from kiosk.store.archive import Year
from kiosk.store.closings import Closed
from kiosk.store.ledger import Draft
from kiosk.store.rules import Rules

_CSV = ("number", "day_on", "kind", "member_number", "account_id", "amount", "amount_cents", "method", "reverses")
_REST = tuple(name for name in store.COLUMNS if name not in _CSV)
_AT = {name: index for index, name in enumerate(store.COLUMNS)}
_PASSES = 3  # over the entries: the check, the lines, the table


@dataclass(frozen=True, slots=True)
class Made:
    """An archive that was made: its name, how many entries it spans, and the public fingerprint of what signed it."""

    name: str
    entries: int
    fingerprint: str
    is_new_key: bool


class Archives:
    """Makes archives. `actor` goes into the entry that names a new key."""

    def __init__(self, *, home: Home, rules: Rules, clock: Clock, actor: str) -> None:
        self._home = home
        self._rules = rules
        self._clock = clock
        self._actor = actor

    def find(self, year: int) -> Year:
        """The closed fiscal year that begins in a calendar year. Raises RequestError `year-open`."""
        with self._home.store.reading() as connection:
            return store.year(connection, _closing(connection, year))

    def steps(self, year: Year) -> int:
        """How many entries `make` will tell of."""
        return year.last + (_PASSES - 1) * (year.last - year.first + 1)

    def make(self, year: Year, file: IO[bytes], step: Callable[[int], object] = lambda entries: None) -> Made:
        """Write a year's archive into a file that can be read and sought in.

        What does not hold is not signed: raises AnswerIsNo as `kiosk verify` does; and MachineError `key`.
        """
        with self._home.store.reading() as connection:
            audit.check_chain(connection, self._home.seal, step)
            closing_audit.check(connection)
            audit.check_documents(connection)
        key = archive_keys.ready(self._home.paths)
        is_new = self._name_key(key)
        self._write(year, key, file, step)
        return Made(file_name(year), year.last - year.first + 1, key.fingerprint, is_new)

    def _name_key(self, key: ArchiveKey) -> bool:
        """The ledger knows the key that signs, from its first archive on. Returns whether it is new to it."""
        with self._home.store.writing() as connection:
            if key.fingerprint in store.keys_named(connection):
                return False
            _, moment = self._rules.at(connection, self._clock.now())
            draft = Draft(
                kind="notice",
                day_on=moment.day,
                group=ids.time_ordered(moment.at, secrets.token_bytes(10)),
                actor=self._actor,
                detail={"about": "archive-key", "key": key.fingerprint},
            )
            ledger.append(connection, self._home.seal, draft, moment.at)
            return True

    def _write(self, year: Year, key: ArchiveKey, file: IO[bytes], step: Callable[[int], object]) -> None:
        reading, manifest = self._home.store.reading, _manifest(year, key)
        with archive.Writer(file, year.closing.closed_on) as writer:
            writer.add(archive.READ_ME, archive.whole(archive.read_me(manifest, key.fingerprint)))
            writer.add("entries.jsonl", archive.lines(_lines(self._pages(year, step), year)))
            writer.add("entries.csv", archive.table((*_CSV, *_REST), _table(self._pages(year, step), year)))
            writer.add("reversed.jsonl", archive.lines([store.taken_back(reading, year.days)]))
            writer.add("closings.jsonl", archive.lines([map(_closed, year.closed)]))
            writer.add("documents.jsonl", archive.lines([store.documents(reading, year.days)]))
            writer.add("documents.csv", archive.table(_DOCUMENT, [map(_document, store.documents(reading, year.days))]))
            with reading() as connection:
                members, organisations = store.payers(connection, year.days)
                writer.add("members.csv", archive.table(("member", "account"), [members]))
                writer.add("organisations.csv", archive.table(("organisation", "account"), [organisations]))
                writer.add("products.jsonl", archive.lines([store.products(connection)]))
                writer.add("tariffs.jsonl", archive.lines([store.tariffs(connection, year.span.last_on)]))
                writer.add("rules.jsonl", archive.lines([store.policies(connection, year.span.last_on)]))
            writer.add(archive.VERIFIER, archive.whole(archive.verifier()))
            writer.finish(manifest, key.public, key.sign)

    def _pages(self, year: Year, step: Callable[[int], object]) -> Iterator[Sequence[Sequence[Any]]]:
        for page in store.entries(self._home.store.reading, year.first, year.last):
            yield page
            step(len(page))


def _closing(connection: sa.Connection, year: int) -> Closed:
    for found in store.closed_years(connection):
        if found.from_on.year == year:
            return found
    text = f"the fiscal year that begins in {year} is not closed: kiosk close year, once its months are"
    raise RequestError("year-open", text)


def file_name(year: Year) -> str:
    """The archive's name: whose, and of which year."""
    whose = year.association.get("siren", "").replace(" ", "") or year.home_id[:8]
    return f"{'ECOLE_' if year.training else ''}ARCHIVE_{whose}_{year.span.name}.zip"


def _manifest(year: Year, key: ArchiveKey) -> dict[str, Any]:
    first_on, last_on = year.days
    return {
        "format": verify_archive.FORMAT,
        "version": verify_archive.VERSION,
        "software": f"kiosk {__version__}",
        "home": year.home_id,
        "training": year.training,
        "association": year.association,
        "year": {"name": year.span.name, "from": first_on, "until": last_on, "closing": year.closing.entry},
        "chain": {
            "first": year.first,
            "last": year.last,
            "before": year.before.hex(),
            "head": year.head.hex(),
            "key_id": year.key_id,
            "canonical": archive.CANONICAL,
        },
        "grand_total_before": year.grand_total_before,
        "grand_total": year.closing.grand_total,
        "public_key": key.fingerprint,
    }


def _is_whole(year: Year) -> Callable[[Sequence[Any]], bool]:
    """Whether an entry is the year's: dated in it, or closing a part of it."""
    (first_on, last_on), own = year.days, {found.entry for found in year.closed}
    return lambda row: first_on <= row[_AT["day_on"]] <= last_on or row[0] in own


def _lines(pages: Iterator[Sequence[Sequence[Any]]], year: Year) -> Iterator[list[dict[str, Any]]]:
    is_whole = _is_whole(year)
    for page in pages:
        yield [
            store.whole(row) if is_whole(row) else {"number": row[0], "mac": row[-1].hex(), "elsewhere": True}
            for row in page
        ]


def _table(pages: Iterator[Sequence[Sequence[Any]]], year: Year) -> Iterator[list[list[object]]]:
    is_whole = _is_whole(year)
    for page in pages:
        yield [_cells(store.whole(row)) for row in page if is_whole(row)]


def _cells(row: dict[str, Any]) -> list[object]:
    return [archive.euros(row["amount_cents"]) if name == "amount" else row[name] for name in (*_CSV, *_REST)]


_DOCUMENT = ("series", "number", "kind", "issued_on", "due_on", "account_id", "total", "credits", "entry")


def _document(row: dict[str, Any]) -> list[object]:
    cents = json.loads(row["content"]).get("total_cents", 0)
    return [archive.euros(cents) if name == "total" else row[name] for name in _DOCUMENT]


def _closed(closed: Closed) -> dict[str, Any]:
    return {
        "kind": closed.kind.value,
        "from_on": closed.from_on.isoformat(),
        "until_on": closed.until_on.isoformat(),
        "entry": closed.entry,
        "closed_on": closed.closed_on.isoformat(),
        "totals": closed.detail,
    }
