"""Writes a closed fiscal year as one signed file, which can be read and verified without the kiosk."""

import json
import secrets
from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

import sqlalchemy as sa
from msgspec import Struct

from kiosk import __version__
from kiosk.books import archive_keys
from kiosk.books.archive_keys import ArchiveKey
from kiosk.devices.protocols import Clock
from kiosk.domain import ids
from kiosk.errors import RequestError
from kiosk.exports.books import archive_file, verify_archive
from kiosk.home import Home
from kiosk.store import audit, ledger
from kiosk.store.books import archive_rows, closing_audit
from kiosk.store.books.archive_rows import Year
from kiosk.store.books.closing_rows import Closing
from kiosk.store.chain import stretches
from kiosk.store.ledger import Draft
from kiosk.store.seals import seal_audit
from kiosk.store.space.policies import Rules

# Columns of the table of entries: first those that people read, then all others.
_CSV = ("number", "day_on", "kind", "member_number", "account_id", "amount", "amount_cents", "method", "reverses")
_REST = tuple(name for name in archive_rows.COLUMNS if name not in _CSV)
_PLACE = {name: index for index, name in enumerate(archive_rows.COLUMNS)}  # of each column in a row of the ledger
_PASSES = 3  # over the entries: the check of the chain, then `entries.jsonl`, then `entries.csv`


class NewArchive(Struct, frozen=True):
    """An archive that was made: its file name, the number of entries that it spans, the public fingerprint of the key
    that signed it, and whether no entry had named that key before.
    """

    name: str
    entries: int
    fingerprint: str
    is_new_key: bool


class Archives:
    """Makes archives of closed years. `actor` is recorded in the entry that names a new key."""

    def __init__(self, *, home: Home, rules: Rules, clock: Clock, actor: str) -> None:
        self._home = home
        self._rules = rules
        self._clock = clock
        self._actor = actor

    def find(self, year: int) -> Year:
        """Return the closed fiscal year that begins in a calendar year, the later one where two do. Raises RequestError
        `year-open`.
        """
        with self._home.store.reading() as connection:
            return archive_rows.year(connection, _closing(connection, year))

    def steps(self, year: Year) -> int:
        """Return how many entries `make` will report to its `step` in all."""
        # The check reads the chain from its first entry on, the other passes the year's entries.
        return year.last + (_PASSES - 1) * (year.last - year.first + 1)

    def make(self, year: Year, file: IO[bytes], step: Callable[[int], object] = lambda entries: None) -> NewArchive:
        """Write a year's archive into a file that is open for reading, writing and seeking. Tells `step` how many
        entries were just done.

        The ledger is verified first: raises AnswerIsNo as `kiosk verify` does, and MachineError `key` where the signing
        key cannot be read or made. Unless an entry names this key already, one is written.
        """
        with self._home.store.reading() as connection:
            sums, database = audit.sums_of(connection), self._home.paths.database
            stretches.check_chain(connection, database, self._home.seal, step, sums, processes=stretches.cores())
            closing_audit.check(connection, sums)
            audit.check_documents(connection)
            seal_audit.check(connection, self._home.seal)  # like those above, it raises where something is wrong
        key = archive_keys.ready(self._home.paths)
        is_new = self._name_key(key)
        self._write(year, key, file, step)
        return NewArchive(file_name(year), year.last - year.first + 1, key.fingerprint, is_new)

    def _name_key(self, key: ArchiveKey) -> bool:
        """Write a notice (an entry that moves nothing) with the fingerprint of the signing key, unless the ledger has
        it already. Returns whether the key was new.
        """
        with self._home.store.writing() as connection:
            if key.fingerprint in archive_rows.keys_named(connection):
                return False
            _, moment = self._rules.at(connection, self._clock.now())
            draft = Draft(
                kind="notice",
                day_on=moment.day,
                group=ids.new(moment.at, secrets.token_bytes(16)),
                actor=self._actor,
                detail={"about": "archive-key", "key": key.fingerprint},
            )
            ledger.append(connection, self._home.seal, draft, moment.at)
            return True

    def _write(self, year: Year, key: ArchiveKey, file: IO[bytes], step: Callable[[int], object]) -> None:
        """Write every file of a year's archive, each from snapshots of its own, and sign their list last."""
        reading, manifest = self._home.store.reading, _manifest(year, key)
        with archive_file.Writer(file, year.closing.closed_on) as writer:
            writer.add(archive_file.READ_ME, archive_file.whole(archive_file.read_me(manifest, key.fingerprint)))
            writer.add("entries.jsonl", archive_file.lines(_lines(self._pages(year, step), year)))
            writer.add("entries.csv", archive_file.table((*_CSV, *_REST), _table(self._pages(year, step), year)))
            writer.add("reversed.jsonl", archive_file.lines([archive_rows.taken_back(reading, year.days)]))
            writer.add("closings.jsonl", archive_file.lines([map(_closing_document, year.closed)]))
            writer.add("documents.jsonl", archive_file.lines([archive_rows.documents(reading, year.days)]))
            writer.add(
                "documents.csv",
                archive_file.table(_DOCUMENT_COLUMNS, [map(_document_row, archive_rows.documents(reading, year.days))]),
            )
            with reading() as connection:
                members, organisations = archive_rows.payers(connection, year.days)
                writer.add("members.csv", archive_file.table(("member", "account"), [members]))
                writer.add("organisations.csv", archive_file.table(("organisation", "account"), [organisations]))
                writer.add("products.jsonl", archive_file.lines([archive_rows.products(connection)]))
                writer.add("tariffs.jsonl", archive_file.lines([archive_rows.tariffs(connection, year.span.last_on)]))
                writer.add("rules.jsonl", archive_file.lines([archive_rows.policies(connection, year.span.last_on)]))
            sealed = archive_rows.sealed(reading, self._home.seal, year.span.last_on)
            writer.add("sealed.jsonl", archive_file.lines([sealed]))
            writer.add(archive_file.VERIFIER, archive_file.whole(archive_file.verifier()))
            writer.finish(manifest, key.public, key.sign)

    def _pages(self, year: Year, step: Callable[[int], object]) -> Iterator[Sequence[Sequence[Any]]]:
        """Yield the entries from the year's first to its last, a page at a time as rows of the ledger, and tell `step`
        how many were read.
        """
        for page in archive_rows.entries(self._home.store.reading, year.first, year.last):
            yield page
            step(len(page))


def _closing(connection: sa.Connection, year: int) -> Closing:
    """Return the closing of the fiscal year that begins in this year. Raises RequestError `year-open`."""
    for closing in archive_rows.closed_years(connection):
        if closing.from_on.year == year:
            return closing
    text = "the fiscal year that begins in {year} is not closed: kiosk close year, once its months are"
    raise RequestError("year-open", text, year=year)


def file_name(year: Year) -> str:
    """Return the archive's file name: with the association's SIREN, or the home's id, and the year's name."""
    owner = year.association.get("siren", "").replace(" ", "") or year.home_id[:8]
    return f"{'ECOLE_' if year.training else ''}ARCHIVE_{owner}_{year.span.name}.zip"


def _manifest(year: Year, key: ArchiveKey) -> dict[str, Any]:
    """Return what the archive says about itself: its maker, its year, the entries and seals at both ends of its part of
    the chain, the grand totals in cents and the public key's fingerprint.
    """
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
            "canonical": archive_file.CANONICAL,
        },
        "grand_total_before": year.grand_total_before,
        "grand_total": year.closing.grand_total,
        "public_key": key.fingerprint,
    }


def _is_whole(year: Year) -> Callable[[Sequence[Any]], bool]:
    """Return a function that tells whether a row of the ledger belongs to the year: dated in it, or the closing of one
    of its days, months or of itself, which is dated later. Other entries between the first and the last are archived
    as number and seal alone: the chain needs these.
    """
    (first_on, last_on), own = year.days, {closing.entry for closing in year.closed}
    return lambda row: first_on <= row[_PLACE["day_on"]] <= last_on or row[0] in own


def _lines(pages: Iterator[Sequence[Sequence[Any]]], year: Year) -> Iterator[list[dict[str, Any]]]:
    """Yield each page's entries by column: those of the year whole, others with `number`, `mac` and `elsewhere`."""
    is_whole = _is_whole(year)
    for page in pages:
        yield [
            archive_rows.whole(row) if is_whole(row) else {"number": row[0], "mac": row[-1].hex(), "elsewhere": True}
            for row in page
        ]


def _table(pages: Iterator[Sequence[Sequence[Any]]], year: Year) -> Iterator[list[list[object]]]:
    """Yield the year's own entries as rows of a table, page by page."""
    is_whole = _is_whole(year)
    for page in pages:
        yield [_cells(archive_rows.whole(row)) for row in page if is_whole(row)]


def _cells(entry: dict[str, Any]) -> list[object]:
    """Return an entry as a row of the table, with its amount in euros beside the cents."""
    return [archive_file.euros(entry["amount_cents"]) if name == "amount" else entry[name] for name in (*_CSV, *_REST)]


# The columns of the table of documents.
_DOCUMENT_COLUMNS = ("series", "number", "kind", "issued_on", "due_on", "account_id", "total", "credits", "entry")


def _document_row(document: dict[str, Any]) -> list[object]:
    """Return a document as a row of the table, with its total in euros."""
    cents = json.loads(document["content"]).get("total_cents", 0)
    return [archive_file.euros(cents) if name == "total" else document[name] for name in _DOCUMENT_COLUMNS]


def _closing_document(closed: Closing) -> dict[str, Any]:
    """Return a closing as the archive has it."""
    return {
        "kind": closed.kind.value,
        "from_on": closed.from_on.isoformat(),
        "until_on": closed.until_on.isoformat(),
        "entry": closed.entry,
        "closed_on": closed.closed_on.isoformat(),
        "totals": closed.detail,
    }
