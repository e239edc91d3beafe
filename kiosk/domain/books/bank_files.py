"""Whatever a bank or HelloAsso lets one download, as lines: which kind of file it is, and who reads it."""

from dataclasses import dataclass

from kiosk.domain import spreadsheet
from kiosk.domain.books import bank_camt, bank_csv, bank_lines, bank_ofx
from kiosk.domain.books.bank_csv import Layout, Sheet
from kiosk.domain.books.bank_lines import MOST_BYTES, BankLine, Source
from kiosk.domain.problems import Problem


@dataclass(frozen=True, slots=True)
class Opened:
    """A file whose kind is known. A `sheet` wants a layout; all others are read already."""

    source: Source
    lines: tuple[BankLine, ...] = ()
    sheet: Sheet | None = None

    def read(self, layout: Layout | None = None) -> list[BankLine]:
        """Its lines. Raises Problem `bank-columns`, `bank-row` or `bank-empty`."""
        lines = list(self.lines) if self.sheet is None else bank_csv.read(self.sheet, layout or self.guess())
        if not lines:
            raise Problem("bank-empty", "no line of an account is in the file")
        return bank_lines.without_shared_numbers(lines)

    def guess(self) -> Layout:
        """How its columns would be read; nothing for a file that has none."""
        return Layout(()) if self.sheet is None else bank_csv.guess(self.sheet)


def open_(data: bytes) -> Opened:
    """What kind of file it is. Raises Problem `import-size` and others of `spreadsheet`, `bank-file`, `bank-entities`,
    `bank-accounts`, `bank-currency`, `bank-many`, `bank-day`, `bank-sum` or `bank-line`.
    """
    if len(data) > MOST_BYTES:
        raise Problem("import-size", f"the file has more than {MOST_BYTES // 1000} KB")
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = _from_utf16(data)
    text = spreadsheet.decoded(data)
    start = text.lstrip().lower()
    if bank_ofx.is_ofx(text):
        return Opened(Source.OFX, tuple(bank_ofx.read(text)))
    if start.startswith(("<?xml", "<document", "<!doctype", "<html", "<")):
        if not bank_camt.is_camt(text):
            raise Problem("bank-file", "the file is no bank statement: export it as OFX, CSV or CAMT.053")
        return Opened(Source.CAMT, tuple(bank_camt.read(text)))
    sheet = bank_csv.open_(data)
    return Opened(Source.HELLOASSO if bank_csv.guess(sheet).is_helloasso else Source.CSV, sheet=sheet)


def _from_utf16(data: bytes) -> bytes:
    try:
        return data.decode("utf-16").encode()
    except UnicodeError:
        raise Problem("import-letters", "the file is no text that can be read") from None
