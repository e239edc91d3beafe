"""Checks an archive: anywhere by the verifier that it contains, and, on the kiosk that made it, also seal by seal
against the ledger. A *seal* is the keyed code (MAC) over an entry and the seal before it, made with the chain's key.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from kiosk.books import archive_keys
from kiosk.domain import chain
from kiosk.domain.books.head_notes import NotedHead
from kiosk.domain.chain import Seal
from kiosk.domain.problems import Problem
from kiosk.errors import RequestError
from kiosk.exports.books import verify_archive
from kiosk.exports.books.verify_archive import Report, Source
from kiosk.home import Home
from kiosk.store.books import archive_rows

_KEY = re.compile(r"[0-9a-f]{16,64}")
_BYTES = {"id", "group_id", "text_digest", "mac"}  # columns of bytes: an archive has them in hexadecimal digits


def check(path: Path, heads: Sequence[NotedHead] = (), key: str | None = None, home: Home | None = None) -> Report:
    """Check an archive's file by its own content; where that is sound and `home` made it, also by that home's key and
    ledger. Returns the report.

    `heads` are entry numbers and seals that people wrote down. `key` is the signing key's fingerprint that they expect,
    or its first 16 digits or more; None: with a `home`, the archive's key where that home knows it as its own. Raises
    RequestError `archive-file` where there is no file, Problem `fingerprint` where `key` is not one.
    """
    if not path.exists():
        raise RequestError("archive-file", "there is no file {path}", path=path)
    expected_key = None if key is None else "".join(key.split()).casefold()
    if expected_key is not None and _KEY.fullmatch(expected_key) is None:
        raise Problem("fingerprint", "a key's fingerprint is 16 or more hexadecimal digits")
    if expected_key is None and home is not None:
        expected_key = _own_key(path, home)
    report = verify_archive.verify(str(path), expected_key, [(noted.entry, noted.digits) for noted in heads])
    if home is not None and not report.fails and report.manifest["home"] == home.seal.home_id:
        _check_here(report, path, home)
    return report


def _own_key(path: Path, home: Home) -> str | None:
    """Return the fingerprint of the archive's own key, if this home signs with that key or its ledger names the key;
    None for a foreign key, or where the file cannot be opened: then no key is expected.
    """
    try:
        source = Source(str(path))
    except (OSError, zipfile.BadZipFile):
        return None
    try:
        archive_key = verify_archive.fingerprint_of(source)
    finally:
        source.close()
    with home.store.reading() as connection:
        own_keys = archive_rows.keys_named(connection)
    key_now = archive_keys.fingerprint(home.paths)
    own_keys |= set() if key_now is None else {key_now}
    return archive_key if archive_key in own_keys else None


def _check_here(report: Report, path: Path, home: Home) -> None:
    """Recompute the seal of every entry of the year with the chain's key, and compare every entry with the ledger. Adds
    the first difference, or that there is none, to the report.
    """
    # "Unknown" were the seals for a verifier without the chain's key, which is here.
    report.unknown = [line for line in report.unknown if not line.startswith(verify_archive.SEALS_UNKNOWN)]
    source = Source(str(path))
    try:
        wrong = _first_wrong(source, report.manifest["chain"], home)
    finally:
        source.close()
    if wrong is not None:
        report.fails.append(wrong)
        return
    report.holds.append("Chaque code de contrôle, recalculé avec la clé de la chaîne de cette borne, est le bon.")
    report.holds.append("Le registre de cette borne a toujours ces mêmes écritures.")


def _first_wrong(source: Source, frame: dict[str, Any], home: Home) -> str | None:
    """Return the first entry whose seal or content is not what this home's key and ledger say, in a French sentence;
    None where all agree. `frame` is what the manifest says of the chain: its key, the first and last entry, and the
    seal before the first.
    """
    if frame["key_id"] != home.seal.key_id:
        return f"Les écritures sont protégées par la clé {frame['key_id']}, et cette borne a la {home.seal.key_id}."
    ledger = _ledger(home, frame["first"], frame["last"])
    previous = bytes.fromhex(frame["before"])
    for row in source.rows("entries.jsonl"):
        number, mac, here = row["number"], bytes.fromhex(row["mac"]), next(ledger, None)
        is_whole = row.get("elsewhere") is not True  # of another year's entries there are number and seal alone
        if is_whole and not _is_sealed(home.seal, row, previous, mac):
            return f"L’écriture {number} n’a pas le code que lui donne la clé de la chaîne."
        # A row of the ledger begins with its number and ends with its seal.
        if here is None or here[0] != number or here[-1] != mac or (is_whole and here != _values(row)):
            return f"L’écriture {number} n’est plus la même dans le registre de cette borne."
        previous = mac
    return _taken_back_wrong(source.rows("reversed.jsonl"), home)


def _taken_back_wrong(rows: Iterable[dict[str, Any]], home: Home) -> str | None:
    """Return in a French sentence the first of these entries, which reversals of the archive's year reverse, that
    differs from this home's ledger; None where all agree.
    """
    for row in rows:
        here = next(_ledger(home, row["number"], row["number"]), None)
        if here != _values(row):
            return f"L’écriture {row['number']} n’est plus la même dans le registre de cette borne."
    return None


def _is_sealed(seal: Seal, entry: dict[str, Any], previous: bytes, mac: bytes) -> bool:
    """Tell whether an entry's seal is the one that its key gives: the chain's key, a former one, or a door's key, which
    is made from one of these. False for an unknown key.
    """
    key = seal.key_of(entry["key_id"])
    if key is None:
        return False
    return Seal(key, entry["key_id"], seal.home_id).mac(previous, chain.canonical(*_values(entry)[:-1])) == mac


def _values(entry: dict[str, Any]) -> tuple[Any, ...]:
    """Return an archived entry as its row of the ledger: the values in the order of COLUMNS, the seal last."""
    return tuple(
        bytes.fromhex(entry[name]) if name in _BYTES and entry[name] is not None else entry[name]
        for name in archive_rows.COLUMNS
    )


def _ledger(home: Home, first: int, last: int) -> Iterator[tuple[Any, ...]]:
    """Yield the entries of this home's ledger from one number to another, in order."""
    for page in archive_rows.entries(home.store.reading, first, last):
        for row in page:
            yield tuple(row)
