"""Every bank's file says the same lines, and no file does harm."""

import time
import tracemalloc
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.books.statements import bank_amounts, bank_columns, bank_files, bank_lines
from kiosk.domain.books.statements.bank_columns import Field, Layout
from kiosk.domain.books.statements.bank_lines import Source
from kiosk.domain.problems import Problem
from tests.domain.books import bank_samples


@pytest.mark.parametrize("bank", bank_samples.ALL)
def test_every_bank_says_the_same_lines(bank: str) -> None:
    lines = bank_files.open_(bank_samples.ALL[bank]).read()
    assert [(each.day.isoformat(), each.cents) for each in lines] == bank_samples.SAME
    assert "REMISE" in lines[1].label
    assert "KQ2 2J5 7TH" in f"{lines[0].label} {lines[0].reference}"
    assert "GAZ" in f"{lines[2].label} {lines[2].reference}"


@pytest.mark.parametrize("first", bank_samples.ALL)
@pytest.mark.parametrize("then", bank_samples.ALL)
def test_the_same_account_from_another_file_brings_nothing_new(first: str, then: str) -> None:
    known = bank_files.open_(bank_samples.ALL[first]).read()
    assert not any(bank_lines.new(bank_files.open_(bank_samples.ALL[then]).read(), known)), (first, then)


@pytest.mark.parametrize("kind", bank_samples.EVIL)
def test_an_evil_file_is_refused_at_once(kind: str) -> None:
    begins = time.process_time()
    tracemalloc.start()
    with pytest.raises(Problem) as caught:
        bank_files.open_(bank_samples.EVIL[kind]).read()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert caught.value.code.startswith(("bank-", "import-"))
    assert len(str(caught.value)) < 300
    assert most < 60_000_000
    assert time.process_time() - begins < 20  # of the processor, whoever else is on the machine


def test_nothing_is_read_of_a_file_that_declares_entities() -> None:
    for kind in ("billion laughs", "entity used", "external entity", "parameter entity", "entity in OFX"):
        with pytest.raises(Problem) as caught:
            bank_files.open_(bank_samples.EVIL[kind])
        assert caught.value.code == "bank-entities", kind


def read(data: bytes) -> list[bank_lines.BankLine] | str:
    """A file's lines, or the code of its problem; any other exception is a bug."""
    try:
        return bank_files.open_(data).read()
    except Problem as problem:
        return problem.code


def is_answer(found: list[bank_lines.BankLine] | str) -> bool:
    """Lines of whole cents and a day each, or a problem that a screen has words for."""
    if isinstance(found, str):
        return found.startswith(("bank-", "import-"))
    return all(type(each.cents) is int and type(each.day) is date for each in found)


@given(st.binary(max_size=300))
def test_any_bytes_are_lines_or_a_problem(data: bytes) -> None:
    assert is_answer(read(data))


@given(st.sampled_from([*bank_samples.ALL.values()]), st.integers(0, 2000), st.binary(min_size=1, max_size=3))
def test_a_damaged_file_is_lines_or_a_problem(data: bytes, place: int, damage: bytes) -> None:
    place %= len(data)
    assert is_answer(read(data[:place] + damage + data[place + 1 :]))


def test_helloasso_says_each_payment_that_came_once() -> None:
    opened = bank_files.open_(bank_samples.HELLOASSO.encode())
    assert opened.source is Source.HELLOASSO
    lines = opened.read()
    assert [(each.day, each.cents, each.bank_id, each.party) for each in lines] == [
        (date(2026, 11, 20), 2500, "9001", "Moreau Inès"),
        (date(2026, 11, 21), 4500, "9002", "Haddad Karim"),
    ]


def test_a_payment_of_helloasso_with_two_sums_is_refused() -> None:
    with pytest.raises(Problem, match="two sums"):
        bank_files.open_(bank_samples.HELLOASSO.replace("25,00 €", "24,00 €", 1).encode()).read()


def test_what_a_header_does_not_tell_is_mapped_once() -> None:
    text = "Quand;Quoi;Combien\n25/11/2026;VIR DUPONT;5,00\n26/11/2026;VIR MARTIN;-7,00\n"
    opened = bank_files.open_(text.encode())
    assert opened.sheet is not None
    assert [each.cents for each in opened.read()] == [500, -700]  # by what the columns hold
    layout = Layout((Field.DAY, Field.LABEL, Field.SUM))
    assert Layout.of(layout.text()) == layout
    assert [each.label for each in opened.read(layout)] == ["VIR DUPONT", "VIR MARTIN"]


@pytest.mark.parametrize(
    "columns",
    [
        (Field.DAY, Field.LABEL, None),
        (None, Field.LABEL, Field.SUM),
        (Field.DAY, Field.DAY, Field.SUM),
        (Field.SUM, Field.DAY, Field.CREDIT),
    ],
)
def test_a_layout_that_reads_nothing_is_refused(columns: tuple[Field | None, ...]) -> None:
    with pytest.raises(Problem) as caught:
        bank_columns.check(Layout(columns))
    assert caught.value.code == "bank-columns"


def test_the_line_that_is_wrong_is_named() -> None:
    text = "\n\nDate;Libellé;Montant\n25/11/2026;A;1,00\n25/11/2026;B;un euro\n25/11/2026;C;3,00\n"
    with pytest.raises(Problem, match="line 5"):
        bank_files.open_(text.encode()).read()


def test_words_before_and_after_the_table_are_left_out() -> None:
    text = "Relevé;du mois\nDate;Libellé;Montant\n;report;\n25/11/2026;A;1,00\nTotal;;1,00\n"
    assert [each.cents for each in bank_files.open_(text.encode()).read()] == [100]


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("5", 500),
        ("5,5", 550),
        ("-12,34", -1234),
        ("12,34-", -1234),
        ("+1 234,56", 123456),
        ("1\u202f234,56 €", 123456),
        ("1\u00a0234,56 EUR", 123456),
        ("1.234,56", 123456),
        ("1,234.56", 123456),
        ("1.234.567", 123456700),
        ("1 234", 123400),
        ("12,3400", 1234),
        ("\u22127.00", -700),
        ("0,001", None),
        ("1.234", None),
        ("1,234", None),
        ("1,23,4", None),
        ("-5-", None),
        ("(12,34)", -1234),
        ("(1 234,56 €)", -123456),
        ("(-5)", None),
        ("", None),
        ("5 euros", None),
        ("٥", None),
    ],
)
def test_a_sum_is_read_as_banks_write_it_or_not_at_all(text: str, cents: int | None) -> None:
    if cents is None:
        with pytest.raises(Problem):
            bank_amounts.cents(text)
    else:
        assert bank_amounts.cents(text) == cents


@given(st.integers(-99_999_999, 99_999_999))
def test_every_way_of_writing_a_sum_is_the_same_sum(cents: int) -> None:
    sign, euros, rest = "-" if cents < 0 else "", abs(cents) // 100, abs(cents) % 100
    for mark in (" ", "\u00a0", "\u202f", "."):
        assert (
            bank_amounts.cents(f"{sign}{euros:,},{rest:02}".replace(f"{euros:,}", f"{euros:,}".replace(",", mark)))
            == cents
        )
    assert bank_amounts.cents(f"{sign}{euros}.{rest:02}") == cents


@pytest.mark.parametrize("text", ["25/11/2026", "25/11/26", "25-11-2026", "25.11.2026", "2026-11-25", "20261125"])
def test_a_day_is_read_as_banks_write_it(text: str) -> None:
    assert bank_amounts.day(text) == date(2026, 11, 25)


@pytest.mark.parametrize("text", ["11/25/2026", "31/02/2026", "hier", "", "2026", "1234", "0000-00-00"])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Problem):
        bank_amounts.day(text)
