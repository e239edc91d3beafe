"""Checks an archive of a year's books, with Python's standard library alone (3.8 or newer), without network.

This file is in each archive as `verify.py`, and is what `kiosk verify ARCHIVE` runs. It reports in French what holds,
what does not, and what cannot be known without the kiosk's own key.

python3 verify.py [ARCHIVE.zip] [--key FINGERPRINT] [--head ENTRY:DIGITS ...]

Without a name it checks the folder that it lies in. Exits with 0 where all that can be checked holds, with 1 where not,
with 2 for wrong arguments.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from typing import IO, Any

FORMAT, VERSION = "kiosk-archive", 1
MANIFEST, SIGNATURE, PUBLIC_KEY = "manifest.json", "manifest.sig", "public-key.json"
UNSIGNED = (MANIFEST, SIGNATURE, PUBLIC_KEY)
# of a whole entry in entries.jsonl
FIELDS = (
    "number",
    "id",
    "recorded_at",
    "day_on",
    "kind",
    "account_id",
    "visit_id",
    "group_id",
    "member_number",
    "actor",
    "amount_cents",
    "method",
    "reverses",
    "detail",
    "text_digest",
    "form",
    "key_id",
    "mac",
)
BITS, EXPONENT = 3072, 65537  # of every archive key
ALGORITHM = "RSASSA-PKCS1-v1_5 SHA-256"
COMMENT = b"sha256:"  # the archive's own comment: the digest of all that stands before it
DIGEST_DIGITS = 64  # of a SHA-256 in hexadecimal
_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")  # of SHA-256 (RFC 8017, 9.2)
_SMALL = 1 << 20  # bytes: the most that is read before the signature is checked
_CHUNK = 1 << 16  # bytes that are read at once
_SEAL_DIGITS, _MARK_DIGITS = 24, 3  # of a row's seal: its digest, and each column's mark
# Begins the remark on seals, which the kiosk itself can check: `kiosk.books.archive_check` then removes it.
SEALS_UNKNOWN = "Le code de contrôle de chaque écriture"
_PERIODS = ("day", "month", "year")  # the kinds of closings
_WHOLE = 10000  # a rate of 100 %, in hundredths of a percent
# What JSON that is not as it should be raises, and what a damaged file does: Python 3.13 warns of overlapped entries.
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, IndexError)
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, UserWarning)


class Wrong(Exception):
    """A check of the archive that fails, with its sentence in French."""


class Report:
    """The result of a check: what holds, what fails, and what cannot be known here."""

    def __init__(self) -> None:
        self.holds: list[str] = []
        self.fails: list[str] = []
        self.unknown: list[str] = []
        self.title = ""
        self.manifest: dict[str, Any] = {}

    def lines(self) -> Iterator[str]:
        """Yield the report line by line, for people."""
        if self.title:
            yield self.title
        for mark, sentences in (("TIENT  ", self.holds), ("FAUX   ", self.fails), ("INCONNU", self.unknown)):
            for line in sentences:
                yield mark + "  " + line
        yield "Tout ce qui se vérifie ici tient." if not self.fails else "CETTE ARCHIVE NE TIENT PAS."


class Source:
    """An archive: a ZIP file, or the folder that it was unpacked into."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._zip = None if os.path.isdir(path) else zipfile.ZipFile(path)  # noqa: PTH112  # runs alone

    def close(self) -> None:
        """Close the ZIP file."""
        if self._zip is not None:
            self._zip.close()

    @property
    def is_zip(self) -> bool:
        """Tell whether the archive is a ZIP file, not a folder."""
        return self._zip is not None

    @property
    def comment(self) -> bytes:
        """Return the ZIP file's comment; empty for a folder."""
        return b"" if self._zip is None else self._zip.comment

    def names(self) -> list[str]:
        """Return the names of the files in the archive; a name that stands there twice is returned twice."""
        return sorted(os.listdir(self.path)) if self._zip is None else self._zip.namelist()  # noqa: PTH208

    def open(self, name: str) -> IO[bytes]:
        """Open one file of the archive for reading."""
        if self._zip is None:
            return open(os.path.join(self.path, name), "rb")  # noqa: PTH118, PTH123
        return self._zip.open(name)

    def small(self, name: str) -> bytes:
        """Return the content of a file that must be short. Raises Wrong for a long one."""
        with self.open(name) as file:
            data = file.read(_SMALL + 1)
        if len(data) > _SMALL:
            raise Wrong(name + " est trop long.")
        return data

    def rows(self, name: str) -> Iterator[dict[str, Any]]:
        """Yield the lines of a file, each a JSON object. Raises Wrong for any other line."""
        with self.open(name) as file:
            for count, line in enumerate(file, start=1):
                try:
                    row = json.loads(line.decode())
                    if not isinstance(row, dict):
                        raise ValueError
                except ValueError:
                    raise Wrong(f"{name} : la ligne {count} est illisible.") from None
                yield row


# --- the signature


def public_key_text(n: int, e: int) -> bytes:
    """Return the content of `public-key.json`. Its SHA-256 is the key's fingerprint."""
    return (json.dumps({"algorithm": ALGORITHM, "e": e, "n": f"{n:x}"}, sort_keys=True) + "\n").encode()


def is_signed(content: bytes, signature: bytes, n: int, e: int) -> bool:
    """Tell whether a signature is valid: RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2.2). The whole padded form is
    compared, and nothing of it is parsed.
    """
    size = BITS // 8
    number = int.from_bytes(signature, "big")
    if e != EXPONENT or n.bit_length() != BITS or len(signature) != size or number >= n:
        return False
    digest = _DIGEST_INFO + hashlib.sha256(content).digest()
    padded = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
    return pow(number, e, n).to_bytes(size, "big") == padded


def fingerprint_of(source: Source) -> str | None:
    """Return the fingerprint of the key in an archive, without checking that the key is the right one; None if it
    cannot be read.
    """
    try:
        return hashlib.sha256(source.small(PUBLIC_KEY)).hexdigest()
    except (Wrong, KeyError, *_DAMAGED):
        return None


def _check_signature(source: Source, report: Report, key: str | None) -> dict[str, Any]:
    """Check the manifest's signature and return the manifest."""
    data, text = source.small(MANIFEST), source.small(PUBLIC_KEY)
    fingerprint = hashlib.sha256(text).hexdigest()
    try:
        public = json.loads(text.decode())
        n, e = int(public["n"], 16), public["e"]
        is_good = text == public_key_text(n, e) and is_signed(data, source.small(SIGNATURE), n, e)
    except _UNREADABLE:
        is_good = False
    if not is_good:
        raise Wrong("La signature ne vaut pas : manifest.json, manifest.sig ou public-key.json n’est plus le même.")
    try:
        manifest = json.loads(data.decode())
        if manifest["format"] != FORMAT or manifest["version"] != VERSION:
            raise Wrong("Le format de cette archive est inconnu d’ici : {version}.".format(**manifest))
        if manifest["public_key"] != fingerprint:
            raise Wrong("Le manifeste nomme une autre clé que celle qui l’a signé.")
    except _UNREADABLE:
        raise Wrong("manifest.json est signé, mais illisible.") from None
    report.holds.append("La signature du manifeste est celle de la clé " + fingerprint + ".")
    _check_key(report, fingerprint, key)
    signed: dict[str, Any] = manifest
    return signed


def _check_key(report: Report, fingerprint: str, key: str | None) -> None:
    """Compare the signing key's fingerprint with the one that was noted, of which 16 digits are enough."""
    noted = "".join((key or "").split()).lower()
    if not noted:
        report.unknown.append(
            "Cette clé est-elle bien celle de l’association ? Comparez son empreinte à celle qui a été notée, "
            "ou donnez celle-ci : --key EMPREINTE."
        )
    elif len(noted) >= 16 and fingerprint.startswith(noted):
        report.holds.append("Cette clé est celle qui a été notée.")
    else:
        report.fails.append("Cette clé n’est pas celle qui a été notée : l’archive a été signée par quelqu’un d’autre.")


# --- the files


def _check_container(source: Source) -> None:
    """Check that the ZIP file is as it was closed, to the byte, even where a byte has no meaning."""
    if not source.is_zip:
        return
    digest = hashlib.sha256()
    bytes_left = os.path.getsize(source.path) - DIGEST_DIGITS  # noqa: PTH202
    with open(source.path, "rb") as file:  # noqa: PTH123
        while bytes_left > 0:
            piece = file.read(min(_CHUNK, bytes_left))
            if not piece:
                break
            digest.update(piece)
            bytes_left -= len(piece)
        written_digest = file.read()
    if written_digest != digest.hexdigest().encode() or source.comment != COMMENT + written_digest:
        raise Wrong("Le fichier ZIP n’est plus celui qui a été fait, à l’octet près.")


def _check_names(source: Source, manifest: dict[str, Any]) -> None:
    """Raise Wrong where the archive lacks a file that was signed, or has one that was not."""
    signed, present = Counter([*manifest["files"], *UNSIGNED]), Counter(source.names())
    for name in sorted(signed - present):
        raise Wrong("Il manque le fichier " + name + ".")
    for name in sorted(present - signed):
        raise Wrong("Le fichier " + name + " est en trop : il n’a pas été signé.")


def _check_files(source: Source, manifest: dict[str, Any], report: Report) -> None:
    """Check each file's digest. All files that differ are reported."""
    good = 0
    for name, signed in manifest["files"].items():
        try:
            is_same = _digest(source, name, signed["bytes"]) == signed["sha256"]
        except _DAMAGED:
            is_same = False
        if is_same:
            good += 1
        else:
            report.fails.append("Le fichier " + name + " n’est plus celui qui a été signé.")
    if good == len(manifest["files"]):
        report.holds.append(f"Les {good} fichiers sont ceux qui ont été signés, à l’octet près.")


def _digest(source: Source, name: str, size: int) -> str:
    """Return a file's SHA-256; "" where the file is not exactly as long as the manifest says."""
    digest, left = hashlib.sha256(), size + 1
    with source.open(name) as file:
        while left > 0:
            piece = file.read(min(_CHUNK, left))
            if not piece:
                break
            digest.update(piece)
            left -= len(piece)
    return digest.hexdigest() if left == 1 else ""


# --- the entries


class Totals:
    """The totals of a closing, summed from entries."""

    def __init__(self) -> None:
        self.entries = self.charged = self.reversed = 0  # how many; cents charged, and cents reversed of charges
        self.products: Counter[str] = Counter()  # cents by product
        self.methods: Counter[str] = Counter()  # cents received by means of payment
        self.others: Counter[str] = Counter()  # cents of other entries, by kind
        self.net: Counter[int] = Counter()  # cents without VAT, by rate
        self.tax: Counter[int] = Counter()  # cents of VAT, by rate

    def add(self, entry: dict[str, Any], taken_back: dict[str, Any] | None) -> None:
        """Add one entry; for a reversal, also the entry that it reverses."""
        self.entries += 1
        counted, sign = (entry, 1) if taken_back is None else (taken_back, -1)  # a reversal subtracts what it reverses
        cents = counted["amount_cents"]
        if counted["kind"] == "charge":
            self._add_charge(json.loads(counted["detail"]), cents, sign)
        elif counted["kind"] in ("payment", "refund") and counted["method"] is not None:
            self.methods[counted["method"]] -= sign * cents  # a payment is an entry below 0
        elif cents:
            self.others[counted["kind"]] += sign * cents

    def _add_charge(self, detail: dict[str, Any], cents: int, sign: int) -> None:
        """Add a charge to the sums, or subtract a reversed one (`sign` -1). The tax is rounded half up from the amount
        with VAT, in whole numbers.
        """
        if sign > 0:
            self.charged += cents
        else:
            self.reversed += cents
        rate = detail.get("vat") or 0
        tax = (2 * cents * rate + _WHOLE + rate) // (2 * (_WHOLE + rate)) if rate else 0
        self.products[detail.get("product", "")] += sign * cents
        self.net[rate] += sign * (cents - tax)
        self.tax[rate] += sign * tax

    def merge(self, other: Totals) -> None:
        """Add the totals of a part."""
        self.entries += other.entries
        self.charged += other.charged
        self.reversed += other.reversed
        for name in ("products", "methods", "others", "net", "tax"):
            getattr(self, name).update(getattr(other, name))  # a Counter's update adds

    def as_closing(self) -> dict[str, Any]:
        """Return the totals in a closing's form, without sums of 0."""
        vat = {str(rate): [self.net[rate], self.tax[rate]] for rate in self.net}
        return _without_zeros(
            {
                "entries": self.entries,
                "charged": self.charged,
                "reversed": self.reversed,
                "products": dict(self.products),
                "methods": dict(self.methods),
                "others": dict(self.others),
                "vat": vat,
            }
        )


def _without_zeros(totals: dict[str, Any]) -> dict[str, Any]:
    """Return a closing's totals without its zeros, so that "none" and 0 compare as equal."""
    return {
        name: {key: each for key, each in value.items() if each not in (0, [0, 0])}
        if isinstance(value, dict)
        else value
        for name, value in totals.items()
    }


class Entries:
    """The archive's entries, read once; what they say of closings, documents and seals is kept for the later checks."""

    def __init__(self, source: Source, manifest: dict[str, Any]) -> None:
        self._source = source
        self._chain = manifest["chain"]
        self._year = manifest["year"]["from"], manifest["year"]["until"]
        self.days: dict[str, Totals] = {}  # what the entries of each day sum up to
        self.last_of_day: dict[str, int] = {}  # the last entry dated on each day
        self.closings: dict[int, dict[str, Any]] = {}  # by entry: its detail, and the code before it
        self.documents: dict[int, dict[str, Any]] = {}  # by entry: the detail of the issue
        self.gaps: set[tuple[str, int, int]] = set()  # numbers lost by a restore: series, first, last
        self.macs: dict[int, str] = {}  # control codes of the entries asked for
        self.seals: dict[tuple[str, str], tuple[int, str]] = {}  # by table and row: the entry that sealed it, the seal
        self.first = int(self._chain["first"])
        self._noted: set[int] = set()  # the entries of which a code was noted: `walk` keeps theirs
        self._taken_back = {row["number"]: row for row in source.rows("reversed.jsonl")}
        self._reversed: set[int] = set()  # entries that a reversal named

    def walk(self, numbers: list[int]) -> int:
        """Check that the entries follow each other without a gap: each either a whole entry of the year, or only the
        seal of another year's. Returns the number of whole ones. The seals of the entries asked for are kept in `macs`.
        """
        self._noted = set(numbers)
        expected, previous, whole_count = self._chain["first"], self._chain["before"], 0
        for row in self._source.rows("entries.jsonl"):
            if row["number"] != expected:
                raise Wrong("L’écriture {} manque : la {} vient à sa place.".format(expected, row["number"]))
            if row.get("elsewhere") is not True:
                self._check_whole(row, previous)
                whole_count += 1
            if expected in self._noted:
                self.macs[expected] = row["mac"]
            expected, previous = expected + 1, row["mac"]
        if expected - 1 != self._chain["last"] or previous != self._chain["head"]:
            raise Wrong("Les écritures finissent par la {}, et non la {last}.".format(expected - 1, **self._chain))
        return whole_count

    def _check_whole(self, entry: dict[str, Any], previous: str) -> None:
        """Check a whole entry; keep what it says of a closing, a document, seals or lost numbers."""
        number, day, kind = entry["number"], entry["day_on"], entry["kind"]
        if set(entry) != set(FIELDS):
            raise Wrong(f"L’écriture {number} n’a pas les champs qu’il faut.")
        in_year = self._year[0] <= day <= self._year[1]
        if not in_year and kind != "closing":
            raise Wrong(f"L’écriture {number} n’est pas de cet exercice.")
        if number in self._taken_back and self._taken_back[number] != entry:
            raise Wrong(f"L’écriture {number} n’est pas celle que reprend sa contre-écriture.")
        taken_back = self._check_reversal(entry) if kind == "reversal" else None
        if kind == "closing":
            self.closings[number] = {"detail": json.loads(entry["detail"]), "previous": previous}
        if kind == "document":
            self.documents[number] = json.loads(entry["detail"])
        if kind == "seal":
            self._take_seals(number, json.loads(entry["detail"])["rows"])
        if kind == "notice":
            self.gaps |= {(name, *gap) for name, gap in json.loads(entry["detail"]).get("lost", {}).items()}
        if in_year:
            self.days.setdefault(day, Totals()).add(entry, taken_back)
            self.last_of_day[day] = number

    def _take_seals(self, number: int, tables: dict[str, dict[str, str]]) -> None:
        """Remember the newest seal of each row that an entry seals; forget rows sealed with nothing (deleted), and
        visits, which `sealed.jsonl` leaves out.
        """
        for table, rows in tables.items():
            for key, seal in rows.items():
                if seal and table != "visit":
                    self.seals[table, key] = number, seal
                else:
                    self.seals.pop((table, key), None)

    def _check_reversal(self, reversal: dict[str, Any]) -> dict[str, Any]:
        """Check that a reversal reverses a whole earlier entry, once. Returns that entry."""
        number, original_number = reversal["number"], reversal["reverses"]
        if original_number in self._reversed:
            raise Wrong(f"L’écriture {original_number} est annulée deux fois, la seconde par la {number}.")
        self._reversed.add(original_number)
        original = self._taken_back.get(original_number)
        if (
            original is None
            or original_number >= number
            or original["kind"] == "reversal"
            or original["amount_cents"] != -reversal["amount_cents"]
            or any(original[name] != reversal[name] for name in ("account_id", "visit_id"))
        ):
            raise Wrong(f"L’écriture {number} ne reprend pas toute l’écriture {original_number}.")
        return original


# --- the closings


def _check_closings(source: Source, manifest: dict[str, Any], entries: Entries) -> str:
    """Check closings of days, months and the year against entries and each other. Returns what holds."""
    rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in _PERIODS}
    for row in source.rows("closings.jsonl"):
        _check_row(row, entries)
        rows[row["kind"]].append(row)
    last_day = _check_days(rows["day"], manifest, entries)
    _check_parts(rows["month"], rows["day"])
    _check_parts(rows["year"], rows["month"])
    until = manifest["year"]["until"]
    if last_day != until or [row["until_on"] for row in rows["year"]] != [until]:
        raise Wrong("L’exercice n’est pas clos jusqu’à son dernier jour.")
    counts = [len(rows[kind]) for kind in _PERIODS]
    return (
        "Les clôtures ({} de jour, {} de mois, {} d’exercice) disent ce que font leurs écritures, et le cumul "
        "perpétuel ne baisse jamais.".format(*counts)
    )


def _named(closing: dict[str, Any]) -> str:
    """Return how a report names a closing, in French."""
    words = {"day": "du {until_on}", "month": "du mois fini le {until_on}", "year": "de l’exercice fini le {until_on}"}
    return ("La clôture " + words[closing["kind"]] + ", écriture {entry}").format(**closing)


def _check_row(closing: dict[str, Any], entries: Entries) -> None:
    """Raise Wrong where a closing differs from its own entry, or its entry does not name the code before it."""
    entry = entries.closings.get(closing["entry"])
    period = [] if entry is None else [entry["detail"].get(name) for name in ("period", "from", "until")]
    if (
        entry is None
        or period != [closing["kind"], closing["from_on"], closing["until_on"]]
        or entry["detail"] != closing["totals"]
    ):
        raise Wrong(_named(closing) + ", n’est pas celle de son écriture.")
    if entry["detail"]["head"] != entry["previous"]:
        raise Wrong(_named(closing) + ", ne nomme pas le code de l’écriture d’avant.")


def _check_days(rows: list[dict[str, Any]], manifest: dict[str, Any], entries: Entries) -> str:
    """Check that each day is closed once, in order, with its entries' sums. Returns the last day."""
    grand_total, expected, last = manifest["grand_total_before"], None, ""
    for row in rows:
        day, detail = row["until_on"], row["totals"]
        if row["from_on"] != day or (expected is not None and day != expected):
            raise Wrong(_named(row) + ", ne suit pas celle de la veille.")
        expected = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
        if entries.last_of_day.get(day, 0) > row["entry"]:
            raise Wrong(f"L’écriture {entries.last_of_day[day]} est datée du {day}, déjà clos.")
        _compare(row, entries.days.pop(day, Totals()))
        grand_total += detail["charged"]
        if detail["charged"] < 0 or detail["grand_total"] != grand_total:
            raise Wrong(_named(row) + ", a un cumul perpétuel qui ne suit pas.")
        last = day
    for day in sorted(entries.days):
        raise Wrong(f"Le {day} a des écritures et n’est pas clos.")
    return last


def _check_parts(rows: list[dict[str, Any]], parts: list[dict[str, Any]]) -> None:
    """Check the totals of months against their days, or of the year against its months."""
    for row in rows:
        inside = [part for part in parts if row["from_on"] <= part["from_on"] and part["until_on"] <= row["until_on"]]
        sums = Totals()
        for part in inside:
            sums.merge(_read(part["totals"]))
        _compare(row, sums)
        if not inside or row["totals"]["grand_total"] != inside[-1]["totals"]["grand_total"]:
            raise Wrong(_named(row) + ", a un autre cumul perpétuel que sa dernière partie.")


def _read(detail: dict[str, Any]) -> Totals:
    """Return a closing entry's totals in the form in which they are summed here."""
    totals = Totals()
    totals.entries, totals.charged, totals.reversed = detail["entries"], detail["charged"], detail["reversed"]
    totals.products, totals.methods = Counter(detail["products"]), Counter(detail["methods"])
    totals.others = Counter(detail["others"])
    totals.net = Counter({int(rate): both[0] for rate, both in detail["vat"].items()})
    totals.tax = Counter({int(rate): both[1] for rate, both in detail["vat"].items()})
    return totals


def _compare(closing: dict[str, Any], totals: Totals) -> None:
    """Raise Wrong where a closing's totals differ from those that were summed."""
    closed_totals = _without_zeros(closing["totals"])
    for name, value in totals.as_closing().items():
        if closed_totals[name] != value:
            raise Wrong(f"{_named(closing)} : {name} dit {closed_totals[name]}, ses écritures font {value}.")


# --- receipts, invoices, credit notes


def _check_documents(source: Source, entries: Entries) -> str:
    """Check that each document is the one its entry issued, and that each series has no gap but numbers that a restore
    lost. Returns what holds.
    """
    count = 0
    last_number: dict[str, int] = {}
    for row in source.rows("documents.jsonl"):
        name = "{series} {number}".format(**row)
        detail = entries.documents.pop(row["entry"], None)
        digest = hashlib.sha256(row["content"].encode()).hexdigest()
        if detail is None or (detail["series"], detail["number"], detail["digest"]) != (
            row["series"],
            row["number"],
            digest,
        ):
            raise Wrong("Le document " + name + " n’est pas celui qu’une écriture a émis.")
        number_before = last_number.get(row["series"], row["number"] - 1)
        if (
            number_before != row["number"] - 1
            and (row["series"], number_before + 1, row["number"] - 1) not in entries.gaps
        ):
            raise Wrong("Le document " + name + " ne suit pas celui d’avant.")
        last_number[row["series"]] = row["number"]
        count += 1
    for number in sorted(entries.documents):
        raise Wrong(f"Le document de l’écriture {number} manque.")
    return f"Reçus, factures et avoirs ({count}) sont ceux que les écritures ont émis."


# --- the rows of rules, prices and rights


def _check_seals(source: Source, entries: Entries) -> str | None:
    """Check that each row's last seal is the one in the entries, and that rows which never change have the content that
    was sealed. Returns None for an archive of a version without seals.
    """
    if "sealed.jsonl" not in source.names():
        return None
    count = clear = 0
    for row in source.rows("sealed.jsonl"):
        name = "{table} {row}".format(**row)
        seal = entries.seals.pop((row["table"], row["row"]), None)
        if seal is not None and seal != (row["entry"], row["seal"]):
            raise Wrong(f"{name} n’est pas ce que l’écriture {seal[0]} a scellé.")
        if seal is None and row["entry"] >= entries.first:  # an earlier entry is not in this archive
            raise Wrong("{} : l’écriture {entry} ne l’a pas scellé.".format(name, **row))
        if "says" in row:
            wrong = _differing(row)
            if wrong is not None:
                raise Wrong("{} : {} n’est pas ce que l’écriture {entry} a scellé.".format(name, wrong, **row))
            clear += 1
        count += 1
    for table, key in sorted(entries.seals):
        raise Wrong(f"{table} {key} manque : l’écriture {entries.seals[table, key][0]} l’a scellé.")
    return (
        f"Règles, prix, produits, droits, payeurs et pièces ({count}) ont l’empreinte que les écritures ont scellée ; "
        f"{clear}, qui ne changent jamais, sont là en clair et la portent."
    )


def _differing(sealed_row: dict[str, Any]) -> str | None:
    """Return the columns of a row that are not as they were sealed, by the marks of its seal; None where all are. A
    seal older than a table's last columns covers only the first ones.
    """
    sealed_values = sealed_row["says"]
    texts = [json.dumps(value, ensure_ascii=False) for value in sealed_values.values()]
    count = (len(sealed_row["seal"]) - _SEAL_DIGITS) // _MARK_DIGITS
    text = "\n".join((sealed_row["salt"], sealed_row["table"], sealed_row["row"], *texts[:count]))
    if hashlib.sha256(text.encode()).hexdigest()[:_SEAL_DIGITS] == sealed_row["seal"][:_SEAL_DIGITS]:
        return None
    at = range(_SEAL_DIGITS, len(sealed_row["seal"]), _MARK_DIGITS)
    marks = [sealed_row["seal"][start : start + _MARK_DIGITS] for start in at]
    new_marks = [
        hashlib.sha256((sealed_row["salt"] + "\n" + each).encode()).hexdigest()[:_MARK_DIGITS] for each in texts[:count]
    ]
    return ", ".join(name for name, old, new in zip(sealed_values, marks, new_marks) if old != new) or "une valeur"  # noqa: B905  # 3.8


# --- all of it


def verify(path: str, key: str | None = None, heads: list[tuple[int, str]] | None = None) -> Report:
    """Check an archive and return the report. `heads` are numbers of entries with the digits of their seals as they
    were written down.
    """
    report = Report()
    try:
        source = Source(path)
        try:
            _check_container_of(source, report)
            manifest = _check_signature(source, report, key)
            report.manifest, report.title = manifest, _title(manifest)
            _check_names(source, manifest)
            _check_files(source, manifest, report)
            _check_books(source, manifest, report, heads or [])
        finally:
            source.close()
    except Wrong as wrong:
        report.fails.append(str(wrong))
    except _DAMAGED:
        report.fails.append("Le fichier est abîmé : il ne se lit pas comme une archive ZIP.")
    except _UNREADABLE as error:
        report.fails.append(f"Quelque chose n’est pas à sa place dans l’archive ({type(error).__name__}).")
    return report


def _check_container_of(source: Source, report: Report) -> None:
    """Report a fault of the container, and continue with its content."""
    try:
        _check_container(source)
    except Wrong as wrong:
        report.fails.append(str(wrong))


def _check_books(
    source: Source,
    manifest: dict[str, Any],
    report: Report,
    heads: list[tuple[int, str]],
) -> None:
    """Check entries, closings, documents, seals and noted heads; add each result to the report."""
    entries = Entries(source, manifest)
    whole = entries.walk([number for number, _ in heads])
    report.holds.append(
        "Les écritures se suivent sans trou, de la {first} à la {last} : {whole} de l’exercice en entier, et le code "
        "seul des autres.".format(whole=whole, **manifest["chain"])
    )
    report.holds.append("Chaque contre-écriture reprend une écriture entière, une seule fois.")
    report.holds.append(_check_closings(source, manifest, entries))
    report.holds.append(_check_documents(source, entries))
    seals = _check_seals(source, entries)
    if seals is not None:
        report.holds.append(seals)
    for number, digits in heads:
        _check_head(report, entries, number, digits)
    report.unknown.append(
        SEALS_UNKNOWN + " ne se recalcule qu’avec la clé de la chaîne, qui n’est pas ici : sur la borne, "
        "kiosk verify ARCHIVE. Un code de contrôle noté s’ajoute ici par --head ÉCRITURE:CODE."
    )
    report.unknown.append(
        "Les textes libres (raisons, références) ne sont pas dans l’archive, seulement leur empreinte."
    )


def _check_head(report: Report, entries: Entries, number: int, digits: str) -> None:
    """Compare an entry's control code with the one that was noted, of which 8 digits are enough."""
    mac = entries.macs.get(number)
    if mac is None:
        report.unknown.append(f"L’écriture {number} n’est pas dans cette archive.")
    elif len(digits) >= 8 and mac.startswith(digits.lower()):
        report.holds.append(f"Le code de contrôle de l’écriture {number} est celui qui a été noté.")
    else:
        report.fails.append(f"Le code de contrôle de l’écriture {number} n’est pas celui qui a été noté.")


def _title(manifest: dict[str, Any]) -> str:
    """Return the archive's name for the report: fiscal year, its days and the association."""
    training = "MODE ÉCOLE, rien ne compte. " if manifest["training"] else ""
    name = manifest["association"].get("name", "sans nom")
    return "{}Archive de l’exercice {} ({} – {}), {}.".format(
        training, manifest["year"]["name"], manifest["year"]["from"], manifest["year"]["until"], name
    )


_USAGE = "python3 verify.py [ARCHIVE.zip] [--key EMPREINTE] [--head ÉCRITURE:CODE ...]"


def main(arguments: list[str]) -> int:
    """Run the command line. Returns the exit status."""
    path, key, heads = os.path.dirname(os.path.abspath(__file__)), None, []  # noqa: PTH100, PTH120
    left = list(arguments)
    while left:
        word = left.pop(0)
        if word == "--key" and left:
            key = left.pop(0)
        elif word == "--head" and left:
            number, _, digits = left.pop(0).partition(":")
            if not number.isdigit() or not digits:
                print(_USAGE)
                return 2
            heads.append((int(number), digits))
        elif word.startswith("-"):
            print(_USAGE)
            return 2
        else:
            path = word
    report = verify(path, key, heads)
    for line in report.lines():
        print(line)
    return 1 if report.fails else 0


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")
    sys.exit(main(sys.argv[1:]))
