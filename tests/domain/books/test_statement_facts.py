"""What a file proves of itself: nothing is right without a word but what adds up; a good file is asked about once."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.books.statements import bank_camt, bank_carried, bank_files
from kiosk.domain.books.statements.bank_files import Opened
from kiosk.domain.books.statements.statement_facts import Balance, Mark, Proof, StatementFacts
from kiosk.domain.problems import Problem
from tests.domain.books import bank_corpus, bank_samples, statement_shapes
from tests.domain.books.statement_shapes import CFONB, GOOD, ONCE_WRONG, Shape
from tests.domain.books.statement_sheets import Book, read
from tests.domain.books.statement_texts import Moved, Written


def facts(data: bytes) -> StatementFacts:
    """A file as it is read without anybody's help."""
    return bank_files.open_(data).reading()


def asks(data: bytes) -> bool:
    """Whether a person has to say more of a file than that its kind is read right."""
    try:
        opened: Opened = bank_files.open_(data)
        return bool(opened.guess().doubts or opened.reading().lost)
    except Problem:
        return True


@pytest.mark.parametrize("shape", [*ONCE_WRONG, *GOOD], ids=lambda shape: shape.name)
def test_a_shape_is_read_as_the_bank_booked_it_or_asked_about(shape: Shape) -> None:
    if shape.asks:
        assert asks(shape.data)
        return
    found = facts(shape.data)
    assert tuple(line.cents for line in found.lines) == shape.cents
    assert not found.lost
    assert found.is_proved == shape.proves


def test_one_good_file_in_ten_at_most_is_asked_about_more_than_once() -> None:
    good = [*GOOD, *(Shape(case.name, case.data, case.cents) for case in bank_corpus.SHAPES if case.cents)]
    good += [Shape(name, data, ()) for name, data in bank_samples.ALL.items()]
    asked = [shape.name for shape in good if asks(shape.data)]
    assert 10 * len(asked) <= len(good), asked


def test_a_statement_says_its_account_its_period_and_its_balances() -> None:
    found = facts(CFONB)
    assert (found.account, found.currency) == ("30006 00001 12345678901", "EUR")
    assert (found.begins, found.ends) == (date(2026, 11, 25), date(2026, 11, 30))
    assert found.opening == Balance(100000, date(2026, 10, 31))
    assert found.closing == Balance(101500, date(2026, 11, 30))
    assert [(line.label, line.reference) for line in found.lines] == [
        ("VIR MOREAU", "ADHESION 2026 REF"),
        ("PRLV EDF", "REF"),
    ]


@pytest.mark.parametrize(
    ("name", "closing"),
    [
        ("OFX, the balance of its end", Balance(101500, date(2026, 11, 30))),
        ("OFX, the balance of another day", None),
        ("OFX, a balance without a day", None),
        ("OFX, what is available", None),
        ("CAMT, what is available", None),
        ("Crédit Agricole, the balance of its last day", Balance(123456, date(2026, 11, 27))),
        ("Crédit Agricole, the balance of a later day", None),
        ("Crédit Mutuel, a running balance", Balance(101500, date(2026, 11, 26))),
        ("balances above the table", Balance(101500, date(2026, 11, 30))),
    ],
)
def test_a_closing_counts_only_if_it_is_booked_and_dated_within_the_file(name: str, closing: Balance | None) -> None:
    (shape,) = [each for each in GOOD if each.name == name]
    assert facts(shape.data).closing == closing


def test_a_fee_stands_beside_what_was_booked() -> None:
    found = facts(bank_corpus.STRIPE.encode())
    assert [(row.cents, row.fee_cents) for row in found.rows if row.line] == [(2500, 63), (4500, 93), (-500, 0)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.7\n...", "bank-pdf"),
        (b"!Type:Bank\nD25/11/2026\nT25.00\n^\n", "bank-qif"),
        (b":20:STARTUMSE\n:25:30006/1\n:28C:1/1\n:60F:C261031EUR1000,00\n:61:2611251125CR25,00NTRF\n", "bank-mt940"),
        (b"{1:F01BANKFRPPAXXX}{2:I940}{4:\n:20:1\n", "bank-mt940"),
    ],
)
def test_what_is_not_read_is_named(data: bytes, code: str) -> None:
    with pytest.raises(Problem) as caught:
        bank_files.open_(data)
    assert caught.value.code == code


@pytest.mark.parametrize(
    ("words", "mark"),
    [
        ("ANCIEN SOLDE", Mark.OPENING),
        ("Solde précédent au 31/10/2026", Mark.OPENING),
        ("REPORT", Mark.OPENING),
        ("Report novembre 2026", Mark.OPENING),
        ("SOLDE CREDITEUR AU 30/11/2026", Mark.BALANCE),
        ("SOLDE AU 30.11.26", Mark.BALANCE),
        ("A REPORTER", Mark.BALANCE),
        ("NOUVEAU SOLDE", Mark.CLOSING),
        ("Solde final", Mark.CLOSING),
        ("Solde disponible", Mark.AVAILABLE),
        ("TOTAL", Mark.TOTAL),
        ("Sous-total novembre", Mark.TOTAL),
        ("TOTAL DES OPERATIONS", Mark.TOTAL),
        ("Totaux", Mark.TOTAL),
        ("TOTAL ENERGIES LILLE", None),
        ("TOTAL 4213 LILLE", None),
        ("TOTALENERGIES", None),
        ("SOLDE FACTURE 12", None),
        ("SOLDE DE TOUT COMPTE M DURAND", None),
        ("REPORTERS SANS FRONTIERES", None),
        ("VIR SOLDE", None),
    ],
)
def test_a_line_that_moves_nothing_is_known_by_its_words(words: str, mark: Mark | None) -> None:
    assert bank_carried.mark_of(words) is mark


_CENTS = st.integers(1, 999_999).flatmap(lambda cents: st.sampled_from([cents, -cents]))
_LINES = st.lists(st.builds(Moved, cents=_CENTS), min_size=2, max_size=7)


def verdict(data: bytes) -> tuple[int, ...] | None:
    """What a file moved where it proves itself; None where a person is asked."""
    try:
        opened = bank_files.open_(data)
        found = opened.reading()
    except Problem:
        return None
    return tuple(line.cents for line in found.lines) if found.is_proved and not opened.guess().doubts else None


@given(st.sampled_from(Written), st.lists(_CENTS, min_size=2, max_size=7), st.integers(-99_999, 999_999))
def test_a_file_with_a_proof_is_right_at_once(kind: Written, sums: list[int], opening: int) -> None:
    text = kind.text([Moved(cents) for cents in sums], opening)
    assert verdict(text) == tuple(sums)


@st.composite
def _changed(draw: st.DrawFn) -> tuple[list[Moved], list[Moved]]:
    """Some lines, and the same with one status, sign, row, currency or amount otherwise."""
    lines = draw(_LINES)
    place = draw(st.integers(0, len(lines) - 1))
    one = lines[place]
    others = [
        [replace(one, is_booked=False)],
        [replace(one, cents=-one.cents)],
        [],
        [one, one],
        [replace(one, currency="USD")],
        [replace(one, cents=one.cents + draw(_CENTS))],
    ]
    return lines, [*lines[:place], *draw(st.sampled_from(others)), *lines[place + 1 :]]


@given(st.sampled_from(Written), _changed(), st.integers(0, 999_999))
def test_one_changed_status_sign_row_currency_or_amount_is_never_right(
    kind: Written, pair: tuple[list[Moved], list[Moved]], opening: int
) -> None:
    lines, others = pair
    assert verdict(kind.text(others, opening, sums_of=lines)) is None


_CELLS = (Written.SIGNED, Written.COLUMNS, Written.TOTALS)


@settings(max_examples=40)
@given(st.sampled_from(Book), st.sampled_from(_CELLS), _changed(), st.integers(0, 999_999))
def test_a_workbook_is_right_where_it_adds_up_and_never_where_one_thing_is_otherwise(
    book: Book, kind: Written, pair: tuple[list[Moved], list[Moved]], opening: int
) -> None:
    lines, others = pair
    assert verdict(read(book.of(kind.text(lines, opening)))) == tuple(each.cents for each in lines)
    assert verdict(read(book.of(kind.text(others, opening, sums_of=lines)))) is None


def cells_of(shape: Shape) -> bytes:
    """A shape as an .xls, cell by cell."""
    try:
        text = shape.data.decode()
    except UnicodeDecodeError:
        text = shape.data.decode("cp1252")
    return read(Book.XLS.of(text.encode()))


_IN_CELLS = [each for each in (*ONCE_WRONG, *GOOD) if re.search(rb"^[^<\t]*Date[^,]*;", each.data, re.MULTILINE)]


@pytest.mark.parametrize("shape", _IN_CELLS, ids=lambda each: each.name)
def test_a_shape_saved_as_an_xls_is_read_as_the_bank_booked_it_or_asked_about(shape: Shape) -> None:
    data = cells_of(shape)
    if shape.asks:
        assert asks(data)
        return
    found = facts(data)
    assert tuple(line.cents for line in found.lines) == shape.cents
    assert not found.lost
    assert found.is_proved == shape.proves


@given(_LINES, st.integers(0, 999_999), st.booleans())
def test_an_ofx_is_never_right_without_a_word(lines: list[Moved], closing: int, is_of_its_end: bool) -> None:
    """It has no balance to begin with: nothing in it adds up to a proof, whatever its last balance is."""
    moves = [ofx_line(f"A{at}", each.cents) for at, each in enumerate(lines)]
    day = "20261130" if is_of_its_end else "20261212"
    balance = f"<LEDGERBAL><BALAMT>{closing / 100:.2f}<DTASOF>{day}</LEDGERBAL>"
    text = statement_shapes.ofx(*moves, after=balance)
    assert tuple(line.cents for line in facts(text).lines) == tuple(each.cents for each in lines)
    assert verdict(text) is None


def ofx_line(name: str, cents: int) -> str:
    """A movement as OFX has it."""
    way = "DEBIT" if cents < 0 else "CREDIT"
    return f"<TRNTYPE>{way}<DTPOSTED>20261125<TRNAMT>{cents / 100:.2f}<FITID>{name}<NAME>VIR {name}"


def test_what_a_running_balance_leaves_open_is_no_proof() -> None:
    (shape,) = [each for each in GOOD if each.name == "Crédit Mutuel, a running balance"]
    assert facts(shape.data).proof is Proof.RUNNING
    assert not facts(shape.data.replace(b"25,00;VIR", b"26,00;VIR")).is_proved


def test_the_shapes_are_told_apart_by_their_manners() -> None:
    plain = statement_shapes.GOOD[0].data
    known = bank_files.open_(plain).confirmed()
    assert not known.has_changed(facts(plain).manners)
    assert known.has_changed(facts(plain.replace(b"25/11/2026", b"2026-11-25")).manners)


@pytest.mark.parametrize("numbers", ["<IBAN>{}</IBAN>", "<Othr><Id>{}</Id></Othr>"])
def test_accounts_of_camt_are_told_apart_by_whatever_number_they_have(numbers: str) -> None:
    one = statement_shapes.camt(statement_shapes.entry("5.00", "CRDT")).decode()
    own = one.replace("<IBAN>FR76</IBAN>", numbers.format("123"))
    assert bank_camt.read(own).account == "123"
    begin, end = own.index("<Stmt>"), own.index("</Stmt>") + len("</Stmt>")
    two = own[:end] + own[begin:end].replace("123", "124") + own[end:]
    with pytest.raises(Problem) as wrong:
        bank_camt.read(two)
    assert wrong.value.code == "bank-accounts"
