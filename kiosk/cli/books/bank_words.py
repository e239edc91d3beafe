"""Words the report of `bank import`: each line and its fate (new, known, refused), the sums side by side, how the file
was read. `letters` are the file's text encoding, with a score from 0 to 100 and another encoding that fits as well.
"""

from msgspec import Struct

from kiosk.domain import amounts
from kiosk.domain.books.statements.bank_columns import Layout
from kiosk.domain.books.statements.bank_files import Opened
from kiosk.domain.books.statements.bank_guess import Guess
from kiosk.domain.books.statements.bank_lines import BankLine
from kiosk.domain.books.statements.bank_report import Fate, ImportReport
from kiosk.domain.books.statements.bank_trust import Trust
from kiosk.domain.books.statements.statement_facts import Row, Sums
from kiosk.errors import RequestError


class Plan(Struct, frozen=True):
    """How a file is going to be read: by a layout that a person confirmed, or by a `guess` that still has to be
    confirmed.
    """

    opened: Opened  # the file
    layout: Layout | None  # None: no person confirmed one, or the format needs none
    trust: Trust  # how far the file's sums are proved
    guess: Guess | None  # of the columns, where the trust is not enough

    def check(self) -> None:
        """Check that the file is proved or confirmed. Raises RequestError `bank-unconfirmed` or `bank-unproved`."""
        if self.trust is not Trust.CONFIRMED and self.opened.sheet is None and not self.trust.is_enough:
            text = f"nothing proves the sums of this file ({self.trust.value} shape): compare --dry-run with the paper"
            raise RequestError("bank-unproved", f"{text}, then --unproved")
        if self.guess is not None:
            doubts = f", in doubt: {', '.join(self.guess.doubts)}" if self.guess.doubts else ""
            text = f"its columns are not confirmed: check --dry-run, then --columns {_quoted(self.guess)}"
            raise RequestError("bank-unconfirmed", f"{text}{doubts}")


def _quoted(guess: Guess) -> str:
    """Return the guessed columns in quotes, ready to paste after `--columns`."""
    return f"'{guess.layout.words}'"


def of_line(line: BankLine) -> dict[str, object]:
    """Return the facts of a bank line for programs; the amount is in euros, below 0 where money went out."""
    return {
        "day": line.day,
        "amount": amounts.plain(line.cents),
        "label": line.label,
        "party": line.party,
        "reference": line.reference,
        "source": line.source.value,
    }


def facts(report: ImportReport, plan: Plan, dry_run: bool) -> dict[str, object]:
    """Return the report for programs. `refused` counts lines that cannot be read and may be about money; `done` is
    False in a dry run; `balances` counts balances in the file that add up with its lines.
    """
    opened, guess = plan.opened, plan.guess
    return {
        "new": len(report.new),
        "known": report.known,
        "refused": len(report.reading.lost),
        "done": not dry_run,
        "lines": [_row(row, fate) for row, fate in report.rows],
        "sums": {name: _sums(sums) for name, sums in report.sums.items()},
        "balances": report.reading.balances,
        "proof": report.reading.proof.value,
        "trust": plan.trust.value,
        "letters": {"name": opened.letters.name, "score": opened.letters.score, "doubt": opened.letters.doubt or None},
        "guess": guess and {"columns": guess.layout.words, "doubts": list(guess.doubts)},
    }


def _row(file_row: Row, fate: Fate) -> dict[str, object]:
    """Return a row of the file and its fate for programs, as `--json` prints it: a bank line by its facts, any other
    row by its text and the reason.
    """
    state = (
        {"text": file_row.text, "code": file_row.code, "why": file_row.why}
        if file_row.line is None
        else of_line(file_row.line)
    )
    return {"line": file_row.number, "fate": fate.value, "new": fate is Fate.NEW, **state}


def _sums(sums: Sums) -> dict[str, object]:
    """Return the totals of some lines for programs, as `--json` prints it."""
    return {"lines": sums.lines, "in": amounts.plain(sums.in_cents), "out": amounts.plain(sums.out_cents)}


def text(report: ImportReport, plan: Plan, dry_run: bool) -> str:
    """Return the report for people."""
    read = plan.opened.letters
    words = [_told(row, fate) for row, fate in report.rows]
    words += [
        f"{name:>8}: {sums.lines:>4} lines {amounts.plain(sums.in_cents):>14} in {amounts.plain(sums.out_cents):>9} out"
        for name, sums in report.sums.items()
    ]
    words.append(f"letters: {read.name} ({read.score} %)" + (f", or {read.doubt}" if read.doubt else ""))
    words.append(f"balances that add up: {report.reading.balances}; proof: {report.reading.proof.value}")
    if plan.guess is not None:
        words.append(f"guessed: --columns {_quoted(plan.guess)}")
        words += [f"in doubt: {doubt}" for doubt in plan.guess.doubts]
    dry = " (nothing is kept: --dry-run)" if dry_run else ""
    lost = f", {len(report.reading.lost)} refused" if report.reading.lost else ""
    return "\n".join([*words, f"{len(report.new)} new, {report.known} there already{lost}{dry}"])


def _told(file_row: Row, fate: Fate) -> str:
    """Return a row of the file and its fate for people; a refused one with its code."""
    if file_row.line is None:
        why = f" {file_row.why}" if file_row.why else ""
        return f"{file_row.number:>6} {fate.value:<7} {file_row.text[:60]} [{file_row.code}]{why}"
    line, amount = file_row.line, amounts.plain(file_row.line.cents)
    return f"{file_row.number:>6} {fate.value:<7} {line.day} {amount:>12} {line.label}"
