"""Writes the format of an archive: one ZIP file of JSON lines and CSV, a signed manifest, the verifier, and a page to
read first.

The same year gives the same bytes: entries in order, the same moment on all files, a signature without chance. Version
1.
"""

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import IO, Any

from msgspec import Struct

from kiosk.domain import amounts
from kiosk.exports.books import verify_archive
from kiosk.exports.books.verify_archive import COMMENT, DIGEST_DIGITS, MANIFEST, PUBLIC_KEY, SIGNATURE

VERIFIER, READ_ME = "verify.py", "LISEZMOI.txt"
CANONICAL = {  # how a seal is recomputed with the chain's key
    "form": 1,
    "fields": ["form", *(name for name in verify_archive.FIELDS if name not in ("form", "mac"))],
    "text": "the fields in this order with U+000A between them, in UTF-8; absent ones empty, as text in entries.jsonl",
    "mac": "HMAC-SHA256(key, home in UTF-8 + the 32 bytes of the MAC before + text); 32 zero bytes before 1",
    "key": "the chain's; where key_id ends in .N, HMAC-SHA256(chain key, 'kiosk: what a door seals with' + U+000A + N)",
}
_CHUNK = 1 << 16  # bytes or characters that are handled at once
_LEVEL = 6  # of compression

Row = Mapping[str, Any]


class File(Struct, frozen=True):
    """A file of the archive, as it stands in the manifest."""

    name: str
    sha256: str
    size: int
    rows: int


class Writer:
    """Writes an archive piece by piece into a file that is open for reading, writing and seeking."""

    def __init__(self, file: IO[bytes], on: date) -> None:
        self._file = file
        self._on = on
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL)
        self._made: list[File] = []  # the files written so far, for the manifest

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()  # does nothing if it was finished

    def add(self, name: str, pieces: Iterable[tuple[int, bytes]]) -> None:
        """Add a file, given as pieces, each with the number of rows in it."""
        digest, size, rows = hashlib.sha256(), 0, 0
        with self._zip.open(self._info(name), "w", force_zip64=True) as file:
            for count, piece in pieces:
                file.write(piece)
                digest.update(piece)
                size += len(piece)
                rows += count
        self._made.append(File(name, digest.hexdigest(), size, rows))

    def finish(self, manifest: Row, public_key: bytes, sign: Callable[[bytes], bytes]) -> None:
        """Write the manifest with size, rows and digest of every file, its signature and the public key; then the
        digest of the whole archive as the ZIP's comment.
        """
        files = {
            file.name: {"bytes": file.size, "rows": file.rows, "sha256": file.sha256}
            for file in sorted(self._made, key=lambda file: file.name)
        }
        text = json.dumps({**manifest, "files": files}, sort_keys=True, ensure_ascii=False, indent=1).encode() + b"\n"
        for name, data in ((MANIFEST, text), (SIGNATURE, sign(text)), (PUBLIC_KEY, public_key)):
            self._zip.writestr(self._info(name), data)
        self._zip.comment = COMMENT + b"0" * DIGEST_DIGITS
        self._zip.close()
        self._seal()

    def _seal(self) -> None:
        """Write the SHA-256 of everything before the last digits over those digits, which were left blank for it."""
        self._file.seek(0, io.SEEK_END)
        bytes_left, digest = self._file.tell() - DIGEST_DIGITS, hashlib.sha256()
        self._file.seek(0)
        while bytes_left:
            piece = self._file.read(min(_CHUNK, bytes_left))
            digest.update(piece)
            bytes_left -= len(piece)
        self._file.seek(-DIGEST_DIGITS, io.SEEK_END)
        self._file.write(digest.hexdigest().encode())
        self._file.flush()

    def _info(self, name: str) -> zipfile.ZipInfo:
        """Return a ZIP entry's header: the archive's day as its date, and readable by all."""
        info = zipfile.ZipInfo(name, (self._on.year, self._on.month, self._on.day, 0, 0, 0))
        # 3: Unix, whose rights of an ordinary file stand in the upper half of the attributes
        info.compress_type, info.create_system, info.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
        return info


def lines(pages: Iterable[Iterable[Row]]) -> Iterator[tuple[int, bytes]]:
    """Yield rows as JSON, one a line, in pieces."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return _pieces(f"{encode(row)}\n" for page in pages for row in page)


def table(columns: Sequence[str], pages: Iterable[Iterable[Sequence[object]]]) -> Iterator[tuple[int, bytes]]:
    """Yield rows as CSV, in pieces: the dialect that French spreadsheets open with a double click."""
    last_text = _LastText()
    writer = csv.writer(last_text, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    yield 0, f"\ufeff{last_text.text}".encode()
    # `writerow` returns the number of characters, never 0: as a condition it writes each row before its text is taken
    yield from _pieces(last_text.text for page in pages for row in page if writer.writerow(row))


class _LastText:
    """A file that remembers only the last text written to it, so that each row of a CSV writer can be taken."""

    text = ""

    def write(self, text: str) -> int:
        """Remember this text in the place of the one before."""
        self.text = text
        return len(text)


def _pieces(rows: Iterable[str]) -> Iterator[tuple[int, bytes]]:
    """Yield rows joined to pieces of about `_CHUNK` characters, each with its number of rows. One row may be long: the
    closing of a day with many accounts.
    """
    rows_of_piece, size = list[str](), 0
    for row in rows:
        rows_of_piece.append(row)
        size += len(row)
        if size >= _CHUNK:
            yield len(rows_of_piece), "".join(rows_of_piece).encode()
            rows_of_piece, size = [], 0
    if rows_of_piece:
        yield len(rows_of_piece), "".join(rows_of_piece).encode()


def euros(cents: int) -> str:
    """Return cents as euros, in the form that French spreadsheets read."""
    return amounts.plain(cents).replace(".", ",")


def whole(text: str) -> list[tuple[int, bytes]]:
    """Return a text as a file of one piece."""
    return [(text.count("\n"), text.encode())]


def verifier() -> str:
    """Return the source of the verifier, which is put into each archive."""
    return Path(verify_archive.__file__).read_text("utf-8")


def read_me(manifest: Row, fingerprint: str) -> str:
    """Return the page to read first, in French: what the archive contains and how it is checked."""
    training = "MODE ÉCOLE : rien de ceci ne compte.\n\n" if manifest["training"] else ""
    year, chain = manifest["year"], manifest["chain"]
    name = manifest["association"].get("name", "association sans nom")
    return _READ_ME.format(
        training=training,
        name=name,
        year=year["name"],
        first_on=year["from"],
        last_on=year["until"],
        first=chain["first"],
        last=chain["last"],
        head=chain["head"],
        fingerprint=fingerprint,
        version=manifest["version"],
    )


_READ_ME = """\
{training}ARCHIVE DES COMPTES
{name}
Exercice {year}, du {first_on} au {last_on}

CE QUE C’EST
Les écritures de l’exercice, ses clôtures, les reçus, factures et avoirs émis, les numéros des comptes, les tarifs et
les règles. Le tout est signé : une virgule changée se voit. Aucune clé secrète n’est dedans.

VÉRIFIER
Il faut Python 3.8 ou plus récent, sans réseau et sans rien installer :
    python3 verify.py
dans le dossier où l’archive est ouverte, ou bien : python3 verify.py ARCHIVE.zip
Le programme dit ce qui tient, ce qui ne tient pas, et ce qu’il ne peut pas savoir. En cas de doute sur verify.py
lui-même, prenez celui d’une autre archive ou du logiciel : il n’y a qu’une version de ce format ({version}).

Empreinte de la clé qui a signé (SHA-256 de public-key.json), à comparer à celle qui a été notée ailleurs :
    {fingerprint}
Première écriture {first}, dernière {last}, dont le code de contrôle est :
    {head}

CE QUE VERIFY.PY NE PEUT PAS SAVOIR
Les codes de contrôle ne se recalculent qu’avec la clé de la borne. L’association le fait par : kiosk verify ARCHIVE.zip
Un code de contrôle noté pendant l’année (courriel, reçu, clôture imprimée) se vérifie par :
    python3 verify.py --head ÉCRITURE:CODE

LES FICHIERS
manifest.json, manifest.sig, public-key.json   le sommaire signé (RSA 3072, PKCS#1 v1.5, SHA-256), la clé publique
entries.jsonl, entries.csv                     les écritures ; entre deux d’entre elles, le seul code de celles d’un
                                               autre exercice (« elsewhere »)
reversed.jsonl                                 les écritures que des contre-écritures annulent
closings.jsonl                                 les clôtures de jour, de mois et de l’exercice, avec leurs totaux
documents.jsonl, documents.csv                 reçus, factures, avoirs, tels qu’émis
members.csv, organisations.csv                 numéros de membres et de structures, et leurs comptes : aucun nom
products.jsonl, tariffs.jsonl, rules.jsonl     ce qui se vend, à quel prix, selon quelles règles
sealed.jsonl                                   l’empreinte de chaque règle, prix, produit, droit, payeur et pièce, telle
                                               qu’une écriture l’a scellée ; ce qui ne change jamais y est en clair
verify.py                                      le programme qui vérifie
Les .jsonl ont un objet JSON par ligne, en UTF-8 ; les .csv s’ouvrent d’un double clic. Les sommes sont en centimes.
Les membres sont des numéros. Les factures nomment leur structure, et les écritures l’adresse du bureau de qui les a
écrites. Les textes libres (raisons, références de chèques) n’y sont pas, seulement leur empreinte.

COMBIEN DE TEMPS
Six ans au moins pour le fisc (livre des procédures fiscales, L102 B), dix pour les comptes (code de commerce, L123-22).
Gardez deux exemplaires sur deux supports, en deux lieux.
"""
