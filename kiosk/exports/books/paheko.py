"""Writes the CSV that Paheko imports («Importer des écritures», type «Complet groupé», which is its own export's
format).

The columns, and that the first seven are empty on an écriture's further lines, come from its documentation and its
import page: https://garradin.eu/formats-type-import-export-comptabilite (Paheko's former name) and
https://github.com/paheko/paheko, src/include/lib/Paheko/Accounting/Export.php, src/www/admin/acc/years/import.php.

«Numéro d'écriture» stays empty: Paheko would look for an écriture of that number. «Type» is «Avancé», which takes any
number of lines. An *écriture* is an accounting entry whose lines balance. In a `training` home, where nothing counts,
name and labels say so.
"""

import csv
import io
from collections.abc import Iterable
from datetime import date

from kiosk.domain import amounts
from kiosk.domain.books.ecritures import Ecriture, french
from kiosk.domain.spreadsheet import FORMULA_STARTS

COLUMNS = (
    "Numéro d'écriture",
    "Type",
    "Statut",
    "Libellé",
    "Date",
    "Remarques",
    "Numéro pièce comptable",
    "Numéro compte",
    "Libellé compte",
    "Débit",
    "Crédit",
    "Référence ligne",
    "Libellé ligne",
)
MOST_LINES = 499_998  # Paheko reads no more, the header apart
_TYPE = "Avancé"
_LONGEST = 190  # bytes: Paheko accepts less than 200
_FURTHER = ("",) * 7  # the first columns of an écriture's further lines


def file_name(first_on: date, last_on: date, *, training: bool) -> str:
    """Return the file's name."""
    return f"{'ECOLE_' if training else ''}paheko_{first_on}_{last_on}.csv"


def header() -> bytes:
    """Return the header line, after the mark that tells spreadsheets that the file is UTF-8."""
    return b"\xef\xbb\xbf" + _as_csv([COLUMNS])


def lines(ecritures: Iterable[Ecriture], *, training: bool) -> bytes:
    """Return some écritures as bytes of the file."""
    mark = "MODE ECOLE " if training else ""
    return _as_csv(row for each in ecritures for row in _rows(each, mark))


def _rows(ecriture: Ecriture, mark: str) -> Iterable[tuple[str, ...]]:
    """Return the lines of one écriture; only the first has its label and day."""
    label = _short(mark + ecriture.label)
    first_columns: tuple[str, ...] = ("", _TYPE, "", label, french(ecriture.day_on), "", ecriture.piece)
    for line in ecriture.lines:
        party_label = "" if line.party is None else f"{line.account.label} : {line.party}"
        yield (
            *first_columns,
            line.account.number,
            _harmless(line.account.label),
            _sum(line.debit),
            _sum(line.credit),
            "",
            _harmless(party_label),
        )
        first_columns = _FURTHER


def _sum(cents: int) -> str:
    """Return an amount with a comma; nothing for 0."""
    return amounts.plain(cents, ",") if cents else ""


def _short(label: str) -> str:
    """Return a label no longer than Paheko accepts, without the backslashes on which its CSV reader stumbles."""
    return _harmless(label.replace("\\", "/")).encode()[:_LONGEST].decode(errors="ignore")


def _harmless(text: str) -> str:
    """Return a text that no spreadsheet runs as a formula: with a space before it, since an apostrophe would stay in
    Paheko's books.
    """
    return f" {text}" if text.startswith(FORMULA_STARTS) else text


def _as_csv(rows: Iterable[tuple[str, ...]]) -> bytes:
    """Return rows as bytes of the file."""
    file = io.StringIO(newline="")
    csv.writer(file, delimiter=";", lineterminator="\r\n").writerows(rows)
    return file.getvalue().encode()
