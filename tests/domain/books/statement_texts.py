"""Writes one statement in each format that can hold a proof, so that tests can change a thing in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from tests.domain.books import statement_shapes as shapes


@dataclass(frozen=True, slots=True)
class Moved:
    """A line as a bank writes it."""

    cents: int
    is_booked: bool = True
    currency: str = "EUR"

    @property
    def sum(self) -> str:
        """With a comma, as the French write it."""
        return f"{'-' if self.cents < 0 else ''}{abs(self.cents) // 100},{abs(self.cents) % 100:02}"


class Written(Enum):
    """The formats."""

    SIGNED = "signed"
    COLUMNS = "columns"
    TOTALS = "totals"
    CAMT = "camt"
    CFONB = "cfonb"

    def text(self, lines: Sequence[Moved], opening: int, *, sums_of: Sequence[Moved] | None = None) -> bytes:
        """The lines between balances, or above totals, that are those of `sums_of`."""
        proved = [each.cents for each in sums_of or lines]
        closing = Moved(opening + sum(proved))
        match self:
            case Written.SIGNED:
                rows = [f"{_day(at)};VIR {at};{each.sum};{_booked(each)}" for at, each in enumerate(lines)]
                begins, ends = (
                    f"31/10/2026;ANCIEN SOLDE;{Moved(opening).sum};;",
                    f"30/11/2026;SOLDE AU 30/11/2026;{closing.sum};;",
                )
                return shapes.csv("Date;Libellé;Montant;Statut;Devise", begins, *rows, ends)
            case Written.COLUMNS:
                rows = [f"{_day(at)};VIR {at};{_columns(each)};{_booked(each)}" for at, each in enumerate(lines)]
                begins, ends = (
                    f"Solde {name};{each.sum}" for name, each in (("initial", Moved(opening)), ("final", closing))
                )
                return shapes.csv(begins, ends, "Date;Libellé;Débit;Crédit;Statut;Devise", *rows)
            case Written.TOTALS:
                rows = [f"{_day(at)};VIR {at};{_columns(each)};{_booked(each)}" for at, each in enumerate(lines)]
                out, in_ = (
                    Moved(sum(abs(cents) for cents in proved if (cents < 0) is is_out)) for is_out in (True, False)
                )
                return shapes.csv(
                    "Date;Libellé;Débit;Crédit;Statut;Devise", *rows, f";TOTAL DES MOUVEMENTS;{out.sum};{in_.sum};;"
                )
            case Written.CAMT:
                entries = [
                    shapes.entry(
                        f"{abs(each.cents) // 100}.{abs(each.cents) % 100:02}",
                        "DBIT" if each.cents < 0 else "CRDT",
                        "BOOK" if each.is_booked else "PDNG",
                        each.currency,
                    )
                    for each in lines
                ]
                begins, ends = (
                    shapes.bal(code, f"{abs(cents) // 100}.{abs(cents) % 100:02}", day, is_less=cents < 0)
                    for code, cents, day in (("OPBD", opening, "2026-11-01"), ("CLBD", closing.cents, "2026-11-30"))
                )
                return shapes.camt(*entries, opening=begins, closing=ends)
            case Written.CFONB:
                moves = [
                    shapes.cfonb_line("04", "251126", f"VIR {at}", each.cents, currency=each.currency)
                    for at, each in enumerate(lines)
                    if each.is_booked  # a bank gives what is booked, and nothing else
                ]
                return shapes.csv(
                    shapes.cfonb_line("01", "311026", "", opening),
                    *moves,
                    shapes.cfonb_line("07", "301126", "", closing.cents),
                )


def _day(at: int) -> str:
    return f"{10 + at}/11/2026"


def _columns(line: Moved) -> str:
    return f"{Moved(-line.cents).sum};" if line.cents < 0 else f";{line.sum}"


def _booked(line: Moved) -> str:
    return f"{'Comptabilisé' if line.is_booked else 'En attente'};{line.currency}"
