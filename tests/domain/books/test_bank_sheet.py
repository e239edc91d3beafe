"""The sheet of account 512: every cent of the bank's lines and of the books is in one term."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.books import bank_sheet
from kiosk.domain.books.bank_sheet import Movement, SheetLine, Term
from kiosk.domain.books.statements.statement_chain import Gap, Held

FIRST, UNTIL = date(2026, 10, 1), date(2026, 10, 31)
_CENTS = st.integers(-100_000, 100_000).filter(bool)
_DAY = st.integers(0, 60).map(lambda days: FIRST + timedelta(days=days))
_REASONS = st.sampled_from(["loyer", "EDF", "virement interne"])
Month = tuple[list[SheetLine], list[Movement], list[Held]]


@st.composite
def months(draw: st.DrawFn) -> Month:
    """Lines that are decided in any way, entries before and after them, and balances with a statement missing."""
    lines: list[SheetLine] = []
    movements: list[Movement] = []

    def written(cents: int, day: date, reverses: int | None = None, *, is_opening: bool = False) -> int:
        movements.append(Movement(len(movements) + 1, day, cents, reverses, is_opening))
        return len(movements)

    for day, cents in draw(st.lists(st.tuples(_DAY, _CENTS), max_size=25)):
        how = draw(st.sampled_from(["open", "aside", "one", "two"]))
        if how == "aside":
            lines.append(SheetLine(day, cents, aside=draw(_REASONS)))
        elif how == "open":
            lines.append(SheetLine(day, cents))
        else:
            part = draw(st.integers(-1000, 1000)) if how == "two" else 0
            parts = [cents - part, *([part] if part else [])]
            lines.append(SheetLine(day, cents, entries=tuple(written(each, draw(_DAY)) for each in parts)))
    for day, cents in draw(st.lists(st.tuples(_DAY, _CENTS), max_size=10)):
        is_opening = draw(st.booleans())
        number = written(cents, day, is_opening=is_opening)
        if draw(st.booleans()):
            written(-cents, draw(_DAY), number, is_opening=is_opening)
    start, lost, lost_on = draw(_CENTS), draw(st.just(0) | _CENTS), draw(_DAY)
    ends = sorted({draw(_DAY), draw(_DAY), UNTIL}) if draw(st.booleans()) else []

    def held(day: date) -> int:
        return start + sum(line.cents for line in lines if line.day_on <= day) + (lost if lost_on <= day else 0)

    return lines, movements, [Held(day, held(day)) for day in ends]


@given(months())
def test_the_terms_add_up_to_the_account_to_the_cent(month: Month) -> None:
    lines, movements, balances = month
    found = bank_sheet.sheet(lines, movements, balances, UNTIL)
    assert (found.difference, found.uneven) == (0, 0)
    assert found.account == sum(each.cents for each in movements if each.day_on <= UNTIL)
    assert found.balance == next((each.cents for each in balances if each.on == UNTIL), None), "the bank's own word"


def test_a_month_as_a_treasurer_reads_it() -> None:
    lines = [
        SheetLine(date(2026, 10, 2), 10_000, entries=(1,)),
        SheetLine(date(2026, 10, 5), -80_000, aside="loyer"),
        SheetLine(date(2026, 10, 6), -4_500, aside="EDF"),
        SheetLine(date(2026, 10, 9), 1_200),
        SheetLine(date(2026, 11, 2), 3_000, entries=(3,)),
    ]
    movements = [
        Movement(1, date(2026, 10, 2), 10_000),
        Movement(2, date(2026, 10, 20), 4_600),
        Movement(3, date(2026, 10, 30), 3_000),
        Movement(4, date(2026, 10, 30), 700),
        Movement(5, date(2026, 10, 31), -700, reverses=4),
    ]
    balances = [Held(date(2026, 9, 30), 200_000), Held(UNTIL, 126_700)]
    found = bank_sheet.sheet(lines, movements, balances, UNTIL)
    assert (found.balance, found.start, found.missing) == (126_700, 200_000, 0)
    assert found.aside == (("EDF", Term(-4_500, 1)), ("loyer", Term(-80_000, 1)))
    assert (found.undecided, found.awaited, found.account) == (Term(1_200, 1), Term(7_600, 2), 17_600)
    assert found.difference == 0


def test_a_statement_that_is_missing_and_entries_that_do_not_fit_their_line_are_named() -> None:
    lines = [SheetLine(date(2026, 10, 2), 10_000, entries=(1,)), SheetLine(date(2026, 10, 20), 500, entries=(9,))]
    balances = [Held(date(2026, 9, 30), 0), Held(UNTIL, 9_000)]
    found = bank_sheet.sheet(lines, [Movement(1, date(2026, 11, 2), 9_900)], balances, UNTIL)
    assert found.gaps == (Gap(date(2026, 9, 30), UNTIL, -1_500),)
    assert (found.later, found.uneven, found.account) == (Term(9_900, 1), 600, 0)
    assert found.difference == 0


def test_before_the_first_statement_nothing_tells_the_balance() -> None:
    lines = [SheetLine(date(2026, 11, 3), -80_000)]
    found = bank_sheet.sheet(lines, [Movement(1, FIRST, 500)], [Held(date(2026, 11, 1), 200_000)], UNTIL)
    assert (found.balance, found.start, found.moved) == (None, None, 0)
    assert (found.awaited, found.account, found.difference) == (Term(500, 1), 500, 0)
