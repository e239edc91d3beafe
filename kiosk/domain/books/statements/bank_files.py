"""Reads any downloaded file of a bank or a platform as lines: recognises its kind and calls that kind's reader."""

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain import letters
from kiosk.domain.books.statements import (
    bank_camt,
    bank_cfonb,
    bank_csv,
    bank_foreign,
    bank_guess,
    bank_lines,
    bank_ofx,
)
from kiosk.domain.books.statements.bank_columns import Layout
from kiosk.domain.books.statements.bank_csv import Sheet
from kiosk.domain.books.statements.bank_guess import Guess
from kiosk.domain.books.statements.bank_lines import MOST_BYTES, BankLine, Source
from kiosk.domain.books.statements.statement_facts import StatementFacts
from kiosk.domain.problems import Problem

LETTERS = "letters"  # a doubt: two encodings fit equally well


class Opened(Struct, frozen=True):
    """A file whose kind and encoding are known. A `sheet` still needs a layout; other kinds are read
    already (`facts`).
    """

    source: Source
    letters: letters.Reading
    facts: StatementFacts | None = None  # of a file that needs no layout
    sheet: Sheet | None = None

    @property
    def shape(self) -> str:
        """Return the key under which a person's confirmation for files like this one is remembered."""
        return self.sheet.key if self.sheet is not None else self.facts.shape if self.facts is not None else ""

    def reading(self, layout: Layout | None = None) -> StatementFacts:
        """Return every line, read or lost, with the details of its writing (`manners`) that a bank could change.

        Raises Problem `bank-columns`, `bank-balance` or `bank-empty`.
        """
        if self.sheet is not None:
            facts = bank_csv.read(self.sheet, layout or self.guess().layout)
        else:
            facts = self.facts or StatementFacts(())
        if not facts.lines and not facts.lost:
            raise Problem("bank-empty", "no line of an account is in the file")
        facts = facts.with_lines(bank_lines.without_shared_numbers(facts.lines))  # a shared number identifies no line
        return replace(facts, manners=(*facts.manners, *_account_of(facts)))

    def read(self, layout: Layout | None = None) -> list[BankLine]:
        """Return the lines of a file that is read entirely. Raises Problem `bank-row` for the first lost line."""
        facts = self.reading(layout)
        for row in facts.lost:
            raise Problem("bank-row", "line {line}: {why}", line=row.number, why=row.why)
        return facts.lines

    def confirmed(self, layout: Layout | None = None) -> Layout:
        """Return the layout to remember once a person confirms that files of this shape are read correctly."""
        chosen = layout or self.guess().layout
        return replace(chosen, manners=self.reading(chosen).manners)

    def guess(self) -> Guess:
        """Guess how its columns are read, and say what is in doubt; an empty guess for a file without columns."""
        if self.sheet is None:
            return Guess(Layout(()))
        guessed = self.sheet.guess()
        # doubts about how sums are written, which a file that adds up removes
        if set(guessed.doubts) & bank_guess.OF_SUMS and self._adds_up(guessed.layout):
            guessed = replace(
                guessed, doubts=tuple(doubt for doubt in guessed.doubts if doubt not in bank_guess.OF_SUMS)
            )
        return replace(guessed, doubts=(*guessed.doubts, LETTERS)) if self.letters.doubt else guessed

    def _adds_up(self, layout: Layout) -> bool:
        """Tell whether the file's own balances prove its sums when read so."""
        try:
            return self.reading(layout).is_proved
        except Problem:
            return False


def _account_of(facts: StatementFacts) -> tuple[tuple[str, str], ...]:
    """Return the last digits of the account's number: a file of another account is not like the confirmed one."""
    digits = "".join(letter for letter in facts.account if letter.isdigit())
    return (("account", digits[-4:]),) if digits else ()


def open_(content: bytes, by: str = "") -> Opened:
    """Recognise the kind of a file, read in the encoding `by` or the one that fits best.

    Raises Problem `import-size`, those of tables and encodings (`import-…`), `bank-file`, `bank-entities`,
    `bank-accounts`, `bank-currency`, `bank-many`, `bank-payouts`, `bank-balance`, `bank-mt940`, `bank-qif`, `bank-pdf`.
    """
    if len(content) > MOST_BYTES:
        raise Problem("import-size", kilobytes=MOST_BYTES // 1000)
    bank_foreign.refuse(content)  # formats that are not read here: PDF, QIF, MT940
    read = letters.read(content, by)
    text = read.text
    start = text.lstrip().lower()
    if bank_ofx.is_ofx(text):
        return Opened(Source.OFX, read, bank_ofx.read(text))
    if start.startswith(("<?xml", "<document", "<!doctype", "<html", "<")):
        if not bank_camt.is_camt(text):
            raise Problem("bank-file", "the file is no bank statement: export it as OFX, CSV or CAMT.053")
        return Opened(Source.CAMT, read, bank_camt.read(text))
    if bank_cfonb.is_cfonb(text):
        return Opened(Source.CFONB, read, bank_cfonb.read(text))
    sheet = bank_csv.open_(text)
    return Opened(sheet.guess().layout.platform or Source.CSV, read, sheet=sheet)
