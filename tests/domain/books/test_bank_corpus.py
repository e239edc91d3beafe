"""A corpus of banks' files, with a count of what is read right, what a person is asked, and what is wrong: nothing."""

from collections import Counter

from kiosk.domain.books.statements import bank_files
from kiosk.domain.problems import Problem
from tests.domain.books import bank_corpus, bank_samples
from tests.domain.books.bank_corpus import ASKED, RIGHT, Case

SAMPLES = tuple(
    Case(name, data, tuple(cents for _, cents in bank_samples.SAME))
    for name, data in bank_samples.ALL.items()
    if name != "BNP"
)
BNP = Case("BNP, no header", bank_samples.ALL["BNP"], (), ASKED)
ALL = (*SAMPLES, BNP, *bank_corpus.SHAPES, *bank_corpus.TRAPS)


def verdict(case: Case) -> str:
    """Right, asked or wrong, by the guess alone."""
    try:
        opened = bank_files.open_(case.data)
        doubts = opened.guess().doubts
        found = opened.reading()
    except Problem:
        return ASKED
    if doubts or found.lost:
        return ASKED
    return RIGHT if tuple(line.cents for line in found.lines) == case.cents else "wrong"


def test_no_file_is_read_wrong_without_a_word() -> None:
    found = {case.name: verdict(case) for case in ALL}
    assert found == {case.name: case.expected for case in ALL}
    counts = Counter(found.values())
    assert counts["wrong"] == 0
    assert (counts[RIGHT], counts[ASKED]) == (37, 20)


def test_every_line_of_every_file_is_in_the_report() -> None:
    for case in ALL:
        try:
            opened = bank_files.open_(case.data)
            found = opened.reading()
        except Problem:
            continue
        if opened.sheet is None:
            continue
        text = [number for number, line in enumerate(opened.letters.text.splitlines(), 1) if line.strip(" ;")]
        begins = [row.number for row in found.rows]
        assert sorted(set(begins)) == begins, case.name
        quoted = case.name == "Crédit Agricole"  # whose cells hold several lines each
        assert set(begins) <= set(text) if quoted else begins == text, case.name
        assert all(row.line or row.code for row in found.rows), case.name
