"""Which lines are there already, whatever file they came in."""

from collections import Counter
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.books.statements import bank_lines
from kiosk.domain.books.statements.bank_lines import BankLine, Source, checked_line, new

DAY = date(2026, 11, 25)
LABELS = ["VIR SEPA DUPONT INES", "VIR SEPA MARTIN PAUL", "REMISE CHEQUES 12", "VIREMENT HELLOASSO", "PRLV EDF"]


def line(label: str = "VIR DUPONT", cents: int = 500, source: Source = Source.CSV, **more: object) -> BankLine:
    return checked_line(source, more.pop("day", DAY), cents, label, **more)  # type: ignore[arg-type]  # a test's shorthand


def as_ofx(found: BankLine) -> BankLine:
    """The same line as the OFX of the same bank has it: its name cut at 32 characters, the rest beside it."""
    return checked_line(Source.OFX, found.day, found.cents, found.label[:32], reference=found.label[32:])


def as_small(found: BankLine) -> BankLine:
    return checked_line(Source.CSV, found.day, found.cents, found.label.lower().replace("é", "e").replace(" ", "  "))


LINES = st.lists(
    st.builds(
        line,
        st.sampled_from([*LABELS, "VIREMENT SEPA RECU DE MADAME ÉLODIE PETITJEAN COTISATION 2027"]),
        st.sampled_from([500, 10000, -3250]),
        day=st.sampled_from([DAY, DAY + timedelta(days=1), DAY - timedelta(days=40)]),
    ),
    max_size=12,
)


@given(LINES)
def test_the_same_file_again_brings_nothing(lines: list[BankLine]) -> None:
    assert all(new(lines, []))
    assert not any(new(lines, lines))


@given(LINES, LINES)
def test_an_overlapping_file_brings_what_it_has_more(before: list[BankLine], more: list[BankLine]) -> None:
    fresh = new(before + more, before)
    assert sum(fresh) == len(more)
    stored = before + [each for each, is_new in zip(before + more, fresh, strict=True) if is_new]
    assert Counter(stored) == Counter(before + more)


@given(LINES, LINES, st.sampled_from([as_ofx, as_small]))
def test_an_overlapping_file_of_another_kind_brings_what_it_has_more(
    before: list[BankLine], more: list[BankLine], other: object
) -> None:
    turned = [other(each) for each in before + more]  # type: ignore[operator]
    assert sum(new(turned, before)) == len(more)


@given(st.lists(LINES, max_size=4), st.randoms())
def test_in_the_end_a_line_is_there_as_often_as_in_the_file_that_has_it_most(
    files: list[list[BankLine]], random: object
) -> None:
    stored: list[BankLine] = []
    for lines in files:
        stored += [each for each, is_new in zip(lines, new(lines, stored), strict=True) if is_new]
    most = Counter[BankLine]()
    for lines in files:
        most |= Counter(lines)
    assert Counter(stored) == most


def test_two_identical_lines_of_one_file_are_two() -> None:
    assert new([line(), line()], []) == [True, True]
    assert sorted(new([line(), line()], [line()])) == [False, True]
    assert new([line()], [line(), line()]) == [False]


def test_a_line_that_the_bank_numbers_is_the_same_when_it_is_moved_or_renamed() -> None:
    first = line("VIR EN COURS", source=Source.OFX, bank_id="F1")
    moved = line("VIR DUPONT", source=Source.OFX, bank_id="F1", day=DAY + timedelta(days=2))
    assert new([moved], [first]) == [False]
    assert new([line("VIR DUPONT", 501, Source.OFX, bank_id="F1")], [first]) == [True]


def test_two_numbers_of_two_kinds_of_files_are_never_compared() -> None:
    assert new([line("MARTIN", source=Source.CAMT, bank_id="1")], [line("DUPONT", source=Source.OFX, bank_id="1")]) == [
        True
    ]


def test_a_bank_that_gives_all_lines_one_number_numbers_nothing() -> None:
    lines = [line("A", 1, Source.OFX, bank_id="0"), line("B", 2, Source.OFX, bank_id="0")]
    assert [each.bank_id for each in bank_lines.without_shared_numbers(lines)] == [None, None]
    twins = [line("A", 1, Source.OFX, bank_id="7"), line("A", 1, Source.OFX, bank_id="7")]
    assert [each.bank_id for each in bank_lines.without_shared_numbers(twins)] == ["7", "7"]


def test_a_label_that_begins_alike_and_goes_on_otherwise_is_another_line() -> None:
    dupont = line("VIR SEPA RECU", source=Source.OFX, reference="DUPONT INES")
    martin = line("VIR SEPA RECU", source=Source.OFX, reference="MARTIN PAUL")
    assert new([martin], [dupont]) == [True]
    assert new([line("VIR SEPA RECU MARTIN PAUL")], [dupont]) == [True]
    assert new([line("VIREMENT SEPA DUPONT INES")], [dupont]) == [False]


def test_a_cut_line_leaves_the_whole_one_to_who_fits_it_only() -> None:
    known = [line("VIR DUPONT INES NOVEMBRE"), line("VIR DUPONT INES")]
    assert new([line("VIR DUPONT"), line("VIR DUPONT INES NOVEMBRE SUITE")], known) == [False, False]
    assert new([line("VIR DUPONT INES NOVEMBRE SUITE"), line("VIR DUPONT")], known) == [False, False]


def test_a_payment_at_helloasso_is_no_line_of_the_bank() -> None:
    assert new([line(source=Source.HELLOASSO)], [line()]) == [True]


def test_ten_thousand_lines_of_one_day_and_sum_are_told_apart_in_a_moment() -> None:
    lines = [line(f"VIR {number}") for number in range(10_000)]
    assert not any(new(lines, lines))
    assert sum(new([line(f"VIR X{number}") for number in range(10_000)], lines)) == 10_000


def test_what_a_line_says_is_printable_and_bounded() -> None:
    found = checked_line(Source.CSV, DAY, 1, "a\x00b\n c\u202e" + "x" * 5000)
    assert found.label.startswith("ab c")
    assert found.label.isprintable()
    assert len(found.label) <= bank_lines.LONGEST
