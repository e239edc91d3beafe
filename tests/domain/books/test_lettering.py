"""The members' account is lettered where what is owed and what is paid add up to nothing, and nowhere else."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.books.lettering import Lettering, code

DAY = date(2026, 1, 1)


def lettered(*lines: tuple[str, int, int, int]) -> list[str]:
    """The letters of lines of a day each: party, cents, entry, what it takes back."""
    found = Lettering()
    for place, (party, cents, entry, reverses) in enumerate(lines):
        found.add(party, cents, DAY + timedelta(days=place), entry, reverses)
    return [letter for letter, _ in found.letters()]


@pytest.mark.parametrize(
    ("lines", "letters"),
    [
        ([("1", 500, 1, 0), ("1", -500, 2, 0)], ["A", "A"]),
        ([("1", 500, 1, 0), ("2", -500, 2, 0)], ["", ""]),
        ([("1", 500, 1, 0), ("1", 500, 2, 0), ("1", -500, 3, 0)], ["A", "", "A"]),  # the oldest first
        ([("1", 500, 1, 0), ("1", 500, 2, 0), ("1", -700, 3, 0)], ["", "", ""]),  # a part of one is open
        ([("1", 500, 1, 0), ("1", 500, 2, 0), ("1", -700, 3, 0), ("1", -300, 4, 0)], ["A"] * 4),
        ([("1", -1000, 1, 0), ("1", 600, 2, 0), ("1", 400, 3, 0)], ["A"] * 3),  # in advance
        ([("1", 500, 1, 0), ("1", 800, 2, 0), ("1", -800, 3, 2), ("1", -500, 4, 0)], ["B", "A", "A", "B"]),
        (
            [("1", 500, 1, 0), ("1", -500, 2, 0), ("1", -500, 3, 1)],
            ["A", "", "A"],
        ),  # taken back after it was paid: the payment is an advance
        ([("1", 500, 1, 0), ("1", -500, 2, 0), ("1", 500, 3, 2), ("1", -500, 4, 0)], ["B", "A", "A", "B"]),
        ([("1", 500, 1, 0), ("2", 500, 2, 0), ("2", -500, 3, 0), ("1", -500, 4, 0)], ["B", "A", "A", "B"]),
    ],
)
def test_what_adds_up_to_nothing_has_a_letter(lines: list[tuple[str, int, int, int]], letters: list[str]) -> None:
    assert lettered(*lines) == letters


Told = tuple[int, int, int]


@pytest.mark.parametrize(
    ("lines", "told", "letters"),
    [
        # A carnet that is sold and paid beside two old days.
        (
            [("1", 500, 1, 0), ("1", 500, 2, 0), ("1", 4500, 3, 0), ("1", -4500, 4, 0)],
            [(4, 3, 4500)],
            ["", "", "A", "A"],
        ),
        # Invoice 1 is disputed; the transfer names invoice 2; the first is paid next.
        (
            [("1", 20000, 1, 0), ("1", 30000, 2, 0), ("1", -30000, 3, 0), ("1", -20000, 4, 0)],
            [(3, 2, 30000), (4, 1, 20000)],
            ["B", "A", "A", "B"],
        ),
        # What a year before left, settled in part by the first payment, and an advance that it left.
        (
            [("1", 1000, 0, 0), ("1", 500, 7, 0), ("1", -500, 8, 0), ("1", -1000, 9, 0)],
            [(8, 7, 500), (9, 3, 1000)],
            ["B", "A", "A", "B"],
        ),
        ([("1", -1000, 0, 0), ("1", 600, 7, 0), ("1", 400, 8, 0)], [(3, 7, 600), (3, 8, 400)], ["A", "A", "A"]),
        # What two days share is open as long as one of them is.
        ([("1", 500, 1, 0), ("1", 500, 2, 0), ("1", -500, 3, 0)], [(3, 1, 250), (3, 2, 250)], ["", "", ""]),
        # Another party's charge, as where one file became another's: the oldest first.
        ([("1", 500, 1, 0), ("2", 500, 2, 0), ("1", -500, 3, 0)], [(3, 2, 500)], ["A", "", "A"]),
        # Taken back: the carnet and what takes it back are together, and its payment is ahead.
        ([("1", 4500, 1, 0), ("1", -4500, 2, 0), ("1", -4500, 3, 1)], [], ["A", "", "A"]),
    ],
)
def test_payment_has_the_letter_of_what_it_settles(
    lines: list[tuple[str, int, int, int]], told: list[Told], letters: list[str]
) -> None:
    found = Lettering()
    for party, cents, entry, reverses in lines:
        found.add(party, cents, DAY, entry, reverses)
    for each in told:
        found.settle(*each)
    assert [letter for letter, _ in found.letters()] == letters


def test_a_letter_is_of_the_day_on_which_the_last_line_came() -> None:
    found = Lettering()
    found.add("1", 500, DAY)
    found.add("1", -500, DAY + timedelta(days=9))
    assert {day for _, day in found.letters()} == {DAY + timedelta(days=9)}


@given(
    st.lists(st.tuples(st.sampled_from("12"), st.integers(-30, 30).filter(bool)), max_size=60),
    st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(1, 30)), max_size=20),
)
def test_each_letter_is_one_party_s_and_adds_up_to_nothing(lines: list[tuple[str, int]], told: list[Told]) -> None:
    found = Lettering()
    for place, (party, cents) in enumerate(lines):
        found.add(party, cents, DAY, place + 1)
    for each in told:
        found.settle(*each)
    groups = defaultdict(list)
    for (party, cents), (letter, _) in zip(lines, found.letters(), strict=True):
        groups[letter].append((party, cents))
    open_ = groups.pop("", [])
    for group in groups.values():
        assert len({party for party, _ in group}) == 1
        assert sum(cents for _, cents in group) == 0
    for party in "12":
        assert sum(cents for who, cents in open_ if who == party) == sum(c for who, c in lines if who == party)


def test_letters_go_on_after_z() -> None:
    assert [code(number) for number in (1, 26, 27, 52, 53, 702, 703)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]
